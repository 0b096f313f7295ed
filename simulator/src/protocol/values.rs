//! Values of inputs, by their types and limits.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use ucwa_schema::{Parameter, Type};
use url::Url;

use super::read::Raw;
use crate::catalogue::Catalogue;
use crate::document::Value;

/// Whether a value is content, which stands in a link or is the whole body.
pub(super) fn is_content(kind: &Type) -> bool {
    matches!(kind.required(), Type::ExternalResource) || *kind == Type::Array(Box::new(Type::Byte))
}

/// The value of a parameter; `None` for `null`.
pub(super) fn convert(row: &Parameter, raw: Raw) -> Result<Option<Value>, String> {
    if raw == Raw::Null {
        return Ok(None);
    }
    let kind = row.kind.required();
    let value = value(kind, raw)?;
    check_limits(row, &value)?;
    Ok(Some(value))
}

fn value(kind: &Type, raw: Raw) -> Result<Value, String> {
    match kind {
        Type::Nullable(inner) => value(inner, raw),
        Type::Array(inner) => {
            let items = match raw {
                Raw::List(items) => items,
                one @ Raw::Untyped(_) => vec![one],
                _ => return Err("Expected a list.".into()),
            };
            items.into_iter().map(|item| value(inner, item)).collect::<Result<_, _>>().map(Value::List)
        }
        Type::Boolean => boolean(raw),
        Type::Byte => number(raw, 0, 255),
        Type::Int32 => number(raw, i32::MIN.into(), i32::MAX.into()),
        Type::Int64 | Type::Double => number(raw, i64::MIN, i64::MAX),
        Type::DateTime => moment(&text(raw)?).map(Value::Time),
        Type::TimeSpan => time_span(text(raw)?),
        Type::Uri => uri(text(raw)?),
        Type::ExternalResource => content(raw),
        Type::Enumeration(name) => member(name, text(raw)?),
        Type::String => text(raw).map(Value::text),
    }
}

fn text(raw: Raw) -> Result<String, String> {
    match raw {
        Raw::Text(text) | Raw::Untyped(text) => Ok(text),
        _ => Err("Expected text.".into()),
    }
}

fn boolean(raw: Raw) -> Result<Value, String> {
    match raw {
        Raw::Boolean(value) => Ok(Value::Boolean(value)),
        Raw::Untyped(text) if text.eq_ignore_ascii_case("true") => Ok(Value::Boolean(true)),
        Raw::Untyped(text) if text.eq_ignore_ascii_case("false") => Ok(Value::Boolean(false)),
        _ => Err("Expected true or false.".into()),
    }
}

fn number(raw: Raw, minimum: i64, maximum: i64) -> Result<Value, String> {
    let number = match raw {
        Raw::Number(number) => whole(&number),
        Raw::Untyped(text) => text.trim().parse().ok(),
        _ => None,
    };
    let fits = number.filter(|number| (minimum..=maximum).contains(number));
    fits.map(Value::Number).ok_or_else(|| format!("Expected a whole number from {minimum} to {maximum}."))
}

/// A number without a fraction; `5.0` is one.
fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| number.to_string().strip_suffix(".0")?.parse().ok())
}

/// A point in time in either notation, in milliseconds since 1970.
fn moment(text: &str) -> Result<i64, String> {
    let inner = text.trim_matches(['/', '\\']).strip_prefix("Date(").and_then(|rest| rest.strip_suffix(')'));
    let milliseconds = match inner {
        Some(inner) => {
            let end = inner.rfind(['+', '-']).filter(|at| *at > 0).unwrap_or(inner.len());
            inner[..end].parse().ok()
        }
        None => iso(text),
    };
    milliseconds.ok_or_else(|| "Expected a point in time.".into())
}

fn iso(text: &str) -> Option<i64> {
    let parse = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let moment = parse(text).or_else(|| parse(&format!("{text}Z")))?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()
}

fn time_span(text: String) -> Result<Value, String> {
    let is_span = seconds(&text).is_some();
    is_span.then(|| Value::text(text)).ok_or_else(|| "Expected a duration such as PT5M.".into())
}

/// The length of a span of time as ISO 8601 writes it, in whole seconds.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let rest = rest.strip_prefix('P')?;
    let (days, times) = rest.split_once('T').unwrap_or((rest, ""));
    let mut total = 0_i64;
    let mut parts = 0;
    for (part, units) in [(days, &[('D', 86_400)][..]), (times, &[('H', 3600), ('M', 60), ('S', 1)][..])] {
        let mut digits = String::new();
        for letter in part.chars() {
            if letter.is_ascii_digit() || letter == '.' {
                digits.push(letter);
                continue;
            }
            let (_, unit) = units.iter().find(|(known, _)| *known == letter)?;
            let whole = digits.split('.').next()?.parse::<i64>().ok()?;
            total = total.checked_add(whole.checked_mul(*unit)?)?;
            digits.clear();
            parts += 1;
        }
        if !digits.is_empty() {
            return None;
        }
    }
    (parts > 0).then_some(sign * total)
}

fn uri(text: String) -> Result<Value, String> {
    let is_uri = Url::parse(&text).is_ok();
    is_uri.then(|| Value::text(text)).ok_or_else(|| "Expected an absolute URI.".into())
}

/// Content in a `data:` URI.
fn content(raw: Raw) -> Result<Value, String> {
    match raw {
        Raw::Link(text) | Raw::Text(text) | Raw::Untyped(text) if is_data(&text) => Ok(Value::text(text)),
        _ => Err("Expected a data: URI.".into()),
    }
}

fn is_data(text: &str) -> bool {
    text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

fn member(enumeration: &str, text: String) -> Result<Value, String> {
    let Some(enumeration) = Catalogue::get().schema.enumerations.get(enumeration) else {
        return Ok(Value::text(text));
    };
    let found = enumeration.members.iter().find(|member| member.name.eq_ignore_ascii_case(&text));
    found.map(|member| Value::text(member.name.as_str())).ok_or_else(|| {
        let names: Vec<_> = enumeration.members.iter().map(|member| member.name.as_str()).collect();
        format!("Expected one of {}.", names.join(", "))
    })
}

fn check_limits(row: &Parameter, value: &Value) -> Result<(), String> {
    let limits = &row.limits;
    match value {
        Value::Text(text) => match limits.maximum_length {
            Some(length) if text.chars().count() > length as usize => {
                Err(format!("Expected at most {length} characters."))
            }
            _ => Ok(()),
        },
        Value::Number(number) => {
            let (minimum, maximum) = (limits.minimum.unwrap_or(i64::MIN), limits.maximum.unwrap_or(i64::MAX));
            let fits = (minimum..=maximum).contains(number);
            fits.then_some(()).ok_or_else(|| format!("Expected a number from {minimum} to {maximum}."))
        }
        _ => Ok(()),
    }
}

//! The inputs of a request, checked against the schema.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use ucwa_schema::{Method, Operation, Parameter, Type};
use url::Url;

use super::media::{Format, MediaType, essence};
use super::read::{Entries, Raw, read_json, read_xml};
use super::{Call, Failure, Marker};
use crate::catalogue::Catalogue;
use crate::document::Value;

/// How long a body may be.
const MAXIMUM_BODY: usize = 1 << 20;

/// A body that is content as it is.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// The value of `Content-Type`, as it was sent.
    pub(crate) media_type: String,
    pub(crate) bytes: Bytes,
}

/// The inputs of a request, by the names of the schema. What is `null` is not there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inputs {
    values: BTreeMap<String, Value>,
    /// The body, where it is content and not a document.
    pub(crate) body: Option<Body>,
}

impl Inputs {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text, or nothing.
    pub(crate) fn string(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_owned()
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Boolean(true))
    }

    /// The texts of a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let Some(Value::List(values)) = self.get(name) else { return Vec::new() };
        let texts = values.iter().filter_map(|value| match value {
            Value::Text(text) => Some(text.clone().into_owned()),
            _ => None,
        });
        texts.collect()
    }

    /// The names and values that were given.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.values.iter()
    }
}

/// Reads the inputs of a request: those in its query, and those in its body.
pub(crate) fn read_inputs(call: &Call, operation: &Operation) -> Result<Inputs, Failure> {
    if call.body.len() > MAXIMUM_BODY {
        return Err(Failure::new(413, "EntityTooLarge", None).saying("A body has at most 1 MiB."));
    }
    let mut reading = Reading { operation, inputs: Inputs::default(), problems: Vec::new() };
    reading.read_query(call);
    if operation.content.is_empty() {
        reading.read_document(call)?;
    } else {
        reading.read_content(call)?;
    }
    reading.finish()
}

struct Reading<'a> {
    operation: &'a Operation,
    inputs: Inputs,
    problems: Vec<(String, String)>,
}

impl Reading<'_> {
    /// Reads the query. Hrefs carry parameters of the server's own, so that unknown ones are no error.
    fn read_query(&mut self, call: &Call) {
        for (name, value) in &call.query {
            let rows = self.operation.query.iter().chain(&self.operation.input);
            let found = rows.into_iter().find(|row| row.name.eq_ignore_ascii_case(name));
            if let Some(row) = found.filter(|row| !is_content(&row.kind)) {
                self.take(row, Raw::Untyped(value.clone()));
            }
        }
    }

    fn read_content(&mut self, call: &Call) -> Result<(), Failure> {
        let sent = essence(call);
        if !self.operation.content.iter().any(|known| known.eq_ignore_ascii_case(&sent)) {
            return Err(unsupported(&self.operation.content.join(" or ")));
        }
        let media_type = call.header(CONTENT_TYPE).unwrap_or_default().to_owned();
        self.inputs.body = Some(Body { media_type, bytes: call.body.clone() });
        Ok(())
    }

    fn read_document(&mut self, call: &Call) -> Result<(), Failure> {
        // Some clients name a media type without sending a body, and with methods that have none.
        if call.body.is_empty() || matches!(self.operation.method, Method::Get | Method::Delete | Method::Options) {
            return Ok(());
        }
        let entries = match MediaType::sent(call) {
            Some(Format::Json) => read_json(&call.body)?,
            Some(Format::Xml) => read_xml(&call.body)?,
            None => return Err(unsupported("application/json or application/xml")),
        };
        if self.operation.method == Method::Put {
            self.check_marker(&entries);
        }
        for (name, value) in entries {
            match self.operation.input.iter().find(|row| row.name.eq_ignore_ascii_case(&name)) {
                Some(row) => self.take(row, value),
                // A PUT brings back all that a GET brought, known or not.
                None if self.operation.method == Method::Put => {}
                None => match self.property(&name) {
                    Some(row) => self.take(&row, value),
                    None => self.problem(&name, "The parameter is not known."),
                },
            }
        }
        Ok(())
    }

    /// A property of what the operation makes, which clients may state although no table of inputs has it.
    fn property(&self, name: &str) -> Option<Parameter> {
        let made = Catalogue::get().resource(self.operation.answer.resource.as_deref()?)?;
        let property = made.properties.iter().find(|property| property.name.eq_ignore_ascii_case(name))?;
        Some(Parameter {
            name: property.name.clone(),
            kind: property.kind.clone(),
            required: false,
            evidence: property.evidence,
            limits: property.limits.clone(),
            summary: None,
        })
    }

    fn check_marker(&mut self, entries: &Entries) {
        let says = |value: &Raw| match value {
            Raw::Text(text) | Raw::Untyped(text) => text.starts_with(Marker::VALUE),
            _ => false,
        };
        if !entries.iter().any(|(_, value)| says(value)) {
            self.problem("", "The property that GET brought for a PUT request is missing.");
        }
    }

    fn take(&mut self, row: &Parameter, value: Raw) {
        match convert(row, value) {
            Ok(Some(value)) => drop(self.inputs.values.insert(row.name.clone(), value)),
            Ok(None) => {}
            Err(problem) => self.problem(&row.name, problem),
        }
    }

    fn problem(&mut self, name: &str, problem: impl Into<String>) {
        self.problems.push((name.to_owned(), problem.into()));
    }

    fn finish(mut self) -> Result<Inputs, Failure> {
        let by_query = |name: &str| self.operation.query.iter().any(|row| row.name == name);
        let in_body = |row: &&Parameter| self.operation.content.is_empty() || by_query(&row.name);
        let rows = self.operation.query.iter().chain(self.operation.input.iter().filter(in_body));
        let mut missing: Vec<_> = rows
            .filter(|row| row.required && !self.inputs.values.contains_key(&row.name))
            .map(|row| row.name.clone())
            .filter(|name| !self.problems.iter().any(|(known, _)| known == name))
            .collect();
        missing.sort();
        missing.dedup();
        self.problems.extend(missing.into_iter().map(|name| (name, "The parameter is required.".into())));
        if self.problems.is_empty() { Ok(self.inputs) } else { Err(Failure::parameters(self.problems)) }
    }
}

fn unsupported(expected: &str) -> Failure {
    Failure::new(415, "UnsupportedMediaType", None).saying(format!("The body has to be {expected}."))
}

fn is_content(kind: &Type) -> bool {
    matches!(kind.required(), Type::ExternalResource) || *kind == Type::Array(Box::new(Type::Byte))
}

/// The value of a parameter; `None` for `null`.
fn convert(row: &Parameter, raw: Raw) -> Result<Option<Value>, String> {
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
    is_span.then(|| Value::text(text)).ok_or_else(|| "Expected a span of time such as PT5M.".into())
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

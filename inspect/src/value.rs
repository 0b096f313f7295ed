//! What values look like: the types that the traffic shows for properties without one.

use std::fmt;

use serde_json::Value as Json;
use ucwa::{Duration, Format, Timestamp};
use ucwa_runtime::Value;
use ucwa_schema::Type;

/// The type that all values of a property have had so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeenType {
    /// Values of a type that the reference knows too.
    Type(Type),
    /// A list without items, which says nothing about them.
    EmptyList,
    /// Something that no property of UCWA is.
    Object,
    /// Values that no one type can hold, such as `true` and `7`.
    Several,
}

impl SeenType {
    /// The type of a value. XML has nothing but text, so that text is taken for what it reads as.
    pub fn of(value: &Json, format: Format) -> Self {
        match value {
            Json::Bool(_) => Self::Type(Type::Boolean),
            Json::Number(number) => Self::Type(match number.as_i64() {
                Some(number) if i32::try_from(number).is_ok() => Type::Int32,
                Some(_) => Type::Int64,
                None => Type::Double,
            }),
            Json::String(text) => Self::Type(of_text(text, format)),
            Json::Array(items) => {
                let merged =
                    items.iter().map(|item| Self::of(item, format)).reduce(|one, other| one.merge(other, format));
                match merged {
                    None => Self::EmptyList,
                    Some(Self::Several) => Self::Several,
                    Some(Self::Type(item)) if !matches!(item, Type::Array(_)) => {
                        Self::Type(Type::Array(Box::new(item)))
                    }
                    Some(_) => Self::Object,
                }
            }
            Json::Object(_) | Json::Null => Self::Object,
        }
    }

    /// The type, where it is one that the reference knows.
    pub fn kind(self) -> Option<Type> {
        match self {
            Self::Type(kind) => Some(kind),
            Self::EmptyList | Self::Object | Self::Several => None,
        }
    }

    /// The type that can hold the values of both, which came in a format. In XML that is at least text, as all values are.
    #[must_use]
    pub fn merge(self, other: Self, format: Format) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Object, _) | (_, Self::Object) => Self::Object,
            (Self::Several, _) | (_, Self::Several) => Self::Several,
            (Self::EmptyList, Self::Type(item)) | (Self::Type(item), Self::EmptyList) => Self::Type(match item {
                Type::Array(_) => item,
                item => Type::Array(Box::new(item)),
            }),
            (Self::Type(one), Self::Type(other)) => merge(one, other, format).map_or(Self::Several, Self::Type),
            (one, _) => one,
        }
    }
}

/// The type that can hold values of both; `None` where there is none.
fn merge(one: Type, other: Type, format: Format) -> Option<Type> {
    Some(match (one, other) {
        (one, other) if one == other => one,
        (Type::Array(one), Type::Array(other)) => Type::Array(Box::new(merge(*one, *other, format)?)),
        (Type::Array(list), item) | (item, Type::Array(list)) => Type::Array(Box::new(merge(*list, item, format)?)),
        (Type::Int32, Type::Int64) | (Type::Int64, Type::Int32) => Type::Int64,
        (Type::Double, Type::Int32 | Type::Int64) | (Type::Int32 | Type::Int64, Type::Double) => Type::Double,
        (one, other) if format == Format::Xml || (is_written_as_text(&one) && is_written_as_text(&other)) => {
            Type::String
        }
        _ => return None,
    })
}

fn is_written_as_text(kind: &Type) -> bool {
    matches!(kind, Type::String | Type::Uri | Type::DateTime | Type::TimeSpan)
}

fn of_text(text: &str, format: Format) -> Type {
    if format == Format::Xml {
        if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
            return Type::Boolean;
        }
        match text.parse::<i64>() {
            Ok(number) if i32::try_from(number).is_ok() => return Type::Int32,
            Ok(_) => return Type::Int64,
            Err(_) => {}
        }
    }
    let is_uri = ["sip:", "sips:", "tel:", "http://", "https://", "mailto:"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && !text.contains(' ')
    });
    if is_uri {
        return Type::Uri;
    }
    let is_time = text.starts_with("/Date(") || (text.len() >= 19 && text.as_bytes()[4] == b'-' && text.contains('T'));
    if is_time && text.parse::<Timestamp>().is_ok() {
        return Type::DateTime;
    }
    if text.trim_start_matches('-').starts_with('P') && text.parse::<Duration>().is_ok() {
        return Type::TimeSpan;
    }
    Type::String
}

impl fmt::Display for SeenType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(kind) => kind.fmt(f),
            Self::EmptyList => f.write_str("empty list"),
            Self::Object => f.write_str("object"),
            Self::Several => f.write_str("several types"),
        }
    }
}

/// The type of a value that a field holds.
pub(crate) fn type_of(value: Value<'_>) -> Type {
    match value {
        Value::Text(_) => Type::String,
        Value::Boolean(_) => Type::Boolean,
        Value::Integer(number) if i32::try_from(number).is_ok() => Type::Int32,
        Value::Integer(_) => Type::Int64,
        Value::Float(_) => Type::Double,
        Value::Timestamp(_) => Type::DateTime,
        Value::Duration(_) => Type::TimeSpan,
    }
}

/// The one type that has values of all these types; `None` where they do not agree on one. Numbers agree on the type that
/// holds all of them, and an address is text.
pub(crate) fn agreed(kinds: impl IntoIterator<Item = Type>) -> Option<Type> {
    let mut kinds = kinds.into_iter();
    let first = kinds.next()?;
    kinds.try_fold(first, |one, other| {
        let agree = one == other || [is_text, is_number].into_iter().any(|is| is(&one) && is(&other));
        if agree { merge(one, other, Format::Json) } else { None }
    })
}

fn is_text(kind: &Type) -> bool {
    matches!(kind, Type::String | Type::Uri)
}

fn is_number(kind: &Type) -> bool {
    matches!(kind, Type::Int32 | Type::Int64 | Type::Double)
}

/// What a value is, in a word, without saying the value.
pub(crate) fn describe(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

//! The types of properties and parameters, in the words of the reference.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The type of a property or parameter.
///
/// Written the way the reference writes it: `String`, `Nullable Boolean`, `Array of ModalityType`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// One byte; only ever met as `Array of Byte`, which is content sent as it is.
    Byte,
    /// A signed number of 32 bits.
    Int32,
    /// A signed number of 64 bits.
    Int64,
    /// A number with a fraction.
    Double,
    /// A point in time.
    DateTime,
    /// A duration.
    TimeSpan,
    /// An absolute URI, such as `sip:` or `tel:` addresses and web addresses.
    Uri,
    /// Content that is sent in place, as a `data:` URI in a link.
    ExternalResource,
    /// An enumeration, by name.
    Enumeration(String),
    /// Several values of one type.
    Array(Box<Type>),
    /// A value that may be `null`.
    Nullable(Box<Type>),
}

impl Type {
    const SCALARS: [(&'static str, Self); 10] = [
        ("String", Self::String),
        ("Boolean", Self::Boolean),
        ("Byte", Self::Byte),
        ("Int32", Self::Int32),
        ("Int64", Self::Int64),
        ("Double", Self::Double),
        ("DateTime", Self::DateTime),
        ("TimeSpan", Self::TimeSpan),
        ("Uri", Self::Uri),
        ("ExternalResource", Self::ExternalResource),
    ];

    /// The enumeration that this type names, itself or as an element.
    pub fn enumeration(&self) -> Option<&str> {
        match self {
            Self::Enumeration(name) => Some(name),
            Self::Array(inner) | Self::Nullable(inner) => inner.enumeration(),
            _ => None,
        }
    }

    /// The type without a leading `Nullable`.
    pub fn required(&self) -> &Self {
        match self {
            Self::Nullable(inner) => inner.required(),
            other => other,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enumeration(name) => f.write_str(name),
            Self::Array(inner) => write!(f, "Array of {inner}"),
            Self::Nullable(inner) => write!(f, "Nullable {inner}"),
            scalar => {
                let name = Self::SCALARS.iter().find(|(_, t)| t == scalar).map(|(name, _)| *name);
                f.write_str(name.unwrap_or("String"))
            }
        }
    }
}

/// Why a text is not a [`Type`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a type: write String, Boolean, Byte, Int32, Int64, Double, DateTime, TimeSpan, Uri, \
     ExternalResource or the name of an enumeration, if need be preceded by `Array of` or `Nullable`"
)]
pub struct ParseTypeError {
    /// The text that is not a type.
    pub text: String,
}

impl FromStr for Type {
    type Err = ParseTypeError;

    fn from_str(text: &str) -> Result<Self, ParseTypeError> {
        let (is_nullable, rest) = after(text, "Nullable ");
        let (is_array, name) = after(rest, "Array of ");
        let is_name =
            name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
        let scalar = Self::SCALARS.iter().find(|(scalar, _)| *scalar == name).map(|(_, scalar)| scalar.clone());
        let mut kind = match scalar {
            Some(scalar) => scalar,
            None if is_name => Self::Enumeration(name.into()),
            None => return Err(ParseTypeError { text: shown(text) }),
        };
        if is_array {
            kind = Self::Array(Box::new(kind));
        }
        Ok(if is_nullable { Self::Nullable(Box::new(kind)) } else { kind })
    }
}

/// What stands behind `start`, and whether anything does.
fn after<'a>(text: &'a str, start: &str) -> (bool, &'a str) {
    text.strip_prefix(start).map_or((false, text), |rest| (true, rest))
}

/// A text as errors show it: no type is longer.
fn shown(text: &str) -> String {
    const LONGEST: usize = 140;
    let end = if text.chars().nth(LONGEST).is_some() { "..." } else { "" };
    text.chars().take(LONGEST).chain(end.chars()).collect()
}

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_printed_as_it_was_read() {
        for text in ["String", "Nullable Boolean", "Array of ModalityType", "Array of Byte", "Nullable Array of Uri"] {
            assert_eq!(text.parse::<Type>().map(|t| t.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_type_is_refused_with_what_would_be_one() {
        let deep = "Array of ".repeat(1_000_000) + "String";
        for text in [
            "",
            "string",
            "Array of",
            "Array of (ModalityType)",
            "List<String>",
            "Array of Array of String",
            "Array of Nullable String",
            "Nullable Nullable String",
            &deep,
        ] {
            let error = text.parse::<Type>().expect_err(text);
            assert!(error.to_string().contains("write String") && error.to_string().len() < 500, "{error}");
        }
    }
}

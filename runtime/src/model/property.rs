//! What a field of a resource can be, behind one object-safe trait.
//!
//! Readers turn what they find into a [`Value`] and hand it to the field; writers ask the field for its values. Neither
//! knows the field's type, and the field does not know the format.

use std::fmt;

use crate::secret::redact_url;
use crate::values::{Bytes, Content, Duration, Timestamp, Uri};

/// One value on its way into or out of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Text; in XML everything is.
    Text(&'a str),
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A point in time.
    Timestamp(Timestamp),
    /// A duration.
    Duration(Duration),
}

impl Value<'_> {
    /// The value as text, as it stands where there is nothing but text.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text.to_owned(),
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Timestamp(value) => value.to_string(),
            Self::Duration(value) => value.to_string(),
        }
    }
}

/// For errors: credentials in a text are not shown.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "`{}`", redact_url(text)),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Timestamp(value) => write!(f, "{value}"),
            Self::Duration(value) => write!(f, "{value}"),
        }
    }
}

/// What a number has to be that does not lose digits.
pub(crate) const LONG_NUMBER: &str = "a number of at most 64 bits";

/// A value that a field cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct Mismatch {
    /// What the field takes.
    pub expected: &'static str,
    /// What came.
    pub found: String,
}

impl Mismatch {
    /// `found` where `expected` should be.
    pub fn new(expected: &'static str, found: Value<'_>) -> Self {
        Self { expected, found: found.to_string() }
    }
}

/// A field of a resource: none, one or several values.
pub trait Property: Send + Sync {
    /// How many values the field holds.
    fn count(&self) -> usize;

    /// The value at `index`, which is below [`count`](Self::count).
    fn value(&self, index: usize) -> Option<Value<'_>>;

    /// Takes a value: a list appends it, anything else is replaced by it.
    fn read(&mut self, value: Value<'_>) -> Result<(), Mismatch>;

    /// Forgets all values.
    fn clear(&mut self);
}

/// Hands a value to a field. Empty text is how a document says that there is no value, wherever text is none itself.
pub(crate) fn take(field: &mut dyn Property, value: Value<'_>) -> Result<(), Mismatch> {
    match field.read(value) {
        Err(_) if matches!(value, Value::Text(text) if text.trim().is_empty()) => Ok(()),
        result => result,
    }
}

/// A type of which a field can hold one.
pub(crate) trait Scalar: Sized + Send + Sync {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch>;
    fn to_value(&self) -> Value<'_>;
}

/// From here on, floats stand for several whole numbers each.
const INEXACT: f64 = 9_007_199_254_740_992.0;

/// Whether a number may be another one than the document has.
pub(crate) fn is_inexact(number: f64) -> bool {
    number.abs() >= INEXACT
}

/// A number as text, about as long as in the document; `None` where it may be another one than there.
pub(crate) fn float_as_text(number: f64) -> Option<String> {
    if is_inexact(number) {
        return None;
    }
    // `Display` has no exponents, and writes hundreds of zeros instead.
    let mut text = format!("{number:?}");
    text.truncate(text.strip_suffix(".0").map_or(text.len(), str::len));
    Some(text)
}

impl Scalar for String {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Float(number) => float_as_text(number).ok_or_else(|| Mismatch::new(LONG_NUMBER, value)),
            other => Ok(other.into_text()),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Scalar for bool {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Boolean(value) => Ok(value),
            // In XML, 1 and 0 are truth values too.
            Value::Text(text) => match text.trim() {
                text if text.eq_ignore_ascii_case("true") || text == "1" => Ok(true),
                text if text.eq_ignore_ascii_case("false") || text == "0" => Ok(false),
                _ => Err(Mismatch::new("true or false", value)),
            },
            Value::Integer(number @ (0 | 1)) => Ok(number == 1),
            other => Err(Mismatch::new("true or false", other)),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::Boolean(*self)
    }
}

impl Scalar for i64 {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Integer(value) => Ok(value),
            // Numbers as large as a float can be exact about, so nothing is cut off.
            #[expect(clippy::cast_possible_truncation)]
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => Ok(number as Self),
            Value::Text(text) => text.trim().parse().map_err(|_| Mismatch::new("a whole number", value)),
            other => Err(Mismatch::new("a whole number", other)),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::Integer(*self)
    }
}

impl Scalar for i32 {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        Self::try_from(i64::from_value(value)?).map_err(|_| Mismatch::new("a whole number of 32 bits", value))
    }

    fn to_value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl Scalar for f64 {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Float(value) => Ok(value),
            // A server that writes a number without a fraction means the number, to the precision of the type.
            #[expect(clippy::cast_precision_loss)]
            Value::Integer(value) => Ok(value as Self),
            // What is no number, or has no end, could not be written in JSON.
            Value::Text(text) => match text.trim().parse() {
                Ok(number) if Self::is_finite(number) => Ok(number),
                _ => Err(Mismatch::new("a number", value)),
            },
            other => Err(Mismatch::new("a number", other)),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::Float(*self)
    }
}

impl Scalar for Timestamp {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Timestamp(value) => Ok(value),
            Value::Text(text) => text.parse().map_err(|_| Mismatch::new("a point in time", value)),
            Value::Integer(milliseconds) => {
                Self::from_unix_milliseconds(milliseconds).ok_or_else(|| Mismatch::new("a point in time", value))
            }
            other => Err(Mismatch::new("a point in time", other)),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::Timestamp(*self)
    }
}

impl Scalar for Duration {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Duration(value) => Ok(value),
            Value::Text(text) => text.parse().map_err(|_| Mismatch::new("a duration", value)),
            other => Err(Mismatch::new("a duration", other)),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::Duration(*self)
    }
}

impl Scalar for Uri {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        String::from_value(value).map(Self::from)
    }

    fn to_value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

impl Scalar for Content {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Text(text) => Ok(Self::from_href(text)),
            other => Err(Mismatch::new("an address of content", other)),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::Text(self.href())
    }
}

impl Scalar for Bytes {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Text(text) => Self::from_base64(text).ok_or_else(|| Mismatch::new("bytes in base64", value)),
            other => Err(Mismatch::new("bytes in base64", other)),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::Text(self.as_base64())
    }
}

/// Implements [`Property`] for a type itself, which is how required parameters are held.
macro_rules! property {
    ($($scalar:ty),+ $(,)?) => {$(
        impl Property for $scalar {
            fn count(&self) -> usize {
                1
            }

            fn value(&self, _: usize) -> Option<Value<'_>> {
                Some(self.to_value())
            }

            fn read(&mut self, value: Value<'_>) -> Result<(), Mismatch> {
                *self = Self::from_value(value)?;
                Ok(())
            }

            fn clear(&mut self) {
                *self = Self::default();
            }
        }
    )+};
}

property!(String, bool, i32, i64, f64, Timestamp, Duration, Uri, Content, Bytes);

impl<T: Property + Default> Property for Option<T> {
    fn count(&self) -> usize {
        usize::from(self.is_some())
    }

    fn value(&self, _: usize) -> Option<Value<'_>> {
        self.as_ref()?.value(0)
    }

    fn read(&mut self, value: Value<'_>) -> Result<(), Mismatch> {
        let mut item = T::default();
        item.read(value)?;
        *self = Some(item);
        Ok(())
    }

    fn clear(&mut self) {
        *self = None;
    }
}

impl<T: Property + Default> Property for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn value(&self, index: usize) -> Option<Value<'_>> {
        self.get(index)?.value(0)
    }

    fn read(&mut self, value: Value<'_>) -> Result<(), Mismatch> {
        let mut item = T::default();
        item.read(value)?;
        self.push(item);
        Ok(())
    }

    fn clear(&mut self) {
        Self::clear(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_json_cannot_say_is_none() {
        for text in ["NaN", "inf", "-Infinity", "1e999", "x"] {
            assert_eq!(f64::from_value(Value::Text(text)), Err(Mismatch::new("a number", Value::Text(text))));
        }
        assert_eq!(f64::from_value(Value::Text(" -1.5e3 ")), Ok(-1500.0));
    }

    /// The value that a type makes of one of another form, or what it says that should stand there.
    fn read<T: Scalar>(value: Value<'_>) -> Result<String, &'static str> {
        T::from_value(value).map(|read| read.to_value().to_string()).map_err(|mismatch| mismatch.expected)
    }

    #[test]
    fn a_value_in_another_form_is_read_where_it_says_the_same() {
        use Value::{Boolean, Float, Integer, Text};
        let text = |text: &str| Ok(text.to_owned());
        for (found, expected) in [
            (read::<bool>(Integer(1)), text("true")),
            (read::<bool>(Integer(0)), text("false")),
            (read::<bool>(Integer(2)), Err("true or false")),
            (read::<bool>(Text("TRUE")), text("true")),
            (read::<bool>(Text(" false\n")), text("false")),
            (read::<bool>(Text("1")), text("true")),
            (read::<bool>(Text("0")), text("false")),
            (read::<bool>(Text("2")), Err("true or false")),
            (read::<i64>(Float(-7.0)), text("-7")),
            (read::<i64>(Float(7.5)), Err("a whole number")),
            (read::<i64>(Float(8_999_999_999_999_999.0)), text("8999999999999999")),
            (read::<i64>(Float(9.0e15)), Err("a whole number")),
            (read::<i32>(Text(" 7 ")), text("7")),
            (read::<i32>(Integer(1 << 31)), Err("a whole number of 32 bits")),
            (read::<Duration>(Text("PT90M")), text("PT1H30M")),
            (read::<Duration>(Text("soon")), Err("a duration")),
            (read::<Duration>(Integer(90)), Err("a duration")),
            (read::<Bytes>(Text("AAEB")), text("`AAEB`")),
            (read::<Bytes>(Text("-")), Err("bytes in base64")),
            (read::<Bytes>(Boolean(true)), Err("bytes in base64")),
        ] {
            assert_eq!(found, expected);
        }
    }
}

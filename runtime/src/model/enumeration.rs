//! Open enumerations: the values that the reference lists, and whatever else a server sends.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer};

use crate::model::property::{Mismatch, Property, Scalar, Value};

/// A value of an enumeration that the reference does not list.
///
/// Its content is private, so that naming a value in a later version breaks nobody who matched on it.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unlisted(Box<str>);

impl Unlisted {
    /// Wraps a value as it came.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The value as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An enumeration of the reference.
pub trait Enumeration: Sized + Clone + Default + fmt::Debug + PartialEq + Send + Sync + 'static {
    /// The name in the reference.
    const NAME: &'static str;

    /// The values that the reference lists, in its order.
    const VALUES: &'static [Self];

    /// The value on the wire.
    fn as_str(&self) -> &str;

    /// Wraps a value that the reference does not list.
    fn unlisted(text: Unlisted) -> Self;

    /// Whether the reference lists the value.
    fn is_listed(&self) -> bool {
        Self::VALUES.contains(self)
    }

    /// Reads a value from the wire. Letter case is forgiven, as servers and clients differ in it.
    fn from_wire(text: &str) -> Self {
        let exact = Self::VALUES.iter().position(|listed| listed.as_str() == text);
        match exact.or_else(|| in_any_case(Self::VALUES.len(), &|index| Self::VALUES[index].as_str(), text)) {
            Some(index) => Self::VALUES[index].clone(),
            None => Self::unlisted(Unlisted::new(text)),
        }
    }
}

/// The position of a value that is listed in other letters, large or small. This is compiled once, and not for each enumeration.
#[cold]
fn in_any_case(count: usize, listed: &dyn Fn(usize) -> &'static str, text: &str) -> Option<usize> {
    (0..count).find(|index| listed(*index).eq_ignore_ascii_case(text))
}

/// Implements for an enumeration what all of them share. Values are compared, hashed and shown as they are on the wire, which takes
/// the compiler much less time than what it derives.
#[macro_export]
macro_rules! enumeration_traits {
    ($name:ident) => {
        /// The empty text, which no enumeration lists.
        impl ::std::default::Default for $name {
            #[inline]
            fn default() -> Self {
                $crate::Enumeration::unlisted(::std::default::Default::default())
            }
        }

        impl ::std::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::Enumeration::as_str(self) == $crate::Enumeration::as_str(other)
            }
        }

        impl ::std::cmp::Eq for $name {}

        impl ::std::cmp::PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> ::std::option::Option<::std::cmp::Ordering> {
                ::std::option::Option::Some(::std::cmp::Ord::cmp(self, other))
            }
        }

        impl ::std::cmp::Ord for $name {
            #[inline]
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                $crate::order(self, other)
            }
        }

        impl ::std::hash::Hash for $name {
            #[inline]
            fn hash<H: ::std::hash::Hasher>(&self, hasher: &mut H) {
                ::std::hash::Hash::hash($crate::Enumeration::as_str(self), hasher);
            }
        }

        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::fmt_enumeration(self, f)
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str($crate::Enumeration::as_str(self))
            }
        }

        impl ::std::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                $crate::Enumeration::from_wire(text)
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                $crate::Enumeration::from_wire(&text)
            }
        }

        /// Any text is a value, if not a listed one.
        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            #[inline]
            fn from_str(text: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                ::std::result::Result::Ok($crate::Enumeration::from_wire(text))
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                $crate::Enumeration::as_str(self)
            }
        }

        impl ::std::cmp::PartialEq<str> for $name {
            #[inline]
            fn eq(&self, text: &str) -> bool {
                $crate::Enumeration::as_str(self) == text
            }
        }

        impl ::std::cmp::PartialEq<&str> for $name {
            #[inline]
            fn eq(&self, text: &&str) -> bool {
                $crate::Enumeration::as_str(self) == *text
            }
        }

        $crate::serde_traits!(enumeration $name);
    };
}

impl<E: Enumeration> Property for E {
    fn count(&self) -> usize {
        1
    }

    fn value(&self, _: usize) -> Option<Value<'_>> {
        Some(Value::Text(self.as_str()))
    }

    /// Numbers and truth values are taken by their text.
    fn read(&mut self, value: Value<'_>) -> Result<(), Mismatch> {
        *self = Self::from_wire(&as_text(value)?);
        Ok(())
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

/// The order of the reference. What it does not list comes last, by its text.
#[doc(hidden)]
pub fn order<E: Enumeration>(one: &E, other: &E) -> Ordering {
    let rank = |value: &E| E::VALUES.iter().position(|listed| listed == value).unwrap_or(E::VALUES.len());
    rank(one).cmp(&rank(other)).then_with(|| one.as_str().cmp(other.as_str()))
}

/// Shows a value of an enumeration, and whether the reference lists it.
#[doc(hidden)]
pub fn fmt_enumeration<E: Enumeration>(value: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if value.is_listed() { f.write_str(value.as_str()) } else { write!(f, "Unlisted({:?})", value.as_str()) }
}

fn as_text(value: Value<'_>) -> Result<Cow<'_, str>, Mismatch> {
    match value {
        Value::Text(text) => Ok(Cow::Borrowed(text)),
        other => String::from_value(other).map(Cow::Owned),
    }
}

/// Reads a value of an enumeration through serde.
#[doc(hidden)]
pub fn deserialize_enumeration<'de, E: Enumeration, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    Ok(E::from_wire(&Cow::<str>::deserialize(deserializer)?))
}

//! Resources and inputs as documents: reading and writing them in either format.

use crate::codec::{DecodeError, EncodeError, Form, Format, Limits, identity, json, xml};
use crate::model::{Described, Object};

/// A resource or input that can be read from a document and written to one.
pub trait Document: Object + Described + Default {
    /// Reads JSON, within the [default limits](Limits::default).
    fn from_json(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(Format::Json, bytes, Limits::default())
    }

    /// Reads XML, within the [default limits](Limits::default).
    fn from_xml(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(Format::Xml, bytes, Limits::default())
    }

    /// Reads either format within the given limits.
    fn decode(format: Format, bytes: &[u8], limits: Limits) -> Result<Self, DecodeError> {
        let mut resource = Self::default();
        read(format, &mut resource, bytes, limits)?;
        Ok(resource)
    }

    /// Writes JSON.
    fn to_json(&self) -> Result<String, EncodeError> {
        write(Format::Json, self)
    }

    /// Writes XML. Control characters, which XML cannot hold, are an error.
    fn to_xml(&self) -> Result<String, EncodeError> {
        write(Format::Xml, self)
    }
}

impl<T: Object + Described + Default> Document for T {}

/// Reads a document into an object of whatever type, as tools do that work with all of them.
///
/// A document that names another resource than the object's is an error, unless one stands for the other: `participant` for
/// `localParticipant`, `contact` for `organizer`. The object has to be empty; after an error it holds part of the document.
pub fn read(format: Format, object: &mut dyn Object, bytes: &[u8], limits: Limits) -> Result<(), DecodeError> {
    limits.check_size(bytes)?;
    match format {
        Format::Json => json::read(object, bytes, limits),
        Format::Xml => xml::read(object, bytes, limits),
    }?;
    identity::check(object)
}

/// Writes an object of whatever type as a document.
pub fn write(format: Format, object: &dyn Object) -> Result<String, EncodeError> {
    let form = if object.description().input { Form::Input } else { Form::Resource };
    write_as(format, object, form)
}

/// Writes the properties of a resource as the body of a request, which is what a PUT sends back.
pub fn write_input(format: Format, object: &dyn Object) -> Result<String, EncodeError> {
    write_as(format, object, Form::Input)
}

fn write_as(format: Format, object: &dyn Object, form: Form) -> Result<String, EncodeError> {
    match format {
        Format::Json => json::write(object, form),
        Format::Xml => xml::write(object, form),
    }
}

/// Implements for an emitted resource or input, with these properties, what all of them share.
#[macro_export]
macro_rules! object_traits {
    ($name:ident, $($field:ident)*) => {
        impl $crate::Object for $name {
            fn envelope(&self) -> &$crate::Envelope {
                &self.envelope
            }

            fn envelope_mut(&mut self) -> &mut $crate::Envelope {
                &mut self.envelope
            }

            fn property(&self, index: usize) -> ::std::option::Option<&dyn $crate::Property> {
                $crate::field([$(&self.$field),*], index)
            }

            fn property_mut(&mut self, index: usize) -> ::std::option::Option<&mut dyn $crate::Property> {
                $crate::field_mut([$(&mut self.$field),*], index)
            }
        }

        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::fmt_debug(self, f)
            }
        }

        impl ::std::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::same(self, other)
            }
        }

        $crate::serde_traits!(object $name);
    };
}

//! What a resource, or the input of an operation, looks like from outside.

use std::any::Any;
use std::fmt;

use crate::body::Body;
use crate::context::Limits;
use crate::describe::{Description, Registry};
use crate::envelope::Envelope;
use crate::error::{DecodeError, EncodeError};
use crate::property::{Property, Value};
use crate::{json, xml};

/// The representation of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `application/json` and `application/vnd.microsoft.com.ucwa+json`.
    Json,
    /// `application/xml` and `application/vnd.microsoft.com.ucwa+xml`.
    Xml,
}

impl Format {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Json, Self::Xml];

    /// The format that a `Content-Type` names; `None` for what is no UCWA document, such as a proxy's HTML.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let subtype = |wanted: &str| {
            let (kind, subtype) = essence.split_once('/')?;
            kind.eq_ignore_ascii_case(wanted).then_some(subtype)
        };
        let (application, text) = (subtype("application"), subtype("text"));
        let found = application.or(text)?;
        let is = |format: &str| found.eq_ignore_ascii_case(format);
        let ends = |end: &str| {
            let start = found.len().checked_sub(end.len());
            start.and_then(|start| found.get(start..)).is_some_and(|part| part.eq_ignore_ascii_case(end))
        };
        if is("json") || application.is_some() && ends("+json") {
            Some(Self::Json)
        } else if is("xml") || application.is_some() && ends("+xml") && !ends("xhtml+xml") {
            Some(Self::Xml)
        } else {
            None
        }
    }

    /// The media type to ask for and to send.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }
}

/// The tables behind a resource or input, as a constant of its type.
pub trait Described {
    /// The tables.
    const DESCRIPTION: &'static Description;
}

/// What every object gets from being described and cloned. It stands apart from [`Object`] so that it is compiled once and
/// not once for each emitted type.
pub trait AnyObject {
    /// The tables behind it.
    fn description(&self) -> &'static Description;

    /// A copy in a box of its own.
    fn clone_boxed(&self) -> Box<dyn Object>;
}

impl<T: Described + Object + Clone> AnyObject for T {
    fn description(&self) -> &'static Description {
        T::DESCRIPTION
    }

    fn clone_boxed(&self) -> Box<dyn Object> {
        Box::new(self.clone())
    }
}

/// A resource or input, whatever its type: the side that readers, writers and tools see.
pub trait Object: AnyObject + Any + Send + Sync + fmt::Debug {
    /// What every resource has: its own link, its relations, what no table lists.
    fn envelope(&self) -> &Envelope;

    /// The same, to be changed.
    fn envelope_mut(&mut self) -> &mut Envelope;

    /// The field of the property at `index` of the description; `None` behind the last, and where there are no properties.
    fn property(&self, index: usize) -> Option<&dyn Property> {
        let _ = index;
        None
    }

    /// The same, to be changed.
    fn property_mut(&mut self, index: usize) -> Option<&mut dyn Property> {
        let _ = index;
        None
    }

    /// Where resources are looked up that the tables do not lead to.
    fn registry(&self) -> &'static Registry {
        self.description().registry
    }
}

impl dyn Object {
    /// The name on the wire, as the message had it or as the description has it.
    pub fn rel(&self) -> &str {
        self.envelope().rel().unwrap_or(self.description().rel)
    }

    /// The resource as the type it is.
    pub fn downcast_ref<T: Object>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }
}

impl Clone for Box<dyn Object> {
    fn clone(&self) -> Self {
        (**self).clone_boxed()
    }
}

impl PartialEq for dyn Object {
    fn eq(&self, other: &Self) -> bool {
        same(self, other)
    }
}

/// A resource that a reference page describes.
pub trait Resource: Object + Described + Default + Clone + PartialEq {
    /// What a GET of it answers with, and what is embedded in its place: mostly itself, but an `organizer` is a contact.
    type Representation: Resource;

    /// Whether the reference lets it be replaced, so that what came has to be kept for a PUT.
    const REPLACEABLE: bool = false;

    /// The address of the resource, relative to where it came from or absolute.
    fn href(&self) -> Option<&str> {
        self.envelope().href()
    }

    /// The version of the resource's state, where an embedded resource carries it.
    fn etag(&self) -> Option<&str> {
        self.envelope().etag()
    }

    /// Reads JSON, within the [default limits](Limits::default).
    fn from_json(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(Format::Json, bytes, Limits::default())
    }

    /// Reads XML, within the [default limits](Limits::default).
    fn from_xml(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(Format::Xml, bytes, Limits::default())
    }

    /// Reads either format within limits of the caller's.
    fn decode(format: Format, bytes: &[u8], limits: Limits) -> Result<Self, DecodeError> {
        let mut resource = Self::default();
        read(format, &mut resource, bytes, limits)?;
        Ok(resource)
    }

    /// Writes JSON.
    fn to_json(&self) -> Result<String, EncodeError> {
        write(Format::Json, self)
    }

    /// Writes XML. Text that XML cannot hold, which is control characters, is an error.
    fn to_xml(&self) -> Result<String, EncodeError> {
        write(Format::Xml, self)
    }
}

/// The input of an operation: the parameters that a request carries in its body.
pub trait Input: Object + Described + Default + Clone + PartialEq {
    /// The media types of a body that is content as it is; none where the parameters are the body.
    const CONTENT: &'static [&'static str] = &[];

    /// The body, where it is content as it is. The parameters then go into the address.
    fn body(&self) -> Option<&Body> {
        None
    }

    /// The same, to be changed.
    fn body_mut(&mut self) -> Option<&mut Body> {
        None
    }

    /// Reads an input, as a server does.
    fn decode(format: Format, bytes: &[u8], limits: Limits) -> Result<Self, DecodeError> {
        let mut input = Self::default();
        read(format, &mut input, bytes, limits)?;
        Ok(input)
    }

    /// Writes JSON.
    fn to_json(&self) -> Result<String, EncodeError> {
        write(Format::Json, self)
    }

    /// Writes XML. Text that XML cannot hold, which is control characters, is an error.
    fn to_xml(&self) -> Result<String, EncodeError> {
        write(Format::Xml, self)
    }
}

/// Reads a document into an object of whatever type, as tools do that work with all of them.
///
/// After an error the object holds what came before it.
pub fn read(format: Format, object: &mut dyn Object, bytes: &[u8], limits: Limits) -> Result<(), DecodeError> {
    limits.check_size(bytes)?;
    match format {
        Format::Json => json::read(object, bytes, limits),
        Format::Xml => xml::read(object, bytes, limits),
    }
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

/// What a document is: a resource, or the body of a request, which has no address and no relations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Resource,
    Input,
}

fn write_as(format: Format, object: &dyn Object, form: Form) -> Result<String, EncodeError> {
    match format {
        Format::Json => json::write(object, form),
        Format::Xml => xml::write(object, form),
    }
}

/// Whether two objects are of one kind and hold the same.
pub fn same(left: &dyn Object, right: &dyn Object) -> bool {
    std::ptr::eq(left.description(), right.description())
        && (0..left.description().properties.len())
            .all(|index| same_property(left.property(index), right.property(index)))
        && left.envelope() == right.envelope()
}

pub(crate) fn same_property(left: Option<&dyn Property>, right: Option<&dyn Property>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return left.is_none() == right.is_none() };
    left.count() == right.count() && (0..left.count()).all(|index| left.value(index) == right.value(index))
}

/// Shows an object the way a derived `Debug` would, with what is there and nothing that is secret.
pub fn fmt_debug(object: &dyn Object, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let description = object.description();
    let mut debug = f.debug_struct(description.name);
    for (index, property) in description.properties.iter().enumerate() {
        let Some(field) = object.property(index).filter(|field| field.count() > 0) else { continue };
        if property.secret {
            debug.field(property.name, &format_args!("[secret]"));
        } else {
            debug.field(property.name, &Values(field));
        }
    }
    object.envelope().debug_fields(&mut debug);
    debug.finish()
}

/// The values of a field: the value where there is one, else a list.
struct Values<'a>(&'a dyn Property);

impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut values = (0..self.0.count()).filter_map(|index| self.0.value(index));
        if self.0.count() == 1 {
            values.try_for_each(|value| fmt_value(value, f))
        } else {
            f.debug_list().entries(values).finish()
        }
    }
}

fn fmt_value(value: Value<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::Text(text) => fmt::Debug::fmt(text, f),
        other => fmt::Display::fmt(&other, f),
    }
}

/// Implements for an emitted resource or input what all of them share.
#[macro_export]
macro_rules! object_traits {
    ($name:ident) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::fmt_debug(self, f)
            }
        }

        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::same(self, other)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::serialize(self, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::deserialize(deserializer)
            }
        }
    };
}

//! What a response says, before it is JSON or XML.

mod content;
mod etag;
mod json;
mod marker;
mod xml;

use std::borrow::Cow;

pub(crate) use content::{data_uri, plain_text};
pub(crate) use etag::etag;
pub(crate) use json::{events_json, metadata_json, reason_json, resource_json};
pub(crate) use marker::Marker;
pub(crate) use xml::{events_xml, metadata_xml, reason_xml, resource_xml};

/// A name on the wire, most of which the schema holds.
pub(crate) type Name = Cow<'static, str>;

/// A value of a property.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    /// Text, a member of an enumeration, or an address.
    Text(Cow<'static, str>),
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Number(i64),
    /// Milliseconds since 1970.
    Time(i64),
    /// Several values.
    List(Vec<Value>),
}

impl Value {
    pub(crate) fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A list of texts.
    pub(crate) fn texts<T: Into<Cow<'static, str>>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

/// One, or a list, as the schema says of a relation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// A link to somewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Link {
    pub(crate) href: String,
    /// A display name.
    pub(crate) title: Option<String>,
    /// The latest revision of what is there, where it is not the first.
    pub(crate) revision: Option<u32>,
}

impl Link {
    pub(crate) fn new(href: impl Into<String>) -> Self {
        Self { href: href.into(), ..Self::default() }
    }
}

/// A resource in a response.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Resource {
    pub(crate) rel: Name,
    pub(crate) href: String,
    pub(crate) properties: Vec<(Name, Value)>,
    pub(crate) links: Vec<(Name, OneOrMany<Link>)>,
    pub(crate) embedded: Vec<(Name, OneOrMany<Resource>)>,
    /// Whether the resource stands in another, and shows its ETag as a property.
    pub(crate) shows_etag: bool,
    /// Whether a PUT of the resource needs the marker that a GET brings.
    pub(crate) needs_marker: bool,
}

impl Resource {
    pub(crate) fn new(rel: impl Into<Name>, href: impl Into<String>) -> Self {
        Self { rel: rel.into(), href: href.into(), ..Self::default() }
    }

    #[must_use]
    pub(crate) fn link(mut self, rel: impl Into<Name>, href: impl Into<String>) -> Self {
        self.links.push((rel.into(), OneOrMany::One(Link::new(href))));
        self
    }
}

/// Why a request failed, or why something happened that an event tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Reason {
    pub(crate) code: Name,
    pub(crate) subcode: Option<Name>,
    pub(crate) message: Option<String>,
    /// Invalid parameters, each with what is wrong with it.
    pub(crate) parameters: Vec<(String, String)>,
    /// What helps to find the request in a log.
    pub(crate) debug_info: Vec<(&'static str, String)>,
}

impl Reason {
    pub(crate) fn new(code: impl Into<Name>, subcode: impl Into<Name>) -> Self {
        Self { code: code.into(), subcode: Some(subcode.into()), ..Self::default() }
    }
}

/// What an answer of the event channel holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Events {
    pub(crate) href: String,
    /// The way on: `next`, `resume` or `resync`, with its address.
    pub(crate) way: (&'static str, String),
    /// Senders in order; empty for `resync`, which has none.
    pub(crate) senders: Option<Vec<Sender>>,
}

/// Events in a row that one resource tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sender {
    pub(crate) rel: Name,
    pub(crate) href: String,
    pub(crate) events: Vec<Event>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) kind: Name,
    pub(crate) rel: Name,
    pub(crate) href: String,
    pub(crate) title: Option<String>,
    /// The collection that the target joined or left.
    pub(crate) collection: Option<(Name, String)>,
    pub(crate) resource: Option<Box<Resource>>,
    pub(crate) status: Option<&'static str>,
    pub(crate) reason: Option<Box<Reason>>,
}

impl Event {
    /// The `direction` of the target, where the event brings one along that has it.
    pub(crate) fn direction(&self) -> Option<&str> {
        let properties = &self.resource.as_ref()?.properties;
        match &properties.iter().find(|(name, _)| name == "direction")?.1 {
            Value::Text(direction) => Some(direction),
            _ => None,
        }
    }
}

//! What a document holds and its types do not: kept as it came, so that nothing is lost.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A part of a resource that does not fit its type, as it came.
///
/// The rest of the resource is read. A property goes back as it came for as long as its field is not changed; a link or an
/// embedded resource is written to documents of the format that it came in. XML says nothing of types, so that an object or
/// list which stands for a text in JSON is a text when it comes back from XML.
#[derive(Clone)]
pub struct Unreadable {
    pub(crate) place: Place,
    pub(crate) path: Box<str>,
    pub(crate) expected: Box<str>,
    pub(crate) raw: Raw,
}

/// Where in a resource something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A property, known or not.
    Property(Box<str>),
    /// All links.
    Links,
    /// A link of a relation, by its position where there is a list.
    Link(Box<str>, Option<usize>),
    /// All embedded resources.
    Embedded,
    /// An embedded resource of a relation, by its position where there is a list.
    Target(Box<str>, Option<usize>),
}

impl Place {
    /// Whether two places are the same. What stands alone and what is first in a list differ in how they are written only.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Link(left, index), Self::Link(right, other))
            | (Self::Target(left, index), Self::Target(right, other)) => {
                left == right && index.unwrap_or(0) == other.unwrap_or(0)
            }
            _ => self == other,
        }
    }
}

/// A part of a document.
#[derive(Debug, Clone)]
pub(crate) enum Raw {
    /// JSON. Texts of an XML document are kept as JSON too, which can hold them and lists of them.
    Json(Box<str>),
    /// An element with what is in it.
    Xml(Box<str>),
}

impl Unreadable {
    /// Where in the resource it stands, such as `lastActive`, `emailAddresses[1]` or `_embedded.contact[2]`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What should stand there, such as `a point in time`.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The text in the document: JSON or XML. Of a list in which one item does not fit, it is the whole list.
    pub fn text(&self) -> &str {
        match &self.raw {
            Raw::Json(text) | Raw::Xml(text) => text,
        }
    }

    /// The name of the property; `None` for a link or an embedded resource.
    pub fn property(&self) -> Option<&str> {
        match &self.place {
            Place::Property(name) => Some(name),
            _ => None,
        }
    }

    /// The value of a property as JSON.
    pub(crate) fn as_property(&self) -> Option<(&str, &str)> {
        match (&self.place, &self.raw) {
            (Place::Property(name), Raw::Json(text)) => Some((name, text)),
            _ => None,
        }
    }

    /// The element of an embedded resource with its position in a relation.
    pub(crate) fn as_element(&self) -> Option<(&str, usize, &str)> {
        match (&self.place, &self.raw) {
            (Place::Target(rel, index), Raw::Xml(element)) => Some((rel, index.unwrap_or(0), element)),
            _ => None,
        }
    }

    /// The element of a link.
    pub(crate) fn as_link_element(&self) -> Option<&str> {
        match (&self.place, &self.raw) {
            (Place::Link(..), Raw::Xml(element)) => Some(element),
            _ => None,
        }
    }

    pub(crate) fn json(&self) -> Option<RawJson<'_>> {
        match &self.raw {
            Raw::Json(text) => Some(RawJson(text)),
            Raw::Xml(_) => None,
        }
    }
}

impl PartialEq for Unreadable {
    /// Compares texts, as XML has nothing else: the number `7` and the text `"7"` are the same.
    fn eq(&self, other: &Self) -> bool {
        self.place.is_same(&other.place)
            && match (&self.raw, &other.raw) {
                (Raw::Json(left), Raw::Json(right)) => RawJson(left).texts() == RawJson(right).texts(),
                (Raw::Xml(left), Raw::Xml(right)) => left == right,
                _ => false,
            }
    }
}

/// A part of a JSON document.
#[derive(Clone, Copy)]
pub(crate) struct RawJson<'a>(pub(crate) &'a str);

/// The texts that a value consists of: one, or those of a list.
#[derive(PartialEq, Eq)]
pub(crate) enum Texts<'a> {
    One(Cow<'a, str>),
    List(Vec<Cow<'a, str>>),
}

impl<'a> RawJson<'a> {
    /// The items, where it is a list.
    pub(crate) fn items(self) -> Option<Vec<Self>> {
        if !self.0.starts_with('[') {
            return None;
        }
        let items = serde_json::from_str::<Vec<&'a RawValue>>(self.0).ok()?;
        Some(items.into_iter().map(|item| Self(item.get())).collect())
    }

    /// The value as it would stand in XML, where everything is text.
    pub(crate) fn texts(self) -> Texts<'a> {
        match self.items() {
            Some(items) => Texts::List(items.into_iter().map(Self::text).collect()),
            None => Texts::One(self.text()),
        }
    }

    fn text(self) -> Cow<'a, str> {
        match self.0 {
            "true" => "True".into(),
            "false" => "False".into(),
            "null" => "".into(),
            // What is no text is shown as it stands.
            text => serde_json::from_str::<String>(text).map_or(text.into(), Into::into),
        }
    }
}

impl Serialize for RawJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Serializers other than that of documents get what they can hold.
        if let Some(items) = self.items() {
            return serializer.collect_seq(items);
        }
        if self.0.starts_with('"')
            && let Ok(text) = serde_json::from_str::<String>(self.0)
        {
            return serializer.serialize_str(&text);
        }
        match serde_json::from_str::<&RawValue>(self.0) {
            Ok(raw) => raw.serialize(serializer),
            Err(_) => serializer.serialize_str(self.0),
        }
    }
}

impl fmt::Display for Unreadable {
    /// Says where it stands and what should stand there, and not what stands there, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}", crate::secret::printable(&self.path), self.expected)
    }
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

//! The document that the event channel answers with.

mod json;
mod xml;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;
use url::Url;

use crate::codec::{AnyResource, DecodeError, EncodeError, ErrorBody, Format, Limits};
use crate::model::{Address, Link, LinkData, Registry, Resource};

/// What the event channel answers with: who tells of what, and where to go on.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct EventDocument {
    /// The address of this document.
    pub link: Option<LinkData>,
    /// Where the next request goes.
    pub next: Option<NextLink>,
    /// Who tells of what, in order. The same sender may come several times.
    pub senders: Vec<Sender>,
    /// Links that the protocol does not know, by relation.
    pub other_links: Vec<(String, LinkData)>,
    /// What else the server said.
    pub unknown: Vec<(String, Json)>,
    base: Option<Arc<Address>>,
}

/// Where to go on in the event channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextLink {
    /// Go on there; doing so acknowledges what came.
    Next(LinkData),
    /// Go on there, and subscribe again: conversations and presence subscriptions were reset.
    Resume(LinkData),
    /// Go on there, and forget all transient state: the acknowledgement was out of order.
    Resync(LinkData),
}

impl NextLink {
    /// The name of the relation.
    pub fn rel(&self) -> &'static str {
        match self {
            Self::Next(_) => "next",
            Self::Resume(_) => "resume",
            Self::Resync(_) => "resync",
        }
    }

    /// The link, whatever it means.
    pub fn link(&self) -> &LinkData {
        match self {
            Self::Next(link) | Self::Resume(link) | Self::Resync(link) => link,
        }
    }

    /// How much following it asks of the client.
    fn rank(&self) -> u8 {
        match self {
            Self::Next(_) => 0,
            Self::Resume(_) => 1,
            Self::Resync(_) => 2,
        }
    }

    fn new(rel: &str, link: LinkData) -> Option<Self> {
        match rel {
            "next" => Some(Self::Next(link)),
            "resume" => Some(Self::Resume(link)),
            "resync" => Some(Self::Resync(link)),
            _ => None,
        }
    }
}

/// A resource that tells of events.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Sender {
    /// The name of the resource, such as `people`.
    pub rel: String,
    /// Its address.
    pub link: LinkData,
    /// What it tells of, in order.
    pub events: Vec<Event>,
    /// What else the server said of it.
    pub unknown: Vec<(String, Json)>,
}

/// One thing that happened.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// What it happened to. A deleted target must not be fetched.
    pub target: EventTarget,
    /// The collection that the target joined or left.
    pub collection: Option<Box<EventTarget>>,
    /// The target itself, where the server sent it along.
    pub resource: Option<AnyResource>,
    /// How an operation ended: `Success` or `Failure`.
    pub status: Option<Box<str>>,
    /// Why an operation failed.
    pub reason: Option<Box<ErrorBody>>,
    /// What the document had, where it could not be read as an event.
    pub unreadable: Option<Box<UnreadableEvent>>,
    /// What else the server said.
    pub unknown: Vec<(String, Json)>,
}

/// An event that could not be read, as it came.
#[derive(Debug, Clone, Eq)]
#[non_exhaustive]
pub struct UnreadableEvent {
    /// The part of the document that holds the event.
    pub text: String,
    /// Why it could not be read.
    pub error: DecodeError,
}

impl PartialEq for UnreadableEvent {
    /// Compares the texts: the error follows from them, but for the position in the document.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A resource that an event is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventTarget {
    /// The name of the resource, such as `contactPresence`.
    pub rel: Cow<'static, str>,
    /// Its address.
    pub link: LinkData,
}

/// Why an event with more to it than an [`Event`] can say is kept as it came.
const ONE_RESOURCE: &str = "expected one resource, found several";

/// What happened to the target of an event.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// It joined a collection.
    Added,
    /// It changed.
    Updated,
    /// It left a collection, or is gone.
    Deleted,
    /// An operation began.
    Started,
    /// An operation ended.
    Completed,
    /// Something that the protocol does not know.
    Other(Box<str>),
}

impl EventKind {
    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Other(name) => name,
        }
    }
}

impl Default for EventKind {
    /// What happened when the document does not say.
    fn default() -> Self {
        Self::Other(Box::default())
    }
}

impl From<&str> for EventKind {
    fn from(name: &str) -> Self {
        match name {
            "added" => Self::Added,
            "updated" => Self::Updated,
            "deleted" => Self::Deleted,
            "started" => Self::Started,
            "completed" => Self::Completed,
            other => Self::Other(other.into()),
        }
    }
}

impl fmt::Debug for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for EventDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("EventDocument");
        debug.field("link", &self.link).field("next", &self.next).field("senders", &self.senders);
        debug.field("other_links", &self.other_links).field("unknown", &self.unknown).finish_non_exhaustive()
    }
}

impl PartialEq for EventDocument {
    /// Where a document came from is nothing that it says.
    fn eq(&self, other: &Self) -> bool {
        self.link == other.link
            && self.next == other.next
            && self.senders == other.senders
            && self.other_links == other.other_links
            && self.unknown == other.unknown
    }
}

impl EventDocument {
    /// Reads a document within limits. `registry` says what resources there are; the emitted crate has one.
    ///
    /// An event that cannot be read does not spoil the others: it is kept as [`Event::unreadable`]. Only what is not JSON or
    /// XML, or no event document at all, is an error.
    pub fn decode(
        registry: &'static Registry,
        format: Format,
        bytes: &[u8],
        limits: Limits,
    ) -> Result<Self, DecodeError> {
        limits.check_size(bytes)?;
        match format {
            Format::Json => json::read(registry, bytes, limits),
            Format::Xml => xml::read(registry, bytes, limits),
        }
    }

    /// Writes a document.
    pub fn encode(&self, format: Format) -> Result<String, EncodeError> {
        match format {
            Format::Json => crate::codec::json::write_document(self),
            Format::Xml => xml::write(self),
        }
    }

    /// The events with their senders, in order.
    pub fn events(&self) -> impl Iterator<Item = (&Sender, &Event)> {
        self.senders.iter().flat_map(|sender| sender.events.iter().map(move |event| (sender, event)))
    }

    /// The link to a resource that an event or sender is about, taken to be a `T`.
    pub fn link_to<T: Resource>(&self, link: &LinkData) -> Link<T> {
        Link::from_parts(link.clone(), self.base.clone())
    }

    /// Says which address the document came from, against which relative links are resolved.
    pub fn set_base(&mut self, base: Url) {
        self.set_base_address(&Arc::new(base.into()));
    }

    pub(crate) fn set_base_address(&mut self, base: &Arc<Address>) {
        self.base = Some(Arc::clone(base));
        let events = self.senders.iter_mut().flat_map(|sender| &mut sender.events);
        for resource in events.filter_map(|event| event.resource.as_mut()) {
            resource.as_object_mut().envelope_mut().set_base_address(base);
        }
    }

    /// Takes over a link of the document.
    fn set_link(&mut self, rel: &str, link: LinkData) {
        if rel == "self" {
            self.link = Some(link);
            return;
        }
        let Some(found) = NextLink::new(rel, link.clone()) else {
            self.other_links.push((rel.to_owned(), link));
            return;
        };
        // There should be one; of several the one that asks for most is followed.
        let other = match self.next.take() {
            Some(before) if before.rank() >= found.rank() => {
                self.next = Some(before);
                Some(found)
            }
            before => {
                self.next = Some(found);
                before
            }
        };
        self.other_links.extend(other.map(|other| (other.rel().to_owned(), other.link().clone())));
    }
}

/// The key below which an event carries a resource.
fn key(resource: &AnyResource) -> &str {
    match resource.as_object().description().rel {
        "" => resource.rel(),
        described => described,
    }
}

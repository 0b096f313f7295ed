//! The document that the event channel responds with.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;
use url::Url;

use super::one::EventOrigin;
use super::{Event, EventTarget, NextLink, UnreadablePart};
use crate::model::{Address, Link, LinkData, Resource};
use crate::secret::RedactedProperties;

/// A response of the event channel: the events, and the link for the next request.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct EventDocument {
    /// The address of this document.
    pub link: Option<LinkData>,
    /// Where the next request goes. [`next_link`](Self::next_link) gives it as a typed link.
    pub next: Option<NextLink>,
    /// The resources that sent events, in order. The same sender may come several times.
    pub senders: Vec<Sender>,
    /// Links that the protocol does not know, by relation.
    pub other_links: Vec<(String, LinkData)>,
    /// Unknown properties, as the server sent them.
    pub unknown: Vec<(String, Json)>,
    /// What of the document itself could not be read, as it came: in JSON the value of a key such as `_links`, in XML the element
    /// of a `link`. What could be read of it is in the other fields.
    pub unreadable: Vec<(String, UnreadablePart)>,
    base: Option<Arc<Address>>,
}

/// A resource that sent events.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Sender {
    /// The name of the resource, such as `people`.
    pub rel: String,
    /// Its address.
    pub link: LinkData,
    /// Its events, in order.
    pub events: Vec<Event>,
    /// The sender as it came, with its events, where some of it could not be read. What could be read is in the other fields.
    pub unreadable: Option<Box<UnreadablePart>>,
    /// Unknown properties of it, as the server sent them.
    pub unknown: Vec<(String, Json)>,
}

impl EventDocument {
    /// The events with their senders, in order.
    pub fn events(&self) -> impl Iterator<Item = (&Sender, &Event)> {
        self.senders.iter().flat_map(|sender| sender.events.iter().map(move |event| (sender, event)))
    }

    /// The events, in order. Each knows its sender and the address of the document.
    pub fn into_events(self) -> impl Iterator<Item = Event> {
        self.senders.into_iter().flat_map(|sender| sender.events)
    }

    /// Where the next request goes, as a link to a `T`, which in the emitted crate is `Events`.
    pub fn next_link<T: Resource>(&self) -> Option<NextLink<Link<T>>> {
        self.next.clone().map(|next| next.map(|link| Link::from_parts(link, self.base.clone())))
    }

    /// The link to a resource that an event or sender is about, taken to be a `T`.
    pub fn link_to<T: Resource>(&self, link: &LinkData) -> Link<T> {
        Link::from_parts(link.clone(), self.base.clone())
    }

    /// Sets the address of the document, against which relative links are resolved.
    pub fn set_base(&mut self, base: Url) {
        self.set_origins(Some(Arc::new(base.into())));
    }

    /// Tells the events, and the resources in them, where they came from: their sender, and the address of the document.
    pub(super) fn set_origins(&mut self, base: Option<Arc<Address>>) {
        self.base = base;
        for sender in self.senders.iter_mut().filter(|sender| !sender.events.is_empty()) {
            let target = EventTarget { rel: Cow::Owned(sender.rel.clone()), link: sender.link.clone() };
            let origin = Arc::new(EventOrigin { sender: target, base: self.base.clone() });
            for event in &mut sender.events {
                if let (Some(base), Some(resource)) = (&origin.base, &mut event.resource) {
                    resource.as_object_mut().envelope_mut().set_base_address(base);
                }
                event.origin = Some(Arc::clone(&origin));
            }
        }
    }

    /// Forgets the links of the document, of which others come.
    pub(super) fn clear_links(&mut self) {
        (self.link, self.next) = (None, None);
        self.other_links.clear();
    }

    /// Takes over a link of the document.
    pub(super) fn set_link(&mut self, rel: &str, link: LinkData) {
        if rel == "self" {
            self.link = Some(link);
            return;
        }
        let found = match NextLink::new(rel, link) {
            Ok(found) => found,
            Err(link) => return self.other_links.push((rel.to_owned(), link)),
        };
        // There should be one; of several the one that requires most is followed.
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
        self.other_links.extend(other.map(|other| (other.rel().to_owned(), other.into_link())));
    }
}

impl fmt::Debug for EventDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("EventDocument");
        debug.field("link", &self.link).field("next", &self.next).field("senders", &self.senders);
        debug.field("other_links", &self.other_links).field("unknown", &RedactedProperties(&self.unknown));
        debug.field("unreadable", &self.unreadable).finish_non_exhaustive()
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Sender");
        debug.field("rel", &self.rel).field("link", &self.link).field("events", &self.events);
        debug.field("unreadable", &self.unreadable).field("unknown", &RedactedProperties(&self.unknown)).finish()
    }
}

impl PartialEq for EventDocument {
    /// Where a document came from does not count.
    fn eq(&self, other: &Self) -> bool {
        self.link == other.link
            && self.next == other.next
            && self.senders == other.senders
            && self.other_links == other.other_links
            && self.unknown == other.unknown
            && self.unreadable == other.unreadable
    }
}

//! One event.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{EventKind, OperationStatus, UnreadablePart};
use crate::codec::{AnyResource, ErrorBody};
use crate::model::{Address, Link, LinkData, Resource, Value, type_rel};
use crate::secret::RedactedProperties;

/// The name of the property by which events name the operation that they are about.
const OPERATION_ID: &str = "operationId";

/// One thing that happened.
///
/// [`documented`](Self::documented) sorts events by what the reference documents; [`about`](Self::about) takes an event for one
/// about a resource of a known type.
#[derive(Clone, Default)]
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
    /// How an operation ended.
    pub status: Option<OperationStatus>,
    /// Why an operation failed.
    pub reason: Option<Box<ErrorBody>>,
    /// The event as it came, where some of it could not be read. What could be read is in the other fields.
    pub unreadable: Option<Box<UnreadablePart>>,
    /// Unknown properties, as the server sent them.
    pub unknown: Vec<(String, Json)>,
    pub(super) origin: Option<Arc<EventOrigin>>,
}

/// Where an event came from: what all events of a sender share.
#[derive(Debug, Clone, Default)]
pub(super) struct EventOrigin {
    pub(super) sender: EventTarget,
    /// The address of the document.
    pub(super) base: Option<Arc<Address>>,
}

/// A resource that an event names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventTarget {
    /// The name of the resource, such as `contactPresence`.
    pub rel: Cow<'static, str>,
    /// Its address.
    pub link: LinkData,
}

/// Whether a rel is that of a `T`. A resource that no page describes may be called anything.
pub(super) fn is_rel_of<T: Resource>(rel: &str) -> bool {
    T::DESCRIPTION.rel.is_empty() || rel == T::DESCRIPTION.rel
}

impl EventTarget {
    /// The link, if this is a `T` and has an address.
    fn link_to<T: Resource>(&self, base: Option<&Arc<Address>>) -> Option<Link<T>> {
        let is_one = is_rel_of::<T>(&self.rel);
        (is_one && !self.link.href.is_empty()).then(|| Link::from_parts(self.link.clone(), base.cloned()))
    }
}

impl Event {
    /// The name of the resource that the event is about: of its link, or of the embedded resource where it has no link.
    pub fn rel(&self) -> &str {
        match (&*self.target.rel, &self.resource) {
            ("", Some(resource)) => key(resource),
            (rel, _) => rel,
        }
    }

    /// The resource that sent the event; `None` for an event that was not read from a document.
    pub fn sender(&self) -> Option<&EventTarget> {
        self.origin.as_ref().map(|origin| &origin.sender)
    }

    /// Reports whether so little of the event could be read that it is not known what happened, or to what.
    pub fn is_unidentified(&self) -> bool {
        self.unreadable.is_some() && (self.rel().is_empty() || self.kind == "")
    }

    /// The link to the target, if that is a `T`: from the event, or from the embedded resource.
    pub fn link<T: Resource>(&self) -> Option<Link<T>> {
        let base = self.base();
        let embedded = || {
            let resource = self.resource.as_ref().filter(|resource| is_rel_of::<T>(key(resource)))?;
            Some(Link::from_parts(resource.as_object().envelope().link()?.clone(), base.cloned()))
        };
        self.target.link_to(base).or_else(embedded)
    }

    /// The link to the collection that the target joined or left, if that is a `C`.
    pub fn collection_link<C: Resource>(&self) -> Option<Link<C>> {
        self.collection.as_ref()?.link_to(self.base())
    }

    /// The link to the resource that sent the event, if that is an `S`.
    pub fn sender_link<S: Resource>(&self) -> Option<Link<S>> {
        self.sender()?.link_to(self.base())
    }

    /// The id of the operation that the event is about, as the client gave it when it started the operation.
    pub fn operation_id(&self) -> Option<&str> {
        let object = self.resource.as_ref()?.as_object();
        let index = object.description().find_property(OPERATION_ID, 0);
        match index.and_then(|index| object.property(index)?.value(0)) {
            Some(Value::Text(id)) => Some(id),
            _ => object.envelope().unknown_property(OPERATION_ID)?.as_str(),
        }
    }

    fn base(&self) -> Option<&Arc<Address>> {
        self.origin.as_ref()?.base.as_ref()
    }
}

/// The key below which an event carries a resource.
pub(super) fn key(resource: &AnyResource) -> &str {
    type_rel(resource.as_object())
}

impl PartialEq for Event {
    /// Where an event came from does not count.
    fn eq(&self, other: &Self) -> bool {
        (&self.kind, &self.target, &self.collection, &self.resource)
            == (&other.kind, &other.target, &other.collection, &other.resource)
            && (&self.status, &self.reason, &self.unreadable, &self.unknown)
                == (&other.status, &other.reason, &other.unreadable, &other.unknown)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Event");
        debug.field("kind", &self.kind).field("target", &self.target).field("collection", &self.collection);
        debug.field("resource", &self.resource).field("status", &self.status).field("reason", &self.reason);
        debug.field("unreadable", &self.unreadable).field("unknown", &RedactedProperties(&self.unknown));
        debug.finish_non_exhaustive()
    }
}

//! Events about resources of a known type.

use std::fmt;
use std::marker::PhantomData;

use super::one::is_rel_of;
use super::{Event, EventKind, EventTarget, OperationStatus};
use crate::codec::ErrorBody;
use crate::model::{Link, Representation, Resource};

/// An enumeration of the events that a reference documents, which the emitted crate implements.
pub trait EventTable<'e>: Sized {
    /// Finds the variant of an event.
    fn sort(event: &'e Event) -> Self;
}

impl Event {
    /// The event, sorted by the kinds of event that the reference documents. In the emitted crate, `D` is `events::Documented`:
    ///
    /// ```ignore
    /// match event.documented() {
    ///     Documented::ContactPresenceUpdated(event) => println!("{:?}", event.resource()),
    ///     other => {}
    /// }
    /// ```
    pub fn documented<'e, D: EventTable<'e>>(&'e self) -> D {
        D::sort(self)
    }

    /// The event as one about a `T`, if it is one.
    pub fn about<T: Resource>(&self) -> Option<TypedEvent<'_, T>> {
        is_rel_of::<T>(self.rel()).then(|| TypedEvent::new(self))
    }
}

/// An event about a `T`.
pub struct TypedEvent<'e, T> {
    event: &'e Event,
    target: PhantomData<fn() -> T>,
}

impl<'e, T: Resource> TypedEvent<'e, T> {
    /// Treats an event as one about a `T`. The caller has checked its rel.
    #[doc(hidden)]
    pub fn new(event: &'e Event) -> Self {
        Self { event, target: PhantomData }
    }

    /// The event itself, as the server sent it.
    pub fn event(&self) -> &'e Event {
        self.event
    }

    /// What happened.
    pub fn kind(&self) -> &'e EventKind {
        &self.event.kind
    }

    /// The link to the target. A deleted target must not be fetched.
    pub fn link(&self) -> Option<Link<T>> {
        self.event.link()
    }

    /// The link to the collection that the target joined or left, if that is a `C`.
    pub fn collection<C: Resource>(&self) -> Option<Link<C>> {
        self.event.collection_link()
    }

    /// The resource that sent the event; `None` for an event that was not read from a document.
    pub fn sender(&self) -> Option<&'e EventTarget> {
        self.event.sender()
    }

    /// The id of the operation that the event is about, as the client gave it when it started the operation.
    pub fn operation_id(&self) -> Option<&'e str> {
        self.event.operation_id()
    }

    /// How an operation ended.
    pub fn status(&self) -> Option<&'e OperationStatus> {
        self.event.status.as_ref()
    }

    /// Why an operation failed.
    pub fn reason(&self) -> Option<&'e ErrorBody> {
        self.event.reason.as_deref()
    }
}

impl<'e, T: Representation> TypedEvent<'e, T> {
    /// The target, where the server sent it along.
    pub fn resource(&self) -> Option<&'e T> {
        self.event.resource.as_ref()?.downcast_ref()
    }
}

impl<T> Clone for TypedEvent<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for TypedEvent<'_, T> {}

impl<T> PartialEq for TypedEvent<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.event == other.event
    }
}

impl<T> fmt::Debug for TypedEvent<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.event.fmt(f)
    }
}

//! The HTTP methods of resources, as traits that the emitted crate implements for what the reference documents and for
//! nothing else.

use crate::http::errors::Conditions;
use crate::http::input::Input;
use crate::http::response::FromResponse;
use crate::model::{Representation, Resource};

/// A resource that can be read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read with GET",
    label = "this resource documents no GET",
    note = "the documentation of the type lists its methods; most of those that cannot be read have `post`"
)]
pub trait Get: Resource {
    /// The parameters, which stand in the URL.
    type Query: Input;
    /// The type that a successful response is read as.
    type Response: FromResponse;
    /// The documented errors.
    type Error: Conditions;
    /// The media type that comes back, where it is content and not a UCWA document.
    const ACCEPT: Option<&'static str> = None;
}

/// A resource with a POST, which creates, starts or changes something.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not support POST",
    label = "this resource documents no POST",
    note = "the documentation of the type lists its methods; most operations are relations with a `post` of their own"
)]
pub trait Post: Resource {
    /// The parameters.
    type Input: Input;
    /// The type that a successful response is read as.
    type Response: FromResponse;
    /// The documented errors.
    type Error: Conditions;
    /// The media type that comes back, where it is content and not a UCWA document.
    const ACCEPT: Option<&'static str> = None;
}

/// A resource that can be replaced.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is read-only and cannot be replaced with PUT",
    label = "this resource documents no PUT",
    note = "the documentation of the type lists its methods; it may be changed by `post`, to itself or to one of its relations"
)]
pub trait Put: Representation {
    /// The documented errors.
    type Error: Conditions;
}

/// A resource that can be removed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be removed with DELETE",
    label = "this resource documents no DELETE",
    note = "the documentation of the type lists its methods"
)]
pub trait Delete: Resource {
    /// The documented errors.
    type Error: Conditions;
}

/// A resource that lists its methods.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not support OPTIONS",
    label = "this resource documents no OPTIONS",
    note = "the documentation of the type lists its methods"
)]
pub trait Options: Resource {
    /// The documented errors.
    type Error: Conditions;
}

/// A resource of which a later revision exists.
#[diagnostic::on_unimplemented(
    message = "the reference describes no later revision of `{Self}`",
    label = "use the link as it is",
    note = "types whose names end in a digit are later revisions, such as `Group2` of `Group`"
)]
pub trait Revised: Resource {
    /// The next revision.
    type Later: Resource;
    /// The last revision.
    type Latest: Resource;
}

/// Never implemented: see [`Link::put`](crate::Link::put).
#[diagnostic::on_unimplemented(
    message = "a PUT needs the resource and the ETag that a GET brought, and a link has neither",
    label = "call `get()` first, change the `Fetched` that comes back, and call `put()` on that",
    note = "a PUT replaces the whole resource, if nobody else changed it since it was read"
)]
pub trait FetchFirst {}

//! What a message is made of, whatever its format: objects and the tables that describe them, properties, relations, links.
//!
//! `object`, `description` and `envelope` refer to each other, as what they model does: an object has a description, a
//! description creates the objects that its relations lead to, and an envelope holds them.

mod address;
mod description;
mod enumeration;
mod envelope;
mod generic;
mod link;
mod object;
mod property;
mod protocol;
mod related;
mod unreadable;

pub(crate) use address::{Address, resolve};
pub(crate) use envelope::{TOO_MANY_NAMES, USUAL_RELATIONS};
pub(crate) use generic::create;
pub(crate) use link::whole_revision;
pub(crate) use object::{is_told, same_property, type_rel};
pub(crate) use property::{LONG_NUMBER, float_as_text, is_inexact, take};
pub(crate) use protocol::discovered;
pub(crate) use unreadable::{Place, Raw, RawJson, Texts};

pub use address::AddressError;
pub use description::{
    Description, PropertyDescription, PropertyForm, Registry, RegistryEntry, RelationDescription, RelationTarget,
    content, input, list, many, one, resource, scalar,
};
pub use enumeration::{Enumeration, Unlisted, deserialize_enumeration, fmt_enumeration, order};
pub use envelope::{Envelope, Relation};
pub use generic::GenericResource;
pub use link::{Link, LinkData, LinkDetail, Untyped};
pub use object::{
    AnyObject, Described, Object, Representation, Resource, field, field_mut, fmt_debug, same, unreadable,
};
pub use property::{Mismatch, Property, Value};
pub use protocol::ProtocolProperty;
pub use related::{NotLinked, Related, RelatedList, RelatedTarget};
pub use unreadable::Unreadable;

//! Resources whose kind is only known from the message.

use std::any::Any;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::codec::{DecodeError, EncodeError, Format, Limits, json, write, xml};
use crate::model::{GenericResource, Object, Registry, Unreadable, discovered, unreadable};

/// A resource of the kind that the message names.
///
/// Of several revisions of one rel it is the latest, which can hold what the earlier ones hold.
#[derive(Clone)]
pub struct AnyResource(Box<dyn Object>);

impl AnyResource {
    /// Wraps a resource.
    pub fn new(object: impl Object) -> Self {
        Self(Box::new(object))
    }

    /// Reads a document within limits. `registry` lists the known resources; the crate `ucwa` has one.
    ///
    /// A document without a `rel` is a [`GenericResource`], but for those of discovery, which many servers send without: one
    /// that links to `user` is a `root`, and one that links to `applications` a `user`. Where nothing but a `redirect` is
    /// there, only the caller knows which of them was asked for.
    pub fn decode(
        registry: &'static Registry,
        format: Format,
        bytes: &[u8],
        limits: Limits,
    ) -> Result<Self, DecodeError> {
        limits.check_size(bytes)?;
        let object = match format {
            Format::Json => json::read_any(registry, bytes, limits)?,
            Format::Xml => xml::read_any(registry, bytes, limits)?,
        };
        Ok(Self(discovered(registry, object)))
    }

    /// Writes a document.
    pub fn encode(&self, format: Format) -> Result<String, EncodeError> {
        write(format, &*self.0)
    }

    /// The name on the wire.
    pub fn rel(&self) -> &str {
        self.0.rel()
    }

    /// The address of the resource.
    pub fn href(&self) -> Option<&str> {
        self.0.envelope().href()
    }

    /// Whether the reference describes this kind of resource.
    pub fn is_known(&self) -> bool {
        self.downcast_ref::<GenericResource>().is_none()
    }

    /// The resource as a `T`, if it is one.
    pub fn downcast_ref<T: Object>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }

    /// The resource as a `T`, or the unchanged value if it is not one.
    pub fn downcast<T: Object>(self) -> Result<T, Self> {
        if self.downcast_ref::<T>().is_none() {
            return Err(self);
        }
        let any: Box<dyn Any> = self.0;
        match any.downcast() {
            Ok(resource) => Ok(*resource),
            Err(_) => unreachable!("the first line has seen that it is a T"),
        }
    }

    /// Returns all that does not fit its type, in this resource and in those embedded in it, with the path from here.
    pub fn unreadable(&self) -> Vec<(String, &Unreadable)> {
        unreadable(&*self.0)
    }

    /// The resource, whatever its type.
    pub fn as_object(&self) -> &dyn Object {
        &*self.0
    }

    /// The resource, whatever its type, to be changed.
    pub fn as_object_mut(&mut self) -> &mut dyn Object {
        &mut *self.0
    }
}

impl PartialEq for AnyResource {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

impl From<Box<dyn Object>> for AnyResource {
    fn from(object: Box<dyn Object>) -> Self {
        Self(object)
    }
}

impl fmt::Debug for AnyResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for AnyResource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::serialize(&*self.0, serializer)
    }
}

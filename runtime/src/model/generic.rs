//! Resources that no page describes.

use std::fmt;

use crate::model::description::{Description, Registry};
use crate::model::envelope::Envelope;
use crate::model::object::{Described, Object, Resource, fmt_debug, same};

/// A resource that no page describes: everything in it is unknown and kept.
#[derive(Clone)]
pub struct GenericResource {
    registry: &'static Registry,
    envelope: Envelope,
}

static NO_RESOURCES: Registry = Registry { resources: &[], inputs: &[] };
static GENERIC: Description = Description {
    name: "resource",
    rel: "",
    input: false,
    revision: 1,
    properties: &[],
    relations: &[],
    registry: &NO_RESOURCES,
};

impl GenericResource {
    /// An empty resource whose embedded resources are looked up in `registry`.
    pub fn new(registry: &'static Registry) -> Self {
        Self { registry, envelope: Envelope::default() }
    }
}

impl Default for GenericResource {
    fn default() -> Self {
        Self::new(&NO_RESOURCES)
    }
}

impl Described for GenericResource {
    const DESCRIPTION: &'static Description = &GENERIC;
}

impl Resource for GenericResource {
    type Representation = Self;

    // The message says what it is, so that the registry is asked first.
    const CREATE: Option<fn() -> Box<dyn Object>> = None;
}

impl Object for GenericResource {
    fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    fn envelope_mut(&mut self) -> &mut Envelope {
        &mut self.envelope
    }

    fn registry(&self) -> &'static Registry {
        self.registry
    }
}

impl PartialEq for GenericResource {
    fn eq(&self, other: &Self) -> bool {
        same(self, other)
    }
}

impl fmt::Debug for GenericResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_debug(self, f)
    }
}

/// Makes an empty resource of a rel: of its type where `registry` has one, else a [`GenericResource`].
pub(crate) fn create(registry: &'static Registry, rel: &str) -> Box<dyn Object> {
    registry.create(rel).unwrap_or_else(|| Box::new(GenericResource::new(registry)))
}

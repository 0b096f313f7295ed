//! What every resource has beside its properties.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;
use url::Url;

use crate::model::unreadable::{Place, Unreadable};
use crate::model::{Address, Description, LinkData, Object};
use crate::secret::{redact_url, shown};

/// How many relations, and how many properties that no table lists, a message may give one resource.
const MAXIMUM_NAMES: usize = 1024;

/// How many relations there is room for when the first one comes.
pub(crate) const USUAL_RELATIONS: usize = 6;

pub(crate) const TOO_MANY_NAMES: &str = "expected a resource, found one with more than 1024 unknown names";

/// What every resource has beside its properties: its own link, its relations, and what no table lists.
#[derive(Clone, Default)]
pub struct Envelope {
    rel: Rel,
    base: Option<Arc<Address>>,
    link: Option<LinkData>,
    etag: Option<Box<str>>,
    relations: Vec<Relation>,
    unknown: Vec<(Box<str>, Json)>,
    // Few resources have any.
    unreadable: Option<Box<[Unreadable]>>,
}

/// What a message calls a resource.
#[derive(Clone, Default, PartialEq)]
enum Rel {
    /// What the description calls it.
    #[default]
    Described,
    /// Nothing.
    Absent,
    /// Something else, as a participant who stands below `localParticipant` is still called `participant`.
    Other(Box<str>),
}

/// What a message holds of one relation.
#[derive(Clone)]
pub struct Relation {
    rel: Cow<'static, str>,
    listed: bool,
    links: OneOrMany,
    embedded: Vec<Box<dyn Object>>,
}

/// Most relations have one link, which then needs no list.
#[derive(Clone, Default, PartialEq)]
enum OneOrMany {
    #[default]
    None,
    One(LinkData),
    Many(Vec<LinkData>),
}

impl Relation {
    /// The name of the relation.
    pub fn rel(&self) -> &str {
        &self.rel
    }

    /// The links, in the order of the message.
    pub fn links(&self) -> &[LinkData] {
        match &self.links {
            OneOrMany::None => &[],
            OneOrMany::One(link) => std::slice::from_ref(link),
            OneOrMany::Many(links) => links,
        }
    }

    /// The embedded resources, in the order of the message.
    pub fn embedded(&self) -> &[Box<dyn Object>] {
        &self.embedded
    }

    /// Whether the message had a list, however short.
    pub(crate) fn is_listed(&self) -> bool {
        self.listed
    }

    pub(crate) fn set_listed(&mut self) {
        self.listed = true;
    }

    pub(crate) fn push_link(&mut self, link: LinkData) {
        self.links = match std::mem::take(&mut self.links) {
            OneOrMany::None => OneOrMany::One(link),
            OneOrMany::One(first) => OneOrMany::Many(vec![first, link]),
            OneOrMany::Many(mut links) => {
                links.push(link);
                OneOrMany::Many(links)
            }
        };
    }

    pub(crate) fn push_embedded(&mut self, object: Box<dyn Object>) {
        self.embedded.push(object);
    }
}

impl fmt::Debug for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let links = self.links().iter().map(|link| redact_url(&link.href));
        let embedded = self.embedded.iter();
        match (self.links().is_empty(), self.embedded.is_empty()) {
            (_, true) => f.debug_list().entries(links).finish(),
            (true, false) => f.debug_list().entries(embedded).finish(),
            (false, false) => f.debug_list().entries(links).entries(embedded).finish(),
        }
    }
}

impl PartialEq for Relation {
    fn eq(&self, other: &Self) -> bool {
        self.rel == other.rel && self.links() == other.links() && self.embedded == other.embedded
    }
}

impl Envelope {
    /// The address of the resource.
    pub fn href(&self) -> Option<&str> {
        self.link.as_ref().map(|link| link.href.as_str())
    }

    /// The resource's link to itself.
    pub fn link(&self) -> Option<&LinkData> {
        self.link.as_ref()
    }

    /// Says where the resource is.
    pub fn set_link(&mut self, link: LinkData) {
        self.link = Some(link);
    }

    /// The address of the answer that the resource came in, against which relative links are resolved.
    pub fn base(&self) -> Option<&Url> {
        self.base.as_ref().map(|base| base.url())
    }

    pub(crate) fn base_address(&self) -> Option<&Arc<Address>> {
        self.base.as_ref()
    }

    /// Says in which answer the resource came, and all that are embedded in it.
    pub fn set_base(&mut self, base: Url) {
        self.set_base_address(&Arc::new(base.into()));
    }

    pub(crate) fn set_base_address(&mut self, base: &Arc<Address>) {
        self.base = Some(Arc::clone(base));
        for relation in &mut self.relations {
            for object in &mut relation.embedded {
                object.envelope_mut().set_base_address(base);
            }
        }
    }

    /// The version of the resource's state, where an embedded resource carries it.
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// Says which version of the resource's state this is.
    pub fn set_etag(&mut self, etag: Option<&str>) {
        self.forget_unreadable("etag");
        self.etag = etag.map(Into::into);
    }

    /// The name that the message gave the resource, where it is not the described one.
    pub fn rel(&self) -> Option<&str> {
        match &self.rel {
            Rel::Other(rel) => Some(rel),
            Rel::Described | Rel::Absent => None,
        }
    }

    /// Whether the message that the resource came from did not name it.
    pub(crate) fn is_unnamed(&self) -> bool {
        self.rel == Rel::Absent
    }

    /// The relations that the message holds, in its order.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// One relation, where the message holds it.
    pub fn relation(&self, rel: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.rel == rel)
    }

    /// Adds a link.
    pub fn add_link(&mut self, rel: &str, link: LinkData) {
        self.relation_mut(rel.to_owned().into()).push_link(link);
    }

    /// Adds an embedded resource.
    pub fn embed(&mut self, rel: &str, object: impl Object) {
        self.relation_mut(rel.to_owned().into()).push_embedded(Box::new(object));
    }

    /// The properties that no table lists, in the order of the message.
    pub fn unknown_properties(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.unknown.iter().map(|(name, value)| (&**name, value))
    }

    /// One of the properties that no table lists.
    pub fn unknown_property(&self, name: &str) -> Option<&Json> {
        self.unknown_properties().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// Returns what the message holds of this resource and its types do not, as it came. Embedded resources list their own;
    /// see [`AnyResource::unreadable`](crate::AnyResource::unreadable) for all of them.
    pub fn unreadable(&self) -> &[Unreadable] {
        self.unreadable.as_deref().unwrap_or_default()
    }

    /// Returns the value of a property that does not fit its type, as it came.
    pub(crate) fn unreadable_property(&self, name: &str) -> Option<&Unreadable> {
        self.unreadable().iter().find(|kept| kept.property() == Some(name))
    }

    /// How many embedded resources of a relation were read or kept.
    pub(crate) fn embedded_count(&self, rel: &str) -> usize {
        self.relation(rel).map_or(0, |relation| relation.embedded.len()) + self.kept_targets(rel).count()
    }

    /// What was kept of the links of a relation, with the positions in a list.
    pub(crate) fn kept_links(&self, rel: &str) -> impl Iterator<Item = (Option<usize>, &Unreadable)> {
        self.unreadable().iter().filter_map(move |kept| match &kept.place {
            Place::Link(found, index) if **found == *rel => Some((*index, kept)),
            _ => None,
        })
    }

    /// What was kept of the embedded resources of a relation, with the positions in a list.
    pub(crate) fn kept_targets(&self, rel: &str) -> impl Iterator<Item = (Option<usize>, &Unreadable)> {
        self.unreadable().iter().filter_map(move |kept| match &kept.place {
            Place::Target(found, index) if **found == *rel => Some((*index, kept)),
            _ => None,
        })
    }

    /// Keeps what does not fit. Of a name that comes twice the last value counts.
    pub(crate) fn keep(&mut self, unreadable: Unreadable) {
        let mut all = self.unreadable.take().map(Vec::from).unwrap_or_default();
        if matches!(unreadable.place, Place::Property(_)) {
            all.retain(|kept| kept.place != unreadable.place);
        }
        all.push(unreadable);
        self.unreadable = Some(all.into());
    }

    /// Forgets the value of a property that does not fit its type.
    pub(crate) fn forget_unreadable(&mut self, name: &str) {
        if self.unreadable_property(name).is_some() {
            let rest = self.unreadable().iter().filter(|kept| kept.property() != Some(name)).cloned();
            self.unreadable = Some(rest.collect());
        }
    }

    /// Sets a property that no table lists; `null` removes it.
    pub fn set_unknown_property(&mut self, name: &str, value: Json) {
        self.forget_unreadable(name);
        self.unknown.retain(|(found, _)| &**found != name);
        if !value.is_null() {
            self.unknown.push((name.into(), value));
        }
    }

    /// Takes over what no table lists. Of a name that comes twice the last value counts, as everywhere.
    pub(crate) fn push_unknown(&mut self, name: Box<str>, value: Json) {
        match self.unknown.iter_mut().find(|(found, _)| *found == name) {
            Some((_, found)) => *found = value,
            None => self.unknown.push((name, value)),
        }
    }

    /// Whether a message has used up the names that are looked for one by one.
    pub(crate) fn is_full(&self) -> bool {
        self.relations.len() > MAXIMUM_NAMES
            || self.unknown.len() > MAXIMUM_NAMES
            || self.unreadable().len() > MAXIMUM_NAMES
    }

    /// The relation called `rel`, which is made if it is not there. Messages keep a relation's parts together, so that it is
    /// mostly the last one.
    pub(crate) fn relation_mut(&mut self, rel: Cow<'static, str>) -> &mut Relation {
        let last = self.relations.len().wrapping_sub(1);
        let found = match self.relations.last() {
            Some(relation) if relation.rel == rel => Some(last),
            _ => self.relations.iter().position(|relation| relation.rel == rel),
        };
        let index = found.unwrap_or_else(|| {
            if self.relations.len() == self.relations.capacity() {
                // Resources with many relations are kept for long, such as applications: no room for twice as many.
                self.relations.reserve_exact((self.relations.len() / 3).max(4));
            }
            self.relations.push(Relation { rel, listed: false, links: OneOrMany::None, embedded: Vec::new() });
            self.relations.len() - 1
        });
        &mut self.relations[index]
    }

    /// The relation at which a reader goes on; `described` is where the tables have it.
    pub(crate) fn relation_for(
        &mut self,
        description: &'static Description,
        described: Option<usize>,
        rel: &str,
    ) -> &mut Relation {
        if self.relations.is_empty() {
            // Most messages have most of the described relations, and few resources have many.
            self.relations.reserve_exact(description.relations.len().clamp(1, USUAL_RELATIONS));
        }
        let described = described.map(|index| description.relations[index].rel);
        self.relation_mut(described.map_or_else(|| Cow::Owned(rel.to_owned()), Cow::Borrowed))
    }

    /// Forgets relations that a message names and leaves empty.
    pub(crate) fn drop_empty_relations(&mut self) {
        self.relations.retain(|relation| !relation.links().is_empty() || !relation.embedded.is_empty());
    }

    /// Says that a message begins, which has not named the resource so far.
    pub(crate) fn begin_message(&mut self) {
        self.rel = Rel::Absent;
    }

    /// Takes over the `rel` of a message, which is only worth keeping where it is not the described one.
    pub(crate) fn set_rel(&mut self, description: &Description, rel: &str) {
        self.forget_unreadable("rel");
        self.rel = match rel {
            "" => Rel::Absent,
            rel if rel == description.rel => Rel::Described,
            rel => Rel::Other(rel.into()),
        };
    }

    pub(crate) fn debug_fields(&self, debug: &mut fmt::DebugStruct<'_, '_>) {
        if let Some(href) = self.href() {
            debug.field("href", &redact_url(href));
        }
        for (name, value) in &self.unknown {
            debug.field(name, &shown(name, value));
        }
        for relation in &self.relations {
            debug.field(&relation.rel, relation);
        }
        if !self.unreadable().is_empty() {
            debug.field("unreadable", &self.unreadable());
        }
    }
}

impl PartialEq for Envelope {
    /// The order of relations and unknown properties is the server's whim and does not count.
    fn eq(&self, other: &Self) -> bool {
        // Whether a message repeats a name that is known anyway says nothing.
        self.rel() == other.rel()
            && self.link == other.link
            && self.etag == other.etag
            && self.relations.len() == other.relations.len()
            && self.relations.iter().all(|relation| other.relation(&relation.rel) == Some(relation))
            && self.unknown.len() == other.unknown.len()
            && self.unknown.iter().all(|(name, value)| other.unknown_property(name) == Some(value))
            && self.unreadable().len() == other.unreadable().len()
            && self.unreadable().iter().all(|kept| other.unreadable().contains(kept))
    }
}

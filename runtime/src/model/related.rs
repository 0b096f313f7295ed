//! What a relation gives: a link, the target itself, or both.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::model::{Address, Envelope, Link, LinkData, Object, Relation, Resource};

impl Envelope {
    /// A relation to one resource at most.
    pub fn one<'a, T>(&'a self, rel: &'a str) -> Related<'a, T> {
        Related::new(self, rel)
    }

    /// A relation to any number of resources.
    pub fn many<T>(&self, rel: &str) -> RelatedList<'_, T> {
        RelatedList::new(self, rel)
    }
}

/// A relation to one resource at most.
///
/// The server may have sent a link, the resource itself, both or nothing. A link that is not there is a right that the user
/// does not have, or something that cannot be done now.
pub struct Related<'a, T> {
    rel: &'a str,
    relation: Option<&'a Relation>,
    base: Option<&'a Arc<Address>>,
    target: PhantomData<fn() -> T>,
}

impl<'a, T> Related<'a, T> {
    fn new(envelope: &'a Envelope, rel: &'a str) -> Self {
        Self { rel, relation: envelope.relation(rel), base: envelope.base_address(), target: PhantomData }
    }

    /// Whether the server sent anything.
    pub fn exists(&self) -> bool {
        self.relation.is_some()
    }

    /// The address of the target, from the link or from the embedded resource.
    pub fn href(&self) -> Option<&'a str> {
        let relation = self.relation?;
        let linked = relation.links().first().map(|link| link.href.as_str());
        linked.or_else(|| relation.embedded().first()?.envelope().href())
    }

    /// The link to the target, from the relation or from the embedded resource's own.
    pub fn link(&self) -> Option<Link<T>> {
        let relation = self.relation?;
        let linked = relation.links().first();
        let data = linked.or_else(|| relation.embedded().first()?.envelope().link())?;
        Some(Link::from_parts(data.clone(), self.base.cloned()))
    }

    /// The link to the target, or an error that names the relation, for callers that cannot go on without.
    pub fn required(&self) -> Result<Link<T>, NotLinked> {
        self.link().ok_or_else(|| NotLinked { rel: self.rel.to_owned() })
    }

    /// The target, whatever its type.
    pub fn embedded_object(&self) -> Option<&'a dyn Object> {
        self.relation?.embedded().first().map(|object| &**object)
    }
}

impl<'a, T: Resource> Related<'a, T> {
    /// The target, where the server sent it along.
    pub fn embedded(&self) -> Option<&'a T::Representation> {
        self.relation?.embedded().first()?.downcast_ref()
    }
}

/// A relation that the server did not send.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the server sent no `{rel}`: the user lacks the right, a policy forbids it, or it is not possible now; read the resource \
     again when that may have changed"
)]
pub struct NotLinked {
    /// The name of the relation.
    pub rel: String,
}

impl<T> Clone for Related<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Related<'_, T> {}

impl<T> fmt::Debug for Related<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Related").field(&self.relation).finish()
    }
}

/// A relation to any number of resources.
pub struct RelatedList<'a, T> {
    relation: Option<&'a Relation>,
    base: Option<&'a Arc<Address>>,
    target: PhantomData<fn() -> T>,
}

impl<'a, T> RelatedList<'a, T> {
    fn new(envelope: &'a Envelope, rel: &str) -> Self {
        Self { relation: envelope.relation(rel), base: envelope.base_address(), target: PhantomData }
    }

    /// How many targets the server named; a target that is both linked and embedded counts once.
    pub fn len(&self) -> usize {
        match self.relation {
            Some(relation) if relation.links().is_empty() => relation.embedded().len(),
            Some(relation) if relation.embedded().is_empty() => relation.links().len(),
            Some(relation) => pairs(relation).len(),
            None => 0,
        }
    }

    /// Whether the server named none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The links to the targets: those of the relation, or the embedded resources' own where it has none.
    pub fn links(&self) -> impl Iterator<Item = Link<T>> + use<'a, T> {
        let (links, embedded) =
            self.relation.map_or((&[][..], &[][..]), |relation| (relation.links(), relation.embedded()));
        let own = if links.is_empty() { embedded } else { &[] };
        let own = own.iter().filter_map(|object| object.envelope().link());
        let base = self.base;
        links.iter().chain(own).map(move |data| Link::from_parts(data.clone(), base.cloned()))
    }

    /// The links as they came.
    pub fn link_data(&self) -> &'a [LinkData] {
        self.relation.map_or(&[], Relation::links)
    }
}

impl<'a, T: Resource> RelatedList<'a, T> {
    /// The targets that the server sent along.
    pub fn embedded(&self) -> impl Iterator<Item = &'a T::Representation> + use<'a, T> {
        let embedded = self.relation.map_or(&[][..], Relation::embedded);
        embedded.iter().filter_map(|object| object.downcast_ref())
    }

    /// Returns the targets, each with its link and with the resource itself, where the server sent them: first those that
    /// the relation links to, then those that are embedded only.
    ///
    /// A link and an embedded resource belong together where they have the same address. Where embedded resources have no
    /// addresses, and there are as many of them as links, they belong together by position.
    pub fn targets(&self) -> impl Iterator<Item = RelatedTarget<'a, T>> + use<'a, T> {
        let base = self.base;
        self.relation.map(pairs).unwrap_or_default().into_iter().map(move |(link, object)| {
            let data = link.or_else(|| object?.envelope().link());
            RelatedTarget {
                link: data.map(|data| Link::from_parts(data.clone(), base.cloned())),
                embedded: object.and_then(|object| object.downcast_ref()),
            }
        })
    }
}

/// One of the targets of a relation.
#[non_exhaustive]
pub struct RelatedTarget<'a, T: Resource> {
    /// The link to the target: from the relation, or the embedded resource's own.
    pub link: Option<Link<T>>,
    /// The target itself, where the server sent it along.
    pub embedded: Option<&'a T::Representation>,
}

impl<T: Resource> fmt::Debug for RelatedTarget<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelatedTarget").field("link", &self.link).field("embedded", &self.embedded).finish()
    }
}

/// The links and embedded resources of a relation, together where they belong together.
fn pairs(relation: &Relation) -> Vec<(Option<&LinkData>, Option<&dyn Object>)> {
    let (links, embedded) = (relation.links(), relation.embedded());
    let mut by_href: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (index, object) in embedded.iter().enumerate() {
        if let Some(href) = object.envelope().href() {
            by_href.entry(href).or_default().push_back(index);
        }
    }
    let by_position = by_href.is_empty() && links.len() == embedded.len();
    let mut is_linked = vec![false; embedded.len()];
    let mut pairs = Vec::with_capacity(links.len().max(embedded.len()));
    for (index, link) in links.iter().enumerate() {
        let same = by_href.get_mut(link.href.as_str()).and_then(VecDeque::pop_front);
        let found = same.or_else(|| by_position.then_some(index));
        if let Some(found) = found {
            is_linked[found] = true;
        }
        pairs.push((Some(link), found.map(|found| &*embedded[found])));
    }
    let alone = embedded.iter().zip(is_linked).filter(|(_, is_linked)| !is_linked);
    pairs.extend(alone.map(|(object, _)| (None, Some(&**object))));
    pairs
}

impl<T> Clone for RelatedList<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RelatedList<'_, T> {}

impl<T> fmt::Debug for RelatedList<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RelatedList").field(&self.relation).finish()
    }
}

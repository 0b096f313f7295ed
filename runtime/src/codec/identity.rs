//! Whether a document is the resource that it is read as.

use crate::codec::{DecodeError, DecodeProblem};
use crate::model::{Description, Object};

/// Sees that a document does not name another resource than the one that it was read as.
pub(crate) fn check(object: &dyn Object) -> Result<(), DecodeError> {
    let description = object.description();
    let (Some(rel), false) = (object.envelope().rel(), description.rel.is_empty()) else { return Ok(()) };
    // What no page describes can be anything.
    let Some(found) = object.registry().latest(rel) else { return Ok(()) };
    if stands_for((found.description)(), description) {
        return Ok(());
    }
    let message = format!("expected the resource `{}`, found the resource `{rel}`", description.rel);
    Err(DecodeError { problem: DecodeProblem::Shape(message), path: "rel".into(), offset: None })
}

/// Whether one resource is sent in place of another, as a `participant` is for a `localParticipant`: where one is declared to
/// be represented by the other, or where what they have in common is at least half of one of them. Properties are compared,
/// or relations where one of them has no properties.
fn stands_for(found: &Description, expected: &Description) -> bool {
    let represents = |of: &Description, by: &Description| {
        let entry = of.registry.latest(of.rel);
        entry.is_some_and(|entry| (entry.representation)().rel == by.rel)
    };
    if found.rel == expected.rel || represents(found, expected) || represents(expected, found) {
        return true;
    }
    if found.properties.is_empty() || expected.properties.is_empty() {
        let is_shared = |rel| expected.relations.iter().any(|other| other.rel == rel);
        let shared = found.relations.iter().filter(|relation| is_shared(relation.rel)).count();
        return is_alike(shared, found.relations.len(), expected.relations.len());
    }
    let is_shared = |name| expected.properties.iter().any(|other| other.name == name);
    let shared = found.properties.iter().filter(|property| is_shared(property.name)).count();
    is_alike(shared, found.properties.len(), expected.properties.len())
}

/// Whether two resources with so many names, of which they share some, may stand for each other. A single name, such as
/// `state` or `type`, says nothing where the other has many more.
fn is_alike(shared: usize, found: usize, expected: usize) -> bool {
    shared > 0 && 2 * shared >= found.min(expected) && (shared > 1 || found.max(expected) <= 3)
}

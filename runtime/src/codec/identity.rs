//! Whether a document is the resource that it is read as.

use crate::codec::{DecodeError, DecodeProblem};
use crate::model::{Description, Object};

/// Sees that a document does not name another resource than the one that it was read as.
pub(crate) fn check(object: &dyn Object) -> Result<(), DecodeError> {
    let description = object.description();
    let (Some(rel), false) = (object.envelope().rel(), description.rel.is_empty()) else { return Ok(()) };
    // What no page describes can be anything.
    let Some(found) = object.registry().create(rel) else { return Ok(()) };
    let found = found.description();
    if stands_for(found, description) {
        return Ok(());
    }
    let message = format!("expected the resource `{}`, found the resource `{rel}`", description.rel);
    Err(DecodeError { problem: DecodeProblem::Shape(message), path: "rel".into(), offset: None })
}

/// Whether one resource is sent in place of another, as a `participant` is for a `localParticipant`: where one is declared to
/// be represented by the other, and where at least half of the properties of one are properties of the other.
fn stands_for(found: &Description, expected: &Description) -> bool {
    let represents = |of: &Description, by: &Description| {
        let entry = of.registry.latest(of.rel);
        entry.is_some_and(|entry| (entry.representation)().rel == by.rel)
    };
    if found.rel == expected.rel || represents(found, expected) || represents(expected, found) {
        return true;
    }
    let names = |description: &Description| -> Vec<&str> {
        let properties = description.properties.iter().map(|property| property.name);
        let relations = description.relations.iter().map(|relation| relation.rel);
        if description.properties.is_empty() { relations.collect() } else { properties.collect() }
    };
    let (found, expected) = (names(found), names(expected));
    let shared = found.iter().filter(|name| expected.contains(name)).count();
    shared > 0 && 2 * shared >= found.len().min(expected.len())
}

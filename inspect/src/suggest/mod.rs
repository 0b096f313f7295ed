//! Errata that follow from traffic.

mod additions;
mod corrections;
mod table;

use serde_json::Value as Json;
use ucwa_schema::{Erratum, Resource, Schema};

use crate::finding::{FindingKind, Findings, Sightings};
use crate::mask::Masker;
use table::Additions;

/// Errata that would teach the schema what the traffic has, ready to be reviewed and put into a file of `schema/errata/`.
///
/// Each finding gives one, except for
///
/// - what the schema has already: the sources only need to be generated again,
/// - what belongs to no page: unknown resources, whose page is missing as a whole, and what the runtime reads by hand, which are
///   the parts of event documents and errors,
/// - events of a new type, as those types are part of the protocol,
/// - properties whose values are objects, empty lists or of several types, so that the traffic proves no type,
/// - what has a name that no identifier can be made of, or one that looks like a secret.
pub fn suggest(findings: &Findings, schema: &Schema, masker: &Masker) -> Vec<Erratum> {
    let mut errata =
        SuggestedErrata { schema, findings, masker, additions: Additions::default(), corrections: Vec::new() };
    for (subject, seen) in findings.iter() {
        // What gives no erratum is in the report all the same.
        let _ = match subject.kind {
            FindingKind::UnknownProperty => errata.property(subject, seen),
            FindingKind::UnknownLink => errata.link(subject, seen),
            FindingKind::UnlistedValue => errata.value(subject, seen),
            FindingKind::UnknownEvent => errata.event(seen),
            FindingKind::UnknownCode | FindingKind::UnknownSubcode | FindingKind::UnlistedError => {
                errata.error(subject, seen)
            }
            FindingKind::WrongType => errata.wrong_type(subject, seen),
            FindingKind::WrongCardinality => errata.cardinality(subject, seen),
            FindingKind::UnknownResource | FindingKind::Unreadable => None,
        };
    }
    let SuggestedErrata { additions, mut corrections, .. } = errata;
    corrections.extend(additions.into_errata());
    table::make_unique(&mut corrections);
    corrections
}

struct SuggestedErrata<'a> {
    schema: &'a Schema,
    findings: &'a Findings,
    masker: &'a Masker,
    /// Rows for the tables of pages.
    additions: Additions,
    /// What stands on a page and is wrong.
    corrections: Vec<Erratum>,
}

impl<'a> SuggestedErrata<'a> {
    /// Whether a name of the traffic may stand in the schema: it can become an identifier, and is no secret.
    fn is_name(&self, name: &str) -> bool {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && self.masker.mask_sent(name) == name
    }

    /// The latest revision of a rel.
    fn latest(&self, rel: &str) -> Option<&'a Resource> {
        let revisions = self.schema.resources.values().filter(|resource| resource.rel == rel);
        revisions.max_by_key(|resource| resource.revision)
    }

    /// How often something was seen and where first.
    fn sighted(&self, seen: &Sightings) -> String {
        let count = if seen.count == 1 { "seen once".to_owned() } else { format!("seen {} times, first", seen.count) };
        self.masker.mask(&format!("{count} in {}", seen.first))
    }

    /// Says that something else stands at a place than the page has.
    fn correct(&mut self, resource: &Resource, place: &str, expected: Json, value: Json, reason: String) {
        let mut steps = place.rsplit('/');
        let (key, name) = (steps.next().unwrap_or_default(), steps.next().unwrap_or_default());
        let key = if key == "evidence" { "-evidence" } else { "" };
        let (id, page) = (table::id(&resource.name, name) + key, resource.page.clone());
        self.corrections.push(Erratum { id, page, place: place.to_owned(), expected, value, reason });
    }
}

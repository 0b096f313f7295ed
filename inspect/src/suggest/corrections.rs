//! What stands on pages and is wrong: types and cardinalities.

use serde_json::{Value as Json, json};
use ucwa_schema::{Cardinality, Evidence, Resource, Type};

use super::SuggestedErrata;
use crate::fields::SchemaField;
use crate::finding::{FindingSubject, Sightings};
use crate::value::agreed;

impl SuggestedErrata<'_> {
    /// Another type, where all values that were seen agree on one, those that the property takes included.
    pub(super) fn wrong_type(&mut self, subject: &FindingSubject, seen: &Sightings) -> Option<()> {
        let field = SchemaField::find(self.schema, &subject.owner, &subject.name)?;
        let types = self.findings.types(&subject.owner, &subject.name).cloned().collect::<Option<Vec<_>>>()?;
        let kind = with_item(field.kind, agreed(types)?);
        if kind == *field.kind {
            return None;
        }
        let reason = format!("All values in the traffic are of the type {kind}: {}.", self.sighted(seen));
        self.retype(&field, &kind, &reason)
    }

    pub(super) fn cardinality(&mut self, subject: &FindingSubject, seen: &Sightings) -> Option<()> {
        let reason = format!("Several at once in traffic: {}.", self.sighted(seen));
        let resource = self.schema.resources.get(&subject.owner.name)?;
        let link = resource.links.iter().find(|link| link.rel == subject.name && subject.owner.method.is_none());
        let Some(link) = link else {
            let field = SchemaField::find(self.schema, &subject.owner, &subject.name)?;
            let kind = field.kind.required();
            if matches!(kind, Type::Array(_)) {
                return None;
            }
            return self.retype(&field, &Type::Array(Box::new(kind.clone())), &reason);
        };
        if link.cardinality == Cardinality::Many {
            return None;
        }
        let place = format!("links/{}", link.rel);
        self.correct(resource, &format!("{place}/cardinality"), json!("one"), json!("many"), reason.clone());
        self.prove(resource, &place, link.evidence, reason);
        Some(())
    }

    fn retype(&mut self, field: &SchemaField<'_>, kind: &Type, reason: &str) -> Option<()> {
        let place = format!("{}/type", field.place);
        // A property gives a finding for each sort of value, and its page can be corrected once.
        if self.corrections.iter().any(|known| known.place == place && known.page == field.resource.page) {
            return None;
        }
        self.correct(field.resource, &place, json!(field.kind), json!(kind), reason.to_owned());
        self.prove(field.resource, &field.place, field.evidence, reason.to_owned());
        Some(())
    }

    /// Says that an erratum is how it is known.
    fn prove(&mut self, resource: &Resource, place: &str, before: Evidence, reason: String) {
        let expected = match before {
            Evidence::Erratum => return,
            // What is stated is not written out.
            Evidence::Stated => Json::Null,
            other => json!(other),
        };
        self.correct(resource, &format!("{place}/evidence"), expected, json!(Evidence::Erratum), reason);
    }
}

/// The type with another one for its values: `Array of Int32` with `String` is `Array of String`.
fn with_item(kind: &Type, item: Type) -> Type {
    match kind {
        Type::Array(inner) => Type::Array(Box::new(with_item(inner, item))),
        Type::Nullable(inner) => Type::Nullable(Box::new(with_item(inner, item))),
        _ => item,
    }
}

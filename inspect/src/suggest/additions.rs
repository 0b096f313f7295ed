//! What pages lack: rows for their tables.

use serde_json::{Value as Json, json};
use ucwa_schema::Operation;

use super::SuggestedErrata;
use super::table::{SuggestedRow, SuggestedTable};
use crate::fields::{SchemaField, operation};
use crate::finding::{FindingKind, FindingSubject, SeenError, Sightings};
use crate::value::SeenType;

// All of these say `None` where nothing is suggested.
impl SuggestedErrata<'_> {
    pub(super) fn property(&mut self, subject: &FindingSubject, seen: &Sightings) -> Option<()> {
        let Some(SeenType::Type(kind)) = &seen.values else { return None };
        let (name, owner) = (&subject.name, &subject.owner);
        let resource = self.schema.resources.get(&owner.name)?;
        if !self.is_name(name) || SchemaField::find(self.schema, owner, name).is_some() {
            return None;
        }
        let mut value = json!({ "name": name, "type": kind, "evidence": "erratum" });
        let table = match owner.method {
            None => SuggestedTable::of_resource(resource, "properties", &resource.properties),
            Some(method) => {
                value["required"] = false.into();
                let place = format!("operations/{method}/input");
                SuggestedTable::of_resource(resource, place, &operation(resource, method)?.input)
            }
        };
        let reason = format!("In traffic with the type {kind}: {}.", self.sighted(seen));
        self.additions.add(table, SuggestedRow { name: name.clone(), value, reason });
        Some(())
    }

    pub(super) fn link(&mut self, subject: &FindingSubject, seen: &Sightings) -> Option<()> {
        let resource = self.schema.resources.get(&subject.owner.name)?;
        let rel = &subject.name;
        if !self.is_name(rel) || resource.links.iter().any(|link| link.rel == *rel) {
            return None;
        }
        let embedded = seen.targets.iter().filter(|target| self.schema.resources.contains_key(*target));
        let target = match embedded.collect::<Vec<_>>().as_slice() {
            [target] => (*target).clone(),
            // A target without a page is emitted untyped.
            [] => self.latest(rel).map_or_else(|| rel.clone(), |resource| resource.name.clone()),
            _ => return None,
        };
        let cardinality = if seen.many { "many" } else { "one" };
        let mut value = json!({ "rel": rel, "target": target, "cardinality": cardinality, "evidence": "erratum" });
        if seen.embedded {
            value["embedded"] = true.into();
        }
        let table = SuggestedTable::of_resource(resource, "links", &resource.links);
        let reason = format!("In traffic: {}.", self.sighted(seen));
        self.additions.add(table, SuggestedRow { name: rel.clone(), value, reason });
        Some(())
    }

    pub(super) fn value(&mut self, subject: &FindingSubject, seen: &Sightings) -> Option<()> {
        let reason = format!("In traffic as {}: {}.", subject.detail, self.sighted(seen));
        self.member(&subject.owner.name, &subject.name, reason)
    }

    fn member(&mut self, enumeration: &str, name: &str, reason: String) -> Option<()> {
        let enumeration = self.schema.enumerations.get(enumeration)?;
        if !self.is_name(name) || enumeration.members.iter().any(|member| member.name == name) {
            return None;
        }
        let row = SuggestedRow { name: name.to_owned(), value: json!({ "name": name }), reason };
        self.additions.add(SuggestedTable::of_members(enumeration), row);
        Some(())
    }

    /// A row for the page of the target. Traffic does not tell the priority of an event.
    pub(super) fn event(&mut self, seen: &Sightings) -> Option<()> {
        let event = seen.event.as_ref()?;
        let target = self.latest(&event.target)?;
        let sender = self.latest(&event.sender)?.rel.as_str();
        let kind = event.kind.name();
        let is_known = |known: &ucwa_schema::Event| (known.kind, known.sender.as_str()) == (event.kind, sender);
        if target.events.iter().any(|known| is_known(known) && known.resource == target.name) {
            return None;
        }
        let mut value = json!({ "type": kind, "resource": target.name, "sender": sender });
        // Several collections would be several events.
        if let [collection] = event.collections.iter().collect::<Vec<_>>().as_slice()
            && let Some(collection) = self.latest(collection)
        {
            value["in"] = collection.rel.as_str().into();
        }
        let table = SuggestedTable::of_resource(target, "events", &target.events);
        let reason = format!("In traffic, from {sender}: {}.", self.sighted(seen));
        self.additions.add(table, SuggestedRow { name: format!("{kind} by {sender}"), value, reason });
        Some(())
    }

    /// Rows for the operation that failed. The reason of an event belongs to none that the traffic tells, and gives values of
    /// the enumerations of codes and subcodes.
    pub(super) fn error(&mut self, subject: &FindingSubject, seen: &Sightings) -> Option<()> {
        let resource = self.schema.resources.get(&subject.owner.name);
        let Some((resource, method)) = resource.zip(subject.owner.method) else {
            let enumeration = if subject.kind == FindingKind::UnknownCode { "ErrorCode" } else { "ErrorSubcode" };
            let reason = format!("In traffic in an error: {}.", self.sighted(seen));
            return self.member(enumeration, &subject.name, reason);
        };
        let operation = operation(resource, method)?;
        let place = format!("operations/{method}/errors");
        for error in seen.errors.iter().filter(|error| !has_row(operation, error)) {
            let Some((name, value)) = self.error_row(error) else { continue };
            let table = SuggestedTable::of_resource(resource, place.as_str(), &operation.errors);
            let reason = format!("In traffic in a response to {method}: {}.", self.sighted(seen));
            self.additions.add(table, SuggestedRow { name: format!("{method}-{name}"), value, reason });
        }
        Some(())
    }

    /// What a row says of an error, with a name for it.
    fn error_row(&self, error: &SeenError) -> Option<(String, Json)> {
        let SeenError { status, code, subcode } = error;
        let status = status.filter(|status| (400..600).contains(status))?;
        if !std::iter::once(code).chain(subcode).all(|name| self.is_name(name)) {
            return None;
        }
        Some(match subcode {
            None => (code.clone(), json!({ "status": status, "code": code })),
            Some(subcode) => {
                (format!("{code}-{subcode}"), json!({ "status": status, "code": code, "subcode": subcode }))
            }
        })
    }
}

fn has_row(operation: &Operation, error: &SeenError) -> bool {
    operation.errors.iter().any(|row| row.code == error.code && row.subcode == error.subcode)
}

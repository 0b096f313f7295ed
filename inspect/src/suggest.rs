//! Errata that the traffic proves.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use ucwa_schema::{Erratum, Resource, Schema};

use crate::finding::{Findings, Kind, Owner, Sightings, Subject};
use crate::mask::Masker;
use crate::value::Seen;

/// Errata that would teach the schema what the traffic has, ready to be reviewed and put into a file of `schema/errata/`.
///
/// There are some for unknown properties and links, unlisted values, and relations to one that led to several; and only where
/// the schema has the resource, does not know the thing already, and the traffic says enough: an unknown link whose target was
/// never embedded and is not called like a resource gets none.
pub fn suggest(findings: &Findings, schema: &Schema, masker: &Masker) -> Vec<Erratum> {
    let mut errata = Errata { schema, masker, additions: BTreeMap::new(), finished: Vec::new() };
    for (subject, seen) in findings.iter() {
        match subject.kind {
            Kind::UnknownProperty => errata.property(subject, seen),
            Kind::UnknownLink => errata.link(subject, seen),
            Kind::UnlistedValue => errata.value(subject, seen),
            Kind::WrongCardinality => errata.cardinality(subject, seen),
            _ => None,
        };
    }
    errata.finish()
}

/// A row for a table, with why.
struct Row {
    name: String,
    value: Json,
    reason: String,
}

/// A table that rows are added to.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Table {
    /// The resource or enumeration.
    name: String,
    page: String,
    /// The place of the table in it.
    place: String,
    /// Whether there is no row in it so far, so that there is no table in the schema's text.
    is_empty: bool,
}

struct Errata<'a> {
    schema: &'a Schema,
    masker: &'a Masker,
    additions: BTreeMap<Table, Vec<Row>>,
    finished: Vec<Erratum>,
}

impl Errata<'_> {
    fn property(&mut self, subject: &Subject, seen: &Sightings) -> Option<()> {
        let Some(Seen::Type(kind)) = &seen.values else { return None };
        let (name, owner) = (&subject.name, &subject.owner);
        let resource = self.resource(owner, name)?;
        let mut value = json!({ "name": name, "type": kind, "evidence": "erratum" });
        let (place, is_empty) = match owner.method {
            None => {
                if resource.properties.iter().any(|property| property.name == *name) {
                    return None;
                }
                ("properties".to_owned(), resource.properties.is_empty())
            }
            Some(method) => {
                let operation = resource.operations.iter().find(|operation| operation.method == method)?;
                if operation.input.iter().any(|parameter| parameter.name == *name) {
                    return None;
                }
                value["required"] = false.into();
                (format!("operations/{method}/input"), operation.input.is_empty())
            }
        };
        let table = Table { name: resource.name.clone(), page: resource.page.clone(), place, is_empty };
        self.row(table, name, value, format!("Traffic has it, of the type {kind}: {}.", self.sighted(seen)));
        Some(())
    }

    fn link(&mut self, subject: &Subject, seen: &Sightings) -> Option<()> {
        let resource = self.resource(&subject.owner, &subject.name)?;
        let rel = &subject.name;
        if resource.links.iter().any(|link| link.rel == *rel) {
            return None;
        }
        let embedded = seen.targets.iter().filter(|target| self.schema.resources.contains_key(*target));
        let target = match embedded.collect::<Vec<_>>().as_slice() {
            [target] => (*target).clone(),
            [] => self.schema.revisions(rel).last()?.name.clone(),
            _ => return None,
        };
        let cardinality = if seen.many { "many" } else { "one" };
        let mut value = json!({ "rel": rel, "target": target, "cardinality": cardinality, "evidence": "erratum" });
        if seen.embedded {
            value["embedded"] = true.into();
        }
        let table = Table {
            name: resource.name.clone(),
            page: resource.page.clone(),
            place: "links".to_owned(),
            is_empty: resource.links.is_empty(),
        };
        self.row(table, rel, value, format!("Traffic has it: {}.", self.sighted(seen)));
        Some(())
    }

    fn value(&mut self, subject: &Subject, seen: &Sightings) -> Option<()> {
        let enumeration = self.schema.enumerations.get(&subject.owner.name)?;
        let name = &subject.name;
        let is_new = !enumeration.members.iter().any(|member| member.name == *name);
        // What is no name could not be emitted as one, and what is masked must not be suggested.
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && self.masker.mask(name) == *name;
        if !is_new || !is_name {
            return None;
        }
        let table = Table {
            name: enumeration.name.clone(),
            page: enumeration.page.clone(),
            place: "members".to_owned(),
            is_empty: false,
        };
        let reason = format!("Traffic has it as {}: {}.", subject.detail, self.sighted(seen));
        self.row(table, name, json!({ "name": name }), reason);
        Some(())
    }

    fn cardinality(&mut self, subject: &Subject, seen: &Sightings) -> Option<()> {
        let resource = self.resource(&subject.owner, &subject.name)?;
        let (name, rel) = (resource.name.clone(), &subject.name);
        let (place, expected, value) = if let Some(link) = resource.links.iter().find(|link| link.rel == *rel) {
            if link.cardinality == ucwa_schema::Cardinality::Many {
                return None;
            }
            (format!("links/{rel}/cardinality"), json!("one"), json!("many"))
        } else {
            let property = resource.properties.iter().find(|property| property.name == *rel)?;
            let kind = property.kind.required();
            if matches!(kind, ucwa_schema::Type::Array(_)) {
                return None;
            }
            (format!("properties/{rel}/type"), json!(property.kind), json!(format!("Array of {kind}")))
        };
        let (id, page) = (id(&name, rel), resource.page.clone());
        let reason = format!("Traffic has several at once: {}.", self.sighted(seen));
        self.finished.push(Erratum { id, page, place, expected, value, reason });
        Some(())
    }

    /// The resource of a finding, if a schema can hold what was found.
    fn resource(&self, owner: &Owner, name: &str) -> Option<&Resource> {
        let is_name = !name.is_empty() && !name.contains('/') && self.masker.mask(name) == name;
        self.schema.resources.get(&owner.name).filter(|_| is_name)
    }

    fn sighted(&self, seen: &Sightings) -> String {
        let count = if seen.count == 1 { "seen once".to_owned() } else { format!("seen {} times, first", seen.count) };
        self.masker.mask(&format!("{count} in {}", seen.first))
    }

    fn row(&mut self, table: Table, name: &str, value: Json, reason: String) {
        let rows = self.additions.entry(table).or_default();
        // A value that is seen in several properties is still one value.
        if !rows.iter().any(|row| row.name == name) {
            rows.push(Row { name: name.to_owned(), value, reason });
        }
    }

    fn finish(mut self) -> Vec<Erratum> {
        for (table, rows) in self.additions {
            let Table { name, page, place, is_empty } = table;
            if is_empty {
                let id = id(&name, place.rsplit('/').next().unwrap_or_default());
                let reason =
                    rows.iter().map(|row| format!("`{}`: {}", row.name, row.reason)).collect::<Vec<_>>().join(" ");
                let value = rows.into_iter().map(|row| row.value).collect();
                self.finished.push(Erratum { id, page, place, expected: Json::Null, value, reason });
                continue;
            }
            self.finished.extend(rows.into_iter().map(|row| Erratum {
                id: id(&name, &row.name),
                page: page.clone(),
                place: format!("{place}/{}", row.name),
                expected: Json::Null,
                value: row.value,
                reason: row.reason,
            }));
        }
        make_unique(&mut self.finished);
        self.finished
    }
}

fn id(owner: &str, name: &str) -> String {
    format!("traffic-{owner}-{name}")
}

/// A property and a link, or the properties of two inputs, may have one name.
fn make_unique(errata: &mut [Erratum]) {
    let mut taken = BTreeMap::<String, usize>::new();
    for erratum in errata {
        let count = taken.entry(erratum.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            erratum.id = format!("{}-{count}", erratum.id);
        }
    }
}

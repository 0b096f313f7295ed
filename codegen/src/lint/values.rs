//! Values of enumerations and placeholders.

use std::collections::{BTreeMap, BTreeSet};

use ucwa_schema::{Enumeration, Method, Parameter, Resource, Schema, Type};

use crate::extract::{SampleKind, stated_members};
use crate::pages::Heading;

use super::finding::{LintFindings, LintKind, Spot};
use super::reference::Reference;
use super::shown::ShownObject;

/// The value that samples hold in place of one.
const PLACEHOLDER: &str = "samplevalue";

pub(super) fn find(reference: &Reference, findings: &mut LintFindings) {
    let (types, members) = (Types::of(&reference.corrected), Members::of(&reference.schema));
    for shown in &reference.shown {
        let Some(object) = types.of_shown(reference, shown) else { continue };
        for (name, texts) in &shown.values {
            let Some(kind) = object.kind(name) else { continue };
            for text in texts {
                value(reference, &members, shown, (&object, kind, name), text, findings);
            }
        }
    }
    stated(reference, &members, findings);
    unused(reference, findings);
}

/// The types in a table, by names.
type Table<'r> = BTreeMap<&'r str, &'r Type>;

/// The types that pages have once corrected.
struct Types<'r> {
    schema: &'r Schema,
    by_page: BTreeMap<&'r str, &'r Resource>,
    /// The properties of resources, and the parameters in the bodies of their operations.
    tables: BTreeMap<(&'r str, Option<Method>), Table<'r>>,
}

/// What says which types an object in a sample has.
struct TypedObject<'r> {
    page: &'r str,
    /// The place of the table.
    place: String,
    /// Its rows, those of the revision that the page describes first.
    tables: Vec<&'r Table<'r>>,
}

impl<'r> Types<'r> {
    fn of(schema: &'r Schema) -> Self {
        let (mut by_page, mut tables) = (BTreeMap::new(), BTreeMap::new());
        for resource in schema.resources.values() {
            by_page.entry(resource.page.as_str()).or_insert(resource);
            let properties = resource.properties.iter().rev().map(|row| (row.name.as_str(), &row.kind));
            tables.insert((resource.name.as_str(), None), properties.collect());
            for operation in resource.operations.iter().rev() {
                let parameters = operation.input.iter().rev().map(|row| (row.name.as_str(), &row.kind));
                tables.insert((resource.name.as_str(), Some(operation.method)), parameters.collect());
            }
        }
        Self { schema, by_page, tables }
    }

    fn table(&self, resource: &'r Resource, method: Option<Method>) -> Option<&Table<'r>> {
        self.tables.get(&(resource.name.as_str(), method))
    }

    fn of_shown(&'r self, reference: &'r Reference, shown: &ShownObject) -> Option<TypedObject<'r>> {
        let sample = &reference.samples[shown.sample];
        if shown.relation.is_none() && sample.kind == SampleKind::Request {
            let resource = self.schema.resources.get(&sample.resource)?;
            let (method, table) = (sample.method?, self.table(resource, sample.method)?);
            let place = format!("operations/{method}/input");
            return Some(TypedObject { page: &resource.page, place, tables: vec![table] });
        }
        let owner = reference.owner(shown)?;
        let page = reference.page_of(owner, sample);
        let revisions = self.by_page.get(page).copied().into_iter().chain(self.schema.revisions(&owner.rel));
        let tables = revisions.filter_map(|resource| self.table(resource, None)).collect();
        Some(TypedObject { page, place: "properties".into(), tables })
    }
}

impl<'r> TypedObject<'r> {
    fn kind(&self, name: &str) -> Option<&'r Type> {
        self.tables.iter().find_map(|table| table.get(name).copied())
    }
}

/// The values that enumerations list, by names in lower case.
struct Members<'r>(BTreeMap<&'r str, (&'r Enumeration, BTreeMap<String, Vec<&'r str>>)>);

impl<'r> Members<'r> {
    fn of(schema: &'r Schema) -> Self {
        let of = |enumeration: &'r Enumeration| {
            let mut listed = BTreeMap::<_, Vec<_>>::new();
            for member in &enumeration.members {
                listed.entry(member.name.to_ascii_lowercase()).or_default().push(member.name.as_str());
            }
            (enumeration, listed)
        };
        Self(schema.enumerations.iter().map(|(name, enumeration)| (name.as_str(), of(enumeration))).collect())
    }

    /// Tells of a value that its enumeration does not list.
    fn check(&self, enumeration: &str, text: &str, spot: impl FnOnce() -> Spot, findings: &mut LintFindings) {
        let Some((enumeration, listed)) = self.0.get(enumeration) else { return };
        let alike = listed.get(&text.to_ascii_lowercase()).map_or(&[] as &[&str], Vec::as_slice);
        if alike.contains(&text) {
            return;
        }
        let help = "add the value by an erratum, or check whether the property has another enumeration";
        let message = match alike.first() {
            Some(member) => format!("used, but the page lists it as `{member}`"),
            None => "used, but the page does not list it".into(),
        };
        findings.add(LintKind::UnlistedValue, &enumeration.page, format!("members/{text}"), message, help, spot());
    }
}

fn value(
    reference: &Reference,
    members: &Members,
    shown: &ShownObject,
    (object, kind, name): (&TypedObject, &Type, &str),
    text: &str,
    findings: &mut LintFindings,
) {
    let scalar = scalar(kind);
    let spot = || reference.in_sample(shown, name);
    if text == PLACEHOLDER {
        if *scalar != Type::String {
            let place = format!("{}/{name}", object.place);
            let message = format!("samples have a placeholder where {kind} is documented");
            let help = "check whether the type is right; the sample is no evidence";
            findings.add(LintKind::PlaceholderValue, object.page, place, message, help, spot());
        }
    } else if let Some(enumeration) = scalar.enumeration() {
        for part in text.split(',').map(str::trim) {
            members.check(enumeration, part, spot, findings);
        }
    }
}

/// The type of one value.
fn scalar(kind: &Type) -> &Type {
    match kind {
        Type::Array(inner) | Type::Nullable(inner) => scalar(inner),
        other => other,
    }
}

/// Values that the descriptions of parameters list.
fn stated(reference: &Reference, members: &Members, findings: &mut LintFindings) {
    for view in &reference.pages {
        for row in view.rows.iter().filter(|row| row.section == Heading::RequestBody) {
            let Some((name, stated)) = stated_members(row.cell(1)) else { continue };
            for member in stated {
                members.check(name, &member, || view.spot(row.line, &member), findings);
            }
        }
    }
}

/// Enumerations that no property or parameter has, corrections included.
fn unused(reference: &Reference, findings: &mut LintFindings) {
    let used = used(&reference.corrected);
    for enumeration in reference.schema.enumerations.values() {
        let in_errors = ["ErrorCode", "ErrorSubcode"].contains(&enumeration.name.as_str());
        if !in_errors && !used.contains(enumeration.name.as_str()) {
            let help = "find the property that has its values, or explain where they occur";
            let message = "no property or parameter has its values";
            let spot = reference.title(&enumeration.page);
            findings.add(LintKind::UnusedEnumeration, &enumeration.page, "", message, help, spot);
        }
    }
}

fn used(schema: &Schema) -> BTreeSet<&str> {
    let resources = || schema.resources.values();
    let properties = resources().flat_map(|resource| &resource.properties).map(|property| &property.kind);
    let operations = resources().flat_map(|resource| &resource.operations);
    let parameters = operations.flat_map(|operation| operation.query.iter().chain(&operation.input));
    let kinds = properties.chain(parameters.map(|parameter: &Parameter| &parameter.kind));
    kinds.filter_map(Type::enumeration).collect()
}

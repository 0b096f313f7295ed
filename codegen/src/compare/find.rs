//! Finding what differs in two schemas, row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use ucwa_schema::{
    Cause, Enumeration, ErrorRow, Event, Evidence, GenericError, Operation, Parameter, Property, ReasonCode,
    ReasonMeaning, Reasons, Relation, Resource, Schema, ValueLimits,
};

use super::change::SchemaChange;
use super::rules::Rule;
use super::subject::ChangeSubject;
use super::table::{Elsewhere, RowPair, entries, named_rows, rows};

/// The changes between two schemas.
pub(super) fn changes(old: &Schema, new: &Schema) -> Vec<SchemaChange> {
    let mut changes = Vec::new();
    errors(old, new, &mut changes);
    for (name, old, new) in entries(&old.resources, &new.resources) {
        let mut find = Find { subject: ChangeSubject::Resource(name), changes: &mut changes };
        match (old, new) {
            (Some(old), Some(new)) => {
                find.differ("", Rule::ResourceRenamed, &old.name, &new.name);
                find.resource(old, new);
            }
            (Some(_), None) => find.note("", Rule::ResourceRemoved, "", ""),
            _ => find.note("", Rule::ResourceAdded, "", ""),
        }
    }
    for (name, old, new) in entries(&old.enumerations, &new.enumerations) {
        let mut find = Find { subject: ChangeSubject::Enumeration(name), changes: &mut changes };
        match (old, new) {
            (Some(old), Some(new)) => {
                find.differ("", Rule::EnumerationRenamed, &old.name, &new.name);
                find.enumeration(old, new);
            }
            (Some(_), None) => find.note("", Rule::EnumerationRemoved, "", ""),
            _ => find.note("", Rule::EnumerationAdded, "", ""),
        }
    }
    for (name, old, new) in entries(&old.introductions, &new.introductions) {
        if old != new {
            let mut find = Find { subject: ChangeSubject::Introduction(name), changes: &mut changes };
            find.note("", Rule::IntroductionChanged, "", "");
        }
    }
    changes
}

/// The generic errors, and what error rows stand for.
fn errors(old: &Schema, new: &Schema, changes: &mut Vec<SchemaChange>) {
    let mut find = Find { subject: ChangeSubject::Errors, changes };
    let generic = rows(&old.errors.generic, &new.errors.generic, |row: &GenericError| row.name.clone());
    for (name, old, new) in &generic {
        let place = format!("generic/{name}");
        match (old, new) {
            (Some(old), Some(new)) => find.summary(&place, old.summary.as_ref(), new.summary.as_ref()),
            (Some(_), None) => find.note(&place, Rule::GenericErrorRemoved, "", ""),
            _ => find.note(&place, Rule::GenericErrorAdded, "", ""),
        }
    }
    find.order("generic", &generic);
    let name = |row: &ReasonMeaning| ReasonCode { code: row.code.clone(), subcode: row.subcode.clone() }.to_string();
    for (reason, old, new) in rows(&old.errors.reasons, &new.errors.reasons, name) {
        // The resources tell which reasons are new, and which are gone.
        if let (Some(old), Some(new)) = (old, new) {
            find.summary(&format!("reasons/{reason}"), old.summary.as_ref(), new.summary.as_ref());
        }
    }
    let (used_before, used_now) = (causes(old), causes(new));
    for key in old.errors.causes.keys().chain(new.errors.causes.keys()).collect::<BTreeSet<_>>() {
        let summary = |cause: Option<&Cause>| cause.and_then(|cause| cause.summary.clone());
        let place = format!("causes/{key}");
        match (old.errors.causes.get(key), new.errors.causes.get(key)) {
            (Some(old), Some(new)) => find.summary(&place, old.summary.as_ref(), new.summary.as_ref()),
            (Some(_), None) if used_before.contains(key.as_str()) => {}
            (None, Some(_)) if used_now.contains(key.as_str()) => {}
            (old @ Some(_), None) => find.note(&place, Rule::CauseRemoved, summary(old).unwrap_or_default(), ""),
            (_, new) => find.note(&place, Rule::CauseAdded, "", summary(new).unwrap_or_default()),
        }
    }
}

/// The causes that rows have, which tell of their change.
fn causes(schema: &Schema) -> BTreeSet<&str> {
    let operations = schema.resources.values().flat_map(|resource| &resource.operations);
    operations.flat_map(|operation| &operation.errors).map(|row| row.cause.as_str()).collect()
}

struct Find<'a> {
    subject: ChangeSubject,
    changes: &'a mut Vec<SchemaChange>,
}

impl Find<'_> {
    fn note(&mut self, place: &str, rule: Rule, old: impl Display, new: impl Display) {
        self.changes.push(SchemaChange::new(&self.subject, place, rule, old.to_string(), new.to_string()));
    }

    /// Notes two values where they differ.
    fn differ(&mut self, place: &str, rule: Rule, old: impl Display, new: impl Display) {
        let (old, new) = (old.to_string(), new.to_string());
        if old != new {
            self.note(place, rule, old, new);
        }
    }

    fn summary(&mut self, place: &str, old: Option<&String>, new: Option<&String>) {
        let place = if place.is_empty() { "summary".to_owned() } else { format!("{place}/summary") };
        self.differ(&place, Rule::SummaryChanged, text(old), text(new));
    }

    fn evidence(&mut self, place: &str, old: Evidence, new: Evidence) {
        let name = |evidence| format!("{evidence:?}").to_lowercase();
        self.differ(&format!("{place}/evidence"), Rule::EvidenceChanged, name(old), name(new));
    }

    /// Notes that rows that are on both sides stand in another order.
    fn order<T>(&mut self, place: &str, rows: &[RowPair<'_, T>])
    where
        T: PartialEq,
    {
        // The rows are in the order of the new table; what tells the order of the old one is where its rows lie.
        let addresses = rows.iter().filter(|(_, _, new)| new.is_some()).filter_map(|(_, old, _)| *old);
        let addresses: Vec<_> = addresses.map(std::ptr::from_ref).collect();
        if !addresses.is_sorted() {
            self.note(place, Rule::OrderChanged, "", "");
        }
    }

    fn resource(&mut self, old: &Resource, new: &Resource) {
        self.differ("rel", Rule::RelChanged, &old.rel, &new.rel);
        self.differ("revision", Rule::RevisionChanged, old.revision, new.revision);
        self.differ("category", Rule::CategoryChanged, text(old.category.as_ref()), text(new.category.as_ref()));
        self.differ("page", Rule::PageChanged, &old.page, &new.page);
        self.summary("", old.summary.as_ref(), new.summary.as_ref());
        for (scope, old, new) in rows(&old.scopes, &new.scopes, String::clone) {
            let place = format!("scopes/{scope}");
            match (old, new) {
                (Some(_), Some(_)) => {}
                (Some(_), None) => self.note(&place, Rule::ScopeRemoved, "", ""),
                _ => self.note(&place, Rule::ScopeAdded, "", ""),
            }
        }
        self.order("scopes", &rows(&old.scopes, &new.scopes, String::clone));
        self.properties(&old.properties, &new.properties);
        self.links(&old.links, &new.links);
        self.events(&old.events, &new.events);
        self.reasons(&old.reasons, &new.reasons);
        let operations = rows(&old.operations, &new.operations, |row: &Operation| row.method.name().to_owned());
        for (verb, old, new) in &operations {
            let place = format!("operations/{verb}");
            match (old, new) {
                (Some(old), Some(new)) => self.operation(&place, old, new),
                (Some(_), None) => self.note(&place, Rule::OperationRemoved, "", ""),
                _ => self.note(&place, Rule::OperationAdded, "", ""),
            }
        }
        self.order("operations", &operations);
    }

    fn properties(&mut self, old: &[Property], new: &[Property]) {
        let properties = named_rows(old, new, &Elsewhere::NOTHING);
        for (name, old, new) in &properties {
            let place = format!("properties/{name}");
            match (old, new) {
                (Some(old), Some(new)) => {
                    self.differ(&format!("{place}/name"), Rule::PropertyRenamed, &old.name, &new.name);
                    let kind = format!("{place}/type");
                    self.differ(&kind, Rule::PropertyTypeChanged, &old.kind, &new.kind);
                    self.evidence(&place, old.evidence, new.evidence);
                    self.limits(&place, &old.limits, &new.limits);
                    self.summary(&place, old.summary.as_ref(), new.summary.as_ref());
                }
                (Some(old), None) => self.note(&place, Rule::PropertyRemoved, &old.kind, ""),
                (None, new) => self.note(&place, Rule::PropertyAdded, "", new.map_or(String::new(), kind_of)),
            }
        }
        self.order("properties", &properties);
    }

    fn limits(&mut self, place: &str, old: &ValueLimits, new: &ValueLimits) {
        self.differ(&format!("{place}/limits"), Rule::LimitsChanged, limits(old), limits(new));
    }

    fn links(&mut self, old: &[Relation], new: &[Relation]) {
        let links = named_rows(old, new, &Elsewhere::NOTHING);
        let described = |link: &Relation| format!("{} {}", link.cardinality, link.target);
        for (rel, old, new) in &links {
            let place = format!("links/{rel}");
            match (old, new) {
                (Some(old), Some(new)) => {
                    let of = |what: &str| format!("{place}/{what}");
                    self.differ(&of("name"), Rule::LinkRenamed, &old.rel, &new.rel);
                    self.differ(&of("target"), Rule::LinkTargetChanged, &old.target, &new.target);
                    self.differ(&of("cardinality"), Rule::CardinalityChanged, old.cardinality, new.cardinality);
                    let sent = |embedded| if embedded { "linked or embedded" } else { "linked" };
                    self.differ(&of("embedded"), Rule::EmbeddedChanged, sent(old.embedded), sent(new.embedded));
                    self.evidence(&place, old.evidence, new.evidence);
                    self.summary(&place, old.summary.as_ref(), new.summary.as_ref());
                }
                (Some(old), None) => self.note(&place, Rule::LinkRemoved, described(old), ""),
                (None, new) => self.note(&place, Rule::LinkAdded, "", new.map_or(String::new(), described)),
            }
        }
        self.order("links", &links);
    }

    fn events(&mut self, old: &[Event], new: &[Event]) {
        let name = |row: &Event| {
            let collection = row.collection.as_ref().map_or(String::new(), |name| format!(" in {name}"));
            format!("{} {}{collection} from {}", row.resource, row.kind.name(), row.sender)
        };
        let events = rows(old, new, name);
        for (event, old, new) in &events {
            let place = format!("events/{event}");
            match (old, new) {
                (Some(old), Some(new)) => {
                    self.differ(&place, Rule::EventPriorityChanged, &old.priority, &new.priority);
                    self.summary(&place, old.summary.as_ref(), new.summary.as_ref());
                }
                (Some(_), None) => self.note(&place, Rule::EventRemoved, "", ""),
                _ => self.note(&place, Rule::EventAdded, "", ""),
            }
        }
        self.order("events", &events);
    }

    fn reasons(&mut self, old: &Reasons, new: &Reasons) {
        let edition = |reasons: &Reasons| text(reasons.edition.as_ref()).to_owned();
        if !old.is_empty() && !new.is_empty() {
            self.differ("reasons/edition", Rule::ReasonEditionChanged, edition(old), edition(new));
        }
        let reasons = rows(&old.rows, &new.rows, ToString::to_string);
        for (reason, old, new) in &reasons {
            let place = format!("reasons/{reason}");
            match (old, new) {
                (Some(_), Some(_)) => {}
                (Some(_), None) => self.note(&place, Rule::ReasonRemoved, "", ""),
                _ => self.note(&place, Rule::ReasonAdded, "", ""),
            }
        }
        self.order("reasons", &reasons);
    }

    fn operation(&mut self, place: &str, old: &Operation, new: &Operation) {
        self.summary(place, old.summary.as_ref(), new.summary.as_ref());
        self.parameters(place, old, new);
        let content = format!("{place}/content");
        self.differ(&content, Rule::ContentChanged, old.content.join(", "), new.content.join(", "));
        let response = |what: &str| format!("{place}/response/{what}");
        let (before, after) = (&old.response, &new.response);
        let status = |status: Option<u16>| status.map_or(String::new(), |status| status.to_string());
        self.differ(&response("status"), Rule::ResponseStatusChanged, status(before.status), status(after.status));
        let (resource, other) = (text(before.resource.as_ref()), text(after.resource.as_ref()));
        self.differ(&response("resource"), Rule::ResponseResourceChanged, resource, other);
        self.differ(&response("location"), Rule::ResponseLocationChanged, before.location, after.location);
        let (content, other) = (text(before.content.as_ref()), text(after.content.as_ref()));
        self.differ(&response("content"), Rule::ResponseContentChanged, content, other);
        self.error_rows(place, &old.errors, &new.errors);
    }

    /// Parameters of body and address are one list to users; a parameter that goes from one to the other was moved.
    fn parameters(&mut self, place: &str, old: &Operation, new: &Operation) {
        let input = named_rows(&old.input, &new.input, &Elsewhere { old: &old.query, new: &new.query });
        let query = named_rows(&old.query, &new.query, &Elsewhere { old: &old.input, new: &new.input });
        let sides = |rows: &[RowPair<'_, Parameter>]| -> BTreeMap<String, (bool, bool)> {
            rows.iter().map(|(name, old, new)| (name.clone(), (old.is_some(), new.is_some()))).collect()
        };
        let (in_input, in_query) = (sides(&input), sides(&query));
        let other = |sides: &BTreeMap<String, (bool, bool)>, name: &str, is_old: bool| {
            sides.get(name).is_some_and(|(old, new)| if is_old { *old } else { *new })
        };
        // What is looked up went over to the other list, and so stood in one alone.
        let was: BTreeMap<_, _> = old.input.iter().chain(&old.query).map(|row| (&row.name, row)).collect();
        for (carrier, list, elsewhere) in [("input", &input, &in_query), ("query", &query, &in_input)] {
            for (name, before, after) in list {
                let place = format!("{place}/{carrier}/{name}");
                match (before, after) {
                    (Some(before), Some(after)) => self.parameter(&place, before, after),
                    // One that stood in both is told here, and one that went over where it is now.
                    (Some(_), None) if other(elsewhere, name, false) => {
                        if other(elsewhere, name, true) {
                            self.note(&place, Rule::ParameterMoved, "input and query", other_than(carrier));
                        }
                    }
                    (Some(before), None) => self.note(&place, gone(before), &before.kind, ""),
                    (None, Some(_)) if other(elsewhere, name, true) && other(elsewhere, name, false) => {
                        self.note(&place, Rule::ParameterMoved, other_than(carrier), "input and query");
                    }
                    (None, Some(after)) if other(elsewhere, name, true) => {
                        self.note(&place, Rule::ParameterMoved, other_than(carrier), carrier);
                        if let Some(before) = was.get(name) {
                            self.parameter(&place, before, after);
                        }
                    }
                    (None, after) => {
                        if let Some(after) = after {
                            self.note(&place, new_parameter(after), "", &after.kind);
                        }
                    }
                }
            }
            self.order(&format!("{place}/{carrier}"), list);
        }
        let required = |operation: &Operation| -> Vec<String> {
            let parameters = crate::lower::parameters(operation);
            parameters.filter(|parameter| parameter.required).map(|parameter| parameter.name.clone()).collect()
        };
        let (before, after) = (required(old), required(new));
        let both = |names: &[String], others: &[String]| {
            let others: BTreeSet<_> = others.iter().collect();
            names.iter().filter(|name| others.contains(name)).cloned().collect::<Vec<_>>().join(", ")
        };
        let (before, after) = (both(&before, &after), both(&after, &before));
        self.differ(&format!("{place}/input"), Rule::ParameterOrderChanged, before, after);
    }

    fn parameter(&mut self, place: &str, old: &Parameter, new: &Parameter) {
        self.differ(&format!("{place}/name"), Rule::ParameterRenamed, &old.name, &new.name);
        self.differ(&format!("{place}/type"), Rule::ParameterTypeChanged, &old.kind, &new.kind);
        let need = |required| if required { "required" } else { "optional" };
        let rule = if new.required { Rule::ParameterBecameRequired } else { Rule::ParameterBecameOptional };
        self.differ(&format!("{place}/required"), rule, need(old.required), need(new.required));
        self.evidence(place, old.evidence, new.evidence);
        self.limits(place, &old.limits, &new.limits);
        self.summary(place, old.summary.as_ref(), new.summary.as_ref());
    }

    /// Rows of one code and subcode are one error, which can stand for several things.
    fn error_rows(&mut self, place: &str, old: &[ErrorRow], new: &[ErrorRow]) {
        let (before, after) = (grouped(old), grouped(new));
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let place = format!("{place}/errors/{key}");
            match (before.get(key), after.get(key)) {
                (Some(old), Some(new)) => {
                    let list = |values: BTreeSet<String>| values.into_iter().collect::<Vec<_>>().join(", ");
                    let statuses = |rows: &[&ErrorRow]| list(rows.iter().map(|row| row.status.to_string()).collect());
                    let causes = |rows: &[&ErrorRow]| list(rows.iter().map(|row| row.cause.clone()).collect());
                    let of = |what: &str| format!("{place}/{what}");
                    self.differ(&of("status"), Rule::ErrorStatusChanged, statuses(old), statuses(new));
                    let (was, is) = (causes(old), causes(new));
                    // A cause that two rows have is there twice; that, and the order of rows, is no other cause.
                    self.differ(&of("cause"), Rule::ErrorCauseChanged, was, is);
                }
                (Some(old), None) => self.note(&place, Rule::ErrorRemoved, old[0].status, ""),
                (_, new) => self.note(&place, Rule::ErrorAdded, "", new.map_or(0, |rows| rows[0].status)),
            }
        }
        let order = |rows: &[ErrorRow], others: &BTreeMap<String, Vec<&ErrorRow>>| {
            rows.iter().map(key_of).filter(|key| others.contains_key(key)).collect::<Vec<_>>()
        };
        if order(old, &after) != order(new, &before) {
            self.note(&format!("{place}/errors"), Rule::OrderChanged, "", "");
        }
    }

    fn enumeration(&mut self, old: &Enumeration, new: &Enumeration) {
        self.differ("page", Rule::PageChanged, &old.page, &new.page);
        self.summary("", old.summary.as_ref(), new.summary.as_ref());
        let members = named_rows(&old.members, &new.members, &Elsewhere::NOTHING);
        for (name, old, new) in &members {
            let place = format!("members/{name}");
            match (old, new) {
                (Some(old), Some(new)) => {
                    self.differ(&format!("{place}/name"), Rule::MemberRenamed, &old.name, &new.name);
                    self.summary(&place, old.summary.as_ref(), new.summary.as_ref());
                }
                (Some(_), None) => self.note(&place, Rule::MemberRemoved, "", ""),
                _ => self.note(&place, Rule::MemberAdded, "", ""),
            }
        }
        self.order("members", &members);
    }
}

fn kind_of(property: &Property) -> String {
    property.kind.to_string()
}

fn text(value: Option<&String>) -> &str {
    value.map_or("", String::as_str)
}

/// The list of parameters that is not this one.
fn other_than(carrier: &str) -> &'static str {
    if carrier == "input" { "query" } else { "input" }
}

fn gone(parameter: &Parameter) -> Rule {
    if parameter.required { Rule::RequiredParameterRemoved } else { Rule::OptionalParameterRemoved }
}

fn new_parameter(parameter: &Parameter) -> Rule {
    if parameter.required { Rule::RequiredParameterAdded } else { Rule::OptionalParameterAdded }
}

fn limits(limits: &ValueLimits) -> String {
    let parts = [
        limits.maximum_length.map(|length| format!("at most {length} characters")),
        limits.minimum.map(|minimum| format!("at least {minimum}")),
        limits.maximum.map(|maximum| format!("at most {maximum}")),
        limits.default.as_ref().map(|default| format!("default {default}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn key_of(row: &ErrorRow) -> String {
    format!("{}/{}", row.code, row.subcode.as_deref().unwrap_or("-"))
}

fn grouped(rows: &[ErrorRow]) -> BTreeMap<String, Vec<&ErrorRow>> {
    let mut groups = BTreeMap::<String, Vec<&ErrorRow>>::new();
    for row in rows {
        groups.entry(key_of(row)).or_default().push(row);
    }
    groups
}

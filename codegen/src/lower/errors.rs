//! Error tables: a variant for each code and subcode, with all that it can stand for.
//!
//! A variant is called after its subcode, or after its code where there is none. Subcodes that the reference uses with several
//! codes, and those that are called like a code, have the code in front, in every operation, so that a row that is added
//! later renames nothing.

use std::collections::{BTreeMap, BTreeSet};

use ucwa_schema::{ErrorRow, Errors, Operation, Resource, Schema};

use super::docs::{error_docs, errors_docs, generic_error_docs, reason_docs, reasons_docs};
use super::model::{ErrorModel, ErrorVariant};
use super::names::{NameRole, NameScope};

/// What the error tables of all operations have in common.
pub(super) struct Tables<'a> {
    /// The subcodes that need a code in front to be told apart.
    ambiguous: BTreeSet<&'a str>,
    /// The code, subcode and cause of the rows that the reference lists for every operation, whatever it does.
    everywhere: BTreeSet<(&'a str, Option<&'a str>, &'a str)>,
}

impl<'a> Tables<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        Self { ambiguous: ambiguous(schema), everywhere: everywhere(schema) }
    }
}

fn key(row: &ErrorRow) -> (&str, Option<&str>, &str) {
    (&row.code, row.subcode.as_deref(), &row.cause)
}

/// A row that more than a third of all operations have says nothing about any of them.
fn everywhere(schema: &Schema) -> BTreeSet<(&str, Option<&str>, &str)> {
    let mut counts = BTreeMap::new();
    let operations = || schema.resources.values().flat_map(|resource| &resource.operations);
    for operation in operations() {
        for row in operation.errors.iter().map(key).collect::<BTreeSet<_>>() {
            *counts.entry(row).or_insert(0_usize) += 1;
        }
    }
    let many = operations().count().div_ceil(3).max(3);
    counts.into_iter().filter(|(_, count)| *count >= many).map(|(row, _)| row).collect()
}

/// The errors of an operation: its own in the order in which codes and subcodes first come, then those that the reference
/// lists for every operation.
pub(super) fn of_operation(
    schema: &Schema,
    tables: &Tables<'_>,
    resource: &Resource,
    operation: &Operation,
    type_name: String,
) -> ErrorModel {
    let mut scope = NameScope::default();
    let mut groups: Vec<Vec<&ErrorRow>> = Vec::new();
    let mut numbers = BTreeMap::new();
    for row in &operation.errors {
        let number = *numbers.entry((&row.code, &row.subcode)).or_insert(groups.len());
        match groups.get_mut(number) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    let is_everywhere = |rows: &[&ErrorRow]| rows.iter().all(|row| tables.everywhere.contains(&key(row)));
    groups.sort_by_key(|rows| is_everywhere(rows));
    let variants: Vec<_> = groups
        .iter()
        .map(|rows| {
            let row = rows[0];
            let name = variant_name(&row.code, row.subcode.as_deref(), &tables.ambiguous);
            let name = scope.add(NameRole::Variant, &name);
            let causes = rows.iter().filter_map(|row| schema.errors.causes.get(&row.cause)?.summary.as_deref());
            ErrorVariant {
                docs: error_docs(row, &causes.collect()),
                name: name.rust,
                status: row.status,
                code: row.code.clone(),
                subcode: row.subcode.clone().unwrap_or_default(),
                everywhere: is_everywhere(rows),
            }
        })
        .collect();
    ErrorModel { docs: errors_docs(resource, operation, &variants), variants, type_name, shared: None }
}

/// The subcodes of error rows that need a code in front to be told apart.
fn ambiguous(schema: &Schema) -> BTreeSet<&str> {
    let operations = schema.resources.values().flat_map(|resource| &resource.operations);
    let rows = operations.flat_map(|operation| &operation.errors);
    ambiguous_among(rows.map(|row| (row.code.as_str(), row.subcode.as_deref())))
}

/// The subcodes of reasons that need a code in front to be told apart.
pub(super) fn ambiguous_reasons(schema: &Schema) -> BTreeSet<&str> {
    let rows = schema.resources.values().flat_map(|resource| &resource.reasons.rows);
    ambiguous_among(rows.map(|row| (row.code.as_str(), row.subcode.as_deref())))
}

/// The subcodes that stand with several codes, or that are called like a code.
fn ambiguous_among<'a>(rows: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> BTreeSet<&'a str> {
    let mut codes = BTreeSet::new();
    let mut codes_of = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (code, subcode) in rows {
        codes.insert(code);
        if let Some(subcode) = subcode {
            codes_of.entry(subcode).or_default().insert(code);
        }
    }
    let is_ambiguous = |(subcode, found): &(&str, BTreeSet<&str>)| found.len() > 1 || codes.contains(subcode);
    codes_of.into_iter().filter(is_ambiguous).map(|(subcode, _)| subcode).collect()
}

/// What a variant is called before it gets its Rust name: its subcode, with the code in front where that is ambiguous, or its code.
fn variant_name(code: &str, subcode: Option<&str>, ambiguous: &BTreeSet<&str>) -> String {
    match subcode {
        None => code.to_owned(),
        Some(subcode) if ambiguous.contains(subcode) => format!("{code}{subcode}"),
        Some(subcode) => subcode.to_owned(),
    }
}

/// With what the operation that a resource stands for can fail after it has begun.
pub(super) fn reasons(
    schema: &Schema,
    ambiguous: &BTreeSet<&str>,
    resource: &Resource,
    type_name: String,
) -> ErrorModel {
    let mut scope = NameScope::default();
    let variants = resource.reasons.rows.iter().map(|row| {
        let name = variant_name(&row.code, row.subcode.as_deref(), ambiguous);
        ErrorVariant {
            name: scope.add(NameRole::Variant, &name).rust,
            docs: reason_docs(row, schema.errors.meaning(row)),
            status: 0,
            code: row.code.clone(),
            subcode: row.subcode.clone().unwrap_or_default(),
            everywhere: false,
        }
    });
    ErrorModel { docs: reasons_docs(resource), variants: variants.collect(), type_name, shared: None }
}

/// The errors that any operation may return.
pub(super) fn generic(errors: &Errors) -> ErrorModel {
    let mut scope = NameScope::default();
    let variants = errors.generic.iter().map(|error| ErrorVariant {
        name: scope.add(NameRole::Variant, &error.name).rust,
        docs: generic_error_docs(error),
        status: 0,
        code: String::new(),
        subcode: error.name.clone(),
        everywhere: false,
    });
    ErrorModel {
        type_name: "GenericError".into(),
        docs: vec!["Errors that any operation can return.".into()],
        variants: variants.collect(),
        shared: None,
    }
}

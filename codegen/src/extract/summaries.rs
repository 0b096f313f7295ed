//! Carrying over what people wrote.

use std::collections::HashMap;
use std::hash::Hash;

use ucwa_schema::{Enumeration, Operation, Parameter, Resource, Schema};

/// Puts the summaries of `old` into `new`, row by row: by the names of resources, properties, parameters, members and
/// errors, the rels of links, the verbs of operations and the keys of causes. Everything else in `new` stays.
pub fn keep_summaries(old: &Schema, new: &mut Schema) {
    for (name, resource) in &mut new.resources {
        if let Some(old) = old.resources.get(name) {
            of_resource(old, resource);
        }
    }
    for (name, enumeration) in &mut new.enumerations {
        if let Some(old) = old.enumerations.get(name) {
            of_enumeration(old, enumeration);
        }
    }
    let generic = &mut new.errors.generic;
    rows(&old.errors.generic, generic, |row| &row.name, |row| &row.summary, |row, summary| row.summary = summary);
    for (key, cause) in &mut new.errors.causes {
        if let Some(old) = old.errors.causes.get(key) {
            cause.summary.clone_from(&old.summary);
        }
    }
}

fn of_resource(old: &Resource, new: &mut Resource) {
    new.summary.clone_from(&old.summary);
    let properties = &mut new.properties;
    rows(&old.properties, properties, |row| &row.name, |row| &row.summary, |row, summary| row.summary = summary);
    rows(&old.links, &mut new.links, |row| &row.rel, |row| &row.summary, |row, summary| row.summary = summary);
    for operation in &mut new.operations {
        if let Some(old) = old.operations.iter().find(|old| old.method == operation.method) {
            of_operation(old, operation);
        }
    }
}

fn of_operation(old: &Operation, new: &mut Operation) {
    new.summary.clone_from(&old.summary);
    parameters(&old.query, &mut new.query);
    parameters(&old.input, &mut new.input);
}

fn parameters(old: &[Parameter], new: &mut [Parameter]) {
    rows(old, new, |row| &row.name, |row| &row.summary, |row, summary| row.summary = summary);
}

fn of_enumeration(old: &Enumeration, new: &mut Enumeration) {
    new.summary.clone_from(&old.summary);
    let members = &mut new.members;
    rows(&old.members, members, |row| &row.name, |row| &row.summary, |row, summary| row.summary = summary);
}

/// Puts the summaries of rows into the rows of the same key.
fn rows<T, K: Eq + Hash + ?Sized>(
    old: &[T],
    new: &mut [T],
    key: impl for<'a> Fn(&'a T) -> &'a K,
    summary: impl for<'a> Fn(&'a T) -> &'a Option<String>,
    put: impl Fn(&mut T, Option<String>),
) {
    let summaries: HashMap<&K, &Option<String>> = old.iter().map(|row| (key(row), summary(row))).collect();
    for row in new {
        // A row that an erratum adds may bring a summary of its own.
        if let Some(Some(summary)) = summaries.get(key(row)) {
            put(row, Some(summary.clone()));
        }
    }
}

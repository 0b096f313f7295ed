//! The pages that are lists: enumerations, generic errors, the overview of resources.

use std::collections::HashSet;

use crate::pages::{Block, BlockKind, Boilerplate, Columns, Heading};

use super::draft::Subject;
use super::page::{Context, is_name};

/// An enumeration and its members.
pub(super) fn enumeration(context: &mut Context, name: &str, line: usize, blocks: &[Block]) -> Subject {
    if !context.is_name(line, name, "an enumeration") {
        return Subject::Unknown;
    }
    let mut members: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    let mut in_members = false;
    for block in blocks {
        match &block.kind {
            BlockKind::Heading(Heading::Members) => in_members = true,
            BlockKind::Table(table) if in_members => {
                for row in context.rows(block, table, Columns::Names) {
                    let member = row.cells.first().map_or("", String::as_str);
                    if !context.is_name(row.line, member, "a member") {
                        continue;
                    }
                    if seen.insert(member) {
                        members.push(member.to_string());
                    } else {
                        context.diagnose(row.line, Some(member), format!("`{member}` is there twice"), "leave one out");
                    }
                }
            }
            BlockKind::Text(_) | BlockKind::Boilerplate(Boilerplate::AppliesTo) if !in_members => {}
            _ => context.misplaced(block, "on the page of an enumeration"),
        }
    }
    if members.is_empty() {
        context.diagnose(
            line,
            None,
            "an enumeration without members",
            "a table of `name | description` under `Members`",
        );
    }
    Subject::Enumeration { name: name.to_string(), members }
}

/// The errors that any request can meet.
pub(super) fn generic_errors(context: &mut Context, blocks: &[Block]) -> Subject {
    let mut errors = Vec::new();
    for block in blocks {
        match &block.kind {
            BlockKind::Table(table) => {
                for row in context.rows(block, table, Columns::GenericErrors) {
                    let error = row.cells.first().map_or("", String::as_str);
                    if context.is_name(row.line, error, "an error") {
                        errors.push(error.to_string());
                    }
                }
            }
            BlockKind::Text(_) | BlockKind::Boilerplate(Boilerplate::AppliesTo) => {}
            _ => context.misplaced(block, "on the page of generic errors"),
        }
    }
    Subject::GenericErrors(errors)
}

/// The overview of resources: under each category, the names of resources.
pub(super) fn resources(context: &mut Context, blocks: &[Block]) -> Subject {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut category: Option<String> = None;
    for block in blocks {
        let (BlockKind::Text(text) | BlockKind::OtherHeading(text)) = &block.kind else {
            if !matches!(block.kind, BlockKind::Boilerplate(Boilerplate::AppliesTo)) {
                context.misplaced(block, "on the overview of resources");
            }
            continue;
        };
        let text = text.trim_start_matches(['-', '*', '+']).trim();
        let is_heading = matches!(block.kind, BlockKind::OtherHeading(_));
        // In running text, a category is told from a resource by its capital.
        let is_category = is_heading || (is_name(text) && text.starts_with(|first: char| first.is_ascii_uppercase()));
        match &category {
            _ if is_category => category = Some(text.to_string()),
            Some(category) if is_name(text) => found.push((text.to_string(), category.clone())),
            Some(_) => context.misplaced(block, "under a category of the overview"),
            // What stands in front of the first category is prose.
            None => {}
        }
    }
    Subject::Resources(found)
}

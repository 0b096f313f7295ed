//! The pages that are lists: enumerations, generic errors, the overview of resources.

use std::collections::HashSet;

use crate::pages::{Block, BlockKind, Boilerplate, Columns, Heading, ParsedPage, Row};

use super::context::{PlacingContext, is_name};
use super::draft::PageTopic;

/// An enumeration and its members.
pub(in crate::extract) fn enumeration(
    context: &mut PlacingContext,
    name: &str,
    line: usize,
    parsed: &ParsedPage,
) -> PageTopic {
    if !context.is_name(line, name, "an enumeration") {
        return PageTopic::Unknown;
    }
    let mut members = Members::default();
    for section in parsed.sections() {
        match section.heading {
            None | Some(Heading::Members | Heading::Remarks | Heading::SeeAlso) => {}
            Some(_) => context.misplaced_heading(section.line, "on the page of an enumeration"),
        }
        for block in section.blocks {
            match &block.kind {
                BlockKind::Table(table) if section.heading == Some(Heading::Members) => {
                    for row in context.rows(block, table, Columns::Names) {
                        members.row(context, row);
                    }
                }
                BlockKind::Text(_) | BlockKind::Boilerplate(Boilerplate::AppliesTo)
                    if section.heading != Some(Heading::Members) => {}
                _ => context.misplaced(block, "on the page of an enumeration"),
            }
        }
    }
    let members = members.names;
    if members.is_empty() {
        context.diagnose(
            line,
            None,
            "an enumeration without members",
            "a table of `name | description` under `Members`",
        );
    }
    PageTopic::Enumeration { name: name.to_string(), members }
}

/// The members of an enumeration, in the order of the page.
#[derive(Default)]
struct Members {
    names: Vec<String>,
    seen: HashSet<String>,
}

impl Members {
    fn row(&mut self, context: &mut PlacingContext, row: &Row) {
        let member = row.cells.first().map_or("", String::as_str);
        if !context.is_name(row.line, member, "a member") {
            return;
        }
        if self.seen.insert(member.to_string()) {
            self.names.push(member.to_string());
        } else {
            context.diagnose(row.line, Some(member), format!("`{member}` is listed twice"), "remove one");
        }
    }
}

/// The errors that any request may return.
pub(in crate::extract) fn generic_errors(context: &mut PlacingContext, blocks: &[Block]) -> PageTopic {
    let (mut errors, mut seen) = (Vec::new(), HashSet::new());
    for block in blocks {
        match &block.kind {
            BlockKind::Table(table) => {
                for row in context.rows(block, table, Columns::GenericErrors) {
                    let error = row.cells.first().map_or("", String::as_str);
                    if !context.is_name(row.line, error, "an error") {
                        continue;
                    }
                    if seen.insert(error) {
                        errors.push(error.to_string());
                    } else {
                        context.diagnose(row.line, Some(error), format!("`{error}` is listed twice"), "remove one");
                    }
                }
            }
            BlockKind::Text(_)
            | BlockKind::Boilerplate(Boilerplate::AppliesTo)
            | BlockKind::Heading(Heading::SeeAlso) => {}
            _ => context.misplaced(block, "on the page of generic errors"),
        }
    }
    PageTopic::GenericErrors(errors)
}

/// The overview of resources: under each category, the names of resources.
pub(in crate::extract) fn resources(context: &mut PlacingContext, blocks: &[Block]) -> PageTopic {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut category: Option<String> = None;
    for block in blocks {
        let (BlockKind::Text(text) | BlockKind::OtherHeading(text)) = &block.kind else {
            if !matches!(block.kind, BlockKind::Boilerplate(Boilerplate::AppliesTo)) {
                context.misplaced(block, "on the overview of resources");
            }
            continue;
        };
        let entry = text.trim_start_matches(['-', '*', '+']);
        let is_entry = entry.len() < text.len();
        let text = entry.trim();
        let is_heading = matches!(block.kind, BlockKind::OtherHeading(_));
        let has_capital = text.starts_with(|first: char| first.is_ascii_uppercase());
        // In running text, a category is told from a resource by its capital.
        let is_category = is_heading || (!is_entry && is_name(text) && has_capital);
        match &category {
            _ if is_category => category = Some(text.to_string()),
            Some(category) if is_name(text) => found.push((text.to_string(), category.clone())),
            Some(_) => context.misplaced(block, "under a category of the overview"),
            // What stands in front of the first category is prose.
            None => {}
        }
    }
    PageTopic::Resources(found)
}

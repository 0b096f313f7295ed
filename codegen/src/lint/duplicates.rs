//! Tables that say one thing twice.

use std::collections::BTreeMap;

use crate::pages::Heading;

use super::finding::{LintFindings, LintKind};
use super::reference::{Reference, TableRow};

pub(super) fn find(reference: &Reference, findings: &mut LintFindings) {
    for view in &reference.pages {
        let mut add = |row: &TableRow, message: String, help: &str| {
            let spot = view.spot(row.line, row.cell(0));
            findings.add(LintKind::DuplicateRow, view.name(), row.place(), message, help, spot);
        };
        let mut seen = BTreeMap::<(String, Vec<String>), &TableRow>::new();
        for row in view.rows.iter().filter(|row| ![Heading::WebLink, Heading::Reasons].contains(&row.section)) {
            let key = (row.place(), key(row));
            let Some(first) = seen.get(&key) else {
                seen.insert(key, row);
                continue;
            };
            add(row, repeated(first, row), "remove the second by an erratum, or explain it");
        }
        for row in view.rows.iter().filter(|row| row.section == Heading::Query) {
            let in_body = TableRow { section: Heading::RequestBody, ..row.clone() };
            let Some(other) = view.row(&in_body.place()) else { continue };
            let message = if other.cell(2) == row.cell(2) {
                "the body has the same parameter"
            } else {
                "the body has the same parameter, but differs on whether it is required"
            };
            add(row, message.into(), "remove one of them by an erratum, or explain which one counts");
        }
    }
}

/// What is wrong with a row that stands in one table with another of its name.
fn repeated(first: &TableRow, row: &TableRow) -> String {
    let message =
        if first.cells == row.cells { "a row is listed twice" } else { "two rows have the same name and differ" };
    if row.section == Heading::Errors { format!("{} {}: {message}", row.cell(0), row.cell(1)) } else { message.into() }
}

/// What a row says, apart from what it says about it. Errors of one code may have several causes, each in a row.
fn key(row: &TableRow) -> Vec<String> {
    let count = match row.section {
        Heading::Errors => 4,
        Heading::Event(_) => 3,
        _ => 1,
    };
    row.cells.iter().take(count).cloned().collect()
}

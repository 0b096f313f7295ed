//! Codes, subcodes and statuses of errors.

use std::collections::BTreeSet;

use ucwa_schema::Enumeration;

use crate::pages::{BlockKind, Columns, Heading};

use super::finding::{LintFindings, LintKind, Spot};
use super::reference::Reference;

/// The statuses that each code comes with.
const STATUSES: [(&str, &[u16]); 20] = [
    ("BadRequest", &[400]),
    ("ClientTimeout", &[408]),
    ("Conflict", &[409]),
    ("EntityTooLarge", &[413]),
    ("ExchangeServiceFailure", &[500, 503]),
    ("Forbidden", &[403]),
    ("GatewayTimeout", &[504]),
    ("Gone", &[410]),
    ("LocalFailure", &[500]),
    ("MethodNotAllowed", &[405]),
    ("NotAcceptable", &[406]),
    ("NotFound", &[404]),
    ("PreconditionFailed", &[412]),
    ("PreconditionRequired", &[428]),
    ("RemoteFailure", &[500]),
    ("ServiceFailure", &[500]),
    ("ServiceUnavailable", &[503]),
    ("Timeout", &[504, 408]),
    ("TooManyRequests", &[429]),
    ("UnsupportedMediaType", &[415]),
];

pub(super) fn find(reference: &Reference, findings: &mut LintFindings) {
    let listed = |name: &str| reference.schema.enumerations.get(name).map(Listed::of);
    let (Some(codes), Some(subcodes)) = (listed("ErrorCode"), listed("ErrorSubcode")) else { return };
    let mut unknown = |of: &Listed, name: &str, spot: Spot| {
        let help = format!("add the value to {} by an erratum, or correct the row", of.enumeration.name);
        let message = "error tables have it, but the page does not list it";
        findings.add(LintKind::UnknownError, &of.enumeration.page, format!("members/{name}"), message, help, spot);
    };
    for view in &reference.pages {
        for row in view.rows.iter().filter(|row| row.section == Heading::Errors) {
            let (code, subcode) = (row.cell(0), row.cell(2));
            if !codes.has(code) {
                unknown(&codes, code, view.spot(row.line, code));
            }
            if !subcode.is_empty() && subcode != "None" && !subcodes.has(subcode) {
                unknown(&subcodes, subcode, view.spot(row.line, subcode));
            }
        }
        for row in view.rows.iter().filter(|row| row.section == Heading::Reasons) {
            let subcode = row.cell(0);
            if !subcode.is_empty() && subcode != "None" && !subcodes.has(subcode) {
                unknown(&subcodes, subcode, view.spot(row.line, subcode));
            }
        }
    }
    for resource in reference.schema.resources.values() {
        for reason in resource.reasons.rows.iter().filter(|reason| !codes.has(&reason.code)) {
            unknown(&codes, &reason.code, reference.title(&resource.page));
        }
    }
    generic(reference, &|name| codes.has(name) || subcodes.has(name), findings);
    statuses(reference, findings);
}

/// An enumeration and the names that it lists.
struct Listed<'r> {
    enumeration: &'r Enumeration,
    names: BTreeSet<&'r str>,
}

impl<'r> Listed<'r> {
    fn of(enumeration: &'r Enumeration) -> Self {
        Self { enumeration, names: enumeration.members.iter().map(|member| member.name.as_str()).collect() }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// The generic errors, which are codes or subcodes.
fn generic(reference: &Reference, is_known: &dyn Fn(&str) -> bool, findings: &mut LintFindings) {
    for view in &reference.pages {
        for block in &view.parsed.blocks {
            let BlockKind::Table(table) = &block.kind else { continue };
            if table.columns != Columns::GenericErrors {
                continue;
            }
            for row in &table.rows {
                let name = row.cells.first().map_or("", String::as_str);
                if !is_known(name) {
                    let help = "check whether it is a code or a subcode, and add it by an erratum";
                    let message = "listed neither as a code nor as a subcode";
                    let (place, spot) = (format!("generic/{name}"), view.spot(row.line, name));
                    findings.add(LintKind::UnknownError, view.name(), place, message, help, spot);
                }
            }
        }
    }
}

fn statuses(reference: &Reference, findings: &mut LintFindings) {
    for view in &reference.pages {
        for row in view.rows.iter().filter(|row| row.section == Heading::Errors) {
            let (code, status) = (row.cell(0), row.cell(1));
            let known = STATUSES.iter().find(|(name, _)| *name == code).map(|(_, statuses)| *statuses);
            let fits = |statuses: &[u16]| status.parse().is_ok_and(|status: u16| statuses.contains(&status));
            if known.is_some_and(|statuses| !fits(statuses)) {
                let help = "correct the row by an erratum, or explain it; both are kept as the page has them";
                let message = format!("`{code}` does not match the status {status}");
                findings.add(
                    LintKind::UnknownError,
                    view.name(),
                    row.place(),
                    message,
                    help,
                    view.spot(row.line, code),
                );
            }
        }
    }
}

//! Reports for an issue or a page.

use std::fmt::Write as _;

use super::contents::Report;

/// Writes a report as Markdown.
pub(super) fn write(report: &Report) -> String {
    let mut text = format!("# Traffic and bindings\n\n{}; {}.\n", report.summary(), report.outcome());
    for (kind, findings) in report.groups() {
        let _ = write!(text, "\n## {}\n\n| What | | Seen | First |\n|---|---|---:|---|\n", kind.title());
        for finding in findings {
            let [what, detail, first] = [&finding.what, &finding.detail, &finding.first].map(|cell| escape(cell));
            let _ = writeln!(text, "| {what} | {detail} | {} | {first} |", finding.count);
        }
    }
    let mut remarks = Vec::new();
    remarks.extend(report.passed_over.iter().map(|sort| format!("Skipped: {} ({}).", sort.count, sort.what)));
    remarks.extend(report.not_looked_for.map(|what| format!("Not checked: {what}.")));
    remarks.extend(report.errors.iter().map(|error| format!("Not used: {}.", escape(error))));
    if !remarks.is_empty() {
        let _ = writeln!(text, "\n- {}", remarks.join("\n- "));
    }
    text
}

/// Text of which Markdown makes nothing else.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

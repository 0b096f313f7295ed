//! Reports for a terminal.

use std::fmt::Write as _;

use super::contents::Report;

/// Writes a report as text.
pub(super) fn write(report: &Report) -> String {
    let mut text = String::new();
    for (kind, findings) in report.groups() {
        let _ = writeln!(text, "{}", kind.title());
        for finding in findings {
            let detail = if finding.detail.is_empty() { String::new() } else { format!(" ({})", finding.detail) };
            let _ = writeln!(text, "  {}{detail}", finding.what);
            let times = if finding.count == 1 { "once".to_owned() } else { format!("{} times, first", finding.count) };
            let _ = writeln!(text, "      seen {times} in {}", finding.first);
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", report.summary());
    for sort in &report.passed_over {
        let _ = writeln!(text, "skipped: {} ({})", sort.count, sort.what);
    }
    if let Some(what) = report.not_looked_for {
        let _ = writeln!(text, "not checked: {what}");
    }
    let _ = writeln!(text, "{}", report.outcome());
    text
}

//! Findings for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::diagnostics::Drawing;

use super::finding::LintKind;
use super::triage::{Resolution, Triaged};

/// The findings drawn, each with the line at which it shows.
pub fn text(triaged: &[&Triaged], drawing: Drawing) -> Vec<String> {
    let drawn = |triaged: &&Triaged| {
        let drawn = triaged.finding.draw(drawing);
        match &triaged.outcome {
            Resolution::Corrected(id) => format!("{drawn}\n   = corrected by erratum `{id}`\n"),
            Resolution::Explained(reason) => format!("{drawn}\n   = explained: {reason}\n"),
            Resolution::New => format!("{drawn}\n"),
        }
    };
    triaged.iter().map(drawn).collect()
}

/// The findings as Markdown, a heading for each kind and a line for each finding.
pub fn markdown(triaged: &[&Triaged]) -> String {
    let mut text = String::from("# Findings\n");
    for kind in LintKind::ALL {
        let of_kind: Vec<_> = triaged.iter().filter(|triaged| triaged.finding.kind == *kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n## {}\n\n{} ({} findings)\n", kind.name(), kind.title().trim(), of_kind.len());
        for triaged in of_kind {
            let finding = &triaged.finding;
            let spot = finding.spots.first().map(ToString::to_string).unwrap_or_default();
            let outcome = match &triaged.outcome {
                Resolution::Corrected(id) => format!("erratum `{id}`"),
                Resolution::Explained(reason) => reason.clone(),
                Resolution::New => "**new**".into(),
            };
            let _ = writeln!(text, "- {spot}: {} ({}): {outcome}", finding.text(), finding.page);
        }
    }
    text
}

/// The findings as a list of objects.
pub fn json(triaged: &[&Triaged]) -> Value {
    let object = |triaged: &&Triaged| {
        let finding = &triaged.finding;
        json!({
            "kind": finding.kind, "page": finding.page, "place": finding.place, "message": finding.message,
            "help": finding.help, "spots": finding.spots, "outcome": triaged.outcome,
        })
    };
    triaged.iter().map(object).collect()
}

/// How many findings there are of each kind, and what became of them, a line each.
pub fn summary(triaged: &[Triaged]) -> Vec<String> {
    let mut lines = vec![format!("{:<24}{:>8}{:>9}{:>10}{:>6}", "kind", "findings", "errata", "explained", "new")];
    let mut line = |name: &str, of: &dyn Fn(&Triaged) -> bool| {
        let count =
            |is: fn(&Resolution) -> bool| triaged.iter().filter(|triaged| of(triaged) && is(&triaged.outcome)).count();
        let (errata, explained, new) = (
            count(|outcome| matches!(outcome, Resolution::Corrected(_))),
            count(|outcome| matches!(outcome, Resolution::Explained(_))),
            count(|outcome| *outcome == Resolution::New),
        );
        let all = errata + explained + new;
        if all > 0 {
            lines.push(format!("{name:<24}{all:>8}{errata:>9}{explained:>10}{new:>6}"));
        }
    };
    for kind in LintKind::ALL {
        line(kind.name(), &|triaged| triaged.finding.kind == *kind);
    }
    line("all", &|_| true);
    lines
}

//! Findings for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::diagnostics::Drawing;

use super::finding::Kind;
use super::judge::{Answer, Judged};

/// The findings drawn, each with the line at which it shows.
pub fn text(judged: &[&Judged], drawing: Drawing) -> Vec<String> {
    let drawn = |judged: &&Judged| {
        let drawn = judged.finding.draw(drawing);
        match &judged.answer {
            Answer::Erratum(id) => format!("{drawn}\n   = answered by erratum `{id}`\n"),
            Answer::Reason(reason) => format!("{drawn}\n   = explained: {reason}\n"),
            Answer::New => format!("{drawn}\n"),
        }
    };
    judged.iter().map(drawn).collect()
}

/// The findings as Markdown, a heading for each kind and a line for each finding.
pub fn markdown(judged: &[&Judged]) -> String {
    let mut text = String::from("# Findings\n");
    for kind in Kind::ALL {
        let of_kind: Vec<_> = judged.iter().filter(|judged| judged.finding.kind == *kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n## {}\n\n{} ({} findings)\n", kind.name(), kind.title().trim(), of_kind.len());
        for judged in of_kind {
            let finding = &judged.finding;
            let spot = finding.spots.first().map(ToString::to_string).unwrap_or_default();
            let answer = match &judged.answer {
                Answer::Erratum(id) => format!("erratum `{id}`"),
                Answer::Reason(reason) => reason.clone(),
                Answer::New => "**new**".into(),
            };
            let _ = writeln!(text, "- {spot}: {} ({}): {answer}", finding.text(), finding.page);
        }
    }
    text
}

/// The findings as a list of objects.
pub fn json(judged: &[&Judged]) -> Value {
    let object = |judged: &&Judged| {
        let finding = &judged.finding;
        json!({
            "kind": finding.kind, "page": finding.page, "place": finding.place, "message": finding.message,
            "help": finding.help, "spots": finding.spots, "answer": judged.answer,
        })
    };
    judged.iter().map(object).collect()
}

/// How many findings there are of each kind, and what became of them, a line each.
pub fn summary(judged: &[Judged]) -> Vec<String> {
    let mut lines = vec![format!("{:<24}{:>8}{:>9}{:>10}{:>6}", "kind", "findings", "errata", "explained", "new")];
    let mut line = |name: &str, of: &dyn Fn(&Judged) -> bool| {
        let count = |is: fn(&Answer) -> bool| judged.iter().filter(|judged| of(judged) && is(&judged.answer)).count();
        let (errata, explained, new) = (
            count(|answer| matches!(answer, Answer::Erratum(_))),
            count(|answer| matches!(answer, Answer::Reason(_))),
            count(|answer| *answer == Answer::New),
        );
        let all = errata + explained + new;
        if all > 0 {
            lines.push(format!("{name:<24}{all:>8}{errata:>9}{explained:>10}{new:>6}"));
        }
    };
    for kind in Kind::ALL {
        line(kind.name(), &|judged| judged.finding.kind == *kind);
    }
    line("all", &|_| true);
    lines
}

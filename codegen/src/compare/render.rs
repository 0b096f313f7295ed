//! Reports as text, as Markdown and as JSON.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use super::change::{Comparison, Extent, SchemaChange, SurfaceEffect};
use super::rules::Class;
use crate::diagnostics::Drawing;

/// What there is to say where nothing differs.
fn same(report: &Comparison) -> &'static str {
    match report.extent {
        Extent::Whole => "No differences.",
        Extent::Part => "No differences in what was compared.",
    }
}

/// The worst class and how many changes there are of each: `breaking: 1 breaking, 0 additive, 2 documentation`.
fn outcome(report: &Comparison) -> String {
    let counts = Class::ALL.map(|class| format!("{} {class}", report.count(class)));
    let class = report.class().map_or("the same", Class::name);
    format!("{class}: {}", counts.join(", "))
}

/// The changes of a report by what they are about.
fn by_subject(report: &Comparison) -> impl Iterator<Item = &[SchemaChange]> {
    report.changes.chunk_by(|left, right| left.subject == right.subject)
}

/// The lines of an effect, with a sign in front as in a diff. What is there on both sides is not repeated.
fn signed(effect: &SurfaceEffect) -> Vec<String> {
    match (&effect.old, &effect.new) {
        (Some(old), Some(new)) if old == new => vec![format!("  {old}, sent and read differently")],
        (old, new) => {
            let old = old.iter().map(|text| format!("- {text}"));
            old.chain(new.iter().map(|text| format!("+ {text}"))).collect()
        }
    }
}

/// For people: a block for each resource, a line for each change, with what it means and what is emitted for it.
pub fn text(report: &Comparison, drawing: Drawing) -> String {
    if report.is_empty() {
        return format!("{}\n", same(report));
    }
    let paint = |style: Style, text: &str| match drawing {
        Drawing::Plain => text.to_owned(),
        Drawing::Coloured => format!("{style}{text}{style:#}"),
    };
    let mut text = String::new();
    for changes in by_subject(report) {
        line(&mut text, &paint(Style::new().bold(), &changes[0].subject.to_string()));
        for change in changes {
            let class = paint(style(change.class), &format!("{:13}", change.class));
            line(&mut text, &format!("  {class} {}", change.title()));
            line(&mut text, &paint(Style::new().dimmed(), &format!("{:16}{}", "", change.reason())));
            for effect in change.effects.iter().flat_map(signed) {
                let colour = match effect.as_bytes() {
                    [b'-', ..] => Style::new().fg_color(Some(AnsiColor::Red.into())),
                    [b'+', ..] => Style::new().fg_color(Some(AnsiColor::Green.into())),
                    _ => Style::new(),
                };
                line(&mut text, &paint(colour, &format!("{:18}{effect}", "")));
            }
        }
        text.push('\n');
    }
    line(&mut text, &outcome(report));
    text
}

fn style(class: Class) -> Style {
    let colour = match class {
        Class::Documentation => AnsiColor::Cyan,
        Class::Additive => AnsiColor::Green,
        Class::Breaking => AnsiColor::Red,
    };
    Style::new().bold().fg_color(Some(colour.into()))
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// For a pull request: a table for each class, worst first, and what is emitted behind a fold.
pub fn markdown(report: &Comparison) -> String {
    let mut text = format!("## What changes in the reference: {}\n", outcome(report));
    if report.is_empty() {
        return format!("## What changes in the reference: nothing\n\n{}\n", same(report));
    }
    for class in Class::ALL.into_iter().filter(|class| report.count(*class) > 0) {
        let mut title = class.name().to_owned();
        title[..1].make_ascii_uppercase();
        // Writing to a string cannot fail.
        let _ = write!(text, "\n### {title}\n\n| where | change | why |\n|---|---|---|\n");
        for change in report.changes.iter().filter(|change| change.class == class) {
            let cells = [change.subject.to_string(), change.title(), change.reason().to_owned()];
            let cells = cells.map(|cell| cell.replace('|', "\\|").replace(['\r', '\n'], " "));
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
    }
    let effects: Vec<_> = report.changes.iter().flat_map(|change| &change.effects).flat_map(signed).collect();
    if !effects.is_empty() {
        let _ = write!(
            text,
            "\n<details><summary>In the emitted crate</summary>\n\n```diff\n{}\n```\n\n</details>\n",
            effects.join("\n")
        );
    }
    text
}

/// For machines: the class of all, the counts, and every change with its effects.
pub fn json(report: &Comparison) -> Value {
    let changes: Vec<_> = report.changes.iter().map(change).collect();
    json!({
        "class": report.class().map(Class::name),
        "extent": report.extent.name(),
        "breaking": report.count(Class::Breaking),
        "additive": report.count(Class::Additive),
        "documentation": report.count(Class::Documentation),
        "changes": changes,
    })
}

fn change(change: &SchemaChange) -> Value {
    let value = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    let effects: Vec<_> = change
        .effects
        .iter()
        .map(|effect| json!({ "class": effect.class.name(), "old": effect.old, "new": effect.new }))
        .collect();
    json!({
        "class": change.class.name(),
        "rule": change.rule.id(),
        "action": change.rule.action().name(),
        "kind": change.subject.kind(),
        "name": change.subject.name(),
        "place": change.place,
        "title": change.title(),
        "old": value(&change.old),
        "new": value(&change.new),
        "reason": change.reason(),
        "effects": effects,
    })
}

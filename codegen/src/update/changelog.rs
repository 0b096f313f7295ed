//! The changelog: what changed in the reference since the last release, in its terms.

use super::files::with_line_ends_of;
use super::version::NextVersion;
use crate::compare::{Action, Class, Comparison, SchemaChange};

const PREAMBLE: &str = "# Changelog\n\nAll notable changes, newest first. Versions follow semantic versioning. Entries that are marked as \
                        breaking\nstop some programs from compiling.\n";
const UNRELEASED: &str = "## [Unreleased]";
const SECTIONS: [(&[Action], &str); 3] = [
    (&[Action::Added], "### Added"),
    (&[Action::Changed, Action::Renamed], "### Changed"),
    (&[Action::Removed], "### Removed"),
];

/// The parts of a changelog: what stands in front of `Unreleased`, that heading, what stands below it, and the releases.
struct ChangelogParts<'a> {
    preamble: &'a [&'a str],
    heading: &'a str,
    unreleased: &'a [&'a str],
    releases: &'a [&'a str],
}

impl<'a> ChangelogParts<'a> {
    fn of(lines: &'a [&'a str]) -> Self {
        let is_heading = |line: &&str| line.starts_with("## ");
        if let Some(start) = lines.iter().position(|line| is_unreleased(line)) {
            let (preamble, rest) = lines.split_at(start);
            let end = rest.iter().skip(1).position(is_heading).map_or(rest.len(), |more| more + 1);
            return Self { preamble, heading: rest[0], unreleased: &rest[1..end], releases: &rest[end..] };
        }
        let (preamble, releases) = lines.split_at(lines.iter().position(is_heading).unwrap_or(lines.len()));
        Self { preamble, heading: UNRELEASED, unreleased: &[], releases }
    }
}

/// Whether a line is the heading above what is not released yet, in brackets or not, perhaps with an address behind it.
fn is_unreleased(line: &str) -> bool {
    let Some(name) = line.strip_prefix("## ").map(str::trim) else { return false };
    let name = name.strip_prefix('[').and_then(|name| name.split(']').next()).unwrap_or(name);
    name.eq_ignore_ascii_case("unreleased")
}

/// The version that a changelog says comes next.
pub(super) fn next_version(text: &str) -> Option<NextVersion> {
    let lines: Vec<&str> = text.lines().collect();
    ChangelogParts::of(&lines).unreleased.iter().find_map(|line| line.parse().ok())
}

/// The text of a changelog with an entry for a report under `Unreleased`, at the top where there is none, and the version that
/// comes next. What stands there stays.
pub fn with_entry(text: &str, report: &Comparison, next: Option<&NextVersion>) -> String {
    let text = if text.trim().is_empty() { PREAMBLE } else { text };
    let lines: Vec<&str> = text.lines().collect();
    let parts = ChangelogParts::of(&lines);
    let mut written: Vec<String> = parts.preamble.iter().map(|line| (*line).to_owned()).collect();
    trim(&mut written);
    written.extend([String::new(), parts.heading.into(), String::new()]);
    if let Some(next) = next {
        written.extend([next.to_string(), String::new()]);
    }
    let kept: Vec<_> =
        parts.unreleased.iter().copied().filter(|line| next.is_none() || !NextVersion::is_said_by(line)).collect();
    written.extend(merged(&kept, report));
    trim(&mut written);
    if !parts.releases.is_empty() {
        written.push(String::new());
        written.extend(parts.releases.iter().map(|line| (*line).to_owned()));
    }
    with_line_ends_of(text, &(written.join("\n") + "\n"))
}

fn trim(lines: &mut Vec<String>) {
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
}

/// The lines below `Unreleased`, each new one at the end of its section.
fn merged(kept: &[&str], report: &Comparison) -> Vec<String> {
    let mut lines: Vec<String> =
        kept.iter().skip_while(|line| line.trim().is_empty()).map(|line| (*line).into()).collect();
    for (actions, section) in SECTIONS {
        let changes = report.changes.iter().filter(|change| actions.contains(&change.rule.action()));
        let new: Vec<_> = changes.map(bullet).filter(|line| !lines.contains(line)).collect();
        if new.is_empty() {
            continue;
        }
        let start = lines.iter().position(|line| line.trim_end() == section).unwrap_or_else(|| {
            trim(&mut lines);
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(section.to_owned());
            lines.len() - 1
        });
        let next = lines.iter().skip(start + 1).position(|line| line.starts_with('#'));
        let end = next.map_or(lines.len(), |more| start + 1 + more);
        let last = lines[..end].iter().rposition(|line| !line.trim().is_empty()).unwrap_or(start);
        let gap = (last == start).then(String::new);
        let at = last + 1;
        lines.splice(at..at, gap.into_iter().chain(new));
    }
    lines
}

fn bullet(change: &SchemaChange) -> String {
    let mark = if change.class == Class::Breaking { "**Breaking:** " } else { "" };
    format!("- {mark}`{}`: {}", change.subject.name(), change.title())
}

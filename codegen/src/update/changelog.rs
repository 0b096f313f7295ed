//! The changelog: what changed in the reference since the last release, in its terms.

use crate::compare::{Action, Change, Class, Report};

const PREAMBLE: &str = "# Changelog\n\nWhat changed, newest first, in the terms of the UCWA reference. Versions follow semantic \
                        versioning: what is marked as breaking\nstops some programs from compiling.\n";
const UNRELEASED: &str = "## [Unreleased]";
const SECTIONS: [(Action, &str); 3] =
    [(Action::Added, "### Added"), (Action::Changed, "### Changed"), (Action::Removed, "### Removed")];

/// The text of a changelog with an entry for a report under `Unreleased`, at the top. What stands there stays.
pub fn with_entry(text: &str, report: &Report) -> String {
    let text = if text.trim().is_empty() { PREAMBLE } else { text };
    let lines: Vec<&str> = text.lines().collect();
    let heading = |line: &&str| line.starts_with("## ");
    let first = lines.iter().position(heading).unwrap_or(lines.len());
    let is_unreleased = lines.get(first).is_some_and(|line| line.trim_end().eq_ignore_ascii_case(UNRELEASED));
    let end = lines.iter().skip(first + 1).position(heading).map_or(lines.len(), |more| first + 1 + more);
    let (kept, rest) = if is_unreleased { (&lines[first + 1..end], &lines[end..]) } else { (&[][..], &lines[first..]) };
    let mut written: Vec<String> = lines[..first].iter().map(|line| (*line).to_owned()).collect();
    trim(&mut written);
    written.extend([String::new(), UNRELEASED.into(), String::new()]);
    written.extend(merged(kept, report));
    trim(&mut written);
    if !rest.is_empty() {
        written.push(String::new());
        written.extend(rest.iter().map(|line| (*line).to_owned()));
    }
    format!("{}\n", written.join("\n"))
}

fn trim(lines: &mut Vec<String>) {
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
}

/// The lines below `Unreleased`, each new one at the end of its section.
fn merged(kept: &[&str], report: &Report) -> Vec<String> {
    let mut lines: Vec<String> =
        kept.iter().skip_while(|line| line.trim().is_empty()).map(|line| (*line).into()).collect();
    for (action, section) in SECTIONS {
        let changes = report.changes.iter().filter(|change| change.rule.action() == action);
        let new: Vec<_> = changes.map(bullet).filter(|line| !lines.contains(line)).collect();
        if new.is_empty() {
            continue;
        }
        let start = lines.iter().position(|line| line.trim_end() == section).unwrap_or_else(|| {
            trim(&mut lines);
            let gap = if lines.is_empty() { None } else { Some(String::new()) };
            lines.extend(gap.into_iter().chain([section.to_owned(), String::new()]));
            lines.len() - 2
        });
        let next = lines.iter().skip(start + 1).position(|line| line.starts_with('#'));
        let mut at = next.map_or(lines.len(), |more| start + 1 + more);
        while at > start + 2 && lines[at - 1].trim().is_empty() {
            at -= 1;
        }
        lines.splice(at..at, new);
    }
    lines
}

fn bullet(change: &Change) -> String {
    let mark = if change.class == Class::Breaking { "**Breaking:** " } else { "" };
    format!("- {mark}`{}`: {}", change.subject.name(), change.title())
}

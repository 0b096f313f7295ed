//! Headings that stand on another level than on most pages.

use std::collections::BTreeMap;

use crate::pages::{BlockKind, Dialect, Heading};

use super::finding::{Findings, Kind, Spot};
use super::reference::Reference;

/// Below this number of pages, there is no custom to depart from.
const CUSTOM: usize = 5;

pub(super) fn find(reference: &Reference, findings: &mut Findings) {
    let mut levels = BTreeMap::<String, BTreeMap<usize, Vec<(&str, Spot)>>>::new();
    for view in reference.pages.iter().filter(|view| view.reading.dialect == Dialect::Markdown) {
        for block in &view.reading.blocks {
            let BlockKind::Heading(heading) = block.kind else { continue };
            let line = view.page.line(block.line).trim();
            let level = line.bytes().take_while(|byte| *byte == b'#').count();
            if level > 0 {
                let found = levels.entry(name(heading, line)).or_default().entry(level).or_default();
                found.push((view.name(), view.spot(block.line, "")));
            }
        }
    }
    for (name, by_level) in &levels {
        let count: usize = by_level.values().map(Vec::len).sum();
        let Some((usual, most)) = by_level.iter().max_by_key(|(_, places)| places.len()) else { continue };
        if count < CUSTOM || most.len() * 2 <= count {
            continue;
        }
        for (level, places) in by_level.iter().filter(|(level, _)| *level != usual) {
            for (page, spot) in places {
                let message = format!("the heading `{name}` is of level {level}, and of level {usual} on most pages");
                let help = "nothing to do: headings are known by their words";
                findings.add(Kind::HeadingLevel, page, "", message, help, spot.clone());
            }
        }
    }
}

/// Headings of one meaning go by one name.
fn name(heading: Heading, line: &str) -> String {
    match heading {
        Heading::Event(_) => "an event".into(),
        Heading::Operation(_) => "an operation".into(),
        _ => line.trim_matches('#').trim().to_lowercase(),
    }
}

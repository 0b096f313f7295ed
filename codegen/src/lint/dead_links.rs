//! Links between pages that lead nowhere.

use super::finding::{Findings, Kind};
use super::reference::Reference;

pub(super) fn find(reference: &Reference, findings: &mut Findings) {
    let pages = &reference.names;
    for view in &reference.pages {
        for (number, line) in view.page.lines() {
            for target in targets(line).filter(|target| !pages.contains(target)) {
                let other = pages.iter().find(|page| page.eq_ignore_ascii_case(target));
                let message = match other {
                    Some(page) => format!("leads to `{target}`, but the page is named `{page}`"),
                    None => format!("leads to `{target}`, which is not among the pages"),
                };
                let help = "check whether the page was renamed; links by name are resolved regardless of case";
                findings.add(Kind::DeadLink, view.name(), "", message, help, view.spot(number, target));
            }
        }
    }
}

/// The pages that a line of Markdown links to.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', '#', '?']).next()?.trim();
        let is_page = target.rsplit_once('.').is_some_and(|(_, end)| end == "md") && !target.contains("://");
        is_page.then(|| target.rsplit('/').next().unwrap_or(target))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_other_links() {
        let line = "[a](a_ref.md), [b](../x/b_ref.md#top), [c](https://example.com/c.md), [d](#d), ![e](e.png)";
        assert_eq!(targets(line).collect::<Vec<_>>(), ["a_ref.md", "b_ref.md"]);
    }
}

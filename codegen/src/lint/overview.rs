//! Overview pages that leave pages out, list them twice, or list what is not there.

use std::collections::BTreeMap;

use super::finding::{LintFindings, LintKind};
use super::reference::{PageView, Reference};

pub(super) fn find(reference: &Reference, findings: &mut LintFindings) {
    let titled = |title: &str| {
        let is_it = |view: &&PageView| {
            view.parsed.title.as_ref().is_some_and(|found| found.text.to_lowercase().starts_with(title))
        };
        reference.pages.iter().find(is_it)
    };
    if let Some(view) = titled("ucwa resources") {
        let names =
            reference.schema.resources.values().map(|resource| (resource.name.as_str(), resource.page.as_str()));
        compare(reference, view, names.collect(), "category", findings);
    }
    if let Some(view) = titled("ucwa enumerations") {
        let enumerations = reference.schema.enumerations.values();
        let names = enumerations.map(|enumeration| (enumeration.name.as_str(), enumeration.page.as_str()));
        compare(reference, view, names.collect(), "", findings);
    }
}

fn compare(
    reference: &Reference,
    view: &PageView,
    names: BTreeMap<&str, &str>,
    place: &str,
    findings: &mut LintFindings,
) {
    let mut listed = BTreeMap::<&str, usize>::new();
    for (number, line) in view.page.lines() {
        let Some(name) = entry(line) else { continue };
        let spot = || view.spot(number, name);
        if let Some(first) = listed.insert(name, number) {
            let message = format!("`{name}` is listed twice");
            let help = "the first entry is used; check whether it is right";
            findings.add(LintKind::Overview, view.name(), "", message.as_str(), help, spot());
            findings.add(LintKind::Overview, view.name(), "", message, help, view.spot(first, name));
        }
        if !names.contains_key(name)
            && !reference.is_unreadable(name)
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && !name.contains(' ')
        {
            let help = "add its page, or explain why there is none";
            findings.add(
                LintKind::Overview,
                view.name(),
                "",
                format!("`{name}` is listed but has no page"),
                help,
                spot(),
            );
        }
    }
    for (name, page) in names {
        if !listed.contains_key(name) {
            let message = format!("`{}` does not list it", view.name());
            let help = "give its category by an erratum, or explain why it needs none";
            findings.add(LintKind::Overview, page, place, message, help, reference.title(page));
        }
    }
}

/// The name that a line of a list has.
fn entry(line: &str) -> Option<&str> {
    let line = line.trim().strip_prefix(['-', '*', '+'])?;
    let line = line.starts_with(' ').then_some(line.trim())?;
    let name = line.strip_prefix('[').map_or(line, |rest| rest.split(']').next().unwrap_or(rest));
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_a_list_are_read_with_and_without_links() {
        assert_eq!(entry("- [note](note_ref.md)"), Some("note"));
        assert_eq!(entry(" * note"), Some("note"));
        assert_eq!((entry("## Notes"), entry("---")), (None, None));
    }
}

//! Introductions: the documentation of the crate and of each category, in Markdown that people write.

use std::collections::BTreeSet;

use crate::model::Schema;
use crate::validate::{Severity, Violation};

/// The folder of a schema folder that holds the introductions: `People.md` is that of the category `People`.
pub(crate) const FOLDER: &str = "introductions";

/// The name of the introduction to the crate as a whole. Its examples are compiled and its links are checked as those of the
/// crate.
pub const CRATE_INTRODUCTION: &str = "crate";

/// Returns what is wrong with the introductions of `schema`. `names` is what may be between backticks.
pub(crate) fn check(schema: &Schema, names: &BTreeSet<&str>) -> Vec<Violation> {
    let categories: BTreeSet<_> = schema.resources.values().filter_map(|found| found.category.as_deref()).collect();
    let missing = categories.iter().filter(|category| !schema.introductions.contains_key(**category)).map(|category| {
        violation(category, "is missing; say what the category is for and how a program gets there".into())
    });
    let mut violations: Vec<_> = missing.collect();
    for (category, text) in &schema.introductions {
        violations.extend(lead(text).map(|message| violation(category, message)));
        if category == CRATE_INTRODUCTION {
            continue;
        }
        if !categories.contains(category.as_str()) {
            let message = "no category has this name; rename the file, or remove it".into();
            violations.push(violation(category, message));
            continue;
        }
        violations.extend(of_category(schema, category, text, names).into_iter().map(|text| violation(category, text)));
    }
    violations
}

fn violation(name: &str, message: String) -> Violation {
    Violation { severity: Severity::Error, file: format!("{FOLDER}/{name}.md"), place: String::new(), message }
}

/// Lists of modules show the first paragraph.
fn lead(text: &str) -> Option<String> {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let is_alone = lines.next().is_none_or(str::is_empty);
    let is_sentence = first.ends_with('.') && !first.starts_with('#');
    (!is_alone || !is_sentence).then(|| "the first line must be a sentence with an empty line below it".into())
}

fn of_category(schema: &Schema, category: &str, text: &str, names: &BTreeSet<&str>) -> Vec<String> {
    if text.contains("```") {
        return vec![
            "examples belong in the introduction to the crate; the path of a category differs from crate to crate"
                .into(),
        ];
    }
    if text.matches('`').count() % 2 == 1 {
        return vec!["has a backtick without a partner".into()];
    }
    let mentioned: BTreeSet<_> = text.split('`').skip(1).step_by(2).collect();
    let unknown = mentioned.iter().filter(|name| !names.contains(**name));
    let mut messages: Vec<_> = unknown
        .map(|name| format!("`{name}` is not in the schema; correct the name, or remove the backticks"))
        .collect();
    let resources = schema.resources.values().filter(|found| found.category.as_deref() == Some(category));
    if !resources.into_iter().any(|found| mentioned.contains(found.name.as_str())) {
        messages.push("names no resource of the category; name those that are used most".into());
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Resource;

    fn messages(introductions: &[(&str, &str)]) -> Vec<String> {
        let resource = |name: &str, category: &str| {
            let category = Some(category.to_owned());
            (name.to_owned(), Resource { name: name.into(), category, ..Resource::default() })
        };
        let resources = [resource("lamp", "Lights"), resource("key", "Doors")].into();
        let introductions = introductions.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let schema = Schema { resources, introductions, ..Schema::default() };
        check(&schema, &["lamp", "key", "GET"].into()).iter().map(ToString::to_string).collect()
    }

    const LIGHTS: (&str, &str) = ("Lights", "Lights.\n\nRead the `lamp`.\n");
    const DOORS: (&str, &str) = ("Doors", "Doors.\n\nUse a `key`.\n");

    #[test]
    fn introductions_that_say_something_pass() {
        let whole = (CRATE_INTRODUCTION, "All of it.\n\n```\nuse lights::Lamp;\n```\n");
        assert_eq!(messages(&[LIGHTS, DOORS, whole]), [""; 0]);
    }

    #[test]
    fn each_mistake_is_reported_with_its_file() {
        for (introduction, expected) in [
            (None, "introductions/Doors.md: is missing"),
            (Some(("Windows", "Windows.\n")), "introductions/Windows.md: no category has this name"),
            (Some(("Doors", "# Doors\n\nUse a `key`.\n")), "the first line must be a sentence"),
            (Some(("Doors", "Doors.\nUse a `key`.\n")), "with an empty line below it"),
            (Some(("Doors", "Doors.\n\nUse a `key` or a `ram`.\n")), "`ram` is not in the schema"),
            (Some(("Doors", "Doors.\n\nUse a `lamp`.\n")), "names no resource of the category"),
            (Some(("Doors", "Doors.\n\nUse a `key.\n")), "a backtick without a partner"),
            (Some(("Doors", "Doors.\n\n```\n`key`\n```\n")), "examples belong in the introduction to the crate"),
        ] {
            let found = messages(&[LIGHTS].into_iter().chain(introduction).collect::<Vec<_>>());
            assert!(found.iter().any(|message| message.contains(expected)), "{expected}: {found:?}");
        }
    }
}

//! Versions: which one changes ask for, and where a manifest has it.

use std::fmt;
use std::str::FromStr;

use semver::Version;
use toml_edit::{DocumentMut, Item, TableLike, TomlError, Value};

use super::files::with_line_ends_of;
use crate::compare::Class;

/// The version that follows after changes of a class. Before 1.0 the minor version stands for the major one.
fn following(version: &Version, class: Class) -> Version {
    let Version { major, minor, patch, .. } = version;
    match (major, class) {
        (0, Class::Breaking) | (1.., Class::Additive) => Version::new(*major, minor + 1, 0),
        (0, _) | (_, Class::Documentation) => Version::new(*major, *minor, patch + 1),
        (_, Class::Breaking) => Version::new(major + 1, 0, 0),
    }
}

/// A version without labels, which say nothing of what follows.
fn plain(text: &str) -> Option<Version> {
    Version::parse(text).ok().filter(|version| version.pre.is_empty() && version.build.is_empty())
}

/// The version that comes next, which release it follows, and what has changed since that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextVersion {
    /// The version.
    pub version: Version,
    /// The version that was released last.
    pub released: Version,
    /// The worst that has changed since.
    pub class: Class,
}

impl NextVersion {
    /// What comes next after changes of a class, where the manifest has the version `current` and `noted` is what earlier changes
    /// asked for. A manifest that is further already, as people raised its version, is not set back.
    #[must_use]
    pub fn after(class: Class, current: &Version, noted: Option<&Self>) -> Self {
        let released = noted.map_or(current, |noted| &noted.released).clone();
        let class = noted.map_or(class, |noted| noted.class.max(class));
        Self { version: following(&released, class).max(current.clone()), released, class }
    }

    /// Whether a line of a changelog says what comes next.
    pub(super) fn is_said_by(line: &str) -> bool {
        line.starts_with(NEXT)
    }
}

const NEXT: &str = "Next version: ";
const AFTER: &str = " (after ";
const CLASS: &str = ", as changes are ";

impl fmt::Display for NextVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{NEXT}{}{AFTER}{}{CLASS}{})", self.version, self.released, self.class)
    }
}

impl FromStr for NextVersion {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let (version, rest) = line.trim().strip_prefix(NEXT).and_then(|rest| rest.split_once(AFTER)).ok_or(())?;
        let (released, class) = rest.strip_suffix(')').and_then(|rest| rest.split_once(CLASS)).ok_or(())?;
        let class = Class::of_name(class).ok_or(())?;
        Ok(Self { version: plain(version).ok_or(())?, released: plain(released).ok_or(())?, class })
    }
}

/// The tables that can hold the version of a manifest, the one of the workspace first.
const TABLES: [&[&str]; 2] = [&["workspace", "package"], &["package"]];

/// The version in a manifest: that of the workspace, or else of the package. `None` where it has none, or one with labels.
pub(super) fn find(manifest: &str) -> Result<Option<Version>, TomlError> {
    let document: DocumentMut = manifest.parse()?;
    let version = |path: &[&str]| {
        let table = path.iter().try_fold(document.as_item(), |item, name| item.get(name));
        table?.get("version")?.as_str().and_then(plain)
    };
    Ok(TABLES.into_iter().find_map(version))
}

/// A manifest with another version. Dependencies that lie in the same repository have the version of the workspace.
pub(super) fn set(manifest: &str, old: &Version, new: &Version) -> Result<String, TomlError> {
    let (old, new) = (old.to_string(), new.to_string());
    let mut document: DocumentMut = manifest.parse()?;
    for path in TABLES {
        let mut names = path.iter().chain(&["version"]);
        let item = names.try_fold(document.as_item_mut(), |item, name| item.as_table_like_mut()?.get_mut(name));
        if let Some(version) = item {
            replace(version, &old, &new);
        }
    }
    set_dependencies(document.as_table_mut(), &old, &new);
    Ok(with_line_ends_of(manifest, &document.to_string()))
}

/// Sets the version of each dependency that has a path.
fn set_dependencies(table: &mut dyn TableLike, old: &str, new: &str) {
    if table.contains_key("path")
        && let Some(version) = table.get_mut("version")
    {
        replace(version, old, new);
    }
    for (_, item) in table.iter_mut() {
        if let Some(table) = item.as_table_like_mut() {
            set_dependencies(table, old, new);
        }
    }
}

/// Replaces a version, and nothing around it. One that is asked for may have an operator before it.
fn replace(item: &mut Item, old: &str, new: &str) {
    let Some(value) = item.as_value_mut() else { return };
    let text = value.as_str().unwrap_or_default();
    let Some(operator) = text.strip_suffix(old).filter(|operator| OPERATORS.contains(&operator.trim_end())) else {
        return;
    };
    let (decor, text) = (value.decor().clone(), format!("{operator}{new}"));
    *value = Value::from(text);
    *value.decor_mut() = decor;
}

/// What can stand before the one version that a manifest asks for.
const OPERATORS: [&str; 4] = ["", "=", "^", "~"];

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().expect("a version")
    }

    #[test]
    fn before_one_a_breaking_change_raises_the_minor_version_and_any_other_the_patch() {
        for (class, next) in [(Class::Breaking, "0.4.0"), (Class::Additive, "0.3.3"), (Class::Documentation, "0.3.3")] {
            assert_eq!(following(&version("0.3.2"), class), version(next), "{class}");
        }
    }

    #[test]
    fn from_one_on_each_class_raises_its_part() {
        for (class, next) in [(Class::Breaking, "2.0.0"), (Class::Additive, "1.4.0"), (Class::Documentation, "1.3.3")] {
            assert_eq!(following(&version("1.3.2"), class), version(next), "{class}");
        }
    }

    #[test]
    fn changes_before_one_release_raise_the_version_once_by_the_worst_of_them() {
        let current = version("0.1.0");
        let after = NextVersion::after;
        let additive = after(Class::Additive, &current, None);
        assert_eq!(additive, NextVersion { version: version("0.1.1"), released: current, class: Class::Additive });
        // Whether the manifest was set to it in between does not matter.
        for current in ["0.1.0", "0.1.1"].map(version) {
            assert_eq!(after(Class::Additive, &current, Some(&additive)), additive);
            assert_eq!(after(Class::Documentation, &current, Some(&additive)), additive);
            let breaking = after(Class::Breaking, &current, Some(&additive));
            assert_eq!((&breaking.version, &breaking.released), (&version("0.2.0"), &version("0.1.0")));
            assert_eq!(after(Class::Additive, &version("0.2.0"), Some(&breaking)), breaking);
        }
        assert_eq!(
            after(Class::Additive, &version("1.0.0"), Some(&additive)).version,
            version("1.0.0"),
            "people set it"
        );
    }

    #[test]
    fn what_comes_next_is_read_as_it_is_written() {
        let next = NextVersion { version: version("0.2.0"), released: version("0.1.0"), class: Class::Breaking };
        assert_eq!(next.to_string(), "Next version: 0.2.0 (after 0.1.0, as changes are breaking)");
        assert_eq!(next.to_string().parse(), Ok(next));
        for line in ["", "Next version: soon", "Next version: 0.2.0 (after 0.1.0, as changes are nice)"] {
            assert_eq!(line.parse::<NextVersion>(), Err(()), "{line}");
        }
    }

    #[test]
    fn a_new_version_goes_to_the_workspace_and_to_what_lies_in_it_alone() {
        let manifest = "[workspace]\n\n[workspace.package]\nversion = \"0.1.0\" # ours\n\n[workspace.dependencies]\n\
                        ucwa = { path = \"generated\", version = \"0.1.0\" }\nother = { version = \"0.1.0\" }\n";
        assert_eq!(find(manifest), Ok(Some(version("0.1.0"))));
        let expected = "[workspace]\n\n[workspace.package]\nversion = \"0.2.0\" # ours\n\n[workspace.dependencies]\n\
                        ucwa = { path = \"generated\", version = \"0.2.0\" }\nother = { version = \"0.1.0\" }\n";
        assert_eq!(set(manifest, &version("0.1.0"), &version("0.2.0")).as_deref(), Ok(expected));
        for none in ["", "[package]\nversion.workspace = true\n", "[package]\nversion = \"1.0.0-rc.1\"\n"] {
            assert_eq!(find(none), Ok(None), "{none}");
        }
        assert!(find("[package\nversion = 1").is_err());
    }

    #[test]
    fn a_version_is_found_in_every_way_that_a_manifest_can_have_it() {
        for manifest in [
            "package = { version = '0.1.0' }\n",
            "package.version = \"0.1.0\"\n",
            "[ package ] # it\nversion='0.1.0'\n",
        ] {
            assert_eq!(find(manifest), Ok(Some(version("0.1.0"))), "{manifest}");
            let raised = manifest.replace("'0.1.0'", "\"0.2.0\"").replace("0.1.0", "0.2.0");
            assert_eq!(set(manifest, &version("0.1.0"), &version("0.2.0")), Ok(raised), "{manifest}");
        }
        for asked in ["0.1.0", "=0.1.0", "^0.1.0", "~ 0.1.0"] {
            let table = format!("[dependencies.ucwa]\npath = \"generated\"\nversion = \"{asked}\"\n");
            assert_eq!(set(&table, &version("0.1.0"), &version("0.2.0")), Ok(table.replace("0.1.0", "0.2.0")));
        }
        let other = "[dependencies.other]\npath = \"other\"\nversion = \"10.1.0\"\n";
        assert_eq!(set(other, &version("0.1.0"), &version("0.2.0")).as_deref(), Ok(other));
    }
}

//! Versions: which one changes ask for, and where a manifest has it.

use std::fmt;
use std::str::FromStr;

use crate::compare::Class;

/// A version without labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Raised by what breaks programs.
    pub major: u64,
    /// Raised by what is new; before 1.0 by what breaks programs.
    pub minor: u64,
    /// Raised by all else.
    pub patch: u64,
}

impl Version {
    /// The version that follows after changes of a class. Before 1.0 the minor version stands for the major one.
    #[must_use]
    pub fn next(self, class: Class) -> Self {
        let Self { major, minor, patch } = self;
        match (major, class) {
            (0, Class::Breaking) => Self { major, minor: minor + 1, patch: 0 },
            (0, _) | (_, Class::Documentation) => Self { patch: patch + 1, ..self },
            (_, Class::Additive) => Self { major, minor: minor + 1, patch: 0 },
            (_, Class::Breaking) => Self { major: major + 1, minor: 0, patch: 0 },
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let parts: Result<Vec<u64>, _> = text.split('.').map(str::parse).collect();
        match parts.map_err(drop)?[..] {
            [major, minor, patch] => Ok(Self { major, minor, patch }),
            _ => Err(()),
        }
    }
}

/// The version that comes next, which release it follows, and what has changed since that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    pub fn after(class: Class, current: Version, noted: Option<Self>) -> Self {
        let released = noted.map_or(current, |noted| noted.released);
        let class = noted.map_or(class, |noted| noted.class.max(class));
        Self { version: released.next(class).max(current), released, class }
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
        Ok(Self { version: version.parse()?, released: released.parse()?, class })
    }
}

/// The version in a manifest: that of the workspace, or else of the package.
pub(super) fn find(manifest: &str) -> Option<Version> {
    let of_table = |wanted: &str| {
        let lines = manifest.lines().skip_while(move |line| line.trim() != wanted).skip(1);
        let mut lines = lines.take_while(|line| !line.trim_start().starts_with('['));
        lines
            .find_map(|line| line.trim().strip_prefix("version")?.trim_start().strip_prefix('=')?.trim().parse_quoted())
    };
    of_table("[workspace.package]").or_else(|| of_table("[package]"))
}

trait Quoted {
    fn parse_quoted(&self) -> Option<Version>;
}

impl Quoted for str {
    fn parse_quoted(&self) -> Option<Version> {
        self.strip_prefix('"')?.split('"').next()?.parse().ok()
    }
}

/// A manifest with another version. Dependencies that lie in the same repository have the version of the workspace.
pub(super) fn set(manifest: &str, old: Version, new: Version) -> String {
    let (old, new) = (format!("\"{old}\""), format!("\"{new}\""));
    let mut table = "";
    let mut lines = Vec::new();
    for line in manifest.lines() {
        if line.trim_start().starts_with('[') {
            table = line.trim();
        }
        let is_version =
            matches!(table, "[workspace.package]" | "[package]") && line.trim_start().starts_with("version");
        let is_ours = line.contains("path =") && line.contains("version =");
        lines.push(if is_version || is_ours { line.replacen(&old, &new, 1) } else { line.to_owned() });
    }
    format!("{}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().expect("a version")
    }

    #[test]
    fn before_one_a_breaking_change_raises_the_minor_version_and_any_other_the_patch() {
        for (class, next) in [(Class::Breaking, "0.4.0"), (Class::Additive, "0.3.3"), (Class::Documentation, "0.3.3")] {
            assert_eq!(version("0.3.2").next(class), version(next), "{class}");
        }
    }

    #[test]
    fn from_one_on_each_class_raises_its_part() {
        for (class, next) in [(Class::Breaking, "2.0.0"), (Class::Additive, "1.4.0"), (Class::Documentation, "1.3.3")] {
            assert_eq!(version("1.3.2").next(class), version(next), "{class}");
        }
    }

    #[test]
    fn changes_before_one_release_raise_the_version_once_by_the_worst_of_them() {
        let current = version("0.1.0");
        let after = |class, current, noted| NextVersion::after(class, current, noted);
        let additive = after(Class::Additive, current, None);
        assert_eq!(additive, NextVersion { version: version("0.1.1"), released: current, class: Class::Additive });
        // Whether the manifest was set to it in between does not matter.
        for current in ["0.1.0", "0.1.1"].map(version) {
            assert_eq!(after(Class::Additive, current, Some(additive)), additive);
            assert_eq!(after(Class::Documentation, current, Some(additive)), additive);
            let breaking = after(Class::Breaking, current, Some(additive));
            assert_eq!((breaking.version, breaking.released), (version("0.2.0"), version("0.1.0")));
            assert_eq!(after(Class::Additive, version("0.2.0"), Some(breaking)), breaking);
        }
        assert_eq!(after(Class::Additive, version("1.0.0"), Some(additive)).version, version("1.0.0"), "people set it");
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
        assert_eq!(find(manifest), Some(version("0.1.0")));
        let expected = "[workspace]\n\n[workspace.package]\nversion = \"0.2.0\" # ours\n\n[workspace.dependencies]\n\
                        ucwa = { path = \"generated\", version = \"0.2.0\" }\nother = { version = \"0.1.0\" }\n";
        assert_eq!(set(manifest, version("0.1.0"), version("0.2.0")), expected);
        assert_eq!(find("[package]\nversion.workspace = true\n"), None);
        assert_eq!(find("[package]\nversion = \"1.0.0-rc.1\"\n"), None);
    }
}

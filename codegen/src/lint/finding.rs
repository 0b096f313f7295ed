//! What is wrong with the reference in one respect, and where that shows.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::diagnostics::{Diagnostic, Drawing};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// A kind of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LintKind {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl LintKind {
            /// All of them, in the order in which findings are told.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name by which `lint.json` and the command know it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What findings of this kind are about, as a heading.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+),)+ }
            }
        }
    };
}

kinds! {
    /// Something in a page cannot be placed.
    Unplaced = "unplaced",
    /// Something in a page can be read only by a lenient reader.
    Untidy = "untidy",
    /// A property is in samples and in no table.
    UndocumentedProperty = "undocumented-property",
    /// A link is in samples and in no table.
    UndocumentedLink = "undocumented-link",
    /// A table or sample names a resource that has no page.
    UndocumentedResource = "undocumented-resource",
    /// A documented property is in no sample.
    UnsampledProperty = "unsampled-property",
    /// A documented link is in no sample.
    UnsampledLink = "unsampled-link",
    /// A value is used that its enumeration does not list.
    UnlistedValue = "unlisted-value",
    /// No property or parameter is of this enumeration.
    UnusedEnumeration = "unused-enumeration",
    /// A sample has a placeholder where a value of another type belongs.
    PlaceholderValue = "placeholder-value",
    /// An error has a code or subcode that no list has, or a status that does not belong to its code.
    UnknownError = "unknown-error",
    /// A table has the same row twice.
    DuplicateRow = "duplicate-row",
    /// A name is written in two ways that differ by case.
    MisspeltName = "misspelt-name",
    /// The target or the sender of an event is not a resource.
    EventResource = "event-resource",
    /// A response has the name of something that is not a resource.
    ResponseItem = "response-item",
    /// An overview leaves a page out, or lists it twice.
    Overview = "overview",
    /// An erratum no longer applies.
    StaleErratum = "stale-erratum",
    /// A reason is no longer needed.
    StaleReason = "stale-reason",
}

impl LintKind {
    /// The kind of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for LintKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for LintKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A place in a page at which a finding shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spot {
    /// The file.
    pub file: String,
    /// The line, counted from 1; 0 where it is about the file as a whole.
    pub line: usize,
    /// The character in the line that it begins at, counted from 1.
    pub column: usize,
    /// The bytes of the line that it is about.
    #[serde(skip)]
    pub span: (usize, usize),
    /// The line itself, as far as it is drawn.
    #[serde(skip)]
    pub source: String,
}

impl Spot {
    /// The place of a diagnostic.
    pub(super) fn of(diagnostic: &Diagnostic) -> Self {
        Self {
            file: diagnostic.path.display().to_string(),
            line: diagnostic.line,
            column: diagnostic.column,
            span: diagnostic.span,
            source: diagnostic.source.clone(),
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 { write!(f, ":{}:{}", self.line, self.column) } else { Ok(()) }
    }
}

/// Something wrong with the reference, once, wherever it shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LintFinding {
    /// Its kind.
    pub kind: LintKind,
    /// The file name of the page that is wrong.
    pub page: String,
    /// The place in what the page describes, as errata write it: `properties/duration`.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where it shows: in the page, or in samples on other pages. Never empty.
    pub spots: BTreeSet<Spot>,
}

impl LintFinding {
    /// The line of the first place at which it shows, counted from 1; 0 where it is about the page as a whole.
    pub fn line(&self) -> usize {
        self.spots.first().map_or(0, |spot| spot.line)
    }

    /// The character in the line of the first place at which it shows, counted from 1.
    pub fn column(&self) -> usize {
        self.spots.first().map_or(0, |spot| spot.column)
    }

    /// What `lint.json` calls it: the place and what is wrong there.
    pub fn text(&self) -> String {
        if self.place.is_empty() { self.message.clone() } else { format!("{}: {}", self.place, self.message) }
    }

    /// The drawing of the finding, with the line at which it shows first.
    pub fn draw(&self, drawing: Drawing) -> String {
        let mut expected = self.help.clone();
        if self.spots.len() > 1 {
            let others: Vec<_> = self.spots.iter().skip(1).take(3).map(ToString::to_string).collect();
            let more = if self.spots.len() > 4 { format!(" and {} more", self.spots.len() - 4) } else { String::new() };
            expected = format!("{expected}; also at {}{more}", others.join(", "));
        }
        let message = format!("{}: {}: {}", self.kind, self.page, self.text());
        let mut diagnostic = Diagnostic::of_file(self.page.clone().into(), message, expected);
        if let Some(spot) = self.spots.first() {
            diagnostic.path = spot.file.clone().into();
            (diagnostic.line, diagnostic.column, diagnostic.span) = (spot.line, spot.column, spot.span);
            diagnostic.source.clone_from(&spot.source);
        }
        diagnostic.draw(drawing)
    }
}

/// Findings under way: what is found twice is one finding that shows in two places.
#[derive(Debug, Default)]
pub(super) struct LintFindings(std::collections::BTreeMap<(LintKind, String, String, String), LintFinding>);

impl LintFindings {
    pub(super) fn add(
        &mut self,
        kind: LintKind,
        page: &str,
        place: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
        spot: Spot,
    ) {
        let (place, message) = (place.into(), message.into());
        let key = (kind, page.to_string(), place.clone(), message.clone());
        let finding = self.0.entry(key).or_insert_with(|| LintFinding {
            kind,
            page: page.to_string(),
            place,
            message,
            help: help.into(),
            spots: BTreeSet::new(),
        });
        finding.spots.insert(spot);
    }

    pub(super) fn sorted(self) -> Vec<LintFinding> {
        self.0.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(line: usize) -> Spot {
        let source = "  \"when\" : \"samplevalue\"".to_string();
        Spot { file: "note_ref.md".into(), line, column: 3, span: (2, 8), source }
    }

    #[test]
    fn what_shows_twice_is_one_finding_with_two_places() {
        let mut findings = LintFindings::default();
        for line in [9, 4, 9] {
            let kind = LintKind::UndocumentedProperty;
            findings.add(kind, "note_ref.md", "properties/when", "in no table", "add an erratum", spot(line));
        }
        let findings = findings.sorted();
        assert_eq!((findings.len(), findings[0].line(), findings[0].spots.len()), (1, 4, 2));
        let drawn = findings[0].draw(Drawing::Plain);
        assert!(
            drawn.contains("note_ref.md:4:3") && drawn.contains("^^^^^^") && drawn.contains("also at note_ref.md:9:3")
        );
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in LintKind::ALL {
            assert_eq!(LintKind::find(kind.name()), Some(*kind));
        }
        assert_eq!(LintKind::find("typo"), None);
    }
}

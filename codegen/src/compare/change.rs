//! What a comparison finds.

use super::rules::{Action, Class, Rule};
use super::subject::ChangeSubject;

/// Something that changes in the emitted crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurfaceEffect {
    /// What it means for users.
    pub class: Class,
    /// The item as it was; `None` where it is new.
    pub old: Option<String>,
    /// The item as it is; `None` where it is gone.
    pub new: Option<String>,
}

/// Something in which two schemas differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaChange {
    /// What it is about.
    pub subject: ChangeSubject,
    /// The place in it, as errata write it: `properties/duration/type`.
    pub place: String,
    /// What kind of change it is.
    pub rule: Rule,
    /// What was there; empty where nothing was.
    pub old: String,
    /// What is there; empty where nothing is.
    pub new: String,
    /// What it means for users of the crate.
    pub class: Class,
    /// What changes in the emitted crate.
    pub effects: Vec<SurfaceEffect>,
}

/// Longer values are not shown in titles.
const LONGEST: usize = 60;

impl SchemaChange {
    /// A change of which no effect is known so far.
    pub(super) fn new(subject: &ChangeSubject, place: impl Into<String>, rule: Rule, old: String, new: String) -> Self {
        let (subject, place) = (subject.clone(), place.into());
        Self { subject, place, rule, old, new, class: Class::Documentation, effects: Vec::new() }
    }

    /// The change in the terms of the reference: ``type of property `duration`: String -> TimeSpan``.
    pub fn title(&self) -> String {
        let thing = self.thing();
        let value = |value: &str| if value.is_empty() { "none".to_owned() } else { value.to_owned() };
        let is_long = self.old.chars().count() > LONGEST || self.new.chars().count() > LONGEST;
        match self.rule.action() {
            Action::Added if self.new.is_empty() || is_long => format!("{thing} added"),
            Action::Added => format!("{thing} added ({})", self.new),
            Action::Removed if self.old.is_empty() || is_long => format!("{thing} removed"),
            Action::Removed => format!("{thing} removed ({})", self.old),
            Action::Renamed => format!("{thing} renamed from `{}`", self.old),
            Action::Changed => {
                let aspect = self.rule.aspect();
                if is_long || (self.old.is_empty() && self.new.is_empty()) {
                    format!("{aspect} of {thing} changed")
                } else {
                    format!("{aspect} of {thing}: {} -> {}", value(&self.old), value(&self.new))
                }
            }
        }
    }

    /// Why the change is of its class.
    pub fn reason(&self) -> &'static str {
        self.rule.reason(self.class)
    }

    /// What the change is about, in the terms of the reference.
    fn thing(&self) -> String {
        let steps: Vec<_> = self.place.split('/').collect();
        match steps[..] {
            ["properties", name, ..] => format!("property `{name}`"),
            ["links", rel, ..] => format!("link `{rel}`"),
            ["events", event, ..] => format!("event `{event}`"),
            ["scopes", scope] => format!("permission `{scope}`"),
            ["members", name, ..] => format!("member `{name}`"),
            ["reasons", "edition"] => "the reasons for failure".to_owned(),
            ["reasons", reason, ..] => format!("reason `{reason}`"),
            ["generic", name, ..] => format!("generic error `{name}`"),
            ["causes", key, ..] => format!("cause `{key}`"),
            ["operations", verb, "input", name, ..] => format!("request parameter `{name}` of {verb}"),
            ["operations", verb, "query", name, ..] => format!("query parameter `{name}` of {verb}"),
            ["operations", verb, "response", ..] => format!("response of {verb}"),
            ["operations", verb, "errors", code, "-", ..] => format!("error `{code}` of {verb}"),
            ["operations", verb, "errors", code, subcode, ..] => format!("error `{code}` with `{subcode}` of {verb}"),
            ["operations", verb, ..] => verb.to_owned(),
            ["properties" | "links" | "members" | "operations" | "generic" | "reasons"] => self.place.clone(),
            [""] => self.subject.kind().to_owned(),
            _ => format!("the {}", self.subject.kind()),
        }
    }
}

/// How much of two schemas was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of them.
    #[default]
    Whole,
    /// What is left where pages are missing, or cannot be understood.
    Part,
}

impl Extent {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Part => "part",
        }
    }
}

/// All in which two schemas differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// How much was compared.
    pub extent: Extent,
    /// The changes: generic errors, resources by name, enumerations by name, each in the order of its tables.
    pub changes: Vec<SchemaChange>,
}

impl Comparison {
    /// The worst class among the changes; `None` where there is none.
    pub fn class(&self) -> Option<Class> {
        self.changes.iter().map(|change| change.class).max()
    }

    /// Whether the schemas say the same.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many changes are of a class.
    pub fn count(&self, class: Class) -> usize {
        self.changes.iter().filter(|change| change.class == class).count()
    }
}

//! Reading messages through the bindings, and noting what those do not know.

mod document;
mod error;
mod object;
mod ordinary;

use std::collections::BTreeMap;

use ucwa::Format;
use ucwa_schema::Schema;

use crate::addresses::Addresses;
use crate::classify::{MessageKind, classify};
use crate::finding::{FindingKind, FindingSubject, Findings, Owner, Sightings};
use crate::message::{Message, MessagePlace};

/// What was found in messages so far.
#[derive(Debug, Default)]
pub struct Checker {
    /// The schema, which lists the values of enumerations, the events and the errors; without it, these are not
    /// checked.
    pub schema: Option<Schema>,
    /// What is not known.
    pub findings: Findings,
    /// How many messages there were of each sort that the bindings read.
    pub read: BTreeMap<&'static str, usize>,
    /// How many messages were skipped, and why.
    pub passed_over: BTreeMap<&'static str, usize>,
    addresses: Addresses,
}

impl Checker {
    /// A checker that has seen nothing.
    pub fn new(schema: Option<Schema>) -> Self {
        Self { schema, ..Self::default() }
    }

    /// Checks a message. Messages have to come in the order of the traffic, as links say what later requests are.
    pub fn check(&mut self, message: &Message) {
        let format = message.format().unwrap_or(Format::Json);
        let place = &message.place;
        self.addresses.begin(message.address.as_deref());
        let sort = match classify(message, &self.addresses) {
            MessageKind::Other(why) => {
                *self.passed_over.entry(why).or_default() += 1;
                return;
            }
            MessageKind::Broken(problem) => {
                self.unreadable(Owner::resource("message"), place, "", &problem);
                "unreadable messages"
            }
            MessageKind::Events => {
                self.events(place, format, &message.body);
                "event documents"
            }
            MessageKind::Error => {
                self.error(message, format);
                "errors"
            }
            MessageKind::Metadata => {
                self.metadata(place, format, &message.body);
                "responses to OPTIONS"
            }
            MessageKind::Resource(object) => {
                self.object(place, format, &message.body, object, None);
                "resources"
            }
            MessageKind::Input(owner, object) => {
                self.object(place, format, &message.body, object, Some(&owner));
                "inputs"
            }
        };
        *self.read.entry(sort).or_default() += 1;
    }

    fn add(
        &mut self,
        kind: FindingKind,
        owner: Owner,
        name: &str,
        detail: &str,
        at: (&MessagePlace, &str),
    ) -> &mut Sightings {
        let subject = FindingSubject { kind, owner, name: name.to_owned(), detail: detail.to_owned() };
        self.findings.add(subject, at.0, at.1)
    }

    fn unreadable(&mut self, owner: Owner, place: &MessagePlace, path: &str, problem: &str) {
        // Messages that are broken in one way are one finding, wherever in each it is.
        let (problem, line) = split_line(problem);
        let path = match (path, line) {
            (path, "") => path.to_owned(),
            ("", line) => format!("line {line}"),
            (path, line) => format!("{path}, line {line}"),
        };
        self.add(FindingKind::Unreadable, owner, "", &without_value(problem), (place, &path));
    }
}

/// What was expected, without what was found: that is what someone wrote to someone, and may be a secret.
fn without_value(problem: &str) -> String {
    // Problems begin with what was expected or end with it, and what was found can hold any words.
    let first = problem.strip_prefix("expected ").map(|expected| expected.split(", found").next().unwrap_or_default());
    let expected = first.or_else(|| Some(problem.rsplit_once(", expected ")?.1));
    expected.map_or_else(|| problem.to_owned(), |expected| format!("expected {expected}"))
}

/// A problem and the line and column behind it, if they are there.
fn split_line(problem: &str) -> (&str, &str) {
    let is_place = |place: &str| place.split(" column ").all(|number| number.parse::<usize>().is_ok());
    problem.rsplit_once(" at line ").filter(|(_, place)| is_place(place)).unwrap_or((problem, ""))
}

//! Reading messages through the bindings, and noting what those do not know.

mod document;
mod element;
mod error;
mod object;
mod ordinary;
mod owner;
mod repair;

use std::collections::BTreeMap;

use ucwa::Format;
use ucwa_schema::Schema;

use crate::addresses::Addresses;
use crate::finding::{Findings, Kind, Owner, Subject};
use crate::message::{Message, Place};
use crate::recognise::{Recognised, recognise};

/// What was found in messages so far.
#[derive(Debug, Default)]
pub struct Examination {
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

impl Examination {
    /// An examination that has seen nothing.
    pub fn new(schema: Option<Schema>) -> Self {
        Self { schema, ..Self::default() }
    }

    /// Examines a message. Messages have to come in the order of the traffic, as links say what later requests are.
    pub fn examine(&mut self, message: &Message) {
        let format = message.format().unwrap_or(Format::Json);
        let place = &message.place;
        let sort = match recognise(message, &self.addresses) {
            Recognised::Other(why) => {
                *self.passed_over.entry(why).or_default() += 1;
                return;
            }
            Recognised::Broken(problem) => {
                self.unreadable(Owner::resource("message"), place, "", &problem);
                "unreadable messages"
            }
            Recognised::Events => {
                self.events(place, format, &message.body);
                "event documents"
            }
            Recognised::Error => {
                self.error(message, format);
                "errors"
            }
            Recognised::Metadata => {
                self.metadata(place, format, &message.body);
                "responses to OPTIONS"
            }
            Recognised::Resource(object) => {
                self.object(place, format, &message.body, object, None, "");
                "resources"
            }
            Recognised::Input(owner, object) => {
                self.object(place, format, &message.body, object, Some(&owner), "");
                "inputs"
            }
        };
        *self.read.entry(sort).or_default() += 1;
    }

    fn add(&mut self, kind: Kind, owner: Owner, name: &str, detail: &str, at: (&Place, &str)) -> &mut crate::Sightings {
        let subject = Subject { kind, owner, name: name.to_owned(), detail: detail.to_owned() };
        self.findings.add(subject, at.0, at.1)
    }

    fn unreadable(&mut self, owner: Owner, place: &Place, path: &str, problem: &str) {
        // Messages that are broken in one way are one finding, wherever in each it is.
        let (problem, line) = problem.rsplit_once(" at line ").unwrap_or((problem, ""));
        let path = match (path, line) {
            (path, "") => path.to_owned(),
            ("", line) => format!("line {line}"),
            (path, line) => format!("{path}, line {line}"),
        };
        self.add(Kind::Unreadable, owner, "", &without_value(problem), (place, &path));
    }
}

/// What was expected, without what was found: that is what someone wrote to someone, and may be a secret.
fn without_value(problem: &str) -> String {
    match problem.split_once("expected ") {
        Some((_, expected)) => format!("expected {}", expected.split(", found").next().unwrap_or_default()),
        None => problem.to_owned(),
    }
}

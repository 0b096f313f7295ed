//! What leads to pages that were not given.

use std::collections::BTreeSet;
use std::fmt;

use ucwa_schema::{Resource, Schema};

/// How many of the names are told.
const NAMED: usize = 10;

/// The links and types that lead to pages that were not given. They stay in the schema by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unresolved {
    /// How many links, events, responses, properties and parameters there are.
    pub places: usize,
    /// The names that they lead to.
    pub names: BTreeSet<String>,
}

impl Unresolved {
    /// Looks through a schema.
    pub fn of(schema: &Schema) -> Self {
        let mut unresolved = Self::default();
        for resource in schema.resources.values() {
            for name in targets(resource).filter(|name| !schema.resources.contains_key(*name)) {
                unresolved.add(name);
            }
            for name in enumerations(resource).filter(|name| !schema.enumerations.contains_key(*name)) {
                unresolved.add(name);
            }
        }
        unresolved
    }

    /// Whether all pages are there.
    pub fn is_empty(&self) -> bool {
        self.places == 0
    }

    fn add(&mut self, name: &str) {
        self.places += 1;
        self.names.insert(name.to_string());
    }
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.names.iter().take(NAMED).map(String::as_str).collect();
        write!(f, "{} references lead to pages that were not given: {}", self.places, names.join(", "))?;
        match self.names.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more, which `ucwa-codegen check` lists"),
        }
    }
}

fn targets(resource: &Resource) -> impl Iterator<Item = &str> {
    let links = resource.links.iter().map(|link| link.target.as_str());
    let events = resource.events.iter().flat_map(|event| [event.resource.as_str(), event.sender.as_str()]);
    let responses = resource.operations.iter().filter_map(|operation| operation.response.resource.as_deref());
    links.chain(events).chain(responses)
}

fn enumerations(resource: &Resource) -> impl Iterator<Item = &str> {
    let properties = resource.properties.iter().map(|property| &property.kind);
    let parameters = resource.operations.iter().flat_map(|operation| operation.query.iter().chain(&operation.input));
    properties.chain(parameters.map(|parameter| &parameter.kind)).filter_map(|kind| kind.enumeration())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_names_are_told_and_how_many_more_there_are() {
        let mut unresolved = Unresolved::default();
        for number in 0..NAMED {
            unresolved.add(&format!("lamp{number}"));
        }
        assert!(unresolved.to_string().ends_with("lamp8, lamp9"), "{unresolved}");
        unresolved.add("room");
        unresolved.add("room");
        let said = unresolved.to_string();
        assert!(said.starts_with("12 references") && said.ends_with(" and 1 more, which `ucwa-codegen check` lists"));
    }
}

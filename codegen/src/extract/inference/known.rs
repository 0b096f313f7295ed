//! What all pages together know, for conclusions about one of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ucwa_schema::{Method, Type};

use super::observed::Observations;
use super::statement;
use crate::extract::placing::draft::{Draft, PageTopic, ResourceDraft};

/// What the pages know together.
pub(in crate::extract) struct Known<'a> {
    /// The enumerations by name, each with the values that are known to belong to it.
    pub(in crate::extract) enumerations: BTreeMap<String, BTreeSet<String>>,
    /// The resources by name in lower case: some links differ by case.
    resources: HashMap<String, &'a ResourceDraft>,
    /// The types of parameters that create or replace a resource, by the name of the resource and of the parameter.
    stated: HashMap<(String, String), Type>,
    pub(in crate::extract) observations: Observations,
}

impl<'a> Known<'a> {
    pub(in crate::extract) fn of(drafts: &'a [Draft]) -> Self {
        let mut known = Self {
            enumerations: BTreeMap::new(),
            resources: HashMap::new(),
            stated: HashMap::new(),
            observations: Observations::of(drafts),
        };
        for draft in drafts {
            match &draft.topic {
                PageTopic::Enumeration { name, members } => {
                    known.enumerations.insert(name.clone(), members.iter().cloned().collect());
                }
                PageTopic::Resource(resource) => drop(known.resources.insert(resource.name.to_lowercase(), resource)),
                _ => {}
            }
        }
        for draft in drafts {
            if let PageTopic::Resource(resource) = &draft.topic {
                known.statements(resource);
            }
        }
        known
    }

    /// Notes what the parameters of a resource state about types.
    fn statements(&mut self, resource: &ResourceDraft) {
        for operation in &resource.operations {
            for row in &operation.input {
                if let Some((name, members)) = statement::stated_members(&row.description)
                    && let Some(known) = self.enumerations.get_mut(name)
                {
                    known.extend(members);
                }
                let Some(kind) = statement::stated_type(&row.description) else { continue };
                let item = operation.item.as_deref().filter(|_| operation.method == Method::Post);
                for owner in [Some(resource.name.as_str()), item].into_iter().flatten() {
                    self.stated.entry((owner.to_lowercase(), row.name.clone())).or_insert_with(|| kind.clone());
                }
            }
        }
    }

    /// The name of the resource that `name` means, whatever its case.
    pub(in crate::extract) fn resource(&self, name: &str) -> Option<&'a str> {
        self.resources.get(&name.to_lowercase()).map(|resource| resource.name.as_str())
    }

    /// The type that a parameter of this name has where the resource is created or replaced.
    pub(in crate::extract) fn stated(&self, resource: &str, name: &str) -> Option<&Type> {
        self.stated.get(&(resource.to_lowercase(), name.to_string()))
    }
}

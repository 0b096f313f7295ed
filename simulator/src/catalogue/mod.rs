//! What the schema says, indexed for a server: resources by name and by rel, their operations, events and limits.

mod sample;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ucwa_schema::{EventType, Method, Operation, Resource, Schema};

pub(crate) use sample::{sample, sample_content};

/// The files of the schema, which the build put into the program.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/schema.rs"));

/// The schema and its indexes.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) schema: Schema,
    /// The names of the resources of each rel, first revision first.
    revisions: BTreeMap<String, Vec<String>>,
    /// The latest revision of each rel that has several.
    latest: BTreeMap<String, u32>,
    /// The priority of each event, by the rel of its sender, its type, and the rel of its target.
    priorities: BTreeMap<(String, EventType, String), Priority>,
}

/// How soon an event is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    /// At once.
    High,
    /// After the interval that the `medium` parameter of the event channel sets.
    Medium,
    /// After the interval that the `low` parameter of the event channel sets.
    Low,
}

impl Catalogue {
    /// The catalogue, which is read once in the life of the program.
    pub(crate) fn get() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| {
            let files = FILES.iter().map(|(path, bytes)| (PathBuf::from(path), bytes.to_vec()));
            // The build embeds the schema of this repository, which its own tests read.
            let schema = Schema::from_files(Path::new("schema"), files).unwrap_or_default();
            Self::new(schema)
        })
    }

    fn new(schema: Schema) -> Self {
        let mut revisions = BTreeMap::<String, Vec<String>>::new();
        let mut priorities = BTreeMap::new();
        for resource in schema.resources.values() {
            revisions.entry(resource.rel.clone()).or_default().push(resource.name.clone());
            for event in &resource.events {
                let priority = match event.priority.to_ascii_lowercase().as_str() {
                    "low" => Priority::Low,
                    "medium" => Priority::Medium,
                    _ => Priority::High,
                };
                priorities.insert((event.sender.clone(), event.kind, event.resource.clone()), priority);
            }
        }
        for names in revisions.values_mut() {
            names.sort_by_key(|name| schema.resources.get(name).map(|resource| resource.revision));
        }
        let several = revisions.iter().filter(|(_, names)| names.len() > 1);
        let latest =
            several.filter_map(|(rel, names)| Some((rel.clone(), schema.resources.get(names.last()?)?.revision)));
        Self { latest: latest.collect(), schema, revisions, priorities }
    }

    /// The resource of a name, which for later revisions ends in the revision.
    pub(crate) fn resource(&self, name: &str) -> Option<&Resource> {
        self.schema.resources.get(name)
    }

    /// The resources that share a rel, first revision first.
    pub(crate) fn revisions<'a>(&'a self, rel: &str) -> impl DoubleEndedIterator<Item = &'a Resource> {
        self.revisions.get(rel).into_iter().flatten().filter_map(|name| self.resource(name))
    }

    /// The latest revision of a rel, where it is not the first.
    pub(crate) fn latest_revision(&self, rel: &str) -> Option<u32> {
        self.latest.get(rel).copied()
    }

    /// The operation that a resource has for a method, in its own revision or in an earlier one.
    pub(crate) fn operation<'a>(&'a self, resource: &Resource, method: Method) -> Option<&'a Operation> {
        self.revisions(&resource.rel)
            .rev()
            .filter(|other| other.revision <= resource.revision)
            .find_map(|other| other.operations.iter().find(|operation| operation.method == method))
    }

    /// The methods that a resource has operations for.
    pub(crate) fn methods(&self, resource: &Resource) -> Vec<Method> {
        Method::ALL.into_iter().filter(|method| self.operation(resource, *method).is_some()).collect()
    }

    /// How soon an event is told; at once where no page lists it.
    pub(crate) fn priority(&self, sender: &str, kind: EventType, target: &str) -> Priority {
        // The catalogue is small, and a key of borrowed parts cannot be looked up in a map of owned ones.
        let key = (sender.to_owned(), kind, target.to_owned());
        self.priorities.get(&key).copied().unwrap_or(Priority::High)
    }
}

//! What the schema says, indexed for a server: resources by name and by rel, their operations, events and limits.

mod sample;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use fnv::FnvHashMap;
use ucwa_schema::{EventType, LoadError, Method, Operation, Resource, Schema};

pub(crate) use sample::{sample, sample_content};

/// The files of the schema, which the build put into the program.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/schema.rs"));

/// The schema and its indexes. All of it lives as long as the program.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) schema: &'static Schema,
    /// The resources by name.
    resources: FnvHashMap<&'static str, &'static Resource>,
    /// The resources of each rel, first revision first.
    revisions: FnvHashMap<&'static str, Vec<&'static Resource>>,
    /// The operations of each resource, in its own revision or in an earlier one, in the order of [`Method::ALL`].
    operations: FnvHashMap<&'static str, [Option<&'static Operation>; Method::ALL.len()]>,
    /// The priority of each event, by the rel of its sender, its type, and the name of its target.
    priorities: FnvHashMap<(&'static str, EventType, &'static str), Priority>,
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
    ///
    /// # Panics
    ///
    /// Panics where the build put files into the program that are no schema: without one, there is nothing to serve.
    pub(crate) fn get() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| {
            let schema =
                read(FILES).unwrap_or_else(|error| panic!("the schema in this program cannot be read: {error}"));
            Self::new(Box::leak(Box::new(schema)))
        })
    }

    fn new(schema: &'static Schema) -> Self {
        let mut revisions = FnvHashMap::<&str, Vec<&Resource>>::default();
        let mut priorities = FnvHashMap::default();
        for resource in schema.resources.values() {
            revisions.entry(&resource.rel).or_default().push(resource);
            for event in &resource.events {
                let priority = match event.priority.to_ascii_lowercase().as_str() {
                    "low" => Priority::Low,
                    "medium" => Priority::Medium,
                    _ => Priority::High,
                };
                priorities.insert((event.sender.as_str(), event.kind, event.resource.as_str()), priority);
            }
        }
        for resources in revisions.values_mut() {
            resources.sort_by_key(|resource| resource.revision);
        }
        let resources = schema.resources.iter().map(|(name, resource)| (name.as_str(), resource)).collect();
        let operations = schema.resources.values().map(|resource| {
            let known: &[&Resource] = revisions.get(resource.rel.as_str()).map_or(&[], Vec::as_slice);
            (resource.name.as_str(), Method::ALL.map(|method| operation(known, resource.revision, method)))
        });
        Self { operations: operations.collect(), schema, resources, revisions, priorities }
    }

    /// The resource of a name, which for later revisions ends in the revision.
    pub(crate) fn resource(&self, name: &str) -> Option<&'static Resource> {
        self.resources.get(name).copied()
    }

    /// The resources that share a rel, first revision first.
    pub(crate) fn revisions(&self, rel: &str) -> impl DoubleEndedIterator<Item = &'static Resource> {
        self.revisions.get(rel).into_iter().flatten().copied()
    }

    /// The latest revision of a rel, where it is not the first.
    pub(crate) fn latest_revision(&self, rel: &str) -> Option<u32> {
        let all = self.revisions.get(rel).filter(|all| all.len() > 1)?;
        all.last().map(|latest| latest.revision)
    }

    /// The operation that a resource has for a method, in its own revision or in an earlier one.
    pub(crate) fn operation(&self, resource: &Resource, method: Method) -> Option<&'static Operation> {
        let at = Method::ALL.into_iter().position(|known| known == method)?;
        *self.operations.get(resource.name.as_str())?.get(at)?
    }

    /// The methods that a resource has operations for.
    pub(crate) fn methods(&self, resource: &Resource) -> Vec<Method> {
        Method::ALL.into_iter().filter(|method| self.operation(resource, *method).is_some()).collect()
    }

    /// How soon an event is told; at once where no page lists it.
    pub(crate) fn priority(&self, sender: &str, kind: EventType, target: &str) -> Priority {
        self.priorities.get(&(sender, kind, target)).copied().unwrap_or(Priority::High)
    }
}

/// Reads the schema from its files.
fn read(files: &[(&str, &[u8])]) -> Result<Schema, LoadError> {
    let files = files.iter().map(|(path, bytes)| (PathBuf::from(path), bytes.to_vec()));
    Schema::from_files(Path::new("schema"), files)
}

/// The operation for a method in the latest of some resources, first revision first, that is no later than a revision.
fn operation(resources: &[&'static Resource], revision: u32, method: Method) -> Option<&'static Operation> {
    let earlier = resources.iter().rev().filter(|other| other.revision <= revision);
    earlier.copied().find_map(|other| other.operations.iter().find(|operation| operation.method == method))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_of_the_schema_are_read() {
        let schema = Catalogue::get().schema;
        let count = |folder: &str| FILES.iter().filter(|(path, _)| path.starts_with(folder)).count();
        assert_eq!((schema.resources.len(), schema.enumerations.len()), (count("resources"), count("enums")));
        assert!(!schema.resources.is_empty() && !schema.enumerations.is_empty());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error_that_names_it() {
        let error = read(&[("resources/me.json", b"{}")]).expect_err("it has no name");
        assert!(error.to_string().starts_with("schema/resources/me.json:"), "{error}");
    }
}

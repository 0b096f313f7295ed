//! Finding whose value stands at a path.

use ucwa::Object;
use ucwa::registry::REGISTRY;

use crate::finding::Owner;

/// A step of a path, as errors of the bindings write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// Takes a path such as `_embedded.contact[3].name` apart.
pub(super) fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (key, indices) = part.find('[').map_or((part, ""), |start| part.split_at(start));
        if !key.is_empty() {
            steps.push(Step::Key(key.to_owned()));
        }
        let indices = indices.split(['[', ']']).filter(|index| !index.is_empty());
        steps.extend(indices.map(|index| index.parse().map_or_else(|_| Step::Key(index.to_owned()), Step::Index)));
    }
    steps
}

/// The resource that holds the value at a path, and the name of the property or relation in it.
pub(super) fn owner(object: &dyn Object, steps: &[Step], input: Option<&Owner>) -> (Owner, String) {
    let mut keys = steps.iter().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    });
    let mut owner = input.cloned().unwrap_or_else(|| Owner::resource(name(object)));
    let mut description = object.description();
    let mut last = String::new();
    while let Some(key) = keys.next() {
        key.clone_into(&mut last);
        if key == "_links" {
            keys.next().unwrap_or(key).clone_into(&mut last);
            break;
        }
        if key != "_embedded" {
            break;
        }
        let Some(rel) = keys.next() else { break };
        rel.clone_into(&mut last);
        let relation = description.relations.iter().find(|relation| relation.rel == rel);
        let created = relation.and_then(|relation| relation.create).map(|create| create());
        let Some(target) = created.or_else(|| REGISTRY.create(rel)) else { break };
        description = target.description();
        owner = Owner::resource(description.name);
    }
    (owner, last)
}

/// What a report calls a resource: its name in the reference, or what the message called it.
pub(super) fn name(object: &dyn Object) -> &str {
    if object.downcast_ref::<ucwa::GenericResource>().is_some() { object.rel() } else { object.description().name }
}

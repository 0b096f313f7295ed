//! Links in documentation: names of resources, enumerations, properties and values that stand between backticks lead to the
//! items that are emitted for them.
//!
//! A name is looked up near to far: among the fields of the item that is documented and the values that a field can have, then among
//! all resources and enumerations, and last among the values of the item's other fields. The definitions stand below the text, so that the text itself reads like prose:
//!
//! ```text
//! /// Subscribe to it by [`presenceSubscriptions`].
//! ///
//! /// [`presenceSubscriptions`]: crate::people::PresenceSubscriptions
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::model::{ENUMERATIONS, EnumerationModel, ErrorModel, Field, FieldType, Model, ResourceModel};

/// Names and the paths of what is emitted for them.
type Paths = BTreeMap<String, String>;

/// Turns names between backticks into links, in all documentation of `model`, which is emitted below the module `root`.
pub(crate) fn link_names(model: &mut Model, root: &str) {
    let names = global_names(model, root);
    let enumerations: HashMap<_, _> =
        model.enumerations.iter().map(|found| (found.type_name.clone(), values(found, root))).collect();
    for category in &mut model.categories {
        LinkScope::new(&names).link(&mut category.docs, "");
        for resource in &mut category.resources {
            let place = format!("{root}::{}::", category.module);
            link_resource(resource, &place, &names, &enumerations);
        }
    }
    for enumeration in &mut model.enumerations {
        let own = format!("{root}::{ENUMERATIONS}::{}", enumeration.type_name);
        let near = enumerations.get(&enumeration.type_name);
        let scope = LinkScope { near: near.into_iter().collect(), ..LinkScope::new(&names) };
        scope.link(&mut enumeration.docs, &own);
        for variant in &mut enumeration.variants {
            let own = near.and_then(|near| near.get(&variant.wire)).cloned().unwrap_or_default();
            scope.link(&mut variant.docs, &own);
        }
    }
    for event in &mut model.events {
        LinkScope::new(&names).link(&mut event.docs, "");
    }
    for errors in model.shared_errors.iter_mut().chain([&mut model.generic_errors]) {
        link_errors(errors, &names);
    }
}

/// The resources by name and the enumerations.
fn global_names(model: &Model, root: &str) -> Paths {
    let resources = model.categories.iter().flat_map(|category| {
        let place = format!("{root}::{}::", category.module);
        category.resources.iter().map(move |found| (found.name.clone(), format!("{place}{}", found.type_name)))
    });
    let enumerations = model
        .enumerations
        .iter()
        .map(|found| (found.name.clone(), format!("{root}::{ENUMERATIONS}::{}", found.type_name)));
    resources.chain(enumerations).collect()
}

/// The values of an enumeration.
fn values(enumeration: &EnumerationModel, root: &str) -> Paths {
    let place = format!("{root}::{ENUMERATIONS}::{}", enumeration.type_name);
    enumeration.variants.iter().map(|variant| (variant.wire.clone(), format!("{place}::{}", variant.name))).collect()
}

fn link_resource(resource: &mut ResourceModel, place: &str, names: &Paths, enumerations: &HashMap<String, Paths>) {
    let own = format!("{place}{}", resource.type_name);
    let fields = paths_of(&resource.fields, &own);
    // A value that two enumerations of the resource have could lead to either, and leads nowhere.
    let values = values_of(&resource.fields, enumerations);
    let scope = LinkScope { near: vec![&fields], far: Some(&values), names };
    // What bears the name of the resource is the resource, also where a property has the same.
    let mut others = fields.clone();
    others.remove(&resource.name);
    LinkScope { near: vec![&others], ..scope }.link(&mut resource.docs, &own);
    for relation in &mut resource.relations {
        scope.link(&mut relation.docs, "");
    }
    for field in &mut resource.fields {
        link_field(field, &own, &scope, enumerations);
    }
    for input in &mut resource.inputs {
        let own = format!("{place}{}", input.type_name);
        let parameters = paths_of(&input.fields, &own);
        let values = values_of(&input.fields, enumerations);
        let scope = LinkScope { near: vec![&parameters, &fields], far: Some(&values), names };
        scope.link(&mut input.docs, &own);
        for field in &mut input.fields {
            link_field(field, &own, &scope, enumerations);
        }
    }
    for operation in &mut resource.operations {
        link_errors(&mut operation.errors, names);
    }
}

fn link_field(field: &mut Field, owner: &str, scope: &LinkScope<'_>, enumerations: &HashMap<String, Paths>) {
    let values = match &field.value {
        FieldType::Enumeration(name) => enumerations.get(name),
        _ => None,
    };
    let near = values.into_iter().chain(scope.near.iter().copied()).collect();
    LinkScope { near, ..*scope }.link(&mut field.docs, &format!("{owner}::{}", field.name));
}

fn link_errors(errors: &mut ErrorModel, names: &Paths) {
    let scope = LinkScope::new(names);
    scope.link(&mut errors.docs, "");
    if let Some(shared) = &mut errors.shared {
        scope.link(&mut shared.docs, "");
    }
    for variant in &mut errors.variants {
        scope.link(&mut variant.docs, "");
    }
}

/// The fields of a struct by their names on the wire.
fn paths_of(fields: &[Field], owner: &str) -> Paths {
    fields.iter().map(|field| (field.wire.clone(), format!("field@{owner}::{}", field.name))).collect()
}

/// The values of the enumerations that fields hold, without those that two of them share.
fn values_of(fields: &[Field], enumerations: &HashMap<String, Paths>) -> Paths {
    let names = fields.iter().filter_map(|field| match &field.value {
        FieldType::Enumeration(name) => Some(name),
        _ => None,
    });
    let names: BTreeSet<_> = names.collect();
    let mut found = BTreeMap::<&String, Option<&String>>::new();
    for (value, path) in names.into_iter().filter_map(|name| enumerations.get(name)).flatten() {
        found.entry(value).and_modify(|known| *known = None).or_insert(Some(path));
    }
    found.into_iter().filter_map(|(value, path)| Some((value.clone(), path?.clone()))).collect()
}

/// Where a name is looked up.
struct LinkScope<'a> {
    near: Vec<&'a Paths>,
    /// The resources and enumerations.
    names: &'a Paths,
    far: Option<&'a Paths>,
}

impl<'a> LinkScope<'a> {
    /// Where nothing is nearer than the resources and enumerations.
    fn new(names: &'a Paths) -> Self {
        Self { near: Vec::new(), names, far: None }
    }

    fn find(&self, name: &str) -> Option<&'a String> {
        self.near.iter().chain([&self.names]).copied().chain(self.far).find_map(|paths| paths.get(name))
    }

    /// Links the names in the documentation of the item at `own`, which does not link to itself.
    fn link(&self, docs: &mut Vec<String>, own: &str) {
        let mut definitions = BTreeMap::new();
        for line in docs.iter_mut() {
            let mut linked = String::with_capacity(line.len());
            for (index, part) in line.split('`').enumerate() {
                if index % 2 == 0 {
                    linked.push_str(part);
                    continue;
                }
                let path = self.find(part).filter(|path| path.strip_prefix("field@").unwrap_or(path) != own);
                let (open, close) = if path.is_some() { ("[`", "`]") } else { ("`", "`") };
                linked.extend([open, part, close]);
                definitions.extend(path.map(|path| (part.to_owned(), path.clone())));
            }
            // A code span that runs on in the next line is none of ours.
            if line.matches('`').count().is_multiple_of(2) {
                *line = linked;
            }
        }
        if !definitions.is_empty() {
            docs.push(String::new());
            docs.extend(definitions.into_iter().map(|(name, path)| format!("[`{name}`]: {path}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::model::Count;

    #[test]
    fn names_near_by_come_before_those_far_away_and_an_item_does_not_link_to_itself() {
        let names = BTreeMap::from([
            ("contact".to_owned(), "crate::people::Contact".to_owned()),
            ("note".to_owned(), "crate::me::Note".to_owned()),
        ]);
        let fields = BTreeMap::from([("note".to_owned(), "field@crate::people::Contact::note".to_owned())]);
        let scope = LinkScope { near: vec![&fields], ..LinkScope::new(&names) };
        let mut docs = vec!["The `note` of a `contact`, and `nothing`.".to_owned(), "One ` alone and `note".to_owned()];
        scope.link(&mut docs, "crate::people::Contact");
        assert_eq!(
            docs,
            [
                "The [`note`] of a `contact`, and `nothing`.",
                "One ` alone and [`note`]".replace("[`note`]", "`note").as_str(),
                "",
                "[`note`]: field@crate::people::Contact::note",
            ]
        );
    }

    #[test]
    fn a_resource_comes_before_a_value_of_a_field() {
        let names = BTreeMap::from([("meetings".to_owned(), "crate::Meetings".to_owned())]);
        let values = BTreeMap::from([
            ("meetings".to_owned(), "crate::Kind::Meetings".to_owned()),
            ("Locked".to_owned(), "crate::Access::Locked".to_owned()),
        ]);
        let scope = LinkScope { far: Some(&values), ..LinkScope::new(&names) };
        let find = |name| scope.find(name).map(String::as_str);
        assert_eq!((find("meetings"), find("Locked")), (Some("crate::Meetings"), Some("crate::Access::Locked")));
        let field = LinkScope { near: vec![&values], ..scope };
        assert_eq!(field.find("meetings").map(String::as_str), Some("crate::Kind::Meetings"));
    }

    #[test]
    fn the_name_of_a_resource_is_the_resource_also_where_a_property_has_the_same() {
        let location = Field {
            name: "location".into(),
            wire: "location".into(),
            docs: vec!["Free text.".into()],
            value: FieldType::Text,
            count: Count::Optional,
            required: false,
            maximum_length: None,
            minimum: None,
            maximum: None,
        };
        let mut resource = ResourceModel {
            type_name: "Location".into(),
            module: "location".into(),
            name: "location".into(),
            rel: "location".into(),
            revision: 1,
            docs: vec!["`location` updated.".into()],
            linked: false,
            fields: vec![location],
            relations: Vec::new(),
            inputs: Vec::new(),
            representation: None,
            operations: Vec::new(),
            later: None,
            reasons: None,
        };
        let names = BTreeMap::from([("location".to_owned(), "crate::me::Location".to_owned())]);
        link_resource(&mut resource, "crate::me::", &names, &HashMap::new());
        assert_eq!(resource.docs, ["`location` updated."]);
    }

    #[test]
    fn a_text_without_names_stays_as_it_is() {
        let names = BTreeMap::new();
        let scope = LinkScope::new(&names);
        let mut docs = vec!["`a` and b".to_owned()];
        scope.link(&mut docs, "");
        assert_eq!(docs, ["`a` and b"]);
    }
}

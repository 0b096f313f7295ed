//! The errors of operations that have the same ones, as one type.
//!
//! The reference lists a handful of rows for nearly every operation, and for most operations nothing else, or one error more. A
//! type for each would say the same hundreds of times. Every operation keeps a name of its own for its errors, so that a row
//! that is added to a page changes what the name stands for and not the name.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ucwa_schema::Method;

use super::docs::shared_errors_docs;
use super::model::{Category, ErrorModel, ErrorVariant, OperationModel, SharedErrors};
use super::names::{NameRole, NameScope};
use super::type_names::TAKEN_TYPES;

/// How many operations must have the same errors for a type that they share.
const FEWEST: usize = 3;

/// What the documentation of a shared type says of an error whose causes differ from operation to operation.
const CAUSES_ELSEWHERE: &str = "What causes it is said by the operation's own name for the type.";

/// By what operations are told apart: the method, and their errors. The causes of an error that is the operation's own do not
/// count, as the documentation of the operation's name has them.
type Key = (Method, Vec<(String, u16, String, String, Option<Vec<String>>)>);

/// Finds the operations that have the same errors, at most one of which is their own, and lets them share a type.
pub(super) fn share(categories: &mut [Category]) -> Vec<ErrorModel> {
    let mut groups = BTreeMap::<Key, Vec<&ErrorModel>>::new();
    let resources = categories.iter().flat_map(|category| &category.resources);
    for operation in resources.flat_map(|resource| &resource.operations) {
        if operation.errors.own().count() <= 1 {
            groups.entry(key(operation)).or_default().push(&operation.errors);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().filter(|(_, found)| found.len() >= FEWEST).collect();
    // What most operations have gets the plain name.
    groups.sort_by_key(|(_, found)| Reverse(found.len()));
    let mut scope = NameScope::with_reserved(&TAKEN_TYPES);
    let mut names = BTreeMap::new();
    let mut shared = Vec::new();
    for (key, found) in groups {
        let (method, errors) = (key.0, found[0]);
        let own: String = errors.own().map(|variant| variant.name.as_str()).collect();
        let verb = method.name().to_lowercase();
        let type_name = scope.add(NameRole::Type, &format!("{own}_{verb}_error")).rust;
        shared.push(model(type_name.clone(), method, errors));
        names.insert(key, type_name);
    }
    for category in categories {
        for operation in category.resources.iter_mut().flat_map(|resource| &mut resource.operations) {
            if let Some(type_name) = names.get(&key(operation)) {
                let docs = docs_of_name(&operation.errors);
                operation.errors.shared = Some(SharedErrors { type_name: type_name.clone(), docs });
            }
        }
    }
    shared.sort_by(|left, right| left.type_name.cmp(&right.type_name));
    shared
}

fn key(operation: &OperationModel) -> Key {
    let row = |variant: &ErrorVariant| {
        let ErrorVariant { name, docs, status, code, subcode, everywhere } = variant.clone();
        (name, status, code, subcode, everywhere.then_some(docs))
    };
    (operation.method, operation.errors.variants.iter().map(row).collect())
}

/// The type of operations that have the `errors` of one of them.
fn model(type_name: String, method: Method, errors: &ErrorModel) -> ErrorModel {
    let variants = errors.variants.iter().cloned().map(|mut variant| {
        if !variant.everywhere {
            variant.docs = first_paragraph(&variant.docs);
            variant.docs.extend([String::new(), CAUSES_ELSEWHERE.to_owned()]);
        }
        variant
    });
    ErrorModel { docs: shared_errors_docs(method, errors), variants: variants.collect(), type_name, shared: None }
}

/// The documentation of an operation's own name for the type: what causes the error that is its own.
fn docs_of_name(errors: &ErrorModel) -> Vec<String> {
    let mut docs = first_paragraph(&errors.docs);
    for variant in errors.own() {
        docs.push(String::new());
        docs.extend(variant.docs.iter().cloned());
    }
    docs
}

fn first_paragraph(docs: &[String]) -> Vec<String> {
    docs.iter().take_while(|line| !line.is_empty()).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::model::{ResourceModel, ResponseModel};

    fn variant(name: &str, everywhere: bool) -> ErrorVariant {
        let (docs, code) = (vec![format!("`{name}`."), String::new(), "A cause.".into()], name.to_owned());
        ErrorVariant { name: name.to_owned(), docs, status: 409, code, subcode: String::new(), everywhere }
    }

    /// A category of resources with one operation each, given by a name, its method and its own errors.
    fn category(operations: &[(&str, Method, &[&str])]) -> Category {
        let resource = |(name, method, own): &(&str, Method, &[&str])| {
            let own = own.iter().map(|name| variant(name, false));
            let type_name = format!("{name}{method}Error");
            let docs = vec![format!("Errors of {name}."), String::new(), "More.".into()];
            let variants = own.chain([variant("Everywhere", true)]).collect();
            let errors = ErrorModel { type_name, docs, variants, shared: None };
            let operation = OperationModel { method: *method, input: None, response: ResponseModel::Nothing, errors };
            ResourceModel { name: (*name).to_owned(), operations: vec![operation], ..ResourceModel::default() }
        };
        let resources = operations.iter().map(resource).collect();
        Category { title: String::new(), module: "a".into(), docs: Vec::new(), resources }
    }

    #[test]
    fn three_operations_of_one_method_with_the_same_errors_share_a_type() {
        use Method::{Get, Post};
        let mut categories = [category(&[
            ("A", Get, &[]),
            ("B", Get, &[]),
            ("C", Get, &[]),
            ("D", Post, &[]),
            ("E", Post, &[]),
            ("F", Post, &["Gone"]),
            ("G", Post, &["Gone"]),
            ("H", Post, &["Gone"]),
            ("I", Get, &["Gone", "Locked"]),
            ("J", Get, &["Gone", "Locked"]),
            ("K", Get, &["Gone", "Locked"]),
        ])];
        let shared = share(&mut categories);
        let names: Vec<_> = shared.iter().map(|errors| errors.type_name.as_str()).collect();
        assert_eq!(names, ["GetError", "GonePostError"]);
        let of: Vec<_> = categories[0].resources.iter().map(|found| &found.operations[0].errors.shared).collect();
        let of: Vec<_> = of.iter().map(|found| found.as_ref().map_or("", |shared| &shared.type_name)).collect();
        let (none, get, post) = ("", "GetError", "GonePostError");
        assert_eq!(of, [get, get, get, none, none, post, post, post, none, none, none]);
    }

    #[test]
    fn causes_stand_at_the_name_of_the_operation() {
        let gone: &[&str] = &["Gone"];
        let mut categories =
            [category(&[("A", Method::Get, gone), ("B", Method::Get, gone), ("C", Method::Get, gone)])];
        let shared = share(&mut categories);
        assert_eq!(shared[0].variants[0].docs, ["`Gone`.", "", CAUSES_ELSEWHERE]);
        assert_eq!(shared[0].variants[1].docs, ["`Everywhere`.", "", "A cause."]);
        let name = categories[0].resources[1].operations[0].errors.shared.as_ref().expect("they share a type");
        assert_eq!(name.docs, ["Errors of B.", "", "`Gone`.", "", "A cause."]);
    }
}

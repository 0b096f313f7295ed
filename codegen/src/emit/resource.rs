//! A resource: its struct, its relations, and what can be asked of it.

use proc_macro2::TokenStream;
use quote::quote;
use ucwa_schema::Method;

use super::object::{self, Tables};
use super::uses::Uses;
use super::{Root, docs, error, ident, input, operation};
use crate::lower::{RelationModel, ResourceModel, prose};

/// The module of a resource.
pub(super) fn module(resource: &ResourceModel, root: &Root) -> TokenStream {
    let about = format!(" {}", prose(&format!("The resource `{}`.", resource.name)));
    let inputs = resource.inputs.iter().map(|input| input.type_name.as_str());
    let uses = Uses::new(root, inputs.chain([resource.type_name.as_str()]));
    let definition = object::definition(&uses, &resource.type_name, &resource.docs, &resource.fields, None);
    let relations = relations(&uses, resource);
    let description = description(&uses, resource);
    let traits = traits(&uses, resource);
    let object = object::object(&uses, &resource.type_name, &resource.fields);
    let operations = operation::operations(&uses, resource);
    let inputs: Vec<_> = resource.inputs.iter().map(|found| input::input(&uses, found)).collect();
    let reasons = resource.reasons.as_ref().map(|model| error::reasons(&uses, &resource.type_name, model));
    let imports = uses.imports();
    quote! {
        #![doc = #about]
        #imports
        #definition
        #relations
        #description
        #traits
        #object
        #operations
        #(#inputs)*
        #reasons
    }
}

/// A method for each relation.
fn relations(uses: &Uses<'_>, resource: &ResourceModel) -> Option<TokenStream> {
    if resource.relations.is_empty() {
        return None;
    }
    let name = ident(&resource.type_name);
    let methods = resource.relations.iter().map(|relation| {
        let (docs, method, rel) = (docs(&relation.docs), ident(&relation.method), &relation.rel);
        let target = target(uses, relation, resource);
        let (kind, read) = if relation.many { ("RelatedList", "many") } else { ("Related", "one") };
        let (kind, read) = (uses.runtime(kind), ident(read));
        quote! {
            #docs
            pub fn #method(&self) -> #kind<'_, #target> {
                self.envelope.#read(#rel)
            }
        }
    });
    Some(quote!(impl #name { #(#methods)* }))
}

/// The type that a relation leads to.
fn target(uses: &Uses<'_>, relation: &RelationModel, resource: &ResourceModel) -> TokenStream {
    let target = match &relation.target {
        Some(target) if target.type_name == resource.type_name => ident("Self"),
        Some(target) => uses.of(target),
        None => uses.runtime("Untyped"),
    };
    quote!(#target)
}

fn description(uses: &Uses<'_>, resource: &ResourceModel) -> TokenStream {
    let relations = resource.relations.iter().map(|relation| {
        let rel = &relation.rel;
        let row = uses.runtime(match (&relation.target, relation.many) {
            (Some(_), false) => "one",
            (Some(_), true) => "many",
            (None, false) => "one_untyped",
            (None, true) => "many_untyped",
        });
        let target = relation.target.as_ref().map(|_| target(uses, relation, resource));
        let target = target.map(|target| quote!(::<#target>));
        quote!(#row #target (#rel))
    });
    let tables = Tables {
        name: &resource.name,
        rel: &resource.rel,
        input: false,
        revision: resource.revision,
        fields: &resource.fields,
        relations: relations.collect(),
    };
    object::description(uses, &resource.type_name, &tables)
}

/// What a resource is beside an object.
fn traits(uses: &Uses<'_>, resource: &ResourceModel) -> TokenStream {
    let (name, trait_name) = (ident(&resource.type_name), uses.runtime("Resource"));
    let representation = resource.representation.as_ref().map_or_else(|| ident("Self"), |target| uses.of(target));
    let replaceable = resource.operations.iter().any(|operation| operation.method == Method::Put);
    let replaceable = replaceable.then(|| {
        quote!(
            const REPLACEABLE: bool = true;
        )
    });
    let later = resource.later.as_ref().map(|later| {
        let (revised, later) = (uses.runtime("Revised"), uses.of(later));
        quote! {
            impl #revised for #name {
                type Later = #later;
            }
        }
    });
    quote! {
        impl #trait_name for #name {
            type Representation = #representation;
            #replaceable
        }
        #later
    }
}

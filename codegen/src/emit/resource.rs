//! A resource: its struct, its relations, and the inputs of its operations.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Counts, Root, docs, ident, object, type_path};
use crate::lower::{Count, Field, InputModel, RelationModel, ResourceModel, prose};

/// The module of a resource.
pub(super) fn module(resource: &ResourceModel, root: &Root) -> TokenStream {
    let about = format!(" {}", prose(&format!("The resource `{}`.", resource.name)));
    let mut more = vec!["Resource"];
    if !resource.inputs.is_empty() {
        more.push("Input");
    }
    if resource.relations.iter().any(|relation| relation.many) {
        more.push("RelatedList");
    }
    if resource.relations.iter().any(|relation| !relation.many) {
        more.push("Related");
    }
    let fields = resource.fields.iter().chain(resource.inputs.iter().flat_map(|input| &input.fields));
    let imports = object::imports(fields, &more, root);
    let definition = object::definition(&resource.type_name, &resource.docs, &resource.fields);
    let relations = relations(resource, root);
    let description = description(resource, root);
    let object = object::object(&resource.type_name, &resource.fields);
    let inputs = resource.inputs.iter().map(|found| input(found, root));
    quote! {
        #![doc = #about]
        #imports
        #definition
        #relations
        #description
        #object
        #(#inputs)*
    }
}

/// How much the module of a resource holds.
pub(super) fn counts(resource: &ResourceModel) -> Counts {
    Counts {
        resources: 1,
        properties: resource.fields.len(),
        relations: resource.relations.len(),
        inputs: resource.inputs.len(),
        parameters: resource.inputs.iter().map(|input| input.fields.len()).sum(),
        ..Counts::default()
    }
}

/// A method for each relation.
fn relations(resource: &ResourceModel, root: &Root) -> Option<TokenStream> {
    if resource.relations.is_empty() {
        return None;
    }
    let name = ident(&resource.type_name);
    let methods = resource.relations.iter().map(|relation| {
        let (docs, method, rel) = (docs(&relation.docs), ident(&relation.method), &relation.rel);
        let target = target(relation, resource, root);
        let (kind, read) = if relation.many { ("RelatedList", "many") } else { ("Related", "one") };
        let (kind, read) = (ident(kind), ident(read));
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
fn target(relation: &RelationModel, resource: &ResourceModel, root: &Root) -> TokenStream {
    match &relation.target {
        Some(target) if target.type_name == resource.type_name => quote!(Self),
        Some(target) => type_path(root, target),
        None => quote!(ucwa_runtime::Untyped),
    }
}

/// The tables behind a resource.
fn description(resource: &ResourceModel, root: &Root) -> TokenStream {
    let type_name = ident(&resource.type_name);
    let (name, rel) = (&resource.name, &resource.rel);
    let revision = proc_macro2::Literal::u32_unsuffixed(resource.revision);
    let properties = object::properties(&resource.fields);
    let relations = resource.relations.iter().map(|relation| {
        let (rel, target) = (&relation.rel, target(relation, resource, root));
        match (&relation.target, relation.many) {
            (Some(_), false) => quote!(ucwa_runtime::one::<#target>(#rel)),
            (Some(_), true) => quote!(ucwa_runtime::many::<#target>(#rel)),
            (None, false) => quote!(ucwa_runtime::one_untyped(#rel)),
            (None, true) => quote!(ucwa_runtime::many_untyped(#rel)),
        }
    });
    let representation =
        resource.representation.as_ref().map_or_else(|| quote!(Self), |target| type_path(root, target));
    let root: TokenStream = root.path().parse().unwrap_or_default();
    quote! {
        impl Resource for #type_name {
            type Representation = #representation;
            const DESCRIPTION: &'static Description = &Description {
                name: #name,
                rel: #rel,
                input: false,
                revision: #revision,
                properties: #properties,
                relations: &[#(#relations),*],
                registry: &#root::registry::REGISTRY,
            };
        }
    }
}

/// The input of an operation.
fn input(input: &InputModel, root: &Root) -> TokenStream {
    let name = ident(&input.type_name);
    let text = &input.type_name;
    let definition = object::definition(&input.type_name, &input.docs, &input.fields);
    let new = new(input);
    let properties = object::properties(&input.fields);
    let object = object::object(&input.type_name, &input.fields);
    let root: TokenStream = root.path().parse().unwrap_or_default();
    quote! {
        #definition
        impl #name {
            #new
        }
        impl Input for #name {
            const DESCRIPTION: &'static Description = &Description {
                name: #text,
                rel: "",
                input: true,
                revision: 1,
                properties: #properties,
                relations: &[],
                registry: &#root::registry::REGISTRY,
            };
        }
        #object
    }
}

/// The constructor of an input, which takes what the operation cannot do without.
fn new(input: &InputModel) -> TokenStream {
    let required: Vec<&Field> = input.fields.iter().filter(|field| field.count == Count::Required).collect();
    let names: Vec<_> = required.iter().map(|field| ident(&field.name)).collect();
    let types: Vec<_> = required.iter().map(|field| object::value_type(&field.value)).collect();
    let about = if required.is_empty() {
        " An input with nothing in it."
    } else {
        " An input with what the operation cannot do without."
    };
    quote! {
        #[doc = #about]
        pub fn new(#(#names: impl Into<#types>),*) -> Self {
            Self { #(#names: #names.into(),)* ..Self::default() }
        }
    }
}

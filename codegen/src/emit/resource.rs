//! A resource: its struct, its relations, and what can be asked of it.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use ucwa_schema::Method;

use super::object::ObjectTokens;
use super::tokens::{Root, docs, ident};
use super::uses::Uses;
use super::{error, input, operation};
use crate::lower::{ResourceModel, prose};

/// The module of a resource.
pub(super) fn module(resource: &ResourceModel, root: &Root) -> TokenStream {
    let about = format!(" {}", prose(&format!("The resource `{}`.", resource.name)));
    let inputs = resource.inputs.iter();
    let inputs = inputs.flat_map(|input| [Some(&input.type_name), input.required_type_name.as_ref()]);
    let inputs = inputs.flatten().map(String::as_str);
    let uses = Uses::new(root, inputs.chain([resource.type_name.as_str()]));
    let object = object(&uses, resource);
    let traits = traits(&uses, resource);
    let operations = operation::operations(&uses, resource);
    let inputs: Vec<_> = resource.inputs.iter().map(|found| input::input(&uses, found)).collect();
    let reasons = resource.reasons.as_ref().map(|model| error::reasons(&uses, &resource.type_name, model));
    let imports = uses.imports();
    quote! {
        #![doc = #about]
        #imports
        #object
        #traits
        #operations
        #(#inputs)*
        #reasons
    }
}

/// The struct with its properties and relations, or a type without values for a resource that is only linked to.
fn object(uses: &Uses<'_>, resource: &ResourceModel) -> TokenStream {
    let ResourceModel { name, rel, .. } = resource;
    let revision = Literal::u32_unsuffixed(resource.revision);
    if resource.linked {
        let (root, type_name, docs) = (uses.root(), ident(&resource.type_name), docs(&resource.docs));
        let (described, description) = (uses.runtime("Described"), uses.runtime("Description"));
        return quote! {
            #docs
            pub enum #type_name {}
            impl #described for #type_name {
                const DESCRIPTION: &'static #description =
                    &#description::linked(#name, #rel, #revision, &#root::registry::REGISTRY);
            }
        };
    }
    let object = ObjectTokens {
        type_name: &resource.type_name,
        docs: &resource.docs,
        about: quote!(resource(name = #name, rel = #rel, revision = #revision)),
        fields: &resource.fields,
        body: None,
        relations: relations(uses, resource),
    };
    object.expand(uses)
}

/// A method for each relation, without what it does, which the runtime's macro adds.
fn relations(uses: &Uses<'_>, resource: &ResourceModel) -> Vec<TokenStream> {
    let methods = resource.relations.iter().map(|relation| {
        let (docs, method, rel) = (docs(&relation.docs), ident(&relation.method), &relation.rel);
        let returned = uses.rust_type(&relation.rust_type(), &resource.type_name);
        let row = ident(if relation.many { "many" } else { "one" });
        quote! {
            #docs
            #[relation(#row(#rel))]
            pub fn #method(&self) -> #returned;
        }
    });
    methods.collect()
}

/// What a resource is beside an object.
fn traits(uses: &Uses<'_>, resource: &ResourceModel) -> TokenStream {
    let (name, trait_name) = (ident(&resource.type_name), uses.runtime("Resource"));
    let representation = uses.rust_type(&resource.representation(), &resource.type_name);
    let replaceable = resource.operations.iter().any(|operation| operation.method == Method::Put);
    let replaceable = replaceable.then(|| {
        quote!(
            const REPLACEABLE: bool = true;
        )
    });
    let later = resource.later.as_ref().map(|(later, latest)| {
        let (revised, later, latest) = (uses.runtime("Revised"), uses.of(later), uses.of(latest));
        quote! {
            impl #revised for #name {
                type Later = #later;
                type Latest = #latest;
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

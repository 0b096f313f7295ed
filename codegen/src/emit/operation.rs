//! The operations of a resource: an implementation of the method's trait, and the errors.

use proc_macro2::TokenStream;
use quote::quote;
use ucwa_schema::Method;

use super::uses::Uses;
use super::{error, ident};
use crate::lower::{AnswerModel, OperationModel, ResourceModel, TypePath};

/// All operations of a resource.
pub(super) fn operations(uses: &Uses<'_>, resource: &ResourceModel) -> TokenStream {
    let operations: Vec<_> = resource.operations.iter().map(|found| operation(uses, found, resource)).collect();
    let generic = uses.generic_error();
    let errors = resource.operations.iter().map(|operation| error::errors(uses, &operation.errors, &generic));
    quote!(#(#operations)* #(#errors)*)
}

fn operation(uses: &Uses<'_>, operation: &OperationModel, resource: &ResourceModel) -> TokenStream {
    let name = ident(&resource.type_name);
    let method = uses.runtime(trait_of(operation.method));
    let errors = ident(&operation.errors.type_name);
    let input = |none| operation.input.as_deref().map_or_else(|| uses.runtime(none), ident);
    let types = match operation.method {
        Method::Get => {
            let (query, response) = (input("NoQuery"), response(uses, &operation.answer, resource));
            quote!(type Query = #query; type Response = #response;)
        }
        Method::Post => {
            let (input, response) = (input("NoInput"), response(uses, &operation.answer, resource));
            quote!(type Input = #input; type Response = #response;)
        }
        Method::Put | Method::Delete | Method::Options => TokenStream::new(),
    };
    let accept = match &operation.answer {
        AnswerModel::Content(media_type) => Some(quote!(const ACCEPT: Option<&'static str> = Some(#media_type);)),
        _ => None,
    };
    quote! {
        impl #method for #name {
            #types
            type Error = #errors;
            #accept
        }
    }
}

/// The trait of a method.
fn trait_of(method: Method) -> &'static str {
    match method {
        Method::Get => "Get",
        Method::Post => "Post",
        Method::Put => "Put",
        Method::Delete => "Delete",
        Method::Options => "Options",
    }
}

fn response(uses: &Uses<'_>, answer: &AnswerModel, resource: &ResourceModel) -> TokenStream {
    let of = |kind, target: &TypePath| {
        let is_own = target.type_name == resource.type_name;
        let (kind, target) = (uses.runtime(kind), if is_own { ident("Self") } else { uses.of(target) });
        quote!(#kind<#target>)
    };
    let plain = |kind| {
        let kind = uses.runtime(kind);
        quote!(#kind)
    };
    match answer {
        AnswerModel::Nothing => quote!(()),
        AnswerModel::Content(_) => plain("Body"),
        AnswerModel::Events => plain("EventDocument"),
        AnswerModel::Resource(target) => of("Fetched", target),
        AnswerModel::Started(target) => of("Started", target),
    }
}

//! What can be asked of a resource: an implementation of the verb's trait, and the errors.

use proc_macro2::TokenStream;
use quote::quote;
use ucwa_schema::Method;

use super::{Root, error, ident, type_path};
use crate::lower::{AnswerModel, OperationModel, ResourceModel, TypePath};

/// All operations of a resource.
pub(super) fn operations(resource: &ResourceModel, root: &Root) -> TokenStream {
    let later = resource.later.as_ref().map(|later| revised(resource, later, root));
    let operations = resource.operations.iter().map(|found| operation(found, resource, root));
    let root: TokenStream = root.path().parse().unwrap_or_default();
    let generic = quote!(#root::GenericError);
    let errors = resource.operations.iter().map(|operation| error::errors(&operation.errors, &generic));
    quote!(#later #(#operations)* #(#errors)*)
}

fn revised(resource: &ResourceModel, later: &TypePath, root: &Root) -> TokenStream {
    let (name, later) = (ident(&resource.type_name), type_path(root, later));
    quote! {
        impl Revised for #name {
            type Later = #later;
        }
    }
}

fn operation(operation: &OperationModel, resource: &ResourceModel, root: &Root) -> TokenStream {
    let name = ident(&resource.type_name);
    let verb = ident(trait_of(operation.method));
    let errors = ident(&operation.errors.type_name);
    let input = operation.input.as_deref().map(ident);
    let answer = answer(&operation.answer, resource, root);
    let types = match operation.method {
        Method::Get => {
            let query = input.unwrap_or_else(|| ident("NoQuery"));
            quote!(type Query = #query; type Answer = #answer;)
        }
        Method::Post => {
            let input = input.unwrap_or_else(|| ident("NoInput"));
            quote!(type Input = #input; type Answer = #answer;)
        }
        Method::Put | Method::Delete | Method::Options => TokenStream::new(),
    };
    let accept = match &operation.answer {
        AnswerModel::Content(media_type) => Some(quote!(const ACCEPT: Option<&'static str> = Some(#media_type);)),
        _ => None,
    };
    quote! {
        impl #verb for #name {
            #types
            type Error = #errors;
            #accept
        }
    }
}

/// The trait of a verb.
pub(super) fn trait_of(method: Method) -> &'static str {
    match method {
        Method::Get => "Get",
        Method::Post => "Post",
        Method::Put => "Put",
        Method::Delete => "Delete",
        Method::Options => "Options",
    }
}

fn answer(answer: &AnswerModel, resource: &ResourceModel, root: &Root) -> TokenStream {
    let target = |target: &TypePath| {
        if target.type_name == resource.type_name { quote!(Self) } else { type_path(root, target) }
    };
    match answer {
        AnswerModel::Nothing => quote!(()),
        AnswerModel::Content(_) => quote!(Body),
        AnswerModel::Events => quote!(EventDocument),
        AnswerModel::Resource(found) => {
            let target = target(found);
            quote!(Fetched<#target>)
        }
        AnswerModel::Started(found) => {
            let target = target(found);
            quote!(Started<#target>)
        }
    }
}

/// The names of the runtime that the operations of a resource need.
pub(super) fn imports(resource: &ResourceModel) -> Vec<&'static str> {
    let mut names = Vec::new();
    if resource.later.is_some() {
        names.push("Revised");
    }
    if !resource.operations.is_empty() {
        names.extend(["Condition", "Conditions"]);
    }
    for operation in &resource.operations {
        names.push(trait_of(operation.method));
        match (operation.method, &operation.input) {
            (Method::Get, None) => names.push("NoQuery"),
            (Method::Post, None) => names.push("NoInput"),
            _ => {}
        }
        if matches!(operation.method, Method::Get | Method::Post) {
            names.extend(match operation.answer {
                AnswerModel::Nothing => None,
                AnswerModel::Content(_) => Some("Body"),
                AnswerModel::Events => Some("EventDocument"),
                AnswerModel::Resource(_) => Some("Fetched"),
                AnswerModel::Started(_) => Some("Started"),
            });
        }
    }
    names
}

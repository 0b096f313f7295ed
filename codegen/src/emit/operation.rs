//! The operations of a resource: an implementation of the method's trait, and the errors.

use proc_macro2::TokenStream;
use quote::quote;

use super::error;
use super::tokens::ident;
use super::uses::Uses;
use crate::lower::{OperationModel, ResourceModel, ResponseModel};

/// All operations of a resource.
pub(super) fn operations(uses: &Uses<'_>, resource: &ResourceModel) -> TokenStream {
    let operations: Vec<_> = resource.operations.iter().map(|found| operation(uses, found, resource)).collect();
    let errors = resource.operations.iter().map(|operation| error::errors(uses, &operation.errors));
    quote!(#(#operations)* #(#errors)*)
}

fn operation(uses: &Uses<'_>, operation: &OperationModel, resource: &ResourceModel) -> TokenStream {
    let name = ident(&resource.type_name);
    let method = uses.runtime(operation.trait_name());
    let errors = ident(&operation.errors.type_name);
    let types = operation.types().map(|types| {
        let kind = ident(types.parameters_name);
        let [parameters, response] =
            [types.parameters, types.response].map(|found| uses.rust_type(&found, &resource.type_name));
        quote!(type #kind = #parameters; type Response = #response;)
    });
    let accept = match &operation.response {
        ResponseModel::Content(media_type) => Some(quote!(const ACCEPT: Option<&'static str> = Some(#media_type);)),
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

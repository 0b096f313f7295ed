//! Errors: an enum, and the table that it is read by.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens::{docs, ident};
use super::uses::Uses;
use crate::lower::{ErrorModel, ErrorVariant};

/// The errors of an operation: a type of its own, or a name for one that it shares with others.
pub(super) fn errors(uses: &Uses<'_>, model: &ErrorModel) -> TokenStream {
    let root = uses.root();
    let Some(shared) = &model.shared else { return conditions(uses, model, &quote!(#root::GenericError)) };
    let (docs, name, of) = (docs(&shared.docs), ident(&model.type_name), ident(&shared.type_name));
    quote! {
        #docs
        pub type #name = #root::#of;
    }
}

/// The type of some errors, and the table that it is read by. `generic` is the type of those that any operation can meet.
pub(super) fn conditions(uses: &Uses<'_>, model: &ErrorModel, generic: &TokenStream) -> TokenStream {
    let (name, variants) = (ident(&model.type_name), variants(model));
    let (conditions, condition) = (uses.runtime("Conditions"), uses.runtime("Condition"));
    let rows = model.variants.iter().map(|variant| row(uses, variant));
    quote! {
        #variants
        impl #conditions for #name {
            type Generic = #generic;
            const TABLE: &'static [(Self, #condition)] = &[#(#rows),*];
        }
    }
}

/// With what the operation that a resource stands for can fail after it has begun.
pub(super) fn reasons(uses: &Uses<'_>, resource: &str, model: &ErrorModel) -> TokenStream {
    let (resource, name, variants) = (ident(resource), ident(&model.type_name), variants(model));
    let (completes, failure_reason) = (uses.runtime("Completes"), uses.runtime("FailureReason"));
    let rows = model.variants.iter().map(|variant| {
        let (name, code, subcode) = (ident(&variant.name), &variant.code, &variant.subcode);
        quote!((Self::#name, #code, #subcode))
    });
    quote! {
        #variants
        impl #failure_reason for #name {
            const TABLE: &'static [(Self, &'static str, &'static str)] = &[#(#rows),*];
        }
        impl #completes for #resource {
            type Reason = #name;
        }
    }
}

/// The enum itself.
fn variants(model: &ErrorModel) -> TokenStream {
    let (name, docs_of_enum) = (ident(&model.type_name), docs(&model.docs));
    let names = model.variants.iter().map(|variant| ident(&variant.name));
    let docs_of_variants = model.variants.iter().map(|variant| docs(&variant.docs));
    quote! {
        #docs_of_enum
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum #name {
            #(#docs_of_variants #names,)*
        }
    }
}

fn row(uses: &Uses<'_>, variant: &ErrorVariant) -> TokenStream {
    let name = ident(&variant.name);
    let (status, code, subcode) = (Literal::u16_unsuffixed(variant.status), &variant.code, &variant.subcode);
    if variant.status == 0 {
        let named = uses.runtime("named");
        return quote!(#named(Self::#name, #subcode));
    }
    let row = uses.runtime("row");
    quote!(#row(Self::#name, #status, #code, #subcode))
}

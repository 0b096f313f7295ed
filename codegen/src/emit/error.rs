//! What can go wrong in an operation: an enum, and the table that it is read by.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{docs, ident};
use crate::lower::ErrorModel;

/// The errors of an operation. `generic` is the type of those that any operation can meet.
pub(super) fn errors(model: &ErrorModel, generic: &TokenStream) -> TokenStream {
    let (name, docs_of_enum) = (ident(&model.type_name), docs(&model.docs));
    let names: Vec<_> = model.variants.iter().map(|variant| ident(&variant.name)).collect();
    let docs_of_variants = model.variants.iter().map(|variant| docs(&variant.docs));
    let rows = model.variants.iter().map(|variant| {
        let (status, code, subcode) = (Literal::u16_unsuffixed(variant.status), &variant.code, &variant.subcode);
        if variant.status == 0 {
            quote!(ucwa_runtime::named(#subcode))
        } else {
            quote!(ucwa_runtime::condition(#status, #code, #subcode))
        }
    });
    quote! {
        #docs_of_enum
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum #name {
            #(#docs_of_variants #names,)*
        }
        impl Conditions for #name {
            type Generic = #generic;
            const VALUES: &'static [Self] = &[#(Self::#names),*];
            const TABLE: &'static [Condition] = &[#(#rows),*];
        }
    }
}

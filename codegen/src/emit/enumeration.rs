//! An enumeration: its values, and one more for what the reference does not list.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::{docs, ident};
use crate::lower::{EnumerationModel, prose};

/// The module of an enumeration.
pub(super) fn module(enumeration: &EnumerationModel) -> TokenStream {
    let about = format!(" {}", prose(&format!("The enumeration `{}`.", enumeration.name)));
    let (name, wire_name, docs_of_enum) = (ident(&enumeration.type_name), &enumeration.name, docs(&enumeration.docs));
    let names: Vec<_> = enumeration.variants.iter().map(|variant| ident(&variant.name)).collect();
    let wires = enumeration.variants.iter().map(|variant| &variant.wire);
    let docs_of_variants = enumeration.variants.iter().map(|variant| docs(&variant.docs));
    let unlisted = ident(&enumeration.unlisted);
    quote! {
        #![doc = #about]
        use ucwa_runtime::{Enumeration, Unlisted};
        #docs_of_enum
        #[derive(Clone)]
        #[non_exhaustive]
        pub enum #name {
            #(#docs_of_variants #names,)*
            /// A value that the reference does not list, as the server sent it.
            #unlisted(Unlisted),
        }
        impl Enumeration for #name {
            const NAME: &'static str = #wire_name;
            const VALUES: &'static [Self] = &[#(Self::#names),*];
            fn as_str(&self) -> &str {
                match self {
                    #(Self::#names => #wires,)*
                    Self::#unlisted(value) => value.as_str(),
                }
            }
            fn unlisted(value: Unlisted) -> Self {
                Self::#unlisted(value)
            }
        }
        ucwa_runtime::enumeration_traits!(#name);
    }
}

//! What resources and inputs have in common: a struct whose fields carry their rows of the tables.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens::{docs, ident, macro_call};
use super::uses::Uses;
use crate::lower::{Count, Field, FieldType};

/// A resource or input as the runtime's macro `object!` takes it: each field and each relation once, with its row of the tables.
pub(super) struct ObjectTokens<'a> {
    pub(super) type_name: &'a str,
    pub(super) docs: &'a [String],
    /// What is said of the object as a whole: `resource(..)` or `input(..)`.
    pub(super) about: TokenStream,
    pub(super) fields: &'a [Field],
    /// One more field, for content.
    pub(super) body: Option<TokenStream>,
    /// The methods that lead to other resources.
    pub(super) relations: Vec<TokenStream>,
}

impl ObjectTokens<'_> {
    /// The call of the macro.
    pub(super) fn expand(&self, uses: &Uses<'_>) -> TokenStream {
        let (name, docs, about, root) = (ident(self.type_name), docs(self.docs), &self.about, uses.root());
        let fields = self.fields.iter().map(|field| {
            let (docs, name, kind, row) =
                (self::docs(&field.docs), ident(&field.name), uses.rust_type(&field.rust_type(), ""), property(field));
            quote!(#docs #[property(#row)] pub #name: #kind,)
        });
        let (body, relations) = (&self.body, &self.relations);
        let relations = (!relations.is_empty()).then(|| quote!(impl #name { #(#relations)* }));
        macro_call(&quote! {
            #docs
            #[#about]
            #[registry(#root::registry::REGISTRY)]
            pub struct #name {
                #(#fields)*
                #body
            }
            #relations
        })
    }
}

/// A row of the table of properties.
fn property(field: &Field) -> TokenStream {
    let form = ident(match (&field.value, field.count) {
        (_, Count::List) => "list",
        (FieldType::Content, _) => "content",
        _ => "scalar",
    });
    let wire = &field.wire;
    let length = field.maximum_length.map(|length| {
        let length = Literal::u32_unsuffixed(length);
        quote!(.length(#length))
    });
    let [minimum, maximum] = [field.minimum, field.maximum].map(|limit| limit.map(Literal::i64_unsuffixed));
    let range = match (minimum, maximum) {
        (None, None) => None,
        (Some(smallest), None) => Some(quote!(.minimum(#smallest))),
        (None, Some(largest)) => Some(quote!(.maximum(#largest))),
        (Some(smallest), Some(largest)) => Some(quote!(.range(#smallest, #largest))),
    };
    quote!(#form(#wire) #length #range)
}

//! What resources and inputs have in common: a struct, its tables, and access to its fields by number.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::uses::Uses;
use super::{docs, ident};
use crate::lower::{Count, Field, FieldType};

/// The struct with its fields; `body` is one more, for content.
pub(super) fn definition(
    uses: &Uses<'_>,
    type_name: &str,
    lines: &[String],
    fields: &[Field],
    body: Option<&TokenStream>,
) -> TokenStream {
    let (name, docs, envelope) = (ident(type_name), docs(lines), uses.runtime("Envelope"));
    let fields = fields.iter().map(|field| {
        let (docs, name, kind) = (self::docs(&field.docs), ident(&field.name), field_type(uses, field));
        quote!(#docs pub #name: #kind,)
    });
    quote! {
        #docs
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            #body
            envelope: #envelope,
        }
    }
}

/// What a description says.
pub(super) struct Tables<'a> {
    pub(super) name: &'a str,
    pub(super) rel: &'a str,
    pub(super) input: bool,
    pub(super) revision: u32,
    pub(super) fields: &'a [Field],
    pub(super) relations: Vec<TokenStream>,
}

/// The tables behind a resource or input.
pub(super) fn description(uses: &Uses<'_>, type_name: &str, tables: &Tables<'_>) -> TokenStream {
    let (described, description) = (uses.runtime("Described"), uses.runtime("Description"));
    let (type_name, root) = (ident(type_name), uses.root());
    let Tables { name, rel, input, relations, .. } = tables;
    let revision = Literal::u32_unsuffixed(tables.revision);
    let properties = tables.fields.iter().map(|field| property(uses, field));
    quote! {
        impl #described for #type_name {
            const DESCRIPTION: &'static #description = &#description {
                name: #name,
                rel: #rel,
                input: #input,
                revision: #revision,
                properties: &[#(#properties),*],
                relations: &[#(#relations),*],
                registry: &#root::registry::REGISTRY,
            };
        }
    }
}

/// A row of the table of properties.
fn property(uses: &Uses<'_>, field: &Field) -> TokenStream {
    let form = uses.runtime(match (&field.value, field.count) {
        (_, Count::List) => "list",
        (FieldType::Content, _) => "content",
        _ if field.secret => "secret",
        _ => "scalar",
    });
    let wire = &field.wire;
    let length = field.maximum_length.map(|length| {
        let length = Literal::u32_unsuffixed(length);
        quote!(.length(#length))
    });
    let range = field.range.map(|(smallest, largest)| {
        let (smallest, largest) = (Literal::i64_unsuffixed(smallest), Literal::i64_unsuffixed(largest));
        quote!(.range(#smallest, #largest))
    });
    quote!(#form(#wire) #length #range)
}

/// The implementation of `Object`: the envelope, and the fields by number.
pub(super) fn object(uses: &Uses<'_>, type_name: &str, fields: &[Field]) -> TokenStream {
    let (object, envelope) = (uses.runtime("Object"), uses.runtime("Envelope"));
    let name = ident(type_name);
    let fields = if fields.is_empty() { TokenStream::new() } else { by_number(uses, fields) };
    quote! {
        impl #object for #name {
            fn envelope(&self) -> &#envelope {
                &self.envelope
            }
            fn envelope_mut(&mut self) -> &mut #envelope {
                &mut self.envelope
            }
            #fields
        }
        ucwa_runtime::object_traits!(#name);
    }
}

/// The methods that give a field by its number.
fn by_number(uses: &Uses<'_>, fields: &[Field]) -> TokenStream {
    let property = uses.runtime("Property");
    let body = |reference: TokenStream| {
        let arms = fields.iter().enumerate().map(|(number, field)| {
            let (number, field) = (Literal::usize_unsuffixed(number), ident(&field.name));
            quote!(#number => #reference self.#field,)
        });
        quote! {
            let field: #reference dyn #property = match index { #(#arms)* _ => return None };
            Some(field)
        }
    };
    let (shared, exclusive) = (body(quote!(&)), body(quote!(&mut)));
    quote! {
        fn property(&self, index: usize) -> Option<&dyn #property> {
            #shared
        }
        fn property_mut(&mut self, index: usize) -> Option<&mut dyn #property> {
            #exclusive
        }
    }
}

fn field_type(uses: &Uses<'_>, field: &Field) -> TokenStream {
    let kind = value_type(uses, &field.value);
    match field.count {
        Count::Optional => quote!(Option<#kind>),
        Count::Required => kind,
        Count::List => quote!(Vec<#kind>),
    }
}

/// The type of one value.
pub(super) fn value_type(uses: &Uses<'_>, value: &FieldType) -> TokenStream {
    let name = match value {
        FieldType::Text => ident("String"),
        FieldType::Boolean => ident("bool"),
        FieldType::Int32 => ident("i32"),
        FieldType::Int64 => ident("i64"),
        FieldType::Float => ident("f64"),
        FieldType::Timestamp => uses.runtime("Timestamp"),
        FieldType::Duration => uses.runtime("Duration"),
        FieldType::Uri => uses.runtime("Uri"),
        FieldType::Content => uses.runtime("Content"),
        FieldType::Bytes => uses.runtime("Bytes"),
        FieldType::Enumeration(name) => uses.enumeration(name),
    };
    quote!(#name)
}

//! What resources and inputs have in common: a struct, its tables, and access to its fields by number.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Root, docs, ident};
use crate::lower::{Count, ENUMERATIONS, Field, FieldType};

/// The struct with its fields.
pub(super) fn definition(
    type_name: &str,
    lines: &[String],
    fields: &[Field],
    body: Option<&TokenStream>,
) -> TokenStream {
    let (name, docs) = (ident(type_name), docs(lines));
    let fields = fields.iter().map(|field| {
        let (docs, name, kind) = (self::docs(&field.docs), ident(&field.name), field_type(field));
        quote!(#docs pub #name: #kind,)
    });
    quote! {
        #docs
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            #body
            envelope: Envelope,
        }
    }
}

/// The implementation of `Object`: the tables, the envelope and the fields by number.
pub(super) fn object(type_name: &str, fields: &[Field]) -> TokenStream {
    let name = ident(type_name);
    let by_number = |reference: TokenStream| {
        let arms = fields.iter().enumerate().map(|(number, field)| {
            let (number, field) = (Literal::usize_unsuffixed(number), ident(&field.name));
            quote!(#number => #reference self.#field,)
        });
        if fields.is_empty() {
            return quote!(None);
        }
        quote! {
            let field: #reference dyn Property = match index { #(#arms)* _ => return None };
            Some(field)
        }
    };
    let (shared, exclusive) = (by_number(quote!(&)), by_number(quote!(&mut)));
    let index = if fields.is_empty() { quote!(_) } else { quote!(index) };
    quote! {
        impl Object for #name {
            fn envelope(&self) -> &Envelope {
                &self.envelope
            }
            fn envelope_mut(&mut self) -> &mut Envelope {
                &mut self.envelope
            }
            fn property(&self, #index: usize) -> Option<&dyn Property> {
                #shared
            }
            fn property_mut(&mut self, #index: usize) -> Option<&mut dyn Property> {
                #exclusive
            }
        }
        ucwa_runtime::object_traits!(#name);
    }
}

/// The table of properties.
pub(super) fn properties(fields: &[Field]) -> TokenStream {
    let rows = fields.iter().map(|field| {
        let wire = &field.wire;
        let form = match (&field.value, field.count) {
            (_, Count::List) => "list",
            (FieldType::Content, _) => "content",
            _ if field.secret => "secret",
            _ => "scalar",
        };
        let form = ident(form);
        let length = field.maximum_length.map(|length| {
            let length = Literal::u32_unsuffixed(length);
            quote!(.length(#length))
        });
        let range = field.range.map(|(smallest, largest)| {
            let (smallest, largest) = (Literal::i64_unsuffixed(smallest), Literal::i64_unsuffixed(largest));
            quote!(.range(#smallest, #largest))
        });
        quote!(ucwa_runtime::#form(#wire) #length #range)
    });
    quote!(&[#(#rows),*])
}

/// The imports of a module whose structs have these fields; `more` are names of the runtime.
pub(super) fn imports<'a>(fields: impl Iterator<Item = &'a Field> + Clone, more: &[&str], root: &Root) -> TokenStream {
    let mut names: BTreeSet<&str> = ["Described", "Description", "Envelope", "Object", "Property"].into();
    names.extend(more);
    names.extend(fields.clone().filter_map(|field| runtime_type(&field.value)));
    let names = names.into_iter().map(ident);
    let enumerations: BTreeSet<&str> = fields
        .filter_map(|field| match &field.value {
            FieldType::Enumeration(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let root: TokenStream = root.path().parse().unwrap_or_default();
    let (module, enumerations) = (ident(ENUMERATIONS), enumerations.into_iter().map(ident).collect::<Vec<_>>());
    let enumerations = (!enumerations.is_empty()).then(|| quote!(use #root::#module::{#(#enumerations),*};));
    quote! {
        use ucwa_runtime::{#(#names),*};
        #enumerations
    }
}

fn field_type(field: &Field) -> TokenStream {
    let kind = value_type(&field.value);
    match field.count {
        Count::Optional => quote!(Option<#kind>),
        Count::Required => kind,
        Count::List => quote!(Vec<#kind>),
    }
}

/// The type of one value.
pub(super) fn value_type(value: &FieldType) -> TokenStream {
    match value {
        FieldType::Text => quote!(String),
        FieldType::Boolean => quote!(bool),
        FieldType::Int32 => quote!(i32),
        FieldType::Int64 => quote!(i64),
        FieldType::Float => quote!(f64),
        FieldType::Enumeration(name) => {
            let name = ident(name);
            quote!(#name)
        }
        other => {
            let name = runtime_type(other).map(ident);
            quote!(#name)
        }
    }
}

fn runtime_type(value: &FieldType) -> Option<&'static str> {
    match value {
        FieldType::Timestamp => Some("Timestamp"),
        FieldType::Duration => Some("Duration"),
        FieldType::Uri => Some("Uri"),
        FieldType::Content => Some("Content"),
        FieldType::Bytes => Some("Bytes"),
        FieldType::Text
        | FieldType::Boolean
        | FieldType::Int32
        | FieldType::Int64
        | FieldType::Float
        | FieldType::Enumeration(_) => None,
    }
}

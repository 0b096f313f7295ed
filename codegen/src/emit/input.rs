//! The input of an operation: its parameters, and the content that some operations take.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use super::object::ObjectTokens;
use super::uses::Uses;
use crate::lower::{Count, Field, InputModel, TypePath};

/// The input of an operation.
pub(super) fn input(uses: &Uses<'_>, input: &InputModel) -> TokenStream {
    let body = input.has_body().then(|| {
        let body = uses.runtime("Body");
        quote! {
            #[body]
            /// The content.
            pub body: #body,
        }
    });
    let (name, trait_name) = (ident(&input.type_name), uses.runtime("Input"));
    let type_name = &input.type_name;
    let object = ObjectTokens {
        type_name,
        docs: &input.docs,
        about: quote!(input(name = #type_name)),
        fields: &input.fields,
        body,
        relations: Vec::new(),
    };
    let (object, new) = (object.expand(uses), new(uses, input));
    let content = input.has_body().then(|| content(uses, input));
    let optional = input.is_optional().then(|| {
        let optional = uses.runtime("Optional");
        quote!(impl #optional for #name {})
    });
    let starts = input.starts.as_ref().map(|(target, id)| starts(uses, &input.type_name, target, id));
    quote! {
        #object
        impl #name {
            #new
        }
        impl #trait_name for #name {
            #content
        }
        #optional
        #starts
    }
}

/// What an input whose body is content says about that.
fn content(uses: &Uses<'_>, input: &InputModel) -> TokenStream {
    let (media_types, body) = (&input.content, uses.runtime("Body"));
    quote! {
        const CONTENT: &'static [&'static str] = &[#(#media_types),*];
        fn body(&self) -> Option<&#body> {
            Some(&self.body)
        }
        fn body_mut(&mut self) -> Option<&mut #body> {
            Some(&mut self.body)
        }
    }
}

/// What an input says about the operation that it starts.
fn starts(uses: &Uses<'_>, type_name: &str, target: &TypePath, id: &Field) -> TokenStream {
    let (name, trait_name) = (ident(type_name), uses.runtime("StartsOperation"));
    let (target, field) = (uses.of(target), ident(&id.name));
    let (read, write) = match id.count {
        Count::Optional => (quote!(self.#field.as_deref().unwrap_or_default()), quote!(Some(id))),
        Count::Required | Count::List => (quote!(&self.#field), quote!(id)),
    };
    quote! {
        impl #trait_name for #name {
            type Operation = #target;
            fn operation_id(&self) -> &str {
                #read
            }
            fn set_operation_id(&mut self, id: String) {
                self.#field = #write;
            }
        }
    }
}

/// The constructor of an input, which takes what the operation cannot do without.
fn new(uses: &Uses<'_>, input: &InputModel) -> TokenStream {
    let required: Vec<&Field> = input.required().collect();
    let names = required.iter().map(|field| ident(&field.name));
    let types = required.iter().map(|field| uses.rust_type(&field.argument_type(), ""));
    let values = required.iter().map(|field| {
        let name = ident(&field.name);
        match field.count {
            Count::List => quote!(#name: #name.into_iter().map(Into::into).collect(),),
            Count::Optional | Count::Required => quote!(#name: #name.into(),),
        }
    });
    let parameter = input.has_body().then(|| {
        let body = uses.runtime("Body");
        quote!(body: #body)
    });
    let value = input.has_body().then(|| quote!(body,));
    let about = if input.is_optional() { " No parameters so far." } else { " What the operation cannot do without." };
    quote! {
        #[doc = #about]
        pub fn new(#(#names: #types,)* #parameter) -> Self {
            Self { #(#values)* #value ..Self::default() }
        }
    }
}

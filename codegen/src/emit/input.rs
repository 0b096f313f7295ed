//! The input of an operation: its parameters, and the content that some operations take.

use proc_macro2::TokenStream;
use quote::quote;

use super::object::ObjectTokens;
use super::tokens::{docs, ident};
use super::uses::Uses;
use crate::lower::{Count, Field, FieldType, InputModel, RustType};

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
    let (object, new, required) = (object.expand(uses), new(uses, input), required(uses, input));
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
        #required
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
fn starts(uses: &Uses<'_>, type_name: &str, target: &RustType, id: &Field) -> TokenStream {
    let (name, trait_name) = (ident(type_name), uses.runtime("StartsOperation"));
    let (target, field) = (uses.rust_type(target, ""), ident(&id.name));
    let write = match id.count {
        Count::Optional => quote!(Some(id)),
        Count::Required | Count::List => quote!(id),
    };
    quote! {
        impl #trait_name for #name {
            type Operation = #target;
            fn set_operation_id(&mut self, id: String) {
                self.#field = #write;
            }
        }
    }
}

/// The constructor of an input, which takes what the operation cannot do without.
fn new(uses: &Uses<'_>, input: &InputModel) -> TokenStream {
    let fields: Vec<&Field> = input.required().collect();
    let mut arguments = Vec::new();
    if let Some(required) = &input.required_type_name {
        let (required, lifetime) = (ident(required), required_lifetime(&fields).map(|_| quote!(<'_>)));
        arguments.push(quote!(required: #required #lifetime));
    } else {
        arguments.extend(fields.iter().map(|field| argument(uses, field)));
    }
    let is_named = input.required_type_name.is_some();
    let values = fields.iter().map(|field| {
        let name = ident(&field.name);
        match field.count {
            // What is named has the field's own type, but for text.
            _ if is_named && !is_text(field) => quote!(#name,),
            Count::List => quote!(#name: #name.into_iter().map(Into::into).collect(),),
            Count::Optional | Count::Required => quote!(#name: #name.into(),),
        }
    });
    if input.has_body() {
        let body = uses.runtime("Body");
        arguments.push(quote!(body: #body));
    }
    let named = input.required_type_name.as_ref().map(|required| {
        let (required, names) = (ident(required), fields.iter().map(|field| ident(&field.name)));
        quote!(let #required { #(#names),* } = required;)
    });
    let body = input.has_body().then(|| quote!(body,));
    let about = match (fields.is_empty(), input.has_body()) {
        (true, false) => " Creates an input without parameters.",
        (true, true) => " Creates an input from its content.",
        (false, false) => " Creates an input from its required parameters.",
        (false, true) => " Creates an input from its required parameters and its content.",
    };
    quote! {
        #[doc = #about]
        pub fn new(#(#arguments),*) -> Self {
            #named
            Self { #(#values)* #body ..Self::default() }
        }
    }
}

fn argument(uses: &Uses<'_>, field: &Field) -> TokenStream {
    let (name, kind) = (ident(&field.name), uses.rust_type(&field.argument_type(), ""));
    quote!(#name: #kind)
}

/// The required parameters as a struct, where several are of one type: what is named cannot be swapped.
fn required(uses: &Uses<'_>, input: &InputModel) -> Option<TokenStream> {
    let name = ident(input.required_type_name.as_ref()?);
    let required: Vec<&Field> = input.required().collect();
    let lifetime = required_lifetime(&required).map(|lifetime| quote!(<#lifetime>));
    let fields = required.iter().map(|field| {
        let (docs, name) = (docs(&field.docs), ident(&field.name));
        let kind = if is_text(field) { quote!(&'a str) } else { uses.rust_type(&field.value.rust_type(), "") };
        let kind = if field.count == Count::List { quote!(Vec<#kind>) } else { kind };
        quote!(#docs pub #name: #kind,)
    });
    let is_copy = required.iter().all(|field| is_text(field) && field.count != Count::List);
    let copy = is_copy.then(|| quote!(, Copy));
    let about =
        format!(" The required parameters of [`{0}`], which [`{0}::new`] takes by their names.", input.type_name);
    Some(quote! {
        #[doc = #about]
        #[derive(Clone #copy)]
        pub struct #name #lifetime {
            #(#fields)*
        }
    })
}

/// The lifetime of required parameters that are text, which are borrowed from the caller.
fn required_lifetime(required: &[&Field]) -> Option<TokenStream> {
    required.iter().any(|field| is_text(field)).then(|| quote!('a))
}

fn is_text(field: &Field) -> bool {
    matches!(field.value, FieldType::Text | FieldType::Uri)
}

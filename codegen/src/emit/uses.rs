//! The names that a module uses, which become its imports.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::tokens::{Root, ident};
use crate::lower::{RustType, TypePath};

/// Collects names where they are written, so that what is imported is what is used.
pub(super) struct Uses<'a> {
    root: &'a Root,
    /// The types that the module defines itself.
    own: BTreeSet<&'a str>,
    runtime: RefCell<BTreeSet<&'static str>>,
    types: RefCell<BTreeMap<String, BTreeSet<String>>>,
}

impl<'a> Uses<'a> {
    /// Nothing so far, in a module that defines the types `own`.
    pub(super) fn new(root: &'a Root, own: impl IntoIterator<Item = &'a str>) -> Self {
        Self { root, own: own.into_iter().collect(), runtime: RefCell::default(), types: RefCell::default() }
    }

    /// The path of the root.
    pub(super) fn root(&self) -> TokenStream {
        // The path was read when emission began, so that it is one.
        self.root.path().parse().unwrap_or_default()
    }

    /// A name of the runtime.
    pub(super) fn runtime(&self, name: &'static str) -> Ident {
        self.runtime.borrow_mut().insert(name);
        ident(name)
    }

    /// A type of the schema.
    pub(super) fn of(&self, target: &TypePath) -> Ident {
        self.in_module(&target.module, &target.type_name)
    }

    /// A type as it is written in the module; the type `this` is `Self`.
    pub(super) fn rust_type(&self, rust_type: &RustType, this: &str) -> TokenStream {
        match rust_type {
            // A name, or the type without a value, which is none.
            RustType::Std(name) => name.parse().unwrap_or_default(),
            RustType::Runtime(name) => self.runtime(name).into_token_stream(),
            RustType::Schema(path) if path.type_name == this => quote!(Self),
            RustType::Schema(path) => self.of(path).into_token_stream(),
            RustType::StdOf(name, argument) => {
                let (name, argument) = (ident(name), self.rust_type(argument, this));
                quote!(#name<#argument>)
            }
            RustType::RuntimeOf(name, argument) => {
                let (name, argument) = (self.runtime(name), self.rust_type(argument, this));
                quote!(#name<#argument>)
            }
            RustType::Borrowed(name, argument) => {
                let (name, argument) = (self.runtime(name), self.rust_type(argument, this));
                quote!(#name<'_, #argument>)
            }
            RustType::Into(target) => {
                let target = self.rust_type(target, this);
                quote!(impl Into<#target>)
            }
            RustType::Items(item) => {
                let item = self.rust_type(item, this);
                quote!(impl IntoIterator<Item = #item>)
            }
        }
    }

    fn in_module(&self, module: &str, name: &str) -> Ident {
        if !self.own.contains(name) {
            self.types.borrow_mut().entry(module.to_owned()).or_default().insert(name.to_owned());
        }
        ident(name)
    }

    /// The imports of everything that was used.
    pub(super) fn imports(self) -> TokenStream {
        let root = self.root();
        let types = self.types.into_inner();
        let types = types.iter().map(|(module, names)| {
            let (module, names) = (ident(module), names.iter().map(|name| ident(name)));
            quote!(use #root::#module::{#(#names),*};)
        });
        let runtime = self.runtime.into_inner().into_iter().map(ident);
        quote! {
            use ucwa_runtime::{#(#runtime),*};
            #(#types)*
        }
    }
}

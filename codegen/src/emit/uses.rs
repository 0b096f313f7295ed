//! The names that a module uses, which become its imports.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Root, ident};
use crate::lower::{ENUMERATIONS, TypePath};

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

    /// An enumeration of the schema.
    pub(super) fn enumeration(&self, name: &str) -> Ident {
        self.in_module(ENUMERATIONS, name)
    }

    fn in_module(&self, module: &str, name: &str) -> Ident {
        if !self.own.contains(name) {
            self.types.borrow_mut().entry(module.to_owned()).or_default().insert(name.to_owned());
        }
        ident(name)
    }

    /// The type of the errors that any operation can meet.
    pub(super) fn generic_error(&self) -> TokenStream {
        let root = self.root();
        quote!(#root::GenericError)
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

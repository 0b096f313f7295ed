//! What emitters are made of: identifiers, paths, documentation, and where the emitted modules stand.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::text::OBJECT_MODULE;
use crate::lower::TypePath;

/// Where the emitted modules stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// They are a crate: the root is `lib.rs`.
    Crate,
    /// They are a module, by its path from the root of its crate (`crate::ucwa`): the root is `mod.rs`, to be read by `include!`.
    Module(String),
}

impl Root {
    pub(super) fn file(&self) -> &'static str {
        match self {
            Self::Crate => "lib.rs",
            Self::Module(_) => "mod.rs",
        }
    }

    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Crate => "crate",
            Self::Module(path) => path,
        }
    }
}

/// A call of the runtime's macro `object!` with items in it.
pub(super) fn macro_call(items: &TokenStream) -> TokenStream {
    let module = ident(OBJECT_MODULE);
    quote!(mod #module { #items })
}

/// Documentation as attributes, which the formatter writes as comments.
pub(super) fn docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| comment(line));
    quote!(#(#[doc = #lines])*)
}

/// The same for the module around it.
pub(super) fn inner_docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| comment(line));
    quote!(#(#![doc = #lines])*)
}

fn comment(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}

/// An identifier. Names come from the table of names, which makes only identifiers.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The path of a type below the root.
pub(super) fn type_path(root: &Root, target: &TypePath) -> TokenStream {
    let (module, name) = (ident(&target.module), ident(&target.type_name));
    let root: TokenStream = root.path().parse().unwrap_or_default();
    quote!(#root::#module::#name)
}

//! The modules around the resources: the root, the categories and the registry.

use proc_macro2::TokenStream;
use quote::quote;
use ucwa_schema::Method;

use super::error;
use super::tokens::{Root, ident, inner_docs, type_path};
use super::uses::Uses;
use crate::lower::{Category, ENUMERATIONS, EnumerationModel, ErrorModel, Model};

/// The root: what a user of the crate reads first.
pub(super) fn root(model: &Model, root: &Root) -> TokenStream {
    let modules = model.categories.iter().map(|category| {
        let module = ident(&category.module);
        quote!(pub mod #module;)
    });
    let enumerations = ident(ENUMERATIONS);
    let shared_errors = model.shared_errors.iter().map(|errors| ident(&errors.type_name)).collect::<Vec<_>>();
    let (shared_module, shared_errors) = match &shared_errors[..] {
        [] => (None, None),
        names => (
            Some(quote!(
                mod shared_errors;
            )),
            Some(quote!(pub use shared_errors::{#(#names),*};)),
        ),
    };
    let about = match root {
        Root::Crate => inner_docs(&model.docs),
        Root::Module(_) => TokenStream::new(),
    };
    quote! {
        #about
        #(#modules)*
        pub mod #enumerations;
        pub mod events;
        mod generic_error;
        pub mod registry;
        #shared_module
        pub use generic_error::GenericError;
        #shared_errors
        #[doc(inline)]
        pub use ucwa_runtime::api::*;
        #[doc(no_inline)]
        pub use ucwa_runtime::crates::*;

        /// Reads a resource of whatever kind the message says it is, within the [default limits](Limits::default).
        pub fn decode_resource(format: Format, bytes: &[u8]) -> Result<AnyResource, DecodeError> {
            AnyResource::decode(&registry::REGISTRY, format, bytes, Limits::default())
        }

        /// Reads a response of the event channel, within the [default limits](Limits::default).
        pub fn decode_events(format: Format, bytes: &[u8]) -> Result<EventDocument, DecodeError> {
            EventDocument::decode(&registry::REGISTRY, format, bytes, Limits::default())
        }

        /// Reads the body of an error response, within the [default limits](Limits::default).
        pub fn decode_error(format: Format, bytes: &[u8]) -> Result<ErrorBody, DecodeError> {
            ErrorBody::decode(format, bytes, Limits::default())
        }
    }
}

/// The module of a category.
pub(super) fn category(category: &Category) -> TokenStream {
    let about = inner_docs(&category.docs);
    let modules: Vec<_> = category.resources.iter().map(|resource| ident(&resource.module)).collect();
    let uses = category.resources.iter().map(|resource| {
        let module = ident(&resource.module);
        let inputs = resource.inputs.iter();
        let inputs = inputs.flat_map(|input| [Some(&input.type_name), input.required_type_name.as_ref()]).flatten();
        let errors = resource.operations.iter().map(|operation| &operation.errors.type_name);
        let reasons = resource.reasons.iter().map(|reasons| &reasons.type_name);
        let mut names: Vec<_> = inputs.chain(errors).chain(reasons).chain([&resource.type_name]).collect();
        names.sort();
        let names = names.into_iter().map(|name| ident(name));
        quote!(pub use #module::{#(#names),*};)
    });
    quote! {
        #about
        #(mod #modules;)*
        #(#uses)*
    }
}

/// The module of the enumerations.
pub(super) fn enumerations(enumerations: &[EnumerationModel]) -> TokenStream {
    let modules: Vec<_> = enumerations.iter().map(|found| ident(&found.module)).collect();
    let names: Vec<_> = enumerations.iter().map(|found| ident(&found.type_name)).collect();
    quote! {
        #![doc = " All enumerations of the reference. A value that is not listed is kept as it came."]
        #(mod #modules;)*
        #(pub use #modules::#names;)*
    }
}

/// The table of resources by rel.
pub(super) fn registry(model: &Model, root: &Root) -> TokenStream {
    let resources = model.registry.iter().map(|entry| {
        let (name, rel, target) = (&entry.name, &entry.rel, type_path(root, &entry.target));
        quote!(ucwa_runtime::resource::<#target>(#name, #rel))
    });
    let inputs = model.inputs.iter().map(|entry| {
        let (name, target) = (&entry.name, type_path(root, &entry.target));
        let method = entry.method.map(Method::name).unwrap_or_default();
        quote!(ucwa_runtime::input::<#target>(#name, #method))
    });
    quote! {
        #![doc = " All resources and inputs by name, for tools."]
        use ucwa_runtime::Registry;
        /// All resources and inputs by name. [`decode_resource`](super::decode_resource) looks resources up here.
        pub static REGISTRY: Registry = Registry {
            resources: &[#(#resources),*],
            inputs: &[#(#inputs),*],
        };
    }
}

/// The errors that any operation may return.
pub(super) fn generic_error(model: &ErrorModel, root: &Root) -> TokenStream {
    errors(" The errors that any operation may return.", root, |uses| error::conditions(uses, model, &quote!(Self)))
}

/// The errors of operations that have the same ones.
pub(super) fn shared_errors(models: &[ErrorModel], root: &Root) -> TokenStream {
    errors(" The errors of operations that have the same ones.", root, |uses| {
        models.iter().map(|model| error::errors(uses, model)).collect()
    })
}

/// A module of nothing but errors.
fn errors(about: &str, root: &Root, errors: impl FnOnce(&Uses<'_>) -> TokenStream) -> TokenStream {
    let uses = Uses::new(root, []);
    let errors = errors(&uses);
    let imports = uses.imports();
    quote! {
        #![doc = #about]
        #imports
        #errors
    }
}

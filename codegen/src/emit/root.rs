//! The modules around the resources: the root, the categories and the registry.

use proc_macro2::TokenStream;
use quote::quote;
use ucwa_schema::Method;

use super::error;
use super::tokens::{Root, ident, type_path};
use super::uses::Uses;
use crate::lower::{Category, ENUMERATIONS, EnumerationModel, ErrorModel, Model, prose};

/// The root: what a user of the crate reads first.
pub(super) fn root(model: &Model, root: &Root) -> TokenStream {
    let modules = model.categories.iter().map(|category| {
        let module = ident(&category.module);
        quote!(pub mod #module;)
    });
    let enumerations = ident(ENUMERATIONS);
    let about = match root {
        Root::Crate => about(),
        Root::Module(_) => TokenStream::new(),
    };
    quote! {
        #about
        #(#modules)*
        pub mod #enumerations;
        pub mod events;
        mod generic_error;
        pub mod registry;
        pub use generic_error::GenericError;
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

/// The documentation of the crate.
fn about() -> TokenStream {
    let lines = [
        " Typed bindings for UCWA 2.0, the web API of Skype for Business Server.",
        "",
        " Each resource of the reference is a struct: its properties are public fields, its relations are methods that return what the",
        " server sent, be it a link, the resource itself, or both. Each enumeration is an enum that keeps values it does not know.",
        " JSON and XML are read and written through the same tables, so that what one says the other says too.",
        "",
        " ```",
        " use ucwa::enumerations::Availability;",
        " use ucwa::people::ContactPresence;",
        " use ucwa::Timestamp;",
        " use ucwa::prelude::*;",
        "",
        " let presence = ContactPresence::from_json(",
        "     br#\"{",
        "         \"rel\": \"contactPresence\",",
        "         \"availability\": \"Away\",",
        "         \"lastActive\": \"/Date(1474932023993)/\",",
        "         \"mood\": \"sunny\",",
        "         \"_links\": { \"self\": { \"href\": \"/ucwa/v1/applications/192/people/282/contactPresence\" } }",
        "     }\"#,",
        " )?;",
        "",
        " assert_eq!(presence.availability, Some(Availability::Away));",
        " assert_eq!(presence.last_active, Timestamp::from_unix_milliseconds(1_474_932_023_993));",
        " // What no table lists is kept, and written back in either format.",
        " assert!(presence.to_xml()?.contains(r#\"<property name=\"mood\">sunny</property>\"#));",
        " # Ok::<(), Box<dyn std::error::Error>>(())",
        " ```",
    ];
    quote!(#(#![doc = #lines])*)
}

/// The module of a category.
pub(super) fn category(category: &Category) -> TokenStream {
    let about = prose(&format!("The resources that the reference lists under `{}`.", category.title));
    let about = format!(" {about}");
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
        #![doc = #about]
        #(mod #modules;)*
        #(#uses)*
    }
}

/// The module of the enumerations.
pub(super) fn enumerations(enumerations: &[EnumerationModel]) -> TokenStream {
    let modules: Vec<_> = enumerations.iter().map(|found| ident(&found.module)).collect();
    let names: Vec<_> = enumerations.iter().map(|found| ident(&found.type_name)).collect();
    quote! {
        #![doc = " The enumerations."]
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
        #![doc = " All that is described, for tools."]
        use ucwa_runtime::Registry;
        /// All that is described. [`decode_resource`](super::decode_resource) looks resources up here.
        pub static REGISTRY: Registry = Registry {
            resources: &[#(#resources),*],
            inputs: &[#(#inputs),*],
        };
    }
}

/// The errors that any operation can meet.
pub(super) fn generic_error(model: &ErrorModel, root: &Root) -> TokenStream {
    let uses = Uses::new(root, []);
    let errors = error::errors(&uses, model, &quote!(Self));
    let imports = uses.imports();
    quote! {
        #![doc = " The errors that any operation can meet."]
        #imports
        #errors
    }
}

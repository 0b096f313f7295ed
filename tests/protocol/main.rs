//! What the bindings promise about messages, a statement each.
//!
//! Servers differ from the reference and from each other; these are the ways in which they are known to.

mod comfort;
mod content;
mod errors;
mod events;
mod extras;
mod failures;
mod letters;
mod limits;
mod open;
mod properties;
mod relations;
mod secrets;
mod xml;

use ucwa::{Document, Format, Limits, Representation};

/// Reads a resource that must be readable.
fn json<T: Representation>(text: &str) -> T {
    T::from_json(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Reads a resource that must be readable.
fn xml<T: Representation>(text: &str) -> T {
    T::from_xml(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Sees that a resource survives both formats, and gives it back.
fn survives<T: Representation>(resource: T) -> T {
    for format in Format::ALL {
        let text = ucwa_runtime::write(format, &resource).expect("what was read can be written");
        let again = T::decode(format, text.as_bytes(), Limits::default());
        assert_eq!(again.as_ref(), Ok(&resource), "{text}");
    }
    resource
}

//! What holds of every document that can be read: it survives its own format, and the way to the other format and back.

use ucwa::{AnyResource, EventDocument, Format, decode_events, decode_resource};

const OTHER: [(Format, Format); 2] = [(Format::Json, Format::Xml), (Format::Xml, Format::Json)];

fn other(format: Format) -> Format {
    OTHER.into_iter().find(|(one, _)| *one == format).map_or(format, |(_, other)| other)
}

/// A document of a kind that both formats have.
pub(crate) trait Convertible: PartialEq + std::fmt::Debug + Sized {
    fn read(format: Format, bytes: &[u8]) -> Option<Self>;

    /// `None` for what XML cannot hold, which are control characters.
    fn written(&self, format: Format) -> Option<String>;
}

impl Convertible for AnyResource {
    fn read(format: Format, bytes: &[u8]) -> Option<Self> {
        decode_resource(format, bytes).ok()
    }

    fn written(&self, format: Format) -> Option<String> {
        self.encode(format).ok()
    }
}

impl Convertible for EventDocument {
    fn read(format: Format, bytes: &[u8]) -> Option<Self> {
        decode_events(format, bytes).ok()
    }

    fn written(&self, format: Format) -> Option<String> {
        self.encode(format).ok()
    }
}

/// Reads a document, if it can be read, and sees that its values survive.
pub(crate) fn survives<T: Convertible>(format: Format, bytes: &[u8]) {
    let Some(document) = T::read(format, bytes) else { return };
    let Some(text) = document.written(format) else { return };
    assert_eq!(T::read(format, text.as_bytes()).as_ref(), Some(&document), "{text}");
    // Of types XML says nothing, and of fractions of a millisecond JSON; what went through both is the same in both.
    let Some(there) = document.written(other(format)) else { return };
    let Some(there) = T::read(other(format), there.as_bytes()) else { panic!("what was written can be read: {there}") };
    let Some(back) = there.written(format).and_then(|text| T::read(format, text.as_bytes())) else { return };
    let again = back.written(other(format)).and_then(|text| T::read(other(format), text.as_bytes()));
    let Some(again) = again else { panic!("what was read can be written: {back:?}") };
    let settled = again.written(format).and_then(|text| T::read(format, text.as_bytes()));
    assert_eq!(settled.as_ref(), Some(&again), "{back:?}");
}

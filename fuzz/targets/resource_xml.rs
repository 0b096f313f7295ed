//! A resource of any kind in XML: it is refused, or it survives being written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ucwa::{Format, decode_resource};

fuzz_target!(|bytes: &[u8]| {
    let Ok(resource) = decode_resource(Format::Xml, bytes) else { return };
    // Characters that XML cannot hold are an error of writing.
    let Ok(text) = resource.encode(Format::Xml) else { return };
    let again = decode_resource(Format::Xml, text.as_bytes()).expect("what was written can be read");
    assert_eq!(again.encode(Format::Xml).as_ref(), Ok(&text));
    let _ = (Format::ALL.map(|format| resource.encode(format)), format!("{resource:?}"));
});

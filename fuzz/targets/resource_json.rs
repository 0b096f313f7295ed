//! A resource of any kind in JSON: it is refused, or it survives being written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ucwa::{Format, decode_resource};

fuzz_target!(|bytes: &[u8]| {
    let Ok(resource) = decode_resource(Format::Json, bytes) else { return };
    // Characters that XML cannot hold are an error of writing.
    let Ok(text) = resource.encode(Format::Json) else { return };
    let again = decode_resource(Format::Json, text.as_bytes()).expect("what was written can be read");
    assert_eq!(again.encode(Format::Json).as_ref(), Ok(&text));
    let _ = (Format::ALL.map(|format| resource.encode(format)), format!("{resource:?}"));
});

//! An answer of the event channel in JSON: it is refused, or it survives being written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ucwa::{Format, decode_events};

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = decode_events(Format::Json, bytes) else { return };
    let Ok(text) = document.encode(Format::Json) else { return };
    let again = decode_events(Format::Json, text.as_bytes()).expect("what was written can be read");
    assert_eq!(again.encode(Format::Json).as_ref(), Ok(&text));
    let _ = (Format::ALL.map(|format| document.encode(format)), format!("{document:?}"));
});

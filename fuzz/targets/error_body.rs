//! The body of an error answer in either format: it is refused, or it survives being written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ucwa::{Format, decode_error};

fuzz_target!(|bytes: &[u8]| {
    for format in Format::ALL {
        let Ok(body) = decode_error(format, bytes) else { continue };
        let Ok(text) = body.encode(format) else { continue };
        let again = decode_error(format, text.as_bytes()).expect("what was written can be read");
        assert_eq!(again.encode(format).as_ref(), Ok(&text));
        let _ = Format::ALL.map(|format| body.encode(format));
    }
});

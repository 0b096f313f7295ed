//! The body of an error response in either format: it is refused, or it survives being written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ucwa::{Format, decode_error};

fuzz_target!(|bytes: &[u8]| {
    for format in Format::ALL {
        let body = match decode_error(format, bytes) {
            Ok(body) => body,
            Err(error) => {
                assert!(error.offset().is_none_or(|offset| offset <= bytes.len()), "{error}");
                assert!(!error.to_string().contains(char::is_control), "{error}");
                continue;
            }
        };
        let Ok(text) = body.encode(format) else { continue };
        assert_eq!(decode_error(format, text.as_bytes()).as_ref(), Ok(&body), "{text}");
        for other in Format::ALL {
            let Ok(text) = body.encode(other) else { continue };
            assert!(decode_error(other, text.as_bytes()).is_ok(), "what was written can be read: {text}");
        }
    }
});

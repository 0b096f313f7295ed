//! What stands in headers: challenges, how long to wait, diagnostics. The first line is one header, the second another, and the
//! rest the body of an error, or of a description of methods.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ucwa::http::{HeaderValue, Response};
use ucwa::me::Me;
use ucwa::{Challenge, Format, Limits, Link, Metadata, OperationRequest};

const STATUSES: [u16; 8] = [400, 401, 403, 404, 409, 429, 500, 503];

fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let [first, second, body] = [lines.next(), lines.next(), lines.next()].map(Option::unwrap_or_default);
    let status = STATUSES[bytes.len() % STATUSES.len()];
    let mut response = Response::builder().status(status).header("Content-Type", "application/json");
    for (name, value) in
        [("WWW-Authenticate", first), ("X-Ms-Diagnostics", second), ("Retry-After", second), ("Date", first)]
    {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            response = response.header(name, value);
        }
    }
    for format in Format::ALL {
        if let Err(error) = Metadata::decode(format, body, Limits::default()) {
            assert!(error.offset().is_none_or(|offset| offset <= body.len()), "{error}");
            assert!(!error.to_string().contains(char::is_control), "{error}");
        }
    }
    let Ok(response) = response.body(body.to_vec()) else { return };
    for challenge in Challenge::parse(&String::from_utf8_lossy(first)) {
        let _ = format!("{challenge} {challenge:?}");
        if let Challenge::MsRtcOAuth { grant_types, .. } = challenge {
            assert!(grant_types.iter().all(|found| !found.is_empty() && !found.contains(',')));
        }
    }
    let Err(error) = Link::<Me>::new("https://contoso.com/ucwa/me").get().read(response) else {
        panic!("an error is no resource");
    };
    let _ = (error.retry_after(), error.diagnostics(), error.challenges(), error.is_retryable());
    let shown = error.to_string();
    assert!(!shown.contains(char::is_control), "{shown:?}");
    let _ = format!("{error:?}");
});

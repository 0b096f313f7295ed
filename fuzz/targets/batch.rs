//! The body of a batch, behind a line with its media type: it is refused, or what it holds can be sent and read again. No part has
//! more than the body, and those that are refused are told by their number, on one line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ucwa::{BatchBody, BatchPart, Body, Limits, read_batch};

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or_default();
    let Ok(media_type) = std::str::from_utf8(&bytes[..end]) else { return };
    let Ok(parts) = read_batch(&Body::new(media_type, &bytes[end..]), Limits::default()) else { return };
    let mut sent = Vec::new();
    let mut batch = BatchBody::new();
    let mut length = 0;
    for (index, part) in parts.into_iter().enumerate() {
        let request = match part {
            Ok(BatchPart::Request(request)) => request,
            Ok(BatchPart::Response(response)) => {
                length += response.body().len();
                continue;
            }
            Ok(_) => continue,
            Err(error) => {
                assert_eq!(error.number, index + 1);
                assert!(!error.to_string().contains(char::is_control), "{error}");
                continue;
            }
        };
        length += request.body().len();
        if request.uri().authority().is_some() && batch.push(request.clone()).is_ok() {
            sent.push(request);
        }
    }
    assert!(length <= bytes.len(), "{length} of {}", bytes.len());
    let Ok(body) = batch.into_body() else { return };
    let read = read_batch(&body, Limits::default()).expect("what was written can be read");
    assert_eq!(read.len(), sent.len(), "{body:?}");
    for (read, sent) in read.into_iter().zip(sent) {
        let Ok(BatchPart::Request(read)) = read else { panic!("a request is one again: {sent:?}") };
        assert_eq!((read.method(), read.body()), (sent.method(), sent.body()));
        // A URI that is a host and nothing else has no path.
        let path = Some(sent.uri().path()).filter(|path| !path.is_empty());
        assert_eq!((read.uri().path(), read.uri().query()), (path.unwrap_or("/"), sent.uri().query()));
        for name in sent.headers().keys() {
            assert!(read.headers().get_all(name).iter().eq(sent.headers().get_all(name)), "{name}");
        }
    }
});

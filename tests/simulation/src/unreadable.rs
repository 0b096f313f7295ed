//! Events that no reader can read, put among those that a server sent.

use bytes::Bytes;
use memchr::memmem;
use ucwa::http::Response;
use ucwa::http::header::{CONTENT_LENGTH, CONTENT_TYPE};

/// Deeper than any reader goes.
const DEPTH: usize = 200;

/// A response of the event channel with an event, and in JSON a sender, that cannot be read.
pub(crate) fn with_unreadable(response: Response<Bytes>) -> Response<Bytes> {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (place, part) = if media_type.contains("xml") {
        (after_root(response.body()), xml())
    } else {
        (memmem::find(response.body(), b"\"sender\":[").map(|at| at + b"\"sender\":[".len()), json(response.body()))
    };
    let Some(place) = place else { return response };
    let (before, after) = response.body().split_at(place);
    let body: Bytes = [before, part.as_bytes(), after].concat().into();
    let mut response = response;
    response.headers_mut().insert(CONTENT_LENGTH, body.len().into());
    response.map(|_| body)
}

/// A response of the event channel that does not say where it continues.
pub(crate) fn without_way(response: Response<Bytes>) -> Response<Bytes> {
    let body = response.body();
    let ways: [[&[u8]; 3]; 2] = [[b"\"next\":", b"}", b"7"], [b"<link rel=\"next\"", b"/>", b"/>"]];
    let found = ways.into_iter().find_map(|[start, end, instead]| {
        let begin = memmem::find(body, start)? + start.len();
        let length = memmem::find(&body[begin..], end)? + end.len();
        Some([&body[..begin], instead, &body[begin + length..]].concat())
    });
    let Some(body) = found.map(Bytes::from) else { return response };
    let mut response = response;
    response.headers_mut().insert(CONTENT_LENGTH, body.len().into());
    response.map(|_| body)
}

/// Where the content of the root begins, if it has any.
fn after_root(body: &[u8]) -> Option<usize> {
    let start = memmem::find(body, b"<events")?;
    let end = start + memchr::memchr(b'>', &body[start..])?;
    (body[end - 1] != b'/').then_some(end + 1)
}

fn xml() -> String {
    let (open, close) = ("<resource rel=\"note\" href=\"/simulated\">".repeat(DEPTH), "</resource>".repeat(DEPTH));
    format!(
        "<sender rel=\"simulated\" href=\"/simulated\"><updated rel=\"note\" href=\"/simulated/note\">{open}{close}\
         </updated></sender>"
    )
}

fn json(body: &[u8]) -> String {
    let (open, close) = ("{\"_embedded\":{\"note\":".repeat(DEPTH), "}}".repeat(DEPTH));
    let comma = if memmem::find(body, b"\"sender\":[]").is_some() { "" } else { "," };
    format!(
        "7,{{\"rel\":\"simulated\",\"href\":\"/simulated\",\"events\":[{{\"link\":{{\"rel\":\"note\",\"href\":\"/simulated/note\"}},\
         \"_embedded\":{{\"note\":{open}{{}}{close}}},\"type\":\"updated\"}}]}}{comma}"
    )
}

#[cfg(test)]
mod tests {
    use ucwa::{Format, decode_events};

    use super::*;

    const JSON: [&str; 2] = [
        r#"{"_links":{"next":{"href":"/events?ack=2"}},"sender":[]}"#,
        r#"{"_links":{"next":{"href":"/events?ack=2"}},"sender":[{"rel":"me","href":"/me","events":[]}]}"#,
    ];

    const XML: &str = r#"<?xml version="1.0"?><events href="/events?ack=1" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><link rel="next" href="/events?ack=2"/></events>"#;

    fn spoiled(body: &str, media_type: &str) -> Bytes {
        let response = Response::builder().header(CONTENT_TYPE, media_type);
        let response = response.body(Bytes::copy_from_slice(body.as_bytes())).expect("a response");
        with_unreadable(response).into_body()
    }

    #[test]
    fn the_way_on_is_taken_out_and_the_rest_can_be_read() {
        let json = JSON.map(|body| (body, "application/json", Format::Json));
        for (body, media_type, format) in json.into_iter().chain([(XML, "application/xml", Format::Xml)]) {
            let response = Response::builder().header(CONTENT_TYPE, media_type);
            let response = response.body(Bytes::copy_from_slice(body.as_bytes())).expect("a response");
            let document = decode_events(format, without_way(response).body()).expect("the rest is read");
            assert!(document.next.is_none() && !document.unreadable.is_empty(), "{document:?}");
        }
    }

    #[test]
    fn what_is_put_in_cannot_be_read_and_the_rest_can() {
        for body in JSON {
            let document = decode_events(Format::Json, &spoiled(body, "application/json")).expect("the rest is read");
            assert!(document.next.is_some());
            assert!(document.senders[0].unreadable.is_some());
            assert!(document.events().next().is_some_and(|(_, event)| event.unreadable.is_some()));
        }
        let document = decode_events(Format::Xml, &spoiled(XML, "application/xml")).expect("the rest is read");
        assert!(document.next.is_some());
        assert!(document.events().next().is_some_and(|(_, event)| event.unreadable.is_some()));
    }
}

//! Typed requests in a batch, and their responses.

use ucwa::general::{Batch, BatchInput};
use ucwa::me::Me;
use ucwa::people::ContactPresence;
use ucwa::{
    BatchBody, BatchBodyError, BatchPart, Body, Format, Limits, Link, OperationRequest, RequestError, read_batch,
};

fn link<T>(href: &str) -> Link<T> {
    Link::new(href).based_on("https://contoso.com/ucwa/".parse().expect("a URL"))
}

#[test]
fn typed_requests_go_into_a_batch_and_read_their_responses() {
    let (me, presence) = (link::<Me>("/me").get(), link::<ContactPresence>("/presence").get());
    let mut batch = BatchBody::new();
    let positions = [batch.add(&me, Format::Json), batch.add(&presence, Format::Xml)];
    assert_eq!(positions, [Ok(0), Ok(1)]);
    let request = link::<Batch>("/batch").post_with(BatchInput::new(batch.into_body().expect("it has requests")));
    let sent = request.to_http(Format::Json).expect("a request");
    assert_eq!(sent.headers()["accept"], "multipart/batching");

    let asked = Body::new(sent.headers()["content-type"].to_str().expect("text"), sent.body().clone());
    let asked = read_batch(&asked, Limits::default()).expect("it has parts");
    let paths: Vec<_> = asked
        .iter()
        .map(|part| match part {
            Ok(BatchPart::Request(request)) => request.uri().to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(paths, ["/me", "/presence"]);

    let head = "Content-Type: application/http; msgtype=response\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/";
    let body = format!(
        "--x\r\n{head}json\r\n\r\n\u{feff}{{\"rel\":\"me\",\"name\":\"Lene\"}}\r\n\
         --x\r\n{head}xml\r\n\r\n<resource rel=\"contactPresence\"><property name=\"activity\">a</property></resource>\r\n--x--\r\n"
    );
    let response = http::Response::builder().header("Content-Type", "multipart/batching; boundary=x");
    let body = request.read(response.body(body.into_bytes()).expect("a response")).expect("content");
    let mut parts = read_batch(&body, Limits::default()).expect("it has parts").into_iter();
    let mut next = || parts.next().and_then(Result::ok).and_then(BatchPart::into_response).expect("a response");
    assert_eq!(me.read(next()).expect("a resource").name.as_deref(), Some("Lene"));
    assert_eq!(presence.read(next()).expect("a resource").activity.as_deref(), Some("a"));
}

#[test]
fn a_request_that_cannot_be_made_is_refused_before_the_batch_is_sent() {
    let mut batch = BatchBody::new();
    let relative = batch.add(&Link::<Me>::new("/me").get(), Format::Json);
    assert!(matches!(relative, Err(BatchBodyError::Request(RequestError::Address(_)))), "{relative:?}");
    let inner =
        link::<Batch>("/batch").post_with(BatchInput::new(Body::new("multipart/batching; boundary=x", "--x--")));
    assert_eq!(batch.add(&inner, Format::Json), Err(BatchBodyError::Nested));
    assert!(batch.is_empty());
}

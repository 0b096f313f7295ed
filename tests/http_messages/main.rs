//! What requests and responses promise, one statement to a test, as a user of the crate meets them.

mod addresses;
mod alike;
mod batch;
mod bodies;
mod channel;
mod errors;
mod etags;
mod hostile;
mod inputs;
mod limits;
mod revisions;
mod started;

use http::{Request, Response};
use ucwa::Fetched;
use ucwa::people::Group2;
use ucwa::prelude::*;

const HOST: &str = "https://fe1.contoso.com";

fn link<T>(href: &str) -> Link<T> {
    Link::new(format!("{HOST}{href}"))
}

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Vec<u8>> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.as_bytes().to_vec()).expect("a response")
}

const JSON: (&str, &str) = ("Content-Type", "application/json; charset=utf-8");

fn header<'r>(request: &'r Request<Vec<u8>>, name: &str) -> Option<&'r str> {
    request.headers().get(name).map(|value| value.to_str().expect("text"))
}

fn text(request: &Request<Vec<u8>>) -> &str {
    std::str::from_utf8(request.body()).expect("text")
}

/// A group as a GET brings it.
fn group(headers: &[(&str, &str)], body: &str) -> Fetched<Group2> {
    let headers: Vec<_> = headers.iter().copied().chain([JSON]).collect();
    link::<Group2>("/groups/7").get().read(response(200, &headers, body)).expect("a group")
}

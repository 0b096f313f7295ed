//! What every request has, of whatever method.

use ucwa::Body;
use ucwa::communication::{SendMessage, SendMessageInput, StartMessaging, StartMessagingInput};
use ucwa::general::{Applications, Events};
use ucwa::me::ReportMyActivity;
use ucwa::people::{ContactPresence, Group2, Search, SearchQuery};
use ucwa::prelude::*;

use crate::{HOST, group, link};

/// What a client sees of a request of whatever method.
#[derive(Debug, PartialEq)]
struct Seen {
    operation: String,
    method: String,
    url: String,
    is_idempotent: bool,
    operation_id: Option<String>,
    is_long_poll: bool,
}

fn seen<R: OperationRequest>(request: &R) -> Seen {
    let http = request.to_http(Format::Json).expect("a request");
    assert_eq!((http.method(), http.uri().to_string()), (&R::METHOD, request.url().expect("a URL").to_string()));
    Seen {
        operation: R::operation(),
        method: R::METHOD.to_string(),
        url: request.url().expect("a URL").to_string(),
        is_idempotent: request.is_idempotent(),
        operation_id: request.operation_id().map(str::to_owned),
        is_long_poll: request.is_long_poll(),
    }
}

#[test]
fn one_function_can_send_every_request() {
    let plain = |operation: &str, path: &str, is_idempotent: bool| Seen {
        operation: operation.into(),
        method: operation.split_once(' ').expect("a method").0.into(),
        url: format!("{HOST}{path}"),
        is_idempotent,
        operation_id: None,
        is_long_poll: false,
    };
    let presence = link::<ContactPresence>("/presence").get();
    assert_eq!(seen(&presence), plain("GET contactPresence", "/presence", true));
    assert_eq!(seen(&presence.if_changed_since("7")), plain("GET contactPresence", "/presence", true));
    let search = link::<Search>("/search?x=1").get_with(SearchQuery::new("Lene"));
    assert_eq!(seen(&search), plain("GET search", "/search?x=1&query=Lene", true));
    assert_eq!(search.query().query, "Lene");
    assert_eq!(seen(&link::<Group2>("/groups/7").delete()), plain("DELETE group2", "/groups/7", true));
    assert_eq!(seen(&link::<Applications>("/apps").options()), plain("OPTIONS applications", "/apps", true));
    let group = group(&[("ETag", "7")], "{}");
    assert_eq!(seen(&group.put().expect("it has an ETag")), plain("PUT group2", "/groups/7", true));
    assert_eq!(seen(&link::<ReportMyActivity>("/r").post()), plain("POST reportMyActivity", "/r", false));
}

#[test]
fn a_request_that_starts_an_operation_names_it() {
    let mut input = StartMessagingInput::new("sip:lene@contoso.com");
    assert_eq!(link::<StartMessaging>("/start").post_with(input.clone()).operation_id(), None);
    input.operation_id = Some(String::new());
    assert_eq!(link::<StartMessaging>("/start").post_with(input.clone()).operation_id(), None, "an empty one is none");
    input.operation_id = Some("7d1e".into());
    assert_eq!(link::<StartMessaging>("/start").post_with(input).operation_id(), Some("7d1e"));
    let send = link::<SendMessage>("/messages").post_with(SendMessageInput::new("a b", Body::plain_text("Hi")));
    let seen = seen(&send);
    assert_eq!(seen.operation_id.as_deref(), Some("a b"));
    assert_eq!(seen.url, format!("{HOST}/messages?operationId=a+b"));
}

#[test]
fn a_get_of_the_event_channel_is_a_long_poll() {
    let events = link::<Events>("/events").get();
    assert!(seen(&events).is_long_poll && seen(&events.if_changed_since("7")).is_long_poll);
}

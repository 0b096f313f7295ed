//! Responses of the event channel.

use ucwa::general::Events;
use ucwa::prelude::*;
use ucwa::{ErrorKind, EventDocument};

use crate::{HOST, JSON, header, link, response};

const EVENTS: &str = r#"{
    "_links": { "next": { "href": "/ucwa/v1/events?ack=2" } },
    "sender": [{ "rel": "people", "href": "people", "events": [
        { "link": { "rel": "contactPresence", "href": "people/282/contactPresence" }, "type": "updated" }
    ] }]
}"#;

fn read(headers: &[(&str, &str)], body: &str) -> Result<EventDocument, String> {
    let events = link::<Events>("/ucwa/v1/events?ack=1").get();
    events.read(response(200, headers, body)).map_err(|error| {
        assert!(matches!(error.kind(), ErrorKind::Unreadable(_)), "{error:?}");
        error.to_string()
    })
}

#[test]
fn a_response_of_the_event_channel_holds_its_events_and_where_to_go_on() {
    let events = read(&[JSON], EVENTS).expect("events");
    assert_eq!(events.events().count(), 1);
    let next = events.next.as_ref().expect("where to go on").link();
    let next = events.link_to::<Events>(next).address().expect("an address");
    assert_eq!(next, format!("{HOST}/ucwa/v1/events?ack=2"));
    let xml =
        r#"<events xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><link rel="next" href="?ack=3"/></events>"#;
    let events = read(&[("Content-Type", "application/vnd.microsoft.com.ucwa+xml")], xml).expect("events");
    let next = events.link_to::<Events>(events.next.as_ref().expect("where to go on").link());
    assert_eq!(next.address().expect("an address"), format!("{HOST}/ucwa/v1/events?ack=3"));
}

#[test]
fn a_response_without_a_body_holds_no_events() {
    assert_eq!(read(&[JSON], " \r\n"), Ok(EventDocument::default()));
}

#[test]
fn a_page_is_no_response_of_the_event_channel() {
    let error = read(&[("Content-Type", "text/html")], "<p>Sign in</p>").expect_err("a page");
    assert!(error.contains("expected events in JSON or XML, found text/html"), "{error}");
    let error = read(&[JSON], "{\"sender\":").expect_err("cut short");
    assert!(error.starts_with("GET events: 200 OK with a body that cannot be read"), "{error}");
}

#[test]
fn events_in_xml_are_asked_for_by_the_media_type_that_brings_them() {
    let get = link::<Events>("/ucwa/v1/events?ack=1").get();
    for (format, accept) in
        [(Format::Json, "application/json"), (Format::Xml, "application/vnd.microsoft.com.ucwa+xml")]
    {
        assert_eq!(header(&get.to_http(format).expect("a request"), "Accept"), Some(accept));
    }
}

//! Headers and bodies that no server should send: what they say is understood as far as it goes.

use http::HeaderValue;
use ucwa::communication::{StartMessaging, StartMessagingInput};
use ucwa::general::Applications;
use ucwa::people::{ContactPresence, ContactPresenceGetError};
use ucwa::prelude::*;
use ucwa::{ErrorBody, ErrorKind, Format, Limits, Metadata};

use crate::{HOST, JSON, link, response};

#[test]
fn a_body_that_starts_with_a_byte_order_mark_is_known_without_a_media_type() {
    for body in [
        "\u{feff}{\"availability\":\"Away\"}",
        "\u{feff} <resource><property name=\"availability\">Away</property></resource>",
    ] {
        let get = link::<ContactPresence>("/presence").get();
        let presence = get.read(response(200, &[], body)).expect("it is a presence");
        assert!(presence.availability.is_some(), "{body}");
    }
    let body = "\u{feff}{\"code\":\"Forbidden\"}";
    let error = link::<ContactPresence>("/presence").get().read(response(500, &[], body)).expect_err("an error");
    assert!(error.is(ContactPresenceGetError::Forbidden));
}

#[test]
fn an_empty_location_is_none() {
    let post = link::<StartMessaging>("/start").post_with(StartMessagingInput::new("sip:a@b.c"));
    let started = post.read(response(201, &[("Location", " ")], "")).expect("it was started");
    assert!(started.link.is_none(), "it is not where the request went");
    let body = r#"{"rel":"messagingInvitation","_links":{"self":{"href":"/invitations/6"}}}"#;
    let started = post.read(response(201, &[JSON, ("Location", "")], body)).expect("it was started");
    assert_eq!(started.link.expect("its own").href(), "/invitations/6");
}

#[test]
fn a_location_may_have_more_than_ascii() {
    let mut response = response(201, &[], "");
    let location = HeaderValue::from_bytes("/invitations/j\u{fc}rgen".as_bytes()).expect("a header");
    response.headers_mut().insert("Location", location);
    let post = link::<StartMessaging>("/start").post_with(StartMessagingInput::new("sip:a@b.c"));
    let started = post.read(response).expect("it was started");
    let url = started.link.expect("its address").url().expect("a URL");
    assert_eq!(url.as_str(), format!("{HOST}/invitations/j%C3%BCrgen"));
}

#[test]
fn diagnostics_are_understood_in_any_language() {
    for (header, reason) in [
        (&b"28055;source=\"fe1\";reason=\"Le jeton n\xe9cessaire\""[..], "Le jeton n\u{fffd}cessaire"),
        ("28055;reason=\"ung\u{fc}ltig; bitte erneuern\";source=fe1".as_bytes(), "ung\u{fc}ltig; bitte erneuern"),
    ] {
        let mut response = response(403, &[], "");
        response.headers_mut().insert("X-Ms-diagnostics", HeaderValue::from_bytes(header).expect("a header"));
        let error = link::<ContactPresence>("/presence").get().read(response).expect_err("an error");
        assert!(error.is_invalid_token() && error.is_unauthorized() && !error.is_forbidden());
        let diagnostics = error.diagnostics().expect("they are there");
        assert_eq!((diagnostics.reason.as_deref(), diagnostics.source.as_deref()), (Some(reason), Some("fe1")));
    }
}

#[test]
fn one_bad_value_spoils_no_error() {
    for (bad, text) in [("1e999", "1e999"), (r#""\ud83d""#, r#""\ud83d""#), (r#"{"n":[1e999]}"#, r#"{"n":[1e999]}"#)] {
        let body = format!(r#"{{"debugInfo":{bad},"code":"Forbidden","subcode":"Odd","message":"why"}}"#);
        let error =
            link::<ContactPresence>("/presence").get().read(response(403, &[JSON], &body)).expect_err("an error");
        assert_eq!(error.kind(), &ErrorKind::Documented(ContactPresenceGetError::Forbidden), "{body}");
        assert_eq!((error.subcode(), error.message()), (Some("Odd"), Some("why")));
        assert_eq!(error.debug_info(), Some(&text.into()), "it is kept as text");
    }
    assert!(ErrorBody::decode(Format::Json, br#"{"x":1e999}"#, Limits::default()).is_err(), "it has no code");
    assert!(ErrorBody::decode(Format::Json, b"[1e999]", Limits::default()).is_err(), "it is no object");
}

#[test]
fn metadata_is_read_as_far_as_it_goes() {
    let read = |text: &str| Metadata::decode(Format::Json, text.as_bytes(), Limits::default());
    let usual = read(
        r#"{"rel":"metadata","metadata":[{"httpMethod":"POST","parameters":[{"name":"to","supportedValues":["a","b"]}]}]}"#,
    );
    let usual = usual.expect("it is metadata");
    let (method, parameter) = (&usual.methods[0], &usual.methods[0].parameters[0]);
    assert_eq!((method.http_method.as_str(), parameter.name.as_str()), ("POST", "to"));
    assert_eq!(parameter.supported_values, ["a", "b"]);
    let odd = r#"{"metadata":{"httpMethod":"POST","parameters":[null,7,{"name":"to","supportedValues":null},{"name":null,"supportedValues":7}]}}"#;
    let odd = read(odd).expect("it is metadata");
    let parameters: Vec<_> =
        odd.methods[0].parameters.iter().map(|found| (found.name.as_str(), found.supported_values.join(","))).collect();
    assert_eq!(parameters, [("to", String::new()), ("", "7".to_owned())]);
    for none in ["{}", r#"{"metadata":null}"#, r#"{"metadata":[]}"#, r#"{"metadata":["POST"]}"#] {
        assert_eq!(read(none).expect("there is none"), Metadata::default(), "{none}");
    }
    let xml = "<resource><x/><metadata><httpMethodMetadata><x/><httpMethod>POST</httpMethod><parameters><parameter><x/><name>to</name>\
               <supportedValues><value>a</value><value>b</value></supportedValues></parameter></parameters></httpMethodMetadata></metadata></resource>";
    assert_eq!(Metadata::decode(Format::Xml, xml.as_bytes(), Limits::default()).as_ref(), Ok(&usual));
    for bad in ["7", "[]", "null", "{"] {
        assert!(read(bad).is_err(), "{bad}");
    }
    let written = serde_json::to_string(&usual).expect("it can be written");
    assert_eq!(read(&written), Ok(usual));
}

#[test]
fn options_bring_metadata_or_say_what_came_instead() {
    let options = link::<Applications>("/applications").options();
    let body = r#"{"metadata":[{"httpMethod":"POST"}]}"#;
    let metadata = options.read(response(200, &[JSON], body)).expect("metadata");
    assert_eq!(metadata.methods[0].http_method, "POST");
    assert_eq!(options.read(response(200, &[], " ")).expect("there is none"), Metadata::default());
    for (headers, body, what) in [
        (&[("Content-Type", "text/html")][..], "<p>", "expected metadata in JSON or XML, found text/html"),
        (&[], "-", "expected metadata in JSON or XML, found something that is neither JSON nor XML"),
        (&[JSON], "{", "EOF while parsing an object"),
    ] {
        let error = options.read(response(200, headers, body)).expect_err(body).to_string();
        assert!(error.contains(what), "{what}: {error}");
    }
    let error = link::<ContactPresence>("/presence").get().read(response(200, &[JSON], " \n")).expect_err("nothing");
    assert!(error.to_string().contains("found a response without a body"), "{error}");
}

//! What a POST starts or creates.

use ucwa::ErrorKind;
use ucwa::communication::{
    AddParticipant, AddParticipantInput, SendMessage, SendMessageInput, StartMessaging, StartMessagingInput,
};
use ucwa::general::{Application, Applications, ApplicationsInput, ApplicationsInputRequired};
use ucwa::me::ReportMyActivity;
use ucwa::online_meeting::MyOnlineMeetings;
use ucwa::prelude::*;

use crate::{HOST, JSON, link, response};

#[test]
fn types_say_what_starts_an_operation_and_which() {
    fn started<T: Post<Input: StartsOperation>>(mut input: T::Input) -> (Option<String>, &'static str) {
        input.set_operation_id("id".into());
        let id = link::<T>("/start").post_with(input).operation_id().map(str::to_owned);
        (id, <<T::Input as StartsOperation>::Operation as ucwa_runtime::Described>::DESCRIPTION.name)
    }
    let start = started::<StartMessaging>(StartMessagingInput::new("sip:a@b.c"));
    assert_eq!(start, (Some("id".into()), "messagingInvitation"));
    let add = started::<AddParticipant>(AddParticipantInput::new("sip:a@b.c"));
    assert_eq!(add, (Some("id".into()), "participantInvitation"));
    assert_eq!(started::<SendMessage>(SendMessageInput::default()), (Some("id".into()), "message"));
}

#[test]
fn what_was_started_has_its_address() {
    let post = link::<StartMessaging>("/ucwa/v1/start").post_with(StartMessagingInput::new("sip:a@b.c"));
    let started = post.read(response(201, &[("Location", "invitations/5")], "")).expect("it was started");
    assert_eq!(
        started.link.expect("an address").url().expect("a URL").as_str(),
        format!("{HOST}/ucwa/v1/invitations/5")
    );
    assert!(started.resource.is_none());
    let body = r#"{"rel":"messagingInvitation","_links":{"self":{"href":"/invitations/6"}}}"#;
    let started = post.read(response(200, &[JSON], body)).expect("it was started");
    assert_eq!(started.link.expect("its own").url().expect("a URL").as_str(), format!("{HOST}/invitations/6"));
    assert!(started.resource.is_some());
    let started = post.read(response(201, &[], "")).expect("it was started");
    assert!(started.link.is_none());
}

#[test]
fn what_was_created_is_where_the_response_says() {
    let post = link::<Applications>("/ucwa/v1/applications").post_with(applications());
    let headers = [JSON, ("Location", "/ucwa/v1/applications/192"), ("ETag", "3")];
    let application = post.read(response(201, &headers, r#"{"rel":"application"}"#)).expect("an application");
    assert_eq!((application.created_at(), application.etag()), (Some("/ucwa/v1/applications/192"), Some("3")));
    let own = application.link().expect("its link").url().expect("a URL");
    assert_eq!(own.as_str(), format!("{HOST}/ucwa/v1/applications/192"));
}

/// Bodies that cannot be read, or not in full, below a status and headers that say that something was created.
const UNREADABLE: [(&str, &str); 5] = [
    ("text/html", "<p>Welcome to the network</p>"),
    ("application/json", ""),
    ("application/json", "{\"rel\":\"appl"),
    ("application/xml", "<resource><property"),
    ("application/json", "[]"),
];

#[test]
fn what_was_started_is_started_whatever_the_body_says() {
    let post = link::<StartMessaging>("/ucwa/v1/start").post_with(StartMessagingInput::new("sip:a@b.c"));
    for (media_type, body) in UNREADABLE.into_iter().filter(|(_, body)| !body.is_empty()) {
        for (status, headers) in [
            (201, &[("Content-Type", media_type), ("Location", "/invitations/5"), ("X-MS-Server-Fqdn", "fe1")][..]),
            (200, &[("Content-Type", media_type), ("Location", "/invitations/5"), ("X-MS-Server-Fqdn", "fe1")][..]),
            (201, &[("Content-Type", media_type), ("X-MS-Server-Fqdn", "fe1")][..]),
        ] {
            let started = post.read(response(status, headers, body)).expect(body);
            let location = headers.iter().find(|(name, _)| *name == "Location").map(|(_, location)| *location);
            assert_eq!(started.link.as_ref().map(Link::href), location, "{body}");
            assert!(started.resource.is_none());
            let unread = started.unread.expect("it says what it could not read");
            assert_eq!((unread.status().as_u16(), unread.body().bytes.as_slice()), (status, body.as_bytes()));
            assert_eq!(unread.body().media_type, media_type);
            assert_eq!(unread.headers()["x-ms-server-fqdn"], "fe1");
            assert!(!unread.error().to_string().is_empty());
            assert!(body.len() < 10 || !format!("{unread:?}").contains(body), "the body may be secret: {unread:?}");
        }
    }
}

#[test]
fn a_page_that_does_not_say_that_anything_started_is_an_error() {
    let post = link::<StartMessaging>("/ucwa/v1/start").post_with(StartMessagingInput::new("sip:a@b.c"));
    let error = post.read(response(200, &[("Content-Type", "text/html")], "<p>Sign in</p>")).expect_err("a portal");
    assert!(matches!(error.kind(), ErrorKind::Unreadable(_)), "{error:?}");
}

/// Pages of a proxy, as they are taken for what they are.
const PAGES: [(&[(&str, &str)], &str); 5] = [
    (&[("Content-Type", "text/html; charset=utf-8")], "<p>Sign in</p>"),
    (&[("Content-Type", "Text/HTML")], "Sign in"),
    (&[("Content-Type", "application/xhtml+xml")], "<html xmlns='http://www.w3.org/1999/xhtml'/>"),
    (&[], "\r\n<!DOCTYPE html><title>Sign in</title>"),
    (&[], "<HTML>"),
];

#[test]
fn a_page_is_not_taken_for_success_where_no_body_is_wanted() {
    let post = link::<ReportMyActivity>("/ucwa/v1/report").post();
    let delete = link::<Application>("/ucwa/v1/applications/192").delete();
    for (headers, body) in PAGES {
        let error = post.read(response(200, headers, body)).expect_err(body);
        assert!(matches!(error.kind(), ErrorKind::Unreadable(_)), "{error:?}");
        assert!(error.to_string().contains("expected a response without a body"), "{error}");
        delete.read(response(200, headers, body)).expect_err(body);
    }
}

#[test]
fn what_servers_send_where_no_body_is_wanted_is_success() {
    let post = link::<ReportMyActivity>("/ucwa/v1/report").post();
    let delete = link::<Application>("/ucwa/v1/applications/192").delete();
    for (status, headers, body) in [
        (204, &[][..], ""),
        (200, &[("Content-Type", "text/html")], ""),
        (200, &[("Content-Type", "text/html")], " \r\n"),
        (200, &[JSON], "{}"),
        (200, &[JSON], "not quite JSON"),
        (200, &[("Content-Type", "application/vnd.microsoft.com.ucwa+xml")], "<resource/>"),
        (200, &[("Content-Type", "text/plain")], "OK"),
        (200, &[], "{}"),
        (202, &[], "<resource rel='me'/>"),
    ] {
        post.read(response(status, headers, body)).expect(body);
        delete.read(response(status, headers, body)).expect(body);
    }
}

#[test]
fn a_page_that_says_where_something_was_created_is_success() {
    let post = link::<ReportMyActivity>("/ucwa/v1/report").post();
    let html = ("Content-Type", "text/html");
    post.read(response(201, &[html], "<p>Created</p>")).expect("the status says so");
    post.read(response(200, &[html, ("Location", "/reports/5")], "<p>Created</p>")).expect("the address says so");
    let delete = link::<Application>("/ucwa/v1/applications/192").delete();
    let error = delete.read(response(200, &[html, ("Location", "/sign-in")], "<p>Sign in</p>"));
    error.expect_err("a DELETE creates nothing");
}

#[test]
fn what_was_created_can_be_found_whatever_the_body_says() {
    let post = link::<Applications>("/ucwa/v1/applications").post_with(applications());
    for (media_type, body) in UNREADABLE {
        let headers = [("Content-Type", media_type), ("Location", "/ucwa/v1/applications/192"), ("ETag", "3")];
        let application = post.read(response(201, &headers, body)).expect(body);
        let own = application.link().expect("its link").url().expect("a URL");
        assert_eq!(own.as_str(), format!("{HOST}/ucwa/v1/applications/192"));
        assert_eq!(application.etag(), Some("3"));
        let unread = application.unread().expect("it says what it could not read");
        assert_eq!(unread.body().bytes, body.as_bytes());
    }
    let unnamed = post.read(response(201, &[("Content-Type", "text/html")], "<p>Created</p>")).expect("it was created");
    assert_eq!(unnamed.link(), None, "it is not where the request went");
    assert_eq!(unnamed.created_at(), None);
}

#[test]
fn what_came_before_the_error_is_there() {
    let post = link::<Applications>("/ucwa/v1/applications").post_with(applications());
    let body = r#"{"rel":"application","userAgent":"agent","_links":{"self":{"href":"/apps/7"}},"_embedded":{"me":"#;
    let headers = [JSON, ("Location", "/ucwa/v1/applications/192")];
    let application = post.read(response(201, &headers, body)).expect("an application");
    assert_eq!((application.user_agent.as_deref(), application.href()), (Some("agent"), Some("/apps/7")));
    let unread = application.unread().expect("not all could be read");
    assert_eq!(unread.error().path(), "_embedded.me");
    let whole = post.read(response(201, &headers, r#"{"rel":"application"}"#)).expect("an application");
    assert_eq!(whole.unread(), None);
    assert_ne!(whole, application);
}

#[test]
fn what_could_not_be_read_in_full_cannot_be_put() {
    let post = link::<MyOnlineMeetings>("/meetings").post();
    let headers = [JSON, ("Location", "/meetings/7"), ("ETag", "3")];
    let put = |body: &str| post.read(response(201, &headers, body)).expect("it was created").put().err();
    assert_eq!(put(r#"{"subject":"Lunch"}"#), None);
    let error = put(r#"{"subject":"Lunch","attendees":"#).map(|error| error.to_string());
    assert_eq!(
        error.as_deref(),
        Some(
            "PUT myOnlineMeeting: the resource came without a body that can be read in full; read it again from its own address"
        )
    );
}

#[test]
fn a_get_is_not_taken_for_something_created() {
    let headers = [("Content-Type", "text/html"), ("Location", "/elsewhere")];
    let error = link::<Application>("/ucwa/v1/applications/192").get().read(response(200, &headers, "<p>Hi</p>"));
    assert!(matches!(error.expect_err("a page").kind(), ErrorKind::Unreadable(_)));
}

fn applications() -> ApplicationsInput {
    ApplicationsInput::new(ApplicationsInputRequired { culture: "en-US", endpoint_id: "endpoint", user_agent: "agent" })
}

//! Failures: what they are, and what is known of them.

use http::Response;
use std::time::Duration;

use proptest::prelude::{prop_assert_eq, proptest};
use ucwa::people::{
    ContactPresence, ContactPresenceGetError, ContactPrivacyRelationship2, ContactPrivacyRelationship2GetError,
    ContactPrivacyRelationship2PutError, Group2, PinnedGroup, PinnedGroupGetError, PresenceSubscriptionMembership,
    PresenceSubscriptionMembershipDeleteError, PresenceSubscriptionMembershipGetError, SubscribedContacts,
    SubscribedContactsGetError,
};
use ucwa::prelude::*;
use ucwa::{Challenge, Diagnostics, ErrorBody, ErrorKind, GenericError, OperationError, RequestError};

use crate::{JSON, link, response};

type PresenceError = OperationError<ContactPresenceGetError>;

fn presence_error(status: u16, headers: &[(&str, &str)], body: &str) -> PresenceError {
    link::<ContactPresence>("/presence").get().read(response(status, headers, body)).expect_err("an error")
}

fn in_json<C: Conditions>(
    read: impl FnOnce(Response<Vec<u8>>) -> Option<OperationError<C>>,
    status: u16,
    code: &str,
    subcode: Option<&str>,
) -> OperationError<C> {
    let body = serde_json::json!({"code": code, "subcode": subcode, "message": "why"}).to_string();
    read(response(status, &[JSON], &body)).expect("an error")
}

#[test]
fn an_error_is_one_line_with_operation_code_subcode_and_message() {
    let body =
        r#"{"code":"ServiceFailure","subcode":"InvalidExchangeServerVersion","message":"Not\r\n with  this\tserver."}"#;
    let error = presence_error(500, &[JSON], body);
    let line = "GET contactPresence: ServiceFailure/InvalidExchangeServerVersion: Not with this server.";
    assert_eq!(error.to_string(), line);
    assert!(error.is(ContactPresenceGetError::InvalidExchangeServerVersion));
    assert_eq!(presence_error(403, &[], "").to_string(), "GET contactPresence: Forbidden");
    assert_eq!(presence_error(418, &[], "").to_string(), "GET contactPresence: 418");
    let odd = presence_error(500, &[JSON], r#"{"code":"Odd\ncode","subcode":"odd\nsubcode"}"#);
    assert_eq!(odd.to_string().lines().count(), 1, "{odd}");
}

#[test]
fn an_error_commands_no_terminal_whatever_the_server_wrote() {
    let deep = format!("{}{{}}{}", r#"{"_embedded":{"a\u001b[31m\n":"#.repeat(40), "}}".repeat(40));
    let page = "<html><body>Gate\u{1b}[2Jway\u{0}</body></html>";
    let code = r#"{"code":"Odd\u001b[31m","subcode":"b\u009b","message":"c\u0007"}"#;
    for (status, media_type, body) in
        [(500, "application/json", code), (502, "text/html", page), (200, "application/json", deep.as_str())]
    {
        let headers = [("content-type", media_type), ("www-authenticate", "Odd\u{9b}31m a=b")];
        for status in [status, if status == 200 { 200 } else { 401 }] {
            let shown = presence_error(status, &headers, body).to_string();
            assert!(shown.contains('\u{fffd}') || status == 401, "{shown:?}");
            assert!(!shown.contains(char::is_control), "{shown:?}");
        }
    }
    let invalid = Link::<ContactPresence>::new("a\u{1b}[31m").url().expect_err("it is relative").to_string();
    assert!(!invalid.contains(char::is_control) && invalid.contains('\u{fffd}'), "{invalid:?}");
}

#[test]
fn an_error_has_all_that_the_server_said() {
    let body = r#"{"code":"BadRequest","subcode":"ParameterValidationFailure","message":"why","debugInfo":{"x":1},
        "parameters":[{"name":"to","reason":"Empty"}],"link":{"href":"/why"}}"#;
    let error = presence_error(400, &[JSON], body);
    assert_eq!((error.code(), error.subcode()), (Some("BadRequest"), Some("ParameterValidationFailure")));
    assert_eq!((error.status().as_u16(), error.message()), (400, Some("why")));
    assert_eq!((error.parameters()[0].name.as_str(), error.parameters()[0].reason.as_deref()), ("to", Some("Empty")));
    assert_eq!(error.debug_info(), Some(&serde_json::json!({"x": 1})));
    assert_eq!(error.body().link.as_ref().map(|link| link.href.as_str()), Some("/why"));
    assert_eq!(error.operation(), "GET contactPresence");
}

#[test]
fn invalid_parameters_are_known_by_their_names_however_they_are_listed() {
    const XML: (&str, &str) = ("Content-Type", "application/xml");
    let json = |parameters: &str| (JSON, format!(r#"{{"code":"BadRequest","parameters":{parameters}}}"#));
    let xml = |parameters: &str| {
        (XML, format!("<reason><code>BadRequest</code><parameters>{parameters}</parameters></reason>"))
    };
    for (header, body) in [
        json(r#"[{"name":"to","reason":"Empty"},{"name":"subject","reason":"Long"}]"#),
        json(r#"[{"to":"Empty"},{"subject":"Long"}]"#),
        json(r#"{"to":"Empty","subject":{"reason":"Long"}}"#),
        xml("<parameter><name>to</name><reason>Empty</reason></parameter><parameter name='subject'>Long</parameter>"),
        xml("<property name='to'>Empty</property><property name='subject'>Long</property>"),
        xml("<to>Empty</to><subject>Long</subject>"),
        xml("<parameter><to>Empty</to><subject>Long</subject></parameter>"),
    ] {
        let error = presence_error(400, &[header], &body);
        let found: Vec<_> =
            error.parameters().iter().map(|found| (found.name.as_str(), found.reason.as_deref())).collect();
        assert_eq!(found, [("to", Some("Empty")), ("subject", Some("Long"))], "{body}");
        for format in Format::ALL {
            let written = error.body().encode(format).expect("both hold this");
            assert_eq!(ucwa::decode_error(format, written.as_bytes()).as_ref(), Ok(error.body()), "{written}");
        }
    }
    let names = |parameters: &str| {
        let error = presence_error(400, &[JSON], &json(parameters).1);
        error.parameters().iter().map(|found| found.name.clone()).collect::<Vec<_>>().join(",")
    };
    for (parameters, expected) in
        [(r#"["to","subject"]"#, "to,subject"), (r#"{"to":null}"#, "to"), (r#"{"name":"to"}"#, "to"), ("{}", "")]
    {
        assert_eq!(names(parameters), expected, "{parameters}");
    }
    let error = presence_error(400, &[XML], &xml("<parameter>to</parameter><parameter>subject</parameter>").1);
    assert_eq!(error.parameters().len(), 2);
    assert_eq!(error.parameters()[0].name, "to");
}

#[test]
fn an_error_in_xml_is_the_same_error() {
    let body = "<reason xmlns=\"http://schemas.microsoft.com/rtc/2012/03/ucwa\"><code>ServiceFailure</code>\
                <subcode>InvalidExchangeServerVersion</subcode><message>why</message></reason>";
    let error = presence_error(500, &[("Content-Type", "application/vnd.microsoft.com.ucwa+xml")], body);
    assert_eq!(error.documented(), Some(ContactPresenceGetError::InvalidExchangeServerVersion));
    assert_eq!(error.message(), Some("why"));
}

#[test]
fn what_is_worth_another_try() {
    let retryable = |status: u16, body: &str| presence_error(status, &[JSON], body).is_retryable();
    for status in [408, 429, 502, 503, 504] {
        assert!(retryable(status, ""), "{status}");
    }
    for status in [400, 401, 403, 404, 409, 410, 412, 413, 415, 428, 500, 501] {
        assert!(!retryable(status, ""), "{status}");
    }
    assert!(retryable(500, r#"{"code":"ServiceFailure","subcode":"ServiceTimeout"}"#));
    assert!(!retryable(500, r#"{"code":"ServiceFailure","subcode":"CallbackChannelError"}"#));
    assert!(!retryable(409, r#"{"code":"Conflict","subcode":"ServiceTimeout"}"#));
    assert!(presence_error(503, &[("Content-Type", "text/html")], "<p>Busy</p>").is_retryable(), "a proxy's too");
}

#[test]
fn how_long_to_wait_is_a_number_or_a_date() {
    let after = |value: &str| presence_error(503, &[("Retry-After", value)], "").retry_after();
    assert_eq!(after("120"), Some(Duration::from_secs(120)));
    assert_eq!(after("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO), "that is over");
    let dated = [("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"), ("Date", "Wed, 21 Oct 2015 07:26:30 GMT")];
    let wait = presence_error(503, &dated, "").retry_after();
    assert_eq!(wait, Some(Duration::from_secs(90)), "by the clock of the server");
    for obsolete in ["Wednesday, 21-Oct-15 07:28:00 GMT", "Wed Oct 21 07:28:00 2015"] {
        let headers = [("Retry-After", obsolete), dated[1]];
        assert_eq!(presence_error(503, &headers, "").retry_after(), wait, "{obsolete}");
        let headers = [dated[0], ("Date", "Wednesday, 21-Oct-15 07:26:30 GMT")];
        assert_eq!(presence_error(503, &headers, "").retry_after(), wait, "by an obsolete date of the server");
    }
    let zoned = [("Retry-After", "Wed, 21 Oct 2015 09:28:00 +0200"), dated[1]];
    assert_eq!(presence_error(503, &zoned, "").retry_after(), wait, "as mail writes it");
    let mut received = response(503, &dated[..1], "");
    let moment = std::time::UNIX_EPOCH + Duration::from_secs(1_445_412_420);
    received.extensions_mut().insert(ucwa::ReceivedAt(moment));
    let error = link::<ContactPresence>("/presence").get().read(received).expect_err("it is unavailable");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)), "by the clock of the client");
    let in_an_hour = time::OffsetDateTime::from(std::time::SystemTime::now() + Duration::from_secs(3600));
    let (day, month) = (in_an_hour.weekday().to_string(), in_an_hour.month().to_string());
    let date = format!(
        "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
        &day[..3],
        in_an_hour.day(),
        &month[..3],
        in_an_hour.year(),
        in_an_hour.hour(),
        in_an_hour.minute(),
        in_an_hour.second()
    );
    let wait = after(&date).expect("a date");
    assert!((3590..=3600).contains(&wait.as_secs()), "{date}: {wait:?}");
    assert_eq!((after("soon"), after("-1"), presence_error(503, &[], "").retry_after()), (None, None, None));
}

#[test]
fn an_error_without_a_body_is_known_by_its_status() {
    let error = presence_error(403, &[], "");
    assert_eq!((error.documented(), error.code()), (Some(ContactPresenceGetError::Forbidden), Some("Forbidden")));
    assert_eq!(presence_error(409, &[], "").documented(), Some(ContactPresenceGetError::Conflict));
    assert_eq!(
        presence_error(410, &[], "").documented(),
        Some(ContactPresenceGetError::CannotRedirect),
        "the only one"
    );
    assert_eq!(presence_error(412, &[], "").generic(), Some(GenericError::PreconditionFailed));
    let error = presence_error(418, &[], "");
    assert_eq!((error.kind(), error.code()), (&ErrorKind::Other, None));
}

#[test]
fn what_a_proxy_says_is_no_error_of_ucwa() {
    let page = format!("<html>\n<body>Bad gateway</body></html>{}", "x".repeat(1000));
    let error = presence_error(502, &[("Content-Type", "text/html; charset=utf-8")], &page);
    assert_eq!(error.kind(), &ErrorKind::NotUcwa { media_type: "text/html; charset=utf-8".into() });
    assert_eq!(error.body_start(), &page[..512]);
    assert_eq!((error.code(), error.documented(), error.generic()), (None, None, None));
    let line = error.to_string();
    assert_eq!(
        line,
        format!(
            "GET contactPresence: 502 Bad Gateway, not a UCWA response but text/html; charset=utf-8: Bad gateway {}...",
            "x".repeat(188)
        )
    );
}

#[test]
fn the_summary_of_a_page_is_what_people_read() {
    let html = ("Content-Type", "text/html");
    for page in [
        "<script type='x'>let a = 1;</script>Bad gateway",
        "<SCRIPT>let a = 1;</script><p>Bad gateway",
        "<style>p { a: 1 }</style><p>Bad gateway</p>",
        "<style type='x'>p { a: 1 }</style >Bad<br/>gateway",
    ] {
        let line = presence_error(502, &[html], page).to_string();
        assert_eq!(
            line, "GET contactPresence: 502 Bad Gateway, not a UCWA response but text/html: Bad gateway",
            "{page}"
        );
    }
}

#[test]
fn errors_are_shown_with_what_the_server_said_and_without_secrets() {
    let headers = [JSON, ("Client-Request-Id", "4711"), ("Set-Cookie", "a=hunter2")];
    let body = r#"{"code":"Conflict","subcode":"Odd","message":"why","password":"hunter2"}"#;
    let shown = format!("{:?}", presence_error(409, &headers, body));
    for part in ["contactPresence", "409", "4711", "Conflict", "Odd", "why", "/presence"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_subcode_that_no_table_lists_leaves_the_code_and_itself() {
    let error = presence_error(403, &[JSON], r#"{"code":"Forbidden","subcode":"AnonymousNotAllowed","message":"why"}"#);
    assert_eq!((error.code(), error.subcode()), (Some("Forbidden"), Some("AnonymousNotAllowed")));
    assert!(error.is(ContactPresenceGetError::Forbidden) && !error.is(ContactPresenceGetError::Conflict), "{error:?}");
    let generic = presence_error(500, &[JSON], r#"{"code":"ServiceFailure","subcode":"BrandNew"}"#);
    assert_eq!((generic.documented(), generic.generic()), (None, Some(GenericError::ServiceFailure)));
    let other = presence_error(408, &[JSON], r#"{"code":"ClientTimeout","subcode":"BrandNew"}"#);
    assert_eq!(other.kind(), &ErrorKind::Other);
    assert_eq!(error.to_string(), "GET contactPresence: Forbidden/AnonymousNotAllowed: why");
    let none = presence_error(403, &[JSON], r#"{"code":"Forbidden","subcode":"None"}"#);
    assert!(none.is(ContactPresenceGetError::Forbidden), "`None` is no subcode");
}

#[test]
fn a_response_that_cannot_be_read_is_an_error_with_its_cause() {
    let read = |headers: &[(&str, &str)], body: &str| {
        link::<ContactPresence>("/presence").get().read(response(200, headers, body)).expect_err("it cannot be read")
    };
    for (headers, body) in [
        (&[JSON][..], "{\"availability\":"),
        (&[JSON][..], ""),
        (&[("Content-Type", "text/html")][..], "<p>Sign in</p>"),
    ] {
        let error = read(headers, body);
        assert!(matches!(error.kind(), ErrorKind::Unreadable(_)), "{error:?}");
        assert!(std::error::Error::source(&error).is_some());
        assert!(error.to_string().starts_with("GET contactPresence: 200 OK"), "{error}");
        assert_eq!((error.status().as_u16(), error.is_retryable(), error.code()), (200, false, None));
    }
}

#[test]
fn the_reason_of_an_event_is_an_error_of_the_operation() {
    let reason = |body: &str| ucwa::decode_error(Format::Json, body.as_bytes()).expect("a reason");
    let started: fn(ErrorBody) -> OperationError<ucwa::communication::StartMessagingPostError> =
        |reason| OperationError::from_reason("startMessaging", reason);
    let error = started(reason(r#"{"code":"ServiceFailure","subcode":"CallbackChannelError","message":"why"}"#));
    assert!(error.is(ucwa::communication::StartMessagingPostError::CallbackChannelError));
    assert_eq!(error.to_string(), "startMessaging: ServiceFailure/CallbackChannelError: why");
    assert_eq!(error.status().as_u16(), 500);
    let error = started(reason(r#"{"code":"Timeout","subcode":"BrandNew"}"#));
    assert_eq!((error.code(), error.subcode(), error.status().as_u16()), (Some("Timeout"), Some("BrandNew"), 504));
}

/// Reads the rows of a table as errors, and sees that each is the variant that a reader of the page would look for.
macro_rules! rows {
    ($read:expr, $errors:ident: $($status:literal $code:ident $($subcode:ident)? => $variant:ident),+ $(,)?) => {{
        let variants = [$($errors::$variant),+];
        let listed: Vec<_> = $errors::TABLE.iter().map(|(error, _)| *error).collect();
        assert_eq!(listed, variants, "all rows are here");
        $(
            let subcode = None::<&str>$(.or(Some(stringify!($subcode))))?;
            let error = in_json($read, $status, stringify!($code), subcode);
            assert!(error.is($errors::$variant), "{error:?}");
            assert_eq!((error.code(), error.subcode(), error.status().as_u16()), (Some(stringify!($code)), subcode, $status));
            // As a caller takes failures apart.
            match error.kind() {
                ErrorKind::Documented($errors::$variant) => {}
                other => panic!("{other:?}"),
            }
        )+
    }};
}

/// The rows that a GET of most resources about contacts has.
macro_rules! rows_of_a_get {
    ($resource:ident, $errors:ident) => {
        rows!(|came| link::<$resource>("/x").get().read(came).err(), $errors:
            403 Forbidden => Forbidden,
            500 ServiceFailure InvalidExchangeServerVersion => InvalidExchangeServerVersion,
            409 Conflict AlreadyExists => AlreadyExists,
            409 Conflict TooManyGroups => TooManyGroups,
            409 Conflict => Conflict,
            410 Gone CannotRedirect => CannotRedirect,
        )
    };
}

#[test]
fn the_rows_of_error_tables_have_the_names_that_the_pages_give_them() {
    rows_of_a_get!(ContactPresence, ContactPresenceGetError);
    rows_of_a_get!(ContactPrivacyRelationship2, ContactPrivacyRelationship2GetError);
    rows_of_a_get!(PinnedGroup, PinnedGroupGetError);
    rows_of_a_get!(PresenceSubscriptionMembership, PresenceSubscriptionMembershipGetError);
    rows_of_a_get!(SubscribedContacts, SubscribedContactsGetError);
    rows!(|came| link::<PresenceSubscriptionMembership>("/x").delete().read(came).err(),
        PresenceSubscriptionMembershipDeleteError:
        403 Forbidden => Forbidden,
        410 Gone CannotRedirect => CannotRedirect,
    );
    let fetched = link::<ContactPrivacyRelationship2>("/x").get().read(response(200, &[JSON, ("ETag", "1")], "{}"));
    let relationship = fetched.expect("a relationship");
    let put = relationship.put().expect("it has an ETag");
    rows!(|came| put.read(came).err(), ContactPrivacyRelationship2PutError:
        403 Forbidden => Forbidden,
        500 ServiceFailure InvalidExchangeServerVersion => InvalidExchangeServerVersion,
        410 Gone CannotRedirect => CannotRedirect,
    );
}

/// Errors can be sent between threads and boxed, as callers do with them.
#[test]
fn errors_go_wherever_errors_go() {
    fn is_error<E: std::error::Error + Send + Sync + 'static>(_: &E) {}
    is_error(&presence_error(403, &[], ""));
    is_error(&RequestError::Missing { operation: "PUT group2".into(), what: "an ETag" });
}

// Classes

#[test]
fn every_operation_has_the_classes_of_failures() {
    type Is = fn(&PresenceError) -> bool;
    let classes: [(u16, &str, Is); 8] = [
        (401, "", OperationError::is_unauthorized),
        (403, "Forbidden", OperationError::is_forbidden),
        (404, "NotFound", OperationError::is_not_found),
        (409, "Conflict", OperationError::is_conflict),
        (410, "Gone", OperationError::is_gone),
        (412, "PreconditionFailed", OperationError::is_precondition_failed),
        (429, "TooManyRequests", OperationError::is_too_many_requests),
        (503, "ServiceUnavailable", OperationError::is_unavailable),
    ];
    for (status, code, _) in classes {
        let in_json = serde_json::json!({"code": code, "subcode": "BrandNew"}).to_string();
        let page = ("Content-Type", "text/html");
        for (headers, body) in [(&[][..], ""), (&[page][..], "<p>No</p>"), (&[JSON][..], &in_json)] {
            let error = presence_error(status, headers, body);
            for (other, _, is) in classes {
                assert_eq!(is(&error), other == status, "{status} {other} {error:?}");
            }
        }
    }
}

#[test]
fn a_class_follows_the_code_where_it_is_not_that_of_the_status() {
    let error = presence_error(500, &[JSON], r#"{"code":"NotFound"}"#);
    assert!(error.is_not_found());
    let error = presence_error(404, &[JSON], r#"{"code":"BrandNew"}"#);
    assert!(error.is_not_found());
    let reason = ucwa::decode_error(Format::Json, br#"{"code":"Gone"}"#).expect("a reason");
    assert!(PresenceError::from_reason("startMessaging", reason).is_gone());
}

#[test]
fn a_revision_that_the_server_lacks_is_told_apart() {
    let body = r#"{"code":"NotFound","subcode":"APIVersionNotSupported"}"#;
    assert!(presence_error(404, &[JSON], body).is_revision_not_supported());
    assert!(!presence_error(404, &[JSON], r#"{"code":"NotFound"}"#).is_revision_not_supported());
    assert!(!presence_error(409, &[JSON], &body.replace("NotFound", "Conflict")).is_revision_not_supported());
}

// Evidence

#[test]
fn an_error_keeps_where_it_came_from_and_what_names_the_request() {
    let events = link::<ucwa::general::Events>("/events?ack=1&token=xyzzy").get();
    let headers = [JSON, ("X-MS-Correlation-Id", "41"), ("client-request-id", "42"), ("X-MS-Server-Fqdn", "fe1")];
    let error = events.read(response(409, &headers, r#"{"code":"Conflict"}"#)).expect_err("an error");
    assert_eq!(error.url(), Some("https://fe1.contoso.com/events?ack=1&token=[secret]"));
    assert_eq!(error.request_id(), Some("41"));
    assert_eq!(error.headers()["x-ms-server-fqdn"], "fe1");
    assert_eq!(error.body_start(), r#"{"code":"Conflict"}"#);
    assert_eq!(presence_error(409, &headers[2..], "").request_id(), Some("42"));
    assert_eq!(presence_error(409, &[], "").request_id(), None);
    let deleted = link::<Group2>("/groups/7").delete().read(response(404, &[], "")).expect_err("an error");
    assert_eq!(deleted.url(), Some("https://fe1.contoso.com/groups/7"));

    let mut redirected = response(404, &[], "");
    let url = url::Url::parse("https://jane:xyzzy@fe2.contoso.com/groups/8").expect("a URL");
    redirected.extensions_mut().insert(ucwa::ResponseUrl(url));
    let redirected = link::<Group2>("/groups/7").delete().read(redirected).expect_err("an error");
    assert_eq!(redirected.url(), Some("https://jane:[secret]@fe2.contoso.com/groups/8"));
}

#[test]
fn a_response_that_cannot_be_read_keeps_the_same_evidence() {
    let headers = [("Content-Type", "text/html"), ("request-id", "42")];
    let error = link::<ContactPresence>("/presence").get().read(response(200, &headers, "<p>Sign in</p>"));
    let error = error.expect_err("a page");
    assert_eq!((error.url(), error.request_id()), (Some("https://fe1.contoso.com/presence"), Some("42")));
    assert_eq!((error.body_start(), error.status().as_u16()), ("<p>Sign in</p>", 200));
}

#[test]
fn no_text_of_an_error_holds_a_secret_that_a_page_repeats() {
    const SECRET: &str = "cwt=AAEBHAEFAAAAAAAFFQAAAOOBSk1zZWNyZXQ";
    for page in [
        format!("<html><title>Blocked</title><body>GET /x?token={SECRET}</body></html>"),
        format!("Authorization: Bearer {SECRET}"),
        format!("<a href='https://host/?access_token={SECRET}'>retry</a>"),
        format!("{{\"access_token\":\"{SECRET}\"}}"),
        format!("<script>var token = '{SECRET}';</script>Blocked"),
        format!("<style>{SECRET}</style>Blocked"),
        format!("password: {SECRET}"),
        format!("<p {SECRET}"),
        "Authorization: Basic xyzzy".to_owned(),
        format!("<p>password: <b>{SECRET}</b></p>"),
    ] {
        for (status, media_type) in [(403, "text/html"), (401, "text/html"), (200, "text/html"), (200, "text/plain")] {
            let headers = [("Content-Type", media_type), ("Set-Cookie", "session=xyzzy")];
            let error = link::<ContactPresence>("/presence?token=xyzzy").get().read(response(status, &headers, &page));
            let error = error.expect_err("a page");
            for text in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
                for secret in ["AAEB", "xyzzy"] {
                    assert!(!text.contains(secret), "{secret} of {page}: {text}");
                }
            }
            assert!(error.body_start().starts_with(&page[..10]), "the caller can look");
        }
    }
    let error = presence_error(403, &[("Content-Type", "text/html")], "<h1>Blocked</h1>by the filter (403).");
    assert!(error.to_string().ends_with(": Blocked by the filter (403)."), "{error}");
}

// Tokens

const OAUTH: &str = "MsRtcOAuth href=\"https://fe1.contoso.com/WebTicket/oauthtoken\",\
                     grant_type=\"urn:microsoft.rtc:windows,urn:microsoft.rtc:anonmeeting,password\"";
const BEARER: &str = "Bearer trusted_issuers=\"00000002-0000-0ff1-ce00-000000000000@contoso.com,7@x\", \
                      client_id=\"00000004-0000-0ff1-ce00-000000000000\", authorization_uri=\"https://login.contoso.com/a?b=c\"";

fn both() -> [Challenge; 2] {
    let bearer = Challenge::Bearer {
        trusted_issuers: vec!["00000002-0000-0ff1-ce00-000000000000@contoso.com".into(), "7@x".into()],
        client_id: Some("00000004-0000-0ff1-ce00-000000000000".into()),
        authorization_uri: Some("https://login.contoso.com/a?b=c".into()),
    };
    let own = Challenge::MsRtcOAuth {
        href: "https://fe1.contoso.com/WebTicket/oauthtoken".into(),
        grant_types: ["urn:microsoft.rtc:windows", "urn:microsoft.rtc:anonmeeting", "password"]
            .map(str::to_owned)
            .into(),
    };
    [bearer, own]
}

fn challenges(headers: &[&str]) -> Vec<Challenge> {
    let headers: Vec<_> = headers.iter().map(|value| ("WWW-Authenticate", *value)).collect();
    presence_error(401, &headers, "").challenges()
}

#[test]
fn a_challenge_is_read_from_two_headers_or_one_with_quotation_marks_or_without() {
    assert_eq!(challenges(&[BEARER, OAUTH]), both());
    assert_eq!(challenges(&[&format!("{BEARER}, {OAUTH}")]), both());
    let unquoted = OAUTH.replace('"', "");
    assert_eq!(challenges(&[BEARER, &unquoted]), both());
    assert_eq!(challenges(&[&format!("{},{unquoted}", BEARER.replace('"', ""))]), both());
    assert_eq!(challenges(&[&format!("{unquoted}, {BEARER}")]), [both()[1].clone(), both()[0].clone()]);
    assert_eq!(challenges(&[&BEARER.replace("Bearer", "BEARER").replace("client_id=", "Client_ID = ")]), both()[..1]);
}

#[test]
fn challenges_of_other_schemes_are_kept() {
    let other = |scheme: &str, parameters: &[(&str, &str)]| Challenge::Other {
        scheme: scheme.into(),
        parameters: parameters.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
    };
    assert_eq!(challenges(&["Negotiate", "NTLM"]), [other("Negotiate", &[]), other("NTLM", &[])]);
    assert_eq!(challenges(&["Negotiate, NTLM"]), [other("Negotiate", &[]), other("NTLM", &[])]);
    assert_eq!(challenges(&["negotiate"]), [other("negotiate", &[])]);
    assert_eq!(challenges(&["Basic realm=\"a, b\""]), [other("Basic", &[("realm", "a, b")])]);
    let quoted = challenges(&[r#"Basic realm="It is \"a, b", x="c\\", NTLM"#]);
    assert_eq!(quoted, [other("Basic", &[("realm", r#"It is "a, b"#), ("x", "c\\")]), other("NTLM", &[])]);
    assert_eq!(challenges(&["MsRtcOAuth grant_type=password"]), [other("MsRtcOAuth", &[("grant_type", "password")])]);
    assert_eq!(challenges(&["", ",", "= x", "\"a"]), []);
    assert_eq!(challenges(&["Basic realm=a,, x=b,"]), [other("Basic", &[("realm", "a"), ("x", "b")])]);
    let odd = challenges(&["MsRtcOAuth href=\"https://a\",grant_type=password,urn:b=c"]);
    let grant_types = vec!["password".to_owned(), "urn:b=c".to_owned()];
    assert_eq!(odd, [Challenge::MsRtcOAuth { href: "https://a".into(), grant_types }]);
    let bare = Challenge::Bearer { trusted_issuers: vec![], client_id: None, authorization_uri: None };
    assert_eq!(challenges(&["Bearer"]), [bare]);
}

#[test]
fn a_missing_token_says_what_the_server_accepts() {
    let error = presence_error(401, &[("WWW-Authenticate", BEARER), ("WWW-Authenticate", OAUTH)], "<html>401</html>");
    assert_eq!(error.kind(), &ErrorKind::Unauthorized);
    assert_eq!(
        error.to_string(),
        "GET contactPresence: 401 Unauthorized: the token is missing, expired or invalid; the server accepts \
         a Bearer token for 00000004-0000-0ff1-ce00-000000000000 from 00000002-0000-0ff1-ce00-000000000000@contoso.com, 7@x; \
         an MsRtcOAuth token from https://fe1.contoso.com/WebTicket/oauthtoken by urn:microsoft.rtc:windows, \
         urn:microsoft.rtc:anonmeeting, password"
    );
    let plain = presence_error(401, &[], "").to_string();
    assert_eq!(plain, "GET contactPresence: 401 Unauthorized: the token is missing, expired or invalid");
}

#[test]
fn an_invalid_token_is_no_missing_right() {
    let invalid = ("X-Ms-diagnostics", "28055;source=\"fe1.contoso.com\";reason=\"The OAuth token is invalid.\"");
    let error = presence_error(403, &[invalid, ("WWW-Authenticate", OAUTH)], "");
    assert!(error.is_invalid_token() && error.is_unauthorized() && !error.is_forbidden(), "{error:?}");
    assert!(!error.is(ContactPresenceGetError::Forbidden));
    assert!(error.to_string().contains("invalid (The OAuth token is invalid.)"), "{error}");
    assert_eq!(error.challenges(), both()[1..]);
    let found = error.diagnostics().expect("diagnostics");
    assert_eq!((found.code, found.source.as_deref()), (28055, Some("fe1.contoso.com")));
    assert_eq!((found.reason.as_deref(), found.text.as_str()), (Some("The OAuth token is invalid."), invalid.1));

    let missing = presence_error(403, &[("X-Ms-diagnostics", "28020;reason=\"No valid security token.\"")], "");
    assert!(!missing.is_invalid_token() && missing.is(ContactPresenceGetError::Forbidden), "{missing:?}");
    for odd in ["", "x", ";", "28055x;"] {
        assert_eq!(presence_error(403, &[("X-Ms-diagnostics", odd)], "").diagnostics(), None, "{odd}");
    }
    assert_eq!(presence_error(403, &[("X-Ms-diagnostics", " 28055 ")], "").diagnostics().map(|d| d.code), Some(28055));
}

proptest! {
    #[test]
    fn no_challenge_and_no_diagnostics_panic(text: String, near in "[A-Za-z =,\";:&*]{0,40}") {
        for text in [&text, &near] {
            let challenges = Challenge::parse(text);
            let _ = (challenges.iter().map(ToString::to_string).collect::<Vec<_>>(), Diagnostics::parse(text));
        }
    }

    #[test]
    fn no_page_panics_or_breaks_the_line(page: String, near in "[a-z<>/ :&?=\n-]{0,60}") {
        for page in [&page, &near] {
            let error = presence_error(502, &[("Content-Type", "text/html")], page);
            prop_assert_eq!(error.to_string().lines().count(), 1);
        }
    }
}

//! What requests carry, and content that is no resource.

use http::Response;
use ucwa::communication::{
    AcceptWithAnswer, AcceptWithAnswerInput, AddParticipant, AddParticipantInput, SendMessage, SendMessageInput,
    StartMessaging, StartMessagingInput,
};
use ucwa::discovery::Xframe;
use ucwa::me::{MakeMeAvailable, MakeMeAvailableInput, Photo, ReportMyActivity};
use ucwa::people::ContactPresence;
use ucwa::prelude::*;
use ucwa::{Body, Bytes, Content, ContentError, NoQuery, RequestError};

use crate::{HOST, header, link, response, text};

#[test]
fn requests_ask_for_the_format_that_they_are_made_in() {
    for (format, media_type) in [(Format::Json, "application/json"), (Format::Xml, "application/xml")] {
        let get = link::<ContactPresence>("/presence").get().to_http(format).expect("a request");
        assert_eq!(header(&get, "Accept"), Some(media_type));
        assert_eq!((header(&get, "Content-Type"), header(&get, "Content-Length")), (None, None));
        let post = link::<AddParticipant>("/add").post_with(AddParticipantInput::new("sip:a@b.c"));
        let post = post.to_http(format).expect("a request");
        assert_eq!((header(&post, "Accept"), header(&post, "Content-Type")), (Some(media_type), Some(media_type)));
        assert_eq!(header(&post, "Content-Length"), Some(&*post.body().len().to_string()));
    }
}

#[test]
fn parameters_are_written_in_both_formats() {
    let mut input = StartMessagingInput::new("sip:lene@contoso.com");
    input.message = Some(Content::plain_text("Hi & bye"));
    let request =
        |format| link::<StartMessaging>("/start").post_with(input.clone()).to_http(format).expect("a request");
    let href = input.message.as_ref().expect("it was set").href();
    assert!(href.starts_with("data:text/plain;charset=utf-8,Hi%20"), "{href}");
    let json: serde_json::Value = serde_json::from_slice(request(Format::Json).body()).expect("JSON");
    let expected = serde_json::json!({"to": "sip:lene@contoso.com", "_links": {"message": {"href": href}}});
    assert_eq!(json, expected);
    let xml = request(Format::Xml);
    let xml = text(&xml);
    assert!(xml.contains("<input xmlns=\"http://schemas.microsoft.com/rtc/2012/03/ucwa\">"), "{xml}");
    assert!(xml.contains("<property name=\"to\">sip:lene@contoso.com</property>"), "{xml}");
    assert!(xml.contains(&format!("<link rel=\"message\" href=\"{}\"/>", href.replace('&', "&amp;"))), "{xml}");
}

#[test]
fn a_post_that_has_nothing_to_say_is_empty_and_says_so() {
    let request = link::<ReportMyActivity>("/report").post().to_http(Format::Json).expect("a request");
    assert_eq!((header(&request, "Content-Length"), header(&request, "Content-Type")), (Some("0"), None));
    assert!(request.body().is_empty());
    assert!(link::<ReportMyActivity>("/report").post().read(response(204, &[], "")).is_ok());
    let request = link::<MakeMeAvailable>("/available").post().to_http(Format::Json).expect("a request");
    assert!(request.body().is_empty(), "none of its parameters is set");
    let input = MakeMeAvailableInput::new().sign_in_as("Away");
    let request = link::<MakeMeAvailable>("/available").post_with(input).to_http(Format::Json).expect("a request");
    assert_eq!(text(&request), r#"{"signInAs":"Away"}"#);
}

#[test]
fn bodies_are_shown_by_their_size_and_type() {
    assert_eq!(format!("{:?}", Body::plain_text("hunter2")), "7 bytes of text/plain;charset=utf-8");
}

#[test]
fn a_photo_is_bytes_of_a_media_type() {
    let get = link::<Photo>("/photo").get();
    let request = get.to_http(Format::Json).expect("a request");
    assert_eq!(header(&request, "Accept"), Some("image/jpeg"));
    let came = Response::builder().header("Content-Type", "image/png").body(vec![0x89, 0xFF, 0]).expect("a response");
    let photo = get.read(came).expect("a photo");
    assert_eq!((photo.essence().as_str(), photo.bytes.as_slice()), ("image/png", &[0x89, 0xFF, 0][..]));
}

#[test]
fn a_page_is_no_photo_unless_a_page_was_asked_for() {
    for headers in [&[("Content-Type", "text/html")][..], &[]] {
        let page = || response(200, headers, "<html>Sign in to the network</html>");
        let error = link::<Photo>("/photo").get().read(page()).expect_err("that is a page");
        assert!(error.to_string().contains("expected image/jpeg, found"), "{error}");
        let frame = link::<Xframe>("/xframe").get().read(page()).expect("it is a page");
        assert!(frame.bytes.starts_with(b"<html>"));
    }
}

#[test]
fn a_message_is_sent_as_it_is_and_its_id_stands_in_the_address() {
    for (body, media_type) in
        [(Body::plain_text("Hi é"), "text/plain;charset=utf-8"), (Body::html("<b>Hi é</b>"), "text/html;charset=utf-8")]
    {
        let bytes = body.bytes.clone();
        let send = link::<SendMessage>("/messages?x=1").post_with(SendMessageInput::new("a b", body));
        let request = send.to_http(Format::Json).expect("a request");
        assert_eq!(request.uri().to_string(), format!("{HOST}/messages?x=1&operationId=a+b"));
        assert_eq!((header(&request, "Content-Type"), request.body()), (Some(media_type), &bytes));
        let message = send.read(response(201, &[("Location", "/messages/1")], "")).expect("it was sent");
        assert_eq!(
            message.link.expect("an address").url().expect("a URL").as_str(),
            "https://fe1.contoso.com/messages/1"
        );
    }
}

#[test]
fn a_body_of_another_media_type_is_refused() {
    let body = Body::new("image/png", vec![1]);
    let error = link::<SendMessage>("/messages").post_with(SendMessageInput::new("1", body)).to_http(Format::Json);
    let error = error.expect_err("no message");
    assert_eq!(error.to_string(), "POST sendMessage: the body is image/png, but must be text/plain, text/html");
    let forgotten = link::<SendMessage>("/messages").post_with(SendMessageInput::default()).to_http(Format::Json);
    assert!(matches!(forgotten, Err(RequestError::MediaType { .. })), "{forgotten:?}");
}

#[test]
fn a_call_is_responseed_in_the_session_description_protocol() {
    let input = AcceptWithAnswerInput::new("ctx", Body::sdp("v=0\r\n"));
    let request = link::<AcceptWithAnswer>("/accept").post_with(input).to_http(Format::Xml).expect("a request");
    assert_eq!(header(&request, "Content-Type"), Some("application/sdp"));
    assert_eq!(text(&request), "v=0\r\n");
    assert_eq!(request.uri().to_string(), format!("{HOST}/accept?sessionContext=ctx"));
}

#[test]
fn content_is_not_shown_where_requests_are_logged() {
    let send = link::<SendMessage>("/messages").post_with(SendMessageInput::new("1", Body::plain_text("a secret")));
    assert!(!format!("{send:?}").contains("a secret"), "{send:?}");
}

#[test]
fn content_is_text_wherever_it_stands() {
    let content = Content::from_href("data:text/plain;charset=utf-8,Hi+Tosh");
    let body = Body::try_from(&content).expect("it is in the link");
    assert_eq!((content.text().as_deref(), body.text()), (Ok("Hi Tosh"), Ok("Hi Tosh")));
    assert_eq!((body.media_type.as_str(), Bytes::from("Hi Tosh").text()), ("text/plain;charset=utf-8", Ok("Hi Tosh")));
    assert_eq!(Body::try_from(&Content::from(&body)), Ok(body));
    assert_eq!(Body::try_from(&Content::from_href("/messages/1")), Err(ContentError::Elsewhere));
    assert_eq!(Body::new("image/png", vec![0xFF]).text(), Err(ContentError::Utf8));
    assert_eq!(Bytes::from(vec![0xFF]).text(), Err(ContentError::Utf8));
}

#[test]
fn a_body_that_was_not_read_is_shown_by_its_size_and_the_response_by_no_header() {
    let page = [("Content-Type", "text/html"), ("Set-Cookie", "cwt=hunter2")];
    let post = link::<StartMessaging>("/start").post_with(StartMessagingInput::new("sip:a@b.c"));
    let started = post.read(response(201, &page, "<p>hunter2</p>")).expect("it was started");
    let shown = format!("{:?}", started.unread.expect("a page"));
    for part in ["found text/html", "201", "14 bytes of text/html"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn parameters_that_are_no_content_have_no_body_and_no_parameters_are_an_object_too() {
    let mut none = NoQuery::default();
    assert_eq!(none.body(), None);
    assert_eq!(none.body_mut(), None);
    none.envelope_mut().set_unknown_property("x", 1.into());
    assert_ne!(none, NoQuery::default());
    assert_eq!(none.to_json().as_deref(), Ok(r#"{"x":1}"#));
}

//! Content that links carry.

use ucwa::communication::{Message, MessagingInvitation, StartMessagingInput};
use ucwa::{Content, ContentError, Document};

use crate::{json, survives, xml};

#[test]
fn content_is_read_from_links_and_from_properties() {
    let href = "data:text/plain;charset=utf-8,Hi+Tosh%0d%0a";
    for text in [
        format!(r#"{{"_links":{{"plainMessage":{{"href":"{href}"}}}}}}"#),
        format!(r#"{{"_links":{{"plainMessage":[{{"href":"{href}"}}]}}}}"#),
        format!(r#"{{"plainMessage":"{href}"}}"#),
        format!(r#"{{"plainMessage":{{"href":"{href}"}}}}"#),
    ] {
        let message = survives(json::<Message>(&text));
        let content = message.plain_message.as_ref().unwrap_or_else(|| panic!("no content in {text}"));
        assert_eq!(content.media_type(), Some("text/plain;charset=utf-8"));
        assert_eq!(content.text().as_deref(), Ok("Hi Tosh\r\n"));
        let written = message.to_json().expect("JSON holds all");
        assert_eq!(written, format!(r#"{{"_links":{{"plainMessage":{{"href":"{href}"}}}}}}"#));
    }
    for text in [
        format!(r#"<resource><link rel="plainMessage" href="{href}"/></resource>"#),
        format!(r#"<resource><property name="plainMessage">{href}</property></resource>"#),
    ] {
        let message: Message = xml(&text);
        assert_eq!(message.plain_message.map(|content| content.href().to_owned()).as_deref(), Some(href), "{text}");
    }
}

#[test]
fn content_in_any_encoding_is_decoded() {
    for (href, expected) in [
        ("data:text/html;charset=utf-8,%3cspan+style%3d%22a%22%3e", "<span style=\"a\">"),
        ("data:application/sdp;base64,dj0wDQo=", "v=0\r\n"),
        ("data:application/sdp;base64,dj0wDQo", "v=0\r\n"),
        ("data:application/sdp;base64,dj0wDQo%3D", "v=0\r\n"),
        ("data:,a,b", "a,b"),
        ("DATA:text/plain,a%2Bb", "a+b"),
    ] {
        assert_eq!(Content::from_href(href).text().as_deref(), Ok(expected), "{href}");
    }
}

#[test]
fn content_elsewhere_is_an_address() {
    let message = survives(json::<Message>(r#"{"_links":{"plainMessage":{"href":"/ucwa/content/7"}}}"#));
    let content = message.plain_message.expect("it was sent");
    assert_eq!((content.href(), content.decode()), ("/ucwa/content/7", Err(ContentError::Elsewhere)));
}

#[test]
fn content_that_is_null_is_not_there() {
    for text in [r#"{"plainMessage":null}"#, r#"{"_links":{"plainMessage":null}}"#, r#"{"plainMessage":{}}"#] {
        assert_eq!(json::<Message>(text), Message::default(), "{text}");
    }
}

#[test]
fn content_is_written_escaped_and_with_its_media_type() {
    let mut input = StartMessagingInput::new("sip:jane@contoso.com");
    input.message = Some(Content::plain_text("1 + 1 = 2, 100 %\r\n\u{e4}"));
    let written = input.to_json().expect("JSON holds all");
    assert_eq!(
        written,
        r#"{"to":"sip:jane@contoso.com","_links":{"message":{"href":"data:text/plain;charset=utf-8,1%20%2B%201%20%3D%202%2C%20100%20%25%0D%0A%C3%A4"}}}"#
    );
}

#[test]
fn a_property_and_a_relation_of_one_name_are_told_apart_by_where_they_stand() {
    let invitation =
        survives(json::<MessagingInvitation>(r#"{"to":"sip:jane@contoso.com","_links":{"to":{"href":"/a"}}}"#));
    assert_eq!(invitation.to.as_deref(), Some("sip:jane@contoso.com"));
    assert_eq!(invitation.to_relation().href(), Some("/a"));
}

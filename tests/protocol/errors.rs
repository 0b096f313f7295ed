//! What is wrong with a document, and where.

use ucwa::communication::Message;
use ucwa::people::{Contact, ContactPresence, MyContacts};
use ucwa::{DecodeError, DecodeProblem, Document, Format, Limits};

/// Where reading `MyContacts` fails: the path, and the text at the offset.
fn place(format: Format, text: &str) -> (String, &str) {
    let error = MyContacts::decode(format, text.as_bytes(), Limits::default().strict()).expect_err(text);
    assert!(matches!(error.problem(), DecodeProblem::Shape(_)), "{error}");
    (error.path().to_owned(), &text[error.offset().expect("the place is known")..])
}

#[test]
fn an_error_names_the_path_in_json() {
    for (text, path) in [
        (r#"{"_embedded":{"contact":[{},{"name":{}}]}}"#, "_embedded.contact[1].name"),
        (r#"{"_embedded":{"contact":{"name":{}}}}"#, "_embedded.contact.name"),
        (
            r#"{"_embedded":{"contact":[{},{},{},{"emailAddresses":["a",{}]}]}}"#,
            "_embedded.contact[3].emailAddresses[1]",
        ),
        (
            r#"{"_embedded":{"contact":[{"_embedded":{"contactPresence":{"lastActive":"soon"}}}]}}"#,
            "_embedded.contact[0]._embedded.contactPresence.lastActive",
        ),
        (r#"{"_embedded":{"contact":["Jane"]}}"#, "_embedded.contact[0]"),
        (r#"{"_embedded":"none"}"#, "_embedded"),
        (r#"{"_links":{"contact":{"href":{}}}}"#, "_links.contact"),
        (r#"{"_links":7}"#, "_links"),
        (r#"{"rel":{}}"#, "rel"),
        (r#"{"_embedded":{"sparkle":{"rel":"contact","name":{}}}}"#, "_embedded.sparkle.name"),
        (r#"{"_embedded":{"sparkle":{"name":{},"rel":"contact"}}}"#, "_embedded.sparkle.name"),
    ] {
        assert_eq!(place(Format::Json, text).0, path, "{text}");
    }
}

#[test]
fn an_error_names_the_same_path_in_xml() {
    for (text, path) in [
        (
            r#"<resource><resource rel="contact"/><resource rel="contact"><resource rel="contactPresence"><property name="lastActive">soon</property></resource></resource></resource>"#,
            "_embedded.contact[1]._embedded.contactPresence.lastActive",
        ),
        (
            r#"<resource><resource rel="contact"><propertyList name="name"><item>a</item><item>b</item></propertyList></resource></resource>"#,
            "_embedded.contact[0].name",
        ),
        (
            r#"<resource><resource rel="conversation"><property name="participantCount">many</property></resource></resource>"#,
            "_embedded.conversation.participantCount",
        ),
    ] {
        assert_eq!(place(Format::Xml, text).0, path, "{text}");
    }
}

#[test]
fn an_error_names_the_offset_in_json() {
    let text = "{\n  \"_embedded\": {\n    \"contact\": [\n      { \"\u{e4}\": 1, \"name\": {\"first\": \"Jane\"} }\n    ]\n  }\n}";
    let (path, rest) = place(Format::Json, text);
    assert_eq!(path, "_embedded.contact[0].name");
    assert!(rest.starts_with("{\"first\"") || rest.starts_with("\"first\""), "{rest}");
}

#[test]
fn an_error_names_the_offset_in_xml() {
    let text = "<resource>\n  <resource rel=\"conversation\">\n <property name=\"participantCount\">m\u{e4}ny</property> <link rel='x' href='y'/></resource></resource>";
    let (path, rest) = place(Format::Xml, text);
    assert_eq!(path, "_embedded.conversation.participantCount");
    assert!(rest.starts_with(" <link"), "{rest}");
}

#[test]
fn a_byte_order_mark_counts_in_offsets() {
    for (format, text) in [
        (Format::Json, r#"{"_links":7}"#),
        (Format::Xml, "<resource><link/></resource>"),
        (Format::Json, "{"),
        (Format::Xml, "<resource>"),
    ] {
        let offset = |text: &str| {
            MyContacts::decode(format, text.as_bytes(), Limits::default().strict()).expect_err("it is wrong").offset()
        };
        assert_eq!(offset(&format!("\u{FEFF}{text}")), offset(text).map(|offset| offset + 3), "{text}");
    }
}

#[test]
fn an_error_says_what_was_expected_and_what_was_found() {
    for (text, message) in [
        (r#"{"lastActive":"soon"}"#, "lastActive: expected a point in time, found `soon` (at byte 19)"),
        (r#"{"lastActive":true}"#, "lastActive: expected a point in time, found true (at byte 17)"),
    ] {
        let limits = Limits::default().strict();
        let error = ContactPresence::decode(Format::Json, text.as_bytes(), limits).expect_err(text);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn text_that_is_no_utf8_is_told_with_its_place() {
    for (format, bytes) in [(Format::Json, &b"{\"name\":\"\xFF\"}"[..]), (Format::Xml, b"<a>\xC3\x28</a>")] {
        let error = Contact::decode(format, bytes, Limits::default().strict()).expect_err("it is not UTF-8");
        assert_eq!(error.problem(), &DecodeProblem::Encoding);
        assert_eq!(error.offset(), bytes.iter().position(|byte| !byte.is_ascii()));
    }
}

#[test]
fn what_is_no_json_or_xml_is_told_apart_from_what_has_another_shape() {
    let problem = |result: Result<Message, DecodeError>| result.expect_err("it is wrong").problem().clone();
    assert!(matches!(problem(Message::from_json(b"{\"a\":")), DecodeProblem::Syntax(_)));
    assert!(matches!(problem(Message::from_json(b"[]")), DecodeProblem::Shape(_)));
    assert!(matches!(problem(Message::from_json(b"{} {}")), DecodeProblem::Syntax(_)));
    assert!(matches!(problem(Message::from_xml(b"<resource>")), DecodeProblem::Syntax(_)));
    assert!(matches!(problem(Message::from_xml(b"<html/>")), DecodeProblem::Shape(_)));
}

#[test]
fn lists_in_errors_survive_however_many_items_they_have() {
    let list = |items: &[&str]| {
        let items: String = items.iter().flat_map(|item| ["<item>", item, "</item>"]).collect();
        format!(r#"<propertyList name="hosts">{items}</propertyList>"#)
    };
    let single = "<hosts>c</hosts>".to_owned();
    for (lists, expected) in [
        (list(&[]), vec![]),
        (list(&["a"]), vec!["a"]),
        (list(&["a", "b"]), vec!["a", "b"]),
        (list(&["a"]) + &list(&["b"]), vec!["a", "b"]),
        (list(&[]) + &single, vec!["c"]),
        (single.clone() + &list(&["a", "b"]), vec!["c", "a", "b"]),
        (single.clone() + &single, vec!["c", "c"]),
    ] {
        let text = format!("<reason><code>Conflict</code>{lists}<debugInfo>{lists}</debugInfo></reason>");
        let body = ucwa::decode_error(Format::Xml, text.as_bytes()).expect("it is an error");
        assert_eq!(body.unknown["hosts"], serde_json::json!(expected), "{text}");
        assert_eq!(body.debug_info, Some(serde_json::json!({ "hosts": expected })), "{text}");
        for format in Format::ALL {
            let written = body.encode(format).expect("both hold this");
            assert_eq!(ucwa::decode_error(format, written.as_bytes()).as_ref(), Ok(&body), "{written}");
        }
    }
}

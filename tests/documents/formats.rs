//! What each format says, and what either leaves out.

use ucwa::communication::{Conversation, Message, SendMessageInput};
use ucwa::discovery::Root;
use ucwa::me::{MakeMeAvailableInput, Phone};
use ucwa::people::{Contact, MyContacts};
use ucwa::registry::REGISTRY;
use ucwa::{
    AnyResource, DecodeProblem, Document, ErrorBody, Format, Limits, LinkData, Object, Representation, Resource,
};

ucwa_runtime::object! {
    /// A resource with a property whose name is nearly that of what every resource has, and a link to a number.
    #[resource(name = "sticker", rel = "sticker", revision = 1)]
    #[registry(REGISTRY)]
    pub struct Sticker {
        /// What is on it.
        #[property(scalar("ETag"))]
        pub mark: Option<String>,
        /// How many there are.
        #[property(content("count"))]
        pub count: Option<i32>,
    }
}

impl Resource for Sticker {
    type Representation = Self;
}

fn json<T: Representation>(text: &str) -> T {
    T::from_json(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn what_is_empty_is_not_written() {
    assert_eq!(Message::default().to_json().as_deref(), Ok(r#"{"rel":"message"}"#));
    assert_eq!(MakeMeAvailableInput::default().to_json().as_deref(), Ok("{}"));
    let xml = Contact::default().to_xml().expect("it can be written");
    assert!(!xml.contains("propertyList") && !xml.contains("<link"), "{xml}");
}

#[test]
fn what_is_kept_of_a_relation_is_written_beside_what_was_read_of_it() {
    for text in [
        r#"{"_links":{"contactPresence":7},"_embedded":{"contactPresence":{"availability":"Away"}}}"#,
        r#"{"_links":{"contactPresence":{"href":"/a"}},"_embedded":{"contactPresence":7}}"#,
        r#"{"_links":{"sparkle":[7]},"_embedded":{"sparkle":[8]}}"#,
    ] {
        assert_eq!(json::<Contact>(text).to_json().as_deref(), Ok(text));
    }
    let text = r#"{"_embedded":{"contact":[7]}}"#;
    assert_eq!(json::<MyContacts>(text).to_json().as_deref(), Ok(text));
    let contact: Contact = json(r#"{"_embedded":{"contactPresence":{},"contactPresence":7}}"#);
    let written = contact.to_json().expect("JSON holds all");
    assert_eq!(json::<Contact>(&written), contact, "{written}");
}

#[test]
fn inputs_have_no_names_and_states() {
    for (format, text) in [
        (Format::Json, r#"{"rel":"x","etag":"7"}"#),
        (Format::Xml, r#"<input><property name="rel">x</property><property name="etag">7</property></input>"#),
    ] {
        let input = SendMessageInput::decode(format, text.as_bytes(), Limits::default()).expect("it is an input");
        let unknown: Vec<_> = input.envelope().unknown_properties().map(|(name, _)| name).collect();
        assert_eq!((unknown, input.envelope().rel(), input.envelope().etag()), (vec!["rel", "etag"], None, None));
    }
}

#[test]
fn properties_of_xml_with_the_names_of_what_json_has_around_them_are_left_out_there() {
    let xml = r#"<resource rel="contact"><link rel="group" href="/a"/><property name="_links">b</property>
        <propertyList name="_embedded"><item>c</item></propertyList><property name="_linkss">d</property></resource>"#;
    let contact = Contact::from_xml(xml.as_bytes()).expect("it is a resource");
    assert_eq!(contact.to_json().as_deref(), Ok(r#"{"rel":"contact","_linkss":"d","_links":{"group":{"href":"/a"}}}"#));
    let written = contact.to_xml().expect("XML holds all");
    assert_eq!(Contact::from_xml(written.as_bytes()).as_ref(), Ok(&contact), "{written}");
}

#[test]
fn what_every_resource_has_comes_before_a_property_in_other_letters() {
    for (name, mark, etag) in [("ETag", Some("7"), None), ("eTAG", Some("7"), None), ("etag", None, Some("7"))] {
        let xml = format!(r#"<resource rel="sticker"><property name="{name}">7</property></resource>"#);
        for (format, text) in [(Format::Json, format!(r#"{{"{name}":"7"}}"#)), (Format::Xml, xml)] {
            let sticker = Sticker::decode(format, text.as_bytes(), Limits::default()).expect("it is a resource");
            assert_eq!((sticker.mark.as_deref(), sticker.etag()), (mark, etag), "{text}");
        }
    }
}

#[test]
fn a_link_that_a_property_cannot_take_is_kept() {
    let sticker: Sticker = json(r#"{"ETag":"a","_links":{"count":{"href":"7"}}}"#);
    assert_eq!(sticker.count, Some(7));
    let sticker: Sticker = json(r#"{"ETag":"a","_links":{"count":{"href":"many"}}}"#);
    let kept: Vec<_> = sticker.envelope().unreadable().iter().map(|kept| (kept.path(), kept.text())).collect();
    assert_eq!((sticker.count, sticker.mark.as_deref()), (None, Some("a")));
    assert_eq!(kept, [("_links.count", r#"{"href":"many"}"#)]);
}

#[test]
fn resources_and_inputs_are_read_from_the_elements_of_both() {
    for element in ["resource", "input"] {
        let text = format!(r#"<{element}><property name="operationId">7</property></{element}>"#);
        let read = SendMessageInput::decode(Format::Xml, text.as_bytes(), Limits::default());
        assert_eq!(read.expect("it is an input").operation_id, "7");
        let text = format!(r#"<{element}><property name="name">Jane</property></{element}>"#);
        assert_eq!(Contact::from_xml(text.as_bytes()).expect("it is a resource").name.as_deref(), Some("Jane"));
    }
    let error = Contact::from_xml(b"<events/>").expect_err("events are no resource");
    assert_eq!(error.problem().to_string(), "expected <resource>, found <events>");
    let error = SendMessageInput::decode(Format::Xml, b"<events/>", Limits::default()).expect_err("nor an input");
    assert_eq!(error.problem().to_string(), "expected <input>, found <events>");
}

#[test]
fn the_key_below_which_a_resource_is_embedded_says_what_it_is() {
    for entry in REGISTRY.resources {
        for relation in (entry.description)().relations {
            let Some(create) = relation.create else { continue };
            let expected = create().description().name;
            for (format, text) in [
                (Format::Json, format!(r#"{{"_embedded":{{"{}":{{"x":"1"}}}}}}"#, relation.rel)),
                (
                    Format::Xml,
                    format!(
                        r#"<resource><resource rel="{}"><property name="x">1</property></resource></resource>"#,
                        relation.rel
                    ),
                ),
            ] {
                let mut object = entry.create.expect("what leads to others can be read")();
                ucwa_runtime::read(format, &mut *object, text.as_bytes(), Limits::default()).expect("it is a resource");
                let found = object.envelope().relation(relation.rel).expect("it is embedded").embedded();
                assert_eq!(found[0].description().name, expected, "{}: {text}", entry.name);
            }
        }
    }
}

#[test]
fn values_of_other_types_than_text_are_text_where_text_is_expected() {
    let contact: Contact = json(r#"{"rel":"contact","etag":true,"name":-5,"emailAddresses":[true,-1,2,3.5,"a"]}"#);
    assert_eq!((contact.etag(), contact.name.as_deref()), (Some("true"), Some("-5")));
    assert_eq!(contact.email_addresses, ["true", "-1", "2", "3.5", "a"]);
    for (etag, text) in [("-7", "-7"), ("1.5", "1.5"), ("7", "7")] {
        assert_eq!(json::<Contact>(&format!(r#"{{"etag":{etag}}}"#)).etag(), Some(text));
    }
    assert_eq!(json::<Conversation>(r#"{"participantCount":-5}"#).participant_count, Some(-5));
}

#[test]
fn long_numbers_are_found_wherever_they_stand() {
    const LONG: &str = "123456789012345678901234567890";
    for kept in [
        format!(r#"["\\",{LONG}]"#),
        format!(r#"["a\"1",{LONG}]"#),
        format!("[1,-{LONG}]"),
        format!(r#"{{"{LONG}":{LONG}}}"#),
        format!("[1.5,{LONG}]"),
        "[-9223372036854775809]".to_owned(),
        "[18446744073709551616]".to_owned(),
    ] {
        let contact: Contact = json(&format!(r#"{{"zz":{kept}}}"#));
        assert_eq!(contact.envelope().unreadable().first().map(ucwa::Unreadable::text), Some(kept.as_str()));
        let strict =
            Contact::decode(Format::Json, format!(r#"{{"zz":{kept}}}"#).as_bytes(), Limits::default().strict());
        assert!(strict.is_err(), "{kept}");
    }
    for read in [
        format!(r#"["{LONG}","\"{LONG}"]"#),
        format!(r#"{{"{LONG}":"é\\{LONG}"}}"#),
        "[1.5,-1,18446744073709551615]".into(),
    ] {
        // The date beside it has the document read value by value.
        let contact: Contact = json(&format!(r#"{{"zz":{read},"name":{{}}}}"#));
        assert!(contact.envelope().unknown_property("zz").is_some(), "{read}");
        let strict =
            Contact::decode(Format::Json, format!(r#"{{"zz":{read}}}"#).as_bytes(), Limits::default().strict());
        assert!(strict.is_ok(), "{read}");
    }
    let contact: Contact = json(&format!(r#"{{"name":[{LONG}],"company":[{LONG},{LONG}]}}"#));
    assert_eq!((contact.name.as_deref(), contact.company.as_deref()), (Some(LONG), None));
}

#[test]
fn limits_are_those_that_the_caller_sets() {
    let nested = br#"{"_embedded":{"x":{"_embedded":{"x":{}}}}}"#;
    assert!(Contact::decode(Format::Json, nested, Limits::default().with_depth(3)).is_ok());
    let error = Contact::decode(Format::Json, nested, Limits::default().with_depth(2)).expect_err("it is too deep");
    assert_eq!(error.problem(), &DecodeProblem::TooDeep { limit: 2 });
    let error = Contact::decode(Format::Json, nested, Limits::default().with_memory(100)).expect_err("it is too large");
    assert_eq!(error.problem(), &DecodeProblem::TooLarge { limit: 100 });
}

#[test]
fn an_error_has_what_the_server_said_in_both_formats() {
    let text = r#"{"code":"Conflict","rel":"sparkle","debugInfo":{"a":null,"b c":"1","d":["2","3"]}}"#;
    let body: ErrorBody = serde_json::from_str(text).expect("it is an error");
    assert_eq!(ErrorBody::decode(Format::Json, text.as_bytes(), Limits::default()).as_ref(), Ok(&body));
    assert_eq!(body.unknown.get("rel"), Some(&"sparkle".into()));
    let named = ErrorBody::decode(Format::Json, br#"{"code":"Conflict","rel":"reason"}"#, Limits::default());
    assert!(named.expect("it is an error").unknown.is_empty());
    let xml = body.encode(Format::Xml).expect("XML holds it");
    let expected = r#"<code>Conflict</code><debugInfo><property name="b c">1</property><d>2</d><d>3</d></debugInfo><rel>sparkle</rel></reason>"#;
    assert!(xml.ends_with(expected), "{xml}");
}

#[test]
fn resources_of_any_kind_are_shown() {
    let any: AnyResource = ucwa::decode_resource(Format::Json, br#"{"rel":"contact","name":"Jane"}"#).expect("it is");
    assert_eq!(format!("{any:?}"), r#"contact { name: "Jane" }"#);
}

#[test]
fn what_shares_little_or_nothing_stands_for_nothing_else() {
    assert!(Root::from_json(br#"{"rel":"user","_links":{"redirect":{"href":"/r"}}}"#).is_ok(), "both lead on");
    assert!(Conversation::from_json(br#"{"rel":"session"}"#).is_err());
    assert!(Phone::from_json(br#"{"rel":"acceptedByContact"}"#).is_err());
}

#[test]
fn an_error_of_serde_says_where_it_is_if_that_is_known() {
    let error = serde_json::from_str::<Contact>("7").expect_err("it is no resource").to_string();
    assert!(error.starts_with("invalid type"), "{error}");
    let error = serde_json::from_str::<Contact>(r#"{"name":{}}"#).expect_err("it is no text").to_string();
    assert!(error.starts_with("name: "), "{error}");
}

#[test]
fn media_types_are_told_by_their_suffix() {
    for (media_type, format) in [
        ("application/json", Some(Format::Json)),
        ("application/vnd.microsoft.com.ucwa+json; charset=utf-8", Some(Format::Json)),
        ("APPLICATION/VND.MICROSOFT.COM.UCWA+XML", Some(Format::Xml)),
        ("text/xml", Some(Format::Xml)),
        ("text/json", Some(Format::Json)),
        ("text/x+xml", None),
        ("text/x+json", None),
        ("application/xhtml+xml", None),
        ("image/svg+xml", None),
        ("application/octet-stream", None),
        ("json", None),
        ("", None),
    ] {
        assert_eq!(Format::of_media_type(media_type), format, "{media_type}");
    }
}

#[test]
fn text_is_escaped_in_xml_where_a_reader_would_change_it() {
    let mut contact = Contact::default();
    contact.name = Some("a>b\"c\nd\te\rf&<".into());
    contact.envelope_mut().add_link("x", LinkData::new("a>b\"c\nd\te\rf&<"));
    let written = contact.to_xml().expect("XML holds it");
    assert!(written.contains("<property name=\"name\">a&gt;b\"c\nd\te&#13;f&amp;&lt;</property>"), "{written}");
    assert!(written.contains("href=\"a&gt;b&quot;c&#10;d&#9;e&#13;f&amp;&lt;\""), "{written}");
    assert_eq!(Contact::from_xml(written.as_bytes()).as_ref(), Ok(&contact));
}

#[test]
fn xml_holds_every_character_that_it_allows_and_refuses_the_others() {
    for character in ('\0'..='\u{ff}').chain('\u{ffe0}'..='\u{1001f}') {
        let is_allowed =
            !matches!(character, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
        let mut contact = Contact::default();
        contact.name = Some(format!("a{character}b"));
        contact.envelope_mut().add_link("x", LinkData::new(format!("a{character}b")));
        match contact.to_xml() {
            Ok(written) => {
                assert!(is_allowed, "{character:?}");
                assert_eq!(Contact::from_xml(written.as_bytes()).as_ref(), Ok(&contact), "{character:?}");
            }
            Err(error) => assert!(!is_allowed, "{character:?}: {error}"),
        }
    }
}

#[test]
fn what_is_no_xml_is_told_with_its_position() {
    for start in ["", "\u{feff}"] {
        let text = format!("{start}<resource><property name=\"a\">b</propertyList></resource>");
        let error = Contact::from_xml(text.as_bytes()).expect_err("the end is another's");
        let at = start.len() + r#"<resource><property name="a">b"#.len();
        assert_eq!(error.offset(), Some(at), "{error}");
    }
}

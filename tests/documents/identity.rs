//! A document is read as the resource that it is, in both formats.

use ucwa::communication::{AudioVideoInvitation, LocalParticipant};
use ucwa::online_meeting::MyOnlineMeeting;
use ucwa::people::{Contact, ContactPresence, Group2, MyContacts};
use ucwa::{AnyResource, DecodeError, DecodeProblem, Document, Format, Resource};

fn rel_of(error: &DecodeError) -> String {
    assert!(matches!(error.problem(), DecodeProblem::Shape(_)), "{error}");
    assert_eq!(error.path(), "rel");
    error.problem().to_string()
}

#[test]
fn a_resource_that_is_another_is_an_error_that_names_both() {
    let message = "expected the resource `contactPresence`, found the resource `contact`";
    let error = ContactPresence::from_json(br#"{"rel":"contact","name":"Jane"}"#).expect_err("it is a contact");
    assert_eq!(rel_of(&error), message);
    for text in [
        r#"<resource rel="contact"><property name="name">Jane</property></resource>"#,
        r#"<resource><property name="rel">contact</property></resource>"#,
    ] {
        let error = ContactPresence::from_xml(text.as_bytes()).expect_err("it is a contact");
        assert_eq!(rel_of(&error), message);
    }
    assert!(MyContacts::from_json(br#"{"rel":"contact"}"#).is_err());
    let error = serde_json::from_str::<ContactPresence>(r#"{"rel":"contact"}"#).expect_err("it is a contact");
    assert!(error.to_string().contains(message), "{error}");
}

#[test]
fn one_name_that_many_resources_have_makes_none_of_them_another() {
    let refused = |rel: &str, error: Option<DecodeError>| {
        let message = rel_of(&error.unwrap_or_else(|| panic!("{rel} is something else")));
        assert!(message.ends_with(&format!("found the resource `{rel}`")), "{message}");
    };
    for rel in ["contactNote", "note", "group", "defaultGroup", "onlineMeetingExtension"] {
        refused(rel, Contact::from_json(format!(r#"{{"rel":"{rel}"}}"#).as_bytes()).err());
        refused(rel, Contact::from_xml(format!(r#"<resource rel="{rel}"/>"#).as_bytes()).err());
    }
    for rel in ["messaging", "phoneAudio", "applicationSharing", "conversations"] {
        refused(rel, AudioVideoInvitation::from_json(format!(r#"{{"rel":"{rel}"}}"#).as_bytes()).err());
    }
}

#[test]
fn what_stands_for_another_is_read() {
    assert!(LocalParticipant::from_json(br#"{"rel":"participant","name":"Jane"}"#).is_ok());
    assert!(Contact::from_json(br#"{"rel":"organizer"}"#).is_ok());
    assert!(AudioVideoInvitation::from_json(br#"{"rel":"invitation"}"#).is_ok());
    assert!(MyContacts::from_json(br#"{"rel":"search"}"#).is_ok(), "both give contacts, and one has no properties");
    assert!(Group2::from_json(br#"{"rel":"group"}"#).is_ok(), "a revision has the same name");
    assert!(ContactPresence::from_json(br#"{"rel":"neverHeardOf"}"#).is_ok(), "nobody knows what that is");
    assert!(ContactPresence::from_json(b"{}").is_ok());
}

#[test]
fn a_resource_that_only_its_attribute_names_keeps_its_type_in_json() {
    let text = br#"<resource rel="contact" href="/a"><property name="name">Jane</property></resource>"#;
    let any = ucwa::decode_resource(Format::Xml, text).expect("it is a resource");
    let json = any.encode(Format::Json).expect("JSON holds all");
    assert_eq!(json, r#"{"rel":"contact","name":"Jane","_links":{"self":{"href":"/a"}}}"#);
    let again: AnyResource = ucwa::decode_resource(Format::Json, json.as_bytes()).expect("it is a resource");
    assert_eq!(again, any);
    assert!(again.downcast_ref::<Contact>().is_some());
    let typed = Contact::from_xml(text).expect("it is a contact");
    assert_eq!(Contact::from_json(json.as_bytes()).as_ref(), Ok(&typed));
}

#[test]
fn a_resource_that_its_property_calls_otherwise_keeps_its_type_in_xml() {
    for name in ["sparkle", "participant", "contact"] {
        let text = format!(r#"<resource rel="localParticipant"><property name="rel">{name}</property></resource>"#);
        let any = ucwa::decode_resource(Format::Xml, text.as_bytes()).expect("it is a resource");
        assert_eq!((any.rel(), any.downcast_ref::<LocalParticipant>().is_some()), (name, true));
        let written = any.encode(Format::Xml).expect("XML holds all");
        assert_eq!(ucwa::decode_resource(Format::Xml, written.as_bytes()).as_ref(), Ok(&any), "{written}");
    }
}

#[test]
fn what_nobody_reads_hides_no_name() {
    for odd in ["<odd a=b/>", "<odd a/>", r#"<odd a="&b;">c</odd>"#] {
        let text = format!(r#"<resource>{odd}<property name="rel">contact</property></resource>"#);
        let any = ucwa::decode_resource(Format::Xml, text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(any.downcast_ref::<Contact>().is_some(), "{text}");
    }
}

#[test]
fn of_several_names_the_first_counts() {
    let property = |name: &str| format!(r#"<property name="rel">{name}</property>"#);
    for names in [["contact", "sparkle"], ["sparkle", "contact"], ["contact", "contactNote"], ["", "contact"]] {
        let first = names.into_iter().find(|name| !name.is_empty()).expect("one is there");
        let json = format!(r#"{{"rel":"{}","rel":"{}"}}"#, names[0], names[1]);
        let xml = format!("<resource>{}{}</resource>", property(names[0]), property(names[1]));
        for (format, text) in [(Format::Json, json), (Format::Xml, xml)] {
            let any = ucwa::decode_resource(format, text.as_bytes()).expect("it is a resource");
            assert_eq!((any.rel(), any.downcast_ref::<Contact>().is_some()), (first, first == "contact"), "{text}");
            let written = any.encode(format).expect("it can be written");
            assert_eq!(ucwa::decode_resource(format, written.as_bytes()).as_ref(), Ok(&any), "{written}");
        }
    }
}

#[test]
fn floats_are_written_as_they_came() {
    for number in
        ["5.555515555555555e115", "0.30000000000000004", "1e-7", "2.2250738585072014e-308", "123456.78901234567"]
    {
        let text = format!(r#"{{"zz":{number}}}"#);
        let contact = Contact::from_json(text.as_bytes()).expect("it is a contact");
        let written = contact.to_json().expect("JSON holds all");
        assert_eq!(Contact::from_json(written.as_bytes()).as_ref(), Ok(&contact), "{number}: {written}");
    }
}

#[test]
fn an_empty_name_is_none() {
    for (format, text) in [
        (Format::Json, r#"{"rel":"","name":"Jane"}"#),
        (Format::Xml, r#"<resource rel=""><property name="name">Jane</property></resource>"#),
        (Format::Xml, r#"<resource><property name="rel"></property><property name="name">Jane</property></resource>"#),
    ] {
        let contact = Contact::decode(format, text.as_bytes(), ucwa::Limits::default()).expect("it is a contact");
        for format in Format::ALL {
            let written = ucwa_runtime::write(format, &contact).expect("it can be written");
            let again = Contact::decode(format, written.as_bytes(), ucwa::Limits::default());
            assert_eq!(again.as_ref(), Ok(&contact), "{written}");
        }
        assert_eq!((contact.href(), contact.name.as_deref()), (None, Some("Jane")));
    }
}

#[test]
fn moments_with_more_digits_than_usual_survive_xml() {
    let text = br#"<resource><property name="lastActive">2016-09-26T16:20:23.123456789Z</property></resource>"#;
    let presence = ContactPresence::from_xml(text).expect("it is a presence");
    let written = presence.to_xml().expect("it can be written");
    assert_eq!(ContactPresence::from_xml(written.as_bytes()).as_ref(), Ok(&presence), "{written}");
}

#[test]
fn moments_of_xml_survive_json() {
    for moment in
        ["2016-09-26T16:20:23.9946221-07:00", "2016-09-26T16:20:23.123456789Z", "2016-09-26T16:20:23.9940000Z"]
    {
        let text = format!(r#"<resource><property name="lastActive">{moment}</property></resource>"#);
        let presence = ContactPresence::from_xml(text.as_bytes()).expect("it is a presence");
        let written = presence.to_json().expect("it can be written");
        assert_eq!(ContactPresence::from_json(written.as_bytes()).as_ref(), Ok(&presence), "{written}");
        let stored = serde_json::to_string(&presence).expect("it can be stored");
        assert_eq!(serde_json::from_str::<ContactPresence>(&stored).as_ref().ok(), Some(&presence), "{stored}");
    }
}

#[test]
fn moments_in_requests_are_in_the_notation_of_servers() {
    let mut meeting = MyOnlineMeeting::default();
    meeting.expiration_time = "2016-09-26T16:20:23.9946221-07:00".parse().ok();
    let written = ucwa_runtime::write_input(Format::Json, &meeting).expect("it can be written");
    assert_eq!(written, r#"{"rel":"myOnlineMeeting","expirationTime":"/Date(1474932023994-0700)/"}"#);
}

#[test]
fn a_document_without_a_name_has_none_in_the_other_format() {
    let contact = Contact::from_json(br#"{"name":"Jane"}"#).expect("it is a contact");
    let in_xml = contact.to_xml().expect("it can be written");
    assert!(!in_xml.contains("rel="), "{in_xml}");
    let there = Contact::from_xml(in_xml.as_bytes()).expect("it is a contact");
    assert_eq!(there.to_json().as_deref(), Ok(r#"{"name":"Jane"}"#));
}

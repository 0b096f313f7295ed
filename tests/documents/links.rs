//! Links that are none: they are kept as they came, and the rest of the document is read.

use ucwa::general::Events;
use ucwa::people::{Contact, MyContacts};
use ucwa::registry::REGISTRY;
use ucwa::{
    AnyResource, Document, Envelope, EventDocument, Format, Limits, NextLink, Object, Representation, Resource,
};

/// Path, expected type and text of what was kept.
fn kept(envelope: &Envelope) -> Vec<[&str; 3]> {
    envelope.unreadable().iter().map(|kept| [kept.path(), kept.expected(), kept.text()]).collect()
}

/// Reads a document, and sees that it is written as it came and that a strict reader refuses it.
fn read<T: Representation>(format: Format, text: &str) -> T {
    let resource =
        T::decode(format, text.as_bytes(), Limits::default()).unwrap_or_else(|error| panic!("{error}: {text}"));
    let written = ucwa_runtime::write(format, &resource).expect("what was read can be written");
    assert_eq!(T::decode(format, written.as_bytes(), Limits::default()).as_ref(), Ok(&resource), "{written}");
    for unreadable in resource.envelope().unreadable() {
        assert!(written.contains(unreadable.text()), "{written}");
    }
    assert!(T::decode(format, text.as_bytes(), Limits::default().strict()).is_err(), "{text}");
    let any = AnyResource::decode(&REGISTRY, format, text.as_bytes(), Limits::default()).expect("it is a resource");
    assert_eq!(any.unreadable().len(), resource.envelope().unreadable().len(), "{text}");
    resource
}

#[test]
fn a_link_that_is_none_is_kept_and_the_others_are_read() {
    for bad in [
        r#""/ucwa/photo""#,
        "7",
        "true",
        r#"{"href":7}"#,
        r#"{"href":["/a"]}"#,
        r#"{"title":"a photo"}"#,
        r#"{"templated":true}"#,
        r#"{"href":null,"revision":"2"}"#,
        r#"{"href":"/a","title":{}}"#,
    ] {
        let text = format!(
            r#"{{"name":"Jane","_links":{{"self":{{"href":"/a"}},"contactNote":{{"href":"/n"}},"contactPhoto":{bad}}}}}"#
        );
        let contact: Contact = read(Format::Json, &text);
        assert_eq!(kept(contact.envelope()), [["_links.contactPhoto", "a link", bad]]);
        assert_eq!((contact.href(), contact.contact_note().href()), (Some("/a"), Some("/n")));
        assert_eq!((contact.contact_photo().href(), contact.name.as_deref()), (None, Some("Jane")));
        assert_eq!(contact.to_json().expect("JSON holds all"), text, "nothing is lost and nothing is added");
    }
}

#[test]
fn in_a_list_of_links_one_that_is_none_spoils_only_itself() {
    let text = r#"{"_links":{"contact":[{"href":"/a"},"/b",null,{"href":"/c"},{"title":"d"},[{"href":"/e"}]]}}"#;
    let contacts: MyContacts = read(Format::Json, text);
    let hrefs: Vec<_> = contacts.contact().links().map(|link| link.href().to_owned()).collect();
    assert_eq!(hrefs, ["/a", "/c"]);
    assert_eq!(
        kept(contacts.envelope()),
        [
            ["_links.contact[1]", "a link", r#""/b""#],
            ["_links.contact[4]", "a link", r#"{"title":"d"}"#],
            ["_links.contact[5]", "a link", r#"[{"href":"/e"}]"#]
        ]
    );
    assert_eq!(contacts.to_json().expect("JSON holds all"), text.replace("null,", ""));
    let only: MyContacts = read(Format::Json, r#"{"_links":{"contact":[7],"sparkle":["/a"]}}"#);
    assert!(only.contact().is_empty());
    assert_eq!(only.to_json().expect("JSON holds all"), r#"{"_links":{"contact":[7],"sparkle":["/a"]}}"#);
}

#[test]
fn of_several_links_where_there_is_one_the_first_is_read_and_the_others_are_kept() {
    let text = r#"{"_links":{"self":[{"href":"/a"},{"href":"/b"}]}}"#;
    let contact: Contact = read(Format::Json, text);
    assert_eq!(contact.href(), Some("/a"));
    assert_eq!(kept(contact.envelope()), [["_links.self[1]", "one link", r#"{"href":"/b"}"#]]);
    assert_eq!(contact.to_json().expect("JSON holds all"), text);
    let one = Contact::from_json(br#"{"_links":{"self":[{"href":"/a"}]}}"#).expect("a list of one is the one");
    assert_eq!((one.href(), one.envelope().unreadable().len()), (Some("/a"), 0));
    let text = r#"{"rel":"message","_links":{"plainMessage":[{"href":"data:,a"},{"href":"data:,b"}]}}"#;
    let message: ucwa::communication::Message = read(Format::Json, text);
    assert_eq!(message.plain_message.as_ref().map(ucwa::Content::href), Some("data:,a"));
    assert_eq!(kept(message.envelope()), [["_links.plainMessage[1]", "one link", r#"{"href":"data:,b"}"#]]);
    assert_eq!(message.to_json().expect("JSON holds all"), text);
    let second = r#"<link rel="plainMessage" href="data:,b"/>"#;
    let text = format!(r#"<resource rel="message"><link rel="plainMessage" href="data:,a"/>{second}</resource>"#);
    let message: ucwa::communication::Message = read(Format::Xml, &text);
    assert_eq!(message.plain_message.as_ref().map(ucwa::Content::href), Some("data:,a"));
    let found = kept(message.envelope());
    assert_eq!((found.len(), found[0][0], found[0][2]), (1, "_links.plainMessage", second));
    assert!(message.to_xml().expect("XML holds all").contains(second));
    let error = ucwa::communication::Message::decode(Format::Xml, text.as_bytes(), Limits::default().strict())
        .expect_err("one too many");
    assert!(error.to_string().contains("expected one link"), "{error}");
}

#[test]
fn what_should_be_all_links_and_is_not_is_kept() {
    for bad in ["7", "[]", r#"["/a"]"#, r#"[{"rel":"self","href":"/a"}]"#, r#""/a""#, "true"] {
        let text = format!(r#"{{"name":"Jane","_links":{bad}}}"#);
        let contact: Contact = read(Format::Json, &text);
        assert_eq!(kept(contact.envelope()), [["_links", "links by relation", bad]]);
        assert_eq!(contact.name.as_deref(), Some("Jane"));
        assert_eq!(contact.to_json().expect("JSON holds all"), text);
    }
}

#[test]
fn an_element_that_is_no_link_is_kept() {
    for (bad, path) in [
        (r#"<link rel="contactPhoto"/>"#, "_links.contactPhoto"),
        (r#"<link rel="contactPhoto" title="a photo"><a>b</a></link>"#, "_links.contactPhoto"),
        (r#"<link href="/p"/>"#, "_links"),
        ("<link/>", "_links"),
    ] {
        let text = format!(
            r#"<resource rel="contact" href="/a"><link rel="contactNote" href="/n"/>{bad}<property name="name">Jane</property></resource>"#
        );
        let contact: Contact = read(Format::Xml, &text);
        assert_eq!(kept(contact.envelope()), [[path, "a link", bad]]);
        assert_eq!((contact.contact_note().href(), contact.name.as_deref()), (Some("/n"), Some("Jane")));
        let json = contact.to_json().expect("JSON holds the rest");
        assert_eq!(
            json, r#"{"rel":"contact","name":"Jane","_links":{"self":{"href":"/a"},"contactNote":{"href":"/n"}}}"#,
            "JSON has no place for elements"
        );
    }
}

#[test]
fn a_name_that_is_none_spoils_no_resource_of_any_kind() {
    let text = r#"{"rel":{"a":1},"name":"Jane","_links":{"self":{"href":"/a"}}}"#;
    let any = ucwa::decode_resource(Format::Json, text.as_bytes()).expect("it is a resource");
    assert_eq!((any.rel(), any.href(), any.is_known()), ("", Some("/a"), false));
    let paths: Vec<_> = any.unreadable().into_iter().map(|(path, kept)| (path, kept.text())).collect();
    assert_eq!(paths, [("rel".to_owned(), r#"{"a":1}"#)]);
    let written = any.encode(Format::Json).expect("JSON holds all");
    assert_eq!(ucwa::decode_resource(Format::Json, written.as_bytes()).as_ref(), Ok(&any), "{written}");
    let strict = AnyResource::decode(&REGISTRY, Format::Json, text.as_bytes(), Limits::default().strict());
    assert_eq!(strict.expect_err("a name is text").path(), "rel");
}

#[test]
fn of_a_key_that_comes_twice_nothing_is_lost() {
    for text in [
        r#"{"_links":7,"_links":{"self":{"href":"/a"}}}"#,
        r#"{"_links":{"self":{"href":"/a"}},"_links":[]}"#,
        r#"{"_links":{"contactNote":7,"contactNote":[8,{"href":"/a"}],"contactNote":9}}"#,
        r#"{"_links":{"self":[7,{"href":"/a"}],"self":{"href":"/b"}}}"#,
        r#"{"_embedded":[],"_embedded":{"contactPresence":{}}}"#,
        r#"{"_embedded":{"contactPresence":7,"contactPresence":[{},8]}}"#,
        r#"{"rel":"contact","rel":{}}"#,
        r#"{"rel":{},"rel":"contact"}"#,
        r#"{"etag":"7","etag":[]}"#,
        r#"{"etag":[],"etag":"7"}"#,
    ] {
        let contact = Contact::from_json(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        let written = contact.to_json().expect("JSON holds all");
        assert_eq!(Contact::from_json(written.as_bytes()).as_ref(), Ok(&contact), "{text}: {written}");
        let any = ucwa::decode_resource(Format::Json, text.as_bytes()).expect("it is a resource");
        let written = any.encode(Format::Json).expect("JSON holds all");
        assert_eq!(ucwa::decode_resource(Format::Json, written.as_bytes()).as_ref(), Ok(&any), "{text}: {written}");
    }
}

#[test]
fn an_etag_that_is_set_is_no_longer_what_came() {
    let mut contact = Contact::from_json(br#"{"etag":[]}"#).expect("it is a contact");
    contact.envelope_mut().set_etag(Some("7"));
    assert_eq!(contact.to_json().expect("JSON holds all"), r#"{"etag":"7"}"#);
}

/// Reads an event document, and sees that it is written as it came and that a strict reader refuses it.
fn events(format: Format, text: &str) -> EventDocument {
    let document = ucwa::decode_events(format, text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    let written = document.encode(format).expect("what was read can be written");
    assert_eq!(ucwa::decode_events(format, written.as_bytes()).as_ref(), Ok(&document), "{written}");
    for (_, part) in &document.unreadable {
        assert!(written.contains(&part.text), "{written}");
    }
    let strict = EventDocument::decode(&REGISTRY, format, text.as_bytes(), Limits::default().strict());
    let error = strict.expect_err("strict reading refuses it");
    assert!(error.path().starts_with("_links"), "{error}");
    assert_eq!(document.events().count(), 1, "the events are there");
    document
}

const SENDER: &str =
    r#"{"rel":"people","href":"/p","events":[{"link":{"rel":"contact","href":"/c"},"type":"updated"}]}"#;

#[test]
fn a_link_that_is_none_spoils_no_event_document() {
    for (links, path, next) in [
        (r#"{"self":"/e","next":{"href":"/n"}}"#, "_links.self", Some("/n")),
        (r#"{"self":{"href":7},"next":{"href":"/n"}}"#, "_links.self", Some("/n")),
        (r#"{"next":{"title":"on"},"self":{"href":"/e"}}"#, "_links.next", None),
        (r#"{"next":[7,{"href":"/n"}]}"#, "_links.next[0]", Some("/n")),
        (r#"{"help":{"href":{}},"next":{"href":"/n"}}"#, "_links.help", Some("/n")),
        (r#"[{"rel":"next","href":"/n"}]"#, "_links", None),
        ("7", "_links", None),
    ] {
        let text = format!(r#"{{"_links":{links},"sender":[{SENDER}],"count":2}}"#);
        let document = events(Format::Json, &text);
        let [(key, part)] = &document.unreadable[..] else { panic!("{document:?}") };
        assert_eq!((key.as_str(), part.text.as_str(), part.error.path()), ("_links", links, path));
        assert!(part.error.offset().is_some_and(|offset| text[..offset].contains("_links")), "{}", part.error);
        let found = document.next_link::<Events>().map(NextLink::into_link);
        assert_eq!(found.as_ref().map(ucwa::Link::href), next, "{text}");
        assert_eq!(document.unknown.len(), 1);
        let xml = document.encode(Format::Xml).expect("of what came in another format the readable part is written");
        let there = ucwa::decode_events(Format::Xml, xml.as_bytes()).expect("it is a document");
        assert_eq!((there.next, there.link), (document.next, document.link));
    }
}

#[test]
fn an_element_that_is_no_link_spoils_no_event_document() {
    let sender = r#"<sender rel="people" href="/p"><updated rel="contact" href="/c"/></sender>"#;
    for bad in [r#"<link rel="resync"/>"#, r#"<link href="/a"><b>c</b></link>"#, "<link/>"] {
        let text = format!(r#"<events href="/e">{bad}<link rel="next" href="/n"/>{sender}</events>"#);
        let document = events(Format::Xml, &text);
        let [(key, part)] = &document.unreadable[..] else { panic!("{document:?}") };
        assert_eq!((key.as_str(), part.text.as_str(), part.error.path()), ("link", bad, "_links"));
        assert_eq!(document.next, Some(NextLink::Next("/n".parse().expect("any text is an address"))));
    }
}

#[test]
fn a_number_that_64_bits_do_not_hold_spoils_no_event_document() {
    let text = format!(r#"{{"_links":{{"next":{{"href":"/n"}}}},"sender":[{SENDER}],"count":1e999}}"#);
    let document = ucwa::decode_events(Format::Json, text.as_bytes()).expect("it is a document");
    let [(key, part)] = &document.unreadable[..] else { panic!("{document:?}") };
    assert_eq!((key.as_str(), part.text.as_str()), ("count", "1e999"));
    assert_eq!((document.next.is_some(), document.events().count()), (true, 1));
    let written = document.encode(Format::Json).expect("JSON holds all");
    assert_eq!(ucwa::decode_events(Format::Json, written.as_bytes()).as_ref(), Ok(&document), "{written}");
}

#[test]
fn of_links_that_come_twice_in_an_event_document_the_last_count_where_some_are_none() {
    for text in [
        r#"{"_links":{"next":{"href":"/a"},"x":{"href":"/x"}},"_links":{"next":7,"y":{"href":"/y"}}}"#,
        r#"{"_links":7,"_links":{"next":{"href":"/n"}},"sender":7}"#,
    ] {
        let document = ucwa::decode_events(Format::Json, text.as_bytes()).expect("it is a document");
        let written = document.encode(Format::Json).expect("JSON holds all");
        assert_eq!(ucwa::decode_events(Format::Json, written.as_bytes()).as_ref(), Ok(&document), "{written}");
    }
}

#[test]
fn secrets_in_what_is_no_link_do_not_show() {
    let text = r#"{"_links":{"next":"https://a/?access_token=hunter2"},"sender":[]}"#;
    let document = ucwa::decode_events(Format::Json, text.as_bytes()).expect("it is a document");
    assert!(document.unreadable[0].1.text.contains("hunter2"));
    assert!(!format!("{document:?}").contains("hunter2"), "{document:?}");
    let contact = Contact::from_json(text.as_bytes()).expect("it is a resource");
    assert!(!format!("{contact:?}").contains("hunter2"), "{contact:?}");
    let error = Contact::decode(Format::Json, text.as_bytes(), Limits::default().strict()).expect_err("it is no link");
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

//! Event documents: what is read, and how it is written.

use ucwa::communication::{MessagingInvitation, MessagingInvitationReason};
use ucwa::people::Contact;
use ucwa::registry::REGISTRY;
use ucwa::{Document as _, ErrorBody, EventDocument, FailureReason, Format, Limits, NextLink};

fn json(text: &str) -> EventDocument {
    ucwa::decode_events(Format::Json, text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn xml(text: &str) -> EventDocument {
    ucwa::decode_events(Format::Xml, text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn written(document: &EventDocument, format: Format) -> String {
    document.encode(format).expect("it can be written")
}

#[test]
fn a_document_is_written_with_what_it_has_and_nothing_else() {
    for text in [
        "{}",
        r#"{"sender":[{"rel":"me","href":"/m","events":[]}]}"#,
        r#"{"_links":{"self":{"href":"/e"}}}"#,
        r#"{"_links":{"next":{"href":"/e"}}}"#,
        r#"{"_links":{"x":{"href":"/e"}}}"#,
        r#"{"_links":{"next":7,"self":{"href":"/e"}}}"#,
        r#"{"_links":{"next":7}}"#,
    ] {
        assert_eq!(written(&json(text), Format::Json), text);
    }
}

#[test]
fn an_event_is_an_element_of_its_type_where_that_is_a_name() {
    let of = |kind: &str| json(&format!(r#"{{"sender":[{{"rel":"me","href":"/m","events":[{{"type":"{kind}"}}]}}]}}"#));
    for (kind, element) in [
        ("updated", r#"<updated rel="" href="">"#),
        ("sparkled", r#"<sparkled rel="" href="">"#),
        ("event", r#"<event rel="" href=""><property name="type">event</property>"#),
        ("property", r#"<event rel="" href=""><property name="type">property</property>"#),
        ("a b", r#"<event rel="" href=""><property name="type">a b</property>"#),
    ] {
        let document = of(kind);
        let text = written(&document, Format::Xml);
        assert!(text.contains(element), "{text}");
        assert_eq!(xml(&text), document);
    }
}

#[test]
fn an_event_in_xml_may_name_its_target_in_an_element() {
    let text = r#"<events><sender rel="people" href="/p"><updated><link rel="contact" href="/c"/></updated></sender></events>"#;
    let document = xml(text);
    let (_, event) = document.events().next().expect("there is one");
    assert_eq!(event.link::<Contact>().expect("it is a contact").href(), "/c");
}

#[test]
fn an_error_has_what_is_called_its_link_and_leads_nowhere() {
    for (format, text) in [
        (Format::Json, r#"{"code":"NotFound","link":{"title":"Help"}}"#),
        (Format::Xml, "<reason><code>NotFound</code><link><title>Help</title></link></reason>"),
    ] {
        let body = ucwa::decode_error(format, text.as_bytes()).expect("an error");
        assert_eq!((&body.link, body.unknown.get("link")), (&None, Some(&serde_json::json!({"title": "Help"}))));
        for format in Format::ALL {
            let written = body.encode(format).expect("both hold this");
            assert_eq!(ucwa::decode_error(format, written.as_bytes()).as_ref(), Ok(&body), "{written}");
        }
    }
}

#[test]
fn an_error_about_a_text_does_not_repeat_it() {
    let event = r#"{"sender":[{"rel":"me","href":"/m","events":[{"type":"updated","link":"token=hunter2"}]}]}"#;
    let part = json(event).events().next().expect("there is one").1.unreadable.clone().expect("no link");
    assert!(!format!("{part:?} {}", part.error).contains("hunter2"), "{part:?}");
    for text in [r#""cwt=hunter2""#, r#"{"_links":"cwt=hunter2"}"#, r#"{"_embedded":{"me":"cwt=hunter2"}}"#] {
        let error = Contact::decode(Format::Json, text.as_bytes(), Limits::default().strict()).expect_err("a text");
        assert!(!error.to_string().contains("hunter2") && error.to_string().contains("expected"), "{error}");
    }
}

#[test]
fn what_is_null_is_not_there_beside_what_cannot_be_read() {
    let document = json(r#"{"sender":null,"_links":7}"#);
    assert_eq!((document.senders.len(), document.unreadable.len()), (0, 1));
}

#[test]
fn text_that_is_no_xml_is_refused_behind_what_cannot_be_read_too() {
    let bad = "<updated><resource><property/></resource></updated>";
    let text = |rest: &str| format!("<events><sender>{bad}<updated>{rest}</updated></sender></events>");
    let document = xml(&text("<status>Success</status>"));
    assert!(document.senders[0].events[0].unreadable.is_some() && document.senders[0].events[1].unreadable.is_none());
    assert!(ucwa::decode_events(Format::Xml, text("<status>&a;</status>").as_bytes()).is_err());
}

#[test]
fn what_cannot_be_read_says_what_was_expected() {
    for (text, expected) in [
        (r#"{"sender":[7]}"#, "a sender"),
        (r#"{"sender":[{"events":[7]}]}"#, "an event"),
        (r#"{"sender":[{"events":[{"link":7}]}]}"#, "a link with its relation"),
        (r#"{"sender":[{"events":[{"_embedded":7}]}]}"#, "an embedded resource"),
        (r#"{"sender":[{"events":[{"_embedded":{"contact":7}}]}]}"#, "a resource"),
        (r#"{"_links":7}"#, "links by relation"),
    ] {
        let document = json(text);
        let senders = document.senders.iter().filter_map(|sender| sender.unreadable.as_deref());
        let events = document.events().filter_map(|(_, event)| event.unreadable.as_deref());
        let mut parts = document.unreadable.iter().map(|(_, part)| part).chain(senders).chain(events);
        let error = parts.next().expect("it cannot be read").error.to_string();
        assert!(error.contains(&format!("expected {expected}")), "{error}");
    }
    let error = ucwa::decode_events(Format::Json, b"7").expect_err("it is no document");
    assert!(error.to_string().contains("expected an event document"), "{error}");
    let strict = EventDocument::decode(&REGISTRY, Format::Json, br#"{"_links":7}"#, Limits::default().strict());
    let error = strict.expect_err("it is no object");
    assert!(error.to_string().contains("expected links by relation"), "{error}");
    let limits = Limits::default().strict();
    let strict = EventDocument::decode(&REGISTRY, Format::Json, br#"{"sender":7,"_links":7}"#, limits);
    let error = strict.expect_err("there is no list and there are no links").to_string();
    assert!(error.contains("expected a list"), "{error}");
}

#[test]
fn documents_are_shown_with_what_they_hold_and_without_secrets() {
    let document = json(
        r#"{"_links":{"next":{"href":"/e?ack=2&token=hunter2"}},"password":"hunter2","sender":[{"rel":"people","href":"/p","token":"hunter2","events":[
            {"type":"updated","link":{"rel":"contact","href":"/c"},"password":"hunter2","mood":"sunny"},{"type":{},"token":"hunter2"}]}]}"#,
    );
    let (sender, event) = document.events().next().expect("there is one");
    let typed = event.about::<Contact>().expect("it is about a contact");
    for shown in [format!("{document:?}"), format!("{sender:?}"), format!("{event:?}"), format!("{typed:?}")] {
        assert!(shown.contains("/c") && shown.contains("sunny") && shown.contains("updated"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let part = document.senders[0].events[1].unreadable.as_ref().expect("its type is no text");
    let shown = format!("{part:?}");
    assert!(shown.contains("[secret]") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn typed_events_are_the_events_that_they_are_about() {
    let text = r#"{"sender":[{"rel":"people","href":"/p","events":[
        {"type":"updated","link":{"rel":"contact","href":"/c"}},{"type":"added","link":{"rel":"contact","href":"/c"}}]}]}"#;
    let document = json(text);
    let typed: Vec<_> = document.events().filter_map(|(_, event)| event.about::<Contact>()).collect();
    assert_eq!(typed.len(), 2);
    assert_eq!(typed[0], typed[0].clone());
    assert_ne!(typed[0], typed[1]);
    assert_eq!(typed[0].event().kind, "updated");
}

#[test]
fn an_operation_that_fails_says_why_as_a_value() {
    let of = |rel: &str, reason: &str| {
        json(&format!(
            r#"{{"sender":[{{"rel":"communication","href":"/c","events":[{{"type":"completed","status":"Failure","link":{{"rel":"{rel}","href":"/i"}},"reason":{reason}}}]}}]}}"#
        ))
    };
    let reason = |document: &EventDocument| {
        document.events().next().and_then(|(_, event)| event.reason_of::<MessagingInvitation>())
    };
    for (listed, code, subcode) in MessagingInvitationReason::TABLE {
        assert_eq!((listed.code(), listed.subcode().unwrap_or_default()), (*code, *subcode));
        let text = format!(r#"{{"code":"{code}","subcode":"{subcode}"}}"#);
        assert_eq!(reason(&of("messagingInvitation", &text)), Some(*listed), "{text}");
        assert_eq!(reason(&of("phoneAudioInvitation", &text)), None, "it is another operation");
        let found = MessagingInvitationReason::find(code, Some(subcode).filter(|subcode| !subcode.is_empty()).copied());
        assert_eq!(found, Some(*listed));
        assert_ne!(MessagingInvitationReason::find(code, Some("NeverHeardOf")), Some(*listed));
        assert_eq!(MessagingInvitationReason::find("NeverHeardOf", Some(subcode)), None);
    }
    let mut bare = MessagingInvitationReason::TABLE.iter().filter(|row| row.2.is_empty());
    let (listed, code, _) = bare.next().expect("some have no subcode");
    assert_eq!(MessagingInvitationReason::find(code, Some("None")), Some(*listed), "`None` is no subcode");
    assert_eq!(MessagingInvitationReason::find(code, None), Some(*listed));
    assert_eq!(listed.subcode(), None);
}

#[test]
fn of_several_ways_to_go_on_the_one_that_asks_for_most_is_taken() {
    for links in [r#""next":{"href":"/n"},"resync":{"href":"/r"}"#, r#""resync":{"href":"/r"},"next":{"href":"/n"}"#] {
        let document = json(&format!(r#"{{"_links":{{{links}}}}}"#));
        assert_eq!(document.next, Some(NextLink::Resync("/r".parse().expect("any text is an address"))), "{links}");
        assert_eq!(document.other_links, [("next".to_owned(), "/n".parse().expect("any text is an address"))]);
    }
    let twice = json(r#"{"_links":{"next":[{"href":"/a"},{"href":"/b"}]}}"#);
    assert_eq!(twice.next, Some(NextLink::Next("/a".parse().expect("any text is an address"))));
}

/// The least memory with which a document is read.
fn least_memory(reads: impl Fn(Limits) -> bool) -> usize {
    let (mut refused, mut read) = (0_usize, 1 << 20);
    while read - refused > 1 {
        let between = refused.midpoint(read);
        *if reads(Limits::default().with_memory(between)) { &mut read } else { &mut refused } = between;
    }
    read
}

#[test]
fn what_is_kept_counts_as_much_as_it_takes() {
    let long = "x".repeat(1000);
    for text in [
        format!(r#"{{"{long}":1e999}}"#),
        format!(r#"{{"sender":[{{"events":[{{"type":{{}},"x":"{long}"}}]}}]}}"#),
        format!(r#"{{"_links":{{"next":[{{"href":"{long}"}},7]}}}}"#),
    ] {
        let least =
            least_memory(|limits| EventDocument::decode(&REGISTRY, Format::Json, text.as_bytes(), limits).is_ok());
        assert!((1000..10_000).contains(&least), "{least} bytes for {}", &text[..60]);
    }
    let error = format!(r#"{{"code":"Forbidden","x":1e999,"message":"{long}"}}"#);
    let least = least_memory(|limits| ErrorBody::decode(Format::Json, error.as_bytes(), limits).is_ok());
    assert!((1000..10_000).contains(&least), "{least} bytes for an error");
}

#[test]
fn what_is_unknown_has_the_same_in_it_in_both_formats() {
    let from_json = json(
        r#"{"sender":[{"rel":"me","href":"/m","weather":{"wind":"west"},"events":[{"link":{"rel":"me","href":"/m"},"type":"updated",
            "mood":{"color":"blue","tags":{"tag":["a","b"]},"none":"","list":[{"x":"1"},"y"]},"status":"Success"}]}],
            "extra":{"resource":{"name":"z"}}}"#,
    );
    let from_xml = xml(
        r#"<events><sender rel="me" href="/m"><property name="weather"> <wind>west</wind> </property><updated rel="me" href="/m">
           <mood><!-- a --><color>blue</color><tags><tag>a</tag><tag>b</tag></tags><none/>
             <propertyList name="list"><item><x>1</x></item><item>y</item></propertyList></mood><status>Success</status>
           </updated></sender><extra><resource><property name="name">z</property></resource></extra></events>"#,
    );
    assert_eq!(from_json, from_xml);
    let (_, event) = from_xml.events().next().expect("there is one");
    assert_eq!((event.unknown[0].0.as_str(), event.status.is_some()), ("mood", true));
    for format in Format::ALL {
        let text = written(&from_json, format);
        assert_eq!(
            EventDocument::decode(&REGISTRY, format, text.as_bytes(), Limits::default()).as_ref(),
            Ok(&from_json)
        );
    }
}

#[test]
fn an_unknown_object_is_no_part_of_the_protocol_whatever_it_is_called() {
    for name in ["resource", "sender", "property", "propertyList", "a b", "<>"] {
        let event = serde_json::json!({ "type": "updated", name: { "resource": { "reason": "x" } } });
        let document = json(&serde_json::json!({ "sender": [{ "rel": "me", "events": [event] }] }).to_string());
        let text = written(&document, Format::Xml);
        assert_eq!(xml(&text), document, "{text}");
    }
}

#[test]
fn what_is_unknown_may_be_deeper_than_anybody_looks() {
    let deep = |depth: usize| format!("<events><x>{}Q{}</x></events>", "<a>".repeat(depth), "</a>".repeat(depth));
    for depth in [0, 1, 63, 64, 65, 10_000] {
        let document = xml(&deep(depth));
        assert_eq!(document.unknown.len(), 1);
        let text = written(&document, Format::Xml);
        assert_eq!(xml(&text), document, "{depth}");
        assert_eq!(text.contains('Q'), depth <= 64, "{depth}: {text}");
        assert_eq!(json(&written(&document, Format::Json)), document);
    }
    let deep = format!(r#"{{"x":{}7{}}}"#, r#"{"a":["#.repeat(60), "]}".repeat(60));
    let document = json(&deep);
    let there = xml(&written(&document, Format::Xml));
    let again = xml(&written(&there, Format::Xml));
    assert_eq!(there, again);
}

/// If each part were looked at for each other one, or each name copied for each element in it, this would take many times as long.
#[test]
fn a_document_is_read_as_fast_as_it_is_long() {
    const SIZE: usize = 1 << 18;
    let bad = (0..SIZE / 14).map(|number| format!("\"{number}\":1e999,")).collect::<Vec<_>>().concat();
    let document = json(&format!("{{{bad}{}\"sender\":[]}}", r#""_links":7,"#.repeat(SIZE / 11)));
    assert_eq!(document.unreadable.iter().filter(|(name, _)| name == "_links").count(), 1);
    assert_eq!(json(&written(&document, Format::Json)), document);
    let (long, many) = ("u".repeat(SIZE), "<a/>".repeat(SIZE / 4));
    for text in [
        format!("<events><sender><{long}><resource><property/></resource>{many}</{long}></sender></events>"),
        format!("<{long}:events><sender><u><resource><property/></resource></u>{many}</sender></{long}:events>"),
    ] {
        let error = ucwa::decode_events(Format::Xml, text.as_bytes()).expect_err("no name is so long");
        assert!(error.to_string().contains("256 bytes"), "{error}");
    }
}

#[test]
fn an_event_whose_type_is_too_long_for_a_name_is_the_same_in_xml() {
    for length in [256, 257] {
        let kind = "u".repeat(length);
        let document = json(&format!(r#"{{"sender":[{{"events":[{{"type":"{kind}"}}]}}]}}"#));
        let text = written(&document, Format::Xml);
        assert_eq!((xml(&text) == document, text.contains("<event ")), (true, length > 256), "{text}");
    }
}

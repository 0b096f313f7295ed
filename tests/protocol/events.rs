//! Event documents: what is known, what is not, and what cannot be read.

use ucwa::communication::{LocalParticipant, Participant};
use ucwa::enumerations::Availability;
use ucwa::events::Documented;
use ucwa::general::{Events, People};
use ucwa::people::{Contact, ContactPresence, Group};
use ucwa::registry::REGISTRY;
use ucwa::{
    DecodeProblem, Event, EventDocument, EventKind, Format, GenericResource, Limits, Link, NextLink, OperationRequest,
    OperationStatus,
};

fn decode(format: Format, text: &str) -> EventDocument {
    ucwa::decode_events(format, text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Reads a document that survives both formats.
fn json(text: &str) -> EventDocument {
    survives(decode(Format::Json, text))
}

/// Reads a document that survives both formats.
fn xml(text: &str) -> EventDocument {
    survives(decode(Format::Xml, text))
}

fn survives(document: EventDocument) -> EventDocument {
    for format in Format::ALL {
        let written = document.encode(format).expect("what was read can be written");
        let again = EventDocument::decode(&REGISTRY, format, written.as_bytes(), Limits::default());
        assert_eq!(again.as_ref(), Ok(&document), "{written}");
    }
    document
}

/// A document with one sender of these events.
fn of(events: &str) -> String {
    format!(
        r#"{{"_links":{{"self":{{"href":"/e"}},"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"people","href":"/p","events":[{events}]}}]}}"#
    )
}

#[test]
fn both_formats_say_the_same() {
    let from_json = json(
        r#"{"_links":{"self":{"href":"/e?ack=1"},"next":{"href":"/e?ack=2"}},"sender":[{"rel":"people","href":"/p","events":[
            {"link":{"rel":"contactPresence","href":"/c"},"in":{"rel":"contact","href":"/i"},"_embedded":{"contactPresence":{"availability":"Away"}},"type":"updated"},
            {"link":{"rel":"contact","href":"/d"},"type":"deleted"}]},
          {"rel":"communication","href":"/q","events":[
            {"link":{"rel":"messagingInvitation","href":"/m"},"type":"completed","status":"Failure","reason":{"code":"Gone","subcode":"Missed"}}]}]}"#,
    );
    let from_xml = xml(
        r#"<?xml version="1.0"?><events href="/e?ack=1" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><link rel="next" href="/e?ack=2"/>
           <sender rel="people" href="/p">
             <updated rel="contactPresence" href="/c"><in rel="contact" href="/i"/><resource rel="contactPresence"><property name="availability">Away</property></resource></updated>
             <deleted rel="contact" href="/d"/></sender>
           <sender rel="communication" href="/q"><completed rel="messagingInvitation" href="/m" status="Failure"><reason><code>Gone</code><subcode>Missed</subcode></reason></completed></sender></events>"#,
    );
    assert_eq!(from_json, from_xml);
    let kinds: Vec<_> = from_json.events().map(|(sender, event)| (sender.rel.as_str(), event.kind.as_str())).collect();
    assert_eq!(kinds, [("people", "updated"), ("people", "deleted"), ("communication", "completed")]);
    let (_, first) = from_json.events().next().expect("there are three");
    let presence: Option<&ContactPresence> = first.resource.as_ref().and_then(|resource| resource.downcast_ref());
    assert!(presence.is_some_and(|presence| presence.availability.is_some()));
    let (_, last) = from_json.events().last().expect("there are three");
    assert_eq!(
        (last.status.as_ref().map(OperationStatus::as_str), last.reason.as_ref().map(|reason| reason.code.as_str())),
        (Some("Failure"), Some("Gone"))
    );
}

#[test]
fn the_next_link_says_what_it_asks_for() {
    for (rel, is_it) in [
        ("next", (|next| matches!(next, NextLink::Next(_))) as fn(&NextLink) -> bool),
        ("resume", |next| matches!(next, NextLink::Resume(_))),
        ("resync", |next| matches!(next, NextLink::Resync(_))),
    ] {
        let from_json = json(&format!(r#"{{"_links":{{"{rel}":{{"href":"/e?ack=1"}}}}}}"#));
        let from_xml = xml(&format!(r#"<events><link rel="{rel}" href="/e?ack=1"/></events>"#));
        assert_eq!(from_json, from_xml);
        let next = from_json.next.as_ref().expect("there is one");
        assert!(is_it(next), "{rel}");
        assert_eq!((next.rel(), next.link().href.as_str()), (rel, "/e?ack=1"));
    }
}

#[test]
fn of_several_next_links_the_one_that_asks_for_most_is_followed() {
    for rels in [["next", "resync"], ["resync", "next"], ["resume", "resync"], ["resync", "resync"]] {
        let [first, second] = rels.map(|rel| format!(r#"<link rel="{rel}" href="/{rel}"/>"#));
        let document = xml(&format!("<events>{first}{second}</events>"));
        assert_eq!(document.next.as_ref().map(NextLink::rel), Some("resync"));
        assert_eq!(document.other_links.len(), 1, "the other one is kept");
    }
}

#[test]
fn a_document_without_events_is_normal() {
    for text in [
        r#"{"_links":{"self":{"href":"/e"},"next":{"href":"/n"}}}"#,
        r#"{"_links":{"self":{"href":"/e"},"next":{"href":"/n"}},"sender":null}"#,
        r#"{"_links":{"self":{"href":"/e"},"next":{"href":"/n"}},"sender":[]}"#,
    ] {
        assert_eq!((json(text).events().count(), json(text).next.is_some()), (0, true), "{text}");
    }
    assert_eq!(json("{}"), xml("<events/>"));
    assert_eq!(json(r#"{"_links":null,"sender":[{"rel":"me","href":"/m","events":null}]}"#).senders.len(), 1);
}

#[test]
fn one_sender_and_one_event_need_no_list() {
    let document =
        json(r#"{"sender":{"rel":"me","href":"/m","events":{"link":{"rel":"note","href":"/n"},"type":"updated"}}}"#);
    assert_eq!(document.events().count(), 1);
}

#[test]
fn the_same_sender_may_come_several_times_in_order() {
    let sender = |target: &str| {
        format!(
            r#"{{"rel":"me","href":"/m","events":[{{"link":{{"rel":"note","href":"{target}"}},"type":"updated"}}]}}"#
        )
    };
    let document = json(&format!(r#"{{"sender":[{},{},{}]}}"#, sender("/1"), sender("/2"), sender("/3")));
    let targets: Vec<_> = document.events().map(|(_, event)| event.target.link.href.as_str()).collect();
    assert_eq!(targets, ["/1", "/2", "/3"]);
}

#[test]
fn an_unknown_event_is_an_event() {
    let document = json(&of(
        r#"{"link":{"rel":"sparkle","href":"/s"},"type":"glittered","brightness":"high","_embedded":{"sparkle":{"shade":"gold"}}}"#,
    ));
    let (_, event) = document.events().next().expect("there is one");
    assert_eq!((&event.kind, &*event.target.rel), (&EventKind::from("glittered"), "sparkle"));
    let resource = event.resource.as_ref().expect("it was sent along");
    assert_eq!((resource.rel(), resource.is_known()), ("sparkle", false));
    assert_eq!(event.unknown, [("brightness".to_owned(), "high".into())]);
    let document = xml(
        r#"<events><sender rel="fairy" href="/f"><glittered rel="sparkle" href="/s"><resource rel="sparkle"><property name="shade">gold</property></resource><property name="brightness">high</property><propertyList name="shades"><item>gold</item></propertyList></glittered></sender></events>"#,
    );
    let (sender, event) = document.events().next().expect("there is one");
    assert_eq!((sender.rel.as_str(), event.kind.as_str(), event.unknown.len()), ("fairy", "glittered", 2));
}

#[test]
fn a_type_that_is_no_name_of_an_element_survives_xml() {
    for kind in ["", "two words", "a><b", "property", "propertyList", "event", "3rd", "\u{e9}t\u{e9}"] {
        let event = serde_json::json!({ "link": { "rel": "note", "href": "/n" }, "type": kind });
        let document = json(&of(&event.to_string()));
        assert_eq!(document.events().next().map(|(_, event)| event.kind.as_str()), Some(kind));
    }
}

#[test]
fn an_event_without_a_type_is_not_taken_for_an_update() {
    for event in [r#"{"link":{"rel":"note","href":"/n"}}"#, r#"{"link":{"rel":"note","href":"/n"},"type":null}"#, "{}"]
    {
        let document = json(&of(event));
        assert_eq!(document.events().next().map(|(_, event)| event.kind.as_str()), Some(""), "{event}");
    }
}

#[test]
fn the_key_tells_the_type_of_what_an_event_embeds_and_the_body_where_the_key_is_unknown() {
    let document =
        json(&of(r#"{"_embedded":{"localParticipant":{"rel":"participant","name":"Jane"}},"type":"updated"}"#));
    let (_, event) = document.events().next().expect("there is one");
    assert!(event.resource.as_ref().is_some_and(|resource| resource.downcast_ref::<LocalParticipant>().is_some()));
    let document = json(&of(r#"{"_embedded":{"host":{"rel":"participant","name":"Jane"}},"type":"updated"}"#));
    let (_, event) = document.events().next().expect("there is one");
    assert!(event.resource.as_ref().is_some_and(|resource| resource.downcast_ref::<Participant>().is_some()));
}

#[test]
fn what_an_event_embeds_may_be_null_or_a_list_of_one() {
    for embedded in ["null", "{}", r#"{"contact":null}"#, r#"{"contact":[]}"#] {
        let document = json(&of(&format!(r#"{{"_embedded":{embedded},"type":"updated"}}"#)));
        let (_, event) = document.events().next().expect("there is one");
        assert!(event.resource.is_none() && event.unreadable.is_none(), "{embedded}");
    }
    let document = json(&of(r#"{"_embedded":{"contact":[{"name":"Jane"}]},"type":"updated"}"#));
    let contact = document.events().find_map(|(_, event)| event.resource.as_ref()?.downcast_ref::<Contact>());
    assert_eq!(contact.and_then(|contact| contact.name.as_deref()), Some("Jane"));
}

#[test]
fn what_is_null_is_not_there() {
    let document = json(
        r#"{"rel":"events","x":null,"sender":[{"rel":"me","href":"/m","y":null,"events":[{"in":null,"status":null,"reason":null,"z":null,"type":"updated"}]}]}"#,
    );
    assert_eq!(document, json(r#"{"sender":[{"rel":"me","href":"/m","events":[{"type":"updated"}]}]}"#));
}

#[test]
fn what_nobody_knows_of_documents_senders_and_links_is_kept() {
    let text = r#"{"_links":{"self":{"href":"/e"},"next":{"href":"/n"},"help":[{"href":"/a"},{"href":"/b"}]},"sender":[{"rel":"me","href":"/m","title":"t","revision":"2","etag":"7","events":[],"tag":"x"}],"count":"1"}"#;
    let document = json(text);
    assert_eq!(document.other_links.len(), 2);
    assert_eq!(document.encode(Format::Json).expect("JSON holds this"), text);
}

/// Reads a document with a reader that refuses values that do not fit.
fn strict(format: Format, text: &str) -> EventDocument {
    let document = EventDocument::decode(&REGISTRY, format, text.as_bytes(), Limits::default().strict());
    document.unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn an_event_in_json_that_cannot_be_read_keeps_its_text_and_says_why() {
    let raw = r#"{ "type":"updated", "link":{"rel":"contact","href":"/c"}, "_embedded":{"contact":{"z":1.50, "name":{"a":1,"a":2}}} }"#;
    let text = of(&format!(
        r#"{{"type":"added","link":{{"rel":"contact","href":"/1"}}}},{raw},{{"type":"deleted","link":{{"rel":"contact","href":"/3"}}}}"#
    ));
    let document = strict(Format::Json, &text);
    let events: Vec<_> = document.events().map(|(_, event)| event).collect();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["added", "updated", "deleted"]);
    assert!(document.next.is_some(), "the stream goes on");
    let unreadable = events[1].unreadable.as_ref().expect("a name is text");
    assert_eq!(unreadable.text, raw);
    assert_eq!(unreadable.error.path(), "_embedded.contact.name");
    let place = &text[unreadable.error.offset().expect("the place is known")..];
    assert!(place.starts_with(r#"{"a":1"#) || place.starts_with(r#""a":1"#), "{place}");
    assert_eq!((&*events[1].target.rel, events[1].target.link.href.as_str()), ("contact", "/c"));
    let written = document.encode(Format::Json).expect("JSON holds this");
    let again = strict(Format::Json, &written);
    assert!(again.events().nth(1).is_some_and(|(_, event)| event.unreadable.is_some()), "{written}");
}

#[test]
fn an_event_in_xml_that_cannot_be_read_keeps_its_text_and_says_why() {
    let raw = r#"<u:updated note="a<b" rel="contact" href="/c"><resource rel="conversation"><property name="participantCount">many</property></resource></u:updated>"#;
    let text = format!(
        r#"<events href="/e"><sender rel="people" href="/p"><added rel="contact" href="/1"/> <!-- <a> --> {raw} <deleted rel="contact" href="/3"/></sender><link rel="next" href="/n"/></events>"#
    );
    let document = strict(Format::Xml, &text);
    let events: Vec<_> = document.events().map(|(_, event)| event).collect();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["added", "updated", "deleted"]);
    assert!(document.next.is_some(), "the stream goes on");
    let unreadable = events[1].unreadable.as_ref().expect("a count is a number");
    assert_eq!((unreadable.text.as_str(), unreadable.error.path()), (raw, "participantCount"));
    let place = &text[unreadable.error.offset().expect("the place is known")..];
    assert!(place.starts_with("</resource>"), "{place}");
    assert_eq!((&*events[1].target.rel, events[1].target.link.href.as_str()), ("contact", "/c"));
    let written = document.encode(Format::Xml).expect("it came as XML");
    let again = strict(Format::Xml, &written);
    assert!(again.events().nth(1).is_some_and(|(_, event)| event.unreadable.is_some()), "{written}");
}

#[test]
fn an_event_that_is_too_deep_is_only_unreadable_itself() {
    let deep = format!(
        r#"{{"type":"updated","_embedded":{{"contact":{}{{}}{}}}}}"#,
        r#"{"_embedded":{"x":"#.repeat(200),
        "}}".repeat(200)
    );
    let document = decode(Format::Json, &of(&format!(r#"{deep},{{"type":"deleted"}}"#)));
    let deep = format!(
        "<events><sender><updated>{}{}</updated><deleted/></sender></events>",
        r#"<resource rel="x">"#.repeat(200),
        "</resource>".repeat(200)
    );
    for document in [document, decode(Format::Xml, &deep)] {
        let events: Vec<_> = document.events().map(|(_, event)| event).collect();
        let unreadable = events[0].unreadable.as_ref().expect("it is too deep");
        assert!(matches!(unreadable.error.problem(), DecodeProblem::TooDeep { .. }), "{}", unreadable.error);
        assert_eq!((events.len(), events[1].kind.as_str(), events[1].unreadable.is_some()), (2, "deleted", false));
    }
}

#[test]
fn an_event_with_more_than_one_resource_is_kept_as_it_came() {
    let event = r#"{"type":"added","_embedded":{"contact":{"name":"Jane"},"me":{"name":"Joe"}}}"#;
    let document = decode(Format::Json, &of(event));
    let kept = |document: &EventDocument| {
        let texts = document.events().map(|(_, found)| found.unreadable.as_ref().map(|raw| raw.text.clone()));
        texts.collect::<Vec<_>>()
    };
    assert_eq!(kept(&document), [Some(event.to_owned())]);
    let event = r#"<added><resource rel="contact"/><resource rel="me"/></added>"#;
    let document = decode(Format::Xml, &format!("<events><sender>{event}</sender></events>"));
    assert_eq!(kept(&document), [Some(event.to_owned())]);
}

#[test]
fn what_is_no_event_at_all_is_an_unreadable_one() {
    for event in ["7", "[]", r#""updated""#, "null", r#"{"link":"/n","type":"updated"}"#] {
        let document = decode(Format::Json, &of(&format!(r#"{event},{{"type":"deleted"}}"#)));
        let unreadable: Vec<_> = document.events().map(|(_, event)| event.unreadable.is_some()).collect();
        assert_eq!(unreadable, [true, false], "{event}");
    }
}

#[test]
fn what_is_no_event_document_is_refused() {
    for (format, text) in [
        (Format::Json, "[]"),
        (Format::Json, "7"),
        (Format::Json, "{"),
        (Format::Xml, "<reason/>"),
        (Format::Xml, "<events>"),
        (Format::Xml, "<events><sender></events>"),
        (Format::Xml, "<events><sender><updated><status>&a;</status></updated></sender></events>"),
        (Format::Xml, "<events><sender><updated><!DOCTYPE a></updated></sender></events>"),
        (Format::Xml, "<html/>"),
    ] {
        assert!(ucwa::decode_events(format, text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn an_error_in_an_event_document_names_the_path() {
    let text = br#"{"_links":{"next":{"href":{}}}}"#;
    let error = EventDocument::decode(&REGISTRY, Format::Json, text, Limits::default().strict());
    let error = error.expect_err("an address is text");
    assert_eq!((error.path(), error.offset().is_some()), ("_links.next", true));
}

/// A document whose second sender, between two good ones, is this.
fn with_sender(sender: &str) -> String {
    let good = |name: &str| {
        format!(
            r#"{{"rel":"{name}","href":"/{name}","events":[{{"link":{{"rel":"note","href":"/n"}},"type":"updated"}}]}}"#
        )
    };
    let (first, last) = (good("me"), good("people"));
    format!(r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{first}, {sender}, {last}],"more":1}}"#)
}

#[test]
fn a_sender_that_cannot_be_read_spoils_nothing_but_itself() {
    let event = r#"{"link":{"rel":"contact","href":"/c"},"type":"added"}"#;
    for (sender, path, rel, events) in [
        (format!(r#"{{ "rel":{{}}, "href":"/p", "events":[{event}], "tag":1.50 }}"#), "rel", "", 1),
        (format!(r#"{{"rel":"people","href":["/p"],"events":[{event},{event}]}}"#), "href", "people", 2),
        (r#"{"rel":"people","href":"/p","events":"none","tag":"a"}"#.to_owned(), "", "people", 1),
        ("7".to_owned(), "", "", 0),
        (r#""people""#.to_owned(), "", "", 0),
        ("[]".to_owned(), "", "", 0),
    ] {
        let text = with_sender(&sender);
        let document = decode(Format::Json, &text);
        assert_eq!(
            document.next.as_ref().map(|next| next.link().href.as_str()),
            Some("/e?ack=2"),
            "the stream goes on"
        );
        assert_eq!((document.senders.len(), document.unknown.len()), (3, 1), "{text}");
        let [first, bad, last] = &document.senders[..] else { panic!("{text}") };
        assert_eq!(
            (first.rel.as_str(), first.events.len(), last.rel.as_str(), last.events.len()),
            ("me", 1, "people", 1)
        );
        assert_eq!((bad.rel.as_str(), bad.events.len()), (rel, events), "{text}");
        match &bad.unreadable {
            Some(part) => {
                assert_eq!((part.text.as_str(), part.error.path()), (sender.as_str(), path));
                assert!(part.error.offset().is_some_and(|offset| text[..offset].contains("/me")), "{}", part.error);
            }
            None => assert!(bad.events[0].unreadable.is_some(), "{text}"),
        }
        let written = document.encode(Format::Json).expect("JSON holds this");
        assert!(written.contains(&sender) || bad.unreadable.is_none(), "it is written as it came: {written}");
        assert_eq!(decode(Format::Json, &written), document);
        assert!(document.encode(Format::Xml).is_ok(), "of what came in another format the readable part is written");
    }
    let document = decode(Format::Json, r#"{"_links":{"next":{"href":"/n"}},"sender":7}"#);
    assert!(document.next.is_some() && document.senders[0].unreadable.as_ref().is_some_and(|part| part.text == "7"));
}

#[test]
fn a_sender_in_xml_that_cannot_be_read_spoils_nothing_but_itself() {
    let bad = r#"<sender rel="people" href="/p"><property name="a"><b/></property><propertyList name="l"><item>x</item><b/></propertyList> <added rel="contact" href="/c"/></sender>"#;
    let good = r#"<sender rel="me" href="/m"><updated rel="note" href="/n"/></sender>"#;
    let text = format!(r#"<events href="/e">{good}{bad}{good}<link rel="next" href="/f"/></events>"#);
    let document = decode(Format::Xml, &text);
    let rels: Vec<_> = document.senders.iter().map(|sender| (sender.rel.as_str(), sender.events.len())).collect();
    assert_eq!(rels, [("me", 1), ("people", 1), ("me", 1)]);
    assert!(document.next.is_some());
    let again = document.encode(Format::Xml).expect("XML holds this");
    assert_eq!(decode(Format::Xml, &again), document, "{again}");
}

#[test]
fn an_event_whose_resource_is_bad_keeps_all_the_rest() {
    let raw = r#"{"type":"completed", "_embedded":{"conversation":{"participantCount":{}},"operationId":"7"}, "status":"Failure",
        "link":{"rel":"conversation","href":"/c"},"in":{"rel":"conversations","href":"/i"},"reason":{"code":"Gone"},"x":1.50}"#;
    let raw_xml = r#"<completed rel="conversation" href="/c" status="Failure"><resource rel="conversation"><property name="participantCount">many</property></resource><in rel="conversations" href="/i"/><reason><code>Gone</code></reason><property name="x">1.50</property></completed>"#;
    let xml = format!(r#"<events><sender rel="communication" href="/s">{raw_xml}</sender></events>"#);
    for (format, text, raw) in [(Format::Json, of(raw), raw), (Format::Xml, xml, raw_xml)] {
        let document = strict(format, &text);
        let (_, event) = document.events().next().expect("there is one");
        assert_eq!(event.unreadable.as_ref().map(|part| part.text.as_str()), Some(raw));
        assert!(event.resource.is_none());
        assert_eq!(
            (event.kind.as_str(), &*event.target.rel, event.target.link.href.as_str()),
            ("completed", "conversation", "/c")
        );
        assert_eq!(event.collection.as_ref().map(|found| found.link.href.as_str()), Some("/i"));
        assert_eq!(event.status, Some(OperationStatus::Failure));
        assert_eq!(event.reason.as_ref().map(|reason| reason.code.as_str()), Some("Gone"));
        assert_eq!(event.unknown.len(), 1);
        let written = document.encode(format).expect("it came in this format");
        assert!(written.contains(raw), "{written}");
        assert_eq!(strict(format, &written), document);
        assert!(matches!(event.documented(), Documented::Undocumented(_)), "what it is can be told");
    }
}

#[test]
fn documented_events_are_variants_with_typed_links_and_resources() {
    let document = of(
        r#"{"link":{"rel":"contactPresence","href":"c"},"in":{"rel":"contact","href":"/i"},"_embedded":{"contactPresence":{"availability":"Away"}},"type":"updated"},
           {"link":{"rel":"audioVideoInvitation","href":"/a"},"_embedded":{"audioVideoInvitation":{"operationId":"74cb7404"}},"type":"completed","status":"Failure","reason":{"code":"Gone"}},
           {"_embedded":{"group":{"_links":{"self":{"href":"/g"}}}},"type":"added"},
           {"link":{"rel":"contact","href":"/d"},"type":"started"},
           {"link":{"rel":"sparkle","href":"/s"},"type":"added"},
           {"link":{"rel":"note","href":"/n"},"type":"glittered"},
           {"link":7,"type":"updated"}, 7"#,
    );
    let mut document = decode(Format::Json, &document);
    document.set_base("https://contoso.com/ucwa/events".parse().expect("a URL"));
    let events: Vec<_> = document.clone().into_events().collect();
    let Documented::ContactPresenceUpdated(presence) = events[0].documented() else { panic!("{:?}", events[0]) };
    assert_eq!(presence.resource().and_then(|found| found.availability.clone()), Some(Availability::Away));
    let link: Link<ContactPresence> = presence.link().expect("it has one");
    assert_eq!(link.url().map(String::from).as_deref(), Ok("https://contoso.com/ucwa/c"));
    let collection = presence.collection::<Contact>().expect("it has one");
    assert_eq!(collection.address().as_deref(), Ok("https://contoso.com/i"));
    assert!(presence.collection::<ContactPresence>().is_none(), "the collection is a contact");
    assert_eq!(presence.sender().map(|sender| &*sender.rel), Some("people"));
    assert_eq!(
        events[0].sender_link::<People>().and_then(|link| link.address().ok()).as_deref(),
        Some("https://contoso.com/p")
    );
    assert_eq!((presence.kind(), presence.status(), presence.reason()), (&EventKind::Updated, None, None));

    let Documented::AudioVideoInvitationCompleted(call) = events[1].documented() else { panic!("{:?}", events[1]) };
    assert_eq!((call.operation_id(), call.status()), (Some("74cb7404"), Some(&OperationStatus::Failure)));
    assert_eq!(call.reason().map(|reason| reason.code.as_str()), Some("Gone"));

    let Documented::GroupAdded(group) = events[2].documented() else { panic!("{:?}", events[2]) };
    assert_eq!(group.link().map(|link| link.href().to_owned()).as_deref(), Some("/g"), "the resource has the link");

    let sorted: Vec<_> = events[3..].iter().map(Event::documented).collect();
    let [
        Documented::Undocumented(contact),
        Documented::Undocumented(sparkle),
        Documented::Undocumented(_),
        unread @ ..,
    ] = &sorted[..]
    else {
        panic!("{sorted:?}")
    };
    assert!(matches!(unread, [Documented::Unreadable(_), Documented::Unreadable(_)]), "{unread:?}");
    assert_eq!(
        contact.about::<Contact>().and_then(|event| event.link()).map(|link| link.href().to_owned()),
        Some("/d".into())
    );
    assert!(contact.about::<Group>().is_none());
    assert_eq!(sparkle.link::<GenericResource>().map(|link| link.href().to_owned()).as_deref(), Some("/s"));
}

#[test]
fn every_kind_of_event_of_the_reference_has_its_variant() {
    let schema =
        ucwa_schema::Schema::load(&ucwa_tests::workspace().join("schema")).expect("the repository has a schema");
    let mut kinds = std::collections::BTreeSet::new();
    for row in schema.resources.values().flat_map(|resource| &resource.events) {
        let rel = schema.resources.get(&row.resource).map_or(&row.resource, |resource| &resource.rel);
        kinds.insert((rel, row.kind.name()));
        let document = json(&of(&format!(r#"{{"link":{{"rel":"{rel}","href":"/x"}},"type":"{}"}}"#, row.kind.name())));
        let event = document.into_events().next().expect("there is one");
        let found: Documented<'_> = event.documented();
        let name: String = format!("{found:?}").split('(').next().unwrap_or_default().to_lowercase();
        assert_eq!(name, format!("{rel}{}", row.kind.name()).to_lowercase());
    }
    assert!(kinds.len() > 80, "{}", kinds.len());
}

#[test]
fn where_to_go_on_is_a_typed_link() {
    let mut document = json(r#"{"_links":{"resync":{"href":"/e?ack=1"}}}"#);
    document.set_base("https://contoso.com/x".parse().expect("a URL"));
    let Some(NextLink::Resync(link)) = document.next_link::<Events>() else { panic!("{document:?}") };
    let request = link.get().to_http(Format::Json).expect("a request");
    assert_eq!(request.uri(), "https://contoso.com/e?ack=1");
    assert!(json("{}").next_link::<Events>().is_none());
}

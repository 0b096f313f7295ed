//! One bad value does not lose a resource: it is kept as it came, and the rest is read.

use ucwa::communication::Conversation;
use ucwa::people::{Contact, ContactPresence, MyContacts};
use ucwa::registry::REGISTRY;
use ucwa::{
    AnyResource, DecodeError, DecodeProblem, Document, Envelope, ErrorBody, EventDocument, Format, Limits, Object,
    Representation, Resource, Timestamp,
};

fn json<T: Representation>(text: &str) -> T {
    T::from_json(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn xml<T: Representation>(text: &str) -> T {
    T::from_xml(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Path, expected type and text of what was kept.
fn kept(envelope: &Envelope) -> Vec<[&str; 3]> {
    envelope.unreadable().iter().map(|kept| [kept.path(), kept.expected(), kept.text()]).collect()
}

/// Sees that a resource survives both formats and the way between them.
fn survives<T: Representation>(resource: &T) {
    assert_eq!(resource, &resource.clone());
    let mut texts = Vec::new();
    for format in Format::ALL {
        let text = ucwa_runtime::write(format, resource).expect("what was read can be written");
        let again = T::decode(format, text.as_bytes(), Limits::default());
        assert_eq!(again.as_ref(), Ok(resource), "{text}");
        texts.push(text);
    }
    let there = xml::<T>(&texts[1]);
    assert_eq!(&json::<T>(&there.to_json().expect("JSON holds all")), resource);
}

#[test]
fn a_value_that_does_not_fit_is_kept_and_the_rest_is_read() {
    let presence: ContactPresence = json(r#"{"lastActive":"yester\u0064ay","availability":"Away"}"#);
    assert_eq!(presence.last_active, None);
    assert_eq!(presence.availability.as_ref().map(ToString::to_string).as_deref(), Some("Away"));
    assert_eq!(kept(presence.envelope()), [["lastActive", "a point in time", r#""yester\u0064ay""#]]);
    survives(&presence);
    let presence: ContactPresence = xml(
        r#"<resource rel="contactPresence"><property name="lastActive">yesterday</property><property name="availability">Away</property></resource>"#,
    );
    assert_eq!(kept(presence.envelope()), [["lastActive", "a point in time", r#""yesterday""#]]);
    assert!(presence.availability.is_some());
    survives(&presence);
}

#[test]
fn objects_and_lists_that_do_not_fit_are_kept_too() {
    for (text, path, expected) in [
        (r#"{"name": {"first" : "Jane"} }"#, "name", "text"),
        (r#"{"name":["Jane","Joe"]}"#, "name", "text"),
        (r#"{"emailAddresses":["a",{"b":1},"c"]}"#, "emailAddresses[1]", "text"),
        (r#"{"emailAddresses":{"b":1}}"#, "emailAddresses", "text"),
    ] {
        let contact: Contact = json(text);
        let [[found, type_found, _]] = kept(contact.envelope())[..] else { panic!("{contact:?}") };
        assert_eq!((found, type_found), (path, expected), "{text}");
        let written = contact.to_json().expect("JSON holds all");
        assert_eq!(Contact::from_json(written.as_bytes()).as_ref(), Ok(&contact), "{written}");
        let in_xml = xml::<Contact>(&contact.to_xml().expect("XML holds all as text"));
        assert!(path == "name" || in_xml.email_addresses.iter().any(|text| text.contains(r#""b":1"#)), "{in_xml:?}");
    }
    let presence: ContactPresence = json(r#"{"lastActive": {"first" : [1, true]} }"#);
    assert_eq!(kept(presence.envelope()), [["lastActive", "a point in time", r#"{"first" : [1, true]}"#]]);
    survives(&presence);
    let contact: Contact = json(r#"{"emailAddresses":["a",{"b":1},"c"]}"#);
    assert_eq!(contact.email_addresses, ["a", "c"]);
    assert_eq!(contact.envelope().unreadable()[0].text(), r#"["a",{"b":1},"c"]"#);
}

#[test]
fn a_list_in_xml_keeps_what_fits() {
    let text = r#"<resource><propertyList name="name"><item>a</item><item>b</item></propertyList></resource>"#;
    let contact: Contact = xml(text);
    assert_eq!(kept(contact.envelope()), [["name", "one value", r#"["a","b"]"#]]);
    survives(&contact);
}

#[test]
fn numbers_that_64_bits_do_not_hold_are_kept_digit_by_digit() {
    for text in ["1e999", "-1e999", "123456789012345678901234567890", "-9223372036854775809", r#"[1,{"a":1e999}]"#] {
        let contact: Contact = json(&format!(r#"{{"zz":{text},"name":"Jane"}}"#));
        assert_eq!(contact.name.as_deref(), Some("Jane"), "{text}");
        assert_eq!(kept(contact.envelope()), [["zz", "numbers of at most 64 bits", text]]);
        assert_eq!(contact.envelope().unknown_property("zz"), None);
        let written = contact.to_json().expect("JSON holds all");
        assert!(written.contains(&format!(r#""zz":{text}"#)), "{written}");
        assert_eq!(Contact::from_json(written.as_bytes()).as_ref(), Ok(&contact));
    }
    let conversation: Conversation = json(r#"{"participantCount":123456789012345678901234567890}"#);
    assert_eq!(conversation.participant_count, None);
    survives(&conversation);
    let contact: Contact = json(r#"{"name":123456789012345678901234567890}"#);
    assert_eq!(contact.name.as_deref(), Some("123456789012345678901234567890"), "text has room for all digits");
    assert_eq!(contact.envelope().unreadable(), []);
}

#[test]
fn a_number_in_a_list_of_texts_is_one_text_however_long_it_is() {
    for number in ["123456789012345678901234567890", "1e20", "1e999", "-9007199254740993.0", "18446744073709551615"] {
        let contact: Contact = json(&format!(r#"{{"emailAddresses":["a",{number},"b"]}}"#));
        assert_eq!(contact.email_addresses, ["a", number, "b"]);
        assert_eq!(contact.envelope().unreadable(), []);
        survives(&contact);
    }
}

#[test]
fn a_number_as_text_is_not_longer_than_in_the_document() {
    for number in ["1e-300", "5e-324", "-1e-7", "0.5", "-0"] {
        let contact: Contact = json(&format!(
            r#"{{"name":{number},"etag":{number},"_links":{{"contactPhoto":{{"href":"/p","title":{number}}}}}}}"#
        ));
        let photo = contact.contact_photo();
        let photo = photo.link().expect("a link");
        assert_eq!([contact.name.as_deref(), contact.etag(), photo.title()], [Some(number); 3]);
    }
}

#[test]
fn a_number_that_stands_for_a_state_is_that_number_or_none() {
    let contact: Contact = json(r#"{"etag":123456789012345678901234567890,"name":"Jane"}"#);
    assert_eq!((contact.etag(), contact.name.as_deref()), (None, Some("Jane")));
    assert_eq!(kept(contact.envelope()), [["etag", "text", "123456789012345678901234567890"]]);
    let written = contact.to_json().expect("JSON holds all");
    assert!(written.contains(r#""etag":123456789012345678901234567890"#), "{written}");
}

#[test]
fn numbers_that_64_bits_hold_are_read() {
    for number in [
        "1.5",
        "1e20",
        "18446744073709551615",
        "-9223372036854775808",
        r#""1e999""#,
        r#""\"123456789012345678901234567890""#,
    ] {
        let contact: Contact = json(&format!(r#"{{"zz":{number}}}"#));
        assert_eq!(contact.envelope().unreadable(), [], "{number}");
        let read = contact.envelope().unknown_property("zz").expect(number);
        let contact: Contact = json(&format!(r#"{{"name":{{}},"zz":{number}}}"#));
        assert_eq!(contact.envelope().unknown_property("zz"), Some(read), "{number} beside what does not fit");
    }
}

#[test]
fn text_in_which_a_character_is_cut_in_two_spoils_only_itself() {
    for cut in [r"\ud83d", r"\ud83d!", r"\ude00", r"\ud83d\u0041"] {
        let text = format!(r#"{{"name":"Jane {cut}","company":"Contoso","zz":["{cut}"]}}"#);
        let contact: Contact = json(&text);
        assert_eq!((contact.name.as_deref(), contact.company.as_deref()), (None, Some("Contoso")), "{text}");
        let paths: Vec<_> = contact.envelope().unreadable().iter().map(ucwa::Unreadable::path).collect();
        assert_eq!(paths, ["name", "zz"]);
        let written = contact.to_json().expect("JSON holds all");
        assert!(written.contains(&format!(r#""name":"Jane {cut}""#)), "{written}");
        assert_eq!(Contact::from_json(written.as_bytes()).as_ref(), Ok(&contact));
        let event = r#"{"sender":[{"rel":"people","href":"/p","events":[{"link":{"rel":"contact","href":"/c"},"type":"updated","_embedded":{"contact":RESOURCE}}]}]}"#;
        let document = ucwa::decode_events(Format::Json, event.replace("RESOURCE", &text).as_bytes());
        let document = document.unwrap_or_else(|error| panic!("{error}: {text}"));
        let resource = document.senders[0].events[0].resource.as_ref().expect("it is read");
        assert_eq!(resource.downcast_ref::<Contact>().and_then(|contact| contact.company.as_deref()), Some("Contoso"));
    }
}

#[test]
fn a_bad_embedded_resource_spoils_only_itself() {
    let contacts: MyContacts =
        json(r#"{"_embedded":{"contact":[{"name":"A"},7,{"name":"C","contactPresence":1},null,"x"]}}"#);
    let names: Vec<_> = contacts.contact().embedded().map(|contact| contact.name.as_deref()).collect();
    assert_eq!(names, [Some("A"), Some("C")]);
    let kept = kept(contacts.envelope());
    assert_eq!(kept, [["_embedded.contact[1]", "a resource", "7"], ["_embedded.contact[4]", "a resource", r#""x""#]]);
    let written = contacts.to_json().expect("JSON holds all");
    assert_eq!(MyContacts::from_json(written.as_bytes()).as_ref(), Ok(&contacts), "{written}");
    assert!(written.contains(r#"[{"name":"A"},7,{"#), "{written}");
}

#[test]
fn what_is_kept_of_a_rel_that_comes_twice_stays_behind_what_was_read() {
    let contact: Contact = json(r#"{"_embedded":{"x":{"a":1},"x":7}}"#);
    let written = contact.to_json().expect("JSON holds all");
    assert_eq!(written, r#"{"_embedded":{"x":[{"a":1},7]}}"#);
}

#[test]
fn an_embedded_resource_lists_its_own_and_tools_find_all() {
    let text = r#"{"rel":"myContacts","zz":1e999,"_embedded":{"contact":[{},{"name":{},"_embedded":{"contactPresence":{"lastActive":true}}}]}}"#;
    let any = AnyResource::decode(&REGISTRY, Format::Json, text.as_bytes(), Limits::default()).expect("it is read");
    let paths: Vec<_> = any.unreadable().into_iter().map(|(path, _)| path).collect();
    let contact = "_embedded.contact[1]";
    assert_eq!(
        paths,
        ["zz".to_owned(), format!("{contact}.name"), format!("{contact}._embedded.contactPresence.lastActive")]
    );
    let contacts: &MyContacts = any.downcast_ref().expect("it says so");
    let second = contacts.contact().embedded().nth(1).expect("there are two");
    assert_eq!(second.envelope().unreadable()[0].path(), "name");
}

#[test]
fn a_path_counts_what_was_kept_and_names_no_position_where_there_is_no_list() {
    let paths = |text: &str| {
        let any = ucwa::decode_resource(Format::Json, text.as_bytes()).expect("it is a resource");
        any.unreadable().into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    };
    let bad = r#"{"name":{}}"#;
    assert_eq!(
        paths(&format!(r#"{{"rel":"myContacts","_embedded":{{"contact":[7,{{}},8,{bad}]}}}}"#)),
        ["_embedded.contact[0]", "_embedded.contact[2]", "_embedded.contact[3].name"]
    );
    assert_eq!(paths(&format!(r#"{{"_embedded":{{"contact":{bad}}}}}"#)), ["_embedded.contact.name"]);
    assert_eq!(paths(&format!(r#"{{"_embedded":{{"contact":[{bad}]}}}}"#)), ["_embedded.contact[0].name"]);
    assert_eq!(
        paths(&format!(r#"{{"rel":"myContacts","_embedded":{{"contact":{bad}}}}}"#)),
        ["_embedded.contact[0].name"],
        "the schema knows that it is a list"
    );
    let presence: ContactPresence = json(r#"{"lastActive":"yesterday"}"#);
    let kept = &presence.envelope().unreadable()[0];
    assert_eq!(
        (kept.to_string(), format!("{kept:?}")),
        ("lastActive: expected a point in time".to_owned(), kept.to_string())
    );
}

#[test]
fn as_many_values_are_kept_as_there_may_be_names() {
    let text = |count: usize| {
        let values: Vec<_> = (0..count).map(|number| format!(r#""x{number}":1e999"#)).collect();
        format!("{{{}}}", values.join(","))
    };
    assert_eq!(json::<Contact>(&text(1025)).envelope().unreadable().len(), 1025);
    let error = Contact::from_json(text(1026).as_bytes()).expect_err("there are too many");
    assert!(error.to_string().contains("more than 1024 unknown names"), "{error}");
}

#[test]
fn an_embedded_element_that_cannot_be_read_is_kept_as_it_stands() {
    let bad = r#"<resource rel="contact" href="/b"><property>nameless</property></resource>"#;
    let text = format!(
        r#"<resource rel="myContacts"><resource rel="contact" href="/a"/>{bad}<resource rel="contact" href="/c"/></resource>"#
    );
    let contacts: MyContacts = xml(&text);
    let hrefs: Vec<_> = contacts.contact().embedded().filter_map(Resource::href).collect();
    assert_eq!(hrefs, ["/a", "/c"]);
    assert_eq!(kept(contacts.envelope()), [["_embedded.contact[1]", "a resource", bad]]);
    let written = contacts.to_xml().expect("XML holds it");
    assert_eq!(MyContacts::from_xml(written.as_bytes()).as_ref(), Ok(&contacts), "{written}");
    assert!(written.contains(bad));
    assert!(!contacts.to_json().expect("JSON holds the rest").contains("nameless"), "JSON has no place for elements");
}

#[test]
fn elements_that_cannot_be_read_are_written_where_they_stood() {
    let bad = |number: usize| format!(r#"<resource rel="contact"><property>{number}</property></resource>"#);
    let good = |href: &str| format!(r#"<resource rel="contact" href="{href}"></resource>"#);
    let parts = [bad(0), bad(1), good("/a"), bad(3), good("/b"), bad(5)].concat();
    let contacts: MyContacts = xml(&format!(r#"<resource rel="myContacts">{parts}</resource>"#));
    let written = contacts.to_xml().expect("XML holds it");
    let order = |text: &str| {
        let marks = [">0<", ">1<", "/a", ">3<", "/b", ">5<"];
        marks.map(|mark| text.find(mark).unwrap_or_else(|| panic!("{mark}: {text}")))
    };
    assert!(order(&written).is_sorted(), "{written}");
}

#[test]
fn links_and_names_that_are_none_are_kept() {
    for (text, path) in [
        (r#"{"_links":{"self":{"href":"/a"},"contactPhoto":7}}"#, "_links.contactPhoto"),
        (r#"{"_links":{"self":{"href":{}}}}"#, "_links.self"),
        (r#"{"_links":7}"#, "_links"),
        (r#"{"_embedded":"none"}"#, "_embedded"),
        (r#"{"rel":{"a":1}}"#, "rel"),
        (r#"{"etag":[]}"#, "etag"),
        (r#"{"_embedded":{"contactPresence":false}}"#, "_embedded.contactPresence"),
    ] {
        let contact: Contact = json(text);
        assert_eq!(contact.envelope().unreadable()[0].path(), path, "{text}");
        let written = contact.to_json().expect("JSON holds all");
        assert_eq!(Contact::from_json(written.as_bytes()).as_ref(), Ok(&contact), "{written}");
        assert_eq!(written, text, "nothing is lost and nothing is added");
    }
}

#[test]
fn a_property_that_is_set_is_no_longer_what_came() {
    let mut presence: ContactPresence = json(r#"{"lastActive":"yesterday","zz":1e999}"#);
    presence.last_active = Timestamp::from_unix_milliseconds(0);
    presence.envelope_mut().set_unknown_property("zz", 7.into());
    let written = presence.to_json().expect("JSON holds all");
    assert_eq!(written, r#"{"lastActive":"/Date(0)/","zz":7}"#);
}

#[test]
fn what_was_kept_is_compared_by_its_text() {
    let presence = |text: &str| json::<ContactPresence>(text);
    assert_ne!(presence(r#"{"lastActive":"yesterday"}"#), presence(r#"{"lastActive":"today"}"#));
    assert_ne!(presence(r#"{"lastActive":"yesterday"}"#), presence("{}"));
    assert_eq!(presence(r#"{"lastActive":"yesterday"}"#), presence(r#"{"lastActive":"\u0079esterday"}"#));
}

#[test]
fn strict_limits_refuse_what_does_not_fit() {
    for (format, text) in [
        (Format::Json, r#"{"lastActive":"yesterday"}"#),
        (Format::Json, r#"{"zz":1e999}"#),
        (Format::Json, r#"{"_embedded":{"contact":7}}"#),
        (Format::Xml, r#"<resource><property name="lastActive">yesterday</property></resource>"#),
    ] {
        assert!(ContactPresence::decode(format, text.as_bytes(), Limits::default()).is_ok(), "{text}");
        assert!(ContactPresence::decode(format, text.as_bytes(), Limits::default().strict()).is_err(), "{text}");
    }
    let error = serde_json::from_str::<ContactPresence>(r#"{"lastActive":"yesterday"}"#).expect_err("serde is strict");
    assert!(error.to_string().contains("a point in time"), "{error}");
}

#[test]
fn what_is_no_resource_at_all_is_an_error() {
    for text in ["7", "[]", r#""contact""#, "null", "{", r#"{"name":}"#] {
        assert!(Contact::from_json(text.as_bytes()).is_err(), "{text}");
    }
    let error = Contact::from_json(b"7").expect_err("it is a number").to_string();
    let of_any_kind = ucwa::decode_resource(Format::Json, b"7").expect_err("it is a number").to_string();
    assert!(error.contains("expected a resource") && of_any_kind.contains("expected a resource"), "{error}");
    let deep = format!(r#"{{"name":{{}},"_embedded":{}{{}}{}}}"#, r#"{"x":{"_embedded":"#.repeat(30), "}}".repeat(30));
    let error = Contact::from_json(deep.as_bytes()).expect_err("it is too deep");
    assert_eq!(error.problem(), &DecodeProblem::TooDeep { limit: 24 });
}

#[test]
fn an_event_with_a_bad_resource_keeps_the_rest() {
    let text = r#"{"sender":[{"rel":"communication","href":"/c","events":[
        {"link":{"rel":"messagingInvitation","href":"/i"},"in":{"rel":"communication","href":"/c"},"type":"completed","status":"Failure",
         "reason":{"code":"Informational","subcode":"Missed"},"_embedded":{"messagingInvitation":RESOURCE}}]}]}"#;
    let xml = r#"<events href="/e"><sender rel="communication" href="/c"><completed rel="messagingInvitation" href="/i" status="Failure">
        <in rel="communication" href="/c"/><resource rel="messagingInvitation">RESOURCE</resource>
        <reason><code>Informational</code><subcode>Missed</subcode></reason></completed></sender></events>"#;
    for (format, text, bad) in [(Format::Json, text, "7"), (Format::Xml, xml, "<property>nameless</property>")] {
        let text = text.replace("RESOURCE", bad);
        let document = ucwa::decode_events(format, text.as_bytes()).expect("it is a document");
        let event = &document.senders[0].events[0];
        assert_eq!(event.status.as_ref().map(ToString::to_string).as_deref(), Some("Failure"), "{text}");
        assert_eq!(event.reason.as_ref().and_then(|reason| reason.subcode.as_deref()), Some("Missed"));
        assert_eq!(event.collection.as_ref().map(|target| target.link.href.as_str()), Some("/c"));
        assert_eq!(event.target.link.href, "/i");
        assert!(event.resource.is_none() && event.unreadable.is_some());
        let written = document.encode(format).expect("it can be written");
        let again = ucwa::decode_events(format, written.as_bytes()).expect("it is a document");
        assert_eq!(again.encode(format).as_ref(), Ok(&written));
        assert!(written.contains(&event.unreadable.as_ref().expect("it is there").text), "{written}");
    }
    for (format, text, bad) in [
        (Format::Json, text, r#"{"state":{},"subject":"x"}"#),
        (
            Format::Xml,
            xml,
            r#"<propertyList name="state"><item>a</item><item>b</item></propertyList><property name="subject">x</property>"#,
        ),
    ] {
        let text = text.replace("RESOURCE", bad);
        let document = ucwa::decode_events(format, text.as_bytes()).expect("it is a document");
        let event = &document.senders[0].events[0];
        assert!(event.unreadable.is_none(), "one bad value spoils no event: {event:?}");
        let resource = event.resource.as_ref().expect("it is read");
        assert_eq!(resource.unreadable().len(), 1);
        let written = document.encode(format).expect("it can be written");
        assert_eq!(ucwa::decode_events(format, written.as_bytes()).as_ref(), Ok(&document));
    }
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let presence: ContactPresence = json(r#"{"lastActive":"hunter2"}"#);
    assert!(!format!("{presence:?}").contains("hunter2"));
}

#[test]
fn what_was_kept_is_compared_by_its_place() {
    let contact = |text: &str| json::<Contact>(text);
    assert_ne!(contact(r#"{"_links":{"contactPhoto":7}}"#), contact(r#"{"_links":{"contactNote":7}}"#));
    assert_ne!(contact(r#"{"_embedded":{"x":7}}"#), contact(r#"{"_embedded":{"y":7}}"#));
    assert_ne!(contact(r#"{"_embedded":{"x":[7,{}]}}"#), contact(r#"{"_embedded":{"x":[{},7]}}"#));
    assert_eq!(contact(r#"{"_embedded":{"x":[7]}}"#), contact(r#"{"_embedded":{"x":7}}"#));
}

#[test]
fn a_path_names_the_position_where_a_rel_comes_more_than_once() {
    let bad = r#"<propertyList name="name"><item>a</item><item>b</item></propertyList>"#;
    let two =
        format!(r#"<resource rel="x"><resource rel="contact"/><resource rel="contact">{bad}</resource></resource>"#);
    let one = format!(r#"<resource rel="x"><resource rel="contact">{bad}</resource></resource>"#);
    for (text, path) in [(two, "_embedded.contact[1].name"), (one, "_embedded.contact.name")] {
        let any = ucwa::decode_resource(Format::Xml, text.as_bytes()).expect("it is a resource");
        let paths: Vec<_> = any.unreadable().into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, [path]);
        let strict = AnyResource::decode(&REGISTRY, Format::Xml, text.as_bytes(), Limits::default().strict());
        assert_eq!(strict.expect_err("a value does not fit").path(), path);
    }
}

#[test]
fn a_strict_reader_says_what_it_expected() {
    for (text, expected) in [
        (r#"{"_links":{"contactPhoto":7}}"#, "expected a link or a list of links"),
        (r#"{"_links":{"contactPhoto":[7]}}"#, "expected a link"),
        (r#"{"_embedded":{"contactNote":7}}"#, "expected a resource or a list of resources"),
        (r#"{"name":{}}"#, "expected a value"),
        (r#"{"emailAddresses":{}}"#, "expected a list of values"),
        (r#"{"emailAddresses":[{}]}"#, "expected a value"),
        (r#"{"rel":[]}"#, "expected text"),
    ] {
        let error = Contact::decode(Format::Json, text.as_bytes(), Limits::default().strict()).expect_err(text);
        assert!(error.to_string().contains(expected), "{error}: {text}");
    }
}

/// More memory than the documents below take, in bytes.
const ENOUGH: usize = 1 << 14;

/// Reads a document with less and less memory, until there is none.
fn with_less_memory<T: PartialEq + std::fmt::Debug>(
    text: &str,
    read: impl Fn(&[u8], Limits) -> Result<T, DecodeError>,
) {
    let whole = read(text.as_bytes(), Limits::default()).unwrap_or_else(|error| panic!("{error}: {text}"));
    let mut refused = 0;
    for memory in (0..ENOUGH).rev().step_by(5) {
        match read(text.as_bytes(), Limits::default().with_memory(memory)) {
            Ok(found) => assert!(refused == 0 && found == whole, "{memory} bytes lose a part: {found:?}"),
            Err(error) => {
                assert_eq!(error.problem(), &DecodeProblem::TooLarge { limit: memory }, "{text}");
                refused += 1;
            }
        }
    }
    assert!((1..ENOUGH / 5).contains(&refused), "too little is tried: {text}");
}

#[test]
fn a_document_is_read_in_full_or_refused_however_little_memory_there_is() {
    for text in [
        r#"{"emailAddresses":["a",{"b":[1,2]},"c"],"x":1e999,"_links":{"y":[{"href":"1"},7],"z":7}}"#,
        r#"{"name":{},"_links":{"y":{"href":"1"}}}"#,
        r#"{"lastActive":"yesterday","_embedded":{"contact":[{"name":{}},{"rel":[]},7],"y":[{},{}]}}"#,
    ] {
        with_less_memory(text, |bytes, limits| AnyResource::decode(&REGISTRY, Format::Json, bytes, limits));
    }
    let text = r#"<resource rel="contact"><link rel="y"/><property name="name"><a/></property><propertyList name="x"><i>1</i></propertyList><resource rel="contact"><property/></resource></resource>"#;
    with_less_memory(text, |bytes, limits| AnyResource::decode(&REGISTRY, Format::Xml, bytes, limits));
    let text = r#"{"x":1e999,"_links":{"next":[7,{"href":"n"}]},"sender":[7,{"rel":"a","events":[{"type":{}},{"link":{"rel":"contact"},"_embedded":{"contact":{"name":{}}},"y":[1,2]}]},{"events":7}]}"#;
    with_less_memory(text, |bytes, limits| EventDocument::decode(&REGISTRY, Format::Json, bytes, limits));
    let text = r#"<events><link/><sender rel="a"><added><resource rel="contact"><property/></resource></added><u/></sender><sender><updated><link rel="contact" href="c"/></updated></sender></events>"#;
    with_less_memory(text, |bytes, limits| EventDocument::decode(&REGISTRY, Format::Xml, bytes, limits));
    let text = r#"{"code":1e999,"message":"m","parameters":[{"name":"a"},7],"debugInfo":[0,{"b":1e999}]}"#;
    with_less_memory(text, |bytes, limits| ErrorBody::decode(Format::Json, bytes, limits));
}

#[test]
fn values_that_do_not_fit_lift_no_limit_of_depth() {
    let contact =
        |inner: &str| format!(r#"<resource rel="contact"><property name="name"><a/></property>{inner}</resource>"#);
    let (mut json, mut xml) = (r#"{"name":{}}"#.to_owned(), contact(""));
    for depth in 1..6 {
        for (format, text) in [(Format::Json, &json), (Format::Xml, &xml)] {
            for limit in 1..6 {
                let read = Contact::decode(format, text.as_bytes(), Limits::default().with_depth(limit));
                let problem = read.as_ref().err().map(|error| error.problem().clone());
                let expected = (depth > limit).then_some(DecodeProblem::TooDeep { limit });
                assert_eq!(problem, expected, "{text}");
            }
        }
        json = format!(r#"{{"name":{{}},"_embedded":{{"contact":{json}}}}}"#);
        xml = contact(&xml);
    }
}

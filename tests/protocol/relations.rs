//! Links and embedded resources: one or many, absent or null, known or not.

use ucwa::communication::{Conversation, FromResource, LocalParticipant, MessagingInvitation, Participant};
use ucwa::people::{Contact, MyContacts};
use ucwa::{AnyResource, Document, GenericResource, Object, Resource};

use crate::{json, survives, xml};

#[test]
fn a_relation_to_many_reads_one_link_without_a_list() {
    let contacts: MyContacts = json(r#"{"_links":{"contact":{"href":"/a"}}}"#);
    assert_eq!(contacts.contact().links().map(|link| link.href().to_owned()).collect::<Vec<_>>(), ["/a"]);
    assert_eq!(contacts.to_json().expect("JSON holds all"), r#"{"_links":{"contact":[{"href":"/a"}]}}"#);
}

#[test]
fn a_relation_to_one_reads_a_list_of_links_and_gives_the_first() {
    let contact: Contact = json(r#"{"_links":{"contactNote":[{"href":"/a"},{"href":"/b"}]}}"#);
    assert_eq!(contact.contact_note().href(), Some("/a"));
    let envelope = survives(contact);
    assert_eq!(envelope.envelope().relation("contactNote").map(|relation| relation.links().len()), Some(2));
}

#[test]
fn a_relation_to_one_that_comes_as_a_list_of_one_is_written_without_a_list() {
    let contact: Contact = json(r#"{"_links":{"contactNote":[{"href":"/a"}]}}"#);
    assert_eq!(contact.to_json().expect("JSON holds all"), r#"{"_links":{"contactNote":{"href":"/a"}}}"#);
}

#[test]
fn a_relation_to_many_reads_one_embedded_resource_without_a_list() {
    let contacts: MyContacts = json(r#"{"_embedded":{"contact":{"name":"Jane"}}}"#);
    assert_eq!(
        contacts.contact().embedded().map(|contact| contact.name.as_deref()).collect::<Vec<_>>(),
        [Some("Jane")]
    );
    assert_eq!(contacts.to_json().expect("JSON holds all"), r#"{"_embedded":{"contact":[{"name":"Jane"}]}}"#);
}

#[test]
fn a_relation_to_one_reads_a_list_of_embedded_resources() {
    let text = r#"{"_embedded":{"localParticipant":[{"name":"Jane"},{"name":"Joe"}]}}"#;
    let conversation = survives(json::<Conversation>(text));
    let local = conversation.local_participant().embedded().and_then(|participant| participant.name.as_deref());
    assert_eq!(local, Some("Jane"));
}

#[test]
fn in_xml_one_and_many_look_the_same_and_are_both_read() {
    let contacts: MyContacts =
        xml(r#"<resource><link rel="contact" href="/a"/><resource rel="contact" href="/b"/></resource>"#);
    assert_eq!(contacts.contact().embedded().count(), 1);
    let contact: Contact =
        xml(r#"<resource><link rel="contactNote" href="/a"/><link rel="contactNote" href="/b"/></resource>"#);
    assert_eq!(contact.contact_note().href(), Some("/a"));
}

#[test]
fn what_is_null_or_an_empty_list_is_not_there() {
    for text in [
        r#"{"_links":null,"_embedded":null}"#,
        r#"{"_links":{},"_embedded":{}}"#,
        r#"{"_links":{"contact":null},"_embedded":{"contact":null}}"#,
        r#"{"_links":{"contact":[]},"_embedded":{"contact":[]}}"#,
        r#"{"_links":{"contact":[null]},"_embedded":{"contact":[null]}}"#,
        r#"{"_links":{"contact":{"href":null}}}"#,
    ] {
        let contacts: MyContacts = json(text);
        assert_eq!(contacts, MyContacts::default(), "{text}");
        assert!(contacts.contact().is_empty(), "{text}");
    }
}

#[test]
fn null_items_between_resources_are_passed_over() {
    let contacts: MyContacts = json(r#"{"_embedded":{"contact":[null,{"name":"Jane"},null]}}"#);
    assert_eq!(contacts.contact().len(), 1);
}

#[test]
fn a_revision_is_read_under_both_of_its_names() {
    for text in [r#"{"href":"/a","revision":"2"}"#, r#"{"href":"/a","rev":"2"}"#, r#"{"href":"/a","revision":2}"#] {
        let contact: Contact = json(&format!(r#"{{"_links":{{"contactNote":{text}}}}}"#));
        assert_eq!(contact.contact_note().link().and_then(|link| link.revision()), Some(2), "{text}");
        survives(contact);
    }
    for attribute in ["revision", "rev"] {
        let contact: Contact =
            xml(&format!(r#"<resource><link rel="contactNote" href="/a" {attribute}="2"/></resource>"#));
        assert_eq!(contact.contact_note().link().and_then(|link| link.revision()), Some(2), "{attribute}");
    }
}

#[test]
fn an_empty_title_is_no_title_and_is_written_back() {
    let contact: Contact = json(r#"{"_links":{"contactNote":{"href":"/a","title":""}}}"#);
    assert_eq!(contact.contact_note().link().as_ref().and_then(|link| link.title()), None);
    assert_eq!(contact.to_json().expect("JSON holds all"), r#"{"_links":{"contactNote":{"href":"/a","title":""}}}"#);
    survives(contact);
}

#[test]
fn a_title_may_be_the_only_name_that_there_is() {
    let contact: Contact = xml(r#"<resource><link rel="contactNote" href="/a" title="Jane"/></resource>"#);
    assert_eq!(contact.contact_note().link().as_ref().and_then(|link| link.title()), Some("Jane"));
}

#[test]
fn attributes_of_links_that_nobody_knows_are_passed_over() {
    let from_json: Contact = json(r#"{"_links":{"contactNote":{"href":"/a","type":"x","templated":{"a":[1]}}}}"#);
    let from_xml: Contact =
        xml(r#"<resource><link rel="contactNote" href="/a" type="x" templated="true">text</link></resource>"#);
    assert_eq!(from_json.contact_note().href(), Some("/a"));
    assert_eq!(from_json, from_xml);
}

#[test]
fn the_etag_of_an_embedded_resource_is_found_in_either_format() {
    let from_json: Contact = json(r#"{"etag":"17"}"#);
    let from_xml: Contact = xml(r#"<resource><property name="etag">17</property></resource>"#);
    assert_eq!((from_json.etag(), from_xml.etag()), (Some("17"), Some("17")));
    survives(from_json);
}

#[test]
fn unknown_relations_are_kept_whatever_they_hold() {
    let text = r#"{"_links":{"sparkle":{"href":"/a"},"glitter":[{"href":"/b"},{"href":"/c"}]},"_embedded":{"shine":{"x":"1"}}}"#;
    let contact = survives(json::<Contact>(text));
    let relations: Vec<_> = contact.envelope().relations().iter().map(ucwa_runtime::Relation::rel).collect();
    assert_eq!(relations, ["sparkle", "glitter", "shine"]);
    assert_eq!(contact.to_json().expect("JSON holds all"), text);
}

#[test]
fn the_key_tells_the_type_of_an_embedded_resource_and_its_own_rel_is_kept() {
    let text = r#"{"_embedded":{"localParticipant":{"rel":"participant","name":"Jane"}}}"#;
    let conversation = survives(json::<Conversation>(text));
    let local: &LocalParticipant = conversation.local_participant().embedded().expect("it was sent along");
    assert_eq!((local.name.as_deref(), local.envelope().rel()), (Some("Jane"), Some("participant")));
    assert_eq!(conversation.to_json().expect("JSON holds all"), text);
}

#[test]
fn who_an_invitation_is_from_is_read_whether_the_body_says_participant_or_nothing() {
    for rel in [r#""rel":"participant","#, ""] {
        let text = format!(r#"{{"_embedded":{{"from":{{{rel}"name":"Jane"}}}}}}"#);
        let invitation = survives(json::<MessagingInvitation>(&text));
        let from: &FromResource = invitation.from().embedded().expect("it was sent along");
        assert_eq!(from.name.as_deref(), Some("Jane"));
    }
}

#[test]
fn below_an_unknown_key_the_rel_in_the_body_tells_the_type() {
    let text = r#"{"_embedded":{"host":{"rel":"participant","name":"Jane","_links":{"self":{"href":"/a"}}}}}"#;
    let conversation = survives(json::<Conversation>(text));
    let relation = conversation.envelope().relation("host").expect("unknown relations are kept");
    let host = relation.embedded()[0].downcast_ref::<Participant>().expect("its rel says that it is a participant");
    assert_eq!((host.name.as_deref(), host.href()), (Some("Jane"), Some("/a")));
    let from_xml: Conversation = xml(
        r#"<resource rel="conversation"><resource rel="host" href="/a"><resource rel="contact"><property name="rel">contact</property></resource>
           <property name="rel">participant</property><property name="name">Jane</property></resource></resource>"#,
    );
    let relation = from_xml.envelope().relation("host").expect("unknown relations are kept");
    assert!(relation.embedded()[0].downcast_ref::<Participant>().is_some());
}

#[test]
fn below_an_unknown_key_an_unknown_or_missing_rel_makes_a_generic_resource() {
    for rel in [r#""rel":"sparkle","#, ""] {
        let text = format!(r#"{{"_embedded":{{"glitter":{{{rel}"shade":"gold"}}}}}}"#);
        let contact = survives(json::<Contact>(&text));
        let object = &contact.envelope().relation("glitter").expect("unknown relations are kept").embedded()[0];
        assert!(object.downcast_ref::<GenericResource>().is_some());
        assert_eq!(object.envelope().unknown_property("shade"), Some(&"gold".into()));
        assert_eq!(contact.to_json().expect("JSON holds all"), text);
    }
}

#[test]
fn below_an_unknown_key_that_names_a_resource_the_key_tells_the_type() {
    let contact = survives(json::<Contact>(r#"{"_embedded":{"participant":{"rel":"guest","name":"Jane"}}}"#));
    let object = &contact.envelope().relation("participant").expect("unknown relations are kept").embedded()[0];
    assert!(object.downcast_ref::<Participant>().is_some());
}

#[test]
fn a_resource_of_any_kind_is_read_by_the_rel_in_it() {
    let documents = [
        (ucwa::Format::Json, r#"{"rel":"contact","name":"Jane"}"#),
        (ucwa::Format::Json, r#"{"name":"Jane","_embedded":{"x":{"rel":"me"}},"rel":"contact"}"#),
        (ucwa::Format::Xml, r#"<resource rel="contact"><property name="name">Jane</property></resource>"#),
        (
            ucwa::Format::Xml,
            r#"<resource><property name="name">Jane</property><property name="rel">contact</property></resource>"#,
        ),
    ];
    for (format, text) in documents {
        let any = ucwa::decode_resource(format, text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!((any.rel(), any.is_known()), ("contact", true), "{text}");
        let contact = any.downcast::<Contact>().unwrap_or_else(|any| panic!("{any:?} is no contact"));
        assert_eq!(contact.name.as_deref(), Some("Jane"));
    }
}

#[test]
fn a_resource_that_no_page_describes_is_read_and_written_with_all_that_is_in_it() {
    let text = r#"{"rel":"sparkle","shade":"gold","sizes":[1,2],"_links":{"self":{"href":"/a"},"next":{"href":"/b"}},"_embedded":{"contact":[{"rel":"contact","name":"Jane"}]}}"#;
    let any = ucwa::decode_resource(ucwa::Format::Json, text.as_bytes()).expect("any resource can be read");
    assert_eq!((any.rel(), any.href(), any.is_known()), ("sparkle", Some("/a"), false));
    assert_eq!(any.encode(ucwa::Format::Json).expect("JSON holds all"), text);
    let embedded = &any.as_object().envelope().relation("contact").expect("it is there").embedded()[0];
    assert!(embedded.downcast_ref::<Contact>().is_some(), "what is in it is typed");
    let there = any.encode(ucwa::Format::Xml).expect("XML holds this");
    let back = ucwa::decode_resource(ucwa::Format::Xml, there.as_bytes()).expect("it was written by us");
    assert_eq!(back.rel(), "sparkle");
    assert!(back.downcast::<Contact>().is_err());
}

#[test]
fn of_several_revisions_the_latest_is_read_by_rel() {
    let any = ucwa::decode_resource(ucwa::Format::Json, br#"{"rel":"group","name":"Friends"}"#).expect("a group");
    assert_eq!(any.as_object().description().name, "group2");
    assert_eq!(any.encode(ucwa::Format::Json).expect("JSON holds all"), r#"{"rel":"group","name":"Friends"}"#);
}

#[test]
fn any_resource_can_be_made_of_a_resource() {
    let contact: Contact = json(r#"{"name":"Jane"}"#);
    let any = AnyResource::new(contact.clone());
    assert_eq!(any.downcast_ref::<Contact>(), Some(&contact));
    assert_eq!(
        serde_json::to_value(&any).expect("JSON holds all"),
        serde_json::to_value(&contact).expect("so does it")
    );
}

#[test]
fn a_relation_that_no_table_lists_goes_back_as_the_list_or_the_one_that_it_was() {
    for text in [
        r#"{"_links":{"sparkle":{"href":"/a"}}}"#,
        r#"{"_links":{"sparkle":[{"href":"/a"}]}}"#,
        r#"{"_embedded":{"sparkle":{"name":"Jane"}}}"#,
        r#"{"_embedded":{"sparkle":[{"name":"Jane"}]}}"#,
    ] {
        let contact: Contact = json(text);
        let written = contact.to_json().expect("JSON holds this");
        let of = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        let (read, mut written) = (of(text), of(&written));
        written.as_object_mut().expect("an object").remove("rel");
        assert_eq!(written, read);
    }
}

//! Objects, links and relations as programs handle them.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use ucwa::communication::Conversation;
use ucwa::people::{Contact, ContactNote, Group2, MyContacts};
use ucwa::registry::REGISTRY;
use ucwa::{Document, Format, GenericResource, Link, LinkData, LinkDetail, Object, Resource, Unlisted};
use ucwa_runtime::{PropertyForm, Value};

#[test]
fn resources_and_inputs_are_made_by_their_names() {
    for entry in REGISTRY.resources {
        let named = REGISTRY.create_named(entry.name).map(|object| object.description().name);
        assert_eq!(named, entry.create.map(|_| (entry.representation)().name), "{}", entry.name);
    }
    for entry in REGISTRY.inputs {
        let input = REGISTRY.create_input(entry.name, entry.method).expect("it has this name");
        assert!(Some(input) == entry.create(), "{}", entry.name);
    }
    assert!(REGISTRY.create_named("group2").is_some_and(|group| group.downcast_ref::<Group2>().is_some()));
    assert!(REGISTRY.create_named("neverHeardOf").is_none());
    let input = &REGISTRY.inputs[0];
    assert!(REGISTRY.create_input(input.name, "PATCH").is_none());
    assert!(REGISTRY.create_input("neverHeardOf", input.method).is_none());
}

#[test]
fn links_and_embedded_resources_can_be_added() {
    let mut contacts = MyContacts::default();
    contacts.envelope_mut().add_link("contact", LinkData::new("/a"));
    let mut contact = Contact::default();
    contact.name = Some("Jane".into());
    contacts.envelope_mut().embed("contact", contact.clone());
    assert_eq!(contacts.contact().link_data(), [LinkData::new("/a")]);
    assert_eq!(contacts.contact().embedded().collect::<Vec<_>>(), [&contact]);
    assert_eq!(
        contacts.to_json().as_deref(),
        Ok(
            r#"{"rel":"myContacts","_links":{"contact":[{"href":"/a"}]},"_embedded":{"contact":[{"rel":"contact","name":"Jane"}]}}"#
        )
    );
}

#[test]
fn a_relation_says_whether_it_is_there_and_gives_what_is_embedded_whatever_its_type() {
    let contact = Contact::from_json(
        br#"{"_links":{"contactPhoto":{"href":"/p"}},"_embedded":{"contactNote":{"message":"Hi"}}}"#,
    );
    let contact = contact.expect("it is a contact");
    assert!(
        contact.contact_photo().exists() && contact.contact_note().exists() && !contact.contact_presence().exists()
    );
    let note = contact.contact_note().embedded_object().expect("it came along");
    assert!(note.downcast_ref::<ContactNote>().is_some());
    assert!(contact.contact_photo().embedded_object().is_none());
    assert!(format!("{:?}", contact.contact_photo()).contains("/p"));
    assert!(format!("{:?}", contact.contact_note()).contains("Hi"));
    let contacts = MyContacts::from_json(br#"{"_links":{"contact":[{"href":"/a"},{"href":"/b"}]}}"#).expect("they are");
    assert_eq!((contacts.contact().len(), contacts.contact().is_empty()), (2, false));
    assert!(format!("{:?}", contacts.contact()).contains("/b"));
    assert_eq!((MyContacts::default().contact().len(), MyContacts::default().contact().is_empty()), (0, true));
}

#[test]
fn links_are_compared_by_where_they_lead() {
    let (one, other) = (LinkData::new("/a"), LinkData::new("/b"));
    assert_eq!(one, "/a");
    assert_eq!(one, *"/a");
    assert_ne!(one, "/b");
    assert_ne!(one, *"/b");
    assert_ne!(one, other);
    assert_ne!(one, LinkData::new("/a").with(LinkDetail::Title, "t"));
    let typed: Link<Contact> = one.clone().with(LinkDetail::Etag, "7").into();
    assert_eq!((typed.etag(), Link::<Contact>::new("/a").etag()), (Some("7"), None));
    let (one, other): (Link<Contact>, Link<Contact>) = (Link::new("/a"), Link::new("/b"));
    assert_eq!(one, "/a");
    assert_eq!(one, *"/a");
    assert_ne!(one, "/b");
    assert_ne!(one, *"/b");
    assert_eq!(one, one.clone());
    assert_ne!(one, other);
    let state = RandomState::new();
    assert_eq!(state.hash_one(&one), state.hash_one(one.clone()));
    assert_ne!(state.hash_one(&one), state.hash_one(&other));
    assert_eq!([one.clone(), one, other].into_iter().collect::<HashSet<_>>().len(), 2);
}

#[test]
fn resources_that_no_page_describes_are_compared_and_shown_too() {
    let read = |text: &str| {
        let any = ucwa::decode_resource(Format::Json, text.as_bytes()).expect("it is a resource");
        any.downcast::<GenericResource>().expect("no page describes it")
    };
    let (one, other) = (read(r#"{"rel":"sparkle","shade":"gold"}"#), read(r#"{"rel":"sparkle","shade":"red"}"#));
    assert_eq!(one, one.clone());
    assert_ne!(one, other);
    assert!(format!("{one:?}").contains("gold"));
}

#[test]
fn no_property_that_is_a_secret_is_shown() {
    let mut secrets = 0;
    for entry in REGISTRY.resources.iter().chain(REGISTRY.inputs) {
        let Some(mut object) = entry.create() else { continue };
        for (index, property) in object.description().properties.iter().enumerate() {
            let Some(field) = object.property_mut(index).filter(|_| property.form != PropertyForm::Content) else {
                continue;
            };
            if !property.is_secret() || field.read(Value::Text("hunter2")).is_err() {
                continue;
            }
            secrets += 1;
            assert!(!format!("{object:?}").contains("hunter2"), "{}.{}", entry.name, property.name);
        }
    }
    assert!(secrets > 0);
}

#[test]
fn numbers_are_whole_where_they_are_to_be() {
    let read = |number: &str| {
        let text = format!(r#"{{"participantCount":{number}}}"#);
        Conversation::from_json(text.as_bytes()).expect("it is a conversation").participant_count
    };
    for (number, whole) in
        [("7", Some(7)), ("7.0", Some(7)), (r#""7""#, Some(7)), ("7.5", None), ("1e30", None), ("true", None)]
    {
        assert_eq!(read(number), whole, "{number}");
    }
    let own = Contact::from_json(br#"{"_links":{"self":{"href":"/a"}}}"#).expect("it is a contact");
    assert_eq!(own.self_link().expect("it has one"), "/a");
}

#[test]
fn a_value_that_no_page_lists_is_shown_as_the_text_that_it_is() {
    let value = Unlisted::new("Sparkling");
    assert_eq!((format!("{value:?}"), value.to_string()), (r#""Sparkling""#.to_owned(), "Sparkling".to_owned()));
}

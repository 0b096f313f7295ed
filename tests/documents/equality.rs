//! Equality compares what resources hold, in optimized builds too.

use ucwa::people::{Contact, ContactPresence};
use ucwa::registry::REGISTRY;
use ucwa::{AnyResource, Document, EventDocument, Format, Object};

const CONTACT: &str = r#"{"rel":"contact","name":"Jane","_embedded":{"contactPresence":{"availability":"Away"}}}"#;

#[test]
fn a_resource_equals_its_clone() {
    for text in [r#"{"rel":"contactPresence"}"#, CONTACT, r#"{"rel":"neverHeardOf","_embedded":{"contact":{}}}"#] {
        let resource = ucwa::decode_resource(Format::Json, text.as_bytes()).expect("it is a resource");
        assert_eq!(resource, resource.clone());
    }
}

#[test]
fn a_resource_with_embedded_resources_equals_its_clone_and_one_read_anew() {
    let contact = Contact::from_json(CONTACT.as_bytes()).expect("it is a contact");
    assert_eq!(contact, contact.clone());
    assert_eq!(Contact::from_json(CONTACT.as_bytes()).as_ref(), Ok(&contact));
    let any = ucwa::decode_resource(Format::Json, CONTACT.as_bytes()).expect("it is a resource");
    assert_eq!(any.downcast_ref(), Some(&contact));
}

#[test]
fn an_event_document_equals_its_clone_and_one_read_anew() {
    let text = format!(
        r#"{{"sender":[{{"rel":"people","events":[{{"type":"updated","_embedded":{{"contact":{CONTACT}}}}}]}}]}}"#
    );
    let document = ucwa::decode_events(Format::Json, text.as_bytes()).expect("it is a document");
    assert!(document.events().any(|(_, event)| event.resource.is_some()));
    assert_eq!(document, EventDocument::clone(&document));
    assert_eq!(ucwa::decode_events(Format::Json, text.as_bytes()).as_ref(), Ok(&document));
}

#[test]
fn every_resource_and_input_equals_its_clone_and_no_resource_of_another_type() {
    for entry in REGISTRY.resources.iter().chain(REGISTRY.inputs) {
        let Some(create) = entry.create else { continue };
        let object = create();
        assert!(*object == *object.clone(), "{}", entry.name);
        assert!(*object == *create(), "{}", entry.name);
    }
    let (contact, presence): (&dyn Object, &dyn Object) = (&Contact::default(), &ContactPresence::default());
    assert!(contact != presence);
}

#[test]
fn resources_that_differ_in_one_thing_are_different() {
    let texts = [
        r#"{"rel":"contact"}"#,
        r#"{"rel":"contact","name":"Jane"}"#,
        r#"{"rel":"contact","name":"Joe"}"#,
        r#"{"rel":"contactPresence"}"#,
        r#"{"rel":"neverHeardOf"}"#,
        r#"{"rel":"contact","etag":"7"}"#,
        r#"{"rel":"contact","etag":"8"}"#,
        r#"{"rel":"contact","x":1}"#,
        r#"{"rel":"contact","x":2}"#,
        r#"{"rel":"contact","y":1}"#,
        r#"{"rel":"contact","x":1,"y":1}"#,
        r#"{"rel":"contact","x":1e999}"#,
        r#"{"rel":"contact","x":2e999}"#,
        r#"{"rel":"contact","_links":{"self":{"href":"/a"}}}"#,
        r#"{"rel":"contact","_links":{"self":{"href":"/b"}}}"#,
        r#"{"rel":"contact","_links":{"self":{"href":"/a","title":"t"}}}"#,
        r#"{"rel":"contact","_links":{"contactNote":{"href":"/a"}}}"#,
        r#"{"rel":"contact","_links":{"contactNote":{"href":"/b"}}}"#,
        r#"{"rel":"contact","_links":{"contactNote":[{"href":"/a"},{"href":"/b"}]}}"#,
        r#"{"rel":"contact","_links":{"contactPhoto":{"href":"/a"}}}"#,
        r#"{"rel":"contact","_links":{"contactNote":{"href":"/a"},"contactPhoto":{"href":"/a"}}}"#,
        r#"{"rel":"contact","_embedded":{"contactNote":{}}}"#,
        r#"{"rel":"contact","_embedded":{"contactNote":{"message":"Hi"}}}"#,
        r#"{"rel":"contact","_links":{"contactNote":{"href":"/a"}},"_embedded":{"contactNote":{}}}"#,
    ];
    let read = |text: &str| ucwa::decode_resource(Format::Json, text.as_bytes()).expect("it is a resource");
    let resources: Vec<AnyResource> = texts.into_iter().map(read).collect();
    for (index, one) in resources.iter().enumerate() {
        for (other_index, other) in resources.iter().enumerate() {
            assert_eq!(one == other, index == other_index, "{} and {}", texts[index], texts[other_index]);
        }
    }
}

#[test]
fn event_documents_that_differ_in_one_thing_are_different() {
    let event = |event: &str| format!(r#"{{"sender":[{{"events":[{event}]}}]}}"#);
    let mut texts: Vec<String> = [
        "{}",
        r#"{"x":1}"#,
        r#"{"x":2}"#,
        r#"{"x":1e999}"#,
        r#"{"x":2e999}"#,
        r#"{"_links":{"self":{"href":"/a"}}}"#,
        r#"{"_links":{"self":{"href":"/b"}}}"#,
        r#"{"_links":{"next":{"href":"/a"}}}"#,
        r#"{"_links":{"resume":{"href":"/a"}}}"#,
        r#"{"_links":{"x":{"href":"/a"}}}"#,
        r#"{"_links":7}"#,
        r#"{"_links":8}"#,
        r#"{"sender":[{}]}"#,
        r#"{"sender":[{"rel":"me"}]}"#,
        r#"{"sender":[{"href":"/a"}]}"#,
        r#"{"sender":[{"x":1}]}"#,
        r#"{"sender":[7]}"#,
        r#"{"sender":[8]}"#,
        r#"{"sender":["a"]}"#,
    ]
    .map(str::to_owned)
    .into();
    texts.extend(
        [
            "{}",
            r#"{"type":"updated"}"#,
            r#"{"type":"added"}"#,
            r#"{"link":{"rel":"me"}}"#,
            r#"{"link":{"rel":"note"}}"#,
            r#"{"in":{"rel":"me"}}"#,
            r#"{"in":{"rel":"note"}}"#,
            r#"{"_embedded":{"contact":{}}}"#,
            r#"{"_embedded":{"contact":{"name":"Jane"}}}"#,
            r#"{"status":"Success"}"#,
            r#"{"status":"Failure"}"#,
            r#"{"reason":{"code":"a"}}"#,
            r#"{"reason":{"code":"b"}}"#,
            r#"{"x":1}"#,
            r#"{"x":2}"#,
            r#"{"type":{}}"#,
            r#"{"type":[]}"#,
        ]
        .map(event),
    );
    let read = |text: &String| ucwa::decode_events(Format::Json, text.as_bytes()).expect("it is a document");
    let documents: Vec<_> = texts.iter().map(read).collect();
    for (index, one) in documents.iter().enumerate() {
        for (other_index, other) in documents.iter().enumerate() {
            assert_eq!(one == other, index == other_index, "{} and {}", texts[index], texts[other_index]);
        }
    }
}

//! Equality compares what resources hold, in optimized builds too.

use ucwa::people::{Contact, ContactPresence};
use ucwa::registry::REGISTRY;
use ucwa::{Document, EventDocument, Format, Object};

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
        let object = (entry.create)();
        assert!(*object == *object.clone(), "{}", entry.name);
        assert!(*object == *(entry.create)(), "{}", entry.name);
    }
    let (contact, presence): (&dyn Object, &dyn Object) = (&Contact::default(), &ContactPresence::default());
    assert!(contact != presence);
}

//! serde, inputs, and debug output.

use ucwa::communication::{Conversation, StartMessagingInput};
use ucwa::enumerations::{Availability, Importance};
use ucwa::people::{Contact, MyContacts};
use ucwa::registry::REGISTRY;
use ucwa::{Document, Format, Limits};
use ucwa_runtime::Described;

use crate::json;

#[test]
fn resources_go_through_serde_as_through_the_bindings_own_functions() {
    let text = r#"{"rel":"myContacts","mood":"sunny","_links":{"self":{"href":"/a"}},"_embedded":{"contact":[{"rel":"contact","name":"Jane"}]}}"#;
    let contacts: MyContacts = serde_json::from_str(text).expect("it is a resource");
    assert_eq!(contacts, json(text));
    assert_eq!(serde_json::to_string(&contacts).expect("JSON holds all"), text);
    let value = serde_json::to_value(&contacts).expect("JSON holds all");
    assert_eq!(serde_json::from_value::<MyContacts>(value).expect("it is a resource"), contacts);
}

#[test]
fn an_error_through_serde_names_the_path_too() {
    let text = r#"{"_embedded":{"contact":[{"name":{}}]}}"#;
    let error = serde_json::from_str::<MyContacts>(text).expect_err("a name is text");
    assert!(error.to_string().starts_with("_embedded.contact[0].name: "), "{error}");
}

#[test]
fn enumerations_go_through_serde_alone() {
    assert_eq!(serde_json::from_str::<Availability>(r#""away""#).expect("text"), Availability::Away);
    assert_eq!(serde_json::to_string(&Availability::from("OnTheMoon")).expect("text"), r#""OnTheMoon""#);
}

#[test]
fn inputs_are_written_and_read_in_both_formats() {
    let mut input = StartMessagingInput::new("sip:jane@contoso.com");
    input.importance = Some(Importance::Urgent);
    input.subject = Some("<&>".into());
    for format in Format::ALL {
        let text = ucwa_runtime::write(format, &input).expect("both hold this");
        assert_eq!(
            StartMessagingInput::decode(format, text.as_bytes(), Limits::default()).as_ref(),
            Ok(&input),
            "{text}"
        );
    }
    let written = input.to_xml().expect("XML holds this");
    assert!(written.contains(r#"<input xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa">"#), "{written}");
}

#[test]
fn inputs_leave_out_what_the_caller_did_not_set() {
    let written = StartMessagingInput::new("sip:jane@contoso.com").to_json().expect("JSON holds this");
    assert_eq!(written, r#"{"to":"sip:jane@contoso.com"}"#);
}

#[test]
fn a_name_on_the_wire_that_rust_does_not_allow_is_the_name_on_the_wire() {
    let contact: Contact = json(r#"{"type":"Person"}"#);
    assert!(contact.type_.is_some());
    assert_eq!(contact.to_json().expect("JSON holds this"), r#"{"type":"Person"}"#);
}

#[test]
fn debug_output_has_what_is_there_and_no_secrets() {
    let contact: Contact =
        json(r#"{"name":"Jane","mood":"sunny","_links":{"self":{"href":"/a"},"contactNote":{"href":"/n"}}}"#);
    let text = format!("{contact:?}");
    for part in ["contact", "name: \"Jane\"", "mood: \"sunny\"", "\"/a\"", "\"/n\""] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("company"), "{text}");
    let mut secrets = 0;
    for entry in REGISTRY.resources.iter().chain(REGISTRY.inputs) {
        let Some(mut object) = entry.create() else { continue };
        for (index, property) in object.description().properties.iter().enumerate() {
            if property.name.to_lowercase().contains("password") {
                secrets += 1;
                let field = object.property_mut(index).expect("the table has it");
                field.read(ucwa_runtime::Value::Text("hunter2")).expect("a password is text");
                let text = format!("{object:?}");
                assert!(!text.contains("hunter2") && text.contains("[secret]"), "{text}");
            }
        }
    }
    assert!(secrets > 0, "there are passwords in UCWA");
}

#[test]
fn equality_does_not_depend_on_the_order_of_a_message() {
    let one: Conversation = json(r#"{"a":1,"b":2,"_links":{"lobby":{"href":"/l"},"leaders":{"href":"/m"}}}"#);
    let other: Conversation = json(r#"{"_links":{"leaders":{"href":"/m"},"lobby":{"href":"/l"}},"b":2,"a":1}"#);
    assert_eq!(one, other);
    assert_ne!(one, json(r#"{"a":1,"b":2,"_links":{"lobby":{"href":"/l"}}}"#));
    assert_ne!(one, json(r#"{"a":1,"b":3,"_links":{"lobby":{"href":"/l"},"leaders":{"href":"/m"}}}"#));
}

#[test]
fn every_table_is_fit_to_be_read_by() {
    for entry in REGISTRY.resources {
        let description = (entry.description)();
        assert_eq!((description.name, description.rel, description.input), (entry.name, entry.rel, false));
        let Some(object) = entry.create() else {
            assert!(description.properties.is_empty() && description.relations.is_empty(), "{}", entry.name);
            continue;
        };
        let description = object.description();
        assert_eq!(description.name, (entry.representation)().name);
        for index in 0..description.properties.len() {
            assert!(object.property(index).is_some(), "{} {index}", entry.name);
        }
        assert!(object.property(description.properties.len()).is_none(), "{}", entry.name);
    }
    assert!(REGISTRY.resources.is_sorted_by_key(|entry| entry.rel), "resources are looked up by rel");
    assert!(REGISTRY.inputs.is_sorted_by_key(|entry| entry.name), "inputs are looked up by name");
    assert!(REGISTRY.create("sparkle").is_none() && REGISTRY.create("").is_none());
    assert_eq!(Contact::DESCRIPTION.rel, "contact");
}

//! What no page lists and the protocol has all the same.

use ucwa::general::Application;
use ucwa::people::Contact;
use ucwa::{Format, Object, ProtocolProperty, Timestamp};

use crate::json;

const MARKER: &str = "4cf1a5b7-8c5d-4b53-9e0f-0c3a4d1f2b6e";

#[test]
fn the_marker_of_a_put_is_known_by_its_form() {
    for text in ["please pass this in a PUT request", "Please pass this in a put request, or else", "please pass me"] {
        let contact: Contact = json(&format!(r#"{{"mood":"sunny","{MARKER}":"{text}"}}"#));
        assert_eq!(contact.envelope().put_marker(), Some(MARKER), "{text}");
        assert_eq!(contact.envelope().protocol_property(MARKER), Some(ProtocolProperty::PutMarker));
        assert_eq!(contact.envelope().protocol_property("mood"), None);
    }
    for text in [
        r#"{"mood":"please pass this in a PUT request"}"#.to_owned(),
        format!(r#"{{"{MARKER}":"a note"}}"#),
        format!(r#"{{"{MARKER}":7}}"#),
        format!(r#"{{"{}":"please pass me"}}"#, MARKER.replace('b', "x")),
        "{}".to_owned(),
    ] {
        assert_eq!(json::<Contact>(&text).envelope().put_marker(), None, "{text}");
    }
}

#[test]
fn applications_and_contacts_expire() {
    let moment = Timestamp::from_unix_milliseconds(1_474_932_023_993);
    let application: Application = json(r#"{"expires":"/Date(1474932023993)/"}"#);
    assert_eq!(application.envelope().expires(), moment);
    assert_eq!(application.envelope().protocol_property("expires"), Some(ProtocolProperty::Expires));
    assert_eq!(json::<Contact>(r#"{"expires":"2016-09-26T23:20:23.993Z"}"#).envelope().expires(), moment);
    assert_eq!(json::<Contact>(r#"{"expires":1474932023993}"#).envelope().expires(), moment);
    let contact: Contact = json(r#"{"expires":"soon"}"#);
    assert_eq!((contact.envelope().expires(), contact.envelope().protocol_property("expires")), (None, None));
}

#[test]
fn a_discovery_document_is_known_without_a_name() {
    let is_discovery = |text: &str| {
        let any = ucwa::decode_resource(Format::Json, text.as_bytes()).expect("it is a resource");
        any.as_object().envelope().is_discovery()
    };
    assert!(is_discovery(r#"{"_links":{"self":{"href":"/"},"user":{"href":"/u"},"xframe":{"href":"/x"}}}"#));
    assert!(is_discovery(r#"{"_links":{"redirect":{"href":"/r"}}}"#));
    assert!(!is_discovery(r#"{"_links":{"self":{"href":"/"}}}"#));
    assert!(!is_discovery(r#"{"_links":{"user":{"href":"/u"},"me":{"href":"/m"}}}"#));
    assert!(!is_discovery(r#"{"rel":"root","_links":{"user":{"href":"/u"}}}"#), "it has a name");
}

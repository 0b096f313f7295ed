//! Documents of discovery, which many servers send without a `rel`.

use ucwa::discovery::{Root, User};
use ucwa::{AnyResource, Document, Format, Limits, Object, Resource, decode_resource};

const ROOT: [(Format, &str); 2] = [
    (
        Format::Json,
        r#"{"_links":{"self":{"href":"https://a/autodiscover"},"xframe":{"href":"https://a/xframe"},"user":{"href":"https://a/user"}},"AccessLocation":"External"}"#,
    ),
    (
        Format::Xml,
        r#"<resource href="https://a/autodiscover"><link rel="xframe" href="https://a/xframe"/><link rel="user" href="https://a/user"/><property name="AccessLocation">External</property></resource>"#,
    ),
];

const USER: [(Format, &str); 2] = [
    (Format::Json, r#"{"_links":{"self":{"href":"/user"},"applications":{"href":"/apps"},"xframe":{"href":"/x"}}}"#),
    (Format::Xml, r#"<resource href="/user"><link rel="applications" href="/apps"/></resource>"#),
];

fn any(format: Format, text: &str) -> AnyResource {
    decode_resource(format, text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Sees that a resource is in both formats what it was, and is not given a name.
fn survives(resource: &AnyResource) {
    for format in Format::ALL {
        let written = resource.encode(format).expect("it can be written");
        assert_eq!(&any(format, &written), resource, "{written}");
        assert!(!written.contains(r#""rel":"root""#) && !written.contains(r#""rel":"user""#), "{written}");
    }
}

#[test]
fn a_document_with_a_link_to_the_user_is_the_root() {
    for (format, text) in ROOT {
        let typed = Root::decode(format, text.as_bytes(), Limits::default()).expect("it is what was asked for");
        assert_eq!(typed.user().href(), Some("https://a/user"));
        assert_eq!(typed.xframe().href(), Some("https://a/xframe"));
        assert_eq!(typed.href(), Some("https://a/autodiscover"));
        assert_eq!(typed.envelope().unknown_property("AccessLocation"), Some(&"External".into()));
        let any = any(format, text);
        assert_eq!((any.rel(), any.is_known()), ("root", true));
        assert_eq!(any.downcast_ref(), Some(&typed), "both ways keep the same");
        assert!(any.as_object().envelope().is_discovery());
        survives(&any);
    }
}

#[test]
fn a_document_with_a_link_to_applications_is_the_user() {
    for (format, text) in USER {
        let typed = User::decode(format, text.as_bytes(), Limits::default()).expect("it is what was asked for");
        assert_eq!(typed.applications().href(), Some("/apps"));
        let any = any(format, text);
        assert_eq!((any.rel(), any.downcast_ref()), ("user", Some(&typed)));
        assert!(any.as_object().envelope().is_discovery());
        survives(&any);
    }
}

#[test]
fn a_document_with_a_redirect_alone_is_what_was_asked_for() {
    let text = r#"{"_links":{"redirect":{"href":"https://b/"}}}"#;
    let root = Root::from_json(text.as_bytes()).expect("it is what was asked for");
    let user = User::from_json(text.as_bytes()).expect("it is what was asked for");
    assert_eq!((root.redirect().href(), user.redirect().href()), (Some("https://b/"), Some("https://b/")));
    assert_eq!(root.to_json().as_deref(), Ok(text));
    let any = any(Format::Json, text);
    assert!(!any.is_known(), "it can be either");
    assert!(any.as_object().envelope().is_discovery());
}

#[test]
fn what_leaves_a_doubt_is_no_step_of_discovery() {
    for text in [
        r#"{"_links":{"user":{"href":"/u"},"me":{"href":"/m"}}}"#,
        r#"{"_links":{"user":{"href":"/u"},"applications":{"href":"/a"}}}"#,
        r#"{"_links":{"self":{"href":"/u"}}}"#,
        r#"{"_embedded":{"user":{}}}"#,
        r#"{"_links":{"user":{"href":"/u"}},"_embedded":{"contact":{}}}"#,
        "{}",
    ] {
        let any = any(Format::Json, text);
        assert_eq!((any.rel(), any.is_known()), ("", false), "{text}");
        survives(&any);
    }
    let named = any(Format::Json, r#"{"rel":"sparkle","_links":{"user":{"href":"/u"}}}"#);
    assert_eq!((named.rel(), named.is_known()), ("sparkle", false), "what has a name is what it says");
}

#[test]
fn a_bad_link_does_not_hide_what_discovery_found() {
    let text = r#"{"_links":{"user":{"href":"https://a/user"},"xframe":"https://a/xframe"}}"#;
    let root = Root::from_json(text.as_bytes()).expect("it is what was asked for");
    assert_eq!(root.user().href(), Some("https://a/user"));
    assert_eq!(root.envelope().unreadable().len(), 1);
    assert_eq!(any(Format::Json, text).rel(), "root");
}

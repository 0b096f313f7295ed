//! Names of properties in other letters than the reference has, large or small.

use ucwa::people::Contact;

use crate::{json, survives, xml};

#[test]
fn a_property_is_found_in_any_case_where_no_exact_one_is_there() {
    for contact in [
        json::<Contact>(r#"{"Uri":"sip:a@b","EmailAddresses":["a"],"URI2":"x"}"#),
        xml(
            r#"<resource><property name="Uri">sip:a@b</property><propertyList name="EmailAddresses"><item>a</item></propertyList><property name="URI2">x</property></resource>"#,
        ),
    ] {
        let contact = survives(contact);
        assert!(contact.uri.as_ref().is_some_and(|uri| *uri == "sip:a@b"), "{contact:?}");
        assert_eq!(contact.email_addresses, ["a"]);
        let unknown: Vec<_> = ucwa::Object::envelope(&contact).unknown_properties().map(|(name, _)| name).collect();
        assert_eq!(unknown, ["URI2"]);
    }
}

#[test]
fn the_exact_name_wins_and_what_a_resource_has_anyway_is_no_property() {
    let contact: Contact = json(r#"{"uri":"sip:a","URI":"sip:b","Rel":"x"}"#);
    assert!(contact.uri.as_ref().is_some_and(|uri| *uri == "sip:a"));
    assert_eq!(ucwa::Object::envelope(&contact).unknown_property("URI"), Some(&"sip:b".into()));
    let contact: Contact = json(r#"{"URI":"sip:b","uri":"sip:a"}"#);
    assert!(contact.uri.as_ref().is_some_and(|uri| *uri == "sip:a"));
}

#[test]
fn what_is_read_of_names_that_differ_by_case_does_not_depend_on_their_order() {
    let unknown = |contact: &Contact, name: &str| ucwa::Object::envelope(contact).unknown_property(name).cloned();
    for (first, second) in [(r#""URI":"sip:b""#, r#""uri":"sip:a""#), (r#""uri":"sip:a""#, r#""URI":"sip:b""#)] {
        for rel in [
            [r#""rel":"contact""#, first, second],
            [first, r#""rel":"contact""#, second],
            [first, second, r#""rel":"contact""#],
        ] {
            let text = format!("{{{}}}", rel.join(","));
            let any = ucwa::AnyResource::decode(
                &ucwa::registry::REGISTRY,
                ucwa::Format::Json,
                text.as_bytes(),
                ucwa::Limits::default(),
            );
            let any = any.expect("a resource");
            let contact = any.as_object().downcast_ref::<Contact>().expect("a contact");
            for contact in [survives(json(&text)), survives(contact.clone())] {
                assert!(contact.uri.as_ref().is_some_and(|uri| *uri == "sip:a"), "{text}: {contact:?}");
                assert_eq!(unknown(&contact, "URI"), Some("sip:b".into()), "{text}");
            }
        }
    }
    for (first, second) in [("URI", "uri"), ("uri", "URI")] {
        let value = |name: &str| if name == "uri" { "sip:a" } else { "sip:b" };
        let contact: Contact = survives(xml(&format!(
            r#"<resource><property name="{first}">{}</property><property name="{second}">{}</property></resource>"#,
            value(first),
            value(second)
        )));
        assert!(contact.uri.as_ref().is_some_and(|uri| *uri == "sip:a"), "{contact:?}");
        assert_eq!(unknown(&contact, "URI"), Some("sip:b".into()));
        let items = |name: &str| if name == "emailAddresses" { "a" } else { "b" };
        let names =
            if first == "uri" { ["emailAddresses", "EMAILADDRESSES"] } else { ["EMAILADDRESSES", "emailAddresses"] };
        let lists =
            names.map(|name| format!(r#"<propertyList name="{name}"><item>{}</item></propertyList>"#, items(name)));
        let contact: Contact = survives(xml(&format!("<resource>{}</resource>", lists.concat())));
        assert_eq!(contact.email_addresses, ["a"]);
        assert_eq!(unknown(&contact, "EMAILADDRESSES"), Some(serde_json::json!(["b"])));
    }
}

#[test]
fn a_name_in_other_letters_counts_where_the_exact_one_has_no_value_and_hides_none_that_cannot_be_read() {
    for text in [r#"{"URI":"sip:b","uri":null}"#, r#"{"uri":null,"URI":"sip:b"}"#] {
        let contact: Contact = survives(json(text));
        assert!(contact.uri.as_ref().is_some_and(|uri| *uri == "sip:b"), "{text}: {contact:?}");
    }
    for text in [r#"{"uri":{"a":1},"URI":"sip:b"}"#, r#"{"URI":"sip:b","uri":{"a":1}}"#] {
        let contact: Contact = json(text);
        let envelope = ucwa::Object::envelope(&contact);
        assert!(
            contact.uri.is_none() && envelope.unreadable().iter().any(|kept| kept.path() == "uri"),
            "{text}: {contact:?}"
        );
        assert_eq!(envelope.unknown_property("URI"), Some(&"sip:b".into()), "{text}");
    }
    let contact: Contact = survives(json(r#"{"URI":"sip:b","Uri":"sip:c"}"#));
    assert!(contact.uri.as_ref().is_some_and(|uri| *uri == "sip:b"));
    assert_eq!(ucwa::Object::envelope(&contact).unknown_property("Uri"), Some(&"sip:c".into()));
}

#[test]
fn of_one_name_that_comes_twice_the_last_counts_in_whatever_letters_it_is() {
    let uri = |contact: &Contact| contact.uri.as_ref().map(ToString::to_string);
    for name in ["uri", "URI"] {
        for contact in [
            json::<Contact>(&format!(r#"{{"{name}":"sip:a","{name}":"sip:b"}}"#)),
            json(&format!(r#"{{"{name}":{{"a":1}},"{name}":"sip:b"}}"#)),
            json(&format!(r#"{{"{name}":null,"{name}":"sip:b"}}"#)),
            xml(&format!(
                r#"<resource><property name="{name}">sip:a</property><property name="{name}">sip:b</property></resource>"#
            )),
            xml(&format!(
                r#"<resource><propertyList name="{name}"><item>1</item><item>2</item></propertyList><property name="{name}">sip:b</property></resource>"#
            )),
        ] {
            let contact = survives(contact);
            assert_eq!(uri(&contact).as_deref(), Some("sip:b"), "{contact:?}");
            let envelope = ucwa::Object::envelope(&contact);
            assert_eq!((envelope.unknown_properties().count(), envelope.unreadable().len()), (0, 0), "{contact:?}");
        }
        let contact: Contact = json(&format!(r#"{{"{name}":"sip:a","{name}":null}}"#));
        assert_eq!(uri(&contact), None);
    }
    let contact: Contact = survives(json(r#"{"URI":"sip:a","Uri":"sip:b","URI":"sip:c","Uri":"sip:d"}"#));
    assert_eq!(uri(&contact).as_deref(), Some("sip:c"));
    assert_eq!(ucwa::Object::envelope(&contact).unknown_property("Uri"), Some(&"sip:d".into()));
}

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

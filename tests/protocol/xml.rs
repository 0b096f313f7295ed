//! XML as servers and what stands before them write it.

use ucwa::people::{Contact, MyContacts};
use ucwa::{Document, Format, Limits, Object, Resource};

use crate::{json, survives, xml};

#[test]
fn elements_come_in_any_order_and_between_each_other() {
    let document: MyContacts = xml(r#"<?xml version="1.0" encoding="utf-8"?>
        <resource rel="myContacts" href="/all" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa">
          <resource rel="contact" href="/1"><property name="name">Jane</property><link rel="contactNote" href="/n"/></resource>
          <link rel="x" href="/x"/>
          <property name="mood">sunny</property>
          <resource rel="contact" href="/2"><link rel="contactNote" href="/m"/><property name="name">Joe</property></resource>
          <link rel="y" href="/y"/>
          <link rel="x" href="/z"/>
          <propertyList name="moods"><item>sunny</item></propertyList>
        </resource>"#);
    let names: Vec<_> = document.contact().embedded().map(|contact| contact.name.as_deref()).collect();
    assert_eq!((document.href(), names.as_slice()), (Some("/all"), &[Some("Jane"), Some("Joe")][..]));
    assert_eq!(document.envelope().relation("x").map(|relation| relation.links().len()), Some(2));
    assert_eq!(document.envelope().unknown_properties().count(), 2);
}

#[test]
fn prefixes_of_namespaces_say_nothing() {
    let plain: Contact = xml(
        r#"<resource rel="contact" href="/a"><link rel="contactNote" href="/n"/><property name="name">J</property><propertyList name="emailAddresses"><item>j</item></propertyList></resource>"#,
    );
    let prefixed: Contact = xml(
        r#"<u:resource xmlns:u="http://schemas.microsoft.com/rtc/2012/03/ucwa" rel="contact" href="/a"><u:link rel="contactNote" href="/n"/><u:property name="name">J</u:property><u:propertyList name="emailAddresses"><u:item>j</u:item></u:propertyList></u:resource>"#,
    );
    assert_eq!(plain, prefixed);
}

#[test]
fn text_is_text_however_it_is_written() {
    let expected = "a <b> & \"c\" é €\u{1F600}\u{A0}";
    for text in [
        "a &lt;b&gt; &amp; &quot;c&quot; &#233; &#x20AC;&#x1F600;&#160;",
        "<![CDATA[a <b> & \"c\" é €\u{1F600}\u{A0}]]>",
        "a &lt;b><![CDATA[ & ]]>\"c\" é<!-- a comment --> €<?target data?>\u{1F600}\u{A0}",
        "a &lt;b> &#38; \"c\" é €<b>passed over<i/></b><b/>\u{1F600}\u{A0}",
    ] {
        let contact: Contact = xml(&format!(r#"<resource><property name="name">{text}</property></resource>"#));
        assert_eq!(contact.name.as_deref(), Some(expected), "{text}");
        survives(contact);
    }
}

#[test]
fn text_comes_back_with_its_white_space_in_elements_and_attributes() {
    let mut contact = Contact::default();
    contact.name = Some(" a\r\n\tb\u{85} ]]> ".into());
    contact.email_addresses = vec![" ".into(), "\n".into(), "\t\r".into()];
    contact.envelope_mut().add_link("contactNote", ucwa::LinkData::new("/a?b=\"c\"&d='<e>'\r\n\t"));
    survives(contact);
}

#[test]
fn comments_and_instructions_around_the_document_are_passed_over() {
    let contact: Contact = xml("<?xml version='1.0'?><!-- a --><?b c?>\r\n<resource/>\n<!-- d --><?e f?>\n");
    assert_eq!(contact, Contact::default());
}

#[test]
fn a_byte_order_mark_is_forgiven_in_both_formats() {
    assert_eq!(json::<Contact>("\u{FEFF}{\"name\":\"J\"}").name.as_deref(), Some("J"));
    assert_eq!(
        xml::<Contact>("\u{FEFF}<resource><property name=\"name\">J</property></resource>").name.as_deref(),
        Some("J")
    );
}

/// The parser passes over one by itself, and does not count it.
#[test]
fn a_second_byte_order_mark_is_text_in_front_of_the_document() {
    for text in ["\u{FEFF}\u{FEFF}<resource/>", "\u{FEFF}\u{FEFF}", "\u{FEFF}\u{FEFF}<resource rel=\"\u{e4}\"/>"] {
        let error = Contact::from_xml(text.as_bytes()).expect_err(text);
        assert_eq!(error.to_string(), "expected a resource, found text (at byte 3)");
        assert_eq!(ucwa::decode_events(Format::Xml, text.as_bytes()).map_err(|error| error.offset()), Err(Some(3)));
        assert_eq!(ucwa::decode_error(Format::Xml, text.as_bytes()).map_err(|error| error.offset()), Err(Some(3)));
    }
}

#[test]
fn a_document_type_is_refused_wherever_it_stands() {
    for text in [
        "<!DOCTYPE resource><resource/>",
        r#"<!DOCTYPE resource [<!ENTITY a "b">]><resource><property name="name">&a;</property></resource>"#,
        r#"<!DOCTYPE resource SYSTEM "http://attacker.example/x.dtd"><resource/>"#,
        "<resource><!DOCTYPE resource></resource>",
        r#"<resource><property name="name"><!DOCTYPE resource></property></resource>"#,
    ] {
        let error = Contact::from_xml(text.as_bytes()).expect_err(text);
        assert!(error.to_string().contains("document type"), "{text}: {error}");
    }
}

#[test]
fn entities_that_only_a_document_type_could_declare_are_refused() {
    let bomb = r#"<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><resource><property name="name">&b;</property></resource>"#;
    assert!(Contact::from_xml(bomb.as_bytes()).is_err());
    for text in ["&nbsp;", "&a;", "&;", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999;"] {
        let element = format!(r#"<resource><property name="name">{text}</property></resource>"#);
        assert!(Contact::from_xml(element.as_bytes()).is_err(), "{text} in an element");
        let attribute = format!(r#"<resource><link rel="contactNote" href="{text}"/></resource>"#);
        assert!(Contact::from_xml(attribute.as_bytes()).is_err(), "{text} in an attribute");
    }
}

#[test]
fn what_is_no_document_is_refused() {
    for text in [
        "",
        " ",
        "text",
        "<resource>",
        "<resource></input>",
        "<resource><property name='a'></resource>",
        "<resource/><resource/>",
        "<resource/>text",
        "<html><body>502</body></html>",
        "<resource><property>no name</property></resource>",
        "{}",
    ] {
        assert!(Contact::from_xml(text.as_bytes()).is_err(), "{text}");
        assert!(ucwa::decode_resource(Format::Xml, text.as_bytes()).is_err(), "{text}");
    }
    assert!(Contact::from_xml(b"<resource>\xFF</resource>").is_err());
}

#[test]
fn a_character_that_xml_cannot_hold_is_an_error_that_names_its_place() {
    let mut contact = Contact::default();
    contact.name = Some("a\u{1}".into());
    let error = contact.to_xml().expect_err("XML cannot hold it");
    assert!(error.to_string().starts_with("name: "), "{error}");
    assert!(contact.to_json().is_ok());
}

#[test]
fn either_root_is_read_for_a_resource() {
    let contact = Contact::decode(Format::Xml, b"<input><property name='name'>J</property></input>", Limits::default());
    assert_eq!(contact.map(|contact| contact.name), Ok(Some("J".into())));
}

#[test]
fn nothing_but_white_space_and_comments_stands_around_the_root() {
    for text in
        ["x<resource/>", "\u{FEFF}x<resource/>", "<!-- a -->x<resource/>", "<resource/>x", "<resource/><resource/>"]
    {
        assert!(Contact::from_xml(text.as_bytes()).is_err(), "{text}");
    }
    let _: Contact = xml(" \n<!-- a --> <?a b?><resource/> <!-- b -->\n<?c?>");
}

//! Values of properties: enumerations, times, truth values, numbers, lists; absent, null and empty.

use ucwa::communication::{Conversation, Participant};
use ucwa::enumerations::{Availability, ConversationModalityType, ConversationState};
use ucwa::people::{Contact, ContactPresence};
use ucwa::{Document, Enumeration, Format, Limits, Object, Timestamp};

use crate::{json, survives, xml};

#[test]
fn absent_null_and_empty_values_are_not_there_in_either_format() {
    for text in [
        "{}",
        r#"{"lastActive":null,"availability":null,"activity":null}"#,
        r#"{"lastActive":""}"#,
        r#"{"lastActive":" "}"#,
        r#"{"lastActive":[]}"#,
        r#"{"lastActive":[null]}"#,
        r#"{"mood":null}"#,
    ] {
        assert_eq!(json::<ContactPresence>(text), ContactPresence::default(), "{text}");
    }
    for text in [
        "<resource/>",
        r#"<resource><property name="lastActive"/></resource>"#,
        r#"<resource><property name="lastActive"></property></resource>"#,
        r#"<resource><property name="lastActive"> </property></resource>"#,
        r#"<resource><propertyList name="lastActive"/></resource>"#,
    ] {
        assert_eq!(xml::<ContactPresence>(text), ContactPresence::default(), "{text}");
    }
}

#[test]
fn empty_numbers_truth_values_and_times_are_not_there() {
    let text = r#"{"participantCount":"","recording":"","created":"","expirationTime":null}"#;
    assert_eq!(json::<Conversation>(text), Conversation::default());
}

#[test]
fn empty_text_is_text() {
    let contact: Contact = json(r#"{"name":""}"#);
    assert_eq!(contact.name.as_deref(), Some(""));
    assert_eq!(contact, xml(r#"<resource><property name="name"/></resource>"#));
    survives(contact);
}

#[test]
fn a_list_reads_one_value_without_brackets_and_nothing_at_all() {
    for (text, expected) in [
        (r#"{"emailAddresses":"jane@contoso.com"}"#, &["jane@contoso.com"][..]),
        (r#"{"emailAddresses":["a","b"]}"#, &["a", "b"]),
        (r#"{"emailAddresses":["a",null,"b"]}"#, &["a", "b"]),
        (r#"{"emailAddresses":[]}"#, &[]),
        (r#"{"emailAddresses":null}"#, &[]),
        (r#"{"emailAddresses":""}"#, &[]),
    ] {
        assert_eq!(json::<Contact>(text).email_addresses, expected, "{text}");
    }
    for (text, expected) in [
        (r#"<property name="emailAddresses">a</property>"#, &["a"][..]),
        (r#"<property name="emailAddresses"/>"#, &[]),
        (r#"<propertyList name="emailAddresses"/>"#, &[]),
        (r#"<propertyList name="emailAddresses"><item>a</item><item>b</item></propertyList>"#, &["a", "b"]),
    ] {
        assert_eq!(xml::<Contact>(&format!("<resource>{text}</resource>")).email_addresses, expected, "{text}");
    }
}

#[test]
fn an_empty_item_takes_nothing_away_from_its_list() {
    let conversation: Conversation = xml(
        r#"<resource><propertyList name="activeModalities"><item>Audio</item><item/><item>Video</item></propertyList></resource>"#,
    );
    assert!(conversation.active_modalities.contains(&ConversationModalityType::Audio));
    assert!(conversation.active_modalities.contains(&ConversationModalityType::Video));
}

#[test]
fn one_value_reads_a_list_of_one_but_not_of_several() {
    assert_eq!(json::<Contact>(r#"{"name":["Jane"]}"#).name.as_deref(), Some("Jane"));
    let list = r#"<resource><propertyList name="name"><item>Jane</item></propertyList></resource>"#;
    assert_eq!(xml::<Contact>(list).name.as_deref(), Some("Jane"));
    let several = Contact::decode(Format::Json, br#"{"name":["Jane","Joe"]}"#, Limits::default().strict());
    assert!(several.is_err());
}

#[test]
fn enumerations_forgive_the_case_of_letters() {
    for text in ["Away", "away", "AWAY"] {
        let presence: ContactPresence = json(&format!(r#"{{"availability":"{text}"}}"#));
        assert_eq!(presence.availability, Some(Availability::Away), "{text}");
        let presence: ContactPresence =
            xml(&format!(r#"<resource><property name="availability">{text}</property></resource>"#));
        assert_eq!(presence.availability, Some(Availability::Away), "{text}");
    }
}

#[test]
fn enumerations_keep_values_that_nobody_lists() {
    let presence = survives(json::<ContactPresence>(r#"{"availability":"OnTheMoon"}"#));
    let availability = presence.availability.as_ref().expect("it was sent");
    assert!(matches!(availability, Availability::Unlisted(_)));
    assert_eq!((availability.as_str(), availability == "OnTheMoon"), ("OnTheMoon", true));
    assert_eq!(presence.to_json().expect("JSON holds all"), r#"{"availability":"OnTheMoon"}"#);
}

#[test]
fn enumerations_in_lists_are_as_open_as_single_ones() {
    let text = r#"{"activeModalities":["Audio","Telepathy"]}"#;
    let conversation = survives(json::<Conversation>(text));
    assert_eq!(conversation.active_modalities[1].as_str(), "Telepathy");
    assert_eq!(conversation.to_json().expect("JSON holds all"), text);
}

#[test]
fn values_of_enumerations_that_come_as_numbers_are_kept_as_text() {
    assert_eq!(json::<Conversation>(r#"{"state":7}"#).state, Some(ConversationState::from("7")));
}

#[test]
fn times_are_read_in_either_notation_from_either_format() {
    let moment = Timestamp::from_unix_milliseconds(1_474_932_023_993);
    for text in [
        r"\/Date(1474932023993)\/",
        "/Date(1474932023993)/",
        r"\/Date(1474932023993+0200)\/",
        "2016-09-26T23:20:23.993Z",
        "2016-09-26T16:20:23.9930000-07:00",
    ] {
        assert_eq!(json::<ContactPresence>(&format!(r#"{{"lastActive":"{text}"}}"#)).last_active, moment, "{text}");
        let document = format!(r#"<resource><property name="lastActive">{text}</property></resource>"#);
        assert_eq!(xml::<ContactPresence>(&document).last_active, moment, "{text}");
    }
}

#[test]
fn each_format_writes_times_its_own_way_with_the_offset_of_the_server() {
    let presence: ContactPresence = json(r#"{"lastActive":"2016-09-26T16:20:23.9946221-07:00"}"#);
    let rounded: ContactPresence = json(r#"{"lastActive":"2016-09-26T16:20:23.994-07:00"}"#);
    assert_eq!(rounded.to_json().expect("JSON holds all"), r#"{"lastActive":"/Date(1474932023994-0700)/"}"#);
    let written = presence.to_xml().expect("XML holds all");
    assert!(written.contains(">2016-09-26T16:20:23.9946221-07:00<"), "{written}");
}

#[test]
fn times_before_the_year_zero_survive_both_formats() {
    let presence: ContactPresence = json(r#"{"lastActive":"/Date(-99999999999999)/"}"#);
    assert_eq!(presence.last_active.map(Timestamp::unix_milliseconds), Some(-99_999_999_999_999));
    survives(presence);
}

#[test]
fn truth_values_are_read_as_any_server_writes_them() {
    for text in ["True", "true", "TRUE"] {
        let document = format!(r#"<resource><property name="anonymous">{text}</property></resource>"#);
        assert_eq!(xml::<Participant>(&document).anonymous, Some(true), "{text}");
        assert_eq!(json::<Participant>(&format!(r#"{{"anonymous":"{text}"}}"#)).anonymous, Some(true), "{text}");
    }
    assert_eq!(json::<Participant>(r#"{"anonymous":false}"#).anonymous, Some(false));
}

#[test]
fn each_format_writes_truth_values_its_own_way() {
    let participant: Participant = json(r#"{"anonymous":true,"local":false}"#);
    assert_eq!(participant.to_json().expect("JSON holds all"), r#"{"anonymous":true,"local":false}"#);
    let written = participant.to_xml().expect("XML holds all");
    assert!(written.contains(r#"<property name="anonymous">True</property><property name="local">False</property>"#));
}

#[test]
fn numbers_are_read_from_numbers_and_text() {
    for text in ["3", r#""3""#, "3.0", r#"" 3 ""#] {
        let conversation: Conversation = json(&format!(r#"{{"participantCount":{text}}}"#));
        assert_eq!(conversation.participant_count, Some(3), "{text}");
    }
}

#[test]
fn text_is_read_from_numbers_and_truth_values() {
    assert_eq!(json::<Contact>(r#"{"name":12}"#).name.as_deref(), Some("12"));
    assert_eq!(json::<Contact>(r#"{"name":true}"#).name.as_deref(), Some("true"));
}

#[test]
fn of_a_property_that_comes_twice_the_last_value_counts() {
    assert_eq!(json::<Contact>(r#"{"name":"Jane","name":"Joe"}"#).name.as_deref(), Some("Joe"));
    assert_eq!(json::<Contact>(r#"{"name":"Jane","name":null}"#).name, None);
    let contact = survives(json::<Contact>(r#"{"mood":"sunny","mood":"rainy"}"#));
    assert_eq!(contact.to_json().expect("JSON holds all"), r#"{"mood":"rainy"}"#);
}

#[test]
fn unknown_properties_are_kept_with_their_values() {
    let text = r#"{"mood":"sunny","scores":[1,2.5,"x"],"nested":{"a":[{"b":null}]},"flag":true}"#;
    let contact: Contact = json(text);
    assert_eq!(contact.to_json().expect("JSON holds all"), text);
    assert_eq!(contact.envelope().unknown_property("flag"), Some(&true.into()));
}

#[test]
fn unknown_properties_go_to_xml_as_text_and_lists_of_text() {
    let contact: Contact = json(r#"{"mood":"sunny","scores":[1,2],"flag":true,"nested":{"a":1}}"#);
    let written = contact.to_xml().expect("XML holds this");
    for part in [
        r#"<property name="mood">sunny</property>"#,
        r#"<propertyList name="scores"><item>1</item><item>2</item></propertyList>"#,
        r#"<property name="flag">True</property>"#,
        r#"<property name="nested">{"a":1}</property>"#,
    ] {
        assert!(written.contains(part), "{part} in {written}");
    }
}

#[test]
fn a_put_sends_back_all_properties_and_no_relations() {
    let text = r#"{"rel":"contact","name":"Jane","2f9a5c2e":"please pass this in a PUT request","etag":"3","_links":{"self":{"href":"/a"}},"_embedded":{"x":{}}}"#;
    let contact: Contact = json(text);
    let json = ucwa_runtime::write_input(Format::Json, &contact).expect("JSON holds this");
    assert_eq!(json, r#"{"rel":"contact","name":"Jane","2f9a5c2e":"please pass this in a PUT request"}"#);
    let xml = ucwa_runtime::write_input(Format::Xml, &contact).expect("XML holds this");
    let properties = r#"<property name="rel">contact</property><property name="name">Jane</property><property name="2f9a5c2e">please pass this in a PUT request</property></resource>"#;
    assert!(xml.ends_with(&format!(">{properties}")), "{xml}");
}

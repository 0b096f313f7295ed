//! Documented limits, which are checked before anything is sent.

use ucwa::communication::{AddParticipant, AddParticipantInput};
use ucwa::general::{Events, EventsQuery};
use ucwa::me::{UnansweredCallSettings, UnansweredCallToVoicemail, UnansweredCallToVoicemailInput};
use ucwa::people::{Search, SearchQuery};
use ucwa::prelude::*;
use ucwa::{Fetched, RequestError};

use crate::{JSON, link, response};

#[test]
fn text_may_be_as_long_as_the_limit_in_characters_whatever_their_bytes() {
    let mut input = AddParticipantInput::new("sip:lene@contoso.com");
    input.operation_id = Some("\u{1F600}".repeat(50));
    assert!(link::<AddParticipant>("/add").post_with(input.clone()).to_http(Format::Json).is_ok());
    input.operation_id = Some("\u{1F600}".repeat(51));
    let error = link::<AddParticipant>("/add").post_with(input).to_http(Format::Json).expect_err("one too many");
    assert_eq!(
        error,
        RequestError::TooLong {
            operation: "POST addParticipant".into(),
            parameter: "operationId",
            length: 51,
            limit: 50
        }
    );
    assert_eq!(error.to_string(), "POST addParticipant: `operationId` has 51 characters and the limit is 50");
}

#[test]
fn numbers_may_be_the_smallest_and_the_largest_and_nothing_beyond() {
    for (delay, allowed) in [(4, false), (5, true), (60, true), (61, false)] {
        let mut input = UnansweredCallToVoicemailInput::default();
        input.ring_delay = delay.into();
        let made = link::<UnansweredCallToVoicemail>("/voicemail").post_with(input).to_http(Format::Xml);
        match made {
            Ok(_) => assert!(allowed, "{delay}"),
            Err(error) => {
                assert!(!allowed, "{delay}");
                let expected =
                    format!("POST unansweredCallToVoicemail: `ringDelay` is {delay}, but must be between 5 and 60");
                assert_eq!(error.to_string(), expected);
            }
        }
    }
}

#[test]
fn the_parameters_of_an_address_have_limits_too() {
    let search = |query: SearchQuery| link::<Search>("/search").get_with(query).to_http(Format::Json);
    assert!(search(SearchQuery::new("é".repeat(256))).is_ok());
    let error = search(SearchQuery::new("é".repeat(257))).expect_err("one too many");
    assert_eq!(error.to_string(), "GET search: `query` has 257 characters and the limit is 256");
    let mut query = SearchQuery::new("Lene");
    query.limit = Some(0);
    let error = search(query).expect_err("too few");
    assert_eq!(error.to_string(), "GET search: `limit` is 0, but must be between 1 and 100");
    let mut query = EventsQuery::new();
    query.timeout = Some(1801);
    let error = link::<Events>("/events").get_with(query).to_http(Format::Json).expect_err("too long");
    assert_eq!(error.to_string(), "GET events: `timeout` is 1801, but must be between 180 and 1800");
}

#[test]
fn a_put_checks_what_was_changed_and_nothing_that_the_server_sent() {
    let came = response(200, &[JSON, ("ETag", "1")], r#"{"ringDelay":2,"target":"None"}"#);
    let mut settings = link::<UnansweredCallSettings>("/settings").get().read(came).expect("settings");
    let put =
        |settings: &Fetched<UnansweredCallSettings>| settings.put().expect("it has an ETag").to_http(Format::Json);
    assert!(put(&settings).is_ok(), "the server may set what it likes");
    settings.ring_delay = Some(61);
    let error = put(&settings).expect_err("too long");
    assert_eq!(error.to_string(), "PUT unansweredCallSettings: `ringDelay` is 61, but must be between 5 and 60");
}

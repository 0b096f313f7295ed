//! Inputs, which are made in one expression.

use ucwa::communication::{
    AddParticipantInput, EscalateAudioInput, EscalateAudioInputRequired, SendMessageInput, StartMessagingInput,
};
use ucwa::enumerations::{Importance, ModalityType};
use ucwa::general::{ApplicationsInput, ApplicationsInputRequired, EventsQuery};
use ucwa::me::MakeMeAvailableInput;
use ucwa::prelude::*;
use ucwa::{Body, Content};

#[test]
fn an_input_is_made_in_one_expression() {
    let made = StartMessagingInput::new("sip:lene@contoso.com")
        .subject("Lunch")
        .importance(Importance::Urgent)
        .operation_id("7d1e")
        .message(Content::plain_text("Hi"));
    let mut set = StartMessagingInput::new("sip:lene@contoso.com");
    set.subject = Some("Lunch".into());
    set.importance = Some(Importance::Urgent);
    set.operation_id = Some("7d1e".into());
    set.message = Some(Content::plain_text("Hi"));
    assert_eq!(made, set);
    assert_eq!(EventsQuery::new().timeout(180).timeout, Some(180));
}

#[test]
fn what_was_required_can_be_set_again() {
    let input = AddParticipantInput::new("sip:lene@contoso.com").to("sip:jane@contoso.com");
    assert_eq!(input, AddParticipantInput::new("sip:jane@contoso.com"));
    let message = SendMessageInput::new("1", Body::plain_text("Hi")).body(Body::html("<b>Hi</b>"));
    assert_eq!(message.body, Body::html("<b>Hi</b>"));
}

#[test]
fn a_list_is_set_as_a_whole() {
    let input = MakeMeAvailableInput::new().supported_modalities([ModalityType::Messaging, ModalityType::PhoneAudio]);
    assert_eq!(input.supported_modalities, [ModalityType::Messaging, ModalityType::PhoneAudio]);
    let one = input.supported_modalities(["Messaging"]);
    assert_eq!(one.supported_modalities, [ModalityType::Messaging]);
}

#[test]
fn required_parameters_of_one_type_are_given_by_their_names() {
    let input = ApplicationsInput::new(ApplicationsInputRequired {
        user_agent: "board/1.0",
        culture: "en-US",
        endpoint_id: "7d1e",
    })
    .instance_id("1");
    let expected = r#"{"culture":"en-US","endpointId":"7d1e","instanceId":"1","userAgent":"board/1.0"}"#;
    assert_eq!(input.to_json().as_deref(), Ok(expected));
    let required = EscalateAudioInputRequired { operation_id: "7d1e", session_context: "33dc" };
    let escalate = EscalateAudioInput::new(required, Body::sdp("v=0"));
    assert_eq!((escalate.operation_id.as_str(), escalate.session_context.as_str()), ("7d1e", "33dc"));
}

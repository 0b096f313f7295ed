//! Two and more users exchange messages.

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Desk, PolledEvent, SEED, accounts, link, names};
use tokio::time::Instant;
use ucwa_simulator::{Options, Simulator};

async fn two() -> (Simulator, Desk, Desk) {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    (simulator, ada, ben)
}

/// Invites a user to exchange messages; gives where the invitation is.
async fn invite(desk: &Desk, to: &str) -> String {
    let communication = &desk.application["_embedded"]["communication"];
    let input = json!({
        "operationId": "74cb7404e0a247d5a2d4eb0376a47dbf", "to": to, "subject": "Plans", "importance": "Normal",
        "_links": { "message": { "href": "data:text/plain;charset=utf-8,Hi+Ben" } },
    });
    desk.post(&link(communication, "startMessaging"), &input).await.expect(201).header("location").to_owned()
}

/// Brings two users into a conversation; gives the resource as each has it.
async fn connect(ada: &mut Desk, ben: &mut Desk) -> (Value, Value) {
    invite(ada, "sip:ben@contoso.com").await;
    let invitation = ben.until("started messagingInvitation").await;
    ben.press(&link(invitation.resource(), "accept")).await.expect(204);
    let completed = ada.until("completed messagingInvitation").await;
    let of_ada = ada.get(&link(completed.resource(), "conversation")).await.expect(200).json;
    let of_ben = ben.get(&link(invitation.resource(), "conversation")).await.expect(200).json;
    (of_ada, of_ben)
}

async fn messaging(desk: &Desk, conversation: &Value) -> Value {
    desk.get(&link(conversation, "messaging")).await.expect(200).json
}

async fn say(desk: &Desk, conversation: &Value, text: &str) {
    let href = format!("{}?operationId=1", link(&messaging(desk, conversation).await, "sendMessage"));
    let answer = desk.send("POST", &href, &[("content-type", "text/plain; charset=utf-8")], text.as_bytes()).await;
    let location = answer.expect(201).header("location").to_owned();
    desk.get(&location).await.expect(200);
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_is_accepted_becomes_a_conversation() {
    let (_, mut ada, mut ben) = two().await;
    let location = invite(&ada, "sip:Ben@contoso.com").await;
    assert_eq!(ada.get(&location).await.json["state"], "Connecting");

    let invitation = ben.until("started messagingInvitation").await;
    let resource = invitation.resource();
    assert_eq!(resource["direction"], "Incoming");
    assert_eq!(resource["subject"], "Plans");
    assert_eq!(link(resource, "message"), "data:text/plain;charset=utf-8,Hi+Ben");
    assert_eq!(resource["_embedded"]["from"]["uri"], "sip:ada@contoso.com");

    ben.press(&link(resource, "accept")).await.expect(204);
    let completed = ada.until("completed messagingInvitation").await;
    assert_eq!(completed.event["status"], "Success");
    assert_eq!(completed.resource()["operationId"], "74cb7404e0a247d5a2d4eb0376a47dbf");
    assert_eq!(completed.resource()["_embedded"]["acceptedByParticipant"][0]["uri"], "sip:ben@contoso.com");
    let conversation = ada.get(&link(completed.resource(), "conversation")).await.json;
    assert_eq!(conversation["state"], "Connected");
    assert_eq!(conversation["participantCount"], 2);
    // Once it is answered, it cannot be answered again.
    ben.press(&link(resource, "accept")).await.expect(409);
}

#[tokio::test(start_paused = true)]
async fn messages_go_both_ways_and_in_order() {
    let (_, mut ada, mut ben) = two().await;
    let (of_ada, of_ben) = connect(&mut ada, &mut ben).await;
    ben.poll().await;
    for text in ["one", "two & a + b", "drei \u{1f600}"] {
        say(&ada, &of_ada, text).await;
    }
    let events = ben.poll().await;
    let texts: Vec<_> = events
        .iter()
        .filter(|event| event.name() == "completed message")
        .map(|event| link(event.resource(), "plainMessage"))
        .collect();
    assert_eq!(
        texts,
        [
            "data:text/plain;charset=utf-8,one",
            "data:text/plain;charset=utf-8,two+%26+a+%2B+b",
            "data:text/plain;charset=utf-8,drei+%F0%9F%98%80",
        ]
    );
    // She is told of her own messages as well.
    ada.poll().await;
    say(&ben, &of_ben, "back").await;
    let message = ada.until("completed message").await;
    assert_eq!(message.resource()["direction"], "Incoming");
}

#[tokio::test(start_paused = true)]
async fn the_sender_is_told_that_the_message_was_sent() {
    let (_, mut ada, mut ben) = two().await;
    let (of_ada, _) = connect(&mut ada, &mut ben).await;
    say(&ada, &of_ada, "hello").await;
    let told = ada.until("completed message").await;
    assert_eq!((&told.event["status"], &told.resource()["direction"]), (&json!("Success"), &json!("Outgoing")));
}

#[tokio::test(start_paused = true)]
async fn a_message_is_taken_as_the_guides_send_it() {
    let (_, mut ada, mut ben) = two().await;
    let (of_ada, _) = connect(&mut ada, &mut ben).await;
    let send = link(&messaging(&ada, &of_ada).await, "sendMessage");
    for (query, operation_id) in [("", json!(null)), ("?OperationContext=6b6ce55c", json!("6b6ce55c"))] {
        let headers = [("content-type", "text/plain")];
        ada.send("POST", &format!("{send}{query}"), &headers, b"What's up?").await.expect(201);
        assert_eq!(ada.until("completed message").await.resource()["operationId"], operation_id);
        ben.until("completed message").await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_invitation_can_be_declined() {
    let (_, mut ada, mut ben) = two().await;
    invite(&ada, "sip:ben@contoso.com").await;
    let invitation = ben.until("started messagingInvitation").await;
    ben.post(&link(invitation.resource(), "decline"), &json!({ "reason": "Global" })).await.expect(204);
    let completed = ada.until("completed messagingInvitation").await;
    assert_eq!(completed.event["status"], "Failure");
    assert_eq!(completed.event["reason"]["code"], "RemoteFailure");
    assert_eq!(completed.event["reason"]["subcode"], "Declined");
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_nobody_answers_fails_after_thirty_seconds() {
    let (_, mut ada, mut ben) = two().await;
    let begin = Instant::now();
    invite(&ada, "sip:ben@contoso.com").await;
    let completed = ada.until("completed messagingInvitation").await;
    assert_eq!(begin.elapsed(), Duration::from_secs(30));
    assert_eq!(completed.event["reason"]["subcode"], "Timeout");
    let missed = ben.until("completed messagingInvitation").await;
    assert_eq!(missed.event["reason"]["subcode"], "Missed");
    let items = ben.get(&ben.below("communication/missedItems")).await.json;
    assert_eq!(items["unreadMissedConversationsCount"], 1);
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_nobody_answers_ends_nothing_that_another_one_began() {
    let (_, mut ada, mut ben) = two().await;
    invite(&ada, "sip:ben@contoso.com").await;
    ada.until("started messagingInvitation").await;
    let invitation = ben.until("started messagingInvitation").await;
    let of_ben = ben.get(&link(invitation.resource(), "conversation")).await.expect(200).json;
    let add = link(&messaging(&ben, &of_ben).await, "addMessaging");
    ben.post(&add, &json!({ "operationId": "1" })).await.expect(201);
    let invited = ada.until("started messagingInvitation").await;
    ada.press(&link(invited.resource(), "accept")).await.expect(204);
    let ended = ada.until("completed messagingInvitation").await;
    let of_ada = ada.get(&link(ended.resource(), "conversation")).await.expect(200).json;
    let failed = ada.until("completed messagingInvitation").await;
    assert_eq!(failed.event["reason"]["subcode"], "Timeout", "{}", failed.event);
    for (desk, conversation) in [(&ada, &of_ada), (&ben, &of_ben)] {
        assert_eq!(messaging(desk, conversation).await["state"], "Connected");
    }
}

#[tokio::test(start_paused = true)]
async fn an_invitation_can_be_taken_back() {
    let (_, ada, mut ben) = two().await;
    let location = invite(&ada, "sip:ben@contoso.com").await;
    ben.until("started messagingInvitation").await;
    let invitation = ada.get(&location).await.json;
    ada.press(&link(&invitation, "cancel")).await.expect(204);
    let completed = ben.until("completed messagingInvitation").await;
    assert_eq!(completed.event["reason"]["subcode"], "Canceled");
}

#[tokio::test(start_paused = true)]
async fn an_invitation_to_nobody_fails() {
    let (_, mut ada, _) = two().await;
    for (to, subcode) in
        [("sip:nobody@contoso.com", "DestinationNotFound"), ("sip:cho@contoso.com", "TemporarilyUnavailable")]
    {
        invite(&ada, to).await;
        let completed = ada.until("completed messagingInvitation").await;
        assert_eq!(completed.event["reason"]["subcode"], subcode);
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_endpoint_that_accepts_has_the_conversation() {
    let (simulator, mut ada, mut ben) = two().await;
    let mut phone = phone_of(&simulator, &ben).await;
    invite(&ada, "sip:ben@contoso.com").await;
    let invitation = phone.until("started messagingInvitation").await;
    phone.press(&link(invitation.resource(), "accept")).await.expect(204);
    let completed = ben.until("completed messagingInvitation").await;
    assert_eq!(completed.event["reason"]["subcode"], "ConnectedElsewhere");
    assert_eq!(ada.until("completed messagingInvitation").await.event["status"], "Success");
}

/// Another endpoint of the same user.
async fn phone_of(simulator: &Simulator, desk: &Desk) -> Desk {
    let phone = Desk::with_token(simulator, desk.token.clone(), "applications", "phone").await;
    phone.post(&phone.below("me/makeMeAvailable"), &json!({})).await.expect(204);
    phone
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_leaves_what_it_is_invited_to_can_no_longer_accept_and_the_others_can() {
    let (simulator, mut ada, mut ben) = two().await;
    let mut phone = phone_of(&simulator, &ben).await;
    invite(&ada, "sip:ben@contoso.com").await;
    let at_desk = ben.until("started messagingInvitation").await;
    let at_phone = phone.until("started messagingInvitation").await;
    ben.delete(&link(at_desk.resource(), "conversation")).await.expect(204);
    assert_eq!(ben.until("completed messagingInvitation").await.event["reason"]["subcode"], "Declined");
    ben.press(&link(at_desk.resource(), "accept")).await.expect(404);
    phone.press(&link(at_phone.resource(), "accept")).await.expect(204);
    assert_eq!(ada.until("completed messagingInvitation").await.event["status"], "Success");
}

#[tokio::test(start_paused = true)]
async fn others_see_who_is_typing() {
    let (_, mut ada, mut ben) = two().await;
    let (of_ada, _) = connect(&mut ada, &mut ben).await;
    ben.poll().await;
    let messaging = messaging(&ada, &of_ada).await;
    ada.press(&link(&messaging, "setIsTyping")).await.expect(204);
    let typing = ben.until("added participant").await;
    assert_eq!(typing.event["in"]["rel"], "typingParticipants");
    let stopped = ben.until("deleted participant").await;
    assert_eq!(stopped.event["in"]["rel"], "typingParticipants");
}

#[tokio::test(start_paused = true)]
async fn a_conversation_of_two_ends_for_both_and_is_in_their_logs() {
    let (_, mut ada, mut ben) = two().await;
    let (of_ada, _) = connect(&mut ada, &mut ben).await;
    say(&ada, &of_ada, "bye").await;
    ada.delete(&link(&of_ada, "self")).await.expect(204);
    ben.until("deleted conversation").await;
    ada.get(&link(&of_ada, "self")).await.expect(404);
    for desk in [&ada, &ben] {
        let logs = desk.get(&desk.below("communication/conversationLogs")).await.json;
        let log = logs["_links"]["conversationLog"][0]["href"].as_str().expect("a log").to_owned();
        let log = desk.get(&log).await.expect(200).json;
        assert_eq!(log["previewMessage"], "Hi Ben");
        let direction = if desk.token == ada.token { "Outgoing" } else { "Incoming" };
        assert_eq!(log["direction"], direction);
        let expected = ["data:text/plain;charset=utf-8,Hi+Ben", "data:text/plain;charset=utf-8,bye"];
        assert_eq!(logged(desk).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn the_message_of_an_invitation_is_the_first_of_the_conversation_and_told_once() {
    let (simulator, mut ada, mut ben) = two().await;
    invite(&ada, "sip:ben@contoso.com").await;
    let invitation = ben.until("started messagingInvitation").await;
    tokio::time::advance(Duration::from_secs(7)).await;
    ben.press(&link(invitation.resource(), "accept")).await.expect(204);
    let conversation = link(&ada.until("completed messagingInvitation").await.resource().clone(), "conversation");
    let of =
        [(&mut ada, conversation, "Outgoing"), (&mut ben, link(invitation.resource(), "conversation"), "Incoming")];
    for (desk, conversation, direction) in of {
        let messages = desk.get(&format!("{conversation}/messaging/messages")).await.expect(200).json;
        let messages = messages["_links"]["message"].as_array().expect("messages").clone();
        assert_eq!(messages.len(), 1);
        let message = desk.get(messages[0]["href"].as_str().expect("an address")).await.expect(200).json;
        assert_eq!(link(&message, "plainMessage"), "data:text/plain;charset=utf-8,Hi+Ben");
        assert_eq!(message["direction"], direction);
        assert_eq!(message["timeStamp"], format!("/Date({})/", Options::new(SEED).epoch), "when it was invited");
        let told = names(&desk.poll().await);
        assert!(!told.iter().any(|name| name.ends_with(" message")), "{told:?}");
    }
    let id = simulator.conversations()[0].id.clone();
    let texts = simulator.messages(&id).expect("it goes on");
    assert_eq!(texts, [("ada@contoso.com".to_owned(), "Hi Ben".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_nobody_answered_was_sent_when_the_invitation_was() {
    let (_, mut ada, ben) = two().await;
    invite(&ada, "sip:ben@contoso.com").await;
    ada.until("completed messagingInvitation").await;
    let logs = ben.get(&ben.below("communication/conversationLogs")).await.json;
    let log = ben.get(logs["_links"]["conversationLog"][0]["href"].as_str().expect("a log")).await.expect(200).json;
    assert_eq!(log["creationTime"], format!("/Date({})/", Options::new(SEED).epoch));
    let transcripts = ben.get(&link(&log, "conversationLogTranscripts")).await.expect(200).json;
    let first = &transcripts["_embedded"]["conversationLogTranscript"][0];
    assert_eq!(first["timeStamp"], log["creationTime"]);
}

#[tokio::test(start_paused = true)]
async fn as_many_logs_are_listed_as_are_asked_for_the_latest_first() {
    let (_, mut ada, mut ben) = two().await;
    for _ in 0..3 {
        let (of_ada, _) = connect(&mut ada, &mut ben).await;
        ada.delete(&link(&of_ada, "self")).await.expect(204);
        ben.until("deleted conversation").await;
    }
    let logs = ada.below("communication/conversationLogs");
    let listed = async |query: &str| {
        let listed = ada.get(&format!("{logs}{query}")).await.expect(200).json;
        let links = listed["_links"]["conversationLog"].as_array().cloned().unwrap_or_default();
        links.iter().map(|link| link["href"].as_str().expect("an address").to_owned()).collect::<Vec<_>>()
    };
    let all = listed("").await;
    assert_eq!(all.len(), 3);
    assert_eq!(listed("?limit=2").await, all[..2]);
    assert_eq!((listed("?limit=0").await.len(), listed("?limit=9").await), (0, all));
}

#[tokio::test(start_paused = true)]
async fn a_third_user_makes_a_meeting_of_a_conversation() {
    let (simulator, mut ada, mut ben) = two().await;
    let mut cho = Desk::available(&simulator, &accounts()[2]).await;
    let (of_ada, of_ben) = connect(&mut ada, &mut ben).await;
    let input = json!({ "to": "sip:cho@contoso.com", "operationId": "2" });
    ada.post(&link(&of_ada, "addParticipant"), &input).await.expect(201);
    let invitation = cho.until("started onlineMeetingInvitation").await;
    cho.press(&link(invitation.resource(), "accept")).await.expect(204);
    let completed = ada.until("completed participantInvitation").await;
    assert_eq!(completed.event["status"], "Success");
    assert_eq!(ada.get(&link(&of_ada, "self")).await.json["state"], "Conferenced");
    cho.poll().await;
    ben.poll().await;
    say(&ben, &of_ben, "welcome").await;
    assert_eq!(names(&cho.poll().await), ["completed message"]);
    // A meeting goes on when one leaves.
    ada.delete(&link(&of_ada, "self")).await.expect(204);
    say(&ben, &of_ben, "still here").await;
    cho.until("completed message").await;
}

#[tokio::test(start_paused = true)]
async fn a_test_can_speak_as_a_user() {
    let (simulator, _, mut ben) = two().await;
    let conversation = simulator.send_message("cho@contoso.com", "ben@contoso.com", "hello").expect("both are users");
    let invitation = ben.until("started messagingInvitation").await;
    assert_eq!(link(invitation.resource(), "message"), "data:text/plain;charset=utf-8,hello");
    ben.press(&link(invitation.resource(), "accept")).await.expect(204);
    ben.poll().await;
    simulator.send_message("cho@contoso.com", "ben@contoso.com", "again").expect("both are users");
    let message = ben.until("completed message").await;
    assert_eq!(link(message.resource(), "plainMessage"), "data:text/plain;charset=utf-8,again");
    let texts = simulator.messages(&conversation).expect("it goes on");
    assert_eq!(texts, ["hello", "again"].map(|text| ("cho@contoso.com".to_owned(), text.to_owned())));
}

/// Has Ada call Ben, who takes the call. Gives the invitation.
async fn call(ada: &Desk, ben: &mut Desk) -> PolledEvent {
    let communication = &ada.application["_embedded"]["communication"];
    let input = json!({ "to": "sip:ben@contoso.com", "operationId": "3", "sessionContext": "4" });
    ada.post(&link(communication, "startAudio"), &input).await.expect(201);
    let invitation = ben.until("started audioVideoInvitation").await;
    let href = format!("{}?sessionContext=4", link(invitation.resource(), "acceptWithAnswer"));
    ben.send("POST", &href, &[("content-type", "application/sdp")], b"v=0").await.expect(204);
    invitation
}

#[tokio::test(start_paused = true)]
async fn a_test_speaks_where_messages_are_read() {
    let (simulator, ada, mut ben) = two().await;
    let invitation = call(&ada, &mut ben).await;
    // The two talk, and neither sees messages there.
    let written = simulator.send_message("ada@contoso.com", "ben@contoso.com", "hello").expect("both are users");
    assert!(!link(invitation.resource(), "conversation").ends_with(&written));
    let invitation = ben.until("started messagingInvitation").await;
    assert_eq!(link(invitation.resource(), "message"), "data:text/plain;charset=utf-8,hello");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_signalled_without_media() {
    let (_, mut ada, mut ben) = two().await;
    call(&ada, &mut ben).await;
    let completed = ada.until("completed audioVideoInvitation").await;
    let audio = ada.get(&link(completed.resource(), "audioVideo")).await.json;
    assert_eq!(audio["state"], "Connected");
    ada.post(&link(&audio, "stopAudio"), &json!({})).await.expect(204);
    ben.until("deleted conversation").await;
    for (desk, direction) in [(&ada, "Outgoing"), (&ben, "Incoming")] {
        let logs = desk.get(&desk.below("communication/conversationLogs")).await.json;
        let log = desk.get(logs["_links"]["conversationLog"][0]["href"].as_str().expect("a log")).await.json;
        assert_eq!((&log["direction"], &log["type"]), (&json!(direction), &json!("AudioLog")));
    }
}

#[tokio::test(start_paused = true)]
async fn the_local_participant_is_the_one_of_the_user() {
    let (_, mut ada, mut ben) = two().await;
    let (of_ada, _) = connect(&mut ada, &mut ben).await;
    let conversation = link(&of_ada, "self");
    let own = link(&of_ada, "localParticipant");
    assert_eq!(own, format!("{conversation}/participants/ada@contoso.com"));
    assert_eq!(ada.get(&own).await.expect(200).json["local"], true);
    invite(&ada, "sip:ben@contoso.com").await;
    let invitation = ben.until("started messagingInvitation").await;
    ben.press(&link(invitation.resource(), "accept")).await.expect(204);
    let told = ben.until("added localParticipant").await;
    assert_eq!((&told.resource()["rel"], &told.resource()["local"]), (&json!("participant"), &json!(true)));
    assert!(told.href.ends_with("/participants/ben@contoso.com"), "{}", told.href);
}

/// The messages in all logs of a user.
async fn logged(desk: &Desk) -> Vec<String> {
    let logs = desk.get(&desk.below("communication/conversationLogs")).await.json;
    let mut logged = Vec::new();
    for log in logs["_links"]["conversationLog"].as_array().into_iter().flatten() {
        let log = desk.get(log["href"].as_str().expect("a log")).await.expect(200).json;
        let transcripts = desk.get(&link(&log, "conversationLogTranscripts")).await.expect(200).json;
        for transcript in transcripts["_embedded"]["conversationLogTranscript"].as_array().into_iter().flatten() {
            logged.push(link(&transcript["_embedded"]["messageTranscript"], "plainMessage"));
        }
    }
    logged
}

#[tokio::test(start_paused = true)]
async fn a_message_is_once_in_the_logs_of_a_user_who_was_there_twice() {
    let (simulator, ada, mut ben) = two().await;
    let other = Desk::with_token(&simulator, ben.token.clone(), "applications", "another").await;
    let meetings = link(&ada.application["_embedded"]["onlineMeetings"], "myOnlineMeetings");
    let meeting = ada.post(&meetings, &json!({ "subject": "Review", "accessLevel": "Everyone" })).await.expect(201);
    let mut of = Vec::new();
    for desk in [&ada, &ben, &other] {
        let join = link(&desk.application["_embedded"]["communication"], "joinOnlineMeeting");
        let input = json!({ "onlineMeetingUri": meeting.json["onlineMeetingUri"], "operationId": "5" });
        let invitation = desk.post(&join, &input).await.expect(201).header("location").to_owned();
        let invitation = desk.get(&invitation).await.expect(200).json;
        of.push(desk.get(&link(&invitation, "conversation")).await.expect(200).json);
    }
    say(&ada, &of[0], "both").await;
    ben.delete(&link(&of[1], "self")).await.expect(204);
    assert_eq!(logged(&ben).await, [] as [&str; 0], "the user is still there");
    say(&ada, &of[0], "one").await;
    other.delete(&link(&of[2], "self")).await.expect(204);
    let expected = ["data:text/plain;charset=utf-8,both", "data:text/plain;charset=utf-8,one"];
    assert_eq!(logged(&ben).await, expected);
    ben.until("deleted conversation").await;
}

#[tokio::test(start_paused = true)]
async fn whoever_invites_is_told_how_each_invitation_ended_even_where_the_conversation_is_over() {
    let (_, ada, mut ben) = two().await;
    let location = invite(&ada, "sip:ben@contoso.com").await;
    let invitation = ben.until("started messagingInvitation").await;
    let conversation = ben.get(&link(invitation.resource(), "conversation")).await.expect(200).json;
    let add = link(&messaging(&ben, &conversation).await, "addMessaging");
    let mut own = Vec::new();
    for operation_id in ["1", "2", "3"] {
        let added = ben.post(&add, &json!({ "operationId": operation_id })).await.expect(201);
        own.push(added.header("location").to_owned());
    }
    let invitation = ada.get(&location).await.expect(200).json;
    ada.press(&link(&invitation, "cancel")).await.expect(204);
    let mut told = Vec::new();
    for _ in 0..5 {
        told.extend(ben.poll().await);
    }
    for href in own {
        let ends = told.iter().filter(|told| told.name() == "completed messagingInvitation" && told.href == href);
        assert_eq!(ends.map(|end| end.event["status"].clone()).collect::<Vec<_>>(), ["Failure"], "{href}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_goes_on_typing_is_seen_typing() {
    let (_, mut ada, mut ben) = two().await;
    let (of_ada, _) = connect(&mut ada, &mut ben).await;
    ben.poll().await;
    let typing = link(&messaging(&ada, &of_ada).await, "setIsTyping");
    let begin = Instant::now();
    for second in [0, 6, 12] {
        tokio::time::sleep_until(begin + Duration::from_secs(second)).await;
        ada.press(&typing).await.expect(204);
    }
    ben.until("added participant").await;
    ben.until("deleted participant").await;
    // Eight seconds after the last of them.
    assert_eq!(begin.elapsed(), Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_conversation_lists_the_messages_that_it_remembers() {
    let (simulator, mut ada, mut ben) = two().await;
    let (of_ada, _) = connect(&mut ada, &mut ben).await;
    for number in 0..510 {
        simulator.send_message("ben@contoso.com", "ada@contoso.com", &number.to_string()).expect("both are users");
    }
    let messages = format!("{}/messages", link(&of_ada, "messaging"));
    let messages = ada.get(&messages).await.expect(200).json;
    let messages = messages["_links"]["message"].as_array().expect("messages").clone();
    assert_eq!(messages.len(), 500);
    ada.get(messages[0]["href"].as_str().expect("an address")).await.expect(200);
}

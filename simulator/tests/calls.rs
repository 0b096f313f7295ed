//! Calls between users: offered, answered, changed, held, forwarded and taken over by others. No media follow.

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Answer, Desk, SEED, accounts, link, names};
use tokio::time::Instant;
use ucwa_simulator::{Account, Options, Simulator};

const SDP: [(&str, &str); 1] = [("content-type", "application/sdp")];
const OFFER: &[u8] = b"v=0\r\na=sendrecv\r\n";
const HOLD: &[u8] = b"v=0\r\na=sendonly\r\n";

async fn desks<const N: usize>() -> (Simulator, [Desk; N]) {
    let simulator = Simulator::new(SEED);
    let mut desks = Vec::new();
    for account in accounts().iter().take(N) {
        desks.push(Desk::available(&simulator, account).await);
    }
    (simulator, desks.try_into().expect("there are as many accounts"))
}

#[tokio::test(start_paused = true)]
async fn a_user_who_is_not_available_can_call_others() {
    let simulator = Simulator::new(SEED);
    let desk = Desk::new(&simulator, &accounts()[0]).await;
    call(&desk, "sip:ben@contoso.com").await;
    let input = json!({ "to": "sip:ben@contoso.com", "operationId": "4" });
    desk.post(&link(communication(&desk), "startMessaging"), &input).await.expect(201);
}

fn communication(desk: &Desk) -> &Value {
    &desk.application["_embedded"]["communication"]
}

/// Calls a user by audio.
async fn call(desk: &Desk, to: &str) -> Answer {
    let input = json!({ "to": to, "operationId": "3", "sessionContext": "ours" });
    desk.post(&link(communication(desk), "startAudio"), &input).await.expect(201)
}

/// Accepts the call that comes next; gives the invitation.
async fn accept(desk: &mut Desk) -> Value {
    let invitation = desk.until("started audioVideoInvitation").await.resource().clone();
    let href = format!("{}?sessionContext=theirs", link(&invitation, "acceptWithAnswer"));
    desk.send("POST", &href, &SDP, b"v=0").await.expect(204);
    invitation
}

/// Brings two users into a call; gives the `audioVideo` of each.
async fn connect(ada: &mut Desk, ben: &mut Desk) -> (Value, Value) {
    call(ada, "sip:ben@contoso.com").await;
    let invitation = accept(ben).await;
    let completed = ada.until("completed audioVideoInvitation").await;
    let of_ada = ada.get(&link(completed.resource(), "audioVideo")).await.expect(200).json;
    let of_ben = ben.get(&link(&invitation, "audioVideo")).await.expect(200).json;
    ada.until_quiet().await;
    ben.until_quiet().await;
    (of_ada, of_ben)
}

async fn session(desk: &Desk, call: &Value) -> Value {
    desk.get(&link(call, "audioVideoSession")).await.expect(200).json
}

/// Offers other media; gives the renegotiation.
async fn offer(desk: &Desk, call: &Value, sdp: &[u8]) -> Answer {
    let href = format!("{}?operationId=9", link(&session(desk, call).await, "renegotiations"));
    desk.send("POST", &href, &SDP, sdp).await
}

#[tokio::test(start_paused = true)]
async fn the_caller_hears_what_the_other_side_answers() {
    let (_, [mut ada, mut ben]) = desks().await;
    call(&ada, "sip:ben@contoso.com").await;
    let invitation = ben.until("started audioVideoInvitation").await;
    let provisional = format!("{}?sessionContext=theirs", link(invitation.resource(), "sendProvisionalAnswer"));
    ben.send("POST", &provisional, &SDP, b"v=1").await.expect(204);
    let negotiation = ada.until("updated audioVideoNegotiation").await;
    assert_eq!(link(negotiation.resource(), "mediaProvisionalAnswer"), "data:application/sdp;charset=utf-8,v%3D1");
    let answer = format!("{}?sessionContext=theirs", link(invitation.resource(), "acceptWithAnswer"));
    ben.send("POST", &answer, &SDP, b"v=2").await.expect(204);
    let negotiation = ada.until("updated audioVideoNegotiation").await;
    assert_eq!(negotiation.sender, "audioVideoInvitation");
    assert_eq!(link(negotiation.resource(), "mediaAnswer"), "data:application/sdp;charset=utf-8,v%3D2");
    ada.get(&negotiation.href).await.expect(200);
}

#[tokio::test(start_paused = true)]
async fn a_call_has_a_session_as_long_as_it_lasts() {
    let (_, [mut ada, mut ben]) = desks().await;
    call(&ada, "sip:ben@contoso.com").await;
    accept(&mut ben).await;
    let added = ada.until("added audioVideoSession").await;
    let session = ada.get(&added.href).await.expect(200).json;
    assert_eq!((&session["state"], &session["sessionContext"]), (&json!("Established"), &json!("ours")));
    assert_eq!(session["remoteEndpoint"], "sip:ben@contoso.com");
    let call = ada.get(&link(&session, "audioVideo")).await.expect(200).json;
    ada.post(&link(&call, "stopAudio"), &json!({})).await.expect(204);
    ben.until("deleted audioVideoSession").await;
    ada.get(&added.href).await.expect(404);
}

#[tokio::test(start_paused = true)]
async fn a_call_is_put_on_hold_and_taken_up_again_by_new_offers() {
    let (_, [mut ada, mut ben]) = desks().await;
    let (of_ada, of_ben) = connect(&mut ada, &mut ben).await;
    let location = offer(&ada, &of_ada, HOLD).await.expect(201);
    assert_eq!((&location.json["direction"], &location.json["operationId"]), (&json!("Outgoing"), &json!("9")));
    // While one waits for its answer, there is no other.
    assert_eq!(offer(&ben, &of_ben, OFFER).await.expect(409).json["subcode"], "AlreadyExists");
    let incoming = ben.until("started audioVideoRenegotiation").await;
    let resource = incoming.resource();
    assert_eq!(resource["direction"], "Incoming");
    assert!(link(resource, "mediaOffer").contains("a%3Dsendonly"));
    ben.press(&link(resource, "answer")).await.expect(204);
    let completed = ada.until("completed audioVideoRenegotiation").await;
    assert_eq!(completed.event["status"], "Success");
    assert!(link(completed.resource(), "mediaAnswer").starts_with("data:application/sdp"));
    for (desk, call) in [(&ada, &of_ada), (&ben, &of_ben)] {
        assert_eq!(session(desk, call).await["state"], "Suspended");
    }
    let resume = format!("{}?operationId=10", link(&session(&ada, &of_ada).await, "resumeAudio"));
    ada.send("POST", &resume, &SDP, OFFER).await.expect(201);
    let incoming = ben.until("started audioVideoRenegotiation").await;
    ben.press(&link(incoming.resource(), "answer")).await.expect(204);
    assert_eq!(session(&ben, &of_ben).await["state"], "Established");
    ben.press(&link(incoming.resource(), "answer")).await.expect(409);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_on_hold_is_not_so_when_it_begins_anew() {
    let (_, [mut ada, mut ben]) = desks().await;
    let (of_ada, of_ben) = connect(&mut ada, &mut ben).await;
    offer(&ada, &of_ada, HOLD).await.expect(201);
    let incoming = ben.until("started audioVideoRenegotiation").await;
    ben.press(&link(incoming.resource(), "answer")).await.expect(204);
    // The conversation goes on by messages.
    let conversation = ada.get(&link(&of_ada, "conversation")).await.expect(200).json;
    let messaging = ada.get(&link(&conversation, "messaging")).await.expect(200).json;
    ada.post(&link(&messaging, "addMessaging"), &json!({ "operationId": "5" })).await.expect(201);
    let invitation = ben.until("started messagingInvitation").await;
    ben.press(&link(invitation.resource(), "accept")).await.expect(204);
    ada.press(&link(&of_ada, "stopAudio")).await.expect(204);
    let input = json!({ "to": "sip:ben@contoso.com", "operationId": "6", "sessionContext": "ours" });
    ada.post(&ada.get(&link(&of_ada, "self")).await.link("addAudio"), &input).await.expect(201);
    accept(&mut ben).await;
    for (desk, call) in [(&ada, &of_ada), (&ben, &of_ben)] {
        let call = desk.get(&link(call, "self")).await.expect(200).json;
        assert_eq!(session(desk, &call).await["state"], "Established");
    }
}

#[tokio::test(start_paused = true)]
async fn an_offer_that_is_dismissed_changes_nothing() {
    let (_, [mut ada, mut ben]) = desks().await;
    let (of_ada, _) = connect(&mut ada, &mut ben).await;
    offer(&ada, &of_ada, HOLD).await.expect(201);
    let incoming = ben.until("started audioVideoRenegotiation").await;
    ben.post(&link(incoming.resource(), "dismiss"), &json!({ "reason": "UnsupportedMedia" })).await.expect(204);
    let completed = ada.until("completed audioVideoRenegotiation").await;
    assert_eq!(
        (&completed.event["status"], &completed.event["reason"]["subcode"]),
        (&json!("Failure"), &json!("Declined"))
    );
    assert_eq!(session(&ada, &of_ada).await["state"], "Established");
}

#[tokio::test(start_paused = true)]
async fn an_offer_that_nobody_answers_fails_and_makes_way_for_others() {
    let (_, [mut ada, mut ben]) = desks().await;
    let (of_ada, of_ben) = connect(&mut ada, &mut ben).await;
    let begin = Instant::now();
    offer(&ada, &of_ada, HOLD).await.expect(201);
    let incoming = ben.until("started audioVideoRenegotiation").await;
    for desk in [&mut ada, &mut ben] {
        let completed = desk.until("completed audioVideoRenegotiation").await;
        let told = (&completed.event["status"], &completed.event["reason"]["subcode"]);
        assert_eq!(told, (&json!("Failure"), &json!("MediaNegotiationTimeOut")));
    }
    assert_eq!(begin.elapsed(), Duration::from_secs(30));
    ben.press(&link(incoming.resource(), "answer")).await.expect(409);
    offer(&ben, &of_ben, OFFER).await.expect(201);
}

#[tokio::test(start_paused = true)]
async fn an_offer_to_somebody_who_leaves_the_call_makes_way_for_others() {
    let (_, [mut ada, mut ben, mut cho]) = desks().await;
    let (of_ada, of_ben) = connect(&mut ada, &mut ben).await;
    offer(&ada, &of_ada, HOLD).await.expect(201);
    let conversation = ada.get(&link(&of_ada, "conversation")).await.expect(200).json;
    ada.post(&link(&conversation, "addParticipant"), &json!({ "to": "sip:cho@contoso.com", "operationId": "1" }))
        .await
        .expect(201);
    let invitation = cho.until("started onlineMeetingInvitation").await;
    cho.press(&link(invitation.resource(), "accept")).await.expect(204);
    ben.delete(&link(&of_ben, "conversation")).await.expect(204);
    let completed = ada.until("completed audioVideoRenegotiation").await;
    let told = (&completed.event["status"], &completed.event["reason"]["subcode"]);
    assert_eq!(told, (&json!("Failure"), &json!("Ended")));
    assert_eq!(session(&ada, &of_ada).await["state"], "Established");
    // In a meeting, the server answers; it remembers the latest offers.
    let first = offer(&ada, &of_ada, OFFER).await.expect(201).header("location").to_owned();
    ada.get(&first).await.expect(200);
    for _ in 0..50 {
        offer(&ada, &of_ada, OFFER).await.expect(201);
    }
    ada.get(&first).await.expect(404);
}

#[tokio::test(start_paused = true)]
async fn a_phone_is_held_and_taken_up_again() {
    let (_, [mut ada]) = desks().await;
    let input = json!({ "to": "tel:+14255550199", "phoneNumber": "tel:+14255550100", "operationId": "4" });
    ada.post(&link(communication(&ada), "startPhoneAudio"), &input).await.expect(201);
    let completed = ada.until("completed phoneAudioInvitation").await;
    let phone = || link(completed.resource(), "phoneAudio");
    let shown = ada.get(&phone()).await.expect(200).json;
    assert!(shown["_links"]["resumePhoneAudio"].is_null());
    ada.until_quiet().await;
    ada.press(&link(&shown, "holdPhoneAudio")).await.expect(204);
    let held = ada.until("updated phoneAudio").await.resource().clone();
    assert!(held["_links"]["holdPhoneAudio"].is_null());
    ada.press(&link(&shown, "holdPhoneAudio")).await.expect(409);
    ada.press(&link(&held, "resumePhoneAudio")).await.expect(204);
    assert!(ada.get(&phone()).await.json["_links"]["resumePhoneAudio"].is_null());
}

#[tokio::test(start_paused = true)]
async fn a_call_moves_to_a_phone() {
    let (_, [mut ada, mut ben]) = desks().await;
    let (of_ada, _) = connect(&mut ada, &mut ben).await;
    let input = json!({ "to": "tel:+14255550100", "phoneNumber": "tel:+14255550100", "operationId": "5" });
    ada.post(&link(&of_ada, "replaceWithPhoneAudio"), &input).await.expect(201);
    let conversation = ada.get(&link(&of_ada, "conversation")).await.expect(200).json;
    assert_eq!(conversation["activeModalities"], json!(["Audio"]));
    assert_eq!(ada.get(&link(&conversation, "phoneAudio")).await.json["state"], "Connected");
    assert_eq!(ada.get(&link(&conversation, "audioVideo")).await.json["state"], "Disconnected");
    // Ada goes on to talk.
    assert!(!names(&ben.poll().await).contains(&"deleted participantAudio".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_call_of_two_becomes_a_meeting() {
    let (_, [mut ada, mut ben]) = desks().await;
    let (of_ada, of_ben) = connect(&mut ada, &mut ben).await;
    let href = format!("{}?operationId=6&sessionContext=ours", link(&of_ada, "escalateAudio"));
    let escalated = ada.send("POST", &href, &SDP, OFFER).await.expect(201).json;
    assert_eq!(escalated["state"], "Connected");
    for (desk, call) in [(&ada, &of_ada), (&ben, &of_ben)] {
        let conversation = desk.get(&link(call, "conversation")).await.expect(200).json;
        assert_eq!(conversation["state"], "Conferenced");
        desk.get(&link(&conversation, "onlineMeeting")).await.expect(200);
        assert!(desk.get(&link(call, "self")).await.json["_links"]["escalateAudio"].is_null());
    }
    assert!(names(&ben.poll().await).contains(&"added onlineMeeting".to_owned()));
    ada.send("POST", &href, &SDP, OFFER).await.expect(409);
}

#[tokio::test(start_paused = true)]
async fn calls_are_forwarded_at_once() {
    let (_, [mut ada, mut ben, mut cho]) = desks().await;
    let settings = ben.get(&ben.below("me/callForwardingSettings")).await.expect(200).json;
    let forward = link(&settings["_embedded"]["immediateForwardSettings"], "immediateForwardToContact");
    ben.post(&forward, &json!({ "target": "sip:cho@contoso.com" })).await.expect(204);
    ben.until_quiet().await;
    call(&ada, "sip:ben@contoso.com").await;
    let invitation = accept(&mut cho).await;
    assert!(link(&invitation, "forwardedBy").contains("ben@contoso.com"));
    let completed = ada.until("completed audioVideoInvitation").await;
    assert_eq!(completed.resource()["_embedded"]["acceptedByParticipant"][0]["uri"], "sip:cho@contoso.com");
    assert!(!names(&ben.poll().await).contains(&"started audioVideoInvitation".to_owned()));
    // Messages are not calls.
    let input = json!({ "to": "sip:ben@contoso.com", "operationId": "7" });
    ada.post(&link(communication(&ada), "startMessaging"), &input).await.expect(201);
    ben.until("started messagingInvitation").await;
}

#[tokio::test(start_paused = true)]
async fn calls_ring_at_others_as_well() {
    let (_, [mut ada, mut ben, mut cho]) = desks().await;
    let settings = ben.get(&ben.below("me/callForwardingSettings")).await.expect(200).json;
    let ring = link(&settings["_embedded"]["simultaneousRingSettings"], "simultaneousRingToTeam");
    ben.post(&ring, &json!({ "ringDelay": 0 })).await.expect(204);
    // Ada is of the team as well, but calls herself.
    call(&ada, "sip:ben@contoso.com").await;
    ben.until("started audioVideoInvitation").await;
    accept(&mut cho).await;
    let elsewhere = ben.until("completed audioVideoInvitation").await;
    assert_eq!(elsewhere.event["reason"]["subcode"], "ConnectedElsewhere");
    assert_eq!(ada.until("completed audioVideoInvitation").await.event["status"], "Success");
}

#[tokio::test(start_paused = true)]
async fn calls_that_nobody_takes_go_where_the_user_wants_them() {
    let (_, [mut ada, mut ben, mut cho]) = desks().await;
    // Without settings, the caller leaves a message.
    call(&ada, "sip:ben@contoso.com").await;
    assert_eq!(ada.until("completed audioVideoInvitation").await.event["reason"]["subcode"], "Timeout");
    let missed = ben.get(&ben.below("communication/missedItems")).await.json;
    assert_eq!((&missed["unreadVoicemailsCount"], &missed["missedConversationsCount"]), (&json!(1), &json!(1)));
    let settings = ben.get(&ben.below("me/callForwardingSettings")).await.expect(200).json;
    let forward = link(&settings["_embedded"]["unansweredCallSettings"], "unansweredCallToContact");
    ben.post(&forward, &json!({ "target": "sip:cho@contoso.com", "ringDelay": 10 })).await.expect(204);
    ben.until_quiet().await;
    let begin = Instant::now();
    call(&ada, "sip:ben@contoso.com").await;
    ben.until("started audioVideoInvitation").await;
    let invitation = accept(&mut cho).await;
    assert_eq!(begin.elapsed(), Duration::from_secs(10));
    assert!(link(&invitation, "forwardedBy").contains("ben@contoso.com"));
    ben.until("completed audioVideoInvitation").await;
}

/// Sets what becomes of a user's calls that nobody takes.
async fn handle_unanswered(desk: &Desk, handling: &str) {
    let href = desk.below("me/callForwardingSettings");
    let current = desk.get(&href).await.expect(200);
    let mut body = current.json.clone();
    body["unansweredCallHandling"] = handling.into();
    let headers = [("if-match", current.header("etag")), ("content-type", "application/json")];
    desk.send("PUT", &href, &headers, body.to_string().as_bytes()).await.expect(200);
}

#[tokio::test(start_paused = true)]
async fn calls_that_nobody_takes_go_nowhere_where_the_user_disabled_that() {
    let (_, [mut ada, ben, mut cho]) = desks().await;
    let voicemails = async || {
        let missed = ben.get(&ben.below("communication/missedItems")).await.expect(200).json;
        missed["unreadVoicemailsCount"].clone()
    };
    handle_unanswered(&ben, "Disabled").await;
    call(&ada, "sip:ben@contoso.com").await;
    assert_eq!(ada.until("completed audioVideoInvitation").await.event["reason"]["subcode"], "Timeout");
    assert_eq!(voicemails().await, json!(0));
    let forward = ben.below("me/callForwardingSettings/unansweredCallSettings/unansweredCallToContact");
    ben.post(&forward, &json!({ "target": "sip:cho@contoso.com", "ringDelay": 10 })).await.expect(204);
    let begin = Instant::now();
    call(&ada, "sip:ben@contoso.com").await;
    assert_eq!(ada.until("completed audioVideoInvitation").await.event["reason"]["subcode"], "Timeout");
    assert_eq!(begin.elapsed(), Duration::from_secs(30));
    handle_unanswered(&ben, "Enabled").await;
    call(&ada, "sip:ben@contoso.com").await;
    accept(&mut cho).await;
}

#[tokio::test(start_paused = true)]
async fn no_call_is_left_unanswered_where_all_are_forwarded_at_once() {
    let (_, [ada]) = desks().await;
    let handling = async || {
        let settings = ada.get(&ada.below("me/callForwardingSettings")).await.expect(200).json;
        settings["unansweredCallHandling"].clone()
    };
    assert_eq!(handling().await, "Enabled");
    let settings = ada.below("me/callForwardingSettings");
    let forward = format!("{settings}/immediateForwardSettings/immediateForwardToContact");
    ada.post(&forward, &json!({ "target": "sip:ben@contoso.com" })).await.expect(204);
    assert_eq!(handling().await, "Disabled");
    ada.press(&format!("{settings}/turnOffCallForwarding")).await.expect(204);
    assert_eq!(handling().await, "Enabled");
}

#[tokio::test(start_paused = true)]
async fn delegates_call_for_those_who_let_them() {
    let options = Options::new(SEED);
    let mut users = options.accounts.clone();
    users[1] = Account { delegates: vec![users[0].address.clone()], ..users[1].clone() };
    let simulator = Simulator::with_options(Options { accounts: users.clone(), ..options });
    let ada = Desk::available(&simulator, &users[0]).await;
    let mut cho = Desk::available(&simulator, &users[2]).await;
    let start = link(communication(&ada), "startAudioOnBehalfOfDelegator");
    let input = |delegator: &str| json!({ "to": "sip:cho@contoso.com", "operationId": "8", "delegator": delegator });
    ada.post(&start, &input("sip:ben@contoso.com")).await.expect(201);
    let invitation = cho.until("started audioVideoInvitation").await;
    assert_eq!(invitation.resource()["delegator"], "sip:ben@contoso.com");
    assert!(link(invitation.resource(), "onBehalfOf").contains("ben@contoso.com"));
    assert_eq!(invitation.resource()["_embedded"]["from"]["uri"], "sip:ada@contoso.com");
    ada.post(&start, &input("sip:cho@contoso.com")).await.expect(409);
    // Who may act for nobody has no link for it.
    assert!(communication(&cho)["_links"]["startAudioOnBehalfOfDelegator"].is_null());
    let groups = ada.get(&ada.below("people/myGroups")).await.expect(200);
    let members = ada.get(&link(&ada.get(&groups.link("delegatorsGroup")).await.json, "groupContacts")).await.json;
    assert_eq!(members["_embedded"]["contact"][0]["uri"], "sip:ben@contoso.com");
}

/// For whom a user may act.
async fn delegators(desk: &Desk) -> Vec<String> {
    let groups = desk.get(&desk.below("people/myGroups")).await.expect(200);
    let group = desk.get(&groups.link("delegatorsGroup")).await.expect(200).json;
    let members = desk.get(&link(&group, "groupContacts")).await.expect(200).json;
    let members = members["_embedded"]["contact"].as_array().cloned().unwrap_or_default();
    members.iter().map(|contact| contact["uri"].as_str().expect("a URI").to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn users_who_are_added_have_their_delegates_in_any_order() {
    let users = accounts();
    let of_ada = |delegates: &[&str]| Account {
        delegates: delegates.iter().map(|delegate| (*delegate).to_owned()).collect(),
        ..users[0].clone()
    };
    let simulator = Simulator::with_options(Options { accounts: vec![users[2].clone()], ..Options::new(SEED) });
    simulator.add_user(of_ada(&["ben@contoso.com", "cho@contoso.com"]));
    simulator.add_user(users[1].clone());
    let (ben, cho) = (Desk::available(&simulator, &users[1]).await, Desk::available(&simulator, &users[2]).await);
    for desk in [&ben, &cho] {
        assert_eq!(delegators(desk).await, ["sip:ada@contoso.com"]);
    }
    // Whoever is replaced stays what others made of them, and as available as they are.
    simulator.add_user(users[1].clone());
    assert_eq!(delegators(&ben).await, ["sip:ada@contoso.com"]);
    let presence = cho.get(&cho.below("people/ben@contoso.com/contactPresence")).await.expect(200).json;
    assert_eq!(presence["availability"], "Online");
    simulator.add_user(of_ada(&["ben@contoso.com"]));
    assert_eq!(delegators(&cho).await, Vec::<String>::new());
}

//! Online meetings: scheduled, joined, and led.

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Desk, PolledEvent, SEED, accounts, link, names, send};
use tokio::time::Instant;
use ucwa_simulator::{Options, ServerLimits, Simulator};

async fn schedule(desk: &Desk, input: &Value) -> Value {
    let meetings = link(&desk.application["_embedded"]["onlineMeetings"], "myOnlineMeetings");
    desk.post(&meetings, input).await.expect(201).json
}

async fn join(desk: &Desk, meeting: &Value) -> String {
    let communication = &desk.application["_embedded"]["communication"];
    let input = json!({ "onlineMeetingUri": meeting["onlineMeetingUri"], "operationId": "5" });
    desk.post(&link(communication, "joinOnlineMeeting"), &input).await.expect(201).header("location").to_owned()
}

async fn join_as_guest(desk: &Desk, meeting: &Value) {
    let communication = &desk.application["_embedded"]["communication"];
    let input = json!({ "onlineMeetingUri": meeting["onlineMeetingUri"], "anonymousDisplayName": "Cathy Arnold" });
    desk.post(&link(communication, "joinOnlineMeeting"), &input).await.expect(201);
}

/// Has a guest wait in the lobby of a host's meeting. Gives what the host is told of the guest.
async fn wait_in_lobby(host: &mut Desk, guest: &Desk, input: &Value) -> PolledEvent {
    let meeting = schedule(host, input).await;
    join(host, &meeting).await;
    host.until("completed onlineMeetingInvitation").await;
    join(guest, &meeting).await;
    host.until("added participant").await
}

/// Somebody without an account, who knows the meeting.
async fn anonymous(simulator: &Simulator, meeting: &Value) -> Desk {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "urn:microsoft.rtc:anonmeeting")
        .append_pair("password", meeting["conferenceId"].as_str().expect("an id"))
        .append_pair("ms_rtc_conferenceuri", meeting["onlineMeetingUri"].as_str().expect("an address"))
        .finish();
    let endpoint = "https://lyncweb.contoso.com/WebTicket/oauthtoken";
    let answer = send(simulator, "POST", endpoint, &[], form.as_bytes()).await.expect("an answer").expect(200);
    assert_eq!(answer.json["expires_in"], 3600);
    let token = answer.json["access_token"].as_str().expect("a token").to_owned();
    let user = "https://lyncweb.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user";
    let authorization = format!("Bearer {token}");
    let answer = send(simulator, "GET", user, &[("authorization", &authorization)], b"").await.expect("an answer");
    assert!(answer.link("applications").ends_with("/anonApplications"));
    Desk::with_token(simulator, token, "anonApplications", "").await
}

#[tokio::test(start_paused = true)]
async fn a_meeting_has_an_address_for_old_clients() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let meeting = schedule(&ada, &json!({ "subject": "Review" })).await;
    let address = meeting["onlineMeetingUri"].as_str().expect("an address");
    assert_eq!(meeting["legacyOnlineMeetingUri"], format!("conf:{address}"));
}

#[tokio::test(start_paused = true)]
async fn a_meeting_is_scheduled_changed_and_deleted() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let online = &ada.application["_embedded"]["onlineMeetings"];
    let defaults = ada.get(&link(online, "onlineMeetingDefaultValues")).await.json;
    let input = json!({ "subject": "Review", "accessLevel": "Everyone", "attendees": ["sip:ben@contoso.com"], "expirationTime": "2026-03-01T10:00:00Z" });
    let meeting = schedule(&ada, &input).await;
    assert_eq!(
        (&meeting["subject"], &meeting["entryExitAnnouncement"]),
        (&json!("Review"), &defaults["entryExitAnnouncement"])
    );
    assert_eq!(meeting["expirationTime"], "/Date(1772359200000)/");
    let href = link(&meeting, "self");
    let listed = ada.get(&link(online, "myOnlineMeetings")).await.json;
    assert_eq!(link(&listed["_embedded"]["myOnlineMeeting"][0], "self"), href);

    let current = ada.get(&href).await.expect(200);
    let mut body = current.json.clone();
    body["subject"] = json!("Second review");
    body.as_object_mut().expect("an object").remove("accessLevel");
    let headers = [("if-match", current.header("etag")), ("content-type", "application/json")];
    let changed = ada.send("PUT", &href, &headers, body.to_string().as_bytes()).await.expect(200).json;
    assert_eq!(changed["subject"], "Second review");
    assert_eq!(changed["accessLevel"], "SameEnterprise", "what is left out is reset");

    ada.delete(&href).await.expect(204);
    ada.get(&href).await.expect(404);
}

#[tokio::test(start_paused = true)]
async fn those_who_are_not_let_in_wait_in_the_lobby() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    let meeting = schedule(&ada, &json!({ "subject": "Closed", "accessLevel": "Locked" })).await;
    join(&ada, &meeting).await;
    let joined = ada.until("completed onlineMeetingInvitation").await;
    let conversation = ada.get(&link(joined.resource(), "conversation")).await.json;
    assert_eq!(conversation["state"], "Conferenced");

    let invitation = join(&ben, &meeting).await;
    assert_eq!(ben.get(&invitation).await.json["state"], "Connecting");
    let of_ben = ben.get(&link(&ben.get(&invitation).await.json, "conversation")).await.json;
    assert_eq!(of_ben["state"], "InLobby");
    let waiting = ada.until("added participant").await;
    assert_eq!(waiting.event["in"]["rel"], "lobby");
    let participant = ada.get(&waiting.href).await.json;
    assert_eq!((&participant["inLobby"], &participant["name"]), (&json!(true), &json!("Ben Ortiz")));

    ada.press(&link(&participant, "admit")).await.expect(204);
    ben.until("completed onlineMeetingInvitation").await;
    let participant = ada.get(&waiting.href).await.json;
    assert_eq!((&participant["inLobby"], &participant["role"]), (&json!(false), &json!("Attendee")));
    assert!(participant["_links"]["admit"].is_null());
    ada.press(&format!("{}/reject", waiting.href)).await.expect(409);
    assert_eq!(ada.get(&waiting.href).await.json["inLobby"], false, "who is in is not rejected any more");

    // Only leaders lead.
    let own = ben.below(&format!(
        "communication/conversations/{}/participants/ada@contoso.com/eject",
        link(&of_ben, "self").rsplit('/').next().expect("an id")
    ));
    ben.press(&own).await.expect(403);
    ada.press(&link(&participant, "promote")).await.expect(204);
    assert_eq!(ada.get(&waiting.href).await.json["role"], "Leader");
    ada.press(&link(&participant, "eject")).await.expect(204);
    let out = ben.until("deleted conversation").await;
    assert_eq!(out.event["reason"]["subcode"], "Ejected");
}

#[tokio::test(start_paused = true)]
async fn who_was_rejected_may_come_again() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    let meeting = schedule(&ada, &json!({ "subject": "Closed", "accessLevel": "Locked" })).await;
    join(&ada, &meeting).await;
    ada.until_quiet().await;
    for answer in ["reject", "admit"] {
        let invitation = join(&ben, &meeting).await;
        let waiting = ada.until("added participant").await;
        let participant = ada.get(&waiting.href).await.json;
        ada.press(&link(&participant, answer)).await.expect(204);
        let completed = ben.until("completed onlineMeetingInvitation").await;
        assert_eq!(completed.href, invitation, "it is the one that was answered");
        let status = if answer == "admit" { "Success" } else { "Failure" };
        assert_eq!(completed.event["status"], status);
        ada.until_quiet().await;
    }
}

#[tokio::test(start_paused = true)]
async fn somebody_without_an_account_joins_by_the_meetings_id() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let meeting = schedule(&ada, &json!({ "subject": "Open", "accessLevel": "Everyone" })).await;
    join(&ada, &meeting).await;
    ada.until("completed onlineMeetingInvitation").await;

    let mut guest = anonymous(&simulator, &meeting).await;
    assert!(guest.application["_embedded"]["people"].is_null());
    guest.post(&guest.below("me/makeMeAvailable"), &json!({})).await.expect(403);
    let join = link(&guest.application["_embedded"]["communication"], "joinOnlineMeeting");
    for input in [json!({}), json!({ "anonymousDisplayName": "" })] {
        let nameless = guest.post(&join, &input).await.expect(400).json;
        assert_eq!(nameless["code"], "BadRequest");
        assert_eq!(nameless["parameters"][0]["name"], "anonymousDisplayName", "{nameless:#}");
    }
    join_as_guest(&guest, &meeting).await;
    let joined = guest.until("completed onlineMeetingInvitation").await;
    let told = ada.until("added participant").await;
    assert_eq!(ada.get(&told.href).await.json["anonymous"], true);

    // Who others are is for guests to see, and no more of them.
    let organizer = format!("{}/participants/ada@contoso.com", link(joined.resource(), "conversation"));
    let organizer = guest.get(&organizer).await.expect(200).json;
    assert!(organizer["_links"]["contactPresence"].is_null(), "{organizer:#}");
    let contact = guest.get(&link(&organizer, "contact")).await.expect(200).json;
    assert!(contact["name"] == "Ada Vale" && contact["_links"]["contactPresence"].is_null(), "{contact:#}");
    for name in ["contactPresence", "contactNote", "contactLocation", "contactSupportedModalities"] {
        let answer = guest.get(&format!("{}/{name}", link(&organizer, "contact"))).await.expect(403);
        assert_eq!(answer.json["subcode"], "AnonymousNotAllowed");
    }
    assert!(contact["workPhoneNumber"].is_null() && contact["title"].is_null(), "{contact:#}");
    guest.get(&link(&contact, "contactPhoto")).await.expect(200);
    // Ben is not there.
    for path in ["people/ben@contoso.com", "people/ben@contoso.com/contactPhoto", "photos/ben@contoso.com"] {
        guest.get(&guest.below(path)).await.expect(403);
    }
}

#[tokio::test(start_paused = true)]
async fn guests_in_the_lobby_see_who_invites_to_the_meeting_and_nobody_inside() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    let meeting = schedule(&ada, &json!({ "subject": "Closed", "accessLevel": "SameEnterprise" })).await;
    join(&ada, &meeting).await;
    ada.until("completed onlineMeetingInvitation").await;
    join(&ben, &meeting).await;
    let guest = anonymous(&simulator, &meeting).await;
    guest.get(&guest.below("people/ben@contoso.com")).await.expect(403);
    join_as_guest(&guest, &meeting).await;
    guest.get(&guest.below("people/ada@contoso.com")).await.expect(200);
    guest.get(&guest.below("people/ben@contoso.com")).await.expect(403);
    let told = ada.poll().await;
    let waiting = told.iter().find(|event| event.event["in"]["rel"] == "lobby").expect("the guest waits");
    let admit = link(&ada.get(&waiting.href).await.expect(200).json, "admit");
    ada.press(&admit).await.expect(204);
    guest.get(&guest.below("people/ben@contoso.com")).await.expect(200);
}

#[tokio::test(start_paused = true)]
async fn a_meeting_that_is_not_there_cannot_be_joined() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let communication = &ada.application["_embedded"]["communication"];
    let input = json!({ "onlineMeetingUri": "sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:NOTHING" });
    let answer = ada.post(&link(communication, "joinOnlineMeeting"), &input).await.expect(404);
    assert_eq!(answer.json["subcode"], "DestinationNotFound");
}

#[tokio::test(start_paused = true)]
async fn only_those_who_lead_a_meeting_say_what_its_audience_may_do() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    let meeting = schedule(&ada, &json!({ "subject": "Open", "accessLevel": "Everyone" })).await;
    let mut conversations = Vec::new();
    for desk in [&mut ada, &mut ben] {
        join(desk, &meeting).await;
        let joined = desk.until("completed onlineMeetingInvitation").await;
        conversations.push(link(joined.resource(), "conversation"));
    }
    for name in ["disableAudienceMessaging", "enableAudienceMuteLock"] {
        ben.press(&format!("{}/{name}", conversations[1])).await.expect(403);
        ada.press(&format!("{}/{name}", conversations[0])).await.expect(204);
    }
}

/// Two users in an open meeting, the first of whom leads it, each with the address of the conversation.
async fn meet(input: &Value) -> [(Desk, String); 2] {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    let meeting = schedule(&ada, input).await;
    let mut met = Vec::new();
    for mut desk in [ada, ben] {
        join(&desk, &meeting).await;
        let joined = desk.until("completed onlineMeetingInvitation").await;
        met.push((desk, link(joined.resource(), "conversation")));
    }
    met.try_into().unwrap_or_else(|_| panic!("there are two"))
}

#[tokio::test(start_paused = true)]
async fn nobody_sends_messages_while_they_are_disabled() {
    let [(mut ada, of_ada), (mut ben, of_ben)] = meet(&json!({ "accessLevel": "Everyone" })).await;
    let text = [("content-type", "text/plain")];
    let send = link(&ben.get(&format!("{of_ben}/messaging")).await.expect(200).json, "sendMessage");
    for desk in [&mut ada, &mut ben] {
        desk.until_quiet().await;
    }
    for (name, status, is_linked) in [("disableAudienceMessaging", 409, false), ("enableAudienceMessaging", 201, true)]
    {
        ada.press(&format!("{of_ada}/{name}")).await.expect(204);
        for (desk, conversation) in [(&mut ada, &of_ada), (&mut ben, &of_ben)] {
            let told = desk.until("updated messaging").await;
            assert_eq!(told.resource()["_links"]["sendMessage"].is_object(), is_linked, "{}", told.event);
            let messaging = desk.get(&format!("{conversation}/messaging")).await.expect(200).json;
            for rel in ["sendMessage", "setIsTyping"] {
                assert_eq!(messaging["_links"][rel].is_object(), is_linked, "{messaging:#}");
            }
            assert_eq!(messaging["state"], "Connected");
        }
        ben.send("POST", &format!("{send}?operationId=1"), &text, b"hello").await.expect(status);
        let typing = ben.press(&format!("{of_ben}/messaging/setIsTyping")).await;
        assert_eq!(typing.status() == 204, is_linked);
    }
}

#[tokio::test(start_paused = true)]
async fn attendees_mute_themselves_alone_and_do_not_unmute_while_they_are_kept_muted() {
    let [(ada, of_ada), (ben, of_ben)] = meet(&json!({ "accessLevel": "Everyone" })).await;
    let audio = |conversation: &str, of: &str| format!("{conversation}/participants/{of}@contoso.com/participantAudio");
    let muted = async |desk: &Desk, href: String| desk.get(&href).await.expect(200).json["audioMuted"] == true;
    let answer = ben.press(&format!("{}/muteAudio", audio(&of_ben, "ada"))).await.expect(403);
    assert_eq!(answer.json["subcode"], "AttendeeNotAllowed");
    assert!(ben.get(&audio(&of_ben, "ada")).await.json["_links"]["muteAudio"].is_null());
    for name in ["muteAudio", "unmuteAudio"] {
        let own = audio(&of_ben, "ben");
        ben.press(&link(&ben.get(&own).await.expect(200).json, name)).await.expect(204);
        ada.press(&link(&ada.get(&audio(&of_ada, "ada")).await.json, name)).await.expect(204);
    }
    ada.press(&format!("{of_ada}/enableAudienceMuteLock")).await.expect(204);
    assert!(muted(&ada, audio(&of_ada, "ben")).await && !muted(&ada, audio(&of_ada, "ada")).await);
    ben.press(&format!("{}/unmuteAudio", audio(&of_ben, "ben"))).await.expect(403);
    assert!(ben.get(&audio(&of_ben, "ben")).await.json["_links"]["unmuteAudio"].is_null());
    ada.press(&format!("{of_ada}/disableAudienceMuteLock")).await.expect(204);
    assert!(muted(&ben, audio(&of_ben, "ben")).await, "nobody is unmuted with that");
    ben.press(&link(&ben.get(&audio(&of_ben, "ben")).await.json, "unmuteAudio")).await.expect(204);
}

#[tokio::test(start_paused = true)]
async fn those_whom_the_meeting_promotes_lead_it_as_soon_as_they_are_in() {
    for (assignment, of_ben, of_guest) in [
        ("Disabled", "Attendee", "Attendee"),
        ("SameEnterprise", "Leader", "Attendee"),
        ("Everyone", "Leader", "Leader"),
    ] {
        let input = json!({ "accessLevel": "Everyone", "automaticLeaderAssignment": assignment });
        let [(mut ada, _), (ben, conversation)] = meet(&input).await;
        let role = ben.get(&format!("{conversation}/localParticipant")).await.expect(200).json["role"].clone();
        assert_eq!(role, of_ben, "{assignment}");
        ada.until_quiet().await;
        let meeting = ada.get(&ada.below("onlineMeetings/myOnlineMeetings")).await.expect(200).json;
        let guest = anonymous(&ada.simulator, &meeting["_embedded"]["myOnlineMeeting"][0]).await;
        join_as_guest(&guest, &meeting["_embedded"]["myOnlineMeeting"][0]).await;
        let told = ada.until("added participant").await;
        assert_eq!(ada.get(&told.href).await.expect(200).json["role"], of_guest, "{assignment}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_was_named_a_leader_leads_also_when_let_in_from_the_lobby() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    let input = json!({ "accessLevel": "Locked", "leaders": ["sip:ben@contoso.com"] });
    let waiting = wait_in_lobby(&mut ada, &ben, &input).await;
    ada.press(&link(&ada.get(&waiting.href).await.json, "admit")).await.expect(204);
    assert_eq!(ada.get(&waiting.href).await.expect(200).json["role"], "Leader");
}

#[tokio::test(start_paused = true)]
async fn whoever_joins_a_meeting_that_rings_at_them_has_accepted_the_invitation() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    let meeting = schedule(&ada, &json!({ "accessLevel": "Locked" })).await;
    join(&ada, &meeting).await;
    let joined = ada.until("completed onlineMeetingInvitation").await;
    let add = format!("{}/addParticipant", link(joined.resource(), "conversation"));
    ada.post(&add, &json!({ "to": "sip:ben@contoso.com", "operationId": "9" })).await.expect(201);
    let rung = ben.until("started onlineMeetingInvitation").await;
    let own = join(&ben, &meeting).await;
    let told = ben.poll().await;
    let ended = told.iter().filter(|event| event.name() == "completed onlineMeetingInvitation");
    let ended: Vec<_> = ended.map(|event| (event.href.clone(), event.event["status"].clone())).collect();
    assert_eq!(ended, [(rung.href, json!("Success")), (own.clone(), json!("Success"))]);
    let conversation = ben.get(&link(&ben.get(&own).await.json, "conversation")).await.expect(200).json;
    assert_eq!(conversation["state"], "Conferenced", "who was invited need not wait");
    assert_eq!(ada.until("completed participantInvitation").await.event["status"], "Success");
    let communication = &ben.application["_embedded"]["communication"];
    let again = json!({ "onlineMeetingUri": meeting["onlineMeetingUri"], "operationId": "6" });
    ben.post(&link(communication, "joinOnlineMeeting"), &again).await.expect(409);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_in_the_lobby_neither_invites_nor_mutes() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    let meeting = schedule(&ada, &json!({ "subject": "Closed", "accessLevel": "Locked" })).await;
    join(&ada, &meeting).await;
    ada.until("completed onlineMeetingInvitation").await;
    let invitation = join(&ben, &meeting).await;
    let of_ben = ben.get(&link(&ben.get(&invitation).await.json, "conversation")).await.json;
    assert_eq!(of_ben["state"], "InLobby");
    let conversation = link(&of_ben, "self");
    let to = json!({ "to": "sip:cho@contoso.com", "operationId": "9" });
    ben.post(&format!("{conversation}/addParticipant"), &to).await.expect(409);
    ben.press(&format!("{conversation}/participants/ada@contoso.com/participantAudio/muteAudio")).await.expect(409);
    // Nor do they learn who is in.
    for list in ["participants", "attendees", "leaders", "lobby"] {
        assert!(of_ben["_links"][list].is_null(), "{list}: {of_ben:#}");
    }
    for list in ["attendees", "leaders", "lobby"] {
        ben.get(&format!("{conversation}/{list}")).await.expect(403);
    }
    ben.get(&format!("{conversation}/participants/ada@contoso.com")).await.expect(403);
    ben.get(&format!("{conversation}/participants/ada@contoso.com/participantAudio")).await.expect(403);
    ben.get(&format!("{conversation}/participants/ben@contoso.com")).await.expect(200);
}

#[tokio::test(start_paused = true)]
async fn a_participant_takes_part_in_what_any_of_their_endpoints_does() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    let mut phone = Desk::with_token(&simulator, ada.token.clone(), "applications", "phone").await;
    let meeting = schedule(&ada, &json!({ "subject": "Review" })).await;
    let mut conversation = String::new();
    for desk in [&mut ada, &mut phone, &mut ben] {
        join(desk, &meeting).await;
        let joined = desk.until("completed onlineMeetingInvitation").await;
        conversation = link(joined.resource(), "conversation").rsplit('/').next().expect("an id").to_owned();
    }
    let below = |desk: &Desk, path: &str| desk.below(&format!("communication/conversations/{conversation}/{path}"));
    let part = async |desk: &Desk, name: &str| {
        let card = desk.get(&below(desk, "participants/ada@contoso.com")).await.expect(200).json;
        card["_links"][name].is_object()
    };
    ben.until_quiet().await;

    // The desk goes on to exchange messages.
    phone.post(&below(&phone, "messaging/stopMessaging"), &json!({})).await.expect(204);
    phone
        .post(
            &below(&phone, "audioVideo/addAudio"),
            &json!({ "to": "sip:ben@contoso.com", "operationId": "6", "sessionContext": "7" }),
        )
        .await
        .expect(201);
    let told = names(&ben.poll().await);
    assert!(!told.contains(&"deleted participantMessaging".to_owned()), "{told:?}");
    assert!(told.contains(&"added participantAudio".to_owned()), "{told:?}");
    assert!(part(&ben, "participantMessaging").await && part(&ben, "participantAudio").await);

    // Nobody talks any more for Ada.
    phone.delete(&below(&phone, "")).await.expect(204);
    ben.until("deleted participantAudio").await;
    assert!(part(&ben, "participantMessaging").await && !part(&ben, "participantAudio").await);
    ada.post(&below(&ada, "messaging/stopMessaging"), &json!({})).await.expect(204);
    ben.until("deleted participantMessaging").await;
    assert!(!part(&ben, "participantMessaging").await);
}

#[tokio::test(start_paused = true)]
async fn whoever_came_for_a_meeting_alone_follows_nobody() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let meeting = schedule(&ada, &json!({ "subject": "Open", "accessLevel": "Everyone" })).await;
    let guest = anonymous(&simulator, &meeting).await;
    let input = json!({ "duration": 30, "uris": ["sip:ada@contoso.com"] });
    let answer = guest.post(&guest.below("people/presenceSubscriptions"), &input).await.expect(403);
    assert_eq!(answer.json["subcode"], "AnonymousNotAllowed");
}

#[tokio::test(start_paused = true)]
async fn the_scheme_of_an_address_is_read_in_any_case() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    let input = json!({ "accessLevel": "Invited", "attendees": ["SIP:Ben@contoso.com"] });
    let meeting = schedule(&ada, &input).await;
    join(&ada, &meeting).await;
    ada.until("completed onlineMeetingInvitation").await;
    join(&ben, &meeting).await;
    assert_eq!(ben.until("completed onlineMeetingInvitation").await.event["status"], "Success");
}

#[tokio::test(start_paused = true)]
async fn a_meeting_that_nobody_scheduled_is_over_when_nobody_comes_back() {
    let token_lifetime = Duration::from_secs(100 * 3600);
    let limits = ServerLimits { meetings_per_user: 2, token_lifetime, ..ServerLimits::default() };
    let simulator = Simulator::with_options(Options { limits, ..Options::new(SEED) });
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let start = link(&ada.application["_embedded"]["communication"], "startOnlineMeeting");
    ada.post(&start, &json!({ "subject": "At once", "operationId": "7" })).await.expect(201);
    let started = ada.until("completed onlineMeetingInvitation").await;
    let mut conversation = link(started.resource(), "conversation");
    let meeting = ada.get(&format!("{conversation}/onlineMeeting")).await.expect(200).json;
    // Beside the one that every user has, one more is allowed, and this is none of them.
    schedule(&ada, &json!({ "subject": "Later" })).await;
    for hours in [1, 7, 9] {
        ada.delete(&conversation).await.expect(204);
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(hours * 3600) {
            ada.poll().await;
        }
        let input = json!({ "onlineMeetingUri": meeting["onlineMeetingUri"], "operationId": "8" });
        let communication = &ada.application["_embedded"]["communication"];
        let answer = ada.post(&link(communication, "joinOnlineMeeting"), &input).await;
        if hours > 8 {
            answer.expect(404);
            return;
        }
        let invitation = ada.get(answer.expect(201).header("location")).await.expect(200).json;
        conversation = link(&invitation, "conversation");
    }
}

#[tokio::test(start_paused = true)]
async fn the_invitation_of_a_participant_ends_once_and_for_the_reason_of_the_one_that_carries_it_out() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    let meeting = schedule(&ada, &json!({ "accessLevel": "Everyone" })).await;
    join(&ada, &meeting).await;
    let conversation = link(ada.until("completed onlineMeetingInvitation").await.resource(), "conversation");
    let add = format!("{conversation}/addParticipant");
    let invite = async |to: &str| {
        let input = json!({ "to": to, "operationId": "9" });
        ada.post(&add, &input).await.expect(201).header("location").to_owned()
    };
    let declined = invite("sip:ben@contoso.com").await;
    let rung = ben.until("started onlineMeetingInvitation").await;
    ben.press(&link(rung.resource(), "decline")).await.expect(204);
    let missed = invite("sip:ben@contoso.com").await;
    ben.until("started onlineMeetingInvitation").await;
    tokio::time::advance(Duration::from_secs(31)).await;
    let nobody = invite("sip:nobody@contoso.com").await;
    let cancelled = invite("sip:ben@contoso.com").await;
    let rung = loop {
        let rung = ben.until("started onlineMeetingInvitation").await;
        if ben.get(&rung.href).await.json["state"] == "Connecting" {
            break rung;
        }
    };
    ada.press(&format!("{cancelled}/cancel")).await.expect(204);
    let ended = ben.until("completed onlineMeetingInvitation").await;
    assert_eq!((&ended.href, &ended.event["reason"]["subcode"]), (&rung.href, &json!("Canceled")));
    ben.press(&format!("{}/accept", rung.href)).await.expect(409);

    let mut told = Vec::new();
    loop {
        let events = ada.poll().await;
        if events.is_empty() {
            break;
        }
        told.extend(events);
    }
    let reasons = [
        (declined, "RemoteFailure", "Declined"),
        (missed, "RemoteFailure", "Timeout"),
        (nobody, "NotFound", "DestinationNotFound"),
        (cancelled, "LocalFailure", "Canceled"),
    ];
    for (href, code, subcode) in reasons {
        let ends = told.iter().filter(|event| event.href == href && event.kind == "completed");
        let ends: Vec<_> = ends.map(|event| event.event["reason"].clone()).collect();
        assert_eq!(ends, [json!({ "code": code, "subcode": subcode })]);
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_who_waits_in_the_lobby_is_made_a_leader() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    let waiting = wait_in_lobby(&mut ada, &ben, &json!({ "accessLevel": "Locked" })).await;
    for name in ["promote", "demote"] {
        ada.press(&format!("{}/{name}", waiting.href)).await.expect(409);
    }
    assert_eq!(ada.get(&waiting.href).await.expect(200).json["role"], "Attendee");
}

#[tokio::test(start_paused = true)]
async fn whoever_is_invited_while_in_the_lobby_waits_no_more() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    let meeting = schedule(&ada, &json!({ "accessLevel": "Locked" })).await;
    join(&ada, &meeting).await;
    let conversation = link(ada.until("completed onlineMeetingInvitation").await.resource(), "conversation");
    let own = join(&ben, &meeting).await;
    ben.until("started onlineMeetingInvitation").await;
    let waiting = ada.until("added participant").await;
    let input = json!({ "to": "sip:ben@contoso.com", "operationId": "9" });
    ada.post(&format!("{conversation}/addParticipant"), &input).await.expect(201);
    let rung = ben.until("started onlineMeetingInvitation").await;
    ben.press(&link(rung.resource(), "accept")).await.expect(204);
    let told = ben.poll().await;
    let ended = told.iter().filter(|event| event.name() == "completed onlineMeetingInvitation");
    let ended: Vec<_> = ended.map(|event| (event.href.clone(), event.event["status"].clone())).collect();
    assert_eq!(ended, [(own, json!("Success")), (rung.href, json!("Success"))]);
    assert_eq!(ada.get(&waiting.href).await.expect(200).json["inLobby"], false);
    let told = ada.poll().await;
    let left = told.iter().filter(|event| event.kind == "deleted" && event.event["in"]["rel"] == "lobby");
    assert_eq!(left.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_while_the_audience_is_kept_muted_is_muted() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    let meeting = schedule(&ada, &json!({ "accessLevel": "Everyone" })).await;
    join(&ada, &meeting).await;
    let conversation = link(ada.until("completed onlineMeetingInvitation").await.resource(), "conversation");
    ada.press(&format!("{conversation}/enableAudienceMuteLock")).await.expect(204);
    join(&ben, &meeting).await;
    ben.until("completed onlineMeetingInvitation").await;
    let audio = format!("{conversation}/participants/ben@contoso.com/participantAudio");
    assert_eq!(ada.get(&audio).await.expect(200).json["audioMuted"], true);
}

/// The user follows their channel for some time.
async fn stay(desk: &mut Desk, time: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < time {
        desk.poll().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_meeting_is_gone_once_it_has_expired_and_nobody_is_in_it() {
    let limits = ServerLimits { token_lifetime: Duration::from_secs(100 * 3600), ..ServerLimits::default() };
    let simulator = Simulator::with_options(Options { limits, ..Options::new(SEED) });
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let lasting = schedule(&ada, &json!({ "expirationTime": "2026-03-01T10:00:00Z" })).await;
    let changed = schedule(&ada, &json!({})).await;
    let meeting = schedule(&ada, &json!({ "subject": "Soon over" })).await;
    assert!(meeting["expirationTime"].is_string(), "{meeting:#}");
    join(&ada, &meeting).await;
    let joined = ada.until("completed onlineMeetingInvitation").await;
    let held = ada.get(&link(&changed, "self")).await.expect(200);
    let mut input = held.json.clone();
    input["expirationTime"] = json!("2026-03-01T10:00:00Z");
    let headers = [("if-match", held.header("etag")), ("content-type", "application/json")];
    let body = serde_json::to_vec(&input).expect("JSON");
    ada.send("PUT", &link(&changed, "self"), &headers, &body).await.expect(200);
    // While somebody is in it, it goes on.
    stay(&mut ada, Duration::from_secs(9 * 3600)).await;
    ada.get(&link(&meeting, "self")).await.expect(200);
    ada.delete(&link(joined.resource(), "conversation")).await.expect(204);
    ada.get(&link(&meeting, "self")).await.expect(404);
    let input = json!({ "onlineMeetingUri": meeting["onlineMeetingUri"], "operationId": "8" });
    let answer = ada.post(&link(&ada.application["_embedded"]["communication"], "joinOnlineMeeting"), &input).await;
    assert_eq!(answer.expect(404).json["subcode"], "DestinationNotFound");
    for meeting in [lasting, changed] {
        ada.get(&link(&meeting, "self")).await.expect(200);
    }
    // The one that the user has for all purposes stays.
    let meetings = ada.get(&ada.below("onlineMeetings/myOnlineMeetings")).await.expect(200).json;
    assert_eq!(meetings["_embedded"]["myAssignedOnlineMeeting"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_meeting_expires_within_the_years_that_the_reference_allows() {
    let ada = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
    for (time, status) in [("2024-12-01", 400), ("2025-06-01", 201), ("2035-12-01", 201), ("2036-12-01", 400)] {
        let input = json!({ "expirationTime": format!("{time}T10:00:00Z") });
        let answer = ada.post(&ada.below("onlineMeetings/myOnlineMeetings"), &input).await.expect(status);
        if status == 400 {
            assert_eq!(answer.json["parameters"][0]["name"], "expirationTime");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_message_with_which_somebody_adds_messaging_to_a_meeting_reaches_the_others() {
    let [(mut ada, of_ada), (mut ben, of_ben)] = meet(&json!({ "accessLevel": "Everyone" })).await;
    let own = ben.get(&format!("{of_ben}/messaging")).await.expect(200).json;
    ben.press(&link(&own, "stopMessaging")).await.expect(204);
    for desk in [&mut ada, &mut ben] {
        desk.until_quiet().await;
    }
    let own = ben.get(&format!("{of_ben}/messaging")).await.expect(200).json;
    let input =
        json!({ "operationId": "5", "_links": { "message": { "href": "data:text/plain;charset=utf-8,Back" } } });
    ben.post(&link(&own, "addMessaging"), &input).await.expect(201);
    let told = ada.until("completed message").await;
    assert_eq!(link(told.resource(), "plainMessage"), "data:text/plain;charset=utf-8,Back");
    assert!(link(told.resource(), "participant").starts_with(&of_ada));
    assert_eq!(ben.until("completed message").await.resource()["direction"], "Outgoing");
}

#[tokio::test(start_paused = true)]
async fn a_conversation_remembers_the_latest_invitations() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let meeting = schedule(&ada, &json!({ "subject": "Review" })).await;
    let first = join(&ada, &meeting).await;
    let joined = ada.until("completed onlineMeetingInvitation").await;
    let messaging = format!("{}/messaging", link(joined.resource(), "conversation"));
    let mut last = String::new();
    for _ in 0..120 {
        ada.post(&format!("{messaging}/stopMessaging"), &json!({})).await.expect(204);
        let added = ada.post(&format!("{messaging}/addMessaging"), &json!({ "operationId": "6" })).await.expect(201);
        added.header("location").clone_into(&mut last);
    }
    assert_eq!(simulator.invitations().len(), 100);
    ada.get(&first).await.expect(404);
    ada.get(&last).await.expect(200);
}

//! The flows of the guides, step by step: each request that they show does what they say.

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Answer, Desk, PolledEvent, SEED, accounts, link, names, send};
use ucwa_simulator::Simulator;

async fn desks() -> (Desk, Desk) {
    let simulator = Simulator::new(SEED);
    (Desk::available(&simulator, &accounts()[0]).await, Desk::available(&simulator, &accounts()[1]).await)
}

/// The application, read again, as guides do after `makeMeAvailable`.
async fn again(desk: &Desk) -> Value {
    desk.get(&link(&desk.application, "self")).await.expect(200).json
}

fn embedded<'a>(application: &'a Value, name: &str) -> &'a Value {
    let found = &application["_embedded"][name];
    assert!(found.is_object(), "no {name} in {application:#}");
    found
}

/// Fails unless a document has these links.
fn expect_links(document: &Value, links: &[&str]) {
    for name in links {
        assert!(!document["_links"][name].is_null(), "no {name} in {document:#}");
    }
}

fn find<'a>(events: &'a [PolledEvent], name: &str) -> &'a PolledEvent {
    events.iter().find(|event| event.name() == name).unwrap_or_else(|| panic!("no {name} among {:?}", names(events)))
}

#[tokio::test(start_paused = true)]
async fn an_application_is_created() {
    let simulator = Simulator::new(SEED);
    let accept = [("accept", "application/json"), ("x-ms-origin", "http://app.fabrikam.com")];
    let get = async |url: &str| send(&simulator, "GET", url, &accept, b"").await.expect("an answer");
    let root = get("https://lyncdiscover.contoso.com/").await.expect(200);
    let mut user = root.json.clone();
    if !user["_links"]["redirect"].is_null() {
        user = get(&link(&user, "redirect")).await.expect(200).json;
    }
    expect_links(&user, &["self", "user", "xframe"]);
    let user = link(&user, "user");
    let refused = get(&user).await.expect(401);
    assert!(refused.header("content-type").starts_with("text/html"));
    let headers = [("content-type", "application/x-www-form-urlencoded;charset='utf-8'")];
    let form = format!("grant_type=password&username=ada@contoso.com&password={}", accounts()[0].password);
    let endpoint = "https://lyncweb.contoso.com/webticket/oauthtoken";
    let token = send(&simulator, "POST", endpoint, &headers, form.as_bytes()).await.expect("an answer").expect(200);
    assert_eq!((token.header("cache-control"), token.header("pragma")), ("no-store", "no-cache"));
    let authorization = format!("Bearer {}", token.json["access_token"].as_str().expect("a token"));
    let headers = [("authorization", authorization.as_str()), ("accept", "application/json")];
    let user = send(&simulator, "GET", &user, &headers, b"").await.expect("an answer").expect(200);
    let input = json!({ "userAgent": "UCWA Samples", "endpointId": "a917c6f4", "culture": "en-US" }).to_string();
    let headers = [headers[0], headers[1], ("content-type", "application/json")];
    let application = send(&simulator, "POST", &user.link("applications"), &headers, input.as_bytes()).await;
    let application = application.expect("an answer").expect(201);
    expect_links(&application.json, &["self", "batch", "events", "policies"]);
    for name in ["me", "people", "onlineMeetings", "communication"] {
        embedded(&application.json, name);
    }
}

#[tokio::test(start_paused = true)]
async fn an_instant_message_is_sent() {
    let (mut ada, mut ben) = desks().await;
    ada.until_quiet().await;
    let application = again(&ada).await;
    let input = json!({
        "importance": "Normal", "sessionContext": "33dc0ef6", "subject": "Plans",
        "to": "sip:ben@contoso.com", "operationId": "5028e824",
    });
    let started = ada.post(&link(embedded(&application, "communication"), "startMessaging"), &input).await.expect(201);
    assert_eq!(started.header("content-length"), "0");
    let events = ada.poll().await;
    let invitation = find(&events, "started messagingInvitation");
    assert_eq!(invitation.href, started.header("location"));
    assert_eq!(invitation.resource()["operationId"], input["operationId"]);
    assert_eq!(find(&events, "added conversation").resource()["state"], "Connecting");
    let incoming = ben.until("started messagingInvitation").await;
    ben.press(&link(incoming.resource(), "accept")).await.expect(204);
    let events = ada.poll().await;
    assert_eq!(find(&events, "completed messagingInvitation").event["status"], "Success");
    let conversation = find(&events, "updated conversation");
    assert_eq!(conversation.resource()["state"], "Connected");
    let added: Vec<_> = events.iter().filter(|event| event.name() == "added participant").collect();
    assert!(added.iter().any(|event| event.event["link"]["title"] == "Ben Ortiz"), "{added:?}");
    let conversation = ada.get(&conversation.href).await.expect(200).json;
    expect_links(&conversation, &["addParticipant", "messaging", "participants"]);
    let messaging = ada.get(&link(&conversation, "messaging")).await.expect(200).json;
    let to = format!("{}?OperationContext=6b6ce55c-d4b9-4303-a61f-5813ecb2d7b1", link(&messaging, "sendMessage"));
    let sent = ada.send("POST", &to, &[("content-type", "text/plain")], b"What's up?").await.expect(201);
    assert_eq!(sent.header("content-length"), "0");
    let told = ada.until("completed message").await;
    assert_eq!((told.href.as_str(), &told.event["status"]), (sent.header("location"), &json!("Success")));
    ada.press(&link(&messaging, "stopMessaging")).await.expect(204);
    ada.get(&link(&conversation, "self")).await.expect(404);
}

#[tokio::test(start_paused = true)]
async fn an_instant_message_is_received() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::new(&simulator, &accounts()[0]).await;
    let input = json!({ "supportedModalities": ["Messaging"] });
    ada.post(&link(embedded(&ada.application, "me"), "makeMeAvailable"), &input).await.expect(204);
    let application = again(&ada).await;
    let contacts = ada.get(&link(embedded(&application, "people"), "myContacts")).await.expect(200).json;
    assert!(contacts["_embedded"]["contact"].is_array());
    ada.until_quiet().await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    let input = json!({
        "to": "sip:ada@contoso.com", "operationId": "1",
        "_links": { "message": { "href": "data:text/plain;base64,SGVsbG8h" } },
    });
    ben.post(&link(&ben.application["_embedded"]["communication"], "startMessaging"), &input).await.expect(201);
    let events = ada.poll().await;
    let invitation = find(&events, "started messagingInvitation");
    assert_eq!(invitation.sender, "communication");
    expect_links(invitation.resource(), &["accept", "decline", "message", "conversation"]);
    // Who writes can be found out before the invitation is accepted.
    let from = &invitation.resource()["_embedded"]["from"];
    let participant = ada.get(&link(from, "self")).await.expect(200).json;
    assert_eq!(participant["name"], "Ben Ortiz");
    expect_links(&participant, &["contact", "contactPhoto", "contactPresence", "conversation"]);
    let accept =
        format!("{}?sessionContext=2687ba8f-048e-4ffa-83b3-0849c6b9004c", link(invitation.resource(), "accept"));
    ada.press(&accept).await.expect(204);
    let events = ada.poll().await;
    let completed = find(&events, "completed messagingInvitation");
    assert!(completed.resource()["_links"]["accept"].is_null() && completed.resource()["_links"]["decline"].is_null());
    expect_links(completed.resource(), &["message"]);
    let conversation = link(completed.resource(), "conversation");
    let added: Vec<_> = events.iter().filter(|event| event.name() == "added participant").collect();
    assert!(added.iter().any(|event| event.href == link(&participant, "self") && event.sender == "conversation"));
    assert_eq!(find(&events, "updated messaging").resource()["state"], "Connected");
    let of_ben = conversation.replace(&link(&ada.application, "self"), &link(&ben.application, "self"));
    let messaging = ben.get(&format!("{of_ben}/messaging")).await.expect(200);
    ben.send("POST", &messaging.link("sendMessage"), &[("content-type", "text/plain")], b"There?").await.expect(201);
    let told = ada.until("completed message").await;
    assert_eq!((&told.event["status"], &told.resource()["direction"]), (&json!("Success"), &json!("Incoming")));
    expect_links(told.resource(), &["plainMessage", "participant", "contact", "messaging"]);
}

#[tokio::test(start_paused = true)]
async fn an_online_meeting_is_scheduled_and_updated() {
    let (ada, _) = desks().await;
    let input = json!({ "subject": "Review", "description": "Twice a year", "attendees": ["sip:ben@contoso.com"] });
    // The reference has another status than the guide.
    let scheduled = ada.post(&ada.below("onlineMeetings/myOnlineMeetings"), &input).await.expect(201);
    assert!(scheduled.header("etag").starts_with('"'), "{scheduled:?}");
    for name in ["subject", "description", "attendees", "organizerUri", "onlineMeetingId", "joinUrl"] {
        assert!(!scheduled.json[name].is_null(), "no {name} in {:#}", scheduled.json);
    }
    let mut input = scheduled.json.clone();
    input["subject"] = json!("Review of the year");
    let put = async |etag: &str| {
        let headers = [("if-match", etag), ("content-type", "application/json")];
        ada.send("PUT", &scheduled.link("self"), &headers, input.to_string().as_bytes()).await
    };
    let updated = put(scheduled.header("etag")).await.expect(200);
    assert_eq!(updated.json["subject"], input["subject"]);
    assert_ne!(updated.header("etag"), scheduled.header("etag"));
    put(scheduled.header("etag")).await.expect(412);
}

#[tokio::test(start_paused = true)]
async fn the_own_presence_and_note_are_read_set_and_reset() {
    let (mut ada, _) = desks().await;
    let application = again(&ada).await;
    let me = embedded(&application, "me");
    let (presence, note) = (link(me, "presence"), link(me, "note"));
    ada.until_quiet().await;
    ada.post(&presence, &json!({ "availability": "Away" })).await.expect(204);
    assert_eq!(ada.until("updated presence").await.sender, "me");
    assert_eq!(ada.get(&presence).await.expect(200).json["availability"], "Away");
    ada.post(&note, &json!({ "message": "On holiday" })).await.expect(204);
    assert_eq!(ada.until("updated note").await.sender, "me");
    assert_eq!(ada.get(&note).await.expect(200).json["message"], "On holiday");
    ada.press(&format!("{note}?Message=I'm%20out")).await.expect(204);
    assert_eq!(ada.get(&note).await.expect(200).json["message"], "I'm out");
    ada.press(&note).await.expect(204);
    let found = ada.get(&note).await.expect(200).json;
    assert!(found["message"].as_str().unwrap_or_default().is_empty(), "{found:#}");
    let headers = [("content-type", "application/json"), ("content-length", "0")];
    ada.send("POST", &presence, &headers, b"").await.expect(204);
    assert_eq!(ada.get(&presence).await.expect(200).json["availability"], "Online");
}

#[tokio::test(start_paused = true)]
async fn the_own_photo_is_read() {
    let (ada, _) = desks().await;
    let read = ada.get(&link(&ada.application, "self")).await.expect(200);
    let photo = link(embedded(&read.json, "me"), "photo");
    let answer =
        ada.send("GET", &photo, &[("accept", "image/png, image/svg+xml, image/*;q=0.8, */*;q=0.5")], b"").await;
    assert_eq!(answer.expect(200).header("content-type"), "image/jpeg");
    // A browser shows a cookie where the photos are, and cannot show a token.
    let cookie = read.header("set-cookie");
    let (cookie, attributes) = cookie.split_once("; ").expect("attributes");
    let path = format!("path={}/photos; ", link(&ada.application, "self"));
    assert!(cookie.starts_with("cwt_ucwa=") && attributes.starts_with(&path), "{cookie}; {attributes}");
    let by_cookie = async |href: &str| {
        send(&ada.simulator, "GET", &ada.url(href), &[("cookie", cookie), ("accept", "*/*")], b"")
            .await
            .expect("an answer")
    };
    assert_eq!(by_cookie(&photo).await.expect(200).header("content-type"), "image/jpeg");
    let contact = ada.get(&ada.below("people/ben@contoso.com")).await.expect(200);
    by_cookie(&contact.link("contactPhoto")).await.expect(200);
    // It is good for nothing else.
    by_cookie(&link(&ada.application, "self")).await.expect(401);
    send(&ada.simulator, "GET", &ada.url(&photo), &[], b"").await.expect("an answer").expect(401);
}

#[tokio::test(start_paused = true)]
async fn contacts_groups_and_search_lead_to_presence() {
    let (ada, _) = desks().await;
    let application = again(&ada).await;
    let people = embedded(&application, "people");
    let contacts = ada.get(&link(people, "myContacts")).await.expect(200).json;
    let contact = contacts["_embedded"]["contact"][0].clone();
    for name in ["uri", "sourceNetwork", "name"] {
        assert!(contact[name].is_string(), "no {name} in {contact:#}");
    }
    expect_links(&contact, &["self", "contactPresence", "contactPhoto", "contactNote"]);
    let contact = ada.get(&link(&contact, "self")).await.expect(200).json;
    expect_links(&contact, &["contactPresence", "contactLocation", "contactNote", "contactSupportedModalities"]);
    let groups = ada.get(&link(people, "myGroups")).await.expect(200).json;
    let mut followed = 0;
    for kind in ["defaultGroup", "pinnedGroup"] {
        let group = ada.get(&link(&groups, kind)).await.expect(200).json;
        assert!(group["id"].is_string() && group["name"].is_string(), "{group:#}");
        expect_links(&group, &["groupContacts", "subscribeToGroupPresence"]);
        let members = ada.get(&link(&group, "groupContacts")).await.expect(200).json;
        for member in members["_embedded"]["contact"].as_array().into_iter().flatten() {
            ada.get(&link(member, "contactPresence")).await.expect(200);
            followed += 1;
        }
    }
    assert!(followed > 0);
    let found = ada.get(&format!("{}?query=ben@contoso.com&limit=3", link(people, "search"))).await.expect(200).json;
    assert_eq!(found["_embedded"]["contact"][0]["uri"], "sip:ben@contoso.com");
}

/// The names and senders of events, with the collection that each joined or left.
fn told(events: &[PolledEvent]) -> Vec<(String, String)> {
    let collection = |event: &PolledEvent| event.event["in"]["rel"].as_str().unwrap_or_default().to_owned();
    events.iter().map(|event| (event.name(), collection(event))).collect()
}

fn has(events: &[PolledEvent], name: &str, collection: &str) -> bool {
    told(events).contains(&(name.to_owned(), collection.to_owned()))
}

#[tokio::test(start_paused = true)]
async fn presence_is_subscribed_to_extended_and_deleted() {
    let (mut ada, ben) = desks().await;
    ada.until_quiet().await;
    let application = again(&ada).await;
    let people = embedded(&application, "people");
    let input = json!({ "duration": 11, "Uris": ["sip:ben@contoso.com"] });
    let made: Answer = ada.post(&link(people, "presenceSubscriptions"), &input).await.expect(201);
    assert!(made.json["id"].is_string(), "{:#}", made.json);
    let events = ada.poll().await;
    assert!(has(&events, "added presenceSubscription", "") && has(&events, "added contact", "subscribedContacts"));
    let presence = find(&events, "updated contactPresence").href.clone();
    assert_eq!(ada.get(&presence).await.expect(200).json["availability"], "Online");
    ben.post(&ben.below("me/presence"), &json!({ "availability": "Busy" })).await.expect(204);
    ada.until("updated contactPresence").await;
    // The server says that it is about to end.
    let begin = tokio::time::Instant::now();
    let about_to_end = ada.until("updated presenceSubscription").await;
    assert_eq!(about_to_end.href, made.link("self"));
    assert!(begin.elapsed() < Duration::from_secs(11 * 60));
    // The reference has another status than the guide.
    let extended = ada.press(&format!("{}?duration=11", made.link("self"))).await.expect(201);
    assert_eq!(extended.json["id"], made.json["id"]);
    let begin = tokio::time::Instant::now();
    while begin.elapsed() < Duration::from_secs(7 * 60) {
        ada.poll().await;
    }
    ada.get(&made.link("self")).await.expect(200);
    ada.delete(&made.link("self")).await.expect(204);
    let events = ada.poll().await;
    let events = if events.iter().any(|event| event.kind == "deleted") { events } else { ada.poll().await };
    assert!(has(&events, "deleted presenceSubscription", "") && has(&events, "deleted contact", "subscribedContacts"));
    let gone = ada.press(&format!("{}?duration=11", made.link("self"))).await.expect(404);
    assert_eq!(gone.json["code"], "NotFound");
    let groups = ada.get(&link(people, "myGroups")).await.expect(200).json;
    let group = ada.get(&link(&groups, "defaultGroup")).await.expect(200).link("subscribeToGroupPresence");
    let mark = if group.contains('?') { '&' } else { '?' };
    ada.press(&format!("{group}{mark}duration=11")).await.expect(201);
}

#[tokio::test(start_paused = true)]
async fn requests_are_sent_in_a_batch() {
    let (ada, _) = desks().await;
    let part = |path: &str| {
        let path = ada.below(path);
        format!(
            "--77f2569d\r\nContent-Type: application/http; msgtype=request\r\n\r\nGET {path} HTTP/1.1\r\nHost: pool1.contoso.com\r\nAccept: application/json\r\n\r\n"
        )
    };
    let body = format!("{}{}--77f2569d--\r\n", part("people/myContacts"), part("me"));
    let headers = [("accept", "multipart/batching"), ("content-type", "multipart/batching;boundary=77f2569d")];
    let answer = ada.send("POST", &link(&ada.application, "batch"), &headers, body.as_bytes()).await.expect(200);
    assert!(answer.header("content-type").starts_with("multipart/batching; boundary=\""));
    let text = answer.text();
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 2, "{text}");
    assert_eq!(text.matches("Content-Type: application/http; msgtype=response").count(), 2);
}

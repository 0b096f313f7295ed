//! Contacts, groups, privacy, search, and what a user sets about themselves.

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Answer, Desk, SEED, accounts, link, names};
use ucwa_simulator::{Options, ServerLimits, Simulator};

async fn desk() -> Desk {
    Desk::available(&Simulator::new(SEED), &accounts()[0]).await
}

/// Changes a resource the way clients do: all that a GET brought, with one property set.
async fn put(desk: &Desk, href: &str, revision: &str, name: &str, value: Value) -> Answer {
    let headers = [("x-ms-requiresminresourceversion", revision)];
    let current = desk.send("GET", href, &headers, b"").await.expect(200);
    let mut body = current.json.clone();
    body[name] = value;
    let headers = [headers[0], ("if-match", current.header("etag")), ("content-type", "application/json")];
    desk.send("PUT", href, &headers, body.to_string().as_bytes()).await
}

#[tokio::test(start_paused = true)]
async fn groups_are_made_renamed_and_removed() {
    let mut desk = desk().await;
    desk.post(&desk.below("people/startOrRefreshSubscriptionToContactsAndGroups"), &json!({})).await.expect(404);
    let subscription = desk.get(&desk.below("people/myContactsAndGroupsSubscription")).await.json;
    assert_eq!(subscription["state"], "Disconnected");
    let start = link(&subscription, "startOrRefreshSubscriptionToContactsAndGroups");
    desk.post(&start, &json!({ "duration": 60 })).await.expect(201);
    desk.until_quiet().await;

    let groups = desk.below("people/myGroups");
    desk.post(&groups, &json!({ "displayName": "Friends" })).await.expect(405);
    desk.post2(&groups, &json!({ "displayName": "Friends" })).await.expect(204);
    let added = desk.until("added group").await;
    assert_eq!(desk.get(&added.href).await.expect(200).json["name"], "Friends");
    assert_eq!(
        desk.post2(&groups, &json!({ "displayName": "friends" })).await.expect(409).json["subcode"],
        "AlreadyExists"
    );

    put(&desk, &added.href, "2", "name", json!("Good friends")).await.expect(200);
    assert_eq!(desk.get(&added.href).await.json["name"], "Good friends");
    let id = desk.get(&added.href).await.json["id"].as_str().expect("an id").to_owned();
    let memberships = desk.below("people/myGroupMemberships");
    let input = json!({ "contactUri": "sip:ben@contoso.com", "groupId": id });
    let membership = desk.post2(&memberships, &input).await.expect(201);
    assert_eq!(desk.until("added contact").await.event["in"]["rel"], "group");
    assert!(membership.link("group").ends_with(&format!("groups/{id}")));
    desk.post2(&memberships, &input).await.expect(409);
    let contacts = desk.get(&desk.below(&format!("people/groups/{id}/groupContacts"))).await.json;
    assert_eq!(contacts["_embedded"]["contact"][0]["uri"], "sip:ben@contoso.com");
    let headers = [("x-ms-requiresminresourceversion", "2")];
    desk.send("DELETE", &membership.link("self"), &headers, b"").await.expect(204);
    desk.send("DELETE", &added.href, &headers, b"").await.expect(204);
    assert!(names(&desk.poll().await).contains(&"deleted group".to_owned()));
    desk.get(&added.href).await.expect(404);
}

#[tokio::test(start_paused = true)]
async fn who_may_act_for_a_user_is_a_membership() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    ben.post(&ben.below("people/startOrRefreshSubscriptionToContactsAndGroups"), &json!({})).await;
    let subscription = ben.get(&ben.below("people/myContactsAndGroupsSubscription")).await.json;
    let start = link(&subscription, "startOrRefreshSubscriptionToContactsAndGroups");
    ben.post(&start, &json!({ "duration": 60 })).await.expect(201);
    ben.until_quiet().await;
    let memberships = ada.below("people/myGroupMemberships");
    let revision = [("x-ms-requiresminresourceversion", "2")];
    let of_group = async |id: &str| ada.send("GET", &format!("{memberships}?groupId={id}"), &revision, b"").await;
    let input = |uri: &str, id: &str| json!({ "contactUri": uri, "groupId": id });

    let made = ada.post2(&memberships, &input("sip:ben@contoso.com", "delegates")).await.expect(201);
    assert!(made.link("delegatesGroup").ends_with("groups/delegates"));
    assert_eq!(ben.until("added contact").await.event["in"]["rel"], "delegatorsGroup");
    let communication = async |desk: &Desk| desk.get(&desk.below("communication")).await.json;
    assert!(communication(&ben).await["_links"]["startAudioOnBehalfOfDelegator"].is_object());
    let listed = of_group("delegates").await.expect(200).json["_embedded"]["myGroupMembership"].clone();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    for id in ["delegators", "organization"] {
        assert_eq!(of_group(id).await.expect(403).json["subcode"], "OperationNotSupported");
        let refused = ada.post2(&memberships, &input("sip:ben@contoso.com", id)).await.expect(403);
        assert_eq!(refused.json["subcode"], "OperationNotSupported");
    }
    for number in 1..25 {
        ada.post2(&memberships, &input(&format!("sip:user{number}@contoso.com"), "delegates")).await.expect(201);
    }
    let refused = ada.post2(&memberships, &input("sip:cho@contoso.com", "delegates")).await.expect(403);
    assert_eq!(refused.json["subcode"], "LimitExceeded");

    ada.send("DELETE", &made.link("self"), &revision, b"").await.expect(204);
    assert_eq!(ben.until("deleted contact").await.event["in"]["rel"], "delegatorsGroup");
    assert!(communication(&ben).await["_links"]["startAudioOnBehalfOfDelegator"].is_null());
}

#[tokio::test(start_paused = true)]
async fn a_revision_that_the_server_lacks_is_not_found() {
    let desk = desk().await;
    let groups = desk.below("people/myGroups");
    let answer = desk.send("GET", &groups, &[("x-ms-requiresminresourceversion", "3")], b"").await.expect(404);
    assert_eq!(answer.json["subcode"], "APIVersionNotSupported");
    let answer = desk.send("GET", &groups, &[("x-ms-requiresminresourceversion", "2")], b"").await.expect(200);
    assert_eq!(answer.header("x-ms-ucwaversion"), "2");
}

#[tokio::test(start_paused = true)]
async fn a_privacy_relationship_is_changed_in_its_second_revision() {
    let desk = desk().await;
    let contact = desk.get(&desk.below("people/ben@contoso.com")).await.json;
    let href = link(&contact, "contactPrivacyRelationship");
    put(&desk, &href, "1", "relationshipLevel", json!("Workgroup")).await.expect(405);
    put(&desk, &href, "2", "relationshipLevel", json!("FriendsAndFamily")).await.expect(200);
    let level = || async { desk.send("GET", &href, &[("x-ms-requiresminresourceversion", "2")], b"").await };
    assert_eq!(level().await.json["relationshipLevel"], "FriendsAndFamily");
    let levels = desk.get(&desk.below("people/myPrivacyRelationships")).await.json;
    assert_eq!(levels["_embedded"]["myPrivacyRelationship"][0]["relationshipLevel"], "FriendsAndFamily");
    desk.press(&level().await.link("resetContactPrivacyRelationship")).await.expect(204);
    assert_eq!(level().await.json["relationshipLevel"], "Colleagues");
}

#[tokio::test(start_paused = true)]
async fn a_put_needs_the_current_etag_and_the_marker() {
    let desk = desk().await;
    let href = desk.below("me/callForwardingSettings");
    let current = desk.get(&href).await.expect(200);
    let body = current.response.body();
    let typed = ("content-type", "application/json");
    assert_eq!(desk.send("PUT", &href, &[typed], body).await.expect(428).json["code"], "PreconditionRequired");
    assert_eq!(
        desk.send("PUT", &href, &[typed, ("if-match", "\"1\"")], body).await.expect(412).json["code"],
        "PreconditionFailed"
    );
    let matching = ("if-match", current.header("etag"));
    let bare = json!({ "activeSetting": "SimultaneousRing" }).to_string();
    desk.send("PUT", &href, &[typed, matching], bare.as_bytes()).await.expect(400);
    let changed =
        current.text().replace("\"activeSetting\":\"None\"", "\"ACTIVESETTING\":\"simultaneousring\",\"new\":1");
    desk.send("PUT", &href, &[typed, matching], changed.as_bytes()).await.expect(200);
    assert_eq!(desk.get(&href).await.json["activeSetting"], "SimultaneousRing");
    // What was current is so no more.
    desk.send("PUT", &href, &[typed, matching], changed.as_bytes()).await.expect(412);
    // A weak ETag is not that of a state.
    let current = desk.get(&href).await;
    let weak = format!("W/{}", current.header("etag"));
    desk.send("PUT", &href, &[typed, ("if-match", &weak)], current.response.body()).await.expect(412);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_what_is_embedded_does_not_change_what_embeds_it() {
    let desk = desk().await;
    let href = desk.below("me/callForwardingSettings");
    let before = desk.get(&href).await.expect(200);
    let forward = link(&before.json["_embedded"]["unansweredCallSettings"], "unansweredCallToContact");
    desk.post(&forward, &json!({ "target": "sip:ben@contoso.com", "ringDelay": 10 })).await.expect(204);
    let after = desk.get(&href).await.expect(200);
    assert_ne!(before.json["_embedded"]["unansweredCallSettings"], after.json["_embedded"]["unansweredCallSettings"]);
    assert_eq!(before.header("etag"), after.header("etag"));
    // Another group is another list of groups.
    let groups = desk.below("people/myGroups");
    let before = desk.get(&groups).await.header("etag").to_owned();
    desk.post2(&groups, &json!({ "displayName": "Friends" })).await.expect(204);
    assert_ne!(desk.get(&groups).await.header("etag"), before);
}

#[tokio::test(start_paused = true)]
async fn who_changes_a_number_and_says_no_more_does_not_hide_it() {
    let simulator = Simulator::new(SEED);
    let mut desk = Desk::available(&simulator, &accounts()[0]).await;
    desk.until_quiet().await;
    let phone = desk.below("me/phones/home");
    let change = format!("{phone}/changeNumber");
    desk.post(&change, &json!({ "number": "tel:+14255550199", "includeInContactCard": true })).await.expect(204);
    desk.post(&change, &json!({ "number": "tel:+14255550198" })).await.expect(204);
    let listed = async || {
        let found = desk.get(&phone).await.expect(200).json;
        (found["number"].as_str().map(str::to_owned), found["includeInContactCard"].as_bool())
    };
    assert_eq!(listed().await, (Some("tel:+14255550198".into()), Some(true)));
    // Whoever is replaced has the numbers that they had.
    simulator.add_user(accounts()[0].clone());
    assert_eq!(listed().await, (Some("tel:+14255550198".into()), Some(true)));
    desk.post(&format!("{phone}/changeVisibility"), &json!({ "includeInContactCard": false })).await.expect(204);
    assert_eq!(listed().await.1, Some(false));
    assert!(!names(&desk.poll().await).contains(&"updated me".to_owned()), "no event tells of it");
}

#[tokio::test(start_paused = true)]
async fn what_a_client_has_already_is_not_sent_again() {
    let desk = desk().await;
    let href = desk.below("me");
    let etag = desk.get(&href).await.header("etag").to_owned();
    let answer = desk.send("GET", &href, &[("if-none-match", &etag)], b"").await.expect(304);
    assert!(answer.response.body().is_empty());
    let plain = etag.trim_matches('"');
    for (known, status) in [
        (plain.to_owned(), 304),
        (format!("W/{etag}"), 304),
        (format!("\"7\", {etag}"), 304),
        ("*".to_owned(), 304),
        ("\"7\"".to_owned(), 200),
        (format!("\"{plain}7\""), 200),
    ] {
        let answer = desk.send("GET", &href, &[("if-none-match", &known)], b"").await;
        assert_eq!(answer.status(), status, "{known}");
    }
    // An embedded resource has the same ETag as the one at its address.
    let application = desk.get(&link(&desk.application, "self")).await.json;
    assert_eq!(format!("\"{}\"", application["_embedded"]["me"]["etag"].as_str().expect("an etag")), etag);
    desk.post(
        &desk.below("me/phones/home/changeNumber"),
        &json!({ "number": "+1 425 555 0199", "includeInContactCard": true }),
    )
    .await
    .expect(204);
    desk.send("GET", &href, &[("if-none-match", &etag)], b"").await.expect(200);
}

/// After how many minutes a subscription to contacts and groups ends that was refreshed after some.
async fn end_of_refreshed(duration: u32, refreshed_after: u64, by: u32) -> u64 {
    // Nobody polls.
    let limits = ServerLimits { channel_lifetime: Duration::from_secs(24 * 60 * 60), ..ServerLimits::default() };
    let simulator = Simulator::with_options(Options { limits, ..Options::new(SEED) });
    let desk = Desk::available(&simulator, &accounts()[0]).await;
    let subscription = desk.get(&desk.below("people/myContactsAndGroupsSubscription")).await.json;
    let start = link(&subscription, "startOrRefreshSubscriptionToContactsAndGroups");
    desk.post(&start, &json!({ "duration": duration })).await.expect(201);
    tokio::time::advance(Duration::from_secs(refreshed_after * 60)).await;
    desk.post(&start, &json!({ "duration": by })).await.expect(201);
    let mut minutes = refreshed_after;
    while desk.get(&link(&subscription, "self")).await.json["state"] == "Connected" {
        tokio::time::advance(Duration::from_secs(60)).await;
        minutes += 1;
    }
    minutes
}

#[tokio::test(start_paused = true)]
async fn a_subscription_to_contacts_is_refreshed_by_adding_to_what_is_left_of_it() {
    assert_eq!(end_of_refreshed(20, 10, 10).await, 30);
    assert_eq!(end_of_refreshed(20, 15, 20).await, 40);
    // From then on, it is 30 minutes at most.
    assert_eq!(end_of_refreshed(30, 20, 60).await, 50);
    // One that has ended begins anew, and is as long as is wanted.
    assert_eq!(end_of_refreshed(10, 12, 60).await, 72);
}

#[tokio::test(start_paused = true)]
async fn a_search_finds_people_and_groups() {
    let desk = desk().await;
    let search = desk.below("people/search");
    desk.get(&search).await.expect(400);
    let found = desk.get(&format!("{search}?query=contoso&limit=2")).await.expect(200).json;
    assert_eq!(found["_embedded"]["contact"].as_array().map(Vec::len), Some(2));
    assert_eq!(found["moreResultsAvailable"], true);
    let found = desk.get(&format!("{search}?QUERY=every")).await.expect(200).json;
    let group = &found["_embedded"]["distributionGroup"][0];
    let expanded = desk.get(&link(group, "expandDistributionGroup")).await.expect(200).json;
    let members = expanded["_embedded"]["contact"].as_array().expect("contacts");
    let members: Vec<_> = members.iter().map(|contact| contact["uri"].as_str().expect("a URI")).collect();
    let everyone: Vec<_> = accounts().iter().map(|account| format!("sip:{}", account.address)).collect();
    assert_eq!(members, everyone);
    desk.get(&format!("{search}?query=x&limit=101")).await.expect(400);
}

#[tokio::test(start_paused = true)]
async fn calls_are_forwarded_where_the_user_says() {
    let desk = desk().await;
    let settings = desk.get(&desk.below("me/callForwardingSettings")).await.json;
    let immediate = &settings["_embedded"]["immediateForwardSettings"];
    desk.post(&link(immediate, "immediateForwardToContact"), &json!({ "target": "sip:ben@contoso.com" }))
        .await
        .expect(204);
    let settings = desk.get(&link(&settings, "self")).await.json;
    assert_eq!(settings["activeSetting"], "ImmediateForward");
    let immediate = &settings["_embedded"]["immediateForwardSettings"];
    assert!(link(immediate, "contact").ends_with("people/ben@contoso.com"));
    let answer = desk.press(&link(immediate, "immediateForwardToDelegates")).await.expect(409);
    assert_eq!(answer.json["subcode"], "NoDelegatesConfigured");
    // None is left that nobody could take.
    let unanswered = &settings["_embedded"]["unansweredCallSettings"];
    let voicemail = link(unanswered, "unansweredCallToVoicemail");
    assert_eq!(desk.press(&voicemail).await.expect(403).json["code"], "Forbidden");
    put(&desk, &link(unanswered, "self"), "1", "ringDelay", json!(30)).await.expect(403);
    desk.press(&link(unanswered, "resetUnansweredCallSettings")).await.expect(204);
    desk.press(&link(&settings, "turnOffCallForwarding")).await.expect(204);
    assert_eq!(desk.get(&link(&settings, "self")).await.json["activeSetting"], "None");
    desk.press(&voicemail).await.expect(204);
}

#[tokio::test(start_paused = true)]
async fn a_photo_is_an_image() {
    let desk = desk().await;
    let answer = desk.send("GET", &desk.below("me/photo"), &[("accept", "image/*")], b"").await.expect(200);
    assert_eq!(answer.header("content-type"), "image/jpeg");
    assert!(answer.response.body().starts_with(b"\xff\xd8"));
    let photo_of = async |user: usize| {
        let path = format!("people/{}/contactPhoto", accounts()[user].address);
        desk.send("GET", &desk.below(&path), &[("accept", "image/*")], b"").await.expect(200).response.into_body()
    };
    assert_eq!(photo_of(0).await, answer.response.body());
    assert_ne!(photo_of(1).await, answer.response.body());
}

/// Sets the level that a user gives another.
async fn set_level(desk: &Desk, other: &str, level: &str) {
    let contact = desk.get(&desk.below(&format!("people/{other}"))).await.expect(200).json;
    put(desk, &link(&contact, "contactPrivacyRelationship"), "2", "relationshipLevel", json!(level)).await.expect(200);
}

#[tokio::test(start_paused = true)]
async fn who_is_blocked_sees_nothing_and_reaches_nobody() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    let follow = json!({ "duration": 30, "uris": ["sip:ada@contoso.com"] });
    ben.post(&ben.below("people/presenceSubscriptions"), &follow).await.expect(201);
    ben.until_quiet().await;
    let presence = ben.below("people/ada@contoso.com/contactPresence");
    assert_eq!(ben.get(&presence).await.json["availability"], "Online");

    set_level(&ada, "ben@contoso.com", "Blocked").await;
    let told = ben.poll().await;
    for href in [&presence, &ben.below("people/ada@contoso.com/contactSupportedModalities")] {
        assert!(told.iter().any(|event| event.href == *href), "the follower is told of {href}");
    }
    let seen = ben.get(&presence).await.expect(200).json;
    assert_eq!((&seen["availability"], &seen["lastActive"]), (&json!("Offline"), &Value::Null));
    assert!(ben.get(&ben.below("people/ada@contoso.com/contactNote")).await.json["message"].is_null());
    let modalities = ben.get(&ben.below("people/ada@contoso.com/contactSupportedModalities")).await;
    assert_eq!(modalities.expect(200).json["modalities"], json!([]), "as of somebody who is offline");
    let card = ben.get(&ben.below("people/ada@contoso.com")).await.expect(200).json;
    assert_eq!((&card["name"], &card["emailAddresses"]), (&json!("Ada Vale"), &json!(["ada@contoso.com"])));
    for name in ["company", "department", "title", "office", "workPhoneNumber", "mobilePhoneNumber"] {
        assert!(card[name].is_null(), "{name} in {card:#}");
    }
    assert!(card["_links"]["contactPhoto"].is_null(), "{card:#}");
    ben.get(&ben.below("people/ada@contoso.com/contactPhoto")).await.expect(403);
    let start = link(&ben.application["_embedded"]["communication"], "startMessaging");
    ben.post(&start, &json!({ "to": "sip:ada@contoso.com", "operationId": "1" })).await.expect(201);
    let completed = ben.until("completed messagingInvitation").await;
    assert_eq!(completed.event["reason"]["subcode"], "NotAllowed");
}

#[tokio::test(start_paused = true)]
async fn who_works_with_a_user_may_disturb_them() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let mut ben = Desk::available(&simulator, &accounts()[1]).await;
    simulator.set_presence("ada@contoso.com", "DoNotDisturb").expect("a user");
    let start = link(&ben.application["_embedded"]["communication"], "startMessaging");
    let input = json!({ "to": "sip:ada@contoso.com", "operationId": "1" });
    ben.post(&start, &input).await.expect(201);
    assert_eq!(ben.until("completed messagingInvitation").await.event["reason"]["subcode"], "DoNotDisturb");
    set_level(&ada, "ben@contoso.com", "Workgroup").await;
    ben.post(&start, &input).await.expect(201);
    ada.until("started messagingInvitation").await;
}

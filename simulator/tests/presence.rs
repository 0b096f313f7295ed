//! Users publish what they are, and those who follow them get to know.

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Desk, SEED, accounts, link, names};
use tokio::time::Instant;
use ucwa_simulator::Simulator;

async fn subscribe(desk: &Desk, uris: &[&str]) -> Value {
    let people = &desk.application["_embedded"]["people"];
    let input = json!({ "duration": 30, "uris": uris });
    desk.post(&link(people, "presenceSubscriptions"), &input).await.expect(201).json
}

async fn presence(desk: &Desk, of: &str) -> Value {
    desk.get(&desk.below(&format!("people/{of}/contactPresence"))).await.expect(200).json
}

#[tokio::test(start_paused = true)]
async fn what_a_user_publishes_needs_make_me_available() {
    let simulator = Simulator::new(SEED);
    let desk = Desk::new(&simulator, &accounts()[0]).await;
    let me = &desk.application["_embedded"]["me"];
    for rel in ["presence", "note", "location"] {
        assert!(me["_links"][rel].is_null(), "{rel}");
        let answer = desk.get(&desk.below(&format!("me/{rel}"))).await.expect(409);
        assert_eq!(answer.json["subcode"], "MakeMeAvailableRequired");
    }
    desk.post(&link(me, "makeMeAvailable"), &json!({ "SignInAs": "Busy" })).await.expect(204);
    let again = desk.post(&link(me, "makeMeAvailable"), &json!({ "signInAs": "Away" })).await.expect(409);
    assert_eq!(again.json["subcode"], "AlreadyExists");
    let me = desk.get(&link(me, "self")).await.json;
    let presence = desk.get(&link(&me, "presence")).await.expect(200).json;
    assert_eq!(presence["availability"], "Busy");
    desk.post(&link(&me, "note"), &json!({ "message": "At lunch" })).await.expect(204);
    assert_eq!(desk.get(&link(&me, "note")).await.json["message"], "At lunch");
    desk.post(&link(&me, "location"), &json!({ "location": "x".repeat(61) })).await.expect(400);
}

#[tokio::test(start_paused = true)]
async fn followers_are_told_of_a_change_within_the_medium_interval() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    subscribe(&ada, &["sip:ben@contoso.com", "sip:cho@contoso.com"]).await;
    let events = ada.poll().await;
    assert!(names(&events).contains(&"added presenceSubscription".to_owned()));
    ada.until_quiet().await;

    let begin = Instant::now();
    ben.post(&ben.below("me/presence"), &json!({ "availability": "DoNotDisturb" })).await.expect(204);
    let told = ada.until("updated contactPresence").await;
    assert_eq!(begin.elapsed(), Duration::from_secs(5));
    assert_eq!((told.sender.as_str(), &told.event["in"]["rel"]), ("people", &json!("contact")));
    assert_eq!(ada.get(&told.href).await.json["availability"], "DoNotDisturb");
}

#[tokio::test(start_paused = true)]
async fn updates_of_the_same_target_are_told_once() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    subscribe(&ada, &["sip:ben@contoso.com"]).await;
    ada.until_quiet().await;
    for availability in ["Busy", "Away", "Online", "BeRightBack"] {
        ben.post(&ben.below("me/presence"), &json!({ "availability": availability })).await.expect(204);
    }
    assert_eq!(names(&ada.poll().await), ["updated contactPresence"]);
    assert_eq!(presence(&ada, "ben@contoso.com").await["availability"], "BeRightBack");
}

/// After how long the end of a subscription for 30 minutes is told that was extended after 20 minutes less five seconds.
async fn end_of_extended(duration: u32) -> Duration {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let subscription = subscribe(&ada, &["sip:ben@contoso.com"]).await;
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(15 * 60) {
        ada.poll().await;
    }
    tokio::time::sleep_until(begin + Duration::from_secs(20 * 60 - 5)).await;
    ada.post(&link(&subscription, "self"), &json!({ "duration": duration })).await.expect(201);
    while !names(&ada.poll().await).contains(&"deleted presenceSubscription".to_owned()) {}
    ada.get(&link(&subscription, "self")).await.expect(404);
    begin.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_subscription_ends_unless_it_is_extended() {
    // What is added counts from the end that it had; events of medium priority are told after five seconds.
    assert_eq!(end_of_extended(10).await, Duration::from_secs(40 * 60 + 5));
    // From then on, it is 30 minutes at most.
    assert_eq!(end_of_extended(20).await, Duration::from_secs(50 * 60));
    assert_eq!(end_of_extended(30).await, Duration::from_secs(50 * 60));
}

#[tokio::test(start_paused = true)]
async fn a_subscription_has_memberships_that_come_and_go() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let subscription = subscribe(&ada, &["sip:ben@contoso.com"]).await;
    let add = link(&subscription, "addToPresenceSubscription");
    ada.post(&add, &json!({ "contactUris": ["sip:cho@contoso.com", "sip:x+y@fabrikam.com"] })).await.expect(201);
    let memberships = ada.get(&link(&subscription, "memberships")).await.json;
    let list = memberships["_embedded"]["presenceSubscriptionMembership"].as_array().expect("a list").clone();
    assert_eq!(list.len(), 3);
    let odd = link(&list[2], "self");
    assert!(odd.contains("x%2By@fabrikam.com"), "{odd}");
    ada.delete(&odd).await.expect(204);
    ada.delete(&odd).await.expect(404);
    let followed = ada.get(&ada.below("people/subscribedContacts")).await.json;
    assert_eq!(followed["_links"]["contact"].as_array().map(Vec::len), Some(2));
    ada.delete(&link(&subscription, "self")).await.expect(204);
    ada.get(&link(&subscription, "self")).await.expect(404);
    let uris: Vec<_> = (0..201).map(|number| format!("sip:{number}@contoso.com")).collect();
    let input = json!({ "duration": 30, "uris": uris });
    let answer = ada.post(&ada.below("people/presenceSubscriptions"), &input).await.expect(403);
    assert_eq!(answer.json["subcode"], "LimitExceeded");
}

#[tokio::test(start_paused = true)]
async fn nobody_has_an_empty_address() {
    let simulator = Simulator::new(SEED);
    let desk = Desk::available(&simulator, &accounts()[0]).await;
    let people = &desk.application["_embedded"]["people"];
    let subscribe = link(people, "presenceSubscriptions");
    let refused = desk.post(&subscribe, &json!({ "duration": 30, "uris": ["sip:ben@contoso.com", "sip:"] })).await;
    assert_eq!(refused.expect(400).json["parameters"][0]["name"], "uris");
    let made = desk.post(&subscribe, &json!({ "duration": 30, "uris": ["sip:ben@contoso.com"] })).await.expect(201);
    let add = made.link("addToPresenceSubscription");
    let refused = desk.post(&add, &json!({ "contactUris": [""] })).await.expect(400);
    assert_eq!(refused.json["parameters"][0]["name"], "contactUris");
}

#[tokio::test(start_paused = true)]
async fn contacts_are_added_to_the_latest_subscription() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let memberships = ada.below("people/presenceSubscriptionMemberships");
    for number in 0..8 {
        let latest = subscribe(&ada, &["sip:ben@contoso.com"]).await;
        let uri = format!("{number}@fabrikam.com");
        ada.post(&memberships, &json!({ "contactUris": [format!("sip:{uri}")] })).await.expect(201);
        let members = ada.get(&link(&latest, "memberships")).await.expect(200).text();
        assert!(members.contains(&uri), "{uri} is not in {members}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_who_does_nothing_goes_idle() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    tokio::time::advance(Duration::from_secs(4 * 60)).await;
    ben.press(&ben.below("me/reportMyActivity")).await.expect(204);
    tokio::time::advance(Duration::from_secs(4 * 60)).await;
    assert_eq!(presence(&ada, "ben@contoso.com").await["availability"], "Online");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(presence(&ada, "ben@contoso.com").await["availability"], "IdleOnline");
    ben.press(&ben.below("me/reportMyActivity")).await.expect(204);
    assert_eq!(presence(&ada, "ben@contoso.com").await["availability"], "Online");
}

#[tokio::test(start_paused = true)]
async fn a_user_without_an_application_is_offline() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    ben.delete(&link(&ben.application, "self")).await.expect(204);
    assert_eq!(presence(&ada, "ben@contoso.com").await["availability"], "Offline");
}

#[tokio::test(start_paused = true)]
async fn a_test_can_set_what_a_user_is() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    Desk::available(&simulator, &accounts()[1]).await;
    subscribe(&ada, &["sip:ben@contoso.com"]).await;
    ada.until_quiet().await;
    simulator.set_presence("sip:ben@contoso.com", "away").expect("ben is a user");
    ada.until("updated contactPresence").await;
    simulator.set_note("ben@contoso.com", "Back soon").expect("ben is a user");
    let note = ada.until("updated contactNote").await;
    assert_eq!(ada.get(&note.href).await.json["message"], "Back soon");
    assert!(simulator.set_presence("nobody@contoso.com", "Away").is_err());
    assert!(simulator.set_presence("ben@contoso.com", "Sleepy").is_err());
}

#[tokio::test(start_paused = true)]
async fn a_groups_members_can_be_followed_together() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let groups = ada.get(&ada.below("people/myGroups")).await.json;
    let group = &groups["_embedded"]["group"][0];
    let subscribe = link(group, "subscribeToGroupPresence");
    assert!(subscribe.contains("?groupId="), "{subscribe}");
    let input = json!({ "duration": 10, "groupId": group["id"] });
    let subscription = ada.post(&subscribe, &input).await.expect(201).json;
    let memberships = ada.get(&link(&subscription, "memberships")).await.json;
    assert_eq!(memberships["_embedded"]["presenceSubscriptionMembership"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_user_may_never_go_idle() {
    let desk = Desk::new(&Simulator::new(SEED), &accounts()[0]).await;
    let input = json!({ "inactiveTimeout": "P106751991167300D", "signInAs": "Online" });
    desk.post(&desk.below("me/makeMeAvailable"), &input).await.expect(204);
    tokio::time::sleep(Duration::from_secs(20 * 60)).await;
    assert_eq!(desk.get(&desk.below("me/presence")).await.expect(200).json["availability"], "Online");
}

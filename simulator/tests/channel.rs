//! The event channel: polls, acknowledgements, priorities, and what is lost when.

mod support;

use std::time::Duration;

use serde_json::json;
use support::{Desk, SEED, accounts, link, names};
use tokio::time::Instant;
use ucwa_simulator::{ConnectionError, Memory, Options, ServerLimits, Simulator};

async fn two() -> (Simulator, Desk, Desk) {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let ben = Desk::available(&simulator, &accounts()[1]).await;
    ada.until_quiet().await;
    (simulator, ada, ben)
}

#[tokio::test(start_paused = true)]
async fn a_poll_without_events_ends_after_its_time_out() {
    let mut ada = Desk::new(&Simulator::new(SEED), &accounts()[0]).await;
    // The channel remembers the time-out.
    for (query, seconds) in [("", 180), ("&timeout=500", 500), ("", 500)] {
        let begin = Instant::now();
        let answer = ada.get(&format!("{}{query}", ada.next)).await.expect(200);
        assert_eq!(begin.elapsed(), Duration::from_secs(seconds));
        assert_eq!(answer.json["sender"], json!([]));
        // Asked again with the same number, the server gives the same answer at once.
        assert_eq!(ada.get(&ada.next).await.text(), answer.text());
        ada.next = answer.link("next");
    }
    ada.get(&format!("{}&timeout=10", ada.next)).await.expect(400);
}

#[tokio::test(start_paused = true)]
async fn the_client_chooses_how_long_events_wait() {
    let (_, mut ada, ben) = two().await;
    let input = json!({ "duration": 30, "uris": ["sip:ben@contoso.com"] });
    ada.post(&ada.below("people/presenceSubscriptions"), &input).await.expect(201);
    ada.until_quiet().await;
    let next = format!("{}&medium=300&timeout=900", ada.next);
    ben.post(&ben.below("me/presence"), &json!({ "availability": "Busy" })).await.expect(204);
    // An event that waits already keeps its time; those that come later wait as long as the client said.
    let answer = ada.get(&next).await.expect(200);
    assert_eq!(names(&answer.events()), ["updated contactPresence"]);
    ada.next = answer.link("next");
    ben.post(&ben.below("me/presence"), &json!({ "availability": "Away" })).await.expect(204);
    let begin = Instant::now();
    ada.poll().await;
    assert_eq!(begin.elapsed(), Duration::from_secs(300));
}

#[tokio::test(start_paused = true)]
async fn an_event_of_high_priority_takes_all_that_wait_along_in_order() {
    let (simulator, mut ada, ben) = two().await;
    let input = json!({ "duration": 30, "uris": ["sip:ben@contoso.com"] });
    ada.post(&ada.below("people/presenceSubscriptions"), &input).await.expect(201);
    ada.until_quiet().await;
    ben.post(&ben.below("me/presence"), &json!({ "availability": "Busy" })).await.expect(204);
    simulator.send_message("ben@contoso.com", "ada@contoso.com", "hello").expect("both are users");
    let begin = Instant::now();
    let events = ada.poll().await;
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert_eq!(names(&events), ["updated contactPresence", "started messagingInvitation", "added conversation"]);
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_waits_is_answered_when_something_happens() {
    let (simulator, mut ada, _) = two().await;
    let waiting = async {
        let begin = Instant::now();
        let events = ada.poll().await;
        (names(&events), begin.elapsed())
    };
    let speaking = async {
        tokio::time::sleep(Duration::from_secs(42)).await;
        simulator.send_message("ben@contoso.com", "ada@contoso.com", "hello").expect("both are users");
    };
    let ((events, waited), ()) = tokio::join!(waiting, speaking);
    assert_eq!(events, ["started messagingInvitation", "added conversation"]);
    assert_eq!(waited, Duration::from_secs(42));
}

#[tokio::test(start_paused = true)]
async fn a_poll_is_replaced_by_another_of_the_same_or_a_higher_priority() {
    let (_, ada, _) = two().await;
    let (first, second) = tokio::join!(ada.get(&ada.next), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        ada.get(&ada.next).await
    });
    assert_eq!(first.expect(409).json["subcode"], "PGetReplaced");
    let second = second.expect(200);
    let next = second.link("next");
    let important = format!("{next}&priority=2");
    let (first, second) = tokio::join!(ada.get(&important), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        ada.get(&next).await
    });
    first.expect(200);
    assert_eq!(second.expect(409).json["subcode"], "PGetReplaced");
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_out_of_order_is_resynchronized() {
    let (simulator, mut ada, _) = two().await;
    let old = ada.next.clone();
    simulator.send_message("ben@contoso.com", "ada@contoso.com", "hello").expect("both are users");
    let lost = ada.get(&old).await.expect(200);
    // Neither what was never sent nor what was acknowledged long ago can be had.
    for wrong in ["999", "1"] {
        let number = old.rsplit_once('=').expect("a number").1;
        let answer = ada.get(&old.replace(&format!("ack={number}"), &format!("ack={wrong}"))).await.expect(200);
        assert!(answer.json["sender"].is_null() && answer.json["_links"]["next"].is_null(), "{:#}", answer.json);
        let again = ada.get(&answer.link("resync")).await.expect(200);
        assert_eq!(again.text(), lost.text(), "what was not acknowledged comes again");
    }
    ada.next = lost.link("next");
    ada.until_quiet().await;
}

#[tokio::test(start_paused = true)]
async fn who_is_silent_for_too_long_loses_conversations_and_subscriptions() {
    let (simulator, mut ada, _) = two().await;
    let input = json!({ "duration": 30, "uris": ["sip:ben@contoso.com"] });
    let subscription = ada.post(&ada.below("people/presenceSubscriptions"), &input).await.expect(201).link("self");
    ada.until_quiet().await;
    let quiet = async {
        tokio::time::sleep(Duration::from_secs(11 * 60)).await;
        ada.get(&ada.next).await.expect(200)
    };
    let answer = quiet.await;
    assert!(answer.json["_links"]["next"].is_null());
    ada.get(&subscription).await.expect(404);
    ada.next = answer.link("resume");
    simulator.send_message("cho@contoso.com", "ada@contoso.com", "hello").expect("both are users");
    ada.until("started messagingInvitation").await;
}

#[tokio::test(start_paused = true)]
async fn an_application_without_requests_is_gone() {
    let mut options = Options::new(SEED);
    options.limits.application_lifetime = Duration::from_secs(120);
    options.limits.expired_applications = 1;
    let simulator = Simulator::with_options(options);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    tokio::time::advance(Duration::from_secs(119)).await;
    ada.get(&ada.below("me")).await.expect(200);
    // A poll keeps it alive, however long.
    ada.get(&format!("{}&timeout=600", ada.next)).await.expect(200);
    tokio::time::advance(Duration::from_secs(121)).await;
    let answer = ada.get(&ada.below("me")).await.expect(410);
    assert_eq!(answer.json["subcode"], "InactiveApplicationExpired");
    // Whose application it was is nobody else's business.
    let ben = Desk::new(&simulator, &accounts()[1]).await;
    assert_eq!(ben.get(&ada.below("me")).await.expect(404).json["subcode"], "ApplicationNotFound");
    // When the server has forgotten it, it is as if it had never been.
    tokio::time::advance(Duration::from_secs(121)).await;
    ben.get(&ben.below("me")).await.expect(410);
    assert_eq!(ada.get(&ada.below("me")).await.expect(404).json["subcode"], "ApplicationNotFound");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_open_hears_that_state_was_lost() {
    let (simulator, mut ada, _) = two().await;
    ada.until_quiet().await;
    let id = simulator.applications().iter().find(|found| found.user == "ada@contoso.com").expect("it is there").id;
    let begin = Instant::now();
    let (answer, ()) = tokio::join!(ada.get(&ada.next), async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        simulator.lose_state(id).expect("it is there");
    });
    answer.expect(200).link("resume");
    assert_eq!(begin.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_poll_ends_with_its_application() {
    let (simulator, ada, _) = two().await;
    let id = simulator.applications().iter().find(|found| found.user == "ada@contoso.com").expect("it is there").id;
    let (answer, ()) = tokio::join!(ada.get(&ada.next), async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert!(simulator.applications().iter().any(|found| found.id == id && found.is_polling));
        simulator.lose_application(id).expect("it is there");
    });
    assert_eq!(answer.expect(404).json["subcode"], "ApplicationNotFound");
}

/// A poll that need not be answered.
async fn poll(desk: &Desk) -> Result<support::Answer, ConnectionError> {
    let authorization = format!("Bearer {}", desk.token);
    let headers = [("authorization", authorization.as_str())];
    support::send(&desk.simulator, "GET", &desk.url(&desk.next), &headers, b"").await
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_its_client_gives_up_keeps_nothing_alive() {
    let (simulator, ada, _) = two().await;
    let is_polling =
        || simulator.applications().iter().any(|found| found.user == "ada@contoso.com" && found.is_polling);
    let given_up = tokio::time::timeout(Duration::from_secs(5), async {
        let polls = poll(&ada);
        tokio::pin!(polls);
        assert!(tokio::time::timeout(Duration::from_secs(1), &mut polls).await.is_err());
        assert!(is_polling());
        polls.await
    });
    assert!(given_up.await.is_err());
    assert!(!is_polling());
    tokio::time::sleep(Duration::from_secs(31 * 60)).await;
    assert!(simulator.applications().iter().all(|found| found.user != "ada@contoso.com"));
}

#[tokio::test(start_paused = true)]
async fn a_restarted_server_may_remember_nothing_but_its_users() {
    let (simulator, ada, ben) = two().await;
    let (cut, ()) = tokio::join!(poll(&ada), async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        simulator.restart(Memory::Kept);
    });
    assert_eq!(cut.err(), Some(ConnectionError::Cut));
    ada.get(&ada.below("me")).await.expect(200);
    simulator.restart(Memory::Lost);
    ada.get(&ada.below("me")).await.expect(401);
    assert!(simulator.applications().is_empty());
    assert_eq!(simulator.users().len(), 3);
    drop(ben);
}

#[tokio::test(start_paused = true)]
async fn events_say_the_same_in_xml() {
    let (simulator, mut ada, _) = two().await;
    simulator.send_message("ben@contoso.com", "ada@contoso.com", "hello").expect("both are users");
    ada.accept = "application/xml".into();
    let answer = ada.get(&ada.next).await.expect(200);
    let document = ucwa::decode_events(ucwa::Format::Xml, answer.response.body()).expect("a document");
    let told: Vec<_> =
        document.events().map(|(sender, event)| (&*sender.rel, event.kind.as_str(), &*event.target.rel)).collect();
    assert_eq!(told, [("communication", "started", "messagingInvitation"), ("communication", "added", "conversation")]);
    assert_eq!(link(&ada.application, "events"), format!("{}/events?ack=1", link(&ada.application, "self")));
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_of_what_never_was_is_out_of_order() {
    let mut ada = Desk::new(&Simulator::new(SEED), &accounts()[0]).await;
    ada.poll().await;
    let base = ada.below("events");
    for number in [0, 77, u64::MAX] {
        let answer = ada.get(&format!("{base}?ack={number}")).await.expect(200);
        let way = answer.link("resync");
        assert_ne!(way, format!("{base}?ack={number}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_and_an_application_may_end_at_once() {
    let limits = ServerLimits {
        channel_lifetime: Duration::ZERO,
        application_lifetime: Duration::ZERO,
        ..ServerLimits::default()
    };
    let simulator = Simulator::with_options(Options { limits, ..Options::new(SEED) });
    let ada = Desk::new(&simulator, &accounts()[0]).await;
    let answer = ada.get(&ada.next).await;
    assert!(matches!(answer.status(), 200 | 404 | 410), "{}", answer.text());
}

#[tokio::test(start_paused = true)]
async fn a_channel_may_forget_at_once_and_be_polled() {
    let limits = ServerLimits { channel_lifetime: Duration::ZERO, ..ServerLimits::default() };
    let simulator = Simulator::with_options(Options { limits, ..Options::new(SEED) });
    let ada = Desk::new(&simulator, &accounts()[0]).await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert!(!ada.get(&ada.next).await.expect(200).link("resume").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_world_begins_and_goes_on_at_any_moment() {
    for (epoch, date) in [(i64::MIN, "Mon, 01 Jan 0001"), (i64::MAX, "Fri, 31 Dec 9999")] {
        let simulator = Simulator::with_options(Options { epoch, ..Options::new(SEED) });
        let mut ada = Desk::available(&simulator, &accounts()[0]).await;
        let answer = ada.get(&ada.below("me/presence")).await.expect(200);
        assert!(answer.header("date").starts_with(date), "{}", answer.header("date"));
        let subscription = json!({ "duration": 30, "uris": ["sip:ben@contoso.com"] });
        ada.post(&ada.below("people/presenceSubscriptions"), &subscription).await.expect(201);
        let communication = &ada.application["_embedded"]["communication"];
        let input = json!({ "operationId": "1", "to": "sip:nobody@contoso.com" });
        ada.post(&link(communication, "startMessaging"), &input).await.expect(201);
        ada.until("completed messagingInvitation").await;
        ada.until_quiet().await;
        let begin = Instant::now();
        let deleted = ada.until("deleted presenceSubscription").await;
        assert_eq!(deleted.kind, "deleted");
        assert!(begin.elapsed() > Duration::from_secs(25 * 60), "{:?}", begin.elapsed());
    }
}

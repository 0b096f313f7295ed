//! Presence: followed, shared, renewed, restored, and said to be stale where it is.

mod desk;
mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use bytes::Bytes;
use desk::{ADA, BEN, CHO, Desk, soon, within};
use futures_util::{FutureExt as _, Stream as _};
use support::{FORMATS, Fault, SEED, edit, pass, proxy_page, respond, runtime, seen, simulator};
use ucwa::enumerations::{Availability, PreferredAvailability};
use ucwa::http::Request;
use ucwa::me::MakeMeAvailableInput;
use ucwa::people::Contact;
use ucwa::{Enumeration as _, Format};
use ucwa_client::presence::{Followed, FollowedContact, Presence, Standing};
use ucwa_client::{ApplicationSettings, Client, ContactAddress, Error, Fetch as _, RefusedError};
use ucwa_simulator::{Account, Effect, Fault as ServerFault, Memory, Options, Simulator};

/// What a contact is, in short.
fn told(contact: &FollowedContact) -> String {
    let availability = contact.presence.as_ref().and_then(|presence| presence.availability.as_ref());
    let standing = match contact.standing {
        Standing::Pending => "pending",
        Standing::Current => "current",
        Standing::Stale => "stale",
        Standing::Refused(_) => "refused",
        _ => "?",
    };
    format!("{} {} {standing}", contact.address, availability.map_or("-", Availability::as_str))
}

/// Takes changes until there are none for a minute.
async fn changes(followed: &mut Followed) -> Vec<String> {
    let mut changes = Vec::new();
    while let Some(Some(contact)) = within(Duration::from_secs(60), followed.next()).await {
        changes.push(told(&contact));
    }
    changes
}

fn all(followed: &Followed) -> Vec<String> {
    followed.contacts().iter().map(told).collect()
}

/// Ada, who follows, and Ben, who is followed.
async fn two(format: Format) -> (Simulator, Desk, Desk) {
    let simulator = simulator();
    let ada = Desk::of(&simulator, ADA, format).await;
    let ben = Desk::of(&simulator, BEN, format).await;
    // Until the event channel has worked for the first time.
    pass(Duration::from_secs(10)).await;
    (simulator, ada, ben)
}

fn subscriptions(simulator: &Simulator) -> usize {
    simulator.applications().iter().filter(|found| found.user == ADA).map(|found| found.subscriptions).sum()
}

/// How often Ben was taken out of a subscription.
fn deletions_of_ben(simulator: &Simulator) -> usize {
    let is_one = |line: &&String| line.starts_with("DELETE") && line.contains("ben@contoso.com");
    seen(simulator).iter().filter(is_one).count()
}

fn application_of(simulator: &Simulator, user: &str) -> u64 {
    simulator.applications().iter().find(|found| found.user == user).expect("an application").id
}

#[tokio::test(start_paused = true)]
async fn contacts_are_followed_by_their_addresses() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        let mut followed = ada.application.presence().expect("she may").follow(["sip:Ben@contoso.com", CHO]);
        assert_eq!(all(&followed), ["ben@contoso.com - pending", "cho@contoso.com - pending"]);
        let mut first = changes(&mut followed).await;
        first.sort();
        assert_eq!(first, ["ben@contoso.com Online current", "cho@contoso.com Offline current"]);
        assert_eq!(subscriptions(&simulator), 1);
        simulator.set_presence(BEN, "Busy").expect("a user");
        assert_eq!(changes(&mut followed).await, ["ben@contoso.com Busy current"]);
        let known = followed.get("SIP:BEN@CONTOSO.COM").expect("he is followed");
        let since = known.presence.expect("it was read").since();
        simulator.set_note(BEN, "of no interest").expect("a user");
        assert!(changes(&mut followed).await.is_empty());
        let known = followed.get(BEN).expect("he is followed");
        assert_eq!(known.presence.map(|presence| presence.since()), Some(since));
        assert!(known.note.is_none());
        assert!(followed.get("dee@contoso.com").is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_address_is_refused_without_a_request() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    simulator.clear_requests();
    let mut followed = ada.application.presence().expect("she may").follow(["", " sip: "]);
    assert_eq!(all(&followed), [" - refused"]);
    assert_eq!(changes(&mut followed).await, [" - refused"]);
    let refused = followed.get("").expect("it is followed");
    let Standing::Refused(error) = refused.standing else { panic!("{refused:?}") };
    assert!(matches!(&*error, Error::Refused(RefusedError::EmptyAddress)), "{error:?}");
    assert_eq!(error.to_string(), "not sent: the address of the contact is empty");
    assert_eq!(subscriptions(&simulator), 0);
    // It keeps nobody else out.
    followed.add([BEN]);
    assert_eq!(changes(&mut followed).await, ["ben@contoso.com Online current"]);
    simulator.lose_state(application_of(&simulator, ADA)).expect("it is there");
    pass(Duration::from_secs(700)).await;
    assert_eq!(all(&followed), [" - refused", "ben@contoso.com Online current"]);
}

#[tokio::test(start_paused = true)]
async fn those_who_are_followed_are_known_at_once() {
    for format in FORMATS {
        let (_simulator, ada, _ben) = two(format).await;
        let presence = ada.application.presence().expect("she may");
        let contacts = ada.application.contact_list().contacts().await.expect("she has some");
        for mut followed in [presence.follow([BEN, CHO]), presence.follow_contacts(&contacts)] {
            let mut first = Vec::new();
            while first.len() < 2 {
                let next = within(Duration::from_secs(2), followed.next()).await;
                first.push(told(&next.flatten().expect("it does not take as long as events do")));
            }
            first.sort();
            assert_eq!(first, ["ben@contoso.com Online current", "cho@contoso.com Offline current"]);
            let since = || {
                let known = followed.get(BEN).and_then(|known| known.presence);
                known.expect("it was read").since()
            };
            let at_once = since();
            pass(Duration::from_secs(60)).await;
            assert_eq!(since(), at_once, "the server reports the same");
            assert!(changes(&mut followed).await.is_empty());
            drop(followed);
            pass(Duration::from_secs(60)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_comes_while_an_older_presence_is_read_wins() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        ada.faulty.plan(|request| {
            let is_meant = request.uri().path().ends_with("contactPresence");
            is_meant.then_some(Fault::SlowResponse)
        });
        let mut followed = ada.application.presence().expect("she may").follow([BEN]);
        pass(Duration::from_secs(1)).await;
        simulator.set_presence(BEN, "Busy").expect("a user");
        assert_eq!(changes(&mut followed).await, ["ben@contoso.com Online stale", "ben@contoso.com Busy current"]);
    }
}

/// The note and the location of a contact.
fn more(contact: &FollowedContact) -> (Option<&str>, Option<&str>) {
    let note = contact.note.as_ref().map(|note| note.message.as_deref().unwrap_or_default());
    (note, contact.location.as_ref().map(|location| location.location.as_deref().unwrap_or_default()))
}

#[tokio::test(start_paused = true)]
async fn notes_and_locations_are_followed_too() {
    for format in FORMATS {
        let (simulator, ada, ben) = two(format).await;
        let presence = ada.application.presence().expect("she may");
        let mut plain = presence.follow([BEN]);
        changes(&mut plain).await;
        simulator.set_note(BEN, "Writing").expect("a user");
        pass(Duration::from_secs(60)).await;
        let mut full = presence.clone().with_notes().with_locations().follow([BEN, CHO]);
        changes(&mut full).await;
        let known = full.get(BEN).expect("he is followed");
        assert_eq!(
            (told(&known).as_str(), more(&known)),
            ("ben@contoso.com Online current", (Some("Writing"), Some("")))
        );
        let since = |known: &FollowedContact| {
            let presence = known.presence.as_ref().expect("it was read").since();
            (presence, known.note.as_ref().expect("it was read").since())
        };
        let before = since(&known);

        ben.application.own_presence().set_note("Reading").await.expect("he may");
        ben.application.own_presence().set_location("Building 7").await.expect("he may");
        let mut last = None;
        while let Some(Some(contact)) = within(Duration::from_secs(60), full.next()).await {
            assert!(matches!(contact.standing, Standing::Current), "{contact:?}");
            last = Some(contact);
        }
        let last = last.expect("both are news");
        assert_eq!(more(&last), (Some("Reading"), Some("Building 7")));
        let after = since(&last);
        assert_eq!(after.0, before.0);
        assert!(after.1 > before.1);
        assert!(changes(&mut plain).await.is_empty(), "what others follow is no news");
        assert_eq!(more(&plain.get(BEN).expect("he is followed")), (None, None));

        let id = application_of(&simulator, ADA);
        simulator.lose_state(id).expect("it is there");
        simulator.set_note(BEN, "Away").expect("a user");
        pass(Duration::from_secs(600)).await;
        let known = full.get(BEN).expect("he is followed");
        assert_eq!((told(&known).as_str(), more(&known).0), ("ben@contoso.com Online current", Some("Away")));

        // What nobody follows any more is read again where somebody does.
        drop(full);
        simulator.set_note(BEN, "Back").expect("a user");
        pass(Duration::from_secs(60)).await;
        let mut again = presence.clone().with_notes().follow([BEN]);
        changes(&mut again).await;
        let known = again.get(BEN).expect("he is followed");
        assert_eq!((told(&known).as_str(), more(&known)), ("ben@contoso.com Online current", (Some("Back"), None)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_note_that_the_server_does_not_show_keeps_nothing_pending() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let is_hidden = Arc::new(AtomicBool::new(true));
    let hides = Arc::clone(&is_hidden);
    ada.faulty.plan(move |request| {
        let is_meant = request.uri().path().ends_with("contactNote") && hides.load(Ordering::Relaxed);
        is_meant.then(|| respond(404, &[("content-type", "application/json")], r#"{"code":"NotFound"}"#))
    });
    let contacts = ada.application.contact_list().contacts().await.expect("she has some");
    let presence = ada.application.presence().expect("she may");
    let mut plain = presence.follow_contacts(&contacts);
    changes(&mut plain).await;
    let mut full = presence.with_notes().follow([BEN]);
    changes(&mut full).await;
    let known = full.get(BEN).expect("he is followed");
    assert_eq!((told(&known).as_str(), more(&known).0), ("ben@contoso.com Online current", None));
    is_hidden.store(false, Ordering::Relaxed);
    simulator.set_note(BEN, "Here").expect("a user");
    changes(&mut full).await;
    assert_eq!(more(&full.get(BEN).expect("he is followed")).0, Some("Here"));
}

#[tokio::test(start_paused = true)]
async fn a_contact_is_followed_once_however_many_follow() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let presence = ada.application.presence().expect("she may");
    let mut first = presence.follow([BEN]);
    changes(&mut first).await;
    simulator.clear_requests();
    let mut second = ada.application.presence().expect("it is the same").follow([BEN]);
    assert_eq!(changes(&mut second).await, ["ben@contoso.com Online current"]);
    let is_own = |line: &&String| !line.contains("/events") && !line.contains("/reportMyActivity");
    assert_eq!(seen(&simulator).iter().filter(is_own).count(), 0);
    simulator.set_presence(BEN, "Busy").expect("a user");
    assert_eq!(changes(&mut first).await, changes(&mut second).await);
    drop(first);
    pass(Duration::from_secs(60)).await;
    simulator.set_presence(BEN, "Away").expect("a user");
    assert_eq!(changes(&mut second).await, ["ben@contoso.com Away current"]);
    drop(second);
    pass(Duration::from_secs(60)).await;
    assert_eq!(subscriptions(&simulator), 0, "nobody follows him any more");
    assert!(presence.get(BEN).is_none());
}

#[tokio::test(start_paused = true)]
async fn who_is_no_longer_followed_leaves_the_subscription() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        let mut followed = ada.application.presence().expect("she may").follow([BEN, CHO]);
        changes(&mut followed).await;
        followed.remove([BEN]);
        pass(Duration::from_secs(60)).await;
        assert_eq!(deletions_of_ben(&simulator), 1, "{:?}", seen(&simulator));
        assert_eq!(subscriptions(&simulator), 1);
        simulator.set_presence(BEN, "Busy").expect("a user");
        assert!(changes(&mut followed).await.is_empty());
        followed.add([BEN]);
        assert_eq!(changes(&mut followed).await, ["ben@contoso.com Busy current"]);
        assert_eq!(subscriptions(&simulator), 1, "there was room in it");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_no_longer_followed_leaves_a_subscription_that_only_links_its_members() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    ada.faulty.plan(|request| {
        let is_meant = request.method() == "GET" && request.uri().path().ends_with("/memberships");
        is_meant.then(|| {
            edit(|text| {
                let mut memberships: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                let embedded = memberships["_embedded"]["presenceSubscriptionMembership"].take();
                let own = embedded.as_array().into_iter().flatten().map(|member| member["_links"]["self"].clone());
                let links: Vec<_> = own.collect();
                memberships["_links"]["presenceSubscriptionMembership"] = links.into();
                memberships.to_string()
            })
        })
    });
    let mut followed = ada.application.presence().expect("she may").follow([BEN, CHO]);
    changes(&mut followed).await;
    followed.remove([BEN]);
    pass(Duration::from_secs(60)).await;
    assert_eq!(deletions_of_ben(&simulator), 1, "{:?}", seen(&simulator));
}

#[tokio::test(start_paused = true)]
async fn a_subscription_is_renewed_for_as_long_as_somebody_follows() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        let mut followed = ada.application.presence().expect("she may").follow([BEN]);
        changes(&mut followed).await;
        for (hour, availability) in ["Busy", "Away", "Online", "Busy", "Away", "Online"].iter().enumerate() {
            pass(Duration::from_secs(3600)).await;
            simulator.set_presence(BEN, availability).expect("a user");
            assert_eq!(changes(&mut followed).await, [format!("ben@contoso.com {availability} current")], "{hour}");
        }
        let subscribed = |line: &String| line.starts_with("POST") && line.contains("/presenceSubscriptions ");
        assert_eq!(seen(&simulator).iter().filter(|line| subscribed(line)).count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_lost_is_stale_until_it_is_restored() {
    for format in FORMATS {
        for what in ["state", "application", "all", "acknowledgement"] {
            let (simulator, ada, ben) = two(format).await;
            let mut followed = ada.application.presence().expect("she may").follow([BEN]);
            changes(&mut followed).await;
            match what {
                "state" => simulator.lose_state(application_of(&simulator, ADA)).expect("it is there"),
                "application" => simulator.lose_application(application_of(&simulator, ADA)).expect("it is there"),
                "all" => simulator.restart(Memory::Lost),
                _ => simulator.inject(ServerFault::new(Effect::LostAcknowledgement).on("events").of_user(ADA)),
            }
            pass(Duration::from_secs(600)).await;
            changes(&mut followed).await;
            assert_eq!(all(&followed), ["ben@contoso.com Online current"], "{what}");
            simulator.set_presence(BEN, "Busy").expect("a user");
            assert_eq!(changes(&mut followed).await, ["ben@contoso.com Busy current"], "{what}");
            assert_eq!(subscriptions(&simulator), 1, "{what}");
            drop(ben);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn while_no_events_arrive_all_is_stale() {
    let (simulator, mut ada, _ben) = two(Format::Json).await;
    let mut followed = ada.application.presence().expect("she may").follow([BEN]);
    changes(&mut followed).await;
    ada.faulty.plan(|_| Some(Fault::NotConnected));
    assert_eq!(changes(&mut followed).await, [] as [&str; 0], "the poll that is open does not know yet");
    pass(Duration::from_secs(240)).await;
    assert_eq!(changes(&mut followed).await, ["ben@contoso.com Online stale"]);
    simulator.set_presence(BEN, "Busy").expect("a user");
    ada.faulty.plan(|_| None);
    let now = changes(&mut followed).await;
    assert_eq!(now.last().map(String::as_str), Some("ben@contoso.com Busy current"), "{now:?}");
    ada.stop_reading();
    assert_eq!(changes(&mut followed).await, ["ben@contoso.com Busy stale"], "nobody reads the channel");
    ada.read_again();
    pass(Duration::from_secs(200)).await;
    assert_eq!(changes(&mut followed).await, ["ben@contoso.com Busy current"]);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_for_long_is_made_good() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let mut followed = ada.application.presence().expect("she may").follow([BEN]);
    changes(&mut followed).await;
    ada.faulty.plan(|request| {
        let is_subscription = request.method() == "POST" && request.uri().path().contains("presenceSubscriptions");
        is_subscription.then(|| respond(503, &[], ""))
    });
    pass(Duration::from_secs(40 * 60)).await;
    assert_eq!(all(&followed), ["ben@contoso.com Online stale"]);
    assert_eq!(subscriptions(&simulator), 0, "it has expired");
    ada.faulty.plan(|_| None);
    pass(Duration::from_secs(180)).await;
    assert_eq!(all(&followed), ["ben@contoso.com Online current"]);
    // A server that denies that there is a subscription is given another.
    let mut is_first = true;
    ada.faulty.plan(move |request| {
        let is_renewal = request.method() == "POST" && request.uri().path().contains("presenceSubscriptions/");
        (is_renewal && std::mem::replace(&mut is_first, false)).then(|| respond(404, &[], ""))
    });
    pass(Duration::from_secs(30 * 60)).await;
    simulator.set_presence(BEN, "Busy").expect("a user");
    pass(Duration::from_secs(60)).await;
    assert_eq!(all(&followed), ["ben@contoso.com Busy current"]);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_is_refused_once_is_asked_for_again() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let mut followed = ada.application.presence().expect("she may").follow([BEN]);
    changes(&mut followed).await;
    let mut is_first = true;
    ada.faulty.plan(move |request| {
        let is_renewal = request.method() == "POST" && request.uri().path().contains("presenceSubscriptions/");
        (is_renewal && std::mem::replace(&mut is_first, false)).then(|| respond(403, &[], ""))
    });
    pass(Duration::from_secs(40 * 60)).await;
    let made = seen(&simulator)
        .iter()
        .filter(|line| line.contains("POST") && line.contains("/presenceSubscriptions "))
        .count();
    assert_eq!(made, 1, "the subscription goes on");
    assert_eq!(all(&followed), ["ben@contoso.com Online current"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_wants_an_hour_is_tried_again_within_the_limit() {
    let (_simulator, ada, _ben) = two(Format::Json).await;
    let mut is_first = true;
    ada.faulty.plan(move |request| {
        let is_meant = request.method() == "POST" && request.uri().path().ends_with("presenceSubscriptions");
        (is_meant && std::mem::replace(&mut is_first, false)).then(|| respond(503, &[("retry-after", "3600")], ""))
    });
    let followed = ada.application.presence().expect("she may").follow([BEN]);
    pass(Duration::from_secs(180)).await;
    assert_eq!(all(&followed), ["ben@contoso.com Online current"]);
}

#[tokio::test(start_paused = true)]
async fn nobody_counts_as_refused_because_a_proxy_responds_in_place_of_the_server() {
    let (_simulator, ada, _ben) = two(Format::Json).await;
    ada.faulty.plan(|request| {
        let is_meant = request.method() == "POST" && request.uri().path().ends_with("presenceSubscriptions");
        is_meant.then(|| proxy_page(404))
    });
    let followed = ada.application.presence().expect("she may").follow([BEN]);
    pass(Duration::from_secs(60)).await;
    assert_eq!(all(&followed), ["ben@contoso.com - pending"]);
    ada.faulty.plan(|_| None);
    pass(Duration::from_secs(180)).await;
    assert_eq!(all(&followed), ["ben@contoso.com Online current"]);
}

#[tokio::test(start_paused = true)]
async fn a_subscription_whose_contacts_were_given_up_before_the_response_came_is_ended() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    ada.faulty.plan(|request| {
        let is_meant = request.method() == "POST" && request.uri().path().ends_with("presenceSubscriptions");
        is_meant.then_some(Fault::LateResponse)
    });
    let mut followed = ada.application.presence().expect("she may").follow([BEN]);
    pass(Duration::from_millis(500)).await;
    assert_eq!(subscriptions(&simulator), 1);
    followed.remove([BEN]);
    pass(Duration::from_secs(60)).await;
    assert_eq!(subscriptions(&simulator), 0);
}

#[tokio::test(start_paused = true)]
async fn a_subscription_is_not_made_anew_because_a_proxy_responds_in_place_of_the_server() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let mut followed = ada.application.presence().expect("she may").follow([BEN]);
    changes(&mut followed).await;
    let mut is_first = true;
    ada.faulty.plan(move |request| {
        let is_meant = request.method() == "POST" && request.uri().path().contains("presenceSubscriptions/");
        let is_meant = is_meant && std::mem::replace(&mut is_first, false);
        is_meant.then(|| proxy_page(404))
    });
    followed.add([CHO]);
    pass(Duration::from_secs(60)).await;
    assert_eq!(all(&followed), ["ben@contoso.com Online current", "cho@contoso.com Offline current"]);
    assert_eq!(subscriptions(&simulator), 1);
}

#[tokio::test(start_paused = true)]
async fn a_presence_that_cannot_be_read_is_stale_until_it_can() {
    let (page, refusal) = (("text/html", "a page of a proxy"), ("application/json", r#"{"code":"Forbidden"}"#));
    for (status, (media_type, body), minutes) in [(200, page, 2), (404, page, 2), (403, page, 11), (403, refusal, 11)] {
        let (simulator, ada, _ben) = two(Format::Json).await;
        let mut followed = ada.application.presence().expect("she may").follow([BEN]);
        changes(&mut followed).await;
        let mut is_first = true;
        ada.faulty.plan(move |request| {
            let is_meant = request.uri().path().ends_with("contactPresence");
            let is_spoiled = is_meant && std::mem::replace(&mut is_first, false);
            is_spoiled.then(|| respond(status, &[("content-type", media_type)], body))
        });
        simulator.set_presence(BEN, "Busy").expect("a user");
        assert_eq!(changes(&mut followed).await[0], "ben@contoso.com Online stale", "{status}");
        pass(Duration::from_secs(minutes * 60)).await;
        assert_eq!(all(&followed), ["ben@contoso.com Busy current"], "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_contact_whom_the_server_refuses_does_not_keep_the_others_out() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    ada.faulty.plan(|request| {
        let is_meant = request.method() == "POST" && request.body().windows(3).any(|found| found == b"bad");
        let body = r#"{"code":"BadRequest","subcode":"ParameterValidationFailure"}"#;
        is_meant.then(|| respond(400, &[("content-type", "application/json")], body))
    });
    let people = [BEN, CHO, "bad@contoso.com", "dee@contoso.com"];
    let mut followed = ada.application.presence().expect("she may").follow(people);
    let changes = changes(&mut followed).await;
    assert!(changes.contains(&"bad@contoso.com - refused".to_owned()), "{changes:?}");
    let now = all(&followed);
    assert_eq!(
        now[..3],
        ["bad@contoso.com - refused", "ben@contoso.com Online current", "cho@contoso.com Offline current"]
    );
    ada.faulty.plan(|_| None);
    pass(Duration::from_secs(11 * 60)).await;
    assert!(!matches!(followed.get("bad@contoso.com").expect("followed").standing, Standing::Refused(_)));
    assert!(subscriptions(&simulator) > 0);
}

#[tokio::test(start_paused = true)]
async fn a_server_whose_subscriptions_take_few_contacts_has_more_of_them() {
    let people: Vec<_> = (0..7).map(|number| format!("user{number}@contoso.com")).collect();
    for (limit, at_once) in [(1, 1), (2, 1), (2, 2), (3, 5), (3, 7)] {
        let mut options = Options::new(SEED);
        options.limits.contacts_per_subscription = limit;
        options.accounts.extend(people.iter().map(|address| Account::new(address, "Somebody", "secret")));
        let simulator = Simulator::with_options(options);
        let ada = Desk::of(&simulator, ADA, Format::Json).await;
        let mut followed = ada.application.presence().expect("she may").follow([""; 0]);
        for some in people.chunks(at_once) {
            followed.add(some);
            changes(&mut followed).await;
        }
        let now = all(&followed);
        assert!(
            now.iter().all(|told| told.ends_with("Offline current")),
            "{limit} at most, {at_once} at once: {now:?}"
        );
        let count = subscriptions(&simulator);
        assert!(count <= 7_usize.div_ceil(limit) + 1, "{limit} at most, {at_once} at once: {count}");
        // Where somebody has left, there is room.
        for (first, second) in [(&people[..3], &people[3..]), (&people[3..], &people[..3])] {
            followed.remove(first);
            pass(Duration::from_secs(60)).await;
            followed.remove(second);
            followed.add(first);
            changes(&mut followed).await;
            assert!(all(&followed).iter().all(|told| told.ends_with("Offline current")), "{:?}", all(&followed));
            assert!(subscriptions(&simulator) <= count, "{limit} at most, {at_once} at once");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn contacts_that_were_read_before_take_fewer_requests() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let people = ada.application.people().await.expect("people");
    let contacts = people.my_contacts().fetch(ada.application.client()).await.expect("contacts");
    simulator.clear_requests();
    let presence = ada.application.presence().expect("she may");
    let mut followed = presence.follow_contacts(contacts.contact().embedded());
    changes(&mut followed).await;
    let is_batch = |line: &&String| line.contains("/batch");
    let requests = seen(&simulator);
    let batches = requests.iter().filter(is_batch).count();
    assert_eq!(
        batches, 2,
        "the presence of both at once and when the server reports, and not who they are: {requests:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_closed_application_ends_it() {
    let (_, ada, _ben) = two(Format::Json).await;
    let mut followed = ada.application.presence().expect("she may").follow([BEN]);
    changes(&mut followed).await;
    let mut empty = ada.application.presence().expect("she may").follow([CHO]);
    empty.remove([CHO]);
    let end = tokio::spawn(async move { empty.next().await.is_none() });
    ada.application.close().await.expect("it closes");
    pass(Duration::from_secs(1)).await;
    assert!(soon(end).await.expect("no panic"), "a set of nobody ends too");
    assert_eq!(followed.next().await.map(|contact| told(&contact)).as_deref(), Some("ben@contoso.com Online stale"));
    assert!(followed.next().await.is_none());
    let mut nobody = ada.application.presence().expect("she might").follow([] as [&str; 0]);
    assert!(nobody.next().await.is_none());
    let sent = ada.faulty.count();
    drop(followed);
    pass(Duration::from_secs(3600)).await;
    assert_eq!(ada.faulty.count(), sent);
}

#[tokio::test(start_paused = true)]
async fn five_thousand_contacts_are_followed_by_one_user() {
    const COUNT: usize = 5000;
    let mut options = Options::new(SEED);
    let people: Vec<_> = (0..COUNT).map(|number| format!("user{number}@contoso.com")).collect();
    options.accounts.extend(people.iter().map(|address| Account::new(address, "Somebody", "secret")));
    let simulator = Simulator::with_options(options);
    let ada = Desk::of(&simulator, ADA, Format::Json).await;
    let before = ada.faulty.count();
    let mut followed = ada.application.presence().expect("she may").follow(&people);
    for _ in 0..COUNT {
        let contact = soon(followed.next()).await.expect("it goes on");
        assert!(told(&contact).ends_with("Offline current"), "{}", told(&contact));
    }
    assert_eq!(subscriptions(&simulator), COUNT / 100);
    // Three for each hundred: to subscribe, to find out who they are, and how they are. And some polls.
    assert!(ada.faulty.count() - before < 3 * COUNT / 100 + 50, "{}", ada.faulty.count() - before);
    pass(Duration::from_secs(3600)).await;
    assert_eq!(subscriptions(&simulator), COUNT / 100);
    assert!(changes(&mut followed).await.is_empty());
    assert!(followed.contacts().iter().all(|contact| matches!(contact.standing, Standing::Current)));
    drop(followed);
    pass(Duration::from_secs(60)).await;
    assert_eq!(subscriptions(&simulator), 0);
}

#[tokio::test(start_paused = true)]
async fn what_fails_together_is_tried_again_as_soon_as_what_fails_alone() {
    let mut options = Options::new(SEED);
    let people: Vec<_> = (0..90).map(|number| format!("user{number}@contoso.com")).collect();
    options.accounts.extend(people.iter().map(|address| Account::new(address, "Somebody", "secret")));
    let simulator = Simulator::with_options(options);
    let ada = Desk::of(&simulator, ADA, Format::Json).await;
    // Four attempts of one batch, of all that are sent.
    let mut batches = 0;
    ada.faulty.plan(move |request| {
        let is_batch = request.uri().path().ends_with("/batch");
        batches += usize::from(is_batch);
        (is_batch && (2..6).contains(&batches)).then(|| respond(503, &[], ""))
    });
    pass(Duration::from_secs(10)).await;
    let followed = ada.application.presence().expect("she may").follow(&people);
    let begin = tokio::time::Instant::now();
    while !followed.contacts().iter().all(|contact| matches!(contact.standing, Standing::Current)) {
        pass(Duration::from_millis(100)).await;
    }
    // Three and a half seconds at most between the attempts, and half a second after them.
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test(start_paused = true)]
async fn whoever_follows_whom_is_up_to_date_in_the_end() {
    for seed in 0..12 {
        let mut random = fastrand::Rng::with_seed(seed);
        let format = FORMATS[usize::from(random.bool())];
        let (simulator, ada, _ben) = two(format).await;
        let presence = ada.application.presence().expect("she may");
        let people = [ADA, BEN, CHO, "dee@contoso.com"];
        let mut sets: Vec<Followed> = Vec::new();
        for _ in 0..40 {
            let somebody = people[random.usize(..people.len())];
            match random.u8(..9) {
                0 => sets.push(presence.follow([somebody, people[random.usize(..people.len())]])),
                1 if !sets.is_empty() => drop(sets.swap_remove(random.usize(..sets.len()))),
                2 => sets.iter_mut().for_each(|set| set.remove([somebody])),
                3 => sets.iter_mut().for_each(|set| set.add([somebody])),
                4 => {
                    let own = simulator.applications().into_iter().find(|found| found.user == ADA);
                    own.map(|own| simulator.lose_state(own.id).expect("it is there")).unwrap_or_default();
                }
                5 if random.bool() => simulator.restart(Memory::Lost),
                6 => {
                    let chosen = ["Busy", "Away", "Online"][random.usize(..3)];
                    simulator.set_presence(BEN, chosen).expect("a user");
                }
                7 => {
                    let mut left = random.u8(..20);
                    ada.faulty.plan(move |_| {
                        left = left.saturating_sub(1);
                        (left > 0).then_some(Fault::CutAfter)
                    });
                }
                _ => pass(Duration::from_secs(random.u64(..1500))).await,
            }
            pass(Duration::from_millis(random.u64(..30_000))).await;
        }
        ada.faulty.plan(|_| None);
        pass(Duration::from_secs(3600)).await;
        let users = simulator.users();
        for contact in sets.iter().flat_map(Followed::contacts).filter(|contact| contact.address != "dee@contoso.com") {
            let user = users.iter().find(|user| contact.address == *user.address).expect("a user");
            assert_eq!(told(&contact), format!("{} {} current", user.address, user.availability), "seed {seed}");
        }
        sets.clear();
        pass(Duration::from_secs(3600)).await;
        assert_eq!(subscriptions(&simulator), 0, "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_user_publishes_is_published_again() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        let own = ada.application.own_presence();
        own.set_availability(PreferredAvailability::Busy).await.expect("she may");
        own.set_note("Writing").await.expect("she may");
        own.set_location("Building 7").await.expect("she may");
        assert!(own.set_location("x".repeat(61)).await.is_err());
        let state = || simulator.users().into_iter().find(|user| user.address == ADA).expect("a user");
        assert_eq!((state().availability.as_str(), state().note.as_str()), ("Busy", "Writing"));
        simulator.lose_application(application_of(&simulator, ADA)).expect("it is there");
        simulator.set_presence(ADA, "Away").expect("a user");
        simulator.set_note(ADA, "").expect("a user");
        pass(Duration::from_secs(60)).await;
        assert_eq!((state().availability.as_str(), state().note.as_str()), ("Busy", "Writing"));
        assert_eq!(own.presence().await.expect("she may").availability, Some(Availability::Busy));
        assert_eq!(own.note().await.expect("she may").message.as_deref(), Some("Writing"));
        assert_eq!(own.location().await.expect("she may").location.as_deref(), Some("Building 7"));
        own.reset_availability().await.expect("she may");
        own.set_note("").await.expect("she may");
        assert_eq!((state().availability.as_str(), state().note.as_str()), ("Online", ""));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_left_to_the_server_is_so_again() {
    for format in FORMATS {
        let simulator = simulator();
        let faulty = support::Faulty::new(&simulator);
        let client = support::sign_in(&faulty, format).await.expect("the password is right");
        let application = client.create_application(ApplicationSettings::new("x")).await.expect("an application");
        let busy = MakeMeAvailableInput::new().sign_in_as(PreferredAvailability::Busy);
        application.make_me_available(busy).await.expect("she may");
        application.keep_active();
        let reader = tokio::spawn(application.events().expect("it has a channel").run());
        let own = application.own_presence();
        own.reset_availability().await.expect("she may");
        simulator.lose_application(application_of(&simulator, ADA)).expect("it is there");
        pass(Duration::from_secs(60)).await;
        // She is made available as before, which says that she is busy.
        assert_eq!(own.presence().await.expect("she may").availability, Some(Availability::Online));
        reader.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_published_again_does_not_hold_up_the_rest() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let own = ada.application.own_presence();
    own.set_availability(PreferredAvailability::Busy).await.expect("she may");
    own.set_note("Writing").await.expect("she may");
    ada.faulty.plan(|request| publishes(request, "/me/presence").then(|| respond(503, &[], "")));
    simulator.lose_application(application_of(&simulator, ADA)).expect("it is there");
    simulator.set_presence(ADA, "Away").expect("a user");
    simulator.set_note(ADA, "").expect("a user");
    pass(Duration::from_secs(60)).await;
    let state = || simulator.users().into_iter().find(|user| user.address == ADA).expect("a user");
    assert_eq!(state().note, "Writing");
    // What the user says by another program stays.
    simulator.set_note(ADA, "At lunch").expect("a user");
    pass(Duration::from_secs(600)).await;
    ada.faulty.plan(|_| None);
    pass(Duration::from_secs(60)).await;
    assert_eq!((state().availability.as_str(), state().note.as_str()), ("Busy", "At lunch"));
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_published_again_is_left_alone() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        let own = ada.application.own_presence();
        own.set_availability(PreferredAvailability::Busy).await.expect("she may");
        own.set_note("Writing").await.expect("she may");
        let posts = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&posts);
        ada.faulty.plan(move |request| {
            let all = publishes(request, "/me/presence") || publishes(request, "/me/note");
            counted.fetch_add(usize::from(all), Ordering::Relaxed);
            publishes(request, "/me/presence").then(|| respond(403, &[], ""))
        });
        simulator.lose_application(application_of(&simulator, ADA)).expect("it is there");
        pass(Duration::from_secs(3600)).await;
        assert_eq!(posts.load(Ordering::Relaxed), 2);
    }
}

fn publishes(request: &Request<Bytes>, place: &str) -> bool {
    request.method() == "POST" && request.uri().path().ends_with(place)
}

#[tokio::test(start_paused = true)]
async fn a_user_who_is_not_available_is_told_what_is_missing() {
    let simulator = simulator();
    let faulty = support::Faulty::new(&simulator);
    let client = support::sign_in(&faulty, Format::Json).await.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("x")).await.expect("one");
    let error = application.own_presence().set_note("x").await.expect_err("she is not available");
    assert!(matches!(error, Error::Refused(RefusedError::NotCapable { .. })), "{error:?}");
    assert!(error.to_string().contains("make_me_available"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn who_is_followed_again_before_they_have_left_the_subscription_is_read() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        let mut followed = ada.application.presence().expect("she may").follow([BEN, CHO]);
        changes(&mut followed).await;
        // They cannot be taken out of the subscription for now.
        let is_membership = |path: &str| path.ends_with("/memberships");
        ada.faulty.plan(move |request| is_membership(request.uri().path()).then(|| respond(503, &[], "")));
        followed.remove([BEN]);
        pass(Duration::from_secs(10)).await;
        followed.add([BEN]);
        pass(Duration::from_secs(10)).await;
        ada.faulty.plan(|_| None);
        pass(Duration::from_secs(600)).await;
        assert_eq!(all(&followed), ["ben@contoso.com Online current", "cho@contoso.com Offline current"]);
        assert_eq!(subscriptions(&simulator), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_added_or_removed_may_depend_on_what_is_known() {
    let (_simulator, ada, _ben) = two(Format::Json).await;
    let presence = ada.application.presence().expect("she may");
    let mut followed = presence.follow([BEN, CHO].into_iter().filter(|who| presence.get(*who).is_none()));
    changes(&mut followed).await;
    let is_offline = |who: &&str| presence.get(*who).is_some_and(|found| told(&found).contains("Offline"));
    followed.remove([BEN, CHO].into_iter().filter(is_offline));
    assert_eq!(all(&followed), ["ben@contoso.com Online current"]);
    let people = ada.application.contact_list().contacts().await.expect("she may");
    let is_new =
        |contact: &&Contact| ContactAddress::of(contact).is_some_and(|address| presence.get(address).is_none());
    followed.add_contacts(people.iter().filter(is_new));
    assert_eq!(all(&followed).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_publishes_any_more_is_not_published_again() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let own = ada.application.own_presence();
    own.set_note("Writing").await.expect("she may");
    ada.faulty.plan(|request| {
        (request.method() == "POST" && request.uri().path().ends_with("/note")).then(|| respond(403, &[], ""))
    });
    simulator.lose_application(application_of(&simulator, ADA)).expect("it is there");
    pass(Duration::from_secs(60)).await;
    let faulty = ada.faulty.clone();
    drop((own, ada));
    pass(Duration::from_secs(60)).await;
    let sent = faulty.count();
    pass(Duration::from_secs(3600)).await;
    assert_eq!(faulty.count(), sent, "no task is left");
    assert!(!simulator.applications().iter().any(|found| found.user == ADA), "it was dropped");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_wants_to_be_asked_never_again_is_asked_after_a_loss() {
    let simulator = simulator();
    let faulty = support::Faulty::new(&simulator);
    let mut patient = support::settings(Format::Json);
    patient.retry.longest_retry_after = Duration::MAX;
    let client = Client::sign_in_with(faulty.transport(), patient, ADA, support::password_of(ADA)).await;
    let client = client.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("x")).await.expect("an application");
    let reader = tokio::spawn(application.events().expect("it has a channel").run());
    faulty.plan(|request| {
        let never = u64::MAX.to_string();
        request.uri().path().ends_with("/presenceSubscriptions").then(|| respond(503, &[("retry-after", &never)], ""))
    });
    let followed = application.presence().expect("she may").follow([BEN]);
    pass(Duration::from_secs(3600)).await;
    assert_eq!(all(&followed), ["ben@contoso.com - pending"]);
    faulty.plan(|_| None);
    simulator.lose_application(application_of(&simulator, ADA)).expect("it is there");
    pass(Duration::from_secs(3600)).await;
    assert_eq!(all(&followed), ["ben@contoso.com Offline current"]);
    reader.abort();
}

#[tokio::test(start_paused = true)]
async fn who_cannot_be_identified_keeps_nobody_else_in_a_subscription() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    // Nobody is identified before somebody leaves, and one of them never is.
    ada.faulty.plan(move |request| {
        let path = request.uri().path();
        (path.ends_with("/batch") || path.ends_with("ben@contoso.com")).then(|| respond(404, &[], ""))
    });
    let mut followed = ada.application.presence().expect("she may").follow([BEN, CHO]);
    pass(Duration::from_secs(10)).await;
    assert_eq!(all(&followed), ["ben@contoso.com - pending", "cho@contoso.com - pending"]);
    followed.remove([CHO]);
    pass(Duration::from_secs(10)).await;
    let left = |line: &String| line.starts_with("DELETE") && line.contains("Memberships/");
    assert_eq!(seen(&simulator).iter().filter(|line| left(line)).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_read_before_a_contact_was_followed_again_says_nothing_of_the_time_since() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        ada.faulty.plan(|request| {
            let is_meant = request.uri().path().ends_with("/batch");
            is_meant.then_some(Fault::SlowResponse)
        });
        // After ten seconds it is known who they are, and after ten more how they are.
        let mut followed = ada.application.presence().expect("she may").follow([BEN, CHO]);
        pass(Duration::from_secs(11)).await;
        followed.remove([BEN]);
        simulator.set_presence(BEN, "Busy").expect("a user");
        pass(Duration::from_secs(8)).await;
        followed.add([BEN]);
        changes(&mut followed).await;
        assert_eq!(all(&followed), ["ben@contoso.com Busy current", "cho@contoso.com Offline current"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_cannot_be_read_yet_is_known_to_be_missing() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let mut followed = ada.application.presence().expect("she may").follow([BEN]);
    changes(&mut followed).await;
    ada.faulty.plan(|request| request.uri().path().ends_with("contactPresence").then(|| respond(503, &[], "")));
    simulator.set_presence(BEN, "Busy").expect("a user");
    assert_eq!(changes(&mut followed).await, ["ben@contoso.com Online stale"]);
    ada.faulty.plan(|_| None);
    assert_eq!(changes(&mut followed).await, ["ben@contoso.com Busy current"]);
}

#[tokio::test(start_paused = true)]
async fn what_several_parts_of_a_program_publish_is_what_the_last_one_did() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let (one, other) = (ada.application.own_presence(), ada.application.own_presence());
    other.set_note("Reading").await.expect("she may");
    one.set_note("Writing").await.expect("she may");
    let note = || simulator.users().into_iter().find(|user| user.address == ADA).expect("a user").note;
    simulator.lose_application(application_of(&simulator, ADA)).expect("it is there");
    simulator.set_note(ADA, "").expect("a user");
    pass(Duration::from_secs(60)).await;
    assert_eq!(note(), "Writing");
    // The others go on with what one published that is gone.
    drop(one);
    simulator.lose_application(application_of(&simulator, ADA)).expect("it is there");
    simulator.set_note(ADA, "").expect("a user");
    pass(Duration::from_secs(60)).await;
    assert_eq!(note(), "Writing");
}

#[tokio::test(start_paused = true)]
async fn publishing_that_a_program_began_and_does_not_wait_for_holds_up_nothing() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let own = ada.application.own_presence();
    let user = || simulator.users().into_iter().find(|user| user.address == ADA).expect("a user");
    // As in a loop that selects between this and something else.
    ada.faulty.plan(|_| Some(Fault::Late));
    let mut first = Box::pin(own.set_note("first"));
    assert!((&mut first).now_or_never().is_none());
    soon(own.set_availability(PreferredAvailability::Busy)).await.expect("she may");
    soon(own.set_note("second")).await.expect("she may");
    assert_eq!((user().availability.as_str(), user().note.as_str()), ("Busy", "second"));
    first.await.expect("she may");
    assert_eq!(user().note, "second", "the last one to be called wins");
}

#[test]
fn whom_nobody_can_follow_outside_of_a_runtime_is_followed_within_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let runtime = runtime.expect("a runtime");
    let (_simulator, ada, ben) = runtime.block_on(two(Format::Json));
    let presence = ada.application.presence().expect("she may");
    catch_unwind(AssertUnwindSafe(|| presence.follow([BEN]))).expect_err("there is no runtime");
    runtime.block_on(async {
        let mut followed = presence.follow([BEN]);
        assert_eq!(changes(&mut followed).await, ["ben@contoso.com Online current"]);
    });
    runtime.block_on(async { drop((ada, ben)) });
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_is_made_while_events_are_lost_does_not_stay_behind() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    ada.faulty.plan(|request| {
        let is_meant = request.method() == "POST" && request.uri().path().ends_with("/presenceSubscriptions");
        is_meant.then_some(Fault::SlowResponse)
    });
    let mut followed = ada.application.presence().expect("she may").follow([BEN]);
    pass(Duration::from_secs(1)).await;
    simulator.inject(ServerFault::new(Effect::LostAcknowledgement).on("events").of_user(ADA));
    simulator.set_note(ADA, "something to tell").expect("a user");
    changes(&mut followed).await;
    assert_eq!(all(&followed), ["ben@contoso.com Online current"]);
    assert_eq!(subscriptions(&simulator), 1);
}

/// Somebody who looks at what is known of a contact as soon as they are woken, wherever that is.
struct Curious(Presence);

impl Wake for Curious {
    fn wake(self: Arc<Self>) {
        self.0.get(BEN).expect("he is followed");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_woken_may_look_at_once() {
    let (simulator, ada, _ben) = two(Format::Json).await;
    let presence = ada.application.presence().expect("she may");
    let mut followed = presence.follow([BEN]);
    changes(&mut followed).await;
    let waker = Waker::from(Arc::new(Curious(presence)));
    assert!(Pin::new(&mut followed).poll_next(&mut Context::from_waker(&waker)).is_pending());
    simulator.set_presence(BEN, "Busy").expect("a user");
    pass(Duration::from_secs(60)).await;
    assert_eq!(changes(&mut followed).await, ["ben@contoso.com Busy current"]);
}

#[tokio::test(start_paused = true)]
async fn subscriptions_are_renewed_while_what_is_read_takes_its_time() {
    let mut options = Options::new(SEED);
    let people: Vec<_> = (0..90).map(|number| format!("user{number}@contoso.com")).collect();
    options.accounts.extend(people.iter().map(|address| Account::new(address, "Somebody", "secret")));
    let simulator = Simulator::with_options(options);
    let ada = Desk::of(&simulator, ADA, Format::Json).await;
    // Batches have no responses to what is in them, and what is sent by itself has none at all.
    ada.faulty.plan(|request| match request.uri().path() {
        path if path.ends_with("/batch") => {
            Some(respond(200, &[("content-type", "multipart/batching; boundary=b")], "--b--"))
        }
        path => path.ends_with("/contactPresence").then_some(Fault::Silence),
    });
    pass(Duration::from_secs(10)).await;
    let followed = ada.application.presence().expect("she may").follow(&people);
    pass(Duration::from_secs(40 * 60)).await;
    assert_eq!(subscriptions(&simulator), 1);
    ada.faulty.plan(|_| None);
    pass(Duration::from_secs(20 * 60)).await;
    let subscribed = |line: &String| line.starts_with("POST") && line.contains("/presenceSubscriptions ");
    assert_eq!(seen(&simulator).iter().filter(|line| subscribed(line)).count(), 1);
    assert!(followed.contacts().iter().all(|contact| matches!(contact.standing, Standing::Current)));
}

#[test]
fn following_goes_on_after_the_runtime_that_it_began_on_was_shut_down() {
    for is_begun in [false, true] {
        let first = runtime();
        let (_simulator, mut ada, _ben) = first.block_on(two(Format::Json));
        let mut followed = first.block_on(async {
            ada.faulty
                .plan(|request| request.uri().path().contains("/presenceSubscriptions").then_some(Fault::Silence));
            let followed = ada.application.presence().expect("she may").follow([BEN]);
            if is_begun {
                pass(Duration::from_secs(1)).await;
            }
            followed
        });
        drop(first);
        ada.faulty.plan(|_| None);
        runtime().block_on(async {
            ada.read_again();
            let changes = changes(&mut followed).await;
            assert_eq!(changes.last().map(String::as_str), Some("ben@contoso.com Online current"), "{is_begun}");
        });
    }
}

#[test]
fn what_the_user_publishes_is_restored_after_the_runtime_of_an_earlier_attempt_was_shut_down() {
    let first = runtime();
    let (simulator, mut ada, _ben) = first.block_on(two(Format::Json));
    let own = ada.application.own_presence();
    first.block_on(async {
        own.set_note("Writing").await.expect("she may");
        ada.faulty.plan(|request| request.uri().path().ends_with("/note").then_some(Fault::Silence));
        simulator.lose_application(application_of(&simulator, ADA)).expect("it is there");
        pass(Duration::from_secs(10)).await;
    });
    drop(first);
    ada.faulty.plan(|_| None);
    runtime().block_on(async {
        ada.read_again();
        simulator.set_note(ADA, "").expect("a user");
        simulator.lose_application(application_of(&simulator, ADA)).expect("it is there");
        pass(Duration::from_secs(60)).await;
    });
    assert_eq!(simulator.users().into_iter().find(|user| user.address == ADA).expect("a user").note, "Writing");
}

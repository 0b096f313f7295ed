//! The event channel: order, losses that are told, and why it ends.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use support::{
    ADA, FORMATS, Fault, Faulty, edit, is_token_request, pass, password_of, respond, seen, settings, sign_in, simulator,
};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use ucwa::events::Documented;
use ucwa::http::{Method, Request};
use ucwa::me::MakeMeAvailableInput;
use ucwa::{Event, Format};
use ucwa_client::{
    Application, ApplicationSettings, ChannelEnd, ChannelItem, ChannelSettings, ChannelState, Client, Cursor, Error,
    Events, Loss, Settings,
};
use ucwa_simulator::{Memory, Simulator};

/// A user who is online, with a stream of events that has nothing more to tell.
async fn online(format: Format) -> (Simulator, Faulty, Application, Events) {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let (application, events) = online_with(&faulty, settings(format)).await;
    (simulator, faulty, application, events)
}

/// The same, with other settings of the client.
async fn online_with(faulty: &Faulty, settings: Settings) -> (Application, Events) {
    let client = Client::sign_in_with(faulty.transport(), settings, ADA, password_of(ADA)).await;
    let client = client.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
    application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
    let mut events = application.events().expect("it has a channel");
    quiet(&mut events).await;
    (application, events)
}

/// Takes items until there are none for a while.
async fn quiet(events: &mut Events) -> Vec<ChannelItem> {
    let mut items = Vec::new();
    while let Ok(Some(item)) = timeout(Duration::from_secs(60), events.next()).await {
        items.extend(Some(item).filter(|item| !is_about_idling(item)));
    }
    items
}

/// A user who does nothing becomes idle, which no test here is about.
fn is_about_idling(item: &ChannelItem) -> bool {
    matches!(item, ChannelItem::Event(event) if event.rel() == "presence")
}

/// What items say, in short.
fn told(items: &[ChannelItem]) -> Vec<String> {
    items.iter().map(tell).collect()
}

fn tell(item: &ChannelItem) -> String {
    match item {
        ChannelItem::Event(event) => format!("{} {}", event.kind, event.rel()),
        ChannelItem::Interrupted(_) => "interrupted".into(),
        ChannelItem::Reconnected => "reconnected".into(),
        ChannelItem::Lost(loss) => format!("lost {loss:?}"),
        ChannelItem::UnreadableSender(sender) => format!("unreadable {}", sender.rel),
        ChannelItem::UnreadableParts(_) => "unreadable parts".into(),
        ChannelItem::Ended(end) => format!("ended {}", format!("{end:?}").split('(').next().unwrap_or_default()),
        other => panic!("{other:?}"),
    }
}

async fn next(events: &mut Events) -> ChannelItem {
    loop {
        let item = timeout(Duration::from_secs(7200), events.next()).await.expect("within two hours").expect("an item");
        if !is_about_idling(&item) {
            return item;
        }
    }
}

fn is_poll(request: &Request<Bytes>) -> bool {
    request.uri().path().ends_with("/events")
}

/// The addresses of the polls so far.
fn polls(simulator: &Simulator) -> Vec<String> {
    let polls = simulator.requests().into_iter().filter(|exchange| exchange.uri.path().ends_with("/events"));
    polls.map(|exchange| exchange.uri.query().unwrap_or_default().to_owned()).collect()
}

/// Lets a stranger take the channel.
async fn stranger(simulator: &Simulator, application: &Application) -> Events {
    let transport = Faulty::new(simulator).transport();
    let client = Client::sign_in_with(transport, settings(Format::Json), ADA, password_of(ADA)).await;
    let settings = ApplicationSettings::new("test").with_endpoint_id(application.endpoint_id());
    let other = client.expect("the password is right").create_application(settings).await.expect("the same one");
    other.events().expect("it has a channel")
}

#[tokio::test(start_paused = true)]
async fn events_come_in_order_and_typed() {
    for format in FORMATS {
        let (simulator, _, _, mut events) = online(format).await;
        simulator.send_message("ben@contoso.com", ADA, "hello").expect("both are users");
        let first = next(&mut events).await;
        let ChannelItem::Event(event) = &first else { panic!("{first:?}") };
        let Documented::MessagingInvitationStarted(invitation) = event.documented() else { panic!("{event:?}") };
        assert!(invitation.link().is_some_and(|link| link.url().is_ok()), "the link can be followed");
        assert_eq!(tell(&next(&mut events).await), "added conversation");
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_poll_is_on_its_way_while_events_are_handed_on() {
    let (simulator, faulty, _, mut events) = online(Format::Json).await;
    simulator.send_message("ben@contoso.com", ADA, "hello").expect("both are users");
    next(&mut events).await;
    assert!(simulator.applications()[0].is_polling);
    let sent = faulty.count();
    // What comes meanwhile waits; no further poll goes out before it is handed on.
    simulator.send_message("cho@contoso.com", ADA, "hello").expect("both are users");
    next(&mut events).await;
    assert_eq!(faulty.count(), sent);
    assert_eq!(tell(&next(&mut events).await), "started messagingInvitation");
    assert_eq!(faulty.count(), sent + 1);
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_future_loses_nothing() {
    let (simulator, _, application, mut events) = online(Format::Json).await;
    application.keep_active();
    for _ in 0..100 {
        assert!(timeout(Duration::from_secs(7), events.next()).await.is_err());
    }
    simulator.set_note(ADA, "a note").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
}

#[tokio::test(start_paused = true)]
async fn the_settings_are_sent_until_the_server_knows_them_and_again_after_a_loss() {
    let (simulator, _, application, events) = online(Format::Json).await;
    drop(events);
    simulator.clear_requests();
    let settings = ChannelSettings::new().with_timeout(Duration::from_secs(300)).with_low(20).with_medium(7);
    let mut events = application.events_with(settings).expect("it has a channel");
    quiet(&mut events).await;
    simulator.set_note(ADA, "1").expect("a user");
    quiet(&mut events).await;
    let has_settings = |poll: &String| ["low=20", "medium=7", "timeout=300"].iter().all(|part| poll.contains(part));
    assert_eq!(polls(&simulator).iter().filter(|poll| has_settings(poll)).count(), 1, "{:?}", polls(&simulator));
    simulator.lose_state(simulator.applications()[0].id).expect("it is there");
    assert_eq!(tell(&next(&mut events).await), "lost Resumed");
    quiet(&mut events).await;
    assert!(polls(&simulator).last().is_some_and(has_settings), "{:?}", polls(&simulator));
    assert_eq!(events.state(), ChannelState::Resuming);
    simulator.set_note(ADA, "2").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
    assert_eq!(events.state(), ChannelState::Polling);
}

#[tokio::test(start_paused = true)]
async fn a_lost_application_is_created_again_and_the_stream_says_so() {
    for format in FORMATS {
        let (simulator, _, application, mut events) = online(format).await;
        simulator.lose_application(simulator.applications()[0].id).expect("it is there");
        assert_eq!(tell(&next(&mut events).await), "lost Recreated");
        assert!(simulator.applications()[0].is_available);
        quiet(&mut events).await;
        simulator.set_note(ADA, "a note").expect("a user");
        assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
        assert!(application.me().await.expect("me").note().exists());
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_was_created_again_is_restored_by_whoever_reads_its_events() {
    for is_dropped in [true, false] {
        let (simulator, faulty, application, mut events) = online(Format::Json).await;
        simulator.lose_application(simulator.applications()[0].id).expect("it is there");
        faulty.plan(|request| {
            let is_meant = request.uri().path().ends_with("/makeMeAvailable");
            is_meant.then(|| respond(503, &[("content-type", "application/json")], r#"{"code":"ServiceUnavailable"}"#))
        });
        let _ = timeout(Duration::from_secs(10), events.next()).await;
        if is_dropped {
            drop(events);
            faulty.plan(|_| None);
            quiet(&mut application.events().expect("it has a channel")).await;
        } else {
            let mut second = application.events().expect("it has a channel");
            let (_, _) = tokio::join!(quiet(&mut events), quiet(&mut second));
            faulty.plan(|_| None);
            tokio::join!(quiet(&mut events), quiet(&mut second));
        }
        assert!(simulator.applications()[0].is_available, "although the stream was dropped: {is_dropped}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_kept_and_no_longer_read_does_not_hold_up_the_one_that_has_the_channel() {
    for format in FORMATS {
        let (simulator, faulty, application, mut events) = online(format).await;
        simulator.lose_application(simulator.applications()[0].id).expect("it is there");
        faulty.plan(|request| request.uri().path().ends_with("/makeMeAvailable").then_some(Fault::Silence));
        let _ = timeout(Duration::from_secs(10), events.next()).await;
        assert_eq!(events.state(), ChannelState::Recreating);
        faulty.plan(|_| None);
        let mut second = application.events().expect("it has a channel");
        assert!(told(&quiet(&mut second).await).contains(&"lost Recreated".to_owned()));
        assert!(simulator.applications()[0].is_available);
        simulator.set_note(ADA, "a note").expect("a user");
        assert_eq!(told(&quiet(&mut second).await), ["updated note"]);
        let late = told(&quiet(&mut events).await);
        assert_eq!(late, ["ended TakenByStream"], "what began since is not lost");
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_was_created_again_without_a_stream_is_said_to_be_by_the_next_one() {
    for format in FORMATS {
        let (simulator, _, application, events) = online(format).await;
        drop(events);
        simulator.lose_application(simulator.applications()[0].id).expect("it is there");
        application.recreate().await.expect("it can be");
        let mut events = application.events().expect("it has a channel");
        assert_eq!(tell(&next(&mut events).await), "lost Recreated");
        let mut events = application.events().expect("it has a channel");
        assert!(!told(&quiet(&mut events).await).contains(&"lost Recreated".to_owned()), "once");
    }
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_gone_for_hours_is_two_items() {
    for format in FORMATS {
        let (simulator, faulty, _, mut events) = online(format).await;
        faulty.plan(|_| Some(Fault::NotConnected));
        simulator.set_note(ADA, "1").expect("a user");
        let begin = Instant::now();
        let mut items = told(&quiet(&mut events).await);
        items.extend(told(&quiet(&mut events).await));
        assert_eq!(items, ["updated note", "interrupted"]);
        let tries = faulty.count();
        assert!(begin.elapsed() > Duration::from_secs(120));
        assert!(timeout(Duration::from_secs(300), events.next()).await.is_err());
        let tries = faulty.count() - tries;
        assert!((10..100).contains(&tries), "{tries} in five minutes: the delay is 30 seconds at most");
        simulator.set_note(ADA, "2").expect("a user");
        faulty.plan(|_| None);
        assert_eq!(told(&quiet(&mut events).await), ["reconnected", "updated note"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_died_without_a_word_is_given_up() {
    let (simulator, faulty, _, mut events) = online(Format::Json).await;
    let mut is_silent = true;
    faulty
        .plan(move |request| (is_poll(request) && std::mem::replace(&mut is_silent, false)).then_some(Fault::Silence));
    simulator.set_note(ADA, "1").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
    simulator.set_note(ADA, "2").expect("a user");
    let begin = Instant::now();
    let item = next(&mut events).await;
    let ChannelItem::Interrupted(Error::Transport(failure)) = &item else { panic!("{item:?}") };
    assert!(failure.to_string().contains("no response within 210s"), "{failure}");
    assert!(begin.elapsed() <= Duration::from_secs(210), "{:?}", begin.elapsed());
    assert_eq!(told(&quiet(&mut events).await), ["reconnected", "updated note"]);
}

#[tokio::test(start_paused = true)]
async fn a_response_that_was_cut_off_comes_again() {
    let (simulator, faulty, _, mut events) = online(Format::Json).await;
    let mut is_cut = true;
    faulty.plan(move |request| (is_poll(request) && std::mem::replace(&mut is_cut, false)).then_some(Fault::CutAfter));
    simulator.set_note(ADA, "1").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
    simulator.set_note(ADA, "2").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["interrupted", "reconnected", "updated note"]);
    simulator.set_note(ADA, "3").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_is_survived() {
    for format in FORMATS {
        let (simulator, _, _, mut events) = online(format).await;
        simulator.restart(Memory::Kept);
        assert_eq!(told(&quiet(&mut events).await), ["interrupted"]);
        simulator.set_note(ADA, "before").expect("a user");
        assert_eq!(told(&quiet(&mut events).await), ["reconnected", "updated note"]);
        simulator.restart(Memory::Lost);
        assert!(told(&quiet(&mut events).await).contains(&"lost Recreated".to_owned()));
        simulator.set_note(ADA, "a note").expect("a user");
        assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_during_a_poll() {
    let (simulator, _, _, mut events) = online(Format::Json).await;
    simulator.revoke_tokens(ADA).expect("a user");
    let first = support::token_requests(&simulator);
    assert_eq!(told(&quiet(&mut events).await), [""; 0]);
    pass(Duration::from_secs(200)).await;
    simulator.set_note(ADA, "a note").expect("a user");
    let mut items = told(&quiet(&mut events).await);
    items.extend(told(&quiet(&mut events).await));
    assert_eq!(items, ["updated note"]);
    assert_eq!(support::token_requests(&simulator), first + 1);
}

#[tokio::test(start_paused = true)]
async fn another_stream_of_the_program_takes_the_channel() {
    let (simulator, faulty, application, mut events) = online(Format::Json).await;
    let mut second = application.events().expect("it has a channel");
    let (first, ()) = tokio::join!(quiet(&mut events), async {
        assert!(timeout(Duration::from_secs(60), second.next()).await.is_err());
    });
    assert_eq!(told(&first), ["ended TakenByStream"]);
    assert!(events.next().await.is_none() && events.state() == ChannelState::Closed);
    let sent = faulty.count();
    simulator.set_note(ADA, "a note").expect("a user");
    assert_eq!(told(&quiet(&mut second).await), ["updated note"]);
    assert!(events.next().await.is_none());
    assert_eq!(faulty.count(), sent + 1, "the first stream sends nothing any more");
}

#[tokio::test(start_paused = true)]
async fn another_stream_of_the_program_takes_the_channel_whatever_its_priority() {
    for is_read in [true, false] {
        let (simulator, _, application, events) = online(Format::Json).await;
        drop(events);
        let priority = |priority| ChannelSettings::new().with_priority(priority);
        let mut first = application.events_with(priority(5)).expect("it has a channel");
        quiet(&mut first).await;
        let mut second = application.events_with(priority(1)).expect("it has a channel");
        let told_first = async { if is_read { told(&quiet(&mut first).await) } else { Vec::new() } };
        let (_, told_second) = tokio::join!(told_first, async { told(&quiet(&mut second).await) });
        assert_eq!(told_second, [""; 0], "first is read: {is_read}");
        simulator.set_note(ADA, "a note").expect("a user");
        assert_eq!(told(&quiet(&mut second).await), ["updated note"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_lost_the_channel_does_not_poll_again() {
    let (simulator, faulty, application, mut events) = online(Format::Json).await;
    simulator.set_note(ADA, "1").expect("a user");
    assert_eq!(tell(&next(&mut events).await), "updated note");
    let mut first = application.events().expect("it has a channel");
    let second = application.events().expect("it has a channel");
    let sent = faulty.count();
    assert_eq!(told(&quiet(&mut first).await), ["ended TakenByStream"]);
    assert_eq!(faulty.count(), sent);
    drop(second);
}

#[tokio::test(start_paused = true)]
async fn what_comes_while_the_channel_is_taken_is_given_once() {
    let (simulator, _, application, mut events) = online(Format::Json).await;
    simulator.send_message("ben@contoso.com", ADA, "hello").expect("both are users");
    assert_eq!(tell(&next(&mut events).await), "started messagingInvitation");
    simulator.set_note(ADA, "a note").expect("a user");
    pass(Duration::from_secs(20)).await;
    // The note has come, and waits behind the events before it.
    assert_eq!(tell(&next(&mut events).await), "added conversation");
    let mut second = application.events().expect("it has a channel");
    assert!(told(&quiet(&mut second).await).contains(&"updated note".to_owned()));
    assert_eq!(told(&quiet(&mut events).await), ["ended TakenByStream"]);
}

#[tokio::test(start_paused = true)]
async fn a_stranger_gets_the_channel_without_a_fight() {
    let (simulator, faulty, application, mut events) = online(Format::Json).await;
    let mut other = stranger(&simulator, &application).await;
    let sent = faulty.count();
    let (first, second) = tokio::join!(quiet(&mut events), quiet(&mut other));
    let ended = [&first, &second].map(|items| items.iter().any(|item| matches!(item, ChannelItem::Ended(_))));
    assert_eq!(ended, [true, false], "{first:?} {second:?}");
    assert!(
        matches!(first.last(), Some(ChannelItem::Ended(ChannelEnd::TakenByStranger(error))) if error.is_conflict())
    );
    assert!(faulty.count() - sent <= 2, "it is taken back once at most");
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_for_good_ends_the_stream() {
    let (_, faulty, _, mut events) = online(Format::Json).await;
    let body = r#"{"code":"Gone","subcode":"InactiveApplicationExpired"}"#;
    faulty.plan(move |request| is_poll(request).then(|| respond(410, &[("content-type", "application/json")], body)));
    let items = {
        let mut items = Vec::new();
        while let Some(item) = events.next().await {
            items.push(item);
        }
        items
    };
    let [ChannelItem::Ended(ChannelEnd::Gone(error))] = &items[..] else { panic!("{items:?}") };
    assert_eq!(error.subcode(), Some("InactiveApplicationExpired"));
    let sent = faulty.count();
    assert!(events.next().await.is_none());
    assert_eq!(faulty.count(), sent);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_no_longer_work_end_the_stream() {
    let (simulator, faulty, _, mut events) = online(Format::Json).await;
    let denied = || respond(400, &[("content-type", "application/json")], r#"{"error":"invalid_grant"}"#);
    faulty.plan(move |request| is_token_request(request).then(denied));
    simulator.revoke_tokens(ADA).expect("a user");
    let item = next(&mut events).await;
    assert!(matches!(&item, ChannelItem::Ended(ChannelEnd::SignIn(Error::SignIn(_)))), "{item:?}");
    assert!(events.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_is_down_does_not() {
    // A page is that of a proxy, which says nothing of the credentials.
    for (status, body) in [(503, ""), (302, ""), (404, "<p>Not here</p>"), (200, "<p>Come back later</p>")] {
        let (simulator, faulty, _, mut events) = online(Format::Json).await;
        let respond = move || respond(status, &[("content-type", "text/html")], body);
        faulty.plan(move |request| is_token_request(request).then(respond));
        simulator.revoke_tokens(ADA).expect("a user");
        assert_eq!(tell(&next(&mut events).await), "interrupted");
        // The application lives for half an hour without requests.
        assert!(timeout(Duration::from_secs(1200), events.next()).await.is_err());
        faulty.plan(|_| None);
        assert_eq!(tell(&next(&mut events).await), "reconnected");
    }
}

#[tokio::test(start_paused = true)]
async fn a_closed_application_ends_the_stream() {
    let (_, faulty, application, mut events) = online(Format::Json).await;
    application.close().await.expect("the server removes it");
    let sent = faulty.count();
    assert_eq!(told(&quiet(&mut events).await), ["ended Closed"]);
    assert!(events.next().await.is_none());
    pass(Duration::from_secs(3600)).await;
    assert_eq!(faulty.count(), sent);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_an_item() {
    const BODY: &str = r#"{"_links":{"next":{"href":"/ucwa/oauth/v1/applications/1/events?ack=9"}},"sender":[
        {"rel":"people","href":"/p","events":[
            {"link":{"rel":"contact","href":"/c"},"type":"glittered"},
            {"link":{"rel":"contactNote","href":"/n"},"_embedded":{"contactNote":{"message":{"a":"b"}}},"type":"updated"},
            {"link":7,"type":"updated"}]},
        7]}"#;
    let (_, faulty, _, mut events) = online(Format::Json).await;
    let mut is_first = true;
    faulty.plan(move |request| {
        let is_meant = is_poll(request) && std::mem::replace(&mut is_first, false);
        is_meant.then(|| respond(200, &[("content-type", "application/json")], BODY))
    });
    let mut items = Vec::new();
    while items.len() < 4 {
        items.push(next(&mut events).await);
    }
    let event = |item: &ChannelItem| -> Event {
        let ChannelItem::Event(event) = item else { panic!("{item:?}") };
        (**event).clone()
    };
    assert!(matches!(event(&items[0]).documented(), Documented::Undocumented(_)), "{items:?}");
    assert_eq!(event(&items[1]).rel(), "contactNote");
    assert!(event(&items[2]).unreadable.is_some());
    assert_eq!(tell(&items[3]), "unreadable ");
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_leads_elsewhere_ends_and_another_stream_goes_on() {
    for format in FORMATS {
        for elsewhere in
            ["https://evil.example/events", "http://pool1.contoso.com/events", "//a:b@pool1.contoso.com/events"]
        {
            let (simulator, faulty, application, _events) = ended_elsewhere(format, elsewhere).await;
            faulty.plan(|_| None);
            let mut events = application.events().expect("it has a channel");
            assert_eq!(told(&quiet(&mut events).await)[0], "lost Resynchronized");
            simulator.set_note(ADA, "3").expect("a user");
            assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_redirect_of_a_poll_to_elsewhere_is_not_followed_and_passes() {
    for location in
        ["https://proxy.example/login", "http://pool1.contoso.com/", "https://a:b@pool1.contoso.com/", "/around"]
    {
        let (simulator, faulty, _, mut events) = online(Format::Json).await;
        let around = move |request: &Request<Bytes>| is_poll(request) || request.uri().path() == "/around";
        faulty.plan(move |request| around(request).then(|| respond(302, &[("location", location)], "")));
        simulator.set_note(ADA, "1").expect("a user");
        assert_eq!(told(&quiet(&mut events).await), ["updated note", "interrupted"], "{location}");
        faulty.plan(|_| None);
        simulator.set_note(ADA, "2").expect("a user");
        assert_eq!(told(&quiet(&mut events).await), ["reconnected", "updated note"], "{location}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_begins_anew_says_that_events_may_be_missing_whatever_else_the_server_dropped() {
    for format in FORMATS {
        let (_simulator, faulty, application, _events) = ended_elsewhere(format, "https://evil.example/events").await;
        let mut is_first = true;
        faulty.plan(move |request| {
            let is_meant = is_poll(request) && std::mem::take(&mut is_first);
            is_meant.then(|| {
                edit(|text| text.replace("\"next\":", "\"resume\":").replace("rel=\"next\"", "rel=\"resume\""))
            })
        });
        let mut events = application.events().expect("it has a channel");
        let items = told(&quiet(&mut events).await);
        let losses: Vec<_> = items.iter().filter(|item| item.starts_with("lost")).collect();
        assert_eq!(losses, ["lost Resynchronized"], "{items:?}");
    }
}

/// A user whose stream has ended, as the server said that the channel goes on elsewhere. It still says so.
async fn ended_elsewhere(format: Format, elsewhere: &'static str) -> (Simulator, Faulty, Application, Events) {
    let (simulator, faulty, application, mut events) = online(format).await;
    faulty.plan(move |request| is_poll(request).then(|| edit(move |text| with_next(text, Next::Elsewhere(elsewhere)))));
    simulator.set_note(ADA, "1").expect("a user");
    quiet(&mut events).await;
    // It knows how far the channel is, so that whoever begins anew is in order for the server.
    application.refresh().await.expect("it is there");
    simulator.set_note(ADA, "2").expect("a user");
    assert_eq!(tell(&next(&mut events).await), "updated note", "no event is lost");
    let item = next(&mut events).await;
    assert!(matches!(&item, ChannelItem::Ended(ChannelEnd::Refused(Error::Refused(_)))), "{item:?}");
    (simulator, faulty, application, events)
}

#[tokio::test(start_paused = true)]
async fn a_cursor_is_that_of_the_last_response_that_was_handled() {
    for format in FORMATS {
        let (simulator, faulty, application, mut events) = online(format).await;
        let handled = events.cursor().expect("there were responses");
        // The next poll never arrives.
        faulty.plan(|request| is_poll(request).then_some(Fault::Silence));
        simulator.send_message("ben@contoso.com", ADA, "hello").expect("both are users");
        next(&mut events).await;
        assert_eq!(events.cursor().as_ref(), Some(&handled), "the program has one event, and has not come back");
        // It stops here.
        let stored = handled.to_string();
        drop(events);
        faulty.plan(|_| None);
        let settings = ChannelSettings::default;
        let cursor: Cursor = stored.parse().expect("it was written by us");
        let mut again = application.events_after(&cursor, settings()).expect("it is the same application");
        let items = told(&quiet(&mut again).await);
        assert_eq!(items[0], "started messagingInvitation", "{items:?}");
        let foreign: Cursor = "https://evil.example/events?ack=1".parse().expect("a URL");
        assert!(application.events_after(&foreign, settings()).is_err());
        assert!("http://pool1.contoso.com/events".parse::<Cursor>().is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_program_that_stops_in_the_first_response_goes_on_there() {
    let (simulator, faulty, application, events) = online(Format::Json).await;
    drop(events);
    let mut events = application.events().expect("it has a channel");
    // The poll after the first one never arrives.
    let mut has_polled = false;
    faulty
        .plan(move |request| (is_poll(request) && std::mem::replace(&mut has_polled, true)).then_some(Fault::Silence));
    simulator.send_message("ben@contoso.com", ADA, "hello").expect("both are users");
    assert_eq!(tell(&next(&mut events).await), "started messagingInvitation");
    let cursor = events.cursor().expect("the stream has begun somewhere");
    drop(events);
    faulty.plan(|_| None);
    let mut again = application.events_after(&cursor, ChannelSettings::default()).expect("it is the same application");
    let items = told(&quiet(&mut again).await);
    assert_eq!(items[..2], ["started messagingInvitation", "added conversation"], "{items:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_after_one_with_a_cursor_begins_at_the_cursor() {
    let (simulator, faulty, application, mut events) = online(Format::Json).await;
    let cursor = events.cursor().expect("there were responses");
    // The next poll never arrives.
    faulty.plan(|request| is_poll(request).then_some(Fault::Silence));
    simulator.send_message("ben@contoso.com", ADA, "hello").expect("both are users");
    assert_eq!(tell(&next(&mut events).await), "started messagingInvitation");
    drop(events);
    faulty.plan(|_| None);
    let unread = application.events_after(&cursor, ChannelSettings::default()).expect("it is the same application");
    let mut events = application.events().expect("it has a channel");
    let items = told(&quiet(&mut events).await);
    assert_eq!(items[0], "started messagingInvitation", "{items:?}");
    drop(unread);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_begins_while_the_application_is_created_again_knows_the_new_one() {
    let (simulator, faulty, application, mut events) = online(Format::Json).await;
    faulty.plan(|request| request.uri().path().ends_with("/makeMeAvailable").then_some(Fault::Late));
    let first = simulator.applications()[0].id;
    simulator.lose_application(first).expect("it is there");
    assert!(timeout(Duration::from_millis(500), events.next()).await.is_err());
    let second = simulator.applications()[0].id;
    assert!(second != first && !simulator.applications()[0].is_available, "it is created, and the user not available");
    let mut later = application.events().expect("it has a channel");
    faulty.plan(|_| None);
    tokio::join!(quiet(&mut events), quiet(&mut later));
    simulator.lose_application(second).expect("it is there");
    assert_eq!(tell(&next(&mut later).await), "lost Recreated");
    assert!(
        simulator.applications().iter().any(|found| found.is_available),
        "a third one is there when it is announced"
    );
    assert!(!told(&quiet(&mut later).await).contains(&"lost Recreated".to_owned()), "it is announced once");
}

#[tokio::test(start_paused = true)]
async fn a_week_with_all_that_goes_wrong_misses_nothing_without_saying_so() {
    for format in FORMATS {
        let (simulator, faulty, application, mut events) = online(format).await;
        application.keep_active();
        let mut hour = 0;
        let (mut notes, mut losses) = (0, 0);
        while hour < 7 * 24 {
            hour += 1;
            simulator.set_note(ADA, &format!("note {hour}")).expect("a user");
            for item in quiet(&mut events).await {
                match item {
                    ChannelItem::Event(event) => notes += u32::from(tell(&ChannelItem::Event(event)) == "updated note"),
                    ChannelItem::Lost(_) => losses += 1,
                    ChannelItem::Interrupted(_) | ChannelItem::Reconnected => {}
                    other => panic!("{other:?}"),
                }
            }
            // The network fails for ten minutes each hour, and the server restarts each day.
            faulty.plan(|_| Some(Fault::NotConnected));
            for _ in 0..5 {
                quiet(&mut events).await;
            }
            faulty.plan(|_| None);
            if hour % 24 == 0 {
                simulator.restart(Memory::Lost);
            }
            for _ in 0..20 {
                losses += told(&quiet(&mut events).await).iter().filter(|item| item.starts_with("lost")).count();
            }
        }
        assert_eq!((notes, losses), (7 * 24, 7));
    }
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_out_of_order_is_a_loss_that_says_so() {
    for format in FORMATS {
        let (simulator, _, application, mut events) = online(format).await;
        simulator.set_note(ADA, "1").expect("a user");
        assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
        simulator.inject(ucwa_simulator::Fault::new(ucwa_simulator::Effect::LostAcknowledgement).on("events"));
        simulator.set_note(ADA, "2").expect("a user");
        let mut items = told(&quiet(&mut events).await);
        simulator.set_note(ADA, "3").expect("a user");
        items.extend(told(&quiet(&mut events).await));
        assert!(items.contains(&"lost Resynchronized".to_owned()), "{items:?}");
        assert_eq!(items.last().map(String::as_str), Some("updated note"), "it goes on: {items:?}");
        assert!(application.me().await.expect("me").note().exists());
    }
}

#[test]
fn a_loss_says_what_was_lost() {
    let said = [Loss::Resumed, Loss::Resynchronized, Loss::Recreated].map(|loss| {
        let parts = [
            loss.includes_subscriptions(),
            loss.includes_conversations(),
            loss.includes_events(),
            loss.includes_links(),
        ];
        parts.map(u8::from)
    });
    assert_eq!(said, [[1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]);
}

/// Lets the computer sleep while a poll is on its way, whose connection dies without a word.
async fn sleep(simulator: &Simulator, faulty: &Faulty, events: &mut Events, time: Duration) {
    let mut is_silent = true;
    faulty
        .plan(move |request| (is_poll(request) && std::mem::replace(&mut is_silent, false)).then_some(Fault::Silence));
    simulator.set_note(ADA, "before").expect("a user");
    assert_eq!(told(&quiet(events).await), ["updated note"]);
    tokio::time::advance(time).await;
}

#[tokio::test(start_paused = true)]
async fn a_computer_that_slept_goes_on() {
    for format in FORMATS {
        let (simulator, faulty, application, mut events) = online(format).await;
        sleep(&simulator, &faulty, &mut events, Duration::from_secs(20 * 60)).await;
        simulator.set_note(ADA, "after").expect("a user");
        let mut items = told(&quiet(&mut events).await);
        items.extend(told(&quiet(&mut events).await));
        assert!(items.starts_with(&["interrupted".into(), "reconnected".into()]), "{items:?}");
        assert!(items.contains(&"lost Resumed".into()) && items.contains(&"updated note".into()), "{items:?}");
        // After a night, the application is gone for good, and so is the token.
        let tokens = support::token_requests(&simulator);
        sleep(&simulator, &faulty, &mut events, Duration::from_secs(10 * 3600)).await;
        let items = quiet(&mut events).await;
        let [ChannelItem::Interrupted(_), ChannelItem::Ended(ChannelEnd::Gone(error))] = &items[..] else {
            panic!("{items:?}")
        };
        assert_eq!(error.subcode(), Some("InactiveApplicationExpired"));
        application.recreate().await.expect("the server creates another");
        assert_eq!(support::token_requests(&simulator), tokens + 1);
        let mut events = application.events().expect("it has a channel");
        quiet(&mut events).await;
        simulator.set_note(ADA, "morning").expect("a user");
        assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_is_damaged_comes_again_and_one_that_stays_so_ends_the_stream() {
    const DAMAGED: &str = r#"{"_links":{"next":{"href":"/ev"#;
    let json = [("content-type", "application/json")];
    let (simulator, faulty, _, mut events) = online(Format::Json).await;
    simulator.set_note(ADA, "1").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
    spoil_polls(&faulty, 3, move || respond(200, &json, DAMAGED));
    simulator.set_note(ADA, "2").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["updated note", "interrupted"]);
    simulator.set_note(ADA, "3").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["reconnected", "updated note"]);
    // The page of a proxy is no response of the server: its user may have to sign in to the network.
    let html = [("content-type", "text/html")];
    faulty.plan(move |request| is_poll(request).then(|| respond(200, &html, "<p>Sign in</p>")));
    simulator.set_note(ADA, "4").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["updated note", "interrupted"]);
    assert!(timeout(Duration::from_secs(3600), events.next()).await.is_err());
    faulty.plan(move |request| is_poll(request).then(|| respond(200, &json, DAMAGED)));
    let sent = faulty.count();
    let item = next(&mut events).await;
    let ChannelItem::Ended(ChannelEnd::Unreadable(error)) = &item else { panic!("{item:?}") };
    assert!(error.is_unreadable() && error.is_retryable(), "{error}");
    assert!(faulty.count() - sent <= 5, "it is read four times");
}

/// What becomes of the link `next` in a response.
#[derive(Clone, Copy)]
enum Next {
    /// It is no link.
    Unreadable,
    /// It leads nowhere.
    Nowhere,
    /// It leads to a place that may not see a token.
    Elsewhere(&'static str),
}

/// A document with another link `next`, if it has one.
fn with_next(text: String, next: Next) -> String {
    let (start, end) = if text.starts_with('{') { ("\"next\":", "}") } else { ("<link rel=\"next\"", "/>") };
    let Some((before, rest)) = text.split_once(start) else { return text };
    let (_, after) = rest.split_once(end).expect("it ends");
    let is_json = end == "}";
    let href = match next {
        Next::Unreadable => None,
        Next::Nowhere => Some("https://[nowhere"),
        Next::Elsewhere(href) => Some(href),
    };
    let changed = match href {
        None if is_json => "7".to_owned(),
        None => "/>".to_owned(),
        Some(href) if is_json => format!("{{\"href\":\"{href}\"}}"),
        Some(href) => format!(" href=\"{href}\"/>"),
    };
    format!("{before}{start}{changed}{after}")
}

/// Spoils the link `next` in so many responses to the polls that are sent from now on.
fn spoil_next(faulty: &Faulty, next: Next, times: usize) {
    spoil_polls(faulty, times, move || edit(move |text| with_next(text, next)));
}

/// Spoils so many of the polls that are sent from now on.
fn spoil_polls(faulty: &Faulty, times: usize, spoil: impl Fn() -> Fault + Send + 'static) {
    let mut count = 0;
    faulty.plan(move |request| {
        count += usize::from(is_poll(request));
        let is_meant = is_poll(request) && (1..=times).contains(&count);
        is_meant.then(&spoil)
    });
}

#[tokio::test(start_paused = true)]
async fn a_way_on_that_cannot_be_read_is_looked_for_again_and_no_event_is_lost() {
    for format in FORMATS {
        for next in [Next::Unreadable, Next::Nowhere] {
            let (simulator, faulty, _, mut events) = online(format).await;
            spoil_next(&faulty, next, 2);
            simulator.set_note(ADA, "1").expect("a user");
            assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
            simulator.set_note(ADA, "2").expect("a user");
            let items = told(&quiet(&mut events).await);
            let expected = ["unreadable parts", "interrupted", "reconnected", "updated note"];
            let skipped = usize::from(matches!(next, Next::Nowhere));
            assert_eq!(items, expected[skipped..], "a link that leads nowhere can be read");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_goes_on_where_the_user_may_not_be_made_available_again() {
    for format in FORMATS {
        let (simulator, faulty, application, mut events) = online(format).await;
        faulty.plan(|request| {
            let is_meant = request.uri().path().ends_with("/makeMeAvailable");
            is_meant.then(|| respond(403, &[("content-type", "application/json")], r#"{"code":"Forbidden"}"#))
        });
        simulator.lose_application(simulator.applications()[0].id).expect("it is there");
        let items = quiet(&mut events).await;
        assert_eq!(told(&items)[..3], ["interrupted", "reconnected", "lost Recreated"], "{items:?}");
        let creations = |simulator: &Simulator| {
            seen(simulator).iter().filter(|line| line.ends_with("/applications with token")).count()
        };
        let before = creations(&simulator);
        simulator.clear_requests();
        quiet(&mut events).await;
        assert_eq!((before, creations(&simulator)), (11, 0), "{:?}", seen(&simulator));
        assert!(application.recreate().await.expect_err("the user may not be available").is_forbidden());
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_goes_on_after_a_damaged_response_although_no_request_is_repeated() {
    for next in [None, Some(Next::Nowhere)] {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let mut unrepeated = settings(Format::Json);
        (unrepeated.retry.attempts, unrepeated.retry.budget) = (1, 0);
        let (_application, mut events) = online_with(&faulty, unrepeated).await;
        if let Some(next) = next {
            spoil_next(&faulty, next, 3);
        } else {
            spoil_polls(&faulty, 3, || respond(200, &JSON, "{"));
        }
        simulator.set_note(ADA, "1").expect("a user");
        let mut items = quiet(&mut events).await;
        simulator.set_note(ADA, "2").expect("a user");
        items.extend(quiet(&mut events).await);
        assert_eq!(told(&items), ["updated note", "interrupted", "reconnected", "updated note"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_without_a_way_on_begins_anew_and_says_so() {
    for format in FORMATS {
        for next in [Next::Unreadable, Next::Nowhere] {
            let (simulator, faulty, _, mut events) = online(format).await;
            spoil_next(&faulty, next, 4);
            simulator.set_note(ADA, "1").expect("a user");
            quiet(&mut events).await;
            simulator.set_note(ADA, "2").expect("a user");
            let items = told(&quiet(&mut events).await);
            assert!(items.contains(&"lost Resynchronized".to_owned()), "{items:?}");
            assert_eq!(items.iter().filter(|item| *item == "interrupted").count(), 1, "{items:?}");
            simulator.set_note(ADA, "3").expect("a user");
            assert_eq!(told(&quiet(&mut events).await), ["updated note"], "it goes on");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_takes_a_channel_that_begins_anew_is_told_so() {
    let (simulator, faulty, application, mut events) = online(Format::Json).await;
    spoil_next(&faulty, Next::Nowhere, usize::MAX);
    simulator.set_note(ADA, "1").expect("a user");
    quiet(&mut events).await;
    simulator.set_note(ADA, "2").expect("a user");
    while events.state() != ChannelState::Resyncing {
        let _ = timeout(Duration::from_millis(100), events.next()).await;
    }
    faulty.plan(|_| None);
    let mut second = application.events().expect("it has a channel");
    assert!(second.cursor().is_none(), "nobody knows where it begins");
    let items = told(&quiet(&mut second).await);
    assert_eq!(items.first().map(String::as_str), Some("lost Resynchronized"), "{items:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stranger_who_polls_before_the_program_does_it_no_harm_in_silence() {
    let simulator = simulator();
    let client = sign_in(&Faulty::new(&simulator), Format::Json).await.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
    application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
    let mut other = stranger(&simulator, &application).await;
    assert!(!quiet(&mut other).await.is_empty());
    simulator.set_note(ADA, "a note").expect("a user");
    assert_eq!(told(&quiet(&mut other).await), ["updated note"]);
    drop(other);
    application.refresh().await.expect("it is there");
    let items = told(&quiet(&mut application.events().expect("it has a channel")).await);
    assert_eq!(items.first().map(String::as_str), Some("lost Resynchronized"), "{items:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stranger_who_polls_while_an_application_is_restored_does_it_no_harm_in_silence() {
    let (simulator, faulty, application, mut events) = online(Format::Json).await;
    let is_spoiled = Arc::new(AtomicBool::new(true));
    let spoils = Arc::clone(&is_spoiled);
    faulty.plan(move |request| {
        let is_application = request.method() == Method::GET && !is_poll(request);
        let is_spoiled = is_application && spoils.load(Ordering::Relaxed);
        is_spoiled.then(|| respond(200, &[("content-type", "application/json")], "<html>"))
    });
    simulator.lose_application(simulator.applications()[0].id).expect("it is there");
    assert_eq!(tell(&next(&mut events).await), "interrupted", "the user could not be made available");
    let mut other = stranger(&simulator, &application).await;
    assert!(!quiet(&mut other).await.is_empty());
    is_spoiled.store(false, Ordering::Relaxed);
    let items = told(&quiet(&mut events).await);
    let first: Vec<_> = items.iter().take(3).collect();
    assert_eq!(first, ["reconnected", "lost Recreated", "lost Resynchronized"], "{items:?}");
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_never_has_a_way_on_ends_after_a_few_tries() {
    for next in [Next::Unreadable, Next::Nowhere] {
        let (simulator, faulty, _, mut events) = online(Format::Json).await;
        spoil_next(&faulty, next, usize::MAX);
        let sent = faulty.count();
        simulator.set_note(ADA, "1").expect("a user");
        quiet(&mut events).await;
        simulator.set_note(ADA, "2").expect("a user");
        let last = loop {
            match self::next(&mut events).await {
                ChannelItem::Ended(end) => break end,
                _ => simulator.set_note(ADA, "3").expect("a user"),
            }
        };
        assert!(matches!(last, ChannelEnd::Unreadable(_)), "{last:?}");
        assert!(faulty.count() - sent <= 10, "{} requests", faulty.count() - sent);
    }
}

/// A document of the channel with many events.
fn long(text: &str, events: usize) -> String {
    let next = text.split("\"next\":").nth(1).and_then(|rest| rest.split('}').next()).expect("the way on");
    let event = r#"{"link":{"rel":"note","href":"/note"},"type":"updated"}"#;
    let events = vec![event; events].join(",");
    format!(r#"{{"_links":{{"next":{next}}}}},"sender":[{{"rel":"me","href":"/me","events":[{events}]}}]}}"#)
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_never_empty_lets_others_have_their_turn() {
    const EVENTS: usize = 5000;
    let (simulator, faulty, _, mut events) = online(Format::Json).await;
    faulty.plan(|request| is_poll(request).then(|| edit(|text| long(&text, EVENTS))));
    // The poll that was on its way is not changed yet.
    simulator.set_note(ADA, "1").expect("a user");
    quiet(&mut events).await;
    simulator.set_note(ADA, "2").expect("a user");
    let (count, begun) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let busy = tokio::spawn({
        let (count, begun) = (Arc::clone(&count), Arc::clone(&begun));
        async move {
            while count.load(Ordering::Relaxed) < EVENTS {
                events.next().await.expect("an item");
                count.fetch_add(1, Ordering::Relaxed);
                begun.notify_one();
            }
        }
    });
    begun.notified().await;
    let before = count.load(Ordering::Relaxed);
    assert!(before < EVENTS / 10, "{before} events before anybody else had a turn");
    busy.await.expect("it goes on to the end");
}

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// How many requests a client sends within ten minutes to a server whose channel always says the same, and says it at once.
async fn requests_for(status: u16, body: &'static str) -> usize {
    let (simulator, faulty, _, mut events) = online(Format::Json).await;
    faulty.plan(move |request| {
        let Fault::Respond(response, _) = respond(status, &JSON, body) else { return None };
        is_poll(request).then(|| Fault::Respond(response, Duration::from_millis(10)))
    });
    simulator.set_note(ADA, "1").expect("a user");
    let sent = faulty.count();
    let read = async { while events.next().await.is_some() {} };
    assert!(timeout(Duration::from_secs(600), read).await.is_err(), "the channel goes on");
    faulty.count() - sent
}

#[tokio::test(start_paused = true)]
async fn a_server_that_gets_nowhere_is_not_asked_without_a_pause() {
    let (next, resume) = (r#"{"_links":{"next":{"href":"?ack=1"}}}"#, r#"{"_links":{"resume":{"href":"?ack=1"}}}"#);
    for (status, body) in [
        (404, r#"{"code":"NotFound","subcode":"ApplicationNotFound"}"#),
        (200, r#"{"_links":{"resync":{"href":"?ack=1"}}}"#),
        (200, resume),
        (200, next),
    ] {
        let requests = requests_for(status, body).await;
        assert!(requests < 400, "{requests} requests after {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_none_is_taken_as_such() {
    let simulator = simulator();
    let mut unlimited = settings(Format::Json);
    unlimited.limits.poll_margin = Duration::MAX;
    let (application, mut events) = online_with(&Faulty::new(&simulator), unlimited).await;
    simulator.set_note(ADA, "1").expect("a user");
    assert_eq!(told(&quiet(&mut events).await), ["updated note"]);
    let endless = ChannelSettings::new().with_timeout(Duration::MAX);
    let last = next(&mut application.events_with(endless).expect("it has a channel")).await;
    assert_eq!(tell(&last), "ended Refused", "no server waits for so long");
}

#[tokio::test(start_paused = true)]
async fn a_response_that_stays_too_large_ends_the_stream() {
    for times in [2, usize::MAX] {
        let (simulator, faulty, _, mut events) = online(Format::Json).await;
        let mut left = times;
        faulty.plan(move |request| {
            let is_meant = is_poll(request) && left > 0;
            left -= usize::from(is_meant);
            is_meant.then(|| respond(200, &JSON, &" ".repeat((16 << 20) + 1)))
        });
        simulator.set_note(ADA, "1").expect("a user");
        let mut items = quiet(&mut events).await;
        simulator.set_note(ADA, "2").expect("a user");
        items.extend(quiet(&mut events).await);
        let expected: &[&str] = match times {
            2 => &["updated note", "interrupted", "reconnected", "updated note"],
            _ => &["updated note", "interrupted", "ended Unreadable"],
        };
        assert_eq!(told(&items), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_between_two_items_does_not_wait_for_the_stream_to_renew_the_token() {
    for is_refused in [true, false] {
        let (simulator, faulty, application, mut events) = online(Format::Json).await;
        let me = application.me().await.expect("me").link().expect("a link");
        faulty.plan(|request| is_token_request(request).then_some(Fault::Late));
        if is_refused {
            simulator.revoke_tokens(ADA).expect("a user");
        }
        // A token lives for eight hours at most.
        let end = Instant::now() + Duration::from_secs(if is_refused { 60 } else { 9 * 3600 });
        while Instant::now() < end {
            simulator.set_note(ADA, &format!("{:?}", Instant::now())).expect("a user");
            next(&mut events).await;
            let response = timeout(Duration::from_secs(600), application.send(me.get())).await;
            response.expect("nothing holds it up").expect("the token is renewed");
        }
    }
}

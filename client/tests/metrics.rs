//! What is counted, by the recorder of a program.

#![cfg(feature = "metrics")]

mod support;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use metrics::Unit;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use support::{ADA, FORMATS, Fault, Faulty, password_of, respond, settings, sign_in, simulator};
use tokio::time::timeout;
use ucwa::Format;
use ucwa::me::MakeMeAvailableInput;
use ucwa_client::{Application, ApplicationSettings, ChannelItem, Client, Events, Pace, Password, metrics as names};

/// All that is counted, by name and labels.
#[derive(Debug)]
struct Counts(BTreeMap<String, (Option<Unit>, DebugValue)>);

impl Counts {
    /// A counter or gauge; 0 where nothing was counted.
    fn get(&self, name: &str, labels: &str) -> i64 {
        match self.0.get(&format!("{name} {labels}")) {
            None => 0,
            Some((_, DebugValue::Counter(count))) => i64::try_from(*count).expect("it is small"),
            #[allow(clippy::cast_possible_truncation, reason = "it is a whole number")]
            Some((_, DebugValue::Gauge(value))) => value.round() as i64,
            Some((_, other)) => panic!("{name} is not a number: {other:?}"),
        }
    }

    /// The times of a histogram.
    fn times(&self, name: &str, labels: &str) -> Vec<f64> {
        match self.0.get(&format!("{name} {labels}")) {
            Some((_, DebugValue::Histogram(times))) => times.iter().map(|time| time.into_inner()).collect(),
            other => panic!("no times of {name}: {other:?}, {:?}", self.0.keys()),
        }
    }
}

/// Runs a program, and gives what was counted. All time that nobody works through passes at once.
fn counted(program: impl AsyncFnOnce()) -> Counts {
    let recorder = DebuggingRecorder::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let runtime = runtime.expect("a runtime");
    metrics::with_local_recorder(&recorder, || {
        names::describe();
        runtime.block_on(program());
    });
    let counts = recorder.snapshotter().snapshot().into_vec().into_iter().map(|(key, unit, _, value)| {
        let labels: Vec<_> = key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        (format!("{} {}", key.key().name(), labels.join(" ")), (unit, value))
    });
    Counts(counts.collect())
}

/// A user who is online, with a stream of events that has nothing more to tell.
async fn online(faulty: &Faulty, format: Format) -> (Application, Events) {
    let client = sign_in(faulty, format).await.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
    application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
    let mut events = application.events().expect("it has a channel");
    quiet(&mut events).await;
    (application, events)
}

/// Takes items until there are none for a minute; gives how many were events.
async fn quiet(events: &mut Events) -> i64 {
    let mut count = 0;
    while let Ok(Some(item)) = timeout(Duration::from_secs(60), events.next()).await {
        count += i64::from(matches!(item, ChannelItem::Event(_)));
    }
    count
}

#[test]
fn each_request_counts_by_resource_method_and_status() {
    for format in FORMATS {
        let counts = counted(async || {
            let faulty = Faulty::new(&simulator());
            let client = sign_in(&faulty, format).await.expect("the password is right");
            let application = client.create_application(ApplicationSettings::new("test")).await.expect("it is made");
            application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
            let note = application.me().await.expect("me").note().required().expect("it is there");
            client.send(note.get()).await.expect("a note");
            client.send(note.get()).await.expect("a note");
            faulty.plan(|_| Some(respond(404, &[], "")));
            client.send(note.get()).await.expect_err("it is not there");
            faulty.plan(|_| Some(Fault::Silence));
            application.close().await.expect_err("nobody responds");
        });
        assert_eq!(counts.get(names::REQUESTS, "rel=note method=GET status=2xx"), 2);
        assert_eq!(counts.get(names::REQUESTS, "rel=note method=GET status=4xx"), 1);
        assert_eq!(counts.get(names::REQUESTS, "rel=makeMeAvailable method=POST status=2xx"), 1);
        assert_eq!(counts.get(names::REQUESTS, "rel=application method=DELETE status=none"), 4);
        assert_eq!(counts.times(names::REQUEST_SECONDS, "rel=note method=GET"), [0.0; 3]);
        assert_eq!(counts.times(names::REQUEST_SECONDS, "rel=application method=DELETE"), [30.0; 4]);
    }
}

#[test]
fn a_repetition_counts_once_and_each_request_by_itself() {
    let counts = counted(async || {
        let faulty = Faulty::new(&simulator());
        let client = sign_in(&faulty, Format::Json).await.expect("the password is right");
        let application = client.create_application(ApplicationSettings::new("test")).await.expect("it is made");
        let mut is_down = true;
        faulty.plan(move |_| std::mem::take(&mut is_down).then(|| respond(503, &[], "")));
        let me = application.me().await.expect("me").link().expect("a link");
        client.send(me.get()).await.expect("the second one succeeds");
    });
    assert_eq!(counts.get(names::RETRIES, "rel=me method=GET"), 1);
    assert_eq!(counts.get(names::REQUESTS, "rel=me method=GET status=5xx"), 1);
    assert_eq!(counts.get(names::REQUESTS, "rel=me method=GET status=2xx"), 1);
}

#[test]
fn a_request_of_a_batch_that_is_sent_again_counts_as_a_repetition() {
    let counts = counted(async || {
        let faulty = Faulty::new(&simulator());
        let client = sign_in(&faulty, Format::Json).await.expect("the password is right");
        let application = client.create_application(ApplicationSettings::new("test")).await.expect("it is made");
        let me = application.me().await.expect("me").link().expect("a link");
        faulty.plan(|request| {
            let parts = [("content-type", "multipart/batching; boundary=b")];
            request.uri().path().ends_with("/batch").then(|| respond(200, &parts, "--b--"))
        });
        let responses = application.send_all([me.get(), me.get()]).await;
        assert!(responses.iter().all(Result::is_ok), "{responses:?}");
    });
    assert_eq!(counts.get(names::RETRIES, "rel=me method=GET"), 2);
    assert_eq!(counts.get(names::RETRIES, "rel=batch method=POST"), 0);
}

#[test]
fn sign_ins_and_renewals_count_by_outcome() {
    let counts = counted(async || {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let client = sign_in(&faulty, Format::Json).await.expect("the password is right");
        let wrong = Password::new("wrong");
        let other = Client::sign_in_with(faulty.transport(), settings(Format::Json), ADA, wrong).await;
        other.expect_err("the password is wrong");
        let application = client.create_application(ApplicationSettings::new("test")).await.expect("it is made");
        simulator.revoke_tokens(ADA).expect("a user");
        application.refresh().await.expect("the token is renewed");
        simulator.revoke_tokens(ADA).expect("a user");
        faulty.plan(|request| support::is_token_request(request).then(|| respond(400, &[], "")));
        application.refresh().await.expect_err("there is no token");
    });
    assert_eq!(counts.get(names::SIGN_INS, "outcome=success"), 1);
    assert_eq!(counts.get(names::SIGN_INS, "outcome=failure"), 1);
    assert_eq!(counts.times(names::SIGN_IN_SECONDS, "").len(), 2);
    assert_eq!(counts.get(names::RENEWALS, "outcome=success"), 1);
    assert_eq!(counts.get(names::RENEWALS, "outcome=failure"), 1);
    // A token that is refused is no failure that a request is repeated for.
    assert_eq!(counts.get(names::REQUESTS, "rel=application method=GET status=4xx"), 2);
    assert_eq!(counts.get(names::RETRIES, "rel=application method=GET"), 0);
}

#[test]
fn polls_and_events_count_as_the_stream_has_them() {
    for format in FORMATS {
        let mut events = 0;
        let counts = counted(async || {
            let simulator = simulator();
            let faulty = Faulty::new(&simulator);
            let client = sign_in(&faulty, format).await.expect("the password is right");
            let application = client.create_application(ApplicationSettings::new("test")).await.expect("it is made");
            application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
            let mut stream = application.events().expect("it has a channel");
            events = quiet(&mut stream).await;
            simulator.send_message("ben@contoso.com", ADA, "hello").expect("both are users");
            while let Ok(Some(item)) = timeout(Duration::from_secs(60), stream.next()).await {
                events += i64::from(matches!(item, ChannelItem::Event(_)));
                // The program takes its time for each.
                support::pass(Duration::from_secs(2)).await;
            }
        });
        let types = ["added", "updated", "deleted", "started", "completed"];
        let sum: i64 = types.iter().map(|kind| counts.get(names::EVENTS, &format!("type={kind}"))).sum();
        assert_eq!(sum, events);
        assert_eq!(counts.get(names::EVENTS, "type=started"), 1);
        let requests = counts.get(names::REQUESTS, "rel=events method=GET status=2xx");
        let polls = ["events", "nothing"].map(|outcome| counts.get(names::POLLS, &format!("outcome={outcome}")));
        assert_eq!(polls.iter().sum::<i64>(), requests);
        let handling = counts.times(names::HANDLING_SECONDS, "");
        assert_eq!(i64::try_from(handling.len()).expect("it is small"), polls[0]);
        assert!(handling.last().is_some_and(|time| *time >= 4.0), "two events, two seconds each: {handling:?}");
    }
}

#[test]
fn losses_interruptions_and_ends_count() {
    let counts = counted(async || {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let (application, mut events) = online(&faulty, Format::Json).await;
        let id = || simulator.applications()[0].id;
        simulator.lose_state(id()).expect("it is there");
        quiet(&mut events).await;
        simulator.lose_application(id()).expect("it is there");
        quiet(&mut events).await;
        faulty.plan(|_| Some(Fault::NotConnected));
        simulator.set_note(ADA, "1").expect("a user");
        quiet(&mut events).await;
        faulty.plan(|_| None);
        quiet(&mut events).await;
        let mut later = application.events().expect("it has a channel");
        quiet(&mut later).await;
        quiet(&mut events).await;
        application.close().await.expect("it is removed");
        quiet(&mut later).await;
    });
    assert_eq!(counts.get(names::LOSSES, "loss=resumed"), 1);
    assert_eq!(counts.get(names::LOSSES, "loss=recreated"), 1);
    assert_eq!(counts.get(names::LOSSES, "loss=resynchronized"), 0);
    assert_eq!(counts.get(names::INTERRUPTIONS, ""), 1);
    assert!(
        counts.get(names::POLLS, "outcome=failure") > 1,
        "each poll that failed, and the one of the lost application"
    );
    assert_eq!(counts.get(names::ENDS, "reason=taken_by_stream"), 1);
    assert_eq!(counts.get(names::ENDS, "reason=closed"), 1);
}

#[test]
fn channels_count_as_open_until_they_end_or_are_dropped() {
    let open = |closing: usize| {
        let counts = counted(async || {
            let simulator = simulator();
            let faulty = Faulty::new(&simulator);
            let (first, mut events) = online(&faulty, Format::Json).await;
            let (second, dropped) = online(&faulty, Format::Json).await;
            let (third, kept) = online(&faulty, Format::Json).await;
            if closing > 0 {
                drop(dropped);
            } else {
                std::mem::forget(dropped);
            }
            if closing > 1 {
                first.close().await.expect("it is removed");
                quiet(&mut events).await;
            }
            // What is left is not dropped before all is counted.
            std::mem::forget((first, events, second, third, kept));
        });
        counts.get(names::OPEN_CHANNELS, "")
    };
    assert_eq!([0, 1, 2].map(open), [3, 2, 1]);
}

#[test]
fn waiting_for_a_turn_is_measured() {
    let counts = counted(async || {
        let faulty = Faulty::new(&simulator());
        let mut settings = settings(Format::Json);
        settings.pace = NonZeroU32::new(2).map(Pace::per_second);
        for _ in 0..2 {
            let client = Client::sign_in_with(faulty.transport(), settings.clone(), ADA, password_of(ADA)).await;
            client.expect("the password is right");
        }
    });
    assert_eq!(counts.times(names::TURN_SECONDS, ""), [0.0, 0.5]);
    assert_eq!(counts.times(names::SIGN_IN_SECONDS, ""), [0.0, 0.0]);
}

#[test]
fn labels_have_few_values_and_each_name_has_a_unit() {
    let counts = counted(async || {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let (application, mut events) = online(&faulty, Format::Json).await;
        faulty.plan(|request| {
            request.uri().path().ends_with("/events").then(|| {
                Fault::Change(Box::new(|response| {
                    response.map(|body| {
                        let text = String::from_utf8(body.to_vec()).expect("it is text");
                        text.replace("\"updated\"", "\"renamed by ada@contoso.com\"").into()
                    })
                }))
            })
        });
        // The poll that was on its way is not changed yet.
        for note in ["1", "2"] {
            simulator.set_note(ADA, note).expect("a user");
            quiet(&mut events).await;
        }
        let photo = application.me().await.expect("me").photo().required().expect("it is there");
        application.send(photo.get()).await.expect("a photo");
    });
    assert!(counts.get(names::EVENTS, "type=other") > 0, "{:?}", counts.0.keys());
    for (key, (unit, _)) in &counts.0 {
        assert!(unit.is_some(), "{key} is not described");
        assert!(!key.contains(['@', '.', '/']), "{key} names a user or an address");
    }
}

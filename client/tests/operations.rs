//! Operations: from the POST that starts one to its typed outcome.

mod support;

use std::time::Duration;

use bytes::Bytes;
use support::{ADA, FORMATS, Fault, Faulty, SEED, edit, pass, respond, sign_in_as, simulator};
use tokio::time::{Instant, timeout};
use ucwa::communication::{
    MessagingInvitation, MessagingInvitationReason, SendMessageInput, StartMessaging, StartMessagingInput,
};
use ucwa::http::Request;
use ucwa::me::MakeMeAvailableInput;
use ucwa::{Body, EventKind, Format, PostRequest, Resource};
use ucwa_client::{
    Application, ApplicationSettings, ChannelItem, Error, Events, Fetch as _, Loss, Operation, OperationFailure,
    Outcome, RefusedError, UnknownOutcome,
};
use ucwa_simulator::{Options, Simulator};

const BEN: &str = "ben@contoso.com";

/// A user who is online, with a stream of events.
async fn online(user: &str, faulty: &Faulty, format: Format) -> (Application, Events) {
    let client = sign_in_as(user, faulty, format).await.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
    application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
    let events = application.events().expect("it has a channel");
    (application, events)
}

async fn ada(format: Format) -> (Simulator, Faulty, Application, Events) {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let (application, events) = online(ADA, &faulty, format).await;
    (simulator, faulty, application, events)
}

async fn invitation(application: &Application, to: &str) -> PostRequest<StartMessaging> {
    let communication = application.communication().await.expect("it is embedded");
    let start = communication.start_messaging().required().expect("the user may");
    start.post_with(StartMessagingInput::new(format!("sip:{to}")))
}

async fn invite(application: &Application, to: &str) -> Operation<MessagingInvitation> {
    application.start(invitation(application, to).await).await.expect("the server starts it")
}

/// Awaits how an operation ends, and reads the events meanwhile.
async fn outcome<T: Resource>(events: &mut Events, operation: Operation<T>) -> Outcome<T> {
    let outcome = events.read_during(operation, |_| {});
    timeout(Duration::from_secs(3600), outcome).await.expect("it ends within an hour")
}

/// Reads events for ever, and returns those of the one kind after a while.
async fn follow(events: &mut Events, time: Duration) -> Vec<String> {
    let mut items = Vec::new();
    let _ = timeout(time, async {
        while let Some(item) = events.next().await {
            if let ChannelItem::Event(event) = item {
                items.push(format!("{} {}", event.kind, event.rel()));
            }
        }
    })
    .await;
    items
}

/// Accepts or declines the first invitation that arrives, and reads events for ever.
async fn respond_to_invitation(application: &Application, events: &mut Events, accept: bool) {
    while let Some(item) = events.next().await {
        let ChannelItem::Event(event) = item else { continue };
        let Some(event) = event.about::<MessagingInvitation>().filter(|event| *event.kind() == EventKind::Started)
        else {
            continue;
        };
        let invitation = event.resource().expect("it is embedded");
        if accept {
            application.send(invitation.accept().required().expect("a link").post()).await.expect("it is accepted");
        } else {
            application.send(invitation.decline().required().expect("a link").post()).await.expect("it is declined");
        }
    }
}

fn is_start(request: &Request<Bytes>) -> bool {
    request.method() == "POST" && request.uri().path().contains("/startMessaging")
}

/// What happens to the request that starts the operation.
fn start_meets(faulty: &Faulty, fault: fn() -> Fault) {
    faulty.plan(move |request| is_start(request).then(fault));
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_succeeds_has_progress_and_an_outcome() {
    for format in FORMATS {
        let (_, faulty, application, mut events) = ada(format).await;
        let (ben, mut bens_events) = online(BEN, &faulty, format).await;
        let program = async {
            let mut invitation = invite(&application, BEN).await;
            assert!(invitation.is_confirmed());
            let link = invitation.link().expect("the response has it").url().expect("a URL");
            let started = invitation.next().await.expect("it begins");
            assert_eq!((started.kind(), started.event().operation_id()), (&EventKind::Started, Some(invitation.id())));
            assert_eq!(started.resource().and_then(|resource| resource.to.as_deref()), Some("sip:ben@contoso.com"));
            assert_eq!(started.link().expect("it is linked").url().expect("a URL"), link);
            assert!(invitation.next().await.is_none(), "it has ended");
            let completed = invitation.await.expect("ben accepts");
            assert!(completed.resource().is_some_and(|resource| resource.conversation().exists()));
        };
        tokio::select! {
            () = program => {}
            _ = follow(&mut events, Duration::MAX) => {}
            () = respond_to_invitation(&ben, &mut bens_events, true) => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_fails_says_why_as_a_value() {
    for format in FORMATS {
        let (_, faulty, application, mut events) = ada(format).await;
        let (ben, mut bens_events) = online(BEN, &faulty, format).await;
        let invitation = invite(&application, BEN).await;
        let outcome = tokio::select! {
            outcome = outcome(&mut events, invitation) => outcome,
            () = respond_to_invitation(&ben, &mut bens_events, false) => unreachable!("it reads for ever"),
        };
        let failure = outcome.expect_err("ben declines");
        assert_eq!(failure.reason(), Some(MessagingInvitationReason::RemoteFailureDeclined), "{failure}");
        let failed = failure.failed().expect("the server says so");
        assert_eq!((failed.code(), failed.subcode()), (Some("RemoteFailure"), Some("Declined")));
        assert!(!failed.is_informational() && failed.event().resource().is_some());
        assert_eq!(failure.to_string(), "the operation failed: RemoteFailure (Declined)");
    }
}

#[tokio::test(start_paused = true)]
async fn the_program_and_the_handle_receive_the_same_events() {
    let (_, _, application, mut events) = ada(Format::Json).await;
    let invitation = invite(&application, BEN).await;
    let items = follow(&mut events, Duration::from_secs(120)).await;
    let about = |kind: &str| items.iter().filter(|item| **item == format!("{kind} messagingInvitation")).count();
    assert_eq!((about("started"), about("completed")), (1, 1), "{items:?}");
    let failure = invitation.await.expect_err("nobody answers");
    assert!(failure.failed().is_some(), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_handle_that_is_not_read_does_not_hold_up_the_channel_nor_the_other_way_round() {
    let (simulator, _, application, mut events) = ada(Format::Json).await;
    let unread: Vec<_> = {
        let mut all = Vec::new();
        for _ in 0..20 {
            all.push(invite(&application, BEN).await);
        }
        all
    };
    assert_eq!(
        follow(&mut events, Duration::from_secs(120)).await.iter().filter(|item| item.starts_with("completed")).count(),
        20
    );
    simulator.set_note(ADA, "a note").expect("a user");
    assert!(follow(&mut events, Duration::from_secs(60)).await.contains(&"updated note".to_owned()));
    // Nobody reads the events any more.
    for mut invitation in unread {
        assert_eq!(invitation.next().await.expect("it was kept").kind(), &EventKind::Started);
        invitation.await.expect_err("nobody answers");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_may_overtake_the_response() {
    for format in FORMATS {
        let (_, faulty, application, mut events) = ada(format).await;
        let unknown = invitation(&application, "nobody@contoso.com").await;
        start_meets(&faulty, || Fault::LateResponse);
        let (operation, items) =
            tokio::join!(application.start(unknown), follow(&mut events, Duration::from_millis(500)));
        assert!(items.contains(&"completed messagingInvitation".to_owned()), "it came before the response: {items:?}");
        let failure = operation.expect("the server starts it").await.expect_err("there is nobody of that name");
        assert_eq!(failure.reason(), Some(MessagingInvitationReason::DestinationNotFound), "{failure}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_was_lost_is_made_up_for_by_events() {
    for format in FORMATS {
        // It rings for longer than nobody hears of an operation that was never begun.
        let mut options = Options::new(SEED);
        options.limits.invitation_lifetime = Duration::from_secs(120);
        let simulator = Simulator::with_options(options);
        let faulty = Faulty::new(&simulator);
        let (application, mut events) = online(ADA, &faulty, format).await;
        let (_ben, _bens_events) = online(BEN, &faulty, format).await;
        start_meets(&faulty, || Fault::CutAfter);
        let invitation = invite(&application, BEN).await;
        assert!(!invitation.is_confirmed() && invitation.link().is_none());
        let failure = outcome(&mut events, invitation).await.expect_err("nobody answers");
        assert!(failure.failed().is_some_and(|failed| failed.event().link().is_some()), "{failure}");
        let starts =
            simulator.requests().iter().filter(|exchange| exchange.uri.path().contains("/startMessaging")).count();
        assert_eq!(starts, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_lost_is_said_to_be_unknown() {
    let (simulator, faulty, application, mut events) = ada(Format::Json).await;
    start_meets(&faulty, || Fault::CutBefore);
    let invitation = invite(&application, BEN).await;
    let begin = Instant::now();
    let failure = outcome(&mut events, invitation).await.expect_err("it was never executed");
    assert_eq!(begin.elapsed(), Duration::from_secs(60));
    let OperationFailure::Unknown(UnknownOutcome::NoResponse(error)) = &failure else { panic!("{failure}") };
    assert!(matches!(**error, Error::Transport(_)), "{error}");
    assert!(simulator.requests().iter().all(|exchange| !exchange.uri.path().contains("startMessaging")));
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_does_not_work_says_nothing_about_a_request() {
    let (_, faulty, application, mut events) = ada(Format::Json).await;
    let (_ben, _bens_events) = online(BEN, &faulty, Format::Json).await;
    follow(&mut events, Duration::from_secs(60)).await;
    start_meets(&faulty, || Fault::CutAfter);
    let mut invitation = invite(&application, BEN).await;
    faulty.plan(|_| Some(Fault::NotConnected));
    // The poll that is open brings the first event; what comes later has to wait.
    follow(&mut events, Duration::from_secs(25)).await;
    assert!(invitation.next().await.is_some());
    follow(&mut events, Duration::from_secs(120)).await;
    assert!(timeout(Duration::from_secs(120), invitation.ended()).await.is_err());
    faulty.plan(|_| None);
    follow(&mut events, Duration::from_secs(60)).await;
    let failure = invitation.await.expect_err("nobody answers");
    assert!(failure.failed().is_some(), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_definite_error_is_none_of_an_operation() {
    let (_, faulty, application, _events) = ada(Format::Json).await;
    start_meets(&faulty, || respond(403, &[], ""));
    let error = application.start(invitation(&application, BEN).await).await.expect_err("it is forbidden");
    assert!(error.is_forbidden(), "{error}");
    start_meets(&faulty, || respond(429, &[("retry-after", "600")], ""));
    let error = application.start(invitation(&application, BEN).await).await.expect_err("it was not executed");
    assert!(error.is_too_many_requests(), "{error}");
    start_meets(&faulty, || respond(503, &[], ""));
    let operation = application.start(invitation(&application, BEN).await).await.expect("it may have been executed");
    assert!(!operation.is_confirmed());
}

#[tokio::test(start_paused = true)]
async fn an_operation_id_is_used_once_at_a_time() {
    let (_, faulty, application, _events) = ada(Format::Json).await;
    let mut post = invitation(&application, BEN).await;
    post.input.operation_id = Some("mine".into());
    let first = application.start(post.clone()).await.expect("the server starts it");
    assert_eq!(first.id(), "mine");
    let sent = faulty.count();
    let error = application.start(post.clone()).await.expect_err("it is in use");
    assert!(matches!(&error, Error::Refused(RefusedError::OperationIdInUse { id }) if id == "mine"), "{error}");
    assert_eq!(faulty.count(), sent);
    drop(first);
    let _again = application.start(post).await.expect("the handle was dropped");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_dropped_its_state_leaves_the_outcome_unknown() {
    for format in FORMATS {
        let (simulator, faulty, application, mut events) = ada(format).await;
        let (_ben, _bens_events) = online(BEN, &faulty, format).await;
        follow(&mut events, Duration::from_secs(60)).await;
        let invitation = invite(&application, BEN).await;
        simulator.lose_state(simulator.applications()[0].id).expect("it is there");
        let failure = outcome(&mut events, invitation).await.expect_err("the invitation is lost");
        let is_told = matches!(failure, OperationFailure::Unknown(UnknownOutcome::Lost(Loss::Resumed)));
        assert!(is_told, "{failure}");
        let invitation = invite(&application, BEN).await;
        let link = invitation.link();
        simulator.lose_application(simulator.applications()[0].id).expect("it is there");
        let failure = outcome(&mut events, invitation).await.expect_err("the application is lost");
        let is_told = matches!(failure, OperationFailure::Unknown(UnknownOutcome::Lost(Loss::Recreated)));
        assert!(is_told && link.is_some(), "{failure}");
        let invitation = invite(&application, BEN).await;
        let failure = outcome(&mut events, invitation).await.expect_err("nobody answers");
        assert!(failure.failed().is_some(), "what begins afterwards is not affected: {failure}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_is_closed_or_dropped_ends_its_operations() {
    let (_, _, application, events) = ada(Format::Json).await;
    let invitation = invite(&application, BEN).await;
    application.close().await.expect("it is removed");
    let failure = invitation.await.expect_err("it is closed");
    assert!(matches!(failure, OperationFailure::Unknown(UnknownOutcome::Closed)), "{failure}");
    drop(events);
    let (_, _, application, events) = ada(Format::Json).await;
    let invitation = invite(&application, BEN).await;
    drop((application, events));
    let failure = invitation.await.expect_err("it is gone");
    assert!(matches!(failure, OperationFailure::Unknown(UnknownOutcome::Closed)), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_ends_leaves_the_outcome_unknown() {
    let (_, faulty, application, mut events) = ada(Format::Json).await;
    let invitation = invite(&application, BEN).await;
    let body = r#"{"code":"Gone","subcode":"UserAgentNotAllowed"}"#;
    faulty.plan(move |request| {
        let is_poll = request.uri().path().ends_with("/events");
        is_poll.then(|| respond(410, &[("content-type", "application/json")], body))
    });
    let failure = outcome(&mut events, invitation).await.expect_err("nobody is told any more");
    assert!(matches!(failure, OperationFailure::Unknown(UnknownOutcome::ChannelEnded)), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn an_operation_outlives_the_stream_if_another_one_goes_on() {
    let (_, faulty, application, mut events) = ada(Format::Json).await;
    let (_ben, _bens_events) = online(BEN, &faulty, Format::Json).await;
    let mut invitation = invite(&application, BEN).await;
    faulty.plan(|request| request.uri().path().ends_with("/events").then(|| respond(410, &[], "")));
    while events.next().await.is_some() {}
    faulty.plan(|_| None);
    assert!(timeout(Duration::from_secs(30), invitation.ended()).await.is_err(), "the program may go on");
    let mut events = application.events().expect("it has a channel");
    let failure = outcome(&mut events, invitation).await.expect_err("nobody answers");
    assert!(failure.failed().is_some(), "{failure}");
}

/// Waits for an operation that nobody can hear of, for at most so long.
async fn not_read(operation: Operation<MessagingInvitation>, time: Duration) {
    let failure = timeout(time, operation).await.expect("it ends").expect_err("nobody hears of it");
    assert!(matches!(failure, OperationFailure::Unknown(UnknownOutcome::NotRead)), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn an_operation_ends_although_nobody_reads_the_channel() {
    const ALMOST: Duration = Duration::from_secs(299);
    let (simulator, faulty, application, mut events) = ada(Format::Json).await;
    let (_ben, _bens_events) = online(BEN, &faulty, Format::Json).await;
    // The program takes an item, and waits for the operation before it takes another.
    simulator.send_message("cho@contoso.com", ADA, "hello").expect("both are users");
    events.next().await.expect("an event");
    let mut invitation = invite(&application, BEN).await;
    assert!(timeout(ALMOST, invitation.ended()).await.is_err(), "it may come back");
    not_read(invitation, Duration::from_secs(2)).await;
    // It waits for items, lets go of that, and never comes back: a poll takes its time.
    follow(&mut events, Duration::from_secs(60)).await;
    let mut invitation = invite(&application, BEN).await;
    assert!(timeout(ALMOST, invitation.ended()).await.is_err(), "the poll is open");
    not_read(invitation, Duration::from_secs(182)).await;
    // It has no stream.
    drop(events);
    pass(2 * ALMOST).await;
    let mut invitation = invite(&application, BEN).await;
    assert!(timeout(ALMOST, invitation.ended()).await.is_err(), "it may open one");
    not_read(invitation, Duration::from_secs(2)).await;
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_is_waited_for_ends_soon_after_the_program_let_go_of_its_stream() {
    let (_, faulty, application, mut events) = ada(Format::Json).await;
    let (_ben, _bens_events) = online(BEN, &faulty, Format::Json).await;
    follow(&mut events, Duration::from_secs(60)).await;
    let outcome = tokio::spawn(invite(&application, BEN).await.outcome());
    pass(Duration::from_secs(1)).await;
    drop(events);
    pass(Duration::from_secs(301)).await;
    assert!(outcome.is_finished());
    let failure = outcome.await.expect("it does not panic").expect_err("nobody hears of it");
    assert!(matches!(failure, OperationFailure::Unknown(UnknownOutcome::NotRead)), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_program_that_opens_a_stream_late_hears_how_its_operation_ended() {
    let (_, faulty, application, events) = ada(Format::Json).await;
    let (_ben, _bens_events) = online(BEN, &faulty, Format::Json).await;
    drop(events);
    let mut invitation = invite(&application, BEN).await;
    assert!(timeout(Duration::from_secs(290), invitation.ended()).await.is_err(), "nobody says");
    let mut events = application.events().expect("it has a channel");
    assert!(timeout(Duration::from_secs(20), invitation.ended()).await.is_err(), "the stream is new");
    let failure = outcome(&mut events, invitation).await.expect_err("nobody answers");
    assert!(failure.failed().is_some(), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn who_takes_the_channel_has_time_to_hear_of_what_another_had_still_to_hand_on() {
    let (simulator, faulty, application, mut events) = ada(Format::Json).await;
    let (_ben, _bens_events) = online(BEN, &faulty, Format::Json).await;
    follow(&mut events, Duration::from_secs(60)).await;
    simulator.send_message("cho@contoso.com", ADA, "hello").expect("both are users");
    events.next().await.expect("the channel goes on");
    start_meets(&faulty, || Fault::CutAfter);
    let invitation = invite(&application, BEN).await;
    let outcome = tokio::spawn(invitation.outcome());
    pass(Duration::from_secs(90)).await;
    let mut second = application.events().expect("it has a channel");
    drop(events);
    // The first poll of the other stream is slow, and fails.
    faulty.plan(|request| request.uri().path().ends_with("/events").then_some(Fault::Silence));
    follow(&mut second, Duration::from_secs(200)).await;
    faulty.plan(|_| None);
    follow(&mut second, Duration::from_secs(120)).await;
    let failure = outcome.await.expect("it does not panic").expect_err("nobody answers");
    assert!(failure.failed().is_some(), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_the_channel_does_not_say_that_it_fails() {
    let (simulator, faulty, application, mut events) = ada(Format::Json).await;
    follow(&mut events, Duration::from_secs(60)).await;
    simulator.send_message(BEN, ADA, "hello").expect("both are users");
    faulty.plan(|request| request.uri().path().ends_with("/events").then_some(Fault::NotConnected));
    events.next().await.expect("an event");
    faulty.plan(|_| None);
    let mut second = application.events().expect("it has a channel");
    assert!(timeout(Duration::from_secs(1), second.next()).await.is_err(), "it polls");
    follow(&mut events, Duration::from_secs(1)).await;
    start_meets(&faulty, || Fault::CutBefore);
    let invitation = invite(&application, BEN).await;
    let failure = outcome(&mut second, invitation).await.expect_err("the server never heard of it");
    assert!(matches!(failure, OperationFailure::Unknown(UnknownOutcome::NoResponse(_))), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_handle_changes_nothing_for_the_program() {
    let (_, _, application, mut events) = ada(Format::Json).await;
    drop(invite(&application, BEN).await);
    let items = follow(&mut events, Duration::from_secs(120)).await;
    assert!(items.contains(&"completed messagingInvitation".to_owned()), "{items:?}");
    pass(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_message_is_an_operation_too() {
    for format in FORMATS {
        let (_, faulty, application, mut events) = ada(format).await;
        let (ben, mut bens_events) = online(BEN, &faulty, format).await;
        let program = async {
            let invitation = invite(&application, BEN).await;
            let completed = outcome(&mut events, invitation).await.expect("ben accepts");
            let client = application.client();
            let conversation = completed.resource().expect("it is embedded").conversation().fetch(client).await;
            let messaging = conversation.expect("it is there").messaging().fetch(client).await.expect("it is there");
            let send = messaging.send_message().required().expect("messaging is connected");
            let text = SendMessageInput::new("", Body::new("text/plain", "hello"));
            let message = application.start(send.post_with(text)).await.expect("the server accepts it");
            let delivered = outcome(&mut events, message).await.expect("it is delivered");
            assert_eq!(delivered.event().rel(), "message");
        };
        tokio::select! {
            () = program => {}
            () = respond_to_invitation(&ben, &mut bens_events, true) => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_is_still_there_keeps_its_operations() {
    for format in FORMATS {
        let (_, faulty, application, mut events) = ada(format).await;
        let (_ben, _bens_events) = online(BEN, &faulty, format).await;
        let invitation = invite(&application, BEN).await;
        let before = application.resource().link();
        // The server has it, and says so.
        application.recreate().await.expect("the server has it");
        assert_eq!(application.resource().link(), before);
        let failure = outcome(&mut events, invitation).await.expect_err("nobody answers");
        assert!(failure.failed().is_some(), "{failure}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_program_that_is_slow_is_not_told_that_nothing_came() {
    for format in FORMATS {
        let (simulator, faulty, application, mut events) = ada(format).await;
        let (_ben, _bens_events) = online(BEN, &faulty, format).await;
        follow(&mut events, Duration::from_secs(60)).await;
        // Several events in one response, of which the program takes the first.
        simulator.send_message("cho@contoso.com", ADA, "hello").expect("both are users");
        simulator.send_message(BEN, ADA, "hello").expect("both are users");
        events.next().await.expect("the channel goes on");
        start_meets(&faulty, || Fault::CutAfter);
        let invitation = invite(&application, BEN).await;
        let id = invitation.id().to_owned();
        let outcome = tokio::spawn(invitation.outcome());
        let mut begun = None;
        for number in 0.. {
            let item = timeout(Duration::from_secs(600), events.next()).await;
            let Ok(Some(ChannelItem::Event(event))) = item else { break };
            begun = begun.or_else(|| (event.operation_id() == Some(&id)).then_some(number));
            pass(Duration::from_secs(25)).await;
        }
        assert!(begun.is_some_and(|begun| begun > 2), "it came when the program was late already: {begun:?}");
        let failure = outcome.await.expect("it does not panic").expect_err("nobody answers");
        assert!(failure.failed().is_some(), "{failure}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_names_no_operation_may_overtake_the_response() {
    for (format, (text, other)) in FORMATS
        .into_iter()
        .flat_map(|format| [("operationId", "simulatedId"), ("mine", "somebody else's")].map(|names| (format, names)))
    {
        let (_, faulty, application, mut events) = ada(format).await;
        let mut unknown = invitation(&application, "nobody@contoso.com").await;
        unknown.input.operation_id = Some("mine".into());
        faulty.plan(move |request| {
            let is_poll = request.uri().path().ends_with("/events");
            let change = is_poll.then(|| edit(move |body| body.replace(text, other)));
            change.or_else(|| is_start(request).then_some(Fault::LateResponse))
        });
        let (operation, items) =
            tokio::join!(application.start(unknown), follow(&mut events, Duration::from_millis(500)));
        assert!(items.contains(&"completed messagingInvitation".to_owned()), "it came before the response: {items:?}");
        let outcome = timeout(Duration::from_secs(3600), operation.expect("the server starts it").outcome()).await;
        let failure = outcome.expect("it ends").expect_err("there is nobody of that name");
        assert_eq!(failure.reason(), Some(MessagingInvitationReason::DestinationNotFound), "{failure}");
    }
}

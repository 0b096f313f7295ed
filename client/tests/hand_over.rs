//! One process hands its users over to another.

mod support;

use std::time::Duration;

use support::{ADA, FORMATS, Faulty, SEED, pass, sign_in, simulator};
use tokio::time::timeout;
use ucwa::communication::MessagingInvitation;
use ucwa::me::MakeMeAvailableInput;
use ucwa::{EventKind, Format};
use ucwa_client::{
    Application, ApplicationSettings, ChannelEnd, ChannelItem, ChannelSettings, Cursor, Error, Events, Loss,
    RefusedError,
};
use ucwa_simulator::Simulator;

/// What one process stores for the other, as text.
struct Stored {
    endpoint_id: String,
    cursor: String,
}

/// A user who is online.
async fn online(faulty: &Faulty, format: Format) -> (Application, Events) {
    online_with(faulty, format, ChannelSettings::new()).await
}

async fn online_with(faulty: &Faulty, format: Format, settings: ChannelSettings) -> (Application, Events) {
    let client = sign_in(faulty, format).await.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
    application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
    let events = application.events_with(settings).expect("it has a channel");
    (application, events)
}

/// A user who is online, and for whom two messages are there that no poll has given yet.
async fn with_two_messages(
    simulator: &Simulator,
    faulty: &Faulty,
    format: Format,
    settings: ChannelSettings,
) -> (Application, Events) {
    let (application, mut events) = online_with(faulty, format, settings).await;
    told(&mut events, 9).await;
    send(simulator, 1);
    send(simulator, 2);
    (application, events)
}

/// Stops a process, wherever it is in its events.
fn stop(application: &Application, events: Events) -> Stored {
    let cursor = events.cursor().expect("it has not ended").to_string();
    drop(events);
    application.leave();
    Stored { endpoint_id: application.endpoint_id().to_owned(), cursor }
}

/// Goes on in another process.
async fn go_on(faulty: &Faulty, format: Format, stored: &Stored) -> (Application, Events) {
    let client = sign_in(faulty, format).await.expect("the password is right");
    let settings = ApplicationSettings::new("test").with_endpoint_id(&stored.endpoint_id);
    let application = client.create_application(settings).await.expect("it takes the application over");
    // Known to the server, but not to this process, which has to restore it after a loss.
    application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
    let cursor: Cursor = stored.cursor.parse().expect("it was a cursor");
    let events = application.events_after(&cursor, ChannelSettings::default()).expect("it has a channel");
    (application, events)
}

/// What another process is told that goes on, where one more message comes then.
async fn told_to_another(
    simulator: &Simulator,
    faulty: &Faulty,
    format: Format,
    stored: &Stored,
    number: usize,
) -> Vec<Result<usize, Loss>> {
    let (_application, mut events) = go_on(faulty, format, stored).await;
    send(simulator, number);
    told(&mut events, 9).await
}

fn send(simulator: &Simulator, number: usize) {
    let from = format!("from{number}@contoso.com");
    simulator.add_user(ucwa_simulator::Account::new(&from, "A User", "secret"));
    simulator.send_message(&from, ADA, &number.to_string()).expect("both are users");
}

/// What the program is told within a minute: the numbers of messages, and losses.
async fn told(events: &mut Events, limit: usize) -> Vec<Result<usize, Loss>> {
    let mut told = Vec::new();
    while told.len() < limit
        && let Ok(Some(item)) = timeout(Duration::from_secs(20), events.next()).await
    {
        told.extend(told_by(&item));
    }
    told
}

/// What an item tells, if it is a message or a loss.
fn told_by(item: &ChannelItem) -> Option<Result<usize, Loss>> {
    match item {
        ChannelItem::Event(event) if event.kind == EventKind::Started => {
            let invitation = event.about::<MessagingInvitation>().expect("the only operation");
            let text = invitation.resource().and_then(|found| found.message.as_ref()?.text().ok());
            Some(Ok(text.expect("it has a message").trim().parse().expect("a number")))
        }
        ChannelItem::Event(_) => None,
        ChannelItem::Lost(loss) => Some(Err(*loss)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_and_nothing_comes_twice_where_all_was_handled() {
    for format in FORMATS {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let (application, mut events) = online(&faulty, format).await;
        send(&simulator, 1);
        assert_eq!(told(&mut events, 9).await, [Ok(1)]);
        let stored = stop(&application, events);
        let id = simulator.applications()[0].id;
        send(&simulator, 2);
        pass(Duration::from_secs(30)).await;
        let (_application, mut events) = go_on(&faulty, format, &stored).await;
        send(&simulator, 3);
        assert_eq!(told(&mut events, 9).await, [Ok(2), Ok(3)]);
        assert_eq!(simulator.applications().iter().map(|found| found.id).collect::<Vec<_>>(), [id], "it is the same");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_handled_is_announced_as_lost() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let settings = ChannelSettings::new();
    let (application, mut events) = with_two_messages(&simulator, &faulty, Format::Json, settings).await;
    // The process stops after the first of two events that came together. The poll that acknowledges both is on its way.
    assert_eq!(told(&mut events, 1).await, [Ok(1)]);
    let stored = stop(&application, events);
    assert_eq!(
        told_to_another(&simulator, &faulty, Format::Json, &stored, 3).await,
        [Err(Loss::Resynchronized), Ok(3)]
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_not_handled_comes_again_where_it_is_acknowledged_late() {
    for format in FORMATS {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let settings = ChannelSettings::new().with_late_acknowledgement();
        let (application, mut events) = with_two_messages(&simulator, &faulty, format, settings).await;
        assert_eq!(told(&mut events, 1).await, [Ok(1)]);
        // However long it takes to handle the first of the two.
        pass(Duration::from_secs(20)).await;
        let stored = stop(&application, events);
        assert_eq!(told_to_another(&simulator, &faulty, format, &stored, 3).await, [Ok(1), Ok(2), Ok(3)]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_marked_as_handled_does_not_come_again() {
    for format in FORMATS {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let settings = ChannelSettings::new().with_late_acknowledgement();
        let (application, mut events) = with_two_messages(&simulator, &faulty, format, settings).await;
        let (before, mut handled) = (events.cursor(), Vec::new());
        while events.cursor() == before {
            handled.extend(told_by(&events.next().await.expect("there is another item")));
            events.mark_handled();
        }
        assert_eq!(handled, [Ok(1), Ok(2)], "all of the response");
        let stored = stop(&application, events);
        assert_eq!(told_to_another(&simulator, &faulty, format, &stored, 3).await, [Ok(3)]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_quiet_channel_moves_on_though_the_program_does_not_come_back() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let (application, mut events) = online(&faulty, Format::Json).await;
    told(&mut events, 9).await;
    let before = events.cursor();
    let item = timeout(Duration::from_secs(200), events.next()).await;
    assert!(item.is_err() && events.cursor() != before, "the server has answered with nothing: {item:?}");
    let stored = stop(&application, events);
    assert_eq!(told_to_another(&simulator, &faulty, Format::Json, &stored, 1).await, [Ok(1)]);
}

#[tokio::test(start_paused = true)]
async fn a_program_that_stops_on_a_quiet_channel_loses_nothing() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let (application, mut events) = online(&faulty, Format::Json).await;
    // Until nothing happens any more, not even that the user becomes inactive.
    while timeout(Duration::from_secs(1200), events.next()).await.is_ok() {}
    // The order to stop is looked at before the channel is.
    tokio::select! {
        biased;
        () = pass(Duration::from_secs(1000)) => {}
        item = events.next() => panic!("{item:?}"),
    }
    let stored = stop(&application, events);
    assert_eq!(told_to_another(&simulator, &faulty, Format::Json, &stored, 1).await, [Ok(1)]);
}

#[tokio::test(start_paused = true)]
async fn an_application_that_is_left_stays_and_sends_nothing_more() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let (application, mut events) = online(&faulty, Format::Json).await;
    told(&mut events, 9).await;
    application.leave();
    assert!(application.is_closed());
    assert!(matches!(events.next().await, Some(ChannelItem::Ended(ChannelEnd::Closed))));
    let refused = application.refresh().await.expect_err("it was left");
    assert!(matches!(refused, Error::Refused(RefusedError::Closed)), "{refused}");
    let sent = faulty.count();
    application.close().await.expect("there is nothing to do");
    drop((application, events));
    pass(Duration::from_secs(60)).await;
    assert_eq!(faulty.count(), sent, "{SEED}");
    assert_eq!(simulator.applications().len(), 1);
}

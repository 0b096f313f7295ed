//! A program that is started and left alone for a month: the server restarts once a day, a token is good for eight hours, and the
//! network fails once an hour.

mod support;

use std::time::Duration;

use support::{ADA, Fault, Faulty, sign_in, simulator};
use tokio::time::{Instant, timeout_at};
use ucwa::communication::MessagingInvitation;
use ucwa::me::MakeMeAvailableInput;
use ucwa::{EventKind, Format};
use ucwa_client::{ApplicationSettings, ChannelItem, ChannelSettings, Events};
use ucwa_simulator::Memory;

const HOUR: Duration = Duration::from_secs(3600);

/// What the program was given, in order.
#[derive(Debug, PartialEq, Eq)]
enum Given {
    /// An invitation with a message, by the number in it.
    News(u32),
    /// Events may be missing.
    Lost,
}

/// What the program is given until a moment.
async fn until(events: &mut Events, end: Instant, given: &mut Vec<Given>) {
    while let Ok(item) = timeout_at(end, events.next()).await {
        match item.expect("the stream lasts") {
            ChannelItem::Event(event) => {
                let invitation = event.about::<MessagingInvitation>().filter(|_| event.kind == EventKind::Started);
                let message = invitation.and_then(|found| found.resource()?.message.as_ref()?.text().ok());
                given.extend(message.map(|text| Given::News(text.parse().expect("it is a number"))));
            }
            ChannelItem::Lost(_) => given.push(Given::Lost),
            ChannelItem::Interrupted(_) | ChannelItem::Reconnected => {}
            other => panic!("{other:?}"),
        }
    }
}

/// The numbers of the news that the program was not given, although nothing was announced as lost.
fn missed(given: &[Given], count: u32) -> Vec<u32> {
    let mut missed = Vec::new();
    let mut next = 0;
    let mut is_lost = false;
    for item in given {
        match item {
            Given::Lost => is_lost = true,
            Given::News(number) => {
                assert!(*number >= next, "{number} came twice, or too late");
                if !std::mem::take(&mut is_lost) {
                    missed.extend(next..*number);
                }
                next = number + 1;
            }
        }
    }
    missed.extend((next..count).filter(|_| !is_lost));
    missed
}

#[test]
fn what_is_missing_without_a_word_is_noticed() {
    let given = [Given::News(0), Given::Lost, Given::News(2), Given::News(4)];
    assert_eq!(missed(&given, 6), [3, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_month_alone_misses_nothing_without_being_told() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let client = sign_in(&faulty, Format::Json).await.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("board")).await.expect("an application");
    application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
    let settings = ChannelSettings::new().with_timeout(Duration::from_secs(900));
    let mut events = application.events_with(settings).expect("it has a channel");
    let mut random = fastrand::Rng::with_seed(support::SEED);
    let (mut given, mut news, mut tokens) = (Vec::new(), 0, 0);
    for hour in 0..30 * 24 {
        let begin = Instant::now();
        // The network fails at some moment, for up to a quarter of an hour.
        let failure = begin + Duration::from_secs(random.u64(60..2400));
        let end = failure + Duration::from_secs(random.u64(1..900));
        faulty.plan(move |_| (failure..end).contains(&Instant::now()).then_some(Fault::NotConnected));
        until(&mut events, begin + Duration::from_secs(random.u64(0..3500)), &mut given).await;
        simulator.send_message("ben@contoso.com", ADA, &news.to_string()).expect("both are users");
        news += 1;
        if hour % 24 == 12 {
            simulator.restart(if hour % 48 == 12 { Memory::Lost } else { Memory::Kept });
        }
        until(&mut events, begin + HOUR, &mut given).await;
        tokens += support::token_requests(&simulator);
        simulator.clear_requests();
    }
    let seen = given.iter().filter(|item| **item != Given::Lost).count();
    assert_eq!(missed(&given, news), [0; 0], "{seen} of {news}");
    assert!(seen > 500, "{seen} of {news}");
    // One for each eight hours, and one after each restart that lost them.
    assert!((90..=115).contains(&tokens), "{tokens}");
    application.close().await.expect("the server removes it");
}

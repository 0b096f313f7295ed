//! All conversations of an application: given as they begin, however they do, and known although the program keeps none of them.

mod desk;
mod support;

use std::time::Duration;

use desk::{ADA, BEN, CHO, Desk, soon, within};
use support::{FORMATS, Faulty, pass, password_of, settings, simulator};
use ucwa::Format;
use ucwa::communication::StartMessagingInput;
use ucwa::me::MakeMeAvailableInput;
use ucwa::online_meeting::MyOnlineMeetingsInput;
use ucwa_client::messaging::{Conversation, ConversationItem, Conversations};
use ucwa_client::{Application, ApplicationSettings, ChannelSettings, Client, Cursor};
use ucwa_simulator::Simulator;

/// Accepts every invitation, and keeps nothing of it.
fn accept_all(desk: &Desk) {
    let mut invitations = desk.application.messaging().invitations();
    tokio::spawn(async move {
        while let Some(invitation) = invitations.next().await {
            invitation.accept().await.expect("it can be accepted");
        }
    });
}

async fn next(conversations: &mut Conversations) -> Conversation {
    soon(conversations.next()).await.expect("it goes on")
}

async fn is_quiet(conversations: &mut Conversations) -> bool {
    within(Duration::from_secs(60), conversations.next()).await.is_none()
}

/// The next message.
async fn message(conversation: &Conversation) -> String {
    loop {
        if let ConversationItem::Message(message) = soon(conversation.next()).await.expect("it goes on") {
            return message.text().to_owned();
        }
    }
}

async fn join(application: &Application) -> Conversation {
    let meetings = application.meetings();
    let scheduled = meetings.schedule(MyOnlineMeetingsInput::new().subject("Review")).await.expect("the user may");
    let uri = scheduled.online_meeting_uri.as_ref().expect("an address").to_string();
    let joining = soon(meetings.join(&uri)).await.expect("there is one");
    soon(joining.joined()).await.expect("the user is let in").conversation().clone()
}

#[tokio::test(start_paused = true)]
async fn each_conversation_is_given_once_in_the_order_in_which_they_began() {
    for format in FORMATS {
        let simulator = simulator();
        let (ada, ben) = (Desk::of(&simulator, ADA, format).await, Desk::of(&simulator, BEN, format).await);
        accept_all(&ada);
        accept_all(&ben);
        let messaging = ada.application.messaging();
        let mut conversations = messaging.follow_conversations();
        assert!(is_quiet(&mut conversations).await);

        let started = soon(messaging.start(BEN)).await.expect("he accepts");
        assert_eq!(next(&mut conversations).await.link(), started.link());
        simulator.send_message(CHO, ADA, "Hello").expect("both are users");
        let accepted = next(&mut conversations).await;
        assert_eq!(message(&accepted).await, "Hello");
        let joined = join(&ada.application).await;
        assert_eq!(next(&mut conversations).await.link(), joined.link());
        assert!(is_quiet(&mut conversations).await);

        accepted.leave().await.expect("she may");
        let mut later = messaging.follow_conversations();
        for goes_on in [&started, &joined] {
            assert_eq!(next(&mut later).await.link(), goes_on.link());
        }
        assert!(is_quiet(&mut later).await);
        ada.application.close().await.expect("it closes");
        assert!(soon(conversations.next()).await.is_none() && soon(later.next()).await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn what_begins_without_the_messaging_of_the_client_is_given() {
    for format in FORMATS {
        let simulator = simulator();
        let (ada, ben) = (Desk::of(&simulator, ADA, format).await, Desk::of(&simulator, BEN, format).await);
        accept_all(&ben);
        let start = async || {
            let communication = ada.application.communication().await.expect("she may");
            let link = communication.start_messaging().link().expect("she may");
            let post = link.post_with(StartMessagingInput::new("sip:ben@contoso.com"));
            soon(ada.application.start(post).await.expect("it begins").outcome()).await.expect("he accepts");
        };
        // Before anybody works with conversations, and after.
        start().await;
        let mut conversations = ada.application.messaging().follow_conversations();
        let first = next(&mut conversations).await;
        assert!(!first.is_meeting() && first.end().is_none());
        simulator.send_message(BEN, ADA, "Hello").expect("both are users");
        assert_eq!(message(&first).await, "Hello");
        let there = first.participants().await.expect("she may know");
        assert_eq!(there.iter().map(ToString::to_string).collect::<Vec<_>>(), ["Ben Ortiz"]);
        first.leave().await.expect("she may");
        start().await;
        assert_ne!(next(&mut conversations).await.link(), first.link());
        assert!(is_quiet(&mut conversations).await);
    }
}

#[tokio::test(start_paused = true)]
async fn what_goes_on_is_known_although_the_program_kept_nothing_of_it() {
    for format in FORMATS {
        let simulator = simulator();
        let (ada, ben) = (Desk::of(&simulator, ADA, format).await, Desk::of(&simulator, BEN, format).await);
        let mut of_ben = ben.application.messaging().invitations();
        let messaging = ada.application.messaging();
        let accept = async { soon(of_ben.next()).await.expect("one").accept().await.expect("he may") };
        let (started, of_ben) = tokio::join!(soon(messaging.start(BEN)), accept);
        drop((started, messaging));
        let sent = of_ben.send("Are you there?").await.expect("he may");
        soon(sent.delivery()).await;
        let conversations = ada.application.messaging().conversations();
        let [of_ada] = conversations.as_slice() else { panic!("one: {conversations:?}") };
        assert_eq!(message(of_ada).await, "Are you there?");
        let there = of_ada.participants().await.expect("she may know");
        assert_eq!(there.iter().map(ToString::to_string).collect::<Vec<_>>(), ["Ben Ortiz"]);
    }
}

/// A process that has the application of an endpoint.
async fn process(simulator: &Simulator, format: Format, endpoint: &str) -> Application {
    let client = Client::sign_in_with(Faulty::new(simulator).transport(), settings(format), ADA, password_of(ADA));
    let settings = ApplicationSettings::new("test").with_endpoint_id(endpoint);
    let client = client.await.expect("the password is right");
    let application = client.create_application(settings).await.expect("an application");
    application.make_me_available(MakeMeAvailableInput::new()).await.expect("she may");
    application
}

/// A process that goes on after another one, in which Ada has a conversation that Ben began. Gives its place, too.
async fn process_after_another(simulator: &Simulator, format: Format) -> (Application, String) {
    let before = process(simulator, format, "endpoint").await;
    let mut events = before.events().expect("it has a channel");
    let mut invitations = before.messaging().invitations();
    let place = simulator.send_message(BEN, ADA, "one").expect("both are users");
    let talk = async {
        let conversation = soon(invitations.next()).await.expect("one").accept().await.expect("she may");
        message(&conversation).await
    };
    assert_eq!(events.read_during(talk, drop).await, "one");
    // What has come is handled.
    while within(Duration::from_secs(30), events.next()).await.is_some() {}
    let cursor = events.cursor().expect("it has not ended").to_string();
    drop(events);
    before.leave();

    let after = process(simulator, format, "endpoint").await;
    let cursor: Cursor = cursor.parse().expect("it was a cursor");
    let events = after.events_after(&cursor, ChannelSettings::default()).expect("it has a channel");
    tokio::spawn(events.run());
    (after, place)
}

#[tokio::test(start_paused = true)]
async fn who_was_in_a_conversation_of_two_before_a_process_began_is_known_once_it_is_a_meeting() {
    for format in FORMATS {
        let simulator = simulator();
        let (application, _) = process_after_another(&simulator, format).await;
        let mut conversations = application.messaging().follow_conversations();
        let conversation = next(&mut conversations).await;
        pass(Duration::from_secs(30)).await;
        assert!(conversation.participants().await.expect("all can be read").is_empty(), "no list has them");
        assert!(soon(conversation.invite("nobody@contoso.com")).await.is_err());
        pass(Duration::from_secs(30)).await;
        assert!(conversation.is_meeting());
        let there = conversation.participants().await.expect("all can be read");
        assert_eq!(there.iter().map(ToString::to_string).collect::<Vec<_>>(), ["Ben Ortiz"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_goes_on_with_the_conversations_of_the_one_before() {
    for format in FORMATS {
        let simulator = simulator();
        let (application, place) = process_after_another(&simulator, format).await;
        let mut conversations = application.messaging().follow_conversations();
        let conversation = next(&mut conversations).await;
        assert_eq!(simulator.send_message(BEN, ADA, "two"), Ok(place.clone()));
        assert_eq!(message(&conversation).await, "two");
        let sent = conversation.send("three").await.expect("she may");
        soon(sent.delivery()).await;
        let texts: Vec<_> = simulator.messages(&place).expect("it goes on").into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["one", "two", "three"]);
        assert!(is_quiet(&mut conversations).await);
    }
}

//! Invitations that came before the program asked for them.

mod desk;
mod support;

use std::time::Duration;

use desk::{ADA, BEN, CHO, Desk, soon, within};
use support::{FORMATS, edit, pass, password_of, settings, simulator};
use ucwa::Format;
use ucwa::communication::{MessagingInvitation, StartMessagingInput};
use ucwa::me::MakeMeAvailableInput;
use ucwa_client::messaging::{Conversation, ConversationItem, Delivery, Topic};
use ucwa_client::{ApplicationSettings, Client, Operation};

const MINUTE: Duration = Duration::from_secs(60);

/// Whether somebody is invited within a minute.
async fn is_invited(desk: &Desk) -> bool {
    within(MINUTE, desk.application.messaging().invitations().next()).await.is_some()
}

/// The messages, and who joined, until nothing happens for a minute.
async fn items(conversation: &Conversation) -> Vec<String> {
    let mut items = Vec::new();
    while let Some(Some(item)) = within(MINUTE, conversation.next()).await {
        match item {
            ConversationItem::Message(message) => items.push(format!("{}: {}", message.from, message.text())),
            ConversationItem::Joined(who) => items.push(format!("{who} joined")),
            ConversationItem::EventsLost => items.push("events lost".into()),
            _ => {}
        }
    }
    items
}

/// Has Ada invite Ben, without anything that knows of conversations.
async fn start(ada: &Desk) -> Operation<MessagingInvitation> {
    let communication = ada.application.communication().await.expect("it is there");
    let link = communication.start_messaging().link().expect("she may");
    let started = ada.application.start(link.post_with(StartMessagingInput::new("sip:ben@contoso.com"))).await;
    started.expect("she may")
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_came_before_the_program_asked_is_offered_once() {
    for format in FORMATS {
        let simulator = simulator();
        let (ada, ben) = (Desk::of(&simulator, ADA, format).await, Desk::of(&simulator, BEN, format).await);
        let messaging = ada.application.messaging();
        let answer = async {
            pass(Duration::from_secs(10)).await;
            let mut invitations = ben.application.messaging().invitations();
            let invitation = within(Duration::from_secs(1), invitations.next()).await.flatten().expect("it came");
            assert_eq!(invitation.from().map(ToString::to_string).as_deref(), Some("Ada Vale"));
            let left = invitation.deadline() - tokio::time::Instant::now();
            assert!(left <= Duration::from_secs(20), "it rings since it came: {left:?}");
            let accepted = invitation.accept().await.expect("it can be accepted");
            assert!(within(MINUTE, invitations.next()).await.is_none(), "it is given once");
            accepted
        };
        let topic = Topic::new().with_message("Hi Ben");
        let (of_ada, of_ben) = soon(async { tokio::join!(messaging.start_about(BEN, topic), answer) }).await;
        let of_ada = of_ada.expect("he accepts");
        let delivery = soon(of_ada.send("one").await.expect("it is accepted").delivery()).await;
        assert!(matches!(delivery, Delivery::Delivered));
        assert_eq!(items(&of_ben).await, ["Ada Vale: Hi Ben", "Ada Vale joined", "Ada Vale: one"]);
        assert!(!is_invited(&ben).await);
    }
}

#[tokio::test(start_paused = true)]
async fn who_invites_is_there_although_that_was_told_before_the_program_asked() {
    for format in FORMATS {
        let simulator = simulator();
        let (ada, ben) = (Desk::of(&simulator, ADA, format).await, Desk::of(&simulator, BEN, format).await);
        // As with servers that say who is there while it rings: once it is accepted, they do not say so again.
        ben.faulty.plan(|request| {
            let is_poll = request.uri().path().ends_with("/events");
            let hide = |text: &str| text.replace("{\"rel\":\"participant\"", "{\"rel\":\"x\"");
            let hide_xml = |text: &str| text.replace("rel=\"participant\"", "rel=\"x\"");
            is_poll.then(|| edit(move |text| hide_xml(&hide(&text))))
        });
        let messaging = ada.application.messaging();
        let answer = async {
            pass(Duration::from_secs(10)).await;
            let invitation = soon(ben.application.messaging().invitations().next()).await.expect("it came");
            invitation.accept().await.expect("it can be accepted")
        };
        let topic = Topic::new().with_subject("Plans");
        let (of_ada, of_ben) = soon(async { tokio::join!(messaging.start_about(BEN, topic), answer) }).await;
        of_ada.expect("he accepts");
        assert_eq!(of_ben.subject().as_deref(), Some("Plans"));
        assert_eq!(items(&of_ben).await, ["Ada Vale joined"]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_the_program_has_seen_is_not_offered_to_who_asks_later() {
    let simulator = simulator();
    let ben = Desk::of(&simulator, BEN, Format::Json).await;
    simulator.send_message(CHO, BEN, "hello").expect("both are users");
    // The program lets go of it, and of all that belongs to conversations.
    drop(soon(ben.application.messaging().invitations().next()).await.expect("it comes"));
    assert!(!is_invited(&ben).await);
}

#[tokio::test(start_paused = true)]
async fn an_invitation_of_which_the_server_sent_the_link_alone_is_read_once_the_program_asks() {
    let simulator = simulator();
    let ben = Desk::of(&simulator, BEN, Format::Json).await;
    ben.faulty.plan(|request| {
        let hide =
            |text: &str| text.replace("\"_embedded\":{\"messagingInvitation\"", "\"x\":{\"messagingInvitation\"");
        request.uri().path().ends_with("/events").then(|| edit(move |text| hide(&text)))
    });
    simulator.send_message(CHO, BEN, "hello").expect("both are users");
    pass(Duration::from_secs(10)).await;
    let mut invitations = ben.application.messaging().invitations();
    let invitation = within(Duration::from_secs(1), invitations.next()).await.flatten().expect("it came");
    assert_eq!(invitation.message().as_deref(), Some("hello"));
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_ended_before_the_program_asked_is_not_offered() {
    for format in FORMATS {
        let simulator = simulator();
        let (ada, ben) = (Desk::of(&simulator, ADA, format).await, Desk::of(&simulator, BEN, format).await);
        // Ada thinks better of it.
        let started = start(&ada).await;
        pass(Duration::from_secs(5)).await;
        let link = started.link().expect("it has begun");
        let invitation = ada.application.send(link.get()).await.expect("it is there");
        let cancel = invitation.cancel().link().expect("it rings");
        ada.application.send(cancel.post()).await.expect("she may");
        pass(Duration::from_secs(5)).await;
        assert!(!is_invited(&ben).await);
        // Nobody answers.
        let _started = start(&ada).await;
        pass(Duration::from_secs(40)).await;
        assert!(!is_invited(&ben).await);
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_user_accepts_or_begins_at_another_endpoint_is_not_here() {
    for format in FORMATS {
        let simulator = simulator();
        let (ada, ben) = (Desk::of(&simulator, ADA, format).await, Desk::of(&simulator, BEN, format).await);
        let client = Client::sign_in_with(ben.faulty.transport(), settings(format), BEN, password_of(BEN));
        let phone = ApplicationSettings::new("phone").with_endpoint_id("phone");
        let phone = client.await.expect("the password is right").create_application(phone).await.expect("another");
        phone.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
        let mut at_phone = phone.messaging().invitations();
        let mut here = None;
        let reader = tokio::spawn(phone.events().expect("it has a channel").run());
        // Before the program asks, and while it listens.
        for conversations in 1..=2 {
            let _started = start(&ada).await;
            let invitation = soon(at_phone.next()).await.expect("it comes");
            soon(invitation.accept()).await.expect("it can be accepted");
            pass(Duration::from_secs(5)).await;
            assert_eq!(phone.messaging().conversations().len(), conversations);
            let here = here.get_or_insert_with(|| ben.application.messaging());
            assert!(within(Duration::from_secs(1), here.invitations().next()).await.is_none());
            assert!(here.conversations().is_empty());
        }
        phone.messaging().start_meeting(Topic::new()).await.expect("the user may");
        pass(Duration::from_secs(5)).await;
        assert!(here.is_some_and(|here| here.conversations().is_empty()));
        reader.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn an_invitation_of_the_user_is_not_offered_to_who_asks_later() {
    for format in FORMATS {
        let simulator = simulator();
        let (ada, _ben) = (Desk::of(&simulator, ADA, format).await, Desk::of(&simulator, BEN, format).await);
        let _started = start(&ada).await;
        pass(Duration::from_secs(5)).await;
        assert!(within(Duration::from_secs(10), ada.application.messaging().invitations().next()).await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn an_invitation_of_an_application_that_was_lost_is_not_offered() {
    let simulator = simulator();
    let ben = Desk::of(&simulator, BEN, Format::Json).await;
    simulator.send_message(CHO, BEN, "hello").expect("both are users");
    pass(Duration::from_secs(5)).await;
    let application = simulator.applications().iter().find(|found| found.user == BEN).expect("it is there").id;
    simulator.lose_application(application).expect("it is there");
    simulator.set_note(BEN, "x").expect("a user");
    pass(Duration::from_secs(5)).await;
    assert!(within(Duration::from_secs(1), ben.application.messaging().invitations().next()).await.is_none());
}

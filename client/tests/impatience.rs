//! Programs that wait for what happens for short times only, as those do that draw a screen meanwhile.

mod desk;
mod support;

use std::time::Duration;

use desk::{ADA, BEN, Desk, soon, within};
use support::{FORMATS, seen, simulator};
use ucwa_client::messaging::{Conversation, ConversationItem, Invitations};
use ucwa_simulator::{Effect, Fault};

/// Shorter than a response takes.
const PATIENCE: Duration = Duration::from_millis(16);

async fn message(conversation: &Conversation) -> String {
    for _ in 0..1000 {
        if let Some(Some(ConversationItem::Message(message))) = within(PATIENCE, conversation.next()).await {
            assert_eq!(message.from.name.as_deref(), Some("Ben Ortiz"));
            return message.text().to_owned();
        }
    }
    panic!("the message does not come")
}

async fn accept(invitations: &mut Invitations) -> Conversation {
    for _ in 0..1000 {
        if let Some(Some(invitation)) = within(PATIENCE, invitations.next()).await {
            return soon(invitation.accept()).await.expect("it can be accepted");
        }
    }
    panic!("the invitation does not come")
}

#[tokio::test(start_paused = true)]
async fn who_never_waits_for_as_long_as_a_request_takes_hears_all_the_same() {
    for format in FORMATS {
        let simulator = simulator();
        let (ada, ben) = (Desk::of(&simulator, ADA, format).await, Desk::of(&simulator, BEN, format).await);
        let mut invitations = ada.application.messaging().invitations();
        // The server sends nothing along, and each response takes longer than the program ever waits.
        simulator.inject(Fault::new(Effect::LinkedEvents).on("events").of_user(ADA).times(1000));
        for resource in ["messagingInvitation", "participant", "message", "conversation"] {
            let late = Effect::Latency { milliseconds: 200 };
            simulator.inject(Fault::new(late).on(resource).of_user(ADA).with_method("GET").times(1000));
        }
        let messaging = ben.application.messaging();
        let (of_ben, of_ada) = tokio::join!(soon(messaging.start(ADA)), accept(&mut invitations));
        let of_ben = of_ben.expect("she accepts");
        let before = seen(&simulator).len();
        for text in ["one", "two", "three"] {
            let sent = of_ben.send(text).await.expect("she is there");
            assert!(sent.is_accepted());
            assert_eq!(message(&of_ada).await, text);
        }
        let requests = seen(&simulator).split_off(before);
        let is_lookup = |line: &&String| line.contains("/participants/") || line.contains("/messages/");
        let mut lookups: Vec<_> = requests.iter().filter(is_lookup).collect();
        assert_eq!(lookups.len(), 4, "one for him, and one for each message");
        lookups.sort();
        lookups.dedup();
        assert_eq!(lookups.len(), 4, "each was looked up once");
    }
}

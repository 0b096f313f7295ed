//! What programs do in conversations.

use std::time::Duration;

use tokio::time::{sleep, timeout};
use ucwa::enumerations::CallDeclineReason;
use ucwa_client::messaging::{Conversation, Delivery, Draft, IncomingInvitation, Topic};

use super::action::{Answer, Markup, Opening};
use super::model::Fate;
use super::stage::{Seat, conversation_in};

/// After the time to answer.
const TOO_LATE: Duration = Duration::from_secs(31);

/// How long a hasty program waits.
const HASTE: Duration = Duration::from_millis(400);

/// Does something when it is dropped, be it with a future that was given up.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl Seat {
    /// One of the user's conversations that go on.
    pub(super) fn conversation(&self, choice: usize) -> Option<Conversation> {
        self.keep_all();
        let model = self.stage.model();
        let open: Vec<_> = model.users[self.index].rooms.values().filter(|room| room.is_open()).collect();
        Some(open.get(choice.checked_rem(open.len())?)?.conversation.clone())
    }

    /// Has somebody answer the next invitation in some way.
    fn prepare(&self, to: usize, answer: Answer) {
        self.stage.model().users[to].answer = answer;
    }

    pub(super) async fn start(self, to: usize, answer: Answer, opening: Opening, step: usize) {
        self.prepare(to, answer);
        let mut topic = Topic::new().with_subject(format!("subject {step}"));
        if opening == Opening::Message {
            let text = format!("opening {step}");
            self.stage.model().words.say(self.index, &text, Fate::Invitation);
            topic = topic.with_message(text);
        }
        let started = self.application.messaging().start_about(self.stage.address(to), topic).await;
        if let Some(conversation) = self.done("start a conversation", started) {
            self.keep(&conversation);
        }
    }

    pub(super) async fn start_with_all(self, answer: Answer, step: usize) {
        let others: Vec<_> = (0..self.stage.world.accounts.len()).filter(|user| *user != self.index).collect();
        for user in &others {
            self.prepare(*user, answer);
        }
        let addresses: Vec<_> = others.iter().map(|user| self.stage.address(*user).to_owned()).collect();
        let topic = Topic::new().with_subject(format!("subject {step}"));
        let started = self.application.messaging().start_with_several(addresses, topic).await;
        if let Some((conversation, missing)) = self.done("start a meeting", started) {
            self.stage.note(self.index, format_args!("{} did not join", missing.len()));
            self.keep(&conversation);
        }
    }

    /// Goes on with one of the latest conversations of the history.
    pub(super) async fn resume(self, choice: usize, answer: Answer) {
        for user in 0..self.stage.world.accounts.len() {
            if user != self.index {
                self.prepare(user, answer);
            }
        }
        let read = self.application.history().latest(5).all().await;
        let Some(past) = self.done("read the latest conversations", read) else { return };
        let Some(at) = choice.checked_rem(past.len()) else { return };
        if let Some(conversation) = self.done("resume a conversation", past[at].resume().await) {
            self.keep(&conversation);
        }
    }

    pub(super) async fn reply(self, invitation: IncomingInvitation, answer: Answer) {
        if answer == Answer::Late {
            sleep(TOO_LATE).await;
            if !invitation.is_over() {
                self.stage.violate(self.index, "an invitation is open after its time".into());
            }
        }
        if answer == Answer::Decline {
            self.done("decline", invitation.decline(CallDeclineReason::Global).await);
        } else if answer == Answer::Hasty {
            // The conversation is among those of the application, if it began.
            let _ = timeout(HASTE, invitation.accept()).await;
        } else {
            let text = invitation.message();
            let accepted = self.done("accept", invitation.accept().await);
            if let Some(conversation) = accepted {
                self.stage.note(self.index, format_args!("accepted what began with {text:?}"));
                self.keep(&conversation);
            }
        }
    }

    /// Says something. Gives whether it was delivered.
    pub(super) async fn say(self, conversation: Conversation, text: String, markup: Markup) -> bool {
        self.stage.model().words.say(self.index, &text, Fate::Untold);
        let _abandoned = OnDrop(|| self.stage.model().words.abandon(&text));
        let draft = match markup {
            Markup::Plain => Draft::text(text.as_str()),
            Markup::Html => Draft::html(format!("<b>{text}</b>"), text.as_str()),
        };
        let Some(sent) = self.done(&format!("say {text:?}"), conversation.send(draft).await) else {
            self.stage.model().words.tell(&text, Fate::Refused);
            return false;
        };
        if sent.is_accepted() {
            self.stage.model().words.tell(&text, Fate::Accepted);
        }
        let delivery = sent.delivery().await;
        self.stage.note(self.index, format_args!("has said {text:?}: {delivery:?}"));
        let fate = if matches!(delivery, Delivery::Unknown(_)) { Fate::Unknown } else { Fate::Accepted };
        self.stage.model().words.tell(&text, fate);
        matches!(delivery, Delivery::Delivered)
    }

    pub(super) async fn show_typing(self, conversation: Conversation) {
        self.done("show typing", conversation.show_typing().await);
    }

    pub(super) async fn invite(self, conversation: Conversation, to: usize, answer: Answer) {
        self.prepare(to, answer);
        self.done("invite", conversation.invite(self.stage.address(to)).await);
    }

    /// Leaves a conversation. Where that fails, it may have been left.
    pub(super) async fn leave(self, conversation: Conversation) {
        if let Some(id) = conversation_in(conversation.link().href())
            && let Some(room) = self.stage.model().users[self.index].rooms.get_mut(id)
        {
            room.is_left = true;
        }
        for _ in 0..3 {
            if self.done("leave", conversation.leave().await).is_some() || self.application.is_closed() {
                return;
            }
            sleep(TOO_LATE).await;
        }
    }
}

//! Other endpoints of users, such as a telephone beside a computer: invitations reach both, and one of them answers.

use std::time::Duration;

use tokio::time::timeout;
use ucwa::enumerations::CallDeclineReason;
use ucwa::me::MakeMeAvailableInput;
use ucwa_client::messaging::{Conversation, ConversationItem, IncomingInvitation, InvitationKind};
use ucwa_client::{Application, ApplicationSettings, Error, Password};

use super::action::Answer;
use super::model::{Fate, Room};
use super::stage::{Seat, words_of};

/// How long an endpoint takes for what takes time: to come, and to be gone.
const PATIENCE: Duration = Duration::from_secs(600);

impl Seat {
    /// Has another endpoint of the user come, answer invitations to conversations for some time, and go.
    pub(super) async fn use_device(self, answer: Answer, stay: Duration, step: usize) {
        let online = timeout(PATIENCE, self.bring_device(step)).await;
        let Some(application) = online.ok().and_then(|online| self.done("bring a device", online)) else { return };
        self.stage.model().users[self.index].devices += 1;
        let _ = timeout(stay, self.answer_at(&application, answer, step)).await;
        self.stage.model().users[self.index].devices -= 1;
        self.stage.model().words.abandon_all(&prefix(self.index, step));
        if timeout(PATIENCE, application.close()).await.is_err() {
            self.stage.violate(self.index, format!("the device of step {step} cannot go"));
        }
    }

    async fn bring_device(&self, step: usize) -> Result<Application, Error> {
        let account = &self.stage.world.accounts[self.index];
        let password = Password::new(account.password.as_str());
        let client = self.stage.sign_in(&account.address, password, step).await?;
        let endpoint = format!("device-{}-{step}", self.index);
        let application =
            client.create_application(ApplicationSettings::new("device").with_endpoint_id(endpoint)).await?;
        application.make_me_available(MakeMeAvailableInput::new()).await?;
        tokio::spawn(application.events()?.run());
        Ok(application)
    }

    /// Answers invitations to conversations, one after another.
    async fn answer_at(&self, application: &Application, answer: Answer, step: usize) {
        let mut invitations = application.messaging().invitations();
        let mut number = 0;
        while let Some(invitation) = invitations.next().await {
            self.stage.note(self.index, format_args!("is invited at the device of step {step}: {invitation:?}"));
            if invitation.kind() != InvitationKind::Messaging {
                continue;
            }
            number += 1;
            let text = format!("{}{number}", prefix(self.index, step));
            if let Some(conversation) = self.answer_one(invitation, answer).await {
                self.talk_at(&conversation, text).await;
            }
        }
    }

    async fn answer_one(&self, invitation: IncomingInvitation, answer: Answer) -> Option<Conversation> {
        match answer {
            Answer::Accept | Answer::Hasty => self.done("accept at a device", invitation.accept().await),
            Answer::Decline => {
                self.done("decline at a device", invitation.decline(CallDeclineReason::Global).await);
                None
            }
            // Until another endpoint has answered.
            Answer::Silence | Answer::Late => {
                invitation.over().await;
                if !invitation.is_over() {
                    self.stage.violate(self.index, "an invitation is over, and open at a device".into());
                }
                None
            }
        }
    }

    /// Says something in a conversation, and listens until it ends.
    async fn talk_at(&self, conversation: &Conversation, text: String) {
        self.stage.model().words.say(self.index, &text, Fate::Untold);
        let fate = match conversation.send(text.as_str()).await {
            Ok(sent) if sent.is_accepted() => Fate::Accepted,
            Ok(_) => Fate::Unknown,
            Err(_) => Fate::Refused,
        };
        self.stage.model().words.tell(&text, fate);
        let mut room = Room::new(conversation.clone());
        while let Some(item) = conversation.next().await {
            if let Err(wrong) = room.take(&item, self.stage.world.record.elapsed()) {
                self.stage.violate(self.index, format!("a device finds: {wrong}"));
            }
            if let ConversationItem::Message(message) = &item
                && self.stage.model().words.speaker(words_of(message)).is_none()
            {
                self.stage.violate(self.index, format!("a device heard what nobody said: {}", message.text()));
            }
        }
    }
}

/// What all that is said at a device begins with.
fn prefix(user: usize, step: usize) -> String {
    format!("from the device of {user} in step {step}, number ")
}

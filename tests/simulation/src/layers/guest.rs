//! Guests: they join a meeting without an account, under a name, say something, and leave.

use std::time::Duration;

use tokio::time::timeout;
use ucwa_client::meetings::{ConferenceUri, Meeting};
use ucwa_client::messaging::ConversationItem;
use ucwa_client::{AnonymousMeeting, Application, ApplicationSettings, Error};

use super::model::{Fate, Room};
use super::stage::{Seat, words_of};

/// How long a guest waits for what takes time: to be let in, and to be gone.
const PATIENCE: Duration = Duration::from_secs(600);

/// The name of a guest that came by a step.
fn name(step: usize) -> String {
    format!("guest {step}")
}

/// What a guest says.
fn message(step: usize) -> String {
    format!("message of {}", name(step))
}

/// Whether somebody has the name of a guest.
pub(super) fn is_guest(name: &str) -> bool {
    name.starts_with("guest ")
}

impl Seat {
    /// Has a guest join a meeting, and stay for some time.
    pub(super) async fn receive_guest(self, uri: String, stay: Duration, step: usize) {
        let Ok(meeting) = uri.parse::<ConferenceUri>() else {
            return self.stage.violate(self.index, format!("{uri} is not the address of a meeting"));
        };
        let Some(application) = self.done("sign in as a guest", self.sign_in_guest(&meeting, step).await) else {
            return;
        };
        let visited = timeout(PATIENCE + stay, self.visit(&application, &meeting, stay, step)).await;
        match visited {
            Ok(visited) => drop(self.done("visit as a guest", visited)),
            Err(_) => self.stage.note(self.index, format_args!("{} waited in vain", name(step))),
        }
        // Of what was on its way when the guest lost patience, nobody knows.
        self.stage.model().words.tell(&message(step), Fate::Unknown);
        if timeout(PATIENCE, application.close()).await.is_err() {
            self.stage.violate(self.index, format!("{} cannot go", name(step)));
        }
    }

    async fn sign_in_guest(&self, meeting: &ConferenceUri, step: usize) -> Result<Application, Error> {
        let credentials = AnonymousMeeting::new(meeting.to_string(), meeting.id());
        let client = self.stage.sign_in(meeting.organizer(), credentials, step).await?;
        let application = client.create_application(ApplicationSettings::new("guest")).await?;
        tokio::spawn(application.events()?.run());
        Ok(application)
    }

    /// Joins the meeting, says something, listens, and leaves.
    async fn visit(
        &self,
        application: &Application,
        meeting: &ConferenceUri,
        stay: Duration,
        step: usize,
    ) -> Result<(), Error> {
        let joining = application.meetings().join_as(&meeting.to_string(), &name(step)).await?;
        let meeting = joining.joined().await?;
        self.stage.note(self.index, format_args!("{} is in", name(step)));
        let text = message(step);
        self.stage.model().words.say(self.stage.guest(), &text, Fate::Untold);
        let fate = match meeting.conversation().send(text.as_str()).await {
            Ok(sent) if sent.is_accepted() => Fate::Accepted,
            Ok(_) => Fate::Unknown,
            Err(_) => Fate::Refused,
        };
        self.stage.model().words.tell(&text, fate);
        let _ = timeout(stay, self.listen_as_guest(&meeting)).await;
        meeting.leave().await
    }

    /// Takes the items of a meeting as a guest, until it ends.
    async fn listen_as_guest(&self, meeting: &Meeting) {
        let mut room = Room::new(meeting.conversation().clone());
        while let Some(item) = meeting.next().await {
            let taken = room.take(&item, self.stage.world.record.elapsed());
            if let Err(wrong) = taken {
                self.stage.violate(self.index, format!("a guest finds: {wrong}"));
            }
            if let ConversationItem::Message(message) = &item
                && self.stage.model().words.speaker(words_of(message)).is_none()
            {
                self.stage.violate(self.index, format!("a guest heard what nobody said: {}", message.text()));
            }
        }
    }
}

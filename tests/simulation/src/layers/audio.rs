//! What programs do to be heard in meetings, and to have others not be heard.

use ucwa::Fetched;
use ucwa::communication::{AddAudioInput, ParticipantAudio};
use ucwa_client::Error;
use ucwa_client::meetings::Meeting;
use ucwa_client::messaging::{Conversation, Participant};

use super::action::Deed;
use super::stage::{Seat, conversation_in, participant_in};

impl Seat {
    /// Speaks in a meeting, where the user does not.
    pub(super) async fn speak(self, conversation: Conversation) {
        if conversation.is_meeting() {
            let spoken = self.add_audio(&conversation).await;
            self.done("speak", spoken);
        }
    }

    /// Those in a meeting with whom something can be done, as the server offers it: who are heard, or muted.
    pub(super) async fn speakers(&self, meeting: &Meeting, deed: Deed) -> Vec<Participant> {
        let mut speakers = Vec::new();
        for who in self.done("see who is there", meeting.participants().await).unwrap_or_default() {
            let Some(audio) = self.done("see who is muted", self.audio(&who).await).flatten() else { continue };
            let is_offered = match deed {
                Deed::Unmute => audio.unmute_audio().link().is_some(),
                _ => audio.mute_audio().link().is_some(),
            };
            if is_offered {
                speakers.push(who);
            }
        }
        speakers
    }

    /// Speaks in a meeting and, where the user may, mutes another or, where all others are muted, lets one be heard again.
    /// Nothing goes wrong.
    pub(super) async fn take_the_floor(&self, conversation: &Conversation) -> Result<(), Error> {
        self.add_audio(conversation).await?;
        let meeting = Meeting::from(conversation.clone());
        for deed in [Deed::Mute, Deed::Unmute] {
            if let Some(who) = self.speakers(&meeting, deed).await.first() {
                return self.mute(&meeting, who, deed).await;
            }
        }
        Ok(())
    }

    /// Mutes somebody, or lets them be heard again.
    pub(super) async fn mute(&self, meeting: &Meeting, who: &Participant, deed: Deed) -> Result<(), Error> {
        let href = who.link.href();
        let (Some(conversation), Some(participant)) = (conversation_in(href), participant_in(href)) else {
            self.stage.violate(self.index, format!("a participant is nowhere: {href}"));
            return Ok(());
        };
        let time = self.stage.world.record.elapsed();
        self.stage.model().mutes.begin(conversation, participant, time);
        let result = if deed == Deed::Mute { meeting.mute(who).await } else { meeting.unmute(who).await };
        self.stage.model().mutes.end(conversation, participant, deed == Deed::Mute, &result);
        result
    }

    async fn add_audio(&self, conversation: &Conversation) -> Result<(), Error> {
        conversation.refresh().await?;
        let link = conversation.resource().and_then(|resource| resource.audio_video().link());
        let Some(link) = link else { return Ok(()) };
        let audio = self.application.send(link.get()).await.map_err(Error::into_general)?;
        let Some(add) = audio.add_audio().link() else { return Ok(()) };
        let add = add.post_with(AddAudioInput::new(self.stage.address(self.index)));
        self.application.start(add).await.map_err(Error::into_general)?.await?;
        Ok(())
    }

    /// Whether the others hear somebody; `None` for those who do not speak.
    pub(super) async fn is_muted(&self, who: &Participant) -> Result<Option<bool>, Error> {
        Ok(self.audio(who).await?.and_then(|audio| audio.audio_muted))
    }

    /// What there is of somebody who speaks; `None` for those who do not.
    async fn audio(&self, who: &Participant) -> Result<Option<Fetched<ParticipantAudio>>, Error> {
        let participant = self.application.send(who.link.get()).await.map_err(Error::into_general)?;
        let Some(link) = participant.participant_audio().link() else { return Ok(None) };
        self.application.send(link.get()).await.map(Some).map_err(Error::into_general)
    }
}

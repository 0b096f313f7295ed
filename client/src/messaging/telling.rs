//! What a program is told of a conversation: items, made of notes, with what has to be looked up for that.

use ucwa::communication::{Message, Participant as ParticipantResource};

use super::conversation::Conversation;
use super::item::{ConversationItem, Participant, ReceivedMessage};
use super::notes::Note;
use super::reading::READINGS;
use super::roster::Happened;
use crate::error::Error;

impl Conversation {
    /// Makes an item of a note, after looking up what it needs; `None` where there is nothing to tell, and where another clone has told
    /// it meanwhile.
    pub(super) async fn tell(&self, number: u64, note: Note) -> Option<ConversationItem> {
        let (mut others, mut news) = (Vec::new(), None);
        let item = match note {
            Note::Message(sender, link, message) => {
                let from = self.identify(&sender).await.unwrap_or(sender);
                Some(ConversationItem::Message(ReceivedMessage::new(from, link, &message)))
            }
            Note::First(message) => Some(ConversationItem::Message(*message)),
            Note::Unread(link) => match self.send_get::<Message>(&link).await {
                Ok(message) => {
                    others.extend(self.record().known().message(Some(link), &message));
                    None
                }
                Err(error) => {
                    tracing::debug!(%error, "a message was not read");
                    Some(ConversationItem::EventsLost)
                }
            },
            Note::Roster(happened, who) => {
                let who = match happened {
                    Happened::Left | Happened::LeftLobby => Some(who),
                    _ => self.identify(&who).await,
                };
                news = who.map(|who| (happened, who));
                None
            }
            Note::Changed => Some(ConversationItem::Changed),
            Note::Outdated => {
                self.renew().await;
                None
            }
            Note::BecameMeeting => Some(ConversationItem::BecameMeeting),
            Note::Lobby => {
                let is_read = self.record().known().roster.is_lobby_read;
                if !is_read {
                    self.look_into_lobby().await;
                }
                None
            }
            Note::EventsLost => {
                self.record().looked_up().await;
                Some(ConversationItem::EventsLost)
            }
            Note::Ended(end) => Some(ConversationItem::Ended(end)),
        };
        let notes = &mut self.record().known().notes;
        if !notes.settle(number, others) {
            return None;
        }
        news.filter(|(happened, who)| notes.told.is_news(*happened, who))
            .map(|(happened, who)| happened.to_item(who))
            .or(item)
    }

    /// Reads the conversation again, now or as soon as it can be read.
    pub(super) async fn renew(&self) {
        match self.refresh().await {
            Err(error) if error.is_retryable() => self.doubt(),
            Err(error) => tracing::debug!(%error, "a conversation was not read"),
            Ok(()) => {}
        }
    }

    /// Who somebody is; `None` for the user, and for those who have left without an event that says so.
    async fn identify(&self, who: &Participant) -> Option<Participant> {
        match self.look_up(who).await {
            Ok(found) => found,
            Err(error) => {
                tracing::debug!(%error, "a participant was not read");
                // It is read when somebody asks again who is there.
                Some(self.record().known().roster.get(&who.link).unwrap_or(who).clone())
            }
        }
    }

    /// Reads what is not known of somebody; `None` for the user, who is in no roster, and for those who have left without
    /// an event that says so.
    pub(super) async fn look_up(&self, who: &Participant) -> Result<Option<Participant>, Error> {
        let link = &who.link;
        let known = {
            let mut known = self.record().known();
            if known.is_own(link) {
                known.left(&Participant::new(link.clone()));
                return Ok(None);
            }
            known.roster.is_known(link).then(|| known.roster.get(link).cloned())
        };
        if let Some(known) = known {
            return Ok(Some(known.unwrap_or_else(|| who.clone())));
        }
        let mut readings = 0;
        loop {
            let begin = self.record().known().roster.begin_reading(who);
            let result = self.send_get::<ParticipantResource>(link).await;
            readings += 1;
            let mut known = self.record().known();
            if !known.roster.end_reading(who, begin) && result.is_ok() && readings < READINGS {
                // What was said meanwhile may be newer.
                continue;
            }
            return match result {
                Ok(resource) if resource.local == Some(true) => {
                    known.left(&Participant::new(link.clone()));
                    Ok(None)
                }
                Ok(resource) => Ok(Some(known.roster.learn(who, Some(&resource)))),
                // Nothing has told of it so far.
                Err(error) if error.is_deleted_already() && known.roster.get(link).is_some() => {
                    known.left(who);
                    Ok(None)
                }
                Err(error) if error.is_missing() => Ok(Some(known.roster.learn(who, None))),
                Err(error) => Err(error),
            };
        }
    }
}

impl Happened {
    fn to_item(self, who: Participant) -> ConversationItem {
        match self {
            Self::Joined => ConversationItem::Joined(who),
            Self::Left => ConversationItem::Left(who),
            Self::Typing => ConversationItem::Typing(who),
            Self::StoppedTyping => ConversationItem::StoppedTyping(who),
            Self::WaitsInLobby => ConversationItem::WaitsInLobby(who),
            Self::LeftLobby => ConversationItem::LeftLobby(who),
            Self::Changed => ConversationItem::ParticipantChanged(who),
        }
    }
}

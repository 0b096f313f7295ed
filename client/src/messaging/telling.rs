//! What a program is told of a conversation: items, made of notes, with what has to be looked up for that.

use ucwa::communication::{Message, Participant as ParticipantResource};

use super::conversation::Conversation;
use super::item::{ConversationItem, Participant, ReceivedMessage};
use super::notes::Note;
use super::reading::READINGS;
use super::roster::Happened;
use crate::error::Error;

/// What was looked up for a note.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// There is nothing that the note itself does not say.
    Nothing,
    /// Who it is about; `None` for the user, and for those who have left.
    Who(Option<Participant>),
    /// The message; `None` if it could not be read.
    Message(Option<Box<Message>>),
}

impl Conversation {
    /// Makes an item of a note, after looking up what it needs; `None` where there is nothing to tell, and where another clone has told
    /// it meanwhile.
    pub(super) async fn tell(&self, number: u64, note: Note) -> Option<ConversationItem> {
        let found = self.find(number, &note).await;
        let item = self.settle(number, note, found);
        self.record().lookups.forget(&number);
        item
    }

    /// Looks up what a note needs. Requests go on where the program has given up waiting for the item, so that one which waits for short
    /// times only hears of it, too.
    async fn find(&self, number: u64, note: &Note) -> Found {
        let is_at_hand = match note {
            Note::Roster(Happened::Left | Happened::LeftLobby, who) => Some(Found::Who(Some(who.clone()))),
            Note::Message(who, ..) | Note::Roster(_, who) => self.at_hand(who),
            Note::EventsLost => {
                self.record().looked_up().await;
                Some(Found::Nothing)
            }
            Note::Lobby => self.record().known().roster.is_lobby_read.then_some(Found::Nothing),
            Note::Unread(_) | Note::Outdated => None,
            Note::First(_) | Note::Changed | Note::BecameMeeting | Note::Ended(_) => Some(Found::Nothing),
        };
        if let Some(found) = is_at_hand {
            return found;
        }
        let look_up = || {
            let (conversation, note) = (self.clone(), note.clone());
            async move { conversation.request(note).await }
        };
        self.record().lookups.run(number, look_up).await
    }

    /// Sends the requests that a note needs.
    async fn request(&self, note: Note) -> Found {
        match note {
            Note::Message(who, ..) | Note::Roster(_, who) => Found::Who(self.identify(&who).await),
            Note::Unread(link) => match self.send_get::<Message>(&link).await {
                Ok(message) => Found::Message(Some(Box::new(message.into_inner()))),
                Err(error) => {
                    tracing::debug!(%error, "a message was not read");
                    Found::Message(None)
                }
            },
            Note::Outdated => {
                self.renew().await;
                Found::Nothing
            }
            Note::Lobby => {
                self.look_into_lobby().await;
                Found::Nothing
            }
            Note::First(_) | Note::Changed | Note::BecameMeeting | Note::EventsLost | Note::Ended(_) => Found::Nothing,
        }
    }

    /// Makes an item of a note and what was found, unless the note was settled before.
    fn settle(&self, number: u64, note: Note, found: Found) -> Option<ConversationItem> {
        let (mut others, mut news) = (Vec::new(), None);
        let mut known = self.record().known();
        let item = match (note, found) {
            (Note::Message(sender, link, message), found) => {
                let from = if let Found::Who(Some(from)) = found { from } else { sender };
                Some(ConversationItem::Message(ReceivedMessage::new(from, link, &message)))
            }
            (Note::First(message), _) => Some(ConversationItem::Message(*message)),
            (Note::Unread(link), Found::Message(Some(message))) => {
                others.extend(known.message(Some(link), &message));
                None
            }
            (Note::Unread(_) | Note::EventsLost, _) => Some(ConversationItem::EventsLost),
            (Note::Roster(happened, _), Found::Who(who)) => {
                news = who.map(|who| (happened, who));
                None
            }
            (Note::Roster(..) | Note::Outdated | Note::Lobby, _) => None,
            (Note::Changed, _) => Some(ConversationItem::Changed),
            (Note::BecameMeeting, _) => Some(ConversationItem::BecameMeeting),
            (Note::Ended(end), _) => Some(ConversationItem::Ended(end)),
        };
        let notes = &mut known.notes;
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
            Err(error) if error.may_pass() => self.doubt(),
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

    /// Who somebody is, where that takes no request.
    fn at_hand(&self, who: &Participant) -> Option<Found> {
        let mut known = self.record().known();
        if known.is_own(&who.link) {
            known.left(&Participant::new(who.link.clone()));
            return Some(Found::Who(None));
        }
        let is_known = known.roster.is_known(&who.link);
        is_known.then(|| Found::Who(Some(known.roster.get(&who.link).unwrap_or(who).clone())))
    }

    /// Reads what is not known of somebody; `None` for the user, who is in no roster, and for those who have left without
    /// an event that says so.
    pub(super) async fn look_up(&self, who: &Participant) -> Result<Option<Participant>, Error> {
        if let Some(Found::Who(known)) = self.at_hand(who) {
            return Ok(known);
        }
        let link = &who.link;
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

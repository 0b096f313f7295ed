//! What the programs of a schedule share: the world, and the models.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tower::service_fn;
use ucwa_client::messaging::{Conversation, ConversationItem, ReceivedMessage};
use ucwa_client::{Application, Client, Credentials, Error, Settings, Transport};

use super::action::Answer;
use super::guest::is_guest;
use super::model::{Model, Room};
use crate::secrets;
use crate::world::World;

/// What the programs of a schedule share.
pub(super) struct Stage {
    pub(super) world: Arc<World>,
    model: Mutex<Model>,
}

/// The place of one user on the stage, for as long as the application is open.
#[derive(Clone)]
pub(super) struct Seat {
    pub(super) stage: Arc<Stage>,
    pub(super) index: usize,
    pub(super) application: Application,
}

impl Stage {
    pub(super) fn new(world: Arc<World>) -> Self {
        let users = world.accounts.len();
        Self { world, model: Mutex::new(Model::new(users)) }
    }

    pub(super) fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signs somebody in beside the users' programs. What goes wrong at the server befalls them, and what does in the networks of users does
    /// not.
    pub(super) async fn sign_in(
        &self,
        address: &str,
        credentials: impl Into<Credentials>,
        step: usize,
    ) -> Result<Client, Error> {
        let simulator = self.world.simulator.clone();
        let transport = Transport::new(service_fn(move |request| {
            let simulator = simulator.clone();
            async move { simulator.handle(request).await }
        }));
        let mut settings = Settings::default();
        settings.seed = Some(step as u64);
        Client::sign_in_with(transport, settings, address, credentials).await
    }

    /// The address of a user.
    pub(super) fn address(&self, user: usize) -> &str {
        &self.world.accounts[user].address
    }

    /// Whether the server told since a time that somebody came into a conversation.
    pub(super) fn has_come(&self, conversation: &str, participant: &str, since: Duration) -> bool {
        let told = self.world.simulator.told();
        let mut came = told.iter().filter(|told| told.rel == "participant" && told.kind == "added");
        came.any(|told| {
            let is_there = conversation_in(&told.href) == Some(conversation);
            let time = u64::try_from(told.time - self.world.options.epoch).unwrap_or_default();
            is_there && participant_in(&told.href) == Some(participant) && Duration::from_millis(time) >= since
        })
    }

    /// The number of guests among those who speak: that after the users.
    pub(super) fn guest(&self) -> usize {
        self.world.accounts.len()
    }

    /// The user of an address.
    pub(super) fn user_of(&self, address: &str) -> Option<usize> {
        self.world.accounts.iter().position(|account| account.address == address)
    }

    pub(super) fn note(&self, user: usize, line: fmt::Arguments<'_>) {
        self.world.record.note_of(user, line);
    }

    /// Writes what the client shows of itself into the trace, where this schedule looks for secrets.
    pub(super) fn note_shown(&self, user: usize, line: fmt::Arguments<'_>) {
        if secrets::is_looking() {
            let line = line.to_string();
            secrets::look(&line);
            self.note(user, format_args!("{line}"));
        }
    }

    pub(super) fn violate(&self, user: usize, what: String) {
        self.world.record.violate(user, what);
    }

    /// Notes that a user's program may have missed what was told until now.
    pub(super) fn lost(&self, user: usize) {
        let time = self.world.record.elapsed();
        self.model().users[user].last_loss = Some(time);
    }
}

/// The id of the conversation that an address is in.
pub(super) fn conversation_in(href: &str) -> Option<&str> {
    let (_, rest) = href.split_once("/conversations/")?;
    rest.split(['/', '?']).next()
}

/// The participant that an address is about.
pub(super) fn participant_in(href: &str) -> Option<&str> {
    let (_, rest) = href.split_once("/participants/")?;
    rest.split(['/', '?']).next()
}

/// What a message says, without markup.
pub(super) fn words_of(message: &ReceivedMessage) -> &str {
    message.text().trim_start_matches("<b>").trim_end_matches("</b>").trim_end()
}

impl Seat {
    /// Notes what an attempt came to.
    pub(super) fn done<T>(&self, what: &str, result: Result<T, Error>) -> Option<T> {
        match result {
            Ok(value) => {
                self.stage.note(self.index, format_args!("{what}: done"));
                Some(value)
            }
            Err(error) => {
                self.stage.note(self.index, format_args!("{what}: {error}"));
                self.stage.note_shown(self.index, format_args!("{error:?}"));
                if error.is_precondition_failed() {
                    self.stage.violate(self.index, format!("{what}: gives up as somebody else was faster"));
                }
                None
            }
        }
    }

    /// How an invitation is answered that comes now.
    pub(super) fn answer(&self) -> Answer {
        let model = self.stage.model();
        let user = &model.users[self.index];
        if user.devices > 0 { Answer::Late } else { user.answer }
    }

    /// Keeps a conversation, and takes its items from now on; unless that is done already.
    pub(super) fn keep(&self, conversation: &Conversation) {
        let link = conversation.link();
        let Some(id) = conversation_in(link.href()) else {
            return self.stage.violate(self.index, format!("a conversation is nowhere: {}", link.href()));
        };
        let id = id.to_owned();
        let time = self.stage.world.record.elapsed();
        let visit = {
            let mut model = self.stage.model();
            let rooms = &mut model.users[self.index].rooms;
            let room = match rooms.get(&id) {
                // Who left a meeting, or was put out of it, may come back to it.
                Some(room) if room.conversation.end().is_some() && conversation.end().is_none() => {
                    Some(room.again(conversation.clone(), time))
                }
                Some(_) => None,
                None => Some(Room::new(conversation.clone())),
            };
            room.map(|room| {
                let visit = room.visit;
                rooms.insert(id.clone(), room);
                visit
            })
        };
        if let Some(visit) = visit {
            self.stage.world.record.count(|counts| counts.conversations += 1);
            self.stage.note(self.index, format_args!("is in conversation {id}"));
            tokio::spawn(self.clone().listen(id, visit, conversation.clone()));
        }
    }

    /// Keeps all conversations that the application has.
    pub(super) fn keep_all(&self) {
        for conversation in self.application.messaging().conversations() {
            self.keep(&conversation);
        }
    }

    async fn listen(self, id: String, visit: u32, conversation: Conversation) {
        while let Some(item) = conversation.next().await {
            self.stage.note(self.index, format_args!("in {id}: {item:?}"));
            self.take(&id, visit, &item);
        }
    }

    fn take(&self, id: &str, visit: u32, item: &ConversationItem) {
        let time = self.stage.world.record.elapsed();
        let own = self.stage.address(self.index);
        let result = {
            let mut model = self.stage.model();
            let room = model.users[self.index].rooms.get_mut(id).filter(|room| room.visit == visit);
            // While nobody can be looked up, who joins may be the user.
            let is_own = matches!(item, ConversationItem::Joined(who) if who.link.href().ends_with(own));
            let room = room.filter(|_| !is_own);
            room.map_or(Ok(()), |room| room.take(item, time))
        };
        if let Err(wrong) = result {
            self.stage.violate(self.index, format!("{id}: {wrong}"));
        }
        match item {
            ConversationItem::Message(message) => self.hear(id, message),
            ConversationItem::Joined(who) if who.is_guest && !who.name.as_deref().is_some_and(is_guest) => {
                self.stage.violate(self.index, format!("{id}: a guest has another name: {who:?}"));
            }
            _ => {}
        }
    }

    fn hear(&self, id: &str, message: &ReceivedMessage) {
        self.stage.world.record.count(|counts| counts.messages += 1);
        let text = words_of(message);
        let (heard, speaker) = {
            let mut model = self.stage.model();
            (model.words.hear(self.index, id, text), model.words.speaker(text))
        };
        if let Err(wrong) = heard {
            self.stage.violate(self.index, wrong);
        }
        let speaker = speaker.and_then(|speaker| self.stage.world.accounts.get(speaker));
        if let (Some(speaker), Some(from)) = (speaker, &message.from.address)
            && from.as_str() != speaker.address
        {
            self.stage.violate(self.index, format!("{text:?} is said to be from {from}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conversation_of_an_address_is_found() {
        let href = "/ucwa/oauth/v1/applications/1/communication/conversations/7f3/messaging?x=1";
        assert_eq!(conversation_in(href), Some("7f3"));
        assert_eq!(conversation_in("/ucwa/oauth/v1/applications/1/communication"), None);
        assert_eq!(participant_in("/communication/conversations/7f3/participants/a@b.c/audio"), Some("a@b.c"));
        assert_eq!(participant_in(href), None);
    }
}

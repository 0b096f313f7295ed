//! What is compared with the server when nothing goes wrong.

use std::collections::BTreeSet;

use ucwa_client::messaging::{Conversation, Participant};
use ucwa_simulator::ConversationState;

use super::action::{Markup, Published};
use super::meet::is_of;
use super::model::{Existence, Groups};
use super::program::{Online, Program};
use super::stage::{Seat, conversation_in, participant_in};

/// How much the layers may show of themselves where they keep nothing, in bytes.
const NOTHING: usize = 3000;

/// What all begins with that is said when nothing goes wrong.
const FAREWELL: &str = "last words";

impl Program {
    /// Does something of each kind, which has to succeed.
    pub(super) async fn stir(&mut self) {
        let Some(online) = self.online() else { return };
        let seat = &online.seat;
        seat.keep_all();
        let open: Vec<_> = {
            let model = self.stage.model();
            model.users[self.index]
                .rooms
                .iter()
                .filter(|(_, room)| room.is_open())
                .map(|(id, room)| (id.clone(), room.conversation.clone()))
                .collect()
        };
        let states = self.stage.world.simulator.conversations();
        let own = self.stage.address(self.index);
        let waits =
            |id: &str| states.iter().any(|state| state.id == id && state.lobby.iter().any(|address| address == own));
        for (id, conversation) in open.into_iter().filter(|(id, _)| !waits(id)) {
            let text = format!("{FAREWELL} of {} in {id}", self.index);
            if !seat.clone().say(conversation.clone(), text, Markup::Plain).await {
                self.stage.violate(self.index, format!("cannot speak in {id}, although nothing goes wrong"));
            }
            if conversation.is_meeting()
                && let Err(error) = seat.take_the_floor(&conversation).await
            {
                self.stage
                    .violate(self.index, format!("cannot be heard in {id}, although nothing goes wrong: {error}"));
            }
        }
        for (number, what) in [Published::Availability, Published::Note, Published::Location].into_iter().enumerate() {
            if let Err(error) = self.publish(&online, what, self.index + number, 1000 + self.index).await {
                self.stage.violate(self.index, format!("cannot publish, although nothing goes wrong: {error}"));
            }
        }
        let toggled = match seat.check_known_groups().await {
            Ok(_) => seat.toggle_last_group().await,
            Err(error) => Err(error),
        };
        if let Err(error) = toggled {
            self.stage.violate(self.index, format!("cannot change a group, although nothing goes wrong: {error}"));
        }
        self.look().await;
    }

    /// Compares all that is known with what the server knows.
    pub(super) async fn check(&mut self) {
        let Some(online) = self.online() else {
            return self.stage.violate(self.index, "is not online, although nothing goes wrong".into());
        };
        self.look().await;
        self.check_followed();
        let seat = &online.seat;
        seat.check_published();
        seat.check_conversations().await;
        if let Err(error) = seat.check_meetings().await {
            self.stage.violate(self.index, format!("cannot read the meetings, although nothing goes wrong: {error}"));
        }
        if let Err(error) = seat.check_groups().await {
            self.stage.violate(self.index, format!("cannot read the groups, although nothing goes wrong: {error}"));
        }
        if let Err(error) = seat.check_trusted().await {
            self.stage.violate(self.index, format!("cannot read who is trusted, although nothing goes wrong: {error}"));
        }
        if let Err(error) = seat.read_history().await {
            self.stage.violate(self.index, format!("cannot read the history, although nothing goes wrong: {error}"));
        }
    }

    /// Whether all who are followed are known as they are.
    fn check_followed(&mut self) {
        let users = self.stage.world.simulator.users();
        for set in self.sets.iter_mut() {
            let known = match set.known() {
                Ok(known) => known,
                Err(wrong) => {
                    self.stage.world.record.violate(self.index, wrong);
                    continue;
                }
            };
            for (address, (seen, _)) in known {
                let Some(user) = users.iter().find(|user| user.address == address) else { continue };
                let words = [&user.note, &user.location];
                let has_words = seen.words.as_ref().is_none_or(|seen| seen.iter().eq(words));
                if seen.standing != "current" || seen.availability.as_deref() != Some(&*user.availability) || !has_words
                {
                    let what = format!("{address} is {} with {words:?}, and known as {seen:?}", user.availability);
                    self.stage.world.record.violate(self.index, what);
                }
            }
        }
    }

    /// Follows nobody any more, and leaves all conversations.
    pub(super) async fn let_go(&mut self) {
        self.sets.clear();
        let Some(Online { seat, .. }) = self.online() else { return };
        for conversation in seat.application().messaging().conversations() {
            seat.clone().leave(conversation).await;
        }
    }

    /// Whether nothing is kept of what was let go, here or at the server, but for the history.
    pub(super) async fn check_empty(&mut self) {
        let Some(Online { seat, messaging, .. }) = self.online() else { return };
        let conversations = messaging.conversations().len();
        if conversations > 0 {
            self.stage.violate(self.index, format!("{conversations} conversations are kept that were left"));
        }
        seat.check_history().await;
        let Ok(presence) = seat.application().presence() else {
            return self.stage.violate(self.index, "may follow nobody".into());
        };
        for (what, shown) in [("presence", format!("{presence:?}")), ("messaging", format!("{messaging:?}"))] {
            // Some of the conversations that ended last are remembered, and no more than some.
            let kept = shown.split_once("ended: [").map_or(&*shown, |(kept, _)| kept);
            if kept.len() > NOTHING || shown.len() > 20 * NOTHING {
                self.stage.violate(self.index, format!("{what} keeps what was let go: {shown}"));
            }
        }
        for application in self.stage.world.simulator.applications() {
            if application.user == self.stage.address(self.index) && application.subscriptions > 0 {
                self.stage.violate(self.index, format!("{} subscriptions for nobody", application.subscriptions));
            }
        }
    }
}

impl Seat {
    /// Whether the history has what was said when nothing went wrong, in the conversations that are over by now.
    async fn check_history(&self) {
        let applications = self.stage.world.simulator.applications().into_iter();
        if applications.filter(|found| found.user == self.stage.address(self.index)).count() > 1 {
            // What was left to the server for good is in those conversations still, and the history gets them when it is not.
            return;
        }
        let texts = match self.read_history().await {
            Ok(texts) => texts,
            Err(error) => {
                let what = format!("cannot read the history, although nothing goes wrong: {error}");
                return self.stage.violate(self.index, what);
            }
        };
        let known = self.stage.model().words.known_to(self.index, FAREWELL);
        if let Some(missing) = known.difference(&texts).next() {
            self.stage.violate(self.index, format!("the history lacks {missing:?}"));
        }
    }

    fn check_published(&self) {
        let users = self.stage.world.simulator.users();
        let Some(user) = users.into_iter().find(|user| user.address == self.stage.address(self.index)) else { return };
        let model = self.stage.model();
        let publication = &model.users[self.index].publication;
        let is_right = publication.chosen.contains(&user.chosen)
            && publication.note.contains(&user.note)
            && publication.location.contains(&user.location);
        let what = (!is_right).then(|| format!("publishes {publication:?}, and the server has {user:?}"));
        drop(model);
        if let Some(what) = what {
            self.stage.violate(self.index, what);
        }
    }

    /// Whether the conversations are those of the server, with those in them.
    async fn check_conversations(&self) {
        let simulator = &self.stage.world.simulator;
        let own = self.stage.address(self.index);
        let of_server: BTreeSet<_> = simulator
            .applications()
            .into_iter()
            .filter(|found| found.user == own)
            .flat_map(|found| found.conversations)
            .collect();
        let conversations = self.application.messaging().conversations();
        let id =
            |conversation: &Conversation| conversation_in(conversation.link().href()).unwrap_or_default().to_owned();
        let known: BTreeSet<_> = conversations.iter().map(id).collect();
        let given = self.stage.model().users[self.index].given.clone();
        if let Some(missing) = given.and_then(|given| known.difference(&given).next().cloned()) {
            self.stage.violate(self.index, format!("conversation {missing} was not given as it began"));
        }
        let states = simulator.conversations();
        if known != of_server {
            let what = format!("is in {of_server:?}, and knows of {known:?}");
            let unknown: Vec<_> =
                states.iter().filter(|state| of_server.difference(&known).any(|id| *id == state.id)).collect();
            self.stage.violate(self.index, format!("{what}; unknown are {unknown:?}"));
        }
        for conversation in &conversations {
            let id = id(conversation);
            if let Some(state) = states.iter().find(|state| state.id == id)
                && let Some(wrong) = self.compare(conversation, state).await
            {
                self.stage.violate(self.index, format!("{id}: {wrong}"));
            }
        }
        let ended: Vec<_> = {
            let model = self.stage.model();
            let rooms = model.users[self.index].rooms.iter();
            rooms
                .filter(|(id, room)| room.end.is_none() && !of_server.contains(*id))
                .map(|(id, _)| id.clone())
                .collect()
        };
        for id in ended {
            self.stage.violate(self.index, format!("was not told that conversation {id} is over"));
        }
    }

    /// What is wrong about who is in a conversation.
    async fn compare(&self, conversation: &Conversation, state: &ConversationState) -> Option<String> {
        let own = self.stage.address(self.index);
        if state.lobby.iter().any(|address| address == own) {
            // Who waits is told nothing of those inside.
            return None;
        }
        let others = match conversation.participants().await {
            Ok(others) => others,
            Err(error) => return Some(format!("cannot see who is there, although nothing goes wrong: {error}")),
        };
        let there: BTreeSet<_> = state
            .participants
            .iter()
            .filter(|address| *address != own && !state.lobby.contains(address))
            .cloned()
            .collect();
        let known: BTreeSet<_> = others
            .iter()
            .map(|other| other.address.as_ref().map_or_else(String::new, |address| address.as_str().to_owned()))
            .collect();
        if known != there && !(known.is_empty() && self.may_be_unknown(conversation, &state.id, &there)) {
            return Some(format!("{there:?} are there, and known are {known:?}"));
        }
        let is_waiting = |href: &str| state.lobby.iter().any(|address| href.ends_with(address.as_str()));
        if let Some(stranger) = conversation.lobby().iter().find(|who| !is_waiting(who.link.href())) {
            return Some(format!("{:?} wait in the lobby, and so should {stranger}", state.lobby));
        }
        let is_known = |address: &&String| conversation.lobby().iter().any(|who| who.link.href().ends_with(&**address));
        if let Some(unknown) = state.lobby.iter().find(|address| !is_known(address)) {
            return Some(format!("{unknown} waits in the lobby, and is not known: {:?}", conversation.lobby()));
        }
        for other in &others {
            let leads =
                other.address.as_ref().is_some_and(|address| state.leaders.iter().any(|leader| *address == **leader));
            let is_known_to = other.role == Some(ucwa::enumerations::Role::Leader);
            if leads != is_known_to {
                return Some(format!("{other} leads: {leads}, and is known to: {is_known_to}"));
            }
        }
        if let Some(wrong) = self.compare_audio(&state.id, &others).await {
            return Some(wrong);
        }
        let links = others.iter().map(|other| other.link.href().to_owned()).collect();
        let model = self.stage.model();
        let room = model.users[self.index].rooms.get(&state.id)?;
        room.differs(&links).then(|| format!("items told of {:?}, and there are {links:?}", room.there))
    }

    /// Whether nobody can know who is in a conversation: one of two that began in another process, where the other meant to leave and
    /// says nothing any more.
    fn may_be_unknown(&self, conversation: &Conversation, id: &str, there: &BTreeSet<String>) -> bool {
        let model = self.stage.model();
        let has_left = |address: &String| {
            let user = self.stage.user_of(address);
            user.is_some_and(|user| model.users[user].rooms.get(id).is_some_and(|room| room.is_left))
        };
        !conversation.is_meeting() && model.words.has_been_handed_over(self.index) && there.iter().all(has_left)
    }

    /// What is wrong about who is muted.
    async fn compare_audio(&self, id: &str, others: &[Participant]) -> Option<String> {
        for other in others {
            let is_muted = match self.is_muted(other).await {
                Ok(is_muted) => is_muted,
                Err(error) => return Some(format!("cannot see who is muted, although nothing goes wrong: {error}")),
            };
            let (Some(is_muted), Some(participant)) = (is_muted, participant_in(other.link.href())) else { continue };
            let (is_right, since) = self.stage.model().mutes.allows(id, participant, is_muted);
            // Whoever comes back is heard again.
            if !is_right && (is_muted || !self.stage.has_come(id, participant, since)) {
                return Some(format!("{other} is muted: {is_muted}, and should not be so"));
            }
        }
        None
    }

    async fn check_meetings(&self) -> Result<(), ucwa_client::Error> {
        let listed = self.application.meetings().scheduled().await?;
        let own: Vec<_> = {
            let model = self.stage.model();
            model.meetings.iter().filter(|meeting| meeting.organizer == self.index).cloned().collect()
        };
        for meeting in own {
            let found = listed.iter().find(|found| is_of(found, &meeting.uri));
            let is_right = match (meeting.existence, found) {
                (Existence::Present, None) | (Existence::Absent, Some(_)) => false,
                (_, Some(found)) => {
                    let description = found.description.clone().unwrap_or_default();
                    let is_right = |subject| meeting.subjects.contains(subject);
                    found.subject.as_ref().is_some_and(is_right) && meeting.descriptions.contains(&description)
                }
                _ => true,
            };
            if !is_right {
                let has = found.map(|found| (found.subject.clone(), found.description.clone()));
                self.stage.violate(self.index, format!("the server has {has:?} of {meeting:?}"));
            }
        }
        Ok(())
    }

    /// Whether the program was told of all changes of its groups, which this gives.
    async fn check_known_groups(&self) -> Result<Groups, ucwa_client::Error> {
        let groups = self.groups().await?;
        let known = self.stage.model().users[self.index].known_groups.clone();
        if known.as_ref() != Some(&groups) {
            self.stage.violate(self.index, format!("knows of the groups {known:?}, and the server has {groups:?}"));
        }
        Ok(groups)
    }

    async fn check_groups(&self) -> Result<(), ucwa_client::Error> {
        let listed = self.check_known_groups().await?;
        let members = self.stage.model().users[self.index].members.clone();
        for (name, found) in &listed {
            if let Some(wrong) = members.differs(name, found) {
                self.stage.violate(self.index, format!("{name} has {found:?}, and {wrong}"));
            }
        }
        let groups = self.stage.model().users[self.index].groups.clone();
        for (name, existence) in groups {
            let is_right = match existence {
                Existence::Present => listed.contains_key(&name),
                Existence::Absent => !listed.contains_key(&name),
                Existence::Unknown => true,
            };
            if !is_right {
                self.stage.violate(self.index, format!("{name} is {existence:?}, and the server has {listed:?}"));
            }
        }
        Ok(())
    }
}

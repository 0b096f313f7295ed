//! Changes to the simulated world that no request makes.

mod state;

pub use state::{ApplicationState, ConversationState, InvitationState, UserState};

use crate::catalogue::Catalogue;
use crate::document::plain_text;
use crate::faults::Memory;
use crate::options::Account;
use crate::simulator::Simulator;
use crate::state::{Identity, User, address};

/// Why a change to the simulated world failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// There is no such user.
    #[error("no user named `{0}`: name one by its address, such as ada@contoso.com")]
    UnknownUser(String),
    /// There is no such application.
    #[error("no application {0}")]
    UnknownApplication(u64),
    /// There is no such conversation.
    #[error("no conversation `{0}`")]
    UnknownConversation(String),
    /// Users cannot choose this availability.
    #[error(
        "`{0}` is not a value of PreferredAvailability: use Online, Busy, DoNotDisturb, BeRightBack, Away or Offwork"
    )]
    UnknownAvailability(String),
}

impl Simulator {
    /// Adds a user, or replaces one of the same address, whose applications stay.
    pub fn add_user(&self, account: Account) {
        let mut world = self.change();
        let number = world.users.len();
        let user = User::new(account, number);
        let address = user.address.clone();
        world.add_user(user);
        world.refresh_presence(&address);
    }

    /// Sets the presence of a user, as if the user had chosen it: a value of `PreferredAvailability`. Those who follow
    /// the user are told, unless the user is offline for want of an application.
    ///
    /// # Errors
    ///
    /// Fails if there is no such user, or if users cannot choose this.
    pub fn set_presence(&self, user: &str, availability: &str) -> Result<(), ControlError> {
        let enumeration = Catalogue::get().schema.enumerations.get("PreferredAvailability");
        let members = enumeration.map_or(&[][..], |enumeration| &enumeration.members);
        let chosen = members.iter().find(|member| member.name.eq_ignore_ascii_case(availability));
        let chosen = chosen.ok_or_else(|| ControlError::UnknownAvailability(availability.into()))?;
        let user = address(user);
        let mut world = self.change();
        let found = world.users.get_mut(&user).ok_or_else(|| ControlError::UnknownUser(user.clone()))?;
        found.preferred = Some(chosen.name.clone());
        world.refresh_presence(&user);
        Ok(())
    }

    /// Sets a user's note, and tells those who follow the user.
    ///
    /// # Errors
    ///
    /// Fails if there is no such user.
    pub fn set_note(&self, user: &str, note: &str) -> Result<(), ControlError> {
        let user = address(user);
        let mut world = self.change();
        if !world.users.contains_key(&user) {
            return Err(ControlError::UnknownUser(user));
        }
        world.set_note(&user, note.to_owned());
        Ok(())
    }

    /// Sends a message of one user to another: in the conversation in which they exchange messages, or by inviting the other to a
    /// new one, which the message comes with. The sender needs no application; replies are kept in the conversation. Returns the
    /// conversation's id.
    ///
    /// # Errors
    ///
    /// Fails if there is no such user.
    pub fn send_message(&self, from: &str, to: &str, text: &str) -> Result<String, ControlError> {
        let (from, to) = (address(from), address(to));
        let mut world = self.change();
        for user in [&from, &to] {
            if !world.users.contains_key(user) {
                return Err(ControlError::UnknownUser(user.clone()));
            }
        }
        Ok(world.send_as(&from, &to, text))
    }

    /// Revokes all tokens of a user: the response to the next request with one of them is 401.
    ///
    /// # Errors
    ///
    /// Fails if there is no such user.
    pub fn revoke_tokens(&self, user: &str) -> Result<(), ControlError> {
        let user = address(user);
        let mut world = self.change();
        if !world.users.contains_key(&user) {
            return Err(ControlError::UnknownUser(user));
        }
        world.tokens.retain(|_, token| token.identity.address() != user);
        Ok(())
    }

    /// Issues a token for a user, as if the user had signed in at the web host.
    ///
    /// # Errors
    ///
    /// Fails if there is no such user.
    pub fn issue_token(&self, user: &str) -> Result<String, ControlError> {
        let user = address(user);
        let mut world = self.change();
        if !world.users.contains_key(&user) {
            return Err(ControlError::UnknownUser(user));
        }
        let lifetime = world.options.limits.token_lifetime;
        Ok(world.issue_token(Identity::User(user), lifetime, None))
    }

    /// Loses an application: the response to its requests, and to an open poll, is 404 `ApplicationNotFound`.
    ///
    /// # Errors
    ///
    /// Fails if there is no such application.
    pub fn lose_application(&self, id: u64) -> Result<(), ControlError> {
        let mut world = self.change();
        if !world.applications.contains_key(&id) {
            return Err(ControlError::UnknownApplication(id));
        }
        world.end_application(id);
        Ok(())
    }

    /// Drops the conversations and subscriptions of an application, as after a long silence: the next response of its
    /// event channel has a link `resume`.
    ///
    /// # Errors
    ///
    /// Fails if there is no such application.
    pub fn lose_state(&self, id: u64) -> Result<(), ControlError> {
        let mut world = self.change();
        if !world.applications.contains_key(&id) {
            return Err(ControlError::UnknownApplication(id));
        }
        world.lose_state(id);
        Ok(())
    }

    /// The texts of the messages of a conversation, each with the address of its sender. The message that came with an invitation is
    /// among them once the invitation was accepted.
    ///
    /// # Errors
    ///
    /// Fails if there is no such conversation, which ends when the last application leaves it.
    pub fn messages(&self, conversation: &str) -> Result<Vec<(String, String)>, ControlError> {
        let world = self.world();
        let found = world.conversations.get(conversation);
        let found = found.ok_or_else(|| ControlError::UnknownConversation(conversation.into()))?;
        let messages = found.messages.values();
        Ok(messages.map(|message| (message.from.clone(), plain_text(&message.content))).collect())
    }

    /// Restarts the server: polls that are open are cut. Users and meetings stay; tokens, applications and conversations are gone
    /// unless they are kept.
    pub fn restart(&self, memory: Memory) {
        self.change().restart(memory);
    }
}

//! Who is in a conversation: adding people, letting them in, putting them out, and what they may do.

use ucwa_schema::EventType;

use super::change::Change;
use super::invitations::Invite;
use crate::address::{Item, Place};
use crate::document::Reason;
use crate::protocol::{Failure, Reply};
use crate::state::{ApplicationId, InvitationKind, Modality, Participant, Role, World, address};
use crate::views::leg;

/// Answers requests about participants; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let reply = match (&change.item.place, change.item.name()) {
        (Place::Conversation(id), "addParticipant") => add(world, change, id),
        (Place::Participant(id, address), name @ ("admit" | "reject" | "eject" | "promote" | "demote")) => {
            lead(world, change, id, address).and_then(|()| {
                match name {
                    "admit" => world.admit(id, address),
                    "reject" if !world.waits_in_lobby(id, address) => {
                        return Err(Failure::conflict("The participant does not wait in the lobby."));
                    }
                    "reject" => world.eject(id, address, &Reason::new("RemoteFailure", "Denied")),
                    "eject" => world.eject(id, address, &Reason::new("Informational", "Ejected")),
                    "promote" | "demote" if world.waits_in_lobby(id, address) => {
                        return Err(Failure::conflict("The participant waits in the lobby."));
                    }
                    "promote" => world.set_role(id, address, Role::Leader),
                    _ => world.set_role(id, address, Role::Attendee),
                }
                Ok(Reply::done())
            })
        }
        (Place::Participant(id, address), "muteAudio" | "muteVideo") => mute(world, change, id, address, Sound::Muted),
        (Place::Participant(id, address), "unmuteAudio" | "unmuteVideo") => {
            mute(world, change, id, address, Sound::Heard)
        }
        _ => return None,
    };
    Some(reply)
}

/// Only leaders of a meeting may do this, to somebody who is there.
fn lead(world: &World, change: &Change<'_>, id: &str, address: &str) -> Result<(), Failure> {
    let (conversation, _) = leg(world, change.application(world)?, id)?;
    conversation.participants.get(address).ok_or_else(Failure::not_found)?;
    check_leads(world, change, id)
}

/// Fails unless the user leads the meeting that the conversation is.
pub(super) fn check_leads(world: &World, change: &Change<'_>, id: &str) -> Result<(), Failure> {
    let (conversation, own) = leg(world, change.application(world)?, id)?;
    (conversation.is_led_by(&own.address) && conversation.meeting.is_some())
        .then_some(())
        .ok_or_else(|| Failure::forbidden(Some("AttendeeNotAllowed")))
}

/// The user's address. Those who wait in the lobby, and those whom the conversation still rings at, can do nothing to others.
fn present(world: &World, change: &Change<'_>, id: &str) -> Result<String, Failure> {
    let (_, own) = leg(world, change.application(world)?, id)?;
    let is_in = world.is_connected(id, change.id);
    is_in.then(|| own.address.clone()).ok_or_else(|| Failure::conflict("The user is not in the conversation yet."))
}

/// Invites somebody to a conversation, which becomes a meeting with that.
fn add(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    let from = present(world, change, id)?;
    let to = address(&change.inputs.string("to"));
    world.escalate(id, &from);
    let mut invite = Invite::new(InvitationKind::Participant, id.to_owned(), &from, change);
    invite.to.clone_from(&to);
    let invitation = world.prepare(invite);
    world.tell_started(&invitation, change.id);
    let mut inner = Invite::new(InvitationKind::OnlineMeeting, id.to_owned(), &from, change);
    (inner.to, inner.origin, inner.carries_out) = (to, 0, Some(invitation.clone()));
    let inner = world.prepare(inner);
    world.ring(&inner);
    change.started(world, Item::invitation(&invitation, InvitationKind::Participant.resource()))
}

/// Whether the others hear a participant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sound {
    Heard,
    Muted,
}

fn mute(world: &mut World, change: &Change<'_>, id: &str, address: &str, sound: Sound) -> Result<Reply, Failure> {
    let own = present(world, change, id)?;
    let conversation = world.conversations.get(id).ok_or_else(Failure::not_found)?;
    conversation.participants.get(address).ok_or_else(Failure::not_found)?;
    if !conversation.may_mute(&own, address) || (sound == Sound::Heard && !conversation.may_unmute(&own, address)) {
        return Err(Failure::forbidden(Some("AttendeeNotAllowed")));
    }
    let participant = world.conversations.get_mut(id).and_then(|found| found.participants.get_mut(address));
    participant.ok_or_else(Failure::not_found)?.is_muted = sound == Sound::Muted;
    world.tell_all(id, |world, application| {
        world.tell_part(application, id, address, "participantAudio", EventType::Updated);
    });
    Ok(Reply::done())
}

impl World {
    /// Makes a meeting of a conversation between two.
    pub(super) fn escalate(&mut self, id: &str, organizer: &str) {
        let Some(conversation) = self.conversations.get(id).filter(|found| found.meeting.is_none()) else { return };
        let subject = conversation.subject.clone();
        let meeting = self.new_unscheduled_meeting(organizer, subject);
        if let Some(found) = self.meetings.get_mut(&meeting) {
            found.conversation = Some(id.to_owned());
        }
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        conversation.meeting = Some(meeting);
        for participant in conversation.participants.values_mut() {
            participant.role = if participant.address == organizer { Role::Leader } else { Role::Attendee };
        }
        let legs: Vec<_> = conversation.connected();
        for leg in &legs {
            if let Some(leg) = conversation.legs.get_mut(leg) {
                leg.state = "Conferenced";
            }
        }
        for application in legs {
            self.tell_conversation(application, id, EventType::Updated, None);
            self.tell_meeting(application, id, EventType::Added);
        }
    }

    /// Mutes all attendees of a meeting.
    pub(super) fn mute_attendees(&mut self, id: &str) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let is_heard = |found: &&mut Participant| found.role == Role::Attendee && !found.in_lobby && !found.is_muted;
        let mut muted = Vec::new();
        for participant in conversation.participants.values_mut().filter(is_heard) {
            participant.is_muted = true;
            let talks = [Modality::AudioVideo, Modality::PhoneAudio];
            if talks.iter().any(|modality| participant.modalities.contains(modality)) {
                muted.push(participant.address.clone());
            }
        }
        for address in muted {
            self.tell_all(id, |world, application| {
                world.tell_part(application, id, &address, "participantAudio", EventType::Updated);
            });
        }
    }

    /// Puts somebody into the lobby of a meeting, and tells those in it.
    pub(super) fn wait_in_lobby(&mut self, id: &str, address: &str) {
        let participant = Participant::new(address, self.name_of(address), Role::Attendee);
        let participant = Participant { in_lobby: true, ..participant };
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.participants.insert(address.into(), participant);
        }
        self.tell_all(id, |world, application| {
            world.tell_participant(application, id, address, EventType::Added, Some("lobby"));
        });
    }

    /// Whether somebody waits in the lobby of a meeting.
    pub(super) fn waits_in_lobby(&self, id: &str, address: &str) -> bool {
        let participant = self.conversations.get(id).and_then(|found| found.participants.get(address));
        participant.is_some_and(|found| found.in_lobby)
    }

    /// Lets somebody in from the lobby.
    pub(crate) fn admit(&mut self, id: &str, address: &str) {
        if !self.waits_in_lobby(id, address) {
            return;
        }
        self.tell_all(id, |world, application| {
            world.tell_participant(application, id, address, EventType::Deleted, Some("lobby"));
        });
        let role = self.role_in(id, address);
        for application in self.legs_of(id, address) {
            self.enter_meeting(id, application, role);
        }
    }

    /// What somebody may do who enters a conversation: in a meeting what it says, and where two talk all.
    pub(super) fn role_in(&self, id: &str, address: &str) -> Role {
        let meeting = self.conversations.get(id).and_then(|found| found.meeting.as_ref());
        let is_anonymous = !self.users.contains_key(address);
        meeting.map_or(Role::Leader, |meeting| {
            self.meetings.get(meeting).map_or(Role::Attendee, |meeting| meeting.role_of(address, is_anonymous))
        })
    }

    /// Puts somebody out of a meeting or of its lobby.
    pub(crate) fn eject(&mut self, id: &str, address: &str, reason: &Reason) {
        for application in self.legs_of(id, address) {
            self.leave(id, application, Some(reason));
        }
        self.remove_participant(id, address, Some(reason));
    }

    fn legs_of(&self, id: &str, address: &str) -> Vec<ApplicationId> {
        let legs = self.conversations.get(id).map(|found| &found.legs).into_iter().flatten();
        legs.filter(|(_, leg)| leg.address == address).map(|(application, _)| *application).collect()
    }

    /// Changes what somebody may do in a meeting.
    pub(super) fn set_role(&mut self, id: &str, address: &str, role: Role) {
        let participant = self.conversations.get_mut(id).and_then(|found| found.participants.get_mut(address));
        let Some(participant) = participant.filter(|found| found.role != role) else { return };
        participant.role = role;
        let (left, joined) = if role == Role::Leader { ("attendees", "leaders") } else { ("leaders", "attendees") };
        self.tell_all(id, |world, application| {
            world.tell_participant(application, id, address, EventType::Deleted, Some(left));
            world.tell_participant(application, id, address, EventType::Added, Some(joined));
            world.tell_participant(application, id, address, EventType::Updated, None);
        });
    }

    /// Brings an application into a meeting, with messages.
    pub(super) fn enter_meeting(&mut self, id: &str, application: ApplicationId, role: Role) {
        if let Some(conversation) = self.conversations.get_mut(id)
            && let Some(leg) = conversation.legs.get(&application)
        {
            let address = leg.address.clone();
            conversation
                .participants
                .remove(&address)
                .filter(|found| !found.in_lobby)
                .map(|found| conversation.participants.insert(address, found));
        }
        self.connect(id, application, role);
        self.set_modality(id, application, Modality::Messaging, "Connected", None);
        let pending = self.invitations.values().find(|found| {
            found.is_pending_in(id) && found.origin == application && found.kind == InvitationKind::OnlineMeeting
        });
        if let Some((invitation, to)) = pending.map(|found| (found.id.clone(), found.to.clone())) {
            self.complete(&invitation, Ok(to));
        }
    }
}

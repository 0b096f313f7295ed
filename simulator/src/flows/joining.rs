//! Joining online meetings.

use ucwa_schema::EventType;

use super::change::Change;
use super::conversations::{Topic, conversation_path};
use super::invitations::Invite;
use super::tell::{Content, News};
use crate::address::{Item, Place};
use crate::protocol::{Failure, Reply};
use crate::state::{ApplicationId, Identity, InvitationKind, Meeting, World};

/// Answers requests to join or to start an online meeting; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    match (&change.item.place, change.item.name()) {
        (Place::Application, "joinOnlineMeeting") => Some(join(world, change)),
        (Place::Application, "startOnlineMeeting") => Some(start(world, change)),
        _ => None,
    }
}

fn start(world: &mut World, change: &Change<'_>) -> Result<Reply, Failure> {
    let organizer = change.user(world)?.address.clone();
    let meeting = world.new_unscheduled_meeting(&organizer, change.inputs.string("subject"));
    enter(world, change, &meeting)
}

fn join(world: &mut World, change: &Change<'_>) -> Result<Reply, Failure> {
    let identity = change.application(world)?.identity.clone();
    let wanted = change.inputs.text("onlineMeetingUri").unwrap_or_default();
    let by_uri = |found: &&Meeting| found.uri().eq_ignore_ascii_case(wanted.trim());
    let meeting = match &identity {
        // Those who came for one meeting need not say which.
        Identity::Anonymous { conference, .. } if wanted.is_empty() => world.meetings.get(conference),
        Identity::Anonymous { conference, .. } => world.meetings.get(conference).filter(by_uri),
        Identity::User(_) => world.meetings.values().find(by_uri),
    };
    let missing =
        || Failure::new(404, "NotFound", Some("DestinationNotFound")).saying("There is no such online meeting.");
    let meeting = meeting.ok_or_else(missing)?.conference_id.clone();
    let name = change.inputs.text("anonymousDisplayName").filter(|name| identity.is_anonymous() && !name.is_empty());
    if identity.is_anonymous() && name.is_none() {
        return Err(Failure::parameter("anonymousDisplayName", "Guests have to say by which name others see them."));
    }
    if let (Some(name), Some(application)) = (name, world.applications.get_mut(&change.id)) {
        application.guest_name = Some(name.to_owned());
    }
    enter(world, change, &meeting)
}

/// Brings an application into a meeting, or into its lobby.
fn enter(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    let identity = change.application(world)?.identity.clone();
    let address = identity.address();
    let meeting = world.meetings.get(id).ok_or_else(Failure::not_found)?;
    let lets_in = meeting.lets_in(address, identity.is_anonymous());
    let role = meeting.role_of(address, identity.is_anonymous());
    let conversation = conversation_of(world, change, id, address)?;
    let rings = world.rings_at(&conversation, change.id);
    let is_in = world.conversations.get(&conversation).is_some_and(|found| found.legs.contains_key(&change.id));
    if is_in && rings.is_empty() {
        return Err(Failure::new(409, "Conflict", Some("AlreadyExists")).saying("The application is in the meeting."));
    }
    // Another endpoint of a user who is in the meeting need not wait.
    let found = world.conversations.get(&conversation).and_then(|found| found.participants.get(address));
    let lets_in = lets_in || found.is_some_and(|found| !found.in_lobby);
    let mut invite = Invite::new(InvitationKind::OnlineMeeting, conversation.clone(), address, change);
    address.clone_into(&mut invite.to);
    let invitation = world.prepare(invite);
    if is_in {
        world.tell_started(&invitation, change.id);
        for ring in rings {
            world.accept(&ring, change.id);
        }
        world.complete(&invitation, Ok(address.to_owned()));
    } else {
        world.add_leg(&conversation, change.id, if lets_in { "Conferencing" } else { "InLobby" });
        world.tell_started(&invitation, change.id);
        world.tell_conversation(change.id, &conversation, EventType::Added, None);
        if lets_in {
            world.enter_meeting(&conversation, change.id, role);
        } else {
            world.wait_in_lobby(&conversation, address);
        }
    }
    change.started(world, Item::invitation(&invitation, InvitationKind::OnlineMeeting.resource()))
}

/// The conversation in which a meeting takes place, which whoever comes first begins.
fn conversation_of(world: &mut World, change: &Change<'_>, id: &str, address: &str) -> Result<String, Failure> {
    let meeting = world.meetings.get(id).ok_or_else(Failure::not_found)?;
    if let Some(conversation) = &meeting.conversation {
        return Ok(conversation.clone());
    }
    let topic = Topic { subject: meeting.subject.clone(), ..Topic::of(change.inputs) };
    let conversation = world.new_conversation(&topic, address, Some(id.to_owned()));
    if let Some(found) = world.meetings.get_mut(id) {
        found.conversation = Some(conversation.clone());
    }
    Ok(conversation)
}

impl World {
    /// The invitations to a conversation that an application, which is not in it, has still to answer. Whoever joins by
    /// themselves accepts them with that.
    fn rings_at(&self, conversation: &str, application: ApplicationId) -> Vec<String> {
        let leg = self.conversations.get(conversation).and_then(|found| found.legs.get(&application));
        let rings = leg.is_some_and(|leg| leg.state == "Incoming");
        let pending = self.invitations.values().filter(|found| rings && found.is_pending_in(conversation));
        pending.filter(|found| found.targets.contains(&application)).map(|found| found.id.clone()).collect()
    }

    /// Tells an application about the meeting that a conversation is.
    pub(super) fn tell_meeting(&mut self, application: ApplicationId, id: &str, kind: EventType) {
        let path = conversation_path(id);
        let target = Item::new("onlineMeeting", Place::Conversation(id.into()), format!("{path}/onlineMeeting"));
        if let Some(target) = target {
            let news = News::from("conversation", path.clone(), kind, target, Content::Linked);
            self.tell(application, news.within("conversation", path));
        }
    }
}

//! The media of calls: session descriptions that are offered and answered, although no media follow.

use ucwa_schema::EventType;

use super::calls::connected;
use super::change::Change;
use super::tell::{Content, News};
use crate::address::{Item, Place};
use crate::catalogue::sample_content;
use crate::document::{Reason, data_uri};
use crate::protocol::{Failure, Reply};
use crate::state::{ApplicationId, Modality, Renegotiation, Timer, World};

/// How many renegotiations a conversation remembers.
const RENEGOTIATIONS: usize = 50;

/// Answers requests that change the media of a call; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let reply = match (&change.item.place, change.item.name()) {
        (Place::Modality(id, Modality::AudioVideo), "renegotiations" | "resumeAudio" | "resumeAudioVideo") => {
            renegotiate(world, change, id)
        }
        (Place::Renegotiation(id, number), "answer") => settle(world, change, id, *number, Settlement::Answered),
        (Place::Renegotiation(id, number), "dismiss") => settle(world, change, id, *number, Settlement::Dismissed),
        _ => return None,
    };
    Some(reply)
}

/// The session description in the body of a request, as a `data:` URI.
pub(super) fn description(change: &Change<'_>) -> Option<String> {
    change.inputs.body.as_ref().map(|body| data_uri(&body.media_type, &body.bytes))
}

/// Whether a session description puts a call on hold: the other side is to send nothing.
fn suspends(change: &Change<'_>) -> bool {
    let text = change.inputs.body.as_ref().map(|body| String::from_utf8_lossy(&body.bytes));
    let holds = |line: &str| matches!(line.trim(), "a=sendonly" | "a=inactive");
    text.is_some_and(|text| text.lines().any(holds))
}

fn renegotiate(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    connected(world, change, id, Modality::AudioVideo)?;
    let number = world.next_number();
    let conversation = world.conversations.get_mut(id).ok_or_else(Failure::not_found)?;
    if conversation.renegotiations.values().any(|found| found.is_pending) {
        let failure = Failure::new(409, "Conflict", Some("AlreadyExists"));
        return Err(failure.saying("Another renegotiation waits for its answer."));
    }
    let mut others = conversation.legs.iter().filter(|(application, _)| **application != change.id);
    let target = others.find(|(_, leg)| leg.modality(Modality::AudioVideo) == "Connected");
    let target = target.map(|(application, _)| *application);
    let renegotiation = Renegotiation {
        origin: change.id,
        target: target.filter(|_| conversation.meeting.is_none()),
        operation_id: change.inputs.string("operationId"),
        offer: description(change).unwrap_or_default(),
        answer: None,
        suspends: suspends(change),
        is_pending: true,
    };
    let parties = [Some(change.id), renegotiation.target];
    let is_answered_by_server = renegotiation.target.is_none();
    conversation.renegotiations.insert(number, renegotiation);
    if conversation.renegotiations.len() > RENEGOTIATIONS {
        conversation.renegotiations.pop_first();
    }
    for party in parties.into_iter().flatten() {
        tell(world, party, id, number, EventType::Started, None);
    }
    if is_answered_by_server {
        end(world, id, number, Settlement::Answered);
    } else {
        world.schedule(world.options.limits.invitation_lifetime, Timer::Renegotiation(id.to_owned(), number));
    }
    change.made(world, Item::renegotiation(id, number))
}

/// How a renegotiation ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settlement {
    Answered,
    Dismissed,
    /// One side has left the call.
    Ended,
    /// Nobody answered.
    TimedOut,
}

impl Settlement {
    /// Why it had no success: for the side that began it, and for the other.
    fn reasons(self) -> Option<[Reason; 2]> {
        match self {
            Self::Answered => None,
            Self::Dismissed => {
                Some([Reason::new("RemoteFailure", "Declined"), Reason::new("LocalFailure", "Declined")])
            }
            Self::Ended => Some([Reason::new("Informational", "Ended"), Reason::new("Informational", "Ended")]),
            Self::TimedOut => {
                Some(["RemoteFailure", "LocalFailure"].map(|code| Reason::new(code, "MediaNegotiationTimeOut")))
            }
        }
    }
}

/// Ends a renegotiation, which only the side can that did not begin it.
fn settle(
    world: &mut World,
    change: &Change<'_>,
    id: &str,
    number: u64,
    settlement: Settlement,
) -> Result<Reply, Failure> {
    let conversation = world.conversations.get(id).ok_or_else(Failure::not_found)?;
    let found = conversation.renegotiations.get(&number).filter(|found| found.target == Some(change.id));
    if !found.ok_or_else(Failure::not_found)?.is_pending {
        return Err(Failure::conflict("The renegotiation has been answered."));
    }
    end(world, id, number, settlement);
    Ok(Reply::done())
}

fn end(world: &mut World, id: &str, number: u64, settlement: Settlement) {
    let Some(conversation) = world.conversations.get_mut(id) else { return };
    let Some(found) = conversation.renegotiations.get_mut(&number) else { return };
    found.is_pending = false;
    let [outside, inside] = settlement.reasons().map_or([None, None], |reasons| reasons.map(Some));
    let parties = [(Some(found.origin), outside), (found.target, inside)];
    let (is_answered, suspends) = (settlement == Settlement::Answered, found.suspends);
    if is_answered {
        found.answer = Some(sample_content("mediaAnswer").to_owned());
        for (party, _) in &parties {
            if let Some(leg) = party.and_then(|party| conversation.legs.get_mut(&party)) {
                leg.is_suspended = suspends;
            }
        }
    }
    for (party, reason) in parties {
        let Some(party) = party else { continue };
        let ending = reason.map_or(Ok(()), Err);
        tell(world, party, id, number, EventType::Completed, Some(ending));
        if is_answered {
            world.tell_session(party, id, EventType::Updated);
        }
    }
}

/// Tells an application about a renegotiation: that it began, or that it ended and why without success.
fn tell(
    world: &mut World,
    application: ApplicationId,
    id: &str,
    number: u64,
    kind: EventType,
    ending: Option<Result<(), Reason>>,
) {
    let Some(target) = Item::renegotiation(id, number) else { return };
    let news = News::new("communication", kind, target, Content::Embedded);
    world.tell(
        application,
        match ending {
            None => news,
            Some(Ok(())) => news.with_status("Success"),
            Some(Err(reason)) => news.with_status("Failure").because(Some(reason)),
        },
    );
}

impl World {
    /// Ends a renegotiation that nobody answered in time.
    pub(super) fn time_out_renegotiation(&mut self, id: &str, number: u64) {
        let renegotiation = self.conversations.get(id).and_then(|found| found.renegotiations.get(&number));
        if renegotiation.is_some_and(|found| found.is_pending) {
            end(self, id, number, Settlement::TimedOut);
        }
    }

    /// Ends the renegotiation that waits for its answer, if an application that leaves the call has to do with it.
    pub(super) fn drop_renegotiation(&mut self, id: &str, application: ApplicationId) {
        let renegotiations = self.conversations.get(id).into_iter().flat_map(|found| &found.renegotiations);
        let mut pending = renegotiations.filter(|(_, found)| found.is_pending);
        let pending = pending.find(|(_, found)| found.origin == application || found.target == Some(application));
        if let Some(number) = pending.map(|(number, _)| *number) {
            end(self, id, number, Settlement::Ended);
        }
    }

    /// Tells an application about the media session of a conversation.
    pub(super) fn tell_session(&mut self, application: ApplicationId, id: &str, kind: EventType) {
        if let Some(target) = Item::session(id) {
            self.tell(application, News::new("communication", kind, target, Content::Linked));
        }
    }

    /// Notes a session description that the invited side of a call sent, and tells the inviting side.
    pub(super) fn answer_media(&mut self, invitation: &str, change: &Change<'_>) {
        let Some(found) = self.invitations.get_mut(invitation) else { return };
        match change.item.name() {
            "sendProvisionalAnswer" => found.provisional_answer = description(change),
            _ => found.media_answer = description(change),
        }
        let (origin, conversation) = (found.origin, found.conversation.clone());
        let leg = self.conversations.get_mut(&conversation).and_then(|found| found.legs.get_mut(&change.id));
        if let Some(leg) = leg {
            leg.session_context = change.inputs.string("sessionContext");
        }
        let sender = Item::invitation(invitation, "audioVideoInvitation");
        if let (Some(sender), Some(target)) = (sender, Item::negotiation(invitation)) {
            let news = News::from("audioVideoInvitation", sender.path, EventType::Updated, target, Content::Embedded);
            self.tell(origin, news);
        }
    }
}

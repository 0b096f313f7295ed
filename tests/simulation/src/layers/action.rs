//! What users' programs do by the layers, and what goes wrong meanwhile.

use std::time::Duration;

use fastrand::Rng;
use ucwa_simulator::Effect;

use crate::choice::choose;
use crate::fault::Fault;

/// The resources whose requests faults are about.
const RESOURCES: [&str; 24] = [
    "events",
    "events",
    "events",
    "application",
    "applications",
    "me",
    "presence",
    "note",
    "accept",
    "decline",
    "addParticipant",
    "conversation",
    "joinOnlineMeeting",
    "startOnlineMeeting",
    "messaging",
    "sendMessage",
    "startMessaging",
    "participant",
    "contactPresence",
    "presenceSubscription",
    "presenceSubscriptions",
    "addToPresenceSubscription",
    "myOnlineMeeting",
    "myOnlineMeetings",
];

/// What a user's program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayerAction {
    /// Starts a conversation with somebody, who answers in some way.
    Start { to: usize, answer: Answer, opening: Opening },
    /// Starts a conversation with all others.
    StartWithAll { answer: Answer },
    /// Says something in one of the user's conversations.
    Say { choice: usize, markup: Markup },
    /// Shows in one of the user's conversations that the user is typing.
    Type { choice: usize },
    /// Invites somebody into one of the user's conversations.
    Invite { choice: usize, to: usize, answer: Answer },
    /// Leaves one of the user's conversations.
    Leave { choice: usize },
    /// Follows some users, as one more set.
    Follow { whom: u8 },
    /// Adds some users to a set of those who are followed.
    FollowAlso { choice: usize, whom: u8 },
    /// Removes some users from a set.
    Unfollow { choice: usize, whom: u8 },
    /// Drops a set.
    DropSet { choice: usize },
    /// Takes the changes of a set.
    Look { choice: usize },
    /// Publishes an availability, a note or a location.
    Publish { what: Published, choice: usize },
    /// Schedules a meeting, which some may only enter by way of its lobby.
    Schedule { access: Access },
    /// Changes the subject of one of the user's meetings.
    Change { choice: usize },
    /// Deletes one of the user's meetings.
    Delete { choice: usize },
    /// Joins a meeting of any user.
    Join { choice: usize },
    /// Does something with somebody in a meeting.
    Lead { choice: usize, whom: usize, deed: Deed },
    /// Has a guest join a meeting of any user, and stay for some time.
    Guest { choice: usize, stay: Duration },
    /// Speaks in one of the user's meetings.
    Speak { choice: usize },
    /// Creates, renames or deletes a group.
    Group { deed: GroupDeed, choice: usize },
    /// Reads the history.
    Read { choice: usize },
    /// Closes the application, and comes back.
    Reopen { pause: Duration },
    /// Leaves the application to another process, which goes on with it after a pause.
    HandOver { pause: Duration },
    /// Opens another stream of events, which takes the channel.
    TakeOver,
    /// Lets go of the stream of events, and opens another one later.
    Deafen { pause: Duration },
    /// Gives up something that goes on.
    GiveUp { choice: usize },
    /// Creates the application again, although it may be there.
    Recreate,
    /// Goes on with a conversation of the history.
    Resume { choice: usize, answer: Answer },
    /// Reads something that no other action reads.
    Browse { choice: usize },
    /// Has two parts of the program change one of the user's meetings at the same time.
    Rework { choice: usize },
    /// Uses another endpoint for some time, which answers invitations to conversations in some way.
    Device { answer: Answer, stay: Duration },
    /// Sets how much of the user somebody may see.
    Trust { whom: usize, choice: usize },
}

/// How an invitation is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Answer {
    #[default]
    Accept,
    Decline,
    /// Not at all.
    Silence,
    /// After the time to answer.
    Late,
    /// By accepting, which is given up soon.
    Hasty,
}

/// What a conversation is started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    Nothing,
    Message,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Markup {
    Plain,
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Published {
    Availability,
    /// That the server finds the availability.
    Reset,
    Note,
    Location,
}

/// Who may enter a meeting without being admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Everyone,
    Organizer,
}

/// What a leader does with somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Admit,
    Reject,
    Promote,
    Demote,
    Eject,
    Mute,
    Unmute,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupDeed {
    Create,
    Rename,
    Delete,
    Add,
    Remove,
    /// Takes somebody off the list, and so out of all groups.
    Dismiss,
    /// Takes somebody from one group to another.
    Move,
}

/// Draws an action.
pub(super) fn action(random: &mut Rng, users: usize) -> LayerAction {
    let choice = random.usize(..1000);
    let to = random.usize(0..users);
    match random.u32(0..100) {
        0..8 => {
            let opening = if random.bool() { Opening::Nothing } else { Opening::Message };
            LayerAction::Start { to, answer: answer(random), opening }
        }
        8..11 => LayerAction::StartWithAll { answer: answer(random) },
        11..37 => LayerAction::Say { choice, markup: if random.u8(..4) == 0 { Markup::Html } else { Markup::Plain } },
        37..40 => LayerAction::Type { choice },
        40..46 => LayerAction::Invite { choice, to, answer: answer(random) },
        46..49 => LayerAction::Leave { choice },
        49..54 => LayerAction::Follow { whom: random.u8(1..) },
        54..57 => LayerAction::FollowAlso { choice, whom: random.u8(1..) },
        57..60 => LayerAction::Unfollow { choice, whom: random.u8(1..) },
        60..62 => LayerAction::DropSet { choice },
        62..64 => LayerAction::Look { choice },
        64..73 => {
            use Published::{Availability, Location, Note, Reset};
            let what = *choose(random, &[Availability, Note, Location, Availability, Note, Location, Reset]);
            LayerAction::Publish { what, choice }
        }
        73..76 => {
            LayerAction::Schedule { access: *choose(random, &[Access::Everyone, Access::Everyone, Access::Organizer]) }
        }
        76..77 => LayerAction::Change { choice },
        77..78 => LayerAction::Delete { choice },
        78..85 => LayerAction::Join { choice },
        85..92 => {
            let deeds = [
                Deed::Admit,
                Deed::Admit,
                Deed::Reject,
                Deed::Promote,
                Deed::Promote,
                Deed::Demote,
                Deed::Eject,
                Deed::Mute,
            ];
            LayerAction::Lead { choice, whom: random.usize(..16), deed: *choose(random, &deeds) }
        }
        92..96 => {
            let deeds = [
                GroupDeed::Create,
                GroupDeed::Create,
                GroupDeed::Rename,
                GroupDeed::Delete,
                GroupDeed::Add,
                GroupDeed::Remove,
            ];
            LayerAction::Group { deed: *choose(random, &deeds), choice }
        }
        96..98 => LayerAction::Read { choice },
        _ => LayerAction::Reopen { pause: Duration::from_secs(random.u64(0..600)) },
    }
}

/// The action, or one about guests and audio in its place. It is drawn from another source, so that what it decides moves nothing
/// else.
pub(super) fn varied(action: LayerAction, random: &mut Rng) -> LayerAction {
    let choice = random.usize(..1000);
    match random.u8(..40) {
        0 => LayerAction::Guest { choice, stay: Duration::from_secs(random.u64(..300)) },
        1..3 => LayerAction::Speak { choice },
        3..5 => {
            let deed = *choose(random, &[Deed::Mute, Deed::Mute, Deed::Unmute]);
            LayerAction::Lead { choice, whom: random.usize(..16), deed }
        }
        _ => action,
    }
}

/// The action, or one in its place that is about the event channel or another process, or gives up another, from a third source.
pub(super) fn interrupted(action: LayerAction, random: &mut Rng) -> LayerAction {
    match random.u8(..60) {
        0 => LayerAction::TakeOver,
        1 => LayerAction::Deafen { pause: Duration::from_millis(random.u64(..400_000)) },
        2..5 => LayerAction::GiveUp { choice: random.usize(..1000) },
        5 => LayerAction::Recreate,
        6 => LayerAction::Resume { choice: random.usize(..1000), answer: answer(random) },
        7 => LayerAction::Browse { choice: random.usize(..1000) },
        8 => LayerAction::HandOver { pause: Duration::from_secs(random.u64(..400)) },
        _ => action,
    }
}

/// The action, or one in its place that changes what others may change at the same time, uses another endpoint, or changes who is in which
/// group, from a fourth source.
pub(super) fn shared(action: LayerAction, random: &mut Rng) -> LayerAction {
    let (choice, whom) = (random.usize(..1000), random.usize(..16));
    match random.u8(..40) {
        0 => LayerAction::Rework { choice },
        1 => LayerAction::Trust { whom, choice },
        2..5 => {
            let deeds = [GroupDeed::Create, GroupDeed::Add, GroupDeed::Add, GroupDeed::Dismiss, GroupDeed::Move];
            LayerAction::Group { deed: *choose(random, &deeds), choice }
        }
        5 => LayerAction::Device { answer: answer(random), stay: Duration::from_secs(random.u64(..400)) },
        _ => action,
    }
}

fn answer(random: &mut Rng) -> Answer {
    use Answer::{Accept, Decline, Hasty, Late, Silence};
    *choose(random, &[Accept, Accept, Accept, Accept, Accept, Accept, Accept, Decline, Silence, Late, Hasty])
}

/// Draws a fault. Those are left out that have the server say what is not so: what is said by the layers is what the server says.
pub(super) fn fault(random: &mut Rng, users: usize) -> Fault {
    loop {
        let fault = Fault::draw_about(random, users, &RESOURCES);
        if !is_lie(&fault) {
            return fault;
        }
    }
}

/// Puts in place of some faults that events say the same in another way.
pub(super) fn vary_fault(fault: &mut Fault, random: &mut Rng) {
    if random.u8(..6) == 0 {
        *fault = Fault::told_otherwise(random);
    }
}

fn is_lie(fault: &Fault) -> bool {
    let Fault::Server { fault, .. } = fault else { return false };
    match &fault.effect {
        Effect::WrongTypes
        | Effect::UnknownValues
        | Effect::NoProperties
        | Effect::NoLinks
        | Effect::UnknownRelations
        | Effect::HostileLinks { .. } => true,
        Effect::Error { status, .. } => *status == 410,
        _ => false,
    }
}

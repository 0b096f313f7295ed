//! The simulated world: plain data, one struct for each thing that lives in it.

mod application;
mod conversation;
mod group;
mod invitation;
mod log;
mod meeting;
mod timer;
mod token;
mod user;
mod world;

pub(crate) use application::{Application, Availability, Identity, Subscription};
pub(crate) use conversation::{Conversation, Leg, Message, Modality, Participant, Renegotiation, Role};
pub(crate) use group::{Group, GroupKind};
pub(crate) use invitation::{Invitation, InvitationKind, InvitationState};
pub(crate) use log::{Log, LogMessage, LogStatus};
pub(crate) use meeting::Meeting;
pub(crate) use timer::Timer;
pub(crate) use token::Token;
pub(crate) use user::{CallForwarding, User};
pub(crate) use world::World;

/// Milliseconds since 1970.
pub(crate) type Moment = i64;

/// The id of an application.
pub(crate) type ApplicationId = u64;

/// A span in milliseconds.
pub(crate) fn milliseconds(duration: std::time::Duration) -> Moment {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

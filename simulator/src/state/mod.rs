//! The simulated world: plain data, one struct for each thing that lives in it.

mod application;
mod conversation;
mod group;
#[cfg(feature = "ntlm")]
mod handshake;
mod invitation;
mod log;
mod meeting;
mod timer;
mod token;
mod told;
mod user;
mod world;

pub(crate) use application::{Application, Availability, Identity, Subscription};
pub(crate) use conversation::{Conversation, Leg, Message, Modality, Participant, Renegotiation, Role};
pub(crate) use group::{Group, GroupKind};
#[cfg(feature = "ntlm")]
pub(crate) use handshake::{Handshake, Progress};
pub(crate) use invitation::{Invitation, InvitationKind, InvitationProgress};
pub(crate) use log::{Log, LogMessage, LogStatus};
pub(crate) use meeting::Meeting;
pub(crate) use timer::Timer;
pub(crate) use token::Token;
pub(crate) use told::EventLog;
pub use told::Told;
pub(crate) use user::{CallForwarding, User, address};
pub(crate) use world::World;

pub(crate) use crate::moment::{Moment, milliseconds};

/// The id of an application.
pub(crate) type ApplicationId = u64;

//! Applications, and what lives and dies with one.

use std::collections::{BTreeMap, BTreeSet};

use super::{ApplicationId, Moment};
use crate::channel::Channel;

/// Who is behind a token or an application.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Identity {
    /// A user, by address without `sip:`.
    User(String),
    /// Somebody who was let into one meeting.
    Anonymous {
        /// What the server calls them: an address without `sip:`.
        address: String,
        /// The conference id of the meeting.
        conference: String,
    },
}

impl Identity {
    /// The address, without `sip:`.
    pub(crate) fn address(&self) -> &str {
        match self {
            Self::User(address) | Self::Anonymous { address, .. } => address,
        }
    }

    pub(crate) fn is_anonymous(&self) -> bool {
        matches!(self, Self::Anonymous { .. })
    }
}

/// An application: one endpoint of a user.
#[derive(Debug)]
pub(crate) struct Application {
    pub(crate) id: ApplicationId,
    pub(crate) identity: Identity,
    pub(crate) user_agent: String,
    pub(crate) culture: String,
    pub(crate) endpoint_id: String,
    pub(crate) instance_id: String,
    /// What the client says it is, such as `Browser`.
    pub(crate) kind: String,
    /// The name under which somebody joins who is anonymous, once they have said it.
    pub(crate) guest_name: Option<String>,
    /// When the last request came.
    pub(crate) last_request: Moment,
    /// When the user was last active here.
    pub(crate) last_activity: Moment,
    /// What the user is available for; none before `makeMeAvailable`.
    pub(crate) available: Option<Availability>,
    pub(crate) channel: Channel,
    pub(crate) subscriptions: BTreeMap<String, Subscription>,
    /// When the subscription to contacts and groups ends; none where there is none.
    pub(crate) contacts_subscription: Option<Moment>,
}

/// What a user is available for in an application.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Availability {
    pub(crate) modalities: Vec<String>,
    pub(crate) formats: Vec<String>,
    pub(crate) phone_number: String,
    pub(crate) audio_preference: String,
    /// After how many milliseconds without activity the user is shown as away.
    pub(crate) inactive_timeout: Moment,
}

/// A subscription to the presence of some contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    /// Greater than those of the subscriptions before it.
    pub(crate) number: u64,
    pub(crate) expires: Moment,
    /// Addresses without `sip:`.
    pub(crate) contacts: BTreeSet<String>,
}

impl Application {
    /// The path of the applications.
    pub(crate) const COLLECTION: &'static str = "/ucwa/oauth/v1/applications";

    /// The path at which those create an application who joined a meeting anonymously.
    pub(crate) const ANONYMOUS_COLLECTION: &'static str = "/ucwa/oauth/v1/anonApplications";

    /// The address of the application itself.
    pub(crate) fn href(&self) -> String {
        format!("{}/{}", Self::COLLECTION, self.id)
    }
}

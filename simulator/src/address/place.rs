//! What an address is about.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ucwa_schema::Resource;

use crate::catalogue::Catalogue;
use crate::state::Modality;

/// Letters and digits stay as they are in ids, and what no server encodes.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// An id as a segment of a path.
pub(crate) fn segment(id: &str) -> Cow<'_, str> {
    utf8_percent_encode(id, KEPT).into()
}

/// The thing of the simulated world that a resource shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// No thing at all: an instance that shows what the schema says.
    Catalogue,
    /// The application and its user.
    Application,
    /// A person, by address without `sip:`.
    Person(String),
    /// A group of the user's contacts.
    Group(String),
    /// A contact in a group: the group's id, and the address.
    Membership(String, String),
    /// The people of a privacy level.
    Privacy(String),
    /// A presence subscription.
    Subscription(String),
    /// A contact in a presence subscription: its id, and the address.
    SubscriptionMembership(String, String),
    /// A telephone number of the user, by its kind.
    Phone(String),
    /// A conversation.
    Conversation(String),
    /// A modality of a conversation.
    Modality(String, Modality),
    /// A change of media in a conversation: its id, and the number of the change.
    Renegotiation(String, u64),
    /// A participant of a conversation: its id, and the address.
    Participant(String, String),
    /// A message in a conversation.
    Message(String, u64),
    /// An invitation.
    Invitation(String),
    /// A meeting as it is scheduled, by its conference id.
    Meeting(String),
    /// An extension of a meeting: the conference id, and its own.
    Extension(String, String),
    /// A log of a conversation.
    Log(u64),
    /// A person in a log.
    LogRecipient(u64, String),
    /// A message in a log, by its position.
    LogTranscript(u64, usize),
}

/// A resource of an application: what it is, what it shows, and where it is.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) resource: &'static Resource,
    pub(crate) place: Place,
    /// The address below the application, without a leading slash.
    pub(crate) path: String,
}

impl Item {
    /// An item of a resource that the schema has; `None` where it has none of that name.
    pub(crate) fn new(name: &str, place: Place, path: impl Into<String>) -> Option<Self> {
        Some(Self { resource: Catalogue::get().resource(name)?, place, path: path.into() })
    }

    /// The name of the resource.
    pub(crate) fn name(&self) -> &'static str {
        &self.resource.name
    }

    /// The same item as another resource shows it, as a participant is `from`.
    pub(crate) fn seen_as(&self, name: &str) -> Option<Self> {
        Self::new(name, self.place.clone(), self.path.clone())
    }

    /// The application itself.
    pub(crate) fn application() -> Option<Self> {
        Self::new("application", Place::Application, "")
    }

    pub(crate) fn person(address: &str) -> Option<Self> {
        Self::new("contact", Place::Person(address.into()), format!("people/{}", segment(address)))
    }

    /// The photo of the user or of somebody else, which are at one place for browsers.
    pub(crate) fn photo(address: &str, resource: &str) -> Option<Self> {
        Self::new(resource, Place::Person(address.into()), format!("photos/{}", segment(address)))
    }

    pub(crate) fn group(id: &str, resource: &str) -> Option<Self> {
        Self::new(resource, Place::Group(id.into()), format!("people/groups/{}", segment(id)))
    }

    pub(crate) fn membership(group: &str, address: &str) -> Option<Self> {
        let path = format!("people/groupMemberships/{},{}", segment(group), segment(address));
        Self::new("myGroupMembership", Place::Membership(group.into(), address.into()), path)
    }

    pub(crate) fn privacy(level: &str) -> Option<Self> {
        let path = format!("people/privacyRelationships/{}", segment(level));
        Self::new("myPrivacyRelationship", Place::Privacy(level.into()), path)
    }

    pub(crate) fn subscription(id: &str) -> Option<Self> {
        let path = format!("people/presenceSubscriptions/{}", segment(id));
        Self::new("presenceSubscription", Place::Subscription(id.into()), path)
    }

    pub(crate) fn subscription_membership(id: &str, address: &str) -> Option<Self> {
        let path = format!("people/presenceSubscriptionMemberships/{},{}", segment(id), segment(address));
        Self::new("presenceSubscriptionMembership", Place::SubscriptionMembership(id.into(), address.into()), path)
    }

    pub(crate) fn phone(kind: &str) -> Option<Self> {
        Self::new("phone", Place::Phone(kind.into()), format!("me/phones/{}", segment(kind)))
    }

    pub(crate) fn conversation(id: &str) -> Option<Self> {
        Self::new("conversation", Place::Conversation(id.into()), conversation(id))
    }

    pub(crate) fn modality(id: &str, modality: Modality) -> Option<Self> {
        let path = format!("{}/{}", conversation(id), modality.resource());
        Self::new(modality.resource(), Place::Modality(id.into(), modality), path)
    }

    /// The media session of a conversation.
    pub(crate) fn session(id: &str) -> Option<Self> {
        let item = Self::modality(id, Modality::AudioVideo)?;
        Self::new("audioVideoSession", item.place, format!("{}/audioVideoSession", item.path))
    }

    pub(crate) fn renegotiation(id: &str, number: u64) -> Option<Self> {
        let path = format!("{}/renegotiations/{number}", Self::session(id)?.path);
        Self::new("audioVideoRenegotiation", Place::Renegotiation(id.into(), number), path)
    }

    /// The exchange of session descriptions that belongs to an invitation to a call.
    pub(crate) fn negotiation(id: &str) -> Option<Self> {
        let invitation = Self::invitation(id, "audioVideoInvitation")?;
        let path = format!("{}/audioVideoNegotiation", invitation.path);
        Self::new("audioVideoNegotiation", invitation.place, path)
    }

    pub(crate) fn participant(id: &str, address: &str) -> Option<Self> {
        let path = format!("{}/participants/{}", conversation(id), segment(address));
        Self::new("participant", Place::Participant(id.into(), address.into()), path)
    }

    /// The participant that is the user: the same as [`participant`](Self::participant), by the name that links to it have.
    pub(crate) fn local_participant(id: &str, address: &str) -> Option<Self> {
        let path = format!("{}/participants/{}", conversation(id), segment(address));
        Self::new("localParticipant", Place::Participant(id.into(), address.into()), path)
    }

    pub(crate) fn message(id: &str, message: u64) -> Option<Self> {
        let path = format!("{}/messaging/messages/{message}", conversation(id));
        Self::new("message", Place::Message(id.into(), message), path)
    }

    pub(crate) fn invitation(id: &str, resource: &str) -> Option<Self> {
        Self::new(resource, Place::Invitation(id.into()), format!("communication/invitations/{}", segment(id)))
    }

    pub(crate) fn meeting(id: &str, resource: &str) -> Option<Self> {
        Self::new(resource, Place::Meeting(id.into()), format!("onlineMeetings/myOnlineMeetings/{}", segment(id)))
    }

    pub(crate) fn extension(meeting: &str, id: &str) -> Option<Self> {
        let path = format!("onlineMeetings/myOnlineMeetings/{}/extensions/{}", segment(meeting), segment(id));
        Self::new("onlineMeetingExtension", Place::Extension(meeting.into(), id.into()), path)
    }

    pub(crate) fn log(id: u64) -> Option<Self> {
        Self::new("conversationLog", Place::Log(id), format!("communication/conversationLogs/{id}"))
    }

    pub(crate) fn log_recipient(id: u64, address: &str) -> Option<Self> {
        let path = format!("communication/conversationLogs/{id}/recipients/{}", segment(address));
        Self::new("conversationLogRecipient", Place::LogRecipient(id, address.into()), path)
    }

    pub(crate) fn log_transcript(id: u64, position: usize) -> Option<Self> {
        let path = format!("communication/conversationLogs/{id}/transcripts/{position}");
        Self::new("conversationLogTranscript", Place::LogTranscript(id, position), path)
    }
}

fn conversation(id: &str) -> String {
    format!("communication/conversations/{}", segment(id))
}

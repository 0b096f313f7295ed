//! Mistakes that can be planted, to see that the simulation finds them. None of this is in a client that is built without
//! `--cfg ucwa_planted`.

use std::sync::OnceLock;

use ucwa::Sender;

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Planted {
    /// The cursor moves on before the program has handled the events.
    EarlyAcknowledgement,
    /// A user who was available is not made available again.
    NoRestoration,
    /// A POST is repeated that the server may have executed.
    RepeatedPost,
    /// The token goes wherever a redirect leads.
    TokenToRedirect,
    /// Delays double for ever.
    UncappedBackOff,
    /// Each request that is refused renews the token by itself.
    SeveralRenewals,
    /// A poll that nobody answers is waited for.
    EndlessPoll,
    /// Events that cannot be read are left out.
    DroppedUnreadable,
    /// A stream does not outrank those before it.
    OutrankedStream,
    /// The server is told that events have arrived before a program has handled them that has it told late.
    HastyPoll,
    /// An application that is closed is not removed.
    KeptApplication,
    /// A presence subscription is not renewed.
    LapsedSubscription,
    /// A message is sent again whose response was lost.
    SecondMessage,
    /// Who leaves a conversation stays in its roster.
    KeptParticipant,
    /// A conversation that was found by asking the server is not given to those who follow all.
    UntoldConversation,
    /// The server is asked once to report changes of the contact list.
    LapsedContactList,
    /// A change is not made to what was read again after somebody else was faster.
    ForgottenChange,
    /// A contact is refused for whom there is no room in a presence subscription, although there can be another one.
    RefusedContact,
    /// Who is taken off the contact list stays in all groups but one.
    KeptMember,
    /// What changes in the presence of contacts is known, and not told.
    UntoldChange,
    /// The history has one conversation alone.
    ShortHistory,
}

const NAMES: [(&str, Planted); 21] = [
    ("early-acknowledgement", Planted::EarlyAcknowledgement),
    ("no-restoration", Planted::NoRestoration),
    ("repeated-post", Planted::RepeatedPost),
    ("token-to-redirect", Planted::TokenToRedirect),
    ("uncapped-back-off", Planted::UncappedBackOff),
    ("several-renewals", Planted::SeveralRenewals),
    ("endless-poll", Planted::EndlessPoll),
    ("dropped-unreadable", Planted::DroppedUnreadable),
    ("outranked-stream", Planted::OutrankedStream),
    ("hasty-poll", Planted::HastyPoll),
    ("kept-application", Planted::KeptApplication),
    ("lapsed-subscription", Planted::LapsedSubscription),
    ("second-message", Planted::SecondMessage),
    ("kept-participant", Planted::KeptParticipant),
    ("untold-conversation", Planted::UntoldConversation),
    ("lapsed-contact-list", Planted::LapsedContactList),
    ("forgotten-change", Planted::ForgottenChange),
    ("refused-contact", Planted::RefusedContact),
    ("kept-member", Planted::KeptMember),
    ("untold-change", Planted::UntoldChange),
    ("short-history", Planted::ShortHistory),
];

impl Planted {
    /// Whether the mistake is made: the one that the environment variable `UCWA_PLANTED` names.
    pub(crate) fn is_made(self) -> bool {
        static MADE: OnceLock<Option<Planted>> = OnceLock::new();
        *MADE.get_or_init(named) == Some(self)
    }
}

/// Leaves out what cannot be read, where that mistake is made.
pub(crate) fn drop_unreadable(sender: &mut Sender) {
    if Planted::DroppedUnreadable.is_made() {
        sender.unreadable = None;
        sender.events.retain(|event| event.unreadable.is_none());
    }
}

fn named() -> Option<Planted> {
    let name = std::env::var("UCWA_PLANTED").ok()?;
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, planted)| *planted)
}

//! What a server drops that its clients have to restore.

/// What the server dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// Conversations and presence subscriptions were reset. Subscribe again.
    Resumed,
    /// The server was told out of order which events had arrived. Drop all transient state and read again what is needed; events
    /// may be missing.
    Resynchronized,
    /// The application was lost and has been created again; the user was made available if they were before. Conversations,
    /// subscriptions and all links of the old application are gone, and events may be missing.
    Recreated,
}

impl Loss {
    /// Whether presence subscriptions are gone. Subscribe again.
    pub fn includes_subscriptions(self) -> bool {
        matches!(self, Self::Resumed | Self::Resynchronized | Self::Recreated)
    }

    /// Whether conversations and invitations are gone.
    pub fn includes_conversations(self) -> bool {
        matches!(self, Self::Resumed | Self::Resynchronized | Self::Recreated)
    }

    /// Whether events may be missing, so that what is known of contacts, groups and the user may be out of date.
    pub fn includes_events(self) -> bool {
        matches!(self, Self::Resynchronized | Self::Recreated)
    }

    /// Whether links that were read before lead nowhere, as they are those of an application that is gone.
    pub fn includes_links(self) -> bool {
        matches!(self, Self::Recreated)
    }
}

//! Groups of contacts.

use std::collections::BTreeSet;

/// A group of contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: GroupKind,
    /// Addresses without `sip:`.
    pub(crate) members: BTreeSet<String>,
}

/// What a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum GroupKind {
    /// Contacts that are in no other group.
    Default,
    /// Favorites.
    Pinned,
    /// A group that the user made.
    Own,
    /// People who may act for the user.
    Delegates,
    /// People for whom the user may act.
    Delegators,
    /// A group of the directory.
    Distribution,
    /// People of the same manager.
    Organization,
}

impl GroupKind {
    /// The name of the resource.
    pub(crate) const fn resource(self) -> &'static str {
        match self {
            Self::Default => "defaultGroup",
            Self::Pinned => "pinnedGroup",
            Self::Own => "group",
            Self::Delegates => "delegatesGroup",
            Self::Delegators => "delegatorsGroup",
            Self::Distribution => "distributionGroup",
            Self::Organization => "myOrganizationGroup",
        }
    }

    /// Whether its members are among the user's contacts.
    pub(crate) const fn holds_contacts(self) -> bool {
        matches!(self, Self::Default | Self::Pinned | Self::Own)
    }

    /// Whether the user says who is in it, by memberships.
    pub(crate) const fn has_memberships(self) -> bool {
        self.holds_contacts() || matches!(self, Self::Delegates)
    }
}

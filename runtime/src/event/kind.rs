//! What happened, and how operations end: open enumerations of the protocol.

use crate::model::{Enumeration, Unlisted};

/// What happened to the target of an event.
#[derive(Clone)]
#[non_exhaustive]
pub enum EventKind {
    /// It joined a collection.
    Added,
    /// It changed.
    Updated,
    /// It left a collection, or is gone. It must not be fetched.
    Deleted,
    /// An operation began.
    Started,
    /// An operation ended.
    Completed,
    /// Something that the protocol does not list, as the server sent it; empty where an event does not say.
    Unlisted(Unlisted),
}

impl Enumeration for EventKind {
    const NAME: &'static str = "EventKind";
    const VALUES: &'static [Self] = &[Self::Added, Self::Updated, Self::Deleted, Self::Started, Self::Completed];

    fn as_str(&self) -> &str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Unlisted(name) => name.as_str(),
        }
    }

    fn unlisted(name: Unlisted) -> Self {
        Self::Unlisted(name)
    }
}

/// How an operation ended.
#[derive(Clone)]
#[non_exhaustive]
pub enum OperationStatus {
    /// It succeeded.
    Success,
    /// It failed; the event has the reason.
    Failure,
    /// A status that the protocol does not list, as the server sent it.
    Unlisted(Unlisted),
}

impl Enumeration for OperationStatus {
    const NAME: &'static str = "OperationStatus";
    const VALUES: &'static [Self] = &[Self::Success, Self::Failure];

    fn as_str(&self) -> &str {
        match self {
            Self::Success => "Success",
            Self::Failure => "Failure",
            Self::Unlisted(name) => name.as_str(),
        }
    }

    fn unlisted(name: Unlisted) -> Self {
        Self::Unlisted(name)
    }
}

/// Implements what programs expect of a name, beside what all enumerations have.
macro_rules! name_traits {
    ($name:ident) => {
        crate::enumeration_traits!($name);

        impl $name {
            /// The name on the wire.
            pub fn as_str(&self) -> &str {
                Enumeration::as_str(self)
            }
        }

        impl PartialEq<$name> for str {
            fn eq(&self, name: &$name) -> bool {
                name.as_str() == self
            }
        }

        impl PartialEq<$name> for &str {
            fn eq(&self, name: &$name) -> bool {
                name.as_str() == *self
            }
        }
    };
}

name_traits!(EventKind);
name_traits!(OperationStatus);

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::*;

    #[test]
    fn names_are_written_as_they_are_read() {
        for kind in EventKind::VALUES {
            assert_eq!(kind.to_string().parse().as_ref(), Ok(kind));
            assert_eq!(kind, &EventKind::from(kind.as_str()));
            assert!(kind.is_listed());
        }
        for status in OperationStatus::VALUES {
            assert_eq!(status.to_string().parse().as_ref(), Ok(status));
        }
        let kind: EventKind = "glittered".parse().expect("any name can be read");
        assert_eq!((kind.to_string().as_str(), kind.is_listed()), ("glittered", false));
        assert_eq!("SUCCESS".parse(), Ok(OperationStatus::Success));
    }

    #[test]
    fn names_are_compared_with_text_from_either_side() {
        let (added, failure) = (EventKind::Added, OperationStatus::Failure);
        let equal = [added == "added", "added" == added, added == *"added", *"added" == added, failure == "Failure"];
        let unequal = [added == "Added", "deleted" == added, added == *"", *"x" == added, "Success" == failure];
        assert_eq!((equal, unequal), ([true; 5], [false; 5]));
    }

    #[test]
    fn names_are_sorted_and_hashed() {
        let kinds = || ["updated", "x", "added", "a", "added"].map(EventKind::from);
        let sorted: Vec<_> = kinds().into_iter().collect::<BTreeSet<_>>().iter().map(ToString::to_string).collect();
        assert_eq!(sorted, ["added", "updated", "a", "x"]);
        assert_eq!(kinds().into_iter().collect::<HashSet<_>>().len(), 4);
    }
}

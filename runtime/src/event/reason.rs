//! Why operations fail after they have begun, as values that programs can match on.

use std::fmt;

use crate::event::Event;
use crate::model::Resource;

/// A resource that stands for an operation: an invitation, or a message that is sent. The `completed` event about it gives the
/// reason if the operation failed; [`Event::reason_of`] returns it.
pub trait Completes: Resource {
    /// The reasons that the reference lists.
    type Reason: FailureReason;
}

/// The reasons for which the operations of one resource fail after they have begun.
pub trait FailureReason: Copy + fmt::Debug + PartialEq + Send + Sync + 'static {
    /// Each reason with its code, and its subcode or an empty text.
    const TABLE: &'static [(Self, &'static str, &'static str)];

    /// Returns the reason with this code and subcode, if the reference lists it.
    fn find(code: &str, subcode: Option<&str>) -> Option<Self> {
        let subcode = subcode.filter(|subcode| *subcode != "None").unwrap_or_default();
        let row = Self::TABLE.iter().find(|row| row.1 == code && row.2 == subcode)?;
        Some(row.0)
    }

    /// Returns the code of the reason, such as `RemoteFailure`.
    fn code(self) -> &'static str {
        self.row().0
    }

    /// Returns the subcode of the reason, if it has one.
    fn subcode(self) -> Option<&'static str> {
        Some(self.row().1).filter(|subcode| !subcode.is_empty())
    }

    #[doc(hidden)]
    fn row(self) -> (&'static str, &'static str) {
        Self::TABLE.iter().find(|row| row.0 == self).map_or(("", ""), |row| (row.1, row.2))
    }
}

impl Event {
    /// Returns why the operation that `T` stands for failed.
    ///
    /// Returns `None` if the event is about another resource, if the operation did not fail, and for reasons that the reference does
    /// not list; [`reason`](Self::reason) has the code and subcode of all of them.
    pub fn reason_of<T: Completes>(&self) -> Option<T::Reason> {
        let reason = self.reason.as_ref().filter(|_| self.target.rel == T::DESCRIPTION.rel)?;
        FailureReason::find(&reason.code, reason.subcode.as_deref())
    }
}

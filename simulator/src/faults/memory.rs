//! What restarts leave.

use serde::{Deserialize, Serialize};

/// What a restarted server remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Memory {
    /// Everything.
    Kept,
    /// Users and meetings alone.
    Lost,
}

//! The health of the storage: whether what is said can be stored.

use hearth_log::LogError;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether what is said can be stored, as the newest attempt has shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Storage {
    /// It is.
    #[default]
    Fine,
    /// The disk is full. What was said before can be read, and it goes on by itself when there is room.
    Full,
    /// The log cannot be written.
    Damaged,
}

impl Storage {
    pub(crate) fn after<T>(stored: &Result<T, LogError>) -> Self {
        match stored {
            Ok(_) => Self::Fine,
            Err(LogError::Full) => Self::Full,
            Err(LogError::Damaged(_) | LogError::System(_) | LogError::Closed) => Self::Damaged,
        }
    }
}

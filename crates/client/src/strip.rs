//! The strip above the message box: what a draft is to be, an answer or an edit. A mark like the draft, kept with it.

use hearth_protocol::Seq;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the next line that the user sends is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Strip {
    /// An answer to this line, in the words of the draft.
    Reply {
        /// Its place in the log.
        seq: Seq,
    },
    /// This line in other words. The draft waits.
    Edit {
        /// Its place in the log.
        seq: Seq,
        /// The other words, as far as they are written.
        text: String,
    },
}

impl Strip {
    /// As it stands in a file.
    pub(crate) fn to_kept(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What stands in a file so; one of a later version is none here.
    pub(crate) fn of_kept(kept: &str) -> Option<Self> {
        serde_json::from_str(kept).ok()
    }
}

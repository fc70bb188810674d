//! Entries: what a room's log is made of.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Dialect, MemberId, Nickname, PostId, Seq};

/// Who caused an entry, under the nickname they had then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Author {
    /// Who.
    pub member: MemberId,
    /// Their nickname at that time. For a rename, the new one.
    pub nickname: Nickname,
}

/// One line of a room's log. Order is by `seq`, never by `at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Entry {
    /// Its place in the log.
    pub seq: Seq,
    /// The place before it that the reader can see: `prev != my cursor` means that something is missing.
    pub prev: Seq,
    /// The host's time (RFC 3339, UTC, milliseconds).
    #[ts(type = "string")]
    pub at: Timestamp,
    /// Who.
    pub from: Author,
    /// The sender's id of it, where a client posted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub id: Option<PostId>,
    /// What happened.
    #[serde(flatten)]
    pub body: Body,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Body {
    /// A line of talk.
    Message {
        /// The text, as [`crate::MessageText`] leaves it.
        text: String,
        /// A classic sender's own words for the time, kept for classic readers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        time: Option<String>,
    },
    /// Somebody came.
    Joined {
        /// How they are connected; v1 when it is not said.
        #[serde(default, skip_serializing_if = "Dialect::is_v1")]
        #[ts(as = "Option<Dialect>", optional)]
        dialect: Dialect,
    },
    /// Somebody went.
    Left,
    /// Somebody changed their nickname.
    Renamed {
        /// The nickname before.
        old: Nickname,
    },
    /// Something that this version does not know: kept in order, not shown.
    #[serde(other)]
    Unknown,
}

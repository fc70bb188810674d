//! Log entries: what a room's log is made of. What happened in one is its [`Body`].

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::body::Body;
use crate::ids::{MemberId, PostId, Seq};
use crate::nickname::Nickname;

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

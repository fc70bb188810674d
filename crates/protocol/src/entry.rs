//! Log entries: what a room's log is made of. What happened in one is its [`Body`].

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
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

impl Entry {
    /// The nickname that its author has taken by it.
    pub fn taken_nickname(&self) -> Option<&Nickname> {
        self.body.is_rename().then_some(&self.from.nickname)
    }
}

/// From JSON only, and not by way of a buffer such as tagged enums have: what is not known of it keeps its spelling.
impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = Box::<RawValue>::deserialize(deserializer)?;
        read(&entry).map_err(D::Error::custom)
    }
}

fn read(entry: &RawValue) -> serde_json::Result<Entry> {
    /// What every entry has, of whatever kind it is.
    #[derive(Deserialize)]
    struct Envelope {
        seq: Seq,
        prev: Seq,
        at: Timestamp,
        from: Author,
        #[serde(default)]
        id: Option<PostId>,
        kind: String,
    }
    // Serde would also read a list of the fields' values.
    if !entry.get().starts_with('{') {
        return Err(serde_json::Error::custom("an entry is an object"));
    }
    let Envelope { seq, prev, at, from, id, kind } = serde_json::from_str(entry.get())?;
    Ok(Entry { seq, prev, at, from, id, body: Body::of_entry(&kind, entry)? })
}

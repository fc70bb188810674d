//! Bodies of entries: what happened, and what follows from its kind alone.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use ts_rs::TS;

use crate::dialect::Dialect;
use crate::ids::Seq;
use crate::nickname::Nickname;
use crate::unknown::UnknownBody;

/// The kinds that this version knows.
const KINDS: [&str; 5] = ["message", "joined", "left", "renamed", "erased"];

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
    /// What stood here was taken away. The page is not told of it: to it, it is unknown.
    #[ts(skip)]
    Erased,
    /// Something that this version does not know: kept in order and as it came, not shown.
    #[serde(untagged, skip_deserializing)]
    #[ts(untagged)]
    Unknown(UnknownBody),
}

/// How much an entry weighs with those who read a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Somebody said something: it counts as unread, and is read out.
    Said,
    /// It tells who is here, and under which nickname.
    Presence,
    /// A reader is told nothing by it alone.
    Silent,
}

impl Body {
    /// Reads the body of an entry of this kind, whose fields stand among those of the entry.
    pub(crate) fn of_entry(kind: &str, entry: &RawValue) -> serde_json::Result<Self> {
        if KINDS.contains(&kind) {
            serde_json::from_str(entry.get())
        } else {
            Ok(Self::Unknown(UnknownBody::of_entry(entry)?))
        }
    }

    /// Reads a body that was unknown when it was stored ([`UnknownBody::as_json`]): this version may know it.
    pub fn from_stored(json: String) -> serde_json::Result<Self> {
        let unknown = UnknownBody::from_json(json)?;
        Ok(serde_json::from_str(unknown.as_json()).unwrap_or(Self::Unknown(unknown)))
    }

    /// The text that people wrote, for search, exports and length limits.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Message { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The entry that it is about, which it has nothing to say without: a change of it, an answer, a sign.
    pub fn about(&self) -> Option<Seq> {
        match self {
            Self::Unknown(unknown) => unknown.about(),
            _ => None,
        }
    }

    /// The bytes that it holds on the heap, for bounds on memory.
    pub fn heap_bytes(&self) -> usize {
        match self {
            Self::Message { text, time } => text.len() + time.as_ref().map_or(0, String::len),
            Self::Renamed { old } => old.as_str().len(),
            Self::Unknown(unknown) => unknown.as_json().len(),
            Self::Joined { .. } | Self::Left | Self::Erased => 0,
        }
    }

    /// Whether its author has another nickname by it.
    pub fn is_rename(&self) -> bool {
        matches!(self, Self::Renamed { .. })
    }

    /// What it is to a reader.
    pub fn weight(&self) -> Weight {
        match self {
            Self::Message { .. } => Weight::Said,
            Self::Joined { .. } | Self::Left | Self::Renamed { .. } => Weight::Presence,
            Self::Erased | Self::Unknown(_) => Weight::Silent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_that_is_written_is_known() {
        let old = Nickname::new("old").expect("a nickname");
        let bodies = [
            Body::Message { text: "x".to_owned(), time: None },
            Body::Joined { dialect: Dialect::Classic },
            Body::Left,
            Body::Renamed { old },
            Body::Erased,
            Body::Unknown(UnknownBody::default()),
        ];
        for body in bodies {
            let kind =
                serde_json::to_value(&body).expect("JSON")["kind"].as_str().expect("a kind").to_owned();
            // A kind that is added does not compile here until it is among the bodies above.
            let is_known = match body {
                Body::Message { .. }
                | Body::Joined { .. }
                | Body::Left
                | Body::Renamed { .. }
                | Body::Erased => true,
                Body::Unknown(_) => false,
            };
            assert_eq!(KINDS.contains(&&*kind), is_known, "{kind}");
        }
    }

    #[test]
    fn what_was_stored_unknown_is_read_by_who_knows_it() {
        let stored = r#"{"kind":"message","text":"later"}"#;
        let message = Body::Message { text: "later".to_owned(), time: None };
        assert_eq!(Body::from_stored(stored.to_owned()).expect("a body"), message);
        for kept in [r#"{"kind":"reacted","about":2}"#, r#"{"kind":"message","text":7}"#] {
            let Ok(Body::Unknown(unknown)) = Body::from_stored(kept.to_owned()) else {
                panic!("{kept} is known")
            };
            assert_eq!(unknown.as_json(), kept);
        }
        assert!(Body::from_stored("[]".to_owned()).is_err() && Body::from_stored("{".to_owned()).is_err());
    }
}

//! Bodies of entries: what happened, and what follows from its kind alone.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dialect::Dialect;
use crate::nickname::Nickname;

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
    /// The text that people wrote, for search, exports and length limits.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Message { text, .. } => Some(text),
            Self::Joined { .. } | Self::Left | Self::Renamed { .. } | Self::Unknown => None,
        }
    }

    /// The bytes that it holds on the heap, for bounds on memory.
    pub fn heap_bytes(&self) -> usize {
        match self {
            Self::Message { text, time } => text.len() + time.as_ref().map_or(0, String::len),
            Self::Renamed { old } => old.as_str().len(),
            Self::Joined { .. } | Self::Left | Self::Unknown => 0,
        }
    }

    /// What it is to a reader.
    pub fn weight(&self) -> Weight {
        match self {
            Self::Message { .. } => Weight::Said,
            Self::Joined { .. } | Self::Left | Self::Renamed { .. } => Weight::Presence,
            Self::Unknown => Weight::Silent,
        }
    }
}

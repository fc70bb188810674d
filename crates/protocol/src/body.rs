//! Bodies of entries: what happened, and what follows from its kind alone.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use ts_rs::TS;

use crate::dialect::Dialect;
use crate::emoji::Emoji;
use crate::ids::Seq;
use crate::mentions::Mentions;
use crate::nickname::Nickname;
use crate::unknown::UnknownBody;

/// The kinds of the first version. What is told as one of these and cannot be read is no entry.
const FIRST_KINDS: [&str; 5] = ["message", "joined", "left", "renamed", "erased"];

/// The other kinds that this version knows. What is told as one of these and cannot be read was said by a version that means
/// something else by it, and is kept like what is not known.
const KINDS: [&str; 5] = ["addressed", "edited", "removed", "reacted", "pinned"];

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
    /// What stood here was taken away.
    Erased,
    /// To which line, and to whom, a line of the same author is addressed. It is stored with that line, and apart from it, so
    /// that a version which does not know it keeps it.
    Addressed {
        /// The line.
        about: Seq,
        /// The line that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reply: Option<Seq>,
        /// Who is mentioned in it, as they are called there.
        #[serde(default, skip_serializing_if = "Mentions::is_empty")]
        #[ts(as = "Option<Mentions>", optional)]
        mentions: Mentions,
    },
    /// Its author says a line in another way.
    Edited {
        /// The line.
        about: Seq,
        /// What it says now, as [`crate::MessageText`] leaves it.
        text: String,
        /// Who is mentioned in it now.
        #[serde(default, skip_serializing_if = "Mentions::is_empty")]
        #[ts(as = "Option<Mentions>", optional)]
        mentions: Mentions,
    },
    /// A line was taken away, by its author or by whoever may. What it said is gone.
    Removed {
        /// The line.
        about: Seq,
    },
    /// Somebody puts an emoji to a line, or takes theirs back.
    Reacted {
        /// The line.
        about: Seq,
        /// Which.
        emoji: Emoji,
        /// Whether it is there from now on.
        on: bool,
    },
    /// A line is pinned in the room, or no longer.
    Pinned {
        /// The line.
        about: Seq,
        /// Whether it is from now on.
        on: bool,
    },
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
        if FIRST_KINDS.contains(&kind) {
            return serde_json::from_str(entry.get());
        }
        let known = if KINDS.contains(&kind) { serde_json::from_str(entry.get()).ok() } else { None };
        known.map_or_else(|| Ok(Self::Unknown(UnknownBody::of_entry(entry)?)), Ok)
    }

    /// Reads a body that was unknown when it was stored ([`UnknownBody::as_json`]): this version may know it.
    pub fn from_stored(json: String) -> serde_json::Result<Self> {
        let unknown = UnknownBody::from_json(json)?;
        Ok(serde_json::from_str(unknown.as_json()).unwrap_or(Self::Unknown(unknown)))
    }

    /// The text that people wrote, for search, exports and length limits.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Message { text, .. } | Self::Edited { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether it is a line of talk.
    pub fn is_line(&self) -> bool {
        matches!(self, Self::Message { .. })
    }

    /// The entry that it is about, which it has nothing to say without: a change of it, an answer, a sign.
    pub fn about(&self) -> Option<Seq> {
        match self {
            Self::Addressed { about, .. }
            | Self::Edited { about, .. }
            | Self::Removed { about }
            | Self::Reacted { about, .. }
            | Self::Pinned { about, .. } => Some(*about),
            Self::Unknown(unknown) => unknown.about(),
            Self::Message { .. } | Self::Joined { .. } | Self::Left | Self::Renamed { .. } | Self::Erased => {
                None
            }
        }
    }

    /// The same, of the entry that stands here.
    #[must_use]
    pub fn about_instead(mut self, other: Seq) -> Self {
        if let Self::Addressed { about, .. }
        | Self::Edited { about, .. }
        | Self::Removed { about }
        | Self::Reacted { about, .. }
        | Self::Pinned { about, .. } = &mut self
        {
            *about = other;
        }
        self
    }

    /// The entry whose text it takes away, together with what was said about that.
    pub fn removes(&self) -> Option<Seq> {
        match self {
            Self::Removed { about } => Some(*about),
            _ => None,
        }
    }

    /// The bytes that it holds on the heap, for bounds on memory.
    pub fn heap_bytes(&self) -> usize {
        match self {
            Self::Message { text, time } => text.len() + time.as_ref().map_or(0, String::len),
            Self::Renamed { old } => old.as_str().len(),
            Self::Addressed { mentions, .. } => mentions.heap_bytes(),
            Self::Edited { text, mentions, .. } => text.len() + mentions.heap_bytes(),
            Self::Reacted { emoji, .. } => emoji.as_str().len(),
            Self::Unknown(unknown) => unknown.as_json().len(),
            Self::Joined { .. } | Self::Left | Self::Erased | Self::Removed { .. } | Self::Pinned { .. } => 0,
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
            Self::Erased
            | Self::Addressed { .. }
            | Self::Edited { .. }
            | Self::Removed { .. }
            | Self::Reacted { .. }
            | Self::Pinned { .. }
            | Self::Unknown(_) => Weight::Silent,
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
            Body::Addressed { about: Seq::ZERO, reply: None, mentions: Mentions::default() },
            Body::Edited { about: Seq::ZERO, text: "x".to_owned(), mentions: Mentions::default() },
            Body::Removed { about: Seq::ZERO },
            Body::Reacted { about: Seq::ZERO, emoji: Emoji::new("👍").expect("an emoji"), on: true },
            Body::Pinned { about: Seq::ZERO, on: false },
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
                | Body::Erased
                | Body::Addressed { .. }
                | Body::Edited { .. }
                | Body::Removed { .. }
                | Body::Reacted { .. }
                | Body::Pinned { .. } => true,
                Body::Unknown(_) => false,
            };
            assert_eq!(FIRST_KINDS.contains(&&*kind) || KINDS.contains(&&*kind), is_known, "{kind}");
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

//! Acts: what a user does in a room. One list for the wire, the outbox, the room's decision and the page.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use crate::emoji::Emoji;
use crate::ids::{PostId, Seq};
use crate::mentions::Mentions;
use crate::nickname::{Nickname, NicknameError};
use crate::refusal::{Asked, RefusalCode};
use crate::text::{MessageText, TextError};

/// An act is one thing that a user does, known by its sender's id: whoever sends it again does it once.
///
/// On the wire it is a frame of its own, whose `type` is the verb: `{"type":"post","text":"…","id":"…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Act {
    /// What is done.
    #[serde(flatten)]
    pub what: Verb,
    /// The sender's id of it. What comes without one, as in the classic dialect, is not known again when it comes twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub id: Option<PostId>,
}

/// A verb with what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum Verb {
    /// Says a line.
    Post {
        /// The text. Clean once [`Act::check`] has seen it.
        text: String,
        /// The line that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reply: Option<Seq>,
        /// Who is mentioned in it.
        #[serde(default, skip_serializing_if = "Mentions::is_empty")]
        #[ts(as = "Option<Mentions>", optional)]
        mentions: Mentions,
    },
    /// Says an own line in another way.
    Edit {
        /// The line.
        about: Seq,
        /// What it is to say. Clean once [`Act::check`] has seen it.
        text: String,
        /// Who is mentioned in it.
        #[serde(default, skip_serializing_if = "Mentions::is_empty")]
        #[ts(as = "Option<Mentions>", optional)]
        mentions: Mentions,
    },
    /// Takes a line away.
    Remove {
        /// The line.
        about: Seq,
    },
    /// Puts an emoji to a line, or takes it back.
    React {
        /// The line.
        about: Seq,
        /// Which.
        emoji: Emoji,
        /// Whether it is to be there.
        on: bool,
    },
    /// Pins a line in the room, or takes it down.
    Pin {
        /// The line.
        about: Seq,
        /// Whether it is to be pinned.
        on: bool,
    },
    /// Takes another nickname.
    Rename {
        /// The wish, which the room makes distinct. In its normal form once [`Act::check`] has seen it.
        nickname: String,
    },
}

/// The names of the verbs: the `type` of their frames.
pub(crate) const VERBS: [&str; 6] = ["post", "rename", "edit", "remove", "react", "pin"];

/// Why something cannot be done, whoever does it: a [`RefusalCode`] and the same in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ActError {
    /// The text of a line.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A nickname.
    #[error(transparent)]
    Nickname(#[from] NicknameError),
}

impl Act {
    /// Says a line.
    pub fn post(id: PostId, text: impl Into<String>) -> Self {
        Self { what: Verb::post(text), id: Some(id) }
    }

    /// Takes another nickname.
    pub fn rename(id: Option<PostId>, nickname: impl Into<String>) -> Self {
        Self { what: Verb::Rename { nickname: nickname.into() }, id }
    }

    /// What a refusal names it by that has no id to name it by.
    pub fn asked(&self) -> Option<Asked> {
        match self.what {
            _ if self.id.is_some() => None,
            Verb::Rename { .. } => Some(Asked::Rename),
            // All others have an id.
            _ => None,
        }
    }

    /// Cleans what was typed and checks it against the limits of the protocol. Client and host do the same.
    pub fn check(self) -> Result<Self, ActError> {
        let what = match self.what {
            Verb::Post { text, reply, mentions } => {
                let text = MessageText::new(&text)?.into_string();
                Verb::Post { mentions: mentions.checked(&text), text, reply }
            }
            Verb::Edit { about, text, mentions } => {
                let text = MessageText::new(&text)?.into_string();
                Verb::Edit { about, mentions: mentions.checked(&text), text }
            }
            what @ (Verb::Remove { .. } | Verb::React { .. } | Verb::Pin { .. }) => what,
            Verb::Rename { nickname } => Verb::Rename { nickname: Nickname::new(&nickname)?.into() },
        };
        Ok(Self { what, ..self })
    }
}

impl Verb {
    /// Says a line that answers none and mentions nobody.
    pub fn post(text: impl Into<String>) -> Self {
        Self::Post { text: text.into(), reply: None, mentions: Mentions::default() }
    }

    /// The line that it is about.
    pub fn about(&self) -> Option<Seq> {
        match self {
            Self::Post { .. } | Self::Rename { .. } => None,
            Self::Edit { about, .. }
            | Self::Remove { about }
            | Self::React { about, .. }
            | Self::Pin { about, .. } => Some(*about),
        }
    }

    /// Whether it says something about a line, which hosts of before such acts do not know ([`crate::Welcome::talk`]). A mention is
    /// none of that: who is meant stands in the text as well.
    pub const fn is_talk(&self) -> bool {
        match self {
            Self::Post { reply, .. } => reply.is_some(),
            Self::Edit { .. } | Self::Remove { .. } | Self::React { .. } | Self::Pin { .. } => true,
            Self::Rename { .. } => false,
        }
    }

    /// The text that the host bounds by its own limit, [`crate::Limits::text_bytes`].
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Post { text, .. } | Self::Edit { text, .. } => Some(text),
            Self::Rename { .. } | Self::Remove { .. } | Self::React { .. } | Self::Pin { .. } => None,
        }
    }

    /// Whether an act of this kind has an id in any version of v1. Renames had none at first.
    pub(crate) const fn has_id(&self) -> bool {
        match self {
            Self::Rename { .. } => false,
            Self::Post { .. }
            | Self::Edit { .. }
            | Self::Remove { .. }
            | Self::React { .. }
            | Self::Pin { .. } => true,
        }
    }
}

impl ActError {
    /// The reason as the wire has it.
    pub const fn code(self) -> RefusalCode {
        match self {
            Self::Text(TextError::Empty) => RefusalCode::TextEmpty,
            Self::Text(TextError::TooLong { .. }) => RefusalCode::TextTooLong,
            Self::Nickname(NicknameError::Empty) => RefusalCode::NicknameEmpty,
            Self::Nickname(NicknameError::TooLong { .. }) => RefusalCode::NicknameTooLong,
        }
    }
}

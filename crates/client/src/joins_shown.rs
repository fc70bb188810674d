//! How much of comings and goings is shown (join and leave messages): the setting of a room, in one word.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How much the list shows of who comes and goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum JoinsShown {
    /// Each in a row of its own.
    All,
    /// Those between two lines of talk in one row.
    #[default]
    Gathered,
    /// Nothing: the list of people tells.
    None,
}

impl JoinsShown {
    const WORDS: [(Self, &str); 3] = [(Self::All, "all"), (Self::Gathered, "gathered"), (Self::None, "none")];

    /// As it stands in a file.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find_map(|(one, word)| (*one == self).then_some(*word)).unwrap_or_default()
    }

    /// What stands in a file as this word.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find_map(|(one, its)| (*its == word).then_some(*one))
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

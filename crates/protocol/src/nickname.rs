//! Nicknames: kept as they are typed, visible, and told apart by their look.

mod form;
mod joining;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use self::form::{normalise, plain};
use crate::limits::Limits;
use crate::visible::is_invisible;

/// Why a string is no nickname.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NicknameError {
    /// Nothing visible is left of it.
    #[error("the nickname is empty")]
    Empty,
    /// Longer than [`Limits::nickname_chars`].
    #[error("the nickname has {chars} characters; {limit} fit")]
    TooLong {
        /// Its length in Unicode scalar values.
        chars: usize,
        /// What fits.
        limit: usize,
    },
}

/// A nickname as it was typed, in Unicode's composed form (NFC): white space collapsed, nothing unseen but what shapes its
/// letters, 1 to 32 characters, also where compatibility forms are written out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(export, type = "string")]
pub struct Nickname(Box<str>);

impl Nickname {
    /// Normalises and checks.
    pub fn new(raw: &str) -> Result<Self, NicknameError> {
        let name = normalise(raw);
        let (chars, limit) = (size(&name), Limits::V1.nickname_chars as usize);
        match chars {
            0 => Err(NicknameError::Empty),
            _ if chars > limit => Err(NicknameError::TooLong { chars, limit }),
            _ => Ok(Self(name.into())),
        }
    }

    /// Takes a nickname that was normalised once and stored, by whatever version: it stands as it is, within a bound that
    /// no version goes beyond.
    pub fn stored(name: String) -> Result<Self, NicknameError> {
        let (chars, limit) = (name.chars().count(), 4 * Limits::V1.nickname_chars as usize);
        match chars {
            0 => Err(NicknameError::Empty),
            _ if chars > limit => Err(NicknameError::TooLong { chars, limit }),
            _ => Ok(Self(name.into())),
        }
    }

    /// Normalises and cuts to the limit: for clients that cannot be told.
    pub fn truncated(raw: &str) -> Result<Self, NicknameError> {
        Self::new(&cut(&normalise(raw), Limits::V1.nickname_chars as usize))
    }

    /// The nickname.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two nicknames share when a reader could take one for the other: at least one of their looks. Width, compatibility
    /// forms, what is not seen, and letters that look alike (Unicode Technical Standard 39, section 4) fall together in
    /// both; in one of them capital letters are compared as small ones, in the other as they look: "Ivan" is neither "ivan"
    /// nor "lvan", which are not each other.
    pub fn looks(&self) -> Vec<String> {
        let folded = folded(&self.0);
        let small = lowercase(&skeleton(&lowercase(&folded)).collect::<String>());
        let as_drawn = lowercase(&skeleton(&folded).collect::<String>());
        if small == as_drawn { vec![small] } else { vec![small, as_drawn] }
    }

    /// The nickname, or where a look of it is taken, the first of "阿明 2", "阿明 5", … whose looks are not: `numbers` says in
    /// which order to try. The nickname itself if they run out.
    #[must_use]
    pub fn distinct(&self, numbers: impl IntoIterator<Item = u64>, taken: impl Fn(&str) -> bool) -> Self {
        let is_free = |name: &Self| !name.looks().iter().any(|look| taken(look));
        if is_free(self) {
            return self.clone();
        }
        let mut names = numbers.into_iter().map(|n| self.numbered(n));
        names.find(is_free).unwrap_or_else(|| self.clone())
    }

    fn numbered(&self, n: u64) -> Self {
        let suffix = format!(" {n}");
        let room = (Limits::V1.nickname_chars as usize).saturating_sub(suffix.len());
        Self(format!("{}{suffix}", cut(&self.0, room)).into())
    }
}

impl TryFrom<String> for Nickname {
    type Error = NicknameError;

    fn try_from(value: String) -> Result<Self, NicknameError> {
        Self::new(&value)
    }
}

impl From<Nickname> for String {
    fn from(name: Nickname) -> Self {
        name.0.into()
    }
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a reader sees of a name that somebody else has chosen, such as a room's: by the rules of nicknames, cut to so many
/// characters. It may be empty.
pub fn visible_name(raw: &str, chars: usize) -> String {
    normalise(&normalise(raw).chars().take(chars).collect::<String>())
}

/// The longest name of a room, in characters.
const ROOM_NAME_CHARS: usize = 200;

/// A room's name as readers see it; `None` when it is blank, as one that was never given.
pub fn room_name(raw: &str) -> Option<String> {
    Some(visible_name(raw, ROOM_NAME_CHARS)).filter(|name| !name.is_empty())
}

/// The length of a name in characters: as it is, or in the plain form if that is longer. 0 where there is nothing of it that
/// names anybody.
fn size(name: &str) -> usize {
    match plain(name).chars().count() {
        0 => 0,
        chars => chars.max(name.chars().count()),
    }
}

/// The longest beginning that is within a limit.
fn cut(name: &str, limit: usize) -> String {
    let beginning = |chars| normalise(&name.chars().take(chars).collect::<String>());
    (1..=limit).rev().map(beginning).find(|name| size(name) <= limit).unwrap_or_default()
}

/// Without compatibility forms and what is not seen. Korean letters that stand alone stay apart: `ㅎㅏ` is not `하`.
fn folded(name: &str) -> String {
    let mut folded = String::new();
    for c in name.chars().filter(|&c| !is_invisible(c)) {
        folded.extend(std::iter::once(c).nfkd());
        if is_jamo(c) {
            folded.push(APART);
        }
    }
    folded
}

/// No name has it.
const APART: char = '\u{1f}';

/// Letters of Korean syllables, those for writing them alone among them.
fn is_jamo(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{a960}'..='\u{a97c}' | '\u{d7b0}'..='\u{d7fb}'
        | '\u{ffa1}'..='\u{ffdc}')
}

/// Letter by letter: the look of one does not depend on where it stands.
fn lowercase(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

#[cfg(test)]
mod tests;

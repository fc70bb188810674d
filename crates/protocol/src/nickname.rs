//! Nicknames: normalised, visible, and told apart.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::skeleton;

use crate::limits::Limits;

/// More marks than this on one letter only serve to paint over the neighbours' lines.
const MARKS_PER_LETTER: usize = 3;

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

/// A nickname in normal form: NFKC, white space collapsed, nothing invisible, 1 to 32 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(export, type = "string")]
pub struct Nickname(Box<str>);

impl Nickname {
    /// Normalises and checks.
    pub fn new(raw: &str) -> Result<Self, NicknameError> {
        let name = normalise(raw);
        let (chars, limit) = (name.chars().count(), Limits::V1.nickname_chars as usize);
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
        let limit = Limits::V1.nickname_chars as usize;
        Self::new(&normalise(raw).chars().take(limit).collect::<String>())
    }

    /// The nickname.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two nicknames share when a reader could take one for the other: case, accents of width, and letters
    /// that look alike fall together (Unicode Technical Standard 39, section 4).
    pub fn look(&self) -> String {
        skeleton(&self.0.to_lowercase()).collect()
    }

    /// The nickname, or where its look is taken, the first of "阿明 2", "阿明 5", … whose look is not: `numbers` says in
    /// which order to try. The nickname itself if they run out.
    #[must_use]
    pub fn distinct(&self, numbers: impl IntoIterator<Item = u64>, taken: impl Fn(&str) -> bool) -> Self {
        if !taken(&self.look()) {
            return self.clone();
        }
        let mut names = numbers.into_iter().map(|n| self.numbered(n));
        names.find(|name| !taken(&name.look())).unwrap_or_else(|| self.clone())
    }

    fn numbered(&self, n: u64) -> Self {
        let suffix = format!(" {n}");
        let room = (Limits::V1.nickname_chars as usize).saturating_sub(suffix.len());
        let base: String = self.0.chars().take(room).collect();
        Self(format!("{}{suffix}", base.trim_end()).into())
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
    let cut: String = normalise(raw).chars().take(chars).collect();
    cut.trim_end().to_owned()
}

fn normalise(raw: &str) -> String {
    // Invisible characters go before NFKC (so that they cannot keep letters from composing) and after it (since it
    // can bring some, as U+3164 becomes U+1160).
    let composed = raw.chars().filter(|&c| !is_invisible(c)).nfkc().filter(|&c| !is_invisible(c));
    let mut name = String::new();
    let mut marks = 0;
    for c in composed {
        if c.is_whitespace() {
            if !name.is_empty() && !name.ends_with(' ') {
                name.push(' ');
            }
            marks = 0;
        } else if is_combining_mark(c) {
            marks += 1;
            // A mark needs a letter to stand on.
            if marks <= MARKS_PER_LETTER && !name.is_empty() && !name.ends_with(' ') {
                name.push(c);
            }
        } else {
            marks = 0;
            name.push(c);
        }
    }
    name.truncate(name.trim_end().len());
    // Dropping a mark can leave a pair that composes; composing again makes the form a fixed point.
    name.nfkc().collect()
}

/// Control, format (bidi and zero-width among them), default-ignorable, blank-looking and private characters
/// (Unicode Character Database: `General_Category` Cc, Cf, Co; `Default_Ignorable_Code_Point`).
fn is_invisible(c: char) -> bool {
    // White space is not invisible here: it is collapsed, not removed.
    if c.is_whitespace() {
        return false;
    }
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
            | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(raw: &str) -> Nickname {
        Nickname::new(raw).expect("a nickname")
    }

    #[test]
    fn what_cannot_be_seen_goes() {
        assert_eq!(name(" 阿\u{200b}明\u{202e} \u{3000} ").as_str(), "阿明");
        assert_eq!(name("Ｗｅｉ\t\u{2028}Li").as_str(), "Wei Li");
        assert_eq!(Nickname::new("\u{200d}\u{3164}\u{2800}\u{feff}"), Err(NicknameError::Empty));
    }

    #[test]
    fn the_limit_counts_characters_not_bytes() {
        assert!(Nickname::new(&"围".repeat(32)).is_ok());
        assert_eq!(Nickname::new(&"围".repeat(33)), Err(NicknameError::TooLong { chars: 33, limit: 32 }));
        assert_eq!(Nickname::truncated(&"围".repeat(40)).expect("cut").as_str(), "围".repeat(32));
    }

    #[test]
    fn look_alikes_share_a_look() {
        assert_eq!(name("Paul").look(), name("Раul").look(), "Cyrillic Ра");
        assert_eq!(name("WEI").look(), name("wei").look());
        assert_ne!(name("阿明").look(), name("阿朋").look());
    }

    #[test]
    fn a_taken_nickname_gets_a_number_and_stays_within_the_limit() {
        let taken = [name("阿明").look(), name("阿明 2").look()];
        assert_eq!(name("阿明").distinct(2.., |look| taken.iter().any(|t| t == look)).as_str(), "阿明 3");
        let long = name(&"a".repeat(32));
        let second = long.distinct(2.., |look| look == long.look());
        assert_eq!(second.as_str(), format!("{} 2", "a".repeat(30)));
    }

    proptest! {
        #[test]
        fn the_normal_form_is_a_fixed_point(raw in any::<String>()) {
            if let Ok(once) = Nickname::truncated(&raw) {
                prop_assert_eq!(Nickname::new(once.as_str()), Ok(once.clone()));
            }
        }
    }
}

//! Emoji, as reactions: one picture, and no words.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

/// The longest emoji that fonts draw as one, families and flags of regions among them, has fewer.
const LONGEST_CHARS: usize = 16;

/// Why a text is no emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is no emoji")]
pub struct EmojiError;

/// One emoji. Whether a font has a picture for it, nobody knows here; what has letters or words in it is none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(export, type = "string")]
pub struct Emoji(String);

impl Emoji {
    /// Reads one, as Unicode Technical Standard 51 composes them (section 1.4.9): a picture, with a tone or selector, joined to
    /// others; two letters of a flag; or a key.
    pub fn new(text: &str) -> Result<Self, EmojiError> {
        let chars: Vec<char> = text.chars().collect();
        let is_one = match *chars {
            [] => false,
            [first, second] if is_flag_letter(first) => is_flag_letter(second),
            ['0'..='9' | '#' | '*', '\u{fe0f}', '\u{20e3}'] | ['0'..='9' | '#' | '*', '\u{20e3}'] => true,
            _ => chars.len() <= LONGEST_CHARS && chars.split(|c| *c == '\u{200d}').all(is_picture),
        };
        if is_one { Ok(Self(text.to_owned())) } else { Err(EmojiError) }
    }

    /// The emoji.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A picture with what changes it: a selector, a tone, or the tags of a region's flag.
fn is_picture(chars: &[char]) -> bool {
    let Some((first, rest)) = chars.split_first() else { return false };
    let changes = |c: &char| matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}');
    is_pictographic(*first) && rest.iter().all(changes)
}

/// The blocks that have pictures. Letters in circles and squares that are no emoji are among them, and do no harm.
fn is_pictographic(c: char) -> bool {
    matches!(
        c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
            | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}' | '\u{2934}'..='\u{2935}'
            | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
            | '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1faff}'
    ) && !is_tone(c)
}

fn is_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

fn is_flag_letter(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

impl TryFrom<String> for Emoji {
    type Error = EmojiError;

    fn try_from(text: String) -> Result<Self, EmojiError> {
        Self::new(&text)
    }
}

impl From<Emoji> for String {
    fn from(Emoji(text): Emoji) -> Self {
        text
    }
}

impl fmt::Display for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_pictures_and_no_words() {
        for good in
            ["👍", "❤️", "❤", "👍🏽", "👩‍👩‍👧‍👦", "🇨🇳", "1️⃣", "🏴\u{e0067}\u{e0062}\u{e007f}", "☺️", "🫠", "㊗️", "™️"]
        {
            assert!(Emoji::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            " ",
            "a",
            "好",
            "👍👍",
            "👍 ",
            "ok👍",
            "🇨",
            "\u{fe0f}",
            "\u{200d}",
            "👍\u{200d}",
            "1",
            "<b>",
            "🏽",
            "\u{202e}👍",
        ] {
            assert_eq!(Emoji::new(bad), Err(EmojiError), "{bad}");
        }
        assert!(Emoji::new(&"👩\u{200d}".repeat(20)).is_err());
    }
}

//! A message's text.

use thiserror::Error;

use crate::limits::Limits;
use crate::visible::is_blank;

/// Why a text cannot be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing of it can be seen.
    #[error("the text is empty")]
    Empty,
    /// Longer than [`Limits::text_bytes`].
    #[error("the text has {bytes} bytes; {limit} fit")]
    TooLong {
        /// Its length in bytes of UTF-8.
        bytes: usize,
        /// What fits.
        limit: usize,
    },
}

/// A text that may be posted: something of it can be seen, it is within the limit, its lines are ended by `\n`, and it has no
/// control characters but `\n` and `\t`. Otherwise the author's text stands as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    /// Cleans and checks a text.
    pub fn new(raw: &str) -> Result<Self, TextError> {
        let text = Self::said_before(raw)?;
        if is_blank(text.as_str()) {
            return Err(TextError::Empty);
        }
        Ok(text)
    }

    /// Cleans and checks a text that was said once, by the rule of any version: the first one took white space alone for
    /// blank.
    pub fn said_before(raw: &str) -> Result<Self, TextError> {
        let text: String = raw
            .replace("\r\n", "\n")
            .chars()
            .map(|c| if c == '\r' { '\n' } else { c })
            .filter(|&c| c == '\n' || c == '\t' || !c.is_control())
            .collect();
        let limit = Limits::V1.text_bytes as usize;
        if text.len() > limit {
            return Err(TextError::TooLong { bytes: text.len(), limit });
        }
        if text.trim().is_empty() {
            return Err(TextError::Empty);
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_become_one_and_control_characters_go() {
        let text = MessageText::new("a\r\nb\rc\u{0}\u{1b}[31m\td").expect("a text");
        assert_eq!(text.as_str(), "a\nb\nc[31m\td");
    }

    #[test]
    fn blank_and_long_texts_are_refused_with_their_size() {
        for blank in [" \n\t\u{3000}", "\u{200b}", " \u{2800}\u{e0041} "] {
            assert_eq!(MessageText::new(blank), Err(TextError::Empty));
        }
        let long = "围".repeat(6000);
        assert_eq!(MessageText::new(&long), Err(TextError::TooLong { bytes: 18_000, limit: 16_384 }));
    }

    #[test]
    fn what_was_said_before_is_not_taken_back() {
        assert_eq!(
            MessageText::said_before("\u{200b}").map(MessageText::into_string).as_deref(),
            Ok("\u{200b}")
        );
        assert_eq!(MessageText::said_before(" \u{3000}"), Err(TextError::Empty));
    }
}

//! Delimiter runs: whether signs in a row may open emphasis or close it (flanking), as in `CommonMark` 0.31.2, section 6.2, but
//! that words without spaces between them are no obstacle, and that no sign in the middle of a word is one. (3)

use unicode_normalization::char::is_combining_mark;

/// Scripts that are written without blanks between words, with their punctuation.
const UNSPACED: &[(char, char)] = &[
    ('\u{0e00}', '\u{109f}'),
    ('\u{1100}', '\u{11ff}'),
    ('\u{1780}', '\u{17ff}'),
    ('\u{2e80}', '\u{9fff}'),
    ('\u{a960}', '\u{a97f}'),
    ('\u{ac00}', '\u{d7ff}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{fe30}', '\u{fe4f}'),
    ('\u{ff00}', '\u{ffef}'),
    ('\u{1aff0}', '\u{1b16f}'),
    ('\u{20000}', '\u{3ffff}'),
];

/// What stands beside signs in a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// The ends of a text are blank, too.
    Blank,
    Letter,
    Unspaced {
        letter: bool,
    },
    /// Whatever else there is, emoji too.
    Punctuation,
}

/// Whether the signs between two places may open something.
pub(super) fn opens(text: &str, start: usize, end: usize) -> bool {
    let (before, after) = around(text, start, end);
    may(text, start, before, after)
}

/// Whether they may close something.
pub(super) fn closes(text: &str, start: usize, end: usize) -> bool {
    let (before, after) = around(text, start, end);
    may(text, start, after, before)
}

/// Whether signs may stand between what is outside of them and what is inside.
fn may(text: &str, sign: usize, outside: Beside, inside: Beside) -> bool {
    if inside == Beside::Blank || (inside == Beside::Punctuation && outside == Beside::Letter) {
        return false;
    }
    if text.as_bytes()[sign] == b'_' {
        return !matches!(outside, Beside::Letter | Beside::Unspaced { letter: true });
    }
    !(outside == Beside::Letter && inside == Beside::Letter)
}

fn around(text: &str, start: usize, end: usize) -> (Beside, Beside) {
    (beside(text[..start].chars().next_back()), beside(text[end..].chars().next()))
}

fn beside(c: Option<char>) -> Beside {
    let Some(c) = c.filter(|c| !is_blank(*c)) else { return Beside::Blank };
    let letter = c.is_alphabetic() || c.is_numeric() || is_combining_mark(c);
    if UNSPACED.iter().any(|(first, last)| (*first..=*last).contains(&c)) {
        Beside::Unspaced { letter }
    } else if letter {
        Beside::Letter
    } else {
        Beside::Punctuation
    }
}

/// Whether it is what ECMAScript's `\s` is.
pub(super) fn is_blank(c: char) -> bool {
    c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}')
}

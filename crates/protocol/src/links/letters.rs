//! Letters: which scripts are written without spaces, and what is a letter at all.

use unicode_normalization::char::is_combining_mark;

/// Scripts without spaces, and full-width Latin letters and digits.
const WORDS: &[(char, char)] = &[
    ('\u{0e00}', '\u{109f}'),
    ('\u{1100}', '\u{11ff}'),
    ('\u{1780}', '\u{17ff}'),
    ('\u{1950}', '\u{19ff}'),
    ('\u{1a20}', '\u{1aaf}'),
    ('\u{2460}', '\u{24ff}'),
    ('\u{2e80}', '\u{2fdf}'),
    ('\u{3005}', '\u{3007}'),
    ('\u{3021}', '\u{3029}'),
    ('\u{3031}', '\u{3035}'),
    ('\u{3038}', '\u{303c}'),
    ('\u{3041}', '\u{309a}'),
    ('\u{309d}', '\u{309f}'),
    ('\u{30a1}', '\u{30fa}'),
    ('\u{30fc}', '\u{318e}'),
    ('\u{31a0}', '\u{31bf}'),
    ('\u{31f0}', '\u{9fff}'),
    ('\u{a000}', '\u{a4cf}'),
    ('\u{a960}', '\u{a97f}'),
    ('\u{a9e0}', '\u{a9ff}'),
    ('\u{aa60}', '\u{aa7f}'),
    ('\u{ac00}', '\u{d7ff}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{ff10}', '\u{ff19}'),
    ('\u{ff21}', '\u{ff3a}'),
    ('\u{ff41}', '\u{ff5a}'),
    ('\u{ff66}', '\u{ffdc}'),
    ('\u{1aff0}', '\u{1b16f}'),
    ('\u{20000}', '\u{3ffff}'),
];

/// Whether it is of a script without spaces.
pub(super) fn is_word(c: char) -> bool {
    !c.is_ascii() && WORDS.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// Whether it is a letter, digit or mark outside of ASCII. What makes an emoji of a sign is none.
pub(super) fn is_letter(c: char) -> bool {
    let of_emoji = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{20e3}');
    !c.is_ascii() && !of_emoji && (is_word(c) || c.is_alphanumeric() || is_combining_mark(c))
}

//! Joiners and variation selectors: what is not seen itself, and changes how its neighbours are drawn. They belong to names
//! where scripts and emoji have a use for them (Unicode Standard Annex 31, section 2.3; Technical Standards 37, 39 and 51), and
//! nowhere else.

use unicode_normalization::char::is_combining_mark;

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const VOWEL_SEPARATOR: char = '\u{180e}';
const BLACK_FLAG: char = '\u{1f3f4}';
const TAG_END: char = '\u{e007f}';
const KEYCAP: char = '\u{20e3}';

/// The longest tag of a flag, as `gbeng` and its end.
const TAG: usize = 7;

/// How far one looks for a neighbour: past the marks of a letter.
const NEAR: usize = 16;

/// Joiners, variation selectors and tags.
pub(super) fn is_soft(c: char) -> bool {
    matches!(c, NON_JOINER | JOINER | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
        || is_tag(c)
}

/// Whether a joiner or selector has something to shape: `chars[at]`, behind what was kept of those before it.
pub(super) fn shapes(kept: &[char], chars: &[char], at: usize) -> bool {
    let Some(&last) = kept.last() else { return false };
    let behind = || chars[at + 1..].iter().copied().take(NEAR).filter(|&c| !is_soft(c));
    let next = behind().next();
    match chars[at] {
        c if is_tag(c) => is_flag(chars, at),
        // One is enough, but that an emoji has its colour before it is joined.
        JOINER if last == '\u{fe0f}' || !is_soft(last) => {
            let before = kept.iter().rev().copied().find(|&c| !is_soft(c));
            let letter = kept.iter().rev().copied().find(|&c| !is_combining_mark(c));
            let joins_letter = || behind().find(|&c| !is_combining_mark(c)).is_some_and(is_cursive);
            (before.is_some_and(is_picture) && next.is_some_and(is_picture))
                || is_virama(last)
                || next.is_some_and(is_virama)
                // At the end of a word it gives a letter the form that it has inside of one.
                || (letter.is_some_and(is_cursive) && !joins_letter())
        }
        _ if is_soft(last) => false,
        NON_JOINER => {
            let letter = kept.iter().rev().copied().find(|&c| !is_combining_mark(c));
            let next_letter = behind().find(|&c| !is_combining_mark(c));
            (letter.is_some_and(is_cursive) && next_letter.is_some_and(is_cursive))
                || (is_virama(last) && next.is_some_and(|c| !c.is_whitespace()))
        }
        VOWEL_SEPARATOR => is_mongolian(last) && next.is_some_and(is_mongolian),
        '\u{180b}'..='\u{180f}' => is_mongolian(last),
        '\u{fe0e}'..='\u{fe0f}' => is_picture(last) || (is_key(last) && chars.get(at + 1) == Some(&KEYCAP)),
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => is_ideograph(last),
        _ => false,
    }
}

/// A tag that makes another flag of the black one, as that of Wales.
fn is_flag(chars: &[char], at: usize) -> bool {
    let before = chars[..at].iter().rev().take(TAG).take_while(|&&c| is_tag(c)).count();
    let start = at - before;
    let tag: Vec<char> = chars[start..].iter().copied().take(TAG + 1).take_while(|&c| is_tag(c)).collect();
    let Some((&TAG_END, name)) = tag.split_last() else { return false };
    let is_named = name.iter().all(|c| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}'));
    start > 0 && chars[start - 1] == BLACK_FLAG && !name.is_empty() && tag.len() <= TAG && is_named
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..=TAG_END)
}

/// Emoji, and symbols that can be drawn as such.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{27ff}'
        | '\u{2900}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

fn is_key(c: char) -> bool {
    c.is_ascii_digit() || c == '#' || c == '*'
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3fffd}')
}

/// Letters whose form depends on their neighbours (Joining_Type).
fn is_cursive(c: char) -> bool {
    is_mongolian(c)
        || matches!(c, '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6d3}' | '\u{6d5}' | '\u{6ee}'..='\u{6ef}'
            | '\u{6fa}'..='\u{6ff}' | '\u{710}'..='\u{72f}' | '\u{74d}'..='\u{77f}' | '\u{7ca}'..='\u{7ea}'
            | '\u{840}'..='\u{858}' | '\u{860}'..='\u{86a}' | '\u{870}'..='\u{88e}' | '\u{8a0}'..='\u{8c9}'
            | '\u{a840}'..='\u{a873}' | '\u{10ac0}'..='\u{10ae4}' | '\u{10d00}'..='\u{10d23}'
            | '\u{10f30}'..='\u{10f54}' | '\u{1e900}'..='\u{1e943}')
}

fn is_mongolian(c: char) -> bool {
    matches!(c, '\u{1807}' | '\u{180a}' | '\u{1820}'..='\u{18aa}')
}

/// What takes the vowel from a letter, so that it joins the next one.
fn is_virama(c: char) -> bool {
    matches!(c, '\u{94d}' | '\u{9cd}' | '\u{a4d}' | '\u{acd}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}' | '\u{ccd}'
        | '\u{d3b}'..='\u{d3c}' | '\u{d4d}' | '\u{dca}' | '\u{f84}' | '\u{1039}'..='\u{103a}' | '\u{17d2}' | '\u{1a60}'
        | '\u{1b44}' | '\u{1baa}'..='\u{1bab}' | '\u{a806}' | '\u{a8c4}' | '\u{a9c0}' | '\u{aaf6}' | '\u{abed}'
        | '\u{11046}' | '\u{110b9}' | '\u{11133}' | '\u{111c0}' | '\u{1134d}' | '\u{11442}' | '\u{114c2}'
        | '\u{115bf}' | '\u{1163f}')
}

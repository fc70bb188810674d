//! The form of names: as they are typed, but that nothing in them is unseen, and the plain form by which they are measured.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::joining::{is_soft, shapes};
use crate::visible::is_invisible;

/// More marks than this on one letter only serve to paint over the neighbours' lines: of those that any letter can take,
const PAINT: usize = 3;

/// and in all, as scripts stack them: four are usual in Burmese and Tibetan.
const MARKS_PER_LETTER: usize = 6;

/// What is dropped can leave two that join or compose, which takes another pass. Names are through in three.
const PASSES: usize = 8;

/// A name as it is kept: in Unicode's composed form (NFC), which looks as what was typed; white space collapsed; nothing unseen
/// but what shapes its neighbours; few marks on a letter. Doing it twice is doing it once.
pub(super) fn normalise(raw: &str) -> String {
    let seen = |&c: &char| c.is_whitespace() || is_soft(c) || !(is_invisible(c) || is_private(c));
    let mut name: String = raw.chars().filter(seen).nfc().collect();
    for _ in 0..PASSES {
        let next = pass(&name);
        if next == name {
            break;
        }
        name = next;
    }
    name
}

fn pass(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut kept: Vec<char> = Vec::with_capacity(chars.len());
    // A mark needs a letter to stand on.
    let (mut on_letter, mut marks, mut paint) = (false, 0, 0);
    for (at, &c) in chars.iter().enumerate() {
        if c.is_whitespace() {
            if kept.last().is_some_and(|&last| last != ' ') {
                kept.push(' ');
            }
            on_letter = false;
        } else if is_soft(c) {
            if on_letter && shapes(&kept, &chars, at) {
                kept.push(c);
            }
        } else if is_combining_mark(c) {
            marks += 1;
            paint += usize::from(fits_any_letter(c) || kept.last() == Some(&c));
            if on_letter && marks <= MARKS_PER_LETTER && paint <= PAINT {
                kept.push(c);
            }
        } else {
            (on_letter, marks, paint) = (true, 0, 0);
            kept.push(c);
        }
    }
    if kept.last() == Some(&' ') {
        kept.pop();
    }
    kept.into_iter().nfc().collect()
}

/// Marks that belong to no script, or to symbols.
fn fits_any_letter(mark: char) -> bool {
    matches!(mark, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Letters that everybody may draw as they like (`General_Category` Co).
fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// The form that names had at first: compatibility forms are folded (NFKC), and nothing unseen is left. A name is no longer than
/// this is, and there is a name where this is one, so that whoever reads names in that form can read all of them.
pub(super) fn plain(name: &str) -> String {
    // Before NFKC, so that nothing unseen keeps letters from composing, and after it, since it can bring some, as U+3164
    // becomes U+1160.
    let composed = name.chars().filter(|&c| is_plain(c)).nfkc().filter(|&c| is_plain(c));
    let mut plain = String::new();
    let mut marks = 0;
    for c in composed {
        if c.is_whitespace() {
            if !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(' ');
            }
            marks = 0;
        } else if is_combining_mark(c) {
            marks += 1;
            if marks <= PAINT && !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(c);
            }
        } else {
            marks = 0;
            plain.push(c);
        }
    }
    plain.truncate(plain.trim_end().len());
    plain.nfkc().collect()
}

/// Signs around digits, and the one for what could not be read, are seen, and make no name.
fn is_plain(c: char) -> bool {
    let makes_no_name = matches!(c, '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{fffd}' | '\u{110bd}' | '\u{110cd}');
    c.is_whitespace() || !(is_invisible(c) || is_private(c) || makes_no_name)
}

//! A tokenizer: how text is cut into words for full-text search. Pure; a text and what somebody types are cut the same way.
//!
//! Text is folded first (`fold.rs`). Then it falls into runs: *words* of scripts that put spaces between them, and *unspaced*
//! runs of scripts that do not (Chinese, Japanese, Korean, Thai and their like, and symbols such as emoji), where a search
//! must find any part.
//!
//! What is cut otherwise than before makes a step of the schema that begins the index anew.

use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

use crate::fold::fold;

/// A longer word is indexed by so many characters of its beginning: what a person types to find it, and no file of
/// base64 blows up the index.
const WORD_CHARS: usize = 32;

/// What a run is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word between spaces or punctuation.
    Word,
    /// Characters that stand together without spaces.
    Unspaced,
}

/// Characters of one kind that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

/// The runs of a folded text.
pub(crate) fn runs(folded: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for c in folded.chars() {
        let Some(kind) = kind(c) else {
            // A mark belongs to the letter before it.
            if open && is_combining_mark(c) {
                if let Some(run) = runs.last_mut() {
                    run.text.push(c);
                }
                continue;
            }
            open = false;
            continue;
        };
        match runs.last_mut() {
            Some(run) if open && run.kind == kind => run.text.push(c),
            _ => runs.push(Run { kind, text: c.to_string() }),
        }
        open = true;
    }
    runs
}

/// What the index is given for a text: words and pairs of characters, with a space between each two. The last character
/// of an unspaced run stands alone as well, so that every character begins something.
pub(crate) fn index_text(text: &str) -> String {
    let mut tokens = String::new();
    let mut add = |token: &mut dyn Iterator<Item = char>| {
        if !tokens.is_empty() {
            tokens.push(' ');
        }
        tokens.extend(token);
    };
    for run in runs(&fold(text)) {
        match run.kind {
            Kind::Word => add(&mut run.text.chars().take(WORD_CHARS)),
            Kind::Unspaced => {
                let chars: Vec<char> = run.text.chars().collect();
                for pair in chars.windows(2) {
                    add(&mut pair.iter().copied());
                }
                add(&mut chars.last().copied().into_iter());
            }
        }
    }
    tokens
}

/// What the index is asked for to find a run: terms of its query language, which all must hold.
pub(crate) fn index_terms(run: &Run) -> Vec<String> {
    let quoted = |text: &str, more: &str| format!("\"{text}\"{more}");
    let chars: Vec<char> = run.text.chars().collect();
    match run.kind {
        Kind::Word => vec![quoted(&chars.iter().take(WORD_CHARS).collect::<String>(), "*")],
        // Any pair that begins with it, or it alone at the end of a run.
        Kind::Unspaced if chars.len() == 1 => vec![quoted(&run.text, "*")],
        Kind::Unspaced => chars.windows(2).map(|pair| quoted(&pair.iter().collect::<String>(), "")).collect(),
    }
}

fn kind(c: char) -> Option<Kind> {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric().then_some(Kind::Word);
    }
    if is_symbol(c) {
        return Some(Kind::Unspaced);
    }
    if !c.is_alphanumeric() {
        return None;
    }
    let unspaced = matches!(
        c.script(),
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Hangul
            | Script::Bopomofo
            | Script::Yi
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
            | Script::Tibetan
    );
    Some(if unspaced || c == '々' || c == 'ー' { Kind::Unspaced } else { Kind::Word })
}

/// Arrows, mathematics, pictures and emoji: people search for them too.
fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        runs(&fold(text)).into_iter().map(|run| run.text).collect()
    }

    #[test]
    fn text_falls_into_words_and_unspaced_runs() {
        assert_eq!(cut("Ｄeploy 今晚部署v2，OK？🔥"), ["deploy", "今晚部署", "v2", "ok", "🔥"]);
        assert_eq!(cut("Café NAÏVE Ёлка"), ["cafe", "naive", "елка"]);
        assert_eq!(cut("がぎぐ 한국어 ไทย"), ["がぎぐ", "한국어", "ไทย"]);
        assert_eq!(cut("👩\u{200d}👧 1\u{fe0f}\u{20e3}"), ["👩👧", "1\u{20e3}"]);
        assert_eq!(cut(" ++ -- … "), [""; 0]);
    }

    #[test]
    fn every_character_begins_something_in_the_index() {
        assert_eq!(index_text("今晚部署 prod"), "今晚 晚部 部署 署 prod");
        assert_eq!(index_text("好"), "好");
    }

    #[test]
    fn a_long_word_is_known_by_its_beginning() {
        let long = "a".repeat(500);
        assert_eq!(index_text(&long).len(), WORD_CHARS);
        let run = Run { kind: Kind::Word, text: long };
        assert_eq!(index_terms(&run), [format!("\"{}\"*", "a".repeat(WORD_CHARS))]);
    }
}

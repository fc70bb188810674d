//! Search queries: what somebody searches for. Pure. Nothing that is typed is an error, and nothing is passed over silently.

use hearth_protocol::QUERY_CHARS;

use crate::fold::fold;
use crate::words::{Kind, Run, index_terms, runs};

/// Punctuation at the ends of what is typed, as when it was copied out of a sentence.
const SENTENCE: &[char] = &[
    ',', '.', ';', ':', '!', '?', '"', '\'', '(', ')', '[', ']', '{', '}', '，', '。', '；', '：', '！',
    '？', '“', '”', '‘', '’', '（', '）', '《', '》', '、', '…', '—',
];

/// What somebody searches for: all of it must be in a line. A word of a spaced script is found by its beginning, all
/// else anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    runs: Vec<Run>,
    /// What must stand in the line just so, since punctuation is part of it: `c++`, `--port`.
    literals: Vec<String>,
}

impl Query {
    /// Reads what was typed; `None` when that is blank.
    pub fn new(typed: &str) -> Option<Self> {
        let typed: String = typed.chars().take(QUERY_CHARS).collect();
        let folded = fold(&typed);
        let mut query = Self { runs: Vec::new(), literals: Vec::new() };
        for piece in folded.split_whitespace() {
            let bare = piece.trim_matches(SENTENCE);
            let piece = if bare.is_empty() { piece } else { bare };
            let found = runs(piece);
            let letters: usize = found.iter().map(|run| run.text.len()).sum();
            if letters < piece.len() {
                query.literals.push(piece.to_owned());
            }
            query.runs.extend(found.into_iter().filter(|run| !query.runs.contains(run)).collect::<Vec<_>>());
        }
        (!query.runs.is_empty() || !query.literals.is_empty()).then_some(query)
    }

    /// Whether a line has all of it.
    pub fn matches(&self, text: &str) -> bool {
        let folded = fold(text);
        if !self.literals.iter().all(|literal| folded.contains(literal)) {
            return false;
        }
        let runs = runs(&folded);
        self.runs.iter().all(|sought| runs.iter().any(|run| holds(run, sought)))
    }

    /// The same for the index, which may find more than matches. `None` when it knows of none of it.
    pub(crate) fn for_index(&self) -> Option<String> {
        let terms: Vec<_> = self.runs.iter().flat_map(index_terms).collect();
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }
}

fn holds(run: &Run, sought: &Run) -> bool {
    run.kind == sought.kind
        && match run.kind {
            Kind::Word => run.text.starts_with(&sought.text),
            Kind::Unspaced => run.text.contains(&sought.text),
        }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finds(typed: &str, text: &str) -> bool {
        Query::new(typed).expect("something to search for").matches(text)
    }

    #[test]
    fn two_characters_are_found_anywhere_and_words_by_their_beginning() {
        assert!(finds("部署", "今晚部署到生产"));
        assert!(!finds("部署", "部长签署"));
        assert!(finds("dep", "We Deploy today"));
        assert!(!finds("ploy", "We deploy today"));
        assert!(finds("部署 PROD", "prod 的部署"));
        assert!(!finds("部署 prod", "部署完了"), "all of it");
        assert!(finds("部署prod", "部署 prod"), "a space more or less");
        assert!(finds("部", "最后一部"));
    }

    #[test]
    fn punctuation_counts_where_it_is_meant() {
        assert!(finds("c++", "learning C++ now"));
        assert!(!finds("c++", "learning C now"));
        assert!(finds("部署，", "开始部署！"), "but not at the end of a sentence");
        assert!(finds("++", "i++"));
        assert!(finds("?", "what?"));
        assert!(finds("🔥", "围炉🔥夜话"));
    }

    #[test]
    fn nothing_typed_is_nothing_to_search_for() {
        for blank in ["", "  ", "\u{3000}\t\n"] {
            assert_eq!(Query::new(blank), None);
        }
    }

    proptest! {
        /// What the index is asked for has no syntax of its own.
        #[test]
        fn whatever_is_typed_is_quoted(typed in any::<String>()) {
            if let Some(terms) = Query::new(&typed).and_then(|query| query.for_index()) {
                for term in terms.split(" AND ") {
                    let word = term.trim_end_matches('*').trim_matches('"');
                    prop_assert!(!word.is_empty() && !word.contains('"') && !word.contains(' '), "{}", term);
                }
            }
        }

        #[test]
        fn a_text_is_found_by_any_part_of_an_unspaced_run(text in "[\u{4e00}-\u{4e20}]{1,12}", from in 0usize..12, len in 1usize..12) {
            let chars: Vec<char> = text.chars().collect();
            let from = from.min(chars.len() - 1);
            let part: String = chars[from..(from + len).min(chars.len())].iter().collect();
            prop_assert!(finds(&part, &text));
        }
    }
}

//! Markdown of messages, by the rules of `docs/markdown.md`, whose numbers stand here. Held, as the page's
//! `text/markdown/` is, to `tests/vectors/markdown.json`.

mod blocks;
mod flanking;
mod inline;
mod plain;

use crate::LinkKind;

/// Deeper than this, signs are text. (3)
const DEEPEST: usize = 50;

/// What stands below one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Lines of text. Their line breaks are line breaks.
    Paragraph(Vec<Inline>),
    /// Code between fences.
    Code {
        /// The first word behind the fence; empty if there is none.
        language: String,
        /// All that stands behind the fence, the language with it.
        info: String,
        /// Without the fences.
        text: String,
    },
    /// What was said by others.
    Quote(Vec<Block>),
    /// Items, of which all or none have numbers.
    List {
        /// Whether they have numbers.
        ordered: bool,
        /// At least one.
        items: Vec<Item>,
    },
    /// Rows of as many cells as `align` is long.
    Table {
        /// Of each column.
        align: Vec<Align>,
        /// The first row.
        head: Vec<Cell>,
        /// All others.
        rows: Vec<Vec<Cell>>,
    },
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// As it was typed: `3.` or `-`.
    pub marker: String,
    /// Of a task: whether it is done.
    pub done: Option<bool>,
    /// The rest of its line, and what is indented below.
    pub children: Vec<Block>,
}

/// What stands in a cell of a table.
pub type Cell = Vec<Inline>;

/// Where the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Where the language begins.
    Natural,
    /// On the left.
    Left,
    /// In the middle.
    Center,
    /// On the right.
    Right,
}

/// What stands one behind the other in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Letters.
    Text(String),
    /// Code between backticks.
    Code(String),
    /// An address, as it stands there.
    Address(Address),
    /// Words that lead to an address.
    Link(Address, Vec<Inline>),
    /// What stands between marks.
    Marked(Mark, Vec<Inline>),
}

/// A link by `docs/links.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// As it was typed.
    pub text: String,
    /// What it begins with.
    pub kind: LinkKind,
}

/// What marks mean. (3)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `**a**`
    Strong,
    /// `*a*`
    Emphasis,
    /// `~~a~~`
    Strike,
    /// `||a||`
    Spoiler,
}

/// The beginning of a text in one line and without its marks, at most so many characters.
pub fn beginning(text: &str, chars: usize) -> String {
    let plain = plain::of_blocks(&read(text));
    let line = plain.trim().lines().next().unwrap_or_default();
    let begins: String = line.chars().take(chars).collect();
    let is_all = begins.len() == plain.trim().len();
    if is_all { begins } else { begins + "…" }
}

/// Reads a text.
pub fn read(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.split('\n').collect();
    blocks::read(&lines, 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn depth(blocks: &[Block]) -> usize {
        let inlines = |all: &[Inline]| all.iter().map(inline_depth).max().unwrap_or(0);
        let deepest = |block: &Block| match block {
            Block::Paragraph(children) => inlines(children),
            Block::Code { .. } => 0,
            Block::Quote(children) => 1 + depth(children),
            Block::List { items, .. } => {
                1 + items.iter().map(|item| depth(&item.children)).max().unwrap_or(0)
            }
            Block::Table { head, rows, .. } => {
                rows.iter().chain([head]).flatten().map(|cell| inlines(cell)).max().unwrap_or(0)
            }
        };
        blocks.iter().map(deepest).max().unwrap_or(0)
    }

    fn inline_depth(inline: &Inline) -> usize {
        match inline {
            Inline::Link(_, children) | Inline::Marked(_, children) => {
                1 + children.iter().map(inline_depth).max().unwrap_or(0)
            }
            _ => 0,
        }
    }

    #[test]
    fn a_beginning_has_no_marks() {
        for (text, begins) in [
            ("**真**，她[说](https://a.cn)", "真，她说"),
            ("> 引\n\n`码` ||谜||", "引…"),
            ("||谜||底", "▒▒▒底"),
            ("一二三四五六", "一二三四五…"),
            ("  ", ""),
        ] {
            assert_eq!(beginning(text, 5), begins, "{text}");
        }
    }

    #[test]
    fn it_is_no_deeper_than_somebody_needs() {
        for (open, close) in [("*a **b ", "**c*"), ("~~a ||b ", "||c~~"), ("> ", ""), ("- ", "")] {
            let text = format!("{}x{}", open.repeat(500), close.repeat(500));
            assert!(depth(&read(&text)) <= DEEPEST + 1, "{open}");
        }
    }

    #[test]
    fn a_table_has_no_more_cells_than_were_typed() {
        let (columns, rows) = (2500, 2500);
        let text = format!("{}\n{}\n{}", "a|".repeat(columns), "-|".repeat(columns), "b|\n".repeat(rows));
        let [Block::Table { align, head, rows: read }, ..] = &read(&text)[..] else { panic!("a table") };
        assert_eq!((align.len(), head.len(), read.len()), (columns, columns, rows));
        assert!(read.iter().all(|row| row.len() == 1));
        assert_eq!(beginning(&text, 5), "a | a…");
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([*_~|`\\\\\\[\\]()> #.x1-]|\n|真|，|👍|https://a\\.cn|```|- |\\|-\\|){0,80}") {
            prop_assert!(depth(&read(&text)) <= DEEPEST + 1);
        }
    }
}

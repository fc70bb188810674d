//! A text without its marks (plain text), for where the beginning of it is shown.

use super::{Block, Cell, Inline, Mark};

/// What stands in place of what is covered: whoever reads one line looks for no secret in it.
const COVERED: &str = "▒▒▒";

pub(super) fn of_blocks(all: &[Block]) -> String {
    all.iter().map(of_block).collect::<Vec<_>>().join("\n")
}

fn of_block(block: &Block) -> String {
    match block {
        Block::Paragraph(children) => of_inlines(children),
        Block::Code { text, .. } => text.clone(),
        Block::Quote(children) => of_blocks(children),
        Block::List { items, .. } => {
            let items = items.iter().map(|item| format!("{} {}", item.marker, of_blocks(&item.children)));
            items.collect::<Vec<_>>().join("\n")
        }
        Block::Table { head, rows, .. } => {
            let row =
                |cells: &Vec<Cell>| cells.iter().map(|cell| of_inlines(cell)).collect::<Vec<_>>().join(" | ");
            [head].into_iter().chain(rows).map(row).collect::<Vec<_>>().join("\n")
        }
    }
}

fn of_inlines(all: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Code(text) => text.clone(),
        Inline::Address(address) => address.text.clone(),
        Inline::Marked(Mark::Spoiler, _) => COVERED.to_owned(),
        Inline::Link(_, children) | Inline::Marked(_, children) => of_inlines(children),
    };
    all.iter().map(one).collect()
}

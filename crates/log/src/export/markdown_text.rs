//! The text of a message as Markdown for others to read (`CommonMark` with tables, strikes and tasks): what has a meaning here has
//! the same one there, and nothing else has any.

use hearth_protocol::markdown::{self, Align, Block, Cell, Inline, Mark};

/// A text as Markdown, which ends without a line break.
pub(super) fn formatted(text: &str) -> String {
    blocks(&markdown::read(text))
}

fn blocks(all: &[Block]) -> String {
    all.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

fn block(block: &Block) -> String {
    match block {
        // Two spaces at the end of a line keep its break.
        Block::Paragraph(children) => inlines(children).replace('\n', "  \n"),
        Block::Quote(children) => indented(&blocks(children), "> ", "> "),
        Block::Code { info, text, .. } => {
            let fence = "`".repeat(longest_run(text).max(2) + 1);
            format!("{fence}{info}\n{text}\n{fence}")
        }
        Block::List { items, .. } => {
            let item = |item: &markdown::Item| {
                let task = match item.done {
                    Some(true) => "[x] ",
                    Some(false) => "[ ] ",
                    None => "",
                };
                let lead = format!("{} {task}", item.marker);
                let below = " ".repeat(item.marker.len() + 1);
                indented(&blocks(&item.children), &lead, &below)
            };
            items.iter().map(item).collect::<Vec<_>>().join("\n")
        }
        Block::Table { align, head, rows } => {
            let dashes = align.iter().map(|align| match align {
                Align::Natural => " --- |",
                Align::Left => " :-- |",
                Align::Center => " :-: |",
                Align::Right => " --: |",
            });
            let rows = rows.iter().map(|cells| row(cells));
            [row(head), format!("|{}", dashes.collect::<String>())]
                .into_iter()
                .chain(rows)
                .collect::<Vec<_>>()
                .join("\n")
        }
    }
}

fn row(cells: &[Cell]) -> String {
    cells.iter().map(|cell| format!(" {} |", inlines(cell))).fold("|".to_owned(), |row, cell| row + &cell)
}

fn inlines(all: &[Inline]) -> String {
    let mut out = String::new();
    for inline in all {
        match inline {
            Inline::Text(text) => {
                let mut lines = text.split('\n');
                // The first one goes on with what stands before it.
                let first = lines.next().unwrap_or_default();
                out.push_str(&if out.is_empty() || out.ends_with('\n') {
                    escape(first)
                } else {
                    escape_within(first)
                });
                lines.for_each(|line| out.extend(["\n", &escape(line)]));
            }
            Inline::Code(text) => {
                let ticks = "`".repeat(longest_run(text) + 1);
                let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
                out.extend([&*ticks, pad, text, pad, &*ticks]);
            }
            Inline::Address(address) => out.push_str(&address.text),
            Inline::Link(address, children) => {
                out.extend(["[", &inlines(children), "](<", &address.text, ">)"]);
            }
            Inline::Marked(mark, children) => {
                let sign = match mark {
                    Mark::Strong => "**",
                    Mark::Emphasis => "*",
                    Mark::Strike => "~~",
                    // Nobody else has these.
                    Mark::Spoiler => "||",
                };
                out.extend([sign, &inlines(children), sign]);
            }
        }
    }
    out
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Lines with something in front of the first one and of all others.
fn indented(text: &str, first: &str, others: &str) -> String {
    let mut out = first.to_owned();
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push('\n');
            out.push_str(if line.is_empty() { others.trim_end() } else { others });
        }
        out.push_str(line);
    }
    out
}

/// Takes from a line what Markdown would see in it.
pub(super) fn escape(line: &str) -> String {
    // Spaces at the start would make a block of code.
    let trimmed = line.trim_start_matches([' ', '\t']);
    let mut out = "\u{a0}".repeat(line.len() - trimmed.len());
    let digits = trimmed.len() - trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let numbers_a_list = digits > 0 && trimmed[digits..].starts_with(['.', ')']);
    if trimmed.starts_with(['#', '+', '-', '=', '>', ':']) {
        out.push('\\');
        out.push_str(&trimmed[..1]);
        out.push_str(&escape_within(&trimmed[1..]));
    } else if numbers_a_list {
        out.extend([&trimmed[..digits], "\\", &trimmed[digits..=digits]]);
        out.push_str(&escape_within(&trimmed[digits + 1..]));
    } else {
        out.push_str(&escape_within(trimmed));
    }
    out
}

/// The same for what does not begin a line.
fn escape_within(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '~' | '|' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_mark_is_none() {
        assert_eq!(escape("# **不** [是](x) `标题`"), "\\# \\*\\*不\\*\\* \\[是\\](x) \\`标题\\`");
        assert_eq!(escape("1. <img>"), "1\\. \\<img>");
        assert_eq!(escape("    code"), "\u{a0}\u{a0}\u{a0}\u{a0}code");
        assert_eq!(escape("v1.2 - ok"), "v1.2 - ok");
    }

    #[test]
    fn what_is_a_mark_is_the_same_one_for_others() {
        for (text, written) in [
            ("**粗** *斜* ~~删~~ `码` ||谜||", "**粗** *斜* ~~删~~ `码` ||谜||"),
            ("__粗__ 2*3*4 # 不", "**粗** 2\\*3\\*4 # 不"),
            ("一\n二", "一  \n二"),
            ("`` ` ``", "`` ` ``"),
            ("[书](https://a.cn/x) https://a.cn/_b_", "[书](<https://a.cn/x>) https://a.cn/_b_"),
            ("> 一\n> 二\n三", "> 一  \n> 二\n\n三"),
            ("~~~rust\n```\n~~~", "````rust\n```\n````"),
            ("- [x] 做\n  - 饭\n- 买", "- [x] 做\n  \n  - 饭\n- 买"),
            ("a|b\n-|-:\n1|*2*", "| a | b |\n| --- | --: |\n| 1 | *2* |"),
        ] {
            // Where a line is empty, nothing hangs behind it.
            let lines: Vec<_> =
                written.split('\n').map(|line| if line.trim().is_empty() { "" } else { line }).collect();
            assert_eq!(formatted(text), lines.join("\n"), "{text}");
        }
    }
}

//! Markdown of whole lines: code, quotes, lists, tables (block parsing). A line break is a line break, and what has no meaning
//! here stays as it was typed.

use super::flanking::is_blank;
use super::{Align, Block, Cell, DEEPEST, Inline, Item, inline};

/// A block, and behind which line it ends.
type Found = (Block, usize);

pub(super) fn read(lines: &[&str], depth: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let (mut at, mut plain) = (0, 0);
    while at < lines.len() {
        let found = if depth < DEEPEST { block_at(lines, at, depth) } else { None };
        let Some((block, end)) = found else {
            at += 1;
            continue;
        };
        blocks.extend(paragraph(&lines[plain..at], depth));
        blocks.push(block);
        (at, plain) = (end, end);
    }
    blocks.extend(lines.get(plain..).and_then(|rest| paragraph(rest, depth)));
    blocks
}

fn block_at(lines: &[&str], at: usize, depth: usize) -> Option<Found> {
    let line = lines[at];
    if let Some(fence) = Fence::of(line) {
        return Some(code(lines, at, &fence));
    }
    if quoted(line).is_some() {
        return Some(quote(lines, at, depth));
    }
    if let Some(first) = Marker::of(line) {
        return Some(list(lines, at, depth, &first));
    }
    table(lines, at, depth)
}

/// What stands between blank lines is read for marks by itself; the blank lines stay, but for those around it all. (1)
fn paragraph(lines: &[&str], depth: usize) -> Option<Block> {
    let first = lines.iter().position(|line| !is_empty(line))?;
    let last = lines.iter().rposition(|line| !is_empty(line))?;
    let mut children = Vec::new();
    let mut rest = &lines[first..=last];
    while !rest.is_empty() {
        let said = rest.iter().position(|line| is_empty(line)).unwrap_or(rest.len());
        children.extend(inline::read(&rest[..said].join("\n"), depth));
        rest = &rest[said..];
        let empty = rest.iter().position(|line| !is_empty(line)).unwrap_or(0);
        if empty > 0 {
            children.push(Inline::Text(format!("\n{}\n", rest[..empty].join("\n"))));
        }
        rest = &rest[empty..];
    }
    Some(Block::Paragraph(children))
}

/// What begins code. (7)
struct Fence<'a> {
    sign: char,
    length: usize,
    /// What stands behind it.
    info: &'a str,
}

impl<'a> Fence<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let line = little_indented(line)?;
        let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let rest = line.trim_start_matches(sign);
        let length = line.len() - rest.len();
        if length < 3 || (sign == '`' && rest.contains('`')) {
            return None;
        }
        Some(Self { sign, length, info: rest.trim_matches(is_blank) })
    }

    fn language(&self) -> &'a str {
        self.info.split(|c| is_blank(c) || c == '`').next().unwrap_or_default()
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let Some(line) = little_indented(line) else { return false };
        let rest = line.trim_start_matches(self.sign);
        line.len() - rest.len() >= self.length && is_empty(rest)
    }
}

/// Code, up to a fence of its kind that is as long, or the end. (7)
fn code(lines: &[&str], at: usize, fence: &Fence<'_>) -> Found {
    let inner = &lines[at + 1..];
    let length = inner.iter().position(|line| fence.is_closed_by(line)).unwrap_or(inner.len());
    let block = Block::Code {
        language: fence.language().to_owned(),
        info: fence.info.to_owned(),
        text: inner[..length].join("\n"),
    };
    (block, (at + 1 + length + 1).min(lines.len()))
}

/// Lines with `>` in front, one behind the other. (8)
fn quote(lines: &[&str], at: usize, depth: usize) -> Found {
    let inner: Vec<&str> = lines[at..].iter().map_while(|line| quoted(line)).collect();
    (Block::Quote(read(&inner, depth + 1)), at + inner.len())
}

fn quoted(line: &str) -> Option<&str> {
    let inner = little_indented(line)?.strip_prefix('>')?;
    Some(inner.strip_prefix(' ').unwrap_or(inner))
}

/// What begins an item. (9)
struct Marker<'a> {
    indent: usize,
    text: &'a str,
    /// All of it, with the blanks behind.
    length: usize,
}

impl<'a> Marker<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let inner = line.trim_start_matches(' ');
        let indent = line.len() - inner.len();
        let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
        let is_one = match inner.as_bytes().get(digits)? {
            b'-' | b'*' => digits == 0,
            b'.' | b')' => (1..=9).contains(&digits),
            _ => false,
        };
        if !is_one {
            return None;
        }
        let text = &inner[..=digits];
        let behind = inner[text.len()..].trim_start_matches(' ');
        let length = line.len() - behind.len();
        let is_marker = length > indent + text.len() && behind.chars().next().is_some_and(|c| !is_blank(c));
        is_marker.then_some(Self { indent, text, length })
    }

    fn is_ordered(&self) -> bool {
        self.text.len() > 1
    }
}

/// Items of one kind, with what is indented below each. (9)
fn list(lines: &[&str], at: usize, depth: usize, first: &Marker<'_>) -> Found {
    let mut items = Vec::new();
    let mut end = at;
    while let Some(marker) = lines.get(end).and_then(|line| Marker::of(line)) {
        let belongs = (first.indent..=first.indent + 1).contains(&marker.indent);
        if !belongs || marker.is_ordered() != first.is_ordered() {
            break;
        }
        let (done, said) = task(&lines[end][marker.length..]);
        let below = lines[end + 1..]
            .iter()
            .take_while(|line| !is_empty(line) && indent_of(line) >= marker.indent + 2);
        let mut inner = vec![said];
        inner.extend(below.map(|line| outdented(line, marker.length)));
        end += inner.len();
        items.push(Item { marker: marker.text.to_owned(), done, children: read(&inner, depth + 1) });
    }
    (Block::List { ordered: first.is_ordered(), items }, end)
}

/// Whether an item is a task that is done, and the rest of it.
fn task(text: &str) -> (Option<bool>, &str) {
    let found = [("[ ] ", false), ("[x] ", true), ("[X] ", true)].into_iter().find_map(|(sign, done)| {
        let said = text.strip_prefix(sign)?.trim_start_matches(' ');
        said.chars().next().filter(|c| !is_blank(*c))?;
        Some((Some(done), said))
    });
    found.unwrap_or((None, text))
}

/// A line of cells above one of dashes, and those below it. (10)
fn table(lines: &[&str], at: usize, depth: usize) -> Option<Found> {
    let (head, dashes) = (lines[at], lines.get(at + 1)?);
    if !head.contains('|') || !dashes.contains('|') {
        return None;
    }
    let align =
        cells(little_indented(dashes)?).iter().map(|cell| Align::of(cell)).collect::<Option<Vec<_>>>()?;
    // What was not typed at the end of a row is not there: many columns and many rows of nothing would be millions of cells.
    let read =
        |line: &str| -> Vec<Cell> { cells(line).iter().map(|cell| inline::read(cell, depth + 1)).collect() };
    if cells(head).len() != align.len() {
        return None;
    }
    let below =
        lines[at + 2..].iter().take_while(|line| line.contains('|') && cells(line).len() <= align.len());
    let rows: Vec<Vec<Cell>> = below.map(|line| read(line)).collect();
    let (head, end) = (read(head), at + 2 + rows.len());
    Some((Block::Table { align, head, rows }, end))
}

/// Split at bars, but for those behind a backslash.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim_matches(is_blank);
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').filter(|rest| !rest.ends_with('\\')).unwrap_or(line);
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut parts = line.split('|').peekable();
    while let Some(part) = parts.next() {
        cell.push_str(part);
        match cell.strip_suffix('\\') {
            Some(before) if parts.peek().is_some() => cell = format!("{before}|"),
            _ => cells.push(std::mem::take(&mut cell)),
        }
    }
    cells.iter().map(|cell| cell.trim_matches(is_blank).to_owned()).collect()
}

impl Align {
    /// What a line of dashes says, if it is one.
    fn of(dashes: &str) -> Option<Self> {
        let (left, right) = (dashes.starts_with(':'), dashes.ends_with(':'));
        let inner = dashes.strip_prefix(':').unwrap_or(dashes);
        let inner = inner.strip_suffix(':').unwrap_or(inner);
        let is_line = !inner.is_empty() && inner.bytes().all(|byte| byte == b'-');
        is_line.then_some(match (left, right) {
            (true, true) => Self::Center,
            (true, false) => Self::Left,
            (false, true) => Self::Right,
            (false, false) => Self::Natural,
        })
    }
}

/// A line behind up to three blanks.
fn little_indented(line: &str) -> Option<&str> {
    let inner = line.trim_start_matches(' ');
    (line.len() - inner.len() <= 3).then_some(inner)
}

fn indent_of(line: &str) -> usize {
    line.chars().take_while(|c| is_blank(*c)).count()
}

/// A line without as many of the blanks that it begins with.
fn outdented(line: &str, most: usize) -> &str {
    let blanks = line.char_indices().take_while(|(n, c)| *n < most * 4 && is_blank(*c));
    let end = blanks.take(most).last().map_or(0, |(at, c)| at + c.len_utf8());
    &line[end..]
}

fn is_empty(line: &str) -> bool {
    line.chars().all(is_blank)
}

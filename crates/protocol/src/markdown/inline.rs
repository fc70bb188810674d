//! Markdown within a line: emphasis, code, links, spoilers (inline parsing). Linear in the length of the text: a closing mark
//! takes what it closes from the top of one stack.

use std::collections::HashMap;
use std::ops::Range;

use super::flanking::{closes, opens};
use super::{Address, DEEPEST, Inline, Mark};
use crate::links::{Link, links};

/// What a backslash takes its meaning from. (2)
const ESCAPED: &[u8] = b"*_~|`[]";

/// The signs of marks.
const SIGNS: &[u8] = b"*_~|";

/// Signs of one kind in a row, which may open something; what is used of them goes away from the inner side.
struct Run {
    sign: usize,
    start: usize,
    end: usize,
}

/// Where a mark begins or ends, and how many signs it takes.
struct Edge {
    at: usize,
    width: usize,
    mark: Mark,
    opens: bool,
}

/// A place that is not looked into for marks.
struct Piece {
    place: Range<usize>,
    node: Inline,
}

/// Reads lines of text without block structure; `depth` is how deep they stand already.
pub(super) fn read(text: &str, depth: usize) -> Vec<Inline> {
    let pieces = pieces(text, depth);
    let edges = edges(text, &pieces);
    build(text, pieces, edges, depth)
}

/// Escapes, code, links and addresses: they bind closer than marks. (2, 4–6)
fn pieces(text: &str, depth: usize) -> Vec<Piece> {
    let found = links(text);
    let ticks = ticks(text);
    let brackets = brackets(text, &found);
    let mut addresses = found.iter().peekable();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        while addresses.next_if(|link| link.start < at).is_some() {}
        let address = addresses.next_if(|link| link.start == at);
        let piece = address.map(|link| (at + link.text.len(), Inline::Address(address_of(link))));
        let Some((end, node)) = piece.or_else(|| piece_at(text, at, &ticks, &brackets, depth)) else {
            at += 1;
            continue;
        };
        pieces.push(Piece { place: at..end, node });
        at = end;
    }
    pieces
}

fn piece_at(
    text: &str,
    at: usize,
    ticks: &HashMap<usize, usize>,
    brackets: &HashMap<usize, Bracket<'_>>,
    depth: usize,
) -> Option<(usize, Inline)> {
    match text.as_bytes()[at] {
        b'\\' => {
            let next = text.as_bytes().get(at + 1).filter(|next| ESCAPED.contains(next))?;
            Some((at + 2, Inline::Text(char::from(*next).into())))
        }
        b'`' => {
            let run = run_end(text, at);
            Some(match ticks.get(&at) {
                Some(close) => (close + run - at, Inline::Code(unpadded(&text[run..*close]).to_owned())),
                None => (run, Inline::Text(text[at..run].to_owned())),
            })
        }
        b'[' if depth < DEEPEST => {
            let Bracket { middle, to } = brackets.get(&at)?;
            let children = read(&text[at + 1..*middle], depth + 1);
            let children = children.into_iter().map(without_links).collect();
            Some((middle + "](".len() + to.text.len() + ")".len(), Inline::Link(address_of(to), children)))
        }
        _ => None,
    }
}

/// Where the code that opens at a place closes, for every run of backticks that one of the same length follows. (4)
fn ticks(text: &str) -> HashMap<usize, usize> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find('`') {
        let start = at + next;
        at = run_end(text, start);
        runs.push((start, at - start));
    }
    let (mut closing, mut last) = (HashMap::new(), HashMap::new());
    for (at, length) in runs.into_iter().rev() {
        if let Some(close) = last.insert(length, at) {
            closing.insert(at, close);
        }
    }
    closing
}

/// `[words](address)`, by where it opens.
struct Bracket<'a> {
    /// Where the words end.
    middle: usize,
    to: &'a Link<'a>,
}

/// The links with words of their own. What is between the parentheses is an address, and nothing else. (6)
fn brackets<'a>(text: &str, found: &'a [Link<'a>]) -> HashMap<usize, Bracket<'a>> {
    let mut brackets = HashMap::new();
    if !text.contains("](") {
        return brackets;
    }
    let starts: HashMap<usize, &Link<'_>> = found.iter().map(|link| (link.start, link)).collect();
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => open.push(at),
            b']' => {
                let from = open.pop().filter(|from| at > from + 1 && bytes.get(at + 1) == Some(&b'('));
                let to = from.and_then(|from| Some((from, *starts.get(&(at + 2))?)));
                if let Some((from, to)) = to
                    && bytes.get(to.start + to.text.len()) == Some(&b')')
                {
                    brackets.insert(from, Bracket { middle: at, to });
                    // A link has none around it.
                    open.clear();
                    at = to.start + to.text.len();
                }
            }
            _ => {}
        }
        at += 1;
    }
    brackets
}

fn address_of(link: &Link<'_>) -> Address {
    Address { text: link.text.to_owned(), kind: link.kind }
}

/// A link within a link leads nowhere of its own.
fn without_links(node: Inline) -> Inline {
    let inner = |children: Vec<Inline>| children.into_iter().map(without_links).collect();
    match node {
        Inline::Address(address) => Inline::Text(address.text),
        Inline::Link(to, children) => Inline::Link(to, inner(children)),
        Inline::Marked(mark, children) => Inline::Marked(mark, inner(children)),
        node => node,
    }
}

/// The marks that belong together, as edges in the order of the text. (3)
fn edges(text: &str, pieces: &[Piece]) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut open: Vec<Run> = Vec::new();
    let mut waiting = [0; SIGNS.len()];
    let mut pieces = pieces.iter().peekable();
    let mut at = 0;
    while at < text.len() {
        if let Some(piece) = pieces.next_if(|piece| piece.place.start == at) {
            at = piece.place.end;
            continue;
        }
        let Some(sign) = SIGNS.iter().position(|sign| *sign == text.as_bytes()[at]) else {
            at += 1;
            continue;
        };
        let (start, end) = (at, run_end(text, at));
        let mut run = Run { sign, start, end };
        at = end;
        if closes(text, start, end) {
            while run.start < run.end && waiting[sign] > 0 {
                while let Some(other) = open.pop_if(|opener| opener.sign != sign) {
                    waiting[other.sign] -= 1;
                }
                let Some(opener) = open.last_mut() else { break };
                let Some((width, mark)) = pair(SIGNS[sign], opener.end - opener.start, run.end - run.start)
                else {
                    break;
                };
                opener.end -= width;
                edges.push(Edge { at: opener.end, width, mark, opens: true });
                edges.push(Edge { at: run.start, width, mark, opens: false });
                run.start += width;
                if opener.start == opener.end {
                    open.pop();
                    waiting[sign] -= 1;
                }
            }
        }
        if run.start < run.end && opens(text, start, end) {
            open.push(run);
            waiting[sign] += 1;
        }
    }
    edges.sort_by_key(|edge| edge.at);
    edges
}

/// How many signs a pair of runs uses, and what they mean: two where both have them, and of bars and waves never one.
fn pair(sign: u8, one: usize, other: usize) -> Option<(usize, Mark)> {
    match (sign, one >= 2 && other >= 2) {
        (b'~', true) => Some((2, Mark::Strike)),
        (b'|', true) => Some((2, Mark::Spoiler)),
        (b'~' | b'|', false) => None,
        (_, true) => Some((2, Mark::Strong)),
        (_, false) => Some((1, Mark::Emphasis)),
    }
}

/// The tree, without going down into itself: it may be as deep as its text is long.
fn build(text: &str, pieces: Vec<Piece>, edges: Vec<Edge>, depth: usize) -> Vec<Inline> {
    let mut levels: Vec<(Option<Mark>, Vec<Inline>)> = vec![(None, Vec::new())];
    let (mut pieces, mut edges) = (pieces.into_iter().peekable(), edges.into_iter().peekable());
    let (mut at, mut too_deep) = (0, 0);
    loop {
        let next_edge = edges.peek().map(|edge| edge.at);
        if let Some(piece) = pieces.next_if(|piece| next_edge.is_none_or(|edge| piece.place.start < edge)) {
            say(&mut levels, &text[at..piece.place.start]);
            match piece.node {
                Inline::Text(said) => say(&mut levels, &said),
                node => add(&mut levels, node),
            }
            at = piece.place.end;
            continue;
        }
        let Some(edge) = edges.next() else { break };
        say(&mut levels, &text[at..edge.at]);
        at = edge.at + edge.width;
        if edge.opens && levels.len() + depth > DEEPEST {
            too_deep += 1;
            say(&mut levels, &text[edge.at..at]);
        } else if edge.opens {
            levels.push((Some(edge.mark), Vec::new()));
        } else if too_deep > 0 {
            too_deep -= 1;
            say(&mut levels, &text[edge.at..at]);
        } else if let Some((Some(mark), children)) = levels.pop() {
            add(&mut levels, Inline::Marked(mark, children));
        }
    }
    say(&mut levels, &text[at..]);
    levels.swap_remove(0).1
}

type Levels = Vec<(Option<Mark>, Vec<Inline>)>;

fn say(levels: &mut Levels, said: &str) {
    let Some((_, children)) = levels.last_mut() else { return };
    match children.last_mut() {
        _ if said.is_empty() => {}
        Some(Inline::Text(text)) => text.push_str(said),
        _ => children.push(Inline::Text(said.to_owned())),
    }
}

fn add(levels: &mut Levels, node: Inline) {
    if let Some((_, children)) = levels.last_mut() {
        children.push(node);
    }
}

fn run_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    at + bytes[at..].iter().take_while(|byte| **byte == bytes[at]).count()
}

/// Code that begins and ends with a blank has it there for its backticks alone.
fn unpadded(code: &str) -> &str {
    let inner = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
    inner.filter(|inner| inner.chars().any(|c| !super::flanking::is_blank(c))).unwrap_or(code)
}

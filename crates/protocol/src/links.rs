//! Where links begin and end in a text (linkification), by the rules of `docs/links.md`, whose numbers stand here. Held, as
//! the page's `find-links.ts` is, to `tests/vectors/links.json`.

mod ends;
mod letters;

use ends::{LONGEST_NAME, host_end, name_end, port_end, starts_with, tail_end};

/// What is longer, in bytes, is nobody's link. (15)
const LONGEST: usize = 4096;

/// The schemes that begin a link.
const SCHEMES: [&str; 5] = ["http://", "https://", "hearth://", "ws://", "wss://"];

/// What else begins one.
const MAILTO: &str = "mailto:";
const WWW: &str = "www.";

/// What a link begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// A scheme.
    Scheme,
    /// `www.`, and no scheme.
    Www,
    /// The name of an e-mail address.
    Mail,
}

/// A link in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link<'t> {
    /// Where it begins, in bytes.
    pub start: usize,
    /// As it stands there.
    pub text: &'t str,
    /// What it begins with.
    pub kind: LinkKind,
}

/// Finds all links in a text, in order.
pub fn links(text: &str) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    let (mut at, mut from) = (0, 0);
    while at < text.len() {
        let Some((start, end, kind)) = link_at(text, at, from) else {
            at = behind_none(text, at, from);
            continue;
        };
        if end - start <= LONGEST {
            found.push(Link { start, text: &text[start..end], kind });
        }
        (at, from) = (end, end);
    }
    found
}

/// Finds what may be addresses without a scheme: a host, and what belongs to it.
pub fn bare_addresses(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let begins = matches!(text.as_bytes()[at], b'[' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z')
            && (at == 0 || !is_of_name(text.as_bytes()[at - 1], b"_.-@/"));
        let end = if begins { host_end(text, at) } else { at };
        if end > at {
            let end = tail_end(text, port_end(text, end));
            found.push(&text[at..end]);
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// The scheme that a text begins with, if that is one which begins a link.
fn scheme_at(text: &str, at: usize) -> Option<&'static str> {
    SCHEMES.into_iter().find(|scheme| starts_with(text, at, scheme))
}

/// A link whose sign stands here, none of it before `from`.
fn link_at(text: &str, at: usize, from: usize) -> Option<(usize, usize, LinkKind)> {
    let bytes = text.as_bytes();
    match bytes[at] {
        b'@' => mail(text, name_start(bytes, at, from)?).map(|(start, end)| (start, end, LinkKind::Mail)),
        b'm' | b'M' if starts_with(text, at, MAILTO) && !is_tail(bytes, at, from) => {
            let (_, end) = mail(text, at + MAILTO.len())?;
            let end = if bytes.get(end) == Some(&b'?') { tail_end(text, end) } else { end };
            Some((at, end, LinkKind::Scheme))
        }
        b'w' | b'W' if starts_with(text, at, WWW) => {
            let end = www_end(text, at, from)?;
            let whole = text.get(at + WWW.len()..end).is_some_and(is_public);
            whole.then(|| (at, tail_end(text, port_end(text, end)), LinkKind::Www))
        }
        b'h' | b'H' | b'w' | b'W' => {
            let host = at + scheme_at(text, at)?.len();
            let end = host_end(text, host);
            let is_link = end > host && !is_tail(bytes, at, from);
            is_link.then(|| (at, tail_end(text, port_end(text, end)), LinkKind::Scheme))
        }
        _ => None,
    }
}

/// The end of the name that begins with the `www.` here, if that stands alone.
fn www_end(text: &str, at: usize, from: usize) -> Option<usize> {
    let stands_alone = at == from || !is_of_name(text.as_bytes()[at - 1], b"_.-@/");
    stands_alone.then(|| name_end(text, at))
}

/// Where a link may begin behind a place at which none does. Whatever `www.` stands in a name ends as that name does, so it is none
/// either; but for the last one, behind which no other dot comes.
fn behind_none(text: &str, at: usize, from: usize) -> usize {
    let end = if starts_with(text, at, WWW) { www_end(text, at, from) } else { None };
    let last = end.and_then(|end| text[..end].rfind('.')).map_or(0, |dot| dot.saturating_sub("www".len()));
    last.max(at + 1)
}

/// Whether a scheme is the tail of another one. (1)
fn is_tail(bytes: &[u8], at: usize, from: usize) -> bool {
    let before = bytes[from..at].iter().rev().take(LONGEST_NAME);
    before.take_while(|byte| is_of_name(**byte, b"+")).any(u8::is_ascii_alphabetic)
}

/// An e-mail address that begins here. (3)
fn mail(text: &str, start: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let name = bytes[start..].iter().take_while(|byte| is_of_mail(**byte)).count();
    let begins = bytes.get(start).is_some_and(|byte| is_of_name(*byte, b"_+"));
    let at = start + name;
    if !begins || bytes.get(at) != Some(&b'@') || bytes[at - 1] == b'.' || bytes[at - 1] == b'\'' {
        return None;
    }
    let end = name_end(text, at + 1);
    is_public(&text[at + 1..end]).then_some((start, end))
}

/// Where the name before an `@` begins.
fn name_start(bytes: &[u8], at: usize, from: usize) -> Option<usize> {
    let before = &bytes[from..at];
    let name = before.iter().rev().take_while(|byte| is_of_mail(**byte)).count();
    let start = at - name;
    if name > LONGEST_NAME || (start > from && matches!(bytes[start - 1], b'/' | b'@')) {
        return None;
    }
    (start..at).find(|at| is_of_name(bytes[*at], b"_+"))
}

/// Whether a host ends like one of the internet.
fn is_public(host: &str) -> bool {
    let Some((before, last)) = host.rsplit_once('.') else { return false };
    let ascii = last.is_ascii();
    let alphabetic = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let international =
        last.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--")) && last.len() > 4;
    !before.is_empty() && ((ascii && (alphabetic || international)) || last.chars().all(|c| !c.is_ascii()))
}

fn is_of_mail(byte: u8) -> bool {
    is_of_name(byte, b"_.%+&='~-")
}

fn is_of_name(byte: u8, others: &[u8]) -> bool {
    byte.is_ascii_alphanumeric() || others.contains(&byte)
}

#[cfg(test)]
mod tests;

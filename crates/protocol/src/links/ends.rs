//! Where the parts of a link end. Each gives the place behind its part, which is where it began when there is none.

use super::{
    letters::{is_letter, is_word},
    scheme_at,
};

/// The longest name before an `@` (RFC 5321, section 4.5.3.1), and more than any address in brackets.
pub(super) const LONGEST_NAME: usize = 64;

/// Deeper than this, nobody nests brackets in an address; who opens them one after the other costs no more than that. (12)
const MOST_OPEN: usize = 16;

/// Whether `prefix`, in letters of either case, stands here.
pub(super) fn starts_with(text: &str, at: usize, prefix: &str) -> bool {
    let there = text.as_bytes().get(at..at + prefix.len());
    there.is_some_and(|there| there.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// A host, with what may stand before it. (5)
pub(super) fn host_end(text: &str, start: usize) -> usize {
    let host = user_end(text, start);
    let address = ipv6_end(text, host);
    let end = if address > host { address } else { name_end(text, host) };
    if end == host { start } else { end }
}

/// `user:word@`, if a host follows.
fn user_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let of_user = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.~%!$&*+=:-".contains(byte);
    let user = bytes[start..].iter().take(LONGEST_NAME).take_while(of_user).count();
    let at = start + user;
    let follows = bytes.get(at + 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_[".contains(byte));
    if user > 0 && bytes.get(at) == Some(&b'@') && follows { at + 1 } else { start }
}

/// An address in brackets, perhaps with a zone.
fn ipv6_end(text: &str, start: usize) -> usize {
    let bytes = &text.as_bytes()[start..];
    let closing = bytes.iter().take(LONGEST_NAME).position(|byte| *byte == b']');
    let Some(inside) = closing.and_then(|closing| text[start..start + closing].strip_prefix('[')) else {
        return start;
    };
    let (address, zone) = inside.split_once('%').unwrap_or((inside, "0"));
    let is_zone =
        !zone.is_empty() && zone.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.~%-".contains(&b));
    if is_zone && address.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte)) {
        start + 1 + inside.len() + 1
    } else {
        start
    }
}

/// A host's name.
pub(super) fn name_end(text: &str, start: usize) -> usize {
    let (mut end, mut label) = (start, start);
    // Whether a word stands in this label, or in any.
    let (mut worded, mut words) = (false, false);
    // Where words began behind an ASCII beginning that was not whole.
    let mut doubtful = None;
    while let Some(c) = text[end..].chars().next() {
        if c == '.' {
            let next = text[end + 1..].chars().next();
            if end == label || !next.is_some_and(|next| is_plain(next) || is_letter(next)) {
                break;
            }
            // (8)
            if next.is_some_and(is_word) && !worded && is_whole(&text[start..end]) {
                break;
            }
            label = end + 1;
            worded = false;
        } else if is_plain(c) {
            // (14)
            if scheme_at(text, end).is_some() {
                break;
            }
        } else if is_word(c) {
            if !worded && end > label {
                // (6)
                if is_whole(&text[start..end]) {
                    break;
                }
                doubtful = doubtful.or(Some(end));
            }
            (worded, words) = (true, true);
        } else if !is_letter(c) {
            break;
        }
        end += c.len_utf8();
    }
    let trimmed = |end: usize| text[start..end].trim_end_matches(['-', '_', '.']);
    let name = trimmed(end);
    // (7)
    let name = if words && !name.contains('.') { trimmed(doubtful.unwrap_or(start)) } else { name };
    start + name.len()
}

/// Whether an ASCII host is whole. (6)
fn is_whole(host: &str) -> bool {
    let name = if starts_with(host, 0, "www.") { &host[4..] } else { host };
    name.contains('.') || host.eq_ignore_ascii_case("localhost")
}

/// `:8080`.
pub(super) fn port_end(text: &str, start: usize) -> usize {
    let Some(port) = text[start..].strip_prefix(':') else { return start };
    let digits = port.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=5).contains(&digits) { start + 1 + digits } else { start }
}

/// What a segment consists of so far.
#[derive(Clone, Copy, PartialEq)]
enum Segment {
    Nothing,
    Ascii,
    Words,
}

/// Path, query and fragment. (9–14)
pub(super) fn tail_end(text: &str, start: usize) -> usize {
    if !text[start..].starts_with(['/', '?', '#']) {
        return start;
    }
    let mut segment = Segment::Nothing;
    let mut query = false;
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut end = start;
    let mut before = ' ';
    while let Some(c) = text[end..].chars().next() {
        let next = text[end + c.len_utf8()..].chars().next();
        if c.is_ascii() {
            let is_other_scheme = !"/=?#&:".contains(before) && scheme_at(text, end).is_some();
            if c <= ' ' || c == '\x7f' || r#"<>"\`"#.contains(c) || is_other_scheme {
                break;
            }
            match c {
                '(' | '[' | '{' if open.len() == MOST_OPEN => break,
                '(' => open.push((end, ')')),
                '[' => open.push((end, ']')),
                '{' => open.push((end, '}')),
                ')' | ']' | '}' if open.last().is_some_and(|(_, closing)| *closing == c) => {
                    open.pop();
                }
                ')' | ']' | '}' => break,
                _ => {}
            }
            query |= c == '?';
            segment = match c {
                '/' | '#' | '=' | '&' => Segment::Nothing,
                '+' if query => Segment::Nothing,
                '?' => Segment::Ascii,
                '@' | '~' => segment,
                _ if segment == Segment::Nothing => Segment::Ascii,
                _ => segment,
            };
        } else if is_word(c) {
            if segment == Segment::Ascii {
                break;
            }
            segment = Segment::Words;
        } else {
            let joins = match c {
                '·' | '・' => segment == Segment::Words && next.is_some_and(is_letter),
                '\u{200c}' | '\u{200d}' => !before.is_ascii() && next.is_some_and(is_letter),
                _ => false,
            };
            if !joins && !is_letter(c) {
                break;
            }
            if segment == Segment::Nothing {
                segment = Segment::Ascii;
            }
        }
        end += c.len_utf8();
        before = c;
    }
    without_sentence(text, start, open.first().map_or(end, |(first, _)| *first))
}

/// Leaves out what belongs to the sentence around. (13)
fn without_sentence(text: &str, start: usize, end: usize) -> usize {
    let mut tail = &text[start..end];
    while let Some(shorter) = tail.strip_suffix(['.', ',', ':', ';', '!', '?', '\'', '*', '|', '@', '~']) {
        if tail.ends_with('~') && shorter.ends_with('/') {
            break;
        }
        tail = shorter;
    }
    start + tail.len()
}

/// ASCII of a host's name.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

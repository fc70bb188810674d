//! Echoes: what was sent to a classic server and is to come back, which is the only confirmation there. A server may change a
//! line before it sends it back.

use std::{collections::VecDeque, time::Duration};

use hearth_protocol::{LogId, PostId, classic::ClassicMessage};

use crate::update::Failure;

/// Lines that are waited for, at most. Only a server that sends nothing back lets so many gather.
const WAITED_FOR: usize = 256;

/// A server that escapes escapes again what another part of it has escaped, and hardly a third time.
const ESCAPED: usize = 3;

/// What was sent and is to come back.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    /// The log that the entries made of them belong to. It outlives the links, as the timeline does.
    pub(super) log: Option<LogId>,
    expected: VecDeque<Expected>,
}

#[derive(Debug)]
pub(super) struct Expected {
    /// As it was sent.
    pub(super) message: ClassicMessage,
    /// The own line; `None` for the announcement of joining.
    pub(super) line: Option<PostId>,
    /// When it counts as unconfirmed; `None` when it does already.
    due: Option<Duration>,
    /// Something came that seems to be it, and says something else.
    changed: bool,
}

impl Echoes {
    /// Those of a log that was kept.
    pub(super) fn of(log: Option<LogId>) -> Self {
        Self { log, ..Self::default() }
    }

    /// The log that is made of them.
    pub(super) fn log(&self) -> Option<&LogId> {
        self.log.as_ref()
    }

    /// When the next line counts as unconfirmed.
    pub(super) fn due(&self) -> Option<Duration> {
        self.expected.iter().filter_map(|expected| expected.due).min()
    }

    /// What has not come back on this link will not come on another. Gives the lines of which something else came back.
    pub(super) fn link_lost(&mut self) -> Vec<PostId> {
        let changed =
            |expected: &Expected| expected.line.filter(|_| expected.changed && expected.due.is_some());
        std::mem::take(&mut self.expected).iter().filter_map(changed).collect()
    }

    /// Waits for what is sent now.
    pub(super) fn expect(&mut self, message: ClassicMessage, line: Option<PostId>, due: Duration) {
        if self.expected.len() == WAITED_FOR {
            self.expected.pop_front();
        }
        self.expected.push_back(Expected { message, line, due: Some(due), changed: false });
    }

    /// Takes the oldest of what was sent that reads like this: just so, or else but for what servers change. Two equal lines
    /// within a second come back in the order in which they were sent.
    pub(super) fn take(&mut self, heard: &ClassicMessage) -> Option<Expected> {
        let is_it = |Expected { message, .. }: &Expected| {
            (&message.nickname, &message.message, &message.time)
                == (&heard.nickname, &heard.message, &heard.time)
        };
        let (name, text) = (plain(&heard.nickname), plain(&heard.message));
        let reads_so = |Expected { message, .. }: &Expected| {
            plain(&message.nickname) == name && plain(&message.message) == text
        };
        let at = self.expected.iter().position(is_it).or_else(|| self.expected.iter().position(reads_so));
        if let Some(at) = at {
            return self.expected.remove(at);
        }
        let seems = |Expected { message, due, changed, line }: &Expected| {
            line.is_some() && due.is_some() && !changed && plain(&message.nickname) == name && {
                message.time == heard.time || is_near(&plain(&message.message), &text)
            }
        };
        if let Some(expected) = self.expected.iter_mut().find(|expected| seems(expected)) {
            expected.changed = true;
        }
        None
    }

    /// Lines that have not come back in time, and why they count as unconfirmed.
    pub(super) fn overdue(&mut self, now: Duration) -> Vec<(PostId, Failure)> {
        let mut lines = Vec::new();
        for expected in self.expected.iter_mut().filter(|expected| expected.due.is_some_and(|due| due <= now))
        {
            expected.due = None;
            let why = if expected.changed { Failure::CameBackChanged } else { Failure::NotEchoed };
            lines.extend(expected.line.map(|line| (line, why)));
        }
        lines
    }
}

/// A text without what servers change: blanks at its ends, their number inside, line breaks, and signs written as entities of
/// HTML.
fn plain(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..ESCAPED {
        let less = unescaped(&text);
        if less == text {
            break;
        }
        text = less;
    }
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Entities as programs write them that escape texts, and the break that stands for the end of a line.
fn unescaped(text: &str) -> String {
    /// `#1114111` is the longest.
    const NAME: usize = 8;
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(behind) = ["<br>", "<br/>", "<br />"].iter().find_map(|tag| rest.strip_prefix(tag)) {
            plain.push('\n');
            rest = behind;
            continue;
        }
        let entity = rest.strip_prefix('&').and_then(|rest| rest.split_once(';'));
        let known = entity.filter(|(name, _)| name.len() <= NAME);
        if let Some((sign, behind)) = known.and_then(|(name, behind)| Some((sign(name)?, behind))) {
            plain.push(sign);
            rest = behind;
        } else {
            plain.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    plain + rest
}

fn sign(entity: &str) -> Option<char> {
    Some(match entity {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}

/// Whether one may be what became of the other, as where a word was struck out: it is as long, or has half of it at its ends.
fn is_near(sent: &str, heard: &str) -> bool {
    let equal = |(a, b): &(char, char)| a == b;
    let front = sent.chars().zip(heard.chars()).take_while(equal).count();
    let back = sent.chars().rev().zip(heard.chars().rev()).take_while(equal).count();
    let length = sent.chars().count();
    length == heard.chars().count() || 2 * (front + back) >= length
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_servers_change_makes_no_difference() {
        for (sent, back) in [
            ("  在吗 \n", "在吗"),
            ("a\n\n  b", "a b"),
            ("a\nb", "a<br />b"),
            ("<b>\"x\" & 'y'</b>", "&lt;b&gt;&quot;x&quot; &amp; &#39;y&#x27;&lt;/b&gt;"),
            ("a < b", "a &amp;lt; b"),
            ("&lt;", "&amp;lt;"),
            ("1 & 2; 3", "1 &amp; 2; 3"),
            ("围炉", "&#22260;&#x7089;"),
        ] {
            assert_eq!(plain(sent), plain(back), "{sent}");
        }
        for (sent, other) in [("a", "b"), ("&", "&&"), ("&#xd800;", "?"), ("a b", "ab"), ("&copy", "&")] {
            assert_ne!(plain(sent), plain(other), "{sent}");
        }
    }

    #[test]
    fn a_word_struck_out_seems_to_be_it_and_another_line_does_not() {
        assert!(is_near("what the heck is it", "what the **** is it"));
        assert!(is_near("部署完了吗，快点", "部署完了吗"));
        assert!(!is_near("在吗", "晚上一起吃饭"));
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_known_when_it_comes_back_escaped(text in "[a-z&<>\"' ;#围\n]{0,24}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
            prop_assert_eq!(plain(&text), plain(&escaped));
        }
    }
}

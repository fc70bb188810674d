//! The encoding of rows: how a body is written as columns, and the checksum over all that a row means. Pure.

use std::borrow::Cow;

use hearth_protocol::{Author, Body, Dialect, Emoji, Mentions, Nickname, Seq, UnknownBody};
use serde::{Deserialize, Serialize};

const MESSAGE: u8 = 0;
const JOINED: u8 = 1;
const LEFT: u8 = 2;
const RENAMED: u8 = 3;
pub(crate) const ERASED: u8 = 4;
const ADDRESSED: u8 = 5;
pub(crate) const EDITED: u8 = 6;
pub(crate) const REMOVED: u8 = 7;
const REACTED: u8 = 8;
pub(crate) const PINNED: u8 = 9;
/// What the version that stored it had no words for.
pub(crate) const UNKNOWN: u8 = 255;

/// How a file has its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `more` is one word, whose meaning hangs on the kind; what is unknown has nothing but its place.
    Words,
    /// `more` is JSON, and there is a column `about`.
    Json,
}

/// The word of the first layout by which a classic guest came.
const CLASSIC: &str = "classic";

/// A body as columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns<'a> {
    pub(crate) kind: u8,
    pub(crate) text: Option<&'a str>,
    pub(crate) more: Option<Cow<'a, str>>,
    pub(crate) about: Option<Seq>,
}

/// What a kind has beside its text, as JSON. What is unknown stands there as a whole.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct More {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dialect: Option<Dialect>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<Seq>,
    #[serde(default, skip_serializing_if = "Mentions::is_empty")]
    mentions: Mentions,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    emoji: Option<Emoji>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on: Option<bool>,
}

impl More {
    fn json(self) -> Option<Cow<'static, str>> {
        if self == Self::default() {
            return None;
        }
        // It has string keys and plain values: writing it to memory cannot fail.
        serde_json::to_string(&self).ok().map(Cow::Owned)
    }

    fn read(json: Option<&str>) -> Option<Self> {
        json.map_or_else(|| Some(Self::default()), |json| serde_json::from_str(json).ok())
    }
}

impl<'a> Columns<'a> {
    pub(crate) fn of(body: &'a Body) -> Self {
        let about = body.about();
        let none = More::default;
        let (kind, text, more) = match body {
            Body::Message { text, time } => {
                (MESSAGE, Some(&**text), More { time: time.clone(), ..none() }.json())
            }
            Body::Joined { dialect } => {
                let dialect = (*dialect != Dialect::V1).then_some(*dialect);
                (JOINED, None, More { dialect, ..none() }.json())
            }
            Body::Left => (LEFT, None, None),
            Body::Renamed { old } => (RENAMED, Some(old.as_str()), None),
            Body::Erased => (ERASED, None, None),
            Body::Addressed { reply, mentions, .. } => {
                (ADDRESSED, None, More { reply: *reply, mentions: mentions.clone(), ..none() }.json())
            }
            Body::Edited { text, mentions, .. } => {
                (EDITED, Some(&**text), More { mentions: mentions.clone(), ..none() }.json())
            }
            Body::Removed { .. } => (REMOVED, None, None),
            Body::Reacted { emoji, on, .. } => {
                (REACTED, None, More { emoji: Some(emoji.clone()), on: Some(*on), ..none() }.json())
            }
            Body::Pinned { on, .. } => (PINNED, None, More { on: Some(*on), ..none() }.json()),
            Body::Unknown(unknown) => (UNKNOWN, None, Some(Cow::Borrowed(unknown.as_json()))),
        };
        Self { kind, text, more, about }
    }
}

/// The body that stands in these columns, if one does.
pub(crate) fn body(
    layout: Layout,
    kind: u8,
    text: Option<String>,
    more: Option<String>,
    about: Option<Seq>,
) -> Option<Body> {
    let read = || More::read(more.as_deref());
    Some(match (kind, layout) {
        (MESSAGE, Layout::Words) => Body::Message { text: text?, time: more },
        (MESSAGE, Layout::Json) => Body::Message { text: text?, time: read()?.time },
        (JOINED, Layout::Words) => Body::Joined {
            dialect: if more.as_deref() == Some(CLASSIC) { Dialect::Classic } else { Dialect::V1 },
        },
        (JOINED, Layout::Json) => Body::Joined { dialect: read()?.dialect.unwrap_or_default() },
        (LEFT, _) => Body::Left,
        (RENAMED, _) => Body::Renamed { old: Nickname::stored(text?).ok()? },
        (ERASED, Layout::Json) if text.is_none() && more.is_none() => Body::Erased,
        (ADDRESSED, Layout::Json) => {
            let More { reply, mentions, .. } = read()?;
            Body::Addressed { about: about?, reply, mentions }
        }
        (EDITED, Layout::Json) => Body::Edited { about: about?, text: text?, mentions: read()?.mentions },
        (REMOVED, Layout::Json) => Body::Removed { about: about? },
        (REACTED, Layout::Json) => {
            let More { emoji, on, .. } = read()?;
            Body::Reacted { about: about?, emoji: emoji?, on: on? }
        }
        (PINNED, Layout::Json) => Body::Pinned { about: about?, on: read()?.on? },
        // Of what an earlier version did not know, nothing was kept.
        (UNKNOWN, _) => more.map_or_else(
            || Some(Body::Unknown(UnknownBody::default())),
            |json| Body::from_stored(json).ok(),
        )?,
        _ => return None,
    })
}

/// What a row says beside its body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'a> {
    pub(crate) seq: Seq,
    pub(crate) prev: Seq,
    pub(crate) at: i64,
    pub(crate) from: &'a Author,
    pub(crate) post: Option<&'a [u8; 16]>,
}

/// CRC-32 of all that a row means. Each part is told with its length, so that none can lose to its neighbour. Both layouts
/// have the same of a row that reads the same in both.
pub(crate) fn sum(head: Head<'_>, columns: &Columns<'_>) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&head.seq.get().to_le_bytes());
    sum.update(&head.prev.get().to_le_bytes());
    sum.update(&head.at.to_le_bytes());
    sum.update(&[columns.kind]);
    let parts = [
        Some(head.from.member.as_str().as_bytes()),
        Some(head.from.nickname.as_str().as_bytes()),
        head.post.map(<[u8; 16]>::as_slice),
        columns.text.map(str::as_bytes),
        columns.more.as_deref().map(str::as_bytes),
    ];
    for part in parts {
        sum.update(
            &part.map_or(u32::MAX, |part| u32::try_from(part.len()).unwrap_or(u32::MAX)).to_le_bytes(),
        );
        sum.update(part.unwrap_or_default());
    }
    if let Some(about) = columns.about {
        sum.update(&about.get().to_le_bytes());
    }
    sum.finalize()
}

#[cfg(test)]
mod tests {
    use hearth_protocol::Mention;

    use super::*;

    #[test]
    fn a_word_that_looks_like_json_is_none_in_the_first_layout() {
        let time = r#"{"time":"1-5"}"#.to_owned();
        let read = |layout| body(layout, MESSAGE, Some("x".to_owned()), Some(time.clone()), None);
        let message = |time: &str| Some(Body::Message { text: "x".to_owned(), time: Some(time.to_owned()) });
        assert_eq!(read(Layout::Words), message(&time));
        assert_eq!(read(Layout::Json), message("1-5"));
        assert_eq!(
            body(Layout::Json, MESSAGE, Some("x".to_owned()), Some("1-5 9:4:0".to_owned()), None),
            None
        );
    }

    #[test]
    fn what_is_about_a_line_reads_as_it_was_written() {
        let about = Seq::ZERO.next();
        let mention = Mention {
            member: hearth_protocol::MemberId::new("m").expect("an id"),
            nickname: Nickname::new("小李").expect("a nickname"),
        };
        let mentions = Mentions { members: vec![mention], everyone: true };
        let emoji = Emoji::new("👍").expect("an emoji");
        for written in [
            Body::Addressed { about, reply: None, mentions: mentions.clone() },
            Body::Addressed { about, reply: Some(Seq::ZERO), mentions: Mentions::default() },
            Body::Edited { about, text: "x".to_owned(), mentions: Mentions::default() },
            Body::Edited { about, text: "x".to_owned(), mentions },
            Body::Removed { about },
            Body::Reacted { about, emoji: emoji.clone(), on: true },
            Body::Reacted { about, emoji, on: false },
            Body::Pinned { about, on: true },
            Body::Pinned { about, on: false },
        ] {
            let Columns { kind, text, more, about } = Columns::of(&written);
            let read = |about| {
                let (text, more) = (text.map(str::to_owned), more.as_deref().map(str::to_owned));
                body(Layout::Json, kind, text, more, about)
            };
            assert_eq!(read(about).as_ref(), Some(&written));
            assert_eq!(read(None), None, "without its line it says nothing");
        }
    }

    #[test]
    fn what_is_about_another_entry_is_in_the_checksum() {
        let from = Author {
            member: hearth_protocol::MemberId::new("m").expect("an id"),
            nickname: Nickname::new("n").expect("a nickname"),
        };
        let head = Head { seq: Seq::ZERO.next(), prev: Seq::ZERO, at: 0, from: &from, post: None };
        let columns = |about| Columns { kind: UNKNOWN, text: None, more: None, about };
        assert_ne!(sum(head, &columns(None)), sum(head, &columns(Some(Seq::ZERO))));
        assert_ne!(sum(head, &columns(Some(Seq::ZERO.next()))), sum(head, &columns(Some(Seq::ZERO))));
    }
}

//! A replay is a stretch of the log for a reader whom the tape has left behind (catch-up). Pure.

use hearth_log::Slice;
use hearth_protocol::{Dialect, Gap, Seq, ServerFrame};

use crate::fanout::frame;

/// Entries read from the log at once for one that lags: some 60 KiB of usual lines.
pub(crate) const REPLAY_ENTRIES: usize = 256;

/// Where reading of the log pauses to let the socket drain.
const REPLAY_BYTES: usize = 128 * 1024;

/// Some entries as frames, and how far they go.
#[derive(Debug)]
pub struct Replay {
    pub(super) frames: Vec<u8>,
    after: Seq,
    /// The last entry of it, with or without a frame in its dialect, or the last that the log has let go of.
    pub(super) reached: Seq,
}

impl Replay {
    /// What the log has behind `after`. What it no longer has is told as a gap, in the dialect that has a word for that.
    pub fn of(dialect: Dialect, after: Seq, slice: &Slice) -> Self {
        let mut frames = Vec::new();
        let mut reached = after;
        if let Some(to) = slice.trimmed_to {
            if dialect == Dialect::V1 {
                frame::v1(&ServerFrame::Gap(Gap { after, to }), &mut frames);
            }
            reached = to;
        }
        for entry in &slice.entries {
            frame::entry(dialect, entry, None, &mut frames);
            reached = entry.seq;
            if frames.len() >= REPLAY_BYTES {
                break;
            }
        }
        Self { frames, after, reached }
    }

    /// Whether the log does not go on. What the reader has of it comes to the tape, which has not got so far, next.
    pub fn is_empty(&self) -> bool {
        self.reached == self.after
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hearth_protocol::{Author, Body, Entry, MemberId, Nickname};
    use jiff::Timestamp;

    use super::*;

    fn seq(n: u64) -> Seq {
        Seq::try_from(n).expect("in range")
    }

    fn slice(trimmed_to: Option<Seq>, bodies: impl IntoIterator<Item = Body>) -> Slice {
        let first = trimmed_to.map_or(1, |to| to.get() + 1);
        let entry = |(seq_of, body)| Entry {
            seq: seq(seq_of),
            prev: seq(seq_of - 1),
            at: Timestamp::UNIX_EPOCH,
            from: Author {
                member: MemberId::from_random(1),
                nickname: Nickname::new("阿明").expect("a nickname"),
            },
            id: None,
            body,
        };
        let entries = (first..).zip(bodies).map(entry).map(Arc::new).collect();
        Slice { trimmed_to, entries, more: false }
    }

    #[test]
    fn it_pauses_when_it_is_large_and_goes_no_further_than_its_frames() {
        let text = "x".repeat(50 * 1024);
        let large = std::iter::repeat_n(Body::Message { text, time: None }, 10);
        let replay = Replay::of(Dialect::V1, Seq::ZERO, &slice(None, large));
        assert_eq!(replay.reached, seq(3));
        assert!((REPLAY_BYTES..2 * REPLAY_BYTES).contains(&replay.frames.len()));
    }

    #[test]
    fn it_reaches_as_far_in_a_dialect_without_words_for_it() {
        let old = Nickname::new("小芳").expect("a nickname");
        let replay = Replay::of(Dialect::Classic, seq(2), &slice(Some(seq(5)), [Body::Renamed { old }]));
        assert_eq!((replay.reached, replay.frames.len()), (seq(6), 0));
        assert!(!replay.is_empty());
        let nothing = Replay::of(Dialect::Classic, seq(6), &Slice::default());
        assert!(nothing.is_empty());
    }
}

//! Replay: reading on in the log, for a connection that the tape has left behind.

use std::io;
use std::sync::atomic::Ordering;

use hearth_protocol::{Dialect, Gap, Seq, ServerFrame};

use super::{Cursor, Outbound};
use crate::fanout::feed::Feed;
use crate::fanout::frame;

/// Entries read from the log at once for one that lags: some 60 KiB of usual lines.
const CATCH_UP_ENTRIES: usize = 256;

/// Where reading of the log pauses to let the socket drain.
const CATCH_UP_BYTES: usize = 128 * 1024;

impl Outbound {
    /// Reads some entries, and puts the cursor back on the tape when that reaches back so far.
    pub(super) async fn catch_up(&self, feed: &Feed, after: Seq) -> io::Result<()> {
        let slice = feed.log.read_after(after, CATCH_UP_ENTRIES).await.map_err(io::Error::other)?;
        let mut bytes = Vec::new();
        let mut seq = after;
        if let Some(to) = slice.trimmed_to {
            if self.dialect == Dialect::V1 {
                frame::v1(&ServerFrame::Gap(Gap { after, to }), &mut bytes);
            }
            seq = to;
        }
        for entry in &slice.entries {
            frame::entry(self.dialect, entry, None, &mut bytes);
            seq = entry.seq;
            if bytes.len() >= CATCH_UP_BYTES {
                break;
            }
        }
        if slice.trimmed_to.is_none() && slice.entries.is_empty() {
            // All of it was read in the log before the hub put it on the tape, which it does next.
            tokio::task::yield_now().await;
        }
        let mut out = self.out();
        if out.ended.is_some() {
            // It ended while the log was read: the close frame stays the last.
            return Ok(());
        }
        out.pending.extend_from_slice(&bytes);
        let place = feed.tape(self.dialect).after(seq);
        out.cursor = Some(Cursor { seq, pos: place.map(|place| place.pos) });
        if place.is_some() && self.dialect == Dialect::V1 {
            // Back on the tape. Changes of the roster stand there only, and some may have been passed over.
            self.missed_roster.store(true, Ordering::Release);
            self.turn.notify_one();
        }
        Ok(())
    }

    /// Whether it may have missed changes of the roster since this was last asked. Its task is woken when it has.
    pub(crate) fn take_missed_roster(&self) -> bool {
        self.missed_roster.swap(false, Ordering::AcqRel)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hearth_log::Log;
    use hearth_protocol::CloseCode;

    use super::super::testing::{connected, feed, heard, log, store};
    use super::*;
    use crate::fanout::tape::Frames;

    #[tokio::test]
    async fn what_was_read_before_it_stood_on_the_tape_comes_once() {
        let log = log();
        store(&log, 1..=5).await;
        let feed = feed(Arc::clone(&log));
        let (outbound, peer) = connected().await;
        outbound.begin(Seq::ZERO, None);
        // Stored, and the hub has not got to the tape yet.
        store(&log, 6..=7).await;
        outbound.catch_up(&feed, Seq::ZERO).await.expect("the log is read");
        let newest = log.read_after(Seq::ZERO, 100).await.expect("read").entries.split_off(5);
        let mut frames = Frames::default();
        for entry in &newest {
            frames.add(entry.seq, |out| frame::entry(Dialect::V1, entry, None, out));
        }
        feed.tape(Dialect::V1).append(frames, newest[1].seq);
        outbound.drive(&feed).await.expect("driven");
        outbound.end(CloseCode::Policy, "enough");
        let heard = heard(&outbound, peer).await;
        let heard = String::from_utf8_lossy(&heard);
        let times = |n: u32| heard.matches(&format!("第 {n} 行")).count();
        assert_eq!((1..=7).map(times).collect::<Vec<_>>(), [1; 7]);
    }
}

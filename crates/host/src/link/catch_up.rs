//! Reading on in the log, for a link that the tape has left behind.

use std::io;

use hearth_protocol::{Dialect, Gap, Seq, ServerFrame};

use super::{Cursor, Link};
use crate::encode;
use crate::host::Shared;
use crate::hub::Request;

/// Entries read from the log at once for one that lags: some 60 KiB of usual lines.
const CATCH_UP_ENTRIES: usize = 256;

/// Where reading of the log pauses to let the socket drain.
const CATCH_UP_BYTES: usize = 128 * 1024;

impl Link {
    /// Reads some entries, and puts the cursor back on the tape when that reaches back so far.
    pub(super) async fn catch_up(&self, shared: &Shared, after: Seq) -> io::Result<()> {
        let slice = shared.log.read_after(after, CATCH_UP_ENTRIES).await.map_err(io::Error::other)?;
        let mut bytes = Vec::new();
        let mut seq = after;
        if let Some(to) = slice.trimmed_to {
            if self.dialect == Dialect::V1 {
                encode::v1(&ServerFrame::Gap(Gap { after, to }), &mut bytes);
            }
            seq = to;
        }
        for entry in &slice.entries {
            encode::entry(self.dialect, entry, None, &mut bytes);
            seq = entry.seq;
            if bytes.len() >= CATCH_UP_BYTES {
                break;
            }
        }
        if slice.trimmed_to.is_none() && slice.entries.is_empty() {
            // The tape said that it does not reach back so far, and the log has nothing: the head moved between.
            tokio::task::yield_now().await;
        }
        // Before the lock. Not before the log is read, which many may do at once: the hub has a place for each post too.
        let request = shared.hub.reserve().await.map_err(|_| io::ErrorKind::NotConnected)?;
        let mut out = self.out();
        if out.ended.is_some() {
            // It ended while the log was read: the close frame stays the last.
            return Ok(());
        }
        out.pending.extend_from_slice(&bytes);
        let place = shared.tape(self.dialect).after(seq);
        out.cursor = Some(Cursor { seq, pos: place.map(|place| place.pos) });
        if place.is_some() && self.dialect == Dialect::V1 {
            // Back on the tape. Changes of the roster stand there only, and some may have been passed over.
            request.send(Request::Roster { conn: self.id });
        }
        Ok(())
    }
}

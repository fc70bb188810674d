//! The sending side of one connection, with its backpressure: a slow reader costs nobody else anything.
//!
//! What goes out is a sequence of whole frames: `pending` first (frames for this connection alone, and the rest of a
//! frame that the socket took in part), then the tape from the cursor on. A connection that is caught up is *live*: the
//! writer serves it. One whose socket did not take everything is not: its connection's task drives it, at the
//! socket's own speed, from the tape and, where that no longer reaches back, from the log.
//!
//! ```text
//!            begin              caught up
//!  greeting ───────► behind ◄─────────────► live
//!      │                │   socket is full   │
//!      └────────────────┴────► ended ◄───────┘
//! ```

mod catch_up;
mod ending;
mod health;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::{Buf, BytesMut};
use hearth_protocol::{CloseCode, Dialect, Seq, ServerFrame};
use tokio::sync::Notify;

use crate::base::conn_id::ConnId;
use crate::fanout::feed::Feed;
use crate::fanout::frame;
use crate::fanout::tape::{Chunk, Place};
use crate::net::stream::{Stream, Written};

pub(crate) use health::Health;

/// Frames for one connection alone that may wait. A client that lets more pile up (by pinging and never reading, or
/// by asking for page after page) is cut.
pub(crate) const PENDING_BYTES: usize = 256 * 1024;

/// The sending side of one connection.
#[derive(Debug)]
pub(crate) struct Outbound {
    pub(crate) id: ConnId,
    pub(crate) dialect: Dialect,
    pub(crate) socket: Stream,
    /// Wakes the connection's task: the connection needs driving, or has missed something.
    pub(crate) turn: Notify,
    out: Mutex<Out>,
    /// When the last byte came, in milliseconds since the host's start.
    heard_ms: AtomicU64,
    /// When the first byte of an unfinished message came; 0 while there is none.
    speaks_ms: AtomicU64,
    /// The writer was told that something is pending.
    pub(crate) touched: AtomicBool,
    /// It is back on the tape, and may have missed changes of the roster.
    missed_roster: AtomicBool,
    max_pending: usize,
}

#[derive(Debug, Default)]
struct Out {
    pending: BytesMut,
    cursor: Option<Cursor>,
    live: bool,
    /// The socket holds something that the kernel has not taken: it goes out before anything else.
    held: bool,
    /// When we last asked whether anybody is there, in milliseconds since the host's start.
    pinged_ms: Option<u64>,
    /// Since when the socket has taken nothing.
    stalled_since: Option<Instant>,
    ended: Option<CloseCode>,
    /// Ended without a word, since the other side would not hear it.
    cut: bool,
}

impl Out {
    fn cut(&mut self, code: CloseCode) {
        self.ended.get_or_insert(code);
        self.cut = true;
        self.pending = BytesMut::new();
        self.held = false;
        self.live = false;
    }
}

#[derive(Debug, Clone, Copy)]
struct Cursor {
    seq: Seq,
    /// The position on the tape; `None` when the tape does not reach back to `seq`.
    pos: Option<u64>,
}

/// What a connection needs next.
enum Step {
    /// Nothing: it is live, or waits for its greeting, or is at its end.
    Rest,
    /// Room in the socket.
    Writable,
    /// Entries after this one, from the log.
    Read(Seq),
}

impl Outbound {
    pub(crate) fn new(id: ConnId, dialect: Dialect, socket: Stream, max_pending: usize) -> Self {
        let out = Out { held: socket.holds(), ..Out::default() };
        Self {
            id,
            dialect,
            socket,
            turn: Notify::new(),
            out: Mutex::new(out),
            heard_ms: AtomicU64::new(0),
            speaks_ms: AtomicU64::new(0),
            touched: AtomicBool::new(false),
            missed_roster: AtomicBool::new(false),
            max_pending,
        }
    }

    fn out(&self) -> MutexGuard<'_, Out> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts to serve the log after `seq`.
    pub(crate) fn begin(&self, seq: Seq, place: Option<Place>) {
        self.out().cursor = Some(Cursor { seq, pos: place.map(|place| place.pos) });
        self.turn.notify_one();
    }

    /// Adds whole frames for this connection alone. They go out with the next flush, delivery or drive.
    pub(crate) fn push(&self, frames: &[u8]) {
        self.add(&mut self.out(), frames);
    }

    /// Adds frames behind what is pending, unless the connection is at its end: nothing stands behind a close frame.
    fn add(&self, out: &mut Out, frames: &[u8]) {
        if out.ended.is_some() {
            return;
        }
        if out.pending.len() + frames.len() > self.max_pending {
            tracing::debug!(connection = self.id.0, "cut: it asks and does not read");
            out.cut(CloseCode::Policy);
            self.turn.notify_one();
            return;
        }
        out.pending.extend_from_slice(frames);
    }

    /// Adds a frame of `hearth.v1` for this connection alone.
    pub(crate) fn push_frame(&self, frame: &ServerFrame) {
        let mut bytes = Vec::new();
        frame::v1(frame, &mut bytes);
        self.push(&bytes);
    }

    /// Sends what is pending, at once if the connection is caught up.
    pub(crate) fn flush(&self) {
        let mut out = self.out();
        if out.live {
            self.send(&mut out, None);
        }
        if !out.live {
            self.turn.notify_one();
        }
    }

    /// Sends of what is pending as much as the socket takes now; the connection's task does the rest.
    pub(crate) fn hurry(&self) {
        let mut out = self.out();
        self.send(&mut out, None);
        drop(out);
        self.turn.notify_one();
    }

    /// Sends a chunk of the tape, if the connection is caught up. Called by the writer only.
    pub(crate) fn deliver(&self, chunk: &Chunk) {
        let mut out = self.out();
        if !out.live {
            return;
        }
        let reached = out.cursor.and_then(|cursor| cursor.pos).is_some_and(|pos| pos >= chunk.start());
        if reached {
            self.send(&mut out, Some(chunk));
        } else {
            out.live = false;
        }
        if !out.live {
            self.turn.notify_one();
        }
    }

    /// One write of all that is pending and of the chunk from the cursor on. When the socket does not take it all,
    /// the rest of a frame it took in part becomes pending, so that the cursor stands between two frames.
    fn send(&self, out: &mut Out, chunk: Option<&Chunk>) {
        let pos = out.cursor.and_then(|cursor| cursor.pos).unwrap_or_default();
        let shared = chunk.map(|chunk| chunk.from(pos)).unwrap_or_default();
        if out.pending.is_empty() && shared.is_empty() && !out.held {
            return;
        }
        let Ok(Written { taken, moved, held }) = self.socket.try_write(&out.pending, shared) else {
            out.cut(CloseCode::Normal);
            return;
        };
        if moved {
            out.stalled_since = None;
        }
        out.held = held;
        let own = taken.min(out.pending.len());
        out.pending.advance(own);
        if out.pending.is_empty() {
            // A drained buffer would keep the size of the longest burst: a welcome in a large room is 50 KiB.
            out.pending = BytesMut::new();
        }
        let taken = taken - own;
        if let Some(chunk) = chunk {
            let at = pos + taken as u64;
            let next = if taken == 0 { None } else { Some(chunk.boundary(at)) };
            if let Some(next) = next {
                let rest = usize::try_from(next.pos - at).unwrap_or_default();
                out.pending.extend_from_slice(&shared[taken..taken + rest]);
                out.cursor = Some(Cursor { seq: next.seq, pos: Some(next.pos) });
            }
        }
        if taken < shared.len() || !out.pending.is_empty() || held {
            out.live = false;
            out.stalled_since.get_or_insert_with(Instant::now);
        }
    }

    /// Drives a connection that is not live, until it is, or has nothing to send. May be dropped at any await.
    pub(crate) async fn drive(&self, feed: &Feed) -> io::Result<()> {
        loop {
            match self.step(feed) {
                Step::Rest => return Ok(()),
                Step::Writable => self.socket.writable().await?,
                Step::Read(after) => self.catch_up(feed, after).await?,
            }
        }
    }

    fn step(&self, feed: &Feed) -> Step {
        let mut out = self.out();
        loop {
            if !out.pending.is_empty() || out.held {
                self.send(&mut out, None);
                if !out.pending.is_empty() || out.held {
                    return Step::Writable;
                }
            }
            if out.ended.is_some() {
                return Step::Rest;
            }
            let Some(cursor) = out.cursor else {
                return Step::Rest;
            };
            let tape = feed.tape(self.dialect);
            let Some((pos, chunk)) = cursor.pos.and_then(|pos| Some((pos, tape.chunk_at(pos)?))) else {
                let place = tape.after(cursor.seq);
                drop(tape);
                let Some(place) = place else {
                    return Step::Read(cursor.seq);
                };
                out.cursor = Some(Cursor { seq: cursor.seq, pos: Some(place.pos) });
                continue;
            };
            if chunk.is_empty() {
                // The tape is compared with the cursor while `out` is locked. What is appended after this look is
                // delivered by the writer, which waits for the lock and then finds the connection live.
                out.cursor = Some(Cursor { seq: chunk.last().seq, pos: Some(pos) });
                out.live = true;
                out.stalled_since = None;
                return Step::Rest;
            }
            drop(tape);
            self.send(&mut out, Some(&chunk));
            if out.ended.is_none() && out.cursor.and_then(|cursor| cursor.pos) == Some(pos) {
                return Step::Writable;
            }
        }
    }
}

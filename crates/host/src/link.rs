//! The sending side of one connection.
//!
//! What goes out is a sequence of whole frames: `pending` first (frames for this connection alone, and the rest of a
//! frame that the socket took in part), then the tape from the cursor on. A link that is caught up is *live*: the
//! writer serves it. One whose socket did not take everything is not: its connection's task drives it, at the
//! socket's own speed, from the tape and, where that no longer reaches back, from the log.
//!
//! ```text
//!            begin              caught up
//!  greeting ───────► behind ◄─────────────► live
//!      │                │   socket is full   │
//!      └────────────────┴────► ended ◄───────┘
//! ```

use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::{Buf, BytesMut};
use hearth_protocol::{CloseCode, Dialect, Gap, Seq, ServerFrame};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::encode;
use crate::host::Shared;
use crate::hub::Request;
use crate::tape::{Chunk, Place};

/// Frames for one connection alone that may wait. A client that lets more pile up (by pinging and never reading, or
/// by asking for page after page) is cut.
pub(crate) const PENDING_BYTES: usize = 256 * 1024;

/// Entries read from the log at once for one that lags: some 60 KiB of usual lines.
const CATCH_UP_ENTRIES: usize = 256;

/// What is read and thrown away behind our close frame: a client that pours without end does not get that far.
const DRAINED_BYTES: usize = 16 * 1024 * 1024;

/// Where reading of the log pauses to let the socket drain.
const CATCH_UP_BYTES: usize = 128 * 1024;

/// Names a connection within a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ConnId(pub(crate) u64);

/// The sending side of one connection.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) id: ConnId,
    pub(crate) dialect: Dialect,
    pub(crate) tcp: TcpStream,
    /// Wakes the connection's task: the link needs driving.
    pub(crate) turn: Notify,
    out: Mutex<Out>,
    /// When the last byte came, in milliseconds since the host's start.
    heard_ms: AtomicU64,
    /// When the first byte of an unfinished message came; 0 while there is none.
    speaks_ms: AtomicU64,
    max_pending: usize,
}

#[derive(Debug, Default)]
struct Out {
    pending: BytesMut,
    cursor: Option<Cursor>,
    live: bool,
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
        self.live = false;
    }
}

#[derive(Debug, Clone, Copy)]
struct Cursor {
    seq: Seq,
    /// The position on the tape; `None` when the tape does not reach back to `seq`.
    pos: Option<u64>,
}

/// What a link needs next.
enum Step {
    /// Nothing: it is live, or waits for its greeting, or is at its end.
    Rest,
    /// Room in the socket.
    Writable,
    /// Entries after this one, from the log.
    Read(Seq),
}

/// What the periodic look found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Fine,
    /// Its task has ended it, or should.
    Gone,
}

impl Link {
    pub(crate) fn new(id: ConnId, dialect: Dialect, tcp: TcpStream, max_pending: usize) -> Self {
        Self {
            id,
            dialect,
            tcp,
            turn: Notify::new(),
            out: Mutex::default(),
            heard_ms: AtomicU64::new(0),
            speaks_ms: AtomicU64::new(0),
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
        let mut out = self.out();
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

    /// Sends what is pending, at once if the link is caught up.
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

    /// Sends a chunk of the tape, if the link is caught up. Called by the writer only.
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
        if out.pending.is_empty() && shared.is_empty() {
            return;
        }
        let written = if out.pending.is_empty() {
            self.tcp.try_write(shared)
        } else {
            self.tcp.try_write_vectored(&[IoSlice::new(&out.pending), IoSlice::new(shared)])
        };
        let written = match written {
            Ok(written) => written,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(_) => {
                out.cut(CloseCode::Normal);
                return;
            }
        };
        if written > 0 {
            out.stalled_since = None;
        }
        let own = written.min(out.pending.len());
        out.pending.advance(own);
        if out.pending.is_empty() {
            // A drained buffer would keep the size of the longest burst: a welcome in a large room is 50 KiB.
            out.pending = BytesMut::new();
        }
        let taken = written - own;
        if let Some(chunk) = chunk {
            let at = pos + taken as u64;
            let next = if taken == 0 { None } else { Some(chunk.boundary(at)) };
            if let Some(next) = next {
                let rest = usize::try_from(next.pos - at).unwrap_or_default();
                out.pending.extend_from_slice(&shared[taken..taken + rest]);
                out.cursor = Some(Cursor { seq: next.seq, pos: Some(next.pos) });
            }
        }
        if taken < shared.len() || !out.pending.is_empty() {
            out.live = false;
            out.stalled_since.get_or_insert_with(Instant::now);
        }
    }

    /// Drives a link that is not live, until it is, or has nothing to send. May be dropped at any await.
    pub(crate) async fn drive(&self, shared: &Shared) -> io::Result<()> {
        loop {
            match self.step(shared) {
                Step::Rest => return Ok(()),
                Step::Writable => self.tcp.writable().await?,
                Step::Read(after) => self.catch_up(shared, after).await?,
            }
        }
    }

    fn step(&self, shared: &Shared) -> Step {
        let mut out = self.out();
        loop {
            if !out.pending.is_empty() {
                self.send(&mut out, None);
                if !out.pending.is_empty() {
                    return Step::Writable;
                }
            }
            if out.ended.is_some() {
                return Step::Rest;
            }
            let Some(cursor) = out.cursor else {
                return Step::Rest;
            };
            let tape = shared.tape(self.dialect);
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
                // delivered by the writer, which waits for the lock and then finds the link live.
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

    /// Reads on in the log, for one that the tape has left behind.
    async fn catch_up(&self, shared: &Shared, after: Seq) -> io::Result<()> {
        let request = shared.hub.reserve().await.map_err(|_| io::ErrorKind::NotConnected)?;
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
        let mut out = self.out();
        out.pending.extend_from_slice(&bytes);
        let place = shared.tape(self.dialect).after(seq);
        out.cursor = Some(Cursor { seq, pos: place.map(|place| place.pos) });
        if place.is_some() && self.dialect == Dialect::V1 {
            // Back on the tape. Changes of the roster stand there only, and some may have been passed over.
            request.send(Request::Roster { conn: self.id });
        }
        Ok(())
    }

    /// Says goodbye: a close frame goes out behind what is pending, and nothing after it.
    pub(crate) fn end(&self, code: CloseCode, reason: &str) {
        self.push(&encode::close(code, reason));
        let mut out = self.out();
        out.ended.get_or_insert(code);
        out.live = false;
        drop(out);
        self.turn.notify_one();
    }

    /// Sends what is pending and nothing after it: the other side has closed.
    pub(crate) fn finish(&self) {
        let mut out = self.out();
        out.ended.get_or_insert(CloseCode::Normal);
        out.live = false;
    }

    /// Ends our side of the TCP connection and reads on until the other side ends too. To close a socket with unread
    /// bytes is to reset it, and the other side would lose the close frame that says why.
    pub(crate) async fn drain(&self) {
        let _ = socket2::SockRef::from(&self.tcp).shutdown(Shutdown::Write);
        let mut unread = [0; 4096];
        let mut left = DRAINED_BYTES;
        while self.tcp.readable().await.is_ok() {
            match self.tcp.try_read(&mut unread) {
                Ok(read) if (1..left).contains(&read) => left -= read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Ends the TCP connection, both ways. Others may hold the link a little longer.
    pub(crate) fn hang_up(&self) {
        self.finish();
        // Fails when the other side was faster.
        let _ = socket2::SockRef::from(&self.tcp).shutdown(Shutdown::Both);
    }

    /// Whether it ended without a word.
    pub(crate) fn is_cut(&self) -> bool {
        self.out().cut
    }

    /// Whether it is at its end, and why.
    pub(crate) fn ended(&self) -> Option<CloseCode> {
        self.out().ended
    }

    /// A byte came.
    pub(crate) fn heard(&self, since_start: Duration) {
        self.heard_ms.store(millis(since_start), Ordering::Relaxed);
    }

    /// The first byte of a message came.
    pub(crate) fn speaks(&self, since_start: Duration) {
        self.speaks_ms.store(millis(since_start).max(1), Ordering::Relaxed);
    }

    /// The message is whole.
    pub(crate) fn whole(&self) {
        self.speaks_ms.store(0, Ordering::Relaxed);
    }

    /// The periodic look: asks a silent peer, cuts a dead one and one that takes nothing.
    pub(crate) fn examine(&self, since_start: Duration, limits: &crate::Limits) -> Health {
        let since = |ms: u64| Duration::from_millis(millis(since_start).saturating_sub(ms));
        let heard_ms = self.heard_ms.load(Ordering::Relaxed);
        let silent = since(heard_ms);
        let speaks = self.speaks_ms.load(Ordering::Relaxed);
        let dribbles = speaks > 0 && since(speaks) > limits.silence;
        let mut out = self.out();
        if out.ended.is_some() {
            return Health::Gone;
        }
        let stalled = out.stalled_since.is_some_and(|since| since.elapsed() > limits.silence);
        if silent > limits.silence || stalled || dribbles {
            tracing::debug!(connection = self.id.0, ?silent, stalled, dribbles, "cut: nothing goes through");
            out.cut(CloseCode::Policy);
            self.turn.notify_one();
            return Health::Gone;
        }
        let asked = out.pinged_ms.is_some_and(|pinged_ms| pinged_ms > heard_ms);
        if silent > limits.ping_after && !asked {
            out.pinged_ms = Some(millis(since_start));
            drop(out);
            self.push(encode::PING);
            self.flush();
        }
        Health::Fine
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

//! The sending side of one connection: its socket, and its cursor under a lock. A slow reader costs nobody else anything.

mod ending;
mod health;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hearth_protocol::{CloseCode, Dialect, Seq, ServerFrame};
use tokio::sync::Notify;

use crate::base::clock::Clock;
use crate::base::conn_id::ConnId;
use crate::fanout::cursor::{Cursor, Cut, Step};
use crate::fanout::feed::Feed;
use crate::fanout::frame;
use crate::fanout::replay::{REPLAY_ENTRIES, Replay};
use crate::fanout::tape::{Chunk, Place};
use crate::net::stream::Stream;

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
    /// Locked before a tape, never behind one, and never across an await.
    cursor: Mutex<Cursor>,
    clock: Clock,
    /// When the last byte came, in milliseconds since the host's start.
    heard_ms: AtomicU64,
    /// When the first byte of an unfinished message came; 0 while there is none.
    speaks_ms: AtomicU64,
    /// When we last asked whether anybody is there; 0 while we have not.
    pinged_ms: AtomicU64,
    /// The writer was told that something is pending.
    pub(crate) touched: AtomicBool,
    /// It is back on the tape, and may have missed changes of the roster.
    missed_roster: AtomicBool,
}

/// What a connection that is driven waits for.
enum Wait {
    /// Nothing: it is live, or waits for its greeting, or is at its end.
    Rest,
    /// Room in the socket.
    Writable,
    /// Entries after this one, from the log.
    Read(Seq),
}

impl Outbound {
    pub(crate) fn new(
        id: ConnId,
        dialect: Dialect,
        socket: Stream,
        max_pending: usize,
        clock: Clock,
    ) -> Self {
        let cursor = Cursor::new(max_pending, socket.holds());
        Self {
            id,
            dialect,
            socket,
            turn: Notify::new(),
            cursor: Mutex::new(cursor),
            clock,
            heard_ms: AtomicU64::new(0),
            speaks_ms: AtomicU64::new(0),
            pinged_ms: AtomicU64::new(0),
            touched: AtomicBool::new(false),
            missed_roster: AtomicBool::new(false),
        }
    }

    fn cursor(&self) -> MutexGuard<'_, Cursor> {
        self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts to serve the log after `seq`.
    pub(crate) fn begin(&self, seq: Seq, place: Option<Place>) {
        self.cursor().begin(seq, place);
        self.turn.notify_one();
    }

    /// Adds whole frames for this connection alone. They go out with the next flush, delivery or drive.
    pub(crate) fn push(&self, frames: &[u8]) {
        let pushed = self.cursor().push(frames);
        self.note(pushed);
    }

    /// One that is cut has its task see to it.
    fn note(&self, pushed: Result<(), Cut>) {
        if pushed == Err(Cut) {
            tracing::debug!(connection = self.id.0, "cut: it asks and does not read");
            self.turn.notify_one();
        }
    }

    /// Adds a frame of `hearth.v1` for this connection alone.
    pub(crate) fn push_frame(&self, frame: &ServerFrame) {
        let mut bytes = Vec::new();
        frame::v1(frame, &mut bytes);
        self.push(&bytes);
    }

    /// Sends what is pending, at once if the connection is caught up.
    pub(crate) fn flush(&self) {
        let mut cursor = self.cursor();
        if cursor.is_live() {
            self.send(&mut cursor, None);
        }
        if !cursor.is_live() {
            self.turn.notify_one();
        }
    }

    /// Sends of what is pending as much as the socket takes now; the connection's task does the rest.
    pub(crate) fn hurry(&self) {
        let mut cursor = self.cursor();
        self.send(&mut cursor, None);
        drop(cursor);
        self.turn.notify_one();
    }

    /// Sends a chunk of the tape, if the connection is caught up. Called by the writer only.
    pub(crate) fn deliver(&self, chunk: &Chunk) {
        let mut cursor = self.cursor();
        if !cursor.is_live() {
            return;
        }
        if cursor.meets(chunk) {
            self.send(&mut cursor, Some(chunk));
        }
        if !cursor.is_live() {
            self.turn.notify_one();
        }
    }

    /// One write of what goes out now. Whether there is no need to wait for room in the socket.
    fn send(&self, cursor: &mut Cursor, chunk: Option<&Chunk>) -> bool {
        let Some((own, shared)) = cursor.outgoing(chunk) else { return true };
        let Ok(written) = self.socket.try_write(own, shared) else {
            cursor.cut(CloseCode::Normal);
            return true;
        };
        cursor.wrote(written, chunk, || self.clock.since_start())
    }

    /// Drives a connection that is not live, until it is, or has nothing to send. May be dropped at any await.
    pub(crate) async fn drive(&self, feed: &Feed) -> io::Result<()> {
        loop {
            match self.step(feed) {
                Wait::Rest => return Ok(()),
                Wait::Writable => self.socket.writable().await?,
                Wait::Read(after) => self.catch_up(feed, after).await?,
            }
        }
    }

    fn step(&self, feed: &Feed) -> Wait {
        let mut cursor = self.cursor();
        loop {
            // The tape is let go of before anything is written.
            let step = cursor.next(&feed.tape(self.dialect));
            match step {
                Step::Send(chunk) if self.send(&mut cursor, chunk.as_ref()) => {}
                Step::Send(_) => return Wait::Writable,
                Step::CatchUp(after) => return Wait::Read(after),
                // Classic guests have no words for the roster.
                Step::BackOnTape if self.dialect == Dialect::Classic => {}
                Step::BackOnTape => {
                    self.missed_roster.store(true, Ordering::Release);
                    self.turn.notify_one();
                }
                Step::Rest => return Wait::Rest,
            }
        }
    }

    /// Reads on in the log, for a connection that the tape has left behind.
    async fn catch_up(&self, feed: &Feed, after: Seq) -> io::Result<()> {
        let slice = feed.log.read_after(after, REPLAY_ENTRIES).await.map_err(io::Error::other)?;
        let replay = Replay::of(self.dialect, after, &slice);
        if replay.is_empty() {
            // All of it was read in the log before the hub put it on the tape, which it does next.
            tokio::task::yield_now().await;
        }
        self.cursor().caught_up(&replay);
        Ok(())
    }

    /// Whether it may have missed changes of the roster since this was last asked. Its task is woken when it has.
    pub(crate) fn take_missed_roster(&self) -> bool {
        self.missed_roster.swap(false, Ordering::AcqRel)
    }
}

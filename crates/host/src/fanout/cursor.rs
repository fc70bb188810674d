//! A cursor is the place of one connection in the log, and what its socket is sent next, however little that takes
//! (backpressure). Pure: the socket, its lock and the clock are for those who hold it.

use std::time::Duration;

use bytes::{Buf, BytesMut};
use hearth_protocol::{CloseCode, Seq};

use crate::fanout::replay::Replay;
use crate::fanout::tape::{Chunk, Place, Tape};
use crate::net::stream::Written;

/// The cursor of a connection.
///
/// What goes out is a sequence of whole frames: `pending` first (frames for this connection alone, and the rest of a
/// frame that the socket took in part), then the tape from the cursor on. A connection that is caught up is *live*: the
/// writer serves it. One whose socket did not take everything is not: its connection's task drives it, at the socket's
/// own speed, from the tape and, where that no longer reaches back, from the log.
///
/// ```text
///            begin              caught up
///  greeting ───────► behind ◄─────────────► live
///      │                │   socket is full   │
///      └────────────────┴────► ended ◄───────┘
/// ```
///
/// Two things stay true, whatever the socket takes and whoever comes first (ARCHITECTURE.md, 4 and 5):
///
/// - **It stands between two frames**, and goes forward only. What the socket took in part is finished from `pending`
///   before anything else, so frames never interleave.
/// - **It is never left behind silently.** It goes live in [`Self::next`] alone, at the end of a tape that whoever drives
///   it holds meanwhile together with the cursor. The tape grows before the writer walks the cursors, so what comes later is
///   delivered; and a chunk that begins behind a live cursor has it driven again ([`Self::meets`]).
#[derive(Debug, Default)]
pub struct Cursor {
    pending: BytesMut,
    max_pending: usize,
    /// How far the log has gone out; `None` before the greeting.
    reached: Option<Reached>,
    live: bool,
    /// The socket holds something that the kernel has not taken: it goes out before anything else.
    held: bool,
    /// Since when the socket has taken nothing, counted from the host's start.
    stalled_since: Option<Duration>,
    ended: Option<CloseCode>,
    /// Ended without a word, since the other side would not hear it.
    cut: bool,
}

#[derive(Debug, Clone, Copy)]
struct Reached {
    seq: Seq,
    /// The position on the tape; `None` when the tape does not reach back to `seq`.
    pos: Option<u64>,
}

/// What a connection needs next.
#[derive(Debug)]
pub enum Step {
    /// What is pending, and of this chunk what stands behind the cursor, is to be written.
    Send(Option<Chunk>),
    /// Entries after this one are to be read in the log.
    CatchUp(Seq),
    /// The roster is to be sent anew: it is back on the tape by what it has read, and not by where it stood. Changes of the
    /// roster are on the tape only, and some may have been passed over.
    BackOnTape,
    /// Nothing: it is live, or waits for its greeting, or is at its end.
    Rest,
}

/// The connection was cut, since more is pending than may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut;

impl Cursor {
    /// A cursor that waits for its greeting. `held`: the socket has something to send already.
    pub fn new(max_pending: usize, held: bool) -> Self {
        Self { max_pending, held, ..Self::default() }
    }

    /// Starts to serve the log after `seq`.
    pub fn begin(&mut self, seq: Seq, place: Option<Place>) {
        self.reached = Some(Reached { seq, pos: place.map(|place| place.pos) });
    }

    /// Adds whole frames for this connection alone behind what is pending, unless it is at its end: nothing stands behind
    /// a close frame.
    pub fn push(&mut self, frames: &[u8]) -> Result<(), Cut> {
        if self.ended.is_some() {
            return Ok(());
        }
        if self.pending.len() + frames.len() > self.max_pending {
            self.cut(CloseCode::Policy);
            return Err(Cut);
        }
        self.pending.extend_from_slice(frames);
        Ok(())
    }

    /// Adds frames the last of which is the close frame. A connection ends once: who comes later adds nothing.
    pub fn push_last(&mut self, frames: &[u8], code: CloseCode) -> Result<(), Cut> {
        let pushed = self.push(frames);
        self.end(code);
        pushed
    }

    /// Lets nothing more come behind what is pending.
    pub fn end(&mut self, code: CloseCode) {
        self.ended.get_or_insert(code);
        self.live = false;
    }

    /// Ends it without a word.
    pub fn cut(&mut self, code: CloseCode) {
        self.end(code);
        self.cut = true;
        self.pending = BytesMut::new();
        self.held = false;
    }

    /// What it needs next, when it is driven. The caller holds the tape and the cursor until this returns, in which it may go
    /// live: what is appended after this look is delivered by the writer, which waits for the cursor and then finds it live.
    pub fn next(&mut self, tape: &Tape) -> Step {
        if !self.pending.is_empty() || self.held {
            return Step::Send(None);
        }
        let Some(Reached { seq, pos }) = self.reached.filter(|_| self.ended.is_none()) else {
            return Step::Rest;
        };
        let Some((pos, chunk)) = pos.and_then(|pos| Some((pos, tape.chunk_at(pos)?))) else {
            let Some(place) = tape.after(seq) else { return Step::CatchUp(seq) };
            self.begin(seq, Some(place));
            return Step::BackOnTape;
        };
        if chunk.is_empty() {
            self.reached = Some(Reached { seq: chunk.last().seq, pos: Some(pos) });
            self.live = true;
            self.stalled_since = None;
            return Step::Rest;
        }
        Step::Send(Some(chunk))
    }

    /// Whether the writer's chunk goes on where a live cursor stands. One that has not come so far is live no longer, and
    /// needs driving.
    pub fn meets(&mut self, chunk: &Chunk) -> bool {
        let pos = self.reached.and_then(|reached| reached.pos);
        self.live &= pos.is_some_and(|pos| pos >= chunk.start());
        self.live
    }

    /// What is to be written now, in one write: all that is pending, and the chunk from the cursor on. `None` when that is
    /// nothing, and the socket holds nothing either.
    pub fn outgoing<'a>(&'a self, chunk: Option<&'a Chunk>) -> Option<(&'a [u8], &'a [u8])> {
        let shared = chunk.map(|chunk| chunk.from(self.pos())).unwrap_or_default();
        let any = !self.pending.is_empty() || !shared.is_empty() || self.held;
        any.then_some((&self.pending, shared))
    }

    /// Goes on by what became of a write of [`Self::outgoing`], and says whether the socket took all of it. If it did not,
    /// the rest of a frame it took in part becomes pending, so that the cursor stands between two frames.
    pub fn wrote(&mut self, written: Written, chunk: Option<&Chunk>, now: impl FnOnce() -> Duration) -> bool {
        let Written { taken, moved, held } = written;
        if moved {
            self.stalled_since = None;
        }
        self.held = held;
        let own = taken.min(self.pending.len());
        self.pending.advance(own);
        if self.pending.is_empty() {
            // A drained buffer would keep the size of the longest burst: a welcome in a large room is 50 KiB.
            self.pending = BytesMut::new();
        }
        let all = chunk.is_none_or(|chunk| self.wrote_chunk(taken - own, chunk));
        let all = all && self.pending.is_empty() && !held;
        if !all {
            self.live = false;
            self.stalled_since.get_or_insert_with(now);
        }
        all
    }

    fn wrote_chunk(&mut self, taken: usize, chunk: &Chunk) -> bool {
        let pos = self.pos();
        let shared = chunk.from(pos);
        if taken > 0 {
            let at = pos + taken as u64;
            let next = chunk.boundary(at);
            let rest = usize::try_from(next.pos - at).unwrap_or_default();
            self.pending.extend_from_slice(&shared[taken..taken + rest]);
            self.reached = Some(Reached { seq: next.seq, pos: Some(next.pos) });
        }
        taken == shared.len()
    }

    /// Adds what was read in the log, unless it ended meanwhile: the close frame stays the last.
    pub fn caught_up(&mut self, replay: &Replay) {
        if self.ended.is_none() {
            self.pending.extend_from_slice(&replay.frames);
            self.begin(replay.reached, None);
        }
    }

    /// Whether the writer serves it.
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// Whether it is at its end, and why.
    pub fn ended(&self) -> Option<CloseCode> {
        self.ended
    }

    /// Whether it ended without a word.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Whether the socket has taken nothing for longer than this, though there is something to take.
    pub fn is_stalled(&self, now: Duration, longer: Duration) -> bool {
        self.stalled_since.is_some_and(|since| now.saturating_sub(since) > longer)
    }

    fn pos(&self) -> u64 {
        self.reached.and_then(|reached| reached.pos).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;

//! A host's fan-out: its tape, and the cursors of its connections over simulated sockets. Who has a turn when is for the one
//! who throws the dice; one turn is what the host does under one lock.

use std::collections::BTreeMap;
use std::mem;
use std::time::Duration;

use hearth_host::pure::{Chunk, ConnId, Cursor, Frames, Replay, Step, Tape, frame};
use hearth_log::Log;
use hearth_protocol::{CloseCode, Dialect, Seq, ServerFrame};

use super::host::done;
use super::socket::Socket;

/// How much a tape holds: some dozens of lines, so that readers are left behind now and then.
const TAPE_BYTES: usize = 6_000;

/// Entries read at once for a reader who was left behind.
const CATCH_UP: usize = 5;

/// What may wait for one connection: more than anybody here asks for.
const PENDING_BYTES: usize = 256 * 1024;

/// The fan-out.
#[derive(Debug)]
pub(super) struct Fanout {
    tape: Tape,
    conns: BTreeMap<ConnId, Conn>,
    /// There is something new for the writer,
    woken: bool,
    /// and these are to be served from now on,
    joining: Vec<ConnId>,
    /// and these have something pending.
    touched: Vec<ConnId>,
    walk: Walk,
    /// Those whom the writer serves, and how far it has got on the tape.
    served: Vec<ConnId>,
    written: u64,
}

/// Where the writer is.
#[derive(Debug, Default)]
enum Walk {
    #[default]
    Waits,
    HasRead(Chunk),
    Serves {
        chunk: Chunk,
        left: Vec<ConnId>,
        touched: Vec<ConnId>,
    },
}

/// The sending side of a connection.
#[derive(Debug)]
struct Conn {
    cursor: Cursor,
    socket: Socket,
    /// Its task was woken.
    awake: bool,
    /// Its task waits for room in the socket.
    waits: bool,
    /// What its task has read in the log.
    replay: Option<Replay>,
}

impl Fanout {
    pub(super) fn new(head: Seq) -> Self {
        Self {
            tape: Tape::new(head, TAPE_BYTES),
            conns: BTreeMap::new(),
            woken: false,
            joining: Vec::new(),
            touched: Vec::new(),
            walk: Walk::Waits,
            served: Vec::new(),
            written: 0,
        }
    }

    pub(super) fn accept(&mut self, id: ConnId, tls: bool) {
        let cursor = Cursor::new(PENDING_BYTES, false);
        let conn = Conn { cursor, socket: Socket::new(tls), awake: true, waits: false, replay: None };
        self.conns.insert(id, conn);
    }

    pub(super) fn lose(&mut self, id: ConnId) {
        self.conns.remove(&id);
    }

    pub(super) fn append(&mut self, frames: Frames, head: Seq) {
        self.tape.append(frames, head);
    }

    /// What stands on the tape up to here is read in the log.
    pub(super) fn forget(&mut self, seq: Seq) {
        self.tape.forget(seq);
    }

    pub(super) fn wake(&mut self) {
        self.woken = true;
    }

    /// Sends one connection something of its own.
    pub(super) fn send(&mut self, id: ConnId, frames: &[u8]) {
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.push(frames);
            conn.flush();
        }
    }

    /// Leaves the hub's answer to a connection for the writer, unless it ends with that.
    pub(super) fn reply(&mut self, id: ConnId, (frames, ends): (Vec<u8>, Option<CloseCode>)) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if let Some(code) = ends {
            conn.cursor.push_last(&frames, code).expect("there is room for it");
            conn.awake = true;
        } else {
            conn.push(&frames);
            self.touched.push(id);
        }
    }

    /// Greets a connection, and serves it from there on.
    pub(super) fn welcome(&mut self, id: ConnId, welcome: &ServerFrame, after: Seq) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let mut bytes = Vec::new();
        frame(welcome, &mut bytes);
        conn.push(&bytes);
        conn.write(None);
        conn.cursor.begin(after, self.tape.after(after));
        conn.awake = true;
        self.joining.push(id);
    }

    /// The writer has a turn, in the order of the host's. Whether there was anything to do.
    pub(super) fn write(&mut self) -> bool {
        match mem::take(&mut self.walk) {
            Walk::Waits if !mem::take(&mut self.woken) => return false,
            Walk::Waits => self.walk = Walk::HasRead(self.tape.since(self.written)),
            Walk::HasRead(chunk) => {
                self.served.append(&mut self.joining);
                self.served.retain(|id| self.conns.contains_key(id));
                self.written = chunk.end();
                let left = if chunk.is_empty() { Vec::new() } else { self.served.clone() };
                self.walk = Walk::Serves { chunk, left, touched: mem::take(&mut self.touched) };
            }
            Walk::Serves { chunk, mut left, mut touched } => {
                let next = left.pop();
                let Some(id) = next.or_else(|| touched.pop()) else { return true };
                match self.conns.get_mut(&id) {
                    Some(conn) if next.is_some() => conn.deliver(&chunk),
                    Some(conn) => conn.flush(),
                    // Who is gone needs nothing.
                    None => {}
                }
                self.walk = Walk::Serves { chunk, left, touched };
            }
        }
        true
    }

    /// A connection's task has a turn.
    pub(super) fn drive(&mut self, id: ConnId, log: &dyn Log) -> Drove {
        let Some(conn) = self.conns.get_mut(&id).filter(|conn| conn.awake) else { return Drove::Nothing };
        conn.awake = false;
        if let Some(replay) = conn.replay.take() {
            conn.awake = true;
            conn.cursor.caught_up(&replay);
            return Drove::On;
        }
        match conn.cursor.next(&self.tape) {
            Step::Rest => {}
            Step::BackOnTape => {
                conn.awake = true;
                return Drove::BackOnTape;
            }
            Step::Send(chunk) => {
                conn.awake = conn.write(chunk.as_ref());
                conn.waits = !conn.awake;
            }
            Step::CatchUp(after) => {
                conn.awake = true;
                let slice = done(log.read_after(after, CATCH_UP)).expect("a slice");
                let replay = Replay::of(Dialect::V1, after, &slice);
                if replay.is_empty() {
                    let head = self.tape.end().seq;
                    assert!(after > head, "the tape does not reach back to {after}, nor does the log go on");
                    // What it has of the log comes to the tape when the hub gets to it.
                    return Drove::Nothing;
                }
                conn.replay = Some(replay);
            }
        }
        Drove::On
    }

    /// The network carries some bytes of a connection.
    pub(super) fn carry(&mut self, id: ConnId, most: usize) -> impl Iterator<Item = u8> {
        let conn = self.conns.get_mut(&id);
        conn.into_iter().flat_map(move |conn| {
            conn.awake |= mem::take(&mut conn.waits);
            conn.socket.carry(most)
        })
    }

    /// Nobody is left behind silently: when nothing moves, whoever is served is live, at the end of the tape.
    pub(super) fn leaves_nobody_behind(&mut self) {
        let end = self.tape.since(self.tape.end().pos);
        for id in &self.served {
            let Some(conn) = self.conns.get_mut(id) else { continue };
            assert!(conn.cursor.ended().is_some() || conn.cursor.meets(&end), "{id:?} is left behind");
        }
    }
}

/// What became of a turn of a connection's task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drove {
    Nothing,
    On,
    /// It goes on, and may have missed changes of the roster.
    BackOnTape,
}

/// As in the host's own sending side, but for the lock.
impl Conn {
    fn push(&mut self, frames: &[u8]) {
        self.cursor.push(frames).expect("there is room for it");
    }

    fn flush(&mut self) {
        if self.cursor.is_live() {
            self.write(None);
        }
        self.awake |= !self.cursor.is_live();
    }

    fn deliver(&mut self, chunk: &Chunk) {
        if self.cursor.is_live() {
            if self.cursor.meets(chunk) {
                self.write(Some(chunk));
            }
            self.awake |= !self.cursor.is_live();
        }
    }

    fn write(&mut self, chunk: Option<&Chunk>) -> bool {
        let Some((own, shared)) = self.cursor.outgoing(chunk) else { return true };
        let written = self.socket.write(own, shared);
        self.cursor.wrote(written, chunk, || Duration::ZERO)
    }
}

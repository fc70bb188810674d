//! A host: the real room over a log, the real tape, and for each connection a cursor as in the host's link.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt;
use hearth_host::pure::{
    Committed, ConnId, Fresh, Gate, JoinRequest, Now, Parting, Replies, Reply, Room, Tape, commit, frames,
    reads_on,
};
use hearth_log::Log;
use hearth_protocol::classic::ClassicMessage;
use hearth_protocol::{
    Act, ClientFrame, Dialect, Gap, Hello, HistoryRequest, MemberId, MemberToken, Page, PostId, RefusalCode,
    Refused, RoomInfo, Secret, Seq, ServerFrame, decode_client, encode,
};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::wire::{Down, Up};

/// Requests decided together, at most.
const GROUP: usize = 8;

/// How much a tape holds: some dozens of lines, so that readers are left behind now and then.
const TAPE_BYTES: usize = 6_000;

/// Entries read at once for a reader who was left behind.
const CATCH_UP: usize = 5;

/// A host.
pub(super) struct Host {
    log: Arc<dyn Log>,
    started: Duration,
    /// While nothing is on its way to the disk.
    room: Option<Room>,
    commit: Option<Commit>,
    requests: VecDeque<Request>,
    conns: BTreeMap<ConnId, Conn>,
    next_conn: u64,
    tape: Tape,
    dice: StdRng,
}

/// A group on its way to the disk.
type Commit = Pin<Box<dyn Future<Output = (Room, Committed, Vec<(ConnId, Seq)>)>>>;

#[derive(Debug)]
enum Request {
    Hello(ConnId, Box<Hello>),
    Classic(ConnId, ClassicMessage),
    Act(ConnId, Act),
    Roster(ConnId),
    Gone(ConnId, Parting),
}

/// The sending side of a connection.
#[derive(Debug, Default)]
struct Conn {
    pending: VecDeque<Down>,
    cursor: Option<(Seq, Option<u64>)>,
    ended: bool,
}

impl Host {
    /// Starts it over a log, as `Host::start` does.
    pub(super) fn start(log: Arc<dyn Log>, seed: u64, started: Duration) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let known = done(log.members(usize::MAX)).expect("members");
        let newest = done(log.read_before(Seq::MAX, 1)).expect("the newest");
        let last_sign = newest.entries.last().map(|entry| entry.at);
        let head = *log.head().borrow();
        let grace = Duration::from_secs(10);
        let now = at(started, Duration::ZERO);
        let gate = Gate::open(Secret::from_random(dice.random()));
        let info = RoomInfo { name: "读书会".to_owned(), key: None };
        let room = Room::new(info, grace, gate, known, last_sign, || fresh(&mut dice), now);
        Self {
            log,
            started,
            room: Some(room),
            commit: None,
            requests: VecDeque::new(),
            conns: BTreeMap::new(),
            next_conn: 1,
            tape: Tape::new(head, TAPE_BYTES),
            dice,
        }
    }

    /// Somebody connects.
    pub(super) fn accept(&mut self) -> ConnId {
        let conn = ConnId(self.next_conn);
        self.next_conn += 1;
        self.conns.insert(conn, Conn::default());
        conn
    }

    /// Reads what has come.
    pub(super) fn read(&mut self, conn: ConnId, up: Up) {
        let text = match up {
            Up::Text(text) => text,
            Up::Ping => return self.push(conn, Down::Pong),
        };
        match decode_client(&text).expect("a frame of the protocol") {
            ClientFrame::Hello(hello) => self.requests.push_back(Request::Hello(conn, Box::new(hello))),
            ClientFrame::Act(act) => {
                self.requests.push_back(Request::Act(conn, act.check().expect("within the limits")));
            }
            ClientFrame::History(HistoryRequest { before, after, limit }) => {
                let slice = done(self.log.read_before(before, limit as usize)).expect("a slice");
                let entries = slice.entries.iter().map(|entry| (**entry).clone()).collect();
                let page = ServerFrame::Page(Page { before, after, entries, more: slice.more });
                self.push(conn, Down::Text(encode(&page)));
            }
            ClientFrame::Search(_) | ClientFrame::Probed(_) => {}
        }
    }

    /// A classic guest says something, under a connection of their own that nobody else uses.
    pub(super) fn hear_classic(&mut self, conn: ConnId, nickname: &str, message: &str) {
        let (nickname, message) = (nickname.to_owned(), message.to_owned());
        let message = ClassicMessage { nickname, message, time: "1-5 9:4:0".to_owned(), status: None };
        self.requests.push_back(Request::Classic(conn, message));
    }

    /// A connection's end is seen.
    pub(super) fn lose(&mut self, conn: ConnId) {
        self.conns.remove(&conn);
        let parting = if self.dice.random() { Parting::Lost } else { Parting::OnPurpose };
        self.requests.push_back(Request::Gone(conn, parting));
    }

    /// Decides on some of what was asked for, and hands it to the log. Gives what was acked at once.
    pub(super) fn decide(&mut self, now: Duration) -> Vec<(PostId, Seq)> {
        let Some(mut room) = self.room.take() else { return Vec::new() };
        let time = at(now, now.saturating_sub(self.started));
        let mut batch = room.expire(time);
        let some = self.dice.random_range(1..=GROUP).min(self.requests.len());
        for request in self.requests.drain(..some) {
            let dice = &mut self.dice;
            match request {
                Request::Hello(conn, hello) => {
                    let after = done(reads_on(&hello, &*self.log));
                    let join = JoinRequest { conn, hello, after, from: Ipv4Addr::LOCALHOST.into() };
                    room.hello(join, || fresh(dice), time, &mut batch);
                }
                Request::Classic(conn, message) => {
                    room.classic(conn, &message, || fresh(dice), time, &mut batch);
                }
                Request::Act(conn, act) => room.act(conn, act, time, &mut batch),
                Request::Roster(conn) => batch.rosters.push(conn),
                Request::Gone(conn, parting) => room.gone(conn, parting, time, &mut batch),
            }
        }
        let mut acked = self.tell(std::mem::take(&mut batch.replies));
        let welcomes = std::mem::take(&mut batch.welcomes);
        let log = Arc::clone(&self.log);
        self.commit = Some(Box::pin(async move {
            let committed = commit(&mut room, batch, &*log, || time).await;
            (room, committed, welcomes)
        }));
        acked.extend(self.go_on());
        acked
    }

    /// Whether there is something to decide.
    pub(super) fn is_asked(&self, now: Duration) -> bool {
        let since_start = now.saturating_sub(self.started);
        let expires = |room: &Room| room.next_due().is_some_and(|due| due <= since_start);
        !self.requests.is_empty() || self.room.as_ref().is_some_and(expires)
    }

    /// Whether a group is on its way to the disk.
    pub(super) fn is_busy(&self) -> bool {
        self.commit.is_some()
    }

    /// Goes on with the group under way, if the disk has it. Gives what was acked.
    pub(super) fn go_on(&mut self) -> Vec<(PostId, Seq)> {
        let Some(commit) = self.commit.as_mut() else { return Vec::new() };
        let Poll::Ready((room, committed, welcomes)) =
            commit.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        else {
            return Vec::new();
        };
        self.commit = None;
        if let Some(head) = committed.head() {
            self.tape.append(frames(&committed, Dialect::V1), head);
        }
        let acked = self.tell(committed.replies);
        let head = *self.log.head().borrow();
        for (conn, after) in welcomes {
            let Some(welcome) = room.welcome(conn, after, self.log.id(), head) else { continue };
            self.push(conn, Down::Text(encode(&ServerFrame::Welcome(welcome))));
            let place = self.tape.after(after).map(|place| place.pos);
            if let Some(conn) = self.conns.get_mut(&conn) {
                conn.cursor = Some((after, place));
            }
        }
        self.room = Some(room);
        acked
    }

    /// Gives the acks among the replies.
    fn tell(&mut self, replies: Replies) -> Vec<(PostId, Seq)> {
        let mut acked = Vec::new();
        for (conn, reply) in replies {
            match reply {
                Reply::Frame(frame) => {
                    if let ServerFrame::Ack(ack) = frame {
                        acked.push((ack.id, ack.seq));
                    }
                    self.push(conn, Down::Text(encode(&frame)));
                }
                Reply::HelloRefused(code, _) => self.turn_away(conn, code),
                Reply::TurnedAway => self.turn_away(conn, RefusalCode::Storage),
            }
        }
        acked
    }

    fn turn_away(&mut self, conn: ConnId, code: RefusalCode) {
        let message = "the hello was refused".to_owned();
        let refused =
            ServerFrame::Refused(Refused { id: None, of: None, code, message, retry_after_ms: None });
        self.push(conn, Down::Text(encode(&refused)));
        self.push(conn, Down::Close);
        if let Some(conn) = self.conns.get_mut(&conn) {
            conn.ended = true;
        }
    }

    fn push(&mut self, conn: ConnId, down: Down) {
        if let Some(conn) = self.conns.get_mut(&conn).filter(|conn| !conn.ended) {
            conn.pending.push_back(down);
        }
    }

    /// What the connection is sent next, as in the host's link: what is for it alone, then the tape, and where that
    /// does not reach back, the log.
    pub(super) fn serve(&mut self, id: ConnId) -> Option<Down> {
        let conn = self.conns.get_mut(&id)?;
        loop {
            if let Some(down) = conn.pending.pop_front() {
                return Some(down);
            }
            if conn.ended {
                return None;
            }
            let (seq, pos) = conn.cursor?;
            let chunk = pos.and_then(|pos| Some((pos, self.tape.chunk_at(pos)?)));
            let Some((pos, chunk)) = chunk else {
                if let Some(place) = self.tape.after(seq) {
                    conn.cursor = Some((seq, Some(place.pos)));
                    continue;
                }
                let (frames, reached) = catch_up(&*self.log, seq);
                if reached == seq {
                    assert!(
                        seq > self.tape.end().seq,
                        "the tape does not reach back to {seq}, nor does the log go on"
                    );
                    // What it has of the log comes to the tape when the hub gets to it.
                    return None;
                }
                conn.pending.extend(frames.into_iter().map(Down::Text));
                let place = self.tape.after(reached).map(|place| place.pos);
                conn.cursor = Some((reached, place));
                if place.is_some() {
                    self.requests.push_back(Request::Roster(id));
                }
                continue;
            };
            if chunk.is_empty() {
                conn.cursor = Some((chunk.last().seq, Some(pos)));
                return None;
            }
            let (text, length) = first_frame(chunk.from(pos));
            let next = chunk.boundary(pos + length);
            conn.cursor = Some((next.seq, Some(next.pos)));
            return Some(Down::Text(text));
        }
    }
}

/// Some entries from the log, and the place behind them.
fn catch_up(log: &dyn Log, after: Seq) -> (Vec<String>, Seq) {
    let slice = done(log.read_after(after, CATCH_UP)).expect("a slice");
    let mut seq = after;
    let mut frames = Vec::new();
    if let Some(to) = slice.trimmed_to {
        frames.push(encode(&ServerFrame::Gap(Gap { after, to })));
        seq = to;
    }
    for entry in slice.entries {
        seq = entry.seq;
        frames.push(encode(&ServerFrame::Entry((*entry).clone())));
    }
    (frames, seq)
}

/// The text of the first WebSocket frame, and its length (RFC 6455, section 5.2).
fn first_frame(bytes: &[u8]) -> (String, u64) {
    let (header, length) = match bytes[1] {
        126 => (4, usize::from(u16::from_be_bytes([bytes[2], bytes[3]]))),
        127 => panic!("a frame of more than 64 KiB"),
        short => (2, usize::from(short)),
    };
    let text = std::str::from_utf8(&bytes[header..header + length]).expect("UTF-8").to_owned();
    (text, (header + length) as u64)
}

fn fresh(dice: &mut StdRng) -> Fresh {
    Fresh { member: MemberId::from_random(dice.random()), token: MemberToken::from_random(dice.random()) }
}

fn at(now: Duration, since_start: Duration) -> Now {
    let ms = i64::try_from(now.as_millis()).expect("a short time");
    Now { clock: Timestamp::from_millisecond(ms).expect("a time"), since_start }
}

/// The outcome of what waits for nothing.
pub(super) fn done<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("it does not wait")
}

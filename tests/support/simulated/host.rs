//! A host: the real room over a log, the real commit and the real answers. What it reads and when it decides is for the one
//! who throws the dice.

use std::collections::VecDeque;
use std::future::Future;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt;
use hearth_host::pure::{
    Committed, ConnId, Fresh, Gate, JoinRequest, Now, Parting, Replies, Reply, Room, commit, frame, frames,
    read_lines, reads_on, reply,
};
use hearth_log::Log;
use hearth_protocol::classic::ClassicMessage;
use hearth_protocol::{
    Act, ClientFrame, Dialect, Hello, HistoryRequest, MemberId, MemberToken, Page, PostId, RoomInfo, Rules,
    Secret, Seq, ServerFrame, decode_client,
};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::fanout::{Drove, Fanout};
use super::wire::Up;

/// Requests decided together, at most.
const GROUP: usize = 8;

/// A pong without a payload, which the WebSocket library writes in a real host.
const PONG: &[u8] = &[0x8a, 0];

/// A host.
pub(super) struct Host {
    log: Arc<dyn Log>,
    started: Duration,
    /// While nothing is on its way to the disk.
    room: Option<Room>,
    commit: Option<Commit>,
    requests: VecDeque<Request>,
    pub(super) fanout: Fanout,
    next_conn: u64,
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
        let gate = Gate::open(Secret::from_random(dice.random()), Rules { members_pin: dice.random() });
        let info = RoomInfo { name: "读书会".to_owned(), key: None, owner: None };
        let room = Room::new(info, grace, gate, known, last_sign, || fresh(&mut dice), now);
        Self {
            log,
            started,
            room: Some(room),
            commit: None,
            requests: VecDeque::new(),
            fanout: Fanout::new(head),
            next_conn: 1,
            dice,
        }
    }

    /// Somebody connects.
    pub(super) fn accept(&mut self) -> ConnId {
        let conn = ConnId(self.next_conn);
        self.next_conn += 1;
        self.fanout.accept(conn, self.dice.random());
        conn
    }

    /// Reads what has come.
    pub(super) fn read(&mut self, conn: ConnId, up: Up) {
        let text = match up {
            Up::Text(text) => text,
            Up::Ping => return self.fanout.send(conn, PONG),
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
                let mut bytes = Vec::new();
                frame(&page, &mut bytes);
                self.fanout.send(conn, &bytes);
            }
            ClientFrame::Search(_) | ClientFrame::Lines(_) | ClientFrame::Typing | ClientFrame::Probed(_) => {
            }
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
        self.fanout.lose(conn);
        let parting = if self.dice.random() { Parting::Lost } else { Parting::OnPurpose };
        self.requests.push_back(Request::Gone(conn, parting));
    }

    /// Decides on some of what was asked for, and hands it to the log. Gives what was acked at once.
    pub(super) fn decide(&mut self, now: Duration) -> Vec<(PostId, Seq)> {
        let Some(mut room) = self.room.take() else { return Vec::new() };
        let time = at(now, now.saturating_sub(self.started));
        let mut batch = room.expire(time);
        let acts = self.requests.iter().filter_map(|request| match request {
            Request::Act(_, act) => Some(act),
            _ => None,
        });
        batch.lines = done(read_lines(acts, &*self.log));
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
        for (_, before) in committed.removed() {
            self.fanout.forget(before);
        }
        if let Some(head) = committed.head() {
            self.fanout.append(frames(&committed, Dialect::V1), head);
        }
        let acked = self.tell(committed.replies);
        let head = *self.log.head().borrow();
        for (conn, after) in welcomes {
            let Some(welcome) = room.welcome(conn, after, self.log.id(), head) else { continue };
            self.fanout.welcome(conn, &ServerFrame::Welcome(welcome), after);
        }
        self.fanout.wake();
        self.room = Some(room);
        acked
    }

    /// Gives the acks among the replies.
    fn tell(&mut self, replies: Replies) -> Vec<(PostId, Seq)> {
        let mut acked = Vec::new();
        for (conn, said) in replies {
            if let Reply::Frame(ServerFrame::Ack(ack)) = &said {
                acked.push((ack.id, ack.seq));
            }
            self.fanout.reply(conn, reply(said, Dialect::V1));
        }
        acked
    }

    /// A connection's task has a turn. Whether there was anything to do.
    pub(super) fn drive(&mut self, conn: ConnId) -> bool {
        let drove = self.fanout.drive(conn, &*self.log);
        if drove == Drove::BackOnTape {
            self.requests.push_back(Request::Roster(conn));
        }
        drove != Drove::Nothing
    }
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

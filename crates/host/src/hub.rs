//! The hub: the one task that owns the room. It takes what connections ask for in groups, lets the room decide,
//! appends to the log, and only then tells anybody.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hearth_log::{Appended, Draft, LogError};
use hearth_protocol::classic::ClassicMessage;
use hearth_protocol::{
    Ack, Body, CloseCode, Dialect, Hello, MemberId, MemberToken, MessageText, Nickname, People, PostId,
    RefusalCode, Refused, RoomInfo, Seq, ServerFrame, Welcome, You,
};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::encode;
use crate::host::Shared;
use crate::link::{ConnId, Link};
use crate::room::{Departure, Fresh, Now, Parting, Room};
use crate::tape::Frames;

/// Requests that may wait for the hub. When it is full, connections stop reading from their sockets.
pub(crate) const REQUESTS: usize = 1024;

/// Requests that are decided and committed together.
const GROUP: usize = 256;

/// Entries that a newcomer sees at once.
const NEWCOMER_ENTRIES: usize = 50;

/// Roster changes of a large room are told this often: four times a second.
const ROSTER_PERIOD: Duration = Duration::from_millis(250);

/// What a connection asks for.
#[derive(Debug)]
pub(crate) enum Request {
    /// A v1 client comes in.
    Hello { link: Arc<Link>, hello: Box<Hello> },
    /// A classic guest says something; the first time, they come in.
    Classic { link: Arc<Link>, message: ClassicMessage },
    /// A member posts.
    Post { conn: ConnId, id: PostId, text: MessageText },
    /// A member wants another nickname.
    Rename { conn: ConnId, nickname: Nickname },
    /// A reader lagged so far that it may have missed changes of the roster.
    Roster { conn: ConnId },
    /// A connection is gone.
    Gone { conn: ConnId, parting: Parting },
}

/// What follows once a draft is stored, or once it could not be.
enum Then {
    /// Somebody came in by this connection.
    Came {
        conn: ConnId,
    },
    /// A classic guest said something, or changed their nickname with it.
    Said {
        conn: ConnId,
    },
    Acknowledge {
        conn: ConnId,
        id: PostId,
    },
    Renamed {
        conn: ConnId,
        old: Nickname,
    },
    Farewell {
        member: MemberId,
        last: Option<String>,
    },
}

/// What a group of requests adds up to.
#[derive(Default)]
struct Decided {
    drafts: Vec<(Draft, Then)>,
    welcomes: Vec<(ConnId, Option<Seq>)>,
    renames: Vec<ConnId>,
}

/// The hub.
pub(crate) struct Hub {
    shared: Arc<Shared>,
    room: Room,
    links: HashMap<ConnId, Arc<Link>>,
    roster_told: Instant,
}

impl Hub {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let room = Room::new(shared.config.limits.grace);
        Self { shared, room, links: HashMap::new(), roster_told: Instant::now() }
    }

    /// Serves until every sender of requests is gone.
    pub(crate) async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            let due = self.next_due();
            tokio::select! {
                taken = requests.recv_many(&mut group, GROUP) => if taken == 0 { return },
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
            }
            let decided = self.decide(group.drain(..));
            self.commit(decided).await;
            self.tell_roster();
            self.shared.set_online(self.room.roster.online());
        }
    }

    fn now(&self) -> Now {
        let clock = Timestamp::now();
        let whole = Timestamp::from_millisecond(clock.as_millisecond()).unwrap_or(clock);
        Now { clock: whole, since_start: self.shared.since_start() }
    }

    fn next_due(&self) -> Option<Instant> {
        let started = Instant::from_std(self.shared.started);
        let fading = self.room.next_due().map(|due| started + due);
        let roster = self.room.roster.has_change().then(|| self.roster_told + ROSTER_PERIOD);
        fading.into_iter().chain(roster).min()
    }

    fn decide(&mut self, requests: impl Iterator<Item = Request>) -> Decided {
        let now = self.now();
        let mut decided = Decided::default();
        for departure in self.room.expire(now) {
            decided.drafts.extend(farewell(departure));
        }
        for request in requests {
            self.decide_one(request, now, &mut decided);
        }
        decided
    }

    fn decide_one(&mut self, request: Request, now: Now, decided: &mut Decided) {
        match request {
            Request::Hello { link, hello } => match self.room.hello(link.id, &hello, fresh, now) {
                Ok(draft) => {
                    let resumed = hello.log == Some(self.shared.log.id());
                    let conn = link.id;
                    decided.welcomes.push((conn, hello.after.filter(|_| resumed)));
                    self.links.insert(conn, link);
                    decided.drafts.extend(draft.map(|draft| follow(conn, draft)));
                }
                Err(code) => refuse_hello(&link, code),
            },
            Request::Classic { link, message } => {
                let conn = link.id;
                let drafts = self.room.classic(conn, &message, fresh, now);
                self.links.entry(conn).or_insert(link);
                decided.drafts.extend(drafts.into_iter().map(|draft| follow(conn, draft)));
            }
            Request::Post { conn, id, text } => {
                if let Some(draft) = self.room.post(conn, id, text, now) {
                    decided.drafts.push((draft, Then::Acknowledge { conn, id }));
                }
            }
            Request::Rename { conn, nickname } => {
                let draft = self.room.rename(conn, &nickname, now);
                decided.renames.push(conn);
                decided.drafts.extend(draft.map(|draft| follow(conn, draft)));
            }
            Request::Roster { conn } => {
                let (people, online) = self.room.roster.people();
                self.send(conn, &ServerFrame::People(People { people, online }));
            }
            Request::Gone { conn, parting } => {
                self.links.remove(&conn);
                let departure = self.room.gone(conn, parting, now);
                decided.drafts.extend(departure.and_then(farewell));
            }
        }
    }

    async fn commit(&mut self, decided: Decided) {
        let Decided { drafts, welcomes, renames } = decided;
        let (drafts, then): (Vec<_>, Vec<_>) = drafts.into_iter().unzip();
        let stored = if drafts.is_empty() { Ok(Vec::new()) } else { self.shared.log.append(drafts).await };
        match stored {
            Ok(appended) => self.publish(&appended, &then),
            Err(error) => self.take_back(&error, then),
        }
        for conn in renames {
            if let Some((you, _)) = self.room.you(conn) {
                self.send(conn, &ServerFrame::You(you));
            }
        }
        for (conn, after) in welcomes {
            self.welcome(conn, after).await;
        }
        self.shared.shard.wake();
    }

    /// What is stored goes on the tapes, and its senders are told.
    fn publish(&mut self, appended: &[Appended], then: &[Then]) {
        let fresh = || appended.iter().zip(then).filter(|(appended, _)| !appended.repeated);
        if let Some((newest, _)) = fresh().next_back() {
            let head = newest.entry.seq;
            for dialect in [Dialect::V1, Dialect::Classic] {
                let mut frames = Frames::default();
                for (Appended { entry, .. }, then) in fresh() {
                    let last = if let Then::Farewell { last, .. } = then { last.as_deref() } else { None };
                    frames.add(entry.seq, |out| encode::entry(dialect, entry, last, out));
                }
                self.shared.tape(dialect).append(frames, head);
            }
        }
        for (appended, then) in appended.iter().zip(then) {
            if let Then::Acknowledge { conn, id } = *then {
                self.send(conn, &ServerFrame::Ack(Ack { id, seq: appended.entry.seq }));
            }
        }
    }

    /// Nothing was stored, so nothing has happened. Who can be told so is told; others lose their connection, and see
    /// by that that their line did not arrive.
    fn take_back(&mut self, error: &LogError, then: Vec<Then>) {
        tracing::error!(%error, "nothing was stored");
        let now = self.now();
        let refused = |id| {
            let message = error.to_string();
            ServerFrame::Refused(Refused { id, code: RefusalCode::Storage, message, retry_after_ms: None })
        };
        for then in then {
            match then {
                Then::Came { conn } => {
                    if let Some(link) = self.links.remove(&conn) {
                        turn_away(&link);
                    }
                    self.room.gone(conn, Parting::OnPurpose, now);
                }
                Then::Said { conn } => {
                    if let Some(link) = self.links.get(&conn) {
                        turn_away(link);
                    }
                }
                Then::Acknowledge { conn, id } => self.send(conn, &refused(Some(id))),
                Then::Renamed { conn, old } => {
                    self.room.rename(conn, &old, now);
                    self.send(conn, &refused(None));
                }
                // They have gone all the same. No entry tells it, so the roster does.
                Then::Farewell { member, .. } => self.room.roster.gone_untold(member),
            }
        }
    }

    async fn welcome(&mut self, conn: ConnId, after: Option<Seq>) {
        let Some((you, token)) = self.room.you(conn) else {
            return;
        };
        let Some(link) = self.links.get(&conn).cloned() else {
            return;
        };
        let head = *self.shared.log.head().borrow();
        let after = match after {
            Some(after) if after <= head => after,
            _ => match self.shared.log.read_before(head.next(), NEWCOMER_ENTRIES).await {
                Ok(slice) => slice.entries.first().map_or(head, |entry| entry.prev),
                Err(_) => head,
            },
        };
        link.push_frame(&ServerFrame::Welcome(Box::new(self.greeting(you, token, head, after))));
        // At once, since it is large: a crowd that comes in together would hold as many of them.
        link.hurry();
        let place = self.shared.tape(Dialect::V1).after(after);
        link.begin(after, place);
        self.shared.shard.join(link);
    }

    fn greeting(&self, you: You, token: MemberToken, head: Seq, after: Seq) -> Welcome {
        let (people, online) = self.room.roster.people();
        Welcome {
            room: RoomInfo { name: self.shared.config.name.clone() },
            you,
            token,
            people,
            online,
            log: self.shared.log.id(),
            head,
            after,
            limits: hearth_protocol::Limits::V1,
        }
    }

    /// In a large room, joins and leaves are told together and in a bounded rhythm.
    fn tell_roster(&mut self) {
        if self.roster_told.elapsed() < ROSTER_PERIOD || !self.room.roster.has_change() {
            return;
        }
        self.roster_told = Instant::now();
        if let Some(change) = self.room.roster.take_change() {
            let mut tape = self.shared.tape(Dialect::V1);
            let head = tape.end().seq;
            let mut frames = Frames::default();
            frames.add(head, |out| encode::v1(&ServerFrame::Roster(change), out));
            tape.append(frames, head);
            drop(tape);
            self.shared.shard.wake();
        }
    }

    fn send(&self, conn: ConnId, frame: &ServerFrame) {
        let Some(link) = self.links.get(&conn) else { return };
        // Classic guests have no words for any of these.
        if link.dialect == Dialect::V1 {
            link.push_frame(frame);
            self.shared.shard.touch(link);
        }
    }
}

/// The entry of somebody's leaving, if that is one.
fn farewell(departure: Departure) -> Option<(Draft, Then)> {
    let Departure { draft, last } = departure;
    draft.map(|draft| {
        let member = draft.from.member.clone();
        (draft, Then::Farewell { member, last })
    })
}

/// What follows for who came in, took another nickname, or said something without an id.
fn follow(conn: ConnId, draft: Draft) -> (Draft, Then) {
    let then = match &draft.body {
        Body::Joined { .. } => Then::Came { conn },
        Body::Renamed { old } => Then::Renamed { conn, old: old.clone() },
        _ => Then::Said { conn },
    };
    (draft, then)
}

/// Ends a connection whose words could not be stored.
fn turn_away(link: &Link) {
    match link.dialect {
        Dialect::V1 => refuse_hello(link, RefusalCode::Storage),
        Dialect::Classic => link.end(CloseCode::Internal, "nothing can be stored"),
    }
}

fn refuse_hello(link: &Link, code: RefusalCode) {
    let message = "the hello was refused".to_owned();
    link.push_frame(&ServerFrame::Refused(Refused { id: None, code, message, retry_after_ms: None }));
    link.end(CloseCode::HelloRefused, code.as_str());
}

fn fresh() -> Fresh {
    Fresh { member: MemberId::from_random(random()), token: MemberToken::from_random(random()) }
}

/// 128 bits from the system.
pub(crate) fn random() -> u128 {
    let mut bytes = [0; 16];
    // Without a source of randomness no secret can be made, and no room kept apart from another.
    getrandom::fill(&mut bytes).expect("the system has a source of randomness");
    u128::from_ne_bytes(bytes)
}

//! The session, event by event, and then by random schedules.

mod classic;
mod disk;
mod entering;
mod host;
mod lines;
mod link;
mod marks;
mod persistence;
mod probe;
mod roster;
mod schedule;
mod scripts;
mod v1;
mod world;

use std::time::Duration;

use hearth_protocol::{
    Ack, Act, Asked, Body, ClientFrame, CloseCode, Dialect, Entry, HistoryRequest, Limits, LogId, MemberId,
    MemberToken, PostId, RefusalCode, Refused, Role, RoomInfo, Rules, ServerFrame, Verb, Welcome, You,
    decode_client, encode,
};
use jiff::{Timestamp, civil::date};
use rand::{SeedableRng, rngs::StdRng};

use super::testing::{member, message, nickname, person, post_id, seq};
use super::{event::*, *};
use crate::{
    address::JoinAddress,
    command::RoomCommand,
    error::ConnectError,
    record::{CacheQuery, Kept, Record},
    testing::page::Page,
    update::{ActState, OwnAct, RoomUpdate, Status},
};

/// A session with a clock and dice of its own.
struct Rig {
    session: Session,
    now: Duration,
    rng: StdRng,
}

impl Rig {
    fn new(keep_trying: bool) -> Self {
        Self::of(setup(keep_trying))
    }

    fn of(setup: Setup) -> Self {
        Self { session: Session::new(setup), now: Duration::ZERO, rng: StdRng::seed_from_u64(1) }
    }

    /// In a v1 room whose log stands at 10.
    fn in_room() -> Self {
        let mut rig = Self::new(false);
        rig.event(Event::Begin);
        rig.event(Event::LinkUp(Dialect::V1));
        rig.frame(&welcome("a", 10, 10));
        rig
    }

    fn event(&mut self, event: Event<'_>) -> Vec<Effect> {
        let now =
            Now { elapsed: self.now, at: Timestamp::UNIX_EPOCH, local: date(2026, 1, 5).at(9, 4, 0, 0) };
        self.session.handle(event, now, &mut self.rng)
    }

    fn frame(&mut self, frame: &ServerFrame) -> Vec<Effect> {
        self.event(Event::Text(&encode(frame)))
    }

    fn text(&mut self, text: &str) -> Vec<Effect> {
        self.event(Event::Text(text))
    }

    fn post(&mut self, n: u128) -> Vec<Effect> {
        self.event(Event::Command(RoomCommand::post(post_id(n), format!("line {n}"))))
    }

    fn wait(&mut self, time: Duration) -> Vec<Effect> {
        self.now += time;
        self.event(Event::Tick)
    }

    /// Waits for the session's next deadline.
    fn wait_due(&mut self) -> Vec<Effect> {
        let due = self.session.deadline().expect("something is due");
        self.wait(due.saturating_sub(self.now))
    }

    /// Loses the link and comes back, up to the hello.
    fn bounce(&mut self) -> Vec<Effect> {
        self.event(Event::LinkLost(ConnectError::LinkBroken));
        self.wait_due();
        self.event(Event::LinkUp(Dialect::V1))
    }

    fn status(&self) -> Status {
        self.session.status(self.now)
    }

    fn own(&self) -> Vec<OwnAct> {
        self.session.snapshot(None, self.now).own
    }
}

fn setup(keep_trying: bool) -> Setup {
    Setup {
        address: JoinAddress::parse("host:8080").expect("an address"),
        nickname: nickname("阿明"),
        token: None,
        credentials: Credentials::default(),
        keep_trying,
        timing: Timing::default(),
        kept: None,
        trouble: None,
    }
}

fn welcome(log: &str, after: u64, head: u64) -> ServerFrame {
    ServerFrame::Welcome(Box::new(Welcome {
        room: RoomInfo { name: "围炉".to_owned(), key: None, owner: None },
        you: You { member: member("me"), nickname: nickname("阿明") },
        token: MemberToken::new("secret").expect("a token"),
        role: Role::default(),
        rules: Rules::default(),
        people: vec![person("me"), person("li")],
        online: 2,
        log: LogId::new(log).expect("a log id"),
        head: seq(head),
        after: seq(after),
        limits: Limits::V1,
        talk: true,
    }))
}

fn ack(n: u128, at: u64) -> ServerFrame {
    ServerFrame::Ack(Ack { id: post_id(n), seq: seq(at) })
}

fn refused(line: Option<u128>, code: RefusalCode, retry_after_ms: Option<u32>) -> ServerFrame {
    let id = line.map(post_id);
    ServerFrame::Refused(Refused { id, of: None, code, message: String::new(), retry_after_ms })
}

fn refused_of(of: Asked, code: RefusalCode, retry_after_ms: Option<u32>) -> ServerFrame {
    ServerFrame::Refused(Refused { id: None, of: Some(of), code, message: String::new(), retry_after_ms })
}

/// The entry of one's own line.
fn own_entry(prev: u64, at: u64, n: u128) -> Entry {
    let mut entry = testing::entry(prev, at, "me", Body::Message { text: format!("line {n}"), time: None });
    entry.id = Some(post_id(n));
    entry
}

fn sent(effects: &[Effect]) -> Vec<ClientFrame> {
    texts(effects).iter().map(|text| decode_client(text).expect("a client's frame")).collect()
}

fn texts(effects: &[Effect]) -> Vec<String> {
    let text = |effect: &Effect| match effect {
        Effect::Greet(text) | Effect::Send(text) => Some(text.clone()),
        _ => None,
    };
    effects.iter().filter_map(text).collect()
}

/// The lines of talk among what was sent.
fn posts(effects: &[Effect]) -> Vec<PostId> {
    let post = |frame| match frame {
        ClientFrame::Act(Act { what: Verb::Post { .. }, id }) => id,
        _ => None,
    };
    sent(effects).into_iter().filter_map(post).collect()
}

fn told(effects: &[Effect]) -> Vec<RoomUpdate> {
    let update = |effect: &Effect| match effect {
        Effect::Tell(update) => Some(update.clone()),
        _ => None,
    };
    effects.iter().filter_map(update).collect()
}

fn own(n: u128, state: ActState) -> RoomUpdate {
    RoomUpdate::Own { act: OwnAct { what: Verb::post(format!("line {n}")), id: post_id(n), state } }
}

fn hangs_up(effects: &[Effect]) -> bool {
    effects.contains(&Effect::HangUp(CloseCode::GoingAway))
}

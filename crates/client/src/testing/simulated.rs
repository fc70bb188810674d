//! A simulated session: the session without a socket and a clock, for the simulation in `tests/`: a thin cover, so that what the session is
//! made of stays its own.

use std::time::Duration;

use hearth_protocol::{Dialect, MemberToken, Nickname};
use jiff::{Timestamp, civil::DateTime};
use rand::{SeedableRng, rngs::StdRng};

use crate::{
    address::JoinAddress,
    command::RoomCommand,
    credentials::Credentials,
    error::ConnectError,
    session::{
        Session,
        event::{Effect, Event, Now, Setup},
    },
    timing::Timing,
    update::{RoomSnapshot, RoomUpdate},
};

/// A session with dice of its own. Times are since it began.
#[derive(Debug)]
pub struct Simulated {
    session: Session,
    dice: StdRng,
}

/// What it wants done, in this order.
#[derive(Debug)]
pub enum Wish {
    /// Try to connect.
    Connect,
    /// Send a text message.
    Send(String),
    /// Send a ping.
    Ping,
    /// End the connection, or drop the attempt.
    HangUp,
    /// Tell the page.
    Tell(RoomUpdate),
}

impl Simulated {
    /// A session that has not begun, never gives up, and keeps nothing: what it must keep is simulated beside it.
    pub fn new(address: JoinAddress, nickname: Nickname, token: Option<MemberToken>, seed: u64) -> Self {
        let timing = Timing::default();
        let setup = Setup {
            address,
            nickname,
            token,
            credentials: Credentials::default(),
            keep_trying: true,
            timing,
            kept: None,
            trouble: None,
        };
        Self { session: Session::new(setup), dice: StdRng::seed_from_u64(seed) }
    }

    /// The first attempt may begin.
    pub fn begin(&mut self, now: Duration) -> Vec<Wish> {
        self.handle(Event::Begin, now)
    }

    /// An attempt led to a connection with a Hearth host.
    pub fn link_up(&mut self, now: Duration) -> Vec<Wish> {
        self.handle(Event::LinkUp(Dialect::V1), now)
    }

    /// The attempt failed, or the connection ended.
    pub fn link_lost(&mut self, error: ConnectError, now: Duration) -> Vec<Wish> {
        self.handle(Event::LinkLost(error), now)
    }

    /// A text message came.
    pub fn text(&mut self, text: &str, now: Duration) -> Vec<Wish> {
        self.handle(Event::Text(text), now)
    }

    /// Something without a meaning of its own came.
    pub fn heard(&mut self, now: Duration) -> Vec<Wish> {
        self.handle(Event::Heard(now), now)
    }

    /// The time of [`Self::deadline`] has come.
    pub fn tick(&mut self, now: Duration) -> Vec<Wish> {
        self.handle(Event::Tick, now)
    }

    /// The user asks for something.
    pub fn command(&mut self, command: RoomCommand, now: Duration) -> Vec<Wish> {
        self.handle(Event::Command(command), now)
    }

    /// When [`Self::tick`] is due.
    pub fn deadline(&self) -> Option<Duration> {
        self.session.deadline()
    }

    /// The room as it stands.
    pub fn snapshot(&self, now: Duration) -> RoomSnapshot {
        self.session.snapshot(None, now)
    }

    /// What makes the user the same member again.
    pub fn token(&self) -> Option<&MemberToken> {
        self.session.token()
    }

    fn handle(&mut self, event: Event<'_>, elapsed: Duration) -> Vec<Wish> {
        let now = Now { elapsed, at: Timestamp::UNIX_EPOCH, local: DateTime::default() };
        let wish = |effect| {
            Some(match effect {
                Effect::Connect => Wish::Connect,
                Effect::Greet(text) | Effect::Send(text) => Wish::Send(text),
                Effect::Ping => Wish::Ping,
                Effect::HangUp(_) => Wish::HangUp,
                Effect::Tell(update) => Wish::Tell(update),
                Effect::Keep(_) | Effect::Ask(_) | Effect::Dial(_) => return None,
            })
        };
        self.session.handle(event, now, &mut self.dice).into_iter().filter_map(wish).collect()
    }
}

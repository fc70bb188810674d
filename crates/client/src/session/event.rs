//! Events and effects: what happens to a session, what it wants done, and what it is made from.

use std::{net::SocketAddr, time::Duration};

use hearth_protocol::{
    CloseCode, Dialect, Entry, Found, Gap, HistoryRequest, Lines, LinesRequest, LogId, MemberToken, Nickname,
    Page, ProbeNonce, Probed,
};
use jiff::{Timestamp, civil::DateTime};

use crate::{
    address::JoinAddress,
    command::RoomCommand,
    credentials::Credentials,
    error::ConnectError,
    record::{CacheQuery, Kept, Record},
    timing::Timing,
    update::{KeepTrouble, RoomUpdate},
};

/// The time at which an event happens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    /// Since the session began. It never goes back.
    pub(crate) elapsed: Duration,
    /// By the calendar: for entries that no host has dated.
    pub(crate) at: Timestamp,
    /// The same where the user is: for classic messages.
    pub(crate) local: DateTime,
}

/// What happens to a session.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// The first attempt may begin.
    Begin,
    /// An attempt led to a connection.
    LinkUp(Dialect),
    /// The attempt failed, or the connection ended.
    LinkLost(ConnectError),
    /// A text message came.
    Text(&'a str),
    /// Something else came on the connection, at this time since the session began.
    Heard(Duration),
    /// The time of `Session::deadline` has come.
    Tick,
    /// The user asks for something.
    Command(RoomCommand),
    /// The user comes with another link, or with the password.
    Enter(Credentials),
    /// The copy has answered a question about the past of a log; `None`: it does not have that.
    Recalled { request: HistoryRequest, log: LogId, found: Option<(Page, Vec<Gap>)>, about: Vec<Entry> },
    /// The copy was searched.
    Searched { found: Found, about: Vec<Entry> },
    /// The copy has single lines of a log, or none of them.
    Looked { request: LinesRequest, lines: Lines, about: Vec<Entry> },
    /// Whether the room can be kept has changed.
    Keeping(Option<KeepTrouble>),
    /// What the host asked to be dialled was.
    Probed(Probed),
    /// The computer has slept.
    Woke,
    /// The host was heard of at another address than those that are tried or in use.
    Sighted,
    /// The user leaves.
    Leave,
}

/// What a session wants done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// Try to connect. No attempt and no connection is open.
    Connect,
    /// Keep a change on this computer: what is sent behind it may have to wait for it, see [`Record::holds_frames`].
    Keep(Record),
    /// Ask the copy that is kept. The answer comes as an event.
    Ask(CacheQuery),
    /// Send the first message on a connection. It waits for nothing.
    Greet(String),
    /// Send a text message.
    Send(String),
    /// Dial this for the host. What came of it comes as an event.
    Dial(Errand),
    /// Send a ping.
    Ping,
    /// End the connection, or drop the attempt; nothing of it is to be heard after this.
    HangUp(CloseCode),
    /// Tell the page.
    Tell(RoomUpdate),
}

/// What the driver is to dial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Errand {
    /// What is to be asked for,
    pub(crate) nonce: ProbeNonce,
    /// there, as the host wrote it.
    pub(crate) candidates: Vec<(String, SocketAddr)>,
}

/// What a session is made from.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) address: JoinAddress,
    pub(crate) nickname: Nickname,
    pub(crate) token: Option<MemberToken>,
    pub(crate) credentials: Credentials,
    pub(crate) keep_trying: bool,
    pub(crate) timing: Timing,
    /// What was kept of the room; `None` when nothing of it can be kept.
    pub(crate) kept: Option<Kept>,
    /// What is wrong with that.
    pub(crate) trouble: Option<KeepTrouble>,
}

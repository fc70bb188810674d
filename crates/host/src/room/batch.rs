//! A batch: what a group of requests adds up to, before it is committed and after.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hearth_log::Draft;
use hearth_protocol::{
    Body, Entry, Hello, InviteId, MemberId, Nickname, PostId, RefusalCode, Secret, Seq, ServerFrame,
};

use crate::access::password::PasswordHash;
use crate::base::conn_id::ConnId;
use crate::base::storage::Storage;
use crate::room::members::Departure;

/// A v1 client that wants to come in.
#[derive(Debug)]
pub struct JoinRequest {
    /// Its connection.
    pub conn: ConnId,
    /// What it says.
    pub hello: Box<Hello>,
    /// Where it reads on.
    pub after: Seq,
    /// Where it comes from: an address, or a whole /64 for IPv6.
    pub from: IpAddr,
}

/// A password to be checked, for somebody who waits for that.
#[derive(Debug)]
pub(crate) struct PasswordCheck {
    pub(crate) join: JoinRequest,
    pub(crate) password: Secret,
    pub(crate) hash: PasswordHash,
}

/// A password that was checked.
#[derive(Debug)]
pub(crate) struct PasswordChecked {
    pub(crate) join: JoinRequest,
    pub(crate) hash: PasswordHash,
    pub(crate) right: bool,
}

/// What one connection is sent.
#[derive(Debug)]
pub enum Reply {
    /// This. Classic guests have no words for it.
    Frame(ServerFrame),
    /// It does not come in, or is sent out, and its connection ends. With a time, it was not looked at.
    HelloRefused(RefusalCode, Option<Duration>),
    /// What it said could not be stored: its connection ends, since it could not be told otherwise.
    TurnedAway,
}

/// Replies, and the connections that they are for.
pub type Replies = Vec<(ConnId, Reply)>;

/// What a group of requests adds up to.
#[derive(Debug, Default)]
pub struct Batch {
    /// What can be said at once, since nothing is to be stored for it.
    pub replies: Replies,
    /// Who is to be greeted once the rest is stored, and from where on they read.
    pub welcomes: Vec<(ConnId, Seq)>,
    /// Readers who lagged so far that they may have missed changes of the roster.
    pub rosters: Vec<ConnId>,
    /// Passwords to be checked.
    pub(crate) password_checks: Vec<PasswordCheck>,
    pub(super) drafts: Vec<(Draft, AfterCommit)>,
    pub(super) renames: Vec<ConnId>,
}

/// What follows once a draft is stored, or once it could not be.
#[derive(Debug)]
pub(super) enum AfterCommit {
    /// Somebody came in.
    Came {
        member: MemberId,
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
        /// The same draft, for another time.
        draft: Draft,
        last: Option<String>,
        /// Whether the roster has sent it, in place of the entry that could not be stored.
        sent: bool,
    },
}

/// What the room waits for while the log stores a batch.
#[derive(Debug)]
pub(crate) struct Pending {
    /// What follows for each draft.
    pub(super) after: Vec<AfterCommit>,
    /// Those whose tokens the log is to learn, and the invitations that they come by.
    pub(super) enrolled: Vec<(MemberId, Option<InviteId>)>,
    pub(super) renames: Vec<ConnId>,
    pub(super) rosters: Vec<ConnId>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Committed {
    /// Whether what is said can be stored; `None` when there was nothing to store.
    pub storage: Option<Storage>,
    /// To be sent once the entries stand on the tapes.
    pub replies: Replies,
    /// What is new in the log, with the last text of those who left.
    pub(super) entries: Vec<(Arc<Entry>, Option<String>)>,
}

impl Committed {
    /// The newest entry, if there is one.
    pub fn head(&self) -> Option<Seq> {
        self.entries.last().map(|(entry, _)| entry.seq)
    }

    /// What is new in the log, with the last text of those who left.
    pub(crate) fn entries(&self) -> &[(Arc<Entry>, Option<String>)] {
        &self.entries
    }
}

pub(super) fn farewell(Departure { draft, last }: Departure) -> Option<(Draft, AfterCommit)> {
    draft.map(|draft| (draft.clone(), AfterCommit::Farewell { draft, last, sent: false }))
}

/// What follows for who came in, took another nickname, or said something without an id.
pub(super) fn follow(conn: ConnId, draft: Draft) -> (Draft, AfterCommit) {
    let then = match &draft.body {
        Body::Joined { .. } => AfterCommit::Came { member: draft.from.member.clone() },
        Body::Renamed { old } => AfterCommit::Renamed { conn, old: old.clone() },
        _ => AfterCommit::Said { conn },
    };
    (draft, then)
}

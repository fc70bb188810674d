//! A batch: what a group of requests adds up to, before it is committed and after.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hearth_log::Draft;
use hearth_protocol::{Asked, Body, Entry, Hello, PostId, RefusalCode, Secret, Seq, ServerFrame};

use crate::access::password::PasswordHash;
use crate::base::conn_id::ConnId;
use crate::base::storage::Storage;
use crate::room::journal::Undo;
use crate::room::lines::Lines;
use crate::room::members::leaving::{Departure, Heir};

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
    /// Acts that are refused, which may have been done before: that is looked up once the rest is stored.
    pub(crate) refused: Replies,
    /// Who is to be greeted once the rest is stored, and from where on they read.
    pub welcomes: Vec<(ConnId, Seq)>,
    /// Readers who lagged so far that they may have missed changes of the roster.
    pub rosters: Vec<ConnId>,
    /// Passwords to be checked.
    pub(crate) password_checks: Vec<PasswordCheck>,
    /// The lines that its acts are about.
    pub lines: Lines,
    pub(super) drafts: Vec<(Draft, AfterCommit)>,
    pub(super) renames: Vec<Renaming>,
    /// Acts that change nothing: whoever did them hears so together with the others, since what they were decided with may be
    /// undone.
    pub(super) unchanged: Vec<Acted>,
}

/// What follows once a draft is stored, or once it could not be.
#[derive(Debug)]
pub(super) enum AfterCommit {
    /// Nothing more: somebody came in, or was given the nickname that a ghost had.
    Nothing,
    /// Whoever did it hears what came of it.
    Acted(Acted),
    /// Somebody has left.
    Farewell {
        /// The same draft, for another time.
        draft: Draft,
        last: Option<String>,
        /// Whether the roster has sent it, in place of the entry that could not be stored.
        sent: bool,
    },
}

/// An act on its way into the log.
#[derive(Debug, Clone)]
pub(super) struct Acted {
    /// Whoever did it.
    pub(super) conn: ConnId,
    pub(super) id: Option<PostId>,
    /// What it is known by if it has no id.
    pub(super) of: Option<Asked>,
    /// What undoes it, should the log have it already.
    pub(super) undo: Option<Undo>,
}

/// Somebody who is told their nickname, since they have asked for another.
#[derive(Debug)]
pub(super) struct Renaming {
    pub(super) conn: ConnId,
    /// The act, if it changes nothing.
    pub(super) unchanged: Option<Acted>,
}

/// What the room waits for while the log stores a batch.
#[derive(Debug)]
pub(crate) struct Pending {
    /// What follows for each draft.
    pub(super) after: Vec<AfterCommit>,
    /// What undoes the changes of the batch, the last one last.
    pub(super) journal: Vec<Undo>,
    pub(super) renames: Vec<Renaming>,
    pub(super) unchanged: Vec<Acted>,
    pub(super) lines: Lines,
    pub(super) rosters: Vec<ConnId>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Committed {
    /// Whether what is said can be stored; `None` when there was nothing to store.
    pub storage: Option<Storage>,
    /// To be sent once the entries stand on the tapes.
    pub replies: Replies,
    /// What is new in the log, each with what classic readers are told beside it: the last text of who left, the beginning of the
    /// line that is answered.
    pub(super) entries: Vec<(Arc<Entry>, Option<String>)>,
}

impl Committed {
    /// The newest entry, if there is one.
    pub fn head(&self) -> Option<Seq> {
        self.entries.last().map(|(entry, _)| entry.seq)
    }

    /// The lines that were taken away, each with the entry before that one which tells so.
    pub fn removed(&self) -> impl Iterator<Item = (Seq, Seq)> {
        self.entries.iter().filter_map(|(entry, _)| Some((entry.body.removes()?, entry.prev)))
    }

    /// What is new in the log, each with what classic readers are told beside it.
    pub(crate) fn entries(&self) -> &[(Arc<Entry>, Option<String>)] {
        &self.entries
    }
}

impl Batch {
    /// Somebody has left, and another may have their nickname.
    pub(super) fn farewell(&mut self, Departure { draft, last, heir }: Departure) {
        let farewell = draft.map(|draft| (draft.clone(), AfterCommit::Farewell { draft, last, sent: false }));
        self.drafts.extend(farewell);
        if let Some(Heir { conns, draft }) = heir {
            self.renames.extend(conns.into_iter().map(|conn| Renaming { conn, unchanged: None }));
            self.drafts.push((draft, AfterCommit::Nothing));
        }
    }
}

/// What follows for who came in, or took another nickname or said something on the way.
pub(super) fn follow(conn: ConnId, draft: Draft) -> (Draft, AfterCommit) {
    let of = matches!(draft.body, Body::Renamed { .. }).then_some(Asked::Rename);
    let then = match &draft.body {
        Body::Joined { .. } | Body::Addressed { .. } => AfterCommit::Nothing,
        _ => AfterCommit::Acted(Acted { conn, id: None, of, undo: None }),
    };
    (draft, then)
}

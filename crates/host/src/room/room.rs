//! The room: what follows from what people ask for. It decides, has the log store it, and only then says what is to
//! be told to whom. Pure but for the log, which is all that it ever waits for: the hub brings the sockets and the clock.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use hearth_log::{Appended, Draft, KnownMember, Log, LogError};
use hearth_protocol::classic::ClassicMessage;
use hearth_protocol::{
    Ack, Asked, Body, Dialect, Entry, Hello, InviteId, MemberId, MessageText, Nickname, People, PostId,
    RefusalCode, Refused, Role, RoomInfo, RosterChange, Seq, ServerFrame, Welcome,
};
use jiff::Timestamp;

use crate::access::gate::Gate;
use crate::base::clock::Now;
use crate::base::conn_id::ConnId;
use crate::base::fresh::{Fresh, Parting};
use crate::base::storage::Storage;
use crate::fanout::frame;
use crate::fanout::tape::Frames;
use crate::room::entering::{JoinRequest, PasswordCheck};
use crate::room::members::{Departure, Members};

/// Entries that a newcomer sees at once.
const NEWCOMER_ENTRIES: usize = 50;

/// Who owns the room and speaks for it.
#[derive(Debug)]
pub struct Room {
    /// What guests are told of the room.
    pub(super) info: RoomInfo,
    pub(super) members: Members,
    pub(super) gate: Gate,
    /// Those who have typed a password while as many are looked at as may be. Each is a connection's only hello.
    pub(super) waiting: VecDeque<JoinRequest>,
    /// Whether somebody came by an invitation since this was last asked for.
    pub(super) uses_moved: bool,
    /// Those who left while that could not be stored: the entry of it comes with what is stored next, and until then the
    /// roster tells that they are gone. Nobody new comes in meanwhile, so there are not more than the log knows.
    pub(super) unstored_leaves: Vec<(Draft, AfterCommit)>,
}

/// What is to be told to one connection.
#[derive(Debug)]
pub enum Reply {
    /// This. Classic guests have no words for it.
    Frame(ServerFrame),
    /// It does not come in, or is sent out, and its connection ends. With a time, it was not looked at.
    HelloRefused(RefusalCode, Option<Duration>),
    /// What it said could not be stored: its connection ends, since it could not be told otherwise.
    TurnedAway,
}

/// Words, and the connections that they are for.
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
    /// Passwords to be looked at.
    pub(crate) password_checks: Vec<PasswordCheck>,
    pub(super) drafts: Vec<(Draft, AfterCommit)>,
    renames: Vec<ConnId>,
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
        /// Whether the roster has told it, in place of the entry that could not be stored.
        told: bool,
    },
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Committed {
    /// Whether what is said can be stored; `None` when there was nothing to store.
    pub storage: Option<Storage>,
    /// To be told once the entries stand on the tapes.
    pub replies: Replies,
    /// What is new in the log, with the last text of those who left.
    entries: Vec<(Arc<Entry>, Option<String>)>,
}

impl Room {
    /// Takes over a room that the log knows already: its members, and when it last told anything.
    pub fn new(
        info: RoomInfo,
        grace: Duration,
        gate: Gate,
        known: Vec<KnownMember>,
        last_sign: Option<Timestamp>,
        fresh: impl FnMut() -> Fresh,
        now: Now,
    ) -> Self {
        let mut members = Members::new(grace);
        members.restore(known, last_sign, fresh, now);
        Self { info, members, gate, waiting: VecDeque::new(), uses_moved: false, unstored_leaves: Vec::new() }
    }

    /// Those who did not come back in time leave. It begins a group of decisions.
    pub fn expire(&mut self, now: Now) -> Batch {
        let mut batch = Batch::default();
        batch.drafts.extend(self.members.expire(now).into_iter().filter_map(farewell));
        batch
    }

    /// A classic guest says something; the first time, they come in, if anybody may.
    pub fn classic(
        &mut self,
        conn: ConnId,
        message: &ClassicMessage,
        fresh: impl FnOnce() -> Fresh,
        now: Now,
        batch: &mut Batch,
    ) {
        if self.members.role(conn).is_none() && !self.gate.is_open() {
            batch.replies.push((conn, Reply::HelloRefused(RefusalCode::InviteNeeded, None)));
            return;
        }
        let drafts = self.members.classic(conn, message, fresh, now);
        batch.drafts.extend(drafts.into_iter().map(|draft| follow(conn, draft)));
    }

    /// A member posts.
    pub fn post(&mut self, conn: ConnId, id: PostId, text: MessageText, now: Now, batch: &mut Batch) {
        if self.members.role(conn) == Some(Role::Reader) {
            let (code, message) = (RefusalCode::ReadOnly, "you can only read here".to_owned());
            let refused = Refused { id: Some(id), of: None, code, message, retry_after_ms: None };
            batch.replies.push((conn, Reply::Frame(ServerFrame::Refused(refused))));
        } else if let Some(draft) = self.members.post(conn, id, text, now) {
            batch.drafts.push((draft, AfterCommit::Acknowledge { conn, id }));
        }
    }

    /// A member wants another nickname.
    pub fn rename(&mut self, conn: ConnId, nickname: &Nickname, now: Now, batch: &mut Batch) {
        let draft = self.members.rename(conn, nickname, now);
        batch.renames.push(conn);
        batch.drafts.extend(draft.map(|draft| follow(conn, draft)));
    }

    /// A connection is gone.
    pub fn gone(&mut self, conn: ConnId, parting: Parting, now: Now, batch: &mut Batch) {
        self.waiting.retain(|join| join.conn != conn);
        batch.drafts.extend(self.members.gone(conn, parting, now).and_then(farewell));
    }

    /// Has the log store what was decided. Nobody is told anything of it before this has returned.
    pub async fn commit(&mut self, batch: Batch, log: &dyn Log, now: impl Fn() -> Now) -> Committed {
        let Batch { drafts, renames, rosters, .. } = batch;
        let drafts: Vec<_> = self.unstored_leaves.drain(..).chain(drafts).collect();
        let (drafts, then): (Vec<_>, Vec<_>) = drafts.into_iter().unzip();
        // A token that the log does not know would make somebody a stranger after a restart.
        let enrolled = self.members.take_enrolled();
        let mut committed = Committed::default();
        if !(drafts.is_empty() && enrolled.is_empty()) {
            let new: Vec<_> = enrolled.iter().map(|new| (new.member.clone(), new.invite.clone())).collect();
            let stored = log.append(drafts, enrolled).await;
            committed.storage = Some(Storage::after(&stored));
            match stored {
                Ok(appended) => committed.publish(appended, then),
                Err(error) => self.roll_back(&error, then, new, now(), &mut committed.replies),
            }
        }
        for conn in renames {
            if let Some((you, _)) = self.members.you(conn) {
                committed.replies.push((conn, Reply::Frame(ServerFrame::You(you))));
            }
        }
        // Only now: who is coming may be turned away.
        for conn in rosters {
            let (people, online) = self.members.roster.people();
            let people = ServerFrame::People(People { people, online });
            committed.replies.push((conn, Reply::Frame(people)));
        }
        committed
    }

    /// Nothing was stored, so nothing has happened, but that who left is gone. Who can be told so is told; others
    /// lose their connection, and see by that that their line did not arrive. `new` are those whose tokens the log was to
    /// learn: in a large room no entry tells of their coming. The invitations that they came by are as good as before.
    fn roll_back(
        &mut self,
        error: &LogError,
        then: Vec<AfterCommit>,
        new: Vec<(MemberId, Option<InviteId>)>,
        now: Now,
        replies: &mut Replies,
    ) {
        tracing::debug!(%error, "nothing was stored");
        let refused = |id: Option<PostId>| {
            let message = error.to_string();
            let of = id.is_none().then_some(Asked::Rename);
            let code = RefusalCode::Storage;
            Reply::Frame(ServerFrame::Refused(Refused { id, of, code, message, retry_after_ms: None }))
        };
        // Renames first, the last one first: so each leads back to where it came from.
        let (renames, others): (Vec<_>, Vec<_>) =
            then.into_iter().partition(|then| matches!(then, AfterCommit::Renamed { .. }));
        let mut withdrawn = HashSet::new();
        let withdraw = |members: &mut Members, replies: &mut Replies, member: &MemberId| {
            let conns = members.withdraw(member, now);
            replies.extend(conns.into_iter().map(|conn| (conn, Reply::TurnedAway)));
        };
        for (member, invite) in new {
            if let Some(invite) = invite {
                self.gate.policy.invites.give_back(&invite);
                self.uses_moved = true;
            }
            withdraw(&mut self.members, replies, &member);
            self.members.unlearn(&member);
            withdrawn.insert(member);
        }
        for then in renames.into_iter().rev().chain(others) {
            match then {
                AfterCommit::Came { member } => {
                    withdraw(&mut self.members, replies, &member);
                    withdrawn.insert(member);
                }
                AfterCommit::Said { conn } => replies.push((conn, Reply::TurnedAway)),
                AfterCommit::Acknowledge { conn, id } => replies.push((conn, refused(Some(id)))),
                AfterCommit::Renamed { conn, old } => {
                    self.members.rename(conn, &old, now);
                    replies.push((conn, refused(None)));
                }
                // Who never came has not left.
                AfterCommit::Farewell { draft, .. } if withdrawn.contains(&draft.from.member) => {}
                AfterCommit::Farewell { draft, last, told } => {
                    if !told {
                        self.members.roster.tell_left(&draft.from.member);
                    }
                    self.unstored_leaves
                        .push((draft.clone(), AfterCommit::Farewell { draft, last, told: true }));
                }
            }
        }
    }

    /// Greets who came in and reads on behind `after`. `None` for those who are gone again.
    pub fn welcome(&self, conn: ConnId, after: Seq, log: &dyn Log) -> Option<Box<Welcome>> {
        let (you, token) = self.members.you(conn)?;
        let head = *log.head().borrow();
        let (people, online) = self.members.roster.people();
        Some(Box::new(Welcome {
            room: self.info.clone(),
            you,
            token,
            role: self.members.role(conn).unwrap_or_default(),
            people,
            online,
            log: log.id(),
            head,
            after,
            limits: hearth_protocol::Limits::V1,
        }))
    }

    /// What somebody is called who is in the room.
    pub(crate) fn nickname(&self, conn: ConnId) -> Option<Nickname> {
        self.members.you(conn).map(|(you, _)| you.nickname)
    }

    /// When [`Self::expire`] has something to do next, since the host's start.
    pub fn next_due(&self) -> Option<Duration> {
        self.members.next_due()
    }

    /// How many people are here.
    pub fn online(&self) -> usize {
        self.members.roster.online()
    }

    /// Whether [`Self::take_roster_change`] has something.
    pub(crate) fn has_roster_change(&self) -> bool {
        self.members.roster.has_change()
    }

    /// In a large room, joins and leaves are told together.
    pub(crate) fn take_roster_change(&mut self) -> Option<RosterChange> {
        self.members.roster.take_change()
    }
}

impl Committed {
    /// What is stored is told, and its senders are.
    fn publish(&mut self, appended: Vec<Appended>, then: Vec<AfterCommit>) {
        for (appended, then) in appended.into_iter().zip(then) {
            if let AfterCommit::Acknowledge { conn, id } = then {
                self.replies.push((conn, Reply::Frame(ServerFrame::Ack(Ack { id, seq: appended.seq() }))));
            }
            if let Appended::Stored(entry) = appended {
                let last = if let AfterCommit::Farewell { last, .. } = then { last } else { None };
                self.entries.push((entry, last));
            }
        }
    }

    /// The newest entry, if there is one.
    pub fn head(&self) -> Option<Seq> {
        self.entries.last().map(|(entry, _)| entry.seq)
    }

    /// The entries as they go out in a dialect.
    pub fn frames(&self, dialect: Dialect) -> Frames {
        let mut frames = Frames::default();
        for (entry, last) in &self.entries {
            frames.add(entry.seq, |out| frame::entry(dialect, entry, last.as_deref(), out));
        }
        frames
    }
}

/// Where a v1 client reads on: behind what it has of this log, or behind all but the newest entries. Asked before the hello
/// is decided on, since this may have to wait for others who read.
pub async fn reads_on(hello: &Hello, log: &dyn Log) -> Seq {
    let head = *log.head().borrow();
    match hello.after.filter(|after| hello.log.as_ref() == Some(&log.id()) && *after <= head) {
        Some(after) => after,
        None => match log.read_before(head.next(), NEWCOMER_ENTRIES).await {
            Ok(slice) => slice.entries.first().map_or(head, |entry| entry.prev),
            Err(_) => head,
        },
    }
}

pub(super) fn farewell(Departure { draft, last }: Departure) -> Option<(Draft, AfterCommit)> {
    draft.map(|draft| (draft.clone(), AfterCommit::Farewell { draft, last, told: false }))
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

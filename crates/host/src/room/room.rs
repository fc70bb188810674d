//! The chair: what follows from what people ask for. It decides, has the log store it, and only then says what is to
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

use crate::access::gate::Entrance;
use crate::base::clock::Now;
use crate::base::conn_id::ConnId;
use crate::base::fresh::{Fresh, Parting};
use crate::base::storage::Storage;
use crate::fanout::frame;
use crate::fanout::tape::Frames;
use crate::room::entering::{Knock, Look};
use crate::room::members::{Departure, Room};

/// Entries that a newcomer sees at once.
const NEWCOMER_ENTRIES: usize = 50;

/// Who owns the room and speaks for it.
#[derive(Debug)]
pub struct Chair {
    /// What guests are told of the room.
    pub(super) told: RoomInfo,
    pub(super) room: Room,
    pub(super) entrance: Entrance,
    /// Those who have typed a password while as many are looked at as may be. Each is a connection's only hello.
    pub(super) waiting: VecDeque<Knock>,
    /// Whether somebody came by an invitation since this was last asked for.
    pub(super) uses_moved: bool,
    /// Those who left while that could not be stored: the entry of it comes with what is stored next, and until then the
    /// roster tells that they are gone. Nobody new comes in meanwhile, so there are not more than the log knows.
    pub(super) owed: Vec<(Draft, Then)>,
}

/// What is to be told to one connection.
#[derive(Debug)]
pub enum Word {
    /// This. Classic guests have no words for it.
    Frame(ServerFrame),
    /// It does not come in, or is sent out, and its connection ends. With a time, it was not looked at.
    HelloRefused(RefusalCode, Option<Duration>),
    /// What it said could not be stored: its connection ends, since it could not be told otherwise.
    TurnedAway,
}

/// Words, and the connections that they are for.
pub type Words = Vec<(ConnId, Word)>;

/// What a group of requests adds up to.
#[derive(Debug, Default)]
pub struct Decided {
    /// What can be said at once, since nothing is to be stored for it.
    pub words: Words,
    /// Who is to be greeted once the rest is stored, and from where on they read.
    pub welcomes: Vec<(ConnId, Seq)>,
    /// Readers who lagged so far that they may have missed changes of the roster.
    pub rosters: Vec<ConnId>,
    /// Passwords to be looked at.
    pub(crate) looks: Vec<Look>,
    pub(super) drafts: Vec<(Draft, Then)>,
    renames: Vec<ConnId>,
}

/// What follows once a draft is stored, or once it could not be.
#[derive(Debug)]
pub(super) enum Then {
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
    pub words: Words,
    /// What is new in the log, with the last text of those who left.
    entries: Vec<(Arc<Entry>, Option<String>)>,
}

impl Chair {
    /// Takes over a room that the log knows already: its members, and when it last told anything.
    pub fn new(
        told: RoomInfo,
        grace: Duration,
        entrance: Entrance,
        known: Vec<KnownMember>,
        last_sign: Option<Timestamp>,
        fresh: impl FnMut() -> Fresh,
        now: Now,
    ) -> Self {
        let mut room = Room::new(grace);
        room.restore(known, last_sign, fresh, now);
        Self { told, room, entrance, waiting: VecDeque::new(), uses_moved: false, owed: Vec::new() }
    }

    /// Those who did not come back in time leave. It begins a group of decisions.
    pub fn expire(&mut self, now: Now) -> Decided {
        let mut decided = Decided::default();
        decided.drafts.extend(self.room.expire(now).into_iter().filter_map(farewell));
        decided
    }

    /// A classic guest says something; the first time, they come in, if anybody may.
    pub fn classic(
        &mut self,
        conn: ConnId,
        message: &ClassicMessage,
        fresh: impl FnOnce() -> Fresh,
        now: Now,
        decided: &mut Decided,
    ) {
        if self.room.role(conn).is_none() && !self.entrance.is_open() {
            decided.words.push((conn, Word::HelloRefused(RefusalCode::InviteNeeded, None)));
            return;
        }
        let drafts = self.room.classic(conn, message, fresh, now);
        decided.drafts.extend(drafts.into_iter().map(|draft| follow(conn, draft)));
    }

    /// A member posts.
    pub fn post(&mut self, conn: ConnId, id: PostId, text: MessageText, now: Now, decided: &mut Decided) {
        if self.room.role(conn) == Some(Role::Reader) {
            let (code, message) = (RefusalCode::ReadOnly, "you can only read here".to_owned());
            let refused = Refused { id: Some(id), of: None, code, message, retry_after_ms: None };
            decided.words.push((conn, Word::Frame(ServerFrame::Refused(refused))));
        } else if let Some(draft) = self.room.post(conn, id, text, now) {
            decided.drafts.push((draft, Then::Acknowledge { conn, id }));
        }
    }

    /// A member wants another nickname.
    pub fn rename(&mut self, conn: ConnId, nickname: &Nickname, now: Now, decided: &mut Decided) {
        let draft = self.room.rename(conn, nickname, now);
        decided.renames.push(conn);
        decided.drafts.extend(draft.map(|draft| follow(conn, draft)));
    }

    /// A connection is gone.
    pub fn gone(&mut self, conn: ConnId, parting: Parting, now: Now, decided: &mut Decided) {
        self.waiting.retain(|knock| knock.conn != conn);
        decided.drafts.extend(self.room.gone(conn, parting, now).and_then(farewell));
    }

    /// Has the log store what was decided. Nobody is told anything of it before this has returned.
    pub async fn commit(&mut self, decided: Decided, log: &dyn Log, now: impl Fn() -> Now) -> Committed {
        let Decided { drafts, renames, rosters, .. } = decided;
        let drafts: Vec<_> = self.owed.drain(..).chain(drafts).collect();
        let (drafts, then): (Vec<_>, Vec<_>) = drafts.into_iter().unzip();
        // A token that the log does not know would make somebody a stranger after a restart.
        let enrolled = self.room.take_enrolled();
        let mut committed = Committed::default();
        if !(drafts.is_empty() && enrolled.is_empty()) {
            let new: Vec<_> = enrolled.iter().map(|new| (new.member.clone(), new.invite.clone())).collect();
            let stored = log.append(drafts, enrolled).await;
            committed.storage = Some(Storage::after(&stored));
            match stored {
                Ok(appended) => committed.publish(appended, then),
                Err(error) => self.take_back(&error, then, new, now(), &mut committed.words),
            }
        }
        for conn in renames {
            if let Some((you, _)) = self.room.you(conn) {
                committed.words.push((conn, Word::Frame(ServerFrame::You(you))));
            }
        }
        // Only now: who is coming may be turned away.
        for conn in rosters {
            let (people, online) = self.room.roster.people();
            let people = ServerFrame::People(People { people, online });
            committed.words.push((conn, Word::Frame(people)));
        }
        committed
    }

    /// Nothing was stored, so nothing has happened, but that who left is gone. Who can be told so is told; others
    /// lose their connection, and see by that that their line did not arrive. `new` are those whose tokens the log was to
    /// learn: in a large room no entry tells of their coming. The invitations that they came by are as good as before.
    fn take_back(
        &mut self,
        error: &LogError,
        then: Vec<Then>,
        new: Vec<(MemberId, Option<InviteId>)>,
        now: Now,
        words: &mut Words,
    ) {
        tracing::debug!(%error, "nothing was stored");
        let refused = |id: Option<PostId>| {
            let message = error.to_string();
            let of = id.is_none().then_some(Asked::Rename);
            let code = RefusalCode::Storage;
            Word::Frame(ServerFrame::Refused(Refused { id, of, code, message, retry_after_ms: None }))
        };
        // Renames first, the last one first: so each leads back to where it came from.
        let (renames, others): (Vec<_>, Vec<_>) =
            then.into_iter().partition(|then| matches!(then, Then::Renamed { .. }));
        let mut withdrawn = HashSet::new();
        let withdraw = |room: &mut Room, words: &mut Words, member: &MemberId| {
            let conns = room.withdraw(member, now);
            words.extend(conns.into_iter().map(|conn| (conn, Word::TurnedAway)));
        };
        for (member, invite) in new {
            if let Some(invite) = invite {
                self.entrance.rules.invites.give_back(&invite);
                self.uses_moved = true;
            }
            withdraw(&mut self.room, words, &member);
            self.room.unlearn(&member);
            withdrawn.insert(member);
        }
        for then in renames.into_iter().rev().chain(others) {
            match then {
                Then::Came { member } => {
                    withdraw(&mut self.room, words, &member);
                    withdrawn.insert(member);
                }
                Then::Said { conn } => words.push((conn, Word::TurnedAway)),
                Then::Acknowledge { conn, id } => words.push((conn, refused(Some(id)))),
                Then::Renamed { conn, old } => {
                    self.room.rename(conn, &old, now);
                    words.push((conn, refused(None)));
                }
                // Who never came has not left.
                Then::Farewell { draft, .. } if withdrawn.contains(&draft.from.member) => {}
                Then::Farewell { draft, last, told } => {
                    if !told {
                        self.room.roster.tell_left(&draft.from.member);
                    }
                    self.owed.push((draft.clone(), Then::Farewell { draft, last, told: true }));
                }
            }
        }
    }

    /// Greets who came in and reads on behind `after`. `None` for those who are gone again.
    pub fn welcome(&self, conn: ConnId, after: Seq, log: &dyn Log) -> Option<Box<Welcome>> {
        let (you, token) = self.room.you(conn)?;
        let head = *log.head().borrow();
        let (people, online) = self.room.roster.people();
        Some(Box::new(Welcome {
            room: self.told.clone(),
            you,
            token,
            role: self.room.role(conn).unwrap_or_default(),
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
        self.room.you(conn).map(|(you, _)| you.nickname)
    }

    /// When [`Self::expire`] has something to do next, since the host's start.
    pub fn next_due(&self) -> Option<Duration> {
        self.room.next_due()
    }

    /// How many people are here.
    pub fn online(&self) -> usize {
        self.room.roster.online()
    }

    /// Whether [`Self::take_roster_change`] has something.
    pub(crate) fn has_roster_change(&self) -> bool {
        self.room.roster.has_change()
    }

    /// In a large room, joins and leaves are told together.
    pub(crate) fn take_roster_change(&mut self) -> Option<RosterChange> {
        self.room.roster.take_change()
    }
}

impl Committed {
    /// What is stored is told, and its senders are.
    fn publish(&mut self, appended: Vec<Appended>, then: Vec<Then>) {
        for (appended, then) in appended.into_iter().zip(then) {
            if let Then::Acknowledge { conn, id } = then {
                self.words.push((conn, Word::Frame(ServerFrame::Ack(Ack { id, seq: appended.seq() }))));
            }
            if let Appended::Stored(entry) = appended {
                let last = if let Then::Farewell { last, .. } = then { last } else { None };
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

pub(super) fn farewell(Departure { draft, last }: Departure) -> Option<(Draft, Then)> {
    draft.map(|draft| (draft.clone(), Then::Farewell { draft, last, told: false }))
}

/// What follows for who came in, took another nickname, or said something without an id.
pub(super) fn follow(conn: ConnId, draft: Draft) -> (Draft, Then) {
    let then = match &draft.body {
        Body::Joined { .. } => Then::Came { member: draft.from.member.clone() },
        Body::Renamed { old } => Then::Renamed { conn, old: old.clone() },
        _ => Then::Said { conn },
    };
    (draft, then)
}

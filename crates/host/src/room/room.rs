//! The room: it decides what follows from what people ask for. Nobody is sent anything of a decision before the log has
//! stored it. Pure: the hub brings the log, the sockets and the clock.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use hearth_log::{Draft, KnownMember};
use hearth_protocol::classic::ClassicMessage;
use hearth_protocol::{
    Body, Entry, InviteId, LogId, MemberId, MemberToken, Nickname, RefusalCode, Role, RoomInfo, RosterChange,
    Seq, Typing, Welcome,
};
use jiff::Timestamp;

use crate::access::gate::Gate;
use crate::base::clock::Now;
use crate::base::conn_id::ConnId;
use crate::base::fresh::{Fresh, Parting};
use crate::room::batch::{AfterCommit, Batch, JoinRequest, Reply, follow};
use crate::room::members::Members;

/// A room: its people, and the gate by which they come in.
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
    /// Whether somebody else came in as its owner since this was last asked for.
    pub(super) owner_moved: bool,
    /// The lines that are pinned, in the order in which they were.
    pub(super) pins: Vec<Seq>,
    /// Who is writing and has not been told of.
    typing: BTreeSet<MemberId>,
}

/// In a larger room nobody is told who is writing: somebody always is.
const TYPING_UP_TO: usize = 100;

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
        Self {
            info,
            members,
            gate,
            waiting: VecDeque::new(),
            uses_moved: false,
            unstored_leaves: Vec::new(),
            owner_moved: false,
            pins: Vec::new(),
            typing: BTreeSet::new(),
        }
    }

    /// What somebody who is here may do. Whoever hosts the room owns it, however they have come.
    pub(super) fn role(&self, conn: ConnId) -> Option<Role> {
        let role = self.members.role(conn)?;
        let is_owner = self.members.you(conn).is_some_and(|(you, _)| Some(you.member) == self.info.owner);
        Some(if is_owner { Role::Owner } else { role })
    }

    /// A member is writing, who may.
    pub(crate) fn typing(&mut self, conn: ConnId) {
        let may = self.role(conn).is_some_and(|role| role != Role::Reader);
        if may
            && self.online() <= TYPING_UP_TO
            && let Some((you, _)) = self.members.you(conn)
        {
            self.typing.insert(you.member);
        }
    }

    /// Whether [`Self::take_typing`] has something.
    pub(crate) fn has_typing(&self) -> bool {
        !self.typing.is_empty()
    }

    /// Who is writing, since this was last asked.
    pub(crate) fn take_typing(&mut self) -> Option<Typing> {
        let members: Vec<_> = std::mem::take(&mut self.typing).into_iter().collect();
        (!members.is_empty()).then_some(Typing { members })
    }

    /// The lines that are pinned.
    pub(crate) fn pins(&self) -> &[Seq] {
        &self.pins
    }

    /// The lines that are pinned, as far as the log keeps them: what it let go of is pinned no more.
    pub(crate) fn set_pins(&mut self, pins: Vec<Seq>) {
        self.pins = pins;
    }

    /// Who this connection belongs to, if they are here.
    pub(crate) fn member(&self, conn: ConnId) -> Option<MemberId> {
        self.members.you(conn).map(|(you, _)| you.member)
    }

    /// Something is stored that may put a line up, or take one down.
    pub(super) fn note_pin(&mut self, entry: &Entry) {
        match entry.body {
            Body::Pinned { about, on: true } if !self.pins.contains(&about) => self.pins.push(about),
            Body::Pinned { about, on: false } | Body::Removed { about } => {
                self.pins.retain(|line| *line != about);
            }
            _ => {}
        }
    }

    /// Those who did not come back in time leave. It begins a group of decisions.
    pub fn expire(&mut self, now: Now) -> Batch {
        let mut batch = Batch::default();
        for departure in self.members.expire(now) {
            batch.farewell(departure);
        }
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

    /// A connection is gone.
    pub fn gone(&mut self, conn: ConnId, parting: Parting, now: Now, batch: &mut Batch) {
        self.waiting.retain(|join| join.conn != conn);
        if let Some(departure) = self.members.gone(conn, parting, now) {
            batch.farewell(departure);
        }
    }

    /// Greets who came in and reads on behind `after`, in a log with this head. `None` for those who are gone again.
    pub fn welcome(&self, conn: ConnId, after: Seq, log: LogId, head: Seq) -> Option<Box<Welcome>> {
        let (you, token) = self.members.you(conn)?;
        let (people, online) = self.members.roster.people();
        Some(Box::new(Welcome {
            room: self.info.clone(),
            you,
            token,
            role: self.role(conn).unwrap_or_default(),
            rules: self.gate.policy.rules,
            people,
            online,
            log,
            head,
            after,
            limits: hearth_protocol::Limits::V1,
            talk: true,
        }))
    }

    /// What somebody is called who is in the room.
    pub(crate) fn nickname(&self, conn: ConnId) -> Option<Nickname> {
        self.members.you(conn).map(|(you, _)| you.nickname)
    }

    /// Who has come by each invitation, as far as they are remembered.
    pub(crate) fn comers(&self) -> HashMap<InviteId, Vec<Nickname>> {
        self.members.comers()
    }

    /// What its owner is called, once they have been in it.
    pub(crate) fn owner_nickname(&self) -> Option<&Nickname> {
        self.info.owner.as_ref().and_then(|owner| self.members.nickname_of(owner))
    }

    /// Its owner, if that is somebody else than when this was last asked.
    pub(crate) fn take_new_owner(&mut self) -> Option<MemberId> {
        std::mem::take(&mut self.owner_moved).then(|| self.info.owner.clone()).flatten()
    }

    /// Who has this token, unless they were sent away.
    pub(crate) fn bearer(&self, token: &MemberToken) -> Option<MemberId> {
        let (member, invite) = self.members.bearer(token)?;
        let expelled = invite.is_some_and(|invite| self.gate.policy.invites.has_expelled(invite));
        (!expelled).then(|| member.clone())
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

#[cfg(test)]
mod tests;

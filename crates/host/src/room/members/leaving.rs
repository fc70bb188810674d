//! Leaving a room: on purpose, by a link that broke and stayed so, or since an invitation was taken back; and what becomes of the
//! nickname of somebody who had been gone for a while.

use std::time::Duration;

use hearth_log::Draft;
use hearth_protocol::{Author, Body, Dialect, InviteId, MemberId, Nickname};

use super::{Member, Members, Presence, REMEMBERED, Seat};
use crate::base::clock::Now;
use crate::base::conn_id::ConnId;
use crate::base::fresh::Parting;
use crate::room::wants::Want;

/// Somebody's leaving, to be told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Departure {
    /// The entry; `None` in a large room, where only the roster tells.
    pub(crate) draft: Option<Draft>,
    /// What a classic guest wrote last: their dialect's leave carries it.
    pub(crate) last: Option<String>,
    /// Who has their nickname now.
    pub(crate) heir: Option<Heir>,
}

/// Somebody who is given the nickname that they asked for, since a ghost had it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heir {
    /// The connections that they are here by.
    pub(crate) conns: Vec<ConnId>,
    /// The entry of it.
    pub(crate) draft: Draft,
}

impl Members {
    /// A connection is gone.
    pub(crate) fn gone(&mut self, conn: ConnId, parting: Parting, now: Now) -> Option<Departure> {
        let id = self.seats.remove(&conn)?.member;
        let member = self.by_id.get_mut(&id)?;
        let Presence::Here { connections } = member.presence else {
            return None;
        };
        if connections > 1 {
            member.presence = Presence::Here { connections: connections - 1 };
            return None;
        }
        if parting == Parting::OnPurpose {
            return self.depart(&id, now);
        }
        if member.dialect == Dialect::V1 {
            let due = now.since_start + self.grace;
            member.presence = Presence::Fading { due };
            self.fading.insert((due, id));
            return None;
        }
        self.vanish(&id, now)
    }

    /// All who came by an invitation leave. Gives the connections that they were here by.
    pub(crate) fn expel(&mut self, invite: &InviteId, now: Now) -> (Vec<ConnId>, Vec<Departure>) {
        let came_by_it = |member: &&Member| member.grant.invite.as_ref() == Some(invite);
        let of_them = self.by_id.iter().filter(|(_, member)| came_by_it(member));
        let mut ids: Vec<_> = of_them.map(|(id, _)| id.clone()).collect();
        ids.sort_unstable();
        let (mut conns, mut departures) = (Vec::new(), Vec::new());
        for id in ids {
            conns.extend(self.unseat(&id));
            departures.extend(self.leave(&id, now));
        }
        (conns, departures)
    }

    /// Somebody's coming is taken back, whatever has followed from it. Gives the connections that they came by.
    pub(crate) fn withdraw(&mut self, id: &MemberId, now: Now) -> Vec<ConnId> {
        let conns = self.unseat(id);
        self.leave(id, now);
        conns
    }

    /// The connections that somebody is here by.
    fn conns(&self, id: &MemberId) -> Vec<ConnId> {
        let of_them = |(_, seat): &(&ConnId, &Seat)| seat.member == *id;
        let mut conns: Vec<ConnId> = self.seats.iter().filter(of_them).map(|(conn, _)| *conn).collect();
        conns.sort_unstable();
        conns
    }

    fn unseat(&mut self, id: &MemberId) -> Vec<ConnId> {
        let conns = self.conns(id);
        for conn in &conns {
            self.seats.remove(conn);
        }
        conns
    }

    fn leave(&mut self, id: &MemberId, now: Now) -> Option<Departure> {
        match self.by_id.get(id)?.presence {
            Presence::Fading { due } => {
                self.fading.remove(&(due, id.clone()));
                self.depart(id, now)
            }
            Presence::Here { .. } => self.depart(id, now),
            Presence::Away { .. } => None,
        }
    }

    /// Those who did not come back in time.
    pub(crate) fn expire(&mut self, now: Now) -> Vec<Departure> {
        let mut departures = Vec::new();
        while let Some((due, id)) = self.fading.first().cloned()
            && due <= now.since_start
        {
            self.fading.pop_first();
            departures.extend(self.vanish(&id, now));
        }
        departures
    }

    /// When `expire` has something to do next.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        self.fading.first().map(|&(due, _)| due)
    }

    /// Somebody is gone who did not say so: they may have been a ghost for a while.
    fn vanish(&mut self, id: &MemberId, now: Now) -> Option<Departure> {
        let nickname = self.by_id.get(id)?.nickname.clone();
        let departure = self.depart(id, now)?;
        Some(Departure { heir: self.inherit(&nickname, now), ..departure })
    }

    fn depart(&mut self, id: &MemberId, now: Now) -> Option<Departure> {
        self.departures += 1;
        let departure = self.departures;
        let member = self.by_id.get_mut(id)?;
        member.presence = Presence::Away { departure };
        let last = member.last_text.take();
        let at = member.last_sign.take().unwrap_or(now.clock);
        let from = Author { member: id.clone(), nickname: member.nickname.clone() };
        let dialect = member.dialect;
        self.names.free(id, &from.nickname);
        let is_entry = self.roster.depart(id);
        if dialect == Dialect::Classic {
            // Nothing can bring a classic guest back as the same member.
            self.forget(id);
        } else {
            self.away.insert(departure, id.clone());
            if self.away.len() > REMEMBERED
                && let Some((_, longest)) = self.away.pop_first()
            {
                self.forget(&longest);
            }
        }
        let draft = is_entry.then_some(Draft { at, from, id: None, body: Body::Left });
        Some(Departure { draft, last, heir: None })
    }

    /// Somebody turned out to be a ghost. Whoever asked for their nickname while they seemed to be here has it now.
    fn inherit(&mut self, freed: &Nickname, now: Now) -> Option<Heir> {
        let (by_id, names) = (&self.by_id, &self.names);
        let may = |want: &Want| {
            let is_free = |look: &String| names.is_free(look, &want.member);
            let is_here = |member: &Member| {
                matches!(member.presence, Presence::Here { .. }) && member.nickname == want.called
            };
            want.looks.iter().all(is_free) && by_id.get(&want.member).is_some_and(is_here)
        };
        let Want { member, wish, .. } = self.wants.take(freed, now, may)?;
        let (draft, _) = self.take_name(&member, None, &wish, now)?;
        Some(Heir { conns: self.conns(&member), draft })
    }
}

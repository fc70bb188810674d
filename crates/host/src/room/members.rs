//! The members of a room: who is here (presence), under which nickname, and what follows from what they do. Pure: time
//! and randomness are arguments, and nothing here is visible to anybody before the log has stored it.

pub(super) mod leaving;
mod names;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use hearth_log::{Draft, Enrolment, KnownMember};
use hearth_protocol::classic::ClassicMessage;
use hearth_protocol::{
    Author, Body, Dialect, Hello, InviteId, MemberId, MemberToken, Mention, Mentions, MessageText, Nickname,
    Person, PostId, RefusalCode, Role, Seq, You,
};
use jiff::Timestamp;

use crate::access::grant::{Grant, Known};
use crate::base::clock::Now;
use crate::base::conn_id::ConnId;
use crate::base::fresh::Fresh;
use crate::room::journal::Undo;
use crate::room::roster::Roster;
use crate::room::wants::Wants;

use names::Names;

/// What a classic guest is called who gives no nickname.
const NAMELESS: &str = "访客";

/// Members who are away and still known, so that they are the same when they come back.
pub(crate) const REMEMBERED: usize = 10_000;

/// So many of those who came by an invitation are named: more than one reads through.
const NAMED: usize = 20;

/// The members, those who are away and may come back among them.
#[derive(Debug)]
pub(crate) struct Members {
    by_id: HashMap<MemberId, Member>,
    tokens: HashMap<MemberToken, MemberId>,
    /// The nicknames of those who are here.
    names: Names,
    seats: HashMap<ConnId, Seat>,
    wants: Wants,
    /// Members whose link broke, and when their leaving is due.
    fading: BTreeSet<(Duration, MemberId)>,
    /// Members who are away and may come back, the longest away first.
    away: BTreeMap<u64, MemberId>,
    /// Departures so far: their number is the key in `away`.
    departures: u64,
    /// Members who are new, or may do more, until the log knows it.
    enrolled: Vec<MemberId>,
    /// What undoes what has changed since the last batch was prepared.
    journal: Vec<Undo>,
    grace: Duration,
    pub(crate) roster: Roster,
}

#[derive(Debug)]
struct Member {
    token: MemberToken,
    nickname: Nickname,
    dialect: Dialect,
    /// As what they came in.
    grant: Grant,
    presence: Presence,
    last_text: Option<String>,
    /// When the log last told anything, if the host ended after that and before they left.
    last_sign: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Here { connections: usize },
    Fading { due: Duration },
    Away { departure: u64 },
}

/// A connection's place in the room.
#[derive(Debug)]
struct Seat {
    member: MemberId,
    /// The nickname that a classic guest last asked for: the same wish again is no rename.
    asked: Option<Nickname>,
}

/// How somebody comes in.
#[derive(Debug)]
struct Comer {
    dialect: Dialect,
    /// The nickname that a classic guest asks for.
    asked: Option<Nickname>,
    /// As what, if they are new.
    grant: Grant,
}

impl Members {
    pub(crate) fn new(grace: Duration) -> Self {
        Self {
            by_id: HashMap::new(),
            tokens: HashMap::new(),
            names: Names::default(),
            seats: HashMap::new(),
            wants: Wants::default(),
            fading: BTreeSet::new(),
            away: BTreeMap::new(),
            departures: 0,
            enrolled: Vec::new(),
            journal: Vec::new(),
            grace,
            roster: Roster::default(),
        }
    }

    /// Those whom the log knows, after a restart. Who was here then may be back in a moment, as after a lost link; if
    /// not, they left when the log last told anything.
    pub(crate) fn restore(
        &mut self,
        known: Vec<KnownMember>,
        last_sign: Option<Timestamp>,
        mut fresh: impl FnMut() -> Fresh,
        now: Now,
    ) {
        for KnownMember { member: id, token, nickname, dialect, here, role, invite } in known {
            let presence = if here {
                let due = now.since_start + self.grace;
                self.fading.insert((due, id.clone()));
                self.names.keep(&id, &nickname);
                self.roster.restore(Person { member: id.clone(), nickname: nickname.clone(), dialect });
                Presence::Fading { due }
            } else {
                self.departures += 1;
                self.away.insert(self.departures, id.clone());
                Presence::Away { departure: self.departures }
            };
            // Nobody knows the token of a classic guest, whose leaving is all that is still to come.
            let token = token.unwrap_or_else(|| fresh().token);
            self.tokens.insert(token.clone(), id.clone());
            let last_sign = last_sign.filter(|_| here);
            let grant = Grant { role, invite };
            self.by_id
                .insert(id, Member { token, nickname, dialect, grant, presence, last_text: None, last_sign });
        }
    }

    /// Members who are new, or may do more, since the last time: the log must know them before they are told so.
    pub(crate) fn take_enrolled(&mut self) -> Vec<Enrolment> {
        let enrolment = |member: MemberId| {
            let Member { token, nickname, grant, .. } = self.by_id.get(&member)?;
            let Grant { role, invite } = grant.clone();
            Some(Enrolment { token: token.clone(), nickname: nickname.clone(), member, role, invite })
        };
        std::mem::take(&mut self.enrolled).into_iter().filter_map(enrolment).collect()
    }

    /// What undoes what has changed since the last time, the last change last.
    pub(super) fn take_journal(&mut self) -> Vec<Undo> {
        std::mem::take(&mut self.journal)
    }

    /// Forgets somebody who was new, and whose coming was taken back. Gives the invitation that they came by.
    pub(super) fn unlearn(&mut self, id: &MemberId) -> Option<InviteId> {
        let Presence::Away { departure } = self.by_id.get(id)?.presence else { return None };
        self.away.remove(&departure);
        self.forget(id)?.grant.invite
    }

    /// Who somebody is by their token.
    pub(crate) fn known(&self, hello: &Hello) -> Known<'_> {
        let id = hello.token.as_ref().and_then(|token| self.tokens.get(token));
        let member = id.and_then(|id| self.by_id.get(id));
        member.map_or(Known::No, |member| Known::By(&member.grant))
    }

    /// Who has this token, and by which invitation they came.
    pub(crate) fn bearer(&self, token: &MemberToken) -> Option<(&MemberId, Option<&InviteId>)> {
        let id = self.tokens.get(token)?;
        self.by_id.get(id).map(|member| (id, member.grant.invite.as_ref()))
    }

    /// A v1 client says hello. Without a grant it is who it was by its token; with one it is somebody new. Gives the entry of
    /// its joining, if that is one.
    pub(crate) fn hello(
        &mut self,
        conn: ConnId,
        hello: &Hello,
        grant: Option<Grant>,
        fresh: impl FnOnce() -> Fresh,
        now: Now,
    ) -> Result<Option<Draft>, RefusalCode> {
        if self.seats.contains_key(&conn) {
            return Err(RefusalCode::HelloExpected);
        }
        let wish = Nickname::new(&hello.nickname).map_err(nickname_refusal)?;
        let known = match grant {
            Some(_) => None,
            None => hello.token.as_ref().and_then(|token| self.tokens.get(token)).cloned(),
        };
        let grant = grant.unwrap_or_default();
        Ok(self.sit(conn, known, &wish, Comer { dialect: Dialect::V1, asked: None, grant }, fresh, now))
    }

    /// A classic guest says something; their first line brings them in. Gives the entries that follow from it.
    pub(crate) fn classic(
        &mut self,
        conn: ConnId,
        message: &ClassicMessage,
        fresh: impl FnOnce() -> Fresh,
        now: Now,
    ) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let wish = Nickname::truncated(&message.nickname).ok();
        let comes = !self.seats.contains_key(&conn);
        if comes {
            let wish = wish.or_else(|| Nickname::new(NAMELESS).ok());
            let Some(wish) = wish else { return drafts };
            let asked = Some(wish.clone());
            let newcomer = Comer { dialect: Dialect::Classic, asked, grant: Grant::default() };
            drafts.extend(self.sit(conn, None, &wish, newcomer, fresh, now));
        } else if let (Some(wish), Some(seat)) = (wish, self.seats.get_mut(&conn))
            && seat.asked.as_ref() != Some(&wish)
        {
            seat.asked = Some(wish.clone());
            drafts.extend(self.rename(conn, None, &wish, now).map(|(draft, _)| draft));
        }
        if comes && message.is_join() {
            return drafts;
        }
        let text = match MessageText::new(&message.message) {
            Ok(text) => text,
            Err(reason) => {
                tracing::debug!(%reason, "a classic line was ignored");
                return drafts;
            }
        };
        if let Some(member) = self.seats.get(&conn).and_then(|seat| self.by_id.get_mut(&seat.member)) {
            member.last_text = Some(text.as_str().to_owned());
        }
        let time = (!message.time.is_empty()).then(|| message.time.chars().take(64).collect());
        let text = text.into_string();
        let mentions = self.named_in(&text);
        drafts.extend(self.say(conn, None, Body::Message { text, time }, now));
        if !mentions.is_empty() {
            // It is about the line before it, which has no place yet.
            let body = Body::Addressed { about: Seq::ZERO, reply: None, mentions };
            drafts.extend(self.say(conn, None, body, now));
        }
        drafts
    }

    /// A member says something that changes nothing about members.
    pub(super) fn say(&self, conn: ConnId, id: Option<PostId>, body: Body, now: Now) -> Option<Draft> {
        Some(Draft { at: now.clock, from: self.author(conn)?, id, body })
    }

    /// Who is here and named behind an `@`: classic guests have no other way to mention anybody.
    fn named_in(&self, text: &str) -> Mentions {
        if !text.contains('@') {
            return Mentions::default();
        }
        let here = self.by_id.iter().filter(|(_, member)| matches!(member.presence, Presence::Here { .. }));
        let mut members: Vec<Mention> = here
            .map(|(id, member)| Mention { member: id.clone(), nickname: member.nickname.clone() })
            .filter(|mention| text.contains(&format!("@{}", mention.nickname.as_str())))
            .collect();
        members.sort_by(|one, other| one.member.as_str().cmp(other.member.as_str()));
        Mentions { members, everyone: false }.checked(text)
    }

    /// Of those who are mentioned, whom the room knows.
    pub(super) fn known_among(&self, mentions: Mentions) -> Mentions {
        let Mentions { mut members, everyone } = mentions;
        members.retain(|mention| self.by_id.contains_key(&mention.member));
        Mentions { members, everyone }
    }

    /// A member takes another nickname, as near to the wish as it is free. Gives the entry and what undoes it; `None` when
    /// nothing changes.
    pub(super) fn rename(
        &mut self,
        conn: ConnId,
        act: Option<PostId>,
        wish: &Nickname,
        now: Now,
    ) -> Option<(Draft, Undo)> {
        let id = self.seats.get(&conn)?.member.clone();
        let renamed = self.take_name(&id, act, wish, now);
        self.want(&id, wish, now);
        renamed
    }

    fn take_name(
        &mut self,
        id: &MemberId,
        act: Option<PostId>,
        wish: &Nickname,
        now: Now,
    ) -> Option<(Draft, Undo)> {
        let old = self.by_id.get(id)?.nickname.clone();
        let new = self.call(id, wish)?;
        if new == old {
            return None;
        }
        let undo = Undo::Renamed { member: id.clone(), old: old.clone(), new: new.clone() };
        self.journal.push(undo.clone());
        let from = Author { member: id.clone(), nickname: new };
        Some((Draft { at: now.clock, from, id: act, body: Body::Renamed { old } }, undo))
    }

    /// Notes that somebody asked for a nickname, which they may not have got.
    fn want(&mut self, id: &MemberId, wish: &Nickname, now: Now) {
        if let Some(member) = self.by_id.get(id) {
            self.wants.note(id, wish, &member.nickname, now);
        }
    }

    /// Gives somebody back the nickname that they had, unless they have got another one since.
    pub(super) fn undo_rename(&mut self, id: &MemberId, old: &Nickname, new: &Nickname) {
        let Some(member) = self.by_id.get_mut(id).filter(|member| member.nickname == *new) else { return };
        if matches!(member.presence, Presence::Away { .. }) {
            // Whoever is away keeps no nickname from others.
            member.nickname = old.clone();
        } else {
            self.call(id, old);
        }
    }

    /// A member may do more from now on, by an invitation that they came back with.
    pub(super) fn raise(&mut self, conn: ConnId, grant: Grant) {
        let Some(id) = self.seats.get(&conn).map(|seat| seat.member.clone()) else { return };
        let Some(member) = self.by_id.get_mut(&id) else { return };
        let before = std::mem::replace(&mut member.grant, grant);
        self.journal.push(Undo::Raised { member: id.clone(), before });
        self.enrolled.push(id);
    }

    /// A member may do what they might before. Gives the invitation that they had come back with.
    pub(super) fn undo_raise(&mut self, id: &MemberId, before: Grant) -> Option<InviteId> {
        let member = self.by_id.get_mut(id)?;
        std::mem::replace(&mut member.grant, before).invite
    }

    fn call(&mut self, id: &MemberId, wish: &Nickname) -> Option<Nickname> {
        let old = self.by_id.get(id)?.nickname.clone();
        self.names.free(id, &old);
        let nickname = self.claim(id, wish);
        self.by_id.get_mut(id)?.nickname = nickname.clone();
        Some(nickname)
    }

    /// A connection's member as the room knows them, and their token.
    pub(crate) fn you(&self, conn: ConnId) -> Option<(You, MemberToken)> {
        let id = &self.seats.get(&conn)?.member;
        let member = self.by_id.get(id)?;
        Some((You { member: id.clone(), nickname: member.nickname.clone() }, member.token.clone()))
    }

    /// Who has come by each invitation, here or away.
    pub(crate) fn comers(&self) -> HashMap<InviteId, Vec<Nickname>> {
        let mut comers: HashMap<InviteId, Vec<Nickname>> = HashMap::new();
        for member in self.by_id.values() {
            let Some(invite) = &member.grant.invite else { continue };
            let names = comers.entry(invite.clone()).or_default();
            if names.len() < NAMED {
                names.push(member.nickname.clone());
            }
        }
        for names in comers.values_mut() {
            names.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        }
        comers
    }

    /// What somebody is called, here or away.
    pub(crate) fn nickname_of(&self, id: &MemberId) -> Option<&Nickname> {
        self.by_id.get(id).map(|member| &member.nickname)
    }

    /// What a connection's member may do; `None` for whoever is not in the room.
    pub(crate) fn role(&self, conn: ConnId) -> Option<Role> {
        let seat = self.seats.get(&conn)?;
        self.by_id.get(&seat.member).map(|member| member.grant.role)
    }

    fn author(&self, conn: ConnId) -> Option<Author> {
        self.you(conn).map(|(you, _)| Author { member: you.member, nickname: you.nickname })
    }

    fn sit(
        &mut self,
        conn: ConnId,
        known: Option<MemberId>,
        wish: &Nickname,
        comer: Comer,
        fresh: impl FnOnce() -> Fresh,
        now: Now,
    ) -> Option<Draft> {
        let Comer { dialect, asked, grant } = comer;
        let id = known.unwrap_or_else(|| {
            let fresh = fresh();
            self.tokens.insert(fresh.token.clone(), fresh.member.clone());
            // A classic guest has no way to say a token.
            if dialect == Dialect::V1 {
                self.enrolled.push(fresh.member.clone());
                self.journal.push(Undo::New { member: fresh.member.clone() });
            }
            let member = Member {
                token: fresh.token,
                nickname: wish.clone(),
                dialect,
                grant,
                presence: Presence::Away { departure: 0 },
                last_text: None,
                last_sign: None,
            };
            self.by_id.insert(fresh.member.clone(), member);
            fresh.member
        });
        self.seats.insert(conn, Seat { member: id.clone(), asked });
        let presence = self.by_id.get(&id)?.presence;
        let (connections, arrives) = match presence {
            Presence::Here { connections } => (connections + 1, false),
            Presence::Fading { due } => {
                self.fading.remove(&(due, id.clone()));
                (1, false)
            }
            Presence::Away { departure } => {
                self.away.remove(&departure);
                (1, true)
            }
        };
        if arrives {
            let nickname = self.claim(&id, wish);
            self.by_id.get_mut(&id)?.nickname = nickname;
            self.want(&id, wish, now);
        }
        let member = self.by_id.get_mut(&id)?;
        member.presence = Presence::Here { connections };
        member.last_sign = None;
        let person = Person { member: id, nickname: member.nickname.clone(), dialect: member.dialect };
        if !arrives {
            // Somebody who came back under another wish is renamed, like anybody else.
            return self.rename(conn, None, wish, now).map(|(draft, _)| draft);
        }
        let from = Author { member: person.member.clone(), nickname: person.nickname.clone() };
        let body = Body::Joined { dialect: person.dialect };
        // In a large room it is no entry, and stands whether or not others' entries can be stored.
        self.roster.arrive(person).then(|| {
            self.journal.push(Undo::Came { member: from.member.clone() });
            Draft { at: now.clock, from, id: None, body }
        })
    }

    fn forget(&mut self, id: &MemberId) -> Option<Member> {
        let forgotten = self.by_id.remove(id)?;
        self.tokens.remove(&forgotten.token);
        Some(forgotten)
    }

    fn claim(&mut self, id: &MemberId, wish: &Nickname) -> Nickname {
        let nickname = self.names.claim(id, wish);
        self.roster.rename(id, &nickname);
        nickname
    }
}

/// The refusal that tells what is wrong with a nickname.
pub(crate) fn nickname_refusal(error: hearth_protocol::NicknameError) -> RefusalCode {
    match error {
        hearth_protocol::NicknameError::Empty => RefusalCode::NicknameEmpty,
        hearth_protocol::NicknameError::TooLong { .. } => RefusalCode::NicknameTooLong,
    }
}

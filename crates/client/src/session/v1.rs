//! The dialect `hearth.v1`.

use std::time::Duration;

use hearth_protocol::{
    Ack, Asked, ClientFrame, ClientInfo, DecodeError, Dialect, Entry, Gap, Hello, Nickname, RefusalCode,
    Refused, ServerFrame, Welcome, decode_server, encode,
};
use rand::Rng;

use super::{
    HostKnows, ResendHold, Session,
    event::{Effect, Now},
    phase::Phase,
    sanitize,
    timeline::Continuity,
};
use crate::{error::ConnectError, record::Record, update::RoomUpdate};

/// A restart of the host between two accidents can bring a hole back to the same place; four of them are none.
const HOLES_BELIEVED: u32 = 3;

impl Session {
    /// Says who knocks, and from where on to read.
    pub(super) fn greet(&mut self) {
        let cursor = self.timeline.cursor();
        let hello = Hello {
            nickname: self.nickname.as_str().to_owned(),
            client: Some(ClientInfo {
                name: "hearth".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            }),
            token: self.token.clone(),
            secret: self.credentials.secret.clone(),
            password: self.credentials.password.clone(),
            after: cursor.as_ref().map(|cursor| cursor.seq),
            log: cursor.map(|cursor| cursor.log),
        };
        self.greeted_as = Some(self.nickname.clone());
        self.outbox.drop_renames();
        self.effects.push(Effect::Greet(encode(&ClientFrame::Hello(hello))));
    }

    /// A text message came.
    pub(super) fn hear(&mut self, text: &str, now: Now, rng: &mut dyn Rng) {
        self.heard(now.elapsed);
        match self.phase {
            Phase::Joined { dialect: Dialect::Classic, .. } => self.hear_classic(text, now),
            Phase::Joined { dialect: Dialect::V1, .. } => {
                if let Some(frame) = read(text) {
                    self.follow(frame, now, rng);
                }
            }
            Phase::Greeting { .. } => self.be_greeted(text, now, rng),
            Phase::Connecting { .. } | Phase::Waiting { .. } | Phase::Over { .. } => {}
        }
    }

    fn be_greeted(&mut self, text: &str, now: Now, rng: &mut dyn Rng) {
        match read(text) {
            Some(ServerFrame::Welcome(welcome)) => self.enter(*welcome, now, rng),
            Some(ServerFrame::Refused(refused)) => {
                let error = ConnectError::from_refusal(refused.code, &self.host);
                self.give_up_link(error, now, rng);
            }
            _ => {
                tracing::info!(host = %self.host, "the hello was answered with something else");
                self.give_up_link(ConnectError::WrongDialect { host: self.host.clone() }, now, rng);
            }
        }
    }

    fn enter(&mut self, welcome: Welcome, now: Now, rng: &mut dyn Rng) {
        let Welcome { room, you, token, role, rules, people, online, log, head, after, limits, talk } =
            welcome;
        self.token = Some(token);
        self.limits = limits;
        self.role = role;
        self.rules = rules;
        self.host_knows = if talk { HostKnows::Talk } else { HostKnows::LinesAlone };
        self.owner = room.owner;
        self.key = room.key.or_else(|| self.key.take());
        self.renaming_from = self.greeted_as.take().filter(|greeted_as| *greeted_as != self.nickname);
        self.probes.forget();
        self.hold = None;
        if self.timeline.log() == Some(&log) {
            if head < self.timeline.head() {
                self.distrust(now, rng);
                return;
            }
            let until = now.elapsed + self.timing.connect;
            self.hold = self.outbox.may_repeat().then_some(ResendHold { head, until });
        } else {
            self.leave_log(Some(&room.name));
            self.start_log(log, Dialect::V1, after);
            self.drop_requests();
        }
        self.welcome_as(Some(room.name), you);
        let people = self.roster.set(people, online, Some(head));
        self.tell(people);
        self.joined(Dialect::V1, now);
        self.pump(now);
        self.ask_again();
    }

    /// A log that ends before what we have seen of it is another one under the same id, as when its file was put back
    /// from a copy. New entries would pass for repeats, so what is known is forgotten and the log read afresh.
    fn distrust(&mut self, now: Now, rng: &mut dyn Rng) {
        tracing::debug!(host = %self.host, "the log ends before what was seen of it");
        self.timeline.forget();
        self.forget_read_mark();
        let lines = self.outbox.log_lost();
        self.tell_acts(lines);
        self.give_up_link(ConnectError::LinkBroken, now, rng);
        let room = Box::new(self.snapshot(None, now.elapsed));
        self.tell(RoomUpdate::Snapshot { room });
    }

    fn follow(&mut self, frame: ServerFrame, now: Now, rng: &mut dyn Rng) {
        match frame {
            ServerFrame::Entry(entry) => self.on_entry(entry, now, rng),
            ServerFrame::Ack(ack) => self.on_ack(ack, now),
            ServerFrame::Refused(refused) if refused.code == RefusalCode::InviteRevoked => {
                // The invitation that the user came by was taken back.
                let error = ConnectError::from_refusal(refused.code, &self.host);
                self.give_up_link(error, now, rng);
            }
            ServerFrame::Refused(refused) => self.on_refused(&refused, now),
            ServerFrame::About(about) => self.on_about(about.entries),
            ServerFrame::Page(page) => self.on_page(page, now),
            ServerFrame::Found(found) => self.on_found(found),
            ServerFrame::Lines(lines) => self.on_lines(lines),
            ServerFrame::Typing(typing) => self.tell(RoomUpdate::Typing { members: typing.members }),
            ServerFrame::Gap(gap) => self.on_gap(gap, now),
            ServerFrame::Roster(change) => {
                let update = self.roster.change(change, self.timeline.head());
                self.tell(update);
            }
            ServerFrame::People(all) => {
                let update = self.roster.set(all.people, all.online, Some(self.timeline.head()));
                self.tell(update);
            }
            ServerFrame::You(you) => {
                self.on_renamed(you.nickname);
                self.pump(now);
            }
            ServerFrame::Rules(rules) => {
                self.rules = rules;
                self.tell(RoomUpdate::Rules { rules });
            }
            ServerFrame::Probe(probe) => self.on_probe(probe, now),
            ServerFrame::Welcome(_) => tracing::debug!("a second welcome is ignored"),
        }
    }

    fn on_entry(&mut self, entry: Entry, now: Now, rng: &mut dyn Rng) {
        let entry = sanitize::entry(entry);
        match self.timeline.accept(&entry) {
            Continuity::Next { let_go } => {
                self.hole = None;
                if let Some(let_go) = let_go {
                    self.roster.pass(let_go);
                }
            }
            Continuity::Repeat => return,
            Continuity::Hole => {
                self.on_hole(now, rng);
                return;
            }
        }
        if let Some(hold) = &mut self.hold {
            // Whoever has much to read, or reads it slowly, is on the way all the same.
            hold.until = now.elapsed + self.timing.connect;
        }
        if let Some(id) = entry.id {
            self.outbox.confirm(id);
        }
        let is_own = self.you.as_ref().is_some_and(|you| you.member == entry.from.member);
        if is_own
            && self.roster.is_news(&entry)
            && let Some(nickname) = entry.taken_nickname()
            // A rename that was asked for has an answer too, which may have come first.
            && !self.is_called(nickname)
        {
            self.on_renamed(nickname.clone());
        }
        if let Some(line) = entry.body.removes() {
            self.timeline.take_away(line);
        }
        self.keep(Record::Entry(entry.clone()));
        self.tell(RoomUpdate::Entries { entries: vec![entry] });
        self.pump(now);
    }

    /// The room knows the user under another nickname. One that was not asked for is the wish from now on, so that the
    /// next hello does not take it back.
    fn on_renamed(&mut self, nickname: Nickname) {
        let asked_for = self.renaming_from.take().is_some();
        self.outbox.rename_answered();
        if self.is_called(&nickname) {
            // Told already, by the entry.
            return;
        }
        if !asked_for {
            self.nickname = nickname.clone();
        }
        self.call_yourself(nickname);
    }

    fn is_called(&self, nickname: &Nickname) -> bool {
        self.you.as_ref().is_some_and(|you| you.nickname == *nickname)
    }

    /// Something is missing before an entry. Resuming brings it, or a gap that says that it is gone; a host that
    /// leaves the same hole again and again is not to be believed.
    fn on_hole(&mut self, now: Now, rng: &mut dyn Rng) {
        let at = self.timeline.head();
        let times = self.hole.filter(|hole| hole.0 == at).map_or(1, |hole| hole.1 + 1);
        let error = if times > HOLES_BELIEVED {
            tracing::info!(host = %self.host, "it leaves out entries without saying so");
            ConnectError::WrongDialect { host: self.host.clone() }
        } else {
            ConnectError::LinkBroken
        };
        self.hole = Some((at, times));
        self.give_up_link(error, now, rng);
    }

    fn on_ack(&mut self, ack: Ack, now: Now) {
        if self.outbox.ack(ack.id, ack.seq, self.timeline.head()) {
            self.drop_act(ack.id);
        } else if let Some(act) = self.outbox.kept(ack.id) {
            self.keep(Record::Act(act));
        }
        self.pump(now);
    }

    fn on_refused(&mut self, refused: &Refused, now: Now) {
        tracing::debug!(code = refused.code.as_str(), of_act = refused.id.is_some(), "refused");
        let retry_after = refused.retry_after_ms.map(|ms| Duration::from_millis(ms.into()));
        if let Some(id) = refused.id {
            if self.outbox.is_rename(id) {
                self.outbox.confirm(id);
                self.rename_refused(refused.code);
            } else if let Some(act) = self.outbox.refuse(id, refused.code, retry_after, now.elapsed) {
                self.tell_act(act);
            }
            self.pump(now);
            return;
        }
        match refused.of {
            Some(Asked::History) => self.history_refused(refused.code, retry_after, now),
            Some(Asked::Search) => self.search_refused(refused.code, retry_after, now),
            Some(Asked::Lines) => self.lines_refused(refused.code, retry_after, now),
            // A host that does not know of them does not know how they are called either.
            None if refused.code == RefusalCode::UnknownType => self.lines_refused(refused.code, None, now),
            Some(Asked::Rename) => {
                self.outbox.rename_answered();
                self.rename_refused(refused.code);
                self.pump(now);
            }
            Some(Asked::Other) | None => {}
        }
    }

    fn rename_refused(&mut self, reason: RefusalCode) {
        if let Some(before) = self.renaming_from.take() {
            self.nickname = before;
            self.tell(RoomUpdate::RenameRefused { reason });
        }
    }

    fn on_gap(&mut self, gap: Gap, now: Now) {
        let Some(gap) = self.timeline.skip(gap) else { return };
        self.keep(Record::Gap(gap));
        self.tell(RoomUpdate::Gap { gap });
        for id in self.outbox.skip(gap.to) {
            self.drop_act(id);
        }
        self.pump(now);
    }
}

/// Reads a frame. One that cannot be read is passed over: if it was an entry, the next one shows the hole. The reason
/// goes to the log without the text, which may be somebody's words.
fn read(text: &str) -> Option<ServerFrame> {
    match decode_server(text) {
        Ok(frame) => Some(frame),
        Err(DecodeError::UnknownType(_)) => {
            tracing::debug!(bytes = text.len(), "a frame of an unknown type is ignored");
            None
        }
        Err(DecodeError::Malformed(error)) => {
            tracing::debug!(bytes = text.len(), kind = ?error.classify(), "a malformed frame is ignored");
            None
        }
    }
}

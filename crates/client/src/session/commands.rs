//! Commands: what the user does.

use hearth_protocol::{Act, ClientFrame, Dialect, Nickname, PostId, Verb, You, encode};

use super::{
    HostKnows, Session,
    event::{Effect, Now},
    phase::Phase,
};
use crate::{
    command::RoomCommand,
    record::Record,
    update::{ActState, OwnAct, RoomUpdate},
};

impl Session {
    pub(super) fn obey(&mut self, command: RoomCommand, now: Now) {
        match command {
            RoomCommand::Act(act) => self.act(act, now),
            RoomCommand::Retry { id } => self.retry(id, now),
            RoomCommand::Discard { id } => self.discard(id),
            RoomCommand::History(request) => self.ask_history(request),
            RoomCommand::Search(request) => self.ask_search(request),
            RoomCommand::Lines(request) => self.ask_lines(request),
            RoomCommand::Typing => {
                if self.speaking() == Some(Dialect::V1) && self.host_knows == HostKnows::Talk {
                    self.send_frame(&ClientFrame::Typing);
                }
            }
            RoomCommand::SetReadMark { log, seq } => self.set_read_mark(log, seq),
            RoomCommand::SetDraft { log, text, strip } => self.set_draft(log, text, strip),
            RoomCommand::SetJoinsShown { log, joins } => self.set_joins_shown(log, joins),
            RoomCommand::Reconnect => self.reconnect(now),
        }
    }

    /// Something is done in the room, as soon as it can be.
    fn act(&mut self, act: Act, now: Now) {
        if let Verb::Rename { nickname } = &act.what {
            let Ok(nickname) = Nickname::new(nickname) else { return };
            if !self.takes_rename(nickname) {
                return;
            }
        }
        if let Some(own) = self.outbox.add(act) {
            self.tell_act(own);
            self.pump(now);
        }
    }

    fn retry(&mut self, id: PostId, now: Now) {
        if let Some(act) = self.outbox.retry(id) {
            self.tell_act(act);
            self.pump(now);
        }
    }

    fn discard(&mut self, id: PostId) {
        if self.outbox.discard(id) {
            self.drop_act(id);
        }
    }

    /// Sends what is queued, as far as the window and the host's pace allow.
    pub(super) fn pump(&mut self, now: Now) {
        let Some(dialect) = self.speaking() else { return };
        if self.hold.is_some_and(|hold| self.timeline.head() < hold.head && now.elapsed < hold.until) {
            return;
        }
        self.hold = None;
        while let Some(act) = self.outbox.take(now.elapsed, self.limits.text_bytes, dialect, self.host_knows)
        {
            // That it goes out is kept before it does.
            self.tell_act(act.clone());
            if act.state != ActState::Sent {
                continue;
            }
            let OwnAct { what, id, .. } = act;
            let text = match (dialect, what) {
                (Dialect::V1, what) => encode(&ClientFrame::Act(Act { what, id: Some(id) })),
                (Dialect::Classic, Verb::Post { text, .. }) => self.say_classic(&text, id, now),
                // There are no words for anything else there.
                (Dialect::Classic, _) => continue,
            };
            self.effects.push(Effect::Send(text));
        }
    }

    /// Takes another nickname as the wish. Not on the safe side of the host's answer: the page is told when the room knows it.
    /// Whether it goes out as an act, which it does behind a hello that said another one.
    fn takes_rename(&mut self, nickname: Nickname) -> bool {
        let before = std::mem::replace(&mut self.nickname, nickname.clone());
        match (self.speaking(), self.phase) {
            (Some(Dialect::V1), _) => {
                self.renaming_from.get_or_insert(before);
                true
            }
            (Some(Dialect::Classic), _) => {
                self.call_yourself(nickname);
                false
            }
            (None, Phase::Greeting { .. }) => true,
            // The next hello carries it.
            (None, _) => false,
        }
    }

    /// The room knows the user under this nickname.
    pub(super) fn call_yourself(&mut self, nickname: Nickname) {
        if let Some(you) = &mut self.you {
            you.nickname = nickname.clone();
            self.keep_member();
            self.tell(RoomUpdate::You { nickname });
        }
    }

    /// Own acts that changed.
    pub(super) fn tell_acts(&mut self, acts: Vec<OwnAct>) {
        for act in acts {
            self.tell_act(act);
        }
    }

    /// An own act that is new or changed. What is not shown is not kept either: the next hello says it.
    pub(super) fn tell_act(&mut self, act: OwnAct) {
        if !act.is_shown() {
            return;
        }
        if let Some(kept) = self.outbox.kept(act.id) {
            self.keep(Record::Act(kept));
        }
        self.tell(RoomUpdate::Own { act });
    }

    /// An own act that is gone, and is no entry here.
    pub(super) fn drop_act(&mut self, id: PostId) {
        self.keep(Record::Gone(id));
        self.tell(RoomUpdate::Dropped { id });
    }

    pub(super) fn welcome_as(&mut self, name: Option<String>, you: You) {
        let Some(log) = self.timeline.log().cloned() else { return };
        self.name.clone_from(&name);
        self.you = Some(you.clone());
        self.keep_member();
        let (read, draft, strip, joins) = self.marks_of_log();
        let (role, rules, plain) = (self.role, self.rules, self.host_knows == HostKnows::LinesAlone);
        let (owner, limits) = (self.owner.clone(), self.limits);
        self.tell(RoomUpdate::Welcomed {
            name,
            you: Some(you),
            role,
            rules,
            plain,
            owner,
            log,
            limits,
            read,
            draft,
            strip,
            joins,
        });
    }
}

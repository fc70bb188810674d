//! Commands: what the user does.

use hearth_protocol::{ClientFrame, Dialect, Nickname, Post, PostId, Rename, You, encode};

use super::{
    Session,
    event::{Effect, Now},
};
use crate::{
    record::Record,
    update::{LineState, OwnLine, RoomUpdate},
};

impl Session {
    pub(super) fn post(&mut self, id: PostId, text: String, now: Now) {
        if let Some(line) = self.outbox.add(id, text) {
            self.tell_line(line);
            self.pump(now);
        }
    }

    pub(super) fn retry(&mut self, id: PostId, now: Now) {
        if let Some(line) = self.outbox.retry(id) {
            self.tell_line(line);
            self.pump(now);
        }
    }

    pub(super) fn discard(&mut self, id: PostId) {
        if self.outbox.discard(id) {
            self.drop_line(id);
        }
    }

    /// Sends what is queued, as far as the window and the host's pace allow.
    pub(super) fn pump(&mut self, now: Now) {
        let Some(dialect) = self.speaking() else { return };
        if self.hold.is_some_and(|hold| self.timeline.head() < hold.head && now.elapsed < hold.until) {
            return;
        }
        self.hold = None;
        while let Some(line) = self.outbox.take(now.elapsed, self.limits.text_bytes, dialect) {
            // That it goes out is kept before it does.
            self.tell_line(line.clone());
            if line.state == LineState::Sent {
                let text = match dialect {
                    Dialect::V1 => encode(&ClientFrame::Post(Post { id: line.id, text: line.text })),
                    Dialect::Classic => self.say_classic(&line, now),
                };
                self.effects.push(Effect::Send(text));
            }
        }
    }

    /// Takes another nickname. Not on the safe side of the host's answer: the page is told when the room knows it.
    pub(super) fn rename(&mut self, nickname: Nickname) {
        let before = std::mem::replace(&mut self.nickname, nickname.clone());
        match self.speaking() {
            Some(Dialect::V1) => self.ask_rename(before),
            Some(Dialect::Classic) => self.call_yourself(nickname),
            // The next hello carries it, or where one is out already, a rename follows its welcome.
            None => {}
        }
    }

    /// Asks to be called by the wish from now on, instead of `before`.
    pub(super) fn ask_rename(&mut self, before: Nickname) {
        self.renaming_from.get_or_insert(before);
        let frame = ClientFrame::Rename(Rename { nickname: self.nickname.clone().into() });
        self.effects.push(Effect::Send(encode(&frame)));
    }

    /// The room knows the user under this nickname.
    pub(super) fn call_yourself(&mut self, nickname: Nickname) {
        if let Some(you) = &mut self.you {
            you.nickname = nickname.clone();
            self.keep_member();
            self.tell(RoomUpdate::You { nickname });
        }
    }

    /// Own lines that changed.
    pub(super) fn tell_lines(&mut self, lines: Vec<OwnLine>) {
        for line in lines {
            self.tell_line(line);
        }
    }

    /// An own line that is new or changed.
    pub(super) fn tell_line(&mut self, line: OwnLine) {
        if let Some(kept) = self.outbox.kept(line.id) {
            self.keep(Record::Line(kept));
        }
        self.tell(RoomUpdate::Own { line });
    }

    /// An own line that is gone, and is no entry here.
    pub(super) fn drop_line(&mut self, id: PostId) {
        self.keep(Record::Gone(id));
        self.tell(RoomUpdate::Dropped { id });
    }

    pub(super) fn welcome_as(&mut self, name: Option<String>, you: You) {
        let Some(log) = self.timeline.log().cloned() else { return };
        self.name.clone_from(&name);
        self.you = Some(you.clone());
        self.keep_member();
        self.tell(RoomUpdate::Welcomed { name, you: Some(you), role: self.role, log, limits: self.limits });
    }
}

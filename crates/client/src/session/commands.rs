//! What the user does.

use hearth_protocol::{
    ClientFrame, Dialect, HistoryRequest, Nickname, Page, Post, PostId, Rename, You, encode,
};

use super::{Effect, Now, PendingHistory, Session};
use crate::{LineState, OwnLine, RoomUpdate};

impl Session {
    pub(super) fn post(&mut self, id: PostId, text: String, now: Now) {
        if let Some(line) = self.outbox.add(id, text) {
            self.tell(RoomUpdate::Own { line });
            self.pump(now);
        }
    }

    pub(super) fn retry(&mut self, id: PostId, now: Now) {
        if let Some(line) = self.outbox.retry(id) {
            self.tell(RoomUpdate::Own { line });
            self.pump(now);
        }
    }

    pub(super) fn discard(&mut self, id: PostId) {
        if self.outbox.discard(id) {
            self.tell(RoomUpdate::Dropped { id });
        }
    }

    /// Sends what is queued, as far as the window and the host's pace allow.
    pub(super) fn pump(&mut self, now: Now) {
        let Some(dialect) = self.speaking() else { return };
        if self.hold.is_some_and(|hold| self.timeline.head() < hold.head && now.elapsed < hold.until) {
            return;
        }
        self.hold = None;
        while let Some(line) = self.outbox.take(now.elapsed, self.limits.text_bytes) {
            if line.state == LineState::Sent {
                let text = match dialect {
                    Dialect::V1 => encode(&ClientFrame::Post(Post { id: line.id, text: line.text.clone() })),
                    Dialect::Classic => self.say_classic(&line, now),
                };
                self.effects.push(Effect::Send(text));
            }
            self.tell(RoomUpdate::Own { line });
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
            self.tell(RoomUpdate::You { nickname });
        }
    }

    pub(super) fn ask_history(&mut self, request: HistoryRequest, now: Now) {
        if self.speaking() == Some(Dialect::Classic) {
            // Such a server keeps nothing.
            self.answer_history(request);
            return;
        }
        self.history = Some(PendingHistory { request, not_before: None });
        if self.speaking() == Some(Dialect::V1) {
            self.send_history_now(request);
        } else {
            tracing::trace!(elapsed = ?now.elapsed, "history waits for the link");
        }
    }

    /// Asks again for what was held back at the host's wish, once its time has come.
    pub(super) fn send_history(&mut self, now: Now) {
        if let Some(pending) = &mut self.history
            && pending.not_before.is_some_and(|at| at <= now.elapsed)
        {
            pending.not_before = None;
            let request = pending.request;
            self.send_history_now(request);
        }
    }

    pub(super) fn send_history_now(&mut self, request: HistoryRequest) {
        self.effects.push(Effect::Send(encode(&ClientFrame::History(request))));
    }

    /// Nothing older is to be had.
    pub(super) fn answer_history(&mut self, request: HistoryRequest) {
        let page = Page { before: request.before, entries: Vec::new(), more: false };
        self.tell(RoomUpdate::Older { page });
    }

    /// An own line that changed.
    pub(super) fn tell_lines(&mut self, lines: Vec<OwnLine>) {
        for line in lines {
            self.tell(RoomUpdate::Own { line });
        }
    }

    pub(super) fn welcome_as(&mut self, name: Option<String>, you: You) {
        let Some(log) = self.timeline.log().cloned() else { return };
        self.name.clone_from(&name);
        self.you = Some(you.clone());
        self.tell(RoomUpdate::Welcomed { name, you: Some(you), log, limits: self.limits });
    }
}

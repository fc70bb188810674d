//! Persistence: what outlives the app, what is kept, and what a session starts from.

use hearth_protocol::{Dialect, LogId, Seq};

use super::{Session, echoes::Echoes, event::Effect, outbox::Outbox, timeline::Timeline};
use crate::{
    record::{Kept, KeptLog, Record},
    update::{KeepTrouble, RoomUpdate},
};

impl Session {
    /// The session as it was when the app ended, without a link. What it was told as [`super::event::Setup::token`] counts only
    /// where nothing was kept.
    pub(super) fn restored(mut self, kept: Kept) -> Self {
        let Kept { token, you, name, log, entries, gaps, acts, marks } = kept;
        self.remembers = true;
        self.token = token.or(self.token);
        self.you = you;
        self.name = name;
        if let Some(log) = log {
            self.timeline = Timeline::restore(&log, entries, gaps);
            self.echoes = Echoes::of((log.dialect == Dialect::Classic).then_some(log.id));
        }
        self.outbox = Outbox::restore(acts);
        self.marks = marks;
        self
    }

    /// All that there is to keep.
    pub(crate) fn to_keep(&self) -> Kept {
        let classic = self.echoes.log();
        let log = self.timeline.log().map(|id| KeptLog {
            id: id.clone(),
            dialect: if classic == Some(id) { Dialect::Classic } else { Dialect::V1 },
            cursor: self.timeline.head(),
            base: self.timeline.base(),
        });
        Kept {
            token: self.token.clone(),
            you: self.you.clone(),
            name: self.name.clone(),
            log,
            entries: self.timeline.all(),
            gaps: self.timeline.gaps().to_vec(),
            acts: self.outbox.all_kept(),
            marks: self.marks.clone(),
        }
    }

    pub(super) fn keep(&mut self, record: Record) {
        if self.remembers {
            self.effects.push(Effect::Keep(record));
        }
    }

    pub(super) fn keep_member(&mut self) {
        if let Some(you) = self.you.clone() {
            self.keep(Record::Member { token: self.token.clone(), you, name: self.name.clone() });
        }
    }

    /// Another log begins, of the room with this name. If that is the room that it was, then what waits goes there.
    pub(super) fn leave_log(&mut self, name: Option<&str>) {
        let was_elsewhere = self.timeline.log().is_some() && self.name.as_deref() != name;
        let lines = if was_elsewhere { self.outbox.other_room() } else { self.outbox.log_lost() };
        self.tell_acts(lines);
    }

    pub(super) fn start_log(&mut self, log: LogId, dialect: Dialect, after: Seq) {
        self.timeline.start(log.clone(), after);
        self.leave_marks(&log);
        self.keep(Record::Log { id: log, dialect, after });
    }

    pub(super) fn keeping(&mut self, trouble: Option<KeepTrouble>) {
        if self.keep_trouble != trouble {
            self.keep_trouble = trouble;
            self.tell(RoomUpdate::Keeping { trouble });
        }
    }
}

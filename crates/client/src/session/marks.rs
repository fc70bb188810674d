//! The marks of a user on a log: the read mark, the draft, and how much is shown of who comes and goes. They stay on this
//! computer.

use hearth_protocol::{LogId, Seq};

use super::Session;
use crate::{
    joins_shown::JoinsShown,
    record::{Marks, Record},
    strip::Strip,
};

impl Session {
    /// The user has read a log up to there. A mark never goes back.
    pub(super) fn set_read_mark(&mut self, log: LogId, seq: Seq) {
        self.mark(log, |marks| marks.read = marks.read.max(Some(seq)));
    }

    /// What the user has typed for a log and not sent, and what it is to be.
    pub(super) fn set_draft(&mut self, log: LogId, text: String, strip: Option<Strip>) {
        self.mark(log, |marks| {
            marks.draft = text;
            marks.strip = strip;
        });
    }

    /// How much the user wants to see of who comes and goes.
    pub(super) fn set_joins_shown(&mut self, log: LogId, joins: JoinsShown) {
        self.mark(log, |marks| marks.joins = joins);
    }

    /// How far the user has read.
    pub(crate) fn read_mark(&self) -> Option<Seq> {
        self.marks.as_ref().and_then(|marks| marks.read)
    }

    /// The marks on the log that entries belong to, as they are told with it.
    pub(super) fn marks_of_log(&self) -> (Option<Seq>, String, Option<Strip>, JoinsShown) {
        let marks = self.marks.clone().filter(|marks| Some(&marks.log) == self.timeline.log());
        marks.map(|Marks { read, draft, strip, joins, .. }| (read, draft, strip, joins)).unwrap_or_default()
    }

    /// Another log begins, or the same one again, as where no entries are kept.
    pub(super) fn leave_marks(&mut self, log: &LogId) {
        self.marks = self.marks.take().and_then(|marks| marks.on(log));
    }

    /// What is new in the log may stand before the read mark, and must not pass for read.
    pub(super) fn forget_read_mark(&mut self) {
        if let Some(marks) = &mut self.marks {
            marks.read = None;
            let marks = marks.clone();
            self.keep(Record::Marks(marks));
        }
    }

    /// Marks a log, if it is the one that there is, or was at the last start.
    fn mark(&mut self, log: LogId, change: impl FnOnce(&mut Marks)) {
        let before = self.marks.take();
        let known = self.timeline.log().or(before.as_ref().map(|marks| &marks.log));
        if known != Some(&log) {
            self.marks = before;
            return;
        }
        let mut marks = before.clone().and_then(|marks| marks.on(&log)).unwrap_or_else(|| Marks::new(log));
        change(&mut marks);
        if before.as_ref() != Some(&marks) {
            self.keep(Record::Marks(marks.clone()));
        }
        self.marks = Some(marks);
    }
}

//! The timeline: what is kept of the log in memory, and the place up to which it is known.

use std::collections::VecDeque;

use hearth_protocol::{Body, Entry, Gap, LogId, Seq};

use crate::{record::KeptLog, update::Cursor};

/// Entries kept in memory: more than a page shows at once, so that a window that comes back needs nothing from the
/// host; older ones come as history pages.
pub(super) const KEPT: usize = 2000;

/// What an entry is to a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Continuity {
    /// It follows on what is known; it is kept, and the oldest one may go for it.
    Next { let_go: Option<Entry> },
    /// It was seen before.
    Repeat,
    /// Something before it is missing.
    Hole,
}

/// The newest entries of one log, in order and without holes but for the told gaps.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    log: Option<LogId>,
    /// The newest place that is known.
    cursor: Seq,
    /// What stands before the oldest kept entry: all that came after it is here, or in a gap.
    base: Seq,
    entries: VecDeque<Entry>,
    gaps: Vec<Gap>,
}

impl Timeline {
    pub(super) fn log(&self) -> Option<&LogId> {
        self.log.as_ref()
    }

    /// The newest place that is known; `None` before there is a log.
    pub(super) fn cursor(&self) -> Option<Cursor> {
        self.log.clone().map(|log| Cursor { log, seq: self.cursor })
    }

    pub(super) fn head(&self) -> Seq {
        self.cursor
    }

    /// As it was kept.
    pub(super) fn restore(log: &KeptLog, entries: Vec<Entry>, gaps: Vec<Gap>) -> Self {
        let KeptLog { id, cursor, base, .. } = log.clone();
        Self { log: Some(id), cursor, base, entries: entries.into(), gaps }
    }

    /// What stands before the oldest kept entry.
    pub(super) fn base(&self) -> Seq {
        self.base
    }

    /// Another log: whatever was known belongs to one that is no more.
    pub(super) fn start(&mut self, log: LogId, after: Seq) {
        *self = Self { log: Some(log), cursor: after, base: after, ..Self::default() };
    }

    /// Nothing that was known can be relied upon.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Keeps an entry if it follows on what is known. Order and completeness are judged by `prev` alone: sequence
    /// numbers may have gaps.
    pub(super) fn accept(&mut self, entry: &Entry) -> Continuity {
        if entry.seq <= self.cursor {
            return Continuity::Repeat;
        }
        if entry.prev != self.cursor {
            return Continuity::Hole;
        }
        self.cursor = entry.seq;
        self.entries.push_back(entry.clone());
        Continuity::Next { let_go: self.trim() }
    }

    /// The host says that entries are no longer kept. Gives the gap as it is for this reader, if it is one. One that
    /// goes on where the newest ended makes that one longer: between two gaps stands an entry, so that there are no more
    /// of them than entries are kept.
    pub(super) fn skip(&mut self, gap: Gap) -> Option<Gap> {
        if gap.to <= self.cursor {
            return None;
        }
        let before = self.gaps.pop_if(|newest| newest.to == self.cursor);
        let seen = Gap { after: before.map_or(self.cursor, |before| before.after), to: gap.to };
        self.cursor = gap.to;
        self.gaps.push(seen);
        Some(seen)
    }

    /// A line was taken away: what it said is gone, and what was said about it.
    pub(super) fn take_away(&mut self, line: Seq) {
        for entry in &mut self.entries {
            let is_about = entry.body.about() == Some(line) && entry.body.removes().is_none();
            if entry.seq == line || is_about {
                entry.body = Body::Erased;
            }
        }
    }

    /// Entries after `after` when it lies within what is kept: the reader can go on from there.
    pub(super) fn since(&self, after: Option<&Cursor>) -> Option<Vec<Entry>> {
        let after = after.filter(|after| Some(&after.log) == self.log.as_ref())?;
        if after.seq < self.base || after.seq > self.cursor {
            return None;
        }
        let from = self.entries.partition_point(|entry| entry.seq <= after.seq);
        Some(self.entries.range(from..).cloned().collect())
    }

    /// All that is kept.
    pub(super) fn all(&self) -> Vec<Entry> {
        self.entries.iter().cloned().collect()
    }

    /// Whether there may be entries before the oldest one kept.
    pub(super) fn more(&self) -> bool {
        self.base > Seq::ZERO
    }

    pub(super) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Lets go of the oldest entry when there is one more than are kept.
    fn trim(&mut self) -> Option<Entry> {
        if self.entries.len() <= KEPT {
            return None;
        }
        let oldest = self.entries.pop_front()?;
        self.base = oldest.seq;
        self.gaps.retain(|gap| gap.to > oldest.seq);
        Some(oldest)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{message, seq};
    use super::*;

    fn log(name: &str) -> LogId {
        LogId::new(name).expect("a log id")
    }

    fn at(name: &str, n: u64) -> Cursor {
        Cursor { log: log(name), seq: seq(n) }
    }

    fn timeline(entries: u64) -> Timeline {
        let mut timeline = Timeline::default();
        timeline.start(log("a"), seq(10));
        for n in 0..entries {
            assert_eq!(timeline.accept(&message(10 + 2 * n, 12 + 2 * n)), Continuity::Next { let_go: None });
        }
        timeline
    }

    #[test]
    fn order_is_judged_by_prev_and_not_by_counting() {
        let mut timeline = timeline(2);
        assert_eq!(timeline.accept(&message(12, 14)), Continuity::Repeat);
        assert_eq!(timeline.accept(&message(15, 16)), Continuity::Hole);
        assert_eq!(
            timeline.accept(&message(12, 16)),
            Continuity::Hole,
            "it says that we know what we do not"
        );
        assert_eq!(timeline.head(), seq(14));
        assert_eq!(timeline.accept(&message(14, 900)), Continuity::Next { let_go: None });
    }

    #[test]
    fn a_reader_goes_on_from_any_place_that_is_kept() {
        let timeline = timeline(3);
        let seqs = |after| {
            timeline.since(Some(&after)).map(|list| list.iter().map(|e| e.seq.get()).collect::<Vec<_>>())
        };
        assert_eq!(seqs(at("a", 10)), Some(vec![12, 14, 16]));
        assert_eq!(seqs(at("a", 13)), Some(vec![14, 16]));
        assert_eq!(seqs(at("a", 16)), Some(vec![]));
        assert_eq!(seqs(at("a", 9)), None, "entries before 12 were never loaded");
        assert_eq!(seqs(at("a", 17)), None, "from the future");
        assert_eq!(seqs(at("b", 12)), None, "another log");
        assert!(timeline.since(None).is_none());
        assert!(timeline.more());
    }

    #[test]
    fn a_gap_moves_the_cursor_and_is_told_from_there() {
        let mut timeline = timeline(1);
        assert_eq!(timeline.skip(Gap { after: seq(5), to: seq(12) }), None, "known already");
        let gap = Gap { after: seq(12), to: seq(30) };
        assert_eq!(timeline.skip(gap), Some(gap));
        assert_eq!(timeline.accept(&message(30, 31)), Continuity::Next { let_go: None });
        assert_eq!(timeline.gaps(), [gap]);
    }

    #[test]
    fn gaps_that_follow_on_one_another_are_one() {
        let mut timeline = timeline(1);
        for to in 13..5000 {
            assert_eq!(
                timeline.skip(Gap { after: Seq::ZERO, to: seq(to) }),
                Some(Gap { after: seq(12), to: seq(to) })
            );
        }
        assert_eq!(timeline.gaps().len(), 1);
        timeline.accept(&message(4999, 5000));
        timeline.skip(Gap { after: seq(5000), to: seq(5001) });
        assert_eq!(timeline.gaps().len(), 2);
    }

    #[test]
    fn memory_is_bounded_and_what_was_dropped_can_be_asked_for() {
        let mut timeline = timeline(1);
        timeline.skip(Gap { after: seq(12), to: seq(13) });
        for n in 13..13 + KEPT as u64 {
            timeline.accept(&message(n, n + 1));
        }
        assert_eq!(timeline.all().len(), KEPT);
        assert!(timeline.more());
        assert_eq!(timeline.since(Some(&at("a", 11))), None);
        assert_eq!(timeline.since(Some(&at("a", 12))).map(|list| list.len()), Some(KEPT));
        let more = timeline.accept(&message(13 + KEPT as u64, 14 + KEPT as u64));
        assert_eq!(more, Continuity::Next { let_go: Some(message(13, 14)) });
        assert!(timeline.gaps().is_empty(), "a gap before the oldest entry is history's business");
    }

    #[test]
    fn another_log_starts_from_nothing() {
        let mut timeline = timeline(3);
        timeline.start(log("b"), Seq::ZERO);
        assert_eq!(timeline.cursor(), Some(at("b", 0)));
        assert!(timeline.all().is_empty() && !timeline.more());
        timeline.forget();
        assert_eq!(timeline.cursor(), None);
    }
}

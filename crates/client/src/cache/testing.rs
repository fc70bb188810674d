//! A disk without a disk: what a file with these records in it is at the next start. Written apart from the file, so that
//! each checks the other.

use std::collections::BTreeMap;

use hearth_protocol::{Body, Entry, Gap, MemberToken, Seq, You};

use super::restore::RESTORED;
use crate::record::{Kept, KeptAct, KeptLog, Marks, Record};
use crate::testing::page::take_away;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Paper {
    token: Option<MemberToken>,
    you: Option<You>,
    name: Option<String>,
    log: Option<KeptLog>,
    pub(crate) entries: BTreeMap<Seq, Entry>,
    gaps: BTreeMap<Seq, Seq>,
    pub(crate) lines: Vec<KeptAct>,
    marks: Option<Marks>,
}

impl Paper {
    pub(crate) fn write(&mut self, record: Record) {
        match record {
            Record::Member { token, you, name } => {
                self.token = token.or(self.token.take());
                self.you = Some(you);
                self.name = name.or(self.name.take());
            }
            Record::Log { id, dialect, after } => {
                self.forget();
                self.marks = self.marks.take().and_then(|marks| marks.on(&id));
                self.log = Some(KeptLog { id, dialect, cursor: after, base: after });
                self.lines.iter_mut().for_each(|line| line.stored = None);
            }
            Record::Entry(entry) => {
                self.log.as_mut().expect("a log").cursor = entry.seq;
                self.add(entry);
            }
            Record::Gap(gap) => {
                self.log.as_mut().expect("a log").cursor = gap.to;
                self.gaps.insert(gap.after, gap.to);
            }
            Record::Page(page) => page.entries.into_iter().for_each(|entry| self.add(entry)),
            Record::Single(entries) => entries.into_iter().for_each(|entry| self.add(entry)),
            Record::Act(line) => match self.lines.iter_mut().find(|known| known.own.id == line.own.id) {
                Some(known) => *known = line,
                None => self.lines.push(line),
            },
            Record::Marks(marks) => self.marks = Some(marks),
            Record::Gone(id) => self.lines.retain(|line| line.own.id != id),
            Record::Whole { kept, anew } => {
                let id = |log: &Option<KeptLog>| log.as_ref().map(|log| log.id.clone());
                if anew || id(&self.log) != id(&kept.log) {
                    self.forget();
                }
                (self.token, self.log) = (kept.token, kept.log);
                self.you = kept.you.or(self.you.take());
                self.name = kept.name.or(self.name.take());
                kept.entries.into_iter().for_each(|entry| self.add(entry));
                self.gaps.extend(kept.gaps.iter().map(|gap| (gap.after, gap.to)));
                (self.lines, self.marks) = (kept.acts, kept.marks);
            }
        }
    }

    /// What a session starts from.
    pub(crate) fn at_start(&self) -> Kept {
        let Self { token, you, name, log, lines, marks, .. } = self.clone();
        let cursor = log.as_ref().map(|log| log.cursor);
        let lines = lines.into_iter().filter_map(|line| line.at_start(cursor)).collect();
        let mut kept = Kept { token, you, name, acts: lines, marks, ..Kept::default() };
        let Some(mut log) = log else { return kept };
        let mut at = log.cursor;
        loop {
            if let Some((after, to)) = self.gaps.iter().find(|(_, to)| **to == at) {
                kept.gaps.insert(0, Gap { after: *after, to: *to });
                at = *after;
            } else if let Some(entry) = self.entries.get(&at)
                && kept.entries.len() < RESTORED
            {
                kept.entries.insert(0, entry.clone());
                at = entry.prev;
            } else {
                break;
            }
        }
        log.base = at;
        kept.log = Some(log);
        kept
    }

    fn add(&mut self, entry: Entry) {
        self.lines.retain(|line| Some(line.own.id) != entry.id);
        if entry.body == Body::Erased
            && let Some(known) = self.entries.get_mut(&entry.seq)
        {
            known.body = Body::Erased;
        }
        self.entries.entry(entry.seq).or_insert(entry);
        let removed: Vec<_> = self.entries.values().filter_map(|entry| entry.body.removes()).collect();
        for line in removed {
            self.entries.values_mut().for_each(|entry| take_away(entry, line));
        }
    }

    fn forget(&mut self) {
        self.log = None;
        self.entries.clear();
        self.gaps.clear();
    }
}

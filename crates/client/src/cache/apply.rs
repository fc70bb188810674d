//! Applying records: each of the write-ahead becomes rows of the file.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use hearth_protocol::{Body, Dialect, Entry, LogId, Page, Seq, You};
use hearth_store::{
    erase::{self, Erased},
    error::LogError,
    index, meta, rows,
    seq_column::SeqColumn,
    writer::Task,
};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    acts, gaps,
    meta::{
        BEGINS_AFTER, CURSOR, DIALECT, LOG_ID, MEMBER, NAME, NICKNAME, TOKEN, dialect_name, leave_marks,
        put_marks,
    },
};
use crate::record::{Kept, KeptLog, Record};

/// How much of a room is kept, in bytes on the disk: millions of lines. It is a copy, and what is older the host has; but
/// no host, busy or hostile, is to fill somebody else's disk.
const COPY_BYTES: u64 = 512 * 1024 * 1024;

/// Entries that go at a time when it is too much.
const TRIMMED: i64 = 2000;

/// Records on their way to the disk: all of them or none.
pub(super) struct Write {
    pub(super) records: Vec<Record>,
    /// Of the room's entries nothing is kept.
    pub(super) only_lines: bool,
    /// Something was taken away, and its traces are to go.
    pub(super) erased: bool,
    /// Some of them may be left, since somebody read there.
    pub(super) traces: Arc<AtomicBool>,
    pub(super) reply: oneshot::Sender<Result<(), LogError>>,
}

impl Task for Write {
    fn apply(&mut self, db: &Connection) -> Result<(), LogError> {
        if self.only_lines {
            return self.records.iter().try_for_each(|record| apply_to_lines(db, record));
        }
        for record in &self.records {
            self.erased |= apply(db, record)?;
        }
        trim(db, COPY_BYTES)
    }

    fn after(&mut self, db: &Connection) {
        if !self.erased && !self.traces.load(Ordering::Relaxed) {
            return;
        }
        let cleaned = erase::clean(db);
        if let Err(error) = &cleaned {
            tracing::warn!(%error, "traces of a line that was taken away may be left");
        }
        self.traces.store(!matches!(cleaned, Ok(true)), Ordering::Relaxed);
    }

    fn done(self: Box<Self>, outcome: Result<(), LogError>) {
        // Whoever has asked may be gone.
        let _ = self.reply.send(outcome);
    }
}

/// Makes a change. Whether something was taken away by it, whose traces are to go.
pub(super) fn apply(db: &Connection, record: &Record) -> Result<bool, LogError> {
    let nothing = |()| false;
    match record {
        Record::Entry(entry) => {
            let erased = add(db, entry)?;
            meta::set(db, CURSOR, SeqColumn(entry.seq))?;
            Ok(erased)
        }
        Record::Page(page) => put_page(db, page),
        Record::Single(entries) => add_all(db, entries),
        Record::Whole { kept, anew } => put_whole(db, kept, *anew),
        Record::Member { token, you, name } => {
            if let Some(token) = token {
                meta::set(db, TOKEN, token.as_str())?;
            }
            put_you(db, you)?;
            put_name(db, name.as_deref()).map(nothing)
        }
        Record::Log { id, dialect, after } => {
            clear(db)?;
            put_log(db, id, *dialect, *after)?;
            leave_marks(db, id)?;
            acts::forget_acks(db).map(nothing)
        }
        Record::Gap(gap) => {
            gaps::put(db, *gap)?;
            meta::set(db, CURSOR, SeqColumn(gap.to)).map(nothing)
        }
        Record::Act(line) => acts::put(db, line).map(nothing),
        Record::Gone(id) => acts::remove(db, *id).map(nothing),
        Record::Marks(marks) => put_marks(db, Some(marks)).map(nothing),
    }
}

/// Lets go of the oldest entries when all together are too large.
pub(super) fn trim(db: &Connection, limit: u64) -> Result<(), LogError> {
    let number = |pragma: &str| db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    let used = (number("page_count")? - number("freelist_count")?) * number("page_size")?;
    if u64::try_from(used).unwrap_or(0) <= limit {
        return Ok(());
    }
    let oldest = "SELECT max(seq) FROM (SELECT seq FROM entry ORDER BY seq LIMIT ?1)";
    if let Some(SeqColumn(to)) = db.query_row(oldest, [TRIMMED], |row| row.get::<_, Option<SeqColumn>>(0))? {
        rows::remove_up_to(db, to)?;
        db.execute("DELETE FROM gap WHERE \"to\" <= ?1", [SeqColumn(to)])?;
        // The host has more before the oldest entry now, for all that is known here.
        meta::set(db, BEGINS_AFTER, None::<i64>)?;
    }
    Ok(())
}

/// Makes of a change what concerns the own lines and the marks. Whether a line is stored the log itself tells, which knows it by its id.
fn apply_to_lines(db: &Connection, record: &Record) -> Result<(), LogError> {
    match record {
        Record::Member { .. } | Record::Act(_) | Record::Gone(_) | Record::Marks(_) => {
            apply(db, record).map(drop)
        }
        Record::Log { id, .. } => {
            leave_marks(db, id)?;
            acts::forget_acks(db)
        }
        Record::Entry(entry) => entry.id.map_or(Ok(()), |id| acts::remove(db, id)),
        Record::Gap(_) | Record::Single(_) => Ok(()),
        Record::Page(page) => {
            page.entries.iter().filter_map(|entry| entry.id).try_for_each(|id| acts::remove(db, id))
        }
        Record::Whole { kept, .. } => {
            let lines = Kept { log: None, entries: Vec::new(), gaps: Vec::new(), ..kept.as_ref().clone() };
            put_whole(db, &lines, false).map(drop)
        }
    }
}

fn put_whole(db: &Connection, kept: &Kept, anew: bool) -> Result<bool, LogError> {
    let Kept { token, you, name, log, entries, .. } = kept;
    let known = meta::get::<String>(db, LOG_ID)?;
    if anew || known.as_deref() != log.as_ref().map(|log| log.id.as_str()) {
        clear(db)?;
    }
    meta::set(db, TOKEN, token.as_ref().map(hearth_protocol::MemberToken::as_str))?;
    if let Some(you) = you {
        put_you(db, you)?;
    }
    put_name(db, name.as_deref())?;
    put_marks(db, kept.marks.as_ref())?;
    if let Some(KeptLog { id, dialect, cursor, .. }) = log {
        put_log(db, id, *dialect, *cursor)?;
    }
    let erased = add_all(db, entries)?;
    kept.gaps.iter().try_for_each(|gap| gaps::put(db, *gap))?;
    db.execute("DELETE FROM line", [])?;
    kept.acts.iter().try_for_each(|act| acts::put(db, act))?;
    Ok(erased)
}

fn clear(db: &Connection) -> Result<(), LogError> {
    index::clear(db)?;
    db.execute_batch("DELETE FROM gap")?;
    for name in [LOG_ID, DIALECT, CURSOR, BEGINS_AFTER] {
        meta::set(db, name, None::<i64>)?;
    }
    Ok(())
}

fn put_log(db: &Connection, id: &LogId, dialect: Dialect, cursor: Seq) -> Result<(), LogError> {
    meta::set(db, LOG_ID, id.as_str())?;
    meta::set(db, DIALECT, dialect_name(dialect))?;
    meta::set(db, CURSOR, SeqColumn(cursor))
}

fn put_you(db: &Connection, you: &You) -> Result<(), LogError> {
    meta::set(db, MEMBER, you.member.as_str())?;
    meta::set(db, NICKNAME, you.nickname.as_str())
}

fn put_name(db: &Connection, name: Option<&str>) -> Result<(), LogError> {
    name.map_or(Ok(()), |name| meta::set(db, NAME, name))
}

fn put_page(db: &Connection, page: &Page) -> Result<bool, LogError> {
    let erased = add_all(db, &page.entries)?;
    if page.more || page.after.is_some() {
        return Ok(erased);
    }
    let first = page.entries.first().map(|entry| entry.prev);
    let begins_after = match first {
        Some(prev) => Some(prev),
        None => gaps::place_before(db, page.before, Seq::ZERO)?,
    };
    if let Some(place) = begins_after {
        meta::set(db, BEGINS_AFTER, SeqColumn(place))?;
    }
    Ok(erased)
}

/// Adds entries. Whether something was taken away by that.
fn add_all(db: &Connection, entries: &[Entry]) -> Result<bool, LogError> {
    entries.iter().try_fold(false, |erased, entry| Ok(add(db, entry)? || erased))
}

/// Adds an entry where it belongs. An own line of its id is a line no more. Whether something was taken away by it.
fn add(db: &Connection, entry: &Entry) -> Result<bool, LogError> {
    if let Some(id) = entry.id {
        acts::remove(db, id)?;
    }
    let mut find = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM entry WHERE seq = ?1)")?;
    if find.query_row([SeqColumn(entry.seq)], |row| row.get(0))? {
        // The host has taken it away in the meantime, as by a removal that went missing here.
        return if entry.body == Body::Erased { erase(db, entry.seq) } else { Ok(false) };
    }
    let twin = match entry.id {
        Some(id) => rows::place_of(db, &entry.from.member, id)?.is_some(),
        None => false,
    };
    // A host that has lost what it knew may have stored a post twice. The file knows each by one entry.
    let entry = &Entry { id: entry.id.filter(|_| !twin), ..entry.clone() };
    rows::insert(db, entry)?;
    index::index_late(db, entry)?;
    index::index_change(db, entry)?;
    take_away(db, entry)
}

/// Takes away what an entry removes, and the entry itself if that was removed already: the host has read a page before a line
/// of it was removed, and sends it behind the removal.
fn take_away(db: &Connection, entry: &Entry) -> Result<bool, LogError> {
    let mut erased = false;
    for line in [Some(entry.seq), entry.body.about()].into_iter().flatten() {
        if erase::is_removed(db, line)? {
            erased |= erase(db, line)?;
        }
    }
    Ok(erased)
}

/// Takes a line away. Whether there was something of it to take away.
fn erase(db: &Connection, line: Seq) -> Result<bool, LogError> {
    Ok(erase::erase(db, line)? == Erased::Now)
}

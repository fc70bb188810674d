//! The full-text index: it finds words in entries. It follows the entries when nobody waits for the writer; what it has not
//! reached is looked through line by line, so that an answer never depends on how far it is.

use std::borrow::Cow;
use std::sync::Arc;

use hearth_protocol::{Body, Entry, Seq};
use rusqlite::{Connection, params};

use crate::error::LogError;
use crate::hits::Hits;
use crate::meta::INDEXED_TO;
use crate::query::Query;
use crate::seq_column::SeqColumn;
use crate::words::index_text;
use crate::writer::Upkeep;
use crate::{meta, rows};

/// Entries indexed in one transaction: some milliseconds of work.
const STEP: usize = 500;

/// When so many entries are behind, the index no longer waits for a pause: more would make searches slow.
const BEHIND: u64 = 20_000;

/// Lines looked at for one answer. What is beyond is told as "there may be more", and the next question goes on there:
/// so no question, however odd, holds up the others.
const LOOKED_AT: usize = 20_000;

/// Bytes of text looked at for one answer: some ten milliseconds of folding.
const LOOKED_AT_BYTES: usize = 4 * 1024 * 1024;

/// Pages of the index rewritten at a time when something was removed: some milliseconds of work.
const PURGED: i64 = 500;

/// Lines read at a time while looking.
const CHUNK: usize = 500;

/// Brings the index up to date.
///
/// A row that cannot be read is left out. An index that cannot be written is made anew, once: if that does not help,
/// nothing will, and lines are looked through one by one.
#[derive(Debug, Default)]
pub struct Indexer {
    made_anew: bool,
    /// It failed in a way that trying again does not mend.
    given_up: bool,
}

impl Upkeep for Indexer {
    fn step(&mut self, db: &Connection) -> bool {
        if self.given_up {
            return false;
        }
        let outcome = match next_lines(db) {
            Ok(None) => return false,
            Ok(Some(lines)) => match lines.index(db) {
                Ok(()) => return lines.more,
                Err(error) => self.mend(db, error),
            },
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => true,
            // There is room again when there is room again: the next group of entries wakes us.
            Err(LogError::Full) => false,
            Err(error) => {
                tracing::warn!(%error, "the index of words goes no further");
                self.given_up = true;
                false
            }
        }
    }

    fn is_urgent(&self, db: &Connection) -> bool {
        !self.given_up && behind(db).is_ok_and(|behind| behind > BEHIND)
    }
}

impl Indexer {
    /// The index cannot be written for this reason.
    fn mend(&mut self, db: &Connection, error: LogError) -> Result<(), LogError> {
        if self.made_anew || error == LogError::Full {
            return Err(error);
        }
        tracing::warn!(%error, "the index of words is made anew");
        make_anew(db)?;
        self.made_anew = true;
        Ok(())
    }
}

/// How far the index is behind the entries.
pub fn behind(db: &Connection) -> Result<u64, LogError> {
    let newest = rows::newest(db)?.unwrap_or(Seq::ZERO).get();
    Ok(newest.saturating_sub(indexed_to(db)?.get()))
}

/// What the index takes in next.
struct Lines {
    entries: Vec<Arc<Entry>>,
    /// It has all up to here then.
    to: Seq,
    /// There are more.
    more: bool,
}

/// `None` when the index has everything.
fn next_lines(db: &Connection) -> Result<Option<Lines>, LogError> {
    let from = indexed_to(db)?;
    let entries = match rows::read_after(db, from, Seq::MAX, STEP) {
        Ok(entries) => entries,
        Err(LogError::Full) => return Err(LogError::Full),
        // One of them does not add up. The others are lines all the same.
        Err(_) => return one_by_one(db, from),
    };
    let more = entries.len() == STEP;
    Ok(entries.last().map(|last| last.seq).map(|to| Lines { entries, to, more }))
}

fn one_by_one(db: &Connection, from: Seq) -> Result<Option<Lines>, LogError> {
    let seqs = rows::numbers_after(db, from, STEP)?;
    let Some(&to) = seqs.last() else { return Ok(None) };
    let more = seqs.len() == STEP;
    let entries = seqs.into_iter().filter_map(|seq| match rows::at(db, seq) {
        Ok(entry) => entry,
        Err(error) => {
            tracing::warn!(%error, "a line that cannot be read is not found by its words");
            None
        }
    });
    Ok(Some(Lines { entries: entries.collect(), to, more }))
}

impl Lines {
    fn index(&self, db: &Connection) -> Result<(), LogError> {
        let step = db.unchecked_transaction()?;
        for entry in &self.entries {
            index_one(&step, entry)?;
        }
        meta::set(&step, INDEXED_TO, SeqColumn(self.to))?;
        step.commit()?;
        Ok(())
    }
}

fn make_anew(db: &Connection) -> Result<(), LogError> {
    let anew = db.unchecked_transaction()?;
    empty(&anew)?;
    anew.commit()?;
    Ok(())
}

fn empty(db: &Connection) -> Result<(), LogError> {
    db.execute_batch("INSERT INTO words (words) VALUES ('delete-all')")?;
    meta::set(db, INDEXED_TO, 0)
}

/// Lets go of all entries and their index, within a change: another log begins in this file.
pub fn clear(db: &Connection) -> Result<(), LogError> {
    db.execute_batch("DELETE FROM entry")?;
    empty(db)
}

/// Removes what is known of an entry whose text is gone. [`purge`] makes it unreadable.
pub fn forget(db: &Connection, seq: Seq) -> Result<(), LogError> {
    let mut statement = db.prepare_cached("DELETE FROM words WHERE rowid = ?1")?;
    match statement.execute([SeqColumn(seq)]).map_err(LogError::from) {
        // An index that is damaged is made anew of the entries that are left.
        Err(LogError::Damaged(_)) => empty(db),
        outcome => outcome.map(drop),
    }
}

/// Rewrites some pages of the index without what was removed from it; `begin`: from the first. Whether there is more.
pub fn purge(db: &Connection, begin: bool) -> Result<bool, LogError> {
    let before = db.total_changes();
    // With a negative number all parts of the index are merged into one, piece by piece (sqlite.org/fts5.html).
    let pages = if begin { -PURGED } else { PURGED };
    let mut merge = db.prepare_cached("INSERT INTO words (words, rank) VALUES ('merge', ?1)")?;
    match merge.execute([pages]).map_err(LogError::from) {
        Err(LogError::Damaged(_)) => {
            empty(db)?;
            Ok(false)
        }
        outcome => {
            outcome?;
            Ok(db.total_changes() - before >= 2)
        }
    }
}

/// Indexes an entry that was just added below others, as when a copy grows downwards: the index follows upwards only.
pub fn index_late(db: &Connection, entry: &Entry) -> Result<(), LogError> {
    if entry.seq <= indexed_to(db)? {
        index_one(db, entry)?;
    }
    Ok(())
}

/// An entry was just added that changes what another one says: the index has what it says now.
pub fn index_change(db: &Connection, entry: &Entry) -> Result<(), LogError> {
    let Body::Edited { about, .. } = &entry.body else { return Ok(()) };
    if *about > indexed_to(db)? {
        return Ok(());
    }
    let line = match rows::at(db, *about) {
        // A line that cannot be read is not found by its words either.
        Err(LogError::Damaged(_)) => None,
        line => line?,
    };
    let Some(line) = line else { return Ok(()) };
    forget(db, *about)?;
    match index_one(db, &line) {
        // An index that is damaged is made anew.
        Err(LogError::Damaged(_)) => empty(db),
        outcome => outcome,
    }
}

fn index_one(db: &Connection, entry: &Entry) -> Result<(), LogError> {
    if let Some(text) = text_now(db, entry)? {
        let mut statement = db.prepare_cached("INSERT INTO words (rowid, tokens) VALUES (?1, ?2)")?;
        statement.execute(params![SeqColumn(entry.seq), index_text(&text)])?;
    }
    Ok(())
}

/// What a line says now, after all edits that are known here; `None` for what is no line.
fn text_now<'a>(db: &Connection, entry: &'a Entry) -> Result<Option<Cow<'a, str>>, LogError> {
    let Body::Message { text, .. } = &entry.body else { return Ok(None) };
    let newest = rows::about(db, &[entry.seq])?
        .into_iter()
        .rev()
        .find(|about| matches!(about.body, Body::Edited { .. }));
    let newest = newest.and_then(|edit| edit.body.text().map(str::to_owned));
    Ok(Some(newest.map_or(Cow::Borrowed(text.as_str()), Cow::Owned)))
}

fn indexed_to(db: &Connection) -> Result<Seq, LogError> {
    match meta::seq(db, INDEXED_TO) {
        // What is no number says nothing, and every line is looked at.
        Err(LogError::Damaged(_)) => Ok(Seq::ZERO),
        indexed => Ok(indexed?.unwrap_or_default()),
    }
}

/// The newest `limit` lines before `before` that match.
pub fn search(db: &Connection, query: &Query, before: Seq, limit: usize) -> Result<Hits, LogError> {
    let mut scan = Scan {
        query,
        limit,
        left: LOOKED_AT,
        bytes_left: LOOKED_AT_BYTES,
        hits: Hits { reached: before, ..Hits::default() },
    };
    let Some(terms) = query.for_index() else {
        scan.through(db, Seq::ZERO)?;
        return Ok(scan.hits);
    };
    let indexed = indexed_to(db)?;
    if scan.through(db, indexed)? {
        match scan.index(db, &terms) {
            // The index is damaged, and the lines are not.
            Err(LogError::Damaged(_)) => {
                scan.through(db, Seq::ZERO)?;
            }
            outcome => outcome?,
        }
    }
    Ok(scan.hits)
}

/// A search under way, from the newest line to the oldest.
struct Scan<'a> {
    query: &'a Query,
    limit: usize,
    /// Lines that may still be looked at, and bytes of them.
    left: usize,
    bytes_left: usize,
    hits: Hits,
}

impl Scan<'_> {
    /// Looks at every line after `after`. Whether it got so far.
    fn through(&mut self, db: &Connection, after: Seq) -> Result<bool, LogError> {
        while self.hits.reached > after {
            let entries = match rows::read_before(db, after, self.hits.reached, CHUNK) {
                Ok(entries) => entries,
                // One of them does not add up. The others may be what is sought.
                Err(LogError::Damaged(_)) => return self.through_one_by_one(db, after),
                Err(error) => return Err(error),
            };
            let (Some(newest), Some(oldest)) = (entries.first(), entries.last()) else { break };
            let changed = rows::lines_with_more(db, oldest.seq, newest.seq)?;
            for entry in entries {
                let is_changed = changed.contains(&entry.seq);
                if !self.at(db, entry, is_changed)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The same past lines that cannot be read.
    fn through_one_by_one(&mut self, db: &Connection, after: Seq) -> Result<bool, LogError> {
        while self.hits.reached > after {
            let seqs = rows::numbers_before(db, after, self.hits.reached, CHUNK)?;
            if seqs.is_empty() {
                break;
            }
            for seq in seqs {
                let found = match rows::at(db, seq) {
                    Err(LogError::Damaged(_)) => None,
                    found => found?,
                };
                let Some(entry) = found else {
                    self.hits.reached = seq;
                    continue;
                };
                if !self.at(db, entry, true)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Looks at the lines that the index names.
    fn index(&mut self, db: &Connection, terms: &str) -> Result<(), LogError> {
        let mut statement = db.prepare_cached(
            "SELECT rowid FROM words WHERE words MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC",
        )?;
        let mut named = statement.query(params![terms, SeqColumn(self.hits.reached)])?;
        while let Some(row) = named.next()? {
            let entry = row.get(0).map(|SeqColumn(seq)| rows::at(db, seq));
            // A line that cannot be read is no hit; whoever scrolls there is told.
            if let Ok(Ok(Some(entry))) = entry
                && !self.at(db, entry, true)?
            {
                return Ok(());
            }
        }
        self.hits.reached = Seq::ZERO;
        self.hits.more = false;
        Ok(())
    }

    /// Looks at a line, which may say something else now. Whether to go on.
    fn at(&mut self, db: &Connection, entry: Arc<Entry>, may_be_changed: bool) -> Result<bool, LogError> {
        if self.left == 0 || self.hits.entries.len() == self.limit {
            self.hits.more = true;
            return Ok(false);
        }
        self.left -= 1;
        self.hits.reached = entry.seq;
        let text = match &entry.body {
            Body::Message { .. } if may_be_changed => text_now(db, &entry)?,
            Body::Message { text, .. } => Some(Cow::Borrowed(text.as_str())),
            _ => None,
        };
        if let Some(text) = text {
            match self.bytes_left.checked_sub(text.len()) {
                Some(left) => self.bytes_left = left,
                // It is still looked at, so that each question gets somewhere.
                None => self.left = 0,
            }
            if self.query.matches(&text) {
                drop(text);
                self.hits.entries.push(entry);
            }
        }
        Ok(true)
    }
}

//! Erasure: the text of an entry is taken away for good, and its place stays.
//!
//! What goes is overwritten (`secure_delete`), in the row and in the index of words. Traces are left: parts of the index that are
//! no longer read, and beside the file what was committed before. They go with [`clean`], or with its steps; the file knows that there
//! may be some ([`traces`]), however the program ended over it.

use std::time::Duration;

use hearth_protocol::{Body, Seq};
use rusqlite::{Connection, OptionalExtension, params};

use crate::encoding::{Columns, ERASED, REMOVED, UNKNOWN};
use crate::error::LogError;
use crate::open::BUSY;
use crate::seq_column::SeqColumn;
use crate::{index, meta, rows};

/// How often something was erased in this file.
const ERASURES: &str = "erasures";
/// Of so many of these no trace is left.
const CLEANED: &str = "erasures_cleaned";

/// What became of an entry that was to be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// There is none of this number, nor anything about it.
    Missing,
    /// There was nothing any more to take away.
    Already,
    /// Its text is gone.
    Now,
}

/// Takes the text of an entry away, what was said about it, and what the index knows of both; that it was removed stays. Their
/// numbers, authors and posts stay, and so does the chain of entries. Of a row that does not add up the text goes as well, and it
/// does not add up afterwards either.
pub fn erase(db: &Connection, seq: Seq) -> Result<Erased, LogError> {
    let mut find = db.prepare_cached("SELECT kind FROM entry WHERE seq = ?1")?;
    let kind = find.query_row([SeqColumn(seq)], |row| row.get::<_, i64>(0)).optional()?;
    let mut erased = if kind.is_some() { Erased::Already } else { Erased::Missing };
    let mut about = db.prepare_cached("SELECT seq FROM entry WHERE about = ?1 AND kind <> ?2")?;
    let about = about.query_map(params![SeqColumn(seq), REMOVED], |row| row.get(0))?;
    let about: Vec<Seq> = about.map(|seq| seq.map(|SeqColumn(seq)| seq)).collect::<rusqlite::Result<_>>()?;
    for seq in about {
        if removes_it(db, seq)? {
            continue;
        }
        erase_one(db, seq)?;
        erased = Erased::Now;
    }
    if kind.is_some_and(|kind| kind != i64::from(ERASED)) {
        erase_one(db, seq)?;
        erased = Erased::Now;
    }
    if erased == Erased::Now {
        meta::set(db, ERASURES, count(db, ERASURES)? + 1)?;
    }
    Ok(erased)
}

/// How often something was erased here, if traces of that may be left; see [`cleaned`].
pub fn traces(db: &Connection) -> Result<Option<i64>, LogError> {
    let erasures = count(db, ERASURES)?;
    Ok((erasures != count(db, CLEANED)?).then_some(erasures))
}

/// Of what was erased so often, no trace is left.
pub fn cleaned(db: &Connection, erasures: i64) -> Result<(), LogError> {
    meta::set(db, CLEANED, erasures)
}

fn count(db: &Connection, key: &str) -> Result<i64, LogError> {
    Ok(meta::get(db, key)?.unwrap_or_default())
}

/// Whether an entry that is kept tells that this line was taken away.
pub fn is_removed(db: &Connection, line: Seq) -> Result<bool, LogError> {
    let mut told = db.prepare_cached("SELECT seq FROM entry WHERE about = ?1 AND kind IN (?2, ?3)")?;
    let mut rows = told.query(params![SeqColumn(line), REMOVED, UNKNOWN])?;
    while let Some(row) = rows.next()? {
        let SeqColumn(seq) = row.get(0)?;
        if removes_it(db, seq)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a row that was stored by an earlier version tells that a line was removed.
fn removes_it(db: &Connection, seq: Seq) -> Result<bool, LogError> {
    match rows::at(db, seq) {
        Ok(entry) => Ok(entry.is_some_and(|entry| entry.body.removes().is_some())),
        Err(LogError::Damaged(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn erase_one(db: &Connection, seq: Seq) -> Result<(), LogError> {
    let nothing = Columns::of(&Body::Erased);
    let sum = match rows::at(db, seq) {
        Ok(entry) => entry.map(|entry| rows::sum_of(&entry, &nothing)),
        Err(LogError::Damaged(_)) => None,
        Err(error) => return Err(error),
    };
    let mut update = db.prepare_cached(
        "UPDATE entry SET kind = ?2, text = NULL, more = NULL, about = NULL, sum = coalesce(?3, sum) WHERE seq = ?1",
    )?;
    update.execute(params![SeqColumn(seq), nothing.kind, sum])?;
    index::forget(db, seq)
}

/// Rewrites what may still have traces of what was erased: the index and the pages beside the file. Whether nothing is left: somebody
/// may read there. For a file that nobody waits for; no transaction may be open.
pub fn clean(db: &Connection) -> Result<bool, LogError> {
    let Some(erasures) = traces(db)? else { return Ok(true) };
    let mut begin = true;
    while index::purge(db, begin)? {
        begin = false;
    }
    let is_done = truncate_wal(db)?;
    if is_done {
        cleaned(db, erasures)?;
    }
    Ok(is_done)
}

/// Lets go of the pages beside the file that tell of it as it was. Whether that could be done: somebody may read there,
/// who is not waited for. No transaction may be open.
pub fn truncate_wal(db: &Connection) -> Result<bool, LogError> {
    db.busy_timeout(Duration::ZERO)?;
    let busy = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    db.busy_timeout(BUSY)?;
    Ok(!busy?)
}

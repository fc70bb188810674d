//! What the key-value table `meta` says of a copy: names, the newest place that is known, and the user's marks.

use hearth_protocol::{Dialect, LogId, Seq};
use hearth_store::{error::LogError, meta, seq_column::SeqColumn};
use rusqlite::Connection;

use crate::{joins_shown::JoinsShown, record::Marks, strip::Strip};

// Those of the log and of the room are what a host's file has too, so that a copy can be exported like one.
pub(super) const LOG_ID: &str = "log";
pub(super) const NAME: &str = "name";
pub(super) const DIALECT: &str = "dialect";
pub(super) const CURSOR: &str = "cursor";
/// The host has nothing before the entry that follows on this place.
pub(super) const BEGINS_AFTER: &str = "begins_after";
pub(super) const TOKEN: &str = "token";
pub(super) const MEMBER: &str = "member";
pub(super) const NICKNAME: &str = "nickname";
/// The log that the marks are of. It need not be kept here.
const MARKED: &str = "marked";
const READ: &str = "read";
const DRAFT: &str = "draft";
const STRIP: &str = "strip";
const JOINS: &str = "joins";

/// The newest place that is known.
pub(super) fn cursor(db: &Connection) -> Result<Seq, LogError> {
    Ok(meta::seq(db, CURSOR)?.unwrap_or_default())
}

/// What the user has left on a log.
pub(super) fn marks(db: &Connection) -> Result<Option<Marks>, LogError> {
    let Some(log) = meta::get::<String>(db, MARKED)? else { return Ok(None) };
    let log = LogId::try_from(log).map_err(|_| damaged("its marks are of no log"))?;
    let draft = meta::get(db, DRAFT)?.unwrap_or_default();
    // A word of a later version is none here.
    let joins = meta::get::<String>(db, JOINS)?.and_then(|word| JoinsShown::of(&word)).unwrap_or_default();
    let strip = meta::get::<String>(db, STRIP)?.and_then(|kept| Strip::of_kept(&kept));
    Ok(Some(Marks { log, read: meta::seq(db, READ)?, draft, strip, joins }))
}

pub(super) fn put_marks(db: &Connection, marks: Option<&Marks>) -> Result<(), LogError> {
    meta::set(db, MARKED, marks.map(|marks| marks.log.as_str()))?;
    meta::set(db, READ, marks.and_then(|marks| marks.read).map(SeqColumn))?;
    meta::set(db, DRAFT, marks.map(|marks| marks.draft.as_str()))?;
    meta::set(db, STRIP, marks.and_then(|marks| marks.strip.as_ref()).map(Strip::to_kept))?;
    meta::set(db, JOINS, marks.map(|marks| marks.joins.word()))
}

/// This log begins: marks on another one are of no use, but for how the room is shown.
pub(super) fn leave_marks(db: &Connection, log: &LogId) -> Result<(), LogError> {
    let marked = meta::get::<String>(db, MARKED)?;
    if marked.is_some_and(|marked| marked != log.as_str()) {
        put_marks(db, marks(db)?.and_then(|marks| marks.on(log)).as_ref())?;
    }
    Ok(())
}

/// A dialect as it stands there.
pub(super) const fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V1 => "v1",
        Dialect::Classic => "classic",
    }
}

/// The dialect that stands there under this name.
pub(super) fn dialect_of(name: &str) -> Option<Dialect> {
    [Dialect::V1, Dialect::Classic].into_iter().find(|dialect| dialect_name(*dialect) == name)
}

/// The error of a value that makes no sense.
pub(super) fn damaged(why: &str) -> LogError {
    LogError::Damaged(why.to_owned())
}

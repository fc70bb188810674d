//! Retention: the oldest entries are let go of, by age or by size.

use hearth_protocol::{MemberId, PostId, Seq};
use hearth_store::error::LogError;
use hearth_store::seq_column::SeqColumn;
use hearth_store::{meta, rows};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::meta::{KEEP_BYTES, KEEP_DAYS, TRIMMED_TO};
use crate::log::KNOWN_AFTER_TRIM;

/// Entries let go of in one transaction.
const STEP: i64 = 1000;

/// How much of a log is kept. Without a bound, everything. The newest entry always stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// Entries up to this old, in days, by the host's clock.
    pub days: Option<u32>,
    /// Up to this size on the disk, in bytes.
    pub bytes: Option<u64>,
}

impl Retention {
    pub(super) fn of(db: &Connection) -> Result<Self, LogError> {
        let days = meta::get::<i64>(db, KEEP_DAYS)?.and_then(|days| u32::try_from(days).ok());
        let bytes = meta::get::<i64>(db, KEEP_BYTES)?.and_then(|bytes| u64::try_from(bytes).ok());
        Ok(Self { days, bytes })
    }

    pub(super) fn set(self, db: &Connection) -> Result<(), LogError> {
        meta::set(db, KEEP_DAYS, self.days)?;
        meta::set(db, KEEP_BYTES, self.bytes.map(signed))
    }
}

/// Lets go of some of what is too much. Whether there may be more.
pub(super) fn trim_some(db: &Connection, now: Timestamp) -> Result<bool, LogError> {
    let retention = Retention::of(db)?;
    let to = match too_old(db, retention, now)? {
        Some(seq) => Some(seq),
        None => too_large(db, retention)?,
    };
    let Some(to) = to else { return Ok(false) };
    remember_posts(db, to)?;
    rows::remove_up_to(db, to)?;
    meta::set(db, TRIMMED_TO, SeqColumn(to))?;
    give_back(db)?;
    Ok(true)
}

/// Gives pages that came free back to the disk.
pub(super) fn give_back(db: &Connection) -> Result<(), LogError> {
    let mut vacuum = db.prepare("PRAGMA incremental_vacuum")?;
    let mut pages = vacuum.query([])?;
    while pages.next()?.is_some() {}
    Ok(())
}

/// The posts whose entries go are known for some time longer.
fn remember_posts(db: &Connection, to: Seq) -> Result<(), LogError> {
    let (to, known) = (SeqColumn(to), i64::try_from(KNOWN_AFTER_TRIM).unwrap_or(i64::MAX));
    db.prepare_cached(
        "INSERT INTO trimmed_post (seq, member, post)
         SELECT seq, member, post FROM entry WHERE seq <= ?1 AND post IS NOT NULL",
    )?
    .execute([to])?;
    db.prepare_cached(
        "DELETE FROM trimmed_post WHERE seq <= (SELECT seq FROM trimmed_post ORDER BY seq DESC LIMIT 1 OFFSET ?1)",
    )?
    .execute([known])?;
    Ok(())
}

/// Where a member's post stood whose entry is gone.
pub(super) fn place_of_trimmed(
    db: &Connection,
    member: &MemberId,
    id: PostId,
) -> Result<Option<Seq>, LogError> {
    let mut statement = db.prepare_cached(
        "SELECT seq FROM trimmed_post WHERE post = ?1 AND member = (SELECT id FROM member WHERE member = ?2)",
    )?;
    let post = id.uuid();
    let stood = params![post.as_bytes().as_slice(), member.as_str()];
    let seq = statement.query_row(stood, |row| row.get(0)).optional()?;
    Ok(seq.map(|SeqColumn(seq)| seq))
}

/// The last of the oldest entries that are all too old. A clock that once ran ahead makes entries stay longer, never go
/// earlier.
fn too_old(db: &Connection, retention: Retention, now: Timestamp) -> Result<Option<Seq>, LogError> {
    let Some(days) = retention.days else { return Ok(None) };
    let age = SignedDuration::from_hours(24 * i64::from(days));
    let Ok(kept_from) = now.checked_sub(age) else { return Ok(None) };
    let mut statement = db.prepare_cached(
        "SELECT seq, at FROM entry WHERE seq < (SELECT max(seq) FROM entry) ORDER BY seq LIMIT ?1",
    )?;
    let mut rows = statement.query([STEP])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(1)? >= kept_from.as_millisecond() {
            break;
        }
        last = Some(row.get::<_, SeqColumn>(0)?.0);
    }
    Ok(last)
}

/// The last of some entries when all together are too large.
fn too_large(db: &Connection, retention: Retention) -> Result<Option<Seq>, LogError> {
    let Some(bytes) = retention.bytes else { return Ok(None) };
    let number = |pragma: &str| db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    let used = (number("page_count")? - number("freelist_count")?) * number("page_size")?;
    if used <= signed(bytes) {
        return Ok(None);
    }
    let mut statement = db.prepare_cached(
        "SELECT max(seq) FROM
           (SELECT seq FROM entry WHERE seq < (SELECT max(seq) FROM entry) ORDER BY seq LIMIT ?1)",
    )?;
    let last: Option<SeqColumn> = statement.query_row([STEP], |row| row.get(0)).optional()?.flatten();
    Ok(last.map(|SeqColumn(seq)| seq))
}

/// Integers in `SQLite` are signed.
fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

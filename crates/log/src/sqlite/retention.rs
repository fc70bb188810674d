//! What is let go of: the oldest entries, by age or by size.

use hearth_protocol::{MemberId, PostId, Seq};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::open::{KEEP_BYTES, KEEP_DAYS, TRIMMED_TO};
use crate::{KNOWN_AFTER_TRIM, LogError, db};

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
        let days = db::meta::<i64>(db, KEEP_DAYS)?.and_then(|days| u32::try_from(days).ok());
        let bytes = db::meta::<i64>(db, KEEP_BYTES)?.and_then(|bytes| u64::try_from(bytes).ok());
        Ok(Self { days, bytes })
    }

    pub(super) fn set(self, db: &Connection) -> Result<(), LogError> {
        db::set_meta(db, KEEP_DAYS, self.days)?;
        db::set_meta(db, KEEP_BYTES, self.bytes.map(db::signed))
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
    db::remove_up_to(db, to)?;
    db::set_meta(db, TRIMMED_TO, db::signed(to.get()))?;
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
    let (to, known) = (db::signed(to.get()), i64::try_from(KNOWN_AFTER_TRIM).unwrap_or(i64::MAX));
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
    seq(statement.query_row(stood, |row| row.get(0)).optional()?)
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
        last = Some(row.get(0)?);
    }
    seq(last)
}

/// The last of some entries when all together are too large.
fn too_large(db: &Connection, retention: Retention) -> Result<Option<Seq>, LogError> {
    let Some(bytes) = retention.bytes else { return Ok(None) };
    let number = |pragma: &str| db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    let used = (number("page_count")? - number("freelist_count")?) * number("page_size")?;
    if used <= db::signed(bytes) {
        return Ok(None);
    }
    let mut statement = db.prepare_cached(
        "SELECT max(seq) FROM
           (SELECT seq FROM entry WHERE seq < (SELECT max(seq) FROM entry) ORDER BY seq LIMIT ?1)",
    )?;
    seq(statement.query_row([STEP], |row| row.get(0)).optional()?.flatten())
}

fn seq(stored: Option<i64>) -> Result<Option<Seq>, LogError> {
    let seq = stored.map(|seq| u64::try_from(seq).ok().and_then(|seq| Seq::try_from(seq).ok()));
    match seq {
        Some(None) => Err(LogError::Damaged("a number that is none".to_owned())),
        Some(seq) => Ok(seq),
        None => Ok(None),
    }
}

//! Garbage collection: letting go of members, nicknames and guests whom nothing tells of any more, once their entries are gone. Without that a
//! room with a bound would in the end hold little but those who once came by.
//!
//! An entry says who it is from, and nothing says the other way round whether somebody still has one: that would cost
//! every append. So all entries that are kept are looked through, beside the writer, and only when so many went since
//! the last time that it is worth it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use hearth_protocol::Seq;
use hearth_store::error::LogError;
use hearth_store::meta;
use hearth_store::seq_column::SeqColumn;
use rusqlite::{Connection, params};

use super::meta::{head, trimmed_to};
use super::{SqliteLog, retention};

/// Up to which place entries had gone when it was last done, in the table `meta`.
const SWEPT_TO: &str = "swept_to";

/// Rows looked at or let go of at a time.
const STEP: u32 = 1000;

/// It is done when a tenth as many entries have gone as are kept: so each one that goes costs ten looks at most.
const KEPT_FOR_EACH_GONE: u64 = 10;

/// Guests who are away and can come back as themselves: as many as a host remembers.
const GUESTS_KNOWN: u32 = 10_000;

impl SqliteLog {
    /// Lets go of whom nothing tells of any more, when it is worth it.
    pub(super) async fn sweep(&self) -> Result<(), LogError> {
        let Some(trimmed) = self.reader.read(due).await? else { return Ok(()) };
        while self.change(forget_guests).await? {}
        let mut told = Told::default();
        loop {
            let read = self.reader.read(move |db| Ok((told.look_on(db)?, told))).await?;
            told = read.1;
            if !read.0 {
                break;
            }
        }
        let told = Arc::new(Mutex::new(told));
        loop {
            let told = Arc::clone(&told);
            let remove =
                move |db: &Connection| told.lock().unwrap_or_else(PoisonError::into_inner).remove_others(db);
            if !self.change(remove).await? {
                break;
            }
        }
        self.change(move |db| {
            meta::set(db, SWEPT_TO, SeqColumn(trimmed))?;
            retention::give_back(db)
        })
        .await
    }
}

/// Where entries have gone up to, if so many went that it is worth it.
fn due(db: &Connection) -> Result<Option<Seq>, LogError> {
    let (head, trimmed) = (head(db)?.get(), trimmed_to(db)?);
    let gone = trimmed.get().saturating_sub(meta::seq(db, SWEPT_TO)?.unwrap_or_default().get());
    let kept = head.saturating_sub(trimmed.get());
    Ok((gone >= u64::from(STEP) && gone >= kept / KEPT_FOR_EACH_GONE).then_some(trimmed))
}

/// Lets go of some guests who cannot come back as themselves: those without a token who left, and those who are away the
/// longest. Whether there may be more.
fn forget_guests(db: &Connection) -> Result<bool, LogError> {
    let mut nameless = db.prepare_cached(
        "DELETE FROM guest WHERE id IN (SELECT id FROM guest WHERE token IS NULL AND NOT here LIMIT ?1)",
    )?;
    let mut longest = db.prepare_cached(
        "DELETE FROM guest WHERE id IN
           (SELECT id FROM guest WHERE token IS NOT NULL AND NOT here ORDER BY seen DESC, id DESC LIMIT ?1 OFFSET ?2)",
    )?;
    let gone = nameless.execute([STEP])? + longest.execute(params![STEP, GUESTS_KNOWN])?;
    Ok(gone > 0)
}

/// Whom the entries tell of, as far as they were looked through, and who was compared with that.
#[derive(Default)]
struct Told {
    to: Seq,
    members: HashSet<i64>,
    names: HashSet<i64>,
    last_member: i64,
    last_name: i64,
}

impl Told {
    /// Looks through some more entries. Whether there may be more.
    fn look_on(&mut self, db: &Connection) -> Result<bool, LogError> {
        let mut statement =
            db.prepare_cached("SELECT seq, member, name FROM entry WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
        let mut rows = statement.query(params![SeqColumn(self.to), STEP])?;
        let mut count = 0_u32;
        while let Some(row) = rows.next()? {
            self.to = row.get::<_, SeqColumn>(0)?.0;
            self.members.insert(row.get(1)?);
            self.names.insert(row.get(2)?);
            count += 1;
        }
        Ok(count == STEP)
    }

    /// Removes some members and nicknames of whom nothing tells, what was said meanwhile included. Whether there may be
    /// more.
    fn remove_others(&mut self, db: &Connection) -> Result<bool, LogError> {
        while self.look_on(db)? {}
        // Whoever is known by a post that is gone, or may come back.
        let members = ids(db, "SELECT DISTINCT member FROM trimmed_post UNION SELECT id FROM guest")?;
        let names = ids(db, "SELECT DISTINCT name FROM guest WHERE name IS NOT NULL")?;
        let (mut more, mut last) = (false, self.last_member);
        for id in after(db, "SELECT id FROM member WHERE id > ?1 ORDER BY id LIMIT ?2", &mut last, &mut more)?
        {
            if !self.members.contains(&id) && !members.contains(&id) {
                db.prepare_cached("DELETE FROM member WHERE id = ?1")?.execute([id])?;
            }
        }
        self.last_member = last;
        last = self.last_name;
        for id in after(db, "SELECT id FROM name WHERE id > ?1 ORDER BY id LIMIT ?2", &mut last, &mut more)? {
            if !self.names.contains(&id) && !names.contains(&id) {
                db.prepare_cached("DELETE FROM name WHERE id = ?1")?.execute([id])?;
            }
        }
        self.last_name = last;
        Ok(more)
    }
}

fn ids(db: &Connection, sql: &str) -> Result<HashSet<i64>, LogError> {
    let mut statement = db.prepare_cached(sql)?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// The next ids after `last`, which moves there; `more` is set when there may be more.
fn after(db: &Connection, sql: &str, last: &mut i64, more: &mut bool) -> Result<Vec<i64>, LogError> {
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map(params![*last, STEP], |row| row.get(0))?;
    let found = found.collect::<rusqlite::Result<Vec<i64>>>()?;
    *last = found.last().copied().unwrap_or(*last);
    *more |= found.len() == STEP as usize;
    Ok(found)
}

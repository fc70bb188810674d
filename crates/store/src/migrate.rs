//! The migrations that read what they change: of rows from the first layout to the second, of the index of words, and of what an
//! earlier version did not know.

use hearth_protocol::{Body, Seq};
use rusqlite::{Connection, params};
use rusqlite_migration::{HookError, HookResult};

use crate::encoding::{Columns, Layout, UNKNOWN};
use crate::erase;
use crate::error::LogError;
use crate::meta::{self, INDEXED_TO};
use crate::rows;
use crate::seq_column::SeqColumn;

/// Empties the index of words, which then has nothing of any entry, and follows them anew. One that is damaged stays as it is:
/// since it is said to have nothing, it is asked for nothing, and is made anew when it is written next.
pub(crate) fn forget_words(db: &Connection) -> HookResult {
    if let Err(error) = db.execute_batch("INSERT INTO words (words) VALUES ('delete-all')") {
        match LogError::from(error) {
            LogError::Damaged(why) => tracing::warn!(%why, "the index of words is damaged"),
            error => return Err(HookError::Hook(error.to_string())),
        }
    }
    meta::set(db, INDEXED_TO, 0).map_err(|error| HookError::Hook(error.to_string()))
}

/// Rows rewritten at a time.
const STEP: i64 = 1000;

/// Writes as JSON what stands beside the texts. Only a row that adds up is rewritten, with a checksum of its own: what is
/// damaged stays so. All other rows read the same in both layouts.
pub(crate) fn rewrite(db: &Connection) -> HookResult {
    let mut update = db.prepare("UPDATE entry SET more = ?2, sum = ?3 WHERE seq = ?1")?;
    let mut after = Seq::ZERO;
    loop {
        let numbers = numbers(db, after)?;
        let Some(last) = numbers.last() else { return Ok(()) };
        after = *last;
        for seq in numbers {
            match rows::at_in(db, seq, Layout::Words) {
                Ok(Some(entry)) => {
                    let columns = Columns::of(&entry.body);
                    let sum = rows::sum_of(&entry, &columns);
                    update.execute(params![SeqColumn(seq), columns.more, sum])?;
                }
                Ok(None) => {}
                Err(LogError::Damaged(why)) => tracing::warn!(%why, "a row is damaged, and stays as it is"),
                Err(error) => return Err(HookError::Hook(error.to_string())),
            }
        }
    }
}

/// Writes as what it is what an earlier version had kept without knowing it, and does what it says: a line that was taken away goes
/// here too, and one that was changed is found by its new words.
pub(crate) fn read_anew(db: &Connection) -> HookResult {
    let (mut removed, mut is_changed) = (Vec::new(), false);
    let sql = "UPDATE entry SET kind = ?2, text = ?3, more = ?4, sum = ?5 WHERE seq = ?1";
    let mut update = db.prepare(sql)?;
    for seq in unknown(db)? {
        let entry = match rows::at(db, seq) {
            Ok(Some(entry)) => entry,
            Ok(None) => continue,
            Err(LogError::Damaged(why)) => {
                tracing::warn!(%why, "a row is damaged, and stays as it is");
                continue;
            }
            Err(error) => return Err(HookError::Hook(error.to_string())),
        };
        let columns = Columns::of(&entry.body);
        if columns.kind == UNKNOWN {
            continue;
        }
        let sum = rows::sum_of(&entry, &columns);
        update.execute(params![SeqColumn(seq), columns.kind, columns.text, columns.more, sum])?;
        removed.extend(entry.body.removes());
        is_changed |= matches!(entry.body, Body::Edited { .. });
    }
    for line in removed {
        erase::erase(db, line).map_err(|error| HookError::Hook(error.to_string()))?;
    }
    if is_changed { forget_words(db) } else { Ok(()) }
}

/// What is about a line and was not known when it was stored.
fn unknown(db: &Connection) -> rusqlite::Result<Vec<Seq>> {
    let mut statement =
        db.prepare("SELECT seq FROM entry WHERE about IS NOT NULL AND kind = ?1 ORDER BY seq")?;
    let numbers = statement.query_map([UNKNOWN], |row| row.get(0))?;
    numbers.map(|number| number.map(|SeqColumn(seq)| seq)).collect()
}

fn numbers(db: &Connection, after: Seq) -> rusqlite::Result<Vec<Seq>> {
    let sql = "SELECT seq FROM entry WHERE more IS NOT NULL AND seq > ?1 ORDER BY seq LIMIT ?2";
    let mut statement = db.prepare_cached(sql)?;
    let numbers = statement.query_map(params![SeqColumn(after), STEP], |row| row.get(0))?;
    numbers.map(|number| number.map(|SeqColumn(seq)| seq)).collect()
}

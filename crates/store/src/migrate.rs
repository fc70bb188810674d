//! The migration of rows from the first layout to the second.

use hearth_protocol::Seq;
use rusqlite::{Connection, params};
use rusqlite_migration::{HookError, HookResult};

use crate::encoding::{Columns, Layout};
use crate::error::LogError;
use crate::rows;
use crate::seq_column::SeqColumn;

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

fn numbers(db: &Connection, after: Seq) -> rusqlite::Result<Vec<Seq>> {
    let sql = "SELECT seq FROM entry WHERE more IS NOT NULL AND seq > ?1 ORDER BY seq LIMIT ?2";
    let mut statement = db.prepare_cached(sql)?;
    let numbers = statement.query_map(params![SeqColumn(after), STEP], |row| row.get(0))?;
    numbers.map(|number| number.map(|SeqColumn(seq)| seq)).collect()
}

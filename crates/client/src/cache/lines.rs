//! Own lines as rows, each with a checksum: a damaged one is never sent.

use hearth_protocol::{PostId, Verb};
use hearth_store::{error::LogError, seq_column::SeqColumn};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::meta::{damaged, dialect_name, dialect_of};
use crate::{record::KeptAct, update::OwnAct};

/// All lines in the order of writing, each with whether it can be read.
pub(super) fn all(db: &Connection) -> Result<Vec<Result<KeptAct, LogError>>, LogError> {
    let mut statement =
        db.prepare("SELECT id, text, state, went_out, stored, sum FROM line ORDER BY place")?;
    let mut rows = statement.query([])?;
    let mut lines = Vec::new();
    loop {
        match rows.next() {
            Ok(Some(row)) => lines.push(line(row)),
            Ok(None) => return Ok(lines),
            Err(error) => {
                lines.push(Err(error.into()));
                return Ok(lines);
            }
        }
    }
}

fn line(row: &Row<'_>) -> Result<KeptAct, LogError> {
    let id = PostId::new(Uuid::from_bytes(row.get(0)?));
    let text: String = row.get(1)?;
    let state: String = row.get(2)?;
    let went_out: Option<String> = row.get(3)?;
    let stored: Option<SeqColumn> = row.get(4)?;
    let sum: u32 = row.get(5)?;
    if sum != self::sum(id, &text, &state, went_out.as_deref()) {
        return Err(damaged("the checksum of a line is wrong"));
    }
    let state = serde_json::from_str(&state).map_err(|_| damaged("the state of a line is none"))?;
    let went_out = match went_out {
        Some(name) => Some(dialect_of(&name).ok_or_else(|| damaged("the dialect of a line is none"))?),
        None => None,
    };
    Ok(KeptAct {
        own: OwnAct { what: Verb::Post { text }, id, state },
        went_out,
        stored: stored.map(|SeqColumn(seq)| seq),
    })
}

/// Puts a line there, or what has changed of it. Other acts have no rows: the next hello says them.
pub(super) fn put(db: &Connection, line: &KeptAct) -> Result<(), LogError> {
    let KeptAct { own, went_out, stored } = line;
    let Verb::Post { text } = &own.what else { return Ok(()) };
    let state = serde_json::to_string(&own.state).map_err(|error| LogError::Damaged(error.to_string()))?;
    let went_out = went_out.map(dialect_name);
    let sum = sum(own.id, text, &state, went_out);
    let mut statement = db.prepare_cached(
        "INSERT INTO line (id, text, state, went_out, stored, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET text = ?2, state = ?3, went_out = ?4, stored = ?5, sum = ?6",
    )?;
    let id = own.id.uuid();
    let id = id.as_bytes().as_slice();
    statement.execute(params![id, text, state, went_out, stored.map(SeqColumn), sum])?;
    Ok(())
}

/// Removes a line.
pub(super) fn remove(db: &Connection, id: PostId) -> Result<(), LogError> {
    let mut statement = db.prepare_cached("DELETE FROM line WHERE id = ?1")?;
    statement.execute([id.uuid().as_bytes().as_slice()])?;
    Ok(())
}

/// What acks said of a log that is no more.
pub(super) fn forget_acks(db: &Connection) -> Result<(), LogError> {
    db.execute("UPDATE line SET stored = NULL", [])?;
    Ok(())
}

/// CRC-32 of what a line would send, and whether.
fn sum(id: PostId, text: &str, state: &str, went_out: Option<&str>) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(id.uuid().as_bytes());
    // With its length, so that no part can lose to its neighbour.
    for part in [text, state, went_out.unwrap_or_default()] {
        crc.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
        crc.update(part.as_bytes());
    }
    crc.finalize()
}

//! The key-value table `meta`: what stands once in a file, beside its entries.

use hearth_protocol::Seq;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, ToSql, params};

use crate::error::LogError;
use crate::seq_column::SeqColumn;

/// How far the full-text index is.
pub(crate) const INDEXED_TO: &str = "indexed_to";

/// A value; `None` also where it is empty.
pub fn get<T: FromSql>(db: &Connection, key: &str) -> Result<Option<T>, LogError> {
    let mut statement = db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get::<_, Option<T>>(0)).optional()?.flatten())
}

/// A place in the log that stands there.
pub fn seq(db: &Connection, key: &str) -> Result<Option<Seq>, LogError> {
    Ok(get::<SeqColumn>(db, key)?.map(|SeqColumn(seq)| seq))
}

/// Sets a value.
pub fn set(db: &Connection, key: &str, value: impl ToSql) -> Result<(), LogError> {
    let mut statement = db.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?;
    statement.execute(params![key, value])?;
    Ok(())
}

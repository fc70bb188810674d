//! Sequence numbers as columns: `SQLite`'s integers are signed, and ours stay below 2^53.

use hearth_protocol::Seq;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// A sequence number in a column. A column that holds none is an error, never another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeqColumn(pub Seq);

impl ToSql for SeqColumn {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.get().cast_signed().into())
    }
}

impl FromSql for SeqColumn {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        let seq = u64::try_from(number).ok().and_then(|number| Seq::try_from(number).ok());
        seq.map(Self).ok_or(FromSqlError::OutOfRange(number))
    }
}

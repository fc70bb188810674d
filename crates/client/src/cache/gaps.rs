//! Gaps of a copy: what the log itself no longer has, and so what stands next to what.

use hearth_protocol::{Gap, Seq};
use hearth_store::{error::LogError, rows, seq_column::SeqColumn};
use rusqlite::{Connection, params};

use super::meta::cursor;

/// The gaps that have something between two places, oldest first.
pub(super) fn between(db: &Connection, after: Seq, to: Seq) -> Result<Vec<Gap>, LogError> {
    let mut statement =
        db.prepare_cached(r#"SELECT after, "to" FROM gap WHERE "to" > ?1 AND after < ?2 ORDER BY after"#)?;
    let mut rows = statement.query(params![SeqColumn(after), SeqColumn(to)])?;
    let mut gaps = Vec::new();
    while let Some(row) = rows.next()? {
        let (SeqColumn(after), SeqColumn(to)) = (row.get(0)?, row.get(1)?);
        gaps.push(Gap { after, to });
    }
    Ok(gaps)
}

/// Puts a gap there.
pub(super) fn put(db: &Connection, gap: Gap) -> Result<(), LogError> {
    // One that begins where a known one does is that one, longer now.
    let mut statement = db.prepare_cached(r#"INSERT OR REPLACE INTO gap (after, "to") VALUES (?1, ?2)"#)?;
    statement.execute(params![SeqColumn(gap.after), SeqColumn(gap.to)])?;
    Ok(())
}

/// The place that an entry of this number would follow on; `None` when that is not known. The log itself is known up to
/// `head`.
pub(super) fn place_before(db: &Connection, before: Seq, head: Seq) -> Result<Option<Seq>, LogError> {
    let cursor = cursor(db)?;
    if cursor < before {
        return Ok((cursor >= head).then_some(cursor));
    }
    let from = Seq::try_from(before.get().saturating_sub(1)).unwrap_or(Seq::ZERO);
    if rows::at(db, from)?.is_some() {
        return Ok(Some(from));
    }
    if let Some(entry) = rows::read_after(db, from, Seq::MAX, 1)?.first()
        && entry.prev < before
    {
        return Ok(Some(entry.prev));
    }
    let mut statement =
        db.prepare_cached(r#"SELECT after FROM gap WHERE after < ?1 AND "to" >= ?1 ORDER BY after LIMIT 1"#)?;
    let mut found = statement.query([SeqColumn(before)])?;
    Ok(found.next()?.map(|row| row.get(0)).transpose()?.map(|SeqColumn(after)| after))
}

//! History from the copy, as far as it is whole. What follows on what is told by `prev` and by gaps alone.

use std::sync::Arc;

use hearth_log::{LogError, db};
use hearth_protocol::{Entry, Gap, HistoryRequest, LogId, Page, Seq};
use rusqlite::{Connection, params};

use super::PAGE;
use super::records::{BEGINS_AFTER, CURSOR, LOG_ID, seq, signed};

/// A piece of the conversation without a hole.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Stretch {
    /// Entries, oldest first.
    pub(crate) entries: Vec<Entry>,
    /// Gaps among them, oldest first.
    pub(crate) gaps: Vec<Gap>,
    /// Its other end.
    pub(crate) reached: Seq,
}

/// Answers a question about a log's history; `None` when the copy does not know what is next to the place in question.
pub(super) fn answer(
    db: &Connection,
    request: HistoryRequest,
    log: &LogId,
    head: Seq,
) -> Result<Option<(Page, Vec<Gap>)>, LogError> {
    if db::meta::<String>(db, LOG_ID)?.as_deref() != Some(log.as_str()) {
        return Ok(None);
    }
    let HistoryRequest { before, after, limit } = request;
    let limit = usize::try_from(limit).unwrap_or(PAGE).min(PAGE);
    let (stretch, more) = match after {
        None => {
            let Some(place) = place_before(db, before, head)? else { return Ok(None) };
            let stretch = down(db, place, limit)?;
            let begins_after = db::meta::<i64>(db, BEGINS_AFTER)?.map(seq).transpose()?;
            let more = stretch.reached > Seq::ZERO && Some(stretch.reached) != begins_after;
            (stretch, more)
        }
        Some(after) => {
            let stretch = up(db, after, before, limit)?;
            let more = place_before(db, before, head)?.is_none_or(|place| place > stretch.reached);
            (stretch, more)
        }
    };
    if stretch.entries.is_empty() && more {
        return Ok(None);
    }
    Ok(Some((Page { before, after, entries: stretch.entries, more }, stretch.gaps)))
}

/// The newest place that is known.
pub(super) fn cursor(db: &Connection) -> Result<Seq, LogError> {
    db::meta::<i64>(db, CURSOR)?.map_or(Ok(Seq::ZERO), seq)
}

/// The place that an entry of this number would follow on; `None` when that is not known. The log itself is known up to
/// `head`.
pub(super) fn place_before(db: &Connection, before: Seq, head: Seq) -> Result<Option<Seq>, LogError> {
    let cursor = cursor(db)?;
    if cursor < before {
        return Ok((cursor >= head).then_some(cursor));
    }
    let from = Seq::try_from(before.get().saturating_sub(1)).unwrap_or(Seq::ZERO);
    if db::at(db, from)?.is_some() {
        return Ok(Some(from));
    }
    if let Some(entry) = db::read_after(db, from, Seq::MAX, 1)?.first()
        && entry.prev < before
    {
        return Ok(Some(entry.prev));
    }
    let mut statement =
        db.prepare_cached(r#"SELECT after FROM gap WHERE after < ?1 AND "to" >= ?1 ORDER BY after LIMIT 1"#)?;
    let mut rows = statement.query([signed(before)])?;
    rows.next()?.map(|row| seq(row.get(0)?)).transpose()
}

/// Up to `limit` entries that lead down from `place`, which is the newest of them or the end of a gap.
pub(super) fn down(db: &Connection, place: Seq, limit: usize) -> Result<Stretch, LogError> {
    let entries = db::read_before(db, Seq::ZERO, place.next(), limit)?;
    let mut gaps = gaps(db, Seq::ZERO, place)?;
    let mut entries = entries.into_iter();
    let mut stretch = Stretch { reached: place, ..Stretch::default() };
    let mut next = entries.next();
    loop {
        // What stands above the place was told to be gone.
        while gaps.last().is_some_and(|gap| gap.to > stretch.reached) {
            gaps.pop();
        }
        while next.as_ref().is_some_and(|entry| entry.seq > stretch.reached) {
            next = entries.next();
        }
        if let Some(gap) = gaps.pop_if(|gap| gap.to == stretch.reached) {
            stretch.reached = gap.after;
            stretch.gaps.push(gap);
        } else if let Some(entry) = next.take_if(|entry| entry.seq == stretch.reached) {
            stretch.reached = entry.prev;
            stretch.entries.push(Arc::unwrap_or_clone(entry));
            next = entries.next();
        } else {
            break;
        }
    }
    stretch.entries.reverse();
    stretch.gaps.reverse();
    Ok(stretch)
}

/// Up to `limit` entries that lead up from `after` and come before `before`.
fn up(db: &Connection, after: Seq, before: Seq, limit: usize) -> Result<Stretch, LogError> {
    let entries = db::read_after(db, after, before, limit)?;
    let are_all = entries.len() < limit;
    let gaps = gaps(db, after, Seq::MAX)?;
    let mut stretch = Stretch { reached: after, ..Stretch::default() };
    let over = |stretch: &mut Stretch| {
        for gap in &gaps {
            if gap.after <= stretch.reached && gap.to > stretch.reached {
                stretch.reached = gap.to;
                stretch.gaps.push(*gap);
            }
        }
    };
    for entry in entries {
        over(&mut stretch);
        if entry.seq <= stretch.reached {
            continue;
        }
        if entry.prev > stretch.reached {
            return Ok(stretch);
        }
        stretch.reached = entry.seq;
        stretch.entries.push(Arc::unwrap_or_clone(entry));
    }
    if are_all {
        over(&mut stretch);
    }
    Ok(stretch)
}

/// The gaps that have something between two places, oldest first.
fn gaps(db: &Connection, after: Seq, to: Seq) -> Result<Vec<Gap>, LogError> {
    let mut statement =
        db.prepare_cached(r#"SELECT after, "to" FROM gap WHERE "to" > ?1 AND after < ?2 ORDER BY after"#)?;
    let mut rows = statement.query(params![signed(after), signed(to)])?;
    let mut gaps = Vec::new();
    while let Some(row) = rows.next()? {
        gaps.push(Gap { after: seq(row.get(0)?)?, to: seq(row.get(1)?)? });
    }
    Ok(gaps)
}

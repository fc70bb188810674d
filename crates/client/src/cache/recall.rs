//! History pages from the copy, as far as it is whole. What follows on what is told by `prev` and by gaps alone.

use std::sync::Arc;

use hearth_protocol::{Entry, Gap, HistoryRequest, LogId, Page, Seq};
use hearth_store::{error::LogError, meta, rows};
use rusqlite::Connection;

use super::{
    gaps::{self, place_before},
    meta::{BEGINS_AFTER, LOG_ID},
};

/// Entries of one page from the copy, as many as a host sends.
pub(super) const PAGE: usize = 100;

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
    if meta::get::<String>(db, LOG_ID)?.as_deref() != Some(log.as_str()) {
        return Ok(None);
    }
    let HistoryRequest { before, after, limit } = request;
    let limit = usize::try_from(limit).unwrap_or(PAGE).min(PAGE);
    let (stretch, more) = match after {
        None => {
            let Some(place) = place_before(db, before, head)? else { return Ok(None) };
            let stretch = down(db, place, limit)?;
            let begins_after = meta::seq(db, BEGINS_AFTER)?;
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

/// Up to `limit` entries that lead down from `place`, which is the newest of them or the end of a gap.
pub(super) fn down(db: &Connection, place: Seq, limit: usize) -> Result<Stretch, LogError> {
    let entries = rows::read_before(db, Seq::ZERO, place.next(), limit)?;
    let mut gaps = gaps::between(db, Seq::ZERO, place)?;
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
    let entries = rows::read_after(db, after, before, limit)?;
    let are_all = entries.len() < limit;
    let gaps = gaps::between(db, after, Seq::MAX)?;
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

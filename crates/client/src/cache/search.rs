//! Searching the copy.

use std::sync::Arc;

use hearth_protocol::{Found, LogId, SearchRequest, Seq};
use hearth_store::{error::LogError, index, meta, query::Query};
use rusqlite::Connection;

use super::{meta::LOG_ID, recall::PAGE};

/// The newest lines of this log that match.
pub(super) fn answer(db: &Connection, request: &SearchRequest, log: &LogId) -> Result<Found, LogError> {
    let mut found = nothing(request);
    let is_kept = meta::get::<String>(db, LOG_ID)?.as_deref() == Some(log.as_str());
    let Some(query) = Query::new(&request.query).filter(|_| is_kept) else { return Ok(found) };
    let limit = usize::try_from(request.limit).unwrap_or(PAGE).min(PAGE);
    let hits = index::search(db, &query, request.before.unwrap_or(Seq::MAX), limit)?;
    found.entries = hits.entries.into_iter().map(Arc::unwrap_or_clone).collect();
    (found.more, found.reached) = (hits.more, hits.reached);
    Ok(found)
}

/// The answer when nothing is found.
pub(super) fn nothing(request: &SearchRequest) -> Found {
    let SearchRequest { query, before, .. } = request.clone();
    Found { query, before, entries: Vec::new(), more: false, reached: Seq::ZERO }
}

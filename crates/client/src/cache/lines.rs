//! Single lines of the copy, and what was said about lines, as far as it is here.

use std::sync::Arc;

use hearth_protocol::{Entry, Lines, LinesRequest, LogId, standing};
use hearth_store::{error::LogError, meta, rows};
use rusqlite::Connection;

use super::meta::LOG_ID;

/// Answers for single lines of this log, or for those that are pinned.
pub(super) fn answer(
    db: &Connection,
    request: &LinesRequest,
    log: &LogId,
) -> Result<(Lines, Vec<Entry>), LogError> {
    let mut lines = nothing(request);
    if meta::get::<String>(db, LOG_ID)?.as_deref() != Some(log.as_str()) {
        return Ok((lines, Vec::new()));
    }
    if request.pinned {
        lines.lines = hearth_protocol::pinned(rows::pins(db)?.iter().map(|entry| &**entry));
    }
    lines.entries = rows::these(db, &lines.lines)?.into_iter().map(Arc::unwrap_or_clone).collect();
    let about = about(db, &lines.entries)?;
    Ok((lines, about))
}

/// What was said about these entries, as far as it still counts.
pub(super) fn about<'a>(
    db: &Connection,
    entries: impl IntoIterator<Item = &'a Entry>,
) -> Result<Vec<Entry>, LogError> {
    let seqs: Vec<_> = entries.into_iter().map(|entry| entry.seq).collect();
    Ok(standing(rows::about(db, &seqs)?).into_iter().map(Arc::unwrap_or_clone).collect())
}

/// The answer when nothing is here.
pub(super) fn nothing(LinesRequest { lines, pinned }: &LinesRequest) -> Lines {
    let lines = if *pinned { Vec::new() } else { lines.clone() };
    Lines { lines, pinned: *pinned, entries: Vec::new(), rest: Vec::new() }
}

//! How a room is shown, chosen while nobody is in it: read from its file, and kept there for who enters next.

use std::path::{Path, PathBuf};

use hearth_protocol::LogId;
use hearth_store::error::LogError;

use super::open::{Opened, open};
use crate::joins_shown::JoinsShown;
use crate::record::{Marks, Record};

/// How much is shown of who comes and goes in a room whose lines this file has, by which nobody is in it now. Blocks.
pub fn joins_shown_at_rest(lines: &Path) -> JoinsShown {
    // Looking makes no file.
    let marks = if lines.exists() { open(lines, true).kept.marks } else { None };
    marks.map(|marks| marks.joins).unwrap_or_default()
}

/// Keeps how much is shown, for a room of this log.
pub async fn keep_joins_shown_at_rest(lines: PathBuf, log: LogId, joins: JoinsShown) -> Result<(), LogError> {
    let opened = tokio::task::spawn_blocking(move || open(&lines, true)).await;
    let Ok(Opened { file: Some(file), kept, .. }) = opened else { return Err(LogError::Closed) };
    let marks = kept.marks.and_then(|marks| marks.on(&log)).unwrap_or_else(|| Marks::new(log));
    let written = file.write(vec![Record::Marks(Marks { joins, ..marks })]).await;
    file.close().await;
    written.unwrap_or(Err(LogError::Closed))
}

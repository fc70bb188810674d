//! What the key-value table `meta` says of a log: names, and the places that matter.

use hearth_protocol::{LogId, Seq};
use hearth_store::error::LogError;
use hearth_store::meta;
use rusqlite::Connection;

pub(crate) const LOG_ID: &str = "log";
pub(crate) const NAME: &str = "name";
pub(crate) const OWNER: &str = "owner";
pub(crate) const TRIMMED_TO: &str = "trimmed_to";
/// The newest number that was ever given out.
pub(crate) const HEAD: &str = "head";
pub(crate) const KEEP_DAYS: &str = "keep_days";
pub(crate) const KEEP_BYTES: &str = "keep_bytes";

/// Which log this is.
pub(crate) fn log_id(db: &Connection) -> Result<LogId, LogError> {
    let id = meta::get::<String>(db, LOG_ID)?.and_then(|id| LogId::try_from(id).ok());
    id.ok_or_else(|| LogError::Damaged("it has no id".to_owned()))
}

/// The newest number that was ever given out, also when its entry is no longer kept.
pub(crate) fn head(db: &Connection) -> Result<Seq, LogError> {
    meta::seq(db, HEAD)?
        .ok_or_else(|| LogError::Damaged("the place of its newest entry is missing".to_owned()))
}

/// Entries up to here are no longer kept.
pub(crate) fn trimmed_to(db: &Connection) -> Result<Seq, LogError> {
    Ok(meta::seq(db, TRIMMED_TO)?.unwrap_or_default())
}

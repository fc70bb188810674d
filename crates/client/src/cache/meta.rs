//! What the key-value table `meta` says of a copy: names, and the newest place that is known.

use hearth_protocol::{Dialect, Seq};
use hearth_store::{error::LogError, meta};
use rusqlite::Connection;

// Those of the log and of the room are what a host's file has too, so that a copy can be exported like one.
pub(super) const LOG_ID: &str = "log";
pub(super) const NAME: &str = "name";
pub(super) const DIALECT: &str = "dialect";
pub(super) const CURSOR: &str = "cursor";
/// The host has nothing before the entry that follows on this place.
pub(super) const BEGINS_AFTER: &str = "begins_after";
pub(super) const TOKEN: &str = "token";
pub(super) const MEMBER: &str = "member";
pub(super) const NICKNAME: &str = "nickname";

/// The newest place that is known.
pub(super) fn cursor(db: &Connection) -> Result<Seq, LogError> {
    Ok(meta::seq(db, CURSOR)?.unwrap_or_default())
}

/// A dialect as it stands there.
pub(super) const fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V1 => "v1",
        Dialect::Classic => "classic",
    }
}

/// The dialect that stands there under this name.
pub(super) fn dialect_of(name: &str) -> Option<Dialect> {
    [Dialect::V1, Dialect::Classic].into_iter().find(|dialect| dialect_name(*dialect) == name)
}

/// The error of a value that makes no sense.
pub(super) fn damaged(why: &str) -> LogError {
    LogError::Damaged(why.to_owned())
}

//! Entries in a database file: what the host's log and a guest's copy of it have in common.
//!
//! `rows` holds entries, each with a checksum; `index` finds words in them; `writer` is the one thread that changes a
//! file, `reader` a thread that reads it beside the writer. `open` makes the connections.

mod index;
mod open;
mod reader;
mod rows;
mod writer;

pub use index::{Indexer, behind, clear, index_late, search};
pub use open::{beside, connect, create, left_over, look_at, reader_of};
pub use reader::Reader;
pub use rows::{
    at, insert, member_id, name_id, newest, newest_readable, oldest, place_of, read_after, read_before,
    remove_up_to,
};
pub use writer::{Task, Upkeep, Writer};

use rusqlite::ffi::ErrorCode;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, ToSql};

use crate::LogError;

/// The tables that every file with entries has.
///
/// - `entry.prev` is empty where it is the number before `seq`; `entry.sum` is over all that the row means, names
///   included, so that a damaged row is told and never read.
/// - `words` is the index: it holds no text, follows the entries at its own pace (`meta.indexed_to`), and can be made
///   anew from them.
pub const SCHEMA: &str = "
    CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
    CREATE TABLE member (id INTEGER PRIMARY KEY, member TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE name (id INTEGER PRIMARY KEY, nickname TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY,
        prev INTEGER,
        at INTEGER NOT NULL,
        member INTEGER NOT NULL,
        name INTEGER NOT NULL,
        post BLOB,
        kind INTEGER NOT NULL,
        text TEXT,
        more TEXT,
        sum INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX entry_post ON entry (post, member) WHERE post IS NOT NULL;
    CREATE VIRTUAL TABLE words USING fts5 (
        tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
    );
";

impl From<rusqlite::Error> for LogError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi;
        let extended = error.sqlite_error().map(|error| error.extended_code);
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            // The file that readers and the writer share beside the log could not grow.
            _ if matches!(extended, Some(ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_SHMMAP)) => Self::Full,
            // A part of it that the disk does not give back, or not as it was.
            _ if matches!(
                extended,
                Some(
                    ffi::SQLITE_IOERR_READ
                        | ffi::SQLITE_IOERR_SHORT_READ
                        | ffi::SQLITE_IOERR_CORRUPTFS
                        | ffi::SQLITE_IOERR_DATA
                )
            ) =>
            {
                Self::Damaged(error.to_string())
            }
            Some(
                ErrorCode::CannotOpen
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::OutOfMemory
                | ErrorCode::PermissionDenied
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure,
            ) => Self::System(error.to_string()),
            _ => Self::Damaged(error.to_string()),
        }
    }
}

impl From<std::io::Error> for LogError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::Full,
            _ => Self::System(error.to_string()),
        }
    }
}

/// A value of the `meta` table; `None` also where it is empty.
pub fn meta<T: FromSql>(db: &Connection, key: &str) -> Result<Option<T>, LogError> {
    let mut statement = db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get::<_, Option<T>>(0)).optional()?.flatten())
}

/// Sets a value of the `meta` table.
pub fn set_meta(db: &Connection, key: &str, value: impl ToSql) -> Result<(), LogError> {
    let mut statement = db.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?;
    statement.execute(rusqlite::params![key, value])?;
    Ok(())
}

/// Integers in `SQLite` are signed. Sequence numbers stay below 2^53.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(done: rusqlite::Result<()>) -> LogError {
        done.expect_err("it cannot be done").into()
    }

    #[test]
    fn what_the_system_does_not_let_us_do_is_no_damage() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("room.db");
        Connection::open(&file).and_then(|db| db.execute_batch("CREATE TABLE a (b)")).expect("made");

        let reads = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let write = |db: Connection| db.execute_batch("INSERT INTO a VALUES (1)");
        let refused = reason(Connection::open_with_flags(&file, reads).and_then(write));
        assert!(matches!(refused, LogError::System(_)), "{refused:?}");

        let other = Connection::open(&file).expect("opened");
        other.execute_batch("BEGIN EXCLUSIVE").expect("held");
        let held = reason(Connection::open(&file).and_then(|db| {
            db.busy_timeout(std::time::Duration::ZERO)?;
            write(db)
        }));
        assert!(matches!(held, LogError::System(_)), "{held:?}");

        let nowhere = reason(Connection::open(folder.path()).map(drop));
        assert!(matches!(nowhere, LogError::System(_)), "{nowhere:?}");
    }

    #[test]
    fn what_is_no_database_is_damaged() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("room.db");
        std::fs::write(&file, "读到这里了".repeat(1000)).expect("written");
        let damaged = reason(Connection::open(&file).and_then(|db| db.execute_batch("SELECT 1 FROM a")));
        assert!(matches!(damaged, LogError::Damaged(_)), "{damaged:?}");
    }
}

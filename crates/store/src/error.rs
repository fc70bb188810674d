//! Errors of a store: one for each thing that somebody can do about it.

use rusqlite::ffi::{self, ErrorCode};
use thiserror::Error;

/// Why a log cannot do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LogError {
    /// No space is left. Nothing of the append was stored.
    #[error("no space is left to store the room's log")]
    Full,
    /// What is stored is not what was written, or does not belong together.
    #[error("the room's log is damaged: {0}")]
    Damaged(String),
    /// The system does not let it be read or written: its words. What is stored may be sound.
    #[error("the room's log cannot be read or written: {0}")]
    System(String),
    /// The log was closed.
    #[error("the room's log is closed")]
    Closed,
}

impl From<rusqlite::Error> for LogError {
    fn from(error: rusqlite::Error) -> Self {
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

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

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

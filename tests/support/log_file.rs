//! A room's log in a file, opened by the tests themselves.

use std::path::Path;
use std::thread;
use std::time::Instant;

use hearth_log::{OpenError, SqliteLog};
use hearth_protocol::LogId;

use crate::PATIENCE;

/// Opens a log, or makes it. A log that was closed a moment ago may seem to be in use: a process that another test of the
/// same program is starting has all files of the program, and their locks, until it is a program of its own.
pub fn log_in_file(file: &Path, id: &LogId) -> SqliteLog {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match SqliteLog::open_or_create(file, id, "读书会") {
            Err(OpenError::InUse { .. }) if Instant::now() < deadline => thread::yield_now(),
            log => return log.expect("a log"),
        }
    }
}

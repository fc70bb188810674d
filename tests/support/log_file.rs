//! A room's log in a file, opened by the tests themselves, and what is found in files.

use std::fs;
use std::path::{Path, PathBuf};
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

/// The first file of a folder, or of one in it, that has this text in its bytes.
pub fn found_in(folder: &Path, text: &str) -> Option<PathBuf> {
    fs::read_dir(folder).expect("the folder").find_map(|file| {
        let path = file.expect("a file").path();
        if path.is_dir() {
            return found_in(&path, text);
        }
        // What goes while the folder is looked through has nothing in it.
        let bytes = fs::read(&path).unwrap_or_default();
        bytes.windows(text.len()).any(|part| part == text.as_bytes()).then_some(path)
    })
}

//! The files of a log: its lock, its size, deleting it and setting it aside.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use hearth_store::open::beside;

use super::error::OpenError;

/// How the names end of the file, and of what stands beside it while it is in use or after a crash.
const BELONGINGS: [&str; 5] = ["", "-wal", "-shm", "-journal", ".lock"];

/// One program at a time hosts a room. The lock ends with the program, however that ends.
pub(crate) fn lock(file: &Path) -> Result<File, OpenError> {
    let system = |error: &io::Error| match error.kind() {
        io::ErrorKind::StorageFull => OpenError::Full { file: file.to_owned() },
        _ => OpenError::System { file: file.to_owned(), message: error.to_string() },
    };
    let lock = File::options().create(true).truncate(false).write(true).open(beside(file, ".lock"));
    let lock = lock.map_err(|error| system(&error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { file: file.to_owned() }),
        Err(TryLockError::Error(error)) => Err(system(&error)),
    }
}

/// Removes a log and what belongs to it. One that is in use stays.
pub fn delete(file: &Path) -> Result<(), OpenError> {
    let _lock = lock(file)?;
    let system = |error: io::Error| OpenError::System { file: file.to_owned(), message: error.to_string() };
    for name in BELONGINGS.map(|ending| beside(file, ending)).iter().filter(|name| name.exists()) {
        fs::remove_file(name).map_err(system)?;
    }
    Ok(())
}

/// Gives a log and what belongs to it another name, so that a new one can take its place. Gives the new name.
pub fn set_aside(file: &Path) -> Result<PathBuf, OpenError> {
    let _lock = lock(file)?;
    let system = |error: io::Error| OpenError::System { file: file.to_owned(), message: error.to_string() };
    hearth_store::set_aside::set_aside(file, &BELONGINGS).map_err(system)
}

/// The file and what stands beside it, in bytes.
pub(super) fn bytes(file: &Path) -> u64 {
    let size = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
    size(file) + size(&beside(file, "-wal"))
}

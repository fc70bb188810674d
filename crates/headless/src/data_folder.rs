//! The data folder: it is made for this user alone, and so is the id of the log in it.

use std::fs;
use std::path::Path;

use hearth_log::OpenError;
use hearth_protocol::LogId;

pub(crate) fn make_folder(room: &Path) -> Result<(), OpenError> {
    let Some(folder) = room.parent() else { return Ok(()) };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| OpenError::System { file: folder.to_owned(), message: error.to_string() })
}

/// An id for a new log.
pub(crate) fn new_id() -> LogId {
    LogId::from_random(uuid::Uuid::new_v4().as_u128())
}

//! Errors of opening a log: one for each thing that somebody can do about it.

use std::path::{Path, PathBuf};

use hearth_store::error::LogError;
use rusqlite_migration::{Error as MigrationError, MigrationDefinitionError};
use thiserror::Error;

/// Why a log cannot be opened. Nothing of it was changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Another program has it open.
    #[error("{} is in use by another program that hosts this room; stop that one first", .file.display())]
    InUse {
        /// The file.
        file: PathBuf,
    },
    /// It is not what a log must be.
    #[error(
        "{} is damaged ({why}) and was left as it is; put back a copy, or export what can be read with \
         `hearth-host export`, and to begin anew move the file away together with what stands beside it (its name with \
         -wal, -shm or -journal at the end)", .file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A newer version of Hearth has written it.
    #[error("{} was written by a newer version of Hearth; this version would damage it: use the newer one", .file.display())]
    TooNew {
        /// The file.
        file: PathBuf,
    },
    /// The disk is full.
    #[error("there is no space left for {}; make room on the disk, then try again", .file.display())]
    Full {
        /// The file.
        file: PathBuf,
    },
    /// The system does not let it be read or written.
    #[error("{} cannot be opened: {message}", .file.display())]
    System {
        /// The file.
        file: PathBuf,
        /// The system's words.
        message: String,
    },
}

impl OpenError {
    /// Says of which file it is.
    pub(crate) fn of(file: &Path, error: LogError) -> Self {
        let file = file.to_owned();
        match error {
            LogError::Full => Self::Full { file },
            LogError::Damaged(why) => Self::Damaged { file, why },
            LogError::System(message) => Self::System { file, message },
            LogError::Closed => Self::System { file, message: error.to_string() },
        }
    }

    /// The same of an error while a file of an earlier version is brought up to date.
    pub(super) fn of_migration(file: &Path, error: MigrationError) -> Self {
        match error {
            MigrationError::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
                Self::TooNew { file: file.to_owned() }
            }
            MigrationError::RusqliteError { err, .. } => Self::of(file, err.into()),
            error => Self::of(file, LogError::Damaged(error.to_string())),
        }
    }
}

//! Opening a room's file: finding out what is there before anything is written to it.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::Path,
    time::Duration,
};

use hearth_store::{
    erase,
    error::LogError,
    open::{beside, connect, create, reader_of},
    set_aside::set_aside,
};
use rusqlite::Connection;
use rusqlite_migration::{Error as MigrationError, MigrationDefinitionError};

use super::{apply::apply, file::RoomFile, restore, schema::migrations};
use crate::{
    record::{Kept, Record},
    update::KeepTrouble,
};

/// How often a file is looked at that somebody has: together two seconds. On a slow disk it takes a moment until one that
/// was just left is let go of, in this program or in the one before.
const LOOKS: u32 = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// What opening led to.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    /// The file, if it can be used.
    pub(crate) file: Option<RoomFile>,
    /// What was kept in it.
    pub(crate) kept: Kept,
    /// What the user should know.
    pub(crate) trouble: Option<KeepTrouble>,
}

/// Why a file cannot be used as it is.
#[derive(Debug)]
enum Unfit {
    /// It is to be left alone, for this reason.
    Leave(KeepTrouble),
    /// It is not what it must be.
    Damaged(LogError),
}

/// Opens a room's file, or makes it. One that is damaged is put aside, and a new one is begun with what could be read of
/// the lines in it: all else is a copy, and comes again from the host. Blocks.
pub(crate) fn open(file: &Path, only_lines: bool) -> Opened {
    let lock = match lock(file) {
        Ok(lock) => lock,
        Err(trouble) => return Opened { trouble: Some(trouble), ..Opened::default() },
    };
    let (error, lock) = match use_it(file, lock, only_lines) {
        Ok(opened) => return opened,
        Err((Unfit::Leave(trouble), _)) => {
            tracing::warn!(file = %file.display(), ?trouble, "nothing of this room is kept");
            return Opened { trouble: Some(trouble), ..Opened::default() };
        }
        Err((Unfit::Damaged(error), lock)) => (error, lock),
    };
    tracing::warn!(file = %file.display(), %error, "the copy of a room is damaged; it is put aside");
    match begin_anew(file).and_then(|()| use_it(file, lock, only_lines).map_err(|(unfit, _)| unfit)) {
        Ok(opened) => Opened { trouble: Some(KeepTrouble::SetAside), ..opened },
        Err(unfit) => Opened { trouble: Some(unfit.trouble()), ..Opened::default() },
    }
}

/// Removes a room's file and what belongs to it, such as when the user no longer wants the room. The room must have been
/// left. What was put aside as damaged stays.
pub fn forget_room(file: &Path) -> io::Result<()> {
    for end in ["", "-wal", "-shm", ".new", ".lock"] {
        match fs::remove_file(beside(file, end)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn use_it(file: &Path, lock: File, only_lines: bool) -> Result<Opened, (Unfit, File)> {
    match read(file) {
        Ok((db, kept)) => match RoomFile::start(file, db, only_lines, lock) {
            Ok(file) => Ok(Opened { file: Some(file), kept, trouble: None }),
            Err(error) => {
                tracing::warn!(%error, "a room's file cannot be used");
                Ok(Opened { trouble: Some(error.into()), ..Opened::default() })
            }
        },
        Err(unfit) => Err((unfit, lock)),
    }
}

fn read(file: &Path) -> Result<(Connection, Kept), Unfit> {
    if !file.exists() {
        if beside(file, "-wal").exists() {
            return Err(Unfit::Damaged(LogError::Damaged(
                "it is gone, and what belongs to it is not".to_owned(),
            )));
        }
        create(file, &migrations(), |_| Ok(())).map_err(|error| Unfit::Leave(error.into()))?;
    }
    // What the system does not let us touch is not damaged by that.
    let may_use = File::options().read(true).write(true).open(file).and_then(|file| file.metadata());
    let there = may_use.map_err(|error| Unfit::Leave(system(&error)))?;
    if there.len() == 0 {
        // `SQLite` takes a file without content for a new one. This one has had content ever since it was made.
        return Err(Unfit::Damaged(LogError::Damaged("it is empty".to_owned())));
    }
    let mut db = connect(file)?;
    migrations().to_latest(&mut db)?;
    // The app may have ended over that. What is left goes the next time that something is taken away.
    if let Err(error) = erase::clean(&db) {
        tracing::warn!(%error, "traces of a line that was taken away may be left");
    }
    let kept = restore::read(&db)?;
    Ok((db, kept))
}

/// Puts a damaged file aside, with all that belongs to it, and makes one with what can be read of it.
fn begin_anew(file: &Path) -> Result<(), Unfit> {
    let rescued = rescue(file);
    set_aside(file, &["-wal", "-shm", ""]).map_err(|error| Unfit::Leave(system(&error)))?;
    let whole = Record::Whole { kept: Box::new(rescued), anew: false };
    let content = |db: &Connection| apply(db, &whole).map(drop);
    create(file, &migrations(), content).map_err(|error| Unfit::Leave(error.into()))
}

fn rescue(file: &Path) -> Kept {
    reader_of(file).map(|db| restore::rescue(&db)).unwrap_or_default()
}

/// One program at a time keeps a room in a file. The lock ends with the program, however that ends.
fn lock(file: &Path) -> Result<File, KeepTrouble> {
    let lock = File::options().create(true).truncate(false).write(true).open(beside(file, ".lock"));
    let lock = lock.map_err(|error| system(&error))?;
    for _ in 0..LOOKS {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            // The system has no lock that is waited for only so long.
            Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN_LOOKS),
            Err(TryLockError::Error(error)) => return Err(system(&error)),
        }
    }
    Err(KeepTrouble::InUse)
}

fn system(error: &io::Error) -> KeepTrouble {
    tracing::warn!(%error, "a room's file");
    match error.kind() {
        io::ErrorKind::StorageFull => KeepTrouble::Full,
        _ => KeepTrouble::Damaged,
    }
}

impl From<LogError> for KeepTrouble {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Full => Self::Full,
            LogError::Damaged(_) | LogError::System(_) | LogError::Closed => Self::Damaged,
        }
    }
}

impl Unfit {
    fn trouble(self) -> KeepTrouble {
        match self {
            Self::Leave(trouble) => trouble,
            Self::Damaged(error) => error.into(),
        }
    }
}

impl From<LogError> for Unfit {
    fn from(error: LogError) -> Self {
        match error {
            error @ (LogError::Full | LogError::System(_)) => Self::Leave(error.into()),
            error => Self::Damaged(error),
        }
    }
}

impl From<MigrationError> for Unfit {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
                Self::Leave(KeepTrouble::TooNew)
            }
            MigrationError::RusqliteError { err, .. } => LogError::from(err).into(),
            error => Self::Damaged(LogError::Damaged(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_damaged_file_is_put_aside() {
        let refused = Unfit::from(LogError::System("the disk does not answer".to_owned()));
        assert!(matches!(refused, Unfit::Leave(KeepTrouble::Damaged)));
        assert!(matches!(Unfit::from(LogError::Full), Unfit::Leave(KeepTrouble::Full)));
        assert!(matches!(Unfit::from(LogError::Damaged("a page".to_owned())), Unfit::Damaged(_)));
    }
}

//! Opening a log: finding out what a file is before anything is written to it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use hearth_protocol::LogId;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite_migration::{Error as MigrationError, M, MigrationDefinitionError, Migrations};
use thiserror::Error;
use tokio::sync::watch;

use super::append::{head_of, trimmed_to};
use super::{Retention, SqliteLog, read};
use crate::db::{self, Indexer, Reader, Writer};
use crate::{LogError, db::SCHEMA};

// Names in the table `meta`.
pub(super) const LOG_ID: &str = "log";
pub(super) const NAME: &str = "name";
pub(super) const OWNER: &str = "owner";
pub(crate) const TRIMMED_TO: &str = "trimmed_to";
/// The newest number that was ever given out.
pub(crate) const HEAD: &str = "head";
pub(super) const KEEP_DAYS: &str = "keep_days";
pub(super) const KEEP_BYTES: &str = "keep_bytes";

/// Who comes to the room: what proves it, and how the log last told of them.
const GUESTS: &str = "
    CREATE TABLE guest (
        id INTEGER PRIMARY KEY,
        token TEXT UNIQUE,
        name INTEGER,
        classic INTEGER NOT NULL DEFAULT 0,
        here INTEGER NOT NULL DEFAULT 0,
        seen INTEGER NOT NULL DEFAULT 0
    ) STRICT;
";

/// Posts whose entries retention has taken.
const TRIMMED_POSTS: &str = "
    CREATE TABLE trimmed_post (seq INTEGER PRIMARY KEY, member INTEGER NOT NULL, post BLOB NOT NULL) STRICT;
    CREATE UNIQUE INDEX trimmed_post_post ON trimmed_post (post, member);
";

/// The newest number stands beside the rows: a page of them that loses its last ones to damage is no less sound for that.
const FIRST_HEAD: &str = "
    INSERT OR REPLACE INTO meta (key, value) SELECT 'head', max(
        coalesce((SELECT max(seq) FROM entry), 0),
        coalesce((SELECT value FROM meta WHERE key = 'trimmed_to'), 0)
    );
";

/// By which invitation somebody came, and what they may do. How many came by one is counted beside them, since who is away for
/// long is forgotten, and an invitation must not be good again for that.
const INVITES: &str = "
    ALTER TABLE guest ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE guest ADD COLUMN invite TEXT;
    CREATE TABLE admitted (invite TEXT NOT NULL PRIMARY KEY, people INTEGER NOT NULL) STRICT, WITHOUT ROWID;
";

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
    #[error("there is no space left for {}", .file.display())]
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

/// What is known of a log without opening it for writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its id.
    pub log: LogId,
    /// The room's name; its file's where that cannot be read.
    pub name: String,
    /// Its size on the disk, in bytes.
    pub bytes: u64,
    /// When the newest entry was written; `None` also when that cannot be read.
    pub last_at: Option<Timestamp>,
    /// How much is kept.
    pub retention: Retention,
}

impl SqliteLog {
    /// Opens a log that is there.
    pub fn open(file: &Path) -> Result<Self, OpenError> {
        let lock = lock(file)?;
        check_is_there(file)?;
        check_is_sound(file)?;
        let mut db = db::connect(file).map_err(|error| told(file, error))?;
        migrations().to_latest(&mut db).map_err(|error| migration_error(file, error))?;
        Self::start(file, db, lock).map_err(|error| told(file, error))
    }

    /// Opens a log, or makes one under this id and name when there is none.
    pub fn open_or_create(file: &Path, id: &LogId, name: &str) -> Result<Self, OpenError> {
        if !file.exists() {
            check_nothing_is_left(file)?;
            let _lock = lock(file)?;
            // Somebody may have been faster.
            if !file.exists() {
                create(file, id, name, |_| Ok(()))?;
            }
        }
        Self::open(file)
    }

    fn start(file: &Path, db: Connection, lock: File) -> Result<Self, LogError> {
        let id = id_of(&db)?;
        let head = head_of(&db)?;
        let reader = Reader::start(db::reader_of(file)?, "log-reader")?;
        let searcher = Reader::start(db::reader_of(file)?, "log-searcher")?;
        let writer = Writer::start(db, Indexer::default(), lock)?;
        let head = Arc::new(watch::Sender::new(head));
        Ok(Self { file: file.to_owned(), id, head, writer, reader, searcher })
    }
}

/// Removes a log and what belongs to it. One that is in use stays.
pub fn delete(file: &Path) -> Result<(), OpenError> {
    let _lock = lock(file)?;
    let system = |error: io::Error| OpenError::System { file: file.to_owned(), message: error.to_string() };
    for name in belongings(file).iter().filter(|name| name.exists()) {
        fs::remove_file(name).map_err(system)?;
    }
    Ok(())
}

/// Gives a log and what belongs to it another name, so that a new one can take its place. Gives the new name.
pub fn set_aside(file: &Path) -> Result<PathBuf, OpenError> {
    let _lock = lock(file)?;
    let system = |error: io::Error| OpenError::System { file: file.to_owned(), message: error.to_string() };
    let named =
        |n: u32| db::beside(file, &if n == 1 { ".damaged".to_owned() } else { format!(".damaged-{n}") });
    let aside = (1..1000)
        .map(named)
        .find(|name| belongings(name).iter().all(|name| !name.exists()))
        .unwrap_or_else(|| named(1));
    for (from, to) in belongings(file).iter().zip(belongings(&aside)).filter(|(from, _)| from.exists()) {
        fs::rename(from, to).map_err(system)?;
    }
    Ok(aside)
}

/// The file, and what stands beside it while it is in use or after a crash.
fn belongings(file: &Path) -> [PathBuf; 5] {
    ["", "-wal", "-shm", "-journal", ".lock"].map(|more| db::beside(file, more))
}

impl Summary {
    /// Looks at a log, which may be in use. Of a damaged one it tells what can be read: only a file without a log's id is
    /// none.
    pub fn of(file: &Path) -> Result<Self, OpenError> {
        check_is_there(file)?;
        let look = || {
            let db = db::reader_of(file)?;
            let log = id_of(&db)?;
            let name = db::meta(&db, NAME).map(Option::unwrap_or_default);
            let name = name.unwrap_or_else(|_| file.file_stem().unwrap_or_default().to_string_lossy().into());
            let last_at = last_at(&db).unwrap_or_default();
            let retention = Retention::of(&db).unwrap_or_default();
            Ok(Self { log, name, bytes: bytes(file), last_at, retention })
        };
        look().map_err(|error| told(file, error))
    }
}

fn last_at(db: &Connection) -> Result<Option<Timestamp>, LogError> {
    let newest = db::newest(db)?.map(|seq| db::at(db, seq)).transpose()?.flatten();
    Ok(newest.map(|entry| entry.at))
}

/// Makes a file for a log that does not exist yet, with this content. The caller has the lock.
pub(crate) fn create(
    file: &Path,
    id: &LogId,
    name: &str,
    content: impl FnOnce(&Connection) -> Result<(), LogError>,
) -> Result<(), OpenError> {
    check_nothing_is_left(file)?;
    let content = |db: &Connection| {
        db::set_meta(db, LOG_ID, id.as_str())?;
        db::set_meta(db, NAME, name)?;
        content(db)
    };
    db::create(file, &migrations(), content).map_err(|error| match error {
        // There was nothing yet that could be damaged.
        LogError::Damaged(message) => OpenError::System { file: file.to_owned(), message },
        error => told(file, error),
    })
}

/// The file and what stands beside it, in bytes.
pub(super) fn bytes(file: &Path) -> u64 {
    let size = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
    size(file) + size(&db::beside(file, "-wal"))
}

/// What made a log what it is, version by version.
const VERSIONS: [&str; 5] = [SCHEMA, GUESTS, TRIMMED_POSTS, FIRST_HEAD, INVITES];

/// The first version with the table of guests, and the first one with the newest number.
const WITH_GUESTS: usize = 2;
const WITH_HEAD: usize = 4;

fn migrations() -> Migrations<'static> {
    Migrations::new(VERSIONS.into_iter().map(M::up).collect())
}

/// Finds out whether a file is a log that this version can go on with, before anything of it is changed. The two ends are
/// looked at; what is between them when it is read.
fn check_is_sound(file: &Path) -> Result<(), OpenError> {
    let look = || {
        let db = db::look_at(file)?;
        let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let version = usize::try_from(version).unwrap_or_default();
        if version > VERSIONS.len() {
            return Ok(Some(OpenError::TooNew { file: file.to_owned() }));
        }
        if version == 0 {
            return Err(LogError::Damaged("it is no room of Hearth".to_owned()));
        }
        id_of(&db)?;
        if version >= WITH_GUESTS {
            // A guest's copy has entries too, and no guests.
            db.query_row("SELECT max(id) FROM guest", [], |_| Ok(()))?;
        }
        let newest = db::newest(&db)?.unwrap_or_default().max(trimmed_to(&db)?);
        let head = if version >= WITH_HEAD { head_of(&db)? } else { newest };
        if newest != head {
            return Err(LogError::Damaged(format!("its newest entry is {newest}, and should be {head}")));
        }
        read::check_ends(&db, head)?;
        Ok(None)
    };
    look().map_err(|error| told(file, error))?.map_or(Ok(()), Err)
}

fn id_of(db: &Connection) -> Result<LogId, LogError> {
    let id = db::meta::<String>(db, LOG_ID)?.and_then(|id| LogId::try_from(id).ok());
    id.ok_or_else(|| LogError::Damaged("it has no id".to_owned()))
}

/// One program at a time hosts a room. The lock ends with the program, however that ends.
pub(crate) fn lock(file: &Path) -> Result<File, OpenError> {
    let system = |error: &io::Error| match error.kind() {
        io::ErrorKind::StorageFull => OpenError::Full { file: file.to_owned() },
        _ => OpenError::System { file: file.to_owned(), message: error.to_string() },
    };
    let lock = File::options().create(true).truncate(false).write(true).open(db::beside(file, ".lock"));
    let lock = lock.map_err(|error| system(&error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { file: file.to_owned() }),
        Err(TryLockError::Error(error)) => Err(system(&error)),
    }
}

/// A room whose file is gone does not begin anew while something of it is left, which may be what was said last.
fn check_nothing_is_left(file: &Path) -> Result<(), OpenError> {
    let Some(left) = db::left_over(file) else { return Ok(()) };
    let why = format!("it is gone, and {}, which belongs to it, is not", left.display());
    Err(OpenError::Damaged { file: file.to_owned(), why })
}

/// `SQLite` takes a file without content for a new one. A log has had content ever since it was made.
fn check_is_there(file: &Path) -> Result<(), OpenError> {
    match fs::metadata(file) {
        Ok(there) if there.len() == 0 => {
            Err(OpenError::Damaged { file: file.to_owned(), why: "it is empty".to_owned() })
        }
        Ok(_) => Ok(()),
        Err(error) => Err(OpenError::System { file: file.to_owned(), message: error.to_string() }),
    }
}

fn migration_error(file: &Path, error: MigrationError) -> OpenError {
    match error {
        MigrationError::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
            OpenError::TooNew { file: file.to_owned() }
        }
        MigrationError::RusqliteError { err, .. } => told(file, err.into()),
        error => told(file, LogError::Damaged(error.to_string())),
    }
}

pub(crate) fn told(file: &Path, error: LogError) -> OpenError {
    let file = file.to_owned();
    match error {
        LogError::Full => OpenError::Full { file },
        LogError::Damaged(why) => OpenError::Damaged { file, why },
        LogError::System(message) => OpenError::System { file, message },
        LogError::Closed => OpenError::System { file, message: error.to_string() },
    }
}

//! Opening a log: finding out what a file is before anything is written to it.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use hearth_protocol::LogId;
use hearth_store::error::LogError;
use hearth_store::index::Indexer;
use hearth_store::reader::Reader;
use hearth_store::writer::Writer;
use hearth_store::{meta, open, rows};
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::watch;

use super::SqliteLog;
use super::error::OpenError;
use super::files::{self, lock};
use super::meta::{LOG_ID, NAME, head, log_id, trimmed_to};
use super::read;
use super::retention::Retention;
use super::schema::{NEWEST, WITH_GUESTS, WITH_HEAD, migrations};

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
        let (db, lock) = brought_up_to_date(file)?;
        Self::start(file, db, lock).map_err(|error| OpenError::of(file, error))
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
        let id = log_id(&db)?;
        let head = head(&db)?;
        let reader = Reader::start(open::reader_of(file)?, "log-reader")?;
        let searcher = Reader::start(open::reader_of(file)?, "log-searcher")?;
        let writer = Writer::start(db, Indexer::default(), lock)?;
        let head = Arc::new(watch::Sender::new(head));
        Ok(Self { file: file.to_owned(), id, head, writer, reader, searcher })
    }
}

impl Summary {
    /// Looks at a log, which may be in use. Of a damaged one it tells what can be read: only a file without a log's id is
    /// none.
    pub fn of(file: &Path) -> Result<Self, OpenError> {
        check_is_there(file)?;
        let look = || {
            let db = open::reader_of(file)?;
            let log = log_id(&db)?;
            let name = meta::get(&db, NAME).map(Option::unwrap_or_default);
            let name = name.unwrap_or_else(|_| file.file_stem().unwrap_or_default().to_string_lossy().into());
            let last_at = last_at(&db).unwrap_or_default();
            let retention = Retention::of(&db).unwrap_or_default();
            Ok(Self { log, name, bytes: files::bytes(file), last_at, retention })
        };
        look().map_err(|error| OpenError::of(file, error))
    }
}

/// Opens a file to change it, and makes of it what this version writes. Nobody else does while the second of these is there.
pub(super) fn brought_up_to_date(file: &Path) -> Result<(Connection, File), OpenError> {
    let lock = lock(file)?;
    check_is_there(file)?;
    check_is_sound(file)?;
    let mut db = open::connect(file).map_err(|error| OpenError::of(file, error))?;
    migrations().to_latest(&mut db).map_err(|error| OpenError::of_migration(file, error))?;
    Ok((db, lock))
}

fn last_at(db: &Connection) -> Result<Option<Timestamp>, LogError> {
    let newest = rows::newest(db)?.map(|seq| rows::at(db, seq)).transpose()?.flatten();
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
        meta::set(db, LOG_ID, id.as_str())?;
        meta::set(db, NAME, name)?;
        content(db)
    };
    open::create(file, &migrations(), content).map_err(|error| match error {
        // There was nothing yet that could be damaged.
        LogError::Damaged(message) => OpenError::System { file: file.to_owned(), message },
        error => OpenError::of(file, error),
    })
}

/// Finds out whether a file is a log that this version can go on with, before anything of it is changed. The two ends are
/// looked at; what is between them when it is read.
fn check_is_sound(file: &Path) -> Result<(), OpenError> {
    let look = || {
        let db = open::look_at(file)?;
        let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let version = usize::try_from(version).unwrap_or_default();
        if version > NEWEST {
            return Ok(Some(OpenError::TooNew { file: file.to_owned() }));
        }
        if version == 0 {
            return Err(LogError::Damaged("it is no room of Hearth".to_owned()));
        }
        log_id(&db)?;
        if version >= WITH_GUESTS {
            // A guest's copy has entries too, and no guests.
            db.query_row("SELECT max(id) FROM guest", [], |_| Ok(()))?;
        }
        let newest = rows::newest(&db)?.unwrap_or_default().max(trimmed_to(&db)?);
        let head = if version >= WITH_HEAD { head(&db)? } else { newest };
        if newest != head {
            return Err(LogError::Damaged(format!("its newest entry is {newest}, and should be {head}")));
        }
        read::check_ends(&db, head)?;
        Ok(None)
    };
    look().map_err(|error| OpenError::of(file, error))?.map_or(Ok(()), Err)
}

/// A room whose file is gone does not begin anew while something of it is left, which may be what was said last.
fn check_nothing_is_left(file: &Path) -> Result<(), OpenError> {
    let Some(left) = open::left_over(file) else { return Ok(()) };
    let why = format!("it is gone, and {}, which belongs to it, is not", left.display());
    Err(OpenError::Damaged { file: file.to_owned(), why })
}

/// `SQLite` takes a file without content for a new one. A log has had content ever since it was made.
pub(super) fn check_is_there(file: &Path) -> Result<(), OpenError> {
    match fs::metadata(file) {
        Ok(there) if there.len() == 0 => {
            Err(OpenError::Damaged { file: file.to_owned(), why: "it is empty".to_owned() })
        }
        Ok(_) => Ok(()),
        Err(error) => Err(OpenError::System { file: file.to_owned(), message: error.to_string() }),
    }
}

//! Opening: connections to a `SQLite` file, and making one.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::Migrations;

use crate::error::LogError;

/// How long a connection waits for another one that holds the file, such as an export that begins: far longer than any
/// of ours holds it.
pub(crate) const BUSY: std::time::Duration = std::time::Duration::from_secs(5);

/// Prepared statements that a connection keeps.
const STATEMENTS: usize = 64;

/// What stands beside a file that is not there, although it belongs to it. `SQLite` takes all of them for parts of a file
/// that is made there later: pages of the old one would take the place of those of the new one.
pub fn left_over(file: &Path) -> Option<PathBuf> {
    let mut names = ["-wal", "-journal", "-shm"].into_iter().map(|more| beside(file, more));
    names.find(|name| name.exists()).filter(|_| !file.exists())
}

/// Makes a file with these tables and this content, for this user alone. It is there whole or not at all. Nothing may be
/// [`left_over`] of an earlier one.
pub fn create(
    file: &Path,
    migrations: &Migrations<'_>,
    content: impl FnOnce(&Connection) -> Result<(), LogError>,
) -> Result<(), LogError> {
    // What is shared while a file is in use (-shm) holds nothing that could get into another one.
    if let Some(left) = left_over(file).filter(|left| *left != beside(file, "-shm")) {
        return Err(LogError::Damaged(format!(
            "{} is there, and belongs to a file that is gone",
            left.display()
        )));
    }
    let new = beside(file, ".new");
    // Of an attempt that was cut short.
    remove(&new)?;
    let made = make(&new, migrations, content);
    if made.is_err() {
        // What is told is why it could not be made.
        let _ = remove(&new);
    }
    made?;
    fs::rename(&new, file)?;
    // The new name itself must reach the disk too.
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn make(
    new: &Path,
    migrations: &Migrations<'_>,
    content: impl FnOnce(&Connection) -> Result<(), LogError>,
) -> Result<(), LogError> {
    make_private(new)?;
    let mut db = Connection::open(new)?;
    be_thorough(&db)?;
    // So that a room that is trimmed gives its space back.
    db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    migrations.to_latest(&mut db).map_err(|error| LogError::Damaged(error.to_string()))?;
    let made = db.unchecked_transaction()?;
    content(&made)?;
    made.commit()?;
    db.close().map_err(|(_, error)| error)?;
    Ok(fs::File::open(new)?.sync_all()?)
}

fn remove(file: &Path) -> Result<(), LogError> {
    for name in [file.to_owned(), beside(file, "-wal"), beside(file, "-shm"), beside(file, "-journal")] {
        match fs::remove_file(name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// A connection that may change the file. What it commits has reached the disk.
pub fn connect(file: &Path) -> Result<Connection, LogError> {
    let db = open(file)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    // macOS returns from a plain fsync when the disk has what it was given, not when it has written it. Elsewhere these
    // change nothing.
    db.pragma_update(None, "fullfsync", true)?;
    db.pragma_update(None, "checkpoint_fullfsync", true)?;
    be_thorough(&db)?;
    Ok(db)
}

/// A connection that reads beside the one that writes.
pub fn reader_of(file: &Path) -> Result<Connection, LogError> {
    let db = open(file)?;
    db.pragma_update(None, "query_only", true)?;
    Ok(db)
}

/// A connection that looks at a file and changes nothing of it, nor of what stands beside it. Nobody may be about to
/// change the file: the caller has its lock.
pub fn look_at(file: &Path) -> Result<Connection, LogError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = if beside(file, "-wal").exists() {
        Connection::open_with_flags(file, flags)?
    } else {
        // Nothing but the file is looked at then. Otherwise `SQLite` puts files of its own beside one that was in use.
        Connection::open_with_flags(unchanging(file), flags | OpenFlags::SQLITE_OPEN_URI)?
    };
    be_careful(&db)?;
    Ok(db)
}

/// The file as an address that says that nobody changes it (sqlite.org/uri.html).
fn unchanging(file: &Path) -> String {
    let mut name = file.as_os_str().as_encoded_bytes().to_vec();
    if cfg!(windows) {
        let slashes = file.to_string_lossy().trim_start_matches(r"\\?\").replace('\\', "/");
        name = format!("{}{slashes}", if file.is_absolute() { "/" } else { "" }).into_bytes();
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~:".contains(&byte);
    let encoded = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let host = if file.is_absolute() { "//" } else { "" };
    format!("file:{host}{}?immutable=1", name.into_iter().map(encoded).collect::<String>())
}

fn open(file: &Path) -> Result<Connection, LogError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags)?;
    db.busy_timeout(BUSY)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    be_careful(&db)?;
    Ok(db)
}

fn be_careful(db: &Connection) -> Result<(), LogError> {
    // A damaged page is found when it is read, not believed.
    db.pragma_update(None, "cell_size_check", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    Ok(())
}

/// What is removed is overwritten: what was taken back is not to be found in the file.
fn be_thorough(db: &Connection) -> Result<(), LogError> {
    Ok(db.pragma_update(None, "secure_delete", true)?)
}

#[cfg(unix)]
fn make_private(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map(drop)
}

#[cfg(not(unix))]
fn make_private(file: &Path) -> std::io::Result<()> {
    fs::OpenOptions::new().write(true).create_new(true).open(file).map(drop)
}

/// A file whose name is this one's and more.
pub fn beside(file: &Path, more: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_committed_reaches_the_disk_on_every_system() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("room.db");
        let tables = Migrations::new(vec![rusqlite_migration::M::up("CREATE TABLE a (b)")]);
        create(&file, &tables, |_| Ok(())).expect("made");
        let db = connect(&file).expect("opened");
        let value = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
        let values = ["synchronous", "fullfsync", "checkpoint_fullfsync", "secure_delete"]
            .map(|pragma| value(pragma).expect(pragma));
        assert_eq!(values, [2, 1, 1, 1], "2 is FULL");
    }

    #[test]
    fn a_file_of_any_name_can_be_looked_at() {
        let folder = tempfile::tempdir().expect("a folder");
        let tables = Migrations::new(vec![rusqlite_migration::M::up("CREATE TABLE a (b)")]);
        for name in ["room.db", "a b.db", "读书会 #1?.db", "100%41&immutable=0.db"] {
            let file = folder.path().join(name);
            create(&file, &tables, |_| Ok(())).expect("made");
            let count: i64 = look_at(&file)
                .and_then(|db| Ok(db.query_row("SELECT count(*) FROM a", [], |row| row.get(0))?))
                .expect(name);
            assert_eq!(count, 0);
        }
    }
}

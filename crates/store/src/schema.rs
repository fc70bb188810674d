//! The schema that every file with entries has, whoever keeps it, and its migrations from version to version.

use rusqlite_migration::M;

use crate::migrate;

/// The first version of the tables.
///
/// - `entry.prev` is empty where it is the number before `seq`; `entry.sum` is over all that the row means, names
///   included, so that a damaged row is told and never read.
/// - `words` is the index: it holds no text, follows the entries at its own pace (`meta.indexed_to`), and can be made
///   anew from them.
const ENTRIES: &str = "
    CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
    CREATE TABLE member (id INTEGER PRIMARY KEY, member TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE name (id INTEGER PRIMARY KEY, nickname TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY,
        prev INTEGER,
        at INTEGER NOT NULL,
        member INTEGER NOT NULL,
        name INTEGER NOT NULL,
        post BLOB,
        kind INTEGER NOT NULL,
        text TEXT,
        more TEXT,
        sum INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX entry_post ON entry (post, member) WHERE post IS NOT NULL;
    CREATE VIRTUAL TABLE words USING fts5 (
        tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
    );
";

/// An entry may be about another one (`entry.about`), and what it has beside its text (`entry.more`) is JSON.
const ABOUT: &str = "
    ALTER TABLE entry ADD COLUMN about INTEGER;
    CREATE INDEX entry_about ON entry (about) WHERE about IS NOT NULL;
";

/// The step to the first version.
pub fn entries() -> M<'static> {
    M::up(ENTRIES)
}

/// The step to entries that are about others. Who keeps the file says where it stands among steps of their own.
pub fn about() -> M<'static> {
    M::up_with_hook(ABOUT, |db: &rusqlite::Transaction<'_>| migrate::rewrite(db))
}

/// The step after which texts are cut into other words: the index begins anew, and has everything when it has had the time.
pub fn other_words() -> M<'static> {
    M::up_with_hook("", |db: &rusqlite::Transaction<'_>| migrate::forget_words(db))
}

/// The step to kinds that are about a line. Earlier versions do not know them in a row, and would take what is said so for damage:
/// from this step on they say that the file is newer. What they were sent of these kinds and kept as unknown is read anew.
pub fn about_lines() -> M<'static> {
    M::up_with_hook("", |db: &rusqlite::Transaction<'_>| migrate::read_anew(db))
}

/// The tables, in memory.
#[cfg(test)]
pub(crate) fn in_memory() -> rusqlite::Connection {
    let mut db = rusqlite::Connection::open_in_memory().expect("a database");
    rusqlite_migration::Migrations::new(vec![entries(), about(), other_words(), about_lines()])
        .to_latest(&mut db)
        .expect("tables");
    db
}

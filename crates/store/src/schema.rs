//! The schema that every file with entries has, whoever keeps it.

/// The tables that every file with entries has.
///
/// - `entry.prev` is empty where it is the number before `seq`; `entry.sum` is over all that the row means, names
///   included, so that a damaged row is told and never read.
/// - `words` is the index: it holds no text, follows the entries at its own pace (`meta.indexed_to`), and can be made
///   anew from them.
pub const SCHEMA: &str = "
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

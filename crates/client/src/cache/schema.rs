//! The schema of a room's file, and its migrations from version to version.

use hearth_store::schema;
use rusqlite_migration::{M, Migrations};

/// What a copy has beside the entries. A line has a checksum over what it would send.
const TABLES: &str = r#"
    CREATE TABLE gap (after INTEGER PRIMARY KEY, "to" INTEGER NOT NULL) STRICT;
    CREATE TABLE line (
        place INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        text TEXT NOT NULL,
        state TEXT NOT NULL,
        went_out TEXT,
        stored INTEGER,
        sum INTEGER NOT NULL
    ) STRICT;
"#;

/// What an act does that is no line, as JSON. Lines stand in `text`.
const VERBS: &str = "ALTER TABLE line ADD COLUMN what TEXT;";

/// What made a file what it is, version by version.
pub(super) fn migrations() -> Migrations<'static> {
    let versions = vec![
        schema::entries(),
        M::up(TABLES),
        schema::about(),
        M::up(VERBS),
        schema::other_words(),
        schema::about_lines(),
    ];
    Migrations::new(versions)
}

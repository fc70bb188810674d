//! The schema of a log's file, and its migrations from version to version.

use hearth_store::schema;
use rusqlite_migration::{M, Migrations};

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

/// What somebody may do has more than two answers.
const ROLES: &str = "
    ALTER TABLE guest ADD COLUMN role TEXT NOT NULL DEFAULT 'member';
    UPDATE guest SET role = 'reader' WHERE reader;
    ALTER TABLE guest DROP COLUMN reader;
";

/// The newest version.
pub(super) const NEWEST: usize = 9;

/// The first version with the table of guests, and the first one with the newest number.
pub(super) const WITH_GUESTS: usize = 2;
pub(super) const WITH_HEAD: usize = 4;

/// What made a log what it is, version by version.
pub(super) fn migrations() -> Migrations<'static> {
    let versions: [M<'static>; NEWEST] = [
        schema::entries(),
        M::up(GUESTS),
        M::up(TRIMMED_POSTS),
        M::up(FIRST_HEAD),
        M::up(INVITES),
        schema::about(),
        M::up(ROLES),
        schema::other_words(),
        schema::about_lines(),
    ];
    Migrations::new(versions.into())
}

//! Putting records into the file.

use hearth_log::{
    LogError,
    db::{self, Task},
};
use hearth_protocol::{Dialect, Entry, Gap, LogId, Page, PostId, Seq, You};
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use super::{Kept, KeptLine, KeptLog, Record, recall};

// Names in the table `meta`. Those of the log and of the room are what a host's file has too, so that a copy can be exported
// like one.
pub(super) const LOG_ID: &str = "log";
pub(super) const NAME: &str = "name";
pub(super) const DIALECT: &str = "dialect";
pub(super) const CURSOR: &str = "cursor";
/// The host has nothing before the entry that follows on this place.
pub(super) const BEGINS_AFTER: &str = "begins_after";
pub(super) const TOKEN: &str = "token";
pub(super) const MEMBER: &str = "member";
pub(super) const NICKNAME: &str = "nickname";

/// How much of a room is kept, in bytes on the disk: millions of lines. It is a copy, and what is older the host has; but
/// no host, busy or hostile, is to fill somebody else's disk.
const COPY_BYTES: u64 = 512 * 1024 * 1024;

/// Entries that go at a time when it is too much.
const TRIMMED: i64 = 2000;

/// What a copy has beside the entries. A line has a checksum over what it would send.
pub(super) const TABLES: &str = r#"
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

/// Records on their way to the disk: all of them or none.
pub(super) struct Write {
    pub(super) records: Vec<Record>,
    /// Of the room's entries nothing is kept.
    pub(super) only_lines: bool,
    pub(super) reply: oneshot::Sender<Result<(), LogError>>,
}

impl Task for Write {
    fn apply(&mut self, db: &Connection) -> Result<(), LogError> {
        if self.only_lines {
            return self.records.iter().try_for_each(|record| apply_to_lines(db, record));
        }
        self.records.iter().try_for_each(|record| apply(db, record))?;
        trim(db, COPY_BYTES)
    }

    fn done(self: Box<Self>, outcome: Result<(), LogError>) {
        // Whoever has asked may be gone.
        let _ = self.reply.send(outcome);
    }
}

/// Makes a change.
pub(super) fn apply(db: &Connection, record: &Record) -> Result<(), LogError> {
    match record {
        Record::Member { token, you, name } => {
            if let Some(token) = token {
                db::set_meta(db, TOKEN, token.as_str())?;
            }
            put_you(db, you)?;
            put_name(db, name.as_deref())
        }
        Record::Log { id, dialect, after } => {
            clear(db)?;
            put_log(db, id, *dialect, *after)?;
            forget_acks(db)
        }
        Record::Entry(entry) => {
            add(db, entry)?;
            db::set_meta(db, CURSOR, signed(entry.seq))
        }
        Record::Gap(gap) => {
            put_gap(db, *gap)?;
            db::set_meta(db, CURSOR, signed(gap.to))
        }
        Record::Page(page) => put_page(db, page),
        Record::Line(line) => put_line(db, line),
        Record::Gone(id) => remove_line(db, *id),
        Record::Whole { kept, anew } => put_whole(db, kept, *anew),
    }
}

/// Lets go of the oldest entries when all together are too large.
pub(super) fn trim(db: &Connection, limit: u64) -> Result<(), LogError> {
    let number = |pragma: &str| db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    let used = (number("page_count")? - number("freelist_count")?) * number("page_size")?;
    if u64::try_from(used).unwrap_or(0) <= limit {
        return Ok(());
    }
    let oldest = "SELECT max(seq) FROM (SELECT seq FROM entry ORDER BY seq LIMIT ?1)";
    if let Some(to) = db.query_row(oldest, [TRIMMED], |row| row.get::<_, Option<i64>>(0))? {
        db::remove_up_to(db, seq(to)?)?;
        db.execute("DELETE FROM gap WHERE \"to\" <= ?1", [to])?;
        // The host has more before the oldest entry now, for all that is known here.
        db::set_meta(db, BEGINS_AFTER, None::<i64>)?;
    }
    Ok(())
}

/// Makes of a change what concerns the own lines. Whether a line is stored the log itself tells, which knows it by its id.
fn apply_to_lines(db: &Connection, record: &Record) -> Result<(), LogError> {
    match record {
        Record::Member { .. } | Record::Line(_) | Record::Gone(_) => apply(db, record),
        Record::Log { .. } => forget_acks(db),
        Record::Entry(entry) => entry.id.map_or(Ok(()), |id| remove_line(db, id)),
        Record::Gap(_) => Ok(()),
        Record::Page(page) => {
            page.entries.iter().filter_map(|entry| entry.id).try_for_each(|id| remove_line(db, id))
        }
        Record::Whole { kept, .. } => {
            let lines = Kept { log: None, entries: Vec::new(), gaps: Vec::new(), ..kept.as_ref().clone() };
            put_whole(db, &lines, false)
        }
    }
}

/// What acks said of a log that is no more.
fn forget_acks(db: &Connection) -> Result<(), LogError> {
    db.execute("UPDATE line SET stored = NULL", [])?;
    Ok(())
}

fn put_whole(db: &Connection, kept: &Kept, anew: bool) -> Result<(), LogError> {
    let Kept { token, you, name, log, entries, gaps, lines } = kept;
    let known = db::meta::<String>(db, LOG_ID)?;
    if anew || known.as_deref() != log.as_ref().map(|log| log.id.as_str()) {
        clear(db)?;
    }
    db::set_meta(db, TOKEN, token.as_ref().map(hearth_protocol::MemberToken::as_str))?;
    if let Some(you) = you {
        put_you(db, you)?;
    }
    put_name(db, name.as_deref())?;
    if let Some(KeptLog { id, dialect, cursor, .. }) = log {
        put_log(db, id, *dialect, *cursor)?;
    }
    entries.iter().try_for_each(|entry| add(db, entry))?;
    gaps.iter().try_for_each(|gap| put_gap(db, *gap))?;
    db.execute("DELETE FROM line", [])?;
    lines.iter().try_for_each(|line| put_line(db, line))
}

fn clear(db: &Connection) -> Result<(), LogError> {
    db::clear(db)?;
    db.execute_batch("DELETE FROM gap")?;
    for name in [LOG_ID, DIALECT, CURSOR, BEGINS_AFTER] {
        db::set_meta(db, name, None::<i64>)?;
    }
    Ok(())
}

fn put_log(db: &Connection, id: &LogId, dialect: Dialect, cursor: Seq) -> Result<(), LogError> {
    db::set_meta(db, LOG_ID, id.as_str())?;
    db::set_meta(db, DIALECT, dialect_name(dialect))?;
    db::set_meta(db, CURSOR, signed(cursor))
}

fn put_you(db: &Connection, you: &You) -> Result<(), LogError> {
    db::set_meta(db, MEMBER, you.member.as_str())?;
    db::set_meta(db, NICKNAME, you.nickname.as_str())
}

fn put_name(db: &Connection, name: Option<&str>) -> Result<(), LogError> {
    name.map_or(Ok(()), |name| db::set_meta(db, NAME, name))
}

fn put_gap(db: &Connection, gap: Gap) -> Result<(), LogError> {
    // One that begins where a known one does is that one, longer now.
    let mut statement = db.prepare_cached(r#"INSERT OR REPLACE INTO gap (after, "to") VALUES (?1, ?2)"#)?;
    statement.execute(params![signed(gap.after), signed(gap.to)])?;
    Ok(())
}

fn put_page(db: &Connection, page: &Page) -> Result<(), LogError> {
    page.entries.iter().try_for_each(|entry| add(db, entry))?;
    if page.more || page.after.is_some() {
        return Ok(());
    }
    let first = page.entries.first().map(|entry| entry.prev);
    let begins_after = match first {
        Some(prev) => Some(prev),
        None => recall::place_before(db, page.before, Seq::ZERO)?,
    };
    begins_after.map_or(Ok(()), |place| db::set_meta(db, BEGINS_AFTER, signed(place)))
}

/// Adds an entry where it belongs. An own line of its id is a line no more.
fn add(db: &Connection, entry: &Entry) -> Result<(), LogError> {
    if let Some(id) = entry.id {
        remove_line(db, id)?;
    }
    let mut find = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM entry WHERE seq = ?1)")?;
    if find.query_row([signed(entry.seq)], |row| row.get(0))? {
        return Ok(());
    }
    let twin = match entry.id {
        Some(id) => db::place_of(db, &entry.from.member, id)?.is_some(),
        None => false,
    };
    // A host that has lost what it knew may have stored a post twice. The file knows each by one entry.
    let entry = &Entry { id: entry.id.filter(|_| !twin), ..entry.clone() };
    db::insert(db, entry)?;
    db::index_late(db, entry)
}

fn put_line(db: &Connection, line: &KeptLine) -> Result<(), LogError> {
    let KeptLine { own, went_out, stored } = line;
    let state = serde_json::to_string(&own.state).map_err(|error| LogError::Damaged(error.to_string()))?;
    let went_out = went_out.map(dialect_name);
    let sum = line_sum(own.id, &own.text, &state, went_out);
    let mut statement = db.prepare_cached(
        "INSERT INTO line (id, text, state, went_out, stored, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET text = ?2, state = ?3, went_out = ?4, stored = ?5, sum = ?6",
    )?;
    let id = own.id.uuid();
    let id = id.as_bytes().as_slice();
    statement.execute(params![id, own.text, state, went_out, stored.map(signed), sum])?;
    Ok(())
}

fn remove_line(db: &Connection, id: PostId) -> Result<(), LogError> {
    let mut statement = db.prepare_cached("DELETE FROM line WHERE id = ?1")?;
    statement.execute([id.uuid().as_bytes().as_slice()])?;
    Ok(())
}

/// CRC-32 of what a line would send, and whether.
pub(super) fn line_sum(id: PostId, text: &str, state: &str, went_out: Option<&str>) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(id.uuid().as_bytes());
    // With its length, so that no part can lose to its neighbour.
    for part in [text, state, went_out.unwrap_or_default()] {
        sum.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
        sum.update(part.as_bytes());
    }
    sum.finalize()
}

pub(super) const fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V1 => "v1",
        Dialect::Classic => "classic",
    }
}

/// Integers in `SQLite` are signed. Sequence numbers stay below 2^53.
pub(super) fn signed(seq: Seq) -> i64 {
    i64::try_from(seq.get()).unwrap_or(i64::MAX)
}

/// A number as it was stored.
pub(super) fn seq(stored: i64) -> Result<Seq, LogError> {
    let seq = u64::try_from(stored).ok().and_then(|seq| Seq::try_from(seq).ok());
    seq.ok_or_else(|| LogError::Damaged("a number that is none".to_owned()))
}

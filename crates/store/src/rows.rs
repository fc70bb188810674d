//! Entries as rows. What a row means is summed up in it: a row that does not add up is an error, never an entry.

use std::sync::Arc;

use hearth_protocol::{Author, Body, Dialect, Entry, MemberId, Nickname, PostId, Seq};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::error::LogError;
use crate::seq_column::SeqColumn;

const MESSAGE: u8 = 0;
const JOINED: u8 = 1;
const LEFT: u8 = 2;
const RENAMED: u8 = 3;
/// What this version had no words for when it was stored.
const UNKNOWN: u8 = 255;

const CLASSIC: &str = "classic";

const COLUMNS: &str =
    "SELECT e.seq, e.prev, e.at, m.member, n.nickname, e.post, e.kind, e.text, e.more, e.sum
    FROM entry e LEFT JOIN member m ON m.id = e.member LEFT JOIN name n ON n.id = e.name";

/// Adds an entry in its place.
pub fn insert(db: &Connection, entry: &Entry) -> Result<(), LogError> {
    let member = member_id(db, &entry.from.member)?;
    let name = name_id(db, &entry.from.nickname)?;
    let (kind, text, more) = parts(&entry.body);
    let prev = (entry.prev.next() != entry.seq).then_some(SeqColumn(entry.prev));
    let at = entry.at.as_millisecond();
    let post = entry.id.map(|id| *id.uuid().as_bytes());
    let mut statement = db.prepare_cached(
        "INSERT INTO entry (seq, prev, at, member, name, post, kind, text, more, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let sum = sum(entry.seq, entry.prev, at, &entry.from, post.as_ref(), kind, text, more);
    let post = post.as_ref().map(<[u8; 16]>::as_slice);
    statement.execute(params![SeqColumn(entry.seq), prev, at, member, name, post, kind, text, more, sum])?;
    Ok(())
}

/// The row of a member, made if it is new.
pub fn member_id(db: &Connection, member: &MemberId) -> Result<i64, LogError> {
    id_of(
        db,
        member.as_str(),
        "SELECT id FROM member WHERE member = ?1",
        "INSERT INTO member (member) VALUES (?1)",
    )
}

/// The row of a nickname, made if it is new.
pub fn name_id(db: &Connection, nickname: &Nickname) -> Result<i64, LogError> {
    id_of(
        db,
        nickname.as_str(),
        "SELECT id FROM name WHERE nickname = ?1",
        "INSERT INTO name (nickname) VALUES (?1)",
    )
}

fn id_of(db: &Connection, text: &str, find: &str, add: &str) -> Result<i64, LogError> {
    if let Some(id) = db.prepare_cached(find)?.query_row([text], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    db.prepare_cached(add)?.execute([text])?;
    Ok(db.last_insert_rowid())
}

/// Up to `limit` entries after `after` and before `before`, oldest first.
pub fn read_after(
    db: &Connection,
    after: Seq,
    before: Seq,
    limit: usize,
) -> Result<Vec<Arc<Entry>>, LogError> {
    let sql = format!("{COLUMNS} WHERE e.seq > ?1 AND e.seq < ?2 ORDER BY e.seq LIMIT ?3");
    read(db, &sql, after, before, limit)
}

/// The newest `limit` entries before `before` and after `after`, newest first.
pub fn read_before(
    db: &Connection,
    after: Seq,
    before: Seq,
    limit: usize,
) -> Result<Vec<Arc<Entry>>, LogError> {
    let sql = format!("{COLUMNS} WHERE e.seq > ?1 AND e.seq < ?2 ORDER BY e.seq DESC LIMIT ?3");
    read(db, &sql, after, before, limit)
}

fn read(
    db: &Connection,
    sql: &str,
    after: Seq,
    before: Seq,
    limit: usize,
) -> Result<Vec<Arc<Entry>>, LogError> {
    let mut statement = db.prepare_cached(sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![SeqColumn(after), SeqColumn(before), limit])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(Arc::new(entry(row)?));
    }
    Ok(entries)
}

/// The numbers of up to `limit` entries after `after`, whether or not these can be read.
pub(crate) fn numbers_after(db: &Connection, after: Seq, limit: usize) -> Result<Vec<Seq>, LogError> {
    let sql = "SELECT seq FROM entry WHERE seq > ?1 AND seq < ?2 ORDER BY seq LIMIT ?3";
    numbers(db, sql, after, Seq::MAX, limit)
}

/// The numbers of the newest `limit` entries before `before` and after `after`, newest first, whether or not these can be
/// read.
pub(crate) fn numbers_before(
    db: &Connection,
    after: Seq,
    before: Seq,
    limit: usize,
) -> Result<Vec<Seq>, LogError> {
    let sql = "SELECT seq FROM entry WHERE seq > ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";
    numbers(db, sql, after, before, limit)
}

fn numbers(db: &Connection, sql: &str, after: Seq, before: Seq, limit: usize) -> Result<Vec<Seq>, LogError> {
    let mut statement = db.prepare_cached(sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![SeqColumn(after), SeqColumn(before), limit])?;
    let mut numbers = Vec::new();
    while let Some(row) = rows.next()? {
        numbers.push(row.get::<_, SeqColumn>(0)?.0);
    }
    Ok(numbers)
}

/// The entry of this number.
pub fn at(db: &Connection, seq: Seq) -> Result<Option<Arc<Entry>>, LogError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE e.seq = ?1"))?;
    let mut rows = statement.query([SeqColumn(seq)])?;
    rows.next()?.map(|row| Ok(Arc::new(entry(row)?))).transpose()
}

/// Where a member's post is.
pub fn place_of(db: &Connection, member: &MemberId, id: PostId) -> Result<Option<Seq>, LogError> {
    let mut statement = db.prepare_cached(
        "SELECT seq FROM entry WHERE post = ?1 AND member = (SELECT id FROM member WHERE member = ?2)",
    )?;
    let post = id.uuid();
    let find = params![post.as_bytes().as_slice(), member.as_str()];
    let seq = statement.query_row(find, |row| row.get(0)).optional()?;
    Ok(seq.map(|SeqColumn(seq)| seq))
}

/// The newest entry's number.
pub fn newest(db: &Connection) -> Result<Option<Seq>, LogError> {
    end(db, "SELECT max(seq) FROM entry")
}

/// The newest number that any readable part of a damaged file tells of. Looks through all of it.
pub fn newest_readable(db: &Connection) -> Seq {
    let rows = "SELECT seq FROM entry NOT INDEXED ORDER BY seq";
    // The index of posts stands on other pages than the rows.
    let posts = "SELECT seq FROM entry INDEXED BY entry_post WHERE post IS NOT NULL";
    let last_of = |sql: &str| -> Result<Seq, LogError> {
        let mut statement = db.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut last = Seq::ZERO;
        while let Ok(Some(row)) = rows.next() {
            last = last.max(row.get(0).map_or(Seq::ZERO, |SeqColumn(seq)| seq));
        }
        Ok(last)
    };
    // What cannot be asked at all tells of nothing.
    [rows, posts].map(|sql| last_of(sql).unwrap_or_default()).into_iter().max().unwrap_or_default()
}

/// The oldest entry's number.
pub fn oldest(db: &Connection) -> Result<Option<Seq>, LogError> {
    end(db, "SELECT min(seq) FROM entry")
}

fn end(db: &Connection, sql: &str) -> Result<Option<Seq>, LogError> {
    let seq: Option<SeqColumn> = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(seq.map(|SeqColumn(seq)| seq))
}

/// Removes entries up to and with this one, with what the index knows of them.
pub fn remove_up_to(db: &Connection, seq: Seq) -> Result<(), LogError> {
    let seq = SeqColumn(seq);
    db.prepare_cached("DELETE FROM words WHERE rowid <= ?1")?.execute([seq])?;
    db.prepare_cached("DELETE FROM entry WHERE seq <= ?1")?.execute([seq])?;
    Ok(())
}

fn entry(row: &Row<'_>) -> Result<Entry, LogError> {
    let SeqColumn(seq) = row.get(0)?;
    let damaged = |why: &str| LogError::Damaged(format!("entry {seq}: {why}"));
    let prev = match row.get::<_, Option<SeqColumn>>(1)? {
        Some(SeqColumn(prev)) => prev,
        None => before(seq).ok_or_else(|| damaged("nothing can stand before it"))?,
    };
    let at: i64 = row.get(2)?;
    let member: Option<String> = row.get(3)?;
    let nickname: Option<String> = row.get(4)?;
    let (Some(member), Some(nickname)) = (member, nickname) else {
        return Err(damaged("its author is missing"));
    };
    let post: Option<[u8; 16]> = row.get(5)?;
    let kind: u8 = row.get(6)?;
    let text: Option<String> = row.get(7)?;
    let more: Option<String> = row.get(8)?;
    let from = Author {
        member: MemberId::try_from(member).map_err(|_| damaged("its author is none"))?,
        nickname: Nickname::stored(nickname).map_err(|_| damaged("its nickname is none"))?,
    };
    let sum: u32 = row.get(9)?;
    if sum != self::sum(seq, prev, at, &from, post.as_ref(), kind, text.as_deref(), more.as_deref()) {
        return Err(damaged("its checksum is wrong"));
    }
    let at = Timestamp::from_millisecond(at).map_err(|_| damaged("its time is none"))?;
    let id = post.map(|bytes| PostId::new(Uuid::from_bytes(bytes)));
    let body = body(kind, text, more).ok_or_else(|| damaged("its kind is none"))?;
    Ok(Entry { seq, prev, at, from, id, body })
}

/// The number before this one.
fn before(seq: Seq) -> Option<Seq> {
    seq.get().checked_sub(1).and_then(|number| Seq::try_from(number).ok())
}

fn parts(body: &Body) -> (u8, Option<&str>, Option<&str>) {
    match body {
        Body::Message { text, time } => (MESSAGE, Some(text), time.as_deref()),
        Body::Joined { dialect } => (JOINED, None, (*dialect == Dialect::Classic).then_some(CLASSIC)),
        Body::Left => (LEFT, None, None),
        Body::Renamed { old } => (RENAMED, Some(old.as_str()), None),
        Body::Unknown => (UNKNOWN, None, None),
    }
}

fn body(kind: u8, text: Option<String>, more: Option<String>) -> Option<Body> {
    Some(match kind {
        MESSAGE => Body::Message { text: text?, time: more },
        JOINED => Body::Joined {
            dialect: if more.as_deref() == Some(CLASSIC) { Dialect::Classic } else { Dialect::V1 },
        },
        LEFT => Body::Left,
        RENAMED => Body::Renamed { old: Nickname::stored(text?).ok()? },
        UNKNOWN => Body::Unknown,
        _ => return None,
    })
}

/// CRC-32 of all that a row means. Each part is told with its length, so that none can lose to its neighbour.
#[expect(clippy::too_many_arguments, reason = "it is the row")]
fn sum(
    seq: Seq,
    prev: Seq,
    at: i64,
    from: &Author,
    post: Option<&[u8; 16]>,
    kind: u8,
    text: Option<&str>,
    more: Option<&str>,
) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&seq.get().to_le_bytes());
    sum.update(&prev.get().to_le_bytes());
    sum.update(&at.to_le_bytes());
    sum.update(&[kind]);
    let parts = [
        Some(from.member.as_str().as_bytes()),
        Some(from.nickname.as_str().as_bytes()),
        post.map(<[u8; 16]>::as_slice),
    ];
    for part in parts.into_iter().chain([text.map(str::as_bytes), more.map(str::as_bytes)]) {
        sum.update(
            &part.map_or(u32::MAX, |part| u32::try_from(part.len()).unwrap_or(u32::MAX)).to_le_bytes(),
        );
        sum.update(part.unwrap_or_default());
    }
    sum.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_is_read_as_it_was_stored_also_by_a_version_that_normalises_otherwise() {
        // Neither is what this version would make of it.
        let [nickname, old] =
            ["Ｗｅｉ", "  魏 "].map(|name| Nickname::stored(name.to_owned()).expect("a nickname"));
        assert_ne!(Nickname::new(nickname.as_str()), Ok(nickname.clone()));
        let db = Connection::open_in_memory().expect("a database");
        db.execute_batch(crate::schema::SCHEMA).expect("tables");
        let from = Author { member: MemberId::new("m").expect("an id"), nickname };
        let (seq, at, body) = (Seq::ZERO.next(), Timestamp::UNIX_EPOCH, Body::Renamed { old });
        let entry = Entry { seq, prev: Seq::ZERO, at, from, id: None, body };
        insert(&db, &entry).expect("stored");
        assert_eq!(super::at(&db, seq).expect("it adds up").as_deref(), Some(&entry));
        assert!(Nickname::stored("长".repeat(129)).is_err() && Nickname::stored(String::new()).is_err());
    }
}

//! Entries as rows. What a row means is summed up in it: a row that does not add up is an error, never an entry.

use std::borrow::Cow;
use std::sync::Arc;

use hearth_protocol::{Author, Body, Entry, MemberId, Nickname, PostId, Seq};
use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::encoding::{Columns, EDITED, Head, Layout, PINNED, REMOVED, UNKNOWN, body, sum};
use crate::error::LogError;
use crate::seq_column::SeqColumn;

const COLUMNS: &str =
    "SELECT e.seq, e.prev, e.at, m.member, n.nickname, e.post, e.kind, e.text, e.more, e.sum";

const TABLES: &str = "FROM entry e LEFT JOIN member m ON m.id = e.member LEFT JOIN name n ON n.id = e.name";

/// Adds an entry in its place.
pub fn insert(db: &Connection, entry: &Entry) -> Result<(), LogError> {
    let member = member_id(db, &entry.from.member)?;
    let name = name_id(db, &entry.from.nickname)?;
    let columns = Columns::of(&entry.body);
    let sum = sum_of(entry, &columns);
    let prev = (entry.prev.next() != entry.seq).then_some(SeqColumn(entry.prev));
    let post = entry.id.map(|id| *id.uuid().as_bytes());
    let post = post.as_ref().map(<[u8; 16]>::as_slice);
    let at = entry.at.as_millisecond();
    let Columns { kind, text, more, about } = columns;
    let mut statement = db.prepare_cached(
        "INSERT INTO entry (seq, prev, at, member, name, post, kind, text, more, sum, about)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let about = about.map(SeqColumn);
    statement.execute(params![
        SeqColumn(entry.seq),
        prev,
        at,
        member,
        name,
        post,
        kind,
        text,
        more,
        sum,
        about
    ])?;
    Ok(())
}

/// The checksum of an entry with these columns.
pub(crate) fn sum_of(entry: &Entry, columns: &Columns<'_>) -> u32 {
    let post = entry.id.map(|id| *id.uuid().as_bytes());
    let Entry { seq, prev, from, .. } = entry;
    let head = Head { seq: *seq, prev: *prev, at: entry.at.as_millisecond(), from, post: post.as_ref() };
    sum(head, columns)
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
    read(db, "WHERE e.seq > ?1 AND e.seq < ?2 ORDER BY e.seq LIMIT ?3", after, before, limit)
}

/// The newest `limit` entries before `before` and after `after`, newest first.
pub fn read_before(
    db: &Connection,
    after: Seq,
    before: Seq,
    limit: usize,
) -> Result<Vec<Arc<Entry>>, LogError> {
    read(db, "WHERE e.seq > ?1 AND e.seq < ?2 ORDER BY e.seq DESC LIMIT ?3", after, before, limit)
}

/// The entries that are about these, oldest first: what was said later of them, and means nothing without them.
pub fn about(db: &Connection, seqs: &[Seq]) -> Result<Vec<Arc<Entry>>, LogError> {
    let mut statement = match select_in(db, "WHERE e.about = ?1", Layout::Json) {
        Err(_) if !has_about(db)? => return Ok(Vec::new()),
        statement => statement?,
    };
    let mut entries = Vec::new();
    for seq in seqs {
        let mut rows = statement.query([SeqColumn(*seq)])?;
        while let Some(row) = rows.next()? {
            match entry(row, Layout::Json) {
                Ok(entry) => entries.push(Arc::new(entry)),
                // What cannot be read was not said; the line can be read all the same.
                Err(LogError::Damaged(why)) => {
                    tracing::warn!(%why, "what was said about a line cannot be read");
                }
                Err(error) => return Err(error),
            }
        }
    }
    entries.sort_by_key(|entry| entry.seq);
    entries.dedup_by_key(|entry| entry.seq);
    Ok(entries)
}

/// How many entries are about each of these. They are counted and not read.
pub fn said_about(db: &Connection, seqs: &[Seq]) -> Result<Vec<(Seq, usize)>, LogError> {
    let mut statement = db.prepare_cached("SELECT count(*) FROM entry WHERE about = ?1")?;
    let mut count = |seq: Seq| -> Result<(Seq, usize), LogError> {
        let entries: i64 = statement.query_row([SeqColumn(seq)], |row| row.get(0))?;
        Ok((seq, usize::try_from(entries).unwrap_or_default()))
    };
    seqs.iter().map(|seq| count(*seq)).collect()
}

/// Those of these numbers, oldest first.
pub fn these(db: &Connection, seqs: &[Seq]) -> Result<Vec<Arc<Entry>>, LogError> {
    let mut entries = Vec::new();
    for seq in seqs {
        match at(db, *seq) {
            Ok(entry) => entries.extend(entry),
            // Of what cannot be read, nothing is known.
            Err(LogError::Damaged(why)) => tracing::warn!(%why, "a line that was asked for cannot be read"),
            Err(error) => return Err(error),
        }
    }
    entries.sort_by_key(|entry| entry.seq);
    entries.dedup_by_key(|entry| entry.seq);
    Ok(entries)
}

/// The lines between two numbers, these included, that something was said about.
pub(crate) fn lines_with_more(db: &Connection, first: Seq, last: Seq) -> Result<Vec<Seq>, LogError> {
    if !has_about(db)? {
        return Ok(Vec::new());
    }
    let sql = "SELECT DISTINCT about FROM entry WHERE about >= ?1 AND about <= ?2 AND kind IN (?3, ?4)";
    let mut statement = db.prepare_cached(sql)?;
    let lines =
        statement.query_map(params![SeqColumn(first), SeqColumn(last), EDITED, UNKNOWN], |row| row.get(0))?;
    Ok(lines.map(|line| line.map(|SeqColumn(line)| line)).collect::<rusqlite::Result<_>>()?)
}

/// Whether any entry tells that a line was taken away.
pub fn has_removals(db: &Connection) -> Result<bool, LogError> {
    if !has_about(db)? {
        return Ok(false);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE about IS NOT NULL AND kind = ?1)";
    Ok(db.prepare_cached(sql)?.query_row([REMOVED], |row| row.get(0))?)
}

/// All entries that put a line up or down, oldest first.
pub fn pins(db: &Connection) -> Result<Vec<Arc<Entry>>, LogError> {
    let which = "WHERE e.about IS NOT NULL AND e.kind IN (?1, ?2, ?3) ORDER BY e.seq";
    let mut statement = match select_in(db, which, Layout::Json) {
        Err(_) if !has_about(db)? => return Ok(Vec::new()),
        statement => statement?,
    };
    let mut rows = statement.query(params![PINNED, REMOVED, UNKNOWN])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        if let Ok(entry) = entry(row, Layout::Json)
            && matches!(entry.body, Body::Pinned { .. } | Body::Removed { .. })
        {
            entries.push(Arc::new(entry));
        }
    }
    Ok(entries)
}

fn read(
    db: &Connection,
    which: &str,
    after: Seq,
    before: Seq,
    limit: usize,
) -> Result<Vec<Arc<Entry>>, LogError> {
    let (mut statement, layout) = select(db, which)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![SeqColumn(after), SeqColumn(before), limit])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(Arc::new(entry(row, layout)?));
    }
    Ok(entries)
}

/// Asks for these rows in the layout that the file has. One that was not opened for writing may still be as an earlier
/// version left it.
fn select<'a>(db: &'a Connection, which: &str) -> Result<(CachedStatement<'a>, Layout), LogError> {
    match select_in(db, which, Layout::Json) {
        Err(_) if !has_about(db)? => Ok((select_in(db, which, Layout::Words)?, Layout::Words)),
        statement => Ok((statement?, Layout::Json)),
    }
}

fn select_in<'a>(db: &'a Connection, which: &str, layout: Layout) -> rusqlite::Result<CachedStatement<'a>> {
    let about = match layout {
        Layout::Json => "e.about",
        Layout::Words => "NULL",
    };
    db.prepare_cached(&format!("{COLUMNS}, {about} {TABLES} {which}"))
}

fn has_about(db: &Connection) -> Result<bool, LogError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pragma_table_info('entry') WHERE name = 'about')";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
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
    let (statement, layout) = select(db, "WHERE e.seq = ?1")?;
    one(statement, seq, layout)
}

/// The same in a layout that is known.
pub(crate) fn at_in(db: &Connection, seq: Seq, layout: Layout) -> Result<Option<Arc<Entry>>, LogError> {
    one(select_in(db, "WHERE e.seq = ?1", layout)?, seq, layout)
}

fn one(mut statement: CachedStatement<'_>, seq: Seq, layout: Layout) -> Result<Option<Arc<Entry>>, LogError> {
    let mut rows = statement.query([SeqColumn(seq)])?;
    rows.next()?.map(|row| Ok(Arc::new(entry(row, layout)?))).transpose()
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

fn entry(row: &Row<'_>, layout: Layout) -> Result<Entry, LogError> {
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
    let about = row.get::<_, Option<SeqColumn>>(10)?.map(|SeqColumn(about)| about);
    let columns = Columns { kind, text: text.as_deref(), more: more.as_deref().map(Cow::Borrowed), about };
    let head = Head { seq, prev, at, from: &from, post: post.as_ref() };
    if row.get::<_, u32>(9)? != sum(head, &columns) {
        return Err(damaged("its checksum is wrong"));
    }
    let at = Timestamp::from_millisecond(at).map_err(|_| damaged("its time is none"))?;
    let id = post.map(|bytes| PostId::new(Uuid::from_bytes(bytes)));
    let body = body(layout, kind, text, more, about).ok_or_else(|| damaged("its kind is none"))?;
    Ok(Entry { seq, prev, at, from, id, body })
}

/// The number before this one.
fn before(seq: Seq) -> Option<Seq> {
    seq.get().checked_sub(1).and_then(|number| Seq::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_is_read_as_it_was_stored_also_by_a_version_that_normalises_otherwise() {
        // Neither is what this version would make of it.
        let [nickname, old] =
            ["W\u{200b}ei", "  魏 "].map(|name| Nickname::stored(name.to_owned()).expect("a nickname"));
        assert_ne!(Nickname::new(nickname.as_str()), Ok(nickname.clone()));
        let db = crate::schema::in_memory();
        let from = Author { member: MemberId::new("m").expect("an id"), nickname };
        let (seq, at, body) = (Seq::ZERO.next(), Timestamp::UNIX_EPOCH, Body::Renamed { old });
        let entry = Entry { seq, prev: Seq::ZERO, at, from, id: None, body };
        insert(&db, &entry).expect("stored");
        assert_eq!(super::at(&db, seq).expect("it adds up").as_deref(), Some(&entry));
        assert!(Nickname::stored("长".repeat(129)).is_err() && Nickname::stored(String::new()).is_err());
    }

    #[test]
    fn what_is_about_others_is_found_by_them() {
        let db = crate::schema::in_memory();
        let seq = |n: u64| Seq::try_from(n).expect("a small number");
        let add = |n: u64, json: &str| {
            let from = Author {
                member: MemberId::new("m").expect("an id"),
                nickname: Nickname::new("n").expect("a nickname"),
            };
            let body = Body::from_stored(json.to_owned()).expect("a body");
            let at = Timestamp::UNIX_EPOCH;
            let entry = Entry { seq: seq(n), prev: seq(n - 1), at, from, id: None, body };
            insert(&db, &entry).expect("stored");
        };
        add(1, r#"{"kind":"message","text":"a"}"#);
        add(2, r#"{"kind":"message","text":"b"}"#);
        add(3, r#"{"kind":"reacted","about":2,"emoji":"🎉","on":true}"#);
        add(4, r#"{"kind":"edited","text":"c","about":1}"#);
        add(5, r#"{"kind":"danced","about":2}"#);
        add(6, r#"{"kind":"topic"}"#);
        let found = |seqs: &[u64]| -> Vec<u64> {
            let seqs: Vec<_> = seqs.iter().map(|n| seq(*n)).collect();
            about(&db, &seqs).expect("read").iter().map(|entry| entry.seq.get()).collect()
        };
        assert_eq!(found(&[1, 2]), [3, 4, 5]);
        assert_eq!(found(&[2, 2]), [3, 5]);
        assert_eq!(found(&[3, 9]), [0; 0]);
        let plan: String = db
            .query_row("EXPLAIN QUERY PLAN SELECT seq FROM entry WHERE about = 2", [], |row| row.get(3))
            .expect("a plan");
        assert!(plan.contains("entry_about"), "{plan}");
    }
}

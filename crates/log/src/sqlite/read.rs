//! Reading a log. What is missing between two entries, or at an end, is damage and told as such.

use std::sync::Arc;

use hearth_protocol::{Dialect, Entry, MemberId, MemberToken, Nickname, Seq};
use rusqlite::Connection;

use super::append::trimmed_to;
use crate::{KnownMember, LogError, Slice, db};

/// Entries after `after`, oldest first. `head` is the newest that must be there.
pub(super) fn after(db: &Connection, after: Seq, limit: usize, head: Seq) -> Result<Slice, LogError> {
    let trimmed = trimmed_to(db)?;
    let start = after.max(trimmed);
    let mut entries = db::read_after(db, start, Seq::MAX, limit.saturating_add(1))?;
    let more = entries.len() > limit;
    let found_to = entries.last().map_or(start, |entry| entry.seq);
    if !more && found_to < head {
        return Err(missing(found_to));
    }
    if let Some(first) = entries.first()
        && first.prev > start
    {
        return Err(missing(start));
    }
    unbroken(&entries)?;
    entries.truncate(limit);
    Ok(Slice { trimmed_to: (after < trimmed).then_some(trimmed), entries, more })
}

/// The newest entries before `before`, oldest first.
pub(super) fn before(db: &Connection, before: Seq, limit: usize, head: Seq) -> Result<Slice, LogError> {
    let trimmed = trimmed_to(db)?;
    let mut entries = db::read_before(db, Seq::ZERO, before, limit.saturating_add(1))?;
    entries.reverse();
    let more = entries.len() > limit;
    unbroken(&entries)?;
    if before > head && entries.last().is_some_and(|newest| newest.seq < head) {
        return Err(missing(head));
    }
    if !more && entries.first().is_some_and(|oldest| oldest.prev != trimmed) {
        return Err(missing(trimmed));
    }
    if more {
        entries.remove(0);
    }
    Ok(Slice { trimmed_to: (!more && trimmed > Seq::ZERO).then_some(trimmed), entries, more })
}

/// Whether each entry follows on the one before it.
pub(super) fn unbroken(entries: &[Arc<Entry>]) -> Result<(), LogError> {
    match entries.windows(2).find(|pair| pair[1].prev != pair[0].seq) {
        Some(pair) => Err(missing(pair[0].seq)),
        None => Ok(()),
    }
}

fn missing(after: Seq) -> LogError {
    LogError::Damaged(format!("what comes after entry {after} is missing"))
}

/// Who is to be known again.
pub(super) fn members(db: &Connection, limit: usize) -> Result<Vec<KnownMember>, LogError> {
    let mut statement = db.prepare(
        "SELECT m.member, g.token, n.nickname, g.classic, g.here
         FROM guest g JOIN member m ON m.id = g.id JOIN name n ON n.id = g.name
         WHERE g.token IS NOT NULL OR g.here ORDER BY g.here DESC, g.seen DESC LIMIT ?1",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query([limit])?;
    let mut members = Vec::new();
    while let Some(row) = rows.next()? {
        let member = MemberId::try_from(row.get::<_, String>(0)?);
        let token = row.get::<_, Option<String>>(1)?.map(MemberToken::try_from).transpose();
        let nickname = Nickname::try_from(row.get::<_, String>(2)?);
        let (Ok(member), Ok(token), Ok(nickname)) = (member, token, nickname) else {
            return Err(LogError::Damaged("a member is none".to_owned()));
        };
        let dialect = if row.get(3)? { Dialect::Classic } else { Dialect::V1 };
        members.push(KnownMember { member, token, nickname, dialect, here: row.get(4)? });
    }
    members.reverse();
    Ok(members)
}

//! Reading a log. What cannot be read, and what is missing between two entries or at an end, is damage: it is told like
//! what is no longer kept, and the rest stays readable.

use std::sync::Arc;

use hearth_protocol::{Dialect, Entry, InviteId, MemberId, MemberToken, Nickname, Role, Seq, You, pinned};
use hearth_store::error::LogError;
use hearth_store::rows;
use rusqlite::Connection;

use super::meta::trimmed_to;
use crate::log::{KnownMember, Slice};

/// Numbers looked at, one by one, on the way around what is damaged.
const AROUND: u64 = 1000;

/// The same on the way back, where nobody could ask for what is before: most of what a file may have lost.
const AROUND_BACK: usize = 100_000;

/// Entries after `after`, oldest first. `head` is the newest that must be there.
pub(super) fn after(db: &Connection, after: Seq, limit: usize, head: Seq) -> Result<Slice, LogError> {
    let trimmed = trimmed_to(db)?;
    let start = after.max(trimmed);
    let slice = match whole_after(db, start, limit, head) {
        Err(LogError::Damaged(why)) => {
            tracing::warn!(%why, "the room's log is damaged there");
            around_after(db, start, limit, head)
        }
        whole => whole?,
    };
    let trimmed_to = slice.trimmed_to.or((after < trimmed).then_some(trimmed));
    Ok(Slice { trimmed_to, ..slice })
}

/// The newest entries before `before`, oldest first.
pub(super) fn before(db: &Connection, before: Seq, limit: usize, head: Seq) -> Result<Slice, LogError> {
    let trimmed = trimmed_to(db)?;
    let slice = match whole_before(db, before, limit, head, trimmed) {
        Err(LogError::Damaged(why)) => {
            tracing::warn!(%why, "the room's log is damaged there");
            around_before(db, before, limit, head, trimmed)
        }
        whole => whole?,
    };
    let trimmed_to = (!slice.more && trimmed > Seq::ZERO).then_some(trimmed);
    Ok(Slice { trimmed_to, ..slice })
}

/// Whether the oldest and the newest entry are there and sound.
pub(super) fn check_ends(db: &Connection, head: Seq) -> Result<(), LogError> {
    let trimmed = trimmed_to(db)?;
    whole_before(db, Seq::MAX, 1, head, trimmed)?;
    whole_after(db, trimmed, 1, Seq::ZERO).map(drop)
}

/// The entries that can be read up to the next one that cannot. Those that cannot be read and come first count as no
/// longer kept.
fn around_after(db: &Connection, start: Seq, limit: usize, head: Seq) -> Slice {
    let mut slice = Slice::default();
    let (mut reached, mut number) = (start, start);
    while number < head && number.get() < start.get() + AROUND {
        number = number.next();
        match rows::at(db, number) {
            Ok(Some(entry)) if slice.entries.is_empty() || entry.prev == reached => {
                if entry.prev > reached {
                    slice.trimmed_to = Some(entry.prev);
                }
                reached = entry.seq;
                slice.entries.push(entry);
                if slice.entries.len() == limit {
                    break;
                }
            }
            // A number need not have been given to an entry.
            Ok(None) => {}
            Ok(Some(_)) | Err(_) if slice.entries.is_empty() => {}
            Ok(Some(_)) | Err(_) => return Slice { more: true, ..slice },
        }
    }
    if slice.entries.is_empty() {
        slice.trimmed_to = Some(number);
    }
    Slice { more: number < head, ..slice }
}

/// The entries that can be read down to the next one that cannot. Those that cannot be read and come first are passed over.
fn around_before(db: &Connection, before: Seq, limit: usize, head: Seq, trimmed: Seq) -> Slice {
    let newest = before.get().min(head.next().get());
    let numbers = (trimmed.get() + 1..newest).rev().take(AROUND_BACK);
    let mut entries: Vec<Arc<Entry>> = Vec::new();
    for number in numbers {
        let Ok(number) = Seq::try_from(number) else { break };
        let follows = |entry: &Entry| entries.last().is_none_or(|next| next.prev == entry.seq);
        match rows::at(db, number) {
            Ok(Some(entry)) if follows(&entry) => entries.push(entry),
            Ok(None) => {}
            Ok(Some(_)) | Err(_) if entries.is_empty() => {}
            Ok(Some(_)) | Err(_) => break,
        }
        if entries.len() == limit {
            break;
        }
    }
    entries.reverse();
    let more = entries.first().is_some_and(|oldest| oldest.prev > trimmed);
    Slice { trimmed_to: None, entries, more }
}

fn whole_after(db: &Connection, start: Seq, limit: usize, head: Seq) -> Result<Slice, LogError> {
    let mut entries = rows::read_after(db, start, Seq::MAX, limit.saturating_add(1))?;
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
    Ok(Slice { trimmed_to: None, entries, more })
}

fn whole_before(
    db: &Connection,
    before: Seq,
    limit: usize,
    head: Seq,
    trimmed: Seq,
) -> Result<Slice, LogError> {
    let mut entries = rows::read_before(db, Seq::ZERO, before, limit.saturating_add(1))?;
    entries.reverse();
    let more = entries.len() > limit;
    unbroken(&entries)?;
    if before > head && entries.last().map_or(trimmed, |newest| newest.seq) < head {
        return Err(missing(head));
    }
    if !more && entries.first().is_some_and(|oldest| oldest.prev != trimmed) {
        return Err(missing(trimmed));
    }
    if more {
        entries.remove(0);
    }
    Ok(Slice { trimmed_to: None, entries, more })
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
        "SELECT m.member, g.token, n.nickname, g.classic, g.here, g.role, g.invite
         FROM guest g JOIN member m ON m.id = g.id JOIN name n ON n.id = g.name
         WHERE g.token IS NOT NULL OR g.here ORDER BY g.here DESC, g.seen DESC LIMIT ?1",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query([limit])?;
    let mut members = Vec::new();
    while let Some(row) = rows.next()? {
        let member = MemberId::try_from(row.get::<_, String>(0)?);
        let token = row.get::<_, Option<String>>(1)?.map(MemberToken::try_from).transpose();
        let nickname = Nickname::stored(row.get(2)?);
        let invite = row.get::<_, Option<String>>(6)?.map(InviteId::try_from).transpose();
        let role = Role::from_name(&row.get::<_, String>(5)?);
        let (Ok(member), Ok(token), Ok(nickname), Ok(invite), Some(role)) =
            (member, token, nickname, invite, role)
        else {
            return Err(LogError::Damaged("a member is none".to_owned()));
        };
        let dialect = if row.get(3)? { Dialect::Classic } else { Dialect::V1 };
        members.push(KnownMember { member, token, nickname, dialect, here: row.get(4)?, role, invite });
    }
    members.reverse();
    Ok(members)
}

/// The lines that are pinned and kept.
pub(super) fn pins(db: &Connection) -> Result<Vec<Seq>, LogError> {
    let pinned = pinned(rows::pins(db)?.iter().map(|entry| &**entry));
    let kept = rows::these(db, &pinned)?;
    Ok(pinned.into_iter().filter(|line| kept.iter().any(|entry| entry.seq == *line)).collect())
}

/// Who is known by this token.
pub(super) fn bearer(db: &Connection, token: &MemberToken) -> Result<Option<You>, LogError> {
    let mut statement = db.prepare(
        "SELECT m.member, n.nickname FROM guest g JOIN member m ON m.id = g.id JOIN name n ON n.id = g.name
         WHERE g.token = ?1",
    )?;
    let mut rows = statement.query([token.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let member = MemberId::try_from(row.get::<_, String>(0)?);
    let (Ok(member), Ok(nickname)) = (member, Nickname::stored(row.get(1)?)) else {
        return Err(LogError::Damaged("a member is none".to_owned()));
    };
    Ok(Some(You { member, nickname }))
}

/// How many people have come by each invitation.
pub(super) fn admitted(db: &Connection) -> Result<Vec<(InviteId, u64)>, LogError> {
    let mut statement = db.prepare("SELECT invite, people FROM admitted ORDER BY invite")?;
    let mut rows = statement.query([])?;
    let mut admitted = Vec::new();
    while let Some(row) = rows.next()? {
        let (invite, people) =
            (InviteId::try_from(row.get::<_, String>(0)?), u64::try_from(row.get::<_, i64>(1)?));
        let (Ok(invite), Ok(people)) = (invite, people) else {
            return Err(LogError::Damaged("a count of people is none".to_owned()));
        };
        admitted.push((invite, people));
    }
    Ok(admitted)
}

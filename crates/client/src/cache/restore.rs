//! Restoring: what a session starts from.

use hearth_protocol::{Dialect, LogId, MemberId, MemberToken, Nickname, You};
use hearth_store::{error::LogError, meta};
use rusqlite::Connection;

use super::{
    acts,
    meta::{DIALECT, LOG_ID, MEMBER, NAME, NICKNAME, TOKEN, cursor, damaged, dialect_of, marks},
    recall,
};
use crate::record::{Kept, KeptAct, KeptLog};

/// Entries that a session starts with: what a window shows at once, and some to scroll. The file has the others.
pub(super) const RESTORED: usize = 200;

/// Reads what was kept.
pub(super) fn read(db: &Connection) -> Result<Kept, LogError> {
    let (token, you, name, marks) = (token(db)?, you(db)?, meta::get(db, NAME)?, marks(db)?);
    let mut kept = Kept { token, you, name, marks, ..Kept::default() };
    if let Some(id) = meta::get::<String>(db, LOG_ID)? {
        let id = LogId::try_from(id).map_err(|_| damaged("its log has no id"))?;
        let dialect = meta::get::<String>(db, DIALECT)?.as_deref().map_or(Some(Dialect::V1), dialect_of);
        let dialect = dialect.ok_or_else(|| damaged("its log's dialect is none"))?;
        let cursor = cursor(db)?;
        let stretch = recall::down(db, cursor, RESTORED)?;
        kept.log = Some(KeptLog { id, dialect, cursor, base: stretch.reached });
        kept.entries = stretch.entries;
        kept.gaps = stretch.gaps;
    }
    let cursor = kept.log.as_ref().map(|log| log.cursor);
    let lines = acts::all(db)?.into_iter().collect::<Result<Vec<_>, _>>()?;
    kept.acts = lines.into_iter().filter_map(|line| line.at_start(cursor)).collect();
    Ok(kept)
}

/// What can still be read of a file that is damaged, and cannot be had from the host again.
pub(super) fn rescue(db: &Connection) -> Kept {
    let lines = acts::all(db).unwrap_or_default().into_iter().filter_map(Result::ok);
    Kept {
        token: token(db).ok().flatten(),
        you: you(db).ok().flatten(),
        name: meta::get(db, NAME).ok().flatten(),
        marks: marks(db).ok().flatten(),
        // What acks say of a log that is read afresh tells nothing: what is stored the host knows.
        acts: lines.filter_map(|line| KeptAct { stored: None, ..line }.at_start(None)).collect(),
        ..Kept::default()
    }
}

fn token(db: &Connection) -> Result<Option<MemberToken>, LogError> {
    let token = meta::get::<String>(db, TOKEN)?.map(MemberToken::try_from);
    token.transpose().map_err(|_| damaged("its token is none"))
}

fn you(db: &Connection) -> Result<Option<You>, LogError> {
    let (Some(member), Some(nickname)) =
        (meta::get::<String>(db, MEMBER)?, meta::get::<String>(db, NICKNAME)?)
    else {
        return Ok(None);
    };
    let member = MemberId::try_from(member).map_err(|_| damaged("the member is none"))?;
    let nickname = Nickname::try_from(nickname).map_err(|_| damaged("the nickname is none"))?;
    Ok(Some(You { member, nickname }))
}

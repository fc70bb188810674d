//! What a session starts from.

use hearth_log::{LogError, db};
use hearth_protocol::{Dialect, LogId, MemberId, MemberToken, Nickname, PostId, You};
use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::records::{DIALECT, LOG_ID, MEMBER, NAME, NICKNAME, TOKEN, dialect_name, line_sum, seq};
use super::{Kept, KeptLine, KeptLog, RESTORED, recall};
use crate::OwnLine;

/// Reads what was kept.
pub(super) fn read(db: &Connection) -> Result<Kept, LogError> {
    let mut kept = Kept { token: token(db)?, you: you(db)?, name: db::meta(db, NAME)?, ..Kept::default() };
    if let Some(id) = db::meta::<String>(db, LOG_ID)? {
        let id = LogId::try_from(id).map_err(|_| damaged("its log has no id"))?;
        let dialect = db::meta::<String>(db, DIALECT)?.as_deref().map_or(Some(Dialect::V1), dialect_of);
        let dialect = dialect.ok_or_else(|| damaged("its log's dialect is none"))?;
        let cursor = recall::cursor(db)?;
        let stretch = recall::down(db, cursor, RESTORED)?;
        kept.log = Some(KeptLog { id, dialect, cursor, base: stretch.reached });
        kept.entries = stretch.entries;
        kept.gaps = stretch.gaps;
    }
    let cursor = kept.log.as_ref().map(|log| log.cursor);
    let lines = lines(db)?.into_iter().collect::<Result<Vec<_>, _>>()?;
    kept.lines = lines.into_iter().filter_map(|line| line.at_start(cursor)).collect();
    Ok(kept)
}

/// What can still be read of a file that is damaged, and cannot be had from the host again.
pub(super) fn rescue(db: &Connection) -> Kept {
    let lines = lines(db).unwrap_or_default().into_iter().filter_map(Result::ok);
    Kept {
        token: token(db).ok().flatten(),
        you: you(db).ok().flatten(),
        name: db::meta(db, NAME).ok().flatten(),
        // What acks say of a log that is read afresh tells nothing: what is stored the host knows.
        lines: lines.filter_map(|line| KeptLine { stored: None, ..line }.at_start(None)).collect(),
        ..Kept::default()
    }
}

fn token(db: &Connection) -> Result<Option<MemberToken>, LogError> {
    let token = db::meta::<String>(db, TOKEN)?.map(MemberToken::try_from);
    token.transpose().map_err(|_| damaged("its token is none"))
}

fn you(db: &Connection) -> Result<Option<You>, LogError> {
    let (Some(member), Some(nickname)) = (db::meta::<String>(db, MEMBER)?, db::meta::<String>(db, NICKNAME)?)
    else {
        return Ok(None);
    };
    let member = MemberId::try_from(member).map_err(|_| damaged("the member is none"))?;
    let nickname = Nickname::try_from(nickname).map_err(|_| damaged("the nickname is none"))?;
    Ok(Some(You { member, nickname }))
}

/// All lines in the order of writing, each with whether it can be read.
fn lines(db: &Connection) -> Result<Vec<Result<KeptLine, LogError>>, LogError> {
    let mut statement =
        db.prepare("SELECT id, text, state, went_out, stored, sum FROM line ORDER BY place")?;
    let mut rows = statement.query([])?;
    let mut lines = Vec::new();
    loop {
        match rows.next() {
            Ok(Some(row)) => lines.push(line(row)),
            Ok(None) => return Ok(lines),
            Err(error) => {
                lines.push(Err(error.into()));
                return Ok(lines);
            }
        }
    }
}

fn line(row: &Row<'_>) -> Result<KeptLine, LogError> {
    let id = PostId::new(Uuid::from_bytes(row.get(0)?));
    let text: String = row.get(1)?;
    let state: String = row.get(2)?;
    let went_out: Option<String> = row.get(3)?;
    let stored: Option<i64> = row.get(4)?;
    let sum: u32 = row.get(5)?;
    if sum != line_sum(id, &text, &state, went_out.as_deref()) {
        return Err(damaged("the checksum of a line is wrong"));
    }
    let state = serde_json::from_str(&state).map_err(|_| damaged("the state of a line is none"))?;
    let went_out = match went_out {
        Some(name) => Some(dialect_of(&name).ok_or_else(|| damaged("the dialect of a line is none"))?),
        None => None,
    };
    Ok(KeptLine { own: OwnLine { id, text, state }, went_out, stored: stored.map(seq).transpose()? })
}

fn dialect_of(name: &str) -> Option<Dialect> {
    [Dialect::V1, Dialect::Classic].into_iter().find(|dialect| dialect_name(*dialect) == name)
}

fn damaged(why: &str) -> LogError {
    LogError::Damaged(why.to_owned())
}

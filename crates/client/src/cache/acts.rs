//! Own acts as rows, each with a checksum: a damaged one is never sent.

use hearth_protocol::{PostId, Verb};
use hearth_store::{error::LogError, seq_column::SeqColumn};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::meta::{damaged, dialect_name, dialect_of};
use crate::{record::KeptAct, update::OwnAct};

/// All acts in the order in which they were done, each with whether it can be read. One whose verb this version does not know
/// is left where it is.
pub(super) fn all(db: &Connection) -> Result<Vec<Result<KeptAct, LogError>>, LogError> {
    // A damaged file is read as it is, and may be of a version whose acts were lines alone.
    let what = db.prepare("SELECT what FROM line").map_or("NULL", |_| "what");
    let sql = format!("SELECT id, text, state, went_out, stored, sum, {what} FROM line ORDER BY place");
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut acts = Vec::new();
    loop {
        match rows.next() {
            Ok(Some(row)) => acts.extend(act(row).transpose()),
            Ok(None) => return Ok(acts),
            Err(error) => {
                acts.push(Err(error.into()));
                return Ok(acts);
            }
        }
    }
}

fn act(row: &Row<'_>) -> Result<Option<KeptAct>, LogError> {
    let id = PostId::new(Uuid::from_bytes(row.get(0)?));
    let text: String = row.get(1)?;
    let state: String = row.get(2)?;
    let went_out: Option<String> = row.get(3)?;
    let stored: Option<SeqColumn> = row.get(4)?;
    let sum: u32 = row.get(5)?;
    let what: Option<String> = row.get(6)?;
    if sum != self::sum(id, &text, &state, went_out.as_deref(), what.as_deref()) {
        return Err(damaged("the checksum of an act is wrong"));
    }
    let what = match what {
        None => Verb::post(text),
        Some(json) => match serde_json::from_str(&json) {
            Ok(what) => what,
            Err(_) => return Ok(None),
        },
    };
    let state = serde_json::from_str(&state).map_err(|_| damaged("the state of an act is none"))?;
    let went_out = match went_out {
        Some(name) => Some(dialect_of(&name).ok_or_else(|| damaged("the dialect of an act is none"))?),
        None => None,
    };
    let stored = stored.map(|SeqColumn(seq)| seq);
    Ok(Some(KeptAct { own: OwnAct { what, id, state }, went_out, stored }))
}

/// Puts an act there, or what has changed of it.
pub(super) fn put(db: &Connection, act: &KeptAct) -> Result<(), LogError> {
    let KeptAct { own, went_out, stored } = act;
    let json = |error: serde_json::Error| LogError::Damaged(error.to_string());
    let (text, what) = match &own.what {
        Verb::Post { text, reply: None, mentions } if mentions.is_empty() => (text.as_str(), None),
        what => ("", Some(serde_json::to_string(what).map_err(json)?)),
    };
    let state = serde_json::to_string(&own.state).map_err(json)?;
    let went_out = went_out.map(dialect_name);
    let sum = sum(own.id, text, &state, went_out, what.as_deref());
    let mut statement = db.prepare_cached(
        "INSERT INTO line (id, text, state, went_out, stored, sum, what) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET
            text = ?2, state = ?3, went_out = ?4, stored = ?5, sum = ?6, what = ?7",
    )?;
    let id = own.id.uuid();
    let id = id.as_bytes().as_slice();
    statement.execute(params![id, text, state, went_out, stored.map(SeqColumn), sum, what])?;
    Ok(())
}

/// Removes an act.
pub(super) fn remove(db: &Connection, id: PostId) -> Result<(), LogError> {
    let mut statement = db.prepare_cached("DELETE FROM line WHERE id = ?1")?;
    statement.execute([id.uuid().as_bytes().as_slice()])?;
    Ok(())
}

/// What acks said of a log that is no more.
pub(super) fn forget_acks(db: &Connection) -> Result<(), LogError> {
    db.execute("UPDATE line SET stored = NULL", [])?;
    Ok(())
}

/// CRC-32 of what an act would send, and whether.
fn sum(id: PostId, text: &str, state: &str, went_out: Option<&str>, what: Option<&str>) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(id.uuid().as_bytes());
    // With its length, so that no part can lose to its neighbour.
    for part in [text, state, went_out.unwrap_or_default()].into_iter().chain(what) {
        crc.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
        crc.update(part.as_bytes());
    }
    crc.finalize()
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{Mentions, Seq};

    use super::*;
    use crate::cache::schema::migrations;
    use crate::session::testing::post_id;
    use crate::update::ActState;

    fn file() -> Connection {
        let mut db = Connection::open_in_memory().expect("a database");
        migrations().to_latest(&mut db).expect("tables");
        db
    }

    fn waiting(n: u128, what: Verb) -> KeptAct {
        KeptAct {
            own: OwnAct { what, id: post_id(n), state: ActState::Queued },
            went_out: None,
            stored: None,
        }
    }

    #[test]
    fn every_verb_is_kept_and_a_damaged_one_is_never_sent() {
        let db = file();
        let acts = [
            waiting(1, Verb::post("今晚部署")),
            waiting(2, Verb::Rename { nickname: "阿明".to_owned() }),
            waiting(
                3,
                Verb::Post {
                    text: "好".to_owned(),
                    reply: Some(Seq::ZERO.next()),
                    mentions: Mentions::default(),
                },
            ),
            waiting(4, Verb::Remove { about: Seq::ZERO.next() }),
        ];
        for act in &acts {
            put(&db, act).expect("kept");
        }
        let read: Vec<_> = all(&db).expect("read").into_iter().map(|act| act.expect("it adds up")).collect();
        assert_eq!(read, acts);
        db.execute("UPDATE line SET what = replace(what, '阿明', '阿红')", []).expect("damaged");
        let sound: Vec<_> = all(&db).expect("read").into_iter().filter_map(Result::ok).collect();
        assert_eq!(sound, [acts[0].clone(), acts[2].clone(), acts[3].clone()]);
    }

    #[test]
    fn a_verb_of_a_later_version_stays_where_it_is() {
        let db = file();
        let later = r#"{"type":"dance","about":2,"sign":"👍"}"#;
        let state = serde_json::to_string(&ActState::Queued).expect("JSON");
        let sum = sum(post_id(7), "", &state, None, Some(later));
        let id = post_id(7).uuid();
        db.execute(
            "INSERT INTO line (id, text, state, sum, what) VALUES (?1, '', ?2, ?3, ?4)",
            params![id.as_bytes().as_slice(), state, sum, later],
        )
        .expect("as it will write it");
        assert!(all(&db).expect("read").is_empty(), "it is no damage, and nothing to send");
        let there: i64 = db.query_row("SELECT count(*) FROM line", [], |row| row.get(0)).expect("counted");
        assert_eq!(there, 1);
    }
}

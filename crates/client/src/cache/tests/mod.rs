//! The file of a room, against a model of it and by itself.

mod marks;
mod migration;
mod model;
mod opening;
mod power;
mod recalling;
mod removing;
mod searching;

use std::path::{Path, PathBuf};

use hearth_protocol::{Body, Dialect, Entry, Gap, HistoryRequest, LogId, MemberToken, Page, Seq, Verb, You};
use hearth_store::{
    open::{beside, connect},
    rows,
};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{
    apply::{self, apply},
    at_rest::{joins_shown_at_rest, keep_joins_shown_at_rest},
    file::RoomFile,
    open::{Opened, forget_room, open},
    recall, restore, schema,
};
use crate::{
    joins_shown::JoinsShown,
    record::{Kept, KeptAct, KeptLog, Marks, Record},
    session::testing::{entry, log, member, message, nickname, post_id, seq},
    strip::Strip,
    update::{ActState, KeepTrouble, OwnAct},
};

fn begun(name: &str, after: u64) -> Record {
    Record::Log { id: log(name), dialect: Dialect::V1, after: seq(after) }
}

fn me() -> Record {
    let you = You { member: member("me"), nickname: nickname("阿明") };
    Record::Member {
        token: Some(MemberToken::new("secret").expect("a token")),
        you,
        name: Some("围炉".to_owned()),
    }
}

fn line(n: u128, state: ActState, went_out: Option<Dialect>) -> KeptAct {
    KeptAct {
        own: OwnAct { what: Verb::post(format!("line {n}")), id: post_id(n), state },
        went_out,
        stored: None,
    }
}

/// A folder of its own, and a file in it.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("room.db");
    (folder, file)
}

/// Opens a file that nothing is wrong with.
fn opened(file: &Path) -> (RoomFile, Kept) {
    let Opened { file, kept, trouble } = open(file, false);
    assert_eq!(trouble, None);
    (file.expect("a file"), kept)
}

async fn write(file: &RoomFile, records: Vec<Record>) {
    file.write(records).await.expect("an answer").expect("written");
}

/// The tables of a file, in memory.
fn tables() -> Connection {
    let mut db = Connection::open_in_memory().expect("a database");
    schema::migrations().to_latest(&mut db).expect("tables");
    db
}

fn numbers(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq.get()).collect()
}

/// Whether a text is in any file of the folder.
fn is_in(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).expect("the folder").any(|file| {
        let bytes = std::fs::read(file.expect("a file").path()).expect("readable");
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    })
}

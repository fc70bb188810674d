//! What a log in a file keeps, and what it says when it cannot be used.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hearth_log::{Draft, Enrolment, SqliteLog};
use hearth_protocol::{Author, Body, LogId, MemberId, MemberToken, Nickname, PostId, Role, Seq};
use jiff::Timestamp;
use uuid::Uuid;

mod damage;
mod erase;
mod files;
mod migration;
mod reading;
mod retention;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("room.db");
    (folder, file)
}

/// A room as version 5 of the file had it, and its folder: entries 41 to 51 of all kinds, those before them let go of.
fn earlier() -> (tempfile::TempDir, PathBuf) {
    let (folder, file) = folder();
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/log-v5.db"), &file).expect("copied");
    (folder, file)
}

/// Makes of it what version 3 had.
const AS_VERSION_3: &str = "
    DELETE FROM meta WHERE key = 'head'; ALTER TABLE guest DROP COLUMN reader;
    ALTER TABLE guest DROP COLUMN invite; DROP TABLE admitted; PRAGMA user_version = 3;
";

fn open(file: &Path) -> SqliteLog {
    SqliteLog::open_or_create(file, &LogId::new("first").expect("an id"), "读书会").expect("a log")
}

fn author(name: &str) -> Author {
    Author { member: MemberId::new(name).expect("an id"), nickname: Nickname::new(name).expect("a nickname") }
}

fn draft(who: &str, id: Option<u128>, body: Body) -> Draft {
    Draft {
        at: Timestamp::UNIX_EPOCH,
        from: author(who),
        id: id.map(|id| PostId::new(Uuid::from_u128(id))),
        body,
    }
}

fn line(who: &str, id: u128, text: &str) -> Draft {
    draft(who, Some(id), Body::Message { text: text.to_owned(), time: None })
}

fn enrolled(who: &str) -> Enrolment {
    let token = MemberToken::new(&format!("token-of-{who}")).expect("a token");
    let (member, nickname) = (MemberId::new(who).expect("an id"), Nickname::new(who).expect("a nickname"));
    Enrolment { member, token, nickname, role: Role::Member, invite: None }
}

fn seq(n: u64) -> Seq {
    Seq::try_from(n).expect("in range")
}

/// Says what a test has done, in figures. It is seen even when the test passes.
fn tell(what: &str) {
    let _ = writeln!(std::io::stderr(), "    {what}");
}

/// Waits until the index of words has all.
/// Waits until the index of words has reached the newest line.
async fn indexed(log: &SqliteLog) {
    let reached = async {
        while log.unindexed().await.expect("asked") > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reached).await.expect("the index gets there");
}

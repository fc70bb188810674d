//! What a log in a file keeps over restarts, and what it says when it cannot be used.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hearth_log::{
    Appended, Draft, Enrolment, Exported, KnownMember, Log, LogError, OpenError, Query, Retention, Slice,
    SqliteLog, Summary, delete, set_aside,
};
use hearth_protocol::{Author, Body, Dialect, LogId, MemberId, MemberToken, Nickname, PostId, Seq};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// Bytes of a page of a file.
const PAGE: usize = 4096;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("room.db");
    (folder, file)
}

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
    Enrolment { member, token, nickname }
}

fn seq(n: u64) -> Seq {
    Seq::try_from(n).expect("in range")
}

/// Says what a test has done, in figures. It is seen even when the test passes.
fn tell(what: &str) {
    let _ = writeln!(std::io::stderr(), "    {what}");
}

/// Damages a file in a way that the file system would not notice.
fn flip(file: &Path, at: usize, bit: usize) {
    let mut bytes = fs::read(file).expect("the file");
    bytes[at] ^= 1 << bit;
    fs::write(file, bytes).expect("written");
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let (_folder, file) = folder();
    let log = open(&file);
    let joined = Body::Joined { dialect: Dialect::Classic };
    let renamed = Body::Renamed { old: Nickname::new("旧名").expect("a nickname") };
    let drafts = vec![
        draft("wei", None, joined),
        line("ming", 7, "大家好\n第二行 🔥"),
        draft("ming", None, Body::Message { text: "经典".to_owned(), time: Some("1-5 9:4:0".to_owned()) }),
        draft("ming", None, renamed),
        draft("wei", None, Body::Left),
        draft("ming", None, Body::Unknown),
    ];
    log.append(drafts, vec![enrolled("ming")]).await.expect("stored");
    log.rename("新名字").await.expect("renamed");
    let before = log.read_after(Seq::ZERO, 100).await.expect("read").entries;
    log.close().await;

    let log =
        SqliteLog::open_or_create(&file, &LogId::new("second").expect("an id"), "另一间").expect("a log");
    assert_eq!(log.id().as_str(), "first", "it is the log that it was");
    assert_eq!(log.name().await, Ok("新名字".to_owned()));
    assert_eq!(log.read_after(Seq::ZERO, 100).await.expect("read").entries, before);
    assert_eq!(*log.head().borrow(), seq(6));
    let again = log.append(vec![line("ming", 7, "again")], Vec::new()).await.expect("answered");
    assert_eq!(again[0], Appended::Repeat(before[1].seq), "a repeat is known after a restart");
    let next = log.append(vec![line("ming", 8, "next")], Vec::new()).await.expect("stored");
    let Appended::Stored(next) = &next[0] else { panic!("{next:?}") };
    assert_eq!((next.prev, next.seq), (seq(6), seq(7)));
}

#[tokio::test]
async fn members_are_known_again_and_who_was_here_is_told_apart() {
    let (_folder, file) = folder();
    let log = open(&file);
    let joined = |who, dialect| draft(who, None, Body::Joined { dialect });
    let renamed = Draft {
        from: Author { nickname: Nickname::new("新李").expect("a nickname"), ..author("li") },
        ..draft("li", None, Body::Renamed { old: Nickname::new("li").expect("a nickname") })
    };
    let drafts = vec![
        joined("ming", Dialect::V1),
        joined("li", Dialect::V1),
        joined("wei", Dialect::Classic),
        joined("old", Dialect::Classic),
        draft("old", None, Body::Left),
        draft("ming", None, Body::Left),
        renamed,
    ];
    log.append(drafts, vec![enrolled("ming"), enrolled("li")]).await.expect("stored");
    let known = |who: &str, nickname: &str, dialect, here| KnownMember {
        member: MemberId::new(who).expect("an id"),
        token: (dialect == Dialect::V1).then(|| enrolled(who).token),
        nickname: Nickname::new(nickname).expect("a nickname"),
        dialect,
        here,
    };
    let members = log.members(10).await.expect("read");
    let expected = [
        known("ming", "ming", Dialect::V1, false),
        known("wei", "wei", Dialect::Classic, true),
        known("li", "新李", Dialect::V1, true),
    ];
    assert_eq!(members, expected, "a classic guest who left cannot come back");
    assert_eq!(log.members(2).await.expect("read"), expected[1..], "those who came last");
}

#[tokio::test]
async fn a_file_of_ones_own_is_for_nobody_else() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let (folder, file) = folder();
        let log = open(&file);
        log.append(vec![line("ming", 1, "秘密")], Vec::new()).await.expect("stored");
        for file in fs::read_dir(folder.path()).expect("the folder") {
            let file = file.expect("a file");
            let name = file.file_name();
            let open_to_others = file.metadata().expect("there").permissions().mode() & 0o077;
            let holds_words = name.to_string_lossy() != "room.db.lock";
            assert!(!holds_words || open_to_others == 0, "{name:?}: {open_to_others:o}");
        }
    }
}

#[tokio::test]
async fn one_program_at_a_time_and_others_may_look() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append(vec![line("ming", 1, "你好")], Vec::new()).await.expect("stored");
    assert_eq!(SqliteLog::open(&file).expect_err("in use"), OpenError::InUse { file: file.clone() });
    let summary = Summary::of(&file).expect("looked at");
    assert_eq!((summary.name.as_str(), summary.last_at), ("读书会", Some(Timestamp::UNIX_EPOCH)));
    drop(log);
    // Dropping ends it in the background; closing is how one waits for that.
    let again = loop {
        match SqliteLog::open(&file) {
            Err(OpenError::InUse { .. }) => tokio::task::yield_now().await,
            opened => break opened.expect("a log"),
        }
    };
    again.close().await;
}

#[tokio::test]
async fn what_is_no_log_is_told_and_left_as_it_is() {
    let (_folder, file) = folder();
    for (content, what) in [(&b""[..], "empty"), (b"not a database, but some text of a person", "text")] {
        fs::write(&file, content).expect("written");
        let error = SqliteLog::open_or_create(&file, &LogId::new("x").expect("an id"), "x").expect_err(what);
        assert!(matches!(error, OpenError::Damaged { .. }), "{what}: {error}");
        assert!(error.to_string().contains("room.db"), "it says which file");
        assert_eq!(fs::read(&file).expect("there"), content, "{what}");
        assert!(matches!(Summary::of(&file), Err(OpenError::Damaged { .. })), "{what}");
    }
}

#[tokio::test]
async fn a_log_whose_file_is_gone_and_whose_last_lines_are_not_does_not_start_empty() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append(vec![line("ming", 1, "你好")], Vec::new()).await.expect("stored");
    let wal = file.with_file_name("room.db-wal");
    let copy = fs::read(&wal).expect("what was committed last stands beside the file");
    log.close().await;
    fs::remove_file(&file).expect("removed");
    fs::write(&wal, copy).expect("written");
    let error =
        SqliteLog::open_or_create(&file, &LogId::new("x").expect("an id"), "x").expect_err("not empty");
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn nothing_is_made_beside_what_is_left_of_another_file_or_while_somebody_makes_it() {
    let (folder, file) = folder();
    let log = open(&file);
    log.append(vec![line("ming", 1, "你好")], Vec::new()).await.expect("stored");
    let wal = fs::read(file.with_file_name("room.db-wal")).expect("what was committed last");
    log.close().await;
    let mut export = Vec::new();
    hearth_log::export(
        &file,
        hearth_log::Format::JsonLines,
        &TimeZone::UTC,
        Timestamp::UNIX_EPOCH,
        &mut export,
    )
    .expect("exported");
    fs::remove_file(&file).expect("removed");
    let import = || hearth_log::import(&export[..], &file, &LogId::new("x").expect("an id"));
    for end in ["-wal", "-shm", "-journal"] {
        let left = file.with_file_name(format!("room.db{end}"));
        fs::write(&left, &wal).expect("written");
        let error = import().expect_err(end).to_string();
        assert!(error.contains(&*left.to_string_lossy()) && error.contains("move"), "{error}");
        let error = SqliteLog::open_or_create(&file, &LogId::new("x").expect("an id"), "x").expect_err(end);
        assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
        assert_eq!(fs::read(&left).expect("there"), wal, "{end} is left as it is");
        fs::remove_file(&left).expect("removed");
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0, "and nothing is made");
    }
    let lock = fs::File::create(file.with_file_name("room.db.lock")).expect("made");
    lock.lock().expect("locked");
    let in_use = import().expect_err("somebody makes a room there");
    assert!(matches!(in_use, hearth_log::ImportError::Open(OpenError::InUse { .. })), "{in_use}");
    drop(lock);
    assert_eq!(import().expect("imported").entries, 1);
}

#[tokio::test]
async fn a_log_is_deleted_or_set_aside_as_a_whole_and_never_while_it_is_in_use() {
    let (folder, file) = folder();
    let names = || fs::read_dir(folder.path()).expect("the folder").count();
    let log = open(&file);
    log.append(vec![line("ming", 1, "你好")], Vec::new()).await.expect("stored");
    assert!(matches!(delete(&file), Err(OpenError::InUse { .. })));
    assert!(matches!(set_aside(&file), Err(OpenError::InUse { .. })));
    log.close().await;
    drop(log);
    let aside = set_aside(&file).expect("set aside");
    assert!(!file.exists());
    assert_eq!(
        SqliteLog::open(&aside)
            .expect("it is what it was")
            .read_after(Seq::ZERO, 9)
            .await
            .expect("read")
            .entries
            .len(),
        1
    );
    let log = open(&file);
    assert_eq!(*log.head().borrow(), Seq::ZERO, "a new one took its place");
    log.set_owner(MemberToken::new("owner").expect("a token")).await.expect("kept");
    assert_eq!(log.owner().await.expect("read"), MemberToken::new("owner").ok());
    log.close().await;
    drop(log);
    let second = set_aside(&file).expect("set aside");
    assert_ne!(second, aside);
    delete(&aside).expect("deleted");
    delete(&second).expect("deleted");
    assert_eq!(names(), 0, "and nothing is left");
}

#[tokio::test]
async fn a_newer_schema_is_refused_in_words() {
    let (_folder, file) = folder();
    open(&file).close().await;
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.pragma_update(None, "user_version", 99).expect("set");
    drop(db);
    let error = SqliteLog::open(&file).expect_err("too new");
    assert_eq!(error, OpenError::TooNew { file: file.clone() });
    assert!(error.to_string().contains("newer version"), "{error}");
}

/// Everything in a folder but locks, which hold nothing.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(folder).expect("the folder").map(|file| file.expect("a file").path());
    let files = files.filter(|file| file.extension().is_none_or(|end| end != "lock"));
    let content = |file: PathBuf| {
        (file.file_name().unwrap_or_default().to_string_lossy().into(), fs::read(file).expect("readable"))
    };
    let mut contents: Vec<_> = files.map(content).collect();
    contents.sort();
    contents
}

#[tokio::test]
async fn nothing_of_a_file_is_changed_that_is_refused() {
    let refused = |folder: &Path, file: &Path| {
        let before = contents(folder);
        let error = SqliteLog::open(file).expect_err("refused");
        // What programs share while they look holds nothing.
        let mut after = contents(folder);
        after.retain(|(name, _)| before.iter().any(|(before, _)| before == name) || !name.ends_with("-shm"));
        assert!(before == after, "{error}: {:?}", after.iter().map(|(name, _)| name).collect::<Vec<_>>());
        error
    };
    for (foreign, mode) in [("PRAGMA user_version = 2", "DELETE"), ("PRAGMA user_version = 0", "WAL")] {
        let (folder, file) = folder();
        let db = rusqlite::Connection::open(&file).expect("made");
        db.execute_batch(&format!("PRAGMA journal_mode = {mode}; CREATE TABLE photo (name TEXT); {foreign}"))
            .expect("somebody else's");
        drop(db);
        let error = refused(folder.path(), &file);
        assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    }

    // A newer version ended without moving what it had stored last into the file.
    let (newer, file) = folder();
    open(&file).close().await;
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 99;").expect("set");
    let crashed = tempfile::tempdir().expect("a folder");
    for (name, content) in contents(newer.path()).iter().filter(|(name, _)| !name.ends_with("-shm")) {
        fs::write(crashed.path().join(name), content).expect("copied");
    }
    assert_eq!(contents(crashed.path()).len(), 2, "the file, and what was stored last");
    let file = crashed.path().join("room.db");
    assert_eq!(refused(crashed.path(), &file), OpenError::TooNew { file: file.clone() });

    // An earlier version, whose newest line is damaged.
    let (earlier, file) = folder();
    let log = open(&file);
    log.append((1..=3).map(|n| line("ming", n, "你好")).collect(), Vec::new()).await.expect("stored");
    log.close().await;
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute_batch(
        "PRAGMA journal_mode = DELETE; UPDATE entry SET text = '再见' WHERE seq = 3;
         DELETE FROM meta WHERE key = 'head'; PRAGMA user_version = 3;",
    )
    .expect("damaged");
    drop(db);
    let error = refused(earlier.path(), &file);
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn what_is_too_old_or_too_large_goes_and_is_told() {
    let (_folder, file) = folder();
    let log = open(&file);
    let day = |n: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * n);
    let drafts = (0..5000u128).map(|n| Draft {
        at: day(i64::try_from(n).expect("small") / 1000),
        ..line("ming", n, &format!("第 {n} 行，{}", "总要有些字才像话".repeat(8)))
    });
    log.append(drafts.collect(), Vec::new()).await.expect("stored");
    indexed(&log).await;
    let indexed_lines = || -> i64 {
        let db = rusqlite::Connection::open(&file).expect("opened");
        db.query_row("SELECT count(*) FROM words_docsize", [], |row| row.get(0)).expect("counted")
    };
    assert_eq!(indexed_lines(), 5000);
    let size = log.bytes();

    log.tidy(day(400)).await.expect("tidied");
    assert_eq!(
        log.read_after(Seq::ZERO, 1).await.expect("read").trimmed_to,
        None,
        "everything is kept, if nothing is said"
    );

    log.set_retention(Retention { days: Some(2), bytes: None }).await.expect("set");
    log.tidy(day(4)).await.expect("tidied");
    let rest = log.read_after(Seq::ZERO, 10_000).await.expect("read");
    assert_eq!((rest.trimmed_to, rest.entries.len()), (Some(seq(2000)), 3000));
    assert_eq!(indexed_lines(), 3000, "the index lets go of them too");

    log.set_retention(Retention { days: None, bytes: Some(size / 4) }).await.expect("set");
    log.tidy(day(4)).await.expect("tidied");
    let rest = log.read_before(Seq::MAX, 10_000).await.expect("read");
    assert!(rest.trimmed_to.is_some_and(|to| to > seq(2000)));
    assert!((1..3000).contains(&rest.entries.len()), "{}", rest.entries.len());
    log.close().await;
    assert!(fs::metadata(&file).expect("there").len() < size / 2, "the disk gets its space back");

    let log = open(&file);
    assert_eq!(log.retention().await, Ok(Retention { days: None, bytes: Some(size / 4) }));
    let next = log.append(vec![line("ming", 5001, "又一行")], Vec::new()).await.expect("stored");
    assert_eq!(next[0].seq(), seq(5001), "a number is never used twice");
    log.set_retention(Retention { days: Some(0), bytes: Some(0) }).await.expect("set");
    log.tidy(day(9999)).await.expect("tidied");
    assert_eq!(log.read_after(Seq::ZERO, 10).await.expect("read").entries.len(), 1, "the newest stays");
}

#[tokio::test]
async fn who_came_by_once_is_let_go_of_with_what_they_said() {
    let (_folder, file) = folder();
    let log = open(&file);
    let at =
        |n: i64, draft| Draft { at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * n), ..draft };
    let joined = |who: &str| draft(who, None, Body::Joined { dialect: Dialect::Classic });
    let mut drafts = vec![joined("stays"), line("posted", 7, "你好"), draft("posted", None, Body::Left)];
    for n in 0..2000 {
        let who = format!("classic-{n}");
        drafts.extend([joined(&who), draft(&who, None, Body::Left)]);
    }
    drafts = drafts.into_iter().map(|draft| at(0, draft)).collect();
    drafts.extend((0..100).map(|n| at(9, line("ming", 100 + n, "后来"))));
    log.append(drafts, vec![enrolled("li")]).await.expect("stored");
    log.set_retention(Retention { days: Some(5), bytes: None }).await.expect("set");
    log.tidy(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 10)).await.expect("tidied");

    let db = rusqlite::Connection::open(&file).expect("opened");
    let all = |sql: &str| -> Vec<String> {
        let mut statement = db.prepare(sql).expect("asked");
        let rows = statement.query_map([], |row| row.get(0)).expect("asked");
        rows.map(|row| row.expect("a row")).collect()
    };
    assert_eq!(all("SELECT member FROM member ORDER BY member"), ["li", "ming", "posted", "stays"]);
    assert_eq!(all("SELECT nickname FROM name ORDER BY nickname"), ["li", "ming", "stays"]);
    assert_eq!(all("SELECT m.member FROM guest g JOIN member m USING (id) ORDER BY 1"), ["li", "stays"]);
    drop(db);

    let members = log.members(10).await.expect("read");
    let names: Vec<_> = members.iter().map(|known| known.nickname.as_str()).collect();
    assert_eq!(names, ["li", "stays"], "who may come back, and who is here");
    let back = vec![line("posted", 7, "你好"), line("classic-5", 1, "又来了"), line("ming", 1, "好")];
    let appended = log.append(back, Vec::new()).await.expect("stored");
    assert_eq!(appended[0], Appended::Repeat(seq(2)), "what was stored is known for longer");
    assert_eq!(
        log.read_after(Seq::ZERO, 1000).await.expect("read").entries.len(),
        102,
        "all have their authors"
    );
    log.close().await;
    assert_eq!(hearth_log::verify(&file).expect("looked at").problems, [""; 0]);
}

#[tokio::test]
async fn a_bound_below_what_is_remembered_of_posts_ends_at_the_newest_entry() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append((0..3000).map(|n| line("ming", n, "你好")).collect(), Vec::new()).await.expect("stored");
    log.set_retention(Retention { days: None, bytes: Some(50_000) }).await.expect("set");
    for _ in 0..2 {
        let tidied = tokio::time::timeout(Duration::from_secs(20), log.tidy(Timestamp::UNIX_EPOCH));
        tidied.await.expect("it ends").expect("tidied");
    }
    let rest = log.read_after(Seq::ZERO, 10).await.expect("read");
    assert_eq!((rest.entries.len(), rest.trimmed_to), (1, Some(seq(2999))));
    assert!(log.bytes() > 50_000, "what is remembered takes more than the bound");
    let next = log.append(vec![line("ming", 5, "你好"), line("ming", 3000, "后来")], Vec::new()).await;
    assert_eq!(next.expect("stored")[0], Appended::Repeat(seq(6)));
}

#[tokio::test]
async fn what_cannot_be_read_keeps_nobody_from_the_rest() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append((1..=300).map(|n| line("ming", n, "一行")).collect(), Vec::new()).await.expect("stored");
    log.close().await;
    let db = hearth_log::db::connect(&file).expect("a database");
    db.execute("UPDATE entry SET text = '两行' WHERE seq IN (40, 41, 200)", []).expect("damaged");
    db.execute("DELETE FROM entry WHERE seq = 100", []).expect("damaged");
    drop(db);

    let log = open(&file);
    let (mut after, mut read, mut gaps) = (Seq::ZERO, Vec::new(), Vec::new());
    loop {
        let slice = log.read_after(after, 64).await.expect("read");
        gaps.extend(slice.trimmed_to.map(|to| (after.get(), to.get())));
        read.extend(slice.entries.iter().map(|entry| entry.seq.get()));
        let reached = slice.entries.last().map(|entry| entry.seq).or(slice.trimmed_to);
        after = reached.expect("it goes on");
        if !slice.more {
            break;
        }
    }
    assert_eq!(gaps, [(39, 41), (99, 100), (199, 200)], "told as no longer kept");
    let readable: Vec<u64> = (1..=300).filter(|n| ![40, 41, 100, 200].contains(n)).collect();
    assert_eq!(read, readable);

    let (mut before, mut down) = (Seq::MAX, Vec::new());
    loop {
        let slice = log.read_before(before, 64).await.expect("read");
        down.extend(slice.entries.iter().rev().map(|entry| entry.seq.get()));
        before = slice.entries.first().expect("it goes on").seq;
        if !slice.more {
            break;
        }
    }
    down.reverse();
    assert_eq!(down, readable, "the other way round as well");
}

#[tokio::test]
async fn a_line_that_cannot_be_read_does_not_keep_the_others_from_being_found() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append((1..=1200).map(|n| line("ming", n, "今晚部署")).collect(), Vec::new()).await.expect("stored");
    log.close().await;
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute_batch(
        "UPDATE entry SET text = '别的' WHERE seq IN (700, 701);
         INSERT INTO words (words) VALUES ('delete-all');
         UPDATE meta SET value = 0 WHERE key = 'indexed_to';",
    )
    .expect("damaged");
    drop(db);
    let log = SqliteLog::open(&file).expect("its ends are sound");
    indexed(&log).await;
    let hits = log.search(Query::new("部署").expect("a query"), Seq::MAX, 2000).await.expect("searched");
    assert_eq!(hits.entries.len(), 1198, "all but those");
    log.close().await;
}

/// Waits until the index of words has reached the newest line.
async fn indexed(log: &SqliteLog) {
    let reached = async {
        while log.unindexed().await.expect("asked") > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reached).await.expect("the index gets there");
}

#[tokio::test]
async fn the_last_lines_are_missed_and_their_numbers_not_used_again() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append((1..=100).map(|n| line("ming", n, "你好")).collect(), Vec::new()).await.expect("stored");
    log.append(vec![line("ming", 101, "最后一行")], Vec::new()).await.expect("stored");
    log.close().await;
    let mut bytes = fs::read(&file).expect("the file");
    let needle = "最后一行".as_bytes();
    let at = bytes.windows(needle.len()).position(|part| part == needle).expect("the last line in the file");
    // A leaf of a table says in its fourth and fifth byte how many cells it has. The last is the newest row.
    let page = at / PAGE * PAGE;
    assert_eq!((bytes[page], bytes[page + 3]), (0x0d, 0));
    bytes[page + 4] -= 1;
    fs::write(&file, &bytes).expect("written");

    let error = SqliteLog::open(&file).expect_err("a line is missing");
    assert!(matches!(error, OpenError::Damaged { .. }) && error.to_string().contains("101"), "{error}");
    let report = hearth_log::verify(&file).expect("looked at");
    assert!(report.problems.iter().any(|problem| problem.contains("up to 101")), "{report:?}");
    let format = hearth_log::Format::Markdown;
    let exported = hearth_log::export(&file, format, &TimeZone::UTC, Timestamp::UNIX_EPOCH, &mut Vec::new());
    assert_eq!(exported.expect("exported"), Exported { entries: 100, unreadable: 1 });
}

#[tokio::test]
async fn a_log_of_an_earlier_version_learns_its_newest_number() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append((1..=3).map(|n| line("ming", n, "你好")).collect(), Vec::new()).await.expect("stored");
    log.close().await;
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute_batch("DELETE FROM meta WHERE key = 'head'; PRAGMA user_version = 3;").expect("as it was");
    drop(db);
    let log = SqliteLog::open(&file).expect("opened");
    let next = log.append(vec![line("ming", 4, "后来")], Vec::new()).await.expect("stored");
    assert_eq!(next[0].seq(), seq(4));
    log.close().await;
    SqliteLog::open(&file).expect("it adds up").close().await;
}

#[tokio::test]
async fn a_flipped_bit_is_told_or_does_no_harm() {
    let (_folder, file) = folder();
    let log = open(&file);
    let lines = (0..300u128).map(|n| {
        line(
            ["ming", "li", "wei"][(n % 3) as usize],
            n,
            &format!("第 {n} 行：今晚部署 {}", "字".repeat((n % 40) as usize)),
        )
    });
    log.append(lines.collect(), vec![enrolled("ming")]).await.expect("stored");
    let intact = log.read_after(Seq::ZERO, 1000).await.expect("read").entries;
    log.close().await;
    let sound = fs::read(&file).expect("the file");
    let pages = sound.len() / PAGE;
    assert!(pages > 20, "pages of every kind");
    let (mut told, mut harmless) = (0, 0);
    // Some places in each page, others in each: pointers, cells, free space.
    let somewhere = (0..8 * pages).map(|n| (n / 8 * PAGE + (n * 977 + 13) % PAGE, n % 8));
    // And its header: the kind of page, how many cells it has, where they begin.
    let headers = (0..12 * pages).map(|n| {
        let (page, byte) = (n / 12, n % 12);
        let begins = if page == 0 { 100 } else { page * PAGE };
        (begins + byte, (page + byte) % 8)
    });
    for (at, bit) in somewhere.chain(headers) {
        fs::write(&file, &sound).expect("written");
        flip(&file, at, bit);
        match read_all(&file).await {
            Ok(entries) => {
                assert_eq!(entries, intact, "bit in byte {at}: rows are intact, or there is an error");
                harmless += 1;
            }
            Err(_) => told += 1,
        }
    }
    let bits = told + harmless;
    tell(&format!(
        "{bits} flipped bits, one at a time, in {pages} pages: {told} told, {harmless} harmless, 0 wrong"
    ));
    assert!(told > 0, "some of them stood in rows");
}

async fn read_all(file: &Path) -> Result<Vec<Arc<hearth_protocol::Entry>>, String> {
    let log = SqliteLog::open(file).map_err(|error| error.to_string())?;
    let mut entries = Vec::new();
    let outcome = loop {
        let after = entries.last().map_or(Seq::ZERO, |entry: &Arc<hearth_protocol::Entry>| entry.seq);
        match log.read_after(after, 100).await {
            Ok(Slice { trimmed_to: Some(to), .. }) => break Err(format!("up to {to} nothing can be read")),
            Ok(slice) => {
                entries.extend(slice.entries);
                if !slice.more {
                    break Ok(entries);
                }
            }
            Err(error @ (LogError::Damaged(_) | LogError::Full | LogError::Closed)) => {
                break Err(error.to_string());
            }
        }
    };
    // Searching and appending over a damaged file do not end the program either.
    let _ = log.search(Query::new("部署").expect("a query"), Seq::MAX, 10).await;
    let _ = log.append(vec![line("ming", 9999, "后来")], Vec::new()).await;
    log.close().await;
    outcome
}

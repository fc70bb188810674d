//! What a file keeps over restarts, who may use it, and what it says when it cannot be used.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_log::{Appended, Draft, KnownMember, Log, OpenError, SqliteLog, Summary, delete, set_aside};
use hearth_protocol::{
    Author, Body, Dialect, LogId, MemberId, MemberToken, Nickname, Role, Seq, UnknownBody,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{AS_VERSION_3, author, draft, earlier, enrolled, folder, line, open, seq};

/// What a later version has said.
fn later(json: &str) -> Body {
    Body::Unknown(UnknownBody::from_json(json.to_owned()).expect("a body"))
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
        draft("ming", None, Body::Erased),
        draft("ming", None, later(r#"{"kind":"reacted","sign":"🎉","about":2}"#)),
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
    assert_eq!(*log.head().borrow(), seq(7));
    let again = log.append(vec![line("ming", 7, "again")], Vec::new()).await.expect("answered");
    assert_eq!(again[0], Appended::Repeat(before[1].seq), "a repeat is known after a restart");
    let next = log.append(vec![line("ming", 8, "next")], Vec::new()).await.expect("stored");
    let Appended::Stored(next) = &next[0] else { panic!("{next:?}") };
    assert_eq!((next.prev, next.seq), (seq(7), seq(8)));
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
        role: Role::Member,
        invite: None,
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
        hearth_log::Language::English,
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
    let (folder, file) = earlier();
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute_batch("PRAGMA journal_mode = DELETE; UPDATE entry SET text = '再见' WHERE seq = 51;")
        .and_then(|()| db.execute_batch(AS_VERSION_3))
        .expect("damaged");
    drop(db);
    let error = refused(folder.path(), &file);
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

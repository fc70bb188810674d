use std::fs;

use super::*;

/// A file with a line, some entries and all.
async fn some_room(file: &Path) {
    let (room, _) = opened(file);
    let entries = (0..300).map(|n| Record::Entry(message(n, n + 1)));
    let lines = [line(1, ActState::Queued, None), line(2, ActState::Sent, Some(Dialect::V1))];
    let records = [me(), begun("a", 0)].into_iter().chain(entries).chain(lines.map(Record::Act));
    write(&room, records.collect()).await;
    room.close().await;
}

#[tokio::test]
async fn what_was_kept_is_there_at_the_next_start() {
    let (_folder, file) = place();
    some_room(&file).await;
    let (room, kept) = opened(&file);
    assert_eq!(kept.token.expect("a token").as_str(), "secret");
    assert_eq!(kept.name.as_deref(), Some("围炉"));
    let kept_log = kept.log.expect("a log");
    assert_eq!((kept_log.cursor, kept_log.base), (seq(300), seq(100)));
    assert_eq!(kept.entries.len(), restore::RESTORED);
    assert_eq!(kept.acts.len(), 2);
    room.close().await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn of_a_room_that_is_hosted_here_only_the_lines_are_kept() {
    let (_folder, file) = place();
    let opened = || {
        let Opened { file, kept, trouble } = open(&file, true);
        assert_eq!(trouble, None);
        (file.expect("a file"), kept)
    };
    let (room, _) = opened();
    let lines = [1, 2, 3].map(|n| Record::Act(line(n, ActState::Queued, None)));
    write(&room, [vec![me(), begun("a", 0)], lines.to_vec()].concat()).await;
    let acked = KeptAct { stored: Some(seq(2)), ..line(2, ActState::Sent, Some(Dialect::V1)) };
    let entry = Entry { id: Some(post_id(1)), ..message(0, 1) };
    write(&room, vec![Record::Act(acked.clone()), Record::Entry(entry)]).await;
    room.close().await;
    let (room, kept) = opened();
    assert_eq!((kept.log.clone(), kept.entries.len()), (None, 0), "the log is beside it");
    assert_eq!(kept.token.as_ref().map(MemberToken::as_str), Some("secret"));
    assert_eq!(kept.acts, [acked, line(3, ActState::Queued, None)], "an entry is a line no more");
    write(&room, vec![begun("a", 0), Record::Whole { kept: Box::new(kept), anew: false }]).await;
    room.close().await;
    let (room, kept) = opened();
    assert_eq!(
        kept.acts,
        [
            KeptAct { stored: Some(seq(2)), ..line(2, ActState::Sent, Some(Dialect::V1)) },
            line(3, ActState::Queued, None)
        ]
    );
    room.close().await;
}

#[tokio::test]
async fn two_programs_do_not_use_one_file() {
    let (_folder, file) = place();
    let (room, _) = opened(&file);
    let second = open(&file, false);
    assert!(second.file.is_none());
    assert_eq!(second.trouble, Some(KeepTrouble::InUse));
    // Who comes while it is being left waits for that.
    let third = std::thread::spawn({
        let file = file.clone();
        move || open(&file, false)
    });
    room.close().await;
    assert_eq!(third.join().expect("no panic").trouble, None);
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_as_it_is() {
    let (_folder, file) = place();
    some_room(&file).await;
    let db = connect(&file).expect("a database");
    db.pragma_update(None, "user_version", 99).expect("set");
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("written");
    drop(db);
    let before = fs::read(&file).expect("a file");
    let found = open(&file, false);
    assert!(found.file.is_none() && found.kept == Kept::default());
    assert_eq!(found.trouble, Some(KeepTrouble::TooNew));
    assert_eq!(fs::read(&file).expect("a file"), before);
}

#[tokio::test]
async fn a_damaged_file_is_put_aside_and_its_lines_are_rescued() {
    let (_folder, file) = place();
    some_room(&file).await;
    let db = connect(&file).expect("a database");
    db.execute("UPDATE entry SET text = 'another' WHERE seq = 290", []).expect("damaged");
    drop(db);
    let Opened { file: room, kept, trouble } = open(&file, false);
    assert_eq!(trouble, Some(KeepTrouble::SetAside));
    assert_eq!((kept.log, kept.entries.len()), (None, 0));
    assert_eq!(kept.token.expect("a token").as_str(), "secret");
    assert_eq!(kept.acts.len(), 2);
    let room = room.expect("a new file");
    write(&room, vec![begun("a", 0), Record::Entry(message(0, 1))]).await;
    room.close().await;
    assert!(beside(&file, ".damaged").exists(), "nothing is deleted");
    let (room, kept) = opened(&file);
    assert_eq!((numbers(&kept.entries), kept.acts.len()), (vec![1], 2), "and then all is well");
    room.close().await;
}

#[tokio::test]
async fn rubbish_is_put_aside_as_often_as_it_comes() {
    let (_folder, file) = place();
    for (aside, rubbish) in
        [(".damaged", &b"not a database, and long enough to be none"[..]), (".damaged-2", b"")]
    {
        fs::write(&file, rubbish).expect("written");
        let Opened { file: room, trouble, .. } = open(&file, false);
        assert_eq!(trouble, Some(KeepTrouble::SetAside));
        room.expect("a new file").close().await;
        assert_eq!(fs::read(beside(&file, aside)).expect("kept"), rubbish);
    }
}

#[tokio::test]
async fn what_belongs_to_a_file_that_is_gone_is_put_aside() {
    let (_folder, file) = place();
    fs::write(beside(&file, "-wal"), b"something").expect("written");
    let Opened { file: room, trouble, .. } = open(&file, false);
    assert_eq!(trouble, Some(KeepTrouble::SetAside));
    room.expect("a new file").close().await;
    assert!(beside(&file, ".damaged-wal").exists());
}

#[tokio::test]
async fn a_flipped_bit_in_a_line_is_never_sent() {
    let (_folder, file) = place();
    some_room(&file).await;
    let db = connect(&file).expect("a database");
    db.execute("UPDATE line SET text = 'line 9' WHERE text = 'line 1'", []).expect("damaged");
    drop(db);
    let Opened { file: room, kept, trouble } = open(&file, false);
    assert_eq!(trouble, Some(KeepTrouble::SetAside));
    let acts: Vec<_> = kept.acts.into_iter().map(|act| act.own.what).collect();
    assert_eq!(acts, [Verb::post("line 2")]);
    room.expect("a new file").close().await;
}

#[test]
fn where_nothing_can_be_made_that_is_told() {
    let (folder, _) = place();
    let found = open(&folder.path().join("no such folder").join("room.db"), false);
    assert!(found.file.is_none());
    assert_eq!(found.trouble, Some(KeepTrouble::Damaged));
}

#[tokio::test]
async fn a_full_disk_is_told_as_such_and_keeps_what_was_there() {
    let (_folder, file) = place();
    some_room(&file).await;
    let db = connect(&file).expect("a database");
    let pages: i64 = db.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a number");
    db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).expect("full");
    let room = RoomFile::start(&file, db, false, ()).expect("a room");
    let page = Page {
        before: seq(900),
        after: None,
        entries: (300..800).map(|n| message(n, n + 1)).collect(),
        more: true,
    };
    let outcome = room.write(vec![Record::Page(page)]).await.expect("an answer");
    assert_eq!(outcome.map_err(KeepTrouble::from), Err(KeepTrouble::Full));
    room.close().await;
    let (room, kept) = opened(&file);
    assert_eq!(numbers(&kept.entries).last(), Some(&300));
    room.close().await;
}

#[tokio::test]
async fn a_room_that_is_not_wanted_any_more_leaves_nothing() {
    let (folder, file) = place();
    some_room(&file).await;
    forget_room(&file).expect("removed");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    forget_room(&file).expect("nothing to do");
}

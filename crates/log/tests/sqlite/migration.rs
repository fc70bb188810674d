//! A file of an earlier version is brought up to date, whole, and what was damaged in it stays told.

use std::fs;

use hearth_log::{
    Appended, Format, KnownMember, Language, Log, Query, Retention, SqliteLog, Summary, export, import,
    verify,
};
use hearth_protocol::{
    Body, Dialect, InviteId, LogId, MemberId, MemberToken, Nickname, Role, Seq, UnknownBody,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::{earlier, folder, indexed, line, open, seq};

/// What the version that wrote the file exported of it.
const EXPORT: &str = include_str!("../files/export-v2.jsonl");

fn exported(file: &std::path::Path) -> String {
    let mut out = Vec::new();
    // When the export was made.
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 32);
    export(file, Format::JsonLines, Language::English, &TimeZone::UTC, now, &mut out).expect("exported");
    String::from_utf8(out).expect("text")
}

fn version(file: &std::path::Path) -> i64 {
    let db = rusqlite::Connection::open(file).expect("opened");
    db.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version")
}

#[tokio::test]
async fn a_room_of_an_earlier_version_is_as_it_was() {
    let (_folder, file) = earlier();
    // Also for those who only look at it.
    assert_eq!(exported(&file), EXPORT);
    assert_eq!(verify(&file).expect("looked at").problems, [""; 0]);
    assert!(Summary::of(&file).expect("a log").last_at.is_some());
    assert_eq!(version(&file), 5, "which does not change it");

    let log = SqliteLog::open(&file).expect("opened");
    assert_eq!(version(&file), 9);
    assert_eq!((log.id().as_str(), log.name().await.as_deref()), ("old-log", Ok("读书会 <旧>")));
    let all = log.read_after(Seq::ZERO, 100).await.expect("read");
    assert_eq!((all.trimmed_to, all.entries.len()), (Some(seq(40)), 11));
    let said = |text: &str, time: Option<&str>| Body::Message {
        text: text.to_owned(),
        time: time.map(str::to_owned),
    };
    let bodies: Vec<_> = all.entries.iter().map(|entry| entry.body.clone()).collect();
    let expected = [
        Body::Joined { dialect: Dialect::V1 },
        Body::Joined { dialect: Dialect::Classic },
        said("大家好 😅\n第二行\t\"引号\" \\", None),
        said("经典的一行", Some("1-5 9:4:0")),
        said("时间像别的东西", Some(r#"{"time":"1-5"}"#)),
        Body::Renamed { old: Nickname::new("阿明").expect("a nickname") },
        Body::Joined { dialect: Dialect::V1 },
        Body::Unknown(UnknownBody::default()),
        Body::Left,
        said("We deploy tonight 今晚部署", None),
        said("最后一行", None),
    ];
    assert_eq!(bodies, expected);

    let known = |who: &str, nickname: &str, here, role, invite: Option<&str>| KnownMember {
        member: MemberId::new(who).expect("an id"),
        token: MemberToken::new(&format!("token-of-{who}")).ok(),
        nickname: Nickname::new(nickname).expect("a nickname"),
        dialect: Dialect::V1,
        here,
        role,
        invite: invite.and_then(|invite| InviteId::new(invite).ok()),
    };
    let mut members = log.members(10).await.expect("read");
    members.sort_by(|a, b| a.member.cmp(&b.member));
    let expected = [
        known("m-li", "小李", true, Role::Reader, Some("read")),
        known("m-ming", "明明", true, Role::Member, None),
        known("m-wei", "Wei", false, Role::Member, Some("write")),
    ];
    assert_eq!(members, expected);
    let count = |invite: &str| (InviteId::new(invite).expect("an id"), 1);
    assert_eq!(log.admitted().await, Ok(vec![count("read"), count("write")]));
    assert_eq!(log.setting("key").await, Ok(Some("钥匙".to_owned())));
    assert_eq!(log.owner().await.expect("read"), MemberToken::new("owner-token").ok());
    assert_eq!(log.retention().await, Ok(Retention { days: Some(7), bytes: Some(1 << 30) }));

    indexed(&log).await;
    let query = Query::new("部署").expect("something to search for");
    let hits = log.search(query, Seq::MAX, 10).await.expect("searched");
    assert_eq!(hits.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [seq(50)]);

    let repeats = vec![
        line("m-ming", 7, "很久以前的第 7 行"),
        line("m-ming", 42, "又一次"),
        line("m-ming", 99, "新的"),
    ];
    let appended = log.append(repeats, Vec::new()).await.expect("stored");
    assert_eq!(appended[..2], [Appended::Repeat(seq(7)), Appended::Repeat(seq(50))]);
    assert_eq!(appended[2].seq(), seq(52));
    log.close().await;
    assert_eq!(verify(&file).expect("looked at").problems, [""; 0]);
    let entries = |text: &str| text.lines().skip(1).take(11).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(entries(&exported(&file)), entries(EXPORT));
}

#[tokio::test]
async fn what_was_damaged_before_is_damaged_afterwards() {
    let (_folder, file) = earlier();
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute_batch(
        "UPDATE entry SET text = '别的' WHERE seq IN (44, 49);
         UPDATE entry SET more = '1-5' WHERE seq = 45;
         UPDATE entry SET more = '1-5' WHERE seq = 47;",
    )
    .expect("damaged");
    drop(db);
    let before = verify(&file).expect("looked at");
    assert_eq!((before.count, before.entries), (4, 7), "{before:?}");
    SqliteLog::open(&file).expect("its ends are sound").close().await;
    assert_eq!(version(&file), 9);
    let after = verify(&file).expect("looked at");
    assert_eq!((after.count, after.entries), (4, 7), "{after:?}");
    for seq in [44, 45, 47, 49] {
        let problem = format!("entry {seq}: its checksum is wrong");
        assert!(after.problems.iter().any(|told| told.contains(&problem)), "{seq}: {after:?}");
    }
}

/// What version 7 had in its index for the two lines: accents, case and width were folded, and no more.
const WORDS_OF_VERSION_7: &str = "
    INSERT INTO words (words) VALUES ('delete-all');
    INSERT INTO words (rowid, tokens) VALUES (1, 'straße ❤\u{fe0f}'), (2, 'カラ ラオ オケ ケ');
    PRAGMA user_version = 7;
";

#[tokio::test]
async fn what_was_indexed_by_an_earlier_version_is_found_by_the_words_of_today() {
    let (_folder, file) = folder();
    let log = open(&file);
    let lines = vec![line("a", 1, "Straße ❤\u{fe0f}"), line("a", 2, "カラオケ")];
    log.append(lines, Vec::new()).await.expect("stored");
    indexed(&log).await;
    log.close().await;
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute_batch(WORDS_OF_VERSION_7).expect("as it was");
    drop(db);

    let log = SqliteLog::open(&file).expect("opened");
    assert_eq!(version(&file), 9);
    // While the index begins anew, and when it has everything.
    for _ in 0..2 {
        for (typed, found) in [("strasse", 1), ("❤", 1), ("からおけ", 2), ("ﾗｵ", 2)] {
            let query = Query::new(typed).expect("something to search for");
            let hits = log.search(query, Seq::MAX, 10).await.expect("searched");
            assert_eq!(
                hits.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(),
                [seq(found)],
                "{typed}"
            );
        }
        indexed(&log).await;
    }
    log.close().await;
    assert_eq!(verify(&file).expect("looked at").problems, [""; 0]);
}

#[tokio::test]
async fn an_export_of_an_earlier_version_makes_a_room() {
    let (_folder, file) = folder();
    let imported = import(EXPORT.as_bytes(), &file, &LogId::new("new").expect("an id")).expect("imported");
    assert_eq!((imported.entries, imported.holes), (11, 0));
    let entries = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(entries(&exported(&file)), entries(EXPORT));
    assert!(fs::metadata(&file).is_ok());
}

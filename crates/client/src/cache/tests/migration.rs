//! A copy of an earlier version is brought up to date; and what a later version says is kept in one as it came.

use hearth_protocol::{LinesRequest, Mentions, Nickname, RefusalCode, SearchRequest, UnknownBody};
use hearth_store::{meta, seq_column::SeqColumn};

use super::*;
use crate::{cache::meta::CURSOR, update::Failure};

/// A copy as version 2 of the file had it: entries 39 to 48 and 51 of a log, a gap between them, and own acts.
fn earlier() -> (TempDir, PathBuf) {
    let (folder, file) = place();
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/copy-v2.db"), &file).expect("copied");
    (folder, file)
}

#[tokio::test]
async fn a_copy_of_an_earlier_version_is_as_it_was() {
    let (_folder, file) = earlier();
    let (room, kept) = opened(&file);
    let again = kept.clone();
    let Kept { token, you, name, log: kept_log, entries, gaps, acts, marks } = kept;
    assert_eq!(marks, None);
    assert_eq!(token.as_ref().map(MemberToken::as_str), Some("secret"));
    assert_eq!(you, Some(You { member: member("me"), nickname: nickname("阿明") }));
    assert_eq!(name.as_deref(), Some("围炉"));
    let log_then = KeptLog { id: log("old-log"), dialect: Dialect::V1, cursor: seq(51), base: seq(38) };
    assert_eq!(kept_log, Some(log_then));
    assert_eq!(gaps, [Gap { after: seq(48), to: seq(50) }]);
    let said = |text: &str, time: Option<&str>| Body::Message {
        text: text.to_owned(),
        time: time.map(str::to_owned),
    };
    let bodies = [
        said("更早的", None),
        said("早的", None),
        Body::Joined { dialect: Dialect::V1 },
        Body::Joined { dialect: Dialect::Classic },
        said("大家好 😅\n第二行", None),
        said("经典的一行", Some("1-5 9:4:0")),
        said("时间像别的东西", Some(r#"{"time":"1-5"}"#)),
        Body::Renamed { old: Nickname::new("阿明").expect("a nickname") },
        Body::Unknown(UnknownBody::default()),
        Body::Left,
        said("今晚部署", None),
    ];
    assert_eq!(numbers(&entries), (39..=48).chain([51]).collect::<Vec<_>>());
    assert_eq!(entries.into_iter().map(|entry| entry.body).collect::<Vec<_>>(), bodies);
    let failed = ActState::Failed { reason: Failure::Refused { reason: RefusalCode::Storage } };
    assert_eq!(
        acts,
        [
            line(101, ActState::Queued, None),
            line(102, ActState::Queued, Some(Dialect::V1)),
            KeptAct { stored: Some(seq(60)), ..line(103, ActState::Sent, Some(Dialect::V1)) },
            line(104, failed, None),
        ]
    );
    let request = SearchRequest { query: "部署".to_owned(), before: None, limit: 5 };
    assert_eq!(numbers(&room.search(request, log("old-log")).await.0.entries), [51]);
    write(&room, vec![Record::Entry(message(51, 52))]).await;
    room.close().await;
    let (room, kept) = opened(&file);
    assert_eq!(numbers(&kept.entries).last(), Some(&52));
    assert_eq!((kept.acts, kept.gaps), (again.acts, again.gaps));
    room.close().await;
}

#[tokio::test]
async fn what_an_earlier_version_indexed_is_found_by_the_words_of_today() {
    let (_folder, file) = place();
    let (room, _) = opened(&file);
    let said = Body::Message { text: "Straße".to_owned(), time: None };
    write(&room, vec![begun("a", 0), Record::Entry(Entry { body: said, ..message(0, 1) })]).await;
    room.close().await;
    let db = connect(&file).expect("a database");
    db.execute_batch(
        "INSERT INTO words (words) VALUES ('delete-all');
         INSERT INTO words (rowid, tokens) VALUES (1, 'straße');
         INSERT OR REPLACE INTO meta (key, value) VALUES ('indexed_to', 1);
         PRAGMA user_version = 4;",
    )
    .expect("as it was");
    drop(db);
    let (room, _) = opened(&file);
    for query in ["strasse", "STRASSE", "straße"] {
        let request = SearchRequest { query: query.to_owned(), before: None, limit: 5 };
        assert_eq!(numbers(&room.search(request, log("a")).await.0.entries), [1], "{query}");
    }
    room.close().await;
}

/// A copy as an app of before acts about lines kept it: lines 1 to 3, and these, which it did not know.
async fn kept_without_being_known(file: &Path, bodies: &[&str]) {
    let (room, _) = opened(file);
    let said = (1..).zip([SAID, "今晚部署", "别的"]).map(|(at, text)| {
        let body = Body::Message { text: text.to_owned(), time: None };
        Record::Entry(Entry { body, ..message(at - 1, at) })
    });
    write(&room, [begun("a", 0)].into_iter().chain(said).collect()).await;
    room.close().await;
    let db = connect(file).expect("a database");
    for (at, json) in (4..).zip(bodies) {
        let body = Body::Unknown(UnknownBody::from_json((*json).to_owned()).expect("a body"));
        rows::insert(&db, &Entry { body, ..message(at - 1, at) }).expect("kept");
        meta::set(&db, CURSOR, SeqColumn(seq(at))).expect("kept");
    }
    db.pragma_update(None, "user_version", 5).expect("as it was");
}

const SAID: &str = "qzx绝密的原话jk";

#[tokio::test]
async fn what_an_earlier_version_kept_without_knowing_it_counts_now() {
    let (folder, file) = place();
    let bodies = [
        r#"{"kind":"edited","about":1,"text":"qzy机密的改口jk"}"#,
        r#"{"about":1,"kind":"removed"}"#,
        r#"{"kind":"edited","text":"明天上线","about":2,"later":1.0e5}"#,
        r#"{"kind":"pinned","about":2,"on":true}"#,
        r#"{"kind":"danced","about":3,"z":1.0e5}"#,
    ];
    kept_without_being_known(&file, &bodies).await;
    assert!(is_in(folder.path(), SAID), "it is there before");
    let (room, kept) = opened(&file);
    let bodies: Vec<_> = kept.entries.into_iter().map(|entry| entry.body).collect();
    let said = |text: &str| Body::Message { text: text.to_owned(), time: None };
    let edit = Body::Edited { about: seq(2), text: "明天上线".to_owned(), mentions: Mentions::default() };
    let danced =
        UnknownBody::from_json(r#"{"kind":"danced","about":3,"z":1.0e5}"#.to_owned()).expect("a body");
    let expected = [
        Body::Erased,
        said("今晚部署"),
        said("别的"),
        Body::Erased,
        Body::Removed { about: seq(1) },
        edit,
        Body::Pinned { about: seq(2), on: true },
        Body::Unknown(danced),
    ];
    assert_eq!(bodies, expected);
    for text in [SAID, "qzy机密的改口jk"] {
        assert!(!is_in(folder.path(), text), "{text} is still there");
    }
    for (query, found) in
        [("qzx", vec![]), ("qzy", vec![]), ("部署", vec![]), ("上线", vec![2]), ("别的", vec![3])]
    {
        let request = SearchRequest { query: query.to_owned(), before: None, limit: 5 };
        assert_eq!(numbers(&room.search(request, log("a")).await.0.entries), found, "{query}");
    }
    let pins = LinesRequest { lines: Vec::new(), pinned: true };
    assert_eq!(room.lines(pins, log("a")).await.0.lines, [seq(2)]);
    room.close().await;
}

#[tokio::test]
async fn a_damaged_row_of_an_earlier_version_is_found_out() {
    let (_folder, file) = earlier();
    let db = connect(&file).expect("a database");
    db.execute("UPDATE entry SET more = '1-6' WHERE seq = 44", []).expect("damaged");
    drop(db);
    let Opened { file: room, kept, trouble } = open(&file, false);
    assert_eq!(trouble, Some(KeepTrouble::SetAside));
    assert_eq!((kept.entries.len(), kept.acts.len()), (0, 4), "and the lines are rescued");
    room.expect("a new file").close().await;
}

#[tokio::test]
async fn what_a_later_version_says_is_in_the_copy_as_it_came() {
    let (_folder, file) = place();
    let (room, _) = opened(&file);
    let json = r#"{"kind":"edited","z":1.0e5,"a":[ 1E400 , {"b" :"\u56f4", "a":null} ],"about":1}"#;
    let body = Body::Unknown(UnknownBody::from_json(json.to_owned()).expect("a body"));
    let later = Entry { body, ..message(1, 2) };
    write(&room, vec![begun("a", 0), Record::Entry(message(0, 1)), Record::Entry(later.clone())]).await;
    room.close().await;
    let (room, kept) = opened(&file);
    assert_eq!(kept.entries, [message(0, 1), later.clone()]);
    let request = HistoryRequest { before: seq(3), after: None, limit: 10 };
    let (page, _) = room.recall(request, log("a"), seq(2)).await.0.expect("it is kept");
    assert_eq!(page.entries, [message(0, 1), later]);
    room.close().await;
}

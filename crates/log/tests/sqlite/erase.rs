//! What is erased is in no byte of the files.

use std::fs;
use std::path::Path;

use hearth_log::{Exported, Format, Language, Log, Query, SqliteLog, export, import, verify};
use hearth_protocol::{Body, LogId, Mentions, Seq};
use hearth_store::open::beside;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{draft, folder, indexed, line, open, seq};

/// The first file in which these bytes are, whatever their case.
fn found(folder: &Path, needle: &str) -> Option<String> {
    let needle = needle.to_lowercase().into_bytes();
    fs::read_dir(folder).expect("the folder").find_map(|file| {
        let file = file.expect("a file");
        let mut bytes = fs::read(file.path()).expect("readable");
        bytes.make_ascii_lowercase();
        let is_there = bytes.windows(needle.len()).any(|part| part == needle);
        is_there.then(|| file.file_name().to_string_lossy().into_owned())
    })
}

/// A line of so many words, each of which nobody else says.
fn secret(n: u64, words: usize) -> String {
    (0..words).map(|word| format!("qzx{n}v{word}jk 密{n}语{word}")).collect::<Vec<_>>().join(" ")
}

/// What would tell of that line: words as they were written, and as the index has them.
fn traces(n: u64, words: usize) -> Vec<String> {
    [0, words / 2, words - 1]
        .iter()
        .flat_map(|word| [format!("qzx{n}v{word}jk"), format!("密{n}语{word}")])
        .collect()
}

#[tokio::test]
async fn what_is_erased_is_nowhere_on_the_disk() {
    const LINES: u64 = 2000;
    // Short ones, one as long as any may be, the first and the last.
    let erased = [(1, 1), (2, 3), (700, 2), (1234, 600), (1999, 1), (LINES, 5)];
    let words = |n: u64| erased.iter().find(|(seq, _)| *seq == n).map(|(_, words)| *words);
    let (place, file) = folder();
    let log = open(&file);
    let text =
        |n: u64| words(n).map_or_else(|| format!("第 {n} 行，今晚部署 deploy{}", n % 50), |w| secret(n, w));
    for from in (1..=LINES).step_by(100) {
        let lines = (from..from + 100).map(|n| line("ming", n.into(), &text(n)));
        log.append(lines.collect(), Vec::new()).await.expect("stored");
        if from % 500 == 1 {
            indexed(&log).await;
        }
    }
    indexed(&log).await;
    for (n, words) in erased {
        for trace in traces(n, words) {
            assert!(found(place.path(), &trace).is_some(), "{trace} is there before");
        }
    }
    for (n, words) in erased {
        assert_eq!(log.erase(seq(n)).await, Ok(true));
        for trace in traces(n, words) {
            assert_eq!(found(place.path(), &trace), None, "{trace} is still there");
        }
        assert_eq!(log.erase(seq(n)).await, Ok(false), "once is enough");
    }
    let hits = |typed: &str| log.search(Query::new(typed).expect("a query"), Seq::MAX, 5000);
    assert_eq!(hits("qzx1234v7jk").await.expect("searched").entries, []);
    assert_eq!(hits("部署").await.expect("searched").entries.len(), 2000 - erased.len());
    log.append(vec![line("ming", 5000, "后来的一行")], Vec::new()).await.expect("stored");
    log.close().await;
    for (n, words) in erased {
        for trace in traces(n, words) {
            assert_eq!(found(place.path(), &trace), None, "{trace} is there again");
        }
    }

    let report = verify(&file).expect("looked at");
    assert_eq!(
        (report.problems, report.entries),
        (Vec::new(), LINES + 1),
        "each row adds up and has its place"
    );
    let log = SqliteLog::open(&file).expect("opened");
    let entries = log.read_after(Seq::ZERO, 5000).await.expect("read").entries;
    let gone = entries.iter().filter(|entry| entry.body == Body::Erased).map(|entry| entry.seq.get());
    assert_eq!(gone.collect::<Vec<_>>(), erased.map(|(n, _)| n));
    log.close().await;
}

#[tokio::test]
async fn what_the_program_left_of_it_when_it_was_killed_is_gone_at_the_next_start() {
    let (_place, file) = folder();
    let log = open(&file);
    log.append(vec![line("ming", 1, &secret(1, 3)), line("ming", 2, "别的")], Vec::new())
        .await
        .expect("stored");
    indexed(&log).await;
    let removed = draft("ming", Some(3), Body::Removed { about: seq(1) });
    log.append(vec![removed], Vec::new()).await.expect("stored");
    let (left, copy) = folder();
    for end in ["", "-wal"] {
        fs::copy(beside(&file, end), beside(&copy, end)).expect("copied");
    }
    log.close().await;
    assert!(
        traces(1, 3).iter().all(|trace| found(left.path(), trace).is_some()),
        "it was killed before the clean-up"
    );

    let log = SqliteLog::open(&copy).expect("opened");
    log.tidy(Timestamp::now()).await.expect("tidied");
    for trace in traces(1, 3) {
        assert_eq!(found(left.path(), &trace), None, "{trace} is still there");
    }
    log.close().await;
}

#[tokio::test]
async fn who_reads_meanwhile_holds_it_up_for_no_longer_than_they_read() {
    let (place, file) = folder();
    let log = open(&file);
    log.append(vec![line("ming", 1, "绝密的一行"), line("ming", 2, "别的")], Vec::new())
        .await
        .expect("stored");
    let db = rusqlite::Connection::open(&file).expect("opened");
    let reads = db.unchecked_transaction().expect("begun");
    let text: String =
        reads.query_row("SELECT text FROM entry WHERE seq = 1", [], |row| row.get(0)).expect("read");
    assert_eq!(text, "绝密的一行");
    let (erased, ()) = tokio::join!(log.erase(seq(1)), async {
        let next = log.append(vec![line("ming", 3, "不等谁")], Vec::new()).await;
        assert_eq!(next.expect("stored")[0].seq(), seq(3), "others are not held up");
        drop(reads);
    });
    assert_eq!(erased, Ok(true));
    assert_eq!(found(place.path(), "绝密的一行"), None);
    log.close().await;
}

#[tokio::test]
async fn the_text_of_a_damaged_row_goes_too_and_it_stays_damaged() {
    let (place, file) = folder();
    let log = open(&file);
    log.append((1..=5).map(|n| line("ming", n, &format!("绝密的第 {n} 行"))).collect(), Vec::new())
        .await
        .expect("stored");
    log.close().await;
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute("UPDATE entry SET at = at + 1 WHERE seq = 3", []).expect("damaged");
    drop(db);
    let log = SqliteLog::open(&file).expect("its ends are sound");
    assert_eq!(log.erase(seq(3)).await, Ok(true));
    assert_eq!(found(place.path(), "绝密的第 3 行"), None);
    log.close().await;
    let report = verify(&file).expect("looked at");
    assert_eq!((report.count, report.entries), (1, 4), "{report:?}");
}

#[tokio::test]
async fn what_was_taken_back_is_told_in_exports_and_comes_back_as_that() {
    let (place, file) = folder();
    let log = open(&file);
    log.append((1..=3).map(|n| line("ming", n, &format!("第 {n} 行"))).collect(), Vec::new())
        .await
        .expect("stored");
    assert_eq!(log.erase(seq(2)).await, Ok(true));
    log.close().await;
    let written = |format, language| {
        let mut out = Vec::new();
        let exported = export(&file, format, language, &TimeZone::UTC, Timestamp::UNIX_EPOCH, &mut out)
            .expect("exported");
        assert_eq!(exported, Exported { entries: 3, unreadable: 0 });
        String::from_utf8(out).expect("text")
    };
    assert!(written(Format::Html, Language::Chinese).contains("<bdi>ming</bdi> 撤回了一条消息"));
    assert!(written(Format::Markdown, Language::English).contains("*ming took back a message · 00:00*"));
    let lines = written(Format::JsonLines, Language::English);
    let of = |text: &str| text.lines().nth(2).expect("the second entry").to_owned();
    assert!(
        of(&lines).ends_with(r#""id":"00000000-0000-0000-0000-000000000002","kind":"erased"}"#),
        "{lines}"
    );
    let copy = place.path().join("copy.db");
    import(lines.as_bytes(), &copy, &LogId::new("second").expect("an id")).expect("imported");
    let copied = SqliteLog::open(&copy).expect("opened");
    let entries = copied.read_after(Seq::ZERO, 10).await.expect("read").entries;
    assert_eq!((entries.len(), &entries[1].body), (3, &Body::Erased));
    copied.close().await;
}

/// A line with its changes, and what else is in the room: the line is number `LINE`.
const LINE: u64 = 7;

fn changed(n: u128, text: &str) -> hearth_log::Draft {
    draft(
        "ming",
        Some(n),
        Body::Edited { about: seq(LINE), text: text.to_owned(), mentions: Mentions::default() },
    )
}

#[tokio::test]
async fn what_was_said_about_a_line_goes_from_the_disk_with_it() {
    for by_its_author in [true, false] {
        let (place, file) = folder();
        let log = open(&file);
        let others = (1..=200).filter(|n| *n != u128::from(LINE)).map(|n| line("wei", n, "别的 words"));
        let mut lines: Vec<_> = others.collect();
        lines.insert(6, line("ming", LINE.into(), &secret(1, 3)));
        log.append(lines, Vec::new()).await.expect("stored");
        indexed(&log).await;
        // One change once the index has the line, and one that it may not have reached.
        log.append(vec![changed(1001, &secret(2, 5))], Vec::new()).await.expect("stored");
        indexed(&log).await;
        log.append(vec![changed(1002, &secret(3, 5))], Vec::new()).await.expect("stored");
        let all = || [(1, 3), (2, 5), (3, 5)].into_iter().flat_map(|(n, words)| traces(n, words));
        for trace in all() {
            assert!(found(place.path(), &trace).is_some(), "{trace} is there before");
        }
        if by_its_author {
            let removed = draft("ming", Some(1003), Body::Removed { about: seq(LINE) });
            log.append(vec![removed], Vec::new()).await.expect("stored");
            assert_eq!(log.erase(seq(LINE)).await, Ok(false), "it is taken away, and its traces go now");
        } else {
            assert_eq!(log.erase(seq(LINE)).await, Ok(true));
        }
        for trace in all() {
            assert_eq!(found(place.path(), &trace), None, "{trace} is still there");
        }
        log.close().await;
        assert_eq!(verify(&file).expect("looked at").problems, [""; 0]);
        for trace in all() {
            assert_eq!(found(place.path(), &trace), None, "{trace} is there again");
        }
    }
}

#[tokio::test]
async fn a_line_is_found_by_what_it_says_now_wherever_the_index_is() {
    let (_place, file) = folder();
    let log = open(&file);
    let lines = (1..=20).map(|n| line("ming", n, if n == u128::from(LINE) { "今晚部署" } else { "别的" }));
    log.append(lines.collect(), Vec::new()).await.expect("stored");
    let hits = async |typed: &str| {
        let hits = log.search(Query::new(typed).expect("a query"), Seq::MAX, 10).await.expect("searched");
        hits.entries.iter().map(|entry| entry.seq.get()).collect::<Vec<_>>()
    };
    let mut before = "部署";
    for (n, now) in [(1001, "上线"), (1002, "发布"), (1003, "推迟")] {
        log.append(vec![changed(n, &format!("明天{now}"))], Vec::new()).await.expect("stored");
        // Whatever the index has, and then when it has all.
        assert_eq!((hits(before).await, hits(now).await), (vec![], vec![LINE]));
        indexed(&log).await;
        assert_eq!((hits(before).await, hits(now).await), (vec![], vec![LINE]));
        before = now;
    }
    // And when all of it is made anew.
    log.close().await;
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute_batch(
        "INSERT INTO words (words) VALUES ('delete-all'); UPDATE meta SET value = 0 WHERE key = 'indexed_to'",
    )
    .expect("emptied");
    drop(db);
    let log = SqliteLog::open(&file).expect("opened");
    indexed(&log).await;
    for (typed, expected) in [("部署", vec![]), ("发布", vec![]), ("推迟", vec![LINE])] {
        let hits = log.search(Query::new(typed).expect("a query"), Seq::MAX, 10).await.expect("searched");
        assert_eq!(hits.entries.iter().map(|entry| entry.seq.get()).collect::<Vec<_>>(), expected, "{typed}");
    }
    log.close().await;
}

//! A damaged file: what can be read of it is read, and the rest is told.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use hearth_log::{Exported, Log, OpenError, Query, Slice, SqliteLog};
use hearth_protocol::{Body, Mentions, Seq};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{AS_VERSION_3, draft, earlier, enrolled, folder, indexed, line, open, seq, tell};

/// Bytes of a page of a file.
const PAGE: usize = 4096;

#[tokio::test]
async fn what_cannot_be_read_keeps_nobody_from_the_rest() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append((1..=300).map(|n| line("ming", n, "一行")).collect(), Vec::new()).await.expect("stored");
    log.close().await;
    let db = hearth_store::open::connect(&file).expect("a database");
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
async fn a_large_hole_keeps_nobody_from_what_is_before_it() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append((1..=3000).map(|n| line("ming", n, "一行")).collect(), Vec::new()).await.expect("stored");
    log.close().await;
    let db = hearth_store::open::connect(&file).expect("a database");
    db.execute("DELETE FROM entry WHERE seq BETWEEN 500 AND 2500", []).expect("damaged");
    drop(db);
    let log = open(&file);
    let near = log.read_before(seq(2600), 200).await.expect("read");
    assert_eq!((near.entries.len(), near.more), (99, true), "up to the hole");
    let far = log.read_before(seq(2501), 200).await.expect("read");
    assert_eq!(far.entries.last().map(|entry| entry.seq), Some(seq(499)), "and beyond it");
}

#[tokio::test]
async fn a_line_that_cannot_be_read_does_not_keep_the_others_from_being_found() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append((1..=1200).map(|n| line("ming", n, "今晚部署 ++")).collect(), Vec::new())
        .await
        .expect("stored");
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
    // The index has no words for signs: every line is looked at.
    let hits = log.search(Query::new("++").expect("a query"), Seq::MAX, 2000).await.expect("searched");
    assert_eq!((hits.entries.len(), hits.more), (1198, false), "all but those");
    log.close().await;
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
    let (language, zone) = (hearth_log::Language::English, TimeZone::UTC);
    let exported = hearth_log::export(&file, format, language, &zone, Timestamp::UNIX_EPOCH, &mut Vec::new());
    assert_eq!(exported.expect("exported"), Exported { entries: 100, unreadable: 1 });
}

#[tokio::test]
async fn a_log_of_an_earlier_version_learns_its_newest_number() {
    let (_folder, file) = earlier();
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute_batch(AS_VERSION_3).expect("as it was");
    drop(db);
    let log = SqliteLog::open(&file).expect("opened");
    let next = log.append(vec![line("ming", 4, "后来")], Vec::new()).await.expect("stored");
    assert_eq!(next[0].seq(), seq(52));
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
            Err(error) => {
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

/// Damages a file in a way that the file system would not notice.
fn flip(file: &Path, at: usize, bit: usize) {
    let mut bytes = fs::read(file).expect("the file");
    bytes[at] ^= 1 << bit;
    fs::write(file, bytes).expect("written");
}

#[tokio::test]
async fn what_was_said_about_a_line_is_told_as_far_as_it_can_be_read() {
    let (_place, file) = folder();
    let log = open(&file);
    let edited = |n: u128, about: u64| {
        let body =
            Body::Edited { about: seq(about), text: format!("改 {n}"), mentions: Mentions::default() };
        draft("ming", Some(n), body)
    };
    let lines = (1..=3).map(|n| line("ming", n, &format!("第 {n} 行")));
    // Its ends are looked at before it is opened.
    let others = |n: u128| (n..n + 100).map(|n| line("ming", n, "别的"));
    let edits = [edited(4, 101), edited(5, 101), edited(6, 102)];
    let all = others(1000).chain(lines).chain(edits).chain(others(2000)).collect();
    log.append(all, Vec::new()).await.expect("stored");
    indexed(&log).await;
    log.close().await;
    let db = rusqlite::Connection::open(&file).expect("opened");
    db.execute("UPDATE entry SET at = at + 1 WHERE seq IN (102, 105)", []).expect("damaged");
    drop(db);
    let log = SqliteLog::open(&file).expect("its ends are sound");
    let about = log.about(vec![seq(101), seq(102)]).await.expect("read");
    assert_eq!(about.iter().map(|entry| entry.seq.get()).collect::<Vec<_>>(), [104, 106]);
    let lines = log.lines(vec![seq(101), seq(102)]).await.expect("read");
    assert_eq!(lines.iter().map(|entry| entry.seq.get()).collect::<Vec<_>>(), [101]);
    // A change of what cannot be read keeps nothing else from being stored.
    let appended =
        log.append(vec![edited(7, 102), line("ming", 8, "后来")], Vec::new()).await.expect("stored");
    assert_eq!(appended.iter().map(|appended| appended.seq().get()).collect::<Vec<_>>(), [207, 208]);
    log.close().await;
}

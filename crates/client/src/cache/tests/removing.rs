//! What was taken away in the room is in the copy no longer.

use hearth_protocol::{Emoji, LinesRequest, Mentions, SearchRequest};

use super::*;

const SAID: &str = "qzx绝密的原话jk";
const CHANGED: &str = "qzy机密的改口jk";

fn said(at: u64, body: Body) -> Entry {
    entry(at - 1, at, "ming", body)
}

fn line(at: u64, text: &str) -> Record {
    Record::Entry(said(at, Body::Message { text: text.to_owned(), time: None }))
}

fn edited(at: u64, about: u64, text: &str) -> Entry {
    said(at, Body::Edited { about: seq(about), text: text.to_owned(), mentions: Mentions::default() })
}

fn reacted(at: u64, about: u64) -> Entry {
    said(at, Body::Reacted { about: seq(about), emoji: Emoji::new("👍").expect("an emoji"), on: true })
}

fn pinned(at: u64, about: u64) -> Entry {
    said(at, Body::Pinned { about: seq(about), on: true })
}

fn removed(at: u64, about: u64) -> Entry {
    said(at, Body::Removed { about: seq(about) })
}

/// A copy with a line that was changed, and another one.
fn talk() -> Vec<Record> {
    let about = [edited(3, 1, CHANGED), reacted(4, 1), pinned(5, 1), pinned(6, 2)].map(Record::Entry);
    [begun("a", 0), line(1, SAID), line(2, "别的")].into_iter().chain(about).collect()
}

fn single(lines: &[u64], pinned: bool) -> LinesRequest {
    LinesRequest { lines: lines.iter().map(|line| seq(*line)).collect(), pinned }
}

#[tokio::test]
async fn what_was_removed_is_in_no_file_of_the_copy() {
    // As it is told to whoever is there, and to whoever asks for the line later.
    for removal in [Record::Entry(removed(7, 1)), Record::Single(vec![removed(7, 1)])] {
        let (folder, file) = place();
        let (room, _) = opened(&file);
        write(&room, talk()).await;
        assert!([SAID, CHANGED].iter().all(|text| is_in(folder.path(), text)), "they are there before");
        write(&room, vec![removal]).await;
        for text in [SAID, CHANGED] {
            assert!(!is_in(folder.path(), text), "{text} is still there");
            let request = SearchRequest { query: text.to_owned(), before: None, limit: 10 };
            assert_eq!(room.search(request, log("a")).await.0.entries, []);
        }
        let (lines, about) = room.lines(single(&[1, 2, 3], false), log("a")).await;
        let bodies: Vec<_> = lines.entries.iter().map(|entry| entry.body.clone()).collect();
        assert_eq!((bodies[0].clone(), bodies[2].clone(), bodies.len()), (Body::Erased, Body::Erased, 3));
        assert_eq!(numbers(&about), [6, 7]);
        room.close().await;
        assert!([SAID, CHANGED].iter().all(|text| !is_in(folder.path(), text)), "they are there again");
    }
}

#[tokio::test]
async fn what_the_app_left_of_it_when_it_was_killed_is_gone_at_the_next_start() {
    let (_folder, file) = place();
    let (room, _) = opened(&file);
    write(&room, talk()).await;
    room.close().await;
    let db = connect(&file).expect("a database");
    db.execute_batch("BEGIN").expect("begun");
    assert!(apply(&db, &Record::Entry(removed(7, 1))).expect("applied"));
    db.execute_batch("COMMIT").expect("committed");
    let (folder, left) = place();
    for end in ["", "-wal"] {
        std::fs::copy(beside(&file, end), beside(&left, end)).expect("copied");
    }
    assert!(is_in(folder.path(), SAID), "it was killed before the clean-up");
    let (room, _) = opened(&left);
    assert!([SAID, CHANGED].iter().all(|text| !is_in(folder.path(), text)), "they are still there");
    room.close().await;
    assert!([SAID, CHANGED].iter().all(|text| !is_in(folder.path(), text)), "they are there again");
}

#[tokio::test]
async fn single_lines_and_pins_are_there_without_a_host() {
    let (_folder, file) = place();
    let (room, _) = opened(&file);
    write(&room, talk()).await;
    let (lines, about) = room.lines(single(&[2, 9, 1], false), log("a")).await;
    assert_eq!((numbers(&lines.entries), lines.pinned, lines.rest), (vec![1, 2], false, vec![]));
    assert_eq!(lines.lines, [2, 9, 1].map(seq), "as they were asked for");
    assert_eq!(numbers(&about), [3, 4, 5, 6]);
    let (pins, _) = room.lines(single(&[], true), log("a")).await;
    assert_eq!(
        (pins.lines, pins.pinned, numbers(&pins.entries)),
        ([1, 2].map(seq).to_vec(), true, vec![1, 2])
    );
    let (none, about) = room.lines(single(&[1], false), log("b")).await;
    assert_eq!((none.entries, about), (vec![], vec![]), "another log");
    let request = SearchRequest { query: CHANGED.to_owned(), before: None, limit: 10 };
    let (found, about) = room.search(request, log("a")).await;
    assert_eq!((numbers(&found.entries), numbers(&about)), (vec![1], vec![3, 4, 5]), "by what it says now");
    room.close().await;
}

fn page(entries: Vec<Entry>) -> Record {
    Record::Page(Page { before: seq(99), after: None, entries, more: true })
}

fn text(at: u64, text: &str) -> Entry {
    said(at, Body::Message { text: text.to_owned(), time: None })
}

#[tokio::test]
async fn what_was_removed_does_not_come_back_with_a_page_that_was_read_before() {
    // Live, or in one answer, whose page comes behind what was said about it.
    for removal in [Record::Entry(removed(11, 1)), Record::Single(vec![removed(11, 1)])] {
        let (folder, file) = place();
        let (room, _) = opened(&file);
        write(&room, vec![begun("a", 10), removal.clone()]).await;
        write(&room, vec![page(vec![text(1, SAID), edited(2, 1, CHANGED), text(3, "别的")])]).await;
        let (lines, _) = room.lines(single(&[1, 2, 3], false), log("a")).await;
        let bodies: Vec<_> = lines.entries.into_iter().map(|entry| entry.body).collect();
        assert_eq!(bodies, [Body::Erased, Body::Erased, text(3, "别的").body]);
        room.close().await;
        assert!([SAID, CHANGED].iter().all(|text| !is_in(folder.path(), text)), "{removal:?}");
        // The same in one write, and what was said about it without the line.
        let (folder, file) = place();
        let (room, _) = opened(&file);
        write(&room, vec![begun("a", 10), removal.clone(), page(vec![edited(2, 1, CHANGED)])]).await;
        assert!(!is_in(folder.path(), CHANGED), "{removal:?}");
        room.close().await;
    }
}

#[tokio::test]
async fn what_was_removed_while_the_disk_lagged_is_in_no_file_of_the_copy() {
    let (folder, file) = place();
    let (room, _) = opened(&file);
    write(&room, talk()).await;
    let kept = Kept {
        log: Some(KeptLog { id: log("a"), dialect: Dialect::V1, cursor: seq(7), base: seq(6) }),
        entries: vec![removed(7, 1)],
        ..Kept::default()
    };
    write(&room, vec![Record::Whole { kept: Box::new(kept), anew: false }]).await;
    assert!([SAID, CHANGED].iter().all(|text| !is_in(folder.path(), text)));
    room.close().await;
}

#[test]
fn traces_are_looked_for_only_when_something_was_taken_away() {
    let db = tables();
    let mut all = talk();
    all.push(Record::Entry(removed(7, 1)));
    let erased: Vec<_> = all.iter().map(|record| apply(&db, record).expect("written")).collect();
    assert_eq!(erased.iter().filter(|erased| **erased).count(), 1, "{erased:?}");
    assert_eq!(erased.last(), Some(&true));
    // It is told again with each page that has the line.
    for known in [Record::Single(vec![removed(7, 1)]), page(vec![said(1, Body::Erased), removed(7, 1)])] {
        assert!(!apply(&db, &known).expect("written"), "{known:?}");
    }
    assert!(apply(&db, &page(vec![said(2, Body::Erased)])).expect("written"), "as the host has it now");
    assert_eq!(rows::at(&db, seq(2)).expect("read").expect("kept").body, Body::Erased);
}

#[tokio::test]
async fn traces_that_somebody_reads_over_go_when_they_are_done() {
    let (folder, file) = place();
    let (room, _) = opened(&file);
    write(&room, talk()).await;
    let somebody = Connection::open(&file).expect("opened");
    somebody.execute_batch("BEGIN; SELECT count(*) FROM entry;").expect("they read");
    write(&room, vec![Record::Entry(removed(7, 1))]).await;
    assert!(is_in(folder.path(), SAID), "what they read is still there");
    somebody.execute_batch("COMMIT").expect("they are done");
    write(&room, vec![line(8, "以后")]).await;
    assert!([SAID, CHANGED].iter().all(|text| !is_in(folder.path(), text)));
    room.close().await;
}

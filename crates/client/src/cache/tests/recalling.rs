use super::*;

fn ask(before: u64, after: Option<u64>, limit: u32) -> HistoryRequest {
    HistoryRequest { before: seq(before), after: after.map(seq), limit }
}

/// Entries 1 to 10, a gap up to 20, entries up to 30; then a hole, a page from 41 to 45, and a log that is known up to 60
/// from 51 on.
fn patchwork() -> Connection {
    let db = tables();
    let entries = |from: u64, to: u64| (from..to).map(|n| message(n, n + 1)).collect::<Vec<_>>();
    let mut records = vec![begun("a", 50)];
    records.extend(entries(50, 60).into_iter().map(Record::Entry));
    for (from, to) in [(0, 10), (20, 30), (40, 45)] {
        records.push(Record::Page(Page {
            before: seq(99),
            after: None,
            entries: entries(from, to),
            more: true,
        }));
    }
    for record in records {
        apply(&db, &record).expect("written");
    }
    db.execute_batch("INSERT INTO gap VALUES (10, 20)").expect("a gap");
    db
}

fn page(db: &Connection, request: HistoryRequest) -> Option<(Vec<u64>, bool, Vec<Gap>)> {
    let answer = recall::answer(db, request, &log("a"), seq(31)).expect("read");
    answer.map(|(page, gaps)| {
        assert_eq!((page.before, page.after), (request.before, request.after));
        (numbers(&page.entries), page.more, gaps)
    })
}

#[test]
fn what_is_whole_is_told_and_a_hole_is_never_passed_over() {
    let db = patchwork();
    assert_eq!(page(&db, ask(61, None, 3)), Some((vec![58, 59, 60], true, vec![])));
    assert_eq!(page(&db, ask(53, None, 50)), Some((vec![51, 52], true, vec![])), "up to the hole");
    assert_eq!(page(&db, ask(51, None, 50)), None, "what is before 51 the copy does not know");
    assert_eq!(page(&db, ask(48, None, 50)), None, "a place within the hole");
    let jump = page(&db, ask(46, None, 2));
    assert_eq!(
        jump,
        Some((vec![44, 45], true, vec![])),
        "a line that was found, though not what follows on it"
    );
    assert_eq!(page(&db, ask(44, None, 50)), Some((vec![41, 42, 43], true, vec![])));
    let gap = Gap { after: seq(10), to: seq(20) };
    let across = Some(((3..=10).chain(21..=22).collect(), true, vec![gap]));
    assert_eq!(page(&db, ask(23, None, 10)), across);
    assert_eq!(page(&db, ask(15, None, 2)), Some((vec![9, 10], true, vec![])), "a place within the gap");
    assert_eq!(page(&db, ask(4, None, 50)), Some((vec![1, 2, 3], false, vec![])), "the beginning");
    assert_eq!(recall::answer(&db, ask(61, None, 3), &log("b"), seq(60)).expect("read"), None, "another log");
}

#[test]
fn a_copy_that_is_behind_does_not_say_what_is_next_to_what_it_has_not() {
    let db = patchwork();
    let behind = |request| recall::answer(&db, request, &log("a"), seq(90)).expect("read");
    assert_eq!(behind(ask(80, None, 50)), None, "entries up to 80 may be missing");
    assert!(behind(ask(60, None, 50)).is_some(), "what it has says itself what it follows on");
    let up = behind(ask(80, Some(57), 50)).expect("some");
    assert!(up.0.more, "up to its end, and there may be more");
}

#[test]
fn reading_on_upwards_goes_as_far_as_the_copy_is_whole() {
    let db = patchwork();
    let gap = Gap { after: seq(10), to: seq(20) };
    assert_eq!(page(&db, ask(61, Some(57), 50)), Some((vec![58, 59, 60], false, vec![])));
    assert_eq!(page(&db, ask(61, Some(57), 2)), Some((vec![58, 59], true, vec![])));
    assert_eq!(page(&db, ask(24, Some(8), 50)), Some((vec![9, 10, 21, 22, 23], false, vec![gap])));
    assert_eq!(page(&db, ask(61, Some(28), 50)), Some((vec![29, 30], true, vec![])), "up to the hole");
    assert_eq!(page(&db, ask(61, Some(30), 50)), None);
    assert_eq!(page(&db, ask(61, Some(60), 50)), Some((vec![], false, vec![])), "nothing is newer");
    assert_eq!(page(&db, ask(12, Some(9), 50)), Some((vec![10], false, vec![gap])), "up to within the gap");
}

#[test]
fn where_the_host_begins_the_copy_ends() {
    let db = tables();
    let older = |entries: Vec<Entry>, more| Page { before: seq(31), after: None, entries, more };
    let entries: Vec<_> = (25..30).map(|n| message(n, n + 1)).collect();
    for record in [begun("a", 30), Record::Entry(message(30, 31)), Record::Page(older(entries, false))] {
        apply(&db, &record).expect("written");
    }
    assert_eq!(page(&db, ask(31, None, 50)), Some(((26..=30).collect(), false, vec![])));
    assert_eq!(page(&db, ask(26, None, 50)), Some((vec![], false, vec![])), "the host has nothing either");
    for record in [begun("b", 30), Record::Entry(message(30, 31)), Record::Page(older(vec![], false))] {
        apply(&db, &record).expect("written");
    }
    let nothing =
        recall::answer(&db, ask(31, None, 50), &log("b"), seq(31)).expect("read").expect("an answer");
    assert!(!nothing.0.more, "told by an empty page");
}

#[test]
fn a_copy_that_is_too_large_lets_go_of_the_oldest_and_the_host_has_them() {
    let db = tables();
    let entries: Vec<_> = (0..3000).map(|n| message(n, n + 1)).collect();
    let page_of = |entries| Page { before: seq(3001), after: None, entries, more: false };
    for record in [begun("a", 3000), Record::Page(page_of(entries))] {
        apply(&db, &record).expect("written");
    }
    apply::trim(&db, u64::MAX).expect("looked at");
    assert_eq!(page(&db, ask(3, None, 50)), Some((vec![1, 2], false, vec![])), "there is room for all");
    apply::trim(&db, 1).expect("trimmed");
    assert_eq!(page(&db, ask(3, None, 50)), None);
    assert_eq!(page(&db, ask(2003, None, 50)), Some((vec![2001, 2002], true, vec![])), "the host has more");
    assert_eq!(page(&db, ask(2001, None, 50)), None, "and is asked for it");
    apply::trim(&db, 1).expect("trimmed");
    apply::trim(&db, 1).expect("there is nothing left to let go of");
}

#[tokio::test]
async fn ten_thousand_entries_are_scrolled_through_without_a_host() {
    const ENTRIES: u64 = 10_000;
    let (_folder, file) = place();
    let (room, _) = opened(&file);
    // As they come: the newest live, the older ones page by page.
    write(&room, vec![begun("a", ENTRIES - 50)]).await;
    write(&room, (ENTRIES - 50..ENTRIES).map(|n| Record::Entry(message(n, n + 1))).collect()).await;
    let mut before = ENTRIES - 50;
    while before > 0 {
        let from = before.saturating_sub(100);
        let entries = (from..before).map(|n| message(n, n + 1)).collect();
        let page = Page { before: seq(before + 1), after: None, entries, more: from > 0 };
        write(&room, vec![Record::Page(page)]).await;
        before = from;
    }
    room.close().await;
    let (room, kept) = opened(&file);
    let mut oldest = kept.entries[0].seq.get();
    let mut seen = kept.entries.len();
    loop {
        let (page, _) =
            room.recall(ask(oldest, None, 50), log("a"), seq(ENTRIES)).await.0.expect("it is kept");
        assert!(page.entries.windows(2).all(|pair| pair[0].seq == pair[1].prev));
        assert_eq!(page.entries.last().map(|entry| entry.seq.get()), Some(oldest - 1));
        seen += page.entries.len();
        oldest = page.entries[0].seq.get();
        if !page.more {
            break;
        }
    }
    assert_eq!((oldest, seen), (1, 10_000));
    room.close().await;
}

//! What every log must do. A new kind of log adds a line to `over_every_log!`.

use std::sync::Arc;

use hearth_log::{Draft, Log, MemoryLog};
use hearth_protocol::{Author, Body, LogId, MemberId, Nickname, PostId, Seq};
use jiff::Timestamp;
use uuid::Uuid;

/// Keeps everything that a test appends.
const ROOMY: usize = 1 << 20;

fn log_id() -> LogId {
    LogId::new("log").expect("an id")
}

fn memory(max_bytes: usize) -> Arc<dyn Log> {
    Arc::new(MemoryLog::new(log_id(), max_bytes))
}

macro_rules! over_every_log {
    ($($test:ident),+ $(,)?) => {
        mod memory_log {
            $(#[tokio::test]
            async fn $test() {
                super::$test(super::memory).await;
            })+
        }
    };
}

over_every_log!(
    numbers_increase_and_link_back,
    a_repeat_is_answered_with_the_first_entry,
    the_same_id_of_another_member_is_no_repeat,
    reads_go_both_ways_and_say_whether_more_follows,
    the_head_moves_once_per_append_and_never_on_a_repeat,
    what_was_trimmed_is_told_and_numbers_are_never_used_again,
    concurrent_appends_get_one_order,
);

type Make = fn(usize) -> Arc<dyn Log>;

fn draft(member: &str, id: Option<u128>, text: &str) -> Draft {
    Draft {
        at: Timestamp::UNIX_EPOCH,
        from: Author {
            member: MemberId::new(member).expect("an id"),
            nickname: Nickname::new(member).expect("a nickname"),
        },
        id: id.map(|id| PostId::new(Uuid::from_u128(id))),
        body: Body::Message { text: text.to_owned(), time: None },
    }
}

async fn fill(log: &Arc<dyn Log>, count: u128) {
    for n in 1..=count {
        log.append(vec![draft("a", Some(n), &format!("line {n}"))]).await.expect("stored");
    }
}

fn seq(n: u64) -> Seq {
    Seq::try_from(n).expect("in range")
}

async fn numbers_increase_and_link_back(make: Make) {
    let log = make(ROOMY);
    let drafts = vec![draft("a", None, "1"), draft("a", None, "2"), draft("b", Some(3), "3")];
    let appended = log.append(drafts.clone()).await.expect("stored");
    let mut prev = Seq::ZERO;
    for (appended, draft) in appended.iter().zip(&drafts) {
        assert!(!appended.repeated);
        assert_eq!(appended.entry.prev, prev);
        assert!(appended.entry.seq > prev);
        assert_eq!((&appended.entry.body, appended.entry.id), (&draft.body, draft.id));
        prev = appended.entry.seq;
    }
    let stored = log.read_after(Seq::ZERO, 10).await.expect("read").entries;
    assert_eq!(stored, appended.into_iter().map(|a| a.entry).collect::<Vec<_>>());
}

async fn a_repeat_is_answered_with_the_first_entry(make: Make) {
    let log = make(ROOMY);
    let first =
        log.append(vec![draft("a", Some(1), "first"), draft("a", Some(1), "again")]).await.expect("stored");
    assert_eq!((first[0].repeated, first[1].repeated), (false, true), "within one append");
    let later = log.append(vec![draft("a", Some(1), "once more")]).await.expect("stored");
    assert!(later[0].repeated);
    assert_eq!(later[0].entry, first[0].entry);
    let found =
        log.find(MemberId::new("a").expect("an id"), PostId::new(Uuid::from_u128(1))).await.expect("read");
    assert_eq!(found, Some(Arc::clone(&first[0].entry)));
    assert_eq!(log.read_after(Seq::ZERO, 10).await.expect("read").entries.len(), 1);
}

async fn the_same_id_of_another_member_is_no_repeat(make: Make) {
    let log = make(ROOMY);
    let both =
        log.append(vec![draft("a", Some(1), "a's"), draft("b", Some(1), "b's")]).await.expect("stored");
    assert!(both.iter().all(|appended| !appended.repeated));
}

async fn reads_go_both_ways_and_say_whether_more_follows(make: Make) {
    let log = make(ROOMY);
    fill(&log, 5).await;
    let seqs = |slice: &hearth_log::Slice| slice.entries.iter().map(|e| e.seq.get()).collect::<Vec<_>>();

    let slice = log.read_after(seq(1), 2).await.expect("read");
    assert_eq!((seqs(&slice), slice.more, slice.trimmed_to), (vec![2, 3], true, None));
    let slice = log.read_after(seq(3), 2).await.expect("read");
    assert_eq!((seqs(&slice), slice.more), (vec![4, 5], false));
    assert!(log.read_after(seq(5), 2).await.expect("read").entries.is_empty());

    let slice = log.read_before(seq(4), 2).await.expect("read");
    assert_eq!((seqs(&slice), slice.more, slice.trimmed_to), (vec![2, 3], true, None));
    let slice = log.read_before(seq(2), 2).await.expect("read");
    assert_eq!((seqs(&slice), slice.more), (vec![1], false));
    let slice = log.read_before(Seq::MAX, 100).await.expect("read");
    assert_eq!(seqs(&slice), [1, 2, 3, 4, 5]);
}

async fn the_head_moves_once_per_append_and_never_on_a_repeat(make: Make) {
    let log = make(ROOMY);
    let mut head = log.head();
    assert_eq!(*head.borrow_and_update(), Seq::ZERO);
    log.append(vec![draft("a", Some(1), "1"), draft("a", Some(2), "2")]).await.expect("stored");
    assert!(head.has_changed().expect("open"));
    assert_eq!(head.borrow_and_update().get(), 2);
    log.append(vec![draft("a", Some(2), "2")]).await.expect("stored");
    assert!(!head.has_changed().expect("open"));
}

async fn what_was_trimmed_is_told_and_numbers_are_never_used_again(make: Make) {
    let log = make(8 * 1024);
    fill(&log, 200).await;
    let rest = log.read_after(Seq::ZERO, 1000).await.expect("read");
    let trimmed_to = rest.trimmed_to.expect("200 entries do not fit in 8 KiB");
    assert_eq!(rest.entries.first().map(|entry| entry.prev), Some(trimmed_to));
    assert_eq!(rest.entries.last().map(|entry| entry.seq), Some(seq(200)));

    let tail = log.read_after(trimmed_to, 1000).await.expect("read");
    assert_eq!(tail.trimmed_to, None, "who has the trimmed ones misses nothing");
    let oldest = log.read_before(Seq::MAX, 1000).await.expect("read");
    assert_eq!((oldest.trimmed_to, oldest.more), (Some(trimmed_to), false));

    let next = log.append(vec![draft("a", Some(1), "an id whose entry is gone")]).await.expect("stored");
    assert_eq!(next[0].entry.seq, seq(201));
}

async fn concurrent_appends_get_one_order(make: Make) {
    let log = make(ROOMY);
    let tasks: Vec<_> = (0..8u128)
        .map(|task| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                for n in 0..50 {
                    log.append(vec![draft("a", Some(task * 1000 + n), "x")]).await.expect("stored");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
    let entries = log.read_after(Seq::ZERO, 1000).await.expect("read").entries;
    assert_eq!(entries.len(), 400);
    assert!(entries.windows(2).all(|pair| pair[1].prev == pair[0].seq && pair[1].seq > pair[0].seq));
}

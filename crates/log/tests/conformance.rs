//! What every log must do. A new kind of log adds a line to `over_every_log!`.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use hearth_log::{Appended, Draft, Enrolment, Log, LogError, MemoryLog, Query, Retention, SqliteLog};
use hearth_protocol::{
    Author, Body, Entry, InviteId, LogId, MemberId, MemberToken, Nickname, PostId, Role, Seq, UnknownBody,
};
use jiff::Timestamp;
use uuid::Uuid;

#[path = "conformance/acts.rs"]
mod acts;

use acts::{
    a_line_is_found_by_what_it_says_now, a_line_that_is_removed_goes_with_all_that_was_said_about_it,
    single_lines_and_pins_are_told_as_far_as_they_are_kept,
    what_is_behind_a_line_is_about_that_and_comes_again_with_it, what_stands_of_what_was_said_is_told,
};

/// Keeps everything that a test appends.
const ROOMY: usize = 1 << 30;

/// A log, and what must live as long as it.
struct Made {
    log: Arc<dyn Log>,
    /// Where it is, for a log that outlives its program.
    file: Option<PathBuf>,
    _folder: Option<tempfile::TempDir>,
}

impl Deref for Made {
    type Target = Arc<dyn Log>;

    fn deref(&self) -> &Arc<dyn Log> {
        &self.log
    }
}

fn log_id() -> LogId {
    LogId::new("log").expect("an id")
}

/// A log that keeps about so many bytes.
fn memory(max_bytes: usize) -> Made {
    Made { log: Arc::new(MemoryLog::new(log_id(), max_bytes)), file: None, _folder: None }
}

async fn sqlite(max_bytes: usize) -> Made {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("room.db");
    let log = SqliteLog::open_or_create(&file, &log_id(), "读书会").expect("a log");
    let retention = Retention { bytes: (max_bytes < ROOMY).then_some(max_bytes as u64), days: None };
    log.set_retention(retention).await.expect("set");
    Made { log: Arc::new(log), file: Some(file), _folder: Some(folder) }
}

macro_rules! over_every_log {
    ($($test:ident),+ $(,)?) => {
        mod memory_log {
            $(#[tokio::test]
            async fn $test() {
                super::$test(|bytes| Box::pin(std::future::ready(super::memory(bytes)))).await;
            })+
        }

        mod sqlite_log {
            $(#[tokio::test]
            async fn $test() {
                super::$test(|bytes| Box::pin(super::sqlite(bytes))).await;
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
    lines_are_found_by_their_words_newest_first,
    a_search_goes_on_where_it_ended,
    settings_are_kept_beside_the_entries,
    who_came_by_an_invitation_counts_for_ever,
    what_is_erased_is_gone_and_its_place_stays,
    erasing_what_is_not_there_is_no_error,
    what_a_later_version_says_is_kept_as_it_came,
    a_closed_log_that_outlives_its_program_says_so,
    what_is_behind_a_line_is_about_that_and_comes_again_with_it,
    a_line_that_is_removed_goes_with_all_that_was_said_about_it,
    what_stands_of_what_was_said_is_told,
    single_lines_and_pins_are_told_as_far_as_they_are_kept,
    a_line_is_found_by_what_it_says_now,
);

type Make = fn(usize) -> std::pin::Pin<Box<dyn Future<Output = Made>>>;

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

async fn append(log: &Arc<dyn Log>, drafts: Vec<Draft>) -> Vec<Appended> {
    log.append(drafts, Vec::new()).await.expect("stored")
}

/// What was stored, which it was.
fn entry_of(appended: &Appended) -> Arc<Entry> {
    let Appended::Stored(entry) = appended else { panic!("{appended:?}") };
    Arc::clone(entry)
}

async fn fill(log: &Arc<dyn Log>, count: u128) {
    for n in 1..=count {
        append(log, vec![draft("a", Some(n), &format!("line {n}"))]).await;
    }
}

fn seq(n: u64) -> Seq {
    Seq::try_from(n).expect("in range")
}

async fn numbers_increase_and_link_back(make: Make) {
    let log = make(ROOMY).await;
    let drafts = vec![draft("a", None, "1"), draft("a", None, "2"), draft("b", Some(3), "3")];
    let appended = append(&log, drafts.clone()).await;
    let mut prev = Seq::ZERO;
    for (appended, draft) in appended.iter().zip(&drafts) {
        let entry = entry_of(appended);
        assert_eq!(entry.prev, prev);
        assert!(entry.seq > prev);
        assert_eq!((&entry.body, entry.id), (&draft.body, draft.id));
        prev = entry.seq;
    }
    let stored = log.read_after(Seq::ZERO, 10).await.expect("read").entries;
    assert_eq!(stored, appended.iter().map(entry_of).collect::<Vec<_>>());
}

async fn a_repeat_is_answered_with_the_first_entry(make: Make) {
    let log = make(ROOMY).await;
    let first = append(&log, vec![draft("a", Some(1), "first"), draft("a", Some(1), "again")]).await;
    let entry = entry_of(&first[0]);
    assert_eq!(first[1], Appended::Repeat(entry.seq), "within one append");
    let later = append(&log, vec![draft("a", Some(1), "once more")]).await;
    assert_eq!(later[0], Appended::Repeat(entry.seq));
    let found =
        log.find(MemberId::new("a").expect("an id"), PostId::new(Uuid::from_u128(1))).await.expect("read");
    assert_eq!(found, Some(entry));
    assert_eq!(log.read_after(Seq::ZERO, 10).await.expect("read").entries.len(), 1);
}

async fn the_same_id_of_another_member_is_no_repeat(make: Make) {
    let log = make(ROOMY).await;
    let both = append(&log, vec![draft("a", Some(1), "a's"), draft("b", Some(1), "b's")]).await;
    assert_eq!(both.iter().map(entry_of).count(), 2);
}

async fn reads_go_both_ways_and_say_whether_more_follows(make: Make) {
    let log = make(ROOMY).await;
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
    let log = make(ROOMY).await;
    let mut head = log.head();
    assert_eq!(*head.borrow_and_update(), Seq::ZERO);
    append(&log, vec![draft("a", Some(1), "1"), draft("a", Some(2), "2")]).await;
    assert!(head.has_changed().expect("open"));
    assert_eq!(head.borrow_and_update().get(), 2);
    append(&log, vec![draft("a", Some(2), "2")]).await;
    assert!(!head.has_changed().expect("open"));
}

async fn what_was_trimmed_is_told_and_numbers_are_never_used_again(make: Make) {
    // Less than the emptiest file of a log takes on the disk: all goes that may go.
    let log = make(8 * 1024).await;
    fill(&log, 200).await;
    log.tidy(Timestamp::UNIX_EPOCH).await.expect("tidied");
    let rest = log.read_after(Seq::ZERO, 1000).await.expect("read");
    let trimmed_to = rest.trimmed_to.expect("200 entries do not fit in 8 KiB");
    assert_eq!(rest.entries.first().map(|entry| entry.prev), Some(trimmed_to));
    assert_eq!(rest.entries.last().map(|entry| entry.seq), Some(seq(200)));

    let tail = log.read_after(trimmed_to, 1000).await.expect("read");
    assert_eq!(tail.trimmed_to, None, "who has the trimmed ones misses nothing");
    let oldest = log.read_before(Seq::MAX, 1000).await.expect("read");
    assert_eq!((oldest.trimmed_to, oldest.more), (Some(trimmed_to), false));

    let next =
        append(&log, vec![draft("a", Some(1), "an id whose entry is gone"), draft("a", Some(201), "new")]);
    let next = next.await;
    assert_eq!(next[0], Appended::Repeat(seq(1)), "its sender may not have heard that it was stored");
    assert_eq!(next[1].seq(), seq(201));
}

async fn concurrent_appends_get_one_order(make: Make) {
    let log = make(ROOMY).await;
    let tasks: Vec<_> = (0..8u128)
        .map(|task| {
            let log = Arc::clone(&log.log);
            tokio::spawn(async move {
                for n in 0..50 {
                    append(&log, vec![draft("a", Some(task * 1000 + n), "x")]).await;
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

async fn lines_are_found_by_their_words_newest_first(make: Make) {
    let log = make(ROOMY).await;
    for text in ["今晚部署", "We deploy at 9", "部署完了 🔥", "c++ 与 Rust", "別の話"] {
        append(&log, vec![draft("a", None, text)]).await;
    }
    let joined =
        Draft { body: Body::Joined { dialect: hearth_protocol::Dialect::V1 }, ..draft("deploy", None, "") };
    append(&log, vec![joined]).await;
    for (typed, found) in [
        ("部署", vec![3, 1]),
        ("署", vec![3, 1]),
        ("DEP", vec![2]),
        ("ploy", vec![]),
        ("c++", vec![4]),
        ("🔥 部署", vec![3]),
        ("話", vec![5]),
        ("\"OR NOT(", vec![]),
        ("'; DROP TABLE entry; --", vec![]),
    ] {
        let query = Query::new(typed).expect("something to search for");
        let hits = log.search(query, Seq::MAX, 10).await.expect("searched");
        let seqs: Vec<_> = hits.entries.iter().map(|entry| entry.seq.get()).collect();
        assert_eq!((seqs, hits.more), (found, false), "{typed:?}");
    }
}

async fn a_search_goes_on_where_it_ended(make: Make) {
    let log = make(ROOMY).await;
    for n in 1..=1000u64 {
        append(&log, vec![draft("a", None, if n % 3 == 0 { "三的倍数" } else { "别的" })]).await;
    }
    let (mut before, mut found) = (Seq::MAX, Vec::new());
    loop {
        let query = Query::new("倍数").expect("something to search for");
        let hits = log.search(query, before, 7).await.expect("searched");
        assert!(hits.entries.len() <= 7);
        found.extend(hits.entries.iter().map(|entry| entry.seq.get()));
        if !hits.more {
            break;
        }
        assert!(hits.reached < before, "each answer gets further");
        before = hits.reached;
    }
    assert_eq!(found, (1..=333).rev().map(|n| n * 3).collect::<Vec<u64>>());
}

async fn settings_are_kept_beside_the_entries(make: Make) {
    let log = make(8 * 1024).await;
    assert_eq!(log.setting("key").await, Ok(None));
    log.set_setting("key", "第一把".to_owned()).await.expect("set");
    log.set_setting("key", "钥匙\n".to_owned()).await.expect("set");
    log.set_setting("head", String::new()).await.expect("set");
    fill(&log, 200).await;
    log.tidy(Timestamp::UNIX_EPOCH).await.expect("tidied");
    assert_eq!(log.setting("key").await, Ok(Some("钥匙\n".to_owned())), "what was set last");
    assert_eq!(
        log.setting("head").await,
        Ok(Some(String::new())),
        "its name is the log's too, and not the same"
    );
    assert_eq!(log.setting("none").await, Ok(None));
    assert_eq!(append(&log, vec![draft("a", None, "next")]).await[0].seq(), seq(201));
    log.close().await;
    if let Some(file) = &log.file {
        assert_eq!(log.set_setting("key", "late".to_owned()).await, Err(LogError::Closed));
        assert_eq!(log.setting("key").await, Err(LogError::Closed));
        let again = SqliteLog::open(file).expect("its file was let go of");
        assert_eq!(again.setting("key").await, Ok(Some("钥匙\n".to_owned())));
    }
}

fn enrolled(who: &str, invite: Option<&str>) -> Enrolment {
    Enrolment {
        member: MemberId::new(who).expect("an id"),
        token: MemberToken::new(&format!("token-of-{who}")).expect("a token"),
        nickname: Nickname::new(who).expect("a nickname"),
        role: if invite == Some("read") { Role::Reader } else { Role::Member },
        invite: invite.map(|invite| InviteId::new(invite).expect("an id")),
    }
}

async fn who_came_by_an_invitation_counts_for_ever(make: Make) {
    let log = make(ROOMY).await;
    assert_eq!(log.admitted().await, Ok(Vec::new()));
    for (who, invite) in [("a", Some("write")), ("b", Some("read")), ("c", None), ("d", Some("write"))] {
        log.append(vec![draft(who, None, "x")], vec![enrolled(who, invite)]).await.expect("stored");
    }
    let mut admitted = log.admitted().await.expect("read");
    admitted.sort();
    let count = |invite: &str, people| (InviteId::new(invite).expect("an id"), people);
    assert_eq!(admitted, [count("read", 1), count("write", 2)]);
    if let Some(file) = &log.file {
        log.close().await;
        let again = SqliteLog::open(file).expect("opened");
        assert_eq!(again.admitted().await.expect("read"), admitted);
        let known = again.members(10).await.expect("read");
        let of = |who: &str| {
            let known = known.iter().find(|known| known.member.as_str() == who);
            known.map(|known| (known.role, known.invite.clone()))
        };
        assert_eq!(of("b"), Some((Role::Reader, InviteId::new("read").ok())));
        assert_eq!(of("c"), Some((Role::Member, None)));
    }
}

async fn what_is_erased_is_gone_and_its_place_stays(make: Make) {
    let log = make(ROOMY).await;
    fill(&log, 5).await;
    let before = log.read_after(Seq::ZERO, 10).await.expect("read").entries;
    let mut head = log.head();
    head.mark_unchanged();
    assert_eq!(log.erase(seq(3)).await, Ok(true));
    assert_eq!(log.erase(seq(3)).await, Ok(false), "there is nothing left to take away");
    assert!(!head.has_changed().expect("open"), "nothing is new");
    let after = log.read_after(Seq::ZERO, 10).await.expect("read");
    assert_eq!(after.trimmed_to, None);
    for (before, after) in before.iter().zip(&after.entries) {
        let body = if after.seq == seq(3) { &Body::Erased } else { &before.body };
        assert_eq!(**after, Entry { body: body.clone(), ..Entry::clone(before) });
    }
    assert_eq!(log.read_before(seq(4), 1).await.expect("read").entries[0].body, Body::Erased);
    let (member, id) = (MemberId::new("a").expect("an id"), PostId::new(Uuid::from_u128(3)));
    assert_eq!(log.find(member, id).await.expect("read").expect("it is there").body, Body::Erased);
    let again = append(&log, vec![draft("a", Some(3), "line 3"), draft("a", Some(6), "line 6")]).await;
    assert_eq!(again[0], Appended::Repeat(seq(3)), "who sends it again is told that it was stored");
    assert_eq!(entry_of(&again[1]).prev, seq(5));
    let query = Query::new("line").expect("something to search for");
    let hits = log.search(query, Seq::MAX, 10).await.expect("searched");
    assert_eq!(hits.entries.iter().map(|entry| entry.seq.get()).collect::<Vec<_>>(), [6, 5, 4, 2, 1]);
    log.close().await;
    if let Some(file) = &log.file {
        assert_eq!(log.erase(seq(1)).await, Err(LogError::Closed));
        let again = SqliteLog::open(file).expect("opened");
        assert_eq!(again.read_after(seq(2), 1).await.expect("read").entries[0].body, Body::Erased);
        assert_eq!(hearth_log::verify(file).expect("looked at").problems, [""; 0]);
    }
}

async fn erasing_what_is_not_there_is_no_error(make: Make) {
    let log = make(8 * 1024).await;
    assert_eq!(log.erase(seq(1)).await, Ok(false));
    fill(&log, 200).await;
    log.tidy(Timestamp::UNIX_EPOCH).await.expect("tidied");
    let trimmed_to = log.read_after(Seq::ZERO, 1).await.expect("read").trimmed_to.expect("some are gone");
    for gone in [Seq::ZERO, seq(1), trimmed_to, seq(201), Seq::MAX] {
        assert_eq!(log.erase(gone).await, Ok(false), "{gone}");
    }
    assert_eq!(log.erase(seq(200)).await, Ok(true));
}

async fn what_a_later_version_says_is_kept_as_it_came(make: Make) {
    let log = make(ROOMY).await;
    let json = r#"{"kind":"later","n":1.0E2,"z":{ "b":1, "a" : [ ] },"about":1}"#;
    let body = Body::Unknown(UnknownBody::from_json(json.to_owned()).expect("a body"));
    let drafts = vec![draft("a", None, "1"), Draft { body: body.clone(), ..draft("a", Some(2), "") }];
    append(&log, drafts).await;
    let entries = log.read_after(seq(1), 10).await.expect("read").entries;
    assert_eq!(entries[0].body, body);
    let hits = log.search(Query::new("later").expect("a query"), Seq::MAX, 10).await.expect("searched");
    assert!(hits.entries.is_empty(), "what it means is not known");
    log.close().await;
    if let Some(file) = &log.file {
        let again = SqliteLog::open(file).expect("opened");
        assert_eq!(again.read_after(seq(1), 10).await.expect("read").entries, entries);
        let db = hearth_store::open::connect(file).expect("a database");
        assert_eq!(
            hearth_store::rows::about(&db, &[seq(1)]).expect("read"),
            entries,
            "it says what it is about"
        );
    }
}

async fn a_closed_log_that_outlives_its_program_says_so(make: Make) {
    let log = make(ROOMY).await;
    fill(&log, 3).await;
    log.close().await;
    if let Some(file) = &log.file {
        let refused = log.append(vec![draft("a", Some(9), "late")], Vec::new()).await;
        assert_eq!(refused, Err(LogError::Closed));
        assert_eq!(log.members(10).await, Err(LogError::Closed));
        let (member, id) = (MemberId::new("a").expect("an id"), PostId::new(Uuid::from_u128(1)));
        assert_eq!(log.find(member, id).await, Err(LogError::Closed));
        assert_eq!(log.read_after(Seq::ZERO, 10).await, Err(LogError::Closed));
        assert_eq!(log.read_before(Seq::MAX, 10).await, Err(LogError::Closed));
        let query = Query::new("line").expect("something to search for");
        assert_eq!(log.search(query, Seq::MAX, 10).await, Err(LogError::Closed));
        assert_eq!(log.tidy(Timestamp::UNIX_EPOCH).await, Err(LogError::Closed));
        #[cfg(target_os = "linux")]
        for open in std::fs::read_dir("/proc/self/fd").expect("what is open").flatten() {
            let open = std::fs::read_link(open.path()).unwrap_or_default();
            assert!(!open.starts_with(file.parent().expect("a folder")), "{} is open", open.display());
        }
        let again = SqliteLog::open(file).expect("its file was let go of");
        assert_eq!(again.read_after(Seq::ZERO, 10).await.expect("read").entries.len(), 3);
    }
}

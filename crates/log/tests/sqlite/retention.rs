//! What is let go of, and what is known of it afterwards.

use std::fs;
use std::time::Duration;

use hearth_log::{Appended, Draft, Enrolment, Log, Retention};
use hearth_protocol::{Body, Dialect, InviteId, Seq};
use jiff::{SignedDuration, Timestamp};

use crate::{draft, enrolled, folder, indexed, line, open, seq};

#[tokio::test]
async fn what_is_too_old_or_too_large_goes_and_is_told() {
    let (_folder, file) = folder();
    let log = open(&file);
    let day = |n: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * n);
    let drafts = (0..5000u128).map(|n| Draft {
        at: day(i64::try_from(n).expect("small") / 1000),
        ..line("ming", n, &format!("第 {n} 行，{}", "总要有些字才像话".repeat(8)))
    });
    log.append(drafts.collect(), Vec::new()).await.expect("stored");
    indexed(&log).await;
    let indexed_lines = || -> i64 {
        let db = rusqlite::Connection::open(&file).expect("opened");
        db.query_row("SELECT count(*) FROM words_docsize", [], |row| row.get(0)).expect("counted")
    };
    assert_eq!(indexed_lines(), 5000);
    let size = log.bytes();

    log.tidy(day(400)).await.expect("tidied");
    assert_eq!(
        log.read_after(Seq::ZERO, 1).await.expect("read").trimmed_to,
        None,
        "everything is kept, if nothing is said"
    );

    log.set_retention(Retention { days: Some(2), bytes: None }).await.expect("set");
    log.tidy(day(4)).await.expect("tidied");
    let rest = log.read_after(Seq::ZERO, 10_000).await.expect("read");
    assert_eq!((rest.trimmed_to, rest.entries.len()), (Some(seq(2000)), 3000));
    assert_eq!(indexed_lines(), 3000, "the index lets go of them too");

    log.set_retention(Retention { days: None, bytes: Some(size / 4) }).await.expect("set");
    log.tidy(day(4)).await.expect("tidied");
    let rest = log.read_before(Seq::MAX, 10_000).await.expect("read");
    assert!(rest.trimmed_to.is_some_and(|to| to > seq(2000)));
    assert!((1..3000).contains(&rest.entries.len()), "{}", rest.entries.len());
    log.close().await;
    assert!(fs::metadata(&file).expect("there").len() < size / 2, "the disk gets its space back");

    let log = open(&file);
    assert_eq!(log.retention().await, Ok(Retention { days: None, bytes: Some(size / 4) }));
    let next = log.append(vec![line("ming", 5001, "又一行")], Vec::new()).await.expect("stored");
    assert_eq!(next[0].seq(), seq(5001), "a number is never used twice");
    log.set_retention(Retention { days: Some(0), bytes: Some(0) }).await.expect("set");
    log.tidy(day(9999)).await.expect("tidied");
    assert_eq!(log.read_after(Seq::ZERO, 10).await.expect("read").entries.len(), 1, "the newest stays");
}

#[tokio::test]
async fn who_came_by_once_is_let_go_of_with_what_they_said() {
    let (_folder, file) = folder();
    let log = open(&file);
    let at =
        |n: i64, draft| Draft { at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * n), ..draft };
    let joined = |who: &str| draft(who, None, Body::Joined { dialect: Dialect::Classic });
    let mut drafts = vec![joined("stays"), line("posted", 7, "你好"), draft("posted", None, Body::Left)];
    for n in 0..2000 {
        let who = format!("classic-{n}");
        drafts.extend([joined(&who), draft(&who, None, Body::Left)]);
    }
    drafts = drafts.into_iter().map(|draft| at(0, draft)).collect();
    drafts.extend((0..100).map(|n| at(9, line("ming", 100 + n, "后来"))));
    log.append(drafts, vec![enrolled("li")]).await.expect("stored");
    log.set_retention(Retention { days: Some(5), bytes: None }).await.expect("set");
    log.tidy(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 10)).await.expect("tidied");

    let db = rusqlite::Connection::open(&file).expect("opened");
    let all = |sql: &str| -> Vec<String> {
        let mut statement = db.prepare(sql).expect("asked");
        let rows = statement.query_map([], |row| row.get(0)).expect("asked");
        rows.map(|row| row.expect("a row")).collect()
    };
    assert_eq!(all("SELECT member FROM member ORDER BY member"), ["li", "ming", "posted", "stays"]);
    assert_eq!(all("SELECT nickname FROM name ORDER BY nickname"), ["li", "ming", "stays"]);
    assert_eq!(all("SELECT m.member FROM guest g JOIN member m USING (id) ORDER BY 1"), ["li", "stays"]);
    drop(db);

    let members = log.members(10).await.expect("read");
    let names: Vec<_> = members.iter().map(|known| known.nickname.as_str()).collect();
    assert_eq!(names, ["li", "stays"], "who may come back, and who is here");
    let back = vec![line("posted", 7, "你好"), line("classic-5", 1, "又来了"), line("ming", 1, "好")];
    let appended = log.append(back, Vec::new()).await.expect("stored");
    assert_eq!(appended[0], Appended::Repeat(seq(2)), "what was stored is known for longer");
    assert_eq!(
        log.read_after(Seq::ZERO, 1000).await.expect("read").entries.len(),
        102,
        "all have their authors"
    );
    log.close().await;
    assert_eq!(hearth_log::verify(&file).expect("looked at").problems, [""; 0]);
}

#[tokio::test]
async fn who_is_forgotten_still_counts_for_their_invitation() {
    const PEOPLE: u64 = 10_050;
    let (_folder, file) = folder();
    let log = open(&file);
    let invite = InviteId::new("door").expect("an id");
    let came = |n| Enrolment { invite: Some(invite.clone()), ..enrolled(&format!("guest-{n}")) };
    log.append(Vec::new(), (0..PEOPLE).map(came).collect()).await.expect("stored");
    log.append((0..2000).map(|n| line("ming", n, "你好")).collect(), Vec::new()).await.expect("stored");
    log.set_retention(Retention { days: None, bytes: Some(50_000) }).await.expect("set");
    log.tidy(Timestamp::UNIX_EPOCH).await.expect("tidied");
    assert_eq!(log.members(usize::MAX).await.expect("read").len(), 10_000, "the others are forgotten");
    assert_eq!(log.admitted().await, Ok(vec![(invite, PEOPLE)]));
}

#[tokio::test]
async fn a_bound_below_what_is_remembered_of_posts_ends_at_the_newest_entry() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append((0..3000).map(|n| line("ming", n, "你好")).collect(), Vec::new()).await.expect("stored");
    log.set_retention(Retention { days: None, bytes: Some(50_000) }).await.expect("set");
    for _ in 0..2 {
        let tidied = tokio::time::timeout(Duration::from_secs(20), log.tidy(Timestamp::UNIX_EPOCH));
        tidied.await.expect("it ends").expect("tidied");
    }
    let rest = log.read_after(Seq::ZERO, 10).await.expect("read");
    assert_eq!((rest.entries.len(), rest.trimmed_to), (1, Some(seq(2999))));
    assert!(log.bytes() > 50_000, "what is remembered takes more than the bound");
    let next = log.append(vec![line("ming", 5, "你好"), line("ming", 3000, "后来")], Vec::new()).await;
    assert_eq!(next.expect("stored")[0], Appended::Repeat(seq(6)));
}

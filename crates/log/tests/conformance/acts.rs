//! What is said about lines stands with them, is found with them and goes with them.

use hearth_protocol::{Emoji, Mentions, Standing};

use super::*;

fn said(member: &str, id: u128, body: Body) -> Draft {
    Draft { body, ..draft(member, Some(id), "") }
}

fn behind_it(member: &str, reply: Option<Seq>) -> Draft {
    let body = Body::Addressed { about: Seq::ZERO, reply, mentions: Mentions::default() };
    Draft { body, ..draft(member, None, "") }
}

fn edited(about: u64, text: &str) -> Body {
    Body::Edited { about: seq(about), text: text.to_owned(), mentions: Mentions::default() }
}

fn reacted(about: u64, emoji: &str, on: bool) -> Body {
    Body::Reacted { about: seq(about), emoji: Emoji::new(emoji).expect("an emoji"), on }
}

fn pinned(about: u64, on: bool) -> Body {
    Body::Pinned { about: seq(about), on }
}

fn removed(about: u64) -> Body {
    Body::Removed { about: seq(about) }
}

/// What is told of these lines: who said it under which number, and what.
async fn about(log: &Arc<dyn Log>, lines: &[u64]) -> Vec<u64> {
    let about = log.about(lines.iter().map(|line| seq(*line)).collect()).await.expect("read");
    about.iter().map(|entry| entry.seq.get()).collect()
}

async fn found(log: &Arc<dyn Log>, typed: &str) -> Vec<u64> {
    let query = Query::new(typed).expect("something to search for");
    let hits = log.search(query, Seq::MAX, 10).await.expect("searched");
    hits.entries.iter().map(|entry| entry.seq.get()).collect()
}

pub(super) async fn what_is_behind_a_line_is_about_that_and_comes_again_with_it(make: Make) {
    let log = make(ROOMY).await;
    append(&log, vec![draft("a", Some(1), "今晚几点？")]).await;
    let answer =
        || vec![draft("b", Some(2), "八点"), behind_it("b", Some(seq(1))), draft("c", Some(3), "好")];
    let first = append(&log, answer()).await;
    let companion = entry_of(&first[1]);
    let Body::Addressed { about: line, reply, .. } = companion.body else { panic!("{companion:?}") };
    assert_eq!((companion.seq, line, reply), (seq(3), seq(2), Some(seq(1))));
    assert_eq!(about(&log, &[2]).await, [3]);
    // Once more, as from whoever has not heard that it was stored.
    let again = append(&log, answer()).await;
    assert_eq!(again, [2, 2, 4].map(|n| Appended::Repeat(seq(n))), "no second companion");
    // Only what is right behind it is about it.
    let mixed =
        append(&log, vec![draft("b", Some(2), "八点"), draft("d", Some(4), "新"), behind_it("d", None)])
            .await;
    assert_eq!(entry_of(&mixed[2]).body.about(), Some(seq(5)));
    assert_eq!(log.read_after(Seq::ZERO, 10).await.expect("read").entries.len(), 6);
}

pub(super) async fn a_line_that_is_removed_goes_with_all_that_was_said_about_it(make: Make) {
    let log = make(ROOMY).await;
    append(&log, vec![draft("a", Some(1), "绝密"), draft("a", Some(2), "别的")]).await;
    append(&log, vec![said("a", 3, edited(1, "机密")), said("b", 4, reacted(1, "👍", true))]).await;
    append(&log, vec![said("b", 5, pinned(1, true)), said("b", 6, reacted(2, "🔥", true))]).await;
    let before = log.read_after(Seq::ZERO, 10).await.expect("read").entries;
    let mut head = log.head();
    head.mark_unchanged();
    let taken = append(&log, vec![said("a", 7, removed(1))]).await;
    assert_eq!(entry_of(&taken[0]).body, removed(1));
    // It is gone from the moment on at which that is to be read.
    assert_eq!(*head.borrow_and_update(), seq(7));
    let after = log.read_after(Seq::ZERO, 10).await.expect("read").entries;
    let gone = [1, 3, 4, 5];
    for (before, after) in before.iter().zip(&after) {
        let body = if gone.contains(&after.seq.get()) { &Body::Erased } else { &before.body };
        assert_eq!(
            **after,
            Entry { body: body.clone(), ..Entry::clone(before) },
            "its place and author stay"
        );
    }
    assert!(after.windows(2).all(|pair| pair[1].prev == pair[0].seq));
    assert_eq!(about(&log, &[1, 2]).await, [6, 7], "that it was removed, and what is about others");
    assert_eq!(log.pins().await, Ok(Vec::new()));
    for words in ["绝密", "机密"] {
        assert_eq!(found(&log, words).await, [0; 0], "{words}");
    }
    let again = append(&log, vec![draft("a", Some(1), "绝密"), said("a", 7, removed(1))]).await;
    assert_eq!(again, [1, 7].map(|n| Appended::Repeat(seq(n))), "who sends it again has said it");
    assert_eq!(found(&log, "绝密").await, [0; 0]);
    // Within one append: whoever is told what was stored is not told what it said.
    let at_once =
        vec![draft("a", Some(8), "绝密"), said("a", 9, edited(8, "机密")), said("a", 10, removed(8))];
    let at_once = append(&log, at_once).await;
    let bodies: Vec<_> = at_once.iter().map(|appended| entry_of(appended).body.clone()).collect();
    assert_eq!(bodies, [Body::Erased, Body::Erased, removed(8)]);
    log.close().await;
    if let Some(file) = &log.file {
        assert_eq!(hearth_log::verify(file).expect("looked at").problems, [""; 0]);
    }
}

pub(super) async fn what_stands_of_what_was_said_is_told(make: Make) {
    let log = make(ROOMY).await;
    append(&log, vec![draft("a", Some(1), "一"), draft("a", Some(2), "二")]).await;
    let all = [
        ("b", reacted(1, "👍", true)),
        ("c", reacted(1, "👍", true)),
        ("b", reacted(1, "👍", false)),
        ("a", edited(1, "壹")),
        ("a", pinned(1, true)),
        ("a", pinned(1, false)),
        ("a", edited(1, "弌")),
        ("a", pinned(2, true)),
    ];
    for (n, (who, body)) in (10..).zip(all) {
        append(&log, vec![said(who, n, body)]).await;
    }
    assert_eq!(about(&log, &[1]).await, [4, 6, 9], "a reaction and a pin that were taken back are not");
    assert_eq!(about(&log, &[2, 1, 2]).await, [4, 6, 9, 10], "each once, oldest first");
    assert_eq!(about(&log, &[]).await, [0; 0]);
    let said = log.said_about([1, 2, 9].map(seq).to_vec()).await;
    let counts = [(1, 7), (2, 1), (9, 0)].map(|(line, said)| (seq(line), said));
    assert_eq!(said, Ok(counts.to_vec()), "how much was said is counted with what was taken back");
    let line = log.lines(vec![seq(1)]).await.expect("read");
    let stands = log.about(vec![seq(1)]).await.expect("read");
    let stands = Standing::of(&line[0], stands.iter().map(|entry| &**entry)).expect("a line");
    let by: Vec<_> = stands.reactions.values().flatten().map(MemberId::as_str).collect();
    assert_eq!((stands.text.as_deref(), by, stands.pinned), (Some("弌"), vec!["c"], false));
}

pub(super) async fn single_lines_and_pins_are_told_as_far_as_they_are_kept(make: Make) {
    let log = make(ROOMY).await;
    fill(&log, 5).await;
    let pins = [(3, true), (5, true), (1, true), (2, true), (2, false), (5, true), (1, false), (1, true)];
    for (n, (line, on)) in (1..).zip(pins) {
        append(&log, vec![said("b", n, pinned(line, on))]).await;
    }
    assert_eq!(log.pins().await.expect("read"), [3, 5, 1].map(seq), "in the order in which they were put up");
    let lines = log.lines([5, 500, 1, 5].map(seq).to_vec()).await.expect("read");
    assert_eq!(lines.iter().map(|entry| entry.seq.get()).collect::<Vec<_>>(), [1, 5]);

    let log = make(8 * 1024).await;
    fill(&log, 190).await;
    append(&log, vec![said("b", 1, pinned(3, true)), said("b", 2, pinned(189, true))]).await;
    log.tidy(Timestamp::UNIX_EPOCH).await.expect("tidied");
    let trimmed_to = log.read_after(Seq::ZERO, 1).await.expect("read").trimmed_to.expect("some are gone");
    assert!(trimmed_to >= seq(3), "{trimmed_to}");
    let kept = [3, 189].map(seq).into_iter().filter(|line| *line > trimmed_to);
    assert_eq!(log.pins().await.expect("read"), kept.collect::<Vec<_>>(), "what is gone is not pinned");
    assert_eq!(log.lines(vec![seq(3)]).await, Ok(Vec::new()));
}

pub(super) async fn a_line_is_found_by_what_it_says_now(make: Make) {
    let log = make(ROOMY).await;
    append(&log, vec![draft("a", Some(1), "今晚部署"), draft("b", Some(2), "deploy at nine")]).await;
    assert_eq!((found(&log, "部署").await, found(&log, "deploy").await), (vec![1], vec![2]));
    append(&log, vec![said("a", 3, edited(1, "明天上线"))]).await;
    append(&log, vec![said("b", 4, edited(2, "rollout at ten")), said("b", 5, edited(2, "rollout at noon"))])
        .await;
    for (typed, expected) in
        [("部署", vec![]), ("上线", vec![1]), ("deploy", vec![]), ("ten", vec![]), ("rollout noon", vec![2])]
    {
        assert_eq!(found(&log, typed).await, expected, "{typed}");
    }
    assert_eq!(log.erase(seq(2)).await, Ok(true));
    assert_eq!(found(&log, "rollout").await, [0; 0]);
    assert_eq!(about(&log, &[2]).await, [0; 0], "what it said before is gone with it");
}

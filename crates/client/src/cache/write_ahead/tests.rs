use hearth_protocol::{HistoryRequest, Seq, Verb};

use super::*;
use crate::{
    record::KeptAct,
    session::testing::{log, message, post_id, seq},
    update::{ActState, OwnAct},
};

const AGAIN: Duration = Duration::from_secs(5);
const NOW: Duration = Duration::from_mins(1);

fn ahead() -> WriteAhead {
    WriteAhead::new(true, AGAIN)
}

fn line(n: u128) -> Record {
    let own = OwnAct { what: Verb::post("x"), id: post_id(n), state: ActState::Queued };
    Record::Act(KeptAct { own, went_out: None, stored: None })
}

fn entry(n: u64) -> Record {
    Record::Entry(message(n - 1, n))
}

fn query() -> CacheQuery {
    CacheQuery::History {
        request: HistoryRequest { before: seq(5), after: None, limit: 50 },
        log: log("a"),
        head: seq(5),
    }
}

fn frames(released: &Released) -> Vec<&str> {
    released.frames.iter().map(String::as_str).collect()
}

#[test]
fn a_frame_waits_for_the_line_before_it_and_for_no_entry() {
    let mut ahead = ahead();
    ahead.keep(entry(1), NOW);
    assert_eq!(ahead.send("past an entry".to_owned()).as_deref(), Some("past an entry"));
    ahead.keep(line(1), NOW);
    assert_eq!(ahead.send("post 1".to_owned()), None);
    assert_eq!(ahead.take(NOW), Some(Work::Records(vec![entry(1), line(1)])), "at once, and all before it");
    ahead.keep(line(2), NOW);
    assert_eq!(ahead.send("post 2".to_owned()), None);
    assert_eq!(ahead.send("rename".to_owned()), None, "frames keep their order");
    assert_eq!(ahead.take(NOW), None, "one at a time");
    assert_eq!(frames(&ahead.done(Ok(()), NOW)), ["post 1"]);
    assert_eq!(ahead.take(NOW), Some(Work::Records(vec![line(2)])));
    assert_eq!(frames(&ahead.done(Ok(()), NOW)), ["post 2", "rename"]);
    assert!(!ahead.is_busy());
    assert_eq!(ahead.send("free".to_owned()).as_deref(), Some("free"));
}

#[test]
fn entries_gather_for_a_moment_and_a_question_does_not_wait_for_that() {
    let mut ahead = ahead();
    ahead.keep(entry(1), NOW);
    ahead.keep(entry(2), NOW + GATHER / 2);
    assert_eq!(ahead.deadline(), Some(NOW + GATHER));
    assert_eq!(ahead.take(NOW + GATHER / 2), None);
    assert_eq!(ahead.ask(query(), NOW + GATHER / 2), None, "the answer is to be from behind them");
    assert_eq!(ahead.take(NOW + GATHER / 2), Some(Work::Records(vec![entry(1), entry(2)])));
    assert_eq!(ahead.done(Ok(()), NOW).queries, [query()]);
    assert_eq!(ahead.ask(query(), NOW), Some(query()));
    assert_eq!(ahead.deadline(), None);
}

#[test]
fn a_question_behind_what_came_meanwhile_is_answered_with_the_next_group() {
    let mut ahead = ahead();
    ahead.keep(line(1), NOW);
    ahead.take(NOW).expect("work");
    ahead.keep(entry(1), NOW);
    assert_eq!(ahead.ask(query(), NOW), None);
    assert_eq!(ahead.done(Ok(()), NOW).queries, []);
    assert_eq!(ahead.take(NOW), Some(Work::Records(vec![entry(1)])));
    assert_eq!(ahead.done(Ok(()), NOW).queries, [query()]);
}

#[test]
fn what_was_to_be_sent_on_a_link_is_not_sent_on_the_next() {
    let mut ahead = ahead();
    ahead.keep(line(1), NOW);
    ahead.send("post 1".to_owned());
    ahead.take(NOW).expect("work");
    ahead.link_lost();
    assert_eq!(frames(&ahead.done(Ok(()), NOW)), [""; 0]);
}

#[test]
fn a_disk_that_fails_holds_up_nothing_and_is_given_all_when_it_is_tried_again() {
    let mut ahead = ahead();
    ahead.keep(line(1), NOW);
    ahead.send("post 1".to_owned());
    ahead.take(NOW).expect("work");
    ahead.keep(line(2), NOW);
    ahead.send("post 2".to_owned());
    ahead.ask(query(), NOW);
    let released = ahead.done(Err(KeepTrouble::Full), NOW);
    assert_eq!(frames(&released), ["post 1", "post 2"]);
    assert_eq!(
        (released.queries, released.keeping),
        (vec![query()], Some(Keeping::Failed(KeepTrouble::Full)))
    );
    ahead.keep(line(3), NOW);
    assert_eq!(ahead.send("post 3".to_owned()).as_deref(), Some("post 3"));
    assert_eq!(ahead.deadline(), Some(NOW + AGAIN));
    assert_eq!(ahead.take(NOW + AGAIN), Some(Work::Whole { anew: false }));
    ahead.keep(line(4), NOW + AGAIN);
    assert_eq!(ahead.send("post 4".to_owned()), None, "it would follow on what is being written");
    let released = ahead.done(Err(KeepTrouble::Full), NOW + AGAIN);
    assert_eq!(frames(&released), ["post 4"]);
    assert_eq!(ahead.take(NOW + 2 * AGAIN), Some(Work::Whole { anew: false }));
    ahead.keep(line(5), NOW + 2 * AGAIN);
    assert_eq!(ahead.done(Ok(()), NOW + 2 * AGAIN).keeping, Some(Keeping::Works));
    assert_eq!(ahead.take(NOW + 2 * AGAIN), Some(Work::Records(vec![line(5)])), "it goes on as before");
    assert_eq!(ahead.done(Ok(()), NOW + 2 * AGAIN).keeping, None);
}

#[test]
fn a_log_that_began_among_what_was_lost_is_told() {
    let begun = || Record::Log { id: log("b"), dialect: hearth_protocol::Dialect::V1, after: Seq::ZERO };
    let mut ahead = ahead();
    ahead.keep(begun(), NOW);
    ahead.take(NOW + GATHER).expect("work");
    ahead.done(Err(KeepTrouble::Full), NOW);
    assert_eq!(ahead.take(NOW + AGAIN), Some(Work::Whole { anew: true }));
    ahead.keep(begun(), NOW + AGAIN);
    ahead.done(Ok(()), NOW + AGAIN);
    ahead.take(NOW + 2 * AGAIN).expect("work");
    ahead.done(Ok(()), NOW + 2 * AGAIN);
    ahead.keep(line(1), NOW + 2 * AGAIN);
    ahead.take(NOW + 2 * AGAIN).expect("work");
    ahead.done(Err(KeepTrouble::Full), NOW + 2 * AGAIN);
    assert_eq!(ahead.take(NOW + 3 * AGAIN), Some(Work::Whole { anew: false }), "that log is on the disk");
}

#[test]
fn a_disk_that_is_far_behind_is_given_all_at_once() {
    let mut ahead = ahead();
    ahead.keep(line(1), NOW);
    ahead.take(NOW).expect("work");
    for n in 1..=2 * GATHERED as u64 {
        ahead.keep(entry(n), NOW);
    }
    ahead.keep(line(2), NOW);
    assert_eq!(ahead.send("post 2".to_owned()), None);
    assert!(ahead.gathered.len() <= GATHERED);
    ahead.done(Ok(()), NOW);
    assert_eq!(ahead.take(NOW), Some(Work::Whole { anew: false }));
    let released = ahead.done(Ok(()), NOW);
    assert_eq!((frames(&released), released.keeping), (vec!["post 2"], None), "nothing was wrong");
}

#[test]
fn without_a_file_nothing_waits() {
    let mut ahead = WriteAhead::new(false, AGAIN);
    ahead.keep(line(1), NOW);
    assert_eq!(ahead.send("post".to_owned()).as_deref(), Some("post"));
    assert_eq!((ahead.deadline(), ahead.take(NOW), ahead.is_busy()), (None, None, false));
}

#[test]
fn who_is_in_a_hurry_waits_neither_for_others_nor_for_the_next_try() {
    let mut ahead = ahead();
    ahead.keep(entry(1), NOW);
    ahead.hurry(NOW);
    assert_eq!(ahead.take(NOW), Some(Work::Records(vec![entry(1)])));
    ahead.done(Err(KeepTrouble::Full), NOW);
    ahead.hurry(NOW);
    assert_eq!(ahead.take(NOW), Some(Work::Whole { anew: false }));
}

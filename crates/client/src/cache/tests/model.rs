//! Whatever records come, the file is at the next start what the model says.

use proptest::prelude::*;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::*;
use crate::cache::testing::Paper;

/// Entries of a log that there is, of which a client comes to know some.
struct Log {
    id: LogId,
    entries: Vec<Entry>,
    cursor: Seq,
}

fn begin(rng: &mut StdRng) -> Log {
    let id = LogId::from_random(rng.random());
    let mut prev = 0;
    let entries = (0..60)
        .map(|_| {
            let at = prev + rng.random_range(1..4);
            let mut entry = message(prev, at);
            entry.id = rng.random::<bool>().then(|| post_id(u128::from(at)));
            prev = at;
            entry
        })
        .collect::<Vec<_>>();
    let cursor = entries[rng.random_range(0..20)].prev;
    Log { id, entries, cursor }
}

fn any_line(rng: &mut StdRng) -> KeptAct {
    let went_out = [None, Some(Dialect::V1), Some(Dialect::Classic)][rng.random_range(0..3)];
    let state = match rng.random_range(0..3) {
        0 => ActState::Queued,
        1 => ActState::Sent,
        _ => ActState::unconfirmed(),
    };
    let stored = (state == ActState::Sent && rng.random()).then(|| seq(rng.random_range(1..90)));
    KeptAct { stored, ..line(rng.random_range(1..90), state, went_out) }
}

fn any_marks(rng: &mut StdRng, log: &Log) -> Marks {
    let read = rng.random::<bool>().then(|| seq(rng.random_range(1..90)));
    let draft = if rng.random() { format!("draft {}", rng.random::<u8>()) } else { String::new() };
    let joins = [JoinsShown::All, JoinsShown::Gathered, JoinsShown::None][rng.random_range(0..3)];
    let strip = rng.random::<bool>().then(|| Strip::Reply { seq: seq(rng.random_range(1..90)) });
    Marks { log: log.id.clone(), read, draft, strip, joins }
}

fn any_record(rng: &mut StdRng, log: &mut Log) -> Record {
    match rng.random_range(0..20) {
        0 => me(),
        1 => {
            *log = begin(rng);
            let dialect = [Dialect::V1, Dialect::Classic][rng.random_range(0..2)];
            Record::Log { id: log.id.clone(), dialect, after: log.cursor }
        }
        2..=8 => match log.entries.iter().find(|entry| entry.seq > log.cursor).cloned() {
            Some(entry) => {
                log.cursor = entry.seq;
                Record::Entry(entry)
            }
            None => Record::Gone(post_id(1)),
        },
        9 => match log.entries.iter().filter(|entry| entry.seq > log.cursor).nth(2) {
            Some(to) => {
                let gap = Gap { after: log.cursor, to: to.seq };
                log.cursor = to.seq;
                Record::Gap(gap)
            }
            None => Record::Gone(post_id(2)),
        },
        10 => {
            let known = log.entries.iter().filter(|entry| entry.seq <= log.cursor).count();
            let to = rng.random_range(0..=known);
            let from = to.saturating_sub(rng.random_range(0..6));
            let entries = log.entries[from..to].to_vec();
            Record::Page(Page { before: seq(99), after: None, entries, more: true })
        }
        11 => Record::Gone(post_id(rng.random_range(1..90))),
        12 => {
            let known: Vec<_> = log.entries.iter().filter(|entry| entry.seq <= log.cursor).cloned().collect();
            let newest = known[known.len().saturating_sub(3)..].to_vec();
            let base = newest.first().map_or(log.cursor, |entry| entry.prev);
            let kept = Kept {
                token: Some(MemberToken::new("another").expect("a token")),
                log: Some(KeptLog { id: log.id.clone(), dialect: Dialect::V1, cursor: log.cursor, base }),
                entries: newest,
                acts: vec![line(100, ActState::Queued, None), any_line(rng)],
                marks: rng.random::<bool>().then(|| any_marks(rng, log)),
                ..Kept::default()
            };
            Record::Whole { kept: Box::new(kept), anew: rng.random() }
        }
        13 => Record::Marks(any_marks(rng, log)),
        14 => Record::Log { id: log.id.clone(), dialect: Dialect::V1, after: log.cursor },
        _ => Record::Act(any_line(rng)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn the_file_is_what_the_records_say(seed in any::<u64>()) {
        let mut rng = StdRng::seed_from_u64(seed);
        let (db, mut paper) = (tables(), Paper::default());
        let mut known = begin(&mut rng);
        let first = Record::Log { id: known.id.clone(), dialect: Dialect::V1, after: known.cursor };
        let mut records = vec![first];
        for _ in 0..120 {
            let record = any_record(&mut rng, &mut known);
            records.push(record);
        }
        for record in records {
            apply(&db, &record).expect("written");
            paper.write(record.clone());
            prop_assert_eq!(restore::read(&db).expect("read"), paper.at_start(), "after {:?}", record);
        }
        let all = rows::read_after(&db, Seq::ZERO, Seq::MAX, 1000).expect("entries");
        let all: Vec<Entry> = all.iter().map(|entry| Entry::clone(entry)).collect();
        prop_assert_eq!(all, paper.entries.into_values().collect::<Vec<_>>());
    }
}

#[test]
fn a_line_that_was_sent_goes_again_where_that_does_no_harm() {
    let at_start = |line: KeptAct, cursor| line.at_start(cursor).map(|line| line.own.state);
    let sent = |to| line(1, ActState::Sent, Some(to));
    assert_eq!(at_start(sent(Dialect::V1), None), Some(ActState::Queued));
    assert_eq!(at_start(sent(Dialect::Classic), None), Some(ActState::unconfirmed()));
    assert_eq!(at_start(line(1, ActState::Queued, None), None), Some(ActState::Queued));
    let acked = KeptAct { stored: Some(seq(5)), ..sent(Dialect::V1) };
    assert_eq!(at_start(acked.clone(), Some(seq(4))), Some(ActState::Sent), "its entry comes");
    assert_eq!(at_start(acked, Some(seq(5))), None, "it can come no more");
}

#[test]
fn a_post_that_a_host_has_stored_twice_is_no_fault_of_the_file() {
    let db = tables();
    let mut first = message(0, 1);
    first.id = Some(post_id(1));
    let mut second = message(1, 2);
    second.id = Some(post_id(1));
    for record in [begun("a", 0), Record::Entry(first), Record::Entry(second)] {
        apply(&db, &record).expect("written");
    }
    assert_eq!(numbers(&restore::read(&db).expect("read").entries), [1, 2]);
}

use super::super::testing::{post_id, seq};
use super::*;

const NOW: Duration = Duration::ZERO;
const LIMIT: u32 = 16 * 1024;

fn post(id: PostId, text: impl Into<String>) -> Act {
    Act::post(id, text)
}

fn outbox(lines: u128) -> Outbox {
    let mut outbox = Outbox::default();
    for n in 0..lines {
        outbox.add(post(post_id(n), format!("line {n}"))).expect("a new line");
    }
    outbox
}

fn send_all(outbox: &mut Outbox, now: Duration) -> Vec<PostId> {
    std::iter::from_fn(|| outbox.take(now, LIMIT, Dialect::V1, HostKnows::Talk)).map(|line| line.id).collect()
}

fn ids(range: std::ops::Range<u128>) -> Vec<PostId> {
    range.map(post_id).collect()
}

#[test]
fn lines_go_out_in_order_and_a_window_bounds_them() {
    let mut outbox = outbox(WINDOW as u128 + 2);
    assert_eq!(send_all(&mut outbox, NOW), ids(0..WINDOW as u128));
    assert!(!outbox.ack(post_id(0), seq(1), seq(0)));
    assert_eq!(send_all(&mut outbox, NOW), ids(32..33), "an ack makes room");
    assert!(outbox.confirm(post_id(1)));
    assert_eq!(send_all(&mut outbox, NOW), ids(33..34), "an entry makes room, acked or not");
}

#[test]
fn a_line_leaves_with_its_entry_and_not_with_its_ack() {
    let mut outbox = outbox(1);
    send_all(&mut outbox, NOW);
    assert!(!outbox.ack(post_id(0), seq(5), seq(4)));
    assert_eq!(outbox.shown()[0].state, ActState::Sent);
    assert!(outbox.confirm(post_id(0)));
    assert!(outbox.shown().is_empty());
    assert!(!outbox.ack(post_id(0), seq(5), seq(5)), "an ack behind the entry changes nothing");
}

#[test]
fn an_ack_for_a_place_that_has_passed_ends_the_wait() {
    let mut outbox = outbox(2);
    send_all(&mut outbox, NOW);
    assert!(outbox.ack(post_id(0), seq(5), seq(9)));
    outbox.ack(post_id(1), seq(12), seq(9));
    assert_eq!(outbox.skip(seq(11)), []);
    assert_eq!(outbox.skip(seq(12)), ids(1..2), "a gap took its entry");
    assert!(outbox.shown().is_empty());
}

#[test]
fn a_second_post_of_the_same_id_is_none() {
    let mut outbox = outbox(1);
    assert_eq!(outbox.add(post(post_id(0), "again".to_owned())), None);
}

#[test]
fn unfit_texts_fail_at_once_and_stay_so() {
    let mut outbox = Outbox::default();
    let blank = outbox.add(post(post_id(0), " \n".to_owned())).expect("a line");
    assert_eq!(blank.state, refused(RefusalCode::TextEmpty));
    let long = outbox.add(post(post_id(1), "x".repeat(17 * 1024))).expect("a line");
    assert_eq!(long.state, refused(RefusalCode::TextTooLong));
    assert_eq!(outbox.retry(post_id(0)), None);
    assert_eq!(outbox.take(NOW, LIMIT, Dialect::V1, HostKnows::Talk), None);
    outbox.add(post(post_id(2), "a host with a smaller limit".to_owned()));
    assert_eq!(
        outbox.take(NOW, 5, Dialect::V1, HostKnows::Talk).expect("its turn").state,
        refused(RefusalCode::TextTooLong)
    );
}

#[test]
fn too_fast_waits_and_then_goes_one_by_one_in_order() {
    let mut outbox = outbox(4);
    send_all(&mut outbox, NOW);
    outbox.confirm(post_id(0));
    for n in 1..4 {
        let pause = Some(Duration::from_millis(500));
        let line = outbox.refuse(post_id(n), RefusalCode::RateLimited, pause, NOW).expect("the line");
        assert_eq!(line.state, ActState::Queued);
    }
    assert_eq!(outbox.due(), Some(Duration::from_millis(500)));
    assert_eq!(send_all(&mut outbox, Duration::from_millis(499)), []);
    let later = Duration::from_millis(500);
    assert_eq!(send_all(&mut outbox, later), ids(1..2));
    assert_eq!(outbox.due(), None);
    outbox.confirm(post_id(1));
    assert_eq!(send_all(&mut outbox, later), ids(2..3));
    outbox.confirm(post_id(2));
    assert_eq!(send_all(&mut outbox, later), ids(3..4));
    outbox.confirm(post_id(3));
    assert_eq!(
        outbox.take(later, LIMIT, Dialect::V1, HostKnows::Talk),
        None,
        "the queue is empty: the window opens again"
    );
    for n in 10..13 {
        outbox.add(post(post_id(n), "x".to_owned()));
    }
    assert_eq!(send_all(&mut outbox, later), ids(10..13));
}

#[test]
fn other_refusals_fail_until_the_user_asks_again() {
    let mut outbox = outbox(1);
    send_all(&mut outbox, NOW);
    let line = outbox.refuse(post_id(0), RefusalCode::Storage, None, NOW).expect("the line");
    assert_eq!(line.state, refused(RefusalCode::Storage));
    assert_eq!(outbox.refuse(post_id(0), RefusalCode::Storage, None, NOW), None);
    assert_eq!(send_all(&mut outbox, NOW), []);
    assert_eq!(outbox.retry(post_id(0)).expect("the line").state, ActState::Queued);
    assert_eq!(send_all(&mut outbox, NOW), ids(0..1));
    assert_eq!(outbox.retry(post_id(0)), None, "it is on its way");
}

#[test]
fn after_a_loss_unconfirmed_lines_go_again_in_order_and_acked_ones_do_not() {
    let mut outbox = outbox(3);
    send_all(&mut outbox, NOW);
    outbox.ack(post_id(1), seq(5), seq(0));
    let changed: Vec<_> = outbox.link_lost(true).into_iter().map(|line| line.id).collect();
    assert_eq!(changed, [post_id(0), post_id(2)]);
    assert_eq!(send_all(&mut outbox, NOW), [post_id(0), post_id(2)]);
    outbox.link_lost(true);
    outbox.log_lost();
    assert_eq!(send_all(&mut outbox, NOW), ids(0..3), "the ack spoke of a log that is no more");
}

#[test]
fn on_a_classic_server_unconfirmed_lines_fail() {
    let mut outbox = outbox(2);
    outbox.take(NOW, LIMIT, Dialect::V1, HostKnows::Talk);
    assert_eq!(outbox.link_lost(false)[0].state, ActState::unconfirmed());
    assert_eq!(outbox.shown()[1].state, ActState::Queued);
    send_all(&mut outbox, NOW);
    let given_up = outbox.give_up(post_id(1), Failure::NotEchoed).expect("the line");
    assert_eq!(given_up.state, ActState::Failed { reason: Failure::NotEchoed });
    assert_eq!(outbox.give_up(post_id(1), Failure::NotEchoed), None);
    assert!(outbox.confirm(post_id(1)), "better late than never");
}

#[test]
fn what_is_on_its_way_cannot_be_called_back() {
    let mut outbox = outbox(2);
    outbox.take(NOW, LIMIT, Dialect::V1, HostKnows::Talk);
    assert!(!outbox.discard(post_id(0)));
    assert!(outbox.discard(post_id(1)));
    assert!(!outbox.discard(post_id(1)));
    assert!(outbox.contains(post_id(0)) && !outbox.contains(post_id(1)));
}

#[test]
fn what_is_about_a_line_of_another_log_fails_and_answers_answer_nothing() {
    use hearth_protocol::Mentions;

    let reply = |line: u64| Verb::Post {
        text: "好".to_owned(),
        reply: Some(seq(line)),
        mentions: Mentions::default(),
    };
    let filled = || {
        let mut outbox = outbox(1);
        let about =
            [Verb::Remove { about: seq(3) }, reply(3), Verb::Pin { about: seq(4), on: true }, reply(4)];
        for (n, what) in (1..).zip(about) {
            outbox.add(Act { what, id: Some(post_id(n)) }).expect("a new act");
        }
        outbox
    };
    let other = ActState::Failed { reason: Failure::OtherRoom };
    let failed = |outbox: &Outbox| -> Vec<_> {
        let is_failed = |act: &OwnAct| act.state == other;
        outbox.shown().iter().map(is_failed).collect()
    };
    let answers_none = |outbox: &Outbox| {
        outbox.shown().iter().all(|act| !matches!(act.what, Verb::Post { reply: Some(_), .. }))
    };
    let told = |mut changed: Vec<OwnAct>| {
        changed.sort_by_key(|act| act.id);
        changed.into_iter().map(|act| act.id).collect::<Vec<_>>()
    };

    let mut outbox = filled();
    send_all(&mut outbox, NOW);
    outbox.ack(post_id(3), seq(9), seq(0));
    outbox.link_lost(true);
    assert_eq!(told(outbox.log_lost()), ids(1..5), "whoever keeps or shows them hears of each change");
    assert_eq!(failed(&outbox), [false, true, false, true, false]);
    assert!(answers_none(&outbox));
    assert_eq!(send_all(&mut outbox, NOW), [0, 2, 4].map(post_id));
    assert_eq!(outbox.retry(post_id(1)), None, "its line is none of this log");
    assert!(outbox.discard(post_id(1)));

    let mut outbox = filled();
    assert_eq!(told(outbox.other_room()), ids(0..5));
    assert_eq!(failed(&outbox), [true; 5]);
    assert!(answers_none(&outbox));
    assert_eq!([outbox.retry(post_id(3)), outbox.retry(post_id(1))], [None, None]);
    assert!(outbox.retry(post_id(2)).is_some(), "a line may be said here, if its author says so");
    assert_eq!(send_all(&mut outbox, NOW), [post_id(2)]);
}

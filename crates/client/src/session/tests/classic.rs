use hearth_protocol::classic::{ClassicMessage, JOIN_TEXT};

use super::*;
use crate::update::Failure;

const TIME: &str = "1-5 9:4:0";

fn in_classic_room() -> Rig {
    let mut rig = Rig::new(false);
    rig.event(Event::Begin);
    let effects = rig.event(Event::LinkUp(Dialect::Classic));
    assert_eq!(texts(&effects), [to_server("阿明", JOIN_TEXT)]);
    rig
}

fn to_server(nickname: &str, message: &str) -> String {
    json(nickname, message, None)
}

fn from_server(nickname: &str, message: &str) -> String {
    json(nickname, message, Some(1))
}

fn json(nickname: &str, message: &str, status: Option<u8>) -> String {
    let (nickname, message, time) = (nickname.to_owned(), message.to_owned(), TIME.to_owned());
    encode(&ClassicMessage { nickname, message, time, status })
}

fn entry_of(effects: &[Effect]) -> Entry {
    match &told(effects)[..] {
        [RoomUpdate::Entries { entries }] => entries[0].clone(),
        other => panic!("{other:?}"),
    }
}

fn own_text(text: &str, state: ActState) -> RoomUpdate {
    RoomUpdate::Own { act: OwnAct { what: Verb::post(text), id: post_id(1), state } }
}

#[test]
fn entering_is_announced_and_told_without_a_roster_or_a_name() {
    let rig = in_classic_room();
    assert_eq!(rig.status(), Status::Connected { dialect: Dialect::Classic });
    let snapshot = rig.session.snapshot(None, rig.now);
    assert_eq!((snapshot.name, snapshot.people.len(), snapshot.online, snapshot.more), (None, 0, 0, false));
    assert_eq!(snapshot.you.expect("you").nickname, nickname("阿明"));
}

#[test]
fn messages_become_entries_in_the_order_in_which_they_come() {
    let mut rig = in_classic_room();
    let mine = entry_of(&rig.text(&from_server("阿明", JOIN_TEXT)));
    assert_eq!(
        (mine.seq, mine.prev, &mine.body),
        (seq(1), seq(0), &Body::Joined { dialect: Dialect::Classic })
    );
    assert_eq!(Some(mine.from.member), rig.session.snapshot(None, rig.now).you.map(|you| you.member));
    let talk = entry_of(&rig.text(&from_server("小红", "你好")));
    let body = Body::Message { text: "你好".to_owned(), time: Some(TIME.to_owned()) };
    assert_eq!((talk.seq, talk.prev, &talk.body, talk.id), (seq(2), seq(1), &body, None));
    let left = entry_of(&rig.text(&json("小红", "你好", Some(0))));
    assert_eq!((&left.body, &left.from.member), (&Body::Left, &talk.from.member));
    let joined = entry_of(&rig.text(&from_server("小红", JOIN_TEXT)));
    assert_eq!(
        (&joined.body, joined.from.member),
        (&Body::Joined { dialect: Dialect::Classic }, talk.from.member)
    );
}

#[test]
fn oddities_do_no_harm() {
    let mut rig = in_classic_room();
    for ignored in [
        "",
        JOIN_TEXT,
        "[1,2]",
        "null",
        r#"{"message":{}}"#,
        r#"{"nickname":"a","message":" "}"#,
        r#"{"status":0}"#,
        r#"{"status":0,"nickname":" ","message":"x"}"#,
    ] {
        assert_eq!(rig.text(ignored), [], "{ignored}");
    }
    assert_eq!(entry_of(&rig.text(r#"{"message":7,"status":1}"#)).from.nickname, nickname("访客"));
    let long = entry_of(&rig.text(&from_server("长".repeat(99).as_str(), &"围".repeat(9999))));
    assert_eq!(long.from.nickname.as_str().chars().count(), 32);
    assert!(matches!(&long.body, Body::Message { text, .. } if text.len() == 16 * 1024 - 1));
    let odd = r#"{"nickname":"a","message":"b","time":"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT"}"#;
    assert!(
        matches!(entry_of(&rig.text(odd)).body, Body::Message { time: Some(time), .. } if time.len() == 64)
    );
}

#[test]
fn an_own_line_is_confirmed_by_coming_back() {
    let mut rig = in_classic_room();
    let effects = rig.event(Event::Command(RoomCommand::post(post_id(1), "在吗")));
    assert_eq!(texts(&effects), [to_server("阿明", "在吗")]);
    assert_eq!(told(&effects)[1], own_text("在吗", ActState::Sent));
    let entry = entry_of(&rig.text(&from_server("阿明", "在吗")));
    assert_eq!(entry.id, Some(post_id(1)));
    assert!(rig.own().is_empty());
    let same = entry_of(&rig.text(&from_server("阿明", "在吗")));
    assert_eq!(same.id, None);
    assert_ne!(same.from.member, entry.from.member, "somebody else of the same nickname");
}

#[test]
fn a_line_that_the_server_has_changed_on_the_way_is_one_confirmed_line_in_ones_own_words() {
    let said = "  a <b> & \"c\"\nd  ";
    let redated = |text: &str, time: &str| {
        let (nickname, message, time) = (" 阿明".to_owned(), text.to_owned(), time.to_owned());
        encode(&ClassicMessage { nickname, message, time, status: Some(1) })
    };
    for (back, time, shown) in [
        (said, "2026-01-05 09:04", "2026-01-05 09:04"),
        (said.trim(), TIME, TIME),
        ("  a &lt;b&gt; &amp; &quot;c&quot;\nd  ", TIME, TIME),
        ("a &amp;lt;b&amp;gt; &amp;amp; &#34;c&#x22;<br>d", "", TIME),
    ] {
        let mut rig = in_classic_room();
        rig.event(Event::Command(RoomCommand::post(post_id(1), said)));
        let entry = entry_of(&rig.text(&redated(back, time)));
        assert_eq!(entry.id, Some(post_id(1)), "{back}");
        assert_eq!(entry.body, Body::Message { text: said.to_owned(), time: Some(shown.to_owned()) });
        assert_eq!(entry.from.nickname, nickname("阿明"));
        assert!(rig.own().is_empty());
    }
}

#[test]
fn what_comes_back_just_so_is_taken_before_what_was_changed() {
    let mut rig = in_classic_room();
    for (n, text) in [(1, "a  b"), (2, "a b")] {
        rig.event(Event::Command(RoomCommand::post(post_id(n), text)));
    }
    assert_eq!(entry_of(&rig.text(&from_server("阿明", "a b"))).id, Some(post_id(2)));
    assert_eq!(entry_of(&rig.text(&from_server("阿明", "a b"))).id, Some(post_id(1)));
}

#[test]
fn a_line_that_does_not_come_back_says_the_true_reason() {
    let reason_of = |rig: &Rig| match &rig.own()[..] {
        [OwnAct { state: ActState::Failed { reason }, .. }] => reason.clone(),
        other => panic!("{other:?}"),
    };
    let overdue = |rig: &mut Rig| {
        rig.now += Duration::from_secs(29);
        rig.event(Event::Heard(rig.now));
        rig.now += Duration::from_secs(2);
        rig.event(Event::Tick);
    };
    let waiting = || {
        let mut rig = in_classic_room();
        rig.text(&from_server("阿明", JOIN_TEXT));
        rig.event(Event::Command(RoomCommand::post(post_id(1), "what the heck is it")));
        rig
    };
    // The link stands, and others talk.
    let mut rig = waiting();
    rig.text(&from_server("小红", "what the heck is that"));
    overdue(&mut rig);
    assert_eq!(reason_of(&rig), Failure::NotEchoed);
    // The server has struck something out.
    let mut rig = waiting();
    let changed = entry_of(&rig.text(&from_server("阿明", "what the **** is it")));
    assert_eq!(changed.id, None);
    overdue(&mut rig);
    assert_eq!(reason_of(&rig), Failure::CameBackChanged);
    // Also where the link breaks afterwards.
    let mut rig = waiting();
    rig.text(&from_server("阿明", "what the **** is it"));
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    assert_eq!(reason_of(&rig), Failure::CameBackChanged);
    // The link broke.
    let mut rig = waiting();
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    assert_eq!(reason_of(&rig), Failure::Unconfirmed);
}

#[test]
fn equal_lines_come_back_in_the_order_in_which_they_were_sent() {
    let mut rig = in_classic_room();
    for n in 1..=2 {
        rig.event(Event::Command(RoomCommand::post(post_id(n), JOIN_TEXT)));
    }
    let entries: Vec<Entry> = (0..3).map(|_| entry_of(&rig.text(&from_server("阿明", JOIN_TEXT)))).collect();
    assert_eq!((&entries[0].body, entries[0].id), (&Body::Joined { dialect: Dialect::Classic }, None));
    assert!(matches!(&entries[1].body, Body::Message { text, .. } if text == JOIN_TEXT));
    assert_eq!([entries[1].id, entries[2].id], [Some(post_id(1)), Some(post_id(2))]);
}

#[test]
fn a_loss_leaves_sent_lines_unconfirmed_and_queued_ones_go_later() {
    let mut rig = in_classic_room();
    rig.text(&from_server("小红", "你好"));
    rig.event(Event::Command(RoomCommand::post(post_id(1), "在吗")));
    let lost = told(&rig.event(Event::LinkLost(ConnectError::LinkBroken)));
    let unconfirmed = ActState::Failed { reason: Failure::Unconfirmed };
    assert_eq!(lost[0], own_text("在吗", unconfirmed));
    rig.event(Event::Command(RoomCommand::post(post_id(2), "later")));
    let before = rig.session.cursor();
    rig.wait_due();
    let effects = rig.event(Event::LinkUp(Dialect::Classic));
    assert_eq!(texts(&effects), [to_server("阿明", JOIN_TEXT), to_server("阿明", "later")]);
    assert_eq!(rig.session.cursor(), before, "the timeline goes on");
    assert_eq!(rig.session.snapshot(None, rig.now).entries.len(), 1);
    assert_eq!(
        texts(&rig.event(Event::Command(RoomCommand::Retry { id: post_id(1) }))),
        [to_server("阿明", "在吗")]
    );
}

#[test]
fn a_server_that_sends_nothing_back_does_not_stop_the_talk() {
    let mut rig = in_classic_room();
    for n in 0..40 {
        rig.post(n);
    }
    for _ in 0..10 {
        rig.now += Duration::from_secs(3);
        rig.event(Event::Heard(rig.now));
        rig.event(Event::Tick);
    }
    let failed = rig.own().iter().filter(|line| matches!(line.state, ActState::Failed { .. })).count();
    assert_eq!(failed, outbox::WINDOW, "as long as nobody knows");
    assert!(rig.own().iter().all(|line| line.state != ActState::Queued), "the others had their turn");
    let late = entry_of(&rig.text(&from_server("阿明", "line 0")));
    assert_eq!(late.id, Some(post_id(0)));
}

#[test]
fn a_rename_is_for_the_next_lines() {
    let mut rig = in_classic_room();
    let you = rig.session.snapshot(None, rig.now).you.expect("you").member;
    let effects = rig.event(Event::Command(RoomCommand::rename(post_id(901), "小红")));
    assert_eq!(effects, [Effect::Tell(RoomUpdate::You { nickname: nickname("小红") })]);
    assert_eq!(
        texts(&rig.event(Event::Command(RoomCommand::post(post_id(1), "x")))),
        [to_server("小红", "x")]
    );
    assert_eq!(entry_of(&rig.text(&from_server("小红", "x"))).from.member, you, "still the same person");
}

#[test]
fn there_is_no_history() {
    let mut rig = in_classic_room();
    let request = HistoryRequest { before: seq(5), after: None, limit: 50 };
    let effects = rig.event(Event::Command(RoomCommand::History(request)));
    assert!(
        matches!(&told(&effects)[..], [RoomUpdate::Older { page, .. }] if page.before == seq(5) && !page.more)
    );
}

#[test]
fn a_room_that_changes_its_dialect_starts_another_log() {
    let mut rig = in_classic_room();
    rig.text(&from_server("小红", "你好"));
    let first = rig.session.cursor().expect("a cursor").log;
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    rig.wait_due();
    let hello = sent(&rig.event(Event::LinkUp(Dialect::V1)));
    assert!(matches!(&hello[..], [ClientFrame::Hello(_)]));
    rig.frame(&welcome("a", 0, 0));
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    rig.wait_due();
    rig.event(Event::LinkUp(Dialect::Classic));
    let again = rig.session.cursor().expect("a cursor");
    assert!(again.log != first && again.seq == Seq::ZERO);
}

//! Single lines, what is said about lines, and who is writing.

use hearth_protocol::{About, Emoji, Lines, LinesRequest, Mentions, Typing};

use super::*;
use crate::{
    record::KeptLog,
    session::testing::{entry, log},
    update::Failure,
};

fn ask(lines: &[u64]) -> LinesRequest {
    LinesRequest { lines: lines.iter().map(|line| seq(*line)).collect(), pinned: false }
}

fn asks(rig: &mut Rig, request: LinesRequest) -> Vec<Effect> {
    rig.event(Event::Command(RoomCommand::Lines(request)))
}

/// Those of these that are there.
fn answer(request: &LinesRequest, entries: Vec<Entry>) -> Lines {
    Lines { lines: request.lines.clone(), pinned: request.pinned, entries, rest: Vec::new() }
}

fn edited(at: u64, about: u64) -> Entry {
    let text = "壹".to_owned();
    entry(at - 1, at, "ming", Body::Edited { about: seq(about), text, mentions: Mentions::default() })
}

fn removed(at: u64, about: u64) -> Entry {
    entry(at - 1, at, "ming", Body::Removed { about: seq(about) })
}

/// A room whose copy has entries 8 to 10 of a log, and which nobody has reached.
fn alone() -> Rig {
    let log = KeptLog { id: log("a"), dialect: Dialect::V1, cursor: seq(10), base: seq(7) };
    let entries = (7..10).map(|n| message(n, n + 1)).collect();
    let kept = Kept { log: Some(log), entries, ..Kept::default() };
    let mut rig = Rig::of(Setup { kept: Some(kept), ..setup(true) });
    rig.event(Event::Begin);
    rig
}

/// The same, in the room.
fn there() -> Rig {
    let mut rig = alone();
    rig.event(Event::LinkUp(Dialect::V1));
    rig.frame(&welcome("a", 10, 10));
    rig
}

fn queries(effects: &[Effect]) -> Vec<CacheQuery> {
    let query = |effect: &Effect| match effect {
        Effect::Ask(query) => Some(query.clone()),
        _ => None,
    };
    effects.iter().filter_map(query).collect()
}

#[test]
fn the_host_is_asked_for_lines_and_what_it_tells_is_told_and_kept() {
    let mut rig = there();
    let request = ask(&[3, 4]);
    assert_eq!(sent(&asks(&mut rig, request.clone())), [ClientFrame::Lines(request.clone())]);
    let about = vec![edited(6, 3)];
    let effects = rig.frame(&ServerFrame::About(About { entries: about.clone() }));
    assert_eq!(told(&effects), [RoomUpdate::About { entries: about.clone() }]);
    assert!(effects.contains(&Effect::Keep(Record::Single(about))));
    let lines = answer(&request, vec![message(2, 3)]);
    let effects = rig.frame(&ServerFrame::Lines(lines.clone()));
    assert_eq!(told(&effects), [RoomUpdate::Lines { lines: lines.clone() }]);
    assert!(effects.contains(&Effect::Keep(Record::Single(lines.entries.clone()))));
    assert_eq!(rig.frame(&ServerFrame::Lines(lines)), [], "once");
    assert_eq!(rig.frame(&ServerFrame::About(About { entries: vec![edited(7, 3)] })), [], "nobody asked");
}

#[test]
fn without_a_link_lines_are_looked_for_in_the_copy() {
    let mut rig = alone();
    let request = ask(&[8, 9]);
    let effects = asks(&mut rig, request.clone());
    assert!(sent(&effects).is_empty());
    assert_eq!(queries(&effects), [CacheQuery::Lines { request: request.clone(), log: log("a") }]);
    let lines = answer(&request, vec![message(7, 8)]);
    let looked = |lines: &Lines| Event::Looked {
        request: request.clone(),
        lines: lines.clone(),
        about: vec![edited(9, 8)],
    };
    let expected =
        [RoomUpdate::About { entries: vec![edited(9, 8)] }, RoomUpdate::Lines { lines: lines.clone() }];
    assert_eq!(told(&rig.event(looked(&lines))), expected);
    assert!(rig.event(looked(&lines)).is_empty(), "once");
    // Without a copy there is none.
    let mut rig = Rig::new(true);
    rig.event(Event::Begin);
    assert_eq!(
        told(&asks(&mut rig, request.clone())),
        [RoomUpdate::Lines { lines: answer(&request, Vec::new()) }]
    );
}

#[test]
fn a_host_that_knows_no_such_question_is_no_loss() {
    let mut rig = there();
    let request = ask(&[8]);
    asks(&mut rig, request.clone());
    // It does not know how the question is called either.
    let effects = rig.frame(&refused(None, RefusalCode::UnknownType, None));
    assert_eq!(queries(&effects), [CacheQuery::Lines { request: request.clone(), log: log("a") }]);
    let lines = answer(&request, vec![message(7, 8)]);
    let looked = Event::Looked { request, lines: lines.clone(), about: Vec::new() };
    assert_eq!(told(&rig.event(looked)), [RoomUpdate::Lines { lines }]);
    assert_eq!(rig.frame(&refused(None, RefusalCode::UnknownType, None)), [], "nothing is asked any more");
}

#[test]
fn a_question_that_came_too_fast_is_asked_again() {
    let mut rig = there();
    let request = ask(&[8]);
    asks(&mut rig, request.clone());
    assert!(sent(&rig.frame(&refused_of(Asked::Lines, RefusalCode::RateLimited, Some(500)))).is_empty());
    assert!(sent(&rig.wait(Duration::from_millis(499))).is_empty());
    assert_eq!(sent(&rig.wait(Duration::from_millis(1))), [ClientFrame::Lines(request)]);
}

#[test]
fn what_is_removed_is_in_the_room_no_longer() {
    let mut rig = there();
    rig.frame(&ServerFrame::Entry(edited(11, 9)));
    rig.frame(&ServerFrame::Entry(removed(12, 9)));
    let entries = rig.session.snapshot(None, rig.now).entries;
    let gone: Vec<_> =
        entries.iter().filter(|entry| entry.body == Body::Erased).map(|entry| entry.seq).collect();
    assert_eq!(gone, [9, 11].map(seq));
    assert_eq!(entries.last().map(|entry| &entry.body), Some(&Body::Removed { about: seq(9) }));
}

#[test]
fn what_is_about_a_line_does_not_go_to_another_log() {
    let mut rig = there();
    let does = |rig: &mut Rig, n: u128, what: Verb| {
        rig.event(Event::Command(RoomCommand::Act(Act { what, id: Some(post_id(n)) })))
    };
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    let emoji = Emoji::new("👍").expect("an emoji");
    does(&mut rig, 1, Verb::React { about: seq(8), emoji, on: true });
    does(
        &mut rig,
        2,
        Verb::Post { text: "好".to_owned(), reply: Some(seq(8)), mentions: Mentions::default() },
    );
    rig.wait_due();
    rig.event(Event::LinkUp(Dialect::V1));
    let effects = rig.frame(&welcome("b", 0, 0));
    let acts: Vec<_> =
        sent(&effects).into_iter().filter(|frame| matches!(frame, ClientFrame::Act(_))).collect();
    assert_eq!(acts, [ClientFrame::Act(Act { what: Verb::post("好"), id: Some(post_id(2)) })]);
    let kept = |effect: &Effect| match effect {
        Effect::Keep(Record::Act(act)) => Some((act.own.id, act.own.state.clone())),
        _ => None,
    };
    let failed = (post_id(1), ActState::Failed { reason: Failure::OtherRoom });
    assert!(effects.iter().filter_map(kept).any(|act| act == failed), "{effects:?}");
}

#[test]
fn who_is_writing_is_told_and_one_tells_so_where_it_is_understood() {
    let mut rig = there();
    let typing = Typing { members: vec![member("li")] };
    let effects = rig.frame(&ServerFrame::Typing(typing.clone()));
    assert_eq!(effects, [Effect::Tell(RoomUpdate::Typing { members: typing.members })], "and is not kept");
    assert_eq!(sent(&rig.event(Event::Command(RoomCommand::Typing))), [ClientFrame::Typing]);
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    assert!(sent(&rig.event(Event::Command(RoomCommand::Typing))).is_empty());
    let mut rig = Rig::new(false);
    rig.event(Event::Begin);
    rig.event(Event::LinkUp(Dialect::Classic));
    assert!(texts(&rig.event(Event::Command(RoomCommand::Typing))).is_empty());
}

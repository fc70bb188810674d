//! What a session keeps and in which order, and what it starts from.

use hearth_protocol::{Found, Gap, Page, SearchRequest, UnknownBody};

use super::*;
use crate::{
    record::{KeptAct, KeptLog},
    session::testing::log,
    update::Failure,
};

fn line(n: u128, state: ActState, went_out: Option<Dialect>) -> KeptAct {
    KeptAct {
        own: OwnAct { what: Verb::post(format!("line {n}")), id: post_id(n), state },
        went_out,
        stored: None,
    }
}

/// A room as its file has it: entries 8 to 10 of a log, and some lines.
fn kept(dialect: Dialect) -> Kept {
    Kept {
        token: Some(MemberToken::new("secret").expect("a token")),
        you: Some(You { member: member("me"), nickname: nickname("阿明") }),
        name: Some("围炉".to_owned()),
        log: Some(KeptLog { id: log("a"), dialect, cursor: seq(10), base: seq(7) }),
        entries: (7..10).map(|n| message(n, n + 1)).collect(),
        gaps: Vec::new(),
        acts: vec![
            line(1, ActState::unconfirmed(), Some(Dialect::Classic)),
            line(2, ActState::Queued, Some(Dialect::V1)),
            line(3, ActState::Queued, None),
        ],
        marks: None,
    }
}

fn restored(kept: Kept) -> Rig {
    Rig::of(Setup { kept: Some(kept), ..setup(true) })
}

/// Joined a v1 room whose file had nothing.
fn remembering() -> Rig {
    let mut rig = restored(Kept::default());
    rig.event(Event::Begin);
    rig.event(Event::LinkUp(Dialect::V1));
    rig.frame(&welcome("a", 10, 10));
    rig
}

fn records(effects: &[Effect]) -> Vec<Record> {
    let record = |effect: &Effect| match effect {
        Effect::Keep(record) => Some(record.clone()),
        _ => None,
    };
    effects.iter().filter_map(record).collect()
}

fn asked(effects: &[Effect]) -> Vec<CacheQuery> {
    let query = |effect: &Effect| match effect {
        Effect::Ask(query) => Some(query.clone()),
        _ => None,
    };
    effects.iter().filter_map(query).collect()
}

#[test]
fn the_room_is_as_it_was_before_anything_is_reached() {
    let mut rig = restored(kept(Dialect::V1));
    let room = rig.session.snapshot(None, rig.now);
    assert_eq!((room.name.as_deref(), room.status), (Some("围炉"), Status::Connecting));
    assert_eq!(room.you.expect("you").member, member("me"));
    assert_eq!((room.entries.len(), room.more, room.own.len()), (3, true, 3));
    rig.event(Event::Begin);
    let refused = ConnectError::Refused { host: "host".to_owned(), port: 8080 };
    rig.event(Event::LinkLost(refused));
    assert_eq!(rig.session.snapshot(None, rig.now).entries.len(), 3);
    rig.wait_due();
    let hello = sent(&rig.event(Event::LinkUp(Dialect::V1)));
    let [ClientFrame::Hello(hello)] = &hello[..] else { panic!("{hello:?}") };
    assert_eq!(hello.token.as_ref().map(MemberToken::as_str), Some("secret"));
    assert_eq!((hello.log.as_ref().map(LogId::as_str), hello.after), (Some("a"), Some(seq(10))));
}

#[test]
fn unsent_lines_go_out_in_order_once_the_log_is_read_that_may_have_one() {
    let mut rig = restored(kept(Dialect::V1));
    rig.event(Event::Begin);
    rig.event(Event::LinkUp(Dialect::V1));
    assert_eq!(posts(&rig.frame(&welcome("a", 10, 11))), [], "line 2 may be entry 11");
    let effects = rig.frame(&ServerFrame::Entry(own_entry(10, 11, 2)));
    assert_eq!(posts(&effects), [post_id(3)]);
    assert_eq!(rig.own().len(), 2, "the failed one waits for its user");
}

#[test]
fn an_acked_line_waits_for_its_entry_over_a_restart() {
    let mut kept = kept(Dialect::V1);
    kept.acts = vec![KeptAct { stored: Some(seq(11)), ..line(1, ActState::Sent, Some(Dialect::V1)) }];
    let mut rig = restored(kept.clone());
    rig.event(Event::Begin);
    rig.event(Event::LinkUp(Dialect::V1));
    assert_eq!(posts(&rig.frame(&welcome("a", 10, 11))), []);
    rig.frame(&ServerFrame::Entry(own_entry(10, 11, 1)));
    assert!(rig.own().is_empty());
    let mut rig = restored(kept);
    rig.event(Event::Begin);
    rig.event(Event::LinkUp(Dialect::V1));
    assert_eq!(posts(&rig.frame(&welcome("b", 0, 0))), [post_id(1)], "another log has none of it");
}

#[test]
fn lines_do_not_go_to_another_room_at_the_same_address() {
    let other = || {
        let ServerFrame::Welcome(mut welcome) = welcome("b", 0, 0) else { panic!("a welcome") };
        welcome.room.name = "另一间".to_owned();
        ServerFrame::Welcome(welcome)
    };
    let failed = ActState::Failed { reason: Failure::OtherRoom };
    let mut acked = kept(Dialect::V1);
    acked.acts.push(KeptAct { stored: Some(seq(11)), ..line(4, ActState::Sent, Some(Dialect::V1)) });
    let mut rig = restored(acked.clone());
    rig.event(Event::Begin);
    rig.event(Event::LinkUp(Dialect::V1));
    assert_eq!(posts(&rig.frame(&other())), []);
    let states: Vec<_> = rig.own().into_iter().map(|line| line.state).collect();
    assert_eq!(states, [ActState::unconfirmed(), failed.clone(), failed.clone(), failed.clone()]);
    assert_eq!(
        posts(&rig.event(Event::Command(RoomCommand::Retry { id: post_id(3) }))),
        [post_id(3)],
        "unless the user says so"
    );

    // The tutorial's server may have taken the port.
    let mut rig = restored(acked);
    rig.event(Event::Begin);
    rig.event(Event::LinkUp(Dialect::Classic));
    assert!(rig.own()[1..].iter().all(|line| line.state == failed), "{:?}", rig.own());
}

#[test]
fn a_line_is_kept_before_it_goes_out_and_the_token_before_all() {
    let mut rig = restored(Kept::default());
    rig.event(Event::Begin);
    let queued = line(1, ActState::Queued, None);
    assert_eq!(records(&rig.post(1)), [Record::Act(queued)]);
    rig.event(Event::LinkUp(Dialect::V1));
    let effects = rig.frame(&welcome("a", 10, 10));
    let at = |wanted: &dyn Fn(&Effect) -> bool| effects.iter().position(wanted).expect("it is there");
    let token = at(&|effect| matches!(effect, Effect::Keep(Record::Member { token: Some(_), .. })));
    let begun = at(&|effect| matches!(effect, Effect::Keep(Record::Log { .. })));
    let going = line(1, ActState::Sent, Some(Dialect::V1));
    let kept = at(&|effect| *effect == Effect::Keep(Record::Act(going.clone())));
    let post = at(&|effect| matches!(effect, Effect::Send(_)));
    assert!(token < post && begun < kept && kept < post, "{effects:?}");
}

#[test]
fn every_change_of_a_line_is_kept() {
    let mut rig = remembering();
    rig.post(1);
    let acked = KeptAct { stored: Some(seq(12)), ..line(1, ActState::Sent, Some(Dialect::V1)) };
    assert_eq!(records(&rig.frame(&ack(1, 12))), [Record::Act(acked)]);
    let gap = Gap { after: seq(10), to: seq(12) };
    assert_eq!(
        records(&rig.frame(&ServerFrame::Gap(gap))),
        [Record::Gap(gap), Record::Gone(post_id(1))],
        "its entry comes no more"
    );
    rig.post(2);
    let refusal = rig.frame(&refused(Some(2), RefusalCode::Storage, None));
    let reason = Failure::Refused { reason: RefusalCode::Storage };
    assert_eq!(records(&refusal), [Record::Act(line(2, ActState::Failed { reason }, None))]);
    assert_eq!(
        records(&rig.event(Event::Command(RoomCommand::Discard { id: post_id(2) }))),
        [Record::Gone(post_id(2))]
    );
    rig.post(3);
    let entry = own_entry(12, 13, 3);
    assert_eq!(records(&rig.frame(&ServerFrame::Entry(entry.clone()))), [Record::Entry(entry)]);
    rig.post(4);
    let lost = records(&rig.event(Event::LinkLost(ConnectError::LinkBroken)));
    assert_eq!(lost, [Record::Act(line(4, ActState::Queued, Some(Dialect::V1)))]);
}

#[test]
fn what_there_is_to_keep_is_what_a_session_starts_from() {
    let mut rig = remembering();
    rig.frame(&ServerFrame::Entry(message(10, 11)));
    rig.frame(&ServerFrame::Gap(Gap { after: seq(11), to: seq(15) }));
    rig.frame(&ServerFrame::Entry(message(15, 16)));
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    rig.post(1);
    let again = restored(rig.session.to_keep());
    assert_eq!(again.session.to_keep(), rig.session.to_keep());
    let (before, after) = (rig.session.snapshot(None, rig.now), again.session.snapshot(None, again.now));
    assert_eq!((before.entries, before.gaps, before.own), (after.entries, after.gaps, after.own));
}

#[test]
fn a_classic_room_goes_on_where_it_was() {
    let mut rig = restored(kept(Dialect::Classic));
    rig.event(Event::Begin);
    let effects = rig.event(Event::LinkUp(Dialect::Classic));
    assert!(records(&effects).iter().all(|record| !matches!(record, Record::Log { .. })));
    assert_eq!(texts(&effects).len(), 3, "it says that it is here, and sends what waited");
    let heard = rig.text(r#"{"nickname":"小红","message":"你好","time":"1-5 9:4:0","status":1}"#);
    assert!(matches!(&records(&heard)[..], [Record::Entry(entry)] if entry.prev == seq(10)));
    let own: Vec<_> = rig.own().into_iter().map(|line| line.state).collect();
    assert_eq!(own, [ActState::unconfirmed(), ActState::Sent, ActState::Sent]);
}

fn history(before: u64) -> HistoryRequest {
    HistoryRequest { before: seq(before), after: None, limit: 50 }
}

fn older(before: u64) -> Page {
    Page { before: seq(before), after: None, entries: vec![message(6, 7)], more: true }
}

#[test]
fn history_comes_from_the_copy_with_its_gaps_and_only_what_it_lacks_is_asked_of_the_host() {
    for connected in [true, false] {
        let mut rig = if connected { remembering() } else { restored(kept(Dialect::V1)) };
        let effects = rig.event(Event::Command(RoomCommand::History(history(8))));
        assert_eq!(
            asked(&effects),
            [CacheQuery::History { request: history(8), log: log("a"), head: seq(10) }]
        );
        assert!(sent(&effects).is_empty());
        let gap = Gap { after: seq(2), to: seq(6) };
        let found = Some((older(8), vec![gap]));
        let answer =
            Event::Recalled { request: history(8), log: log("a"), found: found.clone(), about: Vec::new() };
        let effects = rig.event(answer);
        assert_eq!(told(&effects), [RoomUpdate::Older { page: older(8), gaps: vec![gap] }]);
        assert!(
            rig.event(Event::Recalled { request: history(8), log: log("a"), found, about: Vec::new() })
                .is_empty(),
            "once"
        );
    }
    let mut rig = remembering();
    rig.event(Event::Command(RoomCommand::History(history(8))));
    let nothing = || Event::Recalled { request: history(8), log: log("a"), found: None, about: Vec::new() };
    assert_eq!(sent(&rig.event(nothing())), [ClientFrame::History(history(8))]);
    let page = ServerFrame::Page(older(8));
    assert_eq!(rig.frame(&page)[0], Effect::Keep(Record::Page(older(8))), "what the host adds is kept");

    let mut rig = restored(kept(Dialect::V1));
    rig.event(Event::Begin);
    rig.event(Event::Command(RoomCommand::History(history(8))));
    assert!(rig.event(nothing()).is_empty(), "it waits for the link");
    rig.event(Event::LinkUp(Dialect::V1));
    assert!(sent(&rig.frame(&welcome("a", 10, 10))).contains(&ClientFrame::History(history(8))));
}

#[test]
fn reading_on_from_a_place_ends_where_the_copy_does_and_goes_on_with_the_host() {
    let request = HistoryRequest { after: Some(seq(8)), ..history(10) };
    let nothing = || Event::Recalled { request, log: log("a"), found: None, about: Vec::new() };
    let mut rig = restored(kept(Dialect::V1));
    rig.event(Event::Command(RoomCommand::History(request)));
    let end = Page { before: seq(10), after: Some(seq(8)), entries: Vec::new(), more: true };
    assert_eq!(told(&rig.event(nothing())), [RoomUpdate::Older { page: end, gaps: Vec::new() }]);
    let mut rig = remembering();
    rig.event(Event::Command(RoomCommand::History(request)));
    assert_eq!(sent(&rig.event(nothing())), [ClientFrame::History(request)]);
}

#[test]
fn a_question_to_the_copy_is_not_asked_of_the_host_meanwhile() {
    let mut rig = remembering();
    rig.event(Event::Command(RoomCommand::History(history(8))));
    rig.bounce();
    assert!(sent(&rig.frame(&welcome("a", 10, 10))).is_empty());
    rig.event(Event::Command(RoomCommand::History(history(5))));
    let late = Event::Recalled {
        request: history(8),
        log: log("a"),
        found: Some((older(8), vec![])),
        about: Vec::new(),
    };
    assert!(rig.event(late).is_empty(), "nobody asks that any more");
    rig.bounce();
    let effects = rig.frame(&welcome("b", 0, 0));
    assert!(
        told(&effects).iter().any(|update| matches!(update, RoomUpdate::Older { page, .. } if !page.more))
    );
    let late = Event::Recalled {
        request: history(5),
        log: log("a"),
        found: Some((older(5), vec![])),
        about: Vec::new(),
    };
    assert!(rig.event(late).is_empty(), "of a log that is no more");
}

fn ask(query: &str) -> SearchRequest {
    SearchRequest { query: query.to_owned(), before: None, limit: 50 }
}

fn found(query: &str) -> Found {
    let entries = vec![message(8, 9)];
    Found { query: query.to_owned(), before: None, entries, more: false, reached: seq(1) }
}

#[test]
fn where_no_host_can_be_asked_the_copy_is_searched() {
    let mut rig = restored(kept(Dialect::V1));
    let here = |query: &str| CacheQuery::Search { request: ask(query), log: log("a") };
    assert_eq!(asked(&rig.event(Event::Command(RoomCommand::Search(ask("部"))))), [here("部")]);
    assert_eq!(asked(&rig.event(Event::Command(RoomCommand::Search(ask("部署"))))), [here("部署")]);
    assert!(
        rig.event(Event::Searched { found: found("部"), about: Vec::new() }).is_empty(),
        "nobody asks that any more"
    );
    let effects = rig.event(Event::Searched { found: found("部署"), about: Vec::new() });
    assert_eq!(told(&effects), [RoomUpdate::Found { found: found("部署"), whole: false }]);

    let mut rig = remembering();
    assert_eq!(
        sent(&rig.event(Event::Command(RoomCommand::Search(ask("部署"))))),
        [ClientFrame::Search(ask("部署"))]
    );
    let lost = rig.event(Event::LinkLost(ConnectError::LinkBroken));
    assert_eq!(asked(&lost), [here("部署")], "the host has not answered");
    rig.event(Event::Searched { found: found("部署"), about: Vec::new() });
    rig.wait_due();
    rig.event(Event::LinkUp(Dialect::V1));
    assert!(sent(&rig.frame(&welcome("a", 10, 10))).is_empty(), "it was answered");
}

#[test]
fn trouble_with_keeping_is_told_once_and_stands_in_the_snapshot() {
    let mut rig = Rig::of(Setup { trouble: Some(KeepTrouble::SetAside), ..setup(true) });
    let trouble = |rig: &Rig| rig.session.snapshot(None, rig.now).trouble;
    assert_eq!(trouble(&rig), Some(KeepTrouble::SetAside));
    let full = Some(KeepTrouble::Full);
    assert_eq!(told(&rig.event(Event::Keeping(full))), [RoomUpdate::Keeping { trouble: full }]);
    assert!(rig.event(Event::Keeping(full)).is_empty());
    assert_eq!(trouble(&rig), full);
    assert_eq!(told(&rig.event(Event::Keeping(None))), [RoomUpdate::Keeping { trouble: None }]);
    assert_eq!(trouble(&rig), None);
}

#[test]
fn what_a_later_version_says_is_kept_as_it_came_shown_to_nobody_and_asked_for_once() {
    let json = r#"{"kind":"danced","text":"x","n":1.0e5,"about":9}"#;
    let body = Body::Unknown(UnknownBody::from_json(json.to_owned()).expect("a body"));
    let later = Entry { body, ..message(10, 11) };
    let nothing = Entry { body: Body::Unknown(UnknownBody::default()), ..message(10, 11) };
    let mut rig = remembering();
    let effects = rig.frame(&ServerFrame::Entry(later.clone()));
    assert_eq!(records(&effects), [Record::Entry(later.clone())]);
    assert_eq!(told(&effects), [RoomUpdate::Entries { entries: vec![nothing.clone()] }]);
    assert!(sent(&effects).is_empty());
    assert_eq!(rig.session.to_keep().entries.last(), Some(&later));
    assert_eq!(rig.session.snapshot(None, rig.now).entries.last(), Some(&nothing));

    // At the next start.
    let log = KeptLog { id: log("a"), dialect: Dialect::V1, cursor: seq(11), base: seq(7) };
    let mut entries = kept(Dialect::V1).entries;
    entries.push(later.clone());
    let mut rig = restored(Kept { log: Some(log), entries, acts: Vec::new(), ..kept(Dialect::V1) });
    rig.event(Event::Begin);
    let hello = sent(&rig.event(Event::LinkUp(Dialect::V1)));
    assert!(matches!(&hello[..], [ClientFrame::Hello(hello)] if hello.after == Some(seq(11))), "{hello:?}");
    assert!(sent(&rig.frame(&welcome("a", 11, 11))).is_empty(), "nothing of it is asked for again");
    assert_eq!(rig.session.snapshot(None, rig.now).entries.last(), Some(&nothing));
    assert_eq!(rig.session.to_keep().entries.last(), Some(&later));

    let huge = format!(r#"{{"kind":"later","x":"{}"}}"#, "x".repeat(100_000));
    let body = Body::Unknown(UnknownBody::from_json(huge).expect("a body"));
    let effects = rig.frame(&ServerFrame::Entry(Entry { body, ..message(11, 12) }));
    let cut = Entry { body: Body::Unknown(UnknownBody::default()), ..message(11, 12) };
    assert_eq!(records(&effects), [Record::Entry(cut)], "it takes no more room than any message");
}

use hearth_protocol::{Asked, Found, Gap, Page, People, SearchRequest};

use super::*;

fn entries(effects: &[Effect]) -> Vec<u64> {
    let seqs = |update| match update {
        RoomUpdate::Entries { entries } => entries.iter().map(|entry| entry.seq.get()).collect(),
        _ => Vec::new(),
    };
    told(effects).into_iter().flat_map(seqs).collect()
}

#[test]
fn a_line_is_queued_sent_acked_and_gone_with_its_entry() {
    let mut rig = Rig::in_room();
    let effects = rig.post(1);
    assert_eq!(told(&effects), [own(1, ActState::Queued), own(1, ActState::Sent)]);
    assert_eq!(posts(&effects), [post_id(1)]);
    assert_eq!(rig.frame(&ack(1, 11)), []);
    assert_eq!(rig.own().len(), 1, "only the entry makes it part of the talk");
    let effects = rig.frame(&ServerFrame::Entry(own_entry(10, 11, 1)));
    assert_eq!(told(&effects), [RoomUpdate::Entries { entries: vec![own_entry(10, 11, 1)] }]);
    assert!(rig.own().is_empty());
}

#[test]
fn the_entry_may_come_before_the_ack() {
    let mut rig = Rig::in_room();
    rig.post(1);
    rig.frame(&ServerFrame::Entry(own_entry(10, 11, 1)));
    assert!(rig.own().is_empty());
    assert_eq!(rig.frame(&ack(1, 11)), []);
}

#[test]
fn without_a_link_lines_wait_and_go_out_in_order() {
    let mut rig = Rig::new(false);
    rig.post(1);
    rig.event(Event::Begin);
    rig.post(2);
    rig.event(Event::LinkUp(Dialect::V1));
    assert_eq!(posts(&rig.post(3)), [], "not before the welcome");
    assert_eq!(posts(&rig.frame(&welcome("a", 0, 0))), [post_id(1), post_id(2), post_id(3)]);
}

#[test]
fn after_a_loss_what_is_unconfirmed_goes_again_under_the_same_id() {
    let mut rig = Rig::in_room();
    for n in 1..=3 {
        rig.post(n);
    }
    rig.frame(&ack(2, 12));
    let lost = told(&rig.event(Event::LinkLost(ConnectError::LinkBroken)));
    assert_eq!(lost[..2], [own(1, ActState::Queued), own(3, ActState::Queued)]);
    rig.wait_due();
    rig.event(Event::LinkUp(Dialect::V1));
    assert_eq!(posts(&rig.frame(&welcome("a", 10, 10))), [post_id(1), post_id(3)]);
    for (n, prev) in [(1, 10), (2, 11), (3, 12)] {
        rig.frame(&ServerFrame::Entry(own_entry(prev, prev + 1, n)));
    }
    assert!(rig.own().is_empty());
}

#[test]
fn after_a_loss_the_log_is_read_before_anything_is_sent_again() {
    let mut rig = Rig::in_room();
    rig.post(1);
    rig.post(2);
    rig.bounce();
    assert_eq!(posts(&rig.frame(&welcome("a", 10, 12))), []);
    assert_eq!(posts(&rig.post(3)), [], "nothing overtakes");
    assert_eq!(posts(&rig.frame(&ServerFrame::Entry(own_entry(10, 11, 1)))), []);
    assert_eq!(posts(&rig.frame(&ServerFrame::Entry(message(11, 12)))), [post_id(2), post_id(3)]);
}

#[test]
fn lines_do_not_wait_for_ever_for_the_log() {
    let mut rig = Rig::in_room();
    rig.post(1);
    rig.bounce();
    rig.frame(&welcome("a", 10, 12));
    assert_eq!(posts(&rig.wait_due()), [post_id(1)]);
    assert_eq!(rig.status(), Status::Connected { dialect: Dialect::V1 });
}

#[test]
fn repeats_are_dropped_and_order_is_by_prev() {
    let mut rig = Rig::in_room();
    assert_eq!(entries(&rig.frame(&ServerFrame::Entry(message(10, 15)))), [15]);
    assert_eq!(rig.frame(&ServerFrame::Entry(message(10, 15))), []);
    assert_eq!(rig.frame(&ServerFrame::Entry(message(3, 4))), []);
    assert_eq!(entries(&rig.frame(&ServerFrame::Entry(message(15, 16)))), [16]);
}

#[test]
fn a_hole_is_never_passed_over() {
    let mut rig = Rig::in_room();
    let effects = rig.frame(&ServerFrame::Entry(message(11, 12)));
    assert!(hangs_up(&effects));
    assert_eq!(entries(&effects), Vec::<u64>::new());
    assert!(matches!(rig.status(), Status::Reconnecting { error: ConnectError::LinkBroken, .. }));
    rig.wait_due();
    let hello = sent(&rig.event(Event::LinkUp(Dialect::V1)));
    assert!(matches!(&hello[..], [ClientFrame::Hello(hello)] if hello.after == Some(seq(10))));
    rig.frame(&welcome("a", 10, 12));
    assert_eq!(entries(&rig.frame(&ServerFrame::Entry(message(10, 11)))), [11]);
    assert_eq!(entries(&rig.frame(&ServerFrame::Entry(message(11, 12)))), [12]);
    rig.frame(&ServerFrame::Entry(message(13, 14)));
    assert!(matches!(rig.status(), Status::Reconnecting { .. }), "another hole is another chance");
}

#[test]
fn the_same_hole_again_and_again_is_not_to_be_believed() {
    let mut rig = Rig::in_room();
    rig.frame(&ServerFrame::Entry(message(11, 12)));
    for _ in 0..3 {
        assert!(matches!(rig.status(), Status::Reconnecting { .. }));
        rig.wait_due();
        rig.event(Event::LinkUp(Dialect::V1));
        rig.frame(&welcome("a", 10, 12));
        rig.frame(&ServerFrame::Entry(message(11, 12)));
    }
    assert!(matches!(rig.status(), Status::Disconnected { error: Some(ConnectError::WrongDialect { .. }) }));
}

#[test]
fn a_malformed_entry_shows_as_a_hole_at_the_next_one() {
    let mut rig = Rig::in_room();
    assert_eq!(rig.text(r#"{"type":"entry","seq":11}"#), []);
    assert_eq!(rig.text(r#"{"type":"typing","from":"li"}"#), []);
    assert!(hangs_up(&rig.frame(&ServerFrame::Entry(message(11, 12)))));
}

#[test]
fn what_is_gone_is_told_as_a_gap() {
    let mut rig = Rig::in_room();
    rig.post(1);
    rig.frame(&ack(1, 15));
    let gap = Gap { after: seq(10), to: seq(20) };
    let effects = rig.frame(&ServerFrame::Gap(gap));
    assert_eq!(told(&effects), [RoomUpdate::Gap { gap }, RoomUpdate::Dropped { id: post_id(1) }]);
    assert_eq!(entries(&rig.frame(&ServerFrame::Entry(message(20, 21)))), [21]);
    assert_eq!(rig.session.snapshot(None, rig.now).gaps, [gap]);
}

#[test]
fn another_log_replaces_all_and_acked_lines_go_again() {
    let mut rig = Rig::in_room();
    rig.frame(&ServerFrame::Entry(message(10, 11)));
    rig.post(1);
    rig.frame(&ack(1, 12));
    rig.bounce();
    let effects = rig.frame(&welcome("b", 0, 0));
    assert_eq!(posts(&effects), [post_id(1)]);
    let snapshot = rig.session.snapshot(None, rig.now);
    assert_eq!((snapshot.log.expect("a log").as_str(), snapshot.entries.len()), ("b", 0));
}

#[test]
fn a_log_that_ends_before_what_was_seen_is_read_afresh() {
    let mut rig = Rig::in_room();
    rig.frame(&ServerFrame::Entry(message(10, 11)));
    rig.bounce();
    let effects = rig.frame(&welcome("a", 11, 7));
    assert!(hangs_up(&effects));
    assert!(matches!(told(&effects).last(), Some(RoomUpdate::Snapshot { room }) if room.entries.is_empty()));
    rig.wait_due();
    let hello = sent(&rig.event(Event::LinkUp(Dialect::V1)));
    assert!(
        matches!(&hello[..], [ClientFrame::Hello(hello)] if hello.after.is_none() && hello.log.is_none())
    );
    rig.frame(&welcome("a", 5, 7));
    assert_eq!(entries(&rig.frame(&ServerFrame::Entry(message(5, 6)))), [6]);
}

#[test]
fn too_fast_waits_as_long_as_the_host_says() {
    let mut rig = Rig::in_room();
    rig.post(1);
    let effects = rig.frame(&refused(Some(1), RefusalCode::RateLimited, Some(700)));
    assert_eq!(told(&effects), [own(1, ActState::Queued)]);
    assert_eq!(rig.session.deadline(), Some(rig.now + Duration::from_millis(700)));
    assert_eq!(posts(&rig.wait_due()), [post_id(1)]);
}

#[test]
fn a_refused_line_fails_until_the_user_tries_again_or_gives_up() {
    let mut rig = Rig::in_room();
    rig.post(1);
    rig.post(2);
    let failed =
        ActState::Failed { reason: crate::update::Failure::Refused { reason: RefusalCode::Storage } };
    for n in 1..=2 {
        let effects = rig.frame(&refused(Some(n), RefusalCode::Storage, None));
        assert_eq!(told(&effects), [own(n, failed.clone())]);
    }
    assert_eq!(posts(&rig.event(Event::Command(RoomCommand::Retry { id: post_id(1) }))), [post_id(1)]);
    assert_eq!(rig.event(Event::Command(RoomCommand::Discard { id: post_id(1) })), [], "it is on its way");
    let effects = rig.event(Event::Command(RoomCommand::Discard { id: post_id(2) }));
    assert_eq!(told(&effects), [RoomUpdate::Dropped { id: post_id(2) }]);
}

#[test]
fn a_rename_is_told_when_the_room_knows_it() {
    let mut rig = Rig::in_room();
    let effects = rig.event(Event::Command(RoomCommand::rename(post_id(901), "小红")));
    assert!(
        matches!(&sent(&effects)[..], [ClientFrame::Act(Act { what: Verb::Rename { nickname: wish }, .. })] if wish == "小红")
    );
    assert_eq!(told(&effects), []);
    let mut entry = testing::entry(10, 11, "me", Body::Renamed { old: nickname("阿明") });
    entry.from.nickname = nickname("小红");
    let updates = told(&rig.frame(&ServerFrame::Entry(entry)));
    assert_eq!(updates[0], RoomUpdate::You { nickname: nickname("小红") });
    assert!(
        matches!(&updates[1..], [RoomUpdate::Entries { .. }]),
        "what it says of who is here is the page's to see: {updates:?}"
    );
    let you = You { member: member("me"), nickname: nickname("小红 2") };
    assert_eq!(told(&rig.frame(&ServerFrame::You(you))), [RoomUpdate::You { nickname: nickname("小红 2") }]);
}

#[test]
fn a_refused_rename_is_taken_back_and_one_without_a_link_goes_with_the_hello() {
    let mut rig = Rig::in_room();
    rig.event(Event::Command(RoomCommand::rename(post_id(902), "小红")));
    let effects = rig.frame(&refused_of(Asked::Rename, RefusalCode::RateLimited, None));
    assert_eq!(told(&effects), [RoomUpdate::RenameRefused { reason: RefusalCode::RateLimited }]);
    let hello = sent(&rig.bounce());
    assert!(matches!(&hello[..], [ClientFrame::Hello(hello)] if hello.nickname == "阿明"));
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    assert_eq!(rig.event(Event::Command(RoomCommand::rename(post_id(903), "小红"))), []);
    rig.wait_due();
    let hello = sent(&rig.event(Event::LinkUp(Dialect::V1)));
    assert!(matches!(&hello[..], [ClientFrame::Hello(hello)] if hello.nickname == "小红"));
}

#[test]
fn a_rename_while_the_hello_is_out_follows_its_welcome() {
    let mut rig = Rig::new(false);
    rig.event(Event::Begin);
    rig.event(Event::LinkUp(Dialect::V1));
    assert_eq!(rig.event(Event::Command(RoomCommand::rename(post_id(904), "小红"))), []);
    let frames = sent(&rig.frame(&welcome("a", 10, 10)));
    assert!(
        matches!(&frames[..], [ClientFrame::Act(Act { what: Verb::Rename { nickname: wish }, .. })] if wish == "小红"),
        "{frames:?}"
    );
    let effects = rig.frame(&refused_of(Asked::Rename, RefusalCode::NicknameTooLong, None));
    assert_eq!(told(&effects), [RoomUpdate::RenameRefused { reason: RefusalCode::NicknameTooLong }]);
    let hello = sent(&rig.bounce());
    assert!(matches!(&hello[..], [ClientFrame::Hello(hello)] if hello.nickname == "阿明"), "as it was");
    assert_eq!(sent(&rig.frame(&welcome("a", 10, 10))), [], "nothing has changed since that hello");
}

#[test]
fn a_rename_goes_through_the_outbox_under_its_id() {
    let rename = |n| Event::Command(RoomCommand::rename(post_id(n), "小红"));
    let id_of = |effects: &[Effect]| match &sent(effects)[..] {
        [ClientFrame::Act(Act { what: Verb::Rename { .. }, id })] => *id,
        _ => None,
    };
    let mut rig = Rig::in_room();
    assert_eq!(id_of(&rig.event(rename(1))), Some(post_id(1)));
    assert_eq!(rig.event(rename(1)), [], "it is on its way");
    assert_eq!(rig.own(), [], "a nickname is shown when the room knows it");
    let effects = rig.frame(&refused(Some(1), RefusalCode::RateLimited, None));
    assert_eq!(told(&effects), [RoomUpdate::RenameRefused { reason: RefusalCode::RateLimited }]);
    let hello = sent(&rig.bounce());
    assert!(matches!(&hello[..], [ClientFrame::Hello(hello)] if hello.nickname == "阿明"), "as it was");
    rig.frame(&welcome("a", 10, 10));

    // What the host has is not said again, whether it changed something or not.
    for stored in [0, 11] {
        assert_eq!(id_of(&rig.event(rename(2 + stored))), Some(post_id(2 + stored)));
        let seq = seq(u64::try_from(stored).expect("small"));
        rig.frame(&ServerFrame::Ack(Ack { id: post_id(2 + stored), seq }));
        assert_eq!(sent(&rig.wait(Duration::from_secs(1))), []);
    }
    // What nobody has answered when the link breaks the next hello says.
    assert_eq!(id_of(&rig.event(rename(20))), Some(post_id(20)));
    let hello = sent(&rig.bounce());
    assert!(matches!(&hello[..], [ClientFrame::Hello(hello)] if hello.nickname == "小红"));
    assert_eq!(sent(&rig.frame(&welcome("a", 10, 10))), []);
    assert_eq!(posts(&rig.post(30)), [post_id(30)], "the window is free");
}

#[test]
fn a_host_that_acks_no_rename_holds_up_no_line() {
    let mut rig = Rig::in_room();
    rig.post(1);
    // After this lines go one by one.
    rig.frame(&refused(Some(1), RefusalCode::RateLimited, Some(10)));
    rig.event(Event::Command(RoomCommand::rename(post_id(2), "小红")));
    assert_eq!(posts(&rig.wait(Duration::from_millis(20))), [post_id(1)]);
    rig.frame(&ServerFrame::Ack(Ack { id: post_id(1), seq: seq(11) }));
    rig.frame(&ServerFrame::Entry(own_entry(10, 11, 1)));
    rig.post(3);
    let you = You { member: member("me"), nickname: nickname("小红") };
    assert_eq!(posts(&rig.frame(&ServerFrame::You(you))), [post_id(3)]);
}

#[test]
fn the_wish_stays_though_the_room_makes_it_distinct() {
    let distinct = nickname("小红 2");
    let mut renamed = testing::entry(10, 11, "me", Body::Renamed { old: nickname("阿明") });
    renamed.from.nickname = distinct.clone();
    let entry = ServerFrame::Entry(renamed);
    let you = ServerFrame::You(You { member: member("me"), nickname: distinct.clone() });
    for answers in [[&you, &entry], [&entry, &you]] {
        let mut rig = Rig::in_room();
        rig.event(Event::Command(RoomCommand::rename(post_id(905), "小红")));
        let updates: Vec<_> = answers.into_iter().flat_map(|frame| told(&rig.frame(frame))).collect();
        let told_once = updates.iter().filter(|update| matches!(update, RoomUpdate::You { .. }));
        assert_eq!(told_once.collect::<Vec<_>>(), [&RoomUpdate::You { nickname: distinct.clone() }]);
        let hello = sent(&rig.bounce());
        assert!(matches!(&hello[..], [ClientFrame::Hello(hello)] if hello.nickname == "小红"), "{hello:?}");
    }
}

#[test]
fn a_host_cannot_make_a_line_longer_than_lines_are() {
    let mut rig = Rig::in_room();
    let huge = |prev: u64| {
        let text = "长".repeat(20_000);
        testing::entry(prev, prev + 1, "li", Body::Message { text, time: Some("9".repeat(20_000)) })
    };
    let limit = Limits::V1.text_bytes as usize;
    let fits = |entry: &Entry| match &entry.body {
        Body::Message { text, time } => {
            (limit - 3..=limit).contains(&text.len()) && time.as_ref().is_some_and(|time| time.len() == 64)
        }
        _ => false,
    };
    rig.frame(&ServerFrame::Entry(huge(10)));
    let kept = rig.session.snapshot(None, rig.now).entries;
    assert!(kept.len() == 1 && kept.iter().all(fits));
    rig.event(Event::Command(RoomCommand::History(HistoryRequest {
        before: seq(10),
        after: None,
        limit: 50,
    })));
    let page = Page { before: seq(10), after: None, entries: vec![huge(8)], more: true };
    let told = told(&rig.frame(&ServerFrame::Page(page)));
    assert!(matches!(&told[..], [RoomUpdate::Older { page, .. }] if page.entries.iter().all(fits)));
}

#[test]
fn a_host_cannot_send_pages_that_nobody_asked_for_nor_more_than_was() {
    let mut rig = Rig::in_room();
    let page = |entries: u64| {
        let entries = (0..entries).map(|n| message(n, n + 1)).collect();
        ServerFrame::Page(Page { before: seq(10), after: None, entries, more: false })
    };
    assert_eq!(rig.frame(&page(9)), []);
    rig.event(Event::Command(RoomCommand::History(HistoryRequest {
        before: seq(10),
        after: None,
        limit: 3,
    })));
    let updates = told(&rig.frame(&page(9)));
    let newest = Page {
        before: seq(10),
        after: None,
        entries: (6..9).map(|n| message(n, n + 1)).collect(),
        more: true,
    };
    assert_eq!(updates, [RoomUpdate::Older { page: newest, gaps: Vec::new() }]);
    assert_eq!(rig.frame(&page(9)), [], "it was answered");
}

#[test]
fn a_host_cannot_list_more_people_than_a_roster_names() {
    let mut rig = Rig::in_room();
    let people = (0..5000).map(|n| person(&format!("m{n}"))).collect();
    let told = told(&rig.frame(&ServerFrame::People(People { people, online: 5000 })));
    let listed = hearth_protocol::ROSTER_LISTED;
    assert!(matches!(&told[..], [RoomUpdate::People { people, online: 5000, .. }] if people.len() == listed));
    assert_eq!(rig.session.snapshot(None, rig.now).people.len(), listed);
}

#[test]
fn a_host_cannot_fill_the_memory_with_gaps() {
    let mut rig = Rig::in_room();
    for to in 11..3000 {
        rig.frame(&ServerFrame::Gap(Gap { after: seq(to - 1), to: seq(to) }));
    }
    assert_eq!(rig.session.snapshot(None, rig.now).gaps, [Gap { after: seq(10), to: seq(2999) }]);
}

#[test]
fn history_is_asked_for_and_comes_as_a_page() {
    let mut rig = Rig::in_room();
    let request = HistoryRequest { before: seq(10), after: None, limit: 50 };
    assert_eq!(
        sent(&rig.event(Event::Command(RoomCommand::History(request)))),
        [ClientFrame::History(request)]
    );
    let page = Page { before: seq(10), after: None, entries: vec![message(8, 9)], more: true };
    assert_eq!(
        told(&rig.frame(&ServerFrame::Page(page.clone()))),
        [RoomUpdate::Older { page, gaps: Vec::new() }]
    );
    rig.bounce();
    assert!(sent(&rig.frame(&welcome("a", 10, 10))).is_empty(), "it was answered");
}

#[test]
fn a_page_shows_what_the_host_no_longer_keeps() {
    let page = |before: u64, after: Option<u64>, entries, more| {
        let mut rig = Rig::in_room();
        let request = HistoryRequest { before: seq(before), after: after.map(seq), limit: 50 };
        rig.event(Event::Command(RoomCommand::History(request)));
        let page = Page { before: request.before, after: request.after, entries, more };
        let told = told(&rig.frame(&ServerFrame::Page(page)));
        let [RoomUpdate::Older { gaps, .. }] = &told[..] else { panic!("{told:?}") };
        gaps.iter().map(|gap| (gap.after.get(), gap.to.get())).collect::<Vec<_>>()
    };
    assert_eq!(page(10, None, vec![message(8, 9)], true), [], "there is more to ask for");
    assert_eq!(page(10, None, vec![message(0, 1)], false), [], "the beginning of the room");
    assert_eq!(page(10, None, vec![message(6, 7)], false), [(0, 6)]);
    assert_eq!(page(10, Some(2), vec![message(2, 3)], false), []);
    assert_eq!(page(10, Some(2), vec![message(6, 7)], true), [(2, 6)]);
}

#[test]
fn history_survives_a_loss_and_a_host_in_a_hurry() {
    let mut rig = Rig::in_room();
    let request = HistoryRequest { before: seq(10), after: None, limit: 50 };
    rig.event(Event::Command(RoomCommand::History(request)));
    rig.bounce();
    assert_eq!(sent(&rig.frame(&welcome("a", 10, 10))), [ClientFrame::History(request)]);
    assert_eq!(rig.frame(&refused_of(Asked::History, RefusalCode::RateLimited, Some(300))), []);
    assert_eq!(sent(&rig.wait_due()), [ClientFrame::History(request)]);
    let end = told(&rig.frame(&refused_of(Asked::History, RefusalCode::Storage, None)));
    assert!(matches!(&end[..], [RoomUpdate::Older { page, .. }] if page.entries.is_empty() && !page.more));
}

#[test]
fn a_search_is_answered_once_and_the_newest_one_counts() {
    let mut rig = Rig::in_room();
    let ask = |query: &str| SearchRequest { query: query.to_owned(), before: None, limit: 50 };
    let found = |query: &str| Found {
        query: query.to_owned(),
        before: None,
        entries: vec![message(8, 9)],
        more: false,
        reached: seq(9),
    };
    assert_eq!(
        sent(&rig.event(Event::Command(RoomCommand::Search(ask("部"))))),
        [ClientFrame::Search(ask("部"))]
    );
    rig.event(Event::Command(RoomCommand::Search(ask("部署"))));
    assert_eq!(rig.frame(&ServerFrame::Found(found("部"))), [], "nobody asks that any more");
    assert_eq!(rig.frame(&refused_of(Asked::Search, RefusalCode::RateLimited, Some(300))), []);
    assert_eq!(sent(&rig.wait_due()), [ClientFrame::Search(ask("部署"))]);
    rig.bounce();
    assert_eq!(sent(&rig.frame(&welcome("a", 10, 10))), [ClientFrame::Search(ask("部署"))]);
    let answer = ServerFrame::Found(found("部署"));
    assert_eq!(told(&rig.frame(&answer)), [RoomUpdate::Found { found: found("部署"), whole: true }]);
    assert_eq!(rig.frame(&answer), [], "once");
}

#[test]
fn a_subscriber_goes_on_from_where_it_was() {
    let mut rig = Rig::in_room();
    rig.frame(&ServerFrame::Entry(message(10, 11)));
    let known = rig.session.cursor();
    rig.frame(&ServerFrame::Entry(message(11, 12)));
    let snapshot = rig.session.snapshot(known.as_ref(), rig.now);
    assert_eq!((snapshot.resumed, snapshot.entries), (true, vec![message(11, 12)]));
    let snapshot = rig.session.snapshot(None, rig.now);
    assert_eq!((snapshot.resumed, snapshot.entries.len(), snapshot.more), (false, 2, true));
    assert_eq!(snapshot.url, "ws://host:8080");
}

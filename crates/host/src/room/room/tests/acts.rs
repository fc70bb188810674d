//! What is decided about acts that are about a line.

use futures_util::FutureExt;
use hearth_log::{Log, MEMORY_LOG_BYTES, MemoryLog};
use hearth_protocol::{
    Dialect, EDITS, Emoji, LogId, Mention, Mentions, PINS, REACTION_KINDS, REACTIONS, SAID_ABOUT,
};

use super::*;
use crate::hub::lines::{kept_pins, read_lines, unless_done};

/// 阿明 and Wei, who may write, a moderator and a reader.
const MING: u64 = 1;
const WEI: u64 = 2;
const MODERATOR: u64 = 3;
const READER: u64 = 4;

/// A room over a log.
struct Meeting {
    talk: Talk,
    log: MemoryLog,
    acts: u128,
}

impl Meeting {
    fn new() -> Self {
        Self::keeping(MEMORY_LOG_BYTES)
    }

    /// One whose log keeps so much.
    fn keeping(bytes: usize) -> Self {
        let people = [
            (MING, "阿明", Role::Member),
            (WEI, "Wei", Role::Member),
            (MODERATOR, "小李", Role::Moderator),
            (READER, "读者", Role::Reader),
        ];
        let mut talk = Talk::new();
        let known = people.map(|(n, name, role)| KnownMember {
            member: MemberId::from_random(n.into()),
            token: Some(fresh(n.into()).token),
            nickname: Nickname::new(name).expect("a nickname"),
            dialect: Dialect::V1,
            here: false,
            role,
            invite: None,
        });
        talk.room.members.restore(known.into(), None, || fresh(0), at(0));
        let log = MemoryLog::new(LogId::from_random(1), bytes);
        let mut room = Self { talk, log, acts: 0 };
        let mut batch = Batch::default();
        for (n, name, _) in people {
            room.talk.hello(n, Hello { token: Some(fresh(n.into()).token), ..Hello::new(name) }, &mut batch);
        }
        room.commit(batch);
        room
    }

    /// Decides on these together, as they come in one group.
    fn group(&mut self, acts: Vec<(u64, Act)>) -> Vec<String> {
        let said = || acts.iter().map(|(_, act)| act);
        let pins = kept_pins(said(), self.talk.room.pins(), &self.log).now_or_never().expect("at once");
        if let Some(pins) = pins {
            self.talk.room.set_pins(pins);
        }
        let lines = read_lines(said(), &self.log).now_or_never().expect("at once");
        let mut batch = Batch { lines, ..Batch::default() };
        for (who, act) in acts {
            self.talk.room.act(ConnId(who), act, at(0), &mut batch);
        }
        self.commit(batch)
    }

    fn commit(&mut self, mut batch: Batch) -> Vec<String> {
        let mut replies = std::mem::take(&mut batch.replies);
        let refused = std::mem::take(&mut batch.refused);
        let (drafts, enrolled, pending) = self.talk.room.prepare(batch);
        let is_something = !drafts.is_empty() || !enrolled.is_empty();
        let stored = is_something.then(|| self.log.append(drafts, enrolled).now_or_never().expect("at once"));
        replies.extend(self.talk.room.settle(pending, stored, || at(0)).replies);
        let answers = unless_done(&self.talk.room, refused, &self.log).now_or_never().expect("at once");
        replies.extend(answers);
        short(&replies)
    }

    fn act(&mut self, what: Verb) -> Act {
        self.acts += 1;
        Act { what, id: Some(id(self.acts)) }
    }

    /// Decides on one, alone. The answer, in short.
    fn does(&mut self, who: u64, what: Verb) -> String {
        let act = self.act(what);
        let replies = self.group(vec![(who, act)]);
        let [reply] = &replies[..] else { panic!("{replies:?}") };
        reply.split_once(": ").expect("to somebody").1.to_owned()
    }

    fn says(&mut self, who: u64, text: &str) -> Seq {
        let answer = self.does(who, Verb::post(text));
        let seq = answer.strip_prefix("ack ").and_then(|seq| seq.parse::<u64>().ok());
        Seq::try_from(seq.unwrap_or_else(|| panic!("{answer}"))).expect("a place")
    }

    fn bodies_after(&self, seq: Seq) -> Vec<Body> {
        let slice = self.log.read_after(seq, 1000).now_or_never().expect("at once").expect("read");
        slice.entries.iter().map(|entry| entry.body.clone()).collect()
    }

    fn head(&self) -> Seq {
        *self.log.head().borrow()
    }
}

fn edit(about: Seq, text: &str) -> Verb {
    Verb::Edit { about, text: text.to_owned(), mentions: Mentions::default() }
}

fn emoji(n: usize) -> Emoji {
    let sign = char::from_u32(0x1f600 + u32::try_from(n).expect("few")).expect("a sign");
    Emoji::new(&sign.to_string()).expect("an emoji")
}

fn react(about: Seq, n: usize, on: bool) -> Verb {
    Verb::React { about, emoji: emoji(n), on }
}

fn refused(code: RefusalCode) -> String {
    format!("refused {} by id", code.as_str())
}

#[test]
fn a_line_is_changed_by_its_author_alone_and_taken_away_by_who_leads_too() {
    let mut room = Meeting::new();
    let [one, two] = ["一", "二"].map(|text| room.says(MING, text));
    let before = room.head();
    for who in [WEI, MODERATOR] {
        assert_eq!(room.does(who, edit(one, "壹")), refused(RefusalCode::NotYours));
    }
    assert_eq!(room.does(WEI, Verb::Remove { about: one }), refused(RefusalCode::NotYours));
    assert_eq!(room.does(READER, react(one, 0, true)), refused(RefusalCode::ReadOnly));
    assert_eq!(room.does(MING, Verb::Pin { about: one, on: true }), refused(RefusalCode::OwnersOnly));
    assert_eq!(room.head(), before, "nothing was done");
    assert_eq!(room.does(MING, edit(one, "壹")), format!("ack {}", before.next()));
    assert!(room.does(MODERATOR, Verb::Remove { about: one }).starts_with("ack "));
    assert!(room.does(MING, Verb::Remove { about: two }).starts_with("ack "));
    let kept = [Body::Erased, Body::Removed { about: one }, Body::Removed { about: two }];
    assert_eq!(room.bodies_after(before), kept);
}

#[test]
fn whoever_hosts_the_room_leads_in_it() {
    let mut room = Meeting::new();
    let line = room.says(WEI, "一");
    assert_eq!(room.does(MING, Verb::Pin { about: line, on: true }), refused(RefusalCode::OwnersOnly));
    let pass = Hello { secret: Some(Secret::from_random(1)), ..Hello::new("房主") };
    let mut batch = Batch::default();
    room.talk.hello(50, pass, &mut batch);
    room.commit(batch);
    assert!(room.does(50, Verb::Pin { about: line, on: true }).starts_with("ack "));
    assert!(room.does(50, Verb::Remove { about: line }).starts_with("ack "));
}

#[test]
fn about_a_line_that_is_gone_nothing_is_said() {
    let mut room = Meeting::new();
    let line = room.says(MING, "绝密");
    assert!(room.does(MING, Verb::Remove { about: line }).starts_with("ack "));
    let head = room.head();
    for what in [edit(line, "x"), react(line, 0, true), Verb::Pin { about: line, on: true }] {
        assert_eq!(room.does(MING, what), refused(RefusalCode::LineGone));
    }
    // What never was a line is none: that somebody came, what was said about a line, a place that is not there yet.
    for none in [Seq::ZERO, Seq::ZERO.next(), head, head.next()] {
        assert_eq!(room.does(MODERATOR, react(none, 0, true)), refused(RefusalCode::LineGone));
        assert_eq!(room.does(MODERATOR, Verb::Remove { about: none }), refused(RefusalCode::LineGone));
    }
    // It is taken away once. Whoever has not heard of it is told that it is done.
    assert_eq!(room.does(MING, Verb::Remove { about: line }), "ack 0");
    assert_eq!(room.does(MODERATOR, Verb::Remove { about: line }), "ack 0");
    assert_eq!(room.does(WEI, Verb::Remove { about: line }), refused(RefusalCode::NotYours));
    assert_eq!(room.head(), head);
}

#[test]
fn what_changes_nothing_is_acknowledged_and_no_entry() {
    let mut room = Meeting::new();
    let line = room.says(MING, "一");
    for (who, what) in [
        (MING, edit(line, "壹")),
        (WEI, react(line, 0, true)),
        (MODERATOR, Verb::Pin { about: line, on: true }),
    ] {
        assert_ne!(room.does(who, what.clone()), "ack 0", "{what:?}");
        let head = room.head();
        assert_eq!(room.does(who, what.clone()), "ack 0", "{what:?}");
        assert_eq!(room.head(), head, "{what:?}");
    }
    assert_eq!(
        room.does(MING, react(line, 0, false)),
        "ack 0",
        "nobody takes back what another has put there"
    );
    assert_ne!(room.does(MING, react(line, 0, true)), "ack 0", "but may put the same there");
}

#[test]
fn acts_of_one_group_see_each_other() {
    let mut room = Meeting::new();
    let [one, two] = ["一", "二"].map(|text| room.says(MING, text));
    let head = room.head();
    let mut group = |all: Vec<(u64, Verb)>| {
        let acts = all.into_iter().map(|(who, what)| (who, room.act(what))).collect();
        room.group(acts)
    };
    let reacted =
        group(vec![(WEI, react(one, 0, true)), (WEI, react(one, 0, true)), (WEI, react(one, 0, false))]);
    // What changed nothing is answered behind the others.
    assert_eq!(
        reacted,
        [format!("2: ack {}", head.next()), format!("2: ack {}", head.next().next()), "2: ack 0".to_owned()]
    );
    let reply = Verb::Post { text: "好".to_owned(), reply: Some(one), mentions: Mentions::default() };
    let removed = group(vec![(MING, Verb::Remove { about: one }), (WEI, react(one, 1, true)), (WEI, reply)]);
    assert_eq!(
        removed.iter().filter(|reply| **reply == format!("2: {}", refused(RefusalCode::LineGone))).count(),
        1
    );
    assert_eq!(removed.iter().filter(|reply| reply.contains("ack")).count(), 2, "{removed:?}");
    let kept = [
        Body::Erased,
        Body::Erased,
        Body::Removed { about: one },
        Body::Message { text: "好".to_owned(), time: None },
    ];
    assert_eq!(room.bodies_after(head), kept, "an answer to what is gone is a line like any other");
    assert!(room.does(MING, edit(two, "贰")).starts_with("ack "));
}

#[test]
fn an_answer_is_kept_behind_its_line() {
    let mut room = Meeting::new();
    let line = room.says(MING, "几点？");
    let ming = Mention {
        member: MemberId::from_random(MING.into()),
        nickname: Nickname::new("阿明").expect("a nickname"),
    };
    let stranger =
        Mention { member: MemberId::from_random(77), nickname: Nickname::new("某人").expect("a nickname") };
    let mentions = Mentions { members: vec![ming.clone(), stranger], everyone: false };
    let what = Verb::Post { text: "@阿明 @某人 八点".to_owned(), reply: Some(line), mentions };
    let act = room.act(what);
    let first = room.group(vec![(WEI, act.clone())]);
    assert_eq!(first, [format!("2: ack {}", line.next())]);
    let known = Mentions { members: vec![ming], everyone: false };
    let kept = room.bodies_after(line);
    assert_eq!(kept[1], Body::Addressed { about: line.next(), reply: Some(line), mentions: known });
    assert_eq!(room.group(vec![(WEI, act)]), first, "and comes once, however often it is sent");
    assert_eq!(room.bodies_after(line), kept);
}

#[test]
fn all_are_mentioned_by_who_leads_alone() {
    let mut room = Meeting::new();
    let all = Mentions { members: Vec::new(), everyone: true };
    let what = Verb::Post { text: "@所有人 开会".to_owned(), reply: None, mentions: all.clone() };
    let head = room.head();
    assert_eq!(room.does(MING, what.clone()), refused(RefusalCode::OwnersOnly));
    assert_eq!(room.head(), head, "the line is not said without that either");
    assert_eq!(room.does(MODERATOR, what), format!("ack {}", head.next()));
    let addressed = Body::Addressed { about: head.next(), reply: None, mentions: all };
    assert_eq!(room.bodies_after(head.next()), [addressed]);
}

#[test]
fn a_line_has_so_many_changes_reactions_and_kinds_of_them_and_a_room_so_many_pins() {
    let mut room = Meeting::new();
    let line = room.says(MING, "0");
    for n in 1..=EDITS {
        assert!(room.does(MING, edit(line, &n.to_string())).starts_with("ack "), "{n}");
    }
    assert_eq!(room.does(MING, edit(line, "again")), refused(RefusalCode::TooMany));
    assert_eq!(room.does(MING, edit(line, &EDITS.to_string())), "ack 0", "the last one again");

    for n in 0..REACTION_KINDS {
        assert!(room.does(WEI, react(line, n, true)).starts_with("ack "), "{n}");
    }
    assert_eq!(room.does(MING, react(line, REACTION_KINDS, true)), refused(RefusalCode::TooMany));
    assert!(room.does(MING, react(line, 0, true)).starts_with("ack "), "of a kind that is there");
    assert!(room.does(WEI, react(line, 1, false)).starts_with("ack "));
    assert!(room.does(MING, react(line, REACTION_KINDS, true)).starts_with("ack "), "there is room again");

    let lines: Vec<_> = (0..=PINS).map(|n| room.says(MING, &n.to_string())).collect();
    let pin = |about: Seq, on: bool| Verb::Pin { about, on };
    let first: Vec<_> = lines[..PINS].iter().map(|line| (MODERATOR, room.act(pin(*line, true)))).collect();
    let one_more = room.act(pin(lines[PINS], true));
    let answers = room.group(first.into_iter().chain([(MODERATOR, one_more)]).collect());
    let refused_one = format!("3: {}", refused(RefusalCode::TooMany));
    assert_eq!(
        answers.iter().filter(|answer| **answer == refused_one).count(),
        1,
        "within one group: {answers:?}"
    );
    assert_eq!(room.does(MODERATOR, pin(lines[PINS], true)), refused(RefusalCode::TooMany));
    assert!(room.does(MING, Verb::Remove { about: lines[0] }).starts_with("ack "));
    assert!(
        room.does(MODERATOR, pin(lines[PINS], true)).starts_with("ack "),
        "one that is gone is not pinned"
    );
    assert_eq!(room.does(MODERATOR, pin(line, true)), refused(RefusalCode::TooMany));
    assert!(room.does(MODERATOR, pin(lines[1], false)).starts_with("ack "));
    assert!(room.does(MODERATOR, pin(line, true)).starts_with("ack "));
}

#[test]
fn a_line_takes_no_more_reactions_than_a_page_can_carry() {
    let mut room = Meeting::new();
    let line = room.says(MING, "人气");
    let reactors = REACTIONS / REACTION_KINDS;
    for n in 0..reactors {
        let who = 100 + n as u64;
        let mut batch = Batch::default();
        room.talk.hello(who, Hello::new(format!("g{n}")), &mut batch);
        room.commit(batch);
        let acts = (0..REACTION_KINDS).map(|kind| (who, room.act(react(line, kind, true)))).collect();
        let answers = room.group(acts);
        assert!(answers.iter().all(|answer| answer.contains("ack")), "{answers:?}");
    }
    assert_eq!(room.does(WEI, react(line, 0, true)), refused(RefusalCode::TooMany));
    assert!(room.does(100, react(line, 0, false)).starts_with("ack "));
    assert!(room.does(WEI, react(line, 0, true)).starts_with("ack "));
}

#[test]
fn what_could_not_be_stored_was_not_decided() {
    let mut room = Meeting::new();
    let line = room.says(MING, "一");
    let acts =
        [Verb::Pin { about: line, on: true }, Verb::Pin { about: line, on: true }].map(|what| room.act(what));
    let lines = read_lines(acts.iter(), &room.log).now_or_never().expect("at once");
    let mut batch = Batch { lines, ..Batch::default() };
    for act in acts.clone() {
        room.talk.room.act(ConnId(MODERATOR), act, at(0), &mut batch);
    }
    let (_, _, pending) = room.talk.room.prepare(batch);
    let settled = room.talk.room.settle(pending, Some(Err(LogError::Full)), || at(0));
    assert_eq!(
        short(&settled.replies),
        ["3: refused storage by id"; 2],
        "the second changes nothing with the first alone"
    );
    let [act, _] = acts;
    assert_eq!(room.group(vec![(MODERATOR, act)]), [format!("3: ack {}", line.next())]);
}

#[test]
fn who_changes_their_mind_without_end_does_not_fill_the_log_with_it() {
    let mut room = Meeting::new();
    let line = room.says(MING, "一");
    for n in 0..SAID_ABOUT / 2 {
        let acts = [true, false].map(|on| (WEI, room.act(react(line, n % REACTION_KINDS, on))));
        let answers = room.group(acts.into());
        assert!(answers.iter().all(|answer| answer.contains("ack")), "{n}: {answers:?}");
    }
    let head = room.head();
    assert_eq!(room.does(WEI, react(line, 0, true)), refused(RefusalCode::TooMany));
    assert_eq!(room.does(MODERATOR, Verb::Pin { about: line, on: true }), refused(RefusalCode::TooMany));
    assert_eq!(room.head(), head);
    assert!(room.does(MING, edit(line, "壹")).starts_with("ack "), "what is bounded otherwise");

    // Within a group as well; and what stands can be taken back.
    let line = room.says(MING, "二");
    let acts: Vec<_> = (0..=SAID_ABOUT).map(|n| (WEI, room.act(react(line, 0, n % 2 == 0)))).collect();
    let answers = room.group(acts);
    assert_eq!(answers.iter().filter(|answer| answer.contains("refused")).count(), 1);
    let line = room.says(MING, "三");
    let mut acts: Vec<_> = (1..SAID_ABOUT).map(|n| (WEI, room.act(react(line, 0, n % 2 == 1)))).collect();
    acts.push((MODERATOR, room.act(Verb::Pin { about: line, on: true })));
    room.group(acts);
    assert!(room.does(WEI, react(line, 0, false)).starts_with("ack "));
    assert_eq!(room.does(WEI, react(line, 0, true)), refused(RefusalCode::TooMany));
    assert!(room.does(MODERATOR, Verb::Pin { about: line, on: false }).starts_with("ack "));
}

#[test]
fn a_line_that_the_log_let_go_of_is_pinned_no_more() {
    let mut room = Meeting::keeping(256 * 1024);
    let pin = |about: Seq| Verb::Pin { about, on: true };
    for n in 0..PINS {
        let line = room.says(MING, &n.to_string());
        assert!(room.does(MODERATOR, pin(line)).starts_with("ack "), "{n}");
    }
    let one_more = room.says(MING, "再来");
    assert_eq!(room.does(MODERATOR, pin(one_more)), refused(RefusalCode::TooMany));
    // Retention takes them all.
    for _ in 0..40 {
        room.says(MING, &"长".repeat(5000));
    }
    assert_eq!(room.log.pins().now_or_never().expect("at once"), Ok(Vec::new()));
    let line = room.says(MING, "新的");
    assert!(room.does(MODERATOR, pin(line)).starts_with("ack "));
}

#[test]
fn what_was_done_and_comes_again_was_done() {
    let mut room = Meeting::new();
    let line = room.says(MING, "0");
    let mut last = None;
    for n in 1..=EDITS {
        let change = room.act(edit(line, &n.to_string()));
        let answers = room.group(vec![(MING, change.clone())]);
        last = Some((change, answers));
        assert!(room.does(MODERATOR, react(line, 0, n % 2 == 0)).starts_with("ack "));
    }
    let (change, done) = last.expect("some");
    let before = room.act(edit(line, "before"));
    assert_eq!(room.group(vec![(MING, before.clone())]), ["1: refused too_many by id"]);
    let first = room.act(react(line, 1, true));
    let reacted = room.group(vec![(WEI, first.clone())]);
    assert!(room.does(MING, Verb::Remove { about: line }).starts_with("ack "));
    let head = room.head();
    assert_eq!(room.group(vec![(MING, change)]), done, "the line is gone, and it was changed before");
    assert_eq!(room.group(vec![(WEI, first.clone())]), reacted);
    // What was never done is not, nor what another has done under the same id.
    assert_eq!(room.group(vec![(MING, before)]), ["1: refused line_gone by id"]);
    assert_eq!(room.group(vec![(MODERATOR, first)]), ["3: refused line_gone by id"]);
    assert_eq!(room.head(), head);

    // The first and its repeat come in one group, with the removal between them.
    let line = room.says(MING, "二");
    let liked = room.act(react(line, 0, true));
    let group = vec![(WEI, liked.clone()), (MING, room.act(Verb::Remove { about: line })), (WEI, liked)];
    let answers = room.group(group);
    let done = format!("2: ack {}", line.next());
    assert_eq!(answers.iter().filter(|answer| **answer == done).count(), 2, "{answers:?}");
}

//! Who is here, as a session tells it and a page reduces it: whoever followed knows what one knows who comes late.

use hearth_protocol::{Gap, People, RosterChange};
use rand::RngExt;

use super::*;
use crate::{record::KeptLog, testing::roster::Roster};

fn joined(prev: u64, who: &str) -> ServerFrame {
    ServerFrame::Entry(testing::entry(prev, prev + 1, who, Body::Joined { dialect: Dialect::V1 }))
}

fn left(prev: u64, who: &str) -> ServerFrame {
    ServerFrame::Entry(testing::entry(prev, prev + 1, who, Body::Left))
}

fn renamed(prev: u64, who: &str, name: &str) -> ServerFrame {
    let mut entry = testing::entry(prev, prev + 1, who, Body::Renamed { old: nickname(who) });
    entry.from.nickname = nickname(name);
    ServerFrame::Entry(entry)
}

fn change(joined: &[&str], left: &[&str], online: u32) -> ServerFrame {
    let joined = joined.iter().map(|name| person(name)).collect();
    ServerFrame::Roster(RosterChange { joined, left: left.iter().map(|name| member(name)).collect(), online })
}

/// A session, and a page that follows all that it tells.
struct Room {
    rig: Rig,
    page: Page,
}

impl Room {
    fn new() -> Self {
        let mut room = Self { rig: Rig::new(false), page: Page::default() };
        for event in [Event::Begin, Event::LinkUp(Dialect::V1)] {
            let effects = room.rig.event(event);
            room.show(&effects);
        }
        room
    }

    /// In a room whose log stands at 10.
    fn joined() -> Self {
        let mut room = Self::new();
        room.hear(&welcome("a", 10, 10));
        room
    }

    fn show(&mut self, effects: &[Effect]) -> Vec<RoomUpdate> {
        let updates = told(effects);
        for update in &updates {
            self.page.apply(update.clone());
        }
        updates
    }

    fn hear(&mut self, frame: &ServerFrame) -> Vec<RoomUpdate> {
        let effects = self.rig.frame(frame);
        self.show(&effects)
    }

    fn head(&self) -> u64 {
        self.rig.session.timeline.head().get()
    }

    fn snapshot(&self) -> RoomSnapshot {
        self.rig.session.snapshot(None, self.rig.now)
    }

    /// Who is here by the name, in order, and how many.
    fn here(&self) -> (Vec<String>, u32) {
        let names = self.page.roster.people().iter().map(|person| person.nickname.to_string());
        (names.collect(), self.page.roster.online())
    }

    /// One who comes now, and one who was away for a while, know what those know who were there all the time.
    fn check(&self, away: &Page) {
        assert_eq!(Page::of(self.snapshot()).here(), self.page.here());
        let mut back = away.clone();
        back.show(self.rig.session.snapshot(away.cursor().as_ref(), self.rig.now));
        assert_eq!(back.here(), self.page.here());
    }
}

#[test]
fn the_roster_follows_entries_and_tellings() {
    let mut room = Room::new();
    room.hear(&welcome("a", 9, 10));
    let old = room.hear(&left(9, "li"));
    assert_eq!(old.len(), 1);
    assert_eq!(room.here().1, 2, "the welcome's list is newer than this");
    let new = room.hear(&joined(10, "wei"));
    assert!(matches!(&new[..], [RoomUpdate::Entries { .. }]), "the session itself applies nothing: {new:?}");
    assert_eq!(room.here().1, 3);
    let told = room.hear(&change(&["mo"], &["li"], 900));
    assert!(matches!(&told[..], [RoomUpdate::Roster { online: 900, .. }]));
    room.hear(&renamed(11, "wei", "Wei Li"));
    let names = ["me", "Wei Li", "mo"].map(str::to_owned);
    assert_eq!(room.here(), (names.to_vec(), 900));
    let snapshot = room.snapshot();
    assert_eq!((snapshot.people, snapshot.online), (vec![person("me"), person("li")], 2), "as it was told");
    assert_eq!((snapshot.roster_at, snapshot.roster_changes[0].at), (Some(seq(10)), seq(11)));
    room.check(&Page::default());
    room.hear(&ServerFrame::People(People { people: vec![person("me")], online: 1 }));
    let snapshot = room.snapshot();
    assert_eq!((snapshot.people, snapshot.online), (vec![person("me")], 1));
    assert_eq!((snapshot.roster_at, snapshot.roster_changes.len()), (Some(seq(12)), 0));
}

#[test]
fn nobody_is_here_before_the_host_has_told_or_where_it_tells_nothing() {
    let entries = vec![testing::entry(9, 10, "li", Body::Joined { dialect: Dialect::V1 })];
    let log = KeptLog { id: testing::log("a"), dialect: Dialect::V1, cursor: seq(10), base: seq(9) };
    let kept = Kept { log: Some(log), entries, ..Kept::default() };
    let rig = Rig::of(Setup { kept: Some(kept), ..setup(true) });
    let room = rig.session.snapshot(None, rig.now);
    assert_eq!((room.roster_at, room.entries.len()), (None, 1));
    assert_eq!(Page::of(room).roster, Roster::default(), "the copy invents nobody");

    let mut room = Room { rig: Rig::new(false), page: Page::default() };
    for event in [Event::Begin, Event::LinkUp(Dialect::Classic)] {
        let effects = room.rig.event(event);
        room.show(&effects);
    }
    let effects =
        room.rig.text(r#"{"nickname":"li","message":"加入了聊天室","time":"1-5 9:4:0","status":1}"#);
    room.show(&effects);
    assert!(!room.page.entries.is_empty());
    assert_eq!(room.page.roster, Roster::default());
    assert_eq!(room.snapshot().roster_at, None);
    room.check(&Page::default());
}

/// What a host may say where people come and go, by entries and by the roster, in any order.
fn anything(rng: &mut StdRng, head: u64, tells_all: bool) -> ServerFrame {
    // Others as time goes on, so that who came long ago is not named again.
    let mut who = || format!("m{}", head / 500 * 6 + rng.random_range(0..12));
    let (somebody, another) = (who(), who());
    let called = format!("{somebody}-{}", rng.random_range(0..3));
    let online = rng.random_range(0..30);
    match rng.random_range(0..100) {
        0..5 => change(&[&somebody], &[&another], online),
        5..10 => change(&[], &[&another], online),
        10..12 if tells_all => {
            ServerFrame::People(People { people: vec![person("me"), person(&somebody)], online: 2 })
        }
        12..14 => ServerFrame::Gap(Gap { after: seq(head), to: seq(head + 3) }),
        14..30 => joined(head, &somebody),
        30..46 => left(head, &somebody),
        46..60 => renamed(head, &somebody, &called),
        _ => ServerFrame::Entry(message(head, head + 1)),
    }
}

#[test]
fn whoever_comes_late_knows_what_those_know_who_were_there_all_the_time() {
    // In the long ones the timeline lets go of entries that are newer than the whole roster.
    for (seed, steps) in (0..40).map(|seed| (seed, 300)).chain((40..44).map(|seed| (seed, 7000))) {
        let mut rng = StdRng::seed_from_u64(seed);
        let tells_all = steps < 1000;
        let mut room = Room::new();
        room.hear(&welcome("a", 5, 10));
        let mut away = room.page.clone();
        let mut asked = 0;
        for _ in 0..steps {
            if tells_all && rng.random_range(0..200) == 0 {
                let lost = room.rig.event(Event::LinkLost(ConnectError::LinkBroken));
                room.show(&lost);
                let effects = room.rig.wait_due();
                room.show(&effects);
                let effects = room.rig.event(Event::LinkUp(Dialect::V1));
                room.show(&effects);
                let ahead = room.head() + rng.random_range(0..4);
                room.hear(&welcome("a", room.head(), ahead));
            }
            let frame = anything(&mut rng, room.head(), tells_all);
            room.hear(&frame);
            if rng.random_range(0..steps / 30) == 0 {
                let check = std::panic::AssertUnwindSafe(|| room.check(&away));
                assert!(std::panic::catch_unwind(check).is_ok(), "seed {seed}");
                asked += 1;
            }
            if rng.random_range(0..steps / 10) == 0 {
                away = room.page.clone();
            }
        }
        assert!(asked > 5, "seed {seed}");
    }
}

#[test]
fn who_came_and_went_before_the_entries_in_memory_is_told_too() {
    let mut room = Room::joined();
    for (n, who) in (10..).zip(["wei", "mo", "li"]) {
        room.hear(&joined(n, who));
    }
    room.hear(&renamed(13, "mo", "Mo"));
    room.hear(&left(14, "li"));
    for _ in 0..5000 {
        let head = room.head();
        room.hear(&ServerFrame::Entry(message(head, head + 1)));
    }
    let snapshot = room.snapshot();
    let seqs: Vec<u64> = snapshot.roster_entries.iter().map(|entry| entry.seq.get()).collect();
    assert_eq!((snapshot.roster_at, &seqs[..]), (Some(seq(10)), &[11, 12, 13, 14, 15][..]));
    assert!(snapshot.entries[0].seq > seq(15));
    let names = ["me", "wei", "Mo"].map(str::to_owned);
    assert_eq!(room.here(), (names.to_vec(), 3));
    room.check(&Page::default());
}

#[test]
fn a_host_cannot_make_a_session_keep_any_number_of_changes() {
    let mut room = Room::joined();
    for n in 0..9 {
        let (joined, left): (&[_], &[_]) = if n % 2 == 0 { (&["li"], &[]) } else { (&[], &["li"]) };
        room.hear(&change(joined, left, n));
    }
    let [newest] = &room.snapshot().roster_changes[..] else { panic!("one change of one member") };
    assert_eq!((&newest.joined[..], &newest.left[..], newest.online), (&[person("li")][..], &[][..], 8));
    for n in 0..3000 {
        room.hear(&change(&[&format!("m{n}")], &[&format!("x{n}")], n));
    }
    let RoomSnapshot { people, roster_changes, .. } = room.snapshot();
    assert!(people.len() <= hearth_protocol::ROSTER_LISTED);
    let named: usize = roster_changes.iter().map(|change| change.joined.len() + change.left.len()).sum();
    assert!(named <= 2000, "{named}");
    let late = Page::of(room.snapshot());
    assert_eq!((late.roster.people().len(), late.roster.online()), (500, 2999));
}

#[test]
fn a_host_cannot_make_a_session_keep_any_number_of_entries_for_the_roster() {
    let mut room = Room::joined();
    for n in 10..6000 {
        room.hear(&joined(n, &format!("m{n}")));
    }
    let snapshot = room.snapshot();
    assert_eq!(snapshot.roster_entries.len(), 2000);
    let newest = snapshot.roster_entries.last().map(|entry| entry.seq);
    assert_eq!(newest, Some(snapshot.entries[0].prev), "the oldest go");
}

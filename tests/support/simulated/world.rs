//! One schedule: what may happen to a room on a bad day, then a good network, and then the reckoning.

mod reckoning;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use hearth_client::{
    ActState, ConnectError, RoomCommand,
    testing::{page::take_away, simulated::Wish},
};
use hearth_host::pure::ConnId;
use hearth_log::{Log, MemoryLog};
use hearth_protocol::{Act, Emoji, Entry, HistoryRequest, LogId, Mentions, PostId, Seq, Verb};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

use super::at;
use super::deeds::Deeds;
use super::disk::DiskLog;
use super::guest::{Guest, Outward};
use super::hits;
use super::host::{Host, done};
use super::wire::{Down, Up, Wire};

const GUESTS: usize = 3;
const STEPS: usize = 300;

/// Memory for some 40 lines.
const SMALL_MEMORY: usize = 24_000;

/// How often, out of 1000 chances, something happens that hurts.
#[derive(Debug, Default, Clone, Copy)]
struct Trouble {
    trim: u32,
    full: u32,
    host_crash: u32,
    guest_crash: u32,
    refuse: u32,
}

struct World {
    now: Duration,
    disk: Option<Arc<DiskLog>>,
    log: Arc<dyn Log>,
    host: Option<Host>,
    guests: Vec<Guest>,
    wires: BTreeMap<u64, Wire>,
    next_wire: u64,
    /// A classic guest, while they are here.
    classic: Option<ConnId>,
    /// All that the log has ever held.
    history: Vec<Entry>,
    places: HashMap<PostId, Seq>,
    acked: Vec<(PostId, Seq)>,
    /// What was asked for that may change nothing.
    idle: HashSet<PostId>,
    trouble: Trouble,
    dice: StdRng,
    deeds: Deeds,
}

/// Runs the schedule of a seed. Panics when something is not as promised.
pub fn run(seed: u64) -> Deeds {
    let mut world = World::new(seed);
    for who in 0..GUESTS {
        world.act(who, |guest, now| guest.session.begin(now));
    }
    for _ in 0..STEPS {
        world.step();
    }
    world.heal();
    world.reckon();
    world.deeds
}

impl World {
    fn new(seed: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let mut chance = |most| if dice.random() { dice.random_range(0..most) } else { 0 };
        let mut trouble = Trouble {
            trim: chance(30),
            full: chance(20),
            host_crash: chance(30),
            guest_crash: chance(20),
            refuse: chance(400),
        };
        let id = LogId::from_random(dice.random());
        let disk = hits(&mut dice, 800).then(|| Arc::new(DiskLog::new(id.clone())));
        let log: Arc<dyn Log> = if let Some(disk) = &disk {
            Arc::clone(disk) as _
        } else {
            // Memory is never full, and nothing of it outlives the host.
            (trouble.host_crash, trouble.full) = (0, 0);
            Arc::new(MemoryLog::new(id, SMALL_MEMORY))
        };
        let guests = (0..GUESTS).map(|n| Guest::new(&format!("客人 {n}"), dice.random())).collect();
        let host = Host::start(Arc::clone(&log), dice.random(), Duration::ZERO);
        Self {
            now: Duration::ZERO,
            disk,
            log,
            host: Some(host),
            guests,
            wires: BTreeMap::new(),
            next_wire: 0,
            classic: None,
            history: Vec::new(),
            places: HashMap::new(),
            acked: Vec::new(),
            idle: HashSet::new(),
            trouble,
            dice,
            deeds: Deeds { schedules: 1, ..Deeds::default() },
        }
    }

    /// One thing that may happen.
    fn step(&mut self) {
        self.deeds.steps += 1;
        let who = self.dice.random_range(0..GUESTS);
        match self.dice.random_range(0..100) {
            0..8 => self.post(who),
            8..12 => (0..3).for_each(|_| self.say_about(who)),
            12..14 => self.do_by_hand(who),
            14..17 => self.hear_classic(),
            17..33 => self.host_reads(who),
            33..50 => self.host_decides(),
            50..64 => self.host_serves(who),
            64..80 => self.guest_reads(who),
            80..84 => {
                let ms = if hits(&mut self.dice, 100) { 40_000 } else { 1500 };
                let ms = self.dice.random_range(0..ms);
                self.time_passes(Duration::from_millis(ms));
            }
            84..92 => self.answer_the_door(who),
            92..95 => self.break_link(who),
            95..98 => self.notice_an_end(),
            _ => self.act(who, |guest, now| guest.session.command(RoomCommand::Reconnect, now)),
        }
        if hits(&mut self.dice, self.trouble.trim) {
            self.trim();
        }
        if hits(&mut self.dice, self.trouble.full) {
            self.fill();
        }
        if hits(&mut self.dice, self.trouble.host_crash) {
            self.crash_host();
        }
        if self.host.is_none() && hits(&mut self.dice, 150) {
            self.start_host();
        }
        if hits(&mut self.dice, self.trouble.guest_crash) {
            self.crash_guest(who);
        }
    }

    /// Somebody's session takes an event.
    fn act(&mut self, who: usize, event: impl FnOnce(&mut Guest, Duration) -> Vec<Wish>) {
        let guest = &mut self.guests[who];
        let elapsed = guest.elapsed(self.now);
        let wishes = event(guest, elapsed);
        for outward in guest.take(wishes, &self.history) {
            match outward {
                Outward::Knock => guest.knocks = true,
                Outward::Text(text) => say(&mut self.wires, guest.wire, Up::Text(text)),
                Outward::Ping => say(&mut self.wires, guest.wire, Up::Ping),
                Outward::HangUp => {
                    guest.knocks = false;
                    let wire = guest.wire.take();
                    if let Some(wire) = wire.and_then(|wire| self.wires.get_mut(&wire)) {
                        wire.guest = None;
                    }
                }
            }
        }
    }

    fn post(&mut self, who: usize) {
        let id = PostId::new(Uuid::from_u128(self.dice.random()));
        let text = format!("第 {} 行", self.deeds.lines);
        self.deeds.lines += 1;
        self.guests[who].keep(id, &text);
        self.act(who, |guest, now| guest.session.command(RoomCommand::post(id, text), now));
    }

    /// Somebody does something about a line that they know, which may be anybody's, or gone by now. Under half of the hosts they may not pin.
    fn say_about(&mut self, who: usize) {
        let lines = self.guests[who].page.entries.iter().filter(|entry| entry.body.is_line());
        let lines: Vec<Seq> = lines.map(|entry| entry.seq).collect();
        if lines.is_empty() {
            return;
        }
        let about = lines[self.dice.random_range(0..lines.len())];
        let id = PostId::new(Uuid::from_u128(self.dice.random()));
        let text = format!("改作 {}", self.dice.random_range(0..3));
        let what = match self.dice.random_range(0..10) {
            0..3 => Verb::Edit { about, text, mentions: Mentions::default() },
            3..7 => {
                let emoji = Emoji::new("👍").expect("an emoji");
                Verb::React { about, emoji, on: self.dice.random() }
            }
            7..9 => Verb::Remove { about },
            _ => Verb::Pin { about, on: self.dice.random() },
        };
        self.deeds.about += 1;
        self.idle.insert(id);
        let act = Act { what, id: Some(id) };
        self.act(who, |guest, now| guest.session.command(RoomCommand::Act(act), now));
    }

    fn do_by_hand(&mut self, who: usize) {
        match self.dice.random_range(0..4) {
            0 => {
                let name = format!("名 {}", self.dice.random_range(0..5));
                let id = PostId::new(Uuid::from_u128(self.dice.random()));
                self.idle.insert(id);
                self.act(who, |guest, now| guest.session.command(RoomCommand::rename(id, name), now));
            }
            1 => {
                let before = self.guests[who].page.entries.first().map_or(Seq::MAX, |entry| entry.seq);
                let request = HistoryRequest { before, after: None, limit: 10 };
                self.act(who, |guest, now| guest.session.command(RoomCommand::History(request), now));
            }
            2 => self.retry(who),
            _ => {
                let Some(&id) = self.guests[who].page.failed().first() else { return };
                self.guests[who].give_up(id);
                self.act(who, |guest, now| guest.session.command(RoomCommand::Discard { id }, now));
            }
        }
    }

    fn retry(&mut self, who: usize) {
        let is_failed = |state: &ActState| matches!(state, ActState::Failed { .. });
        let failed = self.guests[who].page.own.iter().filter(|own| is_failed(&own.state));
        let failed: Vec<_> = failed.map(|own| (own.id, own.what.about().is_some())).collect();
        for (id, is_about_a_line) in failed {
            // It may be refused for ever: the line is somebody else's, or gone.
            let command =
                if is_about_a_line { RoomCommand::Discard { id } } else { RoomCommand::Retry { id } };
            self.act(who, |guest, now| guest.session.command(command, now));
        }
    }

    /// Somebody with an old program comes, talks and goes. They cannot resend, so nothing is promised to them.
    fn hear_classic(&mut self) {
        let Some(host) = &mut self.host else { return };
        if let Some(conn) = self.classic
            && hits(&mut self.dice, 300)
        {
            host.lose(conn);
            self.classic = None;
            return;
        }
        let conn = *self.classic.get_or_insert_with(|| host.accept());
        host.hear_classic(conn, "网页", "大家好");
    }

    fn host_reads(&mut self, who: usize) {
        let Some(wire) = self.guests[who].wire else { return };
        self.read_wire(wire);
    }

    fn read_wire(&mut self, wire: u64) {
        let Some(host) = &mut self.host else { return };
        let Some(wire) = self.wires.get_mut(&wire) else { return };
        if let Some(conn) = wire.conn
            && let Some(up) = wire.up.pop_front()
        {
            host.read(conn, up);
        }
    }

    /// The hub has its turn, or the disk.
    fn host_decides(&mut self) {
        let Some(host) = &mut self.host else { return };
        let acked = if !host.is_busy() {
            host.decide(self.now)
        } else if let Some(disk) = self.disk.as_ref().filter(|_| hits(&mut self.dice, 500)) {
            disk.sync();
            Vec::new()
        } else {
            host.go_on()
        };
        self.follow_log();
        self.note_acked(acked);
    }

    /// Nobody is told that a line is stored before it is.
    fn note_acked(&mut self, acked: Vec<(PostId, Seq)>) {
        for (id, seq) in acked {
            if seq == Seq::ZERO {
                assert!(self.idle.contains(&id), "only what changes nothing is no entry");
                continue;
            }
            let stored = at(&self.history, seq).and_then(|entry| entry.id);
            assert_eq!(stored, Some(id), "what is acked is stored, at {seq}");
            self.acked.push((id, seq));
        }
    }

    /// Notes what is new in the log.
    fn follow_log(&mut self) {
        let known = self.history.last().map_or(Seq::ZERO, |entry| entry.seq);
        let slice = done(self.log.read_after(known, usize::MAX)).expect("a slice");
        assert_eq!(slice.trimmed_to, None, "the simulation has lost track");
        for entry in slice.entries {
            assert_eq!(
                entry.prev,
                self.history.last().map_or(Seq::ZERO, |entry| entry.seq),
                "the log has no hole"
            );
            if let Some(id) = entry.id
                && let Some(first) = self.places.insert(id, entry.seq)
            {
                panic!("{id} is doubled, at {first} and {}", entry.seq);
            }
            if let Some(line) = entry.body.removes() {
                self.history.iter_mut().for_each(|entry| take_away(entry, line));
            }
            self.history.push((*entry).clone());
        }
    }

    /// The host's writer has some turns, and somebody's connection.
    fn host_serves(&mut self, who: usize) {
        let Some(wire) = self.guests[who].wire else { return };
        let some = self.dice.random_range(1..8);
        for _ in 0..some {
            if self.dice.random() {
                self.host_writes();
            } else {
                self.drive_wire(wire);
            }
        }
    }

    fn host_writes(&mut self) -> bool {
        self.host.as_mut().is_some_and(|host| host.fanout.write())
    }

    fn drive_wire(&mut self, wire: u64) -> bool {
        let (Some(host), Some(wire)) = (&mut self.host, self.wires.get(&wire)) else { return false };
        wire.conn.is_some_and(|conn| host.drive(conn))
    }

    /// The network carries so many bytes to somebody, at most. Whether there were any.
    fn carry(&mut self, who: usize, most: usize) -> bool {
        let wire = self.guests[who].wire.and_then(|wire| self.wires.get_mut(&wire));
        let (Some(host), Some(wire)) = (&mut self.host, wire) else { return false };
        wire.conn.is_some_and(|conn| wire.carry(host.fanout.carry(conn, most)))
    }

    fn guest_reads(&mut self, who: usize) {
        let bytes = self.dice.random_range(0..1500);
        self.carry(who, bytes);
        let some = self.dice.random_range(1..4);
        for _ in 0..some {
            self.read_one(who);
        }
    }

    fn read_one(&mut self, who: usize) -> bool {
        let wire = self.guests[who].wire.and_then(|wire| self.wires.get_mut(&wire));
        let Some(down) = wire.and_then(Wire::read) else { return false };
        match down {
            Down::Text(text) => self.act(who, |guest, now| guest.session.text(&text, now)),
            Down::Pong => self.act(who, |guest, now| guest.session.heard(now)),
            Down::Close => self.lose_link(who),
        }
        true
    }

    fn time_passes(&mut self, time: Duration) {
        self.now += time;
        for who in 0..GUESTS {
            if self.guests[who].is_due(self.now) {
                self.act(who, |guest, now| guest.session.tick(now));
            }
        }
    }

    fn answer_the_door(&mut self, who: usize) {
        if !std::mem::take(&mut self.guests[who].knocks) {
            return;
        }
        let refused = hits(&mut self.dice, self.trouble.refuse);
        let Some(host) = self.host.as_mut().filter(|_| !refused) else {
            let error = ConnectError::Refused { host: "host".to_owned(), port: 8080 };
            self.act(who, |guest, now| guest.session.link_lost(error, now));
            return;
        };
        let wire = self.next_wire;
        self.next_wire += 1;
        self.wires.insert(wire, Wire::new(host.accept(), who));
        self.guests[who].wire = Some(wire);
        self.act(who, |guest, now| guest.session.link_up(now));
    }

    /// The guest's end is gone. The host may still read some of what was on its way.
    fn break_link(&mut self, who: usize) {
        if self.guests[who].wire.is_some() {
            self.deeds.broken += 1;
            self.lose_link(who);
        }
    }

    fn lose_link(&mut self, who: usize) {
        let wire = self.guests[who].wire.take().and_then(|wire| self.wires.get_mut(&wire));
        if let Some(wire) = wire {
            wire.guest = None;
        }
        self.act(who, |guest, now| guest.session.link_lost(ConnectError::LinkBroken, now));
    }

    /// One end of a wire learns that the other is gone.
    fn notice_an_end(&mut self) {
        let ended = |(_, wire): &(&u64, &Wire)| wire.conn.is_none() || wire.guest.is_none();
        let ended: Vec<u64> = self.wires.iter().filter(ended).map(|(id, _)| *id).collect();
        if !ended.is_empty() {
            let at = self.dice.random_range(0..ended.len());
            self.end_wire(ended[at]);
        }
    }

    fn end_wire(&mut self, id: u64) {
        let Some(wire) = self.wires.get(&id) else { return };
        if let Some(conn) = wire.conn {
            let reads = self.dice.random_range(0..=wire.up.len());
            for _ in 0..reads {
                self.read_wire(id);
            }
            if let Some(host) = &mut self.host {
                host.lose(conn);
            }
        } else if let Some(who) = wire.guest {
            self.lose_link(who);
        }
        self.wires.remove(&id);
    }

    fn trim(&mut self) {
        let Some(disk) = &self.disk else { return };
        let kept = self.dice.random_range(1..12);
        disk.trim(kept);
        self.deeds.trims += 1;
    }

    /// The disk is full, or has room again.
    fn fill(&mut self) {
        let Some(disk) = &self.disk else { return };
        let full = self.dice.random();
        disk.set_full(full);
        self.deeds.full += usize::from(full);
    }

    fn crash_host(&mut self) {
        let Some(disk) = self.disk.as_ref().filter(|_| self.host.is_some()) else { return };
        self.deeds.host_crashes += 1;
        self.host = None;
        self.classic = None;
        disk.crash(self.dice.random());
        self.follow_log();
        for wire in self.wires.values_mut() {
            wire.conn = None;
            wire.up.clear();
        }
        self.wires.retain(|_, wire| wire.guest.is_some());
    }

    fn start_host(&mut self) {
        self.host = Some(Host::start(Arc::clone(&self.log), self.dice.random(), self.now));
    }

    /// The app is killed, and started again.
    fn crash_guest(&mut self, who: usize) {
        self.deeds.guest_crashes += 1;
        if let Some(wire) = self.guests[who].wire.and_then(|wire| self.wires.get_mut(&wire)) {
            wire.guest = None;
        }
        self.deeds.gaps += self.guests[who].page.gaps.len();
        let unsent = self.guests[who].restart(self.dice.random(), self.now);
        self.act(who, |guest, now| guest.session.begin(now));
        for (id, text) in unsent {
            if !self.guests[who].discarded.contains(&id) {
                self.act(who, |guest, now| guest.session.command(RoomCommand::post(id, text), now));
            }
        }
    }
}

fn say(wires: &mut BTreeMap<u64, Wire>, wire: Option<u64>, up: Up) {
    if let Some(wire) = wire.and_then(|wire| wires.get_mut(&wire)) {
        wire.up.push_back(up);
    }
}

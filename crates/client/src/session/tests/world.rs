//! Clients, a host, wires between them, and all that may happen to them.

mod healing;

use rand::RngExt;

use super::{
    disk::Disk,
    host::{Host, Trouble, Wire, rng_hits},
    *,
};
use crate::cache::{
    testing::Paper,
    write_ahead::{Keeping, Released, Work},
};

pub(super) const CLIENTS: usize = 3;

struct Client {
    rig: Rig,
    page: Page,
    wire: Option<Wire>,
    disk: Disk,
    /// An attempt is under way.
    knocks: bool,
    posted: Vec<PostId>,
    /// Written, and killed with the app before they were kept.
    lost: Vec<PostId>,
}

/// What happened in all schedules.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) schedules: usize,
    pub(super) lines: usize,
    pub(super) entries: usize,
    pub(super) kills: usize,
    pub(super) restarts: usize,
    pub(super) cuts: usize,
    pub(super) disk_failures: usize,
    pub(super) trims: usize,
    pub(super) killed_before_kept: usize,
}

pub(super) struct World {
    pub(super) host: Host,
    clients: Vec<Client>,
    /// Wires that a client has lost and the host still reads.
    orphans: Vec<Wire>,
    rng: StdRng,
    pub(super) trouble: Trouble,
    pub(super) tally: Tally,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut chance = |most| if rng.random() { rng.random_range(0..most) } else { 0 };
        let mut trouble = Trouble {
            too_fast: chance(300),
            storage: chance(100),
            repeat: chance(300),
            hole: chance(50),
            trim: chance(20),
            restart: chance(20),
            amnesia: 0,
            kill: chance(30),
            disk: chance(100),
        };
        if trouble.trim == 0 {
            // Whoever has lost both its members and its log cannot know what it has stored.
            trouble.amnesia = chance(20);
        }
        let clients = (0..CLIENTS).map(|_| Client {
            rig: begin(&mut rng, Kept::default()),
            page: Page::default(),
            wire: None,
            disk: Disk::new(Paper::default()),
            knocks: false,
            posted: Vec::new(),
            lost: Vec::new(),
        });
        let clients = clients.collect();
        let (host, orphans, tally) = (Host::default(), Vec::new(), Tally::default());
        Self { host, clients, orphans, rng, trouble, tally }
    }

    pub(super) fn event(&mut self, who: usize, event: Event<'_>) {
        let client = &mut self.clients[who];
        let now = client.rig.now;
        let mut asked = Vec::new();
        for effect in client.rig.event(event) {
            match effect {
                Effect::Connect => client.knocks = true,
                Effect::Keep(record) => client.disk.ahead.keep(record, now),
                Effect::Ask(query) => asked.extend(client.disk.ahead.ask(query, now)),
                Effect::Greet(text) => client.say(text),
                Effect::Send(text) => {
                    if let Some(text) = client.disk.ahead.send(text) {
                        client.say(text);
                    }
                }
                Effect::Ping | Effect::Dial(_) => {}
                Effect::HangUp(_) => {
                    client.knocks = false;
                    client.disk.ahead.link_lost();
                    self.orphans.extend(client.wire.take());
                }
                Effect::Tell(update) => client.page.apply(update),
            }
        }
        client.page.check(&client.rig.session.snapshot(None, client.rig.now));
        self.answer(who, asked);
    }

    /// The copy never has what is asked for: that it finds what it has is tested beside it.
    fn answer(&mut self, who: usize, asked: Vec<CacheQuery>) {
        for query in asked {
            if let CacheQuery::History { request, log, .. } = query {
                self.event(who, Event::Recalled { request, log, found: None, about: Vec::new() });
            }
        }
    }

    /// One thing that may happen in a network on a bad day.
    pub(super) fn step(&mut self) {
        let who = self.rng.random_range(0..CLIENTS);
        match self.rng.random_range(0..100) {
            0..14 => self.post(who),
            14 => {
                let before = seq(self.rng.random_range(1..100));
                self.event(
                    who,
                    Event::Command(RoomCommand::History(HistoryRequest { before, after: None, limit: 5 })),
                );
            }
            15..17 => {
                let name = format!("name{}", self.rng.random_range(0..100));
                let id = post_id(self.rng.random());
                self.event(who, Event::Command(RoomCommand::rename(id, name)));
            }
            17..35 => self.host_reads(who),
            35..50 => self.host_serves(who),
            50..65 => self.client_reads(who),
            65..73 => self.disk_begins(who),
            73..80 => self.disk_ends(who),
            80..84 => {
                let ms = self.rng.random_range(0..1500);
                self.time_passes(Duration::from_millis(ms));
            }
            84..92 => self.answer_the_door(who),
            92..95 => self.break_wire(who),
            95..98 => self.bury_an_orphan(),
            _ => self.event(who, Event::Command(RoomCommand::Reconnect)),
        }
        if rng_hits(&mut self.rng, self.trouble.trim) {
            self.trim();
        }
        if rng_hits(&mut self.rng, self.trouble.restart) {
            self.host.restart(&mut self.rng);
            self.break_all_wires();
        }
        if rng_hits(&mut self.rng, self.trouble.amnesia) {
            self.host.restart_without_memory();
            self.break_all_wires();
        }
        if rng_hits(&mut self.rng, self.trouble.kill) {
            self.kill(who);
        }
    }

    fn post(&mut self, who: usize) {
        let id = post_id(self.rng.random());
        self.tally.lines += 1;
        self.clients[who].posted.push(id);
        self.event(who, Event::Command(RoomCommand::post(id, "你好")));
    }

    fn host_reads(&mut self, who: usize) {
        let trouble = self.trouble;
        if let Some(wire) = &mut self.clients[who].wire {
            self.host.read(wire, trouble, &mut self.rng);
        }
    }

    fn host_serves(&mut self, who: usize) {
        let trouble = self.trouble;
        if let Some(wire) = &mut self.clients[who].wire {
            self.host.serve(wire, trouble, &mut self.rng);
        }
    }

    fn client_reads(&mut self, who: usize) {
        let text = self.clients[who].wire.as_mut().and_then(|wire| wire.down.pop_front());
        if let Some(text) = text {
            self.event(who, Event::Text(&text));
        }
    }

    fn time_passes(&mut self, time: Duration) {
        for who in 0..CLIENTS {
            let rig = &mut self.clients[who].rig;
            rig.now += time;
            if rig.session.deadline().is_some_and(|due| due <= rig.now) {
                self.event(who, Event::Tick);
            }
        }
    }

    fn answer_the_door(&mut self, who: usize) {
        if !std::mem::take(&mut self.clients[who].knocks) {
            return;
        }
        if rng_hits(&mut self.rng, 200) {
            let error = ConnectError::Refused { host: "host".to_owned(), port: 8080 };
            self.event(who, Event::LinkLost(error));
        } else {
            self.clients[who].wire = Some(Wire::default());
            self.event(who, Event::LinkUp(Dialect::V1));
        }
    }

    /// The client's end is gone; the host may still read what is on its way.
    fn break_wire(&mut self, who: usize) {
        if let Some(wire) = self.clients[who].wire.take() {
            self.orphans.push(wire);
            self.lose_link(who);
        }
    }

    fn lose_link(&mut self, who: usize) {
        self.tally.cuts += 1;
        self.clients[who].disk.ahead.link_lost();
        self.event(who, Event::LinkLost(ConnectError::LinkBroken));
    }

    /// The disk takes what there is to write.
    fn disk_begins(&mut self, who: usize) {
        let Client { rig, disk, posted, .. } = &mut self.clients[who];
        disk.under_way = match disk.ahead.take(rig.now) {
            None => return,
            Some(Work::Records(records)) => Some(records),
            Some(Work::Whole { anew }) => {
                disk.in_whole.clone_from(posted);
                Some(vec![Record::Whole { kept: Box::new(rig.session.to_keep()), anew }])
            }
        };
    }

    /// It has written it, or has failed.
    fn disk_ends(&mut self, who: usize) {
        let client = &mut self.clients[who];
        let Some(records) = client.disk.under_way.take() else { return };
        let outcome = if rng_hits(&mut self.rng, self.trouble.disk) {
            self.tally.disk_failures += 1;
            Err(KeepTrouble::Full)
        } else {
            client.disk.write(records);
            Ok(())
        };
        client.disk.has_failed = outcome.is_err();
        let Released { frames, queries, keeping } = client.disk.ahead.done(outcome, client.rig.now);
        if client.wire.is_some() {
            for frame in frames {
                client.say(frame);
            }
        }
        match keeping {
            Some(Keeping::Failed(trouble)) => self.event(who, Event::Keeping(Some(trouble))),
            Some(Keeping::Works) => self.event(who, Event::Keeping(None)),
            None => {}
        }
        self.answer(who, queries);
    }

    /// The app is killed, or the power fails, and it starts again with what the disk has: some beginning of what it was
    /// given. While the disk fails nothing is promised.
    fn kill(&mut self, who: usize) {
        let client = &mut self.clients[who];
        if client.disk.has_failed {
            return;
        }
        self.tally.kills += 1;
        self.orphans.extend(client.wire.take());
        let mut under_way = client.disk.under_way.take().unwrap_or_default();
        under_way.truncate(self.rng.random_range(0..=under_way.len()));
        client.disk.write(under_way);
        let known = std::mem::take(&mut client.disk.known);
        let (kept, lost) = client.posted.drain(..).partition(|id| known.contains(id));
        client.posted = kept;
        self.tally.killed_before_kept += Vec::<PostId>::len(&lost);
        client.lost.extend(lost);
        let paper = std::mem::take(&mut client.disk.paper);
        client.rig = begin(&mut self.rng, paper.at_start());
        client.disk = Disk { known, ..Disk::new(paper) };
        client.knocks = false;
        client.page = Page::default();
        let room = Box::new(client.rig.session.snapshot(None, client.rig.now));
        client.page.apply(RoomUpdate::Snapshot { room });
        self.event(who, Event::Begin);
    }

    fn bury_an_orphan(&mut self) {
        if self.orphans.is_empty() {
            return;
        }
        let at = self.rng.random_range(0..self.orphans.len());
        let mut wire = self.orphans.swap_remove(at);
        let reads = self.rng.random_range(0..=wire.up.len());
        for _ in 0..reads {
            self.host.read(&mut wire, self.trouble, &mut self.rng);
        }
        self.host.part(&wire, &mut self.rng);
    }

    /// The host has stopped, without a word.
    fn break_all_wires(&mut self) {
        self.tally.restarts += 1;
        self.orphans.clear();
        for who in 0..CLIENTS {
            if self.clients[who].wire.take().is_some() {
                self.lose_link(who);
            }
        }
    }

    /// Retention: but for the newest, entries go.
    fn trim(&mut self) {
        self.tally.trims += 1;
        if let Some(entry) = self.host.log.iter().rev().nth(5) {
            self.host.trimmed = self.host.trimmed.max(entry.seq);
        }
    }
}

impl Client {
    fn say(&mut self, text: String) {
        self.wire.as_mut().expect("a wire to send on").up.push_back(text);
    }
}

fn begin(rng: &mut StdRng, kept: Kept) -> Rig {
    let setup = Setup { kept: Some(kept), ..setup(true) };
    Rig { session: Session::new(setup), now: Duration::ZERO, rng: StdRng::seed_from_u64(rng.random()) }
}

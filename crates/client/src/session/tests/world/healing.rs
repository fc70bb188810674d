//! The end of a bad day, and what must be true then.

use std::collections::HashMap;

use super::*;
use crate::testing::page::names;

impl World {
    /// The network is good again, the host patient, and the users try again what failed.
    pub(in super::super) fn heal(&mut self) {
        self.trouble = Trouble::default();
        while !self.orphans.is_empty() {
            self.bury_an_orphan();
        }
        for round in 0..200 {
            for who in 0..CLIENTS {
                if round == 20 {
                    // Whatever is missing shows at the next entry.
                    self.post(who);
                }
                for line in self.clients[who].rig.own() {
                    self.event(who, Event::Command(RoomCommand::Retry { id: line.id }));
                }
                if std::mem::take(&mut self.clients[who].knocks) {
                    self.clients[who].wire = Some(Wire::default());
                    self.event(who, Event::LinkUp(Dialect::V1));
                }
                self.disk_begins(who);
                self.disk_ends(who);
                while self.clients[who].wire.as_ref().is_some_and(|wire| !wire.up.is_empty()) {
                    self.host_reads(who);
                }
                while let Some(wire) = &mut self.clients[who].wire
                    && self.host.serve(wire, Trouble::default(), &mut self.rng)
                {}
                while self.clients[who].wire.as_ref().is_some_and(|wire| !wire.down.is_empty()) {
                    self.client_reads(who);
                }
                while !self.orphans.is_empty() {
                    self.bury_an_orphan();
                }
            }
            self.time_passes(Duration::from_secs(1));
        }
    }

    pub(in super::super) fn check(&self, in_order: bool) {
        let mut times: HashMap<PostId, usize> = HashMap::new();
        for id in self.host.log.iter().filter_map(|entry| entry.id) {
            *times.entry(id).or_default() += 1;
        }
        for client in &self.clients {
            assert_eq!(client.rig.status(), Status::Connected { dialect: Dialect::V1 });
            assert!(client.rig.own().is_empty(), "left over: {:?}", client.rig.own());
            for id in &client.posted {
                assert_eq!(times.get(id), Some(&1), "a line is in the log once");
            }
            let stored: Vec<_> = self.host.log.iter().filter_map(|entry| entry.id).collect();
            let mine: Vec<_> = stored.into_iter().filter(|id| client.posted.contains(id)).collect();
            assert!(!in_order || mine == client.posted, "own lines stand in the order of writing");
            for id in &client.lost {
                assert_eq!(times.get(id), None, "nobody has seen a line that was not kept");
            }
            self.check_page(&client.page);
            self.check_paper(&client.disk.paper);
        }
    }

    /// What the disk has is the end of the log, and no line that is not sent.
    fn check_paper(&self, paper: &Paper) {
        let kept = paper.at_start();
        assert_eq!(kept.acts, []);
        let base = kept.log.expect("a log").base;
        let in_gap =
            |entry: &&Entry| kept.gaps.iter().any(|gap| entry.seq > gap.after && entry.seq <= gap.to);
        let log = self.host.log.iter().filter(|e| e.seq > base && !in_gap(e));
        assert_eq!(kept.entries, log.cloned().collect::<Vec<_>>(), "the copy is the log");
    }

    fn check_page(&self, page: &Page) {
        page.shows(&self.host.log);
        let (people, online) = page.here();
        assert_eq!(people, names(&self.host.people()), "and who is here");
        assert_eq!(online as usize, people.len());
    }
}

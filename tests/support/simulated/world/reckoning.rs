//! The end of a schedule: a good network, and then whether all is as promised.

use std::collections::HashSet;
use std::time::Duration;

use hearth_protocol::{Seq, Standing};
use rand::RngExt;

use super::super::at;
use super::super::guest::Guest;
use super::super::host::done;
use super::super::wire::Wire;
use super::{GUESTS, Trouble, World};

/// After so many rounds of a good network everything must be well. A round is a second.
const ROUNDS: usize = 300;

impl World {
    /// The network is good again, the disk has room, and the users try again what failed.
    pub(super) fn heal(&mut self) {
        self.trouble = Trouble::default();
        if let Some(disk) = &self.disk {
            disk.set_full(false);
        }
        if self.host.is_none() {
            self.start_host();
        }
        if let (Some(host), Some(conn)) = (&mut self.host, self.classic.take()) {
            host.lose(conn);
        }
        let mut last = false;
        for _ in 0..ROUNDS {
            self.settle();
            if last && self.is_well() {
                return;
            }
            if !last && self.is_well() {
                // Whatever is missing shows at the next entry.
                (0..GUESTS).for_each(|who| self.post(who));
                (0..6 * GUESTS).for_each(|n| self.say_about(n % GUESTS));
                last = true;
            }
            self.time_passes(Duration::from_secs(1));
        }
        let states: Vec<_> = self.guests.iter().map(|guest| (&guest.page.status, &guest.page.own)).collect();
        panic!("it does not heal: {states:?}");
    }

    /// Whatever can move, moves.
    fn settle(&mut self) {
        loop {
            let ended = |wire: &Wire| wire.conn.is_none() || wire.guest.is_none();
            let ended: Vec<u64> =
                self.wires.iter().filter(|(_, wire)| ended(wire)).map(|(id, _)| *id).collect();
            for wire in ended {
                self.end_wire(wire);
            }
            let mut moved = false;
            for who in 0..GUESTS {
                self.retry(who);
                self.answer_the_door(who);
                let Some(wire) = self.guests[who].wire else { continue };
                while self.wires.get(&wire).is_some_and(|wire| !wire.up.is_empty()) {
                    self.read_wire(wire);
                    moved = true;
                }
                while self.host_writes() | self.drive_wire(wire) | self.carry(who, usize::MAX) {
                    moved = true;
                }
                while self.read_one(who) {
                    moved = true;
                }
            }
            while self.host.as_ref().is_some_and(|host| host.is_busy() || host.is_asked(self.now)) {
                self.host_decides();
                moved = true;
            }
            if !moved {
                if let Some(host) = &mut self.host {
                    host.fanout.leaves_nobody_behind();
                }
                return;
            }
        }
    }

    fn is_well(&self) -> bool {
        let is_well = |guest: &Guest| guest.is_connected() && guest.page.own.is_empty();
        self.guests.iter().all(is_well)
    }

    /// What was promised.
    pub(super) fn reckon(&mut self) {
        // Those who are away for good have left.
        self.time_passes(Duration::from_secs(11));
        self.settle();
        self.deeds.entries = self.history.len();
        self.deeds.acked = self.acked.len();
        for (id, seq) in &self.acked {
            assert_eq!(
                at(&self.history, *seq).and_then(|entry| entry.id),
                Some(*id),
                "acked at {seq}, and gone"
            );
        }
        let members: HashSet<_> = self.guests.iter().map(|guest| guest.member.clone()).collect();
        for guest in &self.guests {
            for id in &guest.posted {
                assert!(self.places.contains_key(id), "{id} is lost");
            }
            self.deeds.gaps += guest.page.gaps.len();
            guest.page.check(&guest.session.snapshot(guest.elapsed(self.now)));
            guest.page.shows(&self.history);
            self.agrees(guest);
            let here: HashSet<_> =
                guest.page.roster.people().iter().map(|person| Some(person.member.clone())).collect();
            assert_eq!(here, members, "everybody is here, and nobody else");
            assert_eq!(guest.page.roster.online() as usize, GUESTS);
        }
        let after = self.dice.random_range(0..=self.history.len());
        self.replay(self.history.get(after).map_or(Seq::ZERO, |entry| entry.prev));
    }

    /// What became of a line is the same to whoever was there as to whoever asks for it.
    fn agrees(&self, guest: &Guest) {
        let told_from = guest.page.gaps.last().map_or(Seq::ZERO, |gap| gap.to);
        for line in guest.page.entries.iter().filter(|entry| entry.seq > told_from) {
            let kept = done(self.log.lines(vec![line.seq])).expect("read");
            let Some(kept) = kept.first() else { continue };
            let about = done(self.log.about(vec![line.seq])).expect("read");
            let asked = Standing::of(kept, about.iter().map(|entry| &**entry));
            assert_eq!(Standing::of(line, &guest.page.entries), asked, "at {}", line.seq);
        }
    }

    /// Read in pieces, the log is what it was from there on, or says what it has let go of.
    fn replay(&self, after: Seq) {
        let mut seq = after;
        loop {
            let slice = done(self.log.read_after(seq, 7)).expect("a slice");
            seq = slice.trimmed_to.unwrap_or(seq);
            for entry in &slice.entries {
                assert_eq!(Some(&**entry), at(&self.history, entry.seq));
                assert_eq!(entry.prev, seq, "it follows on the one before");
                seq = entry.seq;
            }
            if !slice.more {
                break;
            }
        }
        assert_eq!(Some(seq), self.history.last().map(|entry| entry.seq), "to the end");
    }
}

//! The roster: who is here (presence), and in a large room what has changed since it was last sent.

use std::collections::HashMap;

use hearth_protocol::{JOIN_LINES_UP_TO, MemberId, Nickname, Person, ROSTER_LISTED, RosterChange};

/// The most changes that are named at once. With 64 KiB to a frame and some 100 bytes to a person it fits.
const NAMED_AT_ONCE: usize = 200;

/// The roster.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    here: HashMap<MemberId, Person>,
    joined: HashMap<MemberId, Person>,
    left: Vec<MemberId>,
    changed: bool,
}

impl Roster {
    /// How many are here.
    pub(crate) fn online(&self) -> usize {
        self.here.len()
    }

    /// Who is here, as far as a roster names them, and how many.
    pub(crate) fn people(&self) -> (Vec<Person>, u32) {
        (self.here.values().take(ROSTER_LISTED).cloned().collect(), count(self.here.len()))
    }

    /// The changes that no entries say. It forgets them.
    pub(crate) fn take_change(&mut self) -> Option<RosterChange> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        let some: Vec<_> = self.joined.keys().take(NAMED_AT_ONCE).cloned().collect();
        let joined = some.iter().filter_map(|member| self.joined.remove(member)).collect();
        let left = self.left.drain(..self.left.len().min(NAMED_AT_ONCE)).collect();
        // The rest is sent the next time.
        self.changed = !(self.joined.is_empty() && self.left.is_empty());
        Some(RosterChange { joined, left, online: count(self.here.len()) })
    }

    /// Whether `take_change` has something.
    pub(crate) fn has_change(&self) -> bool {
        self.changed
    }

    /// Somebody came. Whether that is an entry.
    pub(super) fn arrive(&mut self, person: Person) -> bool {
        self.left.retain(|left| *left != person.member);
        let is_entry = joins_are_entries(self.here.len() + 1);
        if !is_entry {
            self.changed = true;
            self.joined.insert(person.member.clone(), person.clone());
        }
        self.here.insert(person.member.clone(), person);
        is_entry
    }

    /// Somebody was here when the host ended. Their coming is an entry already.
    pub(super) fn restore(&mut self, person: Person) {
        self.here.insert(person.member.clone(), person);
    }

    /// Somebody went. Whether that is an entry.
    pub(super) fn depart(&mut self, member: &MemberId) -> bool {
        let is_entry = joins_are_entries(self.here.len());
        self.here.remove(member);
        // Whoever goes before their coming was sent is not spoken of at all.
        let was_sent = self.joined.remove(member).is_none();
        if !is_entry {
            self.changed = true;
            if was_sent {
                self.left.push(member.clone());
            }
        }
        is_entry
    }

    /// Somebody went whose entry is still to come: the roster says so meanwhile.
    pub(crate) fn add_left(&mut self, member: &MemberId) {
        self.changed = true;
        self.left.push(member.clone());
    }

    /// Somebody has another nickname; the entry of it tells the others.
    pub(super) fn rename(&mut self, member: &MemberId, nickname: &Nickname) {
        for people in [&mut self.here, &mut self.joined] {
            if let Some(person) = people.get_mut(member) {
                person.nickname = nickname.clone();
            }
        }
    }
}

fn count(people: usize) -> u32 {
    u32::try_from(people).unwrap_or(u32::MAX)
}

/// Whether joins and leaves are entries while so many are here.
const fn joins_are_entries(online: usize) -> bool {
    online <= JOIN_LINES_UP_TO
}

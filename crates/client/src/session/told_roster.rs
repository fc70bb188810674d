//! The roster (presence) as the host told it, for a reader who comes later: a whole list, and what has come since. What that makes
//! of it is the reader's to say: no kind of entry is known here.

use std::{
    collections::{HashSet, VecDeque},
    mem::discriminant,
};

use hearth_protocol::{Entry, MemberId, Person, ROSTER_LISTED, RosterChange, Seq, Weight};

use crate::update::{RoomUpdate, ToldChange};

/// People in changes, and entries, that are kept at most: a host could name any number.
const KEPT: usize = 2000;

/// The roster as it was told last, and what may have changed it since.
#[derive(Debug, Default)]
pub(super) struct ToldRoster {
    people: Vec<Person>,
    /// How many were here; more than are listed in a large room.
    online: u32,
    /// The newest entry that the list knows of; `None` before it was told.
    at: Option<Seq>,
    /// Changes since, oldest first. Who is named in one is named in none before it.
    changes: VecDeque<ToldChange>,
    /// Entries since that the timeline has let go of and that tell who is here, oldest first: the newest of each kind of
    /// each member.
    entries: VecDeque<Entry>,
}

impl ToldRoster {
    pub(super) fn people(&self) -> Vec<Person> {
        self.people.clone()
    }

    pub(super) fn online(&self) -> u32 {
        self.online
    }

    /// The newest entry that the list knows of; `None` before it was told.
    pub(super) fn at(&self) -> Option<Seq> {
        self.at
    }

    pub(super) fn changes(&self) -> Vec<ToldChange> {
        self.changes.iter().cloned().collect()
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.iter().cloned().collect()
    }

    /// Whether an entry is newer than the list.
    pub(super) fn is_news(&self, entry: &Entry) -> bool {
        self.at.is_none_or(|at| entry.seq > at)
    }

    /// The whole list, as of the entry `at`; `None` where nothing is told. No more people are kept than a host may name.
    pub(super) fn set(&mut self, mut people: Vec<Person>, online: u32, at: Option<Seq>) -> RoomUpdate {
        people.truncate(ROSTER_LISTED);
        *self = Self { people, online, at, ..Self::default() };
        RoomUpdate::People { people: self.people.clone(), online, at }
    }

    /// Changes told by the host when the log was known up to `head`.
    pub(super) fn change(&mut self, change: RosterChange, head: Seq) -> RoomUpdate {
        let RosterChange { joined, left, online } = change;
        let at = self.at.map_or(head, |at| at.max(head));
        let told = ToldChange { at, joined: joined.clone(), left: left.clone(), online };
        let named: HashSet<&MemberId> = names(&told).collect();
        self.changes.retain_mut(|before| {
            before.joined.retain(|person| !named.contains(&person.member));
            before.left.retain(|member| !named.contains(member));
            names(before).next().is_some()
        });
        self.changes.push_back(told);
        let mut kept: usize = self.changes.iter().map(|change| names(change).count()).sum();
        while kept > KEPT
            && self.changes.len() > 1
            && let Some(oldest) = self.changes.pop_front()
        {
            kept -= names(&oldest).count();
            self.fold(oldest);
        }
        RoomUpdate::Roster { joined, left, online }
    }

    /// The timeline lets go of an entry.
    pub(super) fn pass(&mut self, entry: Entry) {
        if self.at.is_none() || !self.is_news(&entry) || entry.body.weight() != Weight::Presence {
            return;
        }
        let is_like = |before: &Entry| {
            before.from.member == entry.from.member && discriminant(&before.body) == discriminant(&entry.body)
        };
        self.entries.retain(|before| !is_like(before));
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Makes the oldest change part of the list, so that it need not be kept.
    fn fold(&mut self, oldest: ToldChange) {
        let named: HashSet<&MemberId> = names(&oldest).collect();
        self.people.retain(|person| !named.contains(&person.member));
        self.people.extend(oldest.joined);
        self.people.truncate(ROSTER_LISTED);
    }
}

/// Those whom a change names.
fn names(change: &ToldChange) -> impl Iterator<Item = &MemberId> {
    change.left.iter().chain(change.joined.iter().map(|person| &person.member))
}

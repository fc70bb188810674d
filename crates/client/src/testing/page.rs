//! A page as tests have it: what it makes of the updates (reduction). It trusts nothing: whatever does not fit is a failure.

use std::collections::BTreeSet;

use hearth_protocol::{Body, Entry, Gap, LogId, MemberId, Person, PostId, Seq, You};

use super::roster::Roster;
use crate::update::{ActState, Cursor, OwnAct, RoomSnapshot, RoomUpdate, Status};

/// A page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The log that `entries` belong to.
    pub log: Option<LogId>,
    /// What it shows, oldest first.
    pub entries: Vec<Entry>,
    /// What is missing among it.
    pub gaps: Vec<Gap>,
    /// Own acts that are no entries yet.
    pub own: Vec<OwnAct>,
    /// Who is here.
    pub roster: Roster,
    /// The user here.
    pub you: Option<You>,
    /// The link.
    pub status: Option<Status>,
    /// The newest place that is known; `None` until the first entry or gap of a log.
    cursor: Option<Seq>,
}

impl Page {
    /// One that comes to the room as it stands.
    pub fn of(room: RoomSnapshot) -> Self {
        let mut page = Self::default();
        page.show(room);
        page
    }

    /// The newest place that it knows.
    pub fn cursor(&self) -> Option<Cursor> {
        self.log.clone().zip(self.cursor).map(|(log, seq)| Cursor { log, seq })
    }

    /// Takes an update in.
    pub fn apply(&mut self, update: RoomUpdate) {
        match update {
            RoomUpdate::Snapshot { room } => {
                assert!(!room.resumed, "the session itself only starts over");
                self.show(*room);
            }
            RoomUpdate::Status { status } => self.status = Some(status),
            RoomUpdate::Welcomed { you, log, .. } => {
                if self.log.as_ref() != Some(&log) {
                    self.entries.clear();
                    self.gaps.clear();
                    self.roster.begin_anew();
                    self.cursor = None;
                }
                self.log = Some(log);
                self.you = you;
            }
            RoomUpdate::Entries { entries } => {
                for entry in entries {
                    self.roster.follow(&entry);
                    self.add(entry);
                }
            }
            RoomUpdate::Gap { gap } => self.skip(gap),
            RoomUpdate::Own { act } => {
                let is_entry = self.entries.iter().any(|entry| entry.id == Some(act.id));
                assert!(!is_entry, "it is an entry already: {act:?}");
                match self.own.iter_mut().find(|own| own.id == act.id) {
                    Some(own) => *own = act,
                    None => self.own.push(act),
                }
            }
            RoomUpdate::Dropped { id } => self.own.retain(|act| act.id != id),
            RoomUpdate::People { people, online, at } => self.roster = Roster::told(people, online, at),
            RoomUpdate::Roster { joined, left, online } => self.roster.change(&joined, &left, online),
            RoomUpdate::You { nickname } => {
                if let Some(you) = &mut self.you {
                    you.nickname = nickname;
                }
            }
            RoomUpdate::Older { page, .. } => {
                self.own.retain(|act| page.entries.iter().all(|entry| entry.id != Some(act.id)));
            }
            RoomUpdate::About { .. }
            | RoomUpdate::Lines { .. }
            | RoomUpdate::Typing { .. }
            | RoomUpdate::Rules { .. }
            | RoomUpdate::Found { .. }
            | RoomUpdate::Keeping { .. }
            | RoomUpdate::RenameRefused { .. } => {}
        }
    }

    /// Takes a snapshot in, which goes on from what it has (`resumed`), or replaces it.
    pub fn show(&mut self, mut room: RoomSnapshot) {
        if room.resumed {
            assert_eq!(self.log, room.log, "it goes on in the same log");
        } else {
            *self = Self::default();
        }
        let cursor = self.cursor;
        let mut gaps = room.gaps.iter().filter(|gap| Some(gap.to) > cursor).copied().peekable();
        for entry in std::mem::take(&mut room.entries) {
            while let Some(gap) = gaps.next_if(|gap| gap.to <= entry.prev) {
                self.skip(gap);
            }
            self.add(entry);
        }
        gaps.for_each(|gap| self.skip(gap));
        self.roster = Roster::of(&room, &self.entries);
        let RoomSnapshot { log, own, you, status, .. } = room;
        (self.log, self.own, self.you, self.status) = (log, own, you, Some(status));
    }

    fn add(&mut self, entry: Entry) {
        assert!(self.cursor.is_none_or(|cursor| cursor == entry.prev), "a hole before {entry:?}");
        self.cursor = Some(entry.seq);
        self.own.retain(|act| Some(act.id) != entry.id);
        if let Some(line) = entry.body.removes() {
            self.entries.iter_mut().for_each(|entry| take_away(entry, line));
        }
        self.entries.push(entry);
    }

    fn skip(&mut self, gap: Gap) {
        // One that goes on where the newest ended takes its place.
        let cursor = self.cursor;
        let longer = self.gaps.pop_if(|newest| newest.after == gap.after && cursor == Some(newest.to));
        let fits = cursor.is_none_or(|cursor| cursor == gap.after) || longer.is_some();
        assert!(fits, "a gap elsewhere: {gap:?}");
        self.cursor = Some(gap.to);
        self.gaps.push(gap);
    }

    /// Acts that failed, and wait for the user.
    pub fn failed(&self) -> Vec<PostId> {
        let failed = |act: &&OwnAct| matches!(act.state, ActState::Failed { .. });
        self.own.iter().filter(failed).map(|act| act.id).collect()
    }

    /// The invariant of the session: the updates so far make what a page makes of the snapshot.
    pub fn check(&self, room: &RoomSnapshot) {
        assert_eq!(self.log, room.log);
        assert_eq!(self.entries, room.entries);
        assert_eq!(self.gaps, room.gaps);
        assert_eq!(self.own, room.own);
        assert_eq!(self.here(), Self::of(room.clone()).here());
        assert_eq!(self.you, room.you);
        let reconnecting = |status| matches!(status, Some(Status::Reconnecting { .. }));
        let told = self.status.clone();
        assert!(
            told == Some(room.status.clone())
                || reconnecting(told) && reconnecting(Some(room.status.clone()))
        );
    }

    /// From where it begins, it shows the log, or tells what is gone. `history`: all that the log has ever held.
    pub fn shows(&self, history: &[Entry]) {
        let first = self.gaps.first().map(|gap| gap.after).into_iter();
        let first = first.chain(self.entries.first().map(|entry| entry.prev)).min().expect("some entries");
        let in_gap =
            |entry: &&Entry| self.gaps.iter().any(|gap| entry.seq > gap.after && entry.seq <= gap.to);
        let shown = history.iter().filter(|entry| entry.seq > first && !in_gap(entry));
        let (shown, entries): (Vec<_>, Vec<_>) = (shown.collect(), self.entries.iter().collect());
        assert_eq!(entries.len(), shown.len(), "the page shows the log");
        for (entry, held) in entries.into_iter().zip(shown) {
            // Whoever has missed that a line was taken away has it yet.
            let line = entry.body.about().unwrap_or(entry.seq);
            let is_missed = |held: &Entry| {
                let tells = |entry: &&Entry| entry.body.removes() == Some(line) && in_gap(entry);
                held.body == Body::Erased && history.iter().any(|entry| tells(&entry))
            };
            assert!(entry == held || is_missed(held), "the page shows the log: {entry:?}, not {held:?}");
        }
    }

    /// Who is here, in whatever order, and how many.
    pub fn here(&self) -> (BTreeSet<(MemberId, String)>, u32) {
        (names(self.roster.people()), self.roster.online())
    }
}

/// A line was taken away: what an entry says of it goes as well.
pub fn take_away(entry: &mut Entry, line: Seq) {
    let is_about = entry.body.about() == Some(line) && entry.body.removes().is_none();
    if entry.seq == line || is_about {
        entry.body = Body::Erased;
    }
}

/// People by who they are and what they are called.
pub fn names(people: &[Person]) -> BTreeSet<(MemberId, String)> {
    people.iter().map(|person| (person.member.clone(), person.nickname.to_string())).collect()
}

//! What a page makes of the updates. It trusts nothing: whatever does not fit is a failure.

use std::collections::BTreeSet;

use hearth_client::{ActState, OwnAct, RoomSnapshot, RoomUpdate, Status};
use hearth_protocol::{Entry, Gap, LogId, MemberId, Person, PostId, Seq, You};

/// A page.
#[derive(Debug, Default)]
pub(super) struct Page {
    log: Option<LogId>,
    pub(super) entries: Vec<Entry>,
    pub(super) gaps: Vec<Gap>,
    pub(super) own: Vec<OwnAct>,
    pub(super) people: Vec<Person>,
    pub(super) online: u32,
    pub(super) you: Option<You>,
    pub(super) status: Option<Status>,
    /// The newest place that is known; `None` until the first entry or gap of a log.
    cursor: Option<Seq>,
}

impl Page {
    /// Takes an update in. `history` is all that the log has ever held.
    pub(super) fn apply(&mut self, update: RoomUpdate, history: &[Entry]) {
        match update {
            RoomUpdate::Snapshot { room } => {
                assert!(!room.resumed, "the session itself only starts over");
                self.log = room.log;
                self.cursor = None;
                (self.entries, self.gaps, self.own) = (room.entries, room.gaps, room.own);
                (self.people, self.online) = (room.people, room.online);
            }
            RoomUpdate::Status { status } => self.status = Some(status),
            RoomUpdate::Welcomed { you, log, .. } => {
                if self.log.as_ref() != Some(&log) {
                    self.entries.clear();
                    self.gaps.clear();
                    self.cursor = None;
                }
                self.log = Some(log);
                self.you = you;
            }
            RoomUpdate::Entries { entries } => {
                for entry in entries {
                    self.add(entry, history);
                }
            }
            RoomUpdate::Gap { gap } => {
                // One that goes on where the newest ended takes its place.
                let cursor = self.cursor;
                let longer =
                    self.gaps.pop_if(|newest| newest.after == gap.after && cursor == Some(newest.to));
                let fits = cursor.is_none_or(|cursor| cursor == gap.after) || longer.is_some();
                assert!(fits, "a gap elsewhere: {gap:?}");
                self.cursor = Some(gap.to);
                self.gaps.push(gap);
            }
            RoomUpdate::Own { act } => {
                let is_entry = self.entries.iter().any(|entry| entry.id == Some(act.id));
                assert!(!is_entry, "it is an entry already: {act:?}");
                match self.own.iter_mut().find(|own| own.id == act.id) {
                    Some(own) => *own = act,
                    None => self.own.push(act),
                }
            }
            RoomUpdate::Dropped { id } => self.own.retain(|line| line.id != id),
            RoomUpdate::Older { page, .. } => {
                for entry in page.entries {
                    assert_eq!(Some(&entry), at(history, entry.seq), "a page of history is history");
                    self.own.retain(|line| Some(line.id) != entry.id);
                }
            }
            RoomUpdate::People { people, online } => (self.people, self.online) = (people, online),
            RoomUpdate::Roster { joined, left, online } => {
                self.people.retain(|person| !left.contains(&person.member));
                for person in joined {
                    self.people.retain(|known| known.member != person.member);
                    self.people.push(person);
                }
                self.online = online;
            }
            RoomUpdate::You { nickname } => {
                if let Some(you) = &mut self.you {
                    you.nickname = nickname;
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, entry: Entry, history: &[Entry]) {
        assert!(self.cursor.is_none_or(|cursor| cursor == entry.prev), "a hole before {entry:?}");
        assert_eq!(Some(&entry), at(history, entry.seq), "what is shown is what the log holds");
        self.cursor = Some(entry.seq);
        self.own.retain(|line| Some(line.id) != entry.id);
        self.entries.push(entry);
    }

    /// Lines that failed, and wait for the user.
    pub(super) fn failed(&self) -> Vec<PostId> {
        let failed = |line: &&OwnAct| matches!(line.state, ActState::Failed { .. });
        self.own.iter().filter(failed).map(|line| line.id).collect()
    }

    /// The updates so far make what a snapshot shows.
    pub(super) fn is(&self, room: &RoomSnapshot) {
        assert_eq!(self.log, room.log);
        assert_eq!(self.entries, room.entries);
        assert_eq!(self.gaps, room.gaps);
        assert_eq!(self.own, room.own);
        assert_eq!(names(&self.people), names(&room.people));
        assert_eq!((self.online, &self.you), (room.online, &room.you));
    }

    /// From where it begins, it shows the log, or tells what is gone.
    pub(super) fn shows(&self, history: &[Entry]) {
        let first = self.gaps.first().map(|gap| gap.after).into_iter();
        let first = first.chain(self.entries.first().map(|entry| entry.prev)).min().expect("some entries");
        let in_gap =
            |entry: &&Entry| self.gaps.iter().any(|gap| entry.seq > gap.after && entry.seq <= gap.to);
        let shown = history.iter().filter(|entry| entry.seq > first && !in_gap(entry));
        assert!(self.entries.iter().eq(shown), "the page shows the log");
    }
}

/// The entry at a place.
pub(super) fn at(history: &[Entry], seq: Seq) -> Option<&Entry> {
    history.binary_search_by_key(&seq, |entry| entry.seq).ok().map(|at| &history[at])
}

pub(super) fn names(people: &[Person]) -> BTreeSet<(MemberId, String)> {
    people.iter().map(|person| (person.member.clone(), person.nickname.to_string())).collect()
}

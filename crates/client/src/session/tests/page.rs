//! What a page does with the updates. It trusts nothing: whatever does not fit is a failure.

use std::collections::BTreeSet;

use hearth_protocol::{Gap, Person};

use super::*;

#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) log: Option<LogId>,
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
    pub(super) fn apply(&mut self, update: RoomUpdate) {
        match update {
            RoomUpdate::Snapshot { room } => {
                assert!(!room.resumed, "the session itself only starts over");
                self.log = room.log;
                self.cursor = None;
                (self.entries, self.gaps, self.own) = (room.entries, room.gaps, room.own);
                (self.people, self.online) = (room.people, room.online);
                (self.you, self.status) = (room.you, Some(room.status));
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
            RoomUpdate::Entries { entries } => entries.into_iter().for_each(|entry| self.add(entry)),
            RoomUpdate::Gap { gap } => {
                // One that goes on where the newest ended takes its place.
                let cursor = self.cursor;
                let ends_here = |newest: &mut Gap| cursor.is_none_or(|cursor| cursor == newest.to);
                let longer = self.gaps.pop_if(|newest| newest.after == gap.after && ends_here(newest));
                let fits = self.cursor.is_none_or(|cursor| cursor == gap.after) || longer.is_some();
                assert!(fits, "a gap elsewhere");
                self.cursor = Some(gap.to);
                self.gaps.push(gap);
            }
            RoomUpdate::Own { act } => {
                assert!(self.entries.iter().all(|entry| entry.id != Some(act.id)), "it is an entry already");
                match self.own.iter_mut().find(|own| own.id == act.id) {
                    Some(own) => *own = act,
                    None => self.own.push(act),
                }
            }
            RoomUpdate::Dropped { id } => self.own.retain(|act| act.id != id),
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
            RoomUpdate::Older { page, .. } => {
                self.own.retain(|act| page.entries.iter().all(|entry| entry.id != Some(act.id)));
            }
            RoomUpdate::Found { .. } | RoomUpdate::Keeping { .. } | RoomUpdate::RenameRefused { .. } => {}
        }
    }

    fn add(&mut self, entry: Entry) {
        assert!(
            self.cursor.is_none_or(|cursor| cursor == entry.prev),
            "something is missing before {entry:?}"
        );
        self.cursor = Some(entry.seq);
        self.own.retain(|act| Some(act.id) != entry.id);
        self.entries.push(entry);
    }

    /// The invariant of the session: the updates so far make what a snapshot shows.
    pub(super) fn check(&self, room: &RoomSnapshot) {
        assert_eq!(self.log, room.log);
        assert_eq!(self.entries, room.entries);
        assert_eq!(self.gaps, room.gaps);
        assert_eq!(self.own, room.own);
        assert_eq!(names(&self.people), names(&room.people));
        assert_eq!(self.online, room.online);
        assert_eq!(self.you, room.you);
        let reconnecting = |status| matches!(status, Some(Status::Reconnecting { .. }));
        let told = self.status.clone();
        assert!(
            told == Some(room.status.clone())
                || reconnecting(told) && reconnecting(Some(room.status.clone()))
        );
    }
}

pub(super) fn names(people: &[Person]) -> BTreeSet<(MemberId, String)> {
    people.iter().map(|person| (person.member.clone(), person.nickname.to_string())).collect()
}

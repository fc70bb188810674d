//! [pure] What was heard of the rooms on this network: coming, going, and going only for a moment.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::Instant;

use super::NearbyRoom;

/// Rooms on one network: more than anybody reads through, and all that a flood of made-up ones gets.
const MOST_ROOMS: usize = 200;

/// A room of which two answers in a row were lost is asked for once more before it is shown as gone.
pub(super) const LAST_CHANCE: Duration = Duration::from_millis(600);

/// The rooms by the full names of their announcements, of which there is one each.
#[derive(Debug, Default)]
pub(super) struct Heard {
    rooms: BTreeMap<String, Announced>,
    /// Where the last round of questions ended.
    asked: Option<String>,
}

#[derive(Debug)]
struct Announced {
    room: NearbyRoom,
    /// When it counts as gone, unless it is heard of again.
    gone_at: Option<Instant>,
}

impl Heard {
    /// A room is announced. `None` when what is announced under that name makes no sense.
    pub(super) fn resolved(&mut self, name: &str, room: Option<NearbyRoom>) {
        let Some(room) = room else {
            self.rooms.remove(name);
            return;
        };
        if self.rooms.len() < MOST_ROOMS || self.rooms.contains_key(name) {
            self.rooms.insert(name.to_owned(), Announced { room, gone_at: None });
        }
    }

    /// An announcement was taken back, or has run out. Gives whether there was any.
    pub(super) fn removed(&mut self, name: &str, now: Instant) -> bool {
        let Some(announced) = self.rooms.get_mut(name) else { return false };
        announced.gone_at.get_or_insert(now + LAST_CHANCE);
        true
    }

    /// When a room is gone.
    pub(super) fn due(&self) -> Option<Instant> {
        self.rooms.values().filter_map(|announced| announced.gone_at).min()
    }

    /// Lets go of those whose time has come.
    pub(super) fn expire(&mut self, now: Instant) {
        self.rooms.retain(|_, announced| announced.gone_at.is_none_or(|at| now < at));
    }

    /// Nothing that was heard counts any more, unless it is heard again.
    pub(super) fn doubt_all(&mut self, until: Instant) {
        for announced in self.rooms.values_mut() {
            announced.gone_at.get_or_insert(until);
        }
    }

    /// The next announcements to ask for, at most so many, taking turns.
    pub(super) fn next_to_ask(&mut self, most: usize) -> Vec<String> {
        let after = self.asked.take();
        let behind = |name: &&String| after.as_ref().is_none_or(|after| *name > after);
        let (later, sooner): (Vec<_>, Vec<_>) = self.rooms.keys().partition(behind);
        let turn: Vec<_> = later.into_iter().chain(sooner).take(most).cloned().collect();
        self.asked = turn.last().cloned();
        turn
    }

    /// The rooms, by name; of one name, by address.
    pub(super) fn list(&self) -> Vec<NearbyRoom> {
        let mut rooms: Vec<_> = self.rooms.values().map(|announced| announced.room.clone()).collect();
        rooms.sort();
        rooms.dedup();
        rooms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str, n: u8) -> NearbyRoom {
        let addresses = vec![[10, 0, 0, n].into()];
        NearbyRoom { name: name.to_owned(), addresses, port: 8080, key: None, invite: false }
    }

    #[expect(clippy::disallowed_methods, reason = "any time will do")]
    fn begin() -> Instant {
        Instant::now()
    }

    #[test]
    fn rooms_come_and_go() {
        let mut heard = Heard::default();
        let start = begin();
        heard.resolved("b", Some(room("读书会", 2)));
        heard.resolved("a", Some(room("茶", 1)));
        assert_eq!(heard.list(), [room("茶", 1), room("读书会", 2)]);
        assert!(heard.removed("a", start) && !heard.removed("c", start));
        heard.expire(start);
        assert_eq!(heard.list().len(), 2, "it has its last chance");
        assert_eq!(heard.due(), Some(start + LAST_CHANCE));
        heard.expire(start + LAST_CHANCE);
        assert_eq!(heard.list(), [room("读书会", 2)]);
    }

    #[test]
    fn a_room_that_is_heard_of_again_never_went() {
        let mut heard = Heard::default();
        let start = begin();
        heard.resolved("a", Some(room("茶", 1)));
        heard.removed("a", start);
        heard.resolved("a", Some(room("茶", 9)));
        heard.expire(start + LAST_CHANCE * 2);
        assert_eq!(heard.list(), [room("茶", 9)]);
    }

    #[test]
    fn look_alikes_are_two_and_repeats_are_one() {
        let mut heard = Heard::default();
        for (name, n) in [("a", 1), ("b", 2), ("c", 2)] {
            heard.resolved(name, Some(room("茶", n)));
        }
        assert_eq!(heard.list(), [room("茶", 1), room("茶", 2)]);
        heard.resolved("a", None);
        assert_eq!(heard.list(), [room("茶", 2)]);
    }

    #[test]
    fn a_flood_is_bounded_and_changes_nothing_for_those_who_were_first() {
        let mut heard = Heard::default();
        heard.resolved("first", Some(room("茶", 1)));
        for n in 0..5000 {
            heard.resolved(&format!("flood {n}"), Some(room(&format!("洪 {n}"), 2)));
        }
        assert_eq!(heard.list().len(), MOST_ROOMS);
        heard.resolved("first", Some(room("茶", 3)));
        assert!(heard.list().contains(&room("茶", 3)));
    }

    #[test]
    fn everybody_is_asked_in_turn() {
        let mut heard = Heard::default();
        for name in ["a", "b", "c"] {
            heard.resolved(name, Some(room(name, 1)));
        }
        assert_eq!(heard.next_to_ask(2), ["a", "b"]);
        assert_eq!(heard.next_to_ask(2), ["c", "a"]);
        assert_eq!(heard.next_to_ask(9), ["b", "c", "a"]);
    }
}

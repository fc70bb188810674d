//! Recent rooms are those that the user has left lately, so that coming back is one click and not a search for the
//! link. Pure.

use hearth_client::JoinAddress;
use hearth_protocol::KeyHash;

use crate::api::rooms::{RecentId, RecentRoom};
use crate::state::remembered::RememberedRoom;

/// As many as anybody looks through.
const MOST: usize = 8;

/// The rooms, the one that was left last first. Nothing that was said in them is kept, but what opens their doors is: it
/// is used for whoever comes back by this list, and for no other link to the same address.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    rooms: Vec<(RecentId, RememberedRoom)>,
    ids: u32,
}

impl Recent {
    /// Those of the last time.
    pub(crate) fn new(rooms: Vec<RememberedRoom>) -> Self {
        let mut recent = Self::default();
        for room in rooms.into_iter().take(MOST).rev() {
            recent.put(room);
        }
        recent
    }

    /// A room was left.
    pub(crate) fn left(&mut self, room: RememberedRoom) {
        if let Ok(address) = JoinAddress::parse(&room.url) {
            self.entered(&address, room.key.as_ref());
        }
        self.put(RememberedRoom { kept: None, ..room });
        self.rooms.truncate(MOST);
    }

    /// The user is in the room of this key at this address: nobody looks for the way there. Whether it was one of these.
    pub(crate) fn entered(&mut self, address: &JoinAddress, key: Option<&KeyHash>) -> bool {
        self.keep(|(_, room)| !is_same(room, address, key))
    }

    /// The user does not want to see this one any more. Whether it was there.
    pub(crate) fn forget(&mut self, id: RecentId) -> bool {
        self.keep(|(known, _)| *known != id)
    }

    pub(crate) fn find(&self, id: RecentId) -> Option<&RememberedRoom> {
        self.rooms.iter().find(|(known, _)| *known == id).map(|(_, room)| room)
    }

    /// As the page shows them.
    pub(crate) fn shown(&self) -> Vec<RecentRoom> {
        let shown = |(id, room): &(RecentId, RememberedRoom)| RecentRoom {
            id: *id,
            name: room.name.clone(),
            address: room.url.clone(),
        };
        self.rooms.iter().map(shown).collect()
    }

    /// To be kept on the disk.
    pub(crate) fn rooms(&self) -> Vec<RememberedRoom> {
        self.rooms.iter().map(|(_, room)| room.clone()).collect()
    }

    fn put(&mut self, room: RememberedRoom) {
        self.ids += 1;
        self.rooms.insert(0, (RecentId(self.ids), room));
    }

    /// Gives whether any went.
    fn keep(&mut self, stays: impl Fn(&(RecentId, RememberedRoom)) -> bool) -> bool {
        let before = self.rooms.len();
        self.rooms.retain(stays);
        self.rooms.len() < before
    }
}

/// A room is known by the key of its host; where one of the two keys is not known, by its place, with TLS or without.
fn is_same(room: &RememberedRoom, address: &JoinAddress, key: Option<&KeyHash>) -> bool {
    if let (Some(own), Some(key)) = (&room.key, key) {
        return own == key;
    }
    let place = |address: &JoinAddress| (address.host.clone(), address.port, address.path.clone());
    JoinAddress::parse(&room.url).is_ok_and(|own| place(&own) == place(address))
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{MemberToken, Secret};

    use super::*;

    fn key(n: u8) -> KeyHash {
        KeyHash::of_sha256(&[n; 32])
    }

    /// With a key, unless `n` is 0.
    fn room(url: &str, n: u8) -> RememberedRoom {
        RememberedRoom {
            url: url.to_owned(),
            name: Some(format!("房间 {n}")),
            token: Some(MemberToken::from_random(n.into())),
            key: (n > 0).then(|| key(n)),
            secret: (n > 0).then(|| Secret::from_random(n.into())),
            kept: Some(uuid::Uuid::from_u128(n.into())),
        }
    }

    fn left(rooms: &[RememberedRoom]) -> Recent {
        let mut recent = Recent::default();
        rooms.iter().cloned().for_each(|room| recent.left(room));
        recent
    }

    fn names(recent: &Recent) -> Vec<String> {
        recent.shown().into_iter().filter_map(|room| room.name).collect()
    }

    fn at(url: &str) -> JoinAddress {
        JoinAddress::parse(url).expect("an address")
    }

    #[test]
    fn the_last_ones_come_first_and_each_once() {
        let mut recent = Recent::default();
        for n in 1..=20 {
            recent.left(room(&format!("wss://192.168.1.{n}:8080"), n));
        }
        assert_eq!(names(&recent), (13..=20).rev().map(|n| format!("房间 {n}")).collect::<Vec<_>>());
        recent.left(room("wss://192.168.1.15:8080", 15));
        assert_eq!((names(&recent)[0].as_str(), recent.shown().len()), ("房间 15", MOST));
        assert!(recent.rooms().iter().all(|room| room.kept.is_none()), "nothing of what was said is kept");
        assert_eq!(Recent::new(recent.rooms()).rooms(), recent.rooms(), "so it is at the next start");
        assert_eq!(Recent::new(vec![room("ws://h:1", 0); 20]).rooms().len(), MOST);
    }

    #[test]
    fn each_is_found_by_its_id_alone() {
        let (tea, books) = (room("wss://a:1", 1), room("ws://a:1", 2));
        let mut recent = left(&[tea.clone(), books]);
        let ids: Vec<_> = recent.shown().iter().map(|room| room.id).collect();
        let found = recent.find(ids[1]).expect("it is there");
        assert_eq!(
            (&found.token, &found.secret),
            (&tea.token, &tea.secret),
            "the door is opened by what opened it"
        );
        assert!(recent.forget(ids[1]) && !recent.forget(ids[1]));
        assert_eq!(names(&recent), ["房间 2"]);
        recent.left(tea);
        assert!(!ids.contains(&recent.shown()[0].id), "no id comes twice");
    }

    #[test]
    fn a_room_that_is_entered_leaves_the_list_wherever_it_is_now() {
        let mut recent = left(&[room("wss://192.168.1.23:8080", 1), room("wss://192.168.1.23:8080", 2)]);
        assert_eq!(recent.shown().len(), 2, "two rooms may have the same address, one after the other");
        assert!(recent.entered(&at("wss://192.168.1.99:8080"), Some(&key(1))), "the host has moved");
        assert_eq!(names(&recent), ["房间 2"]);
        assert!(!recent.entered(&at("wss://192.168.1.23:8080"), Some(&key(3))), "another one is there now");

        let mut typed = left(&[room("ws://192.168.1.23:8080", 0)]);
        assert!(!typed.entered(&at("ws://192.168.1.23:8081"), None));
        assert!(
            typed.entered(&at("wss://192.168.1.23:8080"), Some(&key(1))),
            "it was left before its key was known"
        );
    }
}

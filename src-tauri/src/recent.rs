//! Rooms that the user has left lately, so that coming back is one click and not a search for the link. Pure.

use hearth_client::{JoinAddress, fragment};
use hearth_protocol::KeyHash;

use crate::api::RecentRoom;
use crate::rooms_file::RememberedRoom;

/// As many as anybody looks through.
const MOST: usize = 8;

/// The rooms, the one that was left last first. Nothing that was said in them is kept.
#[derive(Debug, Default)]
pub(crate) struct Recent(Vec<RememberedRoom>);

impl Recent {
    pub(crate) fn new(mut rooms: Vec<RememberedRoom>) -> Self {
        rooms.truncate(MOST);
        Self(rooms)
    }

    /// A room was left.
    pub(crate) fn left(&mut self, room: RememberedRoom) {
        self.0.retain(|known| known.url != room.url);
        self.0.insert(0, RememberedRoom { kept: None, ..room });
        self.0.truncate(MOST);
    }

    /// The user is in a room at this address: nobody looks for the way there. Whether one of these was meant.
    pub(crate) fn entered(&mut self, address: &JoinAddress) -> bool {
        self.drop_if(|room| is_at(room, address))
    }

    /// The user does not want to see this one any more. Whether it was there.
    pub(crate) fn forget(&mut self, link: &str) -> bool {
        self.drop_if(|room| self::link(room) == link)
    }

    /// The room that an invitation leads to: another one may have its address by now, which its key tells.
    pub(crate) fn find(&self, address: &JoinAddress, key: Option<&KeyHash>) -> Option<&RememberedRoom> {
        self.0.iter().find(|room| is_at(room, address) && room.key.as_ref() == key)
    }

    /// As the page shows them.
    pub(crate) fn shown(&self) -> Vec<RecentRoom> {
        let shown = |room: &RememberedRoom| RecentRoom {
            name: room.name.clone(),
            address: room.url.clone(),
            link: link(room),
        };
        self.0.iter().map(shown).collect()
    }

    /// To be kept on the disk.
    pub(crate) fn rooms(&self) -> &[RememberedRoom] {
        &self.0
    }

    fn drop_if(&mut self, is_gone: impl Fn(&RememberedRoom) -> bool) -> bool {
        let before = self.0.len();
        self.0.retain(|room| !is_gone(room));
        self.0.len() < before
    }
}

fn is_at(room: &RememberedRoom, address: &JoinAddress) -> bool {
    JoinAddress::parse(&room.url).as_ref() == Ok(address)
}

/// The link that leads there, as [`hearth_client::Invitation::parse`] reads it.
fn link(room: &RememberedRoom) -> String {
    let fragment = fragment(room.secret.as_ref(), room.key.as_ref());
    if fragment.is_empty() { room.url.clone() } else { format!("{}#{fragment}", room.url) }
}

#[cfg(test)]
mod tests {
    use hearth_client::Invitation;
    use hearth_protocol::{MemberToken, Secret};

    use super::*;

    fn room(url: &str, n: u8) -> RememberedRoom {
        RememberedRoom {
            url: url.to_owned(),
            name: Some(format!("房间 {n}")),
            token: Some(MemberToken::from_random(n.into())),
            key: (n > 0).then(|| KeyHash::of_sha256(&[n; 32])),
            secret: (n > 0).then(|| Secret::from_random(n.into())),
            kept: Some(uuid::Uuid::from_u128(n.into())),
        }
    }

    fn names(recent: &Recent) -> Vec<String> {
        recent.shown().into_iter().filter_map(|room| room.name).collect()
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
        assert_eq!(names(&Recent::new(vec![room("ws://h:1", 0); 20])).len(), MOST);
    }

    #[test]
    fn its_link_leads_back_in_as_the_same_member() {
        for known in [room("wss://192.168.1.23:8080", 1), room("ws://chat.example.org:80/room", 0)] {
            let mut recent = Recent::default();
            recent.left(known.clone());
            let [shown] = &recent.shown()[..] else { panic!("one") };
            let Invitation { address, key, secret } = Invitation::parse(&shown.link).expect("a link");
            assert_eq!((address.to_string(), &key, &secret), (known.url, &known.key, &known.secret));
            let found = recent.find(&address, key.as_ref()).expect("it is known");
            assert_eq!(found.token, known.token);
            let other = KeyHash::of_sha256(&[9; 32]);
            assert!(recent.find(&address, Some(&other)).is_none(), "it is another room's address by now");
            assert!(recent.entered(&address) && !recent.entered(&address));
            assert!(recent.shown().is_empty());
        }
    }

    #[test]
    fn one_that_is_not_wanted_any_more_goes() {
        let mut recent = Recent::default();
        recent.left(room("ws://a:1", 0));
        recent.left(room("wss://b:1", 2));
        let link = recent.shown()[0].link.clone();
        assert!(recent.forget(&link) && !recent.forget(&link));
        assert_eq!(names(&recent), ["房间 0"]);
    }
}

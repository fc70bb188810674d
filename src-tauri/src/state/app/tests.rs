use hearth_client::{Credentials, RoomClient, RoomOptions};
use hearth_host::{Access, AddressKind, Outside, Storage, WayIn};
use hearth_protocol::{KeyHash, Nickname, Rules, Secret};
use tauri::async_runtime::spawn;

use super::*;
use crate::api::hosting::{Reach, Retention, RoomProblem, ShareAddress};
use crate::api::rooms::RoomId;

const LOOPBACK: &str = "ws://127.0.0.1:8080";

fn hosted_room(key: &RoomKey) -> OpenRoom {
    let address = JoinAddress::parse(LOOPBACK).expect("an address");
    let client = RoomClient::join(RoomOptions {
        address: address.clone(),
        nickname: Nickname::new("阿明").expect("a nickname"),
        token: None,
        key: None,
        credentials: Credentials::default(),
        keep_trying: true,
        keep: None,
        only_lines: false,
    });
    OpenRoom {
        key: key.clone(),
        address,
        pin: None,
        secret: None,
        best: None,
        name: Some("围炉夜话".to_owned()),
        hosted: true,
        file: None,
        kept: None,
        token: None,
        client,
        watcher: spawn(async {}),
        forwarder: None,
    }
}

fn on(room: &RoomKey, urls: &[&str]) -> Hosting {
    let shared =
        |url: &&str| ShareAddress { url: (*url).to_owned(), page: String::new(), kind: AddressKind::Lan };
    Hosting::On {
        port: 8080,
        asked_port: 8080,
        reach: Reach::Network,
        foreign_pages: false,
        access: Access::default(),
        invites: Vec::new(),
        rules: Rules::default(),
        fragment: String::new(),
        addresses: urls.iter().map(shared).collect(),
        way_in: WayIn::Addresses,
        outside: Outside::Off,
        room: room.clone(),
        id: RoomId("a-room".to_owned()),
        visit: None,
        storage: Storage::Fine,
    }
}

fn own(id: &str, problem: Option<RoomProblem>) -> OwnRoom {
    OwnRoom {
        id: RoomId(id.to_owned()),
        name: format!("房间 {id}"),
        bytes: 0,
        last_at: None,
        retention: Retention::default(),
        problem,
    }
}

#[tokio::test]
async fn a_room_of_ones_own_is_listed_hosted_or_not_under_one_key() {
    let mut state = State::new(Settings::default(), Remembered::default());
    let shown = |state: &State| -> Vec<(String, bool)> {
        state.listed().into_iter().map(|room| (room.key.0, room.hosted)).collect()
    };
    state.set_own_rooms(vec![own("a", None), own("b", None), own("c", Some(RoomProblem::InUse))]);
    let resting = |id: &str| (format!("own-{id}"), false);
    assert_eq!(shown(&state), [resting("a"), resting("b")], "what cannot be read is in its own list");
    let key = RoomId("b".to_owned()).key();
    assert_eq!(state.resting_at(&key), Some(RoomId("b".to_owned())));

    state.add(hosted_room(&key));
    assert_eq!(shown(&state), [("own-b".to_owned(), true), resting("a")]);
    assert_eq!(state.resting_at(&key), None, "it is not read while others are told of it");
    assert!(state.remembered().rooms.is_empty(), "neither is joined at the next start");
    state.remove(&key);
    assert_eq!(shown(&state), [resting("a"), resting("b")]);
    assert_eq!(RoomKey("room-1".to_owned()).own(), None);
    state.set_own_rooms(vec![own("a", None)]);
    assert_eq!(state.resting_at(&key), None, "it was deleted");
}

#[tokio::test]
async fn a_link_to_pass_on_opens_nothing() {
    let with = |url: &str, pin: Option<KeyHash>| {
        let mut room = hosted_room(&RoomKey("room-1".to_owned()));
        room.address = JoinAddress::parse(url).expect("an address");
        (room.pin, room.secret) = (pin, Some(Secret::from_random(7)));
        room.link()
    };
    let key = KeyHash::of_sha256(&[7; 32]);
    let pinned = with("wss://192.168.1.23:8080", Some(key.clone()));
    assert_eq!(pinned, format!("http://192.168.1.23:8080/#p={key}"));
    assert_eq!(with("ws://192.168.1.23:8080", None), "http://192.168.1.23:8080/");
    assert_eq!(with("ws://[fd00::5]:8081", None), "http://[fd00::5]:8081/");
    assert!(with("wss://chat.example.org/room", None).starts_with("https://chat.example.org"));
}

/// A room that was joined at this address, by a link with the key of this number unless that is 0.
fn joined_room(name: &str, address: &str, n: u8) -> OpenRoom {
    let pin = (n > 0).then(|| KeyHash::of_sha256(&[n; 32]));
    let address = JoinAddress::parse(address).expect("an address");
    OpenRoom { address, hosted: false, pin, ..hosted_room(&RoomKey(name.to_owned())) }
}

fn linked(state: &State, link: &str) -> Known {
    let Invitation { address, key, .. } = Invitation::parse(link).expect("a link");
    state.known(&address, key.as_ref())
}

fn open(name: &str) -> Known {
    Known::Open(RoomKey(name.to_owned()))
}

#[tokio::test]
async fn a_room_is_known_by_its_key_and_by_its_address_only_without_one() {
    let key = |n: u8| KeyHash::of_sha256(&[n; 32]);
    let mut state = State::new(Settings::default(), Remembered::default());
    state.add(joined_room("tea", "wss://192.168.1.23:8080", 1));
    state.add(joined_room("books", "wss://nas.local:8080", 2));
    state.add(joined_room("old", "ws://192.168.1.99:8080/chat", 0));
    for (link, known) in [
        (format!("http://192.168.1.23:8080/#p={}", key(1)), open("tea")),
        (format!("hearth://10.9.9.9:1234#p={}", key(1)), open("tea")),
        (format!("http://192.168.1.23:8080/#p={}", key(2)), open("books")),
        (format!("http://192.168.1.23:8080/#p={}", key(3)), Known::OtherKey),
        (format!("http://192.168.1.24:8080/#p={}", key(3)), Known::No),
        (format!("ws://192.168.1.99:8080/chat#p={}", key(3)), Known::No),
        ("192.168.1.23".to_owned(), open("tea")),
        ("ws://192.168.1.23:8080".to_owned(), open("tea")),
        ("NAS.local".to_owned(), open("books")),
        ("http://192.168.1.99:8080/chat".to_owned(), open("old")),
        ("http://192.168.1.99:8080/".to_owned(), Known::No),
        ("192.168.1.23:8081".to_owned(), Known::No),
    ] {
        assert_eq!(linked(&state, &link), known, "{link}");
    }
    assert_eq!(state.of_key(&key(2)), Some(RoomKey("books".to_owned())));
    assert_eq!(state.of_key(&key(3)), None);
}

#[tokio::test]
async fn rooms_nearby_are_marked_when_the_user_is_in_them() {
    let mut state = State::new(Settings::default(), Remembered::default());
    let heard = |n: u8| NearbyRoom {
        name: format!("房间 {n}"),
        address: format!("192.168.1.{n}:8080"),
        link: format!("http://192.168.1.{n}:8080/#p={}", KeyHash::of_sha256(&[n; 32])),
        invite: false,
        open: None,
    };
    state.set_nearby(vec![heard(1), heard(2), heard(3)]);
    state.add(joined_room("tea", "wss://10.0.0.1:8080", 1));
    let own = RoomKey("own".to_owned());
    state.add(OpenRoom { pin: Some(KeyHash::of_sha256(&[3; 32])), ..hosted_room(&own) });
    let marks: Vec<_> = state.listed_nearby().into_iter().map(|room| (room.name, room.open)).collect();
    let tea = Some(RoomKey("tea".to_owned()));
    assert_eq!(marks, [("房间 1".to_owned(), tea), ("房间 2".to_owned(), None)], "one's own is not listed");
}

#[tokio::test]
async fn what_a_link_brings_is_kept_beside_what_was_known() {
    let (key, secret) = (KeyHash::of_sha256(&[1; 32]), Secret::from_random(1));
    let mut room = joined_room("tea", "ws://192.168.1.23:8080", 0);
    assert!(room.learn(Some(key.clone()), Some(secret.clone())));
    assert!(!room.learn(None, None) && !room.learn(Some(key.clone()), Some(secret.clone())));
    assert_eq!((room.pin.clone(), room.secret.clone()), (Some(key), Some(secret)));
    assert!(room.learn(None, Some(Secret::from_random(2))), "a newer one takes its place");
}

#[tokio::test]
async fn the_hosted_room_is_shown_where_others_reach_it_best() {
    let key = RoomKey("room-1".to_owned());
    let mut state = State::new(Settings::default(), Remembered::default());
    state.add(hosted_room(&key));
    let shown = |state: &State| state.listed()[0].url.clone();
    assert_eq!(shown(&state), LOOPBACK);
    state.set_hosting(on(&key, &["ws://192.168.1.23:8080", LOOPBACK]));
    assert_eq!(shown(&state), "ws://192.168.1.23:8080");
    state.set_hosting(on(&key, &["ws://10.0.0.7:8080"]));
    assert_eq!(shown(&state), "ws://10.0.0.7:8080", "the computer is in another network");
    state.set_hosting(on(&key, &[]));
    assert_eq!(shown(&state), "ws://10.0.0.7:8080", "it is in none, and may be back in the same");
    assert_eq!(state.remembered(), Remembered::default(), "it is hosted anew, and not joined");
}

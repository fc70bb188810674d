//! Rooms on one network find each other by themselves, come and go in time, and are found again where they went. With real
//! multicast between computers that are network namespaces, which needs root.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_tests::headless::{Headless, command_at, run};
use hearth_tests::lan::{examined, examined_in_words, found};
use hearth_tests::netns::{Computer, Network};
use hearth_tests::{Program, signal, tell};
use serde_json::{Value, json};
use tokio::process::Command;

/// What was promised for coming and going.
const SOON: Duration = Duration::from_secs(5);

/// What was promised for a host whose address changes while people talk.
const BACK: Duration = Duration::from_secs(10);

/// A program of ours on a computer, which says in JSON what it does.
struct Peer(Program);

impl Peer {
    fn on(computer: &Computer, arguments: &[&str]) -> Self {
        let way = computer.way();
        let mut command = Command::new(&way[0]);
        command.args(&way[1..]).arg(env!("CARGO_BIN_EXE_hearth-peer")).args(arguments);
        Self(Program::start(&mut command).expect("it starts"))
    }

    async fn word(&mut self) -> Value {
        let Some(line) = self.0.line().await else { panic!("it ended: {}", self.0.rest_of_errors().await) };
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Waits until the rooms that are nearby are these, by name and places, and gives them.
    async fn sees(&mut self, expected: &[(&str, &[&str])]) -> Vec<Value> {
        loop {
            let word = self.word().await;
            let rooms = word["rooms"].as_array().expect("rooms");
            let seen = rooms.iter().map(|room| (room["name"].clone(), room["places"].clone()));
            if seen.eq(expected.iter().map(|(name, places)| (json!(name), json!(places)))) {
                return rooms.clone();
            }
        }
    }
}

async fn host(computer: &Computer, name: &str) -> Headless {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let command = command_at(&computer.way(), &home);
    Headless::start_as(home, command, &["--name", name]).await
}

fn in_time(since: Instant, within: Duration, what: &str) {
    let took = since.elapsed();
    tell(&format!("{what}: {took:.1?}"));
    assert!(took < within, "{what} took {took:?}");
}

/// The rooms of these tests, where they are.
const TEA: (&str, &[&str]) = ("茶", &["10.77.0.1:8080"]);
const BOOKS: (&str, &[&str]) = ("读书会", &["10.77.0.2:8080"]);

#[tokio::test]
async fn hosts_on_one_network_come_and_go_in_time() {
    let network = Network::new();
    let one = network.computer("one", &["10.77.0.1/24", "fd77::1/64"]);
    let two = network.computer("two", &["10.77.0.2/24"]);
    let (mut at_one, mut at_two) = (Peer::on(&one, &["browse"]), Peer::on(&two, &["browse"]));
    at_one.sees(&[]).await;
    at_two.sees(&[]).await;

    let mut tea = host(&one, "茶").await;
    let mut books = host(&two, "读书会").await;
    let listening = Instant::now();
    let tea_by_both = ("茶", &["10.77.0.1:8080", "[fd77::1]:8080"][..]);
    for looking in [&mut at_one, &mut at_two] {
        looking.sees(&[tea_by_both, BOOKS]).await;
    }
    in_time(listening, SOON, "both saw both");
    assert!(tea.program().after("join by ").await.starts_with("http://10.77.0.1:8080/#p="));
    assert!(tea.program().after("join by ").await.starts_with("http://[fd77::1]:8080/#p="));

    let mut late = Peer::on(&two, &["browse"]);
    let came = Instant::now();
    late.sees(&[tea_by_both, BOOKS]).await;
    in_time(came, SOON, "who came later saw both");

    let stopped = Instant::now();
    books.program().terminate().await;
    at_one.sees(&[tea_by_both]).await;
    in_time(stopped, SOON, "one that stopped was gone");

    let books = host(&two, "读书会").await;
    at_one.sees(&[tea_by_both, BOOKS]).await;
    let killed = Instant::now();
    drop(books);
    at_one.sees(&[tea_by_both]).await;
    in_time(killed, SOON, "one that was killed was gone");

    one.remove("10.77.0.1/24");
    one.add("10.77.0.9/24");
    while !tea.program().error_after("now join by ").await.starts_with("http://10.77.0.9:8080/#p=") {}
}

/// Two computers on one cable have no other addresses than these.
#[tokio::test]
async fn a_link_local_address_is_dialled_in_its_zone_and_without_one_on_every_link() {
    let network = Network::new();
    let one = network.computer("one", &["fe80::1/64"]);
    let two = network.computer("two", &["fe80::2/64"]);
    let mut hosting = Peer::on(&one, &["host", "茶"]);
    let key = hosting.word().await["key"].clone();
    let key = key.as_str().expect("a key");
    for typed in
        ["[fe80::1%eth0]:8080", "http://[fe80::1%25eth0]:8080/", "fe80::1%eth0", "wss://[fe80::1]:8080"]
    {
        let mut guest = Peer::on(&two, &["chat", typed, key, "小李"]);
        while guest.word().await["connected"] != json!(true) {}
        tell(&format!("{typed} leads in"));
    }
    let mut lost = Peer::on(&two, &["chat", "[fe80::1%eth9]:8080", key, "小李"]);
    let status = loop {
        let word = lost.word().await;
        assert_ne!(word["connected"], json!(true), "there is no such link");
        if let Some(status) = word["status"].as_str().filter(|status| status.contains("NoZone")) {
            break status.to_owned();
        }
    };
    assert!(status.contains("eth9"), "{status}");
}

#[tokio::test]
async fn two_computers_on_one_cable_find_each_other() {
    // Nothing gives addresses there, so that each gave itself one (RFC 3927), and no way leads beyond.
    let cable = Network::new();
    let one = cable.computer("one", &["169.254.1.2/16", "fe80::2/64"]);
    let two = cable.computer("two", &["169.254.1.3/16", "fe80::3/64"]);
    let mut looking = Peer::on(&two, &["browse"]);
    looking.sees(&[]).await;
    let mut tea = host(&one, "茶").await;
    let listening = Instant::now();
    let rooms = looking.sees(&[("茶", &["169.254.1.2:8080"])]).await;
    in_time(listening, SOON, "seen on the cable");
    let link = tea.program().after("join by ").await;
    let key = rooms[0]["key"].as_str().expect("a key");
    assert_eq!(link, format!("http://169.254.1.2:8080/#p={key}"));

    // By its key, and so by TLS; a browser comes by the same address.
    let mut guest = Peer::on(&two, &["chat", "ws://169.254.1.2:8080", key, "小红"]);
    while guest.word().await["connected"] != true {}
    assert_eq!(Peer::on(&two, &["get", "169.254.1.2:8080"]).word().await, json!({ "status": 200 }));
    let report = examined(&one, &tea).await;
    let proof = ("小红".to_owned(), "169.254.1.3".to_owned());
    assert_eq!(found(&report, "169.254.1.2:8080"), Ok(proof), "{report:?}");

    // Where a network is as well, its address is told first, and that of the cable goes on to be told.
    one.add("192.168.7.2/24");
    let both = tea.program().error_after("now join by ").await;
    assert_eq!(both, format!("http://192.168.7.2:8080/#p={key} or {link}"));
}

#[tokio::test]
async fn without_a_network_no_link_is_offered_and_the_reason_is_told() {
    let network = Network::new();
    let one = network.computer("one", &[]);
    let mut alone = host(&one, "茶").await;
    alone.program().after("history is kept").await;
    assert_eq!(alone.program().line().await.as_deref(), Some(NO_NETWORK));
    let report = examined(&one, &alone).await;
    assert!(report.addresses.is_empty() && !report.only_here, "{report:?}");
    let words = examined_in_words(&one, &alone).await;
    assert!(words.contains("this computer is in no network: nobody else can join"), "{words}");
    let mut invite = command_at(&one.way(), &alone.home());
    let refused = run(invite.arg("invite")).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(69), ""), "{refused:?}");
    assert!(refused.stderr.contains("this computer is in no network"), "{refused:?}");

    one.add("169.254.1.2/16");
    let joined = alone.program().error_after("now join by ").await;
    assert!(joined.starts_with("http://169.254.1.2:8080/#p="), "{joined}");
    one.remove("169.254.1.2/16");
    alone.program().error_after(NO_NETWORK).await;
}

const NO_NETWORK: &str = "nobody else can join yet: this computer is in no network; plug in a cable or connect to Wi-Fi, and \
                          the links are shown here";

#[tokio::test]
async fn what_is_told_changes_with_the_room_and_with_the_addresses() {
    let network = Network::new();
    let one = network.computer("one", &["10.77.0.1/24"]);
    let two = network.computer("two", &["10.77.0.2/24"]);
    let mut looking = Peer::on(&two, &["browse"]);
    let mut hosting = Peer::on(&one, &["host", "茶"]);
    let key = hosting.word().await["key"].clone();
    let rooms = looking.sees(&[TEA]).await;
    assert_eq!((&rooms[0]["key"], &rooms[0]["invite"]), (&key, &Value::Bool(false)));

    let asked = Instant::now();
    signal(hosting.0.id(), "USR1").await;
    let rooms = looking.sees(&[("茶, later", TEA.1)]).await;
    assert_eq!(rooms[0]["invite"], true);
    in_time(asked, SOON, "another name was seen");

    let moved = Instant::now();
    one.remove("10.77.0.1/24");
    one.add("10.77.0.101/24");
    looking.sees(&[("茶, later", &["10.77.0.101:8080"])]).await;
    in_time(moved, SOON, "another address was seen");
}

#[tokio::test]
async fn nothing_is_seen_through_a_switch_that_keeps_computers_apart() {
    let network = Network::new();
    let one = network.computer("one", &["10.77.0.1/24"]);
    let two = network.computer("two", &["10.77.0.2/24"]);
    let three = network.computer("three", &["10.77.0.3/24"]);
    one.keep_apart(true);
    two.keep_apart(true);
    let mut apart = Peer::on(&two, &["browse"]);
    apart.sees(&[]).await;
    let mut near = Peer::on(&three, &["browse"]);
    let _tea = host(&one, "茶").await;
    near.sees(&[TEA]).await;

    // Had it been seen before, that would stand before this.
    let _books = host(&three, "读书会").await;
    let books = ("读书会", &["10.77.0.3:8080"][..]);
    apart.sees(&[books]).await;
    two.keep_apart(false);
    let together = Instant::now();
    apart.sees(&[TEA, books]).await;
    // It has to wait for the next call.
    in_time(together, Duration::from_secs(21), "seen when they were no longer kept apart");
}

#[tokio::test]
async fn a_host_whose_address_changes_is_found_again_and_nothing_is_lost() {
    let network = Network::new();
    let one = network.computer("one", &["10.77.0.1/24"]);
    let two = network.computer("two", &["10.77.0.2/24"]);
    let mut hosting = Peer::on(&one, &["host", "茶"]);
    hosting.word().await;
    // Neither has a link: the host has told its key.
    let mut here = Peer::on(&one, &["chat", "ws://127.0.0.1:8080", "-", "阿明"]);
    let mut away = Peer::on(&two, &["chat", "ws://10.77.0.1:8080", "-", "小红"]);
    let (mut by_here, mut by_away) = (Heard::default(), Heard::default());
    by_here.until(&mut here, "小红", 5).await;
    by_away.until(&mut away, "阿明", 5).await;

    one.remove("10.77.0.1/24");
    one.add("10.77.0.101/24");
    let moved = Instant::now();
    while by_away.address.as_deref() != Some("wss://10.77.0.101:8080") {
        by_away.take(&away.word().await);
    }
    in_time(moved, BACK, "back in the room");
    // Both go on, and have had everything of the other in its order.
    let (seen_here, seen_away) = (by_here.last("小红"), by_away.last("阿明"));
    by_here.until(&mut here, "小红", seen_here + 50).await;
    by_away.until(&mut away, "阿明", seen_away + 50).await;
    tell(&format!("{} and {} lines, none lost", by_here.last("小红"), by_away.last("阿明")));
}

/// What somebody in the room has heard.
#[derive(Default)]
struct Heard {
    counts: BTreeMap<String, u32>,
    address: Option<String>,
}

impl Heard {
    /// Takes a word. Everybody counts, and nobody is heard to skip or to repeat a number.
    fn take(&mut self, word: &Value) {
        if let Some(address) = word["address"].as_str() {
            self.address = Some(address.to_owned());
        }
        if let (Some(from), Some(text)) = (word["from"].as_str(), word["text"].as_str()) {
            let count: u32 = text.parse().expect("a number");
            if let Some(before) = self.counts.insert(from.to_owned(), count) {
                assert_eq!(count, before + 1, "from {from}");
            }
        }
    }

    fn last(&self, from: &str) -> u32 {
        self.counts.get(from).copied().unwrap_or(0)
    }

    async fn until(&mut self, peer: &mut Peer, from: &str, count: u32) {
        while self.last(from) < count {
            self.take(&peer.word().await);
        }
    }
}

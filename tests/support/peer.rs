//! `hearth-peer`: what a test wants done on another computer of a network. It says on stdout what happens, a line of JSON
//! each, and ends when it is killed.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use hearth_client::{
    Credentials, JoinAddress, Nearby, NearbyRoom, RoomClient, RoomOptions, RoomUpdate, Status, Tuning,
};
use hearth_host::{Host, HostConfig};
use hearth_log::{MEMORY_LOG_BYTES, MemoryLog};
use hearth_protocol::{Body, KeyHash, LogId, Nickname, PostId};
use hearth_tests::gateway::{self, Gives};
use hearth_tests::http;
use serde_json::{Value, json};
use tokio::net::UdpSocket;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::interval;
use uuid::Uuid;

/// The pace of talk.
const PACE: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["browse"] => browse().await,
        ["host", name] => host(name).await,
        ["chat", url, key, nickname] => chat(url, key, nickname).await,
        ["give-ports", outside] => give_ports(outside.parse().expect("an address")).await,
        ["upnp", inside, outside, gives] => {
            let address = |text: &str| text.parse().expect("an address");
            gateway::run(address(inside), address(outside), Gives::named(gives), say).await;
        }
        ["get", address] => say(&json!({ "status": http::get(address, "/").await.status })),
        _ => panic!(
            "browse | host NAME | chat URL KEY NICKNAME | get ADDRESS | give-ports OUTSIDE | upnp INSIDE OUTSIDE GIVES, not {arguments:?}"
        ),
    }
}

/// Says which rooms are nearby, whenever that changes.
async fn browse() {
    let mut rooms = Nearby::start().rooms();
    loop {
        let list: Vec<_> = rooms.borrow_and_update().iter().map(as_json).collect();
        say(&json!({ "rooms": list }));
        rooms.changed().await.expect("it goes on");
    }
}

fn as_json(room: &NearbyRoom) -> Value {
    let places: Vec<_> = room.places().map(|place| place.to_string()).collect();
    json!({ "name": room.name, "places": places, "key": room.key, "invite": room.invite })
}

/// Hosts a room. At SIGUSR1 it is called otherwise, and needs an invitation.
async fn host(name: &str) {
    let config = HostConfig {
        name: name.to_owned(),
        bind: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        announce: true,
        ..HostConfig::default()
    };
    let log = MemoryLog::new(LogId::from_random(Uuid::new_v4().as_u128()), MEMORY_LOG_BYTES);
    let host = Host::start(config, Arc::new(log)).await.expect("it starts");
    let mut asked = signal(SignalKind::user_defined1()).expect("a signal");
    say(&json!({ "listening": host.addr(), "key": host.key() }));
    loop {
        asked.recv().await.expect("it goes on");
        host.announce(|announced| {
            announced.name = format!("{name}, later");
            announced.invite = true;
        });
    }
}

/// Joins a room and counts aloud in it.
async fn chat(url: &str, key: &str, nickname: &str) {
    let options = RoomOptions {
        address: JoinAddress::parse(url).expect("an address"),
        nickname: Nickname::new(nickname).expect("a nickname"),
        token: None,
        key: KeyHash::new(key).ok(),
        credentials: Credentials::default(),
        keep_trying: true,
        keep: None,
        only_lines: false,
    };
    // With the product's times.
    let client =
        RoomClient::join_with(options, Tuning { nearby: Some(Nearby::start()), ..Tuning::default() });
    let mut updates = client.subscribe(None).await;
    let mut address = client.address_now();
    let mut pace = interval(PACE);
    let mut count = 0_u32;
    loop {
        tokio::select! {
            _ = pace.tick() => {
                count += 1;
                client.post(PostId::new(Uuid::now_v7()), count.to_string()).await;
            }
            Ok(()) = address.changed() => say(&json!({ "address": address.borrow_and_update().to_string() })),
            batch = updates.recv() => batch.expect("it goes on").iter().for_each(tell),
        }
    }
}

/// A router's NAT-PMP (RFC 6886) that gives any port, and leads nobody in. Many at home give ports although they have only an
/// inner address themselves; `miniupnpd` does not.
async fn give_ports(outside: Ipv4Addr) {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 5351)).await.expect("the port");
    say(&json!({ "gives_ports_at": outside }));
    let mut question = [0; 64];
    loop {
        let (size, from) = socket.recv_from(&mut question).await.expect("it goes on");
        // Result 0, and the seconds since it began.
        let head = |operation: u8| [0, operation | 0x80, 0, 0, 0, 0, 0, 1];
        let answer = match question[..size] {
            [0, 0] => [&head(0)[..], &outside.octets()].concat(),
            [0, operation @ 1..=2, _, _, inner_1, inner_2, outer_1, outer_2, ref lifetime @ ..] => {
                let wished =
                    if [outer_1, outer_2] == [0, 0] { [inner_1, inner_2] } else { [outer_1, outer_2] };
                [&head(operation)[..], &[inner_1, inner_2], &wished, lifetime].concat()
            }
            // Another version: it speaks this one (section 3.5).
            _ => vec![0, 0x80, 0, 1, 0, 0, 0, 1],
        };
        socket.send_to(&answer, from).await.expect("it is sent");
    }
}

fn tell(update: &RoomUpdate) {
    match update {
        RoomUpdate::Status { status } => {
            let connected = matches!(status, Status::Connected { .. });
            say(&json!({ "connected": connected, "status": format!("{status:?}") }));
        }
        RoomUpdate::Entries { entries } => {
            for entry in entries {
                if let Body::Message { text, .. } = &entry.body {
                    say(&json!({ "from": entry.from.nickname, "text": text }));
                }
            }
        }
        _ => {}
    }
}

fn say(what: &Value) {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{what}").and_then(|()| stdout.flush()).expect("somebody listens");
}

//! A full hall whose host starts anew: everybody is back soon, and nobody runs the door down.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use hearth_client::{Credentials, JoinAddress, RoomClient, RoomOptions, Status};
use hearth_protocol::Nickname;
use hearth_tests::headless::{Headless, command};
use hearth_tests::{PATIENCE, free_port, tell};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

const GUESTS: usize = 1000;

/// How long nobody serves the room.
const DOWN: Duration = Duration::from_secs(5);

/// What counts as "at once".
const MOMENT: Duration = Duration::from_millis(100);

/// The first attempts come over half a second, so a fifth of them in a moment; some more is chance.
const AT_ONCE: usize = GUESTS * 35 / 100;

const BACK: Duration = Duration::from_secs(35);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_guests_come_back_without_a_storm() {
    rlimit::increase_nofile_limit(u64::MAX).expect("files for everybody");
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let port = free_port();
    let port_flag = port.to_string();
    let flags = ["--bind", "127.0.0.1", "--port", &port_flag];
    let start = || Headless::start_as(Arc::clone(&home), command(&home), &flags);
    let mut host = start().await;
    let guests: Vec<RoomClient> = (0..GUESTS).map(|n| join(host.url(), n)).collect();
    for guest in &guests {
        timeout(PATIENCE, connected(guest)).await.expect("in the room in time");
    }

    let tokens = join_all(guests.iter().map(RoomClient::identity)).await;
    host.program().kill().await;
    let knocks = count_knocks(port).await;
    let restarted = Instant::now();
    let mut host = start().await;
    let mut back: Vec<Duration> = join_all(guests.iter().map(|guest| async move {
        timeout(2 * BACK, connected(guest)).await.map_or(2 * BACK, |()| restarted.elapsed())
    }))
    .await;
    back.sort();

    let (all, worst) = (knocks.iter().sum::<usize>(), knocks.iter().max().copied().unwrap_or(0));
    let ninety_nine = back[GUESTS * 99 / 100 - 1];
    tell(&format!(
        "{GUESTS} guests, {all} knocks in {DOWN:?} without a host, at most {worst} in {MOMENT:?}; 99 % back after {ninety_nine:.1?}, all after {:.1?}",
        back[GUESTS - 1]
    ));
    let still = join_all(guests.iter().map(RoomClient::identity)).await;
    let strangers = tokens.iter().zip(&still).filter(|(before, after)| before != after).count();
    assert_eq!(strangers, 0, "the host knows everybody again");
    assert!(worst <= AT_ONCE, "attempts are spread: {knocks:?}");
    assert!(all <= 8 * GUESTS, "and they get fewer: {knocks:?}");
    assert!(ninety_nine < BACK, "they are back in time: {ninety_nine:?}");
    join_all(guests.iter().map(RoomClient::leave)).await;
    host.program().terminate().await;
}

fn join(url: &str, n: usize) -> RoomClient {
    RoomClient::join(RoomOptions {
        address: JoinAddress::parse(url).expect("an address"),
        nickname: Nickname::new(&format!("客人 {n}")).expect("a nickname"),
        token: None,
        key: None,
        credentials: Credentials::default(),
        keep_trying: true,
        keep: None,
        only_lines: false,
    })
}

async fn connected(guest: &RoomClient) {
    let connected = |status: &Status| matches!(status, Status::Connected { .. });
    guest.status().wait_for(connected).await.expect("the session goes on");
}

/// How many knock in each moment at a door that nobody answers.
async fn count_knocks(port: u16) -> Vec<usize> {
    let door = loop {
        // The port is free as soon as the killed host is quite gone.
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(door) => break door,
            Err(_) => sleep(Duration::from_millis(1)).await,
        }
    };
    let began = Instant::now();
    let mut knocks = vec![0; usize::try_from(DOWN.as_millis() / MOMENT.as_millis()).expect("few")];
    while let Ok(knock) = timeout(DOWN.saturating_sub(began.elapsed()), door.accept()).await {
        drop(knock);
        let moment = usize::try_from(began.elapsed().as_millis() / MOMENT.as_millis()).expect("few");
        if let Some(count) = knocks.get_mut(moment) {
            *count += 1;
        }
    }
    knocks
}

//! The clock jumps, and the host is held up: order is by number, and nobody loses anything.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use hearth_client::{Status, Timing, Tuning};
use hearth_log::verify;
use hearth_tests::headless::{Headless, command, room_file};
use hearth_tests::{Chatter, Guest, PATIENCE, RawClient, eager, free_port, share, signal, tell};
use tokio::time::{sleep, timeout};

/// Where Debian and Ubuntu keep what makes a program's clock jump.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

const DAY: i64 = 86_400;

/// How soon everybody is back when the host's computer is.
const BACK: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_clock_that_jumps_changes_the_times_and_nothing_else() {
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let clock = home.path().join("clock");
    set(&clock, 0);
    let port = free_port().to_string();
    let faked = || {
        let mut command = command(&home);
        command
            .env("LD_PRELOAD", FAKETIME)
            .env("FAKETIME_TIMESTAMP_FILE", &clock)
            .env("FAKETIME_NO_CACHE", "1");
        // A clock that is set does not move the one that only counts on.
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        command
    };
    let flags = ["--bind", "127.0.0.1", "--port", &port];
    let mut host = Headless::start_as(Arc::clone(&home), faked(), &flags).await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    let mut entries = Vec::new();
    for (round, days) in [0, 400, -400, 1, 0].into_iter().enumerate() {
        set(&clock, days);
        for n in 0..5 {
            ming.post(&format!("{round} {n}")).await;
            entries.push(loop {
                let entry = ming.entry().await;
                if entry.id.is_some() {
                    break entry;
                }
            });
        }
    }
    for pair in entries.windows(2) {
        assert_eq!(pair[1].prev, pair[0].seq, "in the order in which they were said");
    }
    let day_of = |at: usize| entries[at].at.as_second() / DAY;
    assert_eq!((day_of(5) - day_of(0), day_of(10) - day_of(0)), (400, -400), "the clock did jump");

    host.program().kill().await;
    set(&clock, -400);
    let mut host = Headless::start_as(Arc::clone(&home), faked(), &flags).await;
    let (_li, welcome) = RawClient::enter(host.url(), "小李").await;
    assert!(welcome.head > entries[24].seq, "numbers go on over a restart in the past");
    host.program().terminate().await;
    host.program().ended().await;
    let report = verify(&room_file(&home)).expect("looked at");
    assert_eq!(report.problems, [""; 0]);
    tell(&format!("5 jumps of up to 400 days: {} entries, 0 lost, 0 out of order", report.entries));
}

fn set(clock: &Path, days: i64) {
    fs::write(clock, format!("{days:+}d")).expect("written");
}

/// A computer that sleeps, or swaps: the host does nothing for a while, and has noticed nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_stands_still_for_a_while_loses_nobody() {
    let still = share(vec![5], vec![5, 60]);
    for seconds in still {
        // Short enough to give the host up in five seconds, or the product's own, which does so in sixty.
        let quick = Timing {
            ping: Duration::from_secs(1),
            silent: Duration::from_secs(2),
            connect: Duration::from_secs(1),
            ..eager().timing
        };
        let timing = if seconds > 30 { Timing::default() } else { quick };
        let mut host = Headless::start(&["--rate", "off"]).await;
        let chatter =
            Chatter::begin(host.url(), 20, Duration::from_millis(50), &Tuning { timing, ..eager() });
        sleep(Duration::from_secs(1)).await;
        signal(host.program().id(), "STOP").await;
        sleep(Duration::from_secs(seconds)).await;
        signal(host.program().id(), "CONT").await;
        sleep(Duration::from_secs(1)).await;
        let told = chatter.end().await;
        host.program().terminate().await;
        host.program().ended().await;
        let verdict = told.judge(&host.room_file()).await;
        tell(&format!("still for {seconds} s: {verdict}"));
        verdict.is_good(0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_hosts_computer_is_back_everybody_is_soon() {
    for seconds in share(vec![8], vec![8, 60, 120]) {
        // As long as it takes in the product, or, to give the host up so soon, shorter.
        let quick = Timing {
            ping: Duration::from_secs(1),
            silent: Duration::from_secs(2),
            connect: Duration::from_secs(2),
            ..Timing::default()
        };
        let timing = if seconds > 30 { Timing::default() } else { quick };
        let mut host = Headless::start(&[]).await;
        let guests = join_all((0..20).map(|n| listen(host.url(), n, timing))).await;
        signal(host.program().id(), "STOP").await;
        sleep(Duration::from_secs(seconds)).await;
        let here = guests.iter().filter(|guest| is_connected(&guest.client().status().borrow())).count();
        signal(host.program().id(), "CONT").await;
        let woke = Instant::now();
        join_all(guests.iter().map(connected)).await;
        let back = woke.elapsed();
        tell(&format!(
            "after {seconds} s {here} of {} had not given up; all back in {back:.1?}",
            guests.len()
        ));
        assert_eq!(here, 0, "it was long enough to be noticed");
        assert!(back < BACK, "back after {back:?}");
    }
}

fn is_connected(status: &Status) -> bool {
    matches!(status, Status::Connected { .. })
}

/// Somebody in the room.
async fn listen(url: &str, n: usize, timing: Timing) -> Guest {
    let guest = Guest::try_join_and_stay(url, &format!("客人 {n}"), Tuning { timing, ..eager() }).await;
    connected(&guest).await;
    guest
}

async fn connected(guest: &Guest) {
    let mut status = guest.client().status();
    let connected = status.wait_for(is_connected);
    timeout(PATIENCE, connected).await.expect("in time").expect("the session goes on");
}

//! The host is killed in the middle of everything: what was acked is there, once, in one order everywhere.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_tests::headless::{Headless, command, room_file};
use hearth_tests::{Chatter, eager, free_port, seed, share, tell};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::time::sleep;

const SENDERS: usize = 20;

/// Fifty lines a second from each sender.
const PACE: Duration = Duration::from_millis(20);

/// How soon a killed host must serve again.
const UP_AGAIN: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_killed_loses_nothing_and_doubles_nothing() {
    let kills = share(10, 100);
    let seed = seed();
    let mut dice = StdRng::seed_from_u64(seed);
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let port = free_port().to_string();
    let flags = ["--bind", "127.0.0.1", "--port", &port, "--rate", "off"];
    let start = || Headless::start_as(Arc::clone(&home), command(&home), &flags);
    let mut host = start().await;
    let chatter = Chatter::begin(host.url(), SENDERS, PACE, &eager());
    let mut slowest = Duration::ZERO;
    for _ in 0..kills {
        // A random moment, not a wait for something.
        sleep(Duration::from_millis(dice.random_range(20..600))).await;
        host.program().kill().await;
        let killed = Instant::now();
        host = start().await;
        slowest = slowest.max(killed.elapsed());
    }
    let told = chatter.end().await;
    host.program().terminate().await;
    host.program().ended().await;

    let verdict = told.judge(&room_file(&home)).await;
    tell(&format!(
        "seed {seed}: {kills} kills, {SENDERS} senders, {verdict}; up again in at most {slowest:.1?}"
    ));
    verdict.is_good(seed);
    assert!(slowest < UP_AGAIN, "it serves again in time: {slowest:?}");
    assert!(verdict.lines > SENDERS * kills, "there was load: {verdict}");
}

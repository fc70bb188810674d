//! Whatever happens to the bytes between a guest and the host, what was written arrives once, and in one order
//! everywhere.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use hearth_client::{Timing, Tuning};
use hearth_host::{HostConfig, Limits};
use hearth_log::Log;
use hearth_protocol::LogId;
use hearth_tests::chatter::{Talk, Told, ToldByAll, Verdict};
use hearth_tests::proxy::{End, Mark, Plan, Proxy, Way};
use hearth_tests::{Chatter, Guest, PATIENCE, TestHost, log_in_file, quick, seed, share, tell};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

/// Schedules, or cuts, under way at the same time.
const AT_ONCE: usize = 12;

const GUESTS: usize = 4;

const TALK: Talk = Talk { pace: Duration::from_millis(25), long_every: 12 };

/// Short times, so that a schedule has many attempts, but longer than a busy machine takes for what they are for.
fn tuning() -> Tuning {
    let ms = Duration::from_millis;
    let timing = Timing {
        connect: ms(800),
        ping: ms(250),
        silent: ms(700),
        backoff_floor: ms(5),
        backoff_base: ms(20),
        backoff_cap: ms(80),
        backoff_absent: ms(80),
        steady: ms(300),
        ..Timing::default()
    };
    Tuning { timing, ..Tuning::default() }
}

/// A room in a file of its own.
struct Room {
    folder: TempDir,
    host: TestHost,
}

impl Room {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let host = host(&folder.path().join("room.db")).await;
        Self { folder, host }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("room.db")
    }

    fn addr(&self) -> SocketAddr {
        self.host.addr()
    }

    /// The host stops, and another one takes its place, at another address.
    async fn restart(self) -> Self {
        let file = self.file();
        self.host.stop().await;
        Self { folder: self.folder, host: host(&file).await }
    }

    async fn judge(self, told: &ToldByAll) -> Verdict {
        let file = self.file();
        self.host.stop().await;
        told.judge(&file).await
    }
}

async fn host(file: &std::path::Path) -> TestHost {
    let ms = Duration::from_millis;
    let limits = Limits {
        handshake: ms(800),
        ping_after: ms(300),
        silence: ms(900),
        grace: ms(200),
        // So that who is slow is soon behind the tape, and read to from the log.
        send_buffer: 4 * 1024,
        tape_bytes: 8 * 1024,
        ..quick().limits
    };
    let id = LogId::from_random(uuid::Uuid::new_v4().as_u128());
    let log = Arc::new(log_in_file(file, &id)) as Arc<dyn Log>;
    TestHost::over(HostConfig { limits, ..quick() }, log).await
}

/// What came of some runs.
#[derive(Default)]
struct Sum {
    runs: usize,
    faults: usize,
    verdict: Verdict,
}

impl Sum {
    fn add(mut self, faults: usize, verdict: &Verdict) -> Self {
        self.runs += 1;
        self.faults += faults;
        self.verdict += verdict;
        self
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_network_loses_nothing_and_doubles_nothing() {
    let schedules = share(24, 500);
    let first = seed();
    let began = Instant::now();
    let runs = stream::iter(0..schedules).map(|n| {
        let seed = first.wrapping_add(n);
        tokio::spawn(async move { (seed, one_schedule(seed).await) })
    });
    let sum = runs
        .buffer_unordered(AT_ONCE)
        .fold(Sum::default(), |sum, ran| async {
            let (seed, (faults, verdict)) = ran.expect("a schedule went to its end");
            verdict.is_good(seed);
            sum.add(faults, &verdict)
        })
        .await;
    let Sum { runs, faults, verdict } = sum;
    tell(&format!(
        "seeds from {first}: {runs} schedules, {faults} faults, {verdict} ({:.1?})",
        began.elapsed()
    ));
    assert!(faults > runs * GUESTS, "the network was bad: {faults} faults in {runs} schedules");
}

/// Everybody has a network of their own, which is bad until the end of the schedule.
async fn one_schedule(seed: u64) -> (usize, Verdict) {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut room = Room::open().await;
    let mut networks = Vec::new();
    for _ in 0..GUESTS {
        let mut dice = StdRng::seed_from_u64(dice.random());
        networks.push(Proxy::start(room.addr(), move |_| Plan::random(&mut dice)).await);
    }
    let urls: Vec<String> = networks.iter().map(Proxy::url).collect();
    let chatter = Chatter::begin_at(urls, TALK, &tuning());
    // Random moments, not waits for something.
    sleep(Duration::from_millis(dice.random_range(300..1500))).await;
    if dice.random_range(0..4) == 0 {
        room = room.restart().await;
        for network in &networks {
            network.lead_to(room.addr());
        }
        sleep(Duration::from_millis(dice.random_range(100..500))).await;
    }
    networks.iter().for_each(Proxy::be_good);
    let told = timeout(2 * PATIENCE, chatter.end()).await;
    let told = told.unwrap_or_else(|_| panic!("not all is there; run it again with HEARTH_SEED={seed}"));
    let faults = networks.iter().map(Proxy::faults).sum();
    (faults, room.judge(&told).await)
}

/// What is cut: the first connection of somebody, or the one by which they come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scene {
    Handshake,
    Resume,
}

/// Where, and how.
#[derive(Debug, Clone, Copy)]
struct Cut {
    up: bool,
    mark: Mark,
    end: End,
}

impl Cut {
    fn plan(self) -> Plan {
        let way = Way { end: Some((self.mark, self.end)), ..Way::default() };
        if self.up { Plan { up: way, ..Plan::default() } } else { Plan { down: way, ..Plan::default() } }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_may_break_beside_any_frame_of_a_handshake_and_of_a_resume() {
    let began = Instant::now();
    for scene in [Scene::Handshake, Scene::Resume] {
        let clean = play(scene, None).await;
        assert_eq!(clean.verdict.lost + clean.verdict.doubled + clean.verdict.out_of_order, 0, "{scene:?}");
        let mut cuts = Vec::new();
        for (up, frames) in [(true, clean.frames[0]), (false, clean.frames[1])] {
            assert!(frames > 3, "{scene:?}: {frames} frames");
            for nth in 0..frames {
                let ends = [End::Cut, End::Reset].into_iter().take(share(1, 2));
                cuts.extend(ends.flat_map(|end| {
                    [-1, 0, 1].map(|beside| Cut { up, mark: Mark::Frame(nth, beside), end })
                }));
            }
        }
        let runs =
            stream::iter(cuts).map(|cut| tokio::spawn(async move { (cut, play(scene, Some(cut)).await) }));
        let sum = runs
            .buffer_unordered(AT_ONCE)
            .fold(Sum::default(), |sum, ran| async {
                let (cut, played) = ran.expect("it went to its end");
                let Verdict { lost, doubled, out_of_order, .. } = played.verdict;
                assert_eq!(
                    (lost, doubled, out_of_order),
                    (0, 0, 0),
                    "{scene:?}, {cut:?}: {}",
                    played.verdict
                );
                sum.add(played.faults, &played.verdict)
            })
            .await;
        let Sum { runs, faults, verdict } = sum;
        let [up, down] = clean.frames;
        tell(&format!(
            "{scene:?}: {up} frames up and {down} down; {runs} runs, {faults} cuts, {verdict} ({:.1?})",
            began.elapsed()
        ));
        assert!(faults * 10 > runs * 8, "{scene:?}: {faults} cuts in {runs} runs");
    }
}

/// What came of a session.
struct Played {
    frames: [usize; 2],
    faults: usize,
    verdict: Verdict,
}

/// Somebody joins, and in a resume is away for a while; they and somebody else write. The connection in question is cut,
/// if it is to be.
async fn play(scene: Scene, cut: Option<Cut>) -> Played {
    let room = Room::open().await;
    let in_question = usize::from(scene == Scene::Resume);
    let network = Proxy::start(room.addr(), move |n| match cut {
        Some(cut) if n == in_question => cut.plan(),
        _ => Plan::default(),
    })
    .await;
    let mut other = Guest::join(&room.host.url(), "小李").await;
    let mut others = Told::default();
    let mut guest = Guest::try_join_and_stay(&network.url(), "阿明", tuning()).await;
    let mut told = Told::default();
    write(&mut guest, &mut told, 3).await;
    write(&mut other, &mut others, 3).await;
    let all = async {
        see(&mut guest, &mut told, &others).await;
        if scene == Scene::Resume {
            network.cut_all().await;
            write(&mut other, &mut others, 3).await;
            write(&mut guest, &mut told, 3).await;
            see(&mut guest, &mut told, &others).await;
        }
        // What comes behind the last line, such as its ack, passes before the next one.
        write(&mut guest, &mut told, 1).await;
        see(&mut guest, &mut told, &others).await;
        see(&mut other, &mut others, &told).await;
    };
    let seen = timeout(PATIENCE, all).await;
    seen.unwrap_or_else(|_| panic!("not all is there: {scene:?}, {cut:?}"));
    let frames = network.frames(in_question);
    // What is cut by hand is none of those that are counted.
    let faults = network.faults().saturating_sub(in_question);
    guest.client().leave().await;
    other.client().leave().await;
    let verdict = room.judge(&ToldByAll::of(vec![told, others])).await;
    Played { frames, faults, verdict }
}

async fn write(guest: &mut Guest, told: &mut Told, lines: usize) {
    for _ in 0..lines {
        told.post(guest, "一行").await;
    }
}

/// Reads until all that the two have written is there.
async fn see(guest: &mut Guest, told: &mut Told, others: &Told) {
    while !(told.has_seen_all_of(told) && told.has_seen_all_of(others)) {
        told.take(guest.update_whenever().await);
    }
}

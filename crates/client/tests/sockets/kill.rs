//! `kill -9` of an app with lines in its outbox, again and again: each line goes out exactly once.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use hearth_client::{JoinAddress, RoomClient, RoomOptions, RoomSnapshot, RoomUpdate};
use hearth_protocol::{Entry, PostId};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rusqlite::{Connection, OpenFlags};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::{host::Host, support::*};

/// Kills in a usual run; `HEARTH_KILLS` sets another number.
const KILLS: u64 = 12;

/// Lines that each app writes before it is killed, at most.
const LINES: u128 = 100;

/// What the app says for each line.
const WRITTEN: &str = "written";

const ADDRESS: &str = "HEARTH_TEST_ADDRESS";
const FILE: &str = "HEARTH_TEST_FILE";
const FIRST: &str = "HEARTH_TEST_FIRST";

/// The app that is killed: this very program, told what to do by its environment. It writes lines as fast as it can, and
/// says so on its standard output.
#[tokio::test]
#[ignore = "it is started by the test below"]
#[expect(clippy::print_stdout, reason = "that is what it is for")]
async fn app() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let file = PathBuf::from(std::env::var_os(FILE).expect("a file"));
    let from: u128 = std::env::var(FIRST).expect("a number").parse().expect("a number");
    let address = JoinAddress::parse(&address).expect("an address");
    let options = RoomOptions { keep_trying: true, keep: Some(file), ..options(&address) };
    let room = RoomClient::join_with(options, hasty());
    for n in from..from + LINES {
        room.post(post_id(n), format!("line {n}")).await;
        println!("{WRITTEN}");
        // As fast as nobody types.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    std::future::pending::<()>().await;
}

/// When an app is killed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    /// When it has written so many lines, wherever they are.
    Written(u128),
    /// When it has written them all, and the last one is on the disk.
    Kept,
}

/// Starts the app, and kills it.
async fn run_and_kill(address: &JoinAddress, file: &Path, from: u128, when: When) {
    let program = std::env::current_exe().expect("this program");
    let mut app = Command::new(program)
        .args(["--exact", "kill::app", "--ignored", "--nocapture"])
        .env(ADDRESS, address.to_string())
        .env(FILE, file)
        .env(FIRST, from.to_string())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("it starts");
    let mut says = BufReader::new(app.stdout.take().expect("a pipe")).lines();
    let mut written = 0;
    let lines = if let When::Written(lines) = when { lines } else { LINES };
    while written < lines {
        let line = tokio::time::timeout(IN_TIME, says.next_line()).await.expect("in time");
        written += u128::from(line.expect("it can be read").expect("the app goes on") == WRITTEN);
    }
    if when == When::Kept {
        let last = post_id(from + LINES - 1);
        let kept = async {
            while !is_kept(file, last) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(IN_TIME, kept).await.expect("in time");
    }
    app.kill().await.expect("it is dead");
}

/// Whether a line is in the file, as another program sees it.
fn is_kept(file: &Path, line: PostId) -> bool {
    let look = || -> rusqlite::Result<bool> {
        let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let id = line.uuid();
        db.query_row("SELECT EXISTS (SELECT 1 FROM line WHERE id = ?1)", [id.as_bytes().as_slice()], |row| {
            row.get(0)
        })
    };
    look().unwrap_or(false)
}

/// The lines that an app finds in its outbox when it starts.
async fn outbox(file: &Path) -> Vec<PostId> {
    let (listener, nobody) = listen().await;
    drop(listener);
    let options = RoomOptions { keep_trying: true, keep: Some(file.to_owned()), ..options(&nobody) };
    let room = RoomClient::join_with(options, hasty());
    let snapshot = |update: &RoomUpdate| match update {
        RoomUpdate::Snapshot { room } => Some(RoomSnapshot::clone(room)),
        _ => None,
    };
    let snapshot = find(&mut room.subscribe(None).await, snapshot).await;
    room.leave().await;
    assert_eq!(snapshot.trouble, None);
    snapshot.own.into_iter().map(|line| line.id).collect()
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "the tally is for people")]
async fn lines_of_an_app_that_is_killed_go_out_exactly_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("room.db");
    let host = Host::new(5);
    let server = host.serve().await;
    let kills = std::env::var("HEARTH_KILLS").map_or(KILLS, |kills| kills.parse().expect("a number"));
    let seed: u64 = rand::rng().random();
    let mut rng = StdRng::seed_from_u64(seed);
    let mut kept = BTreeSet::new();
    let mut from = 0;
    for kill in 0..kills {
        let (listener, nobody) = listen().await;
        drop(listener);
        let when = if kill % 3 == 0 { When::Kept } else { When::Written(rng.random_range(1..=LINES)) };
        let address = if when == When::Kept || rng.random() { &nobody } else { &server.address };
        run_and_kill(address, &file, from, when).await;
        let found = outbox(&file).await;
        if when == When::Kept {
            let all_there = (from..from + LINES).all(|n| found.contains(&post_id(n)));
            assert!(all_there, "what was on the disk is there at the next start; seed {seed}");
        }
        from += LINES;
        kept.extend(found);
    }

    // The last start: whatever was kept goes out.
    let options = RoomOptions { keep: Some(file.clone()), ..options(&server.address) };
    let room = RoomClient::join_with(options, hasty());
    let last = post_id(from);
    room.post(last, format!("line {from}")).await;
    let mut updates = room.subscribe(None).await;
    let has_last = |entries: &[Entry]| entries.iter().any(|entry| entry.id == Some(last)).then_some(());
    let arrived = |update: &RoomUpdate| match update {
        RoomUpdate::Entries { entries } => has_last(entries),
        RoomUpdate::Snapshot { room } => has_last(&room.entries),
        _ => None,
    };
    find(&mut updates, arrived).await;
    room.leave().await;
    assert_eq!(outbox(&file).await, []);

    let posted: Vec<Entry> = host.room().log.iter().filter(|entry| entry.id.is_some()).cloned().collect();
    let log: Vec<PostId> = posted.iter().filter_map(|entry| entry.id).collect();
    assert!(log.is_sorted_by(|one, next| one < next), "once, and in the order of writing; seed {seed}");
    let missing: Vec<_> = kept.iter().filter(|id| !log.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?} are lost; seed {seed}");
    // One who is killed before the token is kept is somebody new; nothing has left under the lost one.
    let authors: BTreeSet<_> = posted.iter().map(|entry| entry.from.member.clone()).collect();
    assert_eq!(authors.len(), 1, "always the same member; seed {seed}");
    println!(
        "{kills} kills, {} lines found in outboxes, {} in the log; lost 0, doubled 0, out of order 0",
        kept.len(),
        log.len()
    );
}

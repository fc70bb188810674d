//! What a room is to somebody whose app ends and starts again.

use std::path::{Path, PathBuf};

use hearth_client::{
    ActState, ConnectError, JoinAddress, KeepTrouble, RoomClient, RoomCommand, RoomOptions, RoomSnapshot,
    RoomUpdate, Status,
};
use hearth_protocol::{Entry, Found, HistoryRequest, Page, SearchRequest, Seq};
use hearth_store::open::connect;
use tempfile::TempDir;
use tokio::sync::mpsc::Receiver;

use crate::{dialects::classic_server, host::Host, support::*};

type Updates = Receiver<Vec<RoomUpdate>>;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("room.db");
    (folder, file)
}

fn keeping(address: &JoinAddress, file: &Path) -> RoomOptions {
    RoomOptions { keep_trying: true, keep: Some(file.to_owned()), ..options(address) }
}

/// Starts the app.
pub(crate) fn start(address: &JoinAddress, file: &Path) -> RoomClient {
    // A machine that is busy with disks is no dead link.
    let mut tuning = with_silence(IN_TIME);
    tuning.timing.connect = IN_TIME;
    tuning.timing.keep_again = std::time::Duration::from_millis(50);
    RoomClient::join_with(keeping(address, file), tuning)
}

/// An address where nobody is.
pub(crate) async fn nobody() -> JoinAddress {
    listen().await.1
}

pub(crate) async fn first(updates: &mut Updates) -> RoomSnapshot {
    let snapshot = |update: &RoomUpdate| match update {
        RoomUpdate::Snapshot { room } => Some(RoomSnapshot::clone(room)),
        _ => None,
    };
    find(updates, snapshot).await
}

fn is_connected(status: &Status) -> bool {
    matches!(status, Status::Connected { .. })
}

fn page(update: &RoomUpdate) -> Option<Page> {
    match update {
        RoomUpdate::Older { page, .. } => Some(page.clone()),
        _ => None,
    }
}

fn found(update: &RoomUpdate) -> Option<(Found, bool)> {
    match update {
        RoomUpdate::Found { found, whole } => Some((found.clone(), *whole)),
        _ => None,
    }
}

pub(crate) fn numbers(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq.get()).collect()
}

/// Waits until an entry of this number is told.
pub(crate) async fn told(updates: &mut Updates, number: Seq) {
    let has = |update: &RoomUpdate| match update {
        RoomUpdate::Entries { entries } => entries.iter().any(|entry| entry.seq == number).then_some(()),
        RoomUpdate::Snapshot { room } => room.entries.iter().any(|entry| entry.seq == number).then_some(()),
        _ => None,
    };
    find(updates, has).await;
}

#[tokio::test]
async fn a_room_is_read_scrolled_and_searched_without_its_host() {
    let (_folder, file) = place();
    let host = Host::new(400);
    let server = host.serve().await;
    let room = start(&server.address, &file);
    let mut updates = room.subscribe(None).await;
    told(&mut updates, seq(400)).await;
    let ask = |before: u64| HistoryRequest { before: seq(before), after: None, limit: 100 };
    for before in [351, 251, 151] {
        room.send(RoomCommand::History(ask(before))).await;
        assert!(find(&mut updates, page).await.more);
    }
    room.leave().await;
    drop(server);

    let room = start(&nobody().await, &file);
    let mut updates = room.subscribe(None).await;
    let snapshot = first(&mut updates).await;
    assert!(!is_connected(&snapshot.status));
    assert_eq!((snapshot.name.as_deref(), snapshot.trouble), (Some("围炉"), None));
    assert_eq!(numbers(&snapshot.entries), (201..=400).collect::<Vec<_>>());
    assert!(snapshot.you.is_some() && snapshot.more);
    room.send(RoomCommand::History(ask(201))).await;
    let older = find(&mut updates, page).await;
    assert_eq!((numbers(&older.entries), older.more), ((101..=200).collect(), true));
    let query = SearchRequest { query: "123".to_owned(), before: None, limit: 50 };
    room.send(RoomCommand::Search(query)).await;
    let (hits, whole) = find(&mut updates, found).await;
    assert_eq!((numbers(&hits.entries), whole), (vec![123], false));

    // What the copy does not have waits for a host.
    room.send(RoomCommand::History(ask(51))).await;
    room.leave().await;
    let server = host.serve().await;
    let room = start(&server.address, &file);
    let mut updates = room.subscribe(None).await;
    room.send(RoomCommand::History(ask(51))).await;
    let older = find(&mut updates, page).await;
    assert_eq!((numbers(&older.entries), older.more), ((1..=50).collect(), false));
    room.leave().await;
}

#[tokio::test]
async fn lines_that_were_not_sent_go_out_once_at_the_next_start() {
    let (_folder, file) = place();
    let room = start(&nobody().await, &file);
    for n in 0..3 {
        room.post(post_id(n), format!("line {n}")).await;
    }
    room.leave().await;

    let room = start(&nobody().await, &file);
    let own = first(&mut room.subscribe(None).await).await.own;
    assert_eq!(own.iter().map(|line| line.id).collect::<Vec<_>>(), [0, 1, 2].map(post_id));
    assert!(own.iter().all(|line| line.state == ActState::Queued));
    room.send(RoomCommand::Discard { id: post_id(1) }).await;
    room.leave().await;

    let host = Host::new(0);
    let server = host.serve().await;
    let room = start(&server.address, &file);
    told(&mut room.subscribe(None).await, seq(2)).await;
    room.leave().await;
    let room = start(&server.address, &file);
    reaches(&room, is_connected).await;
    let snapshot = first(&mut room.subscribe(None).await).await;
    assert_eq!((snapshot.own.len(), numbers(&snapshot.entries)), (0, vec![1, 2]));
    let posted: Vec<_> = host.room().log.iter().filter_map(|entry| entry.id).collect();
    assert_eq!(posted, [0, 2].map(post_id));
    room.leave().await;
}

#[tokio::test]
async fn the_token_is_kept_and_one_is_the_same_member_again() {
    let (_folder, file) = place();
    let host = Host::new(1);
    let server = host.serve().await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let room = start(&server.address, &file);
        reaches(&room, is_connected).await;
        tokens.push(room.identity().await.expect("a token"));
        assert_eq!(room.kept_at(), Some(file.as_path()));
        room.leave().await;
    }
    assert_eq!(tokens[0], tokens[1]);
}

#[tokio::test]
async fn a_room_whose_file_cannot_be_used_works_without() {
    let (_folder, file) = place();
    let host = Host::new(3);
    let server = host.serve().await;
    let first_program = start(&server.address, &file);
    reaches(&first_program, is_connected).await;
    let second = start(&server.address, &file);
    let mut updates = second.subscribe(None).await;
    assert_eq!(first(&mut updates).await.trouble, Some(KeepTrouble::InUse));
    second.post(post_id(7), "heard all the same".to_owned()).await;
    told(&mut updates, seq(4)).await;
    second.leave().await;
    first_program.leave().await;

    let newer = connect(&file).expect("a database");
    newer.pragma_update(None, "user_version", 99).expect("set");
    drop(newer);
    let room = start(&server.address, &file);
    let mut updates = room.subscribe(None).await;
    assert_eq!(first(&mut updates).await.trouble, Some(KeepTrouble::TooNew));
    reaches(&room, is_connected).await;
    room.leave().await;

    std::fs::write(&file, "rubbish").expect("written");
    for (trouble, entries) in [(Some(KeepTrouble::SetAside), 0), (None, 4)] {
        let room = start(&server.address, &file);
        let mut updates = room.subscribe(None).await;
        let snapshot = first(&mut updates).await;
        assert_eq!(snapshot.trouble, trouble);
        if !numbers(&snapshot.entries).contains(&4) {
            assert_eq!(snapshot.entries.len(), entries);
            told(&mut updates, seq(4)).await;
        }
        room.leave().await;
    }
}

#[tokio::test]
async fn a_disk_that_fails_holds_up_nobody_and_catches_up() {
    let (_folder, file) = place();
    let host = Host::new(1);
    let server = host.serve().await;
    let room = start(&server.address, &file);
    let mut updates = room.subscribe(None).await;
    told(&mut updates, seq(1)).await;
    let other = connect(&file).expect("a database");
    other
        .execute_batch(
            "CREATE TRIGGER no BEFORE INSERT ON line BEGIN SELECT RAISE(ABORT, 'the disk is tired'); END",
        )
        .expect("a fault");
    room.post(post_id(1), "goes out".to_owned()).await;
    let keeping = |update: &RoomUpdate| match update {
        RoomUpdate::Keeping { trouble } => Some(*trouble),
        _ => None,
    };
    assert_eq!(find(&mut updates, keeping).await, Some(KeepTrouble::Damaged));
    host.reaches(seq(2)).await;
    assert_eq!(first(&mut room.subscribe(None).await).await.trouble, Some(KeepTrouble::Damaged));
    told(&mut room.subscribe(None).await, seq(2)).await;
    other.execute_batch("DROP TRIGGER no").expect("mended");
    assert_eq!(find(&mut updates, keeping).await, None);
    drop(other);
    room.leave().await;

    let room = start(&nobody().await, &file);
    let snapshot = first(&mut room.subscribe(None).await).await;
    assert_eq!((numbers(&snapshot.entries), snapshot.own.len(), snapshot.trouble), (vec![1, 2], 0, None));
    assert!(matches!(
        snapshot.status,
        Status::Connecting | Status::Reconnecting { error: ConnectError::Refused { .. }, .. }
    ));
    room.leave().await;
}

#[tokio::test]
async fn a_line_waits_for_the_disk_and_nothing_else_does() {
    let (_folder, file) = place();
    let host = Host::new(1);
    let server = host.serve().await;
    let room = start(&server.address, &file);
    let mut updates = room.subscribe(None).await;
    told(&mut updates, seq(1)).await;
    // The disk is slow: nobody else may write while this lasts.
    let slow = connect(&file).expect("a database");
    slow.execute_batch("BEGIN IMMEDIATE").expect("it is ours");
    room.post(post_id(1), "waits".to_owned()).await;
    let sent = |update: &RoomUpdate| match update {
        RoomUpdate::Own { act } => (act.state == ActState::Sent).then_some(()),
        _ => None,
    };
    find(&mut updates, sent).await;
    let heard = host.speak("meanwhile");
    told(&mut updates, heard).await;
    assert_eq!(host.room().log.len(), 2, "what is not on the disk has not left");
    slow.execute_batch("COMMIT").expect("done");
    host.reaches(seq(3)).await;
    room.leave().await;
}

#[tokio::test]
async fn a_classic_room_has_a_history_of_its_own() {
    let (_folder, file) = place();
    let (server, _numbers) = classic_server(echo_subprotocol).await;
    let mut logs = Vec::new();
    for n in 0..2_u64 {
        let room = start(&server.address, &file);
        let mut updates = room.subscribe(None).await;
        reaches(&room, is_connected).await;
        room.post(post_id(n.into()), format!("今晚部署 {n}")).await;
        // Each time the own announcement comes back, and then the line.
        told(&mut updates, seq(2 * n + 2)).await;
        room.send(RoomCommand::Search(SearchRequest { query: "部署".to_owned(), before: None, limit: 50 }))
            .await;
        let (hits, whole) = find(&mut updates, found).await;
        assert_eq!((hits.entries.len() as u64, whole), (n + 1, false));
        room.leave().await;
        let room = start(&nobody().await, &file);
        let snapshot = first(&mut room.subscribe(None).await).await;
        assert_eq!((numbers(&snapshot.entries), snapshot.own.len()), ((1..=2 * n + 2).collect(), 0));
        logs.push(snapshot.log.expect("a log"));
        room.leave().await;
    }
    assert_eq!(logs[0], logs[1], "it goes on");
}

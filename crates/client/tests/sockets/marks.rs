//! What a user has read and typed is there when the app starts again, however it ended.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use hearth_client::{JoinAddress, RoomClient, RoomCommand, RoomOptions, RoomSnapshot, RoomUpdate, Strip};
use hearth_protocol::LogId;
use hearth_store::open::connect;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::{
    host::Host,
    keep::{first, nobody},
    support::*,
};

const DRAFT: &str = "写到一半";

const ADDRESS: &str = "HEARTH_TEST_ADDRESS";
const FILE: &str = "HEARTH_TEST_FILE";

/// What the app says when it was told to keep the marks.
const MARKED: &str = "marked";

fn start(address: &JoinAddress, file: &Path, only_lines: bool) -> RoomClient {
    let options =
        RoomOptions { keep_trying: true, keep: Some(file.to_owned()), only_lines, ..options(address) };
    RoomClient::join_with(options, with_silence(IN_TIME))
}

/// What the draft is to be.
fn answer() -> Strip {
    Strip::Reply { seq: seq(2) }
}

/// The room once its log is known.
async fn met(room: &RoomClient) -> (LogId, Option<u64>, String, Option<Strip>) {
    let met = |update: &RoomUpdate| match update {
        RoomUpdate::Snapshot { room } => {
            let RoomSnapshot { log, read, draft, strip, .. } = RoomSnapshot::clone(room);
            log.map(|log| (log, read.map(hearth_protocol::Seq::get), draft, strip))
        }
        RoomUpdate::Welcomed { log, read, draft, strip, .. } => {
            Some((log.clone(), read.map(hearth_protocol::Seq::get), draft.clone(), strip.clone()))
        }
        _ => None,
    };
    find(&mut room.subscribe(None).await, met).await
}

async fn mark(room: &RoomClient, log: &LogId) {
    room.send(RoomCommand::SetReadMark { log: log.clone(), seq: seq(3) }).await;
    let text = DRAFT.to_owned();
    room.send(RoomCommand::SetDraft { log: log.clone(), text, strip: Some(answer()) }).await;
}

#[tokio::test]
async fn marks_outlive_leaving_and_the_next_start_where_entries_are_kept_and_where_not() {
    for only_lines in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("room.db");
        let host = Host::new(5);
        let server = host.serve().await;
        let room = start(&server.address, &file, only_lines);
        let (log, read, draft, strip) = met(&room).await;
        assert_eq!((read, draft.as_str(), strip), (None, "", None));
        mark(&room, &log).await;
        let mut read_mark = room.read_mark();
        let mark = tokio::time::timeout(IN_TIME, read_mark.wait_for(Option::is_some)).await;
        assert_eq!(*mark.expect("in time").expect("the room lives"), Some(seq(3)), "the shell may look");
        room.leave().await;

        let room = start(&server.address, &file, only_lines);
        assert_eq!(met(&room).await, (log.clone(), Some(3), DRAFT.to_owned(), Some(answer())));
        room.send(RoomCommand::SetDraft { log, text: String::new(), strip: None }).await;
        room.leave().await;
        let room = start(&server.address, &file, only_lines);
        let (_, read, draft, strip) = met(&room).await;
        assert_eq!((read, draft.as_str(), strip), (Some(3), "", None));
        room.leave().await;
    }
}

#[tokio::test]
async fn another_log_forgets_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("room.db");
    let server = Host::new(5).serve().await;
    let room = start(&server.address, &file, false);
    let (log, ..) = met(&room).await;
    mark(&room, &log).await;
    room.leave().await;
    // The file is of another log than the host's: as when the host has begun anew meanwhile.
    let db = connect(&file).expect("a database");
    db.execute("UPDATE meta SET value = 'before' WHERE key IN ('log', 'marked')", []).expect("changed");
    drop(db);
    let room = start(&nobody().await, &file, false);
    assert_eq!(first(&mut room.subscribe(None).await).await.draft, DRAFT, "it is the file's log");
    room.leave().await;
    let room = start(&server.address, &file, false);
    reaches(&room, |status| matches!(status, hearth_client::Status::Connected { .. })).await;
    assert_eq!(met(&room).await, (log, None, String::new(), None));
    room.leave().await;
}

/// The app that is killed: this very program, told what to do by its environment.
#[tokio::test]
#[ignore = "it is started by the test below"]
#[expect(clippy::print_stdout, reason = "that is what it is for")]
async fn app() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let file = PathBuf::from(std::env::var_os(FILE).expect("a file"));
    let room = start(&JoinAddress::parse(&address).expect("an address"), &file, false);
    let (log, ..) = met(&room).await;
    mark(&room, &log).await;
    println!("{MARKED}");
    std::future::pending::<()>().await;
}

/// Whether the draft is in the file, as another program sees it.
fn is_kept(file: &Path) -> bool {
    let look = || {
        connect(file).ok()?.query_row("SELECT value FROM meta WHERE key = 'draft'", [], |row| row.get(0)).ok()
    };
    look() == Some(DRAFT.to_owned())
}

#[tokio::test]
async fn they_outlive_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("room.db");
    let server = Host::new(5).serve().await;
    let mut app = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "marks::app", "--ignored", "--nocapture"])
        .env(ADDRESS, server.address.to_string())
        .env(FILE, &file)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("it starts");
    let mut says = BufReader::new(app.stdout.take().expect("a pipe")).lines();
    let kept = async {
        while says.next_line().await.expect("it can be read").expect("the app goes on") != MARKED {}
        // It writes by itself, without waiting for the end of the app.
        while !is_kept(&file) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(IN_TIME, kept).await.expect("in time");
    app.kill().await.expect("it is dead");

    let room = start(&nobody().await, &file, false);
    let snapshot = first(&mut room.subscribe(None).await).await;
    assert_eq!((snapshot.read, snapshot.draft.as_str(), snapshot.trouble), (Some(seq(3)), DRAFT, None));
    assert_eq!(snapshot.strip, Some(answer()));
    room.leave().await;
}

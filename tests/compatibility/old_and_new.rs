//! Versions that meet: what a version of before acts about lines said, kept and showed holds with this one, and the other way round.
//!
//! `tests/vectors/old/` has what programs of that version left behind: the frames of a session, a room, and an app's copy of a room that a
//! host of today served. What needs such a program itself is run with `HEARTH_OLD_HOST_BIN`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hearth_client::{
    ActState, Credentials, Failure, Invitation, RoomClient, RoomCommand, RoomOptions, RoomSnapshot,
    RoomUpdate,
};
use hearth_host::HostConfig;
use hearth_log::{Format, Language, Log, SqliteLog, export, verify};
use hearth_protocol::{
    Act, Body, ClientFrame, Emoji, Entry, Hello, HistoryRequest, LinesRequest, LogId, MemberToken, Mention,
    Mentions, Nickname, PostId, RefusalCode, Role, SearchRequest, Secret, Seq, ServerFrame, Verb,
};
use hearth_tests::headless::{Headless, old_command, run};
use hearth_tests::knocking::code;
use hearth_tests::proxy::{Plan, Proxy};
use hearth_tests::{
    Chromium, Guest, GuestPage, PATIENCE, RawClient, TestHost, eager, found_in, free_port, hello,
    log_in_file, quick,
};
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use uuid::Uuid;

/// An app's copy of a room.
mod copies;
/// A session.
mod frames;
/// Hosts of before.
mod old_hosts;
/// Rooms that were kept.
mod rooms;

fn left_behind(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/old").join(name)
}

fn read<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let text = fs::read_to_string(left_behind(name)).expect("it is there");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A copy of something that was left behind, under this name in a folder of its own.
fn copy_of(name: &str, file: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(file);
    fs::copy(left_behind(name), &file).expect("copied");
    (folder, file)
}

fn act(what: Verb) -> Act {
    Act { what, id: Some(PostId::new(Uuid::now_v7())) }
}

fn edit(about: Seq, text: &str) -> Verb {
    Verb::Edit { about, text: text.to_owned(), mentions: Mentions::default() }
}

fn react(about: Seq) -> Verb {
    Verb::React { about, emoji: Emoji::new("👍").expect("an emoji"), on: true }
}

fn reply(to: Seq, text: &str) -> Verb {
    Verb::Post { text: text.to_owned(), reply: Some(to), mentions: Mentions::default() }
}

/// Does something, and waits until it is in the log.
async fn does(client: &mut RawClient, what: Verb) -> Seq {
    let act = act(what);
    client.send(&ClientFrame::Act(act.clone())).await;
    loop {
        match client.frame().await {
            ServerFrame::Ack(ack) if Some(ack.id) == act.id => return ack.seq,
            ServerFrame::Refused(refused) => panic!("{act:?}: {refused:?}"),
            _ => {}
        }
    }
}

fn exported(file: &Path) -> Vec<Value> {
    let mut out = Vec::new();
    export(file, Format::JsonLines, Language::English, &TimeZone::UTC, Timestamp::UNIX_EPOCH, &mut out)
        .expect("exported");
    let text = String::from_utf8(out).expect("text");
    entries_of(&text)
}

/// The entries of an export.
fn entries_of(export: &str) -> Vec<Value> {
    let lines = export.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|line| line["seq"].is_u64()).collect()
}

/// Everything from the beginning of the log up to what there is now.
async fn all(client: &mut RawClient, head: Seq) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    while entries.last().is_none_or(|entry| entry.seq < head) {
        entries.push(client.entry().await);
    }
    entries
}

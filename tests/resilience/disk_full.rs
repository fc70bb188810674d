//! The disk is full: senders are told, nothing is acked that is not stored, what is stored can be read, and it goes on by
//! itself when there is room.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use futures_util::future::join_all;
use hearth_log::verify;
use hearth_protocol::{ClientFrame, HistoryRequest, PostId, RefusalCode, Seq, ServerFrame};
use hearth_tests::headless::{Headless, command};
use hearth_tests::{RawClient, Tmpfs, tell};

const SENDERS: usize = 10;
const DISK: usize = 2 * 1024 * 1024;

/// What else takes up room, until somebody cleans up.
const REST: usize = 512 * 1024;

/// Some lines come in before it is full, and more are refused after it.
const LINES: usize = 600;

/// What became of a sender's lines.
#[derive(Default)]
struct Outcome {
    acked: BTreeSet<PostId>,
    refused: BTreeSet<PostId>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_and_heals() {
    // Only root mounts a disk, and CI is root; elsewhere the pure half of it is in storage.rs.
    let Some(disk) = Tmpfs::mount(DISK) else {
        tell("no right to mount a small disk here");
        return;
    };
    let rest = disk.path().join("rest");
    fs::write(&rest, vec![7; REST]).expect("there is room for it");
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let data = disk.path().join("data");
    let data = data.to_str().expect("a path");
    let flags = ["--bind", "127.0.0.1", "--port", "0", "--rate", "off", "--data", data];
    let mut host = Headless::start_as(Arc::clone(&home), command(&home), &flags).await;
    let url = host.url().to_owned();

    let mut senders = join_all((0..SENDERS).map(|n| enter(&url, n))).await;
    let outcomes = join_all(senders.iter_mut().map(|client| write(client, LINES))).await;
    let (acked, refused) = outcomes.iter().fold((0, 0), |(acked, refused), outcome| {
        (acked + outcome.acked.len(), refused + outcome.refused.len())
    });
    assert!(acked > 0 && refused > 0, "it filled up on the way: {acked} acked, {refused} refused");
    let told = host.program().error_after("the disk is full").await;
    assert!(told.contains("nobody can say anything"), "the owner is told: {told}");

    let stored = history(&mut senders[0]).await;
    for outcome in &outcomes {
        assert!(outcome.acked.is_subset(&stored), "what was acked can be read on the full disk");
        assert!(outcome.refused.is_disjoint(&stored), "what was refused is not there");
    }

    fs::remove_file(&rest).expect("somebody cleans up");
    let healed = join_all(senders.iter_mut().map(|client| write(client, 20))).await;
    let refused_since: usize = healed.iter().map(|outcome| outcome.refused.len()).sum();
    assert_eq!(refused_since, 0, "and it goes on by itself");
    host.program().error_after("stored again").await;
    let stored = history(&mut senders[0]).await;
    let lost = outcomes
        .iter()
        .chain(&healed)
        .flat_map(|outcome| &outcome.acked)
        .filter(|id| !stored.contains(id))
        .count();
    host.program().terminate().await;
    host.program().ended().await;
    let report = verify(&disk.path().join("data/room.db")).expect("looked at");
    tell(&format!(
        "{SENDERS} senders: {acked} acked, {refused} refused, {lost} lost, {} problems",
        report.count
    ));
    assert_eq!((lost, report.problems), (0, Vec::new()));
}

async fn enter(url: &str, n: usize) -> RawClient {
    RawClient::enter(url, &format!("客人 {n}")).await.0
}

/// Writes lines, and waits until each is acked or refused.
async fn write(client: &mut RawClient, lines: usize) -> Outcome {
    let mut outcome = Outcome::default();
    for _ in 0..lines {
        let id = client.post(&"字".repeat(100)).await;
        loop {
            match client.frame().await {
                ServerFrame::Ack(ack) if ack.id == id => {
                    outcome.acked.insert(id);
                    break;
                }
                ServerFrame::Refused(refused) => {
                    assert_eq!((refused.id, refused.code), (Some(id), RefusalCode::Storage));
                    outcome.refused.insert(id);
                    break;
                }
                _ => {}
            }
        }
    }
    outcome
}

/// Everything that is stored, by its ids.
async fn history(client: &mut RawClient) -> BTreeSet<PostId> {
    let (mut before, mut ids) = (Seq::MAX, BTreeSet::new());
    loop {
        client.send(&ClientFrame::History(HistoryRequest { before, after: None, limit: 100 })).await;
        let page = loop {
            if let ServerFrame::Page(page) = client.frame().await {
                break page;
            }
        };
        ids.extend(page.entries.iter().filter_map(|entry| entry.id));
        match page.entries.first() {
            Some(first) if page.more => before = first.seq,
            _ => return ids,
        }
    }
}

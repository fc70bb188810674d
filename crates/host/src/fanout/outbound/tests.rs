use std::sync::Arc;
use std::time::Duration;

use hearth_log::Log;
use hearth_protocol::{CloseCode, Dialect, Seq};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::testing::{connected, connected_by_tls, feed, heard, log, store};
use crate::fanout::frame;
use crate::fanout::tape::Frames;

/// Reaching it is a failure, never a pause.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn what_tls_holds_goes_out_before_a_connection_rests() {
    let feed = feed(log());
    let (outbound, mut peer) = connected_by_tls().await;
    let end = feed.tape(Dialect::V1).end();
    outbound.begin(Seq::ZERO, Some(end));
    let mut sent = Vec::new();
    // Until a record does not fit into the socket: nothing waits before TLS then, and something behind it.
    while !outbound.socket.holds() {
        let frame = [u8::try_from(sent.len() % 251).expect("a byte"); 8000];
        sent.extend_from_slice(&frame);
        outbound.push(&frame);
        outbound.hurry();
    }
    assert!(outbound.cursor().outgoing(None).is_some_and(|(own, _)| own.is_empty()));
    let mut got = vec![0; sent.len()];
    let (driven, read) =
        tokio::join!(timeout(PATIENCE, outbound.drive(&feed)), timeout(PATIENCE, peer.read_exact(&mut got)));
    driven.expect("in time").expect("driven");
    read.expect("all of it, and not only with what comes next").expect("read");
    assert!(got == sent);
    assert!(!outbound.socket.holds() && outbound.cursor().is_live(), "it is caught up");
}

#[tokio::test]
async fn the_end_of_a_connection_by_tls_is_said() {
    let (outbound, mut peer) = connected_by_tls().await;
    outbound.end(CloseCode::Policy, "enough");
    outbound.hurry();
    let mut heard = Vec::new();
    let (drained, read) = tokio::join!(timeout(PATIENCE, outbound.drain()), async {
        let read = timeout(PATIENCE, peer.read_to_end(&mut heard)).await;
        drop(peer);
        read
    });
    drained.expect("in time");
    read.expect("in time").expect("an end that is said");
    assert_eq!(heard, frame::close(CloseCode::Policy, "enough"));
}

#[tokio::test]
async fn what_was_read_before_it_stood_on_the_tape_comes_once() {
    let log = log();
    store(&log, 1..=5).await;
    let feed = feed(Arc::clone(&log));
    let (outbound, peer) = connected().await;
    outbound.begin(Seq::ZERO, None);
    // Stored, and the hub has not got to the tape yet.
    store(&log, 6..=7).await;
    outbound.catch_up(&feed, Seq::ZERO).await.expect("the log is read");
    let newest = log.read_after(Seq::ZERO, 100).await.expect("read").entries.split_off(5);
    let mut frames = Frames::default();
    for entry in &newest {
        frames.add(entry.seq, |out| frame::entry(Dialect::V1, entry, None, out));
    }
    feed.tape(Dialect::V1).append(frames, newest[1].seq);
    outbound.drive(&feed).await.expect("driven");
    outbound.end(CloseCode::Policy, "enough");
    let heard = heard(&outbound, peer).await;
    let heard = String::from_utf8_lossy(&heard);
    let times = |n: u32| heard.matches(&format!("第 {n} 行")).count();
    assert_eq!((1..=7).map(times).collect::<Vec<_>>(), [1; 7]);
}

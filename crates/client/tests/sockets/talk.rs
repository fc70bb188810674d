//! A room over a real link: talk, loss, silence, slow readers, goodbyes.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hearth_client::{ConnectError, RoomClient, RoomCommand, RoomUpdate, Status};
use hearth_protocol::{Ack, Act, Author, Body, ClientFrame, Entry, MemberId, PostId, ServerFrame};
use tokio::{io::AsyncWriteExt, sync::mpsc};
use tokio_tungstenite::tungstenite::Message;

use crate::support::*;

fn entry(prev: u64, at: u64, id: Option<PostId>) -> ServerFrame {
    entry_with(prev, at, id, "你好".to_owned())
}

fn entry_with(prev: u64, at: u64, id: Option<PostId>, text: String) -> ServerFrame {
    ServerFrame::Entry(Entry {
        seq: seq(at),
        prev: seq(prev),
        at: "2026-01-05T09:04:00Z".parse().expect("a time"),
        from: Author { member: MemberId::new("me").expect("an id"), nickname: nickname("阿明") },
        id,
        body: Body::Message { text, time: None },
    })
}

async fn enter(stream: tokio::net::TcpStream) -> Socket {
    let mut socket = accept(stream, as_hearth).await.expect("a client");
    hear(&mut socket).await;
    say(&mut socket, &welcome(seq(0), seq(0))).await;
    socket
}

fn is_connected(status: &Status) -> bool {
    matches!(status, Status::Connected { .. })
}

fn lost_to(status: &Status, why: &ConnectError) -> bool {
    matches!(status, Status::Reconnecting { error, .. } if error == why)
}

/// Whether an update has an entry of this number.
fn has(update: &RoomUpdate, at: u64) -> Option<()> {
    let entries = match update {
        RoomUpdate::Entries { entries } => entries,
        RoomUpdate::Snapshot { room } => &room.entries,
        _ => return None,
    };
    entries.iter().any(|entry| entry.seq == seq(at)).then_some(())
}

#[tokio::test]
async fn a_broken_link_comes_back_and_goes_on_where_it_was() {
    let server = serve(|stream, number| async move {
        if number == 0 {
            let mut socket = enter(stream).await;
            say(&mut socket, &entry(0, 1, None)).await;
            assert!(
                matches!(hear(&mut socket).await, Some(ClientFrame::Act(act)) if act.id == Some(post_id(1)))
            );
            return;
        }
        let mut socket = accept(stream, as_hearth).await.expect("a client");
        let Some(ClientFrame::Hello(hello)) = hear(&mut socket).await else { panic!("a hello is due") };
        assert_eq!((hello.after, hello.token.expect("a token").as_str()), (Some(seq(1)), "secret"));
        say(&mut socket, &welcome(seq(1), seq(1))).await;
        let Some(ClientFrame::Act(Act { id: Some(id), .. })) = hear(&mut socket).await else {
            panic!("the line is due")
        };
        say(&mut socket, &ServerFrame::Ack(Ack { id, seq: seq(2) })).await;
        say(&mut socket, &entry(1, 2, Some(id))).await;
        while hear(&mut socket).await.is_some() {}
    })
    .await;
    let room = RoomClient::join_with(options(&server.address), hasty());
    let mut updates = room.subscribe(None).await;
    find(&mut updates, |update| has(update, 1)).await;
    room.post(post_id(1), "你好".to_owned()).await;
    let lost = |update: &RoomUpdate| match update {
        RoomUpdate::Status { status } => lost_to(status, &ConnectError::LinkBroken).then_some(()),
        _ => None,
    };
    find(&mut updates, lost).await;
    find(&mut updates, |update| has(update, 2)).await;
    reaches(&room, is_connected).await;
}

#[tokio::test]
async fn leaving_sends_what_was_written_and_says_goodbye() {
    let (codes, mut code) = mpsc::unbounded_channel();
    let server = serve(move |stream, _| {
        let codes = codes.clone();
        async move {
            let mut socket = enter(stream).await;
            let mut lines = 0;
            while let Some(Ok(message)) = socket.next().await {
                match message {
                    Message::Text(_) => lines += 1,
                    Message::Close(frame) => {
                        let _ = codes.send((lines, frame.map(|frame| u16::from(frame.code))));
                    }
                    _ => {}
                }
            }
        }
    })
    .await;

    let room = join(&server.address);
    room.joined().await.expect("in the room");
    let mut updates = room.subscribe(None).await;
    for n in 0..20 {
        room.post(post_id(n), "x".repeat(10_000)).await;
    }
    room.leave().await;
    assert_eq!(code.try_recv(), Ok((20, Some(1000))), "all of it is there when leaving is done");
    assert_eq!(*room.status().borrow(), Status::Disconnected { error: None });
    while updates.recv().await.is_some() {}
    assert!(room.subscribe(None).await.recv().await.is_none(), "nobody is left to tell anything");
    room.post(post_id(99), "into the void".to_owned()).await;

    let room = join(&server.address);
    room.joined().await.expect("in the room");
    drop(room);
    assert_eq!(code.recv().await, Some((0, Some(1000))), "dropping the last handle is leaving");
}

#[tokio::test]
async fn a_peer_that_falls_silent_is_noticed_even_when_it_does_not_read() {
    let server = serve(|stream, _| async move {
        let _socket = enter(stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let room = RoomClient::join_with(options(&server.address), hasty());
    room.joined().await.expect("in the room");
    for n in 0..500 {
        room.post(post_id(n), "x".repeat(16_000)).await;
    }
    reaches(&room, |status| lost_to(status, &ConnectError::Silent { seconds: 1 })).await;
}

#[tokio::test]
async fn a_peer_that_talks_and_does_not_read_is_still_heard() {
    let server = serve(|stream, _| async move {
        let socket = enter(stream).await;
        let (mut talk, _unread) = socket.split();
        for n in 0.. {
            let frame = Message::text(hearth_protocol::encode(&entry(n, n + 1, None)));
            if talk.send(frame).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let room = RoomClient::join_with(options(&server.address), with_silence(Duration::from_millis(1500)));
    room.joined().await.expect("in the room");
    let mut updates = room.subscribe(None).await;
    for n in 0..500 {
        room.post(post_id(n), "x".repeat(16_000)).await;
    }
    find(&mut updates, |update| has(update, 100)).await;
    assert!(is_connected(&room.status().borrow()));
}

#[tokio::test]
async fn pings_keep_a_quiet_link() {
    let (pings, mut seen) = mpsc::unbounded_channel();
    let server = serve(move |stream, _| {
        let pings = pings.clone();
        async move {
            let mut socket = enter(stream).await;
            while let Some(Ok(message)) = socket.next().await {
                if message.is_ping() {
                    let _ = pings.send(());
                }
            }
        }
    })
    .await;
    let mut tuning = with_silence(Duration::from_secs(2));
    tuning.timing.ping = Duration::from_millis(100);
    let room = RoomClient::join_with(options(&server.address), tuning);
    room.joined().await.expect("in the room");
    let mut status = room.status();
    status.mark_unchanged();
    for _ in 0..25 {
        seen.recv().await.expect("a ping");
    }
    assert!(!status.has_changed().expect("the room lives"), "longer than the silence that ends a dead link");
}

#[tokio::test]
async fn a_large_message_on_a_slow_link_is_not_silence() {
    let server = serve(|stream, _| async move {
        let socket = enter(stream).await;
        let mut stream = socket.into_inner();
        let text = hearth_protocol::encode(&entry_with(0, 1, None, "x".repeat(16_000)));
        let length = u16::try_from(text.len()).expect("64 KiB at most");
        let mut frame = vec![0x81, 126];
        frame.extend(length.to_be_bytes());
        frame.extend(text.bytes());
        for part in frame.chunks(1600) {
            tokio::time::sleep(Duration::from_millis(150)).await;
            let _ = stream.write_all(part).await;
        }
        std::future::pending::<()>().await;
    })
    .await;
    let room = RoomClient::join_with(options(&server.address), with_silence(Duration::from_millis(1200)));
    let mut updates = room.subscribe(None).await;
    find(&mut updates, |update| has(update, 1)).await;
}

#[tokio::test]
async fn a_subscriber_that_does_not_read_gets_a_snapshot_and_holds_nobody_up() {
    const ENTRIES: u64 = 3000;
    let (go, start) = tokio::sync::watch::channel(false);
    let server = serve(move |stream, _| {
        let mut start = start.clone();
        async move {
            let mut socket = enter(stream).await;
            start.wait_for(|&go| go).await.expect("the test runs");
            for n in 0..ENTRIES {
                say(&mut socket, &entry(n, n + 1, None)).await;
                if n % 20 == 0 {
                    tokio::task::yield_now().await;
                }
            }
            while hear(&mut socket).await.is_some() {}
        }
    })
    .await;
    let room = join(&server.address);
    room.joined().await.expect("in the room");
    let mut slow = room.subscribe(None).await;
    let mut quick = room.subscribe(None).await;
    go.send(true).expect("the server waits");
    find(&mut quick, |update| has(update, ENTRIES)).await;

    let mut snapshots = 0;
    let mut known = 0;
    while known < ENTRIES {
        for update in slow.recv().await.expect("the room lives") {
            let entries = match update {
                RoomUpdate::Entries { entries } => entries,
                RoomUpdate::Snapshot { room } => {
                    snapshots += 1;
                    if !room.resumed {
                        known = room.entries.first().map_or(0, |entry| entry.prev.get());
                    }
                    room.entries
                }
                _ => continue,
            };
            for entry in entries {
                assert_eq!(entry.prev.get(), known, "nothing is missing and nothing comes twice");
                known = entry.seq.get();
            }
        }
    }
    assert!(snapshots <= 3);
}

#[tokio::test]
async fn older_entries_reach_even_a_subscriber_that_is_behind() {
    let server = serve(|stream, _| async move {
        let mut socket = enter(stream).await;
        while let Some(frame) = hear(&mut socket).await {
            let ClientFrame::History(request) = frame else { continue };
            for n in 0..200 {
                say(&mut socket, &entry(n, n + 1, None)).await;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            let page = hearth_protocol::Page {
                before: request.before,
                after: None,
                entries: Vec::new(),
                more: false,
            };
            say(&mut socket, &ServerFrame::Page(page)).await;
        }
    })
    .await;
    let room = join(&server.address);
    room.joined().await.expect("in the room");
    let mut behind = room.subscribe(None).await;
    let mut quick = room.subscribe(None).await;
    room.send(RoomCommand::History(hearth_protocol::HistoryRequest {
        before: seq(9),
        after: None,
        limit: 50,
    }))
    .await;
    let is_page = |update: &RoomUpdate| matches!(update, RoomUpdate::Older { .. }).then_some(());
    find(&mut quick, is_page).await;
    find(&mut behind, is_page).await;
}

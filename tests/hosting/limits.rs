//! Nobody can take more than their share: of places, of bytes, of frames, of talk.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use hearth_host::{HostConfig, Limits, Rate};
use hearth_protocol::{Body, Dialect, RefusalCode, ServerFrame};
use hearth_tests::by_hand::{by_hand, empty, is_well};
use hearth_tests::headless::Headless;
use hearth_tests::{PATIENCE, RawClient, TestHost, hello, http, outer_address, quick, tell};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};

async fn host_with(limits: Limits) -> TestHost {
    TestHost::with(HostConfig { limits, ..quick() }).await
}

/// Writes the same whole frames until the other side has had enough. Gives how many bytes it took.
async fn pour(tcp: &mut TcpStream, frames: &[u8]) -> usize {
    let mut poured = 0;
    let end = async {
        // Never a part of it and then the beginning again: that would be cut for being no frame.
        while tcp.write_all(frames).await.is_ok() {
            poured += frames.len();
        }
    };
    timeout(PATIENCE, end).await.expect("it is cut in time");
    poured
}

/// The answer to a client whom the door refuses.
async fn refusal(url: &str) -> (u16, String) {
    match RawClient::v1(url).await {
        Err(Error::Http(response)) => {
            let code = response.headers().get("hearth-refusal").and_then(|code| code.to_str().ok());
            (response.status().as_u16(), code.unwrap_or_default().to_owned())
        }
        other => panic!("a refusal, not {other:?}"),
    }
}

#[tokio::test]
async fn a_full_room_says_that_it_is_full_and_takes_the_next_when_one_goes() {
    let host = host_with(Limits { max_clients: 2, ..quick().limits }).await;
    let (first, _) = RawClient::enter(&host.url(), "一").await;
    let _second = RawClient::classic(&host.url()).await.expect("a connection");
    assert_eq!(refusal(&host.url()).await, (503, "room_full".to_owned()));
    let health = http::get(&host.addr().to_string(), "/healthz").await;
    assert_eq!(health.status, 200, "a full room is well");
    first.leave().await;
    let free = async { while RawClient::v1(&host.url()).await.is_err() {} };
    timeout(PATIENCE, free).await.expect("the place is free again");
}

#[tokio::test]
async fn one_address_cannot_take_all_places() {
    let Some(outer) = outer_address() else {
        // Loopback is exempt. How they are counted is proven beside the counting, in the host's admission.rs.
        tell("not seen here: this machine has no address but its own");
        return;
    };
    let limits = Limits { max_per_address: 2, ..quick().limits };
    let bind = "0.0.0.0".parse().expect("an address");
    let host = TestHost::with(HostConfig { bind, limits, ..quick() }).await;
    let (port, outer) = (host.addr().port(), outer.to_string());
    let url = format!("ws://{outer}:{port}");
    let first = RawClient::v1(&url).await.expect("a connection");
    let _second = RawClient::v1(&url).await.expect("a connection");
    assert_eq!(refusal(&url).await, (429, "address_limit".to_owned()));
    // A reverse proxy stands on loopback, with everybody behind it.
    for _ in 0..5 {
        RawClient::v1(&format!("ws://127.0.0.1:{port}")).await.expect("a connection").leave().await;
    }
    first.leave().await;
    let free = async { while RawClient::v1(&url).await.is_err() {} };
    timeout(PATIENCE, free).await.expect("the place is free again");
}

#[tokio::test]
async fn one_address_cannot_crowd_the_door() {
    /// As many as one address may have there.
    const STRANGERS: usize = 256;
    let Some(outer) = outer_address() else {
        tell("not seen here: this machine has no address but its own");
        return;
    };
    let bind = "0.0.0.0".parse().expect("an address");
    let host = TestHost::with(HostConfig { bind, ..quick() }).await;
    let port = host.addr().port();
    let mut silent = Vec::new();
    for _ in 0..STRANGERS {
        silent.push(TcpStream::connect((outer, port)).await.expect("a connection"));
    }
    let mut one_more = TcpStream::connect((outer, port)).await.expect("a connection");
    let end = timeout(PATIENCE, one_more.read(&mut [0; 1])).await.expect("it is sent away at once");
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
    is_well(&format!("ws://127.0.0.1:{port}")).await;
    drop(silent);
    let free = async { while RawClient::v1(&format!("ws://{outer}:{port}")).await.is_err() {} };
    timeout(PATIENCE, free).await.expect("the places are free again");
}

#[tokio::test]
async fn a_message_that_is_too_long_ends_its_connection_by_name() {
    let host = TestHost::start().await;
    let limit = hearth_protocol::Limits::V1.frame_bytes as usize;
    for (dialect, mut client) in [
        (Dialect::V1, RawClient::enter(&host.url(), "阿明").await.0),
        (Dialect::Classic, RawClient::classic(&host.url()).await.expect("a connection")),
    ] {
        // What fits is read, if only to be refused as no frame.
        client.send_text("x".repeat(limit)).await;
        if dialect == Dialect::V1 {
            let refused = loop {
                if let ServerFrame::Refused(refused) = client.frame().await {
                    break refused;
                }
            };
            assert_eq!(refused.code, RefusalCode::Malformed);
        }
        let _ = client.socket().send(Message::text("x".repeat(limit + 1))).await;
        assert_eq!(client.close_code().await, Some(1009), "{dialect:?}");
    }
    // Far too long: the host does not read it all, and still says why.
    let mut client = RawClient::enter(&host.url(), "阿明").await.0;
    let _ = client.socket().send(Message::text("x".repeat(100 * limit))).await;
    assert_eq!(client.close_code().await, Some(1009));
    is_well(&host.url()).await;
}

#[tokio::test]
async fn a_text_that_is_no_text_ends_its_connection_by_name() {
    let host = TestHost::start().await;
    for dialect in [Dialect::V1, Dialect::Classic] {
        let mut tcp = by_hand(&host, dialect).await;
        // The half of a surrogate pair, which no UTF-8 has.
        tcp.write_all(&[0x81, 0x83, 0, 0, 0, 0, 0xed, 0xa0, 0x80]).await.expect("sent");
        let mut answer = Vec::new();
        let _ = timeout(PATIENCE, tcp.read_to_end(&mut answer)).await.expect("it ends");
        assert_eq!(answer.get(2..4), Some(&1007_u16.to_be_bytes()[..]), "{answer:02x?}");
    }
    is_well(&host.url()).await;
}

#[tokio::test]
async fn a_flood_of_frames_ends_its_connection_by_name() {
    let flood = Some(Rate { per_second: 50.0, burst: 100.0 });
    let host = host_with(Limits { flood, ..quick().limits }).await;
    let pings = Message::Ping(Vec::new().into());
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let (mut sink, mut stream) = ming.socket().split();
    let send = async { while sink.send(pings.clone()).await.is_ok() {} };
    let end = async {
        while let Some(Ok(message)) = stream.next().await {
            if let Message::Close(frame) = message {
                return frame.map(|frame| u16::from(frame.code));
            }
        }
        None
    };
    let code = tokio::select! {
        code = end => code,
        () = send => panic!("cut without a word"),
    };
    assert_eq!(code, Some(1008));
    is_well(&host.url()).await;
}

#[tokio::test]
async fn fragments_without_end_are_cut_soon() {
    let host = host_with(Limits { flood: None, ..Limits::default() }).await;
    // Pings in between are whole messages, and make the one that they stand in no better.
    let with_pings = [empty::CONTINUATION.repeat(1_000), empty::PING.to_vec()].concat();
    for fragments in [empty::CONTINUATION.repeat(1_000), with_pings] {
        let mut tcp = by_hand(&host, Dialect::V1).await;
        tcp.write_all(&empty::START_OF_TEXT).await.expect("sent");
        let started = Instant::now();
        let poured = pour(&mut tcp, &fragments).await;
        tell(&format!("{} empty fragments taken in {:.1?}", poured / 6, started.elapsed()));
        assert!(poured < 64 * 1024 * 1024, "{poured} bytes");
    }
    is_well(&host.url()).await;
}

/// Pours these bytes, which are whole frames, until the host has had enough. Gives the code it closes with: classic
/// guests are told nothing else.
async fn code_when_poured(host: &TestHost, frames: Vec<u8>) -> Option<u16> {
    let (mut read, mut write) = by_hand(host, Dialect::Classic).await.into_split();
    let pour = tokio::spawn(async move { while write.write_all(&frames).await.is_ok() {} });
    let mut answer = [0; 4];
    timeout(PATIENCE, read.read_exact(&mut answer)).await.expect("it is cut in time").expect("with a word");
    drop(read);
    timeout(PATIENCE, pour).await.expect("and takes no more").expect("poured");
    (answer[0] == 0x88).then(|| u16::from_be_bytes([answer[2], answer[3]]))
}

#[tokio::test]
async fn messages_in_countless_parts_end_their_connection_by_name() {
    let host = host_with(Limits { rate: None, ..Limits::default() }).await;
    let parts = empty::CONTINUATION.repeat(1_000);
    // Each of them is whole in the end, so that it is not its length that is too much.
    let message = [&empty::START_OF_TEXT[..], &parts, &empty::LAST_PART].concat();
    assert_eq!(code_when_poured(&host, message).await, Some(1008));
    is_well(&host.url()).await;
}

#[tokio::test]
async fn bytes_beyond_all_talk_end_their_connection_by_name() {
    let host = host_with(Limits { rate: None, flood: None, ..Limits::default() }).await;
    // As long as a message may be, and nothing that has a meaning.
    let length = u16::MAX;
    let message = [&[0x82, 0xfe][..], &length.to_be_bytes(), &[0; 4], &vec![0; length.into()]].concat();
    assert_eq!(code_when_poured(&host, message).await, Some(1008));
    is_well(&host.url()).await;
}

#[tokio::test]
async fn who_says_as_much_as_the_rate_allows_is_not_cut() {
    let host = host_with(Limits::default()).await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let long = "长".repeat(hearth_protocol::Limits::V1.text_bytes as usize / 3);
    let mut waiting = Vec::new();
    for _ in 0..100 {
        waiting.push(ming.post(&long).await);
    }
    while !waiting.is_empty() {
        match ming.frame().await {
            ServerFrame::Ack(ack) => waiting.retain(|id| *id != ack.id),
            ServerFrame::Refused(refused) => panic!("{refused:?}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn who_pings_and_never_reads_is_cut_and_costs_little() {
    const ALLOWED: usize = 16 * 1024 * 1024;
    // Without a rate nothing but what piles up is bounded.
    let host = Headless::start(&["--memory", "--rate", "off"]).await;
    is_well(host.url()).await;
    let before = host.memory();
    let mut client = RawClient::v1_through_a_narrow_socket(host.url()).await.expect("a connection");
    client.greet(hello("乒")).await;
    let ping = Message::Ping(vec![b'x'; 125].into());
    let mut pings = 0_usize;
    let send = async {
        while client.socket().send(ping.clone()).await.is_ok() {
            pings += 1;
        }
    };
    timeout(PATIENCE, send).await.expect("it is cut");
    let grown = host.memory().saturating_sub(before);
    tell(&format!("cut after {pings} pings, {} KiB more in use", grown / 1024));
    assert!(grown < ALLOWED, "{grown} bytes");
    is_well(host.url()).await;
}

#[tokio::test]
async fn who_writes_too_fast_is_told_when_to_try_again() {
    let rate = Some(Rate { per_second: 5.0, burst: 3.0 });
    let host = host_with(Limits { rate, ..quick().limits }).await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let mut waiting = Vec::new();
    for n in 0..4 {
        waiting.push(ming.post(&n.to_string()).await);
    }
    let refused = loop {
        if let ServerFrame::Refused(refused) = ming.frame().await {
            break refused;
        }
    };
    assert_eq!((refused.code, refused.id), (RefusalCode::RateLimited, Some(waiting[3])));
    let pause = refused.retry_after_ms.expect("a time");
    assert!((1..=200).contains(&pause), "{pause} ms for a fifth of a second");
    tokio::time::sleep(Duration::from_millis(u64::from(pause))).await;
    let again = ming.post("又来").await;
    loop {
        match ming.frame().await {
            ServerFrame::Ack(ack) if ack.id == again => break,
            ServerFrame::Refused(refused) => panic!("{refused:?}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_classic_client_that_writes_too_fast_is_slowed_and_loses_nothing() {
    const LINES: usize = 40;
    let rate = Some(Rate { per_second: 20.0, burst: 10.0 });
    let host = host_with(Limits { rate, ..quick().limits }).await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    let mut page = RawClient::classic(&host.url()).await.expect("a connection");
    let started = Instant::now();
    for n in 0..LINES {
        page.send_text(json!({"nickname": "网页", "message": n.to_string(), "time": ""}).to_string()).await;
    }
    for n in 0..LINES {
        assert_eq!(ming.line().await.1, n.to_string());
    }
    let took = started.elapsed();
    assert!(
        took >= Duration::from_secs(1),
        "30 lines beyond the burst take a second and a half, not {took:?}"
    );
    tell(&format!("{LINES} classic lines at 20/s after 10 at once: {took:.1?}"));
}

#[tokio::test]
async fn who_is_cut_while_taking_nothing_is_gone_at_once() {
    let flood = Some(Rate { per_second: 50.0, burst: 200.0 });
    let host = host_with(Limits { flood, grace: Duration::ZERO, ..quick().limits }).await;
    let mut stalled = RawClient::v1_through_a_narrow_socket(&host.url()).await.expect("a connection");
    stalled.greet(hello("停")).await;
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;

    // More than the kernel holds for one connection, so that its socket takes nothing any more.
    for _ in 0..80 {
        ming.post(&"长".repeat(5_000)).await;
        ming.line().await;
    }
    let pong = Message::Pong(Vec::new().into());
    for _ in 0..300 {
        if stalled.socket().send(pong.clone()).await.is_err() {
            break;
        }
    }
    let gone = async {
        loop {
            let entry = ming.entry().await;
            if entry.body == Body::Left {
                break entry.from.nickname;
            }
        }
    };
    let left = timeout(PATIENCE, gone).await.expect("it is gone, and not only when its computer is");
    assert_eq!(left.as_str(), "停", "though its connection still stands");
    drop(stalled);
}

//! Whoever does not go on is not waited for: in the handshake, within a message, and in silence.

use std::time::{Duration, Instant};

use hearth_host::{HostConfig, Limits};
use hearth_protocol::{Body, ClientFrame, Dialect, Entry, HistoryRequest, Seq};
use hearth_tests::by_hand::{by_hand, empty, is_well, text_frame};
use hearth_tests::{PATIENCE, RawClient, TestHost, quick};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

async fn host_with(limits: Limits) -> TestHost {
    TestHost::with(HostConfig { limits, ..quick() }).await
}

fn fast() -> Limits {
    Limits { handshake: Duration::from_millis(300), ..quick().limits }
}

#[tokio::test]
async fn who_does_not_finish_a_request_is_cut() {
    let host = host_with(fast()).await;
    for beginning in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "] {
        let mut tcp = TcpStream::connect(host.addr()).await.expect("a connection");
        tcp.write_all(beginning.as_bytes()).await.expect("sent");
        let end = timeout(PATIENCE, tcp.read_to_end(&mut Vec::new())).await;
        assert!(end.is_ok(), "{beginning:?} is waited for without end");
    }
    is_well(&host.url()).await;
}

#[tokio::test]
async fn who_says_no_hello_is_told_so() {
    let host = host_with(fast()).await;
    let mut mute = RawClient::v1(&host.url()).await.expect("a connection");
    assert_eq!(mute.close_code().await, Some(4000));
    let mut hasty = RawClient::v1(&host.url()).await.expect("a connection");
    hasty.send(&ClientFrame::History(HistoryRequest { before: Seq::MAX, after: None, limit: 1 })).await;
    assert_eq!(hasty.close_code().await, Some(4000));
    // Classic clients owe no hello: silence is their right.
    let mut page = RawClient::classic(&host.url()).await.expect("a connection");
    let (mut ming, _) = RawClient::enter(&host.url(), "阿明").await;
    ming.post("你好").await;
    while !page.text().await.contains("你好") {}
}

#[tokio::test]
async fn a_message_that_never_ends_is_cut_in_time() {
    let (ping_after, silence) = (Duration::from_millis(200), Duration::from_millis(800));
    let host = host_with(Limits { ping_after, silence, ..quick().limits }).await;
    // A byte now and then keeps the connection from being silent, and a ping in between is a whole message; the one
    // that it stands in is late all the same.
    for some in [empty::CONTINUATION.to_vec(), [empty::CONTINUATION, empty::PING].concat()] {
        let mut tcp = by_hand(&host, Dialect::Classic).await;
        tcp.write_all(&empty::START_OF_TEXT).await.expect("sent");
        let dribble = async {
            while tcp.write_all(&some).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, dribble).await.expect("it is cut");
    }
    is_well(&host.url()).await;
}

#[tokio::test]
async fn who_never_answers_is_cut_and_who_answers_stays() {
    // In proportion to the usual 25 and 60 seconds.
    asks_the_silent(Duration::from_millis(800), Duration::from_secs(2)).await;
}

#[tokio::test]
async fn who_answers_stays_however_often_they_are_asked() {
    asks_the_silent(Duration::from_millis(250), Duration::from_secs(2)).await;
}

async fn asks_the_silent(ping_after: Duration, silence: Duration) {
    let host = host_with(Limits { ping_after, silence, grace: Duration::ZERO, ..quick().limits }).await;
    let (mut awake, _) = RawClient::enter(&host.url(), "醒").await;
    let mut asleep = by_hand(&host, Dialect::Classic).await;
    asleep
        .write_all(&text_frame(&json!({"nickname": "睡", "message": "晚安"}).to_string()))
        .await
        .expect("sent");

    // While this one waits for news, its socket answers pings by itself.
    let started = Instant::now();
    loop {
        let Entry { body, from, .. } = awake.entry().await;
        if body == Body::Left {
            break assert_eq!(from.nickname.as_str(), "睡");
        }
    }
    assert!(started.elapsed() >= silence, "not before its time");
    let mut rest = Vec::new();
    let _ = timeout(PATIENCE, asleep.read_to_end(&mut rest)).await.expect("its connection has ended");
    assert!(rest.windows(2).any(|two| two == [0x89, 0]), "it was asked before");
    assert_eq!(host.online(), 1);
    awake.post("早").await;
    assert_eq!(awake.line().await.1, "早");
}

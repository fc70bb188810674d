//! Each way in which joining can fail, from a real cause.

use std::time::Duration;

use crate::support::*;
use futures_util::SinkExt;
use hearth_client::{ConnectError, JoinAddress, RoomClient, RoomOptions, Status};
use hearth_protocol::{CloseCode, RefusalCode};
use http::HeaderValue;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

async fn failure(address: &JoinAddress) -> ConnectError {
    let room = join(address);
    let error = room.joined().await.expect_err("it cannot succeed");
    let status = reaches(&room, |status| matches!(status, Status::Disconnected { .. })).await;
    assert_eq!(status, Status::Disconnected { error: Some(error.clone()) });
    error
}

fn not_web_socket(address: &JoinAddress, status: Option<u16>) -> ConnectError {
    ConnectError::NotWebSocket { host: address.host.clone(), port: address.port, status }
}

#[tokio::test]
async fn a_closed_port_refuses() {
    let (listener, address) = listen().await;
    drop(listener);
    let error = ConnectError::Refused { host: "127.0.0.1".to_owned(), port: address.port };
    assert_eq!(failure(&address).await, error);
    let by_name = JoinAddress::parse(&format!("localhost:{}", address.port)).expect("an address");
    let error = ConnectError::Refused { host: "localhost".to_owned(), port: address.port };
    assert_eq!(failure(&by_name).await, error);
}

#[tokio::test]
async fn a_name_that_nobody_has_is_not_found() {
    // Reserved for this (RFC 6761, section 6.4).
    let address = JoinAddress::parse("no-such-host.invalid").expect("an address");
    let error = ConnectError::NameNotFound { host: "no-such-host.invalid".to_owned() };
    assert_eq!(failure(&address).await, error);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn where_no_way_leads_is_unreachable() {
    // No TCP connection leads to all at once.
    let address = JoinAddress::parse("255.255.255.255").expect("an address");
    let error = ConnectError::Unreachable { host: "255.255.255.255".to_owned() };
    assert_eq!(failure(&address).await, error);
}

#[tokio::test]
async fn a_listener_that_says_nothing_times_out() {
    let (_listener, address) = listen().await;
    let room = RoomClient::join_with(options(&address), hasty());
    let error = ConnectError::TimedOut { host: "127.0.0.1".to_owned(), port: address.port, seconds: 1 };
    assert_eq!(room.joined().await, Err(error));
}

#[tokio::test]
async fn a_host_that_never_greets_times_out() {
    let server = serve(|stream, _| async {
        let mut socket = accept(stream, as_hearth).await.expect("a client");
        while hear(&mut socket).await.is_some() {}
    })
    .await;
    let room = RoomClient::join_with(options(&server.address), hasty());
    assert!(matches!(room.joined().await, Err(ConnectError::TimedOut { seconds: 1, .. })));
}

#[tokio::test]
async fn a_web_server_is_named_with_its_status_after_a_second_try_without_the_offer() {
    for (answer, status) in [
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", 200),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404),
        ("HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", 301),
        ("HTTP/1.0 404 File not found\r\nServer: SimpleHTTP\r\n\r\n", 404),
    ] {
        let (server, mut requests) = answering(answer).await;
        assert_eq!(failure(&server.address).await, not_web_socket(&server.address, Some(status)));
        let first = requests.recv().await.expect("a request");
        assert!(first.contains("sec-websocket-protocol: hearth.v1"), "{first}");
        let second = requests.recv().await.expect("another");
        assert!(!second.contains("sec-websocket-protocol"), "{second}");
    }
}

#[tokio::test]
async fn an_upgrade_to_something_else_is_no_web_socket() {
    let (server, _requests) = answering("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n").await;
    assert_eq!(failure(&server.address).await, not_web_socket(&server.address, Some(101)));
}

#[tokio::test]
async fn what_does_not_speak_http_is_named_without_a_status() {
    for answer in
        ["SSH-2.0-OpenSSH_9.6\r\n", "-ERR unknown command\r\n", "HTTP/1.1 what\r\n\r\n", "\u{0}\u{1}\r\n"]
    {
        let (server, _requests) = answering(answer).await;
        assert_eq!(failure(&server.address).await, not_web_socket(&server.address, None), "{answer}");
    }
}

#[tokio::test]
async fn whoever_hangs_up_without_a_word_broke_the_link() {
    let server = serve(|mut stream, _| async move {
        read_head(&mut stream).await;
    })
    .await;
    assert_eq!(failure(&server.address).await, ConnectError::LinkBroken);
}

#[tokio::test]
async fn a_host_says_in_its_header_why_it_refuses_and_is_asked_once() {
    for (code, error) in [
        ("room_full", ConnectError::RoomFull),
        ("address_limit", ConnectError::AddressLimit),
        ("origin", ConnectError::OriginRefused),
        ("host_name", ConnectError::HostName { host: "127.0.0.1".to_owned() }),
        ("rate_limited", ConnectError::RateRefused),
        ("from the future", ConnectError::HelloRefused { reason: RefusalCode::Other }),
    ] {
        let answer = format!("HTTP/1.1 503 No\r\nHearth-Refusal: {code}\r\nContent-Length: 0\r\n\r\n");
        let (server, mut requests) = answering(answer.leak()).await;
        assert_eq!(failure(&server.address).await, error);
        requests.recv().await.expect("a request");
        assert!(requests.try_recv().is_err(), "no second try");
    }
}

#[tokio::test]
async fn another_version_is_told_by_its_number() {
    let server = serve(|stream, _| async {
        let socket = accept(stream, |request, response| {
            as_hearth(request, response);
            response.insert(hearth_protocol::PROTOCOL_HEADER, HeaderValue::from_static("2"));
        });
        socket.await;
    })
    .await;
    let error = ConnectError::WrongVersion { host: "127.0.0.1".to_owned(), version: "2".to_owned() };
    assert_eq!(failure(&server.address).await, error);
}

#[tokio::test]
async fn close_codes_before_the_welcome_say_why() {
    for (code, error) in [
        (CloseCode::RoomFull, ConnectError::RoomFull),
        (CloseCode::Policy, ConnectError::RateRefused),
        (CloseCode::GoingAway, ConnectError::HostStopped),
        (CloseCode::HelloRefused, ConnectError::HelloRefused { reason: RefusalCode::Other }),
    ] {
        let server = serve(move |stream, _| async move {
            let mut socket = accept(stream, as_hearth).await.expect("a client");
            hear(&mut socket).await;
            let frame = CloseFrame { code: code.get().into(), reason: "".into() };
            let _ = socket.send(Message::Close(Some(frame))).await;
            while hear(&mut socket).await.is_some() {}
        })
        .await;
        assert_eq!(failure(&server.address).await, error, "{code:?}");
    }
}

#[tokio::test]
async fn an_attempt_can_be_called_off() {
    let (_listener, address) = listen().await;
    let room = join(&address);
    let waiting = tokio::spawn({
        let room = room.clone();
        async move { room.joined().await }
    });
    tokio::task::yield_now().await;
    let before = now();
    room.leave().await;
    assert!(before.elapsed() < Duration::from_secs(2));
    assert_eq!(waiting.await.expect("no panic"), Err(ConnectError::Cancelled));
    assert_eq!(*room.status().borrow(), Status::Disconnected { error: None });
}

#[tokio::test]
async fn a_room_of_an_earlier_start_is_sought_until_it_is_there() {
    let server = serve(|stream, number| async move {
        if number < 3 {
            return;
        }
        let mut socket = accept(stream, as_hearth).await.expect("a client");
        hear(&mut socket).await;
        say(&mut socket, &welcome(seq(0), seq(0))).await;
        while hear(&mut socket).await.is_some() {}
    })
    .await;
    let room = RoomClient::join_with(RoomOptions { keep_trying: true, ..options(&server.address) }, hasty());
    assert_eq!(room.joined().await, Err(ConnectError::LinkBroken), "the first outcome");
    reaches(&room, |status| matches!(status, Status::Connected { .. })).await;
}

#[tokio::test]
async fn half_an_answer_is_waited_for() {
    let server = serve(|mut stream, _| async move {
        read_head(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 101 Switching").await;
        std::future::pending::<()>().await;
    })
    .await;
    let room = RoomClient::join_with(options(&server.address), hasty());
    assert!(matches!(room.joined().await, Err(ConnectError::TimedOut { .. })));
}

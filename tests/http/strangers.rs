//! Those who speak HTTP in a way that no browser does: to hide one request in another, or to keep a place for ever.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use hearth_tests::http::{Answer, exchange, get};
use hearth_tests::{PATIENCE, RawClient, TestHost, tell};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};

/// All at once, from one address.
const SLOW: usize = 200;

/// By then each of them is gone.
const GONE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn no_request_hides_in_another() {
    let host = TestHost::start().await;
    let own = format!("Host: {}\r\n", host.addr());
    let hidden = format!("GET /healthz HTTP/1.1\r\n{own}\r\n");
    let forms = [
        ("a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".into()),
        (
            "chunks and a length",
            format!("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n\r\n0\r\n\r\n", hidden.len() + 5),
        ),
        ("chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n".into()),
        ("chunks that are none", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n".into()),
        ("chunks that are not last", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n".into()),
        ("chunks behind a tab", "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n".into()),
        ("chunks behind a folded line", "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n".into()),
        ("a size of many digits", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n".into()),
        ("two lengths", "Content-Length: 0\r\nContent-Length: 30\r\n\r\n".into()),
        ("a list of lengths", "Content-Length: 0, 30\r\n\r\n".into()),
        ("a length with a sign", "Content-Length: +0\r\n\r\n".into()),
        ("a length below nothing", "Content-Length: -1\r\n\r\n".into()),
        ("a name with a space", "Content-Length : 0\r\n\r\n".into()),
        ("a line that begins with a space", " Content-Length: 30\r\n\r\n".into()),
        ("a bare carriage return", "X: a\rContent-Length: 30\r\n\r\n".into()),
        ("a zero", "X: a\0b\r\n\r\n".into()),
    ];
    for method in ["GET /", "POST /"] {
        for (what, rest) in &forms {
            let request = format!("{method} HTTP/1.1\r\n{own}{rest}{hidden}");
            let answer = exchange(host.addr(), request.as_bytes()).await.unwrap_or_default();
            let answers = answer.matches("HTTP/1.1 ").count();
            let status = Answer::parse(&answer).map(|answer| answer.status);
            assert!(answers <= 1, "{method} with {what} was answered {answers} times:\n{answer}");
            assert!(status.is_none_or(|status| status < 500), "{method} with {what}: {status:?}");
            assert!(
                !answer.contains(r#"{"status":"ok"}"#),
                "{method} with {what}: the hidden one was answered"
            );
        }
    }
    RawClient::enter(&host.url(), "好").await.0.leave().await;
}

#[tokio::test]
async fn who_says_a_byte_a_second_is_gone_in_time_and_in_nobodys_way() {
    let host = TestHost::start().await;
    let beginnings = [
        "GET / HTTP/1.1\r\nHost: a",
        "POST / HTTP/1.1\r\n",
        "",
        "GET / HTTP/1.1\r\nX-Slow: ",
        "\r\n\r\n\r\n",
    ];
    let began = Instant::now();
    let slow = (0..SLOW).map(|n| drip(host.addr(), beginnings[n % beginnings.len()]));
    let others = async {
        let here = RawClient::enter(&host.url(), "好").await;
        assert_eq!(get(&host.addr().to_string(), "/healthz").await.status, 200);
        here.0.leave().await;
        began.elapsed()
    };
    let (gone, others) = tokio::join!(join_all(slow), others);
    let last = gone.into_iter().max().expect("there were some");
    tell(&format!(
        "{SLOW} slow ones, the last is gone after {last:.1?}; others were in and out within {others:.1?}"
    ));
    assert!(last < GONE, "{last:?}");
    assert!(others < Duration::from_secs(5), "{others:?}");
}

/// Says this and then a byte a second, and gives how long the host put up with it.
async fn drip(to: SocketAddr, beginning: &str) -> Duration {
    let mut tcp = TcpStream::connect(to).await.expect("a connection");
    let began = Instant::now();
    tcp.write_all(beginning.as_bytes()).await.expect("sent");
    let mut second = interval(Duration::from_secs(1));
    let mut answer = [0; 1024];
    let ends = async {
        loop {
            tokio::select! {
                read = tcp.read(&mut answer) => if matches!(read, Ok(0) | Err(_)) { return },
                _ = second.tick() => {}
            }
            if tcp.write_all(b"a").await.is_err() {
                return;
            }
        }
    };
    timeout(PATIENCE, ends).await.expect("the host ends it");
    began.elapsed()
}

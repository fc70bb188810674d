//! A WebSocket by hand, for what no library would send.

use hearth_protocol::{Dialect, SUBPROTOCOL};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::{PATIENCE, RawClient, TestHost};

/// Frames from a client that hold nothing and are masked with zeros (RFC 6455, section 5.2).
pub mod empty {
    /// The first part of a text that goes on.
    pub const START_OF_TEXT: [u8; 6] = [0x01, 0x80, 0, 0, 0, 0];
    /// A further part, and still not the last.
    pub const CONTINUATION: [u8; 6] = [0x00, 0x80, 0, 0, 0, 0];
    /// The last part.
    pub const LAST_PART: [u8; 6] = [0x80, 0x80, 0, 0, 0, 0];
    /// A ping, which may stand between the parts of a text.
    pub const PING: [u8; 6] = [0x89, 0x80, 0, 0, 0, 0];
}

/// A WebSocket by hand: the handshake is done, the bytes are the test's.
pub async fn by_hand(host: &TestHost, offer: Dialect) -> TcpStream {
    let mut tcp = TcpStream::connect(host.addr()).await.expect("a connection");
    let offer = match offer {
        Dialect::V1 => format!("Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n"),
        Dialect::Classic => String::new(),
    };
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{offer}\r\n",
        host.addr()
    );
    tcp.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(timeout(PATIENCE, tcp.read_u8()).await.expect("in time").expect("an answer"));
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&answer));
    tcp
}

/// A short text from a client, as a frame.
pub fn text_frame(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).ok().filter(|&length| length < 126).expect("a short text");
    [&[0x81, 0x80 | length, 0, 0, 0, 0], text.as_bytes()].concat()
}

/// Sees that somebody can still come in and talk.
pub async fn is_well(url: &str) {
    let (mut guest, _) = RawClient::enter(url, "好").await;
    guest.post("好").await;
    guest.hear("好").await;
    guest.leave().await;
}

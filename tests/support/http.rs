//! Plain HTTP by hand, so that a test says every byte.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, ToSocketAddrs};
use tokio::time::timeout;

use crate::PATIENCE;

/// An answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Such as 200.
    pub status: u16,
    /// Their names in lower case.
    pub headers: Vec<(String, String)>,
    /// What follows the headers.
    pub body: String,
}

impl Answer {
    /// The value of a header; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Reads an answer; `None` when this is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.lines();
        let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Self { status, headers, body: body.to_owned() })
    }
}

/// Sends these bytes and reads until the other side closes.
pub async fn exchange(to: impl ToSocketAddrs, request: &[u8]) -> io::Result<String> {
    exchange_over(TcpStream::connect(to).await?, request).await
}

/// The same over a connection that is open.
pub async fn exchange_over(
    mut tcp: impl AsyncRead + AsyncWrite + Unpin,
    request: &[u8],
) -> io::Result<String> {
    // Whoever is not interested in the rest of a request may close before it has taken all.
    let sent = tcp.write_all(request).await;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, tcp.read_to_end(&mut answer)).await.expect("the other side closes in time");
    if answer.is_empty() {
        sent.and(read.map(drop))?;
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Asks for a path by the address itself.
pub async fn get(to: &str, path: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n");
    let text = exchange(to, request.as_bytes()).await.expect("an answer");
    Answer::parse(&text).unwrap_or_else(|| panic!("no HTTP answer: {text}"))
}

//! Connections, with what is on its way in both directions.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};

use hearth_host::pure::ConnId;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocket, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// What goes to the host.
#[derive(Debug)]
pub(super) enum Up {
    Text(String),
    Ping,
}

/// What comes from it.
#[derive(Debug)]
pub(super) enum Down {
    Text(String),
    Pong,
    /// The host ends the connection.
    Close,
}

/// A connection. Each end may be gone while the other does not know it.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) up: VecDeque<Up>,
    /// What has come of the host's bytes, read by the library that clients read them by.
    down: WebSocket<Incoming>,
    /// The host's end.
    pub(super) conn: Option<ConnId>,
    /// The guest's end.
    pub(super) guest: Option<usize>,
}

impl Wire {
    pub(super) fn new(conn: ConnId, guest: usize) -> Self {
        let config = WebSocketConfig::default().read_buffer_size(1024);
        let down = WebSocket::from_raw_socket(Incoming::default(), Role::Client, Some(config));
        Self { up: VecDeque::new(), down, conn: Some(conn), guest: Some(guest) }
    }

    /// Bytes of the host come. Whether there are any.
    pub(super) fn carry(&mut self, bytes: impl Iterator<Item = u8>) -> bool {
        let incoming = &mut self.down.get_mut().0;
        let before = incoming.len();
        incoming.extend(bytes);
        incoming.len() > before
    }

    /// The next whole frame of the host, if it is here.
    pub(super) fn read(&mut self) -> Option<Down> {
        match self.down.read() {
            Ok(Message::Text(text)) => Some(Down::Text(text.as_str().to_owned())),
            Ok(Message::Pong(_)) => Some(Down::Pong),
            Ok(Message::Close(_)) => Some(Down::Close),
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => None,
            other => panic!("the host does not say this: {other:?}"),
        }
    }
}

/// Bytes that have come. There may always be more.
#[derive(Debug, Default)]
struct Incoming(VecDeque<u8>);

impl Read for Incoming {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() { Err(ErrorKind::WouldBlock.into()) } else { self.0.read(buf) }
    }
}

/// What the library answers by itself reaches nobody: the session speaks for the guest.
impl Write for Incoming {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

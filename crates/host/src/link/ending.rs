//! The end of a link: with a word, or without one that nobody would hear.

use std::io;
use std::net::Shutdown;

use hearth_protocol::CloseCode;

use super::Link;
use crate::encode;

/// What is read and thrown away behind our close frame: a client that pours without end does not get that far.
const DRAINED_BYTES: usize = 16 * 1024 * 1024;

impl Link {
    /// Says goodbye: a close frame goes out behind what is pending, and nothing after it.
    pub(crate) fn end(&self, code: CloseCode, reason: &str) {
        self.push(&encode::close(code, reason));
        let mut out = self.out();
        out.ended.get_or_insert(code);
        out.live = false;
        drop(out);
        self.turn.notify_one();
    }

    /// Sends what is pending and nothing after it: the other side has closed.
    pub(crate) fn finish(&self) {
        let mut out = self.out();
        out.ended.get_or_insert(CloseCode::Normal);
        out.live = false;
    }

    /// Ends our side of the TCP connection and reads on until the other side ends too. To close a socket with unread
    /// bytes is to reset it, and the other side would lose the close frame that says why.
    pub(crate) async fn drain(&self) {
        let _ = socket2::SockRef::from(&self.tcp).shutdown(Shutdown::Write);
        let mut unread = [0; 4096];
        let mut left = DRAINED_BYTES;
        while self.tcp.readable().await.is_ok() {
            match self.tcp.try_read(&mut unread) {
                Ok(read) if (1..left).contains(&read) => left -= read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Ends the TCP connection, both ways. Others may hold the link a little longer.
    pub(crate) fn hang_up(&self) {
        self.finish();
        // Fails when the other side was faster.
        let _ = socket2::SockRef::from(&self.tcp).shutdown(Shutdown::Both);
    }

    /// Whether it ended without a word.
    pub(crate) fn is_cut(&self) -> bool {
        self.out().cut
    }

    /// Whether it is at its end, and why.
    pub(crate) fn ended(&self) -> Option<CloseCode> {
        self.out().ended
    }
}

//! The end of a connection (the closing handshake): with a word, or without one that nobody would hear.

use hearth_protocol::CloseCode;

use super::Outbound;
use crate::fanout::frame;

/// What is read and thrown away behind our close frame: a client that pours without end does not get that far.
const DRAINED_BYTES: usize = 16 * 1024 * 1024;

impl Outbound {
    /// Says goodbye: a close frame goes out behind what is pending, and nothing after it.
    pub(crate) fn end(&self, code: CloseCode, reason: &str) {
        self.push_last(&frame::close(code, reason), code);
    }

    /// Adds frames the last of which is the close frame. A connection ends once: who comes later adds nothing.
    pub(crate) fn push_last(&self, frames: &[u8], code: CloseCode) {
        let pushed = self.cursor().push_last(frames, code);
        self.note(pushed);
        self.turn.notify_one();
    }

    /// Sends what is pending and nothing after it: the other side has closed.
    pub(crate) fn finish(&self) {
        self.cursor().end(CloseCode::Normal);
    }

    /// Ends our side of the connection and reads on until the other side ends too.
    pub(crate) async fn drain(&self) {
        self.socket.drain(DRAINED_BYTES).await;
    }

    /// Ends the connection, both ways. Others may hold it a little longer.
    pub(crate) fn hang_up(&self) {
        self.finish();
        self.socket.hang_up();
    }

    /// Whether it ended without a word.
    pub(crate) fn is_cut(&self) -> bool {
        self.cursor().is_cut()
    }

    /// Whether it is at its end, and why.
    pub(crate) fn ended(&self) -> Option<CloseCode> {
        self.cursor().ended()
    }
}

#[cfg(test)]
mod tests {
    use hearth_protocol::Seq;

    use super::super::testing::{connected, feed, heard, log, store};
    use super::*;

    const SAID: CloseCode = CloseCode::Policy;

    #[tokio::test]
    async fn a_connection_ends_once_and_nothing_stands_behind_its_end() {
        let (outbound, peer) = connected().await;
        outbound.push(frame::PING);
        outbound.end(SAID, "enough");
        outbound.end(CloseCode::GoingAway, "the host stops");
        outbound.push(frame::PING);
        assert_eq!(outbound.ended(), Some(SAID));
        assert_eq!(heard(&outbound, peer).await, [frame::PING, &frame::close(SAID, "enough")].concat());
    }

    #[tokio::test]
    async fn what_was_being_read_of_the_log_does_not_go_behind_the_end() {
        let log = log();
        store(&log, 1..=1).await;
        let feed = feed(log);
        let (outbound, peer) = connected().await;
        outbound.begin(Seq::ZERO, None);
        outbound.end(SAID, "enough");
        outbound.catch_up(&feed, Seq::ZERO).await.expect("the log is read");
        assert_eq!(heard(&outbound, peer).await, frame::close(SAID, "enough"));
    }
}

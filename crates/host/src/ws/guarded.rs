//! The guard of a socket's reading side (flood protection), beneath the WebSocket library, which itself has no bounds
//! on what a peer may send without ever completing a message, nor on how often and how much.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hearth_protocol::CloseCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite::Message;

use crate::base::clock::Clock;
use crate::base::limits::Limits;
use crate::fanout::outbound::Outbound;
use crate::ws::frame_scanner::FrameScanner;
use crate::ws::read_budget::ReadBudget;

/// What one message may cost beyond its payload: headers of fragments, and pings in between.
const SLACK_BYTES: usize = 16 * 1024;

/// What whoever goes beyond its budget is told.
const TOO_MUCH: &str = "too much in a short time";

/// The header of a client's control frame: two bytes and the mask (section 5.2).
const CONTROL_HEADER_BYTES: usize = 6;

/// The bits of a frame's first byte that say what it is, and a close frame's (sections 5.2 and 5.5).
const OPCODE: u8 = 0x0f;
const CLOSE: u8 = 0x08;

/// A connection's socket as the WebSocket library sees it: reads come from the socket, writes (pongs and close frames,
/// always whole) go behind what the connection has pending.
pub(crate) struct Guarded {
    outbound: Arc<Outbound>,
    clock: Clock,
    /// The most bytes that a message may take to be complete.
    max_unspoken: usize,
    /// Bytes read of a message that is not complete.
    unspoken: usize,
    budget: ReadBudget,
    /// What the WebSocket library writes.
    written: FrameScanner,
}

impl Guarded {
    /// `early` is what came behind the handshake: it was read already, and counts.
    pub(crate) fn new(outbound: Arc<Outbound>, limits: &Limits, clock: Clock, early: &[u8]) -> Self {
        let budget = ReadBudget::new(limits, clock.since_start());
        let max_unspoken = limits.message_bytes.saturating_mul(2).saturating_add(SLACK_BYTES);
        let written = FrameScanner::default();
        let mut guarded = Self { outbound, clock, max_unspoken, unspoken: 0, budget, written };
        // What is too much already has ended the connection.
        let now = guarded.clock.since_start();
        let _ =
            came(&guarded.outbound, &mut guarded.budget, early.len(), now).and_then(|()| guarded.take(early));
        guarded
    }

    /// Something was said. Fails, and ends the connection, when it is more than anybody needs.
    fn take(&mut self, read: &[u8]) -> io::Result<()> {
        if read.is_empty() {
            return Ok(());
        }
        let now = self.clock.since_start();
        self.outbound.heard(now);
        if self.unspoken == 0 {
            self.outbound.speaks(now);
        }
        self.unspoken += read.len();
        let reason = if !self.budget.said(read, now) {
            TOO_MUCH
        } else if self.unspoken > self.max_unspoken {
            "bytes without end and no message"
        } else {
            return Ok(());
        };
        self.outbound.end(CloseCode::Policy, reason);
        Err(io::Error::other(reason))
    }

    /// A message is complete. A control frame may stand between two fragments of another message (RFC 6455, section
    /// 5.4), so that it settles for its own bytes alone.
    pub(crate) fn spoke(&mut self, message: &Message) {
        self.unspoken = match message {
            Message::Ping(payload) | Message::Pong(payload) => {
                self.unspoken.saturating_sub(CONTROL_HEADER_BYTES + payload.len())
            }
            _ => 0,
        };
        if self.unspoken == 0 {
            self.outbound.whole();
        }
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let Self { outbound, clock, budget, .. } = &mut *self;
        let now = || clock.since_start();
        ready!(outbound.socket.poll_read(cx, buf, |bytes| came(outbound, budget, bytes, now())))?;
        Poll::Ready(self.take(&buf.filled()[before..]))
    }
}

/// Bytes came off the wire. Fails, and ends the connection, when they are more than anybody needs.
fn came(outbound: &Outbound, budget: &mut ReadBudget, bytes: usize, now: Duration) -> io::Result<()> {
    if budget.came(bytes, now) {
        return Ok(());
    }
    outbound.end(CloseCode::Policy, TOO_MUCH);
    Err(io::Error::other(TOO_MUCH))
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut closes = false;
        self.written.frames(bytes, |first| closes |= first & OPCODE == CLOSE);
        if closes {
            // The library's answer to the client's close frame: the only one, whoever ends the connection now.
            self.outbound.push_last(bytes, CloseCode::Normal);
        } else {
            self.outbound.push(bytes);
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outbound.flush();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::fanout::frame;
    use crate::fanout::outbound::testing::{connected, heard};

    #[tokio::test]
    async fn the_answer_to_a_close_frame_is_the_only_one() {
        let (outbound, peer) = connected().await;
        let mut guarded = Guarded::new(Arc::clone(&outbound), &Limits::default(), Clock::start(), &[]);
        let answer = [frame::PING, &frame::close(CloseCode::Normal, "")].concat();
        guarded.write_all(&answer).await.expect("written");
        outbound.end(CloseCode::GoingAway, "the host stops");
        assert_eq!(heard(&outbound, peer).await, answer);
    }
}

//! An open WebSocket connection: messages out, messages in, neither waiting for the other.

use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::{FutureExt, SinkExt, StreamExt};
use hearth_protocol::CloseCode;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message, Utf8Bytes,
        protocol::{CloseFrame, WebSocketConfig},
    },
};

use super::observed_stream::{Io, Observed, ObservedStream};
use crate::error::ConnectError;

/// A chat line is small; a larger message only takes more reads. tungstenite fills this with zeros at every read.
const READ_BUFFER: usize = 4 * 1024;

/// What gathers before a write to the socket: a few lines of talk.
const WRITE_BUFFER: usize = 16 * 1024;

/// The write buffer's end. The largest frame that a session sends has 64 KiB, and a message is only handed over when
/// the one before it has left the buffer.
const MAX_WRITE_BUFFER: usize = 256 * 1024;

/// The largest message taken. Hearth hosts stay below 64 KiB but for the roster in a welcome; classic servers know no
/// limit, and whatever is larger is not talk.
const MAX_MESSAGE: usize = 1024 * 1024;

pub(crate) type Stream = ObservedStream<Box<dyn Io>>;

/// tungstenite's settings. Its defaults leave the write buffer without a bound.
pub(crate) fn config() -> WebSocketConfig {
    config_for(MAX_MESSAGE)
}

/// The same for messages up to this size.
pub(crate) fn config_for(max_message: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(MAX_WRITE_BUFFER.max(max_message.saturating_sub(MAX_MESSAGE) * 2))
        .max_message_size(Some(max_message))
        .max_frame_size(Some(max_message))
}

/// What comes from a connection.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A message of text.
    Text(Utf8Bytes),
    /// Something without a meaning of its own: a ping, a pong.
    Other,
    /// The end. Nothing comes after it.
    End(ConnectError),
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Link {
    socket: WebSocketStream<Stream>,
    /// Messages that the socket has not taken yet. The session bounds them: a window of posts, a ping each 15 s, and
    /// what the user does by hand until silence ends the link.
    out: VecDeque<Message>,
    /// Whether the socket may hold bytes that it has not written.
    unflushed: bool,
    observed: Arc<Observed>,
}

impl Link {
    pub(crate) fn new(socket: WebSocketStream<Stream>, observed: Arc<Observed>) -> Self {
        Self { socket, out: VecDeque::new(), unflushed: false, observed }
    }

    /// Sends a message, as soon as the peer takes it. [`Self::next`] does the work.
    pub(crate) fn send(&mut self, message: Message) {
        self.out.push_back(message);
    }

    /// When the last bytes came, since the session began: a large message may be on its way for long.
    pub(crate) fn last_byte(&self) -> Duration {
        self.observed.last_byte()
    }

    /// Writes what there is to write, and gives what comes. May be dropped at any time without loss. Writing never
    /// holds up reading: a peer that does not read can still be heard, and ended by its silence.
    pub(crate) async fn next(&mut self) -> Incoming {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// What comes, in its own form; `None` at the end.
    #[cfg(feature = "testing")]
    pub(crate) async fn next_message(&mut self) -> Option<Message> {
        poll_fn(|cx| {
            self.poll_write(cx);
            self.socket.poll_next_unpin(cx)
        })
        .await?
        .ok()
    }

    /// What has come already.
    pub(crate) fn next_now(&mut self) -> Option<Incoming> {
        self.next().now_or_never()
    }

    /// Says goodbye and waits, at most so long, until what was sent is written and the peer has answered. Dropping a
    /// socket at once would make the system throw away what the peer has not read yet.
    pub(crate) async fn close(mut self, code: CloseCode, within: Duration) {
        self.send(close_message(code));
        let drained = async { while !matches!(self.next().await, Incoming::End(_)) {} };
        if tokio::time::timeout(within, drained).await.is_err() {
            tracing::debug!("the peer did not answer the close frame");
        }
    }

    /// Says goodbye if the socket takes it at once, and drops the connection.
    pub(crate) fn abandon(mut self, code: CloseCode) {
        self.send(close_message(code));
        let _ = self.next_now();
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Incoming> {
        self.poll_write(cx);
        Poll::Ready(match ready!(self.socket.poll_next_unpin(cx)) {
            Some(Ok(Message::Text(text))) => Incoming::Text(text),
            // Some classic servers pass on the bytes that they got.
            Some(Ok(Message::Binary(bytes))) => {
                Utf8Bytes::try_from(bytes).map_or(Incoming::Other, Incoming::Text)
            }
            Some(Ok(Message::Close(frame))) => {
                // The answer to the close frame, if the socket takes it at once.
                let _ = self.socket.poll_flush_unpin(cx);
                Incoming::End(ConnectError::from_close(frame.map(|frame| frame.code.into())))
            }
            Some(Ok(_)) => Incoming::Other,
            Some(Err(error)) => {
                tracing::debug!(%error, "reading failed");
                Incoming::End(ConnectError::LinkBroken)
            }
            None => Incoming::End(ConnectError::LinkBroken),
        })
    }

    /// A write that fails is not the end: what the peer said before it closed, such as a close frame with its reason,
    /// may still be there to read; and if nothing is, reading fails as well.
    fn poll_write(&mut self, cx: &mut Context<'_>) {
        while !self.out.is_empty() {
            match self.socket.poll_ready_unpin(cx) {
                Poll::Pending => return,
                Poll::Ready(Ok(())) => {
                    if let Some(message) = self.out.pop_front()
                        && let Err(error) = self.socket.start_send_unpin(message)
                    {
                        tracing::debug!(%error, "writing failed");
                    }
                    self.unflushed = true;
                }
                Poll::Ready(Err(_)) => self.out.clear(),
            }
        }
        if self.unflushed && self.socket.poll_flush_unpin(cx).is_ready() {
            self.unflushed = false;
        }
    }
}

fn close_message(code: CloseCode) -> Message {
    Message::Close(Some(CloseFrame { code: code.get().into(), reason: Utf8Bytes::default() }))
}

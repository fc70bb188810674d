//! An observed stream: it remembers how an answer began, and when bytes last came.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

/// What a connection runs over: TCP, or TLS over it.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Io for S {}

/// As much of an answer as tells HTTP and its status: `HTTP/1.0 404`.
const HEAD: usize = 12;

/// How an answer to a handshake begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FirstBytes {
    /// There is none.
    Nothing,
    /// HTTP with this status.
    Http(u16),
    /// Something else.
    Foreign,
}

/// What was observed of a stream's input.
#[derive(Debug)]
pub(crate) struct Observed {
    /// When the session began.
    origin: Instant,
    last_byte_ms: AtomicU64,
    /// The lock is held for a copy of a few bytes, never over an await.
    head: Mutex<Vec<u8>>,
}

impl Observed {
    pub(crate) fn new(origin: Instant) -> Arc<Self> {
        let observed = Self { origin, last_byte_ms: AtomicU64::new(0), head: Mutex::default() };
        observed.note_time();
        Arc::new(observed)
    }

    /// When the last bytes came, since the session began.
    pub(crate) fn last_byte(&self) -> Duration {
        Duration::from_millis(self.last_byte_ms.load(Ordering::Relaxed))
    }

    /// How the answer begins.
    pub(crate) fn first_bytes(&self) -> FirstBytes {
        let head = self.head.lock().unwrap_or_else(PoisonError::into_inner);
        if head.is_empty() {
            return FirstBytes::Nothing;
        }
        let status = head.strip_prefix(b"HTTP/1.").and_then(|rest| std::str::from_utf8(rest.get(2..)?).ok());
        status.and_then(|status| status.parse().ok()).map_or(FirstBytes::Foreign, FirstBytes::Http)
    }

    fn note_time(&self) {
        let ms = u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_byte_ms.store(ms, Ordering::Relaxed);
    }
}

/// A stream whose input is observed.
pub(crate) struct ObservedStream<S> {
    inner: S,
    observed: Arc<Observed>,
    /// How much of the head is still to be kept.
    head_left: usize,
}

impl<S> ObservedStream<S> {
    pub(crate) fn new(inner: S, observed: Arc<Observed>) -> Self {
        Self { inner, observed, head_left: HEAD }
    }

    fn observe(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.observed.note_time();
        if self.head_left > 0 {
            let kept = &bytes[..bytes.len().min(self.head_left)];
            self.observed.head.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(kept);
            self.head_left -= kept.len();
        }
    }
}

impl<S> std::fmt::Debug for ObservedStream<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObservedStream").field("observed", &self.observed).finish_non_exhaustive()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ObservedStream<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let polled = Pin::new(&mut this.inner).poll_read(cx, buf);
        this.observe(&buf.filled()[before..]);
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ObservedStream<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

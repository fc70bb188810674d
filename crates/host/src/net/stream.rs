//! The stream of a connection: its socket, TCP or TLS over it.
//!
//! The handshake is over when one is made. From there on TLS is what stands between the bytes that are said and those
//! that the kernel has: [`Socket::try_write`] takes of what it is given only what it can begin to send, so that a slow
//! reader costs no more than [`HELD_BYTES`] beside what the kernel holds.

use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use rustls::ServerConnection;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What TLS may hold of a connection that the kernel has not taken yet: one record of the longest kind (RFC 8446, section
/// 5.1), which must go out before anything else can.
const HELD_BYTES: usize = 16 * 1024;

/// What is read and thrown away at the end of a connection, at once.
const UNREAD: usize = 4096;

/// A connection's socket.
#[derive(Debug)]
pub(crate) struct Stream {
    tcp: TcpStream,
    /// Boxed: most connections have none. Locked for moments, never across an await, and behind the sending side's own lock.
    tls: Option<Box<Mutex<ServerConnection>>>,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// So many bytes are sent, or will be before any others.
    pub taken: usize,
    /// The kernel took something.
    pub moved: bool,
    /// TLS holds something that the kernel has not taken.
    pub held: bool,
}

impl Stream {
    pub(crate) fn plain(tcp: TcpStream) -> Self {
        Self { tcp, tls: None }
    }

    /// Over a handshake that is done.
    pub(crate) fn tls(tcp: TcpStream, mut tls: ServerConnection) -> Self {
        tls.set_buffer_limit(Some(HELD_BYTES));
        Self { tcp, tls: Some(Box::new(Mutex::new(tls))) }
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Whether TLS holds something that the kernel has not taken.
    pub(crate) fn holds(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| locked(tls).wants_write())
    }

    /// Sends of these two, one behind the other, what goes now. A socket that is full takes nothing, which is no error.
    pub(crate) fn try_write(&self, first: &[u8], second: &[u8]) -> io::Result<Written> {
        let Some(tls) = &self.tls else {
            let written = if first.is_empty() {
                self.tcp.try_write(second)
            } else {
                self.tcp.try_write_vectored(&[IoSlice::new(first), IoSlice::new(second)])
            };
            return match written {
                Ok(taken) => Ok(Written { taken, moved: taken > 0, held: false }),
                Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Written::default()),
                Err(error) => Err(error),
            };
        };
        let mut tls = locked(tls);
        let mut written = Written::default();
        let mut parts = &mut [IoSlice::new(first), IoSlice::new(second)][..];
        loop {
            // A record that was begun goes out before anything new is taken.
            written.moved |= self.send_held(&mut tls)?;
            written.held = tls.wants_write();
            // Nothing is no part.
            IoSlice::advance_slices(&mut parts, 0);
            if written.held || parts.is_empty() {
                return Ok(written);
            }
            let taken = tls.writer().write_vectored(parts)?;
            written.taken += taken;
            IoSlice::advance_slices(&mut parts, taken);
        }
    }

    /// Sends of what TLS holds what goes now. Whether anything did.
    fn send_held(&self, tls: &mut ServerConnection) -> io::Result<bool> {
        let mut moved = false;
        while tls.wants_write() {
            match tls.write_tls(&mut NoWait(&self.tcp)) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(_) => moved = true,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(moved)
    }

    /// Returns when there is room in the socket.
    pub(crate) async fn writable(&self) -> io::Result<()> {
        self.tcp.writable().await
    }

    /// Reads what was said. `came` is told of all that comes off the wire, also where nothing can be read of it yet, and
    /// may put an end to it.
    pub(crate) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
        mut came: impl FnMut(usize) -> io::Result<()>,
    ) -> Poll<io::Result<()>> {
        loop {
            if let Some(tls) = &self.tls {
                match locked(tls).reader().read(buf.initialize_unfilled()) {
                    Ok(read) => {
                        buf.advance(read);
                        return Poll::Ready(Ok(()));
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(error) => return Poll::Ready(Err(error)),
                }
            }
            ready!(self.tcp.poll_read_ready(cx))?;
            let read = match &self.tls {
                None => self.tcp.try_read(buf.initialize_unfilled()),
                Some(tls) => self.receive(&mut locked(tls)),
            };
            match read {
                Ok(read) => {
                    came(read)?;
                    if self.tls.is_none() {
                        buf.advance(read);
                        return Poll::Ready(Ok(()));
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// Takes in what has come of records. What follows from it, such as an alert, goes out if it goes at once, and
    /// otherwise with the next write.
    fn receive(&self, tls: &mut ServerConnection) -> io::Result<usize> {
        let read = tls.read_tls(&mut NoWait(&self.tcp))?;
        let processed = tls.process_new_packets();
        let _ = self.send_held(tls);
        processed.map(|_| read).map_err(io::Error::other)
    }

    /// Ends our side, with a word by which the other side knows that nothing was cut off (RFC 8446, section 6.1), and reads
    /// on until the other side ends too, or has sent so much. To close a socket with unread bytes is to reset it, and the
    /// other side would lose what was said last.
    pub(crate) async fn drain(&self, mut left: usize) {
        if let Some(tls) = &self.tls {
            locked(tls).send_close_notify();
            while self.try_write(&[], &[]).is_ok_and(|written| written.held) {
                if self.writable().await.is_err() {
                    return;
                }
            }
        }
        let _ = socket2::SockRef::from(&self.tcp).shutdown(Shutdown::Write);
        let mut unread = [0; UNREAD];
        while self.tcp.readable().await.is_ok() {
            match self.tcp.try_read(&mut unread) {
                Ok(read) if (1..left).contains(&read) => left -= read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Ends the TCP connection, both ways.
    pub(crate) fn hang_up(&self) {
        // Fails when the other side was faster.
        let _ = socket2::SockRef::from(&self.tcp).shutdown(Shutdown::Both);
    }

    /// What the kernel has of it, for its addresses and options.
    pub(crate) fn tcp(&self) -> &TcpStream {
        &self.tcp
    }
}

fn locked(tls: &Mutex<ServerConnection>) -> MutexGuard<'_, ServerConnection> {
    tls.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The socket as far as it goes without waiting.
struct NoWait<'a>(&'a TcpStream);

impl Read for NoWait<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buf)
    }
}

impl Write for NoWait<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.try_write(buf)
    }

    fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_write_vectored(bufs)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// For the HTTP library, until the connection is a WebSocket.
impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Self::poll_read(&self, cx, buf, |_| Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // A head and a body: whoever has more than two parts comes again with the rest.
        let mut parts = parts.iter().map(|part| &**part).filter(|part| !part.is_empty());
        let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        loop {
            let written = self.try_write(first, second)?;
            if written.taken > 0 || first.is_empty() {
                return Poll::Ready(Ok(written.taken));
            }
            ready!(self.tcp.poll_write_ready(cx))?;
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.tls.is_some() && self.try_write(&[], &[])?.held {
            ready!(self.tcp.poll_write_ready(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(tls) = &self.tls {
            locked(tls).send_close_notify();
        }
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

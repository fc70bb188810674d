//! Error answers of the HTTP library (400, 431 and the like): what is no request at all it answers without asking us,
//! and here such an answer gets the headers that every answer has.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::http::answer;

/// The library's own answers are a status, a date, and that nothing follows. Ours are longer.
const LONGEST: usize = 256;

/// A socket, or something like it.
#[derive(Debug)]
pub(crate) struct ErrorAnswers<S> {
    socket: S,
    /// What is written in place of an answer of the library's, and how much of it is sent.
    instead: Vec<u8>,
    sent: usize,
}

impl<S> ErrorAnswers<S> {
    pub(crate) fn new(socket: S) -> Self {
        Self { socket, instead: Vec::new(), sent: 0 }
    }

    /// The socket, once it is no longer one for HTTP.
    pub(crate) fn into_inner(self) -> S {
        self.socket
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ErrorAnswers<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ErrorAnswers<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Self { socket, instead, sent } = &mut *self;
        if instead.is_empty() {
            match in_place_of(bytes) {
                Some(whole) => (*instead, *sent) = (whole, 0),
                None => return Pin::new(socket).poll_write(cx, bytes),
            }
        }
        // Whoever could not write all of it comes again with the same bytes.
        while *sent < instead.len() {
            match ready!(Pin::new(&mut *socket).poll_write(cx, &instead[*sent..]))? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                written => *sent += written,
            }
        }
        instead.clear();
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// What is said instead, where this is an answer of the library's own: a whole one, with nothing in it that all of ours
/// have.
fn in_place_of(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() > LONGEST || !bytes.starts_with(b"HTTP/1.1 4") {
        return None;
    }
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let (status, headers) = head.split_once("\r\n")?;
    let is_ours = headers.contains("x-content-type-options");
    (!is_ours)
        .then(|| format!("{status}\r\n{}content-length: 0\r\n\r\n", answer::on_every_answer()).into_bytes())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const OWN: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

    #[tokio::test]
    async fn an_answer_of_the_librarys_own_is_replaced_as_a_whole_however_little_goes_at_once() {
        let (ours, mut theirs) = duplex(7);
        let mut answers = ErrorAnswers::new(ours);
        let write = async move {
            answers.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("written");
            answers.write_all(OWN.as_bytes()).await.expect("written");
        };
        let mut said = String::new();
        let ((), read) = tokio::join!(write, theirs.read_to_string(&mut said));
        read.expect("read");
        let (first, second) = said.split_once("HTTP/1.1 400 Bad Request\r\n").expect("both");
        assert_eq!(first, "HTTP/1.1 200 OK\r\n\r\n");
        for header in ["x-content-type-options: nosniff\r\n", "content-security-policy: default-src 'none'"] {
            assert_eq!(second.matches(header).count(), 1, "{second}");
        }
        assert!(second.ends_with("\r\ncontent-length: 0\r\n\r\n"), "{second}");
    }

    #[test]
    fn what_we_answer_stays_as_it_is() {
        let ours = format!("HTTP/1.1 404 Not Found\r\n{}\r\n", answer::on_every_answer());
        for said in
            [ours.as_str(), "HTTP/1.1 400 Bad Request\r\nconn", "a part of a file: HTTP/1.1 4\r\n\r\n", ""]
        {
            assert_eq!(in_place_of(said.as_bytes()), None, "{said}");
        }
        assert!(in_place_of(OWN.as_bytes()).is_some());
    }
}

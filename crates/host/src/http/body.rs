//! The body of a request, paced: it is read as a stream within bounds of size and speed (protection against slow requests).
//!
//! Time counts only while the sender is waited for: whoever reads may take as long as its disk does.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use thiserror::Error;
use tokio::time::{Instant, Sleep, sleep};

use crate::http::visit::Standing;

/// How large a body may be, and how slow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// In bytes.
    pub(crate) at_most: u64,
    /// Bytes a second, of all that has come since the beginning.
    pub(crate) floor: u32,
}

impl Bounds {
    /// The usual floor: a tenth of what a telephone has in the slowest network that still carries anything (EDGE). Whoever keeps
    /// a connection open by a body pays at least so much for it.
    pub(crate) const FLOOR: u32 = 1024;
}

/// How long the floor is not asked for: a connection begins slowly, and a network that stalls does so for some seconds.
const GRACE: Duration = Duration::from_secs(10);

/// The longest time without a byte, however fast it was before: a telephone goes from one network to another in less, or its
/// connection is lost.
const SILENCE: Duration = Duration::from_secs(20);

/// Why a body is not read to its end.
#[derive(Debug, Error)]
pub(crate) enum BodyError {
    /// It is, or says that it will be, larger than it may.
    #[error("the body is too large")]
    TooLarge,
    /// It comes more slowly than it must.
    #[error("the body comes too slowly")]
    TooSlow,
    /// It does not come whole, or not as HTTP.
    #[error("the body did not come whole")]
    Broken(#[source] Box<dyn Error + Send + Sync>),
}

impl BodyError {
    /// What is answered.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// A body within its bounds.
#[derive(Debug)]
pub(crate) struct Paced<B = Incoming> {
    body: B,
    bounds: Bounds,
    taken: u64,
    /// How long the sender was waited for, until the last frame.
    waited: Duration,
    /// Since when it is, if it is.
    waiting: Option<Instant>,
    /// Goes off when it was for too long.
    alarm: Option<Pin<Box<Sleep>>>,
    _standing: Standing,
}

impl<B> Paced<B>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin,
{
    /// The clock of the visit stands until this is dropped.
    pub(crate) fn new(body: B, bounds: Bounds, standing: Standing) -> Self {
        Self {
            body,
            bounds,
            taken: 0,
            waited: Duration::ZERO,
            waiting: None,
            alarm: None,
            _standing: standing,
        }
    }

    /// All of it.
    pub(crate) async fn whole(self) -> Result<Bytes, BodyError> {
        Ok(self.collect().await?.to_bytes())
    }

    /// How much longer the sender may be waited for from here on.
    fn patience(&self) -> Duration {
        let paid = Duration::from_secs(self.taken).checked_div(self.bounds.floor).unwrap_or(Duration::MAX);
        paid.max(GRACE).saturating_sub(self.waited).min(SILENCE)
    }
}

impl<B> Body for Paced<B>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        // Of what says how long it is, nothing is read in vain.
        if this.body.size_hint().lower() > this.bounds.at_most.saturating_sub(this.taken) {
            return Poll::Ready(Some(Err(BodyError::TooLarge)));
        }
        let Poll::Ready(read) = Pin::new(&mut this.body).poll_frame(cx) else {
            if this.waiting.is_none() {
                let (now, patience) = (Instant::now(), this.patience());
                this.waiting = Some(now);
                this.alarm.get_or_insert_with(|| Box::pin(sleep(patience))).as_mut().reset(now + patience);
            }
            if let Some(alarm) = &mut this.alarm {
                ready!(alarm.as_mut().poll(cx));
            }
            return Poll::Ready(Some(Err(BodyError::TooSlow)));
        };
        this.waited += this.waiting.take().map_or(Duration::ZERO, |since| since.elapsed());
        let Some(frame) = read else { return Poll::Ready(None) };
        let frame = frame.map_err(|error| BodyError::Broken(error.into()))?;
        this.taken += frame.data_ref().map_or(0, |data| data.len() as u64);
        if this.taken > this.bounds.at_most {
            return Poll::Ready(Some(Err(BodyError::TooLarge)));
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::iter::repeat_n;

    use futures_util::stream;
    use http_body_util::{Full, StreamBody};

    use super::*;
    use crate::http::visit::VisitClock;

    const BOUNDS: Bounds = Bounds { at_most: 1 << 20, floor: Bounds::FLOOR };

    /// Waits so many milliseconds before each piece of so many bytes; the last wait is for the end.
    async fn read(pieces: impl IntoIterator<Item = (u64, usize)>) -> Result<usize, BodyError> {
        let body = stream::unfold(pieces.into_iter(), |mut rest| async {
            let (wait, bytes) = rest.next()?;
            sleep(Duration::from_millis(wait)).await;
            Some((Ok::<_, Infallible>(Frame::data(Bytes::from(vec![0; bytes]))), rest))
        });
        let body = StreamBody::new(Box::pin(body));
        Paced::new(body, BOUNDS, VisitClock::start().stand()).whole().await.map(|whole| whole.len())
    }

    #[tokio::test(start_paused = true)]
    async fn the_mean_counts_and_a_stall_that_was_paid_for_is_none() {
        assert_eq!(read(repeat_n((100, 110), 3000)).await.expect("fast enough"), 330_000);
        assert!(matches!(read(repeat_n((100, 90), 3000)).await, Err(BodyError::TooSlow)));
        let stalls = [(0, 40_000), (15_000, 1), (15_000, 1)];
        assert_eq!(read(stalls).await.expect("fast at first"), 40_002);
        let longer = [(0, 40_000), (15_000, 1), (15_000, 1), (15_000, 1)];
        assert!(matches!(read(longer).await, Err(BodyError::TooSlow)), "the mean is too low by then");
    }

    #[tokio::test(start_paused = true)]
    async fn it_may_begin_slowly_and_never_be_silent_for_long() {
        assert_eq!(read([(9000, 1), (900, 1)]).await.expect("within the grace"), 2);
        assert!(matches!(read([(10_100, 500_000)]).await, Err(BodyError::TooSlow)));
        assert_eq!(read([(0, 500_000), (19_900, 1)]).await.expect("a short silence"), 500_001);
        assert!(matches!(read([(0, 500_000), (20_100, 1)]).await, Err(BodyError::TooSlow)));
    }

    #[tokio::test(start_paused = true)]
    async fn one_byte_too_many_is_too_many() {
        let most = usize::try_from(BOUNDS.at_most).expect("a size");
        assert_eq!(read([(0, most - 1), (0, 1)]).await.expect("all that may be"), most);
        assert!(matches!(read([(0, most), (0, 1)]).await, Err(BodyError::TooLarge)));
        let full = |bytes: usize| {
            let body = Full::new(Bytes::from(vec![0; bytes]));
            Paced::new(body, BOUNDS, VisitClock::start().stand())
        };
        assert_eq!(full(most).whole().await.expect("all that may be").len(), most);
        let mut said = full(most + 1);
        assert!(matches!(said.frame().await, Some(Err(BodyError::TooLarge))));
        assert_eq!(said.taken, 0, "nothing of it is read");
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_that_the_reader_takes_is_not_the_senders() {
        let body = stream::iter((0..10).map(|_| Ok::<_, Infallible>(Frame::data(Bytes::from_static(b"a")))));
        let mut body = Paced::new(StreamBody::new(body), BOUNDS, VisitClock::start().stand());
        while let Some(frame) = body.frame().await {
            frame.expect("it was there all the time");
            sleep(Duration::from_mins(1)).await;
        }
        assert_eq!(body.taken, 10);
    }
}

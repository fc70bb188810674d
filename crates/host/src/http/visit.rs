//! The deadline of a visit: how long a connection may stay for plain HTTP (a connection time-out). While the body of a request
//! comes in, its clock stands: the body has bounds of its own.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::base::stopping::Stopping;

/// How long a browser may take over one connection to get the guest page: by far enough for a telephone in a bad spot. A
/// question that does not come in time ends it sooner.
const VISIT: Duration = Duration::from_mins(1);

/// The clock of a visit. Clones are of the same one.
#[derive(Debug, Clone)]
pub(crate) struct VisitClock {
    /// How many bodies come in.
    bodies: watch::Sender<usize>,
}

/// A visit's clock stands for as long as one of these is there.
#[derive(Debug)]
pub(crate) struct Standing(watch::Sender<usize>);

impl VisitClock {
    pub(crate) fn start() -> Self {
        Self { bodies: watch::Sender::new(0) }
    }

    /// Stops the clock for a while.
    pub(crate) fn stand(&self) -> Standing {
        self.bodies.send_modify(|bodies| *bodies += 1);
        Standing(self.bodies.clone())
    }

    /// Lets a visit go on until it ends or is over.
    pub(crate) async fn bound(&self, visit: impl Future<Output = ()>, stopping: &Stopping) {
        tokio::select! {
            () = visit => {}
            () = self.over(stopping) => {}
        }
    }

    /// Returns when its time is up, or its clock stands and the host stops.
    async fn over(&self, stopping: &Stopping) {
        let mut bodies = self.bodies.subscribe();
        let mut left = VISIT;
        loop {
            tokio::select! {
                // The sender lives as long as `self`.
                _ = bodies.wait_for(|bodies| *bodies == 0) => {}
                () = stopping.begun() => return,
            }
            let since = Instant::now();
            tokio::select! {
                () = sleep(left) => return,
                _ = bodies.wait_for(|bodies| *bodies > 0) => left = left.saturating_sub(since.elapsed()),
            }
        }
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        self.0.send_modify(|bodies| *bodies -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_visit_is_as_long_as_it_may_be_beside_the_bodies_that_come() {
        let (visit, stopping, began) = (VisitClock::start(), Stopping::new(), Instant::now());
        let uploads = async {
            for _ in 0..3 {
                sleep(Duration::from_secs(15)).await;
                let standing = visit.stand();
                sleep(Duration::from_mins(10)).await;
                drop(standing);
            }
            std::future::pending::<()>().await;
        };
        visit.bound(uploads, &stopping).await;
        let (least, most) = (VISIT + Duration::from_mins(30), VISIT + Duration::from_secs(30 * 60 + 1));
        assert!((least..most).contains(&began.elapsed()), "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn no_body_is_waited_for_by_a_host_that_stops() {
        let (visit, stopping, began) = (VisitClock::start(), Stopping::new(), Instant::now());
        let _standing = visit.stand();
        let stop = async {
            sleep(Duration::from_mins(5)).await;
            stopping.begin();
        };
        tokio::join!(visit.over(&stopping), stop);
        assert!(began.elapsed() < Duration::from_secs(5 * 60 + 1), "{:?}", began.elapsed());
    }
}

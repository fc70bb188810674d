//! The shutdown signal of a host: it is given once, and whoever waits for it is woken.

use tokio::sync::watch;

/// A handle of the signal. Clones are of the same one.
#[derive(Debug, Clone)]
pub(crate) struct Stopping(watch::Sender<bool>);

impl Stopping {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// The host stops from here on.
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Returns when the host stops.
    pub(crate) async fn begun(&self) {
        // The sender lives as long as `self`.
        let _ = self.0.subscribe().wait_for(|stopping| *stopping).await;
    }
}

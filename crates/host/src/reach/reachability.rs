//! Reachability: where the host listens, whether it is reached from the internet, and what probes have shown.

use std::net::SocketAddr;

use tokio::sync::watch;

use crate::reach::outside::Outside;
use crate::reach::probes::Prober;
use crate::reach::tries::Tries;

/// The handle of how the world reaches a host.
#[derive(Debug)]
pub(crate) struct Reachability {
    /// Where it listens, with the true port.
    pub(crate) addr: SocketAddr,
    pub(crate) prober: Prober,
    pub(crate) tries: Tries,
    /// Whether the owner wants it to be reachable from the internet,
    wished: watch::Sender<bool>,
    /// and what has come of that.
    outside: watch::Sender<Outside>,
}

impl Reachability {
    /// Of a host that listens there.
    pub(crate) fn new(addr: SocketAddr) -> Self {
        Self {
            addr,
            prober: Prober::default(),
            tries: Tries::new(),
            wished: watch::Sender::new(false),
            outside: watch::Sender::new(Outside::Off),
        }
    }

    /// Whether it is to be reachable from the internet.
    pub(crate) fn set_outside(&self, wished: bool) {
        self.wished.send_replace(wished);
    }

    /// What has come of that.
    pub(crate) fn outside(&self) -> Outside {
        *self.outside.borrow()
    }

    /// The same, and a wake-up when it changes.
    pub(crate) fn watch_outside(&self) -> watch::Receiver<Outside> {
        self.outside.subscribe()
    }

    pub(super) fn wished(&self) -> watch::Receiver<bool> {
        self.wished.subscribe()
    }

    /// Shows how the host is reached from the internet, when that changes.
    pub(super) fn show_outside(&self, now: Outside) {
        if self.outside.send_if_modified(|outside| std::mem::replace(outside, now) != now) {
            tracing::info!(outside = ?now, "the way from the internet");
        }
    }
}

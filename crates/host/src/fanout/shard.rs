//! What others leave for the writer: connections that join, that have something pending, or that have ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::fanout::outbound::Outbound;

/// What is left for the writer.
#[derive(Debug, Default)]
pub(crate) struct Shard {
    /// `notify_one` keeps a permit: a wake-up before the writer waits is not missed.
    woken: Notify,
    joining: Mutex<Vec<Arc<Outbound>>>,
    touched: Mutex<Vec<Arc<Outbound>>>,
    /// A connection has ended since the writer last looked.
    parted: AtomicBool,
}

impl Shard {
    /// There is something new.
    pub(crate) fn wake(&self) {
        self.woken.notify_one();
    }

    /// A connection is to be served from now on.
    pub(crate) fn join(&self, outbound: Arc<Outbound>) {
        self.joining.lock().unwrap_or_else(PoisonError::into_inner).push(outbound);
    }

    /// A connection has ended: its socket is to be closed, and not only at the next look.
    pub(crate) fn part(&self) {
        self.parted.store(true, Ordering::Release);
        self.wake();
    }

    /// A connection has something pending. It is noted once, however often it is touched before the writer looks.
    pub(crate) fn touch(&self, outbound: &Arc<Outbound>) {
        if !outbound.touched.swap(true, Ordering::AcqRel) {
            self.touched.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(outbound));
        }
    }

    /// Returns when the writer is woken.
    pub(super) async fn woken(&self) {
        self.woken.notified().await;
    }

    /// Those who have joined since this was last asked.
    pub(super) fn take_joining(&self) -> Vec<Arc<Outbound>> {
        take(&self.joining)
    }

    /// Those who have been touched since this was last asked.
    pub(super) fn take_touched(&self) -> Vec<Arc<Outbound>> {
        take(&self.touched)
    }

    /// Whether a connection has ended since this was last asked.
    pub(super) fn take_parted(&self) -> bool {
        self.parted.swap(false, Ordering::AcqRel)
    }
}

fn take(outbounds: &Mutex<Vec<Arc<Outbound>>>) -> Vec<Arc<Outbound>> {
    std::mem::take(&mut outbounds.lock().unwrap_or_else(PoisonError::into_inner))
}

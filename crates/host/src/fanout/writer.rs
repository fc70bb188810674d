//! The writer: one task that serves every connection which is caught up.
//!
//! It wakes once for a group of entries, takes them as one chunk, and makes one write to each socket. A task per
//! connection that wakes for every message costs several times as much, and a queue per connection loses what it
//! cannot hold.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hearth_protocol::Dialect;
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval};

use crate::fanout::outbound::{Health, Outbound};
use crate::fanout::tape::Chunk;
use crate::host::Shared;

/// After so many sockets the writer lets other tasks run.
const SOCKETS_AT_ONCE: usize = 512;

/// How often connections are looked at: a fraction of the shortest time-out.
const LOOK_PERIOD: Duration = Duration::from_secs(5);

/// What others leave for the writer.
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

    /// A connection to be served from now on.
    pub(crate) fn join(&self, outbound: Arc<Outbound>) {
        self.joining.lock().unwrap_or_else(PoisonError::into_inner).push(outbound);
    }

    /// A connection has ended: its socket is to be closed, and not only at the next look.
    pub(crate) fn part(&self) {
        self.parted.store(true, Ordering::Release);
        self.wake();
    }

    /// A connection that has something pending. It is noted once, however often it is touched before the writer looks.
    pub(crate) fn touch(&self, outbound: &Arc<Outbound>) {
        if !outbound.touched.swap(true, Ordering::AcqRel) {
            self.touched.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(outbound));
        }
    }
}

/// A dialect's connections, and how far its tape was delivered.
struct Readers {
    dialect: Dialect,
    outbounds: Vec<Arc<Outbound>>,
    pos: u64,
}

/// Serves until the host is dropped.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut groups = [Dialect::V1, Dialect::Classic].map(|dialect| Readers {
        dialect,
        outbounds: Vec::new(),
        pos: shared.tape(dialect).end().pos,
    });
    let mut look = interval(LOOK_PERIOD.min(shared.config.limits.silence / 4));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shared.shard.woken.notified() => {}
            _ = look.tick() => examine(&shared, &mut groups),
        }
        // The tapes are read before the joiners are taken: who joins later than this has, before going live, seen a
        // tape that reaches at least as far.
        let chunks = groups.each_ref().map(|readers| shared.tape(readers.dialect).since(readers.pos));
        let [v1, classic] = &mut groups;
        for outbound in take(&shared.shard.joining) {
            match outbound.dialect {
                Dialect::V1 => v1.outbounds.push(outbound),
                Dialect::Classic => classic.outbounds.push(outbound),
            }
        }
        if shared.shard.parted.swap(false, Ordering::AcqRel) {
            for readers in &mut groups {
                readers.outbounds.retain(|outbound| outbound.ended().is_none());
            }
        }
        let touched = take(&shared.shard.touched);
        for (readers, chunk) in groups.iter_mut().zip(chunks) {
            if !chunk.is_empty() {
                readers.pos = chunk.end();
                deliver(&chunk, &readers.outbounds).await;
            }
        }
        for outbound in touched {
            outbound.touched.store(false, Ordering::Release);
            outbound.flush();
        }
    }
}

async fn deliver(chunk: &Chunk, outbounds: &[Arc<Outbound>]) {
    for some in outbounds.chunks(SOCKETS_AT_ONCE) {
        for outbound in some {
            outbound.deliver(chunk);
        }
        tokio::task::yield_now().await;
    }
}

fn examine(shared: &Shared, groups: &mut [Readers; 2]) {
    let now = shared.since_start();
    for readers in groups {
        readers.outbounds.retain(|outbound| outbound.examine(now, &shared.config.limits) == Health::Fine);
    }
}

fn take(outbounds: &Mutex<Vec<Arc<Outbound>>>) -> Vec<Arc<Outbound>> {
    std::mem::take(&mut outbounds.lock().unwrap_or_else(PoisonError::into_inner))
}

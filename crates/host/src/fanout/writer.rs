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

use crate::fanout::outbound::{Health, Link};
use crate::fanout::tape::Chunk;
use crate::host::Shared;

/// After so many sockets the writer lets other tasks run.
const SOCKETS_AT_ONCE: usize = 512;

/// How often links are looked at: a fraction of the shortest time-out.
const LOOK_PERIOD: Duration = Duration::from_secs(5);

/// What others leave for the writer.
#[derive(Debug, Default)]
pub(crate) struct Shard {
    /// `notify_one` keeps a permit: a wake-up before the writer waits is not missed.
    woken: Notify,
    joining: Mutex<Vec<Arc<Link>>>,
    touched: Mutex<Vec<Arc<Link>>>,
    /// A link has ended since the writer last looked.
    parted: AtomicBool,
}

impl Shard {
    /// There is something new.
    pub(crate) fn wake(&self) {
        self.woken.notify_one();
    }

    /// A link to be served from now on.
    pub(crate) fn join(&self, link: Arc<Link>) {
        self.joining.lock().unwrap_or_else(PoisonError::into_inner).push(link);
    }

    /// A link has ended: its socket is to be closed, and not only at the next look.
    pub(crate) fn part(&self) {
        self.parted.store(true, Ordering::Release);
        self.wake();
    }

    /// A link that has something pending. It is noted once, however often it is touched before the writer looks.
    pub(crate) fn touch(&self, link: &Arc<Link>) {
        if !link.touched.swap(true, Ordering::AcqRel) {
            self.touched.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(link));
        }
    }
}

/// A dialect's links, and how far its tape was delivered.
struct Readers {
    dialect: Dialect,
    links: Vec<Arc<Link>>,
    pos: u64,
}

/// Serves until the host is dropped.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut groups = [Dialect::V1, Dialect::Classic].map(|dialect| Readers {
        dialect,
        links: Vec::new(),
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
        for link in take(&shared.shard.joining) {
            match link.dialect {
                Dialect::V1 => v1.links.push(link),
                Dialect::Classic => classic.links.push(link),
            }
        }
        if shared.shard.parted.swap(false, Ordering::AcqRel) {
            for readers in &mut groups {
                readers.links.retain(|link| link.ended().is_none());
            }
        }
        let touched = take(&shared.shard.touched);
        for (readers, chunk) in groups.iter_mut().zip(chunks) {
            if !chunk.is_empty() {
                readers.pos = chunk.end();
                deliver(&chunk, &readers.links).await;
            }
        }
        for link in touched {
            link.touched.store(false, Ordering::Release);
            link.flush();
        }
    }
}

async fn deliver(chunk: &Chunk, links: &[Arc<Link>]) {
    for some in links.chunks(SOCKETS_AT_ONCE) {
        for link in some {
            link.deliver(chunk);
        }
        tokio::task::yield_now().await;
    }
}

fn examine(shared: &Shared, groups: &mut [Readers; 2]) {
    let now = shared.since_start();
    for readers in groups {
        readers.links.retain(|link| link.examine(now, &shared.config.limits) == Health::Fine);
    }
}

fn take(links: &Mutex<Vec<Arc<Link>>>) -> Vec<Arc<Link>> {
    std::mem::take(&mut links.lock().unwrap_or_else(PoisonError::into_inner))
}

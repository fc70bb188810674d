//! The writer: one task that serves every connection which is caught up (fan-out), and looks after their heartbeat.
//!
//! It wakes once for a group of entries, takes them as one chunk, and makes one write to each socket. A task per
//! connection that wakes for every message costs several times as much, and a queue per connection loses what it
//! cannot hold.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hearth_protocol::Dialect;
use tokio::time::{MissedTickBehavior, interval};

use crate::base::clock::Clock;
use crate::base::limits::Limits;
use crate::fanout::fanout::Fanout;
use crate::fanout::outbound::{Health, Outbound};
use crate::fanout::tape::Chunk;

/// After so many sockets the writer lets other tasks run.
const SOCKETS_AT_ONCE: usize = 512;

/// How often connections are looked at: a fraction of the shortest time-out.
const LOOK_PERIOD: Duration = Duration::from_secs(5);

/// A dialect's connections, and how far its tape was delivered.
struct Readers {
    dialect: Dialect,
    outbounds: Vec<Arc<Outbound>>,
    pos: u64,
}

/// Serves until the host is dropped.
pub(crate) async fn run(fanout: Arc<Fanout>, limits: Limits, clock: Clock) {
    let Fanout { feed, shard } = &*fanout;
    let mut groups = [Dialect::V1, Dialect::Classic].map(|dialect| Readers {
        dialect,
        outbounds: Vec::new(),
        pos: feed.tape(dialect).end().pos,
    });
    let mut look = interval(LOOK_PERIOD.min(limits.silence / 4));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shard.woken() => {}
            _ = look.tick() => examine(clock.since_start(), &limits, &mut groups),
        }
        // The tapes are read before the joiners are taken: who joins later than this has, before going live, seen a
        // tape that reaches at least as far.
        let chunks = groups.each_ref().map(|readers| feed.tape(readers.dialect).since(readers.pos));
        let [v1, classic] = &mut groups;
        for outbound in shard.take_joining() {
            match outbound.dialect {
                Dialect::V1 => v1.outbounds.push(outbound),
                Dialect::Classic => classic.outbounds.push(outbound),
            }
        }
        if shard.take_parted() {
            for readers in &mut groups {
                readers.outbounds.retain(|outbound| outbound.ended().is_none());
            }
        }
        let touched = shard.take_touched();
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

fn examine(now: Duration, limits: &Limits, groups: &mut [Readers; 2]) {
    for readers in groups {
        readers.outbounds.retain(|outbound| outbound.examine(now, limits) == Health::Fine);
    }
}

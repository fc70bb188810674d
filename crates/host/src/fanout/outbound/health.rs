//! The heartbeat of a connection: whether anything goes through it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use hearth_protocol::CloseCode;

use super::Outbound;
use crate::base::limits::Limits;
use crate::fanout::frame;

/// What the periodic look found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Fine,
    /// Its task has ended it, or should.
    Gone,
}

impl Outbound {
    /// A byte came.
    pub(crate) fn heard(&self, since_start: Duration) {
        self.heard_ms.store(millis(since_start), Ordering::Relaxed);
    }

    /// The first byte of a message came.
    pub(crate) fn speaks(&self, since_start: Duration) {
        self.speaks_ms.store(millis(since_start).max(1), Ordering::Relaxed);
    }

    /// The message is whole.
    pub(crate) fn whole(&self) {
        self.speaks_ms.store(0, Ordering::Relaxed);
    }

    /// The periodic look: asks a silent peer, cuts a dead one and one that takes nothing.
    pub(crate) fn examine(&self, since_start: Duration, limits: &Limits) -> Health {
        let since = |ms: u64| Duration::from_millis(millis(since_start).saturating_sub(ms));
        let heard_ms = self.heard_ms.load(Ordering::Relaxed);
        let silent = since(heard_ms);
        let speaks = self.speaks_ms.load(Ordering::Relaxed);
        let dribbles = speaks > 0 && since(speaks) > limits.silence;
        let mut cursor = self.cursor();
        if cursor.ended().is_some() {
            return Health::Gone;
        }
        let stalled = cursor.is_stalled(since_start, limits.silence);
        if silent > limits.silence || stalled || dribbles {
            tracing::debug!(connection = self.id.0, ?silent, stalled, dribbles, "cut: nothing goes through");
            cursor.cut(CloseCode::Policy);
            self.turn.notify_one();
            return Health::Gone;
        }
        drop(cursor);
        let asked = self.pinged_ms.load(Ordering::Relaxed) > heard_ms;
        if silent > limits.ping_after && !asked {
            self.pinged_ms.store(millis(since_start), Ordering::Relaxed);
            self.push(frame::PING);
            self.flush();
        }
        Health::Fine
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

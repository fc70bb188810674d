//! The fan-out of a room: what its connections read, and the writer who serves those that are caught up.

use std::sync::Arc;

use hearth_log::Log;

use crate::fanout::feed::Feed;
use crate::fanout::shard::Shard;

/// The handle of the fan-out: to put entries on the tapes, and to be served from them.
#[derive(Debug)]
pub(crate) struct Fanout {
    pub(crate) feed: Feed,
    pub(crate) shard: Shard,
}

impl Fanout {
    /// Over a log. `tape_bytes` bounds each tape.
    pub(crate) fn new(log: Arc<dyn Log>, tape_bytes: usize) -> Self {
        Self { feed: Feed::new(log, tape_bytes), shard: Shard::default() }
    }

    pub(crate) fn log(&self) -> &Arc<dyn Log> {
        &self.feed.log
    }
}

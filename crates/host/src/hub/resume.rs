//! Resuming: where in the log a client reads on that comes back, or begins to read that is new (replay).

use hearth_log::Log;
use hearth_protocol::{Hello, Seq};

/// Entries that a newcomer sees at once.
const NEWCOMER_ENTRIES: usize = 50;

/// Where a v1 client reads on: behind what it has of this log, or behind all but the newest entries. Asked before the hello
/// is decided on, since this may have to wait for others who read.
pub async fn reads_on(hello: &Hello, log: &dyn Log) -> Seq {
    let head = *log.head().borrow();
    match hello.after.filter(|after| hello.log.as_ref() == Some(&log.id()) && *after <= head) {
        Some(after) => after,
        None => match log.read_before(head.next(), NEWCOMER_ENTRIES).await {
            Ok(slice) => slice.entries.first().map_or(head, |entry| entry.prev),
            Err(_) => head,
        },
    }
}

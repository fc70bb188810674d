//! The commit: the log stores what the room has decided, and only then anything follows from it (write-ahead).

use hearth_log::Log;

use crate::base::clock::Now;
use crate::hub::lines::unless_done;
use crate::room::batch::{Batch, Committed};
use crate::room::room::Room;

/// Has the log store a batch. Nobody is sent anything of it before this has returned.
pub async fn commit(room: &mut Room, mut batch: Batch, log: &dyn Log, now: impl Fn() -> Now) -> Committed {
    let refused = std::mem::take(&mut batch.refused);
    let (drafts, enrolments, pending) = room.prepare(batch);
    let stored = if drafts.is_empty() && enrolments.is_empty() {
        None
    } else {
        Some(log.append(drafts, enrolments).await)
    };
    let mut committed = room.settle(pending, stored, now);
    committed.replies.extend(unless_done(room, refused, log).await);
    committed
}

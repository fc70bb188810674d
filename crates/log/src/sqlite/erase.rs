//! Erasure: what an entry says is taken away for good, in the file and beside it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use hearth_protocol::Seq;
use hearth_store::erase::{self, Erased, truncate_wal};
use hearth_store::error::LogError;
use hearth_store::index;
use hearth_store::writer::Task;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::SqliteLog;

/// How often, and how far apart, it is tried to let go of what stands beside the file: who reads there, as an export does,
/// is not held up, and holds up nobody for long.
const TRIES: u32 = 100;
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

impl SqliteLog {
    /// Takes away what an entry says, and returns when it is nowhere any more. One that was erased already is looked after
    /// again, since the program may have ended in between.
    pub(super) async fn erase_for_good(&self, seq: Seq) -> Result<bool, LogError> {
        let erased = self.change(move |db| erase::erase(db, seq)).await?;
        if erased == Erased::Missing {
            return Ok(false);
        }
        // In steps, so that those who append get their turn between two of them.
        let mut begin = true;
        while self.change(move |db| index::purge(db, begin)).await? {
            begin = false;
        }
        self.erased_beside.store(true, Ordering::Release);
        for _ in 0..TRIES {
            self.erase_rest().await?;
            if !self.erased_beside.load(Ordering::Acquire) {
                return Ok(erased == Erased::Now);
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
        tracing::warn!("somebody reads the room's log: what was erased is gone from beside it when they end");
        Ok(erased == Erased::Now)
    }

    /// Lets go of what may still stand beside the file, as far as nobody reads there.
    pub(super) async fn erase_rest(&self) -> Result<(), LogError> {
        if !self.erased_beside.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let (reply, outcome) = oneshot::channel();
        self.writer.submit(Box::new(Truncate { is_done: Ok(false), reply })).await?;
        let is_done = outcome.await.map_err(|_| LogError::Closed)??;
        if !is_done {
            self.erased_beside.store(true, Ordering::Release);
        }
        Ok(())
    }
}

/// The pages beside the file move into it.
struct Truncate {
    is_done: Result<bool, LogError>,
    reply: oneshot::Sender<Result<bool, LogError>>,
}

impl Task for Truncate {
    fn apply(&mut self, _: &Connection) -> Result<(), LogError> {
        Ok(())
    }

    fn after(&mut self, db: &Connection) {
        self.is_done = truncate_wal(db);
    }

    fn done(self: Box<Self>, outcome: Result<(), LogError>) {
        let Self { is_done, reply } = *self;
        // Whoever has asked may be gone.
        let _ = reply.send(outcome.and(is_done));
    }
}

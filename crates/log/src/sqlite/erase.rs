//! Erasure: what an entry says is taken away for good, in the file and beside it.

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
    /// Takes away what an entry says, and returns when it is nowhere any more.
    pub(super) async fn erase_for_good(&self, seq: Seq) -> Result<bool, LogError> {
        let erased = self.change(move |db| erase::erase(db, seq)).await?;
        // One that was erased already may still leave its traces.
        self.clean_up().await?;
        Ok(erased == Erased::Now)
    }

    /// Lets go of the traces of what was erased. The program may have ended over that, so it is looked after at every start.
    pub(super) async fn clean_up(&self) -> Result<(), LogError> {
        let Some(erasures) = self.change(erase::traces).await? else { return Ok(()) };
        // In steps, so that those who append get their turn between two of them.
        let mut begin = true;
        while self.change(move |db| index::purge(db, begin)).await? {
            begin = false;
        }
        for _ in 0..TRIES {
            if self.truncate_wal().await? {
                return self.change(move |db| erase::cleaned(db, erasures)).await;
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
        tracing::warn!("somebody reads the room's log: what was erased is gone from beside it later");
        Ok(())
    }

    async fn truncate_wal(&self) -> Result<bool, LogError> {
        let (reply, outcome) = oneshot::channel();
        self.writer.submit(Box::new(Truncate { is_done: Ok(false), reply })).await?;
        outcome.await.map_err(|_| LogError::Closed)?
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

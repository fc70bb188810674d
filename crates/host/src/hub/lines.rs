//! What a group of acts is about, read from the log before it is decided on.

use hearth_log::{Log, LogError};
use hearth_protocol::{Act, Seq};

use crate::room::lines::{Lines, line_of};

/// Reads the lines that acts are about. Most are about none, and then nothing is read.
pub async fn read_lines(acts: impl Iterator<Item = &Act>, log: &dyn Log) -> Lines {
    let seqs: Vec<Seq> = acts.filter_map(|act| line_of(&act.what)).collect();
    if seqs.is_empty() {
        return Lines::default();
    }
    these(seqs, log).await.unwrap_or_else(|error| {
        tracing::error!(%error, "the log cannot be read");
        Lines::unreadable()
    })
}

async fn these(seqs: Vec<Seq>, log: &dyn Log) -> Result<Lines, LogError> {
    let lines = log.lines(seqs.clone()).await?;
    Ok(Lines::of(&lines, &log.about(seqs).await?))
}

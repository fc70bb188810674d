//! What a group of acts is about, read from the log before it is decided on.

use hearth_log::{Log, LogError};
use hearth_protocol::{Ack, Act, PostId, Refused, Seq, ServerFrame, Verb};

use crate::base::conn_id::ConnId;
use crate::room::batch::{Replies, Reply};
use crate::room::lines::{Lines, line_of};
use crate::room::room::Room;

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
    let about = log.about(seqs.clone()).await?;
    Ok(Lines::of(&lines, &about, log.said_about(seqs).await?))
}

/// Of the lines that are pinned, those which are kept: they count when one more is to be pinned. `None`: nobody pins any, or it
/// cannot be read.
pub(crate) async fn kept_pins(
    mut acts: impl Iterator<Item = &Act>,
    pinned: &[Seq],
    log: &dyn Log,
) -> Option<Vec<Seq>> {
    if !acts.any(|act| matches!(act.what, Verb::Pin { on: true, .. })) {
        return None;
    }
    let kept = log.lines(pinned.to_vec()).await.ok()?;
    let is_kept = |line: &Seq| kept.iter().any(|entry| entry.seq == *line);
    Some(pinned.iter().copied().filter(is_kept).collect())
}

/// What is said to those whose acts were refused: one that the log has was done, when it came for the first time, and whoever has
/// not heard so may be refused only since more was done after it.
pub(crate) async fn unless_done(room: &Room, refused: Replies, log: &dyn Log) -> Replies {
    let mut replies = Replies::new();
    for (conn, reply) in refused {
        let done = match &reply {
            Reply::Frame(ServerFrame::Refused(Refused { id: Some(id), .. })) => {
                place_of(room, conn, *id, log).await.map(|seq| Ack { id: *id, seq })
            }
            _ => None,
        };
        replies.push((conn, done.map_or(reply, |ack| Reply::Frame(ServerFrame::Ack(ack)))));
    }
    replies
}

/// Where the act of this id is that whoever is connected there has done.
async fn place_of(room: &Room, conn: ConnId, id: PostId, log: &dyn Log) -> Option<Seq> {
    let member = room.member(conn)?;
    // What cannot be looked up stays refused.
    log.find(member, id).await.ok().flatten().map(|entry| entry.seq)
}

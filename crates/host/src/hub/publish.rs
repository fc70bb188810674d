//! Publishing: what was committed is encoded once for each dialect, and what one connection is sent for it alone.

use std::time::Duration;

use hearth_protocol::{CloseCode, Dialect, RefusalCode, Refused, Seq, ServerFrame, retry_after_ms};

use crate::fanout::frame;
use crate::fanout::tape::Frames;
use crate::room::batch::{Committed, Reply};

/// The entries of a commit as they go out in a dialect.
pub fn frames(committed: &Committed, dialect: Dialect) -> Frames {
    let mut frames = Frames::default();
    for (entry, beside) in committed.entries() {
        frames.add(entry.seq, |out| frame::entry(dialect, entry, beside.as_deref(), out));
    }
    frames
}

/// A frame for all that is no entry, behind this one: a change of the roster, or who is writing.
pub(super) fn aside(frame: &ServerFrame, head: Seq) -> Frames {
    let mut frames = Frames::default();
    frames.add(head, |out| frame::v1(frame, out));
    frames
}

/// What one connection is sent as its reply, and why it ends with that, if it does.
pub fn reply(reply: Reply, dialect: Dialect) -> (Vec<u8>, Option<CloseCode>) {
    let mut frames = Vec::new();
    let ends = match (reply, dialect) {
        (Reply::Frame(frame), Dialect::V1) => {
            frame::v1(&frame, &mut frames);
            None
        }
        // Classic guests have no words for any of these.
        (Reply::Frame(_), Dialect::Classic) => None,
        (Reply::HelloRefused(code, wait), Dialect::V1) => Some(refuse_hello(code, wait, &mut frames)),
        (Reply::HelloRefused(code, _), Dialect::Classic) => Some((CloseCode::HelloRefused, code.as_str())),
        (Reply::TurnedAway, Dialect::V1) => Some(refuse_hello(RefusalCode::Storage, None, &mut frames)),
        (Reply::TurnedAway, Dialect::Classic) => Some((CloseCode::Internal, "nothing can be stored")),
    };
    if let Some((code, reason)) = ends {
        frames.extend(frame::close(code, reason));
    }
    (frames, ends.map(|(code, _)| code))
}

fn refuse_hello(
    code: RefusalCode,
    wait: Option<Duration>,
    frames: &mut Vec<u8>,
) -> (CloseCode, &'static str) {
    let retry_after_ms = wait.map(retry_after_ms);
    let message = "the hello was refused".to_owned();
    frame::v1(&ServerFrame::Refused(Refused { id: None, of: None, code, message, retry_after_ms }), frames);
    (CloseCode::HelloRefused, code.as_str())
}

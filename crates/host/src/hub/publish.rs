//! Publishing: what was committed is encoded once for each dialect, and what one connection is sent for it alone.

use std::time::Duration;

use hearth_protocol::{CloseCode, Dialect, RefusalCode, Refused, RosterChange, Seq, ServerFrame};

use crate::fanout::frame;
use crate::fanout::outbound::Outbound;
use crate::fanout::tape::Frames;
use crate::room::batch::{Committed, Reply};

/// The entries of a commit as they go out in a dialect.
pub fn frames(committed: &Committed, dialect: Dialect) -> Frames {
    let mut frames = Frames::default();
    for (entry, last) in committed.entries() {
        frames.add(entry.seq, |out| frame::entry(dialect, entry, last.as_deref(), out));
    }
    frames
}

/// A change of the roster, behind this entry.
pub(super) fn roster(change: RosterChange, head: Seq) -> Frames {
    let mut frames = Frames::default();
    frames.add(head, |out| frame::v1(&ServerFrame::Roster(change), out));
    frames
}

/// Sends one connection its reply, or ends it. Whether something waits for the writer now.
pub(super) fn reply(outbound: &Outbound, reply: Reply) -> bool {
    match (reply, outbound.dialect) {
        (Reply::Frame(frame), Dialect::V1) => {
            outbound.push_frame(&frame);
            return true;
        }
        // Classic guests have no words for any of these.
        (Reply::Frame(_), Dialect::Classic) => {}
        (Reply::HelloRefused(code, wait), Dialect::V1) => refuse_hello(outbound, code, wait),
        (Reply::HelloRefused(code, _), Dialect::Classic) => {
            outbound.end(CloseCode::HelloRefused, code.as_str());
        }
        (Reply::TurnedAway, Dialect::V1) => refuse_hello(outbound, RefusalCode::Storage, None),
        (Reply::TurnedAway, Dialect::Classic) => {
            outbound.end(CloseCode::Internal, "nothing can be stored");
        }
    }
    false
}

fn refuse_hello(outbound: &Outbound, code: RefusalCode, wait: Option<Duration>) {
    let retry_after_ms = wait.map(|wait| u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).max(1));
    let message = "the hello was refused".to_owned();
    outbound.push_frame(&ServerFrame::Refused(Refused { id: None, of: None, code, message, retry_after_ms }));
    outbound.end(CloseCode::HelloRefused, code.as_str());
}

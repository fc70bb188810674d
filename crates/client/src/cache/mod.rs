//! What of a room is kept on this computer: a copy of its entries, and the lines that are not sent yet.
//!
//! The session says what is to be kept, as [`Record`]s in an order. `ahead` [pure] holds back what must not happen before
//! they are on the disk; `file` is the file, `open` finds out what is there, `records` puts records into it, `restore`,
//! `recall` and `search` read it.
//!
//! # Exactly once, whenever the app is killed
//!
//! Two rules carry it. *The disk has a beginning of the records*: they are written in their order, a group in one
//! transaction, so that after a kill or a power loss the file is as it was between two records. *No post leaves before the
//! records before it are on the disk* ([`Record::holds_frames`]): the token that makes us the same member again, the line
//! itself, and that it goes out now, and to which dialect.
//!
//! | killed after | the file has | the next start |
//! |---|---|---|
//! | the user wrote the line | nothing of it, or the line | nobody has seen it; or it is queued and goes out |
//! | the welcome | no token | somebody new; no line ever left under the lost token, so none can come twice |
//! | the token is kept | the token, the line as queued | queued; never sent, goes out once |
//! | "goes out now" is kept | the line as sent | v1: queued, and goes again; whether or not it left, the host knows it by member and id. classic: unconfirmed, goes again only if the user says so |
//! | it was sent | the same | the same |
//! | the ack | the line as sent, or with its place | as above; with its place it is not sent again, and leaves with its entry |
//! | the entry | the line without the entry | as above; the log is read up to its head before anything goes again, which brings the entry |
//! | the entry is kept | the entry, and no line: one transaction | it is an entry |
//! | a gap took the acked line's entry | the gap, the line with its place | a line whose place the cursor has passed is gone |
//! | another log began | the old log, or the new one without entries | as if the host had begun anew while we were away; acks of the old log mean nothing |
//! | the user gave the line up | the line, or not | it is there to be given up again; or gone |
//!
//! When the host keeps less than we were away for, it may have let go of an entry whose ack we never kept. It knows the
//! ids of such posts for some time longer (`hearth_log::KNOWN_AFTER_TRIM`).
//!
//! # Another log
//!
//! When the host begins anew, the entries of the log before it are dropped from the file: two logs number their entries
//! alike, and are never mixed. Own lines that the old log did not confirm go to the new one if it is the same room, as far
//! as its name tells; they were not written for the people of another room, so there they fail, and the user decides. A classic room has a log
//! made up here, which goes on over restarts.
//!
//! # In a room that is hosted here
//!
//! The log itself is on this computer, and a copy of it would only cost. Then the file has the own lines and the token,
//! and no entries: at the next start the log is a new one to the session, all lines that were sent go again, and the
//! host knows those that it has.
//!
//! # When the disk fails
//!
//! A room that cannot be kept goes on: what waits for the disk is let go, and the page is told ([`KeepTrouble`]). From time
//! to time all that the session knows is written at once ([`Record::Whole`]); when that works, the file has caught up but
//! for entries that the session itself no longer had, and these show as breaks of the chain of `prev`.

mod ahead;
mod file;
mod open;
mod recall;
mod records;
mod restore;
mod search;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use hearth_protocol::{Dialect, Entry, Gap, LogId, MemberToken, Page, PostId, Seq, You};

use crate::{KeepTrouble, LineState, OwnLine};

pub(crate) use ahead::{Keeping, Question, Released, Work, WriteAhead};
pub(crate) use file::RoomFile;
pub use open::forget_room;
pub(crate) use open::{Opened, open};

/// Entries that a session starts with: what a window shows at once, and some to scroll. The file has the others.
const RESTORED: usize = 200;

/// Entries of one page from the copy, as many as a host sends.
const PAGE: usize = 100;

/// A change of what is kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Record {
    /// Who we are to the host.
    Member { token: Option<MemberToken>, you: You, name: Option<String> },
    /// Another log begins: nothing of the one before it is of use.
    Log { id: LogId, dialect: Dialect, after: Seq },
    /// The next entry, which is the cursor now. An own line of its id is a line no more.
    Entry(Entry),
    /// Entries are missing for good; the cursor is behind them now.
    Gap(Gap),
    /// Older entries as the host told them.
    Page(Page),
    /// An own line is new or has changed.
    Line(KeptLine),
    /// An own line is gone.
    Gone(PostId),
    /// All that the session knows, after records were lost. `anew`: a log may have begun among them, so that nothing in
    /// the file is to be believed.
    Whole { kept: Box<Kept>, anew: bool },
}

impl Record {
    /// Whether a frame behind it must not leave before it is on the disk. Entries come again from where they came; that
    /// a line is stored the host says again.
    pub(crate) fn holds_frames(&self) -> bool {
        match self {
            Self::Member { .. } | Self::Whole { .. } => true,
            Self::Line(line) => line.stored.is_none(),
            Self::Log { .. } | Self::Entry(_) | Self::Gap(_) | Self::Page(_) | Self::Gone(_) => false,
        }
    }
}

/// What was kept of a room.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Kept {
    pub(crate) token: Option<MemberToken>,
    pub(crate) you: Option<You>,
    pub(crate) name: Option<String>,
    pub(crate) log: Option<KeptLog>,
    /// The newest entries, oldest first: between [`KeptLog::base`] and [`KeptLog::cursor`] all that is not in a gap.
    pub(crate) entries: Vec<Entry>,
    /// Gaps among them.
    pub(crate) gaps: Vec<Gap>,
    /// Own lines in the order of writing.
    pub(crate) lines: Vec<KeptLine>,
}

/// The log that entries belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptLog {
    pub(crate) id: LogId,
    /// Classic logs are made up here.
    pub(crate) dialect: Dialect,
    /// The newest place that is known.
    pub(crate) cursor: Seq,
    /// What stands before the oldest of the entries.
    pub(crate) base: Seq,
}

/// An own line that is no entry yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptLine {
    pub(crate) own: OwnLine,
    /// Where it went out to, if it did, and nobody said that it was not stored.
    pub(crate) went_out: Option<Dialect>,
    /// Its place in the log, once acked.
    pub(crate) stored: Option<Seq>,
}

impl KeptLine {
    /// What it is at the next start; `None` when its entry can come no more.
    pub(crate) fn at_start(mut self, cursor: Option<Seq>) -> Option<Self> {
        if self.stored.is_some() && self.stored <= cursor {
            return None;
        }
        if self.own.state == LineState::Sent && self.stored.is_none() {
            self.own.state = match self.went_out {
                Some(Dialect::Classic) => LineState::unconfirmed(),
                Some(Dialect::V1) | None => LineState::Queued,
            };
        }
        Some(self)
    }
}

impl From<hearth_log::LogError> for KeepTrouble {
    fn from(error: hearth_log::LogError) -> Self {
        match error {
            hearth_log::LogError::Full => Self::Full,
            hearth_log::LogError::Damaged(_)
            | hearth_log::LogError::System(_)
            | hearth_log::LogError::Closed => Self::Damaged,
        }
    }
}

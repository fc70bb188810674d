//! Records of the write-ahead: what is kept of a room on this computer, as plain data. The session says what is to be kept;
//! the cache has it in a file.

use hearth_protocol::{
    Dialect, Entry, Gap, HistoryRequest, LinesRequest, LogId, MemberToken, Page, PostId, SearchRequest, Seq,
    You,
};

use crate::joins_shown::JoinsShown;
use crate::strip::Strip;
use crate::update::{ActState, OwnAct};

/// A change of what is kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Record {
    /// Who we are to the host.
    Member { token: Option<MemberToken>, you: You, name: Option<String> },
    /// Another log begins: nothing of the one before it is of use. Of marks on another one, only how the room is shown stays.
    Log { id: LogId, dialect: Dialect, after: Seq },
    /// The next entry, which is the cursor now. An own act of its id is done.
    Entry(Entry),
    /// Entries are missing for good; the cursor is behind them now.
    Gap(Gap),
    /// Older entries as the host told them.
    Page(Page),
    /// What was said about lines, and single lines, as the host told them: nothing follows from them for what stands next to what.
    Single(Vec<Entry>),
    /// An own act is new or has changed.
    Act(KeptAct),
    /// An own act is gone.
    Gone(PostId),
    /// The user has read on, or typed.
    Marks(Marks),
    /// All that the session knows, after records were lost. `anew`: a log may have begun among them, so that nothing in
    /// the file is to be believed.
    Whole { kept: Box<Kept>, anew: bool },
}

impl Record {
    /// Whether a frame behind it must not leave before it is on the disk. Entries come again from where they came; that
    /// an act is stored the host says again.
    pub(crate) fn holds_frames(&self) -> bool {
        match self {
            Self::Member { .. } | Self::Whole { .. } => true,
            Self::Act(act) => act.stored.is_none(),
            Self::Log { .. }
            | Self::Entry(_)
            | Self::Gap(_)
            | Self::Page(_)
            | Self::Single(_)
            | Self::Gone(_)
            | Self::Marks(_) => false,
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
    /// Own acts in the order in which they were done.
    pub(crate) acts: Vec<KeptAct>,
    pub(crate) marks: Option<Marks>,
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

/// What the user has left on a log. It names the log, since no log may be kept with it (in a room that is hosted here).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) log: LogId,
    /// The newest entry that they have read.
    pub(crate) read: Option<Seq>,
    /// What they have typed and not sent.
    pub(crate) draft: String,
    /// What that is to be.
    pub(crate) strip: Option<Strip>,
    /// How much they see of who comes and goes.
    pub(crate) joins: JoinsShown,
}

impl Marks {
    /// None yet.
    pub(crate) fn new(log: LogId) -> Self {
        Self { log, read: None, draft: String::new(), strip: None, joins: JoinsShown::default() }
    }

    /// What is left of them where the room has this log: how it is shown is no matter of the log.
    pub(crate) fn on(self, log: &LogId) -> Option<Self> {
        if self.log == *log {
            return Some(self);
        }
        let chosen = self.joins != JoinsShown::default();
        chosen.then(|| Self { joins: self.joins, ..Self::new(log.clone()) })
    }
}

/// An own act that is no entry yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptAct {
    pub(crate) own: OwnAct,
    /// Where it went out to, if it did, and nobody said that it was not stored.
    pub(crate) went_out: Option<Dialect>,
    /// Its place in the log, once acked.
    pub(crate) stored: Option<Seq>,
}

impl KeptAct {
    /// What it is at the next start; `None` when its entry can come no more.
    pub(crate) fn at_start(mut self, cursor: Option<Seq>) -> Option<Self> {
        if self.stored.is_some() && self.stored <= cursor {
            return None;
        }
        if self.own.state == ActState::Sent && self.stored.is_none() {
            self.own.state = match self.went_out {
                Some(Dialect::Classic) => ActState::unconfirmed(),
                Some(Dialect::V1) | None => ActState::Queued,
            };
        }
        Some(self)
    }
}

/// What the copy is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CacheQuery {
    /// Entries from the past of a log, which is known up to `head`: a copy that does not reach so far, since the disk has
    /// failed, knows less of what is next to what.
    History { request: HistoryRequest, log: LogId, head: Seq },
    /// Lines of a log.
    Search { request: SearchRequest, log: LogId },
    /// Single lines of a log.
    Lines { request: LinesRequest, log: LogId },
}

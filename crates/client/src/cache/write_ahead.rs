//! A write-ahead queue: it holds back what must not happen before something is on the disk. Pure.

use std::{collections::VecDeque, time::Duration};

use crate::{
    record::{CacheQuery, Record},
    update::KeepTrouble,
};

/// Entries wait so long for others to share a sync of the disk with them, if no frame waits for it. What a kill takes with
/// it comes again from the host.
const GATHER: Duration = Duration::from_millis(250);

/// Records that wait for a disk that is busy. A disk that is so far behind is given all that the session knows instead,
/// which is bounded by itself.
const GATHERED: usize = 1024;

/// What the disk is given to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Work {
    /// Keep these.
    Records(Vec<Record>),
    /// Keep all that the session knows: see [`Record::Whole`].
    Whole { anew: bool },
}

/// Records on their way to the disk, and what waits behind them.
///
/// ```text
///            keep                     take                 done(ok)
///  session ───────▶ gathered records ─────▶ under way ────────────────▶ kept
///                         ▲                    │ done(error)             │ frames and queries behind them go
///                         │ done(ok)           ▼                         ▼
///                         └───── whole ◀── Behind: nothing is gathered, nothing waits; every `again` one try
/// ```
///
/// At most one group is under way: what comes meanwhile is the next. Frames keep their order. A frame waits for records
/// before it that [`Record::holds_frames`] names, a query for all records before it.
#[derive(Debug)]
pub(crate) struct WriteAhead {
    state: DiskState,
    /// How long to wait before trying again, when the disk has failed.
    again: Duration,
    gathered: Vec<Record>,
    /// When they are to be written.
    due: Option<Duration>,
    /// More came than is gathered.
    overflowed: bool,
    /// The number of the newest record,
    newest: u64,
    /// of the newest that frames wait for,
    promised: u64,
    /// and of the newest that began a log.
    log_begun: u64,
    /// Up to where records are on the disk,
    kept: u64,
    /// or are not waited for any more.
    settled: u64,
    /// Up to where the work under way goes.
    under_way: Option<u64>,
    frames: VecDeque<(u64, String)>,
    queries: VecDeque<(u64, CacheQuery)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DiskState {
    /// Nothing is kept.
    Off,
    /// The disk has, or will have, every record.
    Well,
    /// Records were lost. All is written again then.
    Behind { at: Duration },
}

/// What need not wait any longer.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Released {
    pub(crate) frames: Vec<String>,
    pub(crate) queries: Vec<CacheQuery>,
    /// Whether keeping works, if that has changed.
    pub(crate) keeping: Option<Keeping>,
}

/// How keeping goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// It has failed.
    Failed(KeepTrouble),
    /// It works again, and nothing is behind.
    Works,
}

impl WriteAhead {
    /// `on`: there is a file. `again`: how long to wait after a failure before trying again.
    pub(crate) fn new(on: bool, again: Duration) -> Self {
        Self {
            state: if on { DiskState::Well } else { DiskState::Off },
            again,
            gathered: Vec::new(),
            due: None,
            overflowed: false,
            newest: 0,
            promised: 0,
            log_begun: 0,
            kept: 0,
            settled: 0,
            under_way: None,
            frames: VecDeque::new(),
            queries: VecDeque::new(),
        }
    }

    /// A record is to be kept.
    pub(crate) fn keep(&mut self, record: Record, now: Duration) {
        if self.state == DiskState::Off {
            return;
        }
        self.newest += 1;
        if matches!(record, Record::Log { .. }) {
            self.log_begun = self.newest;
        }
        if self.waits_for_whole() {
            // The next try has it in it.
            self.settled = self.newest;
            return;
        }
        let within = if record.holds_frames() {
            self.promised = self.newest;
            Duration::ZERO
        } else {
            GATHER
        };
        self.due = Some(self.due.map_or(now + within, |due| due.min(now + within)));
        if self.overflowed || self.gathered.len() >= GATHERED {
            self.overflowed = true;
            self.gathered.clear();
        } else {
            self.gathered.push(record);
        }
    }

    /// A frame is to be sent. Gives it back if it may go now; if not, it goes with [`Self::done`].
    pub(crate) fn send(&mut self, frame: String) -> Option<String> {
        if self.frames.is_empty() && self.promised <= self.settled {
            return Some(frame);
        }
        self.frames.push_back((self.promised, frame));
        None
    }

    /// Something is asked. As with frames; but an answer is to be from behind all records.
    pub(crate) fn ask(&mut self, query: CacheQuery, now: Duration) -> Option<CacheQuery> {
        if self.newest <= self.settled {
            return Some(query);
        }
        self.due = Some(now);
        self.queries.push_back((self.newest, query));
        None
    }

    /// The link is gone, and with it what was to be sent on it.
    pub(crate) fn link_lost(&mut self) {
        self.frames.clear();
    }

    /// Whether a frame waits, or a record is on its way.
    pub(crate) fn is_busy(&self) -> bool {
        !self.frames.is_empty() || !self.gathered.is_empty() || self.overflowed || self.under_way.is_some()
    }

    /// What there is to write is to be written without waiting for more, or for the time of the next try.
    pub(crate) fn hurry(&mut self, now: Duration) {
        if !self.gathered.is_empty() || self.overflowed {
            self.due = Some(now);
        }
        if let DiskState::Behind { at } = &mut self.state {
            *at = now;
        }
    }

    /// When there will be something to [`Self::take`].
    pub(crate) fn deadline(&self) -> Option<Duration> {
        match (self.under_way, self.state) {
            (Some(_), _) | (None, DiskState::Off) => None,
            (None, DiskState::Behind { at }) => Some(at),
            (None, DiskState::Well) => self.due,
        }
    }

    /// What the disk is to do now.
    pub(crate) fn take(&mut self, now: Duration) -> Option<Work> {
        if self.deadline().is_none_or(|due| due > now) {
            return None;
        }
        self.under_way = Some(self.newest);
        self.due = None;
        let whole = matches!(self.state, DiskState::Behind { .. }) || std::mem::take(&mut self.overflowed);
        if whole {
            self.gathered.clear();
            return Some(Work::Whole { anew: self.log_begun > self.kept });
        }
        Some(Work::Records(std::mem::take(&mut self.gathered)))
    }

    /// The work under way is done, or has failed.
    pub(crate) fn done(&mut self, outcome: Result<(), KeepTrouble>, now: Duration) -> Released {
        let Some(up_to) = self.under_way.take() else { return Released::default() };
        let mut released = Released::default();
        match outcome {
            Ok(()) => {
                (self.kept, self.settled) = (up_to, up_to);
                if matches!(self.state, DiskState::Behind { .. }) {
                    self.state = DiskState::Well;
                    released.keeping = Some(Keeping::Works);
                }
            }
            Err(trouble) => {
                self.gathered.clear();
                self.overflowed = false;
                self.due = None;
                self.settled = self.newest;
                self.state = DiskState::Behind { at: now + self.again };
                released.keeping = Some(Keeping::Failed(trouble));
            }
        }
        let settled = self.settled;
        while let Some((_, frame)) = self.frames.pop_front_if(|(number, _)| *number <= settled) {
            released.frames.push(frame);
        }
        while let Some((_, query)) = self.queries.pop_front_if(|(number, _)| *number <= settled) {
            released.queries.push(query);
        }
        if !self.queries.is_empty() {
            self.due = Some(now);
        }
        released
    }

    /// Records were lost, and no try is under way that they would have to follow on.
    fn waits_for_whole(&self) -> bool {
        matches!(self.state, DiskState::Behind { .. }) && self.under_way.is_none()
    }
}

#[cfg(test)]
mod tests;

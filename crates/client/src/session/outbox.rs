//! The outbox: own lines that the room has not shown yet.

use std::{collections::VecDeque, time::Duration};

use hearth_protocol::{Dialect, MessageText, PostId, RefusalCode, Seq, TextError};

use crate::{
    record::KeptLine,
    update::{Failure, LineState, OwnLine},
};

/// Lines sent and not yet confirmed, at most. Enough to keep a host busy that commits in groups over a slow link, few
/// enough that what waits in the socket (32 · 64 KiB) stays small when the host does not read.
pub(super) const WINDOW: usize = 32;

/// How long to wait when the host does not say.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// Own lines, oldest first, until their entries come.
///
/// ```text
///  add ──▶ Queued ──take──▶ Sent ──confirm (the entry, or the line coming back)──▶ gone
///            ▲ ▲             │ │
///            │ └─ link lost, ┘ └─ refused for good; ──▶ Failed ──discard──▶ gone
///            │    too fast        text unfit; other room; │
///            │                    classic: unconfirmed    │
///            └───────────────────── retry ────────────────┘
/// ```
///
/// An ack leaves a line `Sent`: only its entry makes it part of the conversation. But it is not sent again after that,
/// as the entry comes with the resumed log, unless that log is no more.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    lines: VecDeque<Line>,
    /// How many lines are sent and not acked.
    in_flight: usize,
    /// The host said to wait until then.
    pause: Option<Duration>,
    /// After a refusal for speed lines go one by one, so that a later one cannot overtake the refused one.
    careful: bool,
}

#[derive(Debug)]
struct Line {
    own: OwnLine,
    /// Its place in the log, once acked.
    stored: Option<Seq>,
    /// Where it went out to, if it did, and nobody said that it was not stored: it may be in the log.
    went_out: Option<Dialect>,
}

impl Line {
    fn is_in_flight(&self) -> bool {
        self.own.state == LineState::Sent && self.stored.is_none()
    }

    fn kept(&self) -> KeptLine {
        KeptLine { own: self.own.clone(), went_out: self.went_out, stored: self.stored }
    }
}

impl Outbox {
    /// As it was kept.
    pub(super) fn restore(lines: Vec<KeptLine>) -> Self {
        let line = |KeptLine { own, went_out, stored }| Line { own, stored, went_out };
        let lines: VecDeque<Line> = lines.into_iter().map(line).collect();
        let in_flight = lines.iter().filter(|line| line.is_in_flight()).count();
        Self { lines, in_flight, ..Self::default() }
    }

    /// A line as it is to be kept.
    pub(super) fn kept(&self, id: PostId) -> Option<KeptLine> {
        self.find(id).map(|at| self.lines[at].kept())
    }

    /// All lines as they are to be kept.
    pub(super) fn all_kept(&self) -> Vec<KeptLine> {
        self.lines.iter().map(Line::kept).collect()
    }

    /// Adds a line. A text that cannot be posted makes it fail at once. `None` when the id is known already.
    pub(super) fn add(&mut self, id: PostId, text: String) -> Option<OwnLine> {
        if self.find(id).is_some() {
            return None;
        }
        let (text, state) = match MessageText::new(&text) {
            Ok(clean) => (clean.into_string(), LineState::Queued),
            Err(TextError::Empty) => (text, refused(RefusalCode::TextEmpty)),
            Err(TextError::TooLong { .. }) => (text, refused(RefusalCode::TextTooLong)),
        };
        let own = OwnLine { id, text, state };
        self.lines.push_back(Line { own: own.clone(), stored: None, went_out: None });
        Some(own)
    }

    /// The next line whose state changes since it is its turn: `Sent`, in this dialect, if it fits, or failed.
    pub(super) fn take(&mut self, now: Duration, text_bytes: u32, dialect: Dialect) -> Option<OwnLine> {
        if self.pause.is_some_and(|until| now < until) {
            return None;
        }
        self.pause = None;
        if self.in_flight >= if self.careful { 1 } else { WINDOW } {
            return None;
        }
        let Some(at) = self.lines.iter().position(|line| line.own.state == LineState::Queued) else {
            self.careful = false;
            return None;
        };
        let fits = self.lines[at].own.text.len() <= text_bytes as usize;
        if fits {
            self.lines[at].went_out = Some(dialect);
        }
        Some(self.set(at, if fits { LineState::Sent } else { refused(RefusalCode::TextTooLong) }))
    }

    /// When lines may go out again, if some wait for that.
    pub(super) fn due(&self) -> Option<Duration> {
        self.pause
    }

    /// The room has the line: it is no longer ours to show. Whether it was here.
    pub(super) fn confirm(&mut self, id: PostId) -> bool {
        self.find(id).is_some_and(|at| self.remove(at))
    }

    /// The host has stored the line. Whether its entry can come no more, as everything up to `head` is known: then the
    /// line is gone.
    pub(super) fn ack(&mut self, id: PostId, seq: Seq, head: Seq) -> bool {
        let Some(at) = self.find(id) else { return false };
        if seq <= head {
            return self.remove(at);
        }
        if self.lines[at].is_in_flight() {
            self.in_flight -= 1;
            self.lines[at].stored = Some(seq);
        }
        false
    }

    /// The host said no. Too fast: the line waits and goes again. Gives the changed line.
    pub(super) fn refuse(
        &mut self,
        id: PostId,
        code: RefusalCode,
        retry_after: Option<Duration>,
        now: Duration,
    ) -> Option<OwnLine> {
        let at = self.find(id).filter(|&at| self.lines[at].is_in_flight())?;
        self.lines[at].went_out = None;
        if code != RefusalCode::RateLimited {
            return Some(self.set(at, refused(code)));
        }
        let until = now + retry_after.unwrap_or(DEFAULT_PAUSE);
        self.pause = self.pause.max(Some(until));
        self.careful = true;
        Some(self.set(at, LineState::Queued))
    }

    /// The link is gone. What was sent and not confirmed is sent again (`again`), which does no harm where ids are
    /// known; or it fails as unconfirmed. Gives the changed lines.
    pub(super) fn link_lost(&mut self, again: bool) -> Vec<OwnLine> {
        self.pause = None;
        self.careful = false;
        let state = if again { LineState::Queued } else { LineState::unconfirmed() };
        let lost: Vec<usize> = (0..self.lines.len()).filter(|&at| self.lines[at].is_in_flight()).collect();
        lost.into_iter().map(|at| self.set(at, state.clone())).collect()
    }

    /// The log that acks spoke of is no more: their lines go again. Gives the changed lines.
    pub(super) fn log_lost(&mut self) -> Vec<OwnLine> {
        let acked: Vec<usize> = (0..self.lines.len()).filter(|&at| self.lines[at].stored.is_some()).collect();
        acked
            .into_iter()
            .map(|at| {
                self.lines[at].own.state = LineState::Queued;
                self.lines[at].stored = None;
                self.lines[at].went_out = None;
                self.lines[at].own.clone()
            })
            .collect()
    }

    /// Another room answers. What waits was not written for it. Gives the changed lines.
    pub(super) fn other_room(&mut self) -> Vec<OwnLine> {
        let is_waiting = |line: &Line| !matches!(line.own.state, LineState::Failed { .. });
        let waiting: Vec<usize> = (0..self.lines.len()).filter(|&at| is_waiting(&self.lines[at])).collect();
        waiting
            .into_iter()
            .map(|at| {
                let own = self.set(at, LineState::Failed { reason: Failure::OtherRoom });
                (self.lines[at].stored, self.lines[at].went_out) = (None, None);
                own
            })
            .collect()
    }

    /// Entries up to `to` come no more. Gives the lines among them, which are gone.
    pub(super) fn skip(&mut self, to: Seq) -> Vec<PostId> {
        let is_gone = |line: &Line| line.stored.is_some_and(|seq| seq <= to);
        let gone = self.lines.iter().filter(|line| is_gone(line)).map(|line| line.own.id).collect();
        self.lines.retain(|line| !is_gone(line));
        gone
    }

    /// A line did not come back in time. Gives it, if it still waits.
    pub(super) fn give_up(&mut self, id: PostId) -> Option<OwnLine> {
        let at = self.find(id).filter(|&at| self.lines[at].is_in_flight())?;
        Some(self.set(at, LineState::unconfirmed()))
    }

    /// The user asks to send a failed line again. Gives it.
    pub(super) fn retry(&mut self, id: PostId) -> Option<OwnLine> {
        let at = self.find(id).filter(|&at| matches!(self.lines[at].own.state, LineState::Failed { .. }))?;
        let fits = MessageText::new(&self.lines[at].own.text).is_ok();
        fits.then(|| self.set(at, LineState::Queued))
    }

    /// The user gives up a line. One that is on its way cannot be called back. Whether it is gone.
    pub(super) fn discard(&mut self, id: PostId) -> bool {
        let at = self.find(id).filter(|&at| self.lines[at].own.state != LineState::Sent);
        at.is_some_and(|at| self.remove(at))
    }

    /// Whether some line that waits to go out may be in the log already.
    pub(super) fn may_repeat(&self) -> bool {
        self.lines.iter().any(|line| line.went_out.is_some() && line.own.state == LineState::Queued)
    }

    /// Whether a line of this id waits for its entry.
    pub(super) fn contains(&self, id: PostId) -> bool {
        self.find(id).is_some()
    }

    /// All lines, oldest first.
    pub(super) fn lines(&self) -> Vec<OwnLine> {
        self.lines.iter().map(|line| line.own.clone()).collect()
    }

    fn find(&self, id: PostId) -> Option<usize> {
        self.lines.iter().position(|line| line.own.id == id)
    }

    fn set(&mut self, at: usize, state: LineState) -> OwnLine {
        let line = &mut self.lines[at];
        self.in_flight -= usize::from(line.is_in_flight());
        line.own.state = state;
        self.in_flight += usize::from(line.is_in_flight());
        line.own.clone()
    }

    fn remove(&mut self, at: usize) -> bool {
        let line = self.lines.remove(at);
        self.in_flight -= usize::from(line.as_ref().is_some_and(Line::is_in_flight));
        line.is_some()
    }
}

fn refused(reason: RefusalCode) -> LineState {
    LineState::Failed { reason: Failure::Refused { reason } }
}

#[cfg(test)]
mod tests;

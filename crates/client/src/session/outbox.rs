//! The outbox: own acts that the room has not shown yet.

use std::{collections::VecDeque, time::Duration};

use hearth_protocol::{Act, Dialect, PostId, RefusalCode, Seq, Verb};

use super::HostKnows;
use crate::{
    record::KeptAct,
    update::{ActState, Failure, OwnAct},
};

/// Acts sent and not yet confirmed, at most. Enough to keep a host busy that commits in groups over a slow link, few
/// enough that what waits in the socket (32 · 64 KiB) stays small when the host does not read.
pub(super) const WINDOW: usize = 32;

/// How long to wait when the host does not say.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// Own acts, oldest first, until their entries come.
///
/// ```text
///  add ──▶ Queued ──take──▶ Sent ──confirm (the entry, or the act coming back)──▶ gone
///            ▲ ▲             │ │
///            │ └─ link lost, ┘ └─ refused for good; ──▶ Failed ──discard──▶ gone
///            │    too fast        text unfit; other room; │
///            │                    classic: unconfirmed    │
///            └───────────────────── retry ────────────────┘
/// ```
///
/// An ack leaves an act `Sent`: only its entry makes it part of the conversation. But it is not sent again after that,
/// as the entry comes with the resumed log, unless that log is no more.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    acts: VecDeque<Waiting>,
    /// How many acts are sent and not acked.
    in_flight: usize,
    /// The host said to wait until then.
    pause: Option<Duration>,
    /// After a refusal for speed acts go one by one, so that a later one cannot overtake the refused one.
    careful: bool,
}

#[derive(Debug)]
struct Waiting {
    own: OwnAct,
    /// Its place in the log, once acked.
    stored: Option<Seq>,
    /// Where it went out to, if it did, and nobody said that it was not stored: it may be in the log.
    went_out: Option<Dialect>,
}

impl Waiting {
    fn is_in_flight(&self) -> bool {
        self.own.state == ActState::Sent && self.stored.is_none()
    }

    fn kept(&self) -> KeptAct {
        KeptAct { own: self.own.clone(), went_out: self.went_out, stored: self.stored }
    }
}

impl Outbox {
    /// As it was kept.
    pub(super) fn restore(acts: Vec<KeptAct>) -> Self {
        let act = |KeptAct { own, went_out, stored }| Waiting { own, stored, went_out };
        let acts: VecDeque<Waiting> = acts.into_iter().map(act).collect();
        let in_flight = acts.iter().filter(|act| act.is_in_flight()).count();
        Self { acts, in_flight, ..Self::default() }
    }

    /// An act as it is to be kept.
    pub(super) fn kept(&self, id: PostId) -> Option<KeptAct> {
        self.find(id).map(|at| &self.acts[at]).filter(|act| act.own.is_shown()).map(Waiting::kept)
    }

    /// All acts as they are to be kept.
    pub(super) fn all_kept(&self) -> Vec<KeptAct> {
        self.acts.iter().filter(|act| act.own.is_shown()).map(Waiting::kept).collect()
    }

    /// Adds an act. One that nobody could do fails at once. `None` when the id is known already, or there is none.
    pub(super) fn add(&mut self, act: Act) -> Option<OwnAct> {
        let id = act.id.filter(|&id| self.find(id).is_none())?;
        let (what, state) = match act.clone().check() {
            Ok(clean) => (clean.what, ActState::Queued),
            Err(error) => (act.what, refused(error.code())),
        };
        let own = OwnAct { what, id, state };
        self.acts.push_back(Waiting { own: own.clone(), stored: None, went_out: None });
        Some(own)
    }

    /// The next act whose state changes since it is its turn: `Sent`, in this dialect, if it fits, or failed. A host that knows lines alone
    /// would let go of what a post answers without a word.
    pub(super) fn take(
        &mut self,
        now: Duration,
        text_bytes: u32,
        dialect: Dialect,
        host_knows: HostKnows,
    ) -> Option<OwnAct> {
        if self.pause.is_some_and(|until| now < until) {
            return None;
        }
        self.pause = None;
        if self.in_flight >= if self.careful { 1 } else { WINDOW } {
            return None;
        }
        let Some(at) = self.acts.iter().position(|act| act.own.state == ActState::Queued) else {
            self.careful = false;
            return None;
        };
        let what = &self.acts[at].own.what;
        let state = if host_knows == HostKnows::LinesAlone && what.is_talk() {
            refused(RefusalCode::UnknownType)
        } else if what.text().is_some_and(|text| text.len() > text_bytes as usize) {
            refused(RefusalCode::TextTooLong)
        } else {
            self.acts[at].went_out = Some(dialect);
            ActState::Sent
        };
        Some(self.set(at, state))
    }

    /// When acts may go out again, if some wait for that.
    pub(super) fn due(&self) -> Option<Duration> {
        self.pause
    }

    /// The room has the act: it is no longer ours to show. Whether it was here.
    pub(super) fn confirm(&mut self, id: PostId) -> bool {
        self.find(id).is_some_and(|at| self.remove(at))
    }

    /// The host has stored the act. Whether its entry can come no more, as everything up to `head` is known, or as it changes
    /// nothing and has none: then the act is gone, and the page, if it shows it, is to be told.
    pub(super) fn ack(&mut self, id: PostId, seq: Seq, head: Seq) -> bool {
        let Some(at) = self.find(id) else { return false };
        if seq <= head {
            let is_shown = self.acts[at].own.is_shown();
            return self.remove(at) && is_shown;
        }
        if self.acts[at].is_in_flight() {
            self.in_flight -= 1;
            self.acts[at].stored = Some(seq);
        }
        false
    }

    /// The host said no. Too fast: the act waits and goes again. Gives the changed act.
    pub(super) fn refuse(
        &mut self,
        id: PostId,
        code: RefusalCode,
        retry_after: Option<Duration>,
        now: Duration,
    ) -> Option<OwnAct> {
        let at = self.find(id).filter(|&at| self.acts[at].is_in_flight())?;
        self.acts[at].went_out = None;
        if code != RefusalCode::RateLimited {
            return Some(self.set(at, refused(code)));
        }
        let until = now + retry_after.unwrap_or(DEFAULT_PAUSE);
        self.pause = self.pause.max(Some(until));
        self.careful = true;
        Some(self.set(at, ActState::Queued))
    }

    /// The link is gone. What was sent and not confirmed is sent again (`again`), which does no harm where ids are
    /// known; or it fails as unconfirmed. Gives the changed acts.
    pub(super) fn link_lost(&mut self, again: bool) -> Vec<OwnAct> {
        self.pause = None;
        self.careful = false;
        let state = if again { ActState::Queued } else { ActState::unconfirmed() };
        let lost: Vec<usize> = (0..self.acts.len()).filter(|&at| self.acts[at].is_in_flight()).collect();
        lost.into_iter().map(|at| self.set(at, state.clone())).collect()
    }

    /// The log that acks spoke of is no more: their acts go again, but for those about a line of it. Gives the changed acts.
    pub(super) fn log_lost(&mut self) -> Vec<OwnAct> {
        let mut changed = self.forget_lines();
        let acked: Vec<usize> = (0..self.acts.len()).filter(|&at| self.acts[at].stored.is_some()).collect();
        acked
            .into_iter()
            .map(|at| {
                self.acts[at].own.state = ActState::Queued;
                self.acts[at].stored = None;
                self.acts[at].went_out = None;
                self.acts[at].own.clone()
            })
            .for_each(|act| changed.push(act));
        changed
    }

    /// The lines of a log that is no more: what was to be said about one cannot be said any more, and nothing answers one. Gives the
    /// changed acts.
    fn forget_lines(&mut self) -> Vec<OwnAct> {
        let mut changed = Vec::new();
        for at in 0..self.acts.len() {
            let act = &mut self.acts[at];
            if let Verb::Post { reply, .. } = &mut act.own.what
                && reply.take().is_some()
            {
                changed.push(act.own.clone());
            }
            if act.own.what.about().is_some() && !matches!(act.own.state, ActState::Failed { .. }) {
                changed.push(self.fail_for_good(at));
            }
        }
        changed
    }

    /// It was not written for the room that is here.
    fn fail_for_good(&mut self, at: usize) -> OwnAct {
        let own = self.set(at, ActState::Failed { reason: Failure::OtherRoom });
        (self.acts[at].stored, self.acts[at].went_out) = (None, None);
        own
    }

    /// Another room answers. What waits was not written for it. Gives the changed acts.
    pub(super) fn other_room(&mut self) -> Vec<OwnAct> {
        let mut changed = self.forget_lines();
        for at in 0..self.acts.len() {
            let own = &self.acts[at].own;
            // One's nickname is for any room.
            if own.is_shown() && !matches!(own.state, ActState::Failed { .. }) {
                let id = own.id;
                changed.retain(|act| act.id != id);
                changed.push(self.fail_for_good(at));
            }
        }
        changed
    }

    /// Entries up to `to` come no more. Gives the acts among them that the page shows, which are gone.
    pub(super) fn skip(&mut self, to: Seq) -> Vec<PostId> {
        let is_gone = |act: &Waiting| act.stored.is_some_and(|seq| seq <= to);
        let gone = self.acts.iter().filter(|act| is_gone(act) && act.own.is_shown());
        let gone = gone.map(|act| act.own.id).collect();
        self.acts.retain(|act| !is_gone(act));
        gone
    }

    /// An act did not come back, for this reason. Gives it, if it still waits.
    pub(super) fn give_up(&mut self, id: PostId, reason: Failure) -> Option<OwnAct> {
        let at = self.find(id).filter(|&at| self.acts[at].is_in_flight())?;
        Some(self.set(at, ActState::Failed { reason }))
    }

    /// The user asks to send a failed act again. Gives it.
    pub(super) fn retry(&mut self, id: PostId) -> Option<OwnAct> {
        let at = self.find(id).filter(|&at| matches!(self.acts[at].own.state, ActState::Failed { .. }))?;
        let OwnAct { what, state, .. } = &self.acts[at].own;
        // The lines of another room are none of this one.
        if what.about().is_some() && *state == (ActState::Failed { reason: Failure::OtherRoom }) {
            return None;
        }
        let act = Act { what: what.clone(), id: Some(id) };
        act.check().is_ok().then(|| self.set(at, ActState::Queued))
    }

    /// The user gives up an act. One that is on its way cannot be called back. Whether it is gone.
    pub(super) fn discard(&mut self, id: PostId) -> bool {
        let at = self.find(id).filter(|&at| self.acts[at].own.state != ActState::Sent);
        at.is_some_and(|at| self.remove(at))
    }

    /// Whether some act that waits to go out may be in the log already.
    pub(super) fn may_repeat(&self) -> bool {
        self.acts.iter().any(|act| act.went_out.is_some() && act.own.state == ActState::Queued)
    }

    /// Whether the act of this id is a rename.
    pub(super) fn is_rename(&self, id: PostId) -> bool {
        self.find(id).is_some_and(|at| matches!(self.acts[at].own.what, Verb::Rename { .. }))
    }

    /// A hello says the nickname: no rename waits behind it.
    pub(super) fn drop_renames(&mut self) {
        self.drop_renames_if(|_| true);
    }

    /// The host has answered a rename without naming it, as the first ones did, which acked none: it waits for no ack.
    pub(super) fn rename_answered(&mut self) {
        self.drop_renames_if(|act| act.own.state == ActState::Sent);
    }

    fn drop_renames_if(&mut self, is_done: impl Fn(&Waiting) -> bool) {
        let goes = |act: &Waiting| matches!(act.own.what, Verb::Rename { .. }) && is_done(act);
        self.in_flight -= self.acts.iter().filter(|act| goes(act) && act.is_in_flight()).count();
        self.acts.retain(|act| !goes(act));
    }

    /// Whether an act of this id waits for its entry.
    pub(super) fn contains(&self, id: PostId) -> bool {
        self.find(id).is_some()
    }

    /// All acts for the page to show, oldest first.
    pub(super) fn shown(&self) -> Vec<OwnAct> {
        self.acts.iter().filter(|act| act.own.is_shown()).map(|act| act.own.clone()).collect()
    }

    fn find(&self, id: PostId) -> Option<usize> {
        self.acts.iter().position(|act| act.own.id == id)
    }

    fn set(&mut self, at: usize, state: ActState) -> OwnAct {
        let act = &mut self.acts[at];
        self.in_flight -= usize::from(act.is_in_flight());
        act.own.state = state;
        self.in_flight += usize::from(act.is_in_flight());
        act.own.clone()
    }

    fn remove(&mut self, at: usize) -> bool {
        let act = self.acts.remove(at);
        self.in_flight -= usize::from(act.as_ref().is_some_and(Waiting::is_in_flight));
        act.is_some()
    }
}

fn refused(reason: RefusalCode) -> ActState {
    ActState::Failed { reason: Failure::Refused { reason } }
}

#[cfg(test)]
mod tests;

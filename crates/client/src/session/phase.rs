//! Phases: the life of the link, attempts, loss, silence.

use std::time::Duration;

use hearth_protocol::{CloseCode, Dialect};
use rand::Rng;

use super::{
    Session,
    event::{Effect, Now},
};
use crate::{
    error::ConnectError,
    timing::whole_seconds,
    update::{Failure, RoomUpdate, Status},
};

/// Where the session stands. The diagram is at [`Session`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// An attempt is under way, and must have led into the room by then: the time is one for all of its steps.
    Connecting { until: Duration },
    /// Connected, and the hello is sent. The welcome must come by then.
    Greeting { until: Duration },
    /// In the room.
    Joined {
        dialect: Dialect,
        since: Duration,
        /// When something was last heard,
        heard: Duration,
        /// and when that was last asked for.
        pinged: Duration,
        /// When a link that may be dead was asked whether it is.
        probed: Option<Duration>,
    },
    /// The next attempt begins then.
    Waiting { until: Duration },
    /// Nothing is tried. After an error the user may ask for it; after leaving this is the end.
    Over { left: bool },
}

impl Session {
    /// How things stand with the link.
    pub(crate) fn status(&self, now: Duration) -> Status {
        let reconnecting = |in_ms, error: &ConnectError| Status::Reconnecting {
            in_ms,
            attempt: self.attempt,
            error: error.clone(),
        };
        match (self.phase, &self.trouble) {
            (Phase::Joined { dialect, .. }, _) => Status::Connected { dialect },
            (Phase::Over { .. }, error) => Status::Disconnected { error: error.clone() },
            (Phase::Waiting { until }, Some(error)) => {
                let left = until.saturating_sub(now).as_millis();
                reconnecting(u32::try_from(left).unwrap_or(u32::MAX), error)
            }
            (Phase::Connecting { .. } | Phase::Greeting { .. }, Some(error)) => reconnecting(0, error),
            (_, None) => Status::Connecting,
        }
    }

    /// When [`super::event::Event::Tick`] is due.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        match self.phase {
            Phase::Greeting { until } | Phase::Waiting { until } => Some(until),
            Phase::Joined { heard, pinged, probed, .. } => {
                let ping = heard.max(pinged) + self.timing.ping;
                let dead = self.dead_at(heard, probed);
                let hold = self.hold.map(|hold| hold.until);
                [Some(ping), Some(dead), hold, self.requests.due(), self.outbox.due(), self.echoes.due()]
                    .into_iter()
                    .flatten()
                    .min()
            }
            // The attempt ends by itself.
            Phase::Connecting { .. } | Phase::Over { .. } => None,
        }
    }

    /// Whether the user left: nothing will happen any more.
    pub(crate) fn has_left(&self) -> bool {
        self.phase == Phase::Over { left: true }
    }

    pub(super) fn connect(&mut self, now: Now) {
        self.phase = Phase::Connecting { until: now.elapsed + self.timing.connect };
        self.effects.push(Effect::Connect);
        self.tell_status(now);
    }

    /// Drops the attempt that is under way for another one.
    fn connect_anew(&mut self, now: Now) {
        self.effects.push(Effect::HangUp(CloseCode::GoingAway));
        self.connect(now);
    }

    pub(super) fn link_up(&mut self, dialect: Dialect, now: Now, rng: &mut dyn Rng) {
        let Phase::Connecting { until } = self.phase else { return };
        match dialect {
            Dialect::V1 => {
                self.phase = Phase::Greeting { until };
                self.greet();
            }
            Dialect::Classic => self.enter_classic(now, rng),
        }
    }

    /// The user is in the room.
    pub(super) fn joined(&mut self, dialect: Dialect, now: Now) {
        let at = now.elapsed;
        self.phase = Phase::Joined { dialect, since: at, heard: at, pinged: at, probed: None };
        self.was_joined = true;
        self.attempt = 0;
        self.trouble = None;
        self.tell_status(now);
    }

    /// The dialect spoken, while in the room.
    pub(super) fn speaking(&self) -> Option<Dialect> {
        match self.phase {
            Phase::Joined { dialect, .. } => Some(dialect),
            _ => None,
        }
    }

    /// Something was heard.
    pub(super) fn heard(&mut self, at: Duration) {
        if let Phase::Joined { heard, .. } = &mut self.phase {
            *heard = at.max(*heard);
        }
    }

    pub(super) fn tick(&mut self, now: Now, rng: &mut dyn Rng) {
        match self.phase {
            Phase::Greeting { until } if until <= now.elapsed => {
                let seconds = whole_seconds(self.timing.connect);
                let error = ConnectError::TimedOut { host: self.host.clone(), port: self.port, seconds };
                self.give_up_link(error, now, rng);
            }
            Phase::Waiting { until } if until <= now.elapsed => self.connect(now),
            Phase::Joined { heard, probed, .. } if self.dead_at(heard, probed) <= now.elapsed => {
                let error =
                    ConnectError::Silent { seconds: whole_seconds(now.elapsed.saturating_sub(heard)) };
                self.give_up_link(error, now, rng);
            }
            Phase::Joined { heard, ref mut pinged, .. } => {
                if heard.max(*pinged) + self.timing.ping <= now.elapsed {
                    *pinged = now.elapsed;
                    self.effects.push(Effect::Ping);
                }
                self.give_up_echoes(now);
                self.pump(now);
                self.ask_what_is_due(now);
            }
            _ => {}
        }
    }

    /// When a link counts as dead on which nothing is heard any more.
    fn dead_at(&self, heard: Duration, probed: Option<Duration>) -> Duration {
        let silent = heard + self.timing.silent;
        match probed {
            Some(probed) if heard < probed => silent.min(probed + self.timing.probe),
            _ => silent,
        }
    }

    /// The computer has slept. The link may have died meanwhile without a word, an attempt may go out by a way that there
    /// is no more, and whoever waits has waited long enough.
    pub(super) fn woke(&mut self, now: Now) {
        match &mut self.phase {
            Phase::Joined { pinged, probed, .. } => {
                *pinged = now.elapsed;
                *probed = Some(now.elapsed);
                self.effects.push(Effect::Ping);
            }
            Phase::Connecting { .. } | Phase::Greeting { .. } => self.connect_anew(now),
            Phase::Waiting { .. } => {
                self.backoff.reset();
                self.connect(now);
            }
            Phase::Over { .. } => {}
        }
    }

    /// The host has another address now. A link to the one before may be dead without a word, whoever waits for the
    /// next attempt has waited for this, and one that is under way knows nothing of it.
    pub(super) fn sighted(&mut self, now: Now) {
        let stays = self.was_joined || self.keep_trying;
        let lost_sight = stays && self.trouble.as_ref().is_some_and(ConnectError::may_have_moved);
        match &mut self.phase {
            Phase::Joined { heard, pinged, probed, .. } => {
                // One that is being asked already is given no more time.
                if probed.is_some_and(|probed| *heard < probed) {
                    return;
                }
                *pinged = now.elapsed;
                *probed = Some(now.elapsed);
                self.effects.push(Effect::Ping);
            }
            Phase::Connecting { .. } => self.connect_anew(now),
            Phase::Waiting { .. } => self.connect(now),
            // Somebody else has answered at the address that was known.
            Phase::Over { left: false } if lost_sight => self.connect(now),
            Phase::Greeting { .. } | Phase::Over { .. } => {}
        }
    }

    /// Ends a link that is of no use any more. Not with 1000, which tells the room that the user left.
    pub(super) fn give_up_link(&mut self, error: ConnectError, now: Now, rng: &mut dyn Rng) {
        self.effects.push(Effect::HangUp(CloseCode::GoingAway));
        self.lost(error, now, rng);
    }

    /// The link is lost, or the attempt failed.
    pub(super) fn lost(&mut self, error: ConnectError, now: Now, rng: &mut dyn Rng) {
        match self.phase {
            Phase::Waiting { .. } | Phase::Over { .. } => return,
            Phase::Joined { dialect, since, .. } => {
                if since + self.timing.steady <= now.elapsed {
                    self.backoff.reset();
                }
                self.settle_own_acts(dialect);
                self.search_here_instead();
            }
            Phase::Connecting { .. } | Phase::Greeting { .. } => {}
        }
        tracing::debug!(host = %self.host, port = self.port, %error, "the link is lost");
        if error.is_final() || !(self.was_joined || self.keep_trying) {
            self.phase = Phase::Over { left: false };
        } else {
            self.attempt = self.attempt.saturating_add(1);
            let cap =
                if error.is_nobody_there() { self.timing.backoff_absent } else { self.timing.backoff_cap };
            self.phase = Phase::Waiting { until: now.elapsed + self.backoff.next(cap, rng) };
        }
        // That nobody answers there is how a host looks that has stopped: it is no news.
        if self.trouble != Some(ConnectError::HostStopped) || !error.is_no_answer() {
            self.trouble = Some(error);
        }
        self.tell_status(now);
    }

    pub(super) fn reconnect(&mut self, now: Now) {
        match self.phase {
            Phase::Waiting { .. } => self.connect(now),
            Phase::Over { left: false } => {
                self.attempt = 0;
                self.trouble = None;
                self.backoff.reset();
                self.hole = None;
                self.connect(now);
            }
            Phase::Connecting { .. }
            | Phase::Greeting { .. }
            | Phase::Joined { .. }
            | Phase::Over { left: true } => {}
        }
    }

    pub(super) fn leave(&mut self, now: Now) {
        if self.has_left() {
            return;
        }
        if let Phase::Joined { dialect, .. } = self.phase {
            self.settle_own_acts(dialect);
        }
        self.effects.push(Effect::HangUp(CloseCode::Normal));
        self.phase = Phase::Over { left: true };
        self.trouble = None;
        self.tell_status(now);
    }

    /// What was sent and not confirmed: a v1 host knows it by its id if it comes twice, a classic server does not.
    fn settle_own_acts(&mut self, dialect: Dialect) {
        for id in self.echoes.link_lost() {
            if let Some(line) = self.outbox.give_up(id, Failure::CameBackChanged) {
                self.tell_act(line);
            }
        }
        let lines = self.outbox.link_lost(dialect == Dialect::V1);
        self.tell_acts(lines);
    }

    fn tell_status(&mut self, now: Now) {
        let status = self.status(now.elapsed);
        self.tell(RoomUpdate::Status { status });
    }
}

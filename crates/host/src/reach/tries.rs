//! What probes have shown so far: who has tried which address, and what came of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hearth_protocol::{Nickname, ProbeOutcome};
use jiff::Timestamp;

/// Tries that are remembered: some examinations of a host with many addresses.
const TRIES: usize = 128;

/// One member has tried one candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Try {
    pub(crate) candidate: SocketAddr,
    pub(crate) by: Nickname,
    pub(crate) at: Timestamp,
    /// Tries of one examination have the same number.
    pub(crate) round: u64,
    /// From where they were seen to arrive at the candidate; `None`: they were not.
    pub(crate) seen_from: Option<IpAddr>,
    /// What they say.
    pub(crate) reported: Option<ProbeOutcome>,
    /// They say that no router stands between.
    pub(crate) near: bool,
}

/// The tries of a host's members.
#[derive(Debug)]
pub(crate) struct Tries {
    tries: Mutex<Vec<Try>>,
    rounds: AtomicU64,
}

impl Tries {
    pub(crate) fn new() -> Self {
        Self { tries: Mutex::default(), rounds: AtomicU64::new(1) }
    }

    /// The number of an examination.
    pub(crate) fn next_round(&self) -> u64 {
        self.rounds.fetch_add(1, Ordering::Relaxed)
    }

    /// All that are remembered, the newest last.
    pub(crate) fn all(&self) -> Vec<Try> {
        self.tries().clone()
    }

    pub(crate) fn add(&self, new: Vec<Try>) {
        let mut tries = self.tries();
        tries.extend(new);
        let too_many = tries.len().saturating_sub(TRIES);
        tries.drain(..too_many);
    }

    fn tries(&self) -> MutexGuard<'_, Vec<Try>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

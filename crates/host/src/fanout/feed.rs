//! What readers are fed from: the newest entries as tapes, one per dialect, and the log behind them (replay).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hearth_log::Log;
use hearth_protocol::{Dialect, Seq};

use crate::fanout::tape::Tape;

/// The log of a room, and the tapes of its newest part.
#[derive(Debug)]
pub(crate) struct Feed {
    pub(crate) log: Arc<dyn Log>,
    v1: Mutex<Tape>,
    classic: Mutex<Tape>,
}

impl Feed {
    /// Empty tapes behind what the log has already. `tape_bytes` bounds each of them.
    pub(crate) fn new(log: Arc<dyn Log>, tape_bytes: usize) -> Self {
        let head = *log.head().borrow();
        let tape = || Mutex::new(Tape::new(head, tape_bytes));
        Self { v1: tape(), classic: tape(), log }
    }

    /// Lets go of an entry whose text was erased in the log. To be called before anybody is told that it is gone.
    pub(crate) fn forget(&self, seq: Seq) {
        for dialect in [Dialect::V1, Dialect::Classic] {
            self.tape(dialect).forget(seq);
        }
    }

    /// A dialect's tape. Held for moments only, and never together with another tape.
    pub(crate) fn tape(&self, dialect: Dialect) -> MutexGuard<'_, Tape> {
        let tape = match dialect {
            Dialect::V1 => &self.v1,
            Dialect::Classic => &self.classic,
        };
        tape.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! What everybody who holds a room may look at.

use hearth_protocol::{KeyHash, MemberToken};
use tokio::sync::watch;

use crate::{ConnectError, JoinAddress, Status};

/// The outcome of the first attempt, once it is known.
pub(crate) type Outcome = Option<Result<(), ConnectError>>;

/// The boards that the driver writes on.
#[derive(Debug)]
pub(crate) struct Boards {
    pub(crate) status: watch::Sender<Status>,
    pub(crate) outcome: watch::Sender<Outcome>,
    pub(crate) token: watch::Sender<Option<MemberToken>>,
    pub(crate) key: watch::Sender<Option<KeyHash>>,
    pub(crate) address: watch::Sender<JoinAddress>,
}

impl Boards {
    pub(crate) fn post_status(&self, status: &Status) {
        let outcome = match status {
            Status::Connecting => None,
            Status::Connected { .. } => Some(Ok(())),
            Status::Reconnecting { error, .. } => Some(Err(error.clone())),
            Status::Disconnected { error } => Some(Err(error.clone().unwrap_or(ConnectError::Cancelled))),
        };
        self.outcome.send_if_modified(|first| {
            let news = first.is_none() && outcome.is_some();
            if news {
                *first = outcome;
            }
            news
        });
        self.status.send_replace(status.clone());
    }

    pub(crate) fn post_token(&self, token: Option<&MemberToken>) {
        post(&self.token, token);
    }

    /// A key that came with the link stays until the host tells one.
    pub(crate) fn post_key(&self, key: Option<&KeyHash>) {
        if key.is_some() {
            post(&self.key, key);
        }
    }

    pub(crate) fn post_address(&self, address: &JoinAddress) {
        self.address.send_if_modified(|posted| {
            let changed = posted != address;
            if changed {
                posted.clone_from(address);
            }
            changed
        });
    }
}

fn post<T: Clone + PartialEq>(board: &watch::Sender<Option<T>>, value: Option<&T>) {
    board.send_if_modified(|posted| {
        let changed = posted.as_ref() != value;
        if changed {
            *posted = value.cloned();
        }
        changed
    });
}

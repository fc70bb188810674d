//! What everybody who holds a room may look at.

use hearth_protocol::MemberToken;
use tokio::sync::watch;

use crate::{ConnectError, Status};

/// The outcome of the first attempt, once it is known.
pub(crate) type Outcome = Option<Result<(), ConnectError>>;

/// The boards that the driver writes on.
#[derive(Debug)]
pub(crate) struct Boards {
    pub(crate) status: watch::Sender<Status>,
    pub(crate) outcome: watch::Sender<Outcome>,
    pub(crate) token: watch::Sender<Option<MemberToken>>,
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
        self.token.send_if_modified(|posted| {
            let changed = posted.as_ref() != token;
            if changed {
                *posted = token.cloned();
            }
            changed
        });
    }
}

//! Watches of a room: what everybody who holds it may look at.

use hearth_protocol::{KeyHash, MemberToken, Seq};
use tokio::sync::watch;

use crate::{address::JoinAddress, error::ConnectError, update::Status};

/// The outcome of the first attempt, once it is known.
pub(crate) type FirstOutcome = Option<Result<(), ConnectError>>;

/// The watches that the driver sets.
#[derive(Debug)]
pub(crate) struct Watches {
    pub(crate) status: watch::Sender<Status>,
    pub(crate) outcome: watch::Sender<FirstOutcome>,
    pub(crate) token: watch::Sender<Option<MemberToken>>,
    pub(crate) key: watch::Sender<Option<KeyHash>>,
    pub(crate) address: watch::Sender<JoinAddress>,
    pub(crate) read_mark: watch::Sender<Option<Seq>>,
}

impl Watches {
    pub(crate) fn set_status(&self, status: &Status) {
        let outcome = status.outcome();
        self.outcome.send_if_modified(|first| {
            let news = first.is_none() && outcome.is_some();
            if news {
                *first = outcome;
            }
            news
        });
        self.status.send_replace(status.clone());
    }

    pub(crate) fn set_token(&self, token: Option<&MemberToken>) {
        set(&self.token, token);
    }

    /// A key that came with the link stays until the host tells one.
    pub(crate) fn set_key(&self, key: Option<&KeyHash>) {
        if key.is_some() {
            set(&self.key, key);
        }
    }

    pub(crate) fn set_read_mark(&self, read_mark: Option<Seq>) {
        set(&self.read_mark, read_mark.as_ref());
    }

    pub(crate) fn set_address(&self, address: &JoinAddress) {
        self.address.send_if_modified(|known| {
            let changed = known != address;
            if changed {
                known.clone_from(address);
            }
            changed
        });
    }
}

fn set<T: Clone + PartialEq>(watch: &watch::Sender<Option<T>>, value: Option<&T>) {
    watch.send_if_modified(|known| {
        let changed = known.as_ref() != value;
        if changed {
            *known = value.cloned();
        }
        changed
    });
}

//! What the owner of a room does about who comes in.

use std::sync::Arc;

use hearth_protocol::{InviteId, Secret};
use tokio::sync::{oneshot, watch};

use crate::access::invites::{Aftermath, Invite, InviteWish};
use crate::access::password::{Access, PasswordHash};
use crate::access::policy::{AccessChange, AccessPolicy, OwnerError};
use crate::base::random::random;
use crate::host::{HostHandle, Shared};
use crate::hub::request::Request;

/// Who may come in, as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessState {
    /// Whether the room is open.
    pub access: Access,
    /// The invitations, the newest first.
    pub invites: Vec<Invite>,
}

impl AccessState {
    pub(crate) fn of(policy: &AccessPolicy) -> Self {
        Self { access: policy.locks.access(), invites: policy.invites.newest_first() }
    }
}

impl HostHandle {
    /// A secret that lets in its bearer, always, as long as this host runs. For the owner's own client; it is kept nowhere.
    pub fn pass(&self) -> Secret {
        self.shared().pass.clone()
    }

    /// Whether the room is open.
    pub fn access(&self) -> Access {
        self.shared().doors.borrow().access
    }

    /// The invitations, the newest first.
    pub fn invites(&self) -> Vec<Invite> {
        self.shared().doors.borrow().invites.clone()
    }

    /// Who may come in, and a wake-up when that changes, or when somebody has come by an invitation.
    pub fn changes(&self) -> watch::Receiver<Arc<AccessState>> {
        self.shared().doors.subscribe()
    }

    /// Closes the room, or opens it. Members stay members.
    pub async fn set_access(&self, closed: bool) -> Result<(), OwnerError> {
        self.shared().owner(AccessChange::Close(closed)).await.map(drop)
    }

    /// Gives the room a password, or takes it away. It counts while the room is closed.
    pub async fn set_password(&self, password: Option<Secret>) -> Result<(), OwnerError> {
        self.shared().set_password(password).await
    }

    /// Makes an invitation.
    pub async fn make_invite(&self, wish: InviteWish) -> Result<Invite, OwnerError> {
        self.shared().owner(AccessChange::Make(wish)).await?.ok_or(OwnerError::TooMany)
    }

    /// Takes an invitation back. Whoever has to leave by that has left when this returns.
    pub async fn revoke_invite(&self, id: InviteId, aftermath: Aftermath) -> Result<(), OwnerError> {
        self.shared().owner(AccessChange::Revoke(id, aftermath)).await.map(drop)
    }
}

impl Shared {
    pub(crate) async fn owner(&self, change: AccessChange) -> Result<Option<Invite>, OwnerError> {
        let (reply, done) = oneshot::channel();
        self.hub.send(Request::Owner { change, reply }).await.map_err(|_| OwnerError::Stopped)?;
        done.await.map_err(|_| OwnerError::Stopped)?
    }

    pub(crate) async fn set_password(&self, password: Option<Secret>) -> Result<(), OwnerError> {
        let hash = match password {
            Some(password) => Some(self.beside(move || PasswordHash::of(&password, random())).await?),
            None => None,
        };
        self.owner(AccessChange::Password(hash)).await.map(drop)
    }

    /// Whether a hash is of this password. The hash comes back.
    pub(crate) async fn looks_right(&self, password: Secret, hash: PasswordHash) -> (bool, PasswordHash) {
        let looked = hash.clone();
        (self.beside(move || looked.is_of(&password)).await.unwrap_or(false), hash)
    }

    /// Does what takes a processor and memory beside the threads that serve, and never much of it at once.
    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, OwnerError> {
        let _turn = self.looking.acquire().await.map_err(|_| OwnerError::Stopped)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| OwnerError::Stopped)
    }
}

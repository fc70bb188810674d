//! What the owner does about who comes in (access control), and passwords, which are checked beside the work of the room.

use hearth_protocol::Secret;
use tokio::sync::oneshot;

use crate::access::invites::Invite;
use crate::access::password::PasswordHash;
use crate::access::policy::{AccessChange, OwnerError};
use crate::base::random::random;
use crate::hub::handle::Handle;
use crate::hub::request::Request;

impl Handle {
    /// Changes who may come in. Gives the invitation that was made. Whoever has to leave by that has left when this returns.
    pub(crate) async fn change_access(&self, change: AccessChange) -> Result<Option<Invite>, OwnerError> {
        let (reply, done) = oneshot::channel();
        self.ask(Request::Owner { change, reply }).await.map_err(|_| OwnerError::Stopped)?;
        done.await.map_err(|_| OwnerError::Stopped)?
    }

    /// Gives the room a password, or takes it away.
    pub(crate) async fn set_password(&self, password: Option<Secret>) -> Result<(), OwnerError> {
        let hash = match password {
            Some(password) => Some(self.beside(move || PasswordHash::of(&password, random())).await?),
            None => None,
        };
        self.change_access(AccessChange::Password(hash)).await.map(drop)
    }

    /// Whether a hash is of this password. The hash comes back.
    pub(super) async fn check_password(&self, password: Secret, hash: PasswordHash) -> (bool, PasswordHash) {
        let checked = hash.clone();
        (self.beside(move || checked.is_of(&password)).await.unwrap_or(false), hash)
    }

    /// Does what takes a processor and memory beside the threads that serve, and never much of it at once.
    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, OwnerError> {
        let _turn = self.checking.acquire().await.map_err(|_| OwnerError::Stopped)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| OwnerError::Stopped)
    }
}

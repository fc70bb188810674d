//! The handle of a running host: what its owner sees of it and does with it, and how it is stopped.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hearth_log::{Log, LogError};
use hearth_protocol::{InviteId, KeyHash, Rules, Secret, Seq};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::access::invites::{Aftermath, Invite, InviteWish};
use crate::access::policy::{Access, AccessChange, OwnerError};
use crate::net::connection_limits::ConnectionLimits;
use crate::reach::doctor::{self, Report};
use crate::reach::mdns::Announcement;
use crate::reach::port_mapping;
use crate::status::HostStatus;
use crate::ws::context::Context;

/// How long a stopping host waits for its guests to take their leave.
const FAREWELL: Duration = Duration::from_secs(3);

/// A running host. Dropping it stops the host at once; [`HostHandle::stop`] does it politely.
#[derive(Debug)]
pub struct HostHandle {
    pub(crate) context: Arc<Context>,
    pub(crate) key: KeyHash,
    pub(crate) connection_limits: Arc<ConnectionLimits>,
    pub(crate) tasks: JoinSet<()>,
    pub(crate) status: watch::Receiver<HostStatus>,
    pub(crate) look_again: Arc<Notify>,
    pub(crate) announcement: watch::Sender<Announcement>,
    /// A task of its own: it takes its leave of the network even if the host is dropped.
    pub(crate) announcer: JoinHandle<()>,
    pub(crate) mapper: JoinHandle<()>,
}

impl HostHandle {
    /// Where it listens, with the true port.
    pub fn addr(&self) -> SocketAddr {
        self.context.reach.addr
    }

    /// The key by which those who have a link know the room.
    pub fn key(&self) -> KeyHash {
        self.key.clone()
    }

    /// All that its owner sees of it, and a wake-up when anything of that changes.
    pub fn status(&self) -> watch::Receiver<HostStatus> {
        self.status.clone()
    }

    /// Looks now whether the addresses have changed, as after a sleep.
    pub fn look_again(&self) {
        self.look_again.notify_one();
    }

    /// Changes what the local network is told of the room.
    pub fn announce(&self, change: impl FnOnce(&mut Announcement)) {
        self.announcement.send_if_modified(|announced| {
            let before = announced.clone();
            change(announced);
            *announced != before
        });
    }

    /// How many people are in the room.
    pub fn online(&self) -> usize {
        *self.context.hub.online().borrow()
    }

    /// Whether it is to be reachable from the internet: then the router is asked for a port.
    pub fn set_outside(&self, wished: bool) {
        self.context.reach.set_outside(wished);
    }

    /// Finds out who can get in. It asks members, which may take half a minute where none of them answers.
    pub fn examine(&self) -> impl Future<Output = Report> + Send + use<> {
        let context = Arc::clone(&self.context);
        async move { doctor::examine(&context.reach, &context.hub).await }
    }

    /// Takes the text of an entry away for good: from the log, and from what is kept in memory for those who lag. Who has it on
    /// their screen is told nothing by this. Whether there was something to take.
    pub async fn erase(&self, seq: Seq) -> Result<bool, LogError> {
        let erased = self.log().erase(seq).await?;
        // Also where it was erased before: the caller may have been gone before this was done.
        self.context.fanout.feed.forget(seq);
        Ok(erased)
    }

    /// The room's log.
    pub fn log(&self) -> &Arc<dyn Log> {
        self.context.fanout.log()
    }

    /// A secret that lets in its bearer, always, as long as this host runs. For the owner's own client; it is kept nowhere.
    pub fn pass(&self) -> Secret {
        self.context.hub.pass().clone()
    }

    /// Whether the room is open.
    pub fn access(&self) -> Access {
        self.context.hub.access().borrow().access
    }

    /// The invitations, the newest first.
    pub fn invites(&self) -> Vec<Invite> {
        self.context.hub.access().borrow().invites.clone()
    }

    /// Closes the room, or opens it. Members stay members.
    pub async fn set_access(&self, closed: bool) -> Result<(), OwnerError> {
        self.context.hub.change_access(AccessChange::Close(closed)).await.map(drop)
    }

    /// Gives the room a password, or takes it away. It counts while the room is closed.
    pub async fn set_password(&self, password: Option<Secret>) -> Result<(), OwnerError> {
        self.context.hub.set_password(password).await
    }

    /// Lets members do more, or less. Whoever is in the room is told.
    pub async fn set_rules(&self, rules: Rules) -> Result<(), OwnerError> {
        self.context.hub.change_access(AccessChange::Rules(rules)).await.map(drop)
    }

    /// Makes an invitation.
    pub async fn make_invite(&self, wish: InviteWish) -> Result<Invite, OwnerError> {
        self.context.hub.change_access(AccessChange::Make(wish)).await?.ok_or(OwnerError::TooMany)
    }

    /// Takes an invitation back. Whoever has to leave by that has left when this returns.
    pub async fn revoke_invite(&self, id: InviteId, aftermath: Aftermath) -> Result<(), OwnerError> {
        self.context.hub.change_access(AccessChange::Revoke(id, aftermath)).await.map(drop)
    }

    /// Takes in no one any more, tells everybody (close 1001), and returns when they are gone, within seconds, and
    /// the log is closed.
    pub async fn stop(mut self) {
        self.context.stopping.begin();
        let farewell = tokio::time::timeout(FAREWELL, self.connection_limits.empty());
        let unmapped = tokio::time::timeout(port_mapping::UNMAP, &mut self.mapper);
        // The network is told meanwhile; that takes a bounded time too.
        if let (Err(_), _, _) = tokio::join!(farewell, unmapped, &mut self.announcer) {
            tracing::info!("some guests did not take their leave in time");
        }
        self.tasks.shutdown().await;
        self.log().close().await;
    }
}

impl Drop for HostHandle {
    fn drop(&mut self) {
        self.context.stopping.begin();
    }
}

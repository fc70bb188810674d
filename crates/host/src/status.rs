//! The status of a running host, as one value to watch: its storage, who may come in, how it is reached, and how many
//! are here.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;

use crate::access::policy::AccessState;
use crate::base::storage::Storage;
use crate::hub::handle::Handle;
use crate::reach::addresses::HostAddress;
use crate::reach::outside::Outside;
use crate::reach::reachability::Reachability;
use crate::reach::visits::Visit;
use crate::reach::way_in::WayIn;

/// The status of a running host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostStatus {
    /// Whether what is said can be stored.
    pub storage: Storage,
    /// Who may come in, and how many have come by each invitation.
    pub access: Arc<AccessState>,
    /// Where it can be reached, the best address first. Empty where this computer is in no network.
    pub addresses: Vec<HostAddress>,
    /// Whether there is a way in for others.
    pub way_in: WayIn,
    /// What has come of the wish to be reachable from the internet.
    pub outside: Outside,
    /// How many people are in the room.
    pub online: usize,
    /// Who came in from another computer last, also before the last restart. As long as nobody did, nobody has seen that others
    /// can.
    pub visit: Option<Visit>,
}

/// The watches that the status is put together from.
pub(crate) struct Sources {
    listening: SocketAddr,
    storage: watch::Receiver<Storage>,
    access: watch::Receiver<Arc<AccessState>>,
    addresses: watch::Receiver<Vec<HostAddress>>,
    outside: watch::Receiver<Outside>,
    online: watch::Receiver<usize>,
    visit: watch::Receiver<Option<Visit>>,
}

impl Sources {
    pub(crate) fn of(
        hub: &Handle,
        reach: &Reachability,
        addresses: watch::Receiver<Vec<HostAddress>>,
        visit: watch::Receiver<Option<Visit>>,
    ) -> Self {
        let (storage, access, online) = (hub.storage(), hub.access(), hub.online());
        let (addr, outside) = (reach.addr, reach.watch_outside());
        Self { listening: addr, storage, access, addresses, outside, online, visit }
    }

    /// The status as it stands.
    pub(crate) fn status(&mut self) -> HostStatus {
        let addresses = self.addresses.borrow_and_update().clone();
        HostStatus {
            storage: *self.storage.borrow_and_update(),
            access: Arc::clone(&self.access.borrow_and_update()),
            way_in: WayIn::of(self.listening, &addresses),
            addresses,
            outside: *self.outside.borrow_and_update(),
            online: *self.online.borrow_and_update(),
            visit: self.visit.borrow_and_update().clone(),
        }
    }

    /// Keeps the status right, for as long as anything of it can change.
    pub(crate) async fn follow(mut self, status: watch::Sender<HostStatus>) {
        loop {
            tokio::select! {
                Ok(()) = self.storage.changed() => {}
                Ok(()) = self.access.changed() => {}
                // On loopback they never change, and nobody watches them.
                Ok(()) = self.addresses.changed() => {}
                Ok(()) = self.outside.changed() => {}
                Ok(()) = self.online.changed() => {}
                Ok(()) = self.visit.changed() => {}
                else => return,
            }
            let now = self.status();
            status.send_if_modified(|before| {
                let changed = *before != now;
                *before = now;
                changed
            });
        }
    }
}

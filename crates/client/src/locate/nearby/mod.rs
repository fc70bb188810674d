//! Discovery by multicast DNS: rooms that are hosted on this network, as they tell it (RFC 6762, RFC 6763). docs/protocol.md has what
//! they say. Nothing of it is proven: it is where somebody says that a room is.

mod browser;
mod heard;
mod reading;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use hearth_protocol::KeyHash;
use tokio::sync::watch;

/// A room that somebody on this network says to host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NearbyRoom {
    /// Its name, without anything that cannot be seen. Others may have the same.
    pub name: String,
    /// Where it is: never empty, the most usable address first.
    pub addresses: Vec<IpAddr>,
    /// The port there.
    pub port: u16,
    /// The key by which its host is known, if it tells.
    pub key: Option<KeyHash>,
    /// Whether it needs an invitation.
    pub invite: bool,
}

impl NearbyRoom {
    /// Where it is, the most usable address first.
    pub fn places(&self) -> impl Iterator<Item = SocketAddr> {
        self.addresses.iter().map(|ip| SocketAddr::new(*ip, self.port))
    }
}

/// Listens to which rooms are hosted on this network. Cheap to clone; it ends with the last clone and the last look.
#[derive(Debug, Clone)]
pub struct Nearby(Arc<Lists>);

/// The same list twice: who looks at the first wants to see at once who has vanished without a goodbye, which costs
/// questions to the network. The second is for sessions, which try an address to see whether somebody is there.
#[derive(Debug)]
struct Lists {
    shown: watch::Sender<Vec<NearbyRoom>>,
    heard: watch::Receiver<Vec<NearbyRoom>>,
}

impl Nearby {
    /// Starts to listen, in a task on the current tokio runtime. Panics outside of a runtime. Where nothing can be heard,
    /// the list stays empty.
    pub fn start() -> Self {
        let shown = watch::Sender::new(Vec::new());
        let (heard, heard_watch) = watch::channel(Vec::new());
        tokio::spawn(browser::run(shown.clone(), heard));
        Self(Arc::new(Lists { shown, heard: heard_watch }))
    }

    /// The rooms, by name, and a wake-up when they change: within 5 s after a room comes or goes. Drop it while nobody looks:
    /// for as long as somebody does, each room is asked every 2 s whether it is still there.
    pub fn rooms(&self) -> watch::Receiver<Vec<NearbyRoom>> {
        self.0.shown.subscribe()
    }

    /// The same for a session, which asks nobody anything.
    pub(crate) fn heard(&self) -> watch::Receiver<Vec<NearbyRoom>> {
        self.0.heard.clone()
    }

    #[cfg(test)]
    pub(crate) fn of(heard: watch::Receiver<Vec<NearbyRoom>>) -> Self {
        Self(Arc::new(Lists { shown: watch::Sender::new(Vec::new()), heard }))
    }
}

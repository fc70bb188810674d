//! The router by PCP (RFC 6887) and NAT-PMP (RFC 6886), by way of the crate `portmapper`, which renews what it was given.
//!
//! What that crate does not do is done here: it tells of no failure, so the router has a time in which to answer; and it does not
//! say when a port is given back, so something is asked behind it that is answered in turn.

use std::net::SocketAddrV4;
use std::num::NonZeroU16;

use portmapper::{Client, Config, Protocol};
use tokio::sync::watch;

/// A router that is asked for a port. Dropping it forgets the port; [`Router::close`] gives it back.
pub(super) struct Router {
    client: Client,
    given: watch::Receiver<Option<SocketAddrV4>>,
    port: NonZeroU16,
}

impl Router {
    /// Asks nothing yet. `port` is where the host listens.
    pub(super) fn open(port: NonZeroU16) -> Self {
        // UPnP it speaks too, but asks for two hours and takes no for an answer.
        let config =
            Config { enable_upnp: false, enable_pcp: true, enable_nat_pmp: true, protocol: Protocol::Tcp };
        let client = Client::new(config);
        Self { given: client.watch_external_address(), client, port }
    }

    /// Asks for the port. Whether there is a router that speaks one of the protocols.
    pub(super) async fn ask(&self) -> bool {
        // First what it speaks: a port is asked for by the best protocol that is known.
        let offers = match self.client.probe().await {
            Ok(Ok(offers)) => offers.pcp || offers.nat_pmp,
            Ok(Err(error)) => {
                tracing::debug!(%error, "the router cannot be asked");
                false
            }
            Err(_) => false,
        };
        if offers {
            self.client.update_local_port(self.port);
        }
        offers
    }

    /// Waits for the address outside.
    pub(super) async fn given(&mut self) -> SocketAddrV4 {
        loop {
            if let Some(address) = *self.given.borrow_and_update() {
                return address;
            }
            self.wait().await;
        }
    }

    /// Waits until the address outside is another one, or gone.
    pub(super) async fn changed(&mut self) -> Option<SocketAddrV4> {
        self.wait().await;
        *self.given.borrow_and_update()
    }

    async fn wait(&mut self) {
        // It ends only with the client, which is ours.
        if self.given.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Gives the port back, and returns when that is done.
    pub(super) async fn close(self) {
        self.client.deactivate();
        // The crate does one thing after the other: when this is answered, the port was given back.
        let _ = self.client.probe().await;
    }
}

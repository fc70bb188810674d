//! The router, by way of the crate `portmapper` (PCP, NAT-PMP, UPnP), which renews what it was given.
//!
//! What that crate does not do is done here: it tells of no failure, so the router has a time in which to answer; it does
//! not say when a port is given back, so something is asked behind it that is answered in turn; and where nothing is
//! given, it does not tell the router's address outside, so UPnP is asked for that.

use std::net::{IpAddr, Ipv4Addr, SocketAddrV4, UdpSocket};
use std::num::NonZeroU16;
use std::time::Duration;

use igd_next::aio::tokio::search_gateway;
use igd_next::{GetExternalIpError, RequestError, SearchOptions};
use portmapper::{Client, Config, Protocol};
use tokio::sync::watch;
use tokio::time::timeout;

/// A router on the same network answers in milliseconds.
const SEARCH: Duration = Duration::from_secs(1);

/// A small one may be slow to answer what is asked by HTTP.
const QUESTION: Duration = Duration::from_secs(2);

/// In which protocols the router is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocols {
    /// PCP first, then NAT-PMP, then UPnP: what it speaks.
    All,
    /// UPnP, though it speaks others.
    UpnpOnly,
}

/// A router that is asked for a port. Dropping it forgets the port; [`Router::close`] gives it back.
pub(super) struct Router {
    client: Client,
    given: watch::Receiver<Option<SocketAddrV4>>,
    port: NonZeroU16,
}

impl Router {
    /// Asks nothing yet. `port` is where the host listens.
    pub(super) fn open(port: NonZeroU16, protocols: Protocols) -> Self {
        let all = protocols == Protocols::All;
        let config =
            Config { enable_upnp: true, enable_pcp: all, enable_nat_pmp: all, protocol: Protocol::Tcp };
        let client = Client::new(config);
        Self { given: client.watch_external_address(), client, port }
    }

    /// Asks for the port. Whether there is a router that speaks one of the protocols.
    pub(super) async fn ask(&self) -> bool {
        // First what it speaks: a port is asked for by the best protocol that is known.
        let offers = match self.client.probe().await {
            Ok(Ok(offers)) => offers.upnp || offers.pcp || offers.nat_pmp,
            Ok(Err(error)) => {
                tracing::debug!(%error, "the router cannot be asked");
                false
            }
            Err(_) => false,
        };
        self.client.update_local_port(self.port);
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

/// The address that the nearest router has outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OuterAddress {
    Told(IpAddr),
    /// It says that it has none.
    None,
    /// Nobody speaks UPnP.
    NobodyToAsk,
}

/// Asks the nearest router for its address outside.
pub(super) async fn outer_address() -> OuterAddress {
    let options = SearchOptions { timeout: Some(SEARCH), ..SearchOptions::default() };
    let Ok(Ok(gateway)) = timeout(SEARCH, search_gateway(options)).await else {
        return OuterAddress::NobodyToAsk;
    };
    match timeout(QUESTION, gateway.get_external_ip()).await {
        Ok(Ok(address)) => OuterAddress::Told(address),
        // An error of its own, or an answer without an address.
        Ok(Err(GetExternalIpError::RequestError(
            RequestError::ErrorCode(..) | RequestError::InvalidResponse(_),
        ))) => OuterAddress::None,
        Ok(Err(_)) | Err(_) => OuterAddress::NobodyToAsk,
    }
}

/// The address from which this computer would speak to the internet. Nothing is sent.
pub(super) fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // TEST-NET-1 (RFC 5737): never a real computer, yet routed as the outside is.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

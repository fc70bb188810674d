//! "Reachable from the internet": asks the router for a port, keeps it, and gives it back.
//!
//! ```text
//!   Off ── wanted ──▶ Looking ── a port ──────────────────▶ Mapped ───────┐ lost: Looking again
//!    ▲                   │ ▲                                              │
//!    │                   │ └── a while later, or another network ─────────┤
//!    │                   ├── a port on an inner address ─▶ CarrierNat, ───┤
//!    │                   │                                 SecondRouter   │
//!    │                   └── none ─▶ NoAddress, NoRouter, Refused ────────┤
//!    └────────────────── not wanted any more, the port is given back ─────┘
//! ```
//!
//! Nothing here ever hinders hosting: whatever fails is a state that is told.

mod router;

use std::net::{IpAddr, SocketAddr, SocketAddrV4};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use ts_rs::TS;

use crate::host::Shared;
use crate::reach::addresses::is_shared_space;
use router::{OuterAddress, Protocols, Router};

/// How long a router may take to give a port: three protocols, each of which is given up after a second at the latest.
const ANSWER: Duration = Duration::from_secs(5);

/// How soon it is asked again after it gave none, and how often we look whether we are still in its network.
const AGAIN: Duration = Duration::from_mins(1);

/// Giving the port back is not worth more: a stopping host has five seconds in all, and the router takes the port
/// back by itself when nobody renews it.
pub(crate) const UNMAP: Duration = Duration::from_secs(3);

/// What came of the wish to be reachable from the internet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum Outside {
    /// It is not wished.
    #[default]
    Off,
    /// The room is served to this computer alone, so that a port would lead nowhere.
    OnlyHere,
    /// The router is asked.
    Looking,
    /// The router leads what comes to this address to the host.
    Mapped {
        /// The address outside.
        #[ts(type = "string")]
        address: SocketAddr,
    },
    /// The router itself has only an address of its carrier's (100.64.0.0/10): the carrier's router stands between it and the
    /// internet. Nothing that it gives leads in from there.
    CarrierNat {
        /// The router's address.
        #[ts(type = "string")]
        seen: IpAddr,
    },
    /// The same with another inner address: another router in the house, most likely.
    SecondRouter {
        /// The router's address.
        #[ts(type = "string")]
        seen: IpAddr,
    },
    /// The router says that it has no address on the internet. Most stand behind another router then, which may be a carrier's,
    /// and do not tell the inner address that they have; or their line is down.
    NoAddress,
    /// There is no router, or none that gives ports.
    NoRouter,
    /// The router could give ports, and gives none.
    Refused,
}

impl Outside {
    /// The address by which the host is reached from the internet.
    pub fn address(self) -> Option<SocketAddr> {
        match self {
            Self::Mapped { address } => Some(address),
            _ => None,
        }
    }

    /// What an address that the router has for the outside comes to.
    fn of(address: SocketAddrV4) -> Self {
        Self::behind_another((*address.ip()).into()).unwrap_or(Self::Mapped { address: address.into() })
    }

    /// Whose router stands before one that has this address outside; `None`: nobody's.
    fn behind_another(seen: IpAddr) -> Option<Self> {
        if is_shared_space(seen) {
            Some(Self::CarrierNat { seen })
        } else {
            is_inner(seen).then_some(Self::SecondRouter { seen })
        }
    }
}

/// Addresses that lead nowhere on the internet (RFC 1918, RFC 6598, RFC 3927, RFC 4193).
pub(crate) fn is_inner(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            ip.is_private()
                || is_shared_space(ip.into())
                || ip.is_link_local()
                || ip.is_loopback()
                || ip.is_unspecified()
        }
        IpAddr::V6(ip) => {
            ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback() || ip.is_unspecified()
        }
    }
}

/// Does as is wished until the host stops; then the port is given back.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut wished = shared.outside_wished.subscribe();
    loop {
        tokio::select! {
            // What is still wished of a host that stops is not begun again.
            biased;
            () = shared.stopped() => return,
            _ = wished.wait_for(|wished| *wished) => {}
        }
        keep_a_port(&shared, wished.clone()).await;
        shared.tell_outside(Outside::Off);
    }
}

/// Has a port while that is wished.
async fn keep_a_port(shared: &Arc<Shared>, mut wished: watch::Receiver<bool>) {
    let over = async {
        tokio::select! {
            _ = wished.wait_for(|wished| !*wished) => {}
            () = shared.stopped() => {}
        }
    };
    tokio::pin!(over);
    let Some(port) = NonZeroU16::new(shared.addr.port()).filter(|_| !shared.addr.ip().is_loopback()) else {
        shared.tell_outside(Outside::OnlyHere);
        return over.await;
    };
    // Some routers speak a protocol and refuse in it what they give by another one: then it is tried without.
    for protocols in [Protocols::All, Protocols::UpnpOnly].into_iter().cycle() {
        let mut router = Router::open(port, protocols);
        let is_over = tokio::select! {
            () = &mut over => true,
            () = serve(shared, &mut router, protocols) => false,
        };
        // Told before it is given back, which may take a while: nobody is to be led there any more.
        if is_over {
            shared.tell_outside(Outside::Off);
        }
        if timeout(UNMAP, router.close()).await.is_err() {
            tracing::info!("the router did not take its port back in time");
        }
        if is_over {
            return;
        }
    }
}

/// Tells what the router gives, until it is to be asked anew.
async fn serve(shared: &Shared, router: &mut Router, protocols: Protocols) {
    let network = router::own_address();
    if shared.outside.borrow().address().is_none() {
        shared.tell_outside(Outside::Looking);
    }
    let offers = router.ask().await;
    let mut given = timeout(ANSWER, router.given()).await.ok();
    if given.is_none() {
        if offers && protocols == Protocols::All {
            return;
        }
        let none = match router::outer_address().await {
            OuterAddress::Told(seen) => Outside::behind_another(seen).unwrap_or(Outside::Refused),
            OuterAddress::None => Outside::NoAddress,
            OuterAddress::NobodyToAsk if offers => Outside::Refused,
            OuterAddress::NobodyToAsk => Outside::NoRouter,
        };
        shared.tell_outside(none);
    }
    let mut look = Instant::now() + AGAIN;
    loop {
        if let Some(address) = given {
            shared.tell_outside(Outside::of(address));
        }
        tokio::select! {
            now = router.changed() => {
                if given.is_some() && now.is_none() {
                    shared.tell_outside(Outside::Looking);
                }
                given = now;
            }
            () = sleep_until(look) => {
                if given.is_none() || router::own_address() != network {
                    return;
                }
                look = Instant::now() + AGAIN;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_nowhere_is_told_from_what_does() {
        let of = |address: &str| Outside::of(address.parse().expect("an address"));
        assert_eq!(of("84.23.5.6:49152").address(), "84.23.5.6:49152".parse().ok());
        for carriers in ["100.64.0.1", "100.127.255.254"] {
            let seen = carriers.parse().expect("an address");
            assert_eq!(of(&format!("{carriers}:1")), Outside::CarrierNat { seen }, "{carriers}");
        }
        for inner in ["10.0.0.1", "172.16.0.1", "192.168.0.1", "0.0.0.0"] {
            let seen = inner.parse().expect("an address");
            assert_eq!(of(&format!("{inner}:1")), Outside::SecondRouter { seen }, "{inner}");
        }
        for outer in ["100.63.255.255", "100.128.0.0", "172.32.0.1", "8.8.8.8", "2001:db8::1"] {
            assert!(!is_inner(outer.parse().expect("an address")), "{outer}");
        }
    }
}

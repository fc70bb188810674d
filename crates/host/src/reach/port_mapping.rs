//! Port mapping ("reachable from the internet"): asks the router for a port, keeps it, and gives it back.
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
//! PCP and NAT-PMP are asked first, which are clear about times; then UPnP, since some routers speak a protocol and refuse in it what
//! they give by another one.
//!
//! Nothing here ever hinders hosting: whatever fails is a state that is told.

mod pcp;
mod upnp;

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use crate::base::stopping::Stopping;
use crate::reach::outside::Outside;
use crate::reach::reachability::Reachability;
use upnp::Answer;

/// How long a router that speaks PCP or NAT-PMP may take to give a port: each is given up after a second at the latest.
const ANSWER: Duration = Duration::from_secs(5);

/// How soon it is asked again after it gave none, and how often we look whether we are still in its network.
const AGAIN: Duration = Duration::from_mins(1);

/// Giving the port back is not worth more: a stopping host has five seconds in all, and the router takes the port
/// back by itself when nobody renews it.
pub(crate) const UNMAP: Duration = Duration::from_secs(3);

/// Does as is wished until the host stops; then the port is given back.
pub(crate) async fn run(reach: Arc<Reachability>, stopping: Stopping) {
    let mut wished = reach.wished();
    loop {
        tokio::select! {
            // What is still wished of a host that stops is not begun again.
            biased;
            () = stopping.begun() => return,
            _ = wished.wait_for(|wished| *wished) => {}
        }
        keep_a_port(&reach, &stopping, wished.clone()).await;
        reach.show_outside(Outside::Off);
    }
}

/// Has a port while that is wished.
async fn keep_a_port(reach: &Reachability, stopping: &Stopping, mut wished: watch::Receiver<bool>) {
    let over = async {
        tokio::select! {
            _ = wished.wait_for(|wished| !*wished) => {}
            () = stopping.begun() => {}
        }
    };
    tokio::pin!(over);
    let Some(port) = NonZeroU16::new(reach.addr.port()).filter(|_| !reach.addr.ip().is_loopback()) else {
        reach.show_outside(Outside::OnlyHere);
        return over.await;
    };
    loop {
        let mut router = pcp::Router::open(port);
        let ended = tokio::select! {
            () = &mut over => None,
            ended = serve_by_pcp(reach, &mut router) => Some(ended),
        };
        give_back(reach, ended.is_none(), router.close()).await;
        let offers = match ended {
            None => return,
            Some(Ended::Lost) => continue,
            Some(Ended::NotGiven { offers }) => offers,
        };
        let mut router = upnp::Router::open(port);
        let is_over = tokio::select! {
            () = &mut over => true,
            () = serve_by_upnp(reach, &mut router, offers) => false,
        };
        give_back(reach, is_over, router.close()).await;
        if is_over {
            return;
        }
    }
}

/// How it ended with a router by PCP or NAT-PMP.
enum Ended {
    /// What it gave is gone, or this computer is in another network.
    Lost,
    /// It gave nothing, whether it speaks these or not.
    NotGiven { offers: bool },
}

/// Gives the port back.
async fn give_back(reach: &Reachability, is_over: bool, close: impl Future<Output = ()>) {
    // Told before it is given back, which may take a while: nobody is to be led there any more.
    if is_over {
        reach.show_outside(Outside::Off);
    }
    if timeout(UNMAP, close).await.is_err() {
        tracing::info!("the router did not take its port back in time");
    }
}

/// Tells what the router gives by PCP or NAT-PMP, until it is to be asked anew.
async fn serve_by_pcp(reach: &Reachability, router: &mut pcp::Router) -> Ended {
    let network = own_address();
    if reach.outside().address().is_none() {
        reach.show_outside(Outside::Looking);
    }
    let offers = router.ask().await;
    let given = if offers { timeout(ANSWER, router.given()).await.ok() } else { None };
    let Some(mut address) = given else { return Ended::NotGiven { offers } };
    let mut looks = looks();
    loop {
        reach.show_outside(Outside::of(address));
        tokio::select! {
            now = router.changed() => match now {
                Some(now) => address = now,
                None => return lost(reach),
            },
            _ = looks.tick() => if own_address() != network {
                return lost(reach);
            },
        }
    }
}

/// What was given leads here no longer, and is asked for anew.
fn lost(reach: &Reachability) -> Ended {
    reach.show_outside(Outside::Looking);
    Ended::Lost
}

/// Tells what the router gives by `UPnP`, until it is to be asked anew. `offers`: it speaks other protocols too.
async fn serve_by_upnp(reach: &Reachability, router: &mut upnp::Router, offers: bool) {
    let network = own_address();
    let mut answer = router.ask().await;
    let mut renewals = interval(upnp::RENEWAL);
    renewals.reset();
    let mut looks = looks();
    loop {
        reach.show_outside(match answer {
            Answer::Given(address) => Outside::of(address),
            Answer::Refused(seen) => Outside::behind_another(seen).unwrap_or(Outside::Refused),
            Answer::NoAddress => Outside::NoAddress,
            Answer::Nobody if offers => Outside::Refused,
            Answer::Nobody => Outside::NoRouter,
        });
        tokio::select! {
            _ = renewals.tick() => {
                answer = router.ask().await;
                if !matches!(answer, Answer::Given(_)) {
                    reach.show_outside(Outside::Looking);
                    return;
                }
            }
            _ = looks.tick() => if !matches!(answer, Answer::Given(_)) || own_address() != network {
                return;
            },
        }
    }
}

/// When it is looked whether all is still as it was.
fn looks() -> Interval {
    let mut looks = interval(AGAIN);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks.reset();
    looks
}

/// The address from which this computer would speak to the internet. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // TEST-NET-1 (RFC 5737): never a real computer, yet routed as the outside is.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

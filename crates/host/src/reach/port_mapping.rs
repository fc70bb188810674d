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
//! Nothing here ever hinders hosting: whatever fails is a state that is told.

mod router;

use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use crate::base::stopping::Stopping;
use crate::reach::outside::Outside;
use crate::reach::reachability::Reachability;
use router::{OuterAddress, Protocols, Router};

/// How long a router may take to give a port: three protocols, each of which is given up after a second at the latest.
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
    // Some routers speak a protocol and refuse in it what they give by another one: then it is tried without.
    for protocols in [Protocols::All, Protocols::UpnpOnly].into_iter().cycle() {
        let mut router = Router::open(port, protocols);
        let is_over = tokio::select! {
            () = &mut over => true,
            () = serve(reach, &mut router, protocols) => false,
        };
        // Told before it is given back, which may take a while: nobody is to be led there any more.
        if is_over {
            reach.show_outside(Outside::Off);
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
async fn serve(reach: &Reachability, router: &mut Router, protocols: Protocols) {
    let network = router::own_address();
    if reach.outside().address().is_none() {
        reach.show_outside(Outside::Looking);
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
        reach.show_outside(none);
    }
    let mut look = Instant::now() + AGAIN;
    loop {
        if let Some(address) = given {
            reach.show_outside(Outside::of(address));
        }
        tokio::select! {
            now = router.changed() => {
                if given.is_some() && now.is_none() {
                    reach.show_outside(Outside::Looking);
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

//! The watch of the network: it keeps the addresses right while interfaces come and go.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use n0_watcher::Watcher;
use netwatch::netmon::Monitor;
use tokio::sync::{Notify, watch};
use tokio::time::{MissedTickBehavior, interval};

use super::{HostAddress, of_host};

/// The system tells when something changes, and this often it is looked at all the same: a word may get lost, as over a
/// sleep, and not every system has one. Looking is cheap.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Keeps the addresses of a host that listens there on a board, until nobody can look at it any more.
pub(crate) async fn watch(
    listening: SocketAddr,
    board: watch::Sender<Vec<HostAddress>>,
    look_again: Arc<Notify>,
) {
    if listening.ip().to_canonical().is_loopback() {
        return;
    }
    let monitor = match Monitor::new().await {
        Ok(monitor) => Some(monitor),
        Err(error) => {
            tracing::warn!(%error, "the system does not tell of changes in its networks");
            None
        }
    };
    let mut networks = monitor.as_ref().map(Monitor::interface_state);
    let mut looks = interval(LOOK_AGAIN);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let told = async {
            match &mut networks {
                Some(networks) => networks.updated().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = board.closed() => return,
            () = look_again.notified() => {}
            _ = looks.tick() => {}
            goes_on = told => if !goes_on {
                networks = None;
            },
        }
        post(&board, of_host(listening));
    }
}

fn post(board: &watch::Sender<Vec<HostAddress>>, now: Vec<HostAddress>) {
    board.send_if_modified(|posted| {
        let changed = *posted != now;
        if changed {
            tracing::info!(addresses = ?now.iter().map(|address| address.at).collect::<Vec<_>>(), "where this host is");
            *posted = now;
        }
        changed
    });
}

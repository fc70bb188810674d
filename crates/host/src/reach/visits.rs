//! Visits: who came in from another computer, and from what kind of network. That others can get in is seen by nothing else so
//! well.

use std::net::IpAddr;
use std::sync::Arc;

use hearth_log::Log;
use hearth_protocol::Nickname;
use if_addrs::{IfAddr, Interface};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use ts_rs::TS;

use crate::hub::handle::Arrival;
use crate::reach::addresses::{self, AddressKind};
use crate::reach::outside::is_inner;
use crate::reach::reachability::Reachability;

/// What the log keeps the newest one under: a room that was visited is one, also after a restart.
const SETTING: &str = "visit";

/// Somebody came in from another computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Visit {
    /// Who.
    pub by: Nickname,
    /// When.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// From where.
    pub from: Whence,
}

/// From what kind of network somebody came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Whence {
    /// The network that this computer is in.
    Network,
    /// A tunnel.
    Vpn,
    /// The internet.
    Internet,
}

/// The newest visit that the log knows of.
pub(crate) async fn known(log: &dyn Log) -> Option<Visit> {
    // What a later version wrote, or what cannot be read, is no visit that was seen.
    let kept = log.setting(SETTING).await.ok().flatten()?;
    serde_json::from_str(&kept).ok()
}

/// Looks where those who come in come from, for as long as anybody can.
pub(crate) async fn follow(
    mut arrivals: mpsc::Receiver<Arrival>,
    reach: Arc<Reachability>,
    newest: watch::Sender<Option<Visit>>,
) {
    while let Some(Arrival { conn, by, at }) = arrivals.recv().await {
        let Some((peer, reached)) = reach.prober.way_of(conn) else { continue };
        if let Some(from) = whence(peer, reached) {
            newest.send_replace(Some(Visit { by, at, from }));
        }
    }
}

/// Keeps the newest visit with the log. Of several that come meanwhile, the last.
pub(crate) async fn keep(mut newest: watch::Receiver<Option<Visit>>, log: Arc<dyn Log>) {
    while newest.changed().await.is_ok() {
        let visit = newest.borrow_and_update().as_ref().and_then(|visit| serde_json::to_string(visit).ok());
        if let Some(visit) = visit
            && let Err(error) = log.set_setting(SETTING, visit).await
        {
            tracing::warn!(%error, "who came in is not kept");
        }
    }
}

/// From what kind of network somebody comes who has reached this address of the computer; `None` where they are on it.
fn whence(peer: IpAddr, reached: IpAddr) -> Option<Whence> {
    let (peer, reached) = (peer.to_canonical(), reached.to_canonical());
    // Most of those who are here are found out by this alone.
    if peer.is_loopback() || peer == reached {
        return None;
    }
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    if interfaces.iter().any(|interface| interface.ip() == peer) {
        return None;
    }
    let interface = interfaces.iter().find(|interface| interface.ip() == reached);
    let kind = interface.and_then(|interface| addresses::kind_of(&interface.name, reached));
    let near = interface.is_some_and(|interface| is_near(peer, interface));
    of_kind(kind, is_inner(peer) || near)
}

/// The same by the kind of the address that was reached, and whether they come from an address that leads nowhere else.
fn of_kind(kind: Option<AddressKind>, inner: bool) -> Option<Whence> {
    match kind {
        // Containers and virtual machines are on this computer.
        Some(AddressKind::Virtual | AddressKind::Loopback) => None,
        Some(AddressKind::Vpn) => Some(Whence::Vpn),
        // Nobody is behind a router there.
        Some(AddressKind::LinkLocal) => Some(Whence::Network),
        Some(AddressKind::Lan | AddressKind::Public) | None if inner => Some(Whence::Network),
        Some(AddressKind::Lan | AddressKind::Public) | None => Some(Whence::Internet),
    }
}

/// Whether an address belongs to the network of an interface: in many networks everybody has a public one.
fn is_near(peer: IpAddr, interface: &Interface) -> bool {
    match &interface.addr {
        IfAddr::V4(own) => is_within(peer, own.ip.into(), own.netmask.into()),
        IfAddr::V6(own) => is_within(peer, own.ip.into(), own.netmask.into()),
    }
}

fn is_within(peer: IpAddr, own: IpAddr, mask: IpAddr) -> bool {
    match (peer, own, mask) {
        (IpAddr::V4(peer), IpAddr::V4(own), IpAddr::V4(mask)) => {
            mask.to_bits() != 0 && peer.to_bits() & mask.to_bits() == own.to_bits() & mask.to_bits()
        }
        (IpAddr::V6(peer), IpAddr::V6(own), IpAddr::V6(mask)) => {
            mask.to_bits() != 0 && peer.to_bits() & mask.to_bits() == own.to_bits() & mask.to_bits()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use hearth_log::{MEMORY_LOG_BYTES, MemoryLog};
    use hearth_protocol::LogId;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn who_is_on_this_computer_is_no_visitor() {
        for (peer, reached) in [
            ("127.0.0.1", "127.0.0.1"),
            ("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
            ("::1", "::1"),
            ("127.0.0.8", "127.0.0.1"),
            ("192.168.1.23", "192.168.1.23"),
            ("::ffff:192.168.1.23", "192.168.1.23"),
        ] {
            assert_eq!(whence(ip(peer), ip(reached)), None, "{peer}");
        }
        for own in if_addrs::get_if_addrs().expect("addresses") {
            assert_eq!(
                whence(own.ip(), ip("203.0.113.9")),
                None,
                "by another of its addresses: {}",
                own.name
            );
        }
        for inner in [true, false] {
            assert_eq!(of_kind(Some(AddressKind::Virtual), inner), None, "a container is on this computer");
        }
    }

    #[test]
    fn where_others_come_from_is_told_by_both_ends() {
        use AddressKind::{Lan, Public, Vpn};
        for (kind, inner, from) in [
            (Some(Lan), true, Whence::Network),
            (Some(Lan), false, Whence::Internet),
            (Some(Public), true, Whence::Network),
            (Some(Public), false, Whence::Internet),
            (Some(Vpn), true, Whence::Vpn),
            (Some(Vpn), false, Whence::Vpn),
            (None, true, Whence::Network),
            (None, false, Whence::Internet),
        ] {
            assert_eq!(of_kind(kind, inner), Some(from), "{kind:?} {inner}");
        }
    }

    #[test]
    fn neighbours_are_near_whatever_their_address() {
        for (peer, own, mask, near) in [
            ("203.0.113.77", "203.0.113.9", "255.255.255.0", true),
            ("203.0.114.77", "203.0.113.9", "255.255.255.0", false),
            ("2001:db8:0:1::5", "2001:db8:0:1::9", "ffff:ffff:ffff:ffff::", true),
            ("2001:db8:0:2::5", "2001:db8:0:1::9", "ffff:ffff:ffff:ffff::", false),
            ("203.0.113.77", "203.0.113.9", "0.0.0.0", false),
            ("203.0.113.77", "2001:db8:0:1::9", "::", false),
        ] {
            assert_eq!(is_within(ip(peer), ip(own), ip(mask)), near, "{peer} by {own}");
        }
    }

    #[tokio::test]
    async fn the_newest_visit_outlives_the_host() {
        let log: Arc<dyn Log> = Arc::new(MemoryLog::new(LogId::from_random(1), MEMORY_LOG_BYTES));
        assert_eq!(known(&*log).await, None);
        let newest = watch::Sender::new(None);
        let keeping = tokio::spawn(keep(newest.subscribe(), Arc::clone(&log)));
        let by = Nickname::new("小李").expect("a nickname");
        let visit = Visit { by, at: Timestamp::UNIX_EPOCH, from: Whence::Network };
        newest.send_replace(Some(visit.clone()));
        drop(newest);
        keeping.await.expect("it ends");
        assert_eq!(known(&*log).await, Some(visit));
        log.set_setting(SETTING, r#"{"by":"x","from":"the moon"}"#.to_owned()).await.expect("kept");
        assert_eq!(known(&*log).await, None, "what is not understood was not seen");
    }
}

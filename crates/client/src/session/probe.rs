//! A host that wants to know by which of its addresses it is reached asks for a try. What it asks is bounded here: a client
//! is not to be made to look through a network, its own or another's.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hearth_protocol::{ClientFrame, Dialect, PROBE_CANDIDATES, Probe, ProbeNonce, Probed};

use super::{
    Session,
    event::{Effect, Errand, Now},
};

/// A host that asks again within this time is not answered.
const PAUSE: Duration = Duration::from_mins(1);

/// The host's probes.
#[derive(Debug, Default)]
pub(super) struct Probes {
    /// When the last one came that was heeded.
    last: Option<Duration>,
    /// The one under way, on this link.
    under_way: Option<ProbeNonce>,
}

impl Probes {
    /// Another link: whoever asked on the one before does not wait any more.
    pub(super) fn forget(&mut self) {
        self.under_way = None;
    }
}

impl Session {
    pub(super) fn on_probe(&mut self, probe: Probe, now: Now) {
        let Probe { nonce, candidates } = probe;
        let again = self.probes.last.is_some_and(|last| now.elapsed < last + PAUSE);
        if again || candidates.len() > PROBE_CANDIDATES {
            tracing::info!(host = %self.host, again, candidates = candidates.len(), "a probe is not heeded");
            return;
        }
        self.probes.last = Some(now.elapsed);
        let candidates: Vec<_> = candidates
            .into_iter()
            .filter_map(|text| Some((text.parse().ok()?, text)))
            .filter(|(address, _)| may_dial(*address, self.port))
            .map(|(address, text)| (text, address))
            .collect();
        self.probes.under_way = Some(nonce.clone());
        if candidates.is_empty() {
            self.probed(Probed { nonce, results: Vec::new() });
        } else {
            self.effects.push(Effect::Dial(Errand { nonce, candidates }));
        }
    }

    /// The candidates were dialled.
    pub(super) fn probed(&mut self, probed: Probed) {
        let is_asked = self.probes.under_way.take_if(|nonce| *nonce == probed.nonce).is_some();
        if is_asked && self.speaking() == Some(Dialect::V1) {
            self.send_frame(&ClientFrame::Probed(probed));
        }
    }
}

/// Whether a host that listens on `port`, as far as we know, may send us there. A port that its router has given it, of which
/// we know nothing, only out in the world: what stands in somebody's own network is nobody's business.
fn may_dial(address: SocketAddr, port: u16) -> bool {
    let ip = address.ip().to_canonical();
    let is_rooms = address.port() == port;
    let is_free = address.port() >= FREE_PORTS;
    let elsewhere = !ip.is_loopback() && !ip.is_unspecified() && !ip.is_multicast() && !is_nobodys(ip);
    // On a cable without a router the host has nothing else. In a cloud a service that gives away secrets has such an address.
    let at_home = !is_link_local(ip) || is_free;
    elsewhere && at_home && (is_rooms || is_free && !is_inner(ip))
}

/// Below are the ports of services; routers give away those above.
const FREE_PORTS: u16 = 1024;

/// Addresses that need a zone, which none that is passed on has, and that for everybody.
fn is_nobodys(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

/// An address that a computer gave itself (RFC 3927).
fn is_link_local(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(ip) if ip.is_link_local())
}

/// Addresses of networks that are somebody's own (RFC 1918, RFC 3927, RFC 4193), a carrier's among them (RFC 6598).
fn is_inner(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_private() || ip.is_link_local() || (ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64)
        }
        IpAddr::V6(ip) => ip.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_the_hosts_own_is_dialled() {
        let may = |address: &str| may_dial(address.parse().expect("an address"), 8080);
        for own in [
            "192.168.1.23:8080",
            "100.64.0.5:8080",
            "[fd00::5]:8080",
            "[2001:db8::5]:8080",
            "203.0.113.7:8080",
            // On one cable.
            "169.254.1.2:8080",
            "[::ffff:169.254.1.2]:8080",
            // A port of the router's.
            "203.0.113.7:49152",
            "[2001:db8::5]:1024",
        ] {
            assert!(may(own), "{own}");
        }
        for other in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "[::ffff:127.0.0.1]:8080",
            "0.0.0.0:8080",
            "255.255.255.255:8080",
            "224.0.0.251:8080",
            "[ff02::1]:8080",
            "169.254.169.254:80",
            "169.254.1.2:8081",
            "[::ffff:169.254.1.2]:49152",
            "[fe80::1]:8080",
            "192.168.1.1:80",
            "192.168.1.1:49152",
            "10.0.0.1:49152",
            "100.64.0.5:49152",
            "[::ffff:10.0.0.1]:49152",
            "[fd00::5]:49152",
            "203.0.113.7:22",
        ] {
            assert!(!may(other), "{other}");
        }
        // Even where the room itself is on that port.
        assert!(may_dial("192.168.1.23:80".parse().expect("an address"), 80));
        assert!(!may_dial("169.254.169.254:80".parse().expect("an address"), 80));
    }
}

//! The addresses of this computer that others can use, the best one first.

mod watching;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub(crate) use watching::watch;

/// Which kind of network an address belongs to, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AddressKind {
    /// A local network.
    Lan,
    /// A public address.
    Public,
    /// A tunnel to elsewhere.
    Vpn,
    /// A local network where nothing gives addresses, so that the computers gave themselves one (RFC 3927): one cable between two of
    /// them, or a router that is down.
    LinkLocal,
    /// Containers and virtual machines on this computer.
    Virtual,
    /// This computer alone.
    Loopback,
}

impl AddressKind {
    /// Whether other computers are in such a network. The others are the inside of this one.
    pub fn is_shared(self) -> bool {
        self < Self::Virtual
    }
}

/// An address at which a room can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostAddress {
    /// Which kind of network it belongs to.
    pub kind: AddressKind,
    /// Where that is.
    pub at: SocketAddr,
}

impl HostAddress {
    /// The address for programs on this computer alone.
    pub fn this_computer(port: u16) -> Self {
        Self { kind: AddressKind::Loopback, at: (Ipv4Addr::LOCALHOST, port).into() }
    }

    /// Where a room can be reached that listens there, the best address first. Empty where this computer is in no network.
    pub fn of_host(listening: SocketAddr) -> Vec<Self> {
        of_host(listening)
    }

    /// As clients take it, such as `ws://192.168.1.23:8080`.
    pub fn url(&self) -> String {
        format!("ws://{}", self.at)
    }

    /// The guest page there, such as `http://192.168.1.23:8080/`.
    pub fn page(&self) -> String {
        format!("http://{}/", self.at)
    }
}

/// An address as the system lists it.
#[derive(Debug, Clone, Copy)]
struct Listed<'a> {
    /// The interface's name, such as `eth0` or `vEthernet (WSL)`.
    interface: &'a str,
    /// The address.
    ip: IpAddr,
    /// Whether connections to the outside leave from this address.
    default_route: bool,
}

/// The addresses at which a room can be reached that listens there: on loopback that one alone; elsewhere loopback is no address
/// to tell anybody, and there may be none.
pub(crate) fn of_host(listening: SocketAddr) -> Vec<HostAddress> {
    let (bound, port) = (listening.ip().to_canonical(), listening.port());
    if bound.is_loopback() {
        return vec![HostAddress { kind: AddressKind::Loopback, at: SocketAddr::new(bound, port) }];
    }
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "this computer's addresses cannot be listed");
        Vec::new()
    });
    let outgoing = [outgoing_v4(), outgoing_v6()];
    let listed: Vec<_> = interfaces
        .iter()
        .filter(|interface| listens_at(bound, interface.ip()))
        .map(|interface| Listed {
            interface: &interface.name,
            ip: interface.ip(),
            default_route: outgoing.contains(&Some(interface.ip())),
        })
        .collect();
    rank(&listed).into_iter().map(|(kind, ip)| HostAddress { kind, at: SocketAddr::new(ip, port) }).collect()
}

/// All addresses of this computer: who comes from one of them comes from here.
pub(crate) fn own() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces.iter().map(if_addrs::Interface::ip).collect()
}

/// Whether a host that is bound there listens at this address: `::` is for IPv4 too.
fn listens_at(bound: IpAddr, ip: IpAddr) -> bool {
    bound == ip || bound.is_unspecified() && (bound.is_ipv6() || ip.is_ipv4())
}

/// Orders addresses by how likely it is that others reach them: real networks before tunnels before what is inside of
/// this computer; IPv4 before IPv6, which is harder to type; the local network before the rest of the world; the one
/// that leads outside before its peers; those that computers gave themselves last of what others share. One IPv6 address an interface
/// and kind is enough.
fn rank(listed: &[Listed<'_>]) -> Vec<(AddressKind, IpAddr)> {
    let mut candidates: Vec<_> =
        listed.iter().filter_map(|address| Some((kind(address)?, address))).collect();
    // The sort is stable: what is equal stays in the system's order.
    candidates.sort_by_key(|(kind, address)| {
        let reach = (*kind).max(AddressKind::Public);
        (reach, address.ip.is_ipv6(), *kind, !address.default_route)
    });
    let mut seen = BTreeSet::new();
    let mut with_ipv6 = BTreeSet::new();
    candidates.retain(|(kind, address)| {
        seen.insert(address.ip) && (address.ip.is_ipv4() || with_ipv6.insert((*kind, address.interface)))
    });
    candidates.into_iter().map(|(kind, address)| (kind, address.ip)).collect()
}

/// The kind of an address; `None` when nobody else can use it. Of the link-local ones these are those of IPv6: each computer reaches
/// them by a zone of its own, the name of its interface, so none can be told; and links have no place for it (the URL standard leaves
/// zones out), so that browsers take none. Those of IPv4 need no zone.
fn kind(address: &Listed<'_>) -> Option<AddressKind> {
    let ip = address.ip.to_canonical();
    if ip.is_unspecified() || ip.is_multicast() || ip.is_loopback() {
        return None;
    }
    let interface = address.interface.to_lowercase();
    match ip {
        IpAddr::V6(ip) if ip.is_unicast_link_local() => return None,
        // Inside of this computer they are leftovers of where nothing was set up.
        IpAddr::V4(ip) if ip.is_link_local() => {
            return (!is_vpn(&interface) && !is_virtual(&interface)).then_some(AddressKind::LinkLocal);
        }
        _ => {}
    }
    if is_vpn(&interface) || is_shared_space(ip) {
        return Some(AddressKind::Vpn);
    }
    // A bridge that leads outside is this computer's way into the real network (common with virtual machines).
    if is_virtual(&interface) && !address.default_route {
        return Some(AddressKind::Virtual);
    }
    Some(if is_private(ip) { AddressKind::Lan } else { AddressKind::Public })
}

fn is_vpn(interface: &str) -> bool {
    const STARTS: [&str; 9] = ["tun", "tap", "wg", "utun", "ppp", "zt", "ipsec", "nordlynx", "proton"];
    const PARTS: [&str; 7] = ["tailscale", "wireguard", "zerotier", "openvpn", "vpn", "hamachi", "netbird"];
    STARTS.iter().any(|start| interface.starts_with(start))
        || PARTS.iter().any(|part| interface.contains(part))
}

fn is_virtual(interface: &str) -> bool {
    const STARTS: [&str; 17] = [
        "docker", "br", "veth", "virbr", "vmnet", "vbox", "lxc", "lxd", "incus", "cni", "flannel", "cali",
        "podman", "vnet", "waydroid", "cilium", "kube",
    ];
    const PARTS: [&str; 5] = ["vmware", "virtualbox", "hyper-v", "wsl", "default switch"];
    // `veth` stands for containers' pairs and for `vEthernet (…)`, the switch of Hyper-V.
    STARTS.iter().any(|start| interface.starts_with(start))
        || PARTS.iter().any(|part| interface.contains(part))
}

/// 100.64.0.0/10 (RFC 6598): carriers and overlay networks such as Tailscale.
pub(crate) fn is_shared_space(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(ip) if ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64)
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private(),
        IpAddr::V6(ip) => ip.is_unique_local(),
    }
}

/// The kind of an address of this computer, by its interface.
pub(crate) fn kind_of(interface: &str, ip: IpAddr) -> Option<AddressKind> {
    let default_route = [outgoing_v4(), outgoing_v6()].contains(&Some(ip));
    kind(&Listed { interface, ip, default_route })
}

/// The address that the system would use towards the outside. Connecting a UDP socket sends nothing.
fn outgoing_v4() -> Option<IpAddr> {
    // TEST-NET-1 (RFC 5737): never a real computer, yet routed as the outside is.
    outgoing((Ipv4Addr::UNSPECIFIED, 0).into(), (Ipv4Addr::new(192, 0, 2, 1), 9).into())
}

fn outgoing_v6() -> Option<IpAddr> {
    // The documentation prefix (RFC 3849), for the same reason.
    let outside = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    outgoing((Ipv6Addr::UNSPECIFIED, 0).into(), (outside, 9).into())
}

fn outgoing(from: SocketAddr, to: SocketAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind(from).ok()?;
    socket.connect(to).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use AddressKind::{Lan, LinkLocal, Loopback, Public, Virtual, Vpn};

    /// Each line: interface, address, `*` for the one that leads outside.
    fn ranked(lines: &[&str]) -> Vec<(AddressKind, String)> {
        let listed: Vec<_> = lines
            .iter()
            .map(|line| {
                let (interface, rest) = line.split_once(" = ").expect("interface = address");
                let (ip, star) = rest.split_once(' ').unwrap_or((rest, ""));
                Listed { interface, ip: ip.parse().expect("an address"), default_route: star == "*" }
            })
            .collect();
        rank(&listed).into_iter().map(|(kind, ip)| (kind, ip.to_string())).collect()
    }

    fn kinds(expected: &[(AddressKind, &str)]) -> Vec<(AddressKind, String)> {
        expected.iter().map(|(kind, ip)| (*kind, (*ip).to_owned())).collect()
    }

    #[test]
    fn a_laptop_with_everything() {
        assert_eq!(
            ranked(&[
                "lo = 127.0.0.1",
                "lo = ::1",
                "docker0 = 172.17.0.1",
                "br-3f2a99c01b7d = 172.18.0.1",
                "virbr0 = 192.168.122.1",
                "tailscale0 = 100.101.2.3",
                "wg0 = 10.8.0.2",
                "enp3s0 = 192.168.1.20",
                "wlp2s0 = 192.168.1.23 *",
                "wlp2s0 = fe80::1234",
                "wlp2s0 = fd12::23",
                "wlp2s0 = 2001:db8::23 *",
                "wlp2s0 = 2001:db8::9999",
                "veth12ab = 169.254.9.9",
                "enx00e04c = 169.254.7.7",
            ]),
            kinds(&[
                (Lan, "192.168.1.23"),
                (Lan, "192.168.1.20"),
                (Lan, "fd12::23"),
                (Public, "2001:db8::23"),
                (Vpn, "100.101.2.3"),
                (Vpn, "10.8.0.2"),
                (LinkLocal, "169.254.7.7"),
                (Virtual, "172.17.0.1"),
                (Virtual, "172.18.0.1"),
                (Virtual, "192.168.122.1"),
            ])
        );
    }

    #[test]
    fn a_public_ipv4_address_is_easier_than_a_private_ipv6_one() {
        assert_eq!(
            ranked(&["eth0 = fd00::2", "eth0 = 203.0.113.2 *", "eth1 = 10.0.0.2", "wg0 = 10.8.0.2"]),
            kinds(&[(Lan, "10.0.0.2"), (Public, "203.0.113.2"), (Lan, "fd00::2"), (Vpn, "10.8.0.2")])
        );
    }

    #[test]
    fn one_address_each() {
        for (line, expected) in [
            ("eth0 = 10.0.0.5", Some(Lan)),
            ("Wi-Fi = 192.168.0.7", Some(Lan)),
            ("en0 = 172.20.1.1", Some(Lan)),
            ("eth0 = 203.0.113.9", Some(Public)),
            ("eth0 = 172.32.0.1", Some(Public)),
            ("utun3 = 10.9.0.2", Some(Vpn)),
            ("ZeroTier One [abc] = 10.147.17.3", Some(Vpn)),
            ("Local VPN = 10.1.1.1 *", Some(Vpn)),
            ("eth0 = 100.64.0.1", Some(Vpn)),
            ("eth0 = 100.128.0.1", Some(Public)),
            ("vEthernet (WSL) = 172.28.0.1", Some(Virtual)),
            ("vEthernet (External) = 192.168.1.4 *", Some(Lan)),
            ("VMware Network Adapter VMnet8 = 192.168.9.1", Some(Virtual)),
            ("bridge100 = 192.168.64.1", Some(Virtual)),
            ("br0 = 192.168.1.5 *", Some(Lan)),
            ("br0 = 192.168.1.5", Some(Virtual)),
            ("eth0 = 169.254.1.1", Some(LinkLocal)),
            ("Ethernet 2 = 169.254.255.254 *", Some(LinkLocal)),
            ("docker0 = 169.254.1.1", None),
            ("tailscale0 = 169.254.83.107", None),
            ("eth0 = 169.255.1.1", Some(Public)),
            ("eth0 = fe80::1", None),
            ("eth0 = ::", None),
            ("eth0 = fd00::1", Some(Lan)),
            ("eth0 = 2400::1", Some(Public)),
            ("lo = 127.0.0.1", None),
            ("lo = ::1", None),
            ("eth0 = ::ffff:169.254.1.1", Some(LinkLocal)),
        ] {
            assert_eq!(ranked(&[line]).first().map(|(kind, _)| *kind), expected, "{line}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_no_address_to_tell() {
        assert_eq!(ranked(&["lo = 127.0.0.1", "lo = ::1", "eth0 = fe80::1"]), []);
        assert_eq!(ranked(&["lo = 127.0.0.1", "docker0 = 172.17.0.1"]), kinds(&[(Virtual, "172.17.0.1")]));
        assert!([Lan, Public, Vpn, LinkLocal].into_iter().all(AddressKind::is_shared));
        assert!(![Virtual, Loopback].into_iter().any(AddressKind::is_shared));
    }

    #[test]
    fn one_cable_is_a_network() {
        assert_eq!(
            ranked(&["lo = 127.0.0.1", "eth0 = 169.254.1.2", "eth0 = fe80::2", "docker0 = 172.17.0.1"]),
            kinds(&[(LinkLocal, "169.254.1.2"), (Virtual, "172.17.0.1")])
        );
    }

    #[test]
    fn addresses_are_written_as_the_join_box_reads_them() {
        assert_eq!(HostAddress::this_computer(8080).url(), "ws://127.0.0.1:8080");
        let v6 = HostAddress { kind: Lan, at: "[fd00::1]:8081".parse().expect("an address") };
        assert_eq!(
            (v6.url(), v6.page()),
            ("ws://[fd00::1]:8081".to_owned(), "http://[fd00::1]:8081/".to_owned())
        );
    }

    #[test]
    fn only_addresses_are_told_that_the_host_listens_at() {
        let of = |listening: &str| of_host(listening.parse().expect("an address"));
        assert!(of("[::]:8080").iter().all(|address| !address.at.ip().is_loopback()));
        assert!(of("0.0.0.0:8080").iter().all(|address| address.at.is_ipv4() && address.at.port() == 8080));
        let alone = |at: &str| vec![HostAddress { kind: Loopback, at: at.parse().expect("an address") }];
        assert_eq!(of("127.0.0.1:1"), alone("127.0.0.1:1"));
        assert_eq!(of("[::1]:1"), alone("[::1]:1"));
        assert_eq!(of("203.0.113.7:1"), [], "an address that this computer has lost");
    }
}

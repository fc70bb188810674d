//! What an announcement says, read with distrust: anybody on the network can send any.

use std::net::IpAddr;

use hearth_protocol::{KeyHash, visible_name};
use if_addrs::IfAddr;
use mdns_sd::ResolvedService;

use super::NearbyRoom;

/// The version of announcements that is understood.
const VERSION: &str = "1";

/// The longest name that is shown, in characters.
const NAME_CHARS: usize = 64;

/// A computer in many networks has a few addresses in each.
const MOST_ADDRESSES: usize = 8;

/// The room that is announced; `None` when it makes no sense.
pub(super) fn room(service: &ResolvedService, here: &[IfAddr]) -> Option<NearbyRoom> {
    let text = |key| service.get_property_val(key).flatten().and_then(|value| str::from_utf8(value).ok());
    let addresses = service.get_addresses().iter().map(mdns_sd::ScopedIp::to_ip_addr);
    read(text, addresses, service.get_port(), here)
}

fn read<'a>(
    text: impl Fn(&'static str) -> Option<&'a str>,
    addresses: impl Iterator<Item = IpAddr>,
    port: u16,
    here: &[IfAddr],
) -> Option<NearbyRoom> {
    if text("v") != Some(VERSION) || port == 0 {
        return None;
    }
    let name = visible_name(text("name")?, NAME_CHARS);
    let addresses = ranked(addresses, here);
    if name.is_empty() || addresses.is_empty() {
        return None;
    }
    let key = text("key").and_then(|key| KeyHash::new(key).ok());
    Some(NearbyRoom { name, addresses, port, key, invite: text("invite") == Some("1") })
}

/// Those that can be used at all: first such as this computer has neighbours at, then IPv4, which more networks have in
/// order.
fn ranked(addresses: impl Iterator<Item = IpAddr>, here: &[IfAddr]) -> Vec<IpAddr> {
    let mut usable: Vec<_> = addresses.map(|ip| ip.to_canonical()).filter(|ip| is_usable(*ip)).collect();
    usable.sort_by_key(|ip| (!here.iter().any(|own| is_neighbour(*ip, own)), ip.is_ipv6(), *ip));
    usable.dedup();
    usable.truncate(MOST_ADDRESSES);
    usable
}

/// Link-local addresses of IPv6 need a zone, which no address that is passed on has.
fn is_usable(ip: IpAddr) -> bool {
    let inside = ip.is_loopback() || ip.is_unspecified() || ip.is_multicast();
    let zoned = matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
    let everybody = matches!(ip, IpAddr::V4(ip) if ip.is_broadcast());
    !inside && !zoned && !everybody
}

/// Whether an address is in the network that this computer's own address is in.
fn is_neighbour(ip: IpAddr, own: &IfAddr) -> bool {
    match (ip, own) {
        (IpAddr::V4(ip), IfAddr::V4(own)) => {
            let mask = u32::from(own.netmask);
            u32::from(ip) & mask == u32::from(own.ip) & mask
        }
        (IpAddr::V6(ip), IfAddr::V6(own)) => {
            let mask = u128::from(own.netmask);
            u128::from(ip) & mask == u128::from(own.ip) & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use if_addrs::Ifv4Addr;

    use super::*;

    const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBw";

    fn ips(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|ip| ip.parse().expect("an address")).collect()
    }

    fn said(txt: &[(&'static str, &'static str)], addresses: &[&str], port: u16) -> Option<NearbyRoom> {
        let find = |key| txt.iter().find(|(k, _)| *k == key).map(|(_, value)| *value);
        read(find, ips(addresses).into_iter(), port, &[])
    }

    #[test]
    fn an_announcement_is_read() {
        let room =
            said(&[("v", "1"), ("name", "读书会"), ("key", KEY), ("invite", "1")], &["10.0.0.5"], 8080);
        let expected = NearbyRoom {
            name: "读书会".to_owned(),
            addresses: ips(&["10.0.0.5"]),
            port: 8080,
            key: KeyHash::new(KEY).ok(),
            invite: true,
        };
        assert_eq!(room, Some(expected));
    }

    #[test]
    fn what_makes_no_sense_is_not_shown() {
        let at = &["10.0.0.5"];
        assert_eq!(said(&[("name", "a")], at, 1), None, "no version");
        assert_eq!(said(&[("v", "2"), ("name", "a")], at, 1), None, "another version");
        assert_eq!(said(&[("v", "1")], at, 1), None, "no name");
        assert_eq!(said(&[("v", "1"), ("name", "\u{202e}\u{200b} ")], at, 1), None, "nothing to be seen");
        assert_eq!(said(&[("v", "1"), ("name", "a")], at, 0), None, "no port");
        assert_eq!(said(&[("v", "1"), ("name", "a")], &["127.0.0.1", "::1", "fe80::1"], 1), None, "nowhere");
        let odd = said(&[("v", "1"), ("name", "a"), ("key", "short"), ("invite", "yes")], at, 1);
        assert_eq!(odd.map(|room| (room.key, room.invite)), Some((None, false)));
    }

    #[test]
    fn names_are_cleaned_and_cut() {
        let long: &'static str = Box::leak("\u{202e}读\u{0007}".repeat(300).into_boxed_str());
        let room = said(&[("v", "1"), ("name", long)], &["10.0.0.5"], 1).expect("a room");
        assert_eq!(room.name, "读".repeat(64));
    }

    #[test]
    fn neighbours_come_first_and_ipv4_before_ipv6() {
        let own = IfAddr::V4(Ifv4Addr {
            ip: [10, 1, 0, 2].into(),
            netmask: [255, 255, 0, 0].into(),
            prefixlen: 16,
            broadcast: None,
        });
        let list = ["fd00::5", "192.168.1.5", "10.1.7.5", "::ffff:192.168.1.5", "224.0.0.1", "169.254.1.1"];
        assert_eq!(
            ranked(ips(&list).into_iter(), &[own]),
            ips(&["10.1.7.5", "169.254.1.1", "192.168.1.5", "fd00::5"])
        );
        let many = (0..40).map(|n| IpAddr::from([10, 0, 0, n]));
        assert_eq!(ranked(many, &[]).len(), MOST_ADDRESSES);
    }
}

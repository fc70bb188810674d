//! Dialling (happy eyeballs): from a name to a TCP connection.

use std::{
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6},
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use hearth_protocol::KeyHash;
use tokio::net::{TcpStream, lookup_host};

use super::tls::proven_key;
use crate::address::JoinAddress;
use crate::error::ConnectError;

/// How long an address has before the next one is tried beside it (RFC 8305, section 5).
const STAGGER: Duration = Duration::from_millis(250);

/// Opens a TCP connection to any address of the host, whichever answers first. Has no time limit of its own.
pub(crate) async fn dial(host: &str, port: u16) -> Result<TcpStream, ConnectError> {
    let mut addresses = resolve(host, port).await?.into_iter();
    let mut attempts = FuturesUnordered::new();
    let mut failure = None;
    loop {
        if let Some(address) = addresses.next() {
            attempts.push(TcpStream::connect(address));
        }
        let more = addresses.len() > 0;
        tokio::select! {
            outcome = attempts.next(), if !attempts.is_empty() => match outcome {
                Some(Ok(stream)) => {
                    // Chat lines are small and wait for nobody.
                    stream.set_nodelay(true).unwrap_or_else(|error| tracing::debug!(%error, "no TCP_NODELAY"));
                    return Ok(stream);
                }
                Some(Err(error)) => failure = telling(failure, error),
                None => {}
            },
            () = tokio::time::sleep(STAGGER), if more => {}
        }
        if attempts.is_empty() && !more {
            return Err(meaning(failure, host, port));
        }
    }
}

/// The key by which whoever answers at an address is known, if they prove one in time. Nothing is told to them.
pub async fn key_at(address: &JoinAddress, within: Duration) -> Option<KeyHash> {
    let proving = async { proven_key(dial(&address.ascii_host(), address.port).await.ok()?).await };
    tokio::time::timeout(within, proving).await.ok().flatten()
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
    if let Some((address, zone)) = link_local(host) {
        let interfaces = interfaces(zone)?;
        let there = |index| SocketAddr::from(SocketAddrV6::new(address, port, 0, index));
        return Ok(interfaces.into_iter().map(there).collect());
    }
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let not_found = || ConnectError::NameNotFound { host: host.to_owned() };
    let found = lookup_host((host, port)).await.map_err(|error| {
        tracing::debug!(%error, "name service");
        not_found()
    })?;
    let addresses = alternating(found.collect());
    if addresses.is_empty() { Err(not_found()) } else { Ok(addresses) }
}

/// A link-local address of IPv6 and its zone: the same address is there on each of a computer's links.
fn link_local(host: &str) -> Option<(Ipv6Addr, Option<&str>)> {
    let (address, zone) = host.split_once('%').map_or((host, None), |(address, zone)| (address, Some(zone)));
    let address: Ipv6Addr = address.parse().ok()?;
    address.is_unicast_link_local().then_some((address, zone))
}

/// The numbers of the interfaces that a zone means: one by its name or number (RFC 4007, section 11.2), and all where none is
/// named.
fn interfaces(zone: Option<&str>) -> Result<Vec<u32>, ConnectError> {
    if let Some(index) = zone.and_then(|zone| zone.parse().ok()) {
        return Ok(vec![index]);
    }
    let mut found: Vec<u32> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .filter(|interface| zone.is_none_or(|zone| interface.name == zone))
        .filter(|interface| matches!(interface.ip(), IpAddr::V6(ip) if ip.is_unicast_link_local()))
        .filter_map(|interface| interface.index)
        .collect();
    found.sort_unstable();
    found.dedup();
    match zone {
        Some(zone) if found.is_empty() => Err(ConnectError::NoZone { zone: zone.to_owned() }),
        _ => Ok(found),
    }
}

/// The system's order of preference, with the families taking turns (RFC 8305, section 4): a network whose IPv6 is
/// broken then costs one stagger, not one for each address.
fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(first) = addresses.first().copied() else { return addresses };
    let (mine, others): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first.is_ipv6());
    let mut others = others.into_iter();
    let mut turns = Vec::new();
    for address in mine {
        turns.push(address);
        turns.extend(others.next());
    }
    turns.extend(others);
    turns
}

/// The failure that says most: a refusal proves that the computer is there.
fn telling(known: Option<io::Error>, new: io::Error) -> Option<io::Error> {
    let refused = known.as_ref().is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
    if refused { known } else { Some(new) }
}

fn meaning(failure: Option<io::Error>, host: &str, port: u16) -> ConnectError {
    tracing::debug!(error = ?failure, "no connection");
    let host = host.to_owned();
    match failure.map(|error| error.kind()) {
        Some(io::ErrorKind::ConnectionRefused) => ConnectError::Refused { host, port },
        // A firewall that forbids the way, an address family that is not there: no way leads there either.
        _ => ConnectError::Unreachable { host },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_families_take_turns() {
        let parse = |list: &[&str]| -> Vec<SocketAddr> {
            list.iter().map(|address| address.parse().expect("an address")).collect()
        };
        let sorted = parse(&["[::1]:1", "[::2]:1", "[::3]:1", "10.0.0.1:1"]);
        assert_eq!(alternating(sorted), parse(&["[::1]:1", "10.0.0.1:1", "[::2]:1", "[::3]:1"]));
        let sorted = parse(&["10.0.0.1:1", "[::1]:1", "[::2]:1"]);
        assert_eq!(alternating(sorted), parse(&["10.0.0.1:1", "[::1]:1", "[::2]:1"]));
    }

    #[test]
    fn a_zone_is_one_of_this_computers_links() {
        let bare: Ipv6Addr = "fe80::1".parse().expect("an address");
        assert_eq!(link_local("fe80::1%eth0"), Some((bare, Some("eth0"))));
        assert_eq!(link_local("fe80::1"), Some((bare, None)));
        for other in ["2001:db8::1", "::1", "169.254.0.1", "host"] {
            assert_eq!(link_local(other), None, "{other}");
        }
        assert_eq!(interfaces(Some("7")), Ok(vec![7]));
        let missing = ConnectError::NoZone { zone: "no-such-link".to_owned() };
        assert_eq!(interfaces(Some("no-such-link")), Err(missing));
    }

    #[test]
    fn a_refusal_outweighs_other_failures() {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        let unreachable = || io::Error::from(io::ErrorKind::NetworkUnreachable);
        for (first, second) in [(refused(), unreachable()), (unreachable(), refused())] {
            let told = telling(telling(None, first), second);
            assert_eq!(meaning(told, "h", 1), ConnectError::Refused { host: "h".to_owned(), port: 1 });
        }
        let host = "h".to_owned();
        assert_eq!(meaning(Some(unreachable()), "h", 1), ConnectError::Unreachable { host });
    }
}

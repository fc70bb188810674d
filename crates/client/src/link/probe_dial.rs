//! Dials a host's candidates for it: one plain HTTP question each, as little as proves that they lead to it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::future::join_all;
use hearth_protocol::{ProbeNonce, ProbeOutcome, ProbeResult, Probed, REACH_HEADER, REACH_PATH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::session::event::Errand;

/// How long one candidate may take in all.
const PATIENCE: Duration = Duration::from_secs(5);

/// The answer that we look for has a few hundred bytes.
const MAX_ANSWER: u64 = 4 * 1024;

/// Dials all candidates at once.
pub(crate) async fn run(Errand { nonce, candidates }: Errand) -> Probed {
    let networks = tokio::task::spawn_blocking(own_networks).await.unwrap_or_default();
    let results = candidates.into_iter().map(|(candidate, address)| {
        let near = networks.iter().any(|network| network.has(address.ip()));
        let nonce = &nonce;
        async move { ProbeResult { candidate, outcome: dial(address, nonce).await, near } }
    });
    let results = join_all(results).await;
    Probed { nonce, results }
}

async fn dial(address: SocketAddr, nonce: &ProbeNonce) -> ProbeOutcome {
    match tokio::time::timeout(PATIENCE, ask(address, nonce)).await {
        Ok(Ok(true)) => ProbeOutcome::Reached,
        Ok(Ok(false)) => ProbeOutcome::OtherHost,
        Ok(Err(error)) => {
            tracing::debug!(%address, %error, "a candidate is not reached");
            meaning(&error)
        }
        Err(_) => ProbeOutcome::TimedOut,
    }
}

fn meaning(error: &io::Error) -> ProbeOutcome {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => ProbeOutcome::Refused,
        io::ErrorKind::TimedOut => ProbeOutcome::TimedOut,
        // Somebody was there, and hung up.
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            ProbeOutcome::OtherHost
        }
        _ => ProbeOutcome::Unreachable,
    }
}

/// Whether the host that wants to know answers there.
async fn ask(address: SocketAddr, nonce: &ProbeNonce) -> io::Result<bool> {
    let mut tcp = TcpStream::connect(address).await?;
    let question =
        format!("GET {REACH_PATH}{nonce} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    tcp.write_all(question.as_bytes()).await?;
    let mut answer = Vec::new();
    tcp.take(MAX_ANSWER).read_to_end(&mut answer).await?;
    Ok(is_echo(&String::from_utf8_lossy(&answer), nonce))
}

fn is_echo(answer: &str, nonce: &ProbeNonce) -> bool {
    let mut lines = answer.lines();
    let is_empty = lines.next().is_some_and(|line| line.starts_with("HTTP/1.1 204"));
    let mut headers = lines.filter_map(|line| line.split_once(':'));
    let has_nonce = |(name, value): (&str, &str)| {
        name.eq_ignore_ascii_case(REACH_HEADER) && value.trim() == nonce.as_str()
    };
    is_empty && headers.any(has_nonce)
}

/// A network that this computer is in.
struct Network {
    own: IpAddr,
    prefix: u8,
}

impl Network {
    fn has(&self, ip: IpAddr) -> bool {
        match (self.own, ip.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(ip)) => {
                let host_bits = u32::from(32 - self.prefix.min(32));
                (own.to_bits() ^ ip.to_bits()).checked_shr(host_bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(ip)) => {
                let host_bits = u32::from(128 - self.prefix.min(128));
                (own.to_bits() ^ ip.to_bits()).checked_shr(host_bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

fn own_networks() -> Vec<Network> {
    let network = |interface: if_addrs::Interface| match interface.addr {
        if_addrs::IfAddr::V4(addr) => Network { own: addr.ip.into(), prefix: addr.prefixlen },
        if_addrs::IfAddr::V6(addr) => Network { own: addr.ip.into(), prefix: addr.prefixlen },
    };
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces.into_iter().filter(|interface| !interface.is_loopback()).map(network).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_is_told_by_the_prefix() {
        let near = |own: &str, prefix: u8, ip: &str| {
            let network = Network { own: own.parse().expect("an address"), prefix };
            network.has(ip.parse().expect("an address"))
        };
        assert!(near("192.168.1.5", 24, "192.168.1.23"));
        assert!(!near("192.168.1.5", 24, "192.168.2.23"));
        assert!(near("192.168.1.5", 16, "192.168.2.23"));
        assert!(near("10.0.0.1", 0, "203.0.113.7"), "a prefix of nothing has everything in it");
        assert!(!near("10.0.0.1", 32, "10.0.0.2"));
        assert!(near("fd00::1", 64, "fd00::2") && !near("fd00::1", 64, "fd00:0:0:1::2"));
        assert!(!near("fd00::1", 0, "10.0.0.1"));
    }

    #[test]
    fn only_the_hosts_own_answer_is_one() {
        let nonce = ProbeNonce::from_random(7);
        let good = format!("HTTP/1.1 204 No Content\r\nHearth-Reach: {nonce}\r\n\r\n");
        assert!(is_echo(&good, &nonce));
        assert!(!is_echo(&good, &ProbeNonce::from_random(8)));
        assert!(!is_echo(&good.replace("204 No Content", "200 OK"), &nonce));
        assert!(!is_echo(&format!("{nonce}"), &nonce) && !is_echo("", &nonce));
    }
}

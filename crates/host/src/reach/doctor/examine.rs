//! The doctor's examination gathers the facts: it asks members, one after the other, and looks at this computer.

use std::net::{IpAddr, SocketAddr};

use hearth_protocol::{PROBE_CANDIDATES, ProbeResult};
use jiff::Timestamp;

use super::{Candidate, Facts, Report, Witnesses, diagnose};
use crate::hub::handle::Handle;
use crate::hub::request::Witness;
use crate::reach::addresses;
use crate::reach::firewall;
use crate::reach::outside::Outside;
use crate::reach::probes::{Arrival, Askable, Outcome};
use crate::reach::reachability::Reachability;
use crate::reach::tries::Try;

/// Members that one examination asks: more do not know more, and each may take seconds.
const ASKED: usize = 3;

/// Who can get in.
pub(crate) async fn examine(reach: &Reachability, hub: &Handle) -> Report {
    let _turn = reach.prober.turn.lock().await;
    let addresses = listening_at(reach.addr, reach.outside());
    let candidates = probed_first(&addresses);
    let witnesses = ask_around(reach, hub, &candidates).await;
    let rules = firewall::read().await;
    let facts = Facts {
        at: Timestamp::now(),
        port: reach.addr.port(),
        only_here: reach.addr.ip().is_loopback(),
        candidates: addresses,
        outside: reach.outside(),
        rules,
        witnesses,
        tries: reach.tries.all(),
    };
    diagnose(&facts)
}

/// What can be said of a host on this computer, at this address, without asking it: nobody is asked, and nothing proven.
pub async fn look_around(listening: SocketAddr) -> Report {
    let facts = Facts {
        at: Timestamp::now(),
        port: listening.port(),
        only_here: listening.ip().is_loopback(),
        candidates: listening_at(listening, Outside::Off),
        outside: Outside::Off,
        rules: firewall::read().await,
        witnesses: Witnesses::default(),
        tries: Vec::new(),
    };
    diagnose(&facts)
}

/// The addresses by which others may reach the host, the router's first.
fn listening_at(listening: SocketAddr, outside: Outside) -> Vec<Candidate> {
    let routers = outside.address().map(|address| Candidate { address, interface: None });
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let own = addresses::of_host(listening).into_iter().filter(|own| own.kind.is_shared());
    let own = own.filter_map(|own| {
        let interface = interfaces.iter().find(|interface| interface.ip() == own.at.ip())?;
        Some(Candidate { address: own.at, interface: Some(interface.name.clone()) })
    });
    routers.into_iter().chain(own).collect()
}

fn probed_first(candidates: &[Candidate]) -> Vec<SocketAddr> {
    candidates.iter().take(PROBE_CANDIDATES).map(|candidate| candidate.address).collect()
}

/// Asks members until all candidates are proven, or nobody is left.
async fn ask_around(reach: &Reachability, hub: &Handle, candidates: &[SocketAddr]) -> Witnesses {
    let own = addresses::own();
    let mut count = Witnesses::default();
    if candidates.is_empty() {
        return count;
    }
    let seated = hub.seated().await;
    let round = reach.tries.next_round();
    let mut left = candidates.to_vec();
    for witness in seated {
        match reach.prober.can_tell(witness.outbound.id, &own) {
            Askable::Never => continue,
            Askable::Later => {
                count.present += 1;
                continue;
            }
            Askable::Now => count.present += 1,
        }
        if count.asked as usize >= ASKED || left.is_empty() {
            continue;
        }
        let outcome = reach.prober.ask(&witness, candidates).await;
        count.asked += 1;
        count.answered += u32::from(outcome.reported.is_some() || !outcome.arrivals.is_empty());
        let tries = tries_of(&witness, outcome, candidates, &own, round);
        left.retain(|candidate| {
            !tries.iter().any(|tried| tried.candidate == *candidate && tried.seen_from.is_some())
        });
        reach.tries.add(tries);
    }
    count
}

/// What a probe comes to, candidate by candidate.
fn tries_of(
    witness: &Witness,
    Outcome { arrivals, reported }: Outcome,
    candidates: &[SocketAddr],
    own: &[IpAddr],
    round: u64,
) -> Vec<Try> {
    let reported = reported.unwrap_or_default();
    let at = Timestamp::now();
    let tried = |candidate: &SocketAddr| {
        let arrival = arrivals.iter().find(|arrival| proves(arrival, *candidate, own));
        let said = reported.iter().find(|result: &&ProbeResult| result.candidate.parse() == Ok(*candidate));
        (arrival.is_some() || said.is_some()).then(|| Try {
            candidate: *candidate,
            by: witness.nickname.clone(),
            at,
            round,
            seen_from: arrival.map(|arrival| arrival.peer),
            reported: said.map(|said| said.outcome),
            near: said.is_some_and(|said| said.near),
        })
    };
    candidates.iter().filter_map(tried).collect()
}

/// Whether somebody who arrived has proven that a candidate leads here. At an address of this computer, they must have
/// arrived at that very one; the router's is changed on the way.
fn proves(arrival: &Arrival, candidate: SocketAddr, own: &[IpAddr]) -> bool {
    let is_own = own.contains(&candidate.ip());
    arrival.candidate == candidate
        && !own.contains(&arrival.peer)
        && !arrival.peer.is_loopback()
        && (!is_own || arrival.local == candidate.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_arrives_elsewhere_proves_nothing() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let at = |text: &str| text.parse::<SocketAddr>().expect("an address");
        let own = [ip("192.168.1.23"), ip("10.8.0.1")];
        let lan = at("192.168.1.23:8080");
        let arrival = |peer: &str, local: &str| Arrival { candidate: lan, peer: ip(peer), local: ip(local) };
        assert!(proves(&arrival("192.168.1.5", "192.168.1.23"), lan, &own));
        assert!(!proves(&arrival("10.8.0.2", "10.8.0.1"), lan, &own), "it came by the other address");
        assert!(!proves(&arrival("10.8.0.1", "192.168.1.23"), lan, &own), "it is this computer");
        let outside = at("84.23.5.6:49152");
        let led = Arrival { candidate: outside, peer: ip("91.2.3.4"), local: ip("192.168.1.23") };
        assert!(proves(&led, outside, &own), "the router changes the address");
        assert!(!proves(&led, lan, &own));
    }

    #[test]
    fn only_addresses_that_are_served_are_candidates() {
        let everywhere = listening_at("[::]:8080".parse().expect("an address"), Outside::Off);
        assert!(everywhere.iter().all(|c| !c.address.ip().is_loopback() && c.address.port() == 8080));
        let v4 = listening_at("0.0.0.0:8080".parse().expect("an address"), Outside::Off);
        assert!(v4.iter().all(|c| c.address.is_ipv4()));
        let address = "84.23.5.6:49152".parse().expect("an address");
        let here = listening_at("127.0.0.1:8080".parse().expect("an address"), Outside::Mapped { address });
        assert_eq!(here, [Candidate { address, interface: None }]);
    }
}

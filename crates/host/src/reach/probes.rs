//! The prober: the host's side of a connectivity probe, which is who can be asked, what is asked, and what was seen to
//! arrive. The last is the proof; what a member says of it only gives reasons.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hearth_protocol::{PROBE_CANDIDATES, Probe, ProbeNonce, ProbeResult, Probed, REACH_PATH, ServerFrame};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use crate::base::conn_id::ConnId;
use crate::base::random::random;
use crate::hub::request::Witness;

/// A client answers no sooner than this after its last answer. It counts from when it heard the question, so somewhat more.
const PAUSE: Duration = Duration::from_secs(65);

/// How long a client may take: it gives each candidate five seconds, all at once.
const ANSWER: Duration = Duration::from_secs(7);

/// Arrivals that one probe may have: each candidate twice, for whoever tries again.
const ARRIVALS: usize = 2 * PROBE_CANDIDATES;

/// The prober: it knows whom it can ask, and what it has asked.
#[derive(Debug, Default)]
pub(crate) struct Prober {
    state: Mutex<State>,
    answered: Notify,
    /// One probe at a time.
    pub(crate) turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    /// Where the connections come from; not more than there are admissions.
    peers: HashMap<ConnId, Peer>,
    out: Option<ActiveProbe>,
}

#[derive(Debug)]
struct Peer {
    address: SocketAddr,
    /// The address of this computer that they have reached; `None`: behind a proxy, nobody knows.
    reached: Option<IpAddr>,
    asked: Option<Instant>,
}

/// The probe that is out.
#[derive(Debug)]
struct ActiveProbe {
    nonce: ProbeNonce,
    conn: ConnId,
    candidates: Vec<SocketAddr>,
    arrivals: Vec<Arrival>,
    reported: Option<Vec<ProbeResult>>,
}

/// Somebody came by a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// By which one, as they say.
    pub(crate) candidate: SocketAddr,
    /// From where,
    pub(crate) peer: IpAddr,
    /// and at which address of this computer.
    pub(crate) local: IpAddr,
}

/// What came of a probe.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) arrivals: Vec<Arrival>,
    /// What the client says; `None`: nothing.
    pub(crate) reported: Option<Vec<ProbeResult>>,
}

impl Prober {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection is there.
    pub(crate) fn came(&self, conn: ConnId, address: SocketAddr, reached: Option<IpAddr>) {
        self.state().peers.insert(conn, Peer { address, reached, asked: None });
    }

    /// From where it comes, and which address of this computer it has reached.
    pub(crate) fn way_of(&self, conn: ConnId) -> Option<(IpAddr, IpAddr)> {
        let state = self.state();
        let peer = state.peers.get(&conn)?;
        Some((peer.address.ip(), peer.reached?))
    }

    /// It is gone.
    pub(crate) fn went(&self, conn: ConnId) {
        let mut state = self.state();
        state.peers.remove(&conn);
        if state.out.as_ref().is_some_and(|out| out.conn == conn) {
            self.answered.notify_one();
        }
    }

    /// Whether asking it proves anything, and it would answer: it is on another computer, and was not asked just now.
    pub(crate) fn can_tell(&self, conn: ConnId, own: &[IpAddr]) -> Askable {
        match self.state().peers.get(&conn) {
            Some(peer) if is_other_computer(peer.address.ip(), own) => {
                if peer.asked.is_some_and(|asked| asked.elapsed() < PAUSE) {
                    Askable::Later
                } else {
                    Askable::Now
                }
            }
            _ => Askable::Never,
        }
    }

    /// Asks one member. They hold [`Self::turn`].
    pub(crate) async fn ask(&self, witness: &Witness, candidates: &[SocketAddr]) -> Outcome {
        let nonce = ProbeNonce::from_random(random());
        let conn = witness.outbound.id;
        {
            let mut state = self.state();
            let Some(peer) = state.peers.get_mut(&conn) else { return Outcome::default() };
            peer.asked = Some(Instant::now());
            let candidates = candidates.to_vec();
            state.out = Some(ActiveProbe {
                nonce: nonce.clone(),
                conn,
                candidates,
                arrivals: Vec::new(),
                reported: None,
            });
        }
        let candidates = candidates.iter().map(SocketAddr::to_string).collect();
        witness.outbound.push_frame(&ServerFrame::Probe(Probe { nonce, candidates }));
        witness.outbound.flush();
        let answered = async {
            while self.state().waits_for(conn) {
                self.answered.notified().await;
            }
        };
        // Who does not answer may have come all the same.
        let _ = timeout(ANSWER, answered).await;
        let out = self.state().out.take();
        out.map_or_else(Outcome::default, |ActiveProbe { arrivals, reported, .. }| Outcome {
            arrivals,
            reported,
        })
    }

    /// Whether this nonce is one that is out.
    pub(crate) fn is_out(&self, nonce: &str) -> bool {
        self.state().out.as_ref().is_some_and(|out| out.nonce.as_str() == nonce)
    }

    /// Somebody asks for a nonce. Whether it is one that is out.
    pub(crate) fn arrive(
        &self,
        nonce: &str,
        candidate: Option<SocketAddr>,
        peer: IpAddr,
        local: IpAddr,
    ) -> bool {
        let mut state = self.state();
        let Some(out) = state.out.as_mut().filter(|out| out.nonce.as_str() == nonce) else { return false };
        if let Some(candidate) = candidate.filter(|candidate| out.candidates.contains(candidate))
            && out.arrivals.len() < ARRIVALS
        {
            let (peer, local) = (peer.to_canonical(), local.to_canonical());
            out.arrivals.push(Arrival { candidate, peer, local });
        }
        true
    }

    /// A client says what came of it.
    pub(crate) fn reported(&self, conn: ConnId, probed: Probed) {
        let mut state = self.state();
        let Some(out) = state.out.as_mut() else { return };
        if out.conn == conn && out.nonce == probed.nonce && probed.results.len() <= PROBE_CANDIDATES {
            out.reported = Some(probed.results);
            self.answered.notify_one();
        }
    }
}

impl State {
    /// Whether the client has not answered, and is still there to do so.
    fn waits_for(&self, conn: ConnId) -> bool {
        self.out.as_ref().is_some_and(|out| out.reported.is_none()) && self.peers.contains_key(&conn)
    }
}

/// Whether somebody can tell anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Askable {
    Now,
    /// They were asked just now.
    Later,
    /// They are on this computer.
    Never,
}

fn is_other_computer(peer: IpAddr, own: &[IpAddr]) -> bool {
    let peer = peer.to_canonical();
    !peer.is_loopback() && !own.contains(&peer)
}

/// The nonce that a path asks for.
pub(crate) fn nonce_in(path: &str) -> Option<&str> {
    path.strip_prefix(REACH_PATH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    fn prober_with(nonce: &ProbeNonce) -> Prober {
        let prober = Prober::default();
        prober.state().out = Some(ActiveProbe {
            nonce: nonce.clone(),
            conn: ConnId(1),
            candidates: vec![at("192.168.1.23:8080")],
            arrivals: Vec::new(),
            reported: None,
        });
        prober
    }

    #[test]
    fn only_a_nonce_that_is_out_is_answered_and_only_a_candidate_counts() {
        let nonce = ProbeNonce::from_random(7);
        let prober = prober_with(&nonce);
        let (peer, local) = (ip("::ffff:192.168.1.5"), ip("::ffff:192.168.1.23"));
        let own = Some(at("192.168.1.23:8080"));
        assert!(!prober.arrive("7", own, peer, local));
        assert!(prober.arrive(nonce.as_str(), Some(at("192.168.1.23:8081")), peer, local));
        assert!(prober.arrive(nonce.as_str(), None, peer, local));
        assert!(prober.state().out.as_ref().expect("a probe").arrivals.is_empty());
        for _ in 0..100 {
            assert!(prober.arrive(nonce.as_str(), own, peer, local));
        }
        let out = prober.state().out.take().expect("a probe");
        assert_eq!(out.arrivals.len(), ARRIVALS, "bounded");
        let arrival = Arrival {
            candidate: at("192.168.1.23:8080"),
            peer: ip("192.168.1.5"),
            local: ip("192.168.1.23"),
        };
        assert_eq!(out.arrivals[0], arrival);
        assert!(!prober.arrive(nonce.as_str(), own, peer, local), "it is not out any more");
    }

    #[test]
    fn only_who_was_asked_answers() {
        let nonce = ProbeNonce::from_random(7);
        let prober = prober_with(&nonce);
        let reported =
            |prober: &Prober| prober.state().out.as_ref().is_some_and(|out| out.reported.is_some());
        let answer = |nonce: &ProbeNonce| Probed { nonce: nonce.clone(), results: Vec::new() };
        prober.reported(ConnId(2), answer(&nonce));
        prober.reported(ConnId(1), answer(&ProbeNonce::from_random(8)));
        assert!(!reported(&prober));
        prober.reported(ConnId(1), answer(&nonce));
        assert!(reported(&prober));
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_here_or_was_asked_just_now_proves_nothing() {
        let prober = Prober::default();
        let own = [ip("192.168.1.23")];
        for (n, peer) in
            ["127.0.0.1:5", "[::1]:5", "192.168.1.23:5", "[::ffff:192.168.1.23]:5"].iter().enumerate()
        {
            let conn = ConnId(n as u64);
            prober.came(conn, at(peer), None);
            assert_eq!(prober.can_tell(conn, &own), Askable::Never, "{peer}");
        }
        let conn = ConnId(9);
        assert_eq!(prober.can_tell(conn, &own), Askable::Never, "who is not there");
        prober.came(conn, at("192.168.1.5:5"), None);
        assert_eq!(prober.can_tell(conn, &own), Askable::Now);
        prober.state().peers.get_mut(&conn).expect("there").asked = Some(Instant::now());
        assert_eq!(prober.can_tell(conn, &own), Askable::Later);
        tokio::time::advance(PAUSE).await;
        assert_eq!(prober.can_tell(conn, &own), Askable::Now);
        prober.went(conn);
        assert_eq!(prober.can_tell(conn, &own), Askable::Never);
    }
}

//! The connection limits: how many there may be, in all and from one address, of guests and of strangers.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hearth_protocol::RefusalCode;
use tokio::sync::watch;

/// The limits, and who counts towards them.
#[derive(Debug)]
pub(crate) struct ConnectionLimits {
    max_in_all: usize,
    /// Loopback is exempt: a reverse proxy stands there, with everybody behind it.
    max_per_address: usize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
    /// How many in all. Changed only while `by_address` is locked.
    admitted: watch::Sender<usize>,
}

/// The right to be there. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Admission {
    limits: Arc<ConnectionLimits>,
    address: IpAddr,
}

impl ConnectionLimits {
    pub(crate) fn new(max_in_all: usize, max_per_address: usize) -> Arc<Self> {
        Arc::new(Self {
            max_in_all,
            max_per_address,
            by_address: Mutex::default(),
            admitted: watch::Sender::new(0),
        })
    }

    /// Admits somebody who connects from `peer`, unless all places or those of that address are taken.
    pub(crate) fn admit(self: &Arc<Self>, peer: IpAddr) -> Result<Admission, RefusalCode> {
        let address = neighbourhood(peer);
        let mut by_address = self.by_address();
        if *self.admitted.borrow() >= self.max_in_all {
            return Err(RefusalCode::RoomFull);
        }
        let here = by_address.get(&address).copied().unwrap_or_default();
        if here >= self.max_per_address && !address.is_loopback() {
            return Err(RefusalCode::AddressLimit);
        }
        by_address.insert(address, here + 1);
        self.admitted.send_modify(|admitted| *admitted += 1);
        drop(by_address);
        Ok(Admission { limits: Arc::clone(self), address })
    }

    /// Returns when nobody is admitted.
    pub(crate) async fn empty(&self) {
        // The sender lives as long as `self`.
        let _ = self.admitted.subscribe().wait_for(|admitted| *admitted == 0).await;
    }

    fn by_address(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admission {
    /// Where they come from: an address, or a whole /64 for IPv6.
    pub(crate) fn address(&self) -> IpAddr {
        self.address
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut by_address = self.limits.by_address();
        if let Some(here) = by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                by_address.remove(&self.address);
            }
        }
        self.limits.admitted.send_modify(|admitted| *admitted -= 1);
    }
}

/// What counts as one address: a /64 for IPv6, since whoever has one address of it has them all.
fn neighbourhood(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(ip) if !ip.is_loopback() => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        ip => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_address_has_its_share_and_gets_it_back() {
        let limits = ConnectionLimits::new(10, 2);
        let (near, far) = (ip("192.0.2.1"), ip("192.0.2.2"));
        let first = limits.admit(near).expect("a place");
        let _second = limits.admit(near).expect("a place");
        assert_eq!(limits.admit(near).expect_err("it has its share"), RefusalCode::AddressLimit);
        let _other = limits.admit(far).expect("others are not in its way");
        drop(first);
        let _again = limits.admit(near).expect("what was given back");
        assert_eq!(limits.admit(near).expect_err("it has its share"), RefusalCode::AddressLimit);
    }

    #[test]
    fn whoever_has_a_64_has_one_share() {
        let limits = ConnectionLimits::new(10, 1);
        let _first = limits.admit(ip("2001:db8:1:2::1")).expect("a place");
        assert_eq!(limits.admit(ip("2001:db8:1:2::2")).expect_err("a neighbour"), RefusalCode::AddressLimit);
    }

    #[test]
    fn loopback_has_no_share_but_the_house_has_an_end() {
        let limits = ConnectionLimits::new(5, 1);
        let local = [ip("127.0.0.1"), ip("::1"), ip("::ffff:127.0.0.1"), ip("127.0.0.1"), ip("127.0.0.1")];
        let mut all: Vec<_> = local.into_iter().map(|peer| limits.admit(peer).expect("a place")).collect();
        for peer in [ip("127.0.0.1"), ip("192.0.2.1")] {
            assert_eq!(limits.admit(peer).expect_err("the house is full"), RefusalCode::RoomFull);
        }
        all.pop();
        limits.admit(ip("192.0.2.1")).expect("what was given back");
    }

    #[test]
    fn nothing_is_kept_of_who_has_gone_or_was_refused() {
        let limits = ConnectionLimits::new(10, 1);
        drop(limits.admit(ip("192.0.2.1")).expect("a place"));
        let none = ConnectionLimits::new(10, 0);
        none.admit(ip("192.0.2.1")).expect_err("no place at all");
        assert!(limits.by_address().is_empty() && none.by_address().is_empty());
    }

    #[test]
    fn a_64_counts_as_one_address_and_mapped_ipv4_as_ipv4() {
        assert_eq!(neighbourhood(ip("2001:db8:1:2:3::4")), neighbourhood(ip("2001:db8:1:2:ffff::1")));
        assert_ne!(neighbourhood(ip("2001:db8:1:2::1")), neighbourhood(ip("2001:db8:1:3::1")));
        assert_eq!(neighbourhood(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
        assert_eq!(neighbourhood(ip("::1")), ip("::1"));
    }
}

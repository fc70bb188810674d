//! How many may be connected, in all and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hearth_protocol::RefusalCode;
use tokio::sync::watch;

use crate::config::Limits;

/// Who is admitted.
#[derive(Debug)]
pub(crate) struct Admissions {
    max_clients: usize,
    max_per_address: usize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
    /// How many in all. Changed only while `by_address` is locked.
    admitted: watch::Sender<usize>,
}

/// The right to be connected. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Admission {
    admissions: Arc<Admissions>,
    address: IpAddr,
}

impl Admissions {
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            max_clients: limits.max_clients,
            max_per_address: limits.max_per_address,
            by_address: Mutex::default(),
            admitted: watch::Sender::new(0),
        })
    }

    /// Admits somebody who connects from `peer`, unless the room or what is allowed to that address is full.
    pub(crate) fn admit(self: &Arc<Self>, peer: IpAddr) -> Result<Admission, RefusalCode> {
        let address = neighbourhood(peer);
        let mut by_address = self.by_address();
        if *self.admitted.borrow() >= self.max_clients {
            return Err(RefusalCode::RoomFull);
        }
        let here = by_address.entry(address).or_default();
        if *here >= self.max_per_address && !address.is_loopback() {
            return Err(RefusalCode::AddressLimit);
        }
        *here += 1;
        self.admitted.send_modify(|admitted| *admitted += 1);
        drop(by_address);
        Ok(Admission { admissions: Arc::clone(self), address })
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

impl Drop for Admission {
    fn drop(&mut self) {
        let mut by_address = self.admissions.by_address();
        if let Some(here) = by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                by_address.remove(&self.address);
            }
        }
        self.admissions.admitted.send_modify(|admitted| *admitted -= 1);
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

    #[test]
    fn a_64_counts_as_one_address_and_mapped_ipv4_as_ipv4() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!(neighbourhood(ip("2001:db8:1:2:3::4")), neighbourhood(ip("2001:db8:1:2:ffff::1")));
        assert_ne!(neighbourhood(ip("2001:db8:1:2::1")), neighbourhood(ip("2001:db8:1:3::1")));
        assert_eq!(neighbourhood(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
        assert_eq!(neighbourhood(ip("::1")), ip("::1"));
    }
}

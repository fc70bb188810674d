//! The way in from the internet: what has come of the wish for one (port mapping, carrier-grade NAT).

use std::net::{IpAddr, SocketAddr, SocketAddrV4};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::reach::addresses::is_shared_space;

/// What came of the wish to be reachable from the internet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum Outside {
    /// It is not wished.
    #[default]
    Off,
    /// The room is served to this computer alone, so that a port would lead nowhere.
    OnlyHere,
    /// The router is asked.
    Looking,
    /// The router leads what comes to this address to the host.
    Mapped {
        /// The address outside.
        #[ts(type = "string")]
        address: SocketAddr,
    },
    /// The router itself has only an address of its carrier's (100.64.0.0/10): the carrier's router stands between it and the
    /// internet. Nothing that it gives leads in from there.
    CarrierNat {
        /// The router's address.
        #[ts(type = "string")]
        seen: IpAddr,
    },
    /// The same with another inner address: another router in the house, most likely.
    SecondRouter {
        /// The router's address.
        #[ts(type = "string")]
        seen: IpAddr,
    },
    /// The router says that it has no address on the internet. Most stand behind another router then, which may be a carrier's,
    /// and do not tell the inner address that they have; or their line is down.
    NoAddress,
    /// There is no router, or none that gives ports.
    NoRouter,
    /// The router could give ports, and gives none.
    Refused,
}

impl Outside {
    /// The address by which the host is reached from the internet.
    pub fn address(self) -> Option<SocketAddr> {
        match self {
            Self::Mapped { address } => Some(address),
            _ => None,
        }
    }

    /// What an address that the router has for the outside comes to.
    pub(super) fn of(address: SocketAddrV4) -> Self {
        Self::behind_another((*address.ip()).into()).unwrap_or(Self::Mapped { address: address.into() })
    }

    /// Whose router stands before one that has this address outside; `None`: nobody's.
    pub(super) fn behind_another(seen: IpAddr) -> Option<Self> {
        if is_shared_space(seen) {
            Some(Self::CarrierNat { seen })
        } else {
            is_inner(seen).then_some(Self::SecondRouter { seen })
        }
    }
}

/// Addresses that lead nowhere on the internet (RFC 1918, RFC 6598, RFC 3927, RFC 4193).
pub(crate) fn is_inner(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            ip.is_private()
                || is_shared_space(ip.into())
                || ip.is_link_local()
                || ip.is_loopback()
                || ip.is_unspecified()
        }
        IpAddr::V6(ip) => {
            ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback() || ip.is_unspecified()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_nowhere_is_told_from_what_does() {
        let of = |address: &str| Outside::of(address.parse().expect("an address"));
        assert_eq!(of("84.23.5.6:49152").address(), "84.23.5.6:49152".parse().ok());
        for carriers in ["100.64.0.1", "100.127.255.254"] {
            let seen = carriers.parse().expect("an address");
            assert_eq!(of(&format!("{carriers}:1")), Outside::CarrierNat { seen }, "{carriers}");
        }
        for inner in ["10.0.0.1", "172.16.0.1", "192.168.0.1", "0.0.0.0"] {
            let seen = inner.parse().expect("an address");
            assert_eq!(of(&format!("{inner}:1")), Outside::SecondRouter { seen }, "{inner}");
        }
        for outer in ["100.63.255.255", "100.128.0.0", "172.32.0.1", "8.8.8.8", "2001:db8::1"] {
            assert!(!is_inner(outer.parse().expect("an address")), "{outer}");
        }
    }
}

//! The way in: whether there is any for others, before it is asked who has come by it. The one judge of it: the card of the room, the
//! links that are offered and the doctor say what it says. Pure.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::reach::addresses::HostAddress;

/// Whether there is a way in for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum WayIn {
    /// None: the room is served to this computer alone, as its owner chose.
    OnlyHere,
    /// None: this computer is in no network that others are in. There is no address to pass on.
    NoNetwork,
    /// There are addresses to come by. That somebody can is proven only by who does.
    Addresses,
}

impl WayIn {
    /// Of a host that listens there and has these addresses.
    pub(crate) fn of(listening: SocketAddr, addresses: &[HostAddress]) -> Self {
        if listening.ip().to_canonical().is_loopback() {
            Self::OnlyHere
        } else if addresses.iter().any(|address| address.kind.is_shared()) {
            Self::Addresses
        } else {
            Self::NoNetwork
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::addresses::AddressKind::{self, Lan, LinkLocal, Public, Virtual, Vpn};

    fn of(kinds: &[AddressKind]) -> WayIn {
        let at = |text: &str| text.parse().expect("an address");
        let addresses: Vec<_> =
            kinds.iter().map(|&kind| HostAddress { kind, at: at("192.168.1.23:8080") }).collect();
        for here in ["127.0.0.1:8080", "127.8.8.8:1", "[::1]:8080", "[::ffff:127.0.0.1]:8080"] {
            assert_eq!(WayIn::of(at(here), &addresses), WayIn::OnlyHere);
        }
        assert_eq!(WayIn::of(at("0.0.0.0:8080"), &addresses), WayIn::of(at("[::]:8080"), &addresses));
        WayIn::of(at("[::]:8080"), &addresses)
    }

    #[test]
    fn addresses_inside_of_this_computer_are_no_way_in() {
        assert_eq!((of(&[]), of(&[Virtual])), (WayIn::NoNetwork, WayIn::NoNetwork));
        for kind in [Lan, Public, Vpn, LinkLocal] {
            assert_eq!((of(&[kind]), of(&[Virtual, kind])), (WayIn::Addresses, WayIn::Addresses), "{kind:?}");
        }
    }
}

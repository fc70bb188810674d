//! The status of hosting is what the page is told: where the room can be reached, who may come in, whether it can be
//! stored.

use hearth_client::fragment;
use hearth_host::{AddressKind, HostAddress, Outside, WayIn};
use jiff::Timestamp;

use crate::api::hosting::{Hosting, ShareAddress, Storage};
use crate::hosting::access;
use crate::hosting::serve::Served;
use crate::shell::Shell;

/// Tells the page where the room can be reached now.
pub(crate) fn show(shell: &Shell, served: &Served) {
    let status = served.status.borrow().clone();
    let addresses = shared_addresses(&status.addresses, status.way_in, status.outside);
    shell.state().set_hosting(on(served, addresses, status.way_in));
}

/// The addresses of this computer and the one that the router leads here, the best one first. None where they lead nobody here.
fn shared_addresses(own: &[HostAddress], way_in: WayIn, outside: Outside) -> Vec<ShareAddress> {
    if way_in == WayIn::NoNetwork {
        return Vec::new();
    }
    let mapped = outside.address().map(|at| HostAddress { kind: AddressKind::Public, at });
    let mut addresses: Vec<_> = own.iter().copied().chain(mapped).collect();
    addresses.sort_by_key(|address| address.kind);
    let shown = |a: &HostAddress| ShareAddress { url: a.url(), page: a.page(), kind: a.kind };
    addresses.iter().map(shown).collect()
}

fn on(served: &Served, addresses: Vec<ShareAddress>, way_in: WayIn) -> Hosting {
    let (now, key) = (served.access.borrow().clone(), served.handle.key());
    Hosting::On {
        port: served.handle.addr().port(),
        asked_port: served.choice.port,
        reach: served.choice.reach,
        foreign_pages: served.choice.foreign_pages,
        access: access::access(&now),
        invites: access::listed(&now, &key, Timestamp::now()),
        fragment: fragment(None, Some(&key)),
        addresses,
        way_in,
        outside: *served.outside.borrow(),
        room: served.room.clone(),
        id: served.id.clone(),
        storage: match *served.handle.storage().borrow() {
            hearth_host::Storage::Fine => Storage::Fine,
            hearth_host::Storage::Full => Storage::Full,
            hearth_host::Storage::Damaged => Storage::Damaged,
        },
    }
}

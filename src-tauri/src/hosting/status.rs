//! The status of hosting is what the page is told: where the room can be reached, who may come in, whether it can be
//! stored.

use hearth_client::fragment;
use hearth_host::{AddressKind, HostAddress, HostStatus, Outside, WayIn};
use jiff::Timestamp;

use crate::api::hosting::{Hosting, ShareAddress};
use crate::hosting::access;
use crate::hosting::serve::Served;
use crate::shell::Shell;

/// Tells the page how the room stands now.
pub(crate) fn show(shell: &Shell, served: &Served) {
    let hosting = on(served, &served.status.borrow());
    shell.state().set_hosting(hosting);
}

/// How many others are in the room. The user is in it as well, by the same road as everybody.
pub(crate) fn others(served: &Served) -> u32 {
    u32::try_from(served.handle.online().saturating_sub(1)).unwrap_or(u32::MAX)
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

fn on(served: &Served, status: &HostStatus) -> Hosting {
    let key = served.handle.key();
    Hosting::On {
        port: served.handle.addr().port(),
        asked_port: served.choice.port,
        reach: served.choice.reach,
        foreign_pages: served.choice.foreign_pages,
        access: status.access.access,
        invites: access::listed(&status.access, &key, Timestamp::now()),
        rules: status.access.rules,
        fragment: fragment(None, Some(&key)),
        addresses: shared_addresses(&status.addresses, status.way_in, status.outside),
        way_in: status.way_in,
        outside: status.outside,
        room: served.room.clone(),
        id: served.id.clone(),
        visit: status.visit.clone(),
        storage: status.storage,
    }
}

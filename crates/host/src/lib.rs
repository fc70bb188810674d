//! The room server: one port, one room, many connections.
//!
//! A connection is a cursor into an append-only log, not a queue. The hub decides and appends, a tape keeps the newest
//! frames as they go out, the writer sends them to all who are caught up, and each connection drives its own socket while
//! it lags. ARCHITECTURE.md draws the way of a message.
//!
//! The folders are floors: each uses those that stand above it in this list, and none that stands below.

// What the tests drive is public for them alone.
#![cfg_attr(not(feature = "testing"), allow(unreachable_pub))]

// Plain values and handles that every floor may use.
mod base;
// Who may come in: authentication, invitations, passwords.
mod access;
// Bytes: listening, TLS, connection limits.
mod net;
// What is decided: who is here, and what follows from what they do.
mod room;
// How it is spread: frames that are encoded once, and a cursor for each connection.
mod fanout;
// The one task that ties these: decide, commit, and only then send.
mod hub;
// How the world reaches the host: addresses, port mapping, mDNS, the doctor.
mod reach;
// WebSocket: what a client sends, within bounds.
mod ws;
// HTTP: the guest page, the owner's API, the upgrade to WebSocket.
mod http;
// The host, put together: what it is started with, what it gives its owner, and why it cannot start.
mod config;
mod error;
mod host;
mod host_handle;
mod status;
// What the tests drive apart from a whole host.
#[cfg(feature = "testing")]
mod testing;

pub use access::invites::{Aftermath, Invite, InviteState, InviteWish};
pub use access::policy::{Access, AccessState, OwnerError};
pub use base::end_signals::EndSignals;
pub use base::limits::{Limits, Rate};
pub use base::storage::Storage;
pub use config::{HostConfig, NAMELESS};
pub use error::StartError;
pub use host::Host;
pub use host_handle::HostHandle;
pub use http::origin::AllowOrigin;
pub use http::owner_api::{OWNER_PATH, OwnerAnswer, OwnerRequest};
pub use net::certificate::{Certificate, CertificateError};
pub use reach::addresses::{AddressKind, HostAddress};
pub use reach::doctor::{Cause, Checked, Report, Verdict, Witnesses, look_around};
pub use reach::firewall::Firewall;
pub use reach::mdns::Announcement;
pub use reach::outside::Outside;
pub use reach::visits::{Visit, Whence};
pub use reach::way_in::WayIn;
pub use status::HostStatus;
#[cfg(feature = "testing")]
pub use testing::{echo, pure};

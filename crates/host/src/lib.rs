//! The room server: one port, one room, many connections.
//!
//! A connection is a cursor into an append-only log, not a queue. `hub` decides and appends, `tape` keeps the newest
//! frames as they go out, `writer` sends them to all who are caught up, and each `connection` drives its own socket
//! while it lags. ARCHITECTURE.md draws the way of a message.

mod accept;
mod access;
mod addresses;
mod admission;
mod announce;
mod base;
mod budget;
mod calendar;
mod certificate;
mod chair;
mod config;
mod connection;
mod control;
mod doctor;
mod door;
pub mod echo;
mod encode;
mod entrance;
mod error;
mod firewall;
mod guard;
mod guesses;
mod handshake;
mod host;
mod http;
mod hub;
mod identity;
mod invites;
mod link;
mod names;
mod outside;
mod owner;
mod page;
mod passing;
mod rate;
mod reach;
mod room;
mod routes;
mod rules;
mod socket;
mod tape;
mod unasked;
mod writer;

/// What decides, without sockets and clocks, for the simulation in `tests/`.
#[doc(hidden)]
pub mod pure {
    pub use crate::base::clock::Now;
    pub use crate::base::conn_id::ConnId;
    pub use crate::base::fresh::{Fresh, Parting};
    pub use crate::chair::{Chair, Committed, Decided, Knock, Word, Words, reads_on};
    pub use crate::entrance::Entrance;
    pub use crate::tape::{Chunk, Frames, Place, Tape};
}

pub use access::Access;
pub use addresses::{AddressKind, HostAddress};
pub use announce::Announcement;
pub use base::limits::{Limits, Rate};
pub use base::storage::Storage;
pub use certificate::{Certificate, CertificateError};
pub use config::HostConfig;
pub use control::{CONTROL_PATH, Control, Said};
pub use doctor::{Cause, Checked, Report, Verdict, Witnesses, look_around};
pub use door::AllowOrigin;
pub use error::StartError;
pub use firewall::Firewall;
pub use host::{Host, HostHandle};
pub use invites::{Aftermath, Invite, InviteState, InviteWish};
pub use outside::Outside;
pub use owner::Doors;
pub use rules::OwnerError;

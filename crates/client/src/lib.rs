//! Joining a room: where to ([`JoinAddress`]), the session state machine, the task that drives it ([`RoomClient`]), and
//! what the page is told ([`RoomUpdate`]), and what of a room is kept on this computer.

mod address;
mod boards;
mod client;
mod command;
mod connect;
mod dial;
mod disk;
mod driver;
pub mod echo;
mod error;
mod keep;
mod link;
mod nearby;
mod pass;
mod reach;
mod session;
mod simulated;
mod subscribers;
mod timing;
mod tls;
mod update;
mod watched;
mod whereabouts;

pub use address::{AddressError, Invitation, JoinAddress, fragment};
pub use client::{RoomClient, RoomOptions, Tuning};
pub use error::{CertificateProblem, ConnectError};
pub use keep::forget_room;
pub use nearby::{Nearby, NearbyRoom};
pub use pass::Pass;
pub use timing::Timing;
pub use update::{Cursor, Failure, KeepTrouble, LineState, OwnLine, RoomSnapshot, RoomUpdate, Status};

#[doc(hidden)]
pub use simulated::{Simulated, Wish};

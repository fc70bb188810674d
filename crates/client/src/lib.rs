//! Joining a room: where to ([`JoinAddress`]), the session state machine, the task that drives it ([`RoomClient`]), and
//! what the page is told ([`RoomUpdate`]).

mod address;
mod client;
mod connect;
mod dial;
mod driver;
pub mod echo;
mod error;
mod link;
mod session;
mod subscribers;
mod timing;
mod tls;
mod update;
mod watched;

pub use address::{AddressError, JoinAddress};
pub use client::{RoomClient, RoomOptions, Tuning};
pub use error::{CertificateProblem, ConnectError};
pub use timing::Timing;
pub use update::{Cursor, Failure, LineState, OwnLine, RoomSnapshot, RoomUpdate, Status};

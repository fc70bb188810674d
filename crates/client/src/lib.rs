//! Joining a room: where to ([`JoinAddress`]), the session state machine, the task that drives it, and what the page
//! is told ([`RoomUpdate`]).

mod address;
mod error;
mod update;

pub use address::{AddressError, JoinAddress};
pub use error::{CertificateProblem, ConnectError};
pub use update::{Cursor, Failure, LineState, OwnLine, RoomSnapshot, RoomUpdate, Status};

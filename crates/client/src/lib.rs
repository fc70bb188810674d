//! Joining a room: a pure session, the task that drives it, and what of a room is kept on this computer.
//!
//! From the ground up; imports go down only:
//!
//! - `address`, `credentials`, `timing`, `error`, `update`, `command`, `record`: plain words that all use: where to, with what, how long, why
//!   not; what the page is told; what is to be kept;
//! - `session`: \[pure\] the session state machine, what a room is to one member over as many connections as it takes;
//! - `cache`: what of a room is kept on this computer, behind a write-ahead queue;
//! - `link`: one connection: dialling, TLS, WebSocket;
//! - `locate`: where a host is now, and which rooms are announced nearby;
//! - `room`: the handle [`RoomClient`], and the task behind it;
//! - `testing`: fixtures for tests, outside of this crate too (feature `testing`).

mod address;
mod command;
mod credentials;
mod error;
mod joins_shown;
mod record;
mod strip;
mod timing;
mod update;

mod session;

mod cache;

mod link;

mod locate;

mod room;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use address::{AddressError, Invitation, JoinAddress, fragment};
pub use cache::at_rest::{joins_shown_at_rest, keep_joins_shown_at_rest};
pub use cache::open::forget_room;
pub use command::{Busy, RoomCommand};
pub use credentials::Credentials;
pub use error::{CertificateProblem, ConnectError};
pub use joins_shown::JoinsShown;
pub use link::dial::key_at;
pub use locate::nearby::{Nearby, NearbyRoom};
pub use room::client::{RoomClient, RoomOptions, Tuning};
pub use strip::Strip;
pub use timing::Timing;
pub use update::{
    ActState, Cursor, Failure, KeepTrouble, OwnAct, RoomSnapshot, RoomUpdate, Status, ToldChange,
};

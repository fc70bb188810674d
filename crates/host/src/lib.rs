//! The room server.

mod error;

pub use error::StartError;

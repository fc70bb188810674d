//! Fixtures for tests outside of this crate: the session and the link without the room around them.

pub mod echo;
pub mod simulated;

//! Locating a host: where a room may be found, and rooms that are announced nearby.

pub(crate) mod locator;
pub(crate) mod nearby;

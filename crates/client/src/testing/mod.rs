//! Fixtures for tests: what a page makes of the updates; and for those of other crates the session and the link without the room
//! around them.

#[cfg(feature = "testing")]
pub mod echo;
pub mod page;
pub mod roster;
#[cfg(feature = "testing")]
pub mod simulated;

//! How it is spread (fan-out): frames are encoded once, and each connection reads them at its own speed.

pub(crate) mod frame;
pub(crate) mod outbound;
pub(crate) mod tape;
pub(crate) mod writer;

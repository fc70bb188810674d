//! How it is spread (fan-out): frames are encoded once, and each connection reads them at its own speed (backpressure).

pub(crate) mod cursor;
pub(crate) mod fanout;
pub(crate) mod feed;
pub(crate) mod frame;
pub(crate) mod outbound;
pub(crate) mod replay;
pub(crate) mod shard;
pub(crate) mod tape;
pub(crate) mod writer;

//! The ground: plain values and small handles that every floor above may use, and that use none of them.

pub(crate) mod clock;
pub(crate) mod conn_id;
pub(crate) mod end_signals;
pub(crate) mod fresh;
pub(crate) mod limits;
pub(crate) mod random;
pub(crate) mod stopping;
pub(crate) mod storage;
pub(crate) mod token_bucket;

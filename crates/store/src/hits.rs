//! Search results.

use std::sync::Arc;

use hearth_protocol::{Entry, Seq};

/// Lines that were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// The entries, newest first.
    pub entries: Vec<Arc<Entry>>,
    /// There may be older ones,
    pub more: bool,
    /// before this one: all lines from here on were looked at.
    pub reached: Seq,
}

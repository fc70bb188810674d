//! A connection id: it names a connection within a host, and nothing outside of it.

/// Names a connection within a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnId(pub u64);

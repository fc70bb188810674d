//! The link: from an address to an open connection, with TLS where it is asked for.

pub(crate) mod connect;
pub(crate) mod dial;
mod observed_stream;
pub(crate) mod probe_dial;
pub(crate) mod socket;
pub(crate) mod tls;

//! Bytes: listening, TLS, and how many connections there may be.

pub(crate) mod certificate;
pub(crate) mod connection_limits;
pub(crate) mod listen;
pub(crate) mod room_key;
pub(crate) mod stream;
pub(crate) mod tls_or_plain;

//! The client over real sockets, against servers of every kind.

mod dialects;
mod errors;
mod support;
mod talk;
mod tls;

//! The client over real sockets, against servers of every kind.

mod dialects;
mod errors;
mod full;
mod host;
mod keep;
mod kill;
mod marks;
mod support;
mod talk;
mod tls;

//! Where to join: `host:port`, `ws://`, `wss://`.

use thiserror::Error;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why an input is no address.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize, TS)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[ts(export)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("the address is empty")]
    Empty,
    /// A scheme that is none of ws, wss, http, https, hearth.
    #[error("addresses start with ws:// or wss://, not {scheme}://")]
    Scheme {
        /// What it starts with.
        scheme: String,
    },
    /// Not a number from 1 to 65535.
    #[error("a port is a number from 1 to 65535")]
    Port,
    /// Not a host name or IP address.
    #[error("this is not a host name or an IP address")]
    Host,
}

/// A place to join, read from what a person typed or pasted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JoinAddress {
    /// TLS.
    pub secure: bool,
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The path, `/` unless one was given.
    pub path: String,
}

//! Why a room cannot be reached, or is reached no longer. One variant for each thing that a person can act upon.

use hearth_protocol::RefusalCode;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

/// Why a connection failed or ended. The page words it in the user's language; `Display` is for logs.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
#[ts(export)]
pub enum ConnectError {
    /// The name has no address: a typing error, or no name service here.
    #[error("the name {host} was not found")]
    NameNotFound {
        /// The name.
        host: String,
    },
    /// The computer is there, but no program listens on the port.
    #[error("{host} refused a connection to port {port}")]
    Refused {
        /// The name or address.
        host: String,
        /// The port.
        port: u16,
    },
    /// No way leads there: another network, or none at all.
    #[error("{host} cannot be reached from this network")]
    Unreachable {
        /// The name or address.
        host: String,
    },
    /// No answer in time: often a firewall that drops silently.
    #[error("{host}:{port} did not answer within {seconds} s")]
    TimedOut {
        /// The name or address.
        host: String,
        /// The port.
        port: u16,
        /// How long it was tried.
        seconds: u32,
    },
    /// Something answers that is no WebSocket server.
    #[error("{host}:{port} is no WebSocket server (HTTP status {status:?})")]
    NotWebSocket {
        /// The name or address.
        host: String,
        /// The port.
        port: u16,
        /// Its HTTP status; `None` when it does not speak HTTP.
        status: Option<u16>,
    },
    /// The server's certificate is not good for this name.
    #[error("the certificate of {host} is not valid: {problem:?}")]
    Certificate {
        /// The name or address.
        host: String,
        /// What is wrong with it.
        problem: CertificateProblem,
    },
    /// A Hearth host of another version, or one that answers nonsense.
    #[error("{host} does not speak a dialect that this version knows: {detail}")]
    WrongDialect {
        /// The name or address.
        host: String,
        /// What it said instead.
        detail: String,
    },
    /// The room has no place left.
    #[error("the room is full")]
    RoomFull,
    /// Too many connections from this computer's address.
    #[error("too many connections from this address")]
    AddressLimit,
    /// The host does not let in clients of this origin.
    #[error("the host does not let in this origin")]
    OriginRefused,
    /// The host does not go by this name (DNS rebinding protection).
    #[error("the host does not go by the name {host}")]
    HostName {
        /// The name that was used.
        host: String,
    },
    /// The host cut the link since too much was sent.
    #[error("the host cut the link: too much was sent")]
    RateRefused,
    /// The host refused the hello.
    #[error("the host refused the hello: {reason:?}")]
    HelloRefused {
        /// Why.
        reason: RefusalCode,
    },
    /// The host says that it stops.
    #[error("the host has stopped")]
    HostStopped,
    /// The link broke.
    #[error("the link broke")]
    LinkBroken,
    /// Nothing was heard for too long: the link is half-open, or the computer sleeps.
    #[error("nothing was heard for {seconds} s")]
    Silent {
        /// For how long.
        seconds: u32,
    },
    /// The attempt was called off.
    #[error("cancelled")]
    Cancelled,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CertificateProblem {
    /// Nobody this system trusts has signed it.
    UnknownIssuer,
    /// Its time is over, or has not come.
    Expired,
    /// It is for another name.
    WrongName,
    /// Anything else.
    Other,
}

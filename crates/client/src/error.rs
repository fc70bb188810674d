//! Why a room cannot be reached, or is reached no longer. One variant for each thing that a person can act upon.

use hearth_protocol::{CloseCode, RefusalCode};
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
    /// The address has a zone that names no link of this computer (RFC 4007).
    #[error("this computer has no link called {zone}")]
    NoZone {
        /// What the address has behind `%`.
        zone: String,
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
    /// Whoever answers does not have the key that the link names: it is somebody else, or the room was made anew. Nothing
    /// was sent.
    #[error("{host} does not have the key that the link names")]
    WrongKey {
        /// The name or address.
        host: String,
    },
    /// The link names a key, and whoever answers does not speak TLS. Nothing was sent.
    #[error("{host}:{port} does not speak TLS, which the link asks for")]
    NoTls {
        /// The name or address.
        host: String,
        /// The port.
        port: u16,
    },
    /// A Hearth host of another version.
    #[error("{host} speaks version {version} of the protocol")]
    WrongVersion {
        /// The name or address.
        host: String,
        /// Its version.
        version: String,
    },
    /// It takes WebSocket connections, and does not keep to what it says that it speaks.
    #[error("{host} does not keep to the protocol")]
    WrongDialect {
        /// The name or address.
        host: String,
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

impl ConnectError {
    /// Whether trying again by itself makes no sense: only a person can change what is wrong.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Certificate { .. }
            | Self::WrongKey { .. }
            | Self::NoTls { .. }
            | Self::WrongVersion { .. }
            | Self::WrongDialect { .. }
            | Self::OriginRefused
            | Self::HostName { .. }
            | Self::Cancelled => true,
            // A host that cannot store may have room on its disk a minute later. A host that has waited for a hello in
            // vain has not got what was sent: the link was bad.
            Self::HelloRefused { reason } => {
                !matches!(reason, RefusalCode::Storage | RefusalCode::HelloExpected)
            }
            _ => false,
        }
    }

    /// Whether there is no sign of a computer at the address, awake and in reach. An attempt that timed out is among them
    /// even where somebody took it: it has lasted as long as a pause.
    pub(crate) fn is_nobody_there(&self) -> bool {
        matches!(
            self,
            Self::NameNotFound { .. }
                | Self::NoZone { .. }
                | Self::Unreachable { .. }
                | Self::TimedOut { .. }
        )
    }

    /// Whether the host may be somewhere else: nobody answers at its address, or somebody who is not it.
    pub(crate) fn may_have_moved(&self) -> bool {
        matches!(
            self,
            Self::NameNotFound { .. }
                | Self::NoZone { .. }
                | Self::Refused { .. }
                | Self::Unreachable { .. }
                | Self::TimedOut { .. }
                | Self::NotWebSocket { .. }
                | Self::WrongKey { .. }
                | Self::NoTls { .. }
                | Self::LinkBroken
        )
    }

    /// Whether it says no more than that nobody answers.
    pub(crate) fn is_no_answer(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::TimedOut { .. } | Self::LinkBroken)
    }

    /// What a refusal of the upgrade or of the hello means for someone who came by the name `host`.
    pub(crate) fn from_refusal(reason: RefusalCode, host: &str) -> Self {
        match reason {
            RefusalCode::RoomFull => Self::RoomFull,
            RefusalCode::AddressLimit => Self::AddressLimit,
            RefusalCode::Origin => Self::OriginRefused,
            RefusalCode::HostName => Self::HostName { host: host.to_owned() },
            RefusalCode::RateLimited => Self::RateRefused,
            reason => Self::HelloRefused { reason },
        }
    }

    /// What the end of a connection means; `None` is a close frame without a code (RFC 6455, section 7.1.5).
    pub(crate) fn from_close(code: Option<u16>) -> Self {
        let Some(code) = code else { return Self::HostStopped };
        match CloseCode::from_number(code) {
            Some(CloseCode::Normal | CloseCode::GoingAway) => Self::HostStopped,
            Some(CloseCode::Policy | CloseCode::TooBig) => Self::RateRefused,
            Some(CloseCode::RoomFull) => Self::RoomFull,
            Some(CloseCode::HelloExpected) => Self::HelloRefused { reason: RefusalCode::HelloExpected },
            Some(CloseCode::HelloRefused) => Self::HelloRefused { reason: RefusalCode::Other },
            Some(CloseCode::Protocol | CloseCode::NotUtf8 | CloseCode::Internal) | None => Self::LinkBroken,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_codes_have_their_meaning() {
        for (code, error) in [
            (None, ConnectError::HostStopped),
            (Some(1000), ConnectError::HostStopped),
            (Some(1001), ConnectError::HostStopped),
            (Some(1008), ConnectError::RateRefused),
            (Some(1009), ConnectError::RateRefused),
            (Some(1011), ConnectError::LinkBroken),
            (Some(4000), ConnectError::HelloRefused { reason: RefusalCode::HelloExpected }),
            (Some(4001), ConnectError::RoomFull),
            (Some(4002), ConnectError::HelloRefused { reason: RefusalCode::Other }),
            (Some(3333), ConnectError::LinkBroken),
        ] {
            assert_eq!(ConnectError::from_close(code), error, "{code:?}");
        }
    }

    #[test]
    fn refusals_say_what_they_are_and_whether_to_try_again() {
        for (reason, error, is_final) in [
            (RefusalCode::RoomFull, ConnectError::RoomFull, false),
            (RefusalCode::AddressLimit, ConnectError::AddressLimit, false),
            (RefusalCode::RateLimited, ConnectError::RateRefused, false),
            (RefusalCode::Origin, ConnectError::OriginRefused, true),
            (RefusalCode::HostName, ConnectError::HostName { host: "h".to_owned() }, true),
            (RefusalCode::Storage, ConnectError::HelloRefused { reason: RefusalCode::Storage }, false),
            (
                RefusalCode::HelloExpected,
                ConnectError::HelloRefused { reason: RefusalCode::HelloExpected },
                false,
            ),
            (RefusalCode::Other, ConnectError::HelloRefused { reason: RefusalCode::Other }, true),
        ] {
            let made = ConnectError::from_refusal(reason, "h");
            assert_eq!(made.is_final(), is_final, "{reason:?}");
            assert_eq!(made, error);
        }
    }
}

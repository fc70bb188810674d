//! The errors of starting: why a host cannot.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

/// Why a host cannot start. The page words it in the user's language; `Display` is for logs and the command line.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
#[ts(export)]
pub enum StartError {
    /// Another program listens there.
    #[error("port {port} is taken by another program; choose another one, or 0 for any that is free")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// Ports under 1024 need a right that this program does not have.
    #[error("port {port} needs a right that this program does not have; choose one from 1024 to 65535")]
    PortForbidden {
        /// The port.
        port: u16,
    },
    /// No browser opens this port. A host may listen there all the same; who asks people in does not.
    #[error("every browser refuses port {port}; choose another one, such as 8080")]
    PortRefusedByBrowsers {
        /// The port.
        port: u16,
    },
    /// The address to bind belongs to another machine.
    #[error("{address} is no address of this computer; bind to one of its own, or to :: for all")]
    AddressNotLocal {
        /// The address.
        address: String,
    },
    /// What was said in the room before cannot be read.
    #[error(
        "{message}; `hearth-host verify` tells more, and `hearth-host export` saves what can be read before another room \
         is begun"
    )]
    Unreadable {
        /// What is wrong.
        message: String,
    },
    /// Anything else that the system says.
    #[error("the system did not let the room be served: {message}")]
    System {
        /// The system's words.
        message: String,
    },
}

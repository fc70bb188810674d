//! The error of every command says what a person can do about it; what goes wrong below is mapped to it here.

use hearth_client::{AddressError, ConnectError};
use hearth_host::StartError;
use hearth_log::{LogError, OpenError};
use hearth_protocol::NicknameError;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use crate::api::hosting::RoomProblem;

/// Why a command failed. The page words it; `Display` is for logs.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize, TS)]
#[serde(tag = "error", rename_all = "snake_case")]
#[ts(export)]
pub enum AppError {
    /// What was typed is no address.
    #[error("no address: {address}")]
    Address {
        /// Why.
        address: AddressError,
    },
    /// The room was not reached.
    #[error("not reached: {connect}")]
    Connect {
        /// Why.
        connect: ConnectError,
    },
    /// At the address of a room that is open, the link names another key: another room, or somebody else. The user decides.
    #[error("another key than before at {address}")]
    OtherKey {
        /// Where.
        address: String,
    },
    /// The room could not be hosted.
    #[error("not hosted: {host}")]
    Host {
        /// Why.
        host: StartError,
    },
    /// The room's file cannot be used.
    #[error("the room cannot be opened: {problem:?}")]
    Room {
        /// Why.
        problem: RoomProblem,
    },
    /// The nickname is empty.
    #[error("the nickname is empty")]
    NicknameEmpty,
    /// The nickname is too long.
    #[error("the nickname is longer than {limit} characters")]
    NicknameTooLong {
        /// What fits.
        limit: u32,
    },
    /// The link's scheme is none of http, https, mailto.
    #[error("such links are not opened")]
    LinkRefused,
    /// No room has this key: it was left meanwhile.
    #[error("there is no such room")]
    UnknownRoom,
    /// More is asked of the room than a person can.
    #[error("the room does not keep up")]
    Busy,
    /// The password is longer than one may be: 256 bytes of UTF-8.
    #[error("the password is too long")]
    PasswordTooLong,
    /// The room has as many invitations as it may have.
    #[error("there are too many invitations")]
    TooManyInvites,
    /// No invitation has this id: it is gone.
    #[error("there is no such invitation")]
    UnknownInvite,
    /// The system names no folder for what is to be written out.
    #[error("this user has no folder for downloads and no home folder")]
    NoDownloadFolder,
    /// A failure of this computer: a full disk, a missing browser.
    #[error("{message}")]
    System {
        /// The system's words.
        message: String,
    },
}

/// A failure of this computer, in its own words.
#[allow(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(crate) fn system(error: impl ToString) -> AppError {
    AppError::System { message: error.to_string() }
}

impl From<NicknameError> for AppError {
    fn from(error: NicknameError) -> Self {
        match error {
            NicknameError::Empty => Self::NicknameEmpty,
            NicknameError::TooLong { limit, .. } => {
                Self::NicknameTooLong { limit: u32::try_from(limit).unwrap_or(u32::MAX) }
            }
        }
    }
}

impl From<OpenError> for AppError {
    fn from(error: OpenError) -> Self {
        Self::Room { problem: error.into() }
    }
}

impl From<LogError> for AppError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Full => Self::Room { problem: RoomProblem::Full },
            error => system(error),
        }
    }
}

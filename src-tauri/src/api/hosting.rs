//! The hosted room and the user's own rooms cross to the page as these types.

use std::path::PathBuf;

use hearth_host::{Access, AddressKind, Outside, Storage, Visit, WayIn};
use hearth_log::OpenError;
use hearth_protocol::{DEFAULT_PORT, Rules};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::access::Invite;
use crate::api::rooms::{RoomId, RoomKey};

/// A room of one's own, as it is kept on this computer, hosted or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OwnRoom {
    /// Its id.
    pub id: RoomId,
    /// Its name. When the file cannot be read, the file's.
    pub name: String,
    /// Its size on the disk, in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// When the newest line was written (RFC 3339, UTC); `None` in an empty room.
    pub last_at: Option<String>,
    /// How much of it is kept.
    pub retention: Retention,
    /// What is wrong with it.
    pub problem: Option<RoomProblem>,
}

/// How much of a room is kept; the oldest lines go first. Without a bound, everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Retention {
    /// Lines up to this old, in days.
    pub days: Option<u32>,
    /// Up to this size on the disk, in MiB.
    pub mebibytes: Option<u32>,
}

/// What is wrong with a room that is kept on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
#[ts(export)]
pub enum RoomProblem {
    /// Another program serves it.
    InUse,
    /// The file is damaged. It is left as it is: what can be read of it can be exported, and a copy put back.
    Damaged {
        /// The file.
        file: String,
    },
    /// A newer version of Hearth has written it.
    TooNew {
        /// The file.
        file: String,
    },
    /// The disk is full.
    Full,
    /// The system does not let the file be read or written.
    System {
        /// The file.
        file: String,
        /// The system's words.
        message: String,
    },
}

/// The room of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
pub enum Hosting {
    /// Nothing is hosted.
    Off,
    /// It starts.
    Starting,
    /// It is served.
    On {
        /// The port in use. Another than the one asked for when that was taken.
        port: u16,
        /// The port asked for.
        asked_port: u16,
        /// Who can connect.
        reach: Reach,
        /// Whether web pages of other origins may connect.
        foreign_pages: bool,
        /// Who may come in.
        access: Access,
        /// The invitations, the newest first.
        invites: Vec<Invite>,
        /// What members may do.
        rules: Rules,
        /// What stands behind `#` in the link of an open room: the host's key.
        fragment: String,
        /// Addresses that others can use, the best one first; that of this computer where it is for it alone. Empty where nobody else
        /// can get in.
        addresses: Vec<ShareAddress>,
        /// Whether there is a way in for others.
        way_in: WayIn,
        /// What came of the wish to be reachable from the internet.
        outside: Outside,
        /// The room in the list, which has its name and its address.
        room: RoomKey,
        /// The room as it is kept.
        id: RoomId,
        /// Who came in from another computer last; `None`: nobody ever did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        visit: Option<Visit>,
        /// Whether what is said can be stored.
        storage: Storage,
    },
}

/// Who can connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Reach {
    /// Programs on this computer.
    Computer,
    /// Everybody on the same network.
    Network,
}

/// An address that others can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ShareAddress {
    /// Such as `ws://192.168.1.23:8080`.
    pub url: String,
    /// The guest page there, such as `http://192.168.1.23:8080/`. With `#` and a fragment it is a link.
    pub page: String,
    /// Which kind of network it belongs to.
    pub kind: AddressKind,
}

/// What to host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(default)]
pub struct HostChoice {
    /// The room to go on with; `None` for a new one.
    pub room: Option<RoomId>,
    /// The room's name.
    pub name: String,
    /// The port to try first.
    pub port: u16,
    /// Who can connect.
    pub reach: Reach,
    /// Whether web pages of other origins may connect, such as a classic client opened from a file.
    pub foreign_pages: bool,
    /// Whether the room is to be reachable from the internet.
    pub outside: bool,
}

impl Default for HostChoice {
    fn default() -> Self {
        Self {
            room: None,
            name: String::new(),
            port: DEFAULT_PORT,
            reach: Reach::Network,
            foreign_pages: false,
            outside: false,
        }
    }
}

impl From<OpenError> for RoomProblem {
    fn from(error: OpenError) -> Self {
        let shown = |file: PathBuf| file.display().to_string();
        match error {
            OpenError::InUse { .. } => Self::InUse,
            OpenError::Damaged { file, .. } => Self::Damaged { file: shown(file) },
            OpenError::TooNew { file } => Self::TooNew { file: shown(file) },
            OpenError::Full { .. } => Self::Full,
            OpenError::System { file, message } => Self::System { file: shown(file), message },
        }
    }
}

/// How a room is written for others to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ExportFormat {
    /// A page that any browser shows, in one file.
    Html,
    /// Markdown.
    Markdown,
    /// JSON Lines: everything, to be imported again.
    JsonLines,
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Exported {
    /// The file, in the folder for downloads.
    pub file: String,
    /// How many entries it has.
    #[ts(type = "number")]
    pub entries: u64,
    /// How many could not be read, since the room's file is damaged.
    #[ts(type = "number")]
    pub unreadable: u64,
}

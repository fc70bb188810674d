//! The rooms that the page lists cross as these types: those that the user is in, those on this network, those that
//! were left.

use hearth_client::AddressError;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Names a room of this window for as long as the window lives.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(export)]
pub struct RoomKey(pub String);

/// Names a room of one's own, over all starts: the name of its file, without the ending.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(export)]
pub struct RoomId(pub String);

/// What the key of a room of one's own begins with.
const OWN: &str = "own-";

impl RoomId {
    /// The room's key in the window: the same, whether it is hosted or not.
    pub(crate) fn key(&self) -> RoomKey {
        RoomKey(format!("{OWN}{}", self.0))
    }
}

impl RoomKey {
    /// The room of one's own that it names, if it is one.
    pub(crate) fn own(&self) -> Option<RoomId> {
        self.0.strip_prefix(OWN).map(|id| RoomId(id.to_owned()))
    }
}

/// A room of this window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Room {
    /// Its key.
    pub key: RoomKey,
    /// Its address in full.
    pub url: String,
    /// Its name, as far as known.
    pub name: Option<String>,
    /// Whether it is the one hosted here.
    pub hosted: bool,
    /// Which room of one's own it is. One that is not hosted can be read, and nobody else is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub own: Option<RoomId>,
    /// The link that leads others to its door; it opens nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub link: Option<String>,
}

/// A room that is hosted on this network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NearbyRoom {
    /// Its name.
    pub name: String,
    /// Where it is, to show, such as `192.168.1.23:8080`.
    pub address: String,
    /// The link to enter it by.
    pub link: String,
    /// The room of this window that it is, if the user is in it.
    pub open: Option<RoomKey>,
    /// Whether it needs an invitation.
    pub invite: bool,
}

/// A room that the user has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecentRoom {
    /// What to enter it by.
    pub id: RecentId,
    /// Its name, as far as known.
    pub name: Option<String>,
    /// Its address, to show.
    pub address: String,
}

/// Names a room that the user has left, until the app is quit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(export)]
pub struct RecentId(pub u32);

/// A `hearth://` link that somebody has opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OpenedLink {
    /// The link, to enter by. It may hold a secret and is not to be shown.
    pub link: String,
    /// Where it leads, to show; `None` when the link is none.
    pub address: Option<String>,
    /// Why it is none.
    pub problem: Option<AddressError>,
    /// The room that is open and to which it leads, if that is all it does: it brings nothing that opens a door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub room: Option<RoomKey>,
}

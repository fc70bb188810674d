//! The app as a whole crosses to the page as one state, which it gets first, and an update of each part.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::hosting::{Hosting, OwnRoom};
use crate::api::rooms::{NearbyRoom, OpenedLink, RecentRoom, Room};
use crate::api::settings::Settings;

/// Everything the window shows that is not in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AppState {
    /// What the user has chosen.
    pub settings: Settings,
    /// The room of one's own.
    pub hosting: Hosting,
    /// The rooms of this window, the hosted one first.
    pub rooms: Vec<Room>,
    /// The rooms of one's own that are kept on this computer, the one used last first.
    pub own_rooms: Vec<OwnRoom>,
    /// Rooms that are hosted on this network.
    pub nearby: Vec<NearbyRoom>,
    /// Rooms that the user has left lately, the last one first.
    pub recent: Vec<RecentRoom>,
    /// A `hearth://` link that was opened and not answered yet.
    pub opened: Option<OpenedLink>,
    /// The app's version.
    pub version: String,
}

/// What the window is told. Each part is always sent whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum AppUpdate {
    /// The first word to a subscriber.
    State {
        /// Everything.
        app: Box<AppState>,
    },
    /// Settings changed.
    Settings {
        /// All of them.
        settings: Settings,
    },
    /// Hosting changed.
    Hosting {
        /// How it stands.
        hosting: Hosting,
    },
    /// Rooms came or went.
    Rooms {
        /// All of them.
        rooms: Vec<Room>,
    },
    /// Rooms of one's own came, went or changed.
    OwnRooms {
        /// All of them.
        own_rooms: Vec<OwnRoom>,
    },
    /// Rooms on this network came or went.
    Nearby {
        /// All of them.
        nearby: Vec<NearbyRoom>,
    },
    /// A room was left, or one that was left is entered or forgotten.
    Recent {
        /// All of them.
        recent: Vec<RecentRoom>,
    },
    /// A `hearth://` link was opened: ask before entering.
    Opened {
        /// The link; `None` once it is answered.
        opened: Option<OpenedLink>,
    },
    /// The window is about to close while a room is hosted: ask whether to keep hosting in the tray or to stop.
    CloseAsked {
        /// How many others are in the room.
        others: u32,
        /// Whether this desktop has a tray; without one the window would be minimised.
        tray: bool,
    },
    /// The app quits: what waits to be saved is handed over now.
    Quitting,
    /// Something was dropped on the window, of which the page is not told by its engine.
    Dropped {
        /// What of it is text: the addresses of pages. `None`: files.
        text: Option<String>,
    },
}

/// The answer to [`AppUpdate::CloseAsked`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CloseAnswer {
    /// Hide the window, go on hosting.
    Keep,
    /// Stop hosting and quit.
    Stop,
    /// Stay.
    Cancel,
}

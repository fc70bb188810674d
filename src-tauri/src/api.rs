//! What the page and the shell say to each other, beside the updates of a room.

use hearth_client::{AddressError, ConnectError};
pub use hearth_host::AddressKind;
use hearth_host::{Outside, StartError};
use hearth_protocol::{DEFAULT_PORT, InviteId, Role};
use serde::{Deserialize, Serialize};
use thiserror::Error;
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
}

/// Who may come into the hosted room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Access {
    /// Whether it needs an invitation, or the password if there is one. Members come back without.
    pub closed: bool,
    /// Whether it has a password.
    pub password: bool,
}

/// Another password, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
#[ts(export)]
pub enum PasswordChange {
    /// As it is.
    Keep,
    /// None.
    Remove,
    /// This one.
    Set {
        /// The password.
        password: String,
    },
}

/// An invitation to the hosted room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// What its people may do.
    pub role: Role,
    /// What the owner noted about it.
    pub note: String,
    /// When it was made (RFC 3339, UTC).
    pub made_at: String,
    /// Until when it is good; `None`: always.
    pub expires_at: Option<String>,
    /// How many people may come by it; `None`: any number.
    pub uses: Option<u32>,
    /// How many have.
    pub used: u32,
    /// Whether it is still good.
    pub state: InviteState,
    /// What stands behind `#` in its link. It holds the secret.
    pub fragment: String,
}

/// Whether an invitation is still good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum InviteState {
    /// It is.
    Good,
    /// Its time is over.
    Expired,
    /// All its people have come.
    UsedUp,
    /// The owner has taken it back.
    Revoked,
}

/// An invitation to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct InviteWish {
    /// What its people may do.
    pub role: Role,
    /// What the owner notes about it.
    pub note: String,
    /// For how many hours it is good; `None`: always.
    pub hours: Option<u32>,
    /// How many people may come by it; `None`: any number.
    pub uses: Option<u32>,
}

/// A square of black and white for a camera.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct QrCode {
    /// Its side, in squares, without the margin of four.
    pub side: u32,
    /// The dark squares, as the path of an SVG in which a square is one by one.
    pub path: String,
}

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

/// The room of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum Hosting {
    /// Nothing is hosted.
    Off,
    /// It starts.
    Starting,
    /// It is served.
    On {
        /// Its name.
        name: String,
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
        /// What stands behind `#` in the link of an open room: the host's key.
        fragment: String,
        /// Addresses that others can use, the best one first.
        addresses: Vec<ShareAddress>,
        /// What came of the wish to be reachable from the internet.
        outside: Outside,
        /// The room in the list.
        room: RoomKey,
        /// The room as it is kept.
        id: RoomId,
        /// Whether what is said can be stored.
        storage: Storage,
    },
}

/// Whether what is said in the hosted room can be stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Storage {
    /// It is.
    #[default]
    Fine,
    /// The disk is full: nobody can say anything until there is room. What was said before can be read.
    Full,
    /// The file is damaged or cannot be written.
    Damaged,
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

/// What the user has chosen; kept between starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Settings {
    /// The nickname for all rooms; empty before the first start is done.
    pub nickname: String,
    /// The page's language.
    pub language: Language,
    /// The page's colours.
    pub theme: Theme,
    /// What closing the window does while a room is hosted.
    pub closing: Closing,
    /// Keep the computer awake while others are in the hosted room.
    pub keep_awake: bool,
    /// Show the hosted room to this network, and list those that are hosted on it.
    pub nearby: bool,
    /// What was hosted last.
    pub host: HostChoice,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            nickname: String::new(),
            language: Language::default(),
            theme: Theme::default(),
            closing: Closing::default(),
            keep_awake: true,
            nearby: true,
            host: HostChoice::default(),
        }
    }
}

/// The page's language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub enum Language {
    /// As the system.
    #[default]
    #[serde(rename = "system")]
    System,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

/// The page's colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What closing the window does while a room is hosted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Closing {
    /// Ask.
    #[default]
    Ask,
    /// Go on hosting in the tray.
    Keep,
    /// Stop hosting and quit.
    Stop,
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
    /// A failure of this computer: a full disk, a missing browser.
    #[error("{message}")]
    System {
        /// The system's words.
        message: String,
    },
}

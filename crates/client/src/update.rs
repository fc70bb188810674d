//! What a room tells the page: one snapshot, then changes of it.

use hearth_protocol::{
    Body, Dialect, Entry, Found, Gap, Limits, Lines, LogId, MemberId, Nickname, Page, Person, PostId,
    RefusalCode, Role, Rules, Seq, UnknownBody, Verb, You,
};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _},
};
use ts_rs::TS;

use crate::error::ConnectError;
use crate::joins_shown::JoinsShown;
use crate::strip::Strip;

/// A place in a certain log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Cursor {
    /// The log.
    pub log: LogId,
    /// The newest entry that the reader has.
    pub seq: Seq,
}

/// How things stand with the link, in the words of the status line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum Status {
    /// The first attempt is under way.
    Connecting,
    /// In the room.
    Connected {
        /// The dialect in use.
        dialect: Dialect,
    },
    /// The link was lost and comes back by itself.
    Reconnecting {
        /// Milliseconds from now to the next attempt; 0 while one is under way.
        in_ms: u32,
        /// 1 for the first attempt after the loss.
        attempt: u32,
        /// Why the link was lost, or why the last attempt failed.
        error: ConnectError,
    },
    /// Not connected, and nothing is tried: the user left, or it makes no sense to try again.
    Disconnected {
        /// Why; `None` when the user left.
        error: Option<ConnectError>,
    },
}

impl Status {
    /// What has come of an attempt; `None` while it is under way.
    pub(crate) fn outcome(&self) -> Option<Result<(), ConnectError>> {
        match self {
            Self::Connecting | Self::Reconnecting { in_ms: 0, .. } => None,
            Self::Connected { .. } => Some(Ok(())),
            Self::Reconnecting { error, .. } => Some(Err(error.clone())),
            Self::Disconnected { error } => Some(Err(error.clone().unwrap_or(ConnectError::Cancelled))),
        }
    }
}

/// An act of one's own that the room has not shown yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OwnAct {
    /// What is done.
    #[serde(flatten)]
    pub what: Verb,
    /// Its id. The page makes it, and shows the act before anybody has said that it is queued.
    pub id: PostId,
    /// How far it is.
    pub state: ActState,
}

/// How far an act of one's own is: queued -> sent -> (it becomes an entry), or failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum ActState {
    /// Waits for the link.
    Queued,
    /// Sent; the host has not confirmed it.
    Sent,
    /// Will not be sent again unless the user asks.
    Failed {
        /// Why.
        reason: Failure,
    },
}

impl OwnAct {
    /// Whether the page shows it while it waits. A nickname is shown when the room knows it.
    pub(crate) const fn is_shown(&self) -> bool {
        !matches!(self.what, Verb::Rename { .. })
    }
}

impl ActState {
    /// Sent on a classic server to which the link broke: nobody knows whether it arrived.
    pub(crate) const fn unconfirmed() -> Self {
        Self::Failed { reason: Failure::Unconfirmed }
    }
}

/// Why a line was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
#[ts(export)]
pub enum Failure {
    /// The host said no.
    Refused {
        /// Why.
        reason: RefusalCode,
    },
    /// On a classic server: the link broke before the line came back, so that nobody knows whether it arrived. Sending
    /// it again may double it.
    Unconfirmed,
    /// The same, where the link stands: the server has sent nothing back,
    NotEchoed,
    /// or what came back says something else.
    CameBackChanged,
    /// Another room answers at the address now: the line was not written for the people there.
    OtherRoom,
}

/// A room as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RoomSnapshot {
    /// The address in its full form, such as `ws://192.168.1.23:8080`.
    pub url: String,
    /// The room's name, once the host has told it.
    pub name: Option<String>,
    /// The link.
    pub status: Status,
    /// The user here, once the host has told it.
    pub you: Option<You>,
    /// What the user may do here.
    #[serde(default, skip_serializing_if = "Role::is_member")]
    #[ts(optional, as = "Option<Role>")]
    pub role: Role,
    /// What members may do here.
    #[serde(default, skip_serializing_if = "Rules::is_usual")]
    #[ts(optional, as = "Option<Rules>")]
    pub rules: Rules,
    /// The host is of before what is said about lines ([`hearth_protocol::Welcome::talk`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub plain: bool,
    /// Whose room it is, where the host tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub owner: Option<MemberId>,
    /// Who is here, as the host told it last. Empty on a classic server, which does not tell.
    pub people: Vec<Person>,
    /// How many were here then; 0 when unknown.
    pub online: u32,
    /// The newest entry that `people` and `online` know of; those after it change them. `None` while nothing was told: then
    /// entries say nothing of who is here.
    pub roster_at: Option<Seq>,
    /// Changes that the host told since, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<ToldChange>>")]
    pub roster_changes: Vec<ToldChange>,
    /// Entries after `roster_at` that are no longer among `entries` and tell who is here, oldest first: the newest of each kind
    /// of each member.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Entry>>")]
    pub roster_entries: Vec<Entry>,
    /// The log that `entries` belong to.
    pub log: Option<LogId>,
    /// Whether `entries` go on after the subscriber's cursor. If not, they replace all that it has.
    pub resumed: bool,
    /// Entries, oldest first.
    pub entries: Vec<Entry>,
    /// Entries before the first one that are no longer kept, or were never loaded: more can be asked for.
    pub more: bool,
    /// Places where entries are missing for good.
    pub gaps: Vec<Gap>,
    /// Own acts that are no entries yet, oldest first.
    pub own: Vec<OwnAct>,
    /// What fits.
    pub limits: Limits,
    /// What is wrong with what is kept of the room on this computer, if anything is.
    pub trouble: Option<KeepTrouble>,
    /// The newest entry of `log` that the user has read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub read: Option<Seq>,
    /// What the user has typed for `log` and not sent yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(optional, as = "Option<String>")]
    pub draft: String,
    /// What that is to be, if it is no line by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub strip: Option<Strip>,
    /// How much the list shows of who comes and goes.
    #[serde(default, skip_serializing_if = "JoinsShown::is_default")]
    #[ts(optional, as = "Option<JoinsShown>")]
    pub joins: JoinsShown,
}

/// Changes of the roster that the host told after the whole of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ToldChange {
    /// The newest entry when they were told.
    pub at: Seq,
    /// Who came; not always all of them, see [`hearth_protocol::ROSTER_LISTED`].
    pub joined: Vec<Person>,
    /// Who went.
    pub left: Vec<MemberId>,
    /// How many are here now.
    pub online: u32,
}

/// What is wrong with what is kept of a room on this computer. Talking goes on; but while nothing can be kept, what is not
/// sent when the app ends is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeepTrouble {
    /// The disk is full. Keeping goes on by itself when there is room.
    Full,
    /// The file cannot be read or written. Keeping goes on by itself when it can.
    Damaged,
    /// Another program keeps the room in the same file. This one keeps nothing until its next start.
    InUse,
    /// A newer version of Hearth has written the file, which is left as it is. Nothing is kept.
    TooNew,
    /// The file was damaged and was put aside; a new one was begun, and keeping works. Told until the next start, since
    /// lines that were not sent before may be lost.
    SetAside,
}

/// A change of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum RoomUpdate {
    /// Forget what you know, or (`resumed`) go on from it.
    Snapshot {
        /// The room.
        #[serde(deserialize_with = "from_value")]
        room: Box<RoomSnapshot>,
    },
    /// The link changed.
    Status {
        /// How it stands.
        status: Status,
    },
    /// The host told the room's name and the user's place in it.
    Welcomed {
        /// The room's name.
        name: Option<String>,
        /// The user here.
        you: Option<You>,
        /// What the user may do here.
        #[serde(default, skip_serializing_if = "Role::is_member")]
        #[ts(optional, as = "Option<Role>")]
        role: Role,
        /// What members may do here.
        #[serde(default, skip_serializing_if = "Rules::is_usual")]
        #[ts(optional, as = "Option<Rules>")]
        rules: Rules,
        /// The host is of before what is said about lines.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(optional, as = "Option<bool>")]
        plain: bool,
        /// Whose room it is, where the host tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        owner: Option<MemberId>,
        /// The log; another one than before means that all entries known so far belong to a log that is no more.
        log: LogId,
        /// What fits.
        limits: Limits,
        /// The newest entry of `log` that the user has read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        read: Option<Seq>,
        /// What the user has typed for `log` and not sent yet.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        #[ts(optional, as = "Option<String>")]
        draft: String,
        /// What that is to be, if it is no line by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        strip: Option<Strip>,
        /// How much the list shows of who comes and goes.
        #[serde(default, skip_serializing_if = "JoinsShown::is_default")]
        #[ts(optional, as = "Option<JoinsShown>")]
        joins: JoinsShown,
    },
    /// What members may do was changed.
    Rules {
        /// It.
        rules: Rules,
    },
    /// Newer entries, oldest first. An entry with the id of an own act replaces it in place.
    Entries {
        /// The entries.
        #[serde(deserialize_with = "from_value")]
        entries: Vec<Entry>,
    },
    /// Older entries, or with `after` those that follow on a place, as asked for.
    Older {
        /// The page.
        #[serde(deserialize_with = "from_value")]
        page: Page,
        /// What is no longer kept, before and among its entries.
        gaps: Vec<Gap>,
    },
    /// What was said about lines of the answer that follows, or about any that are known. Entries, oldest first.
    About {
        /// The entries.
        #[serde(deserialize_with = "from_value")]
        entries: Vec<Entry>,
    },
    /// Single lines, as asked for.
    Lines {
        /// The lines.
        #[serde(deserialize_with = "from_value")]
        lines: Lines,
    },
    /// Some are writing.
    Typing {
        /// Who.
        members: Vec<MemberId>,
    },
    /// Lines that were searched for.
    Found {
        /// The lines.
        #[serde(deserialize_with = "from_value")]
        found: Found,
        /// Whether all that the room keeps was searched. If not: what is kept on this computer.
        whole: bool,
    },
    /// Whether the room can be kept on this computer has changed.
    Keeping {
        /// Why not; `None` when it can, as again when the disk has room.
        trouble: Option<KeepTrouble>,
    },
    /// Entries are missing for good.
    Gap {
        /// Which. Those that meet are one.
        gap: Gap,
    },
    /// An own act is new, or its state changed.
    Own {
        /// The act.
        act: OwnAct,
    },
    /// An own act was given up by the user.
    Dropped {
        /// Which.
        id: PostId,
    },
    /// The whole roster.
    People {
        /// Who is here.
        people: Vec<Person>,
        /// How many.
        online: u32,
        /// The newest entry that this knows of; `None` where nothing is told.
        at: Option<Seq>,
    },
    /// The roster changed, as the host told it: entries change it as well.
    Roster {
        /// Who came, or has another nickname.
        joined: Vec<Person>,
        /// Who went.
        left: Vec<MemberId>,
        /// How many are here now.
        online: u32,
    },
    /// The user's own nickname changed.
    You {
        /// The nickname as the room knows it.
        nickname: Nickname,
    },
    /// A rename was refused.
    RenameRefused {
        /// Why.
        reason: RefusalCode,
    },
}

/// Reads what has entries in it, which are read from JSON alone, out of the buffer of a tagged enum.
fn from_value<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(serde_json::Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

impl RoomUpdate {
    /// The update as the page gets it: of what it does not show, an entry has nothing but its place.
    pub fn for_page(mut self) -> Self {
        match &mut self {
            Self::Snapshot { room } => conceal(&mut room.entries),
            Self::Entries { entries } | Self::About { entries } => conceal(entries),
            Self::Older { page, .. } => conceal(&mut page.entries),
            Self::Found { found, .. } => conceal(&mut found.entries),
            Self::Lines { lines } => conceal(&mut lines.entries),
            _ => {}
        }
        self
    }
}

impl RoomSnapshot {
    /// The same of a room as it stands.
    pub(crate) fn for_page(mut self) -> Self {
        conceal(&mut self.entries);
        self
    }
}

fn conceal(entries: &mut [Entry]) {
    for entry in entries {
        if matches!(entry.body, Body::Unknown(_)) {
            entry.body = Body::Unknown(UnknownBody::default());
        }
    }
}

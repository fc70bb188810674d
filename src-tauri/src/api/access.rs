//! Access control of the hosted room crosses to the page as these types: password and invitations.

use hearth_host::InviteState;
use hearth_protocol::{InviteId, InviteRole, Nickname};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
    pub role: InviteRole,
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
    /// Who they are, as far as the room remembers; not all of many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Nickname>>")]
    pub people: Vec<Nickname>,
    /// Whether it is still good.
    pub state: InviteState,
    /// What stands behind `#` in its link. It holds the secret.
    pub fragment: String,
}

/// An invitation to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct InviteWish {
    /// What its people may do.
    pub role: InviteRole,
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

//! People of a room, and their roles: what each may do.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dialect::Dialect;
use crate::ids::MemberId;
use crate::nickname::Nickname;

/// Somebody who is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Person {
    /// Who.
    pub member: MemberId,
    /// Their nickname.
    pub nickname: Nickname,
    /// How they are connected.
    pub dialect: Dialect,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Role {
    /// Read and write.
    #[default]
    Member,
    /// Read.
    Reader,
}

impl Role {
    /// Whether it is the usual one.
    pub fn is_member(&self) -> bool {
        *self == Self::Member
    }
}

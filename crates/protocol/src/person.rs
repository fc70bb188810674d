//! People of a room, and their roles: what each may do.

use serde::{Deserialize, Deserializer, Serialize};
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

/// What somebody may do in a room; each may do more than those below it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Role {
    /// Everything: it is their room.
    Owner,
    /// Keep order, besides what members may do.
    Moderator,
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

    /// Whether it lets one do more than another.
    pub fn is_above(self, other: Self) -> bool {
        (self as u8) < (other as u8)
    }

    /// The role as it stands on the wire and on the disk.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Moderator => "moderator",
            Self::Member => "member",
            Self::Reader => "reader",
        }
    }

    /// The role of this name, if it is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Owner, Self::Moderator, Self::Member, Self::Reader]
            .into_iter()
            .find(|role| role.as_str() == name)
    }
}

/// Reads a role that a host tells. One that this version does not know is shown as a member's: that promises nothing beyond
/// what everybody may do, and the host, which knows better, refuses what it does not allow.
pub(crate) fn told_role<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Role, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(Role::from_name(&name).unwrap_or_default())
}

/// What an invitation makes of somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum InviteRole {
    /// Somebody who reads and writes.
    #[default]
    Member,
    /// Somebody who reads.
    Reader,
}

impl From<InviteRole> for Role {
    fn from(role: InviteRole) -> Self {
        match role {
            InviteRole::Member => Self::Member,
            InviteRole::Reader => Self::Reader,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_stand_one_above_the_other() {
        let down = [Role::Owner, Role::Moderator, Role::Member, Role::Reader];
        for (place, role) in down.into_iter().enumerate() {
            for (other_place, other) in down.into_iter().enumerate() {
                assert_eq!(role.is_above(other), place < other_place, "{role:?}, {other:?}");
            }
        }
    }

    #[test]
    fn roles_have_one_name_on_the_wire_and_on_the_disk() {
        for role in [Role::Owner, Role::Moderator, Role::Member, Role::Reader] {
            assert_eq!(serde_json::to_value(role).expect("JSON"), role.as_str());
            assert_eq!(Role::from_name(role.as_str()), Some(role));
        }
        assert_eq!(Role::from_name("janitor"), None);
        assert!(
            serde_json::from_str::<Role>("\"janitor\"").is_err(),
            "where it grants something it must be known"
        );
    }
}

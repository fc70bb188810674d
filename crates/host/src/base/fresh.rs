//! What a room cannot know by itself of who comes and goes: the new one's identity, and how somebody went.

use hearth_protocol::{MemberId, MemberToken};

use crate::base::random::random;

/// Fresh randomness for a member who is new.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// Who they are,
    pub member: MemberId,
    /// and what proves it.
    pub token: MemberToken,
}

impl Fresh {
    /// By the system's randomness.
    pub(crate) fn random() -> Self {
        Self { member: MemberId::from_random(random()), token: MemberToken::from_random(random()) }
    }
}

/// How somebody goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// They said so.
    OnPurpose,
    /// Their link broke; they may be back in a moment.
    Lost,
}

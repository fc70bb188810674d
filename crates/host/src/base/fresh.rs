//! What a room cannot know by itself of who comes and goes: the new one's identity, and how somebody went.

use hearth_protocol::{MemberId, MemberToken};

/// Fresh randomness for a member who is new.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// Who they are,
    pub member: MemberId,
    /// and what proves it.
    pub token: MemberToken,
}

/// How somebody goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// They said so.
    OnPurpose,
    /// Their link broke; they may be back in a moment.
    Lost,
}

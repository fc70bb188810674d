//! What a newcomer is granted, and who somebody was by their token (authentication).

use hearth_protocol::{InviteId, Role};

/// As what somebody comes in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) role: Role,
    /// The invitation that they come by.
    pub(crate) invite: Option<InviteId>,
}

/// Who somebody was by their token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known<'a> {
    /// Nobody that the room knows.
    No,
    /// A member, and as what they came in.
    By(&'a Grant),
}

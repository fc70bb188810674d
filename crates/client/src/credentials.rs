//! Credentials: what lets somebody into a room that is not open to all.

use hearth_protocol::Secret;

/// What lets in somebody who is no member yet. Members come back by their token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The secret of an invitation.
    pub secret: Option<Secret>,
    /// The room's password, as it was typed.
    pub password: Option<Secret>,
}

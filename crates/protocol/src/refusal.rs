//! Refusal codes: why a host says no.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The reason of a refusal, in a form that programs read; people get words in their own language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RefusalCode {
    /// The frame is not JSON, or a field is missing or of the wrong type.
    Malformed,
    /// The frame's `type` is not one of version 1.
    UnknownType,
    /// A hello was expected, or came twice.
    HelloExpected,
    /// Nothing visible is left of the nickname.
    NicknameEmpty,
    /// The nickname is longer than the limit.
    NicknameTooLong,
    /// The text is blank.
    TextEmpty,
    /// The text is longer than the limit.
    TextTooLong,
    /// Too many messages in a short time; `retry_after_ms` says when to try again.
    RateLimited,
    /// The room has no place left.
    RoomFull,
    /// Too many connections from one address.
    AddressLimit,
    /// The web page's origin is not let in.
    Origin,
    /// The host is reached under a name that is not its own.
    HostName,
    /// The host cannot store: its disk is full or its log is damaged.
    Storage,
    /// The room needs an invitation, and none was given.
    InviteNeeded,
    /// The room needs an invitation or its password, and neither was given.
    PasswordNeeded,
    /// There is no such invitation.
    InviteUnknown,
    /// The invitation's time is over.
    InviteExpired,
    /// The owner has taken the invitation back.
    InviteRevoked,
    /// As many people as it was made for have come by the invitation.
    InviteUsedUp,
    /// The password is not the room's.
    PasswordWrong,
    /// Too many wrong secrets came from the address; `retry_after_ms` says when the next is looked at.
    TooManyGuesses,
    /// The sender may read only.
    ReadOnly,
    /// There is no such line, or it was taken away.
    LineGone,
    /// The line is somebody else's.
    NotYours,
    /// The line has as many reactions, or was changed as often, as fits; or as many are pinned.
    TooMany,
    /// The owner and moderators alone may do this.
    OwnersOnly,
    /// A reason that this version does not know.
    #[serde(other)]
    Other,
}

impl RefusalCode {
    /// The code as it stands on the wire and in the refusal header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownType => "unknown_type",
            Self::HelloExpected => "hello_expected",
            Self::NicknameEmpty => "nickname_empty",
            Self::NicknameTooLong => "nickname_too_long",
            Self::TextEmpty => "text_empty",
            Self::TextTooLong => "text_too_long",
            Self::RateLimited => "rate_limited",
            Self::RoomFull => "room_full",
            Self::AddressLimit => "address_limit",
            Self::Origin => "origin",
            Self::HostName => "host_name",
            Self::Storage => "storage",
            Self::InviteNeeded => "invite_needed",
            Self::PasswordNeeded => "password_needed",
            Self::InviteUnknown => "invite_unknown",
            Self::InviteExpired => "invite_expired",
            Self::InviteRevoked => "invite_revoked",
            Self::InviteUsedUp => "invite_used_up",
            Self::PasswordWrong => "password_wrong",
            Self::TooManyGuesses => "too_many_guesses",
            Self::ReadOnly => "read_only",
            Self::LineGone => "line_gone",
            Self::NotYours => "not_yours",
            Self::TooMany => "too_many",
            Self::OwnersOnly => "owners_only",
            Self::Other => "other",
        }
    }

    /// Reads a refusal header.
    pub fn from_wire(code: &str) -> Self {
        serde_json::from_value(code.into()).unwrap_or(Self::Other)
    }
}

/// What a client asked for that can be refused without ending the connection, beside acts with an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Asked {
    /// Another nickname, by a rename without an id.
    Rename,
    /// Entries from the past.
    History,
    /// A search.
    Search,
    /// Single lines.
    Lines,
    /// Something that this version does not know.
    #[serde(other)]
    Other,
}

/// How long to wait before a refused request is made again, as `retry_after_ms` tells it: whole milliseconds, at least one.
/// It is rounded up, so that whoever waits as long as told is not refused once more.
pub fn retry_after_ms(wait: Duration) -> u32 {
    u32::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_json_and_in_the_header() {
        for code in
            [RefusalCode::Malformed, RefusalCode::AddressLimit, RefusalCode::HostName, RefusalCode::Other]
        {
            assert_eq!(serde_json::to_value(code).expect("json"), code.as_str());
            assert_eq!(RefusalCode::from_wire(code.as_str()), code);
        }
        assert_eq!(RefusalCode::from_wire("from the future"), RefusalCode::Other);
    }

    #[test]
    fn a_wait_that_is_told_is_never_too_short() {
        let told = |nanos| retry_after_ms(Duration::from_nanos(nanos));
        assert_eq!([told(0), told(1), told(1_000_000), told(1_000_001)], [1, 1, 1, 2]);
        assert_eq!(told(199_999_999), 200);
        assert_eq!(retry_after_ms(Duration::MAX), u32::MAX);
    }
}

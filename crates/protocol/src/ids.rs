//! Identifiers. Each is a type of its own, so that one is never passed where another is meant.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;
use uuid::Uuid;

/// Why a string or number is not an id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// A sequence number beyond what JSON numbers carry exactly.
    #[error("sequence number {0} is beyond 2^53 - 1")]
    SeqTooLarge(u64),
    /// An id is empty, too long, or has characters outside `A-Z a-z 0-9 - _`.
    #[error("an id has 1 to 64 characters of A-Z a-z 0-9 - _")]
    Shape,
    /// A secret is empty or too long.
    #[error("a secret has 1 to 256 bytes")]
    Secret,
    /// Not 128 bits in base64url: something was cut off, or changed.
    #[error("this is not the 22 characters that it must be")]
    Digits,
}

/// An entry's place in its log: strictly increasing, possibly with gaps, never used twice. 0 is "before the first".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "u64", into = "u64")]
#[ts(export, type = "number")]
pub struct Seq(u64);

impl Seq {
    /// Before the first entry.
    pub const ZERO: Self = Self(0);
    /// The largest integer that a JSON number carries exactly in every client (RFC 8259, section 6).
    pub const MAX: Self = Self((1 << 53) - 1);

    /// The number itself.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The next number.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl TryFrom<u64> for Seq {
    type Error = IdError;

    fn try_from(value: u64) -> Result<Self, IdError> {
        if value <= Self::MAX.0 { Ok(Self(value)) } else { Err(IdError::SeqTooLarge(value)) }
    }
}

impl From<Seq> for u64 {
    fn from(seq: Seq) -> Self {
        seq.0
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The longest id in characters.
const MAX_ID: usize = 64;

fn checked(value: &str) -> Result<(), IdError> {
    let fits = (1..=MAX_ID).contains(&value.len());
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if fits && plain { Ok(()) } else { Err(IdError::Shape) }
}

macro_rules! string_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(try_from = "String", into = "String")]
        #[ts(export, type = "string")]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes 1 to 64 characters of `A-Z a-z 0-9 - _`.
            pub fn new(value: &str) -> Result<Self, IdError> {
                checked(value)?;
                Ok(Self(value.into()))
            }

            /// Makes an id of 128 random bits, written in hexadecimal.
            pub fn from_random(bits: u128) -> Self {
                Self(format!("{bits:032x}").into())
            }

            /// The id as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(value: String) -> Result<Self, IdError> {
                checked(&value)?;
                Ok(Self(value.into()))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }
    };
}

macro_rules! shown {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

string_id! {
    /// A member of a room, as everybody may know them. Made by the host.
    MemberId
}
string_id! {
    /// What proves to the host that a connection is a certain member. A secret: it never stands in a log.
    MemberToken
}
string_id! {
    /// An invitation, as its owner may name it. It is not its secret.
    InviteId
}
string_id! {
    /// The life of a log. It changes when the log starts anew, so that a cursor of the old one is not mistaken.
    LogId
}
string_id! {
    /// What a host asks a client to say where it dials it: by it the host knows for which probe somebody arrives.
    ProbeNonce
}
shown!(MemberId);
shown!(LogId);
shown!(InviteId);
shown!(ProbeNonce);

impl fmt::Debug for MemberToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberToken(hidden)")
    }
}

/// The client's own id of what it posts: a `UUIDv7` (RFC 9562, section 5.7). Sending one again gives the same ack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[ts(export, type = "string")]
pub struct PostId(Uuid);

impl PostId {
    /// Wraps a UUID of any version: the host only needs it to be the sender's own and unique.
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

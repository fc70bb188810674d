//! Whether a room is open, and its password. Pure, but for the time that a password takes.

use std::fmt;

use argon2::password_hash::{PasswordHash as Parsed, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use hearth_protocol::Secret;
use serde::{Deserialize, Serialize};

/// Memory for one look at a password, in KiB, and how often it is gone through: what OWASP asks for
/// (Password Storage Cheat Sheet, Argon2id).
const MEMORY_KIB: u32 = 19 * 1024;
const ROUNDS: u32 = 2;

/// How many passwords are looked at at once: each takes [`MEMORY_KIB`] and a processor.
pub(crate) const AT_ONCE: usize = 2;

/// Who may come into a room, for its owner to see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Whether it needs an invitation, or the password if there is one. Members come back without.
    pub closed: bool,
    /// Whether it has a password.
    pub password: bool,
}

/// The same as it is kept with the room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Locks {
    pub(crate) closed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password: Option<PasswordHash>,
}

impl Locks {
    pub(crate) fn access(&self) -> Access {
        Access { closed: self.closed, password: self.password.is_some() }
    }
}

/// What is kept of a password: its Argon2id, with its salt and its cost (the PHC string format).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct PasswordHash(String);

impl PasswordHash {
    /// Takes tens of milliseconds, and [`MEMORY_KIB`].
    pub(crate) fn of(password: &Secret, salt: u128) -> Self {
        let salt = SaltString::encode_b64(&salt.to_le_bytes()).expect("16 bytes are a salt");
        let hash = argon2().hash_password(password.reveal().as_bytes(), &salt);
        Self(hash.expect("a secret is of a length that can be hashed").to_string())
    }

    /// Whether it is of this password. Takes as long as [`Self::of`].
    pub(crate) fn is_of(&self, password: &Secret) -> bool {
        let Ok(parsed) = Parsed::new(&self.0) else { return false };
        argon2().verify_password(password.reveal().as_bytes(), &parsed).is_ok()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, ROUNDS, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_nothing_of_it_is_kept() {
        let password = Secret::new("芝麻开门").expect("a password");
        let hash = PasswordHash::of(&password, 7);
        assert!(hash.is_of(&password));
        assert!(!hash.is_of(&Secret::new("芝麻开门 ").expect("another")));
        assert_ne!(hash, PasswordHash::of(&password, 8), "each has a salt of its own");
        let kept = serde_json::to_string(&Locks { closed: true, password: Some(hash) }).expect("JSON");
        assert!(kept.contains("$argon2id$v=19$m=19456,t=2,p=1$") && !kept.contains("芝麻"), "{kept}");
        let read: Locks = serde_json::from_str(&kept).expect("read");
        assert!(read.password.expect("one").is_of(&password));
    }

    #[test]
    fn what_is_no_hash_is_of_no_password() {
        assert!(!PasswordHash("$argon2id$".to_owned()).is_of(&Secret::new("x").expect("a password")));
    }
}

//! A password, of which its Argon2id is kept (authentication). Pure, but for the time that it takes.

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
    fn what_is_no_hash_is_of_no_password() {
        assert!(!PasswordHash("$argon2id$".to_owned()).is_of(&Secret::new("x").expect("a password")));
    }
}

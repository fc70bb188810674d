//! What lets somebody into a room that is not open to all: secrets, and the hash of the key by which a host is known.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::IdError;

/// The longest secret in bytes: a password of many words.
const MAX_SECRET: usize = 256;

/// Characters of 128 bits in base64url without padding (RFC 4648, section 5).
const DIGITS: usize = 22;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What an invitation link carries, or a password. It never stands in a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(export, type = "string")]
pub struct Secret(Box<str>);

impl Secret {
    /// Takes 1 to 256 bytes of text.
    pub fn new(value: &str) -> Result<Self, IdError> {
        if (1..=MAX_SECRET).contains(&value.len()) { Ok(Self(value.into())) } else { Err(IdError::Secret) }
    }

    /// The secret of an invitation: 128 random bits.
    pub fn from_random(bits: u128) -> Self {
        Self(digits(bits).into())
    }

    /// Takes the secret of an invitation, as [`Self::from_random`] writes it.
    pub fn of_invitation(value: &str) -> Result<Self, IdError> {
        if is_digits(value) { Ok(Self(value.into())) } else { Err(IdError::Digits) }
    }

    /// What it is. For the one who checks it, and for whoever it is handed to.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl TryFrom<String> for Secret {
    type Error = IdError;

    fn try_from(value: String) -> Result<Self, IdError> {
        Self::new(&value)
    }
}

impl From<Secret> for String {
    fn from(secret: Secret) -> Self {
        secret.0.into()
    }
}

/// The key by which a room's host is known: the first 128 bits of the SHA-256 of its public key, as a certificate has it
/// (RFC 5280, section 4.1.2.7, the whole `SubjectPublicKeyInfo` in DER). Whoever has seen it once is not deceived later.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(export, type = "string")]
pub struct KeyHash(Box<str>);

impl KeyHash {
    /// Takes it as it stands in links.
    pub fn new(value: &str) -> Result<Self, IdError> {
        if is_digits(value) { Ok(Self(value.into())) } else { Err(IdError::Digits) }
    }

    /// Takes the first 16 of the 32 bytes of a SHA-256.
    pub fn of_sha256(hash: &[u8; 32]) -> Self {
        let bits = hash[..16].iter().fold(0, |bits, &byte| bits << 8 | u128::from(byte));
        Self(digits(bits).into())
    }

    /// As it stands in links: 22 characters of base64url.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for KeyHash {
    type Error = IdError;

    fn try_from(value: String) -> Result<Self, IdError> {
        Self::new(&value)
    }
}

impl From<KeyHash> for String {
    fn from(key: KeyHash) -> Self {
        key.0.into()
    }
}

/// 128 bits in base64url.
fn digits(bits: u128) -> String {
    let digit = |place: usize| {
        let shift = 122 - 6 * i32::try_from(place).unwrap_or_default();
        let six = if shift < 0 { bits << -shift } else { bits >> shift } & 63;
        char::from(ALPHABET[usize::try_from(six).unwrap_or_default()])
    };
    (0..DIGITS).map(digit).collect()
}

/// Whether it is what [`digits`] writes: nothing is left over in the last character.
fn is_digits(text: &str) -> bool {
    let last = |digit| ALPHABET.iter().position(|&d| d == digit).is_some_and(|value| value % 16 == 0);
    text.len() == DIGITS
        && text.bytes().all(|digit| ALPHABET.contains(&digit))
        && text.bytes().last().is_some_and(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_written_as_base64url_writes_them() {
        // RFC 4648: the bytes 00 01 … 0f, and all ones.
        assert_eq!(digits(0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f), "AAECAwQFBgcICQoLDA0ODw");
        assert_eq!(digits(u128::MAX), "_____________________w");
        let mut hash = [0xff; 32];
        hash[0] = 0;
        assert_eq!(KeyHash::of_sha256(&hash).as_str(), digits(u128::MAX >> 8));
    }

    #[test]
    fn what_is_cut_off_or_changed_is_no_secret_of_an_invitation() {
        let whole = Secret::from_random(u128::MAX / 3);
        assert_eq!(Secret::of_invitation(whole.reveal()), Ok(whole.clone()));
        let cut = &whole.reveal()[..21];
        for bad in ["", cut, &format!("{cut}é"), &format!("{cut}x"), &format!("{}A", whole.reveal())] {
            assert_eq!(Secret::of_invitation(bad), Err(IdError::Digits), "{bad}");
            assert_eq!(KeyHash::new(bad), Err(IdError::Digits), "{bad}");
        }
    }

    #[test]
    fn a_secret_is_hidden_and_bounded() {
        let secret = Secret::new("芝麻开门").expect("a password");
        assert_eq!(format!("{secret:?}"), "Secret(hidden)");
        assert_eq!(Secret::new(""), Err(IdError::Secret));
        assert_eq!(Secret::new(&"x".repeat(257)), Err(IdError::Secret));
    }
}

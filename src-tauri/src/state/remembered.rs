//! Remembered rooms are those to join again at the next start, and those that were left lately; this is their file.

use std::io;
use std::path::Path;

use hearth_protocol::{KeyHash, MemberToken, Secret};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::files::private_file;

/// A room that the user has joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RememberedRoom {
    /// Its address in full.
    pub(crate) url: String,
    /// Its name, as far as known.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// What makes the host know the user again. A secret.
    #[serde(default)]
    pub(crate) token: Option<MemberToken>,
    /// The key that its host must have, as the link said.
    #[serde(default)]
    pub(crate) key: Option<KeyHash>,
    /// The secret of the invitation that the user came by: a host that has lost its members asks for it again.
    #[serde(default)]
    pub(crate) secret: Option<Secret>,
    /// Where it is kept on this computer: the name of its file. A room from before rooms were kept has none yet.
    #[serde(default)]
    pub(crate) kept: Option<Uuid>,
}

/// All that are remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// Those that the user is in.
    pub(crate) rooms: Vec<RememberedRoom>,
    /// Those that the user has left, the last one first.
    #[serde(default)]
    pub(crate) left: Vec<RememberedRoom>,
}

/// Reads the rooms; none when the file is missing or damaged.
pub(crate) fn read(path: &Path) -> Remembered {
    private_file::read_or_set_aside(path, |json| serde_json::from_str(json))
}

/// Keeps the rooms.
pub(crate) fn write(path: &Path, remembered: &Remembered) -> io::Result<()> {
    let content = serde_json::to_string_pretty(remembered).map_err(io::Error::other)?;
    private_file::write(path, content.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_come_back_as_they_were() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rooms.json");
        let rooms = vec![
            RememberedRoom {
                url: "ws://192.168.1.23:8080".to_owned(),
                name: Some("围炉夜话".to_owned()),
                token: Some(MemberToken::from_random(7)),
                key: Some(KeyHash::of_sha256(&[7; 32])),
                secret: Some(Secret::from_random(7)),
                kept: Some(Uuid::from_u128(7)),
            },
            RememberedRoom {
                url: "wss://example.org/chat".to_owned(),
                name: None,
                token: None,
                key: None,
                secret: None,
                kept: None,
            },
        ];
        let remembered = Remembered { left: rooms.iter().rev().cloned().collect(), rooms };
        write(&path, &remembered).expect("written");
        assert_eq!(read(&path), remembered);
    }

    #[test]
    fn a_file_of_an_earlier_version_has_left_no_rooms() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rooms.json");
        std::fs::write(&path, r#"{ "rooms": [{ "url": "ws://h:8080" }] }"#).expect("written");
        let Remembered { rooms, left } = read(&path);
        assert_eq!((rooms.len(), left.len()), (1, 0));
    }

    #[test]
    fn a_damaged_file_gives_no_rooms_and_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rooms.json");
        std::fs::write(&path, "{\"rooms\": [{\"url\"").expect("written");
        assert_eq!(read(&path), Remembered::default());
        assert!(folder.path().join("rooms.json.damaged").exists());
    }
}

//! The settings file holds the settings between two starts: TOML that a person can read and edit.

use std::path::Path;
use std::{fs, io};

use hearth_protocol::Nickname;

use crate::api::settings::{Language, Settings, ZOOM};
use crate::files::private_file;

/// Reads the settings; the defaults when there are none yet or the file is damaged.
pub(crate) fn read(path: &Path) -> Settings {
    let mut settings = private_file::read_or_set_aside(path, |text| toml::from_str::<Settings>(text));
    // A hand-edited nickname is brought into the form that every host accepts.
    settings.nickname = Nickname::truncated(&settings.nickname).map(String::from).unwrap_or_default();
    settings.zoom = settings.zoom.clamp(*ZOOM.start(), *ZOOM.end());
    settings
}

/// The language that was chosen, for who cannot use the settings otherwise, and must not change their file.
pub(crate) fn language(path: &Path) -> Language {
    let settings = fs::read_to_string(path).ok().and_then(|text| toml::from_str::<Settings>(&text).ok());
    settings.unwrap_or_default().language
}

/// Keeps the settings.
pub(crate) fn write(path: &Path, settings: &Settings) -> io::Result<()> {
    let content = toml::to_string_pretty(settings).map_err(io::Error::other)?;
    private_file::write(path, content.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::hosting::{HostChoice, Reach};
    use crate::api::rooms::RoomId;
    use crate::api::settings::{Closing, SendKey, Theme};

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    #[test]
    fn settings_come_back_as_they_were() {
        let folder = folder();
        let path = folder.path().join("settings.toml");
        let settings = Settings {
            nickname: "阿明 \"quoted\"".to_owned(),
            language: Language::ZhCn,
            theme: Theme::Dark,
            send_key: SendKey::CtrlEnter,
            show_typing: false,
            closing: Closing::Keep,
            keep_awake: false,
            nearby: false,
            zoom: 125,
            host: HostChoice {
                room: Some(RoomId("a-room".to_owned())),
                name: "周五\u{1f525}".to_owned(),
                port: 9000,
                reach: Reach::Computer,
                foreign_pages: true,
                outside: true,
            },
        };
        write(&path, &settings).expect("written");
        assert_eq!(read(&path), settings);
    }

    #[test]
    fn a_file_with_a_single_line_is_enough() {
        let folder = folder();
        let path = folder.path().join("settings.toml");
        fs::write(&path, "theme = \"light\"\nadded_by_a_later_version = 1\n").expect("written");
        assert_eq!(read(&path), Settings { theme: Theme::Light, ..Settings::default() });
    }

    #[test]
    fn a_size_edited_by_hand_can_be_read() {
        let folder = folder();
        let path = folder.path().join("settings.toml");
        for (written, read_as) in [(7, 80), (110, 110), (3000, 200)] {
            fs::write(&path, format!("zoom = {written}\n")).expect("written");
            assert_eq!(read(&path).zoom, read_as);
        }
    }

    #[test]
    fn the_language_is_found_without_a_change_of_the_file() {
        let folder = folder();
        let path = folder.path().join("settings.toml");
        assert_eq!(language(&path), Language::System);
        for (tag, chosen) in [("zh-CN", Language::ZhCn), ("zh-TW", Language::ZhTw), ("en", Language::En)] {
            fs::write(&path, format!("language = \"{tag}\"\n")).expect("written");
            assert_eq!(language(&path), chosen);
        }
        fs::write(&path, "language = \"zh").expect("written");
        assert_eq!(language(&path), Language::System);
        assert!(path.exists(), "it is where it was");
    }

    #[test]
    fn a_nickname_edited_by_hand_is_normalised() {
        let folder = folder();
        let path = folder.path().join("settings.toml");
        fs::write(&path, "nickname = \"  阿\\u200b明  \"\n").expect("written");
        assert_eq!(read(&path).nickname, "阿明");
    }

    #[test]
    fn a_damaged_file_is_kept_and_the_defaults_are_used() {
        let folder = folder();
        let path = folder.path().join("settings.toml");
        fs::write(&path, "theme = \"da").expect("written");
        assert_eq!(read(&path), Settings::default());
        write(&path, &Settings::default()).expect("written");
        let aside = folder.path().join("settings.toml.damaged");
        assert_eq!(fs::read_to_string(aside).expect("kept"), "theme = \"da");
    }
}

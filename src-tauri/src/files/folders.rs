//! The app's folders follow the system's rules (XDG base directories, and their peers elsewhere).

use std::io;
use std::path::PathBuf;

use directories::ProjectDirs;
use uuid::Uuid;

use crate::files::private_file::private_folder;

/// The app's folders: `$XDG_CONFIG_HOME/hearth`, `$XDG_DATA_HOME/hearth`, `$XDG_STATE_HOME/hearth/logs`, or their
/// peers on Windows and macOS.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    config: PathBuf,
    data: PathBuf,
    /// Log files.
    pub(crate) logs: PathBuf,
}

impl Folders {
    /// Finds the folders and makes those that are missing, for this user alone.
    pub(crate) fn open() -> io::Result<Self> {
        let project = ProjectDirs::from("chat", "Hearth", "Hearth")
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "this user has no home folder"))?;
        let state = project.state_dir().unwrap_or_else(|| project.data_local_dir());
        let folders = Self {
            config: project.config_dir().to_path_buf(),
            data: project.data_dir().to_path_buf(),
            logs: state.join("logs"),
        };
        for folder in
            [&folders.config, &folders.data, &folders.own_rooms(), &folders.joined_rooms(), &folders.logs]
        {
            private_folder(folder)?;
        }
        Ok(folders)
    }

    /// What the user has chosen.
    pub(crate) fn settings_file(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// The rooms to join again.
    pub(crate) fn rooms_file(&self) -> PathBuf {
        self.data.join("rooms.json")
    }

    /// The rooms of one's own.
    pub(crate) fn own_rooms(&self) -> PathBuf {
        self.data.join("rooms")
    }

    /// Where a room that the user has joined is kept.
    pub(crate) fn joined_room(&self, kept: Uuid) -> PathBuf {
        self.joined_rooms().join(format!("{kept}.db"))
    }

    fn joined_rooms(&self) -> PathBuf {
        self.data.join("joined")
    }

    /// The window's size and place.
    pub(crate) fn window_file(&self) -> PathBuf {
        self.data.join("window.json")
    }

    /// What the web view itself stores.
    pub(crate) fn webview(&self) -> PathBuf {
        self.data.join("webview")
    }
}

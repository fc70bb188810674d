//! The app's folders follow the system's rules (XDG base directories, and their peers elsewhere).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use thiserror::Error;
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

/// Why the app has no folders.
#[derive(Debug, Error)]
pub(crate) enum FolderError {
    /// The system does not know this user's home folder.
    #[error("this user has no home folder")]
    NoHome,
    /// One of them cannot be made or used.
    #[error("{}: {source}", path.display())]
    Unusable {
        /// What has to be mended: the folder itself, or the file or folder above that stands in its way.
        path: PathBuf,
        source: io::Error,
    },
}

impl FolderError {
    /// What hinders a folder that cannot be used is the first that is there on the way up from it.
    pub(crate) fn of(folder: &Path, source: io::Error) -> Self {
        let there = folder.ancestors().find(|path| fs::symlink_metadata(path).is_ok());
        Self::Unusable { path: there.unwrap_or(folder).to_path_buf(), source }
    }
}

impl Folders {
    /// Finds the folders.
    pub(crate) fn find() -> Result<Self, FolderError> {
        let project = ProjectDirs::from("chat", "Hearth", "Hearth").ok_or(FolderError::NoHome)?;
        let state = project.state_dir().unwrap_or_else(|| project.data_local_dir());
        Ok(Self {
            config: project.config_dir().to_path_buf(),
            data: project.data_dir().to_path_buf(),
            logs: state.join("logs"),
        })
    }

    /// Makes those that are missing, for this user alone.
    pub(crate) fn make(&self) -> Result<(), FolderError> {
        for folder in [&self.config, &self.data, &self.own_rooms(), &self.joined_rooms(), &self.logs] {
            private_folder(folder).map_err(|error| FolderError::of(folder, error))?;
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn in_the_way(folder: &Path) -> PathBuf {
        let error = private_folder(folder).expect_err("it cannot be made");
        match FolderError::of(folder, error) {
            FolderError::Unusable { path, .. } => path,
            FolderError::NoHome => panic!("there is a folder"),
        }
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("data");
        fs::write(&file, "").expect("written");
        assert_eq!(in_the_way(&file), file);
        assert_eq!(in_the_way(&file.join("hearth/rooms")), file);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("hearth");
        std::os::unix::fs::symlink(folder.path().join("gone/away"), &link).expect("a link");
        assert_eq!(in_the_way(&link.join("rooms")), link);
    }
}

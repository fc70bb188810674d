//! The user's own rooms are files in a folder: this one lists them, and does what can be done with one that is not
//! hosted.

use std::path::{Path, PathBuf};
use std::{fs, io};

use hearth_log::{SqliteLog, Summary};
use hearth_protocol::LogId;
use jiff::Timestamp;
use tauri::async_runtime::spawn_blocking;
use tauri_plugin_dialog::DialogExt;
use uuid::Uuid;

use crate::api::error::{AppError, system};
use crate::api::hosting::{OwnRoom, Retention, RoomProblem};
use crate::api::rooms::RoomId;
use crate::shell::Shell;

/// What the name of a room's file ends with.
const ENDING: &str = "db";

/// What the name of the file beside it with the owner's unsent lines ends with.
const LINES_ENDING: &str = "lines";

const MEBIBYTE: u64 = 1024 * 1024;

/// The folder of the rooms.
#[derive(Debug, Clone)]
pub(crate) struct OwnRooms {
    folder: PathBuf,
}

impl OwnRooms {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Those of this app.
    pub(crate) fn of(shell: &Shell) -> Self {
        Self::new(shell.folders.own_rooms())
    }

    /// The rooms, the one used last first. Looks into each file.
    pub(crate) fn list(&self) -> Vec<OwnRoom> {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|file| file.path());
        let rooms = files.filter(|file| file.extension().is_some_and(|ending| ending == ENDING));
        let mut rooms: Vec<(Option<Timestamp>, OwnRoom)> = rooms.filter_map(|file| look(&file)).collect();
        rooms.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.id.0.cmp(&other.id.0)));
        rooms.into_iter().map(|(_, room)| room).collect()
    }

    /// A name that no room has.
    pub(crate) fn new_id() -> RoomId {
        RoomId(Uuid::now_v7().to_string())
    }

    /// Where a room is kept. The page says which: only what can be a room's name leads anywhere.
    pub(crate) fn file(&self, id: &RoomId) -> Result<PathBuf, AppError> {
        let is_name = (1..=64).contains(&id.0.len())
            && id.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !is_name {
            return Err(AppError::UnknownRoom);
        }
        Ok(self.folder.join(format!("{}.{ENDING}", id.0)))
    }

    /// Where the user's own lines stand that their room, hosted here, does not have yet.
    pub(crate) fn lines_file(&self, id: &RoomId) -> Result<PathBuf, AppError> {
        Ok(self.file(id)?.with_extension(LINES_ENDING))
    }

    /// Opens a room, or makes it under this name.
    pub(crate) fn open(&self, id: &RoomId, name: &str) -> Result<SqliteLog, AppError> {
        let file = self.file(id)?;
        let log = LogId::from_random(Uuid::new_v4().as_u128());
        Ok(SqliteLog::open_or_create(&file, &log, name)?)
    }

    /// Makes a room of an export.
    pub(crate) fn import(&self, from: &Path) -> Result<RoomId, AppError> {
        let id = Self::new_id();
        let export = fs::File::open(from).map_err(|error| unreadable(from, &error))?;
        let log = LogId::from_random(Uuid::new_v4().as_u128());
        match hearth_log::import(io::BufReader::new(export), &self.file(&id)?, &log) {
            Ok(_) => Ok(id),
            Err(hearth_log::ImportError::Open(error)) => Err(error.into()),
            Err(error) => Err(unreadable(from, &error)),
        }
    }

    pub(crate) fn delete(&self, id: &RoomId) -> Result<(), AppError> {
        hearth_log::delete(&self.file(id)?)?;
        let lines = self.lines_file(id)?;
        hearth_client::forget_room(&lines).map_err(|error| unreadable(&lines, &error))
    }

    pub(crate) fn set_aside(&self, id: &RoomId) -> Result<(), AppError> {
        hearth_log::set_aside(&self.file(id)?)?;
        Ok(())
    }
}

/// Looks which rooms of one's own there are, and tells the page.
pub(crate) async fn list(shell: &Shell) {
    let rooms = OwnRooms::of(shell);
    match spawn_blocking(move || rooms.list()).await {
        Ok(listed) => shell.state().set_own_rooms(listed),
        Err(error) => tracing::error!(%error, "the rooms cannot be listed"),
    }
}

/// Looks anew at one of them, which is hosted and grows.
pub(crate) async fn look_again_at(shell: &Shell, id: RoomId) {
    let Ok(file) = OwnRooms::of(shell).file(&id) else { return };
    let Ok(Some((_, room))) = spawn_blocking(move || look(&file)).await else { return };
    shell.state().set_own_room(room);
}

/// Deletes a room of one's own, which is not hosted.
pub(crate) async fn delete(shell: &Shell, id: RoomId) -> Result<(), AppError> {
    change(shell, move |rooms| rooms.delete(&id)).await
}

/// Sets a damaged room of one's own aside: it is kept under another name, and no longer listed.
pub(crate) async fn set_aside(shell: &Shell, id: RoomId) -> Result<(), AppError> {
    change(shell, move |rooms| rooms.set_aside(&id)).await
}

async fn change(
    shell: &Shell,
    act: impl FnOnce(&OwnRooms) -> Result<(), AppError> + Send + 'static,
) -> Result<(), AppError> {
    let rooms = OwnRooms::of(shell);
    let outcome = spawn_blocking(move || act(&rooms)).await.map_err(system)?;
    list(shell).await;
    outcome
}

/// Lets the user choose an export, and makes a room of it; `None` when they choose none.
pub(crate) async fn import(shell: &Shell) -> Result<Option<RoomId>, AppError> {
    let (chosen, choice) = tokio::sync::oneshot::channel();
    shell.app.dialog().file().add_filter("JSON Lines", &["jsonl"]).pick_file(move |file| {
        let _ = chosen.send(file);
    });
    let Some(file) = choice.await.ok().flatten() else { return Ok(None) };
    let file = file.into_path().map_err(system)?;
    let rooms = OwnRooms::of(shell);
    let id = spawn_blocking(move || rooms.import(&file)).await.map_err(system)??;
    list(shell).await;
    Ok(Some(id))
}

/// Shows where a room of one's own is kept.
pub(crate) fn reveal(shell: &Shell, id: &RoomId) -> Result<(), AppError> {
    tauri_plugin_opener::reveal_item_in_dir(OwnRooms::of(shell).file(id)?).map_err(system)
}

fn look(file: &Path) -> Option<(Option<Timestamp>, OwnRoom)> {
    let id = RoomId(file.file_stem()?.to_str()?.to_owned());
    let bytes = fs::metadata(file).map_or(0, |file| file.len());
    Some(match Summary::of(file) {
        Ok(Summary { name, bytes, last_at, retention, .. }) => {
            let retention = in_mebibytes(retention);
            let room = OwnRoom {
                id,
                name,
                bytes,
                last_at: last_at.map(|at| at.to_string()),
                retention,
                problem: None,
            };
            (last_at, room)
        }
        Err(error) => {
            let (name, problem) = (id.0.clone(), Some(error.into()));
            (None, OwnRoom { id, name, bytes, last_at: None, retention: Retention::default(), problem })
        }
    })
}

fn in_mebibytes(hearth_log::Retention { days, bytes }: hearth_log::Retention) -> Retention {
    let mebibytes = bytes.map(|bytes| u32::try_from(bytes.div_ceil(MEBIBYTE)).unwrap_or(u32::MAX));
    Retention { days, mebibytes }
}

/// The same as the log counts it.
pub(crate) fn in_bytes(Retention { days, mebibytes }: Retention) -> hearth_log::Retention {
    hearth_log::Retention { days, bytes: mebibytes.map(|mebibytes| u64::from(mebibytes) * MEBIBYTE) }
}

fn unreadable(file: &Path, error: &dyn std::error::Error) -> AppError {
    AppError::Room {
        problem: RoomProblem::System { file: file.display().to_string(), message: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rooms_name_leads_into_the_folder_and_nowhere_else() {
        let rooms = OwnRooms::new(PathBuf::from("/rooms"));
        let file = |id: &str| rooms.file(&RoomId(id.to_owned()));
        assert_eq!(file("a-1"), Ok(PathBuf::from("/rooms/a-1.db")));
        for id in ["", "../settings", "a/b", "a.db", "\u{0}", "..", &"x".repeat(65)] {
            assert_eq!(file(id), Err(AppError::UnknownRoom), "{id:?}");
        }
    }

    #[test]
    fn rooms_are_listed_with_what_is_wrong_with_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let rooms = OwnRooms::new(folder.path().to_owned());
        assert_eq!(rooms.list(), []);
        drop(rooms.open(&RoomId("sound".to_owned()), "读书会").expect("made"));
        fs::write(folder.path().join("spoilt.db"), "no room at all").expect("written");
        fs::write(folder.path().join("note.txt"), "not a room").expect("written");
        let listed = rooms.list();
        assert_eq!(listed.len(), 2, "{listed:?}");
        let sound = listed.iter().find(|room| room.id.0 == "sound").expect("listed");
        assert_eq!((sound.name.as_str(), &sound.problem), ("读书会", &None));
        let spoilt = listed.iter().find(|room| room.id.0 == "spoilt").expect("listed");
        assert!(
            matches!(&spoilt.problem, Some(RoomProblem::Damaged { file }) if file.ends_with("spoilt.db"))
        );
        rooms.set_aside(&spoilt.id).expect("set aside");
        assert_eq!(rooms.list().len(), 1);
        assert!(folder.path().join("spoilt.db.damaged").exists(), "nothing is thrown away");
    }
}

//! An export writes a room out for others to read, into the folder for downloads.

use std::fs::{File, OpenOptions};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use directories::UserDirs;
use hearth_log::{ExportError, Format, Language};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use tauri::async_runtime::spawn_blocking;

use crate::api::error::{AppError, system};
use crate::api::hosting::{ExportFormat, Exported};
use crate::api::rooms::RoomKey;
use crate::desktop::texts::Tongue;
use crate::shell::Shell;

/// A room's name takes up so much of a file's at most, in bytes. With the day, a number and the ending it stays far below
/// the 255 bytes that file systems take.
const NAME_BYTES: usize = 180;

/// Where an open room is kept.
pub(crate) fn room_file(shell: &Shell, key: &RoomKey) -> Result<PathBuf, AppError> {
    shell.state().room(key).and_then(|room| room.file.clone()).ok_or(AppError::UnknownRoom)
}

/// Writes the room in a file out, under the room's name.
pub(crate) async fn export(shell: &Shell, room: PathBuf, format: ExportFormat) -> Result<Exported, AppError> {
    let language = Tongue::of(shell.state().settings.language).of_exports();
    let (exported, file) =
        spawn_blocking(move || write(&room, format.into(), language)).await.map_err(system)??;
    let shown = file.display().to_string();
    shell.state().exported = Some(file);
    Ok(Exported { file: shown, entries: exported.entries, unreadable: exported.unreadable })
}

/// Shows what was exported last, in its folder.
pub(crate) fn reveal(shell: &Shell) -> Result<(), AppError> {
    let file = shell.state().exported.clone().ok_or(AppError::UnknownRoom)?;
    tauri_plugin_opener::reveal_item_in_dir(file).map_err(system)
}

impl From<ExportFormat> for Format {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Html => Self::Html,
            ExportFormat::Markdown => Self::Markdown,
            ExportFormat::JsonLines => Self::JsonLines,
        }
    }
}

fn write(
    room: &Path,
    format: Format,
    language: Language,
) -> Result<(hearth_log::Exported, PathBuf), AppError> {
    let name = hearth_log::Summary::of(room)?.name;
    let folders = UserDirs::new();
    let folder = folders.as_ref().map(|folders| folders.download_dir().unwrap_or_else(|| folders.home_dir()));
    let folder = folder.ok_or(AppError::NoDownloadFolder)?;
    std::fs::create_dir_all(folder).map_err(system)?;
    let now = Timestamp::now();
    let (file, path) = create(folder, &file_name(&name, &now.to_zoned(TimeZone::system())), format.ending())?;
    let zone = TimeZone::system();
    let exported = hearth_log::export(room, format, language, &zone, now, &mut BufWriter::new(&file))
        // Whoever has an export may delete the room: it must be on the disk by then.
        .and_then(|exported| file.sync_all().map(|()| exported).map_err(ExportError::Write));
    match exported {
        Ok(exported) => Ok((exported, path)),
        Err(error) => {
            // Half an export is none.
            let _ = std::fs::remove_file(&path);
            Err(match error {
                ExportError::Unreadable(error) => error.into(),
                ExportError::Write(error) => system(error),
            })
        }
    }
}

/// Makes a file that was not there, for this user alone: `name.html`, or `name (2).html`.
fn create(folder: &Path, name: &str, ending: &str) -> Result<(File, PathBuf), AppError> {
    let mut n = 1_u64;
    loop {
        let number = if n == 1 { String::new() } else { format!(" ({n})") };
        let path = folder.join(format!("{name}{number}.{ending}"));
        match new_file().open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => n += 1,
            Err(error) => return Err(system(error)),
        }
    }
}

fn new_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A room's name and the day, with nothing in it that some file system does not take.
fn file_name(room: &str, now: &Zoned) -> String {
    let plain = |c: char| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { ' ' } else { c };
    let mut name: String = room.chars().map(plain).collect();
    name.truncate(name.floor_char_boundary(NAME_BYTES));
    let name = name.trim().trim_matches('.').trim();
    let name = if name.is_empty() { "Hearth" } else { name };
    format!("{name} {}", now.strftime("%Y-%m-%d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_is_one_everywhere() {
        let now = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        assert_eq!(file_name("周五/读书会: “一”?", &now), "周五 读书会  “一” 1970-01-01");
        assert_eq!(file_name("..", &now), "Hearth 1970-01-01");
        assert_eq!(file_name(&"长".repeat(300), &now).chars().count(), 60 + 11);
        for long in ["🔥", "长", "a🔥"] {
            let name = file_name(&long.repeat(300), &now);
            assert!(name.len() <= NAME_BYTES + 11 && name.ends_with(" 1970-01-01"), "{name}");
        }
    }

    #[test]
    fn no_export_takes_the_place_of_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = create(folder.path(), "a", "html").expect("made").1;
        let second = create(folder.path(), "a", "html").expect("made").1;
        assert_eq!(first, folder.path().join("a.html"));
        assert_eq!(second, folder.path().join("a (2).html"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&first).expect("there").permissions().mode();
            assert_eq!(mode & 0o077, 0, "what was said is for nobody else to read: {mode:o}");
        }
    }
}

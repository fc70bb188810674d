//! The archive: a room's history is opened, exported, imported and verified here, beside being served.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use hearth_host::NAMELESS;
use hearth_log::{
    ExportError, Exported, Format, ImportError, Imported, Language, Log, MEMORY_LOG_BYTES, MemoryLog,
    OpenError, SqliteLog,
};
use hearth_protocol::room_name;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::data_folder::{make_folder, new_id};
use crate::exit::{self, fail, open_failed, say};
use crate::settings::Settings;

/// Opens the room: its name, its log, and what the start line says of it.
pub(crate) async fn open(settings: &Settings) -> Result<(String, Arc<dyn Log>, String), OpenError> {
    let wish = settings.name.as_deref().and_then(room_name);
    if settings.memory {
        let log = MemoryLog::new(new_id(), MEMORY_LOG_BYTES);
        let kept = "history is kept in memory only: it ends with this program";
        return Ok((wish.unwrap_or_else(|| NAMELESS.to_owned()), Arc::new(log), kept.to_owned()));
    }
    let file = settings.room_file();
    let unusable =
        |error: hearth_log::LogError| OpenError::System { file: file.clone(), message: error.to_string() };
    make_folder(&file)?;
    let log = SqliteLog::open_or_create(&file, &new_id(), wish.as_deref().unwrap_or(NAMELESS))?;
    let mut name = log.name().await.map_err(unusable)?;
    if let Some(wish) = wish.filter(|wish| *wish != name) {
        log.rename(&wish).await.map_err(unusable)?;
        name = wish;
    }
    let kept = settings.retention();
    if log.retention().await.map_err(unusable)? != kept
        && let Err(error) = log.set_retention(kept).await
    {
        // On a full disk, what was said can be read all the same.
        tracing::warn!(%error, "how much is kept stays as it was");
    }
    let kept = format!("history is kept in {}", file.display());
    Ok((name, Arc::new(log), kept))
}

/// The language of whoever reads what is written out here, by the locale.
fn language() -> Language {
    let set = |name| std::env::var(name).ok().filter(|locale| !locale.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    Language::of_tag(&locale.unwrap_or_default())
}

/// Writes the room out.
pub(crate) fn export(room: &Path, format: Format, output: Option<&Path>) -> ExitCode {
    let zone = TimeZone::system();
    let language = language();
    let write =
        |out: &mut dyn Write| hearth_log::export(room, format, language, &zone, Timestamp::now(), out);
    let exported = match output {
        None => write(&mut BufWriter::new(io::stdout().lock())).map(|exported| (exported, None)),
        Some(file) => put(file, write).map(|(exported, file)| (exported, Some(file))),
    };
    match exported {
        Ok((exported, file)) if exported.unreadable > 0 => {
            let to = file.map(|file| format!(" to {}", file.display())).unwrap_or_default();
            let _ = writeln!(
                io::stderr(),
                "hearth-host: {} entries are exported{to}; {} could not be read, since {} is damaged",
                exported.entries,
                exported.unreadable,
                room.display()
            );
            ExitCode::from(exit::DATA)
        }
        Ok(_) => ExitCode::SUCCESS,
        Err(error @ ExportError::Unreadable(_)) => fail(exit::DATA, &error),
        Err(error @ ExportError::Write(_)) => fail(exit::CANNOT_CREATE, &error),
    }
}

/// Writes an export to a file, for this user alone. What stood there before stays until the whole export is on the disk;
/// and where some lines could not be read, it stays for good, and the export goes beside it. Gives where it went.
fn put(
    file: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<Exported, ExportError>,
) -> Result<(Exported, PathBuf), ExportError> {
    // What a link leads to is what is to change.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if fs::metadata(&file).is_ok_and(|there| !there.is_file()) {
        // A pipe or a device: nothing can take its place.
        let exported = write(&mut BufWriter::new(File::options().write(true).open(&file)?))?;
        return Ok((exported, file));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".hearth-export-").tempfile_in(folder)?;
    let exported = write(&mut BufWriter::new(&mut new))?;
    new.as_file().sync_all()?;
    let to =
        if exported.unreadable > 0 && file.exists() { beside(&file, ".incomplete") } else { file.clone() };
    new.persist(&to).map_err(|error| error.error)?;
    // The new name must reach the disk too.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok((exported, to))
}

/// A file whose name is this one's and more.
fn beside(file: &Path, more: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

/// Makes the room of an export.
pub(crate) fn import(from: &Path, room: &Path) -> ExitCode {
    let file = match File::open(from) {
        Ok(file) => file,
        Err(error) => return fail(exit::DATA, &error),
    };
    if let Err(error) = make_folder(room) {
        return fail(exit::CANNOT_CREATE, &error);
    }
    match hearth_log::import(BufReader::new(file), room, &new_id()) {
        Ok(imported) => {
            warn_of_missing(imported);
            say(&format!("{} entries are imported into {}\n", imported.entries, room.display()))
        }
        Err(ImportError::Open(error)) => fail(open_failed(&error), &error),
        Err(error) => fail(exit::DATA, &error),
    }
}

/// A room that lacks something is a room all the same, and its host should know.
fn warn_of_missing(Imported { holes, unreadable, .. }: Imported) {
    let mut told = Vec::new();
    match unreadable {
        None => told.push(
            "this export does not say where it ends: whether something is missing there cannot be told"
                .to_owned(),
        ),
        Some(0) => {}
        Some(unreadable) => told.push(format!("{unreadable} entries could not be read when it was exported")),
    }
    if holes > 0 {
        told.push(format!("entries are missing in {holes} places"));
    }
    for line in told {
        let _ = writeln!(io::stderr(), "hearth-host: {line}");
    }
}

/// Looks for anything that is not as it must be.
pub(crate) fn verify(room: &Path) -> ExitCode {
    let report = match hearth_log::verify(room) {
        Ok(report) => report,
        Err(error) => return fail(open_failed(&error), &error),
    };
    let mut lines = format!("{} entries looked at, {} problems\n", report.entries, report.count);
    for problem in &report.problems {
        lines.push_str(problem);
        lines.push('\n');
    }
    let said = say(&lines);
    if report.count == 0 { said } else { ExitCode::from(exit::DATA) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole of a folder.
    fn names(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).expect("the folder").flatten();
        let mut names: Vec<_> = files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_last_good_export_stays_until_there_is_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("room.jsonl");
        let export = |unreadable| {
            put(&file, move |out| {
                out.write_all(b"new")?;
                Ok(Exported { entries: 1, unreadable })
            })
        };
        fs::write(&file, "good").expect("written");
        let room = folder.path().join("room.db");
        let gone = put(&file, |out| {
            out.write_all(b"half")?;
            let zone = TimeZone::UTC;
            hearth_log::export(&room, Format::JsonLines, Language::English, &zone, Timestamp::UNIX_EPOCH, out)
        });
        assert!(matches!(gone, Err(ExportError::Unreadable(_))), "{gone:?}");
        assert_eq!(fs::read_to_string(&file).expect("there"), "good");
        assert_eq!(names(folder.path()), ["room.jsonl"], "and half an export is none");

        let (_, to) = export(1).expect("exported");
        assert_eq!(names(folder.path()), ["room.jsonl", "room.jsonl.incomplete"]);
        assert!(to.ends_with("room.jsonl.incomplete"), "{}", to.display());
        assert_eq!(fs::read_to_string(&file).expect("there"), "good");

        export(0).expect("exported");
        assert_eq!(fs::read_to_string(&file).expect("there"), "new");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&file).expect("there").permissions().mode();
            assert_eq!(mode & 0o077, 0, "it is for nobody else: {mode:o}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_export_to_a_device_or_through_a_link_leaves_it_what_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&file, "good").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        let write = |out: &mut dyn Write| {
            out.write_all(b"new")?;
            Ok(Exported { entries: 1, unreadable: 0 })
        };
        put(&link, write).expect("exported");
        assert_eq!(fs::read_to_string(&file).expect("there"), "new");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        put(Path::new("/dev/null"), write).expect("exported");
        assert!(!fs::metadata("/dev/null").expect("there").is_file());
    }
}

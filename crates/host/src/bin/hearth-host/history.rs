//! The room's history: opening it, and what can be done with it beside serving.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use hearth_log::{ExportError, Format, ImportError, Log, MEMORY_LOG_BYTES, MemoryLog, OpenError, SqliteLog};
use hearth_protocol::LogId;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::settings::Settings;
use crate::{exit, fail, open_failed, say};

/// What a room is called that was never given a name.
const NAMELESS: &str = "Hearth";

/// Opens the room: its name, its log, and what the start line says of it.
pub(crate) async fn open(settings: &Settings) -> Result<(String, Arc<dyn Log>, String), OpenError> {
    let wish = settings.name.as_deref();
    if settings.memory {
        let log = MemoryLog::new(new_id(), MEMORY_LOG_BYTES);
        let kept = "history is kept in memory only: it ends with this program";
        return Ok((wish.unwrap_or(NAMELESS).to_owned(), Arc::new(log), kept.to_owned()));
    }
    let file = settings.room_file();
    let unusable =
        |error: hearth_log::LogError| OpenError::System { file: file.clone(), message: error.to_string() };
    make_folder(&file)?;
    let log = SqliteLog::open_or_create(&file, &new_id(), wish.unwrap_or(NAMELESS))?;
    let mut name = log.name().await.map_err(unusable)?;
    if let Some(wish) = wish.filter(|wish| *wish != name) {
        log.rename(wish).await.map_err(unusable)?;
        wish.clone_into(&mut name);
    }
    let kept = format!("history is kept in {}", file.display());
    Ok((name, Arc::new(log), kept))
}

/// Writes the room out.
pub(crate) fn export(room: &Path, format: Format, output: Option<&Path>) -> ExitCode {
    let zone = TimeZone::system();
    let write = |out: &mut dyn Write| hearth_log::export(room, format, &zone, Timestamp::now(), out);
    let exported = match output {
        None => write(&mut BufWriter::new(io::stdout().lock())),
        Some(file) => match File::create(file) {
            Ok(file) => write(&mut BufWriter::new(file)),
            Err(error) => return fail(exit::CANNOT_CREATE, &error),
        },
    };
    match exported {
        Ok(exported) if exported.unreadable > 0 => {
            let _ = writeln!(
                io::stderr(),
                "hearth-host: {} entries are exported; {} could not be read, since {} is damaged",
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
        Ok(entries) => say(&format!("{entries} entries are imported into {}\n", room.display())),
        Err(ImportError::Open(error)) => fail(open_failed(&error), &error),
        Err(error) => fail(exit::DATA, &error),
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

fn make_folder(room: &Path) -> Result<(), OpenError> {
    let Some(folder) = room.parent() else { return Ok(()) };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| OpenError::System { file: folder.to_owned(), message: error.to_string() })
}

fn new_id() -> LogId {
    LogId::from_random(uuid::Uuid::new_v4().as_u128())
}

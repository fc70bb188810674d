//! The app's log files are for when something goes wrong: they rotate daily, and hold neither what people write nor a
//! secret.

use std::error::Error;
use std::io::{self, IsTerminal};
use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use crate::files::folders::FolderError;

/// How many days of logs are kept.
const DAYS: usize = 7;

/// What is logged unless `HEARTH_LOG` says otherwise (such as `debug` or `hearth_client=trace`).
const USUAL: &str =
    "warn,hearth_app=info,hearth_client=info,hearth_host=info,hearth_log=info,hearth_store=info";

/// Whether what stands on stderr has colours (<https://no-color.org>).
fn is_coloured() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
}

/// Starts to write logs into a folder that only this user may enter, and to the terminal when `HEARTH_LOG` is set. Logs
/// are complete when the guard is dropped.
pub(crate) fn begin(folder: &Path) -> Result<WorkerGuard, FolderError> {
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("hearth")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder)
        .map_err(|error| FolderError::of(folder, io_error(error)))?;
    let (writer, guard) = tracing_appender::non_blocking(appender);
    let asked = std::env::var("HEARTH_LOG").ok().filter(|targets| !targets.is_empty());
    let parsed = asked.as_deref().map(str::parse::<Targets>).transpose();
    let targets = match &parsed {
        Ok(Some(targets)) => targets.clone(),
        _ => USUAL.parse().unwrap_or_default(),
    };
    let terminal = asked.is_some().then(|| {
        // A file that it leads to is no place for colours, and a terminal that has gone no reason to panic.
        fmt::layer().with_writer(io::stderr).with_ansi(is_coloured()).log_internal_errors(false)
    });
    tracing_subscriber::registry()
        .with(targets)
        .with(fmt::layer().with_ansi(false).with_writer(writer))
        .with(terminal)
        .init();
    if let Err(error) = parsed {
        tracing::warn!(%error, "HEARTH_LOG is not understood");
    }
    Ok(guard)
}

fn io_error(error: InitError) -> io::Error {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    io::Error::new(source.map_or(io::ErrorKind::Other, io::Error::kind), error)
}

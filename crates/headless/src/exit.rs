//! How the program ends: what it says, and with which exit code.

use std::io::Write;
use std::process::ExitCode;

use hearth_log::OpenError;

// Exit codes (BSD `sysexits.h`).
pub(crate) const DATA: u8 = 65;
pub(crate) const UNAVAILABLE: u8 = 69;
pub(crate) const CANNOT_CREATE: u8 = 73;
pub(crate) const PERMISSION: u8 = 77;
pub(crate) const CONFIG: u8 = 78;

/// Writes to stdout. A reader who has gone is no reason to stop.
pub(crate) fn say(text: &str) -> ExitCode {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    ExitCode::SUCCESS
}

/// Says on stderr why nothing came of it.
pub(crate) fn fail(code: u8, error: &dyn std::error::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "hearth-host: {error}");
    ExitCode::from(code)
}

/// The exit code for a room that cannot be opened.
pub(crate) fn open_failed(error: &OpenError) -> u8 {
    match error {
        OpenError::InUse { .. } => UNAVAILABLE,
        OpenError::Damaged { .. } | OpenError::TooNew { .. } => DATA,
        OpenError::Full { .. } | OpenError::System { .. } => CANNOT_CREATE,
    }
}

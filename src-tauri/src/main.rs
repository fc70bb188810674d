//! The desktop app's program starts it, and says on the terminal why it cannot.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

/// `EX_UNAVAILABLE` of sysexits(3): no display, no home folder, no web view.
const UNAVAILABLE: u8 = 69;

#[allow(clippy::print_stderr, reason = "without a window there is no other way to tell")]
fn main() -> ExitCode {
    match hearth_app::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hearth: {error:#}");
            ExitCode::from(UNAVAILABLE)
        }
    }
}

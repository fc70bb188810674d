//! The desktop app's program starts it, or says why it cannot.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use hearth_app::UNAVAILABLE;

fn main() -> ExitCode {
    match hearth_app::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            failed.tell();
            ExitCode::from(UNAVAILABLE)
        }
    }
}

//! `cargo xtask run`: from a fresh clone to the open app.

use std::ffi::OsString;

use anyhow::Result;

use crate::command::{Run, cmd};
use crate::setup;

/// Opens the app; or starts the headless host where there is no display to open it on.
pub(crate) fn run(release: bool, args: &[OsString]) -> Result<()> {
    let (program, libraries): (_, &[_]) = if has_display() {
        ("hearth", &[setup::BUILD_ANY, setup::BUILD_APP])
    } else {
        println!(
            "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the app cannot open."
        );
        println!("Starting the headless host instead; Ctrl-C stops it.");
        ("hearth-host", &[setup::BUILD_ANY])
    };
    setup::require_node()?;
    setup::install(libraries)?;
    setup::page_packages()?;
    // The app has its own page in it, and the host that of the guests.
    setup::build_page_if_stale()?;
    start(program, release, args)
}

/// Builds and starts one of the two programs. The default members of the workspace stay selected and only `--bin`
/// differs, so that both programs share what is built.
fn start(program: &str, release: bool, args: &[OsString]) -> Result<()> {
    let mut cargo = cmd("cargo", ["run", "--bin", program]);
    if release {
        cargo.arg("--release");
    }
    cargo.arg("--").args(args).run()
}

fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

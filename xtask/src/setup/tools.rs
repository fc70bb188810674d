//! Tools that only the tests and the audit need, kept in `.tools/` so that nothing outside of the repository changes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Stamp;
use crate::command::{Run, cmd, find, program_file};

/// Works the app's windows for the tests.
pub(crate) const TAURI_DRIVER: &str = ".tools/bin/tauri-driver";

/// Runs the cases of the Autobahn suite, as a WebSocket client and as a server.
pub(crate) const CONFORMANCE_SUITE: &str = ".tools/python/bin/kosoku";

const TAURI_DRIVER_VERSION: &str = "2.1.0";
const CARGO_DENY_VERSION: &str = "0.20.2";
const CONFORMANCE_SUITE_PACKAGE: &str = "kosoku==0.1.0";

/// Builds tauri-driver, which there is no system package of.
pub(crate) fn tauri_driver() -> Result<()> {
    cargo_install("tauri-driver", TAURI_DRIVER_VERSION)
}

/// Builds cargo-deny, which looks at licences, sources and advisories. It takes minutes.
pub(crate) fn cargo_deny() -> Result<()> {
    cargo_install("cargo-deny", CARGO_DENY_VERSION)
}

/// Where cargo-deny stands: as [`cargo_deny`] has built it, or in `PATH`.
pub(crate) fn find_cargo_deny() -> Option<PathBuf> {
    let own = std::path::absolute(tool("cargo-deny")).ok()?;
    if own.exists() { Some(own) } else { find("cargo-deny") }
}

/// Builds a program from its registry, unless it is there in this version.
fn cargo_install(name: &str, version: &str) -> Result<()> {
    let installed = fs::read_to_string(".tools/.crates.toml").unwrap_or_default();
    if tool(name).exists() && installed.contains(&format!("{name} {version} ")) {
        println!("{name} {version} is installed");
        return Ok(());
    }
    cmd("cargo", ["install", name, "--version", version, "--locked", "--root", ".tools"]).run()
}

fn tool(name: &str) -> PathBuf {
    Path::new(".tools/bin").join(program_file(name))
}

/// Installs the WebSocket conformance suite into a Python environment of its own.
pub(crate) fn conformance_suite() -> Result<()> {
    let environment = Path::new(".tools/python");
    // A Python environment has its own path in its scripts, so one that was moved is made anew.
    let made_from =
        format!("{CONFORMANCE_SUITE_PACKAGE} in {}\n", std::path::absolute(environment)?.display());
    let stamp = Stamp::new(environment, made_from);
    if stamp.is_fresh() && Path::new(CONFORMANCE_SUITE).exists() {
        println!("{CONFORMANCE_SUITE_PACKAGE} is installed");
        return Ok(());
    }
    cmd("python3", ["-m", "venv", "--clear", ".tools/python"]).run()?;
    cmd(".tools/python/bin/python", ["-m", "pip", "install", "--quiet", CONFORMANCE_SUITE_PACKAGE]).run()?;
    stamp.write()
}

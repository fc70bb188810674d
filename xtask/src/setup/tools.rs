//! Tools that only the tests need, kept in `.tools/` so that nothing outside of the repository changes.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Stamp;
use crate::command::{Run, cmd};

/// Works the app's windows for the tests.
pub(crate) const TAURI_DRIVER: &str = ".tools/bin/tauri-driver";

/// Runs the cases of the Autobahn suite, as a WebSocket client and as a server.
pub(crate) const CONFORMANCE_SUITE: &str = ".tools/python/bin/kosoku";

const TAURI_DRIVER_VERSION: &str = "2.1.0";
const CONFORMANCE_SUITE_PACKAGE: &str = "kosoku==0.1.0";

/// Builds tauri-driver, which there is no system package of.
pub(crate) fn tauri_driver() -> Result<()> {
    let installed = fs::read_to_string(".tools/.crates.toml").unwrap_or_default();
    if Path::new(TAURI_DRIVER).exists()
        && installed.contains(&format!("tauri-driver {TAURI_DRIVER_VERSION} "))
    {
        println!("tauri-driver {TAURI_DRIVER_VERSION} is installed");
        return Ok(());
    }
    let version = ["--version", TAURI_DRIVER_VERSION, "--locked"];
    cmd("cargo", ["install", "tauri-driver"]).args(version).args(["--root", ".tools"]).run()
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

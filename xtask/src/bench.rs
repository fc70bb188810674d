//! `cargo xtask bench`: figures of release builds, printed as they come.

use std::ffi::OsString;

use anyhow::{Context, Result};

use crate::command::{Run, cmd};
use crate::{first_paint, package, setup};

/// Measures the host beside its peers, and the app unless it is left out.
pub(crate) fn bench(no_app: bool, args: &[OsString]) -> Result<()> {
    setup::require_node()?;
    setup::install(&[setup::BUILD_ANY, setup::BUILD_APP, setup::PACKAGE, setup::TEST])?;
    setup::page_packages()?;
    setup::test_server_packages()?;
    if no_app {
        cmd("cargo", ["build", "--release", "--bin", "hearth-host"]).run()?;
    } else {
        // It says how large the packages are.
        package::package()?;
    }
    let peers = std::path::absolute("tests/node")?;
    let host = std::path::absolute("target/release/hearth-host")?;
    let mut bench = cmd("cargo", ["run", "--release", "--package", "hearth-bench", "--"]);
    bench.args(args).env("HEARTH_NODE_SERVERS", peers).env("HEARTH_HOST_BIN", host).run()?;
    if no_app {
        return Ok(());
    }
    // Last: for minutes after a build its files are still being written, and every start waits for the disk.
    first_paint::measure_on_a_screen("target/release/hearth".as_ref()).context("time to first paint")
}

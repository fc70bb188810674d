//! `cargo xtask bench`: figures of release builds, printed as they come.

use std::ffi::OsString;

use anyhow::{Context, Result};

use crate::command::{Run, cmd};
use crate::profile::Profile;
use crate::{first_paint, package, setup, test};

/// Measures the host beside its peers, the guest page, and the app unless it is left out.
pub(crate) fn bench(no_app: bool, args: &[OsString]) -> Result<()> {
    setup::require_node()?;
    setup::install(&[setup::BUILD_ANY, setup::BUILD_APP, setup::PACKAGE, setup::TEST])?;
    setup::page_packages()?;
    // The guest's as well, which the host takes in.
    setup::build_page()?;
    setup::test_server_packages()?;
    if no_app {
        cmd("cargo", ["build", "--release", "--bin", "hearth-host"]).run()?;
    } else {
        // It says how large the packages are.
        package::package(Profile::Release)?;
    }
    // Built as the tests are, which share most of it: what is measured is the host and the page.
    let guest_page = ["bench", "--workspace", "--profile", "dev", "--bench", "guest_page"];
    cmd("cargo", guest_page).arg("--no-run").run()?;
    let peers = std::path::absolute("tests/node")?;
    let host = std::path::absolute("target/release/hearth-host")?;
    let mut bench = cmd("cargo", ["run", "--release", "--package", "hearth-bench", "--"]);
    bench.args(args).env("HEARTH_NODE_SERVERS", peers).env("HEARTH_HOST_BIN", &host).run()?;
    let mut guest_page = cmd("cargo", guest_page);
    guest_page
        .envs(test::environment(Profile::Dev)?)
        .env("HEARTH_HOST_BIN", host)
        .run()
        .context("the guest page")?;
    if no_app {
        return Ok(());
    }
    // Last: for minutes after a build its files are still being written, and every start waits for the disk.
    first_paint::measure_on_a_screen("target/release/hearth".as_ref()).context("time to first paint")
}

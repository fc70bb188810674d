//! `cargo xtask bench`: figures of release builds, printed as they come.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::command::{Run, cmd};
use crate::profile::{APP, HOST, Profile};
use crate::screen::on_a_screen;
use crate::{first_paint, package, setup, test};

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The host beside its peers: `hearth-bench`
    Host,
    /// How soon a guest is in the room
    GuestPage,
    /// The conversation page while it is used, a guest's and the app's
    Talk,
    /// The app from its start to the first paint
    FirstPaint,
}

/// Measures the host beside its peers, the guest page, the conversation page, and the app unless it is left out; or one of them.
pub(crate) fn bench(part: Option<Part>, no_app: bool, args: &[OsString]) -> Result<()> {
    let wants = |which| part.is_none_or(|part| part == which);
    setup::require_node()?;
    setup::install(&[setup::BUILD_ANY, setup::BUILD_APP, setup::PACKAGE, setup::TEST])?;
    setup::page_packages()?;
    // The guest's as well, which the host takes in.
    setup::build_page()?;
    setup::test_server_packages()?;
    cmd("cargo", ["build", "--release", "--bin", HOST]).run()?;
    if !no_app && part.is_none() {
        // It says how large the packages are.
        package::package(Profile::Release)?;
    } else if !no_app && (wants(Part::Talk) || wants(Part::FirstPaint)) {
        cmd("cargo", ["build", "--release", "--bin", APP]).run()?;
    }
    // Built as the tests are, which share most of it: what is measured is the host and the page.
    let mut browsers = cmd(
        "cargo",
        ["bench", "--workspace", "--profile", "dev", "--bench", "guest_page", "--bench", "talk", "--no-run"],
    );
    if wants(Part::GuestPage) || wants(Part::Talk) {
        browsers.run()?;
    }
    if wants(Part::Host) {
        let peers = std::path::absolute("tests/node")?;
        let mut bench = cmd("cargo", ["run", "--release", "--package", "hearth-bench", "--"]);
        bench.args(args).env("HEARTH_NODE_SERVERS", peers).env("HEARTH_HOST_BIN", release(HOST)?).run()?;
    }
    if wants(Part::GuestPage) {
        in_a_browser("guest_page")?.run().context("the guest page")?;
    }
    if wants(Part::Talk) {
        talk(no_app, if part.is_none() { &[] } else { args }).context("the conversation page")?;
    }
    if no_app || !wants(Part::FirstPaint) {
        return Ok(());
    }
    // Last: for minutes after a build its files are still being written, and every start waits for the disk.
    first_paint::measure_on_a_screen("target/release/hearth".as_ref()).context("time to first paint")
}

fn talk(no_app: bool, args: &[OsString]) -> Result<()> {
    let mut talk = in_a_browser("talk")?;
    talk.arg("--").args(args);
    if no_app {
        return talk.arg("guest").run();
    }
    setup::tauri_driver()?;
    on_a_screen(&talk).run()
}

/// A bench of the tests, which drives what was built for people.
fn in_a_browser(name: &str) -> Result<Command> {
    let mut bench = cmd("cargo", ["bench", "--workspace", "--profile", "dev", "--bench", name]);
    bench.envs(test::environment(Profile::Dev)?);
    bench.env("HEARTH_HOST_BIN", release(HOST)?).env("HEARTH_APP", release(APP)?);
    Ok(bench)
}

fn release(program: &str) -> Result<PathBuf> {
    Ok(std::path::absolute(Profile::Release.program(program))?)
}

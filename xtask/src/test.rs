//! `cargo xtask test`: everything, as CI runs it.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::check::{PAGE, PAGE_PACKAGES, SYSTEM, cargo_test, page_set_up, static_checks};
use crate::command::{Run, cmd, find};
use crate::report::Report;
use crate::screen::on_a_screen;
use crate::setup::{self, CHROMIUM, CONFORMANCE_SUITE, TAURI_DRIVER, UNPACKED};
use crate::tally::Tally;
use crate::wire;
use crate::workspace::TestTargets;
use crate::{audit, package};

// Names of the steps that others need.
const BUILD: &str = "build";
const PACKAGES: &str = "release build and packages";
const SCREENSHOTS: &str = "screenshots";

/// Tells long tests to run as a whole: all of their schedules, kills of a client, and places to cut a file at.
const SOAK: [(&str, &str); 4] =
    [("HEARTH_SOAK", "1"), ("HEARTH_SEEDS", "10000"), ("HEARTH_KILLS", "50"), ("HEARTH_CUT", "97")];

/// The whole of it. Whatever fails, the rest goes on as far as it can.
pub(crate) fn everything() -> ExitCode {
    let mut report = Report::new();
    set_up(&mut report);
    static_checks(&mut report);
    audit::steps(&mut report);
    report.check("page: in a real browser", &[SYSTEM, PAGE_PACKAGES], page_in_a_browser);
    report.check(BUILD, &[SYSTEM, PAGE], build);
    report.tests("unit and integration tests", &[BUILD], || {
        let plain = TestTargets::find()?.plain;
        let mut command = test_command()?;
        command.args(["--lib", "--bins", "--examples"]).args(as_filters(&plain));
        cargo_test(command.env(wire::EXPORT_DIR, wire::empty_folder()?))
    });
    report.check("types of the wire are those of Rust", &[BUILD], wire::check);
    report.check("examples in the documentation", &[BUILD], || test_command()?.arg("--doc").run());
    report.check(PACKAGES, &[SYSTEM, PAGE_PACKAGES], package::package);
    report.check("the host needs no window system", &[PACKAGES], package::host_links_no_window_system);
    report
        .tests("real windows and installed packages", &[BUILD], || in_windows(&TestTargets::find()?.windows));
    report.finish()
}

/// Only the named test targets, for work on them.
pub(crate) fn only(names: &[String]) -> ExitCode {
    let TestTargets { plain, windows } = TestTargets::split(names.iter().cloned());
    let mut report = Report::new();
    set_up(&mut report);
    report.check(BUILD, &[SYSTEM, PAGE], build);
    if !plain.is_empty() {
        report.tests("integration tests", &[BUILD], || cargo_test(test_command()?.args(as_filters(&plain))));
    }
    if windows.iter().any(|name| name.starts_with("package_")) {
        report.check(PACKAGES, &[SYSTEM, PAGE_PACKAGES], package::package);
    }
    if !windows.is_empty() {
        report.tests("real windows and installed packages", &[BUILD], || in_windows(&windows));
    }
    report.finish()
}

/// The whole of what `everything` runs a share of: all unit and integration tests, or only the named ones.
pub(crate) fn soak(names: &[String]) -> ExitCode {
    let mut report = Report::new();
    set_up(&mut report);
    report.check(BUILD, &[SYSTEM, PAGE], build);
    report.tests("long tests", &[BUILD], || {
        let mut command = test_command()?;
        if names.is_empty() {
            command.arg("--lib");
        }
        let plain = if names.is_empty() { TestTargets::find()?.plain } else { names.to_vec() };
        command.args(as_filters(&plain)).envs(SOAK);
        // One after the other: each has the machine to itself, and its figures in one piece.
        cargo_test(command.args(["--", "--nocapture", "--test-threads=1"]))
    });
    report.finish()
}

fn set_up(report: &mut Report) {
    report.check(SYSTEM, &[], || {
        setup::install(&[setup::BUILD_ANY, setup::BUILD_APP, setup::PACKAGE, setup::TEST])
    });
    page_set_up(report);
    report.check(PAGE, &[PAGE_PACKAGES], setup::build_page);
    report.check("packages of the test servers", &[], setup::test_server_packages);
    report.check("tauri-driver", &[SYSTEM], setup::tauri_driver);
    report.check("servers for the tests", &[SYSTEM], setup::unpacked_servers);
    report.check("conformance suite", &[SYSTEM], setup::conformance_suite);
}

/// Every view of the page in Chromium, looked at by axe.
fn page_in_a_browser() -> Result<()> {
    cmd("npm", ["run", "test:page"]).current_dir("ui").envs(environment()?).run()
}

/// Builds all that the tests run and drive, in one go. From here on the selection is always the whole workspace with its
/// tests, narrowed by target only: Cargo chooses the features of dependencies by what is selected, and another
/// selection would build the tree of dependencies a second time.
pub(crate) fn build() -> Result<()> {
    cmd("cargo", ["build", "--workspace", "--all-targets"]).run()
}

/// `cargo test` over the workspace, still to be narrowed by target.
fn test_command() -> Result<Command> {
    let mut command = cmd("cargo", ["test", "--workspace", "--no-fail-fast"]);
    command.envs(environment()?);
    Ok(command)
}

/// What needs a screen runs on one of its own, with a session bus and a window manager, one test after the other.
fn in_windows(targets: &[String]) -> Result<Tally> {
    if targets.is_empty() {
        bail!("there is no test target named e2e_… or package_…");
    }
    let mut command = on_a_screen();
    command.args(["cargo", "test", "--workspace", "--no-fail-fast"]).args(as_filters(targets));
    command.args(["--", "--test-threads=1"]).envs(environment()?);
    cargo_test(&mut command)
}

fn as_filters(targets: &[String]) -> impl Iterator<Item = &str> {
    targets.iter().flat_map(|target| ["--test", target])
}

/// Where the tests find what they drive. CONTRIBUTING.md tells what each variable is.
pub(crate) fn environment() -> Result<Vec<(&'static str, OsString)>> {
    let mut environment = Vec::new();
    let paths = [
        ("HEARTH_APP", "target/debug/hearth"),
        ("HEARTH_HOST_BIN", "target/debug/hearth-host"),
        ("HEARTH_TAURI_DRIVER", TAURI_DRIVER),
        ("HEARTH_KOSOKU", CONFORMANCE_SUITE),
        ("HEARTH_NODE_SERVERS", "tests/node"),
        ("HEARTH_PACKAGES", package::OUTPUT),
        ("HEARTH_SCREENSHOTS", SCREENSHOTS),
        ("HEARTH_UNPACKED", UNPACKED),
    ];
    for (name, path) in paths {
        environment.push((name, std::path::absolute(path)?.into()));
    }
    let programs = [("HEARTH_CHROMIUM", CHROMIUM), ("HEARTH_CHROMEDRIVER", &["chromedriver"])];
    for (name, candidates) in programs {
        let found: Option<PathBuf> = candidates.iter().find_map(|program| find(program));
        environment.extend(found.map(|path| (name, path.into())));
    }
    fs::create_dir_all(SCREENSHOTS)?;
    Ok(environment)
}

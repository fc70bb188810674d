//! `cargo xtask check`, and the steps that it has in common with `test`.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::command::{Run, cmd};
use crate::report::Report;
use crate::tally::{CargoTest, Tally, vitest};
use crate::{layers, setup, versions, wire};

// Names of the steps that others need.
pub(crate) const SYSTEM: &str = "system packages";
pub(crate) const PAGE_PACKAGES: &str = "packages of the page";
pub(crate) const PAGE: &str = "build of the page";

/// What is left out of the workspace on other systems than Linux: the tests of the whole make networks and mount disks.
const NOT_HERE: &[&str] = if cfg!(target_os = "linux") { &[] } else { &["--exclude", "hearth-tests"] };

/// The quick part of the tests, for between two changes.
pub(crate) fn check() -> ExitCode {
    let mut report = Report::new();
    report.check(SYSTEM, &[], || setup::install(&[setup::BUILD_ANY, setup::BUILD_APP]));
    page_set_up(&mut report);
    report.check(PAGE, &[PAGE_PACKAGES], setup::build_page_if_stale);
    static_checks(&mut report);
    report.tests("unit tests", &[SYSTEM, PAGE], || {
        let mut command = cmd("cargo", ["test", "--lib", "--bins", "--no-fail-fast", "--workspace"]);
        cargo_test(command.args(NOT_HERE).env(wire::EXPORT_DIR, wire::empty_folder()?))
    });
    report.check("types of the wire are those of Rust", &[SYSTEM, PAGE], wire::check);
    report.finish()
}

pub(crate) fn page_set_up(report: &mut Report) {
    report.check(PAGE_PACKAGES, &[], || {
        setup::require_node()?;
        setup::page_packages()
    });
}

/// What can be checked without starting any of our programs.
pub(crate) fn static_checks(report: &mut Report) {
    report.check("format", &[], || cmd("cargo", ["fmt", "--all", "--check"]).run());
    report.check("page: types and lints", &[PAGE_PACKAGES], || {
        cmd("npm", ["run", "check"]).current_dir("ui").run()
    });
    report.tests("page: tests", &[PAGE_PACKAGES], page_tests);
    report.check("guest page: its weight, and what is in it", &[PAGE], || {
        cmd("npm", ["run", "check:guest"]).current_dir("ui").run()
    });
    report.check("versions agree", &[], versions::check);
    report.check("imports point down", &[], layers::check);
    report.check("clippy", &[SYSTEM, PAGE], || {
        let mut clippy = cmd("cargo", ["clippy", "--all-targets", "--workspace"]);
        clippy.args(NOT_HERE).args(["--", "-D", "warnings"]).run()
    });
}

/// Runs `cargo test` and counts.
pub(crate) fn cargo_test(command: &mut Command) -> Result<Tally> {
    let mut counter = CargoTest::default();
    let status = command.stream(|line| counter.line(line))?;
    Ok(counter.tally().believing(status.success()))
}

/// Runs the page's tests, which are shown as usual and counted from a report beside.
fn page_tests() -> Result<Tally> {
    let outcome = std::path::absolute("target/xtask/vitest.json")?;
    if outcome.exists() {
        fs::remove_file(&outcome)?;
    }
    fs::create_dir_all(outcome.parent().unwrap_or(Path::new(".")))?;
    let outcome_file = format!("--outputFile.json={}", outcome.display());
    let reporters = ["--reporter=default", "--reporter=json", outcome_file.as_str()];
    let status = cmd("npm", ["test", "--"]).args(reporters).current_dir("ui").stream(|_| ())?;
    match fs::read_to_string(&outcome) {
        Ok(json) => Ok(vitest(&json)?.believing(status.success())),
        Err(_) => anyhow::bail!("vitest ended without a report ({status})"),
    }
}

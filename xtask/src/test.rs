//! `cargo xtask test`: everything, as CI runs it.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::check::{PAGE, PAGE_PACKAGES, SYSTEM, cargo_test, page_set_up, static_checks};
use crate::command::{Run, cmd, find};
use crate::report::Report;
use crate::screen::on_a_screen;
use crate::setup::{self, CHROMIUM, CONFORMANCE_SUITE, TAURI_DRIVER, UNPACKED};
use crate::tally::Tally;
use crate::wire;
use crate::workspace::TestProgram;
use crate::{audit, package};

// Names of the steps that others need.
const BUILD: &str = "build";
const PACKAGES: &str = "release build and packages";
const WINDOWS: &str = "real windows and installed packages";
const SCREENSHOTS: &str = "screenshots";

/// Tells long tests to run as a whole: all of their schedules, kills of a client, and places to cut a file at.
const SOAK: [(&str, &str); 4] =
    [("HEARTH_SOAK", "1"), ("HEARTH_SEEDS", "10000"), ("HEARTH_KILLS", "50"), ("HEARTH_CUT", "97")];

/// What a test program is told when a test is to have the machine, or the screen, to itself.
const ONE_BY_ONE: &str = "--test-threads=1";

/// The same for long tests, whose figures are to be seen in one piece.
const ALONE: [&str; 2] = [ONE_BY_ONE, "--nocapture"];

/// The whole of it. Whatever fails, the rest goes on as far as it can.
pub(crate) fn everything() -> ExitCode {
    let mut report = Report::new();
    set_up(&mut report);
    static_checks(&mut report);
    audit::steps(&mut report);
    report.check("page: in a real browser", &[SYSTEM, PAGE_PACKAGES], page_in_a_browser);
    report.check(BUILD, &[SYSTEM, PAGE], build);
    report.tests("unit tests", &[BUILD], || {
        let mut command = test_command(false)?;
        command.args(["--lib", "--bins", "--examples"]);
        cargo_test(command.env(wire::EXPORT_DIR, wire::empty_folder()?))
    });
    report.tests("integration tests", &[BUILD], || each(plain_programs()?, Length::Share));
    report.check("types of the wire are those of Rust", &[BUILD], wire::check);
    report.check("examples in the documentation", &[BUILD], || test_command(false)?.arg("--doc").run());
    report.check(PACKAGES, &[SYSTEM, PAGE_PACKAGES], package::package);
    report.check("the host needs no window system", &[PACKAGES], package::host_links_no_window_system);
    report.tests(WINDOWS, &[BUILD], || {
        each(TestProgram::all()?.into_iter().filter(TestProgram::is_on_a_screen), Length::Share)
    });
    report.finish()
}

/// Only the named test programs, or modules of them, for work on them.
pub(crate) fn only(names: &[String]) -> ExitCode {
    let programs = TestProgram::named(names);
    let (windows, plain): (Vec<_>, Vec<_>) = programs.into_iter().partition(TestProgram::is_on_a_screen);
    let mut report = Report::new();
    set_up(&mut report);
    report.check(BUILD, &[SYSTEM, PAGE], build);
    if !plain.is_empty() {
        report.tests("integration tests", &[BUILD], || each(plain, Length::Share));
    }
    if windows.iter().any(TestProgram::installs_packages) {
        report.check(PACKAGES, &[SYSTEM, PAGE_PACKAGES], package::package);
    }
    if !windows.is_empty() {
        report.tests(WINDOWS, &[BUILD], || each(windows, Length::Share));
    }
    report.finish()
}

/// The whole of what `everything` runs a share of: all unit and integration tests, or only the named ones.
pub(crate) fn soak(names: &[String]) -> ExitCode {
    let mut report = Report::new();
    set_up(&mut report);
    report.check(BUILD, &[SYSTEM, PAGE], build);
    if names.is_empty() {
        report.tests("unit tests", &[BUILD], || {
            cargo_test(test_command(false)?.args(["--lib", "--"]).args(ALONE).envs(SOAK))
        });
    }
    report.tests("long tests", &[BUILD], || {
        if names.is_empty() {
            each(plain_programs()?, Length::Whole)
        } else {
            each(TestProgram::named(names), Length::Whole)
        }
    });
    report.finish()
}

fn plain_programs() -> Result<impl Iterator<Item = TestProgram>> {
    Ok(TestProgram::all()?.into_iter().filter(|program| !program.is_on_a_screen()))
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
fn test_command(with_a_screen: bool) -> Result<Command> {
    let cargo_test = ["cargo", "test", "--workspace", "--no-fail-fast"];
    let mut command = if with_a_screen {
        let mut screen = on_a_screen();
        screen.args(cargo_test);
        screen
    } else {
        cmd(cargo_test[0], &cargo_test[1..])
    };
    command.envs(environment()?);
    Ok(command)
}

/// How much of a long test is run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Length {
    Share,
    Whole,
}

/// Runs test programs one after the other. What needs a screen gets one of its own, with a session bus and a window manager.
fn each(programs: impl IntoIterator<Item = TestProgram>, length: Length) -> Result<Tally> {
    let mut tally = Tally::default();
    for program in programs {
        let mut command = test_command(program.is_on_a_screen())?;
        command.args(["--test", &program.name, "--"]).args(program.filters());
        match length {
            Length::Whole => command.args(ALONE).envs(SOAK),
            Length::Share if program.is_on_a_screen() => command.arg(ONE_BY_ONE),
            Length::Share => &mut command,
        };
        tally += cargo_test(&mut command)?;
    }
    Ok(tally)
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

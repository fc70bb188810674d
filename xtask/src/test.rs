//! `cargo xtask test`: everything, as CI runs it.

use std::ffi::OsString;
use std::fs;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::thread::{self, available_parallelism};

use anyhow::Result;

use crate::check::{PAGE, PAGE_PACKAGES, SYSTEM, cargo_test, page_set_up, static_checks};
use crate::command::{Run, cmd, find, is_root};
use crate::network::at_home;
use crate::profile::{APP, HOST, Profile};
use crate::report::Report;
use crate::screen::{on_a_screen, on_the_nth_screen};
use crate::setup::{self, CHROMIUM, CONFORMANCE_SUITE, TAURI_DRIVER, UNPACKED};
use crate::tally::Tally;
use crate::workspace::{Needs, TestProgram};
use crate::{audit, package, wire};

// Names of the steps that others need.
const BUILD: &str = "build";
const PACKAGES: &str = "packages";
const WINDOWS: &str = "real windows and installed packages";
const SCREENSHOTS: &str = "screenshots";

/// Tells long tests to run as a whole: all of their schedules, kills of a client, and places to cut a file at.
const SOAK: [(&str, &str); 4] =
    [("HEARTH_SOAK", "1"), ("HEARTH_SEEDS", "10000"), ("HEARTH_KILLS", "50"), ("HEARTH_CUT", "97")];

/// Screens at a time.
const SCREENS: usize = 2;

/// Tests with sockets at a time, for each processor: of their time they work for a quarter, and wait for the rest.
const WAITING: usize = 2;

/// Tells a test program that each test is to have the screen, or the machine, to itself.
const ONE_BY_ONE: &str = "--test-threads=1";

/// How the tests are run.
#[derive(Clone, Copy)]
struct Tests {
    /// How the programs are built that they drive.
    profile: Profile,
    /// Whether long tests are run as a whole, or a share of them.
    whole: bool,
}

/// The whole of it. Whatever fails, the rest goes on as far as it can.
pub(crate) fn everything(profile: Profile) -> ExitCode {
    let tests = Tests { profile, whole: false };
    let mut report = Report::new();
    set_up(&mut report);
    static_checks(&mut report);
    audit::steps(&mut report);
    report.check("page: in a real browser", &[SYSTEM, PAGE_PACKAGES], page_in_a_browser);
    tests.build(&mut report, true);
    report.tests("unit tests", &[BUILD], || {
        let mut command = tests.command()?;
        command.args(["--lib", "--bins", "--examples"]);
        cargo_test(command.env(wire::EXPORT_DIR, wire::empty_folder()?))
    });
    report.tests("integration tests", &[BUILD], || tests.run(all_without_windows()?));
    report.check("types of the wire are those of Rust", &[BUILD], wire::check);
    report.check("examples in the documentation", &[BUILD], || tests.command()?.arg("--doc").run());
    report.check("the host needs no window system", &[PACKAGES], || {
        package::host_links_no_window_system(profile)
    });
    report.tests(WINDOWS, &[BUILD], || tests.run(all_with_windows()?));
    report.finish()
}

/// Only the named test programs, or modules of them, for work on them.
pub(crate) fn only(names: &[String], profile: Profile) -> ExitCode {
    let tests = Tests { profile, whole: false };
    let programs = TestProgram::named(names);
    let (plain, windows): (Vec<_>, Vec<_>) =
        programs.into_iter().partition(|program| program.needs < Needs::Windows);
    let mut report = Report::new();
    set_up(&mut report);
    tests.build(&mut report, windows.iter().any(|program| program.needs == Needs::Packages));
    if !plain.is_empty() {
        report.tests("integration tests", &[BUILD], || tests.run(plain));
    }
    if !windows.is_empty() {
        report.tests(WINDOWS, &[BUILD], || tests.run(windows));
    }
    report.finish()
}

/// The whole of what `everything` runs a share of: all unit and integration tests, or only the named ones.
pub(crate) fn soak(names: &[String]) -> ExitCode {
    let tests = Tests { profile: Profile::Dev, whole: true };
    let mut report = Report::new();
    set_up(&mut report);
    tests.build(&mut report, false);
    if names.is_empty() {
        report.tests("unit tests", &[BUILD], || {
            cargo_test(tests.command()?.args(["--lib", "--", ONE_BY_ONE, "--nocapture"]).envs(SOAK))
        });
    }
    report.tests("long tests", &[BUILD], || match names {
        [] => tests.run(all_without_windows()?),
        names => tests.run(TestProgram::named(names)),
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
    cmd("npm", ["run", "test:page"]).current_dir("ui").envs(environment(Profile::Dev)?).run()
}

/// Builds all that the tests run and drive, in one go. From here on the selection is always the whole workspace with its
/// tests, narrowed by target only: Cargo chooses the features of dependencies by what is selected, and another
/// selection would build the tree of dependencies a second time.
pub(crate) fn build() -> Result<()> {
    cmd("cargo", ["build", "--workspace", "--all-targets"]).run()
}

impl Tests {
    /// Builds the tests and the programs that they drive, and the packages of these: what is installed and tried is what else
    /// is tested.
    fn build(self, report: &mut Report, packages: bool) {
        report.check(BUILD, &[SYSTEM, PAGE], build);
        if packages || self.profile == Profile::Release {
            report.check(PACKAGES, &[BUILD, PAGE_PACKAGES], || package::package(self.profile));
        }
    }

    /// `cargo test` over the workspace, still to be narrowed by target.
    fn command(self) -> Result<Command> {
        let mut command = cmd("cargo", ["test", "--workspace", "--no-fail-fast"]);
        command.envs(environment(self.profile)?);
        Ok(command)
    }

    /// Runs test programs one after the other.
    fn run(self, programs: impl IntoIterator<Item = TestProgram>) -> Result<Tally> {
        let mut tally = Tally::default();
        for program in programs {
            tally += match program.needs {
                Needs::Sockets | Needs::Quiet => cargo_test(&mut self.all_of(&program)?)?,
                Needs::Windows if !self.whole && is_root()? => self.on_screens(&program)?,
                Needs::Windows | Needs::Packages => cargo_test(&mut on_a_screen(&self.all_of(&program)?))?,
            };
        }
        Ok(tally)
    }

    /// All tests of a program that were asked for.
    fn all_of(self, program: &TestProgram) -> Result<Command> {
        let mut command = self.command()?;
        command.args(["--test", &program.name, "--"]).args(program.filters());
        if self.whole {
            // The figures in one piece.
            command.args([ONE_BY_ONE, "--nocapture"]).envs(SOAK);
        } else if program.needs == Needs::Sockets {
            command.arg(format!("--test-threads={}", available_parallelism()?.get() * WAITING));
        } else {
            command.arg(ONE_BY_ONE);
        }
        Ok(command)
    }

    /// Deals the tests of a program with windows out to several screens at a time, as much of each is waiting. Each screen is
    /// that of a computer on a network of its own, or rooms of one would turn up on the other; that needs root.
    fn on_screens(self, program: &TestProgram) -> Result<Tally> {
        let listed = self.all_of(program)?.args(["--list", "--format=terse"]).read()?;
        let names: Vec<&str> = listed.lines().filter_map(|line| line.strip_suffix(": test")).collect();
        let mut commands = Vec::new();
        for nth in 0..SCREENS.min(names.len()) {
            let mut command = self.command()?;
            command.args(["--test", &program.name, "--", ONE_BY_ONE, "--exact"]);
            command.args(names.iter().skip(nth).step_by(SCREENS));
            commands.push(at_home(&on_the_nth_screen(nth, &command))?);
        }
        thread::scope(|scope| {
            let running = commands.iter_mut().map(|command| scope.spawn(|| cargo_test(command)));
            let mut tally = Tally::default();
            for screen in running.collect::<Vec<_>>() {
                tally += screen.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            }
            Ok(tally)
        })
    }
}

fn all_without_windows() -> Result<Vec<TestProgram>> {
    Ok(TestProgram::all()?.into_iter().filter(|program| program.needs < Needs::Windows).collect())
}

fn all_with_windows() -> Result<Vec<TestProgram>> {
    Ok(TestProgram::all()?.into_iter().filter(|program| program.needs >= Needs::Windows).collect())
}

/// Where the tests find what they drive. CONTRIBUTING.md tells what each variable is.
pub(crate) fn environment(profile: Profile) -> Result<Vec<(&'static str, OsString)>> {
    let mut environment = Vec::new();
    let paths = [
        ("HEARTH_APP", profile.program(APP)),
        ("HEARTH_HOST_BIN", profile.program(HOST)),
        ("HEARTH_TAURI_DRIVER", TAURI_DRIVER.into()),
        ("HEARTH_KOSOKU", CONFORMANCE_SUITE.into()),
        ("HEARTH_NODE_SERVERS", "tests/node".into()),
        ("HEARTH_PACKAGES", package::OUTPUT.into()),
        ("HEARTH_SCREENSHOTS", SCREENSHOTS.into()),
        ("HEARTH_UNPACKED", UNPACKED.into()),
    ];
    for (name, path) in paths {
        environment.push((name, std::path::absolute(path)?.into()));
    }
    let programs = [("HEARTH_CHROMIUM", CHROMIUM), ("HEARTH_CHROMEDRIVER", &["chromedriver"])];
    for (name, candidates) in programs {
        let found: Option<PathBuf> = candidates.iter().find_map(|program| find(program));
        environment.extend(found.map(|path| (name, path.into())));
    }
    if profile == Profile::Release {
        environment.push(("HEARTH_RELEASE", "1".into()));
    }
    fs::create_dir_all(SCREENSHOTS)?;
    Ok(environment)
}

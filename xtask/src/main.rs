//! `cargo xtask`: the one door to everything that is done with this repository.
//!
//! Every command works on a machine that has Rust and Node and nothing else: what is missing is named, explained and
//! installed first. All paths in here are relative to the top of the repository, where `main` goes before anything else.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the terminal is what this program is for"
)]

mod audit;
mod bench;
mod check;
mod command;
mod first_paint;
mod layers;
mod network;
mod package;
mod picture;
mod profile;
mod release;
mod report;
mod run;
mod screen;
mod setup;
mod tally;
mod test;
mod versions;
mod wire;
mod workspace;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use profile::Profile;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Builds, runs, tests and packages Hearth")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what is missing, builds the app and opens it; without a display, starts the headless host
    Run {
        /// Build with optimisations: slower to build, quicker to use
        #[arg(long)]
        release: bool,
        /// Handed to the program, after `--`
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Everything, as CI runs it: format, lints, types, page, unit, integration, packages, real windows
    Test {
        /// Drive and pack the programs as people get them: slow to build, and what a release is tested with
        #[arg(long)]
        release: bool,
        /// Only these programs of integration tests, or modules of them (for instance `delivery windows::room`), with the
        /// same set-up
        names: Vec<String>,
    },
    /// The long tests as a whole: every fault of every schedule, of which `test` runs a share
    Soak {
        /// Only these programs of integration tests, or modules of them (for instance `resilience::crash`)
        names: Vec<String>,
    },
    /// The quick part of `test`: format, lints, page, unit tests
    Check,
    /// Proves that imports go down only, between crates and inside of each; a step of `check`
    Layers,
    /// Measures Hearth beside its peers, in release builds
    Bench {
        /// Only this part
        #[arg(value_enum)]
        part: Option<bench::Part>,
        /// Leave out the app itself (size of its package, its conversation page, time to first paint)
        #[arg(long)]
        no_app: bool,
        /// Handed to hearth-bench, after `--`; with `talk`, to that: windows (`guest`, `app`), and what of them (`idle`, `memory`,
        /// `typing`, `hearing`, `reading`)
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Builds the packages of the app and of the headless host into dist/
    Package,
    /// The supply chain: licences, sources and known weaknesses of all packages; installs cargo-deny
    Audit,
    /// Prints what the changelog says of a version, for its release; the tag must be that of this version
    ReleaseNotes {
        /// For instance `v0.1.0`
        tag: String,
    },
    /// Takes the picture in the README anew, on a network of its own
    Picture,
    /// Times the app from exec to first paint; needs a display (`bench` gives it one)
    #[command(hide = true)]
    FirstPaint { app: PathBuf },
}

fn main() -> ExitCode {
    act(Cli::parse().task).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn act(task: Task) -> Result<ExitCode> {
    std::env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).context(
        "cannot enter the folder of the repository: was it moved? then run `cargo clean -p xtask`",
    )?;
    match task {
        Task::Run { release, args } => run::run(release, &args)?,
        Task::Test { release, names } => {
            let profile = if release { Profile::Release } else { Profile::Dev };
            return Ok(if names.is_empty() {
                test::everything(profile)
            } else {
                test::only(&names, profile)
            });
        }
        Task::Soak { names } => return Ok(test::soak(&names)),
        Task::Check => return Ok(check::check()),
        Task::Layers => layers::check()?,
        Task::Audit => return Ok(audit::audit()),
        Task::ReleaseNotes { tag } => release::print_notes(&tag)?,
        Task::Bench { part, no_app, args } => bench::bench(part, no_app, &args)?,
        Task::Package => package::set_up_and_package()?,
        Task::Picture => picture::take()?,
        Task::FirstPaint { app } => first_paint::measure(&app)?,
    }
    Ok(ExitCode::SUCCESS)
}

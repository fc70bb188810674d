//! `hearth-bench`: what the host costs, measured beside the usual ways to write one.
//!
//! Every server is a child process, so that its CPU time and memory can be read from `/proc`; all clients live in this
//! one process and one thread. Rounds of the servers alternate and medians are reported, since a neighbour's noise on
//! the machine lasts longer than one run.

#![allow(clippy::print_stdout, reason = "its figures are what it is for")]

mod calm;
mod crowd;
mod durable;
mod fanout;
mod frames;
mod idle;
mod join;
mod ledger;
mod machine;
mod naive;
mod past;
mod peer;
mod process;
mod report;
mod stats;
mod tls;
mod wire;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};

use machine::Machine;
use report::Report;

/// Measures hearth-host beside a naive server and the tutorial's.
#[derive(Debug, Parser)]
#[command(name = "hearth-bench", version)]
struct Cli {
    /// What to measure [default: everything]
    #[command(subcommand)]
    measure: Option<Measure>,
    /// Also write the figures to this file, as JSON
    #[arg(long, global = true, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Measure {
    /// CPU time per delivery while messages are always in flight
    Fanout(fanout::Options),
    /// Delivery times while people merely chat
    Calm(calm::Options),
    /// Memory of hearth-host, empty and per connection
    Idle(idle::Options),
    /// Acks a second, and the time to one, with everything on the disk
    Durable(durable::Options),
    /// A room of a million entries: opening, scrolling, searching, coming back
    Past(past::Options),
    /// What TLS costs beside the same without: a handshake, a delivery, a connection
    Tls(tls::Options),
    /// From a pasted link to being in the room, by the app's client
    Join(join::Options),
    /// The naive server itself: a peer that is measured
    #[command(hide = true)]
    Naive,
}

fn main() -> Result<()> {
    let Cli { measure, json } = Cli::parse();
    let wanted = match measure {
        Some(Measure::Naive) => return naive::serve(),
        Some(one) => vec![one],
        None => vec![
            Measure::Fanout(defaults()?),
            Measure::Calm(defaults()?),
            Measure::Idle(defaults()?),
            Measure::Durable(defaults()?),
            Measure::Past(defaults()?),
            Measure::Tls(defaults()?),
            Measure::Join(defaults()?),
        ],
    };
    rlimit::increase_nofile_limit(u64::MAX).context("the limit of open files cannot be raised")?;
    let mut report = Report { machine: Machine::look()?, ..Report::default() };
    println!("{}", report.machine);
    for measure in wanted {
        match measure {
            Measure::Fanout(options) => {
                report.fanout = fanout::measure(&options)?;
                report::print_fanout(&report.fanout);
            }
            Measure::Calm(options) => {
                report.calm = calm::measure(&options)?;
                report::print_calm(&report.calm);
            }
            Measure::Idle(options) => report::print_idle(report.idle.insert(idle::measure(&options)?)),
            Measure::Durable(options) => {
                report::print_durable(report.durable.insert(durable::measure(&options)?));
            }
            Measure::Past(options) => report::print_past(report.past.insert(past::measure(&options)?)),
            Measure::Tls(options) => {
                report.tls = tls::measure(&options)?;
                report::print_tls(&report.tls);
            }
            Measure::Join(options) => {
                report.join = join::measure(&options)?;
                report::print_join(&report.join);
            }
            Measure::Naive => {}
        }
    }
    report.machine.load_after = machine::load_average()?;
    println!("\nload average {} before, {} after", report.machine.load_before, report.machine.load_after);
    if let Some(file) = json {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// A measurement's options when none are given.
fn defaults<T: Args>() -> Result<T> {
    let matches = T::augment_args(clap::Command::new("defaults")).try_get_matches_from(["defaults"])?;
    Ok(T::from_arg_matches(&matches)?)
}

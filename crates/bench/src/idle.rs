//! The memory that hearth-host takes, empty and for each person who is there and says nothing.

use std::time::{Duration, Instant};

use anyhow::Result;
use hearth_protocol::Dialect;

use crate::crowd::Crowd;
use crate::peer::Peer;
use crate::process::Memory;
use crate::report::{Idle, IdleRun};
use crate::stats::median;
use crate::wire::{Door, Way};

/// A server that has just started is still at it.
const START: Duration = Duration::from_millis(500);

/// So long a rest, and nobody is being told anything any more.
const QUIET: Duration = Duration::from_secs(1);

/// What shall be measured.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Connections, all of v1 and greeted
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u16).range(1..=15_000))]
    clients: u16,
    /// How often it is measured; medians are reported
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=100))]
    rounds: u8,
}

/// Measures with a new server each time: what an allocator keeps depends on how a crowd happened to come in.
pub(crate) fn measure(options: &Options) -> Result<Idle> {
    let mut runs = Vec::new();
    for round in 1..=options.rounds {
        println!("memory round {round} of {}: {} connections", options.rounds, options.clients);
        runs.push(run(options.clients)?);
    }
    let of = |value: fn(&IdleRun) -> f64| median(runs.iter().map(value));
    Ok(Idle {
        clients: options.clients,
        median: IdleRun {
            empty: Memory { rss_kib: of(|run| run.empty.rss_kib), pss_kib: of(|run| run.empty.pss_kib) },
            full: Memory { rss_kib: of(|run| run.full.rss_kib), pss_kib: of(|run| run.full.pss_kib) },
            each: Memory { rss_kib: of(|run| run.each.rss_kib), pss_kib: of(|run| run.each.pss_kib) },
            arrival_s: of(|run| run.arrival_s),
            arrival_cpu_s: of(|run| run.arrival_cpu_s),
            arrival_bytes: of(|run| run.arrival_bytes),
        },
        runs,
    })
}

fn run(clients: u16) -> Result<IdleRun> {
    let server = Peer::HearthV1.start()?;
    std::thread::sleep(START);
    let empty = server.memory()?;
    let (start, cpu) = (Instant::now(), server.cpu()?);
    let mut crowd = Crowd::connect(Door::new(server.port, Dialect::V1, Way::Open)?, clients.into())?;
    let arrival = start.elapsed();
    crowd.settle(QUIET)?;
    let arrival_cpu = server.cpu()?.saturating_sub(cpu);
    let full = server.memory()?;
    let each = |full: f64, empty: f64| (full - empty) / f64::from(clients);
    Ok(IdleRun {
        empty,
        full,
        each: Memory {
            rss_kib: each(full.rss_kib, empty.rss_kib),
            pss_kib: each(full.pss_kib, empty.pss_kib),
        },
        arrival_s: arrival.as_secs_f64(),
        arrival_cpu_s: arrival_cpu.as_secs_f64(),
        arrival_bytes: crowd.mean_bytes(),
    })
}

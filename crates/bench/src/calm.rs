//! Latency: how long a line takes while people merely chat: a few messages a second, far below what any server can carry.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::crowd::Crowd;
use crate::fanout::{gather, hear, nothing_more};
use crate::ledger::Ledger;
use crate::peer::Peer;
use crate::report::Calm;
use crate::stats::Latency;

/// Who takes turns in talking.
const TALKERS: usize = 10;

/// What shall be measured, and how long.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Connections to each server
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u16).range(10..=10_000))]
    clients: u16,
    /// Messages a second, evenly spaced
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=100))]
    per_second: u16,
    /// How often each server is measured; medians are reported
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=100))]
    rounds: u8,
    /// Seconds of each run
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=60))]
    seconds: u8,
    /// Only these servers
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Peer::ALL)]
    servers: Vec<Peer>,
}

/// Measures each server in turn, round by round.
pub(crate) fn measure(options: &Options) -> Result<Vec<Calm>> {
    let mut runs = Vec::new();
    for round in 1..=options.rounds {
        for &peer in &options.servers {
            println!("calm round {round} of {}: {peer}", options.rounds);
            runs.push(run(peer, options).with_context(|| format!("measuring {peer}"))?);
        }
    }
    let median = |peer: Peer| {
        let of_this = || runs.iter().filter(|run| run.peer == peer);
        let to_one: Vec<_> = of_this().map(|run| run.to_one).collect();
        let to_last: Vec<_> = of_this().map(|run| run.to_last).collect();
        Calm { peer, to_one: Latency::median(&to_one), to_last: Latency::median(&to_last) }
    };
    Ok(options.servers.iter().map(|&peer| median(peer)).collect())
}

fn run(peer: Peer, options: &Options) -> Result<Calm> {
    let server = peer.start()?;
    let clients = usize::from(options.clients);
    let mut crowd = gather(&server, peer.dialect(), clients, TALKERS)?;
    let ledger = talk(&mut crowd, options)?;
    nothing_more(&mut crowd)?;
    Ok(Calm { peer, to_one: Latency::of(ledger.to_sample), to_last: Latency::of(ledger.to_last) })
}

fn talk(crowd: &mut Crowd, options: &Options) -> Result<Ledger> {
    let mut ledger = Ledger::new(crowd.len());
    let pace = Duration::from_secs(1) / options.per_second.into();
    let mut due = Instant::now();
    for n in 0..usize::from(options.per_second) * usize::from(options.seconds) {
        let client = n % TALKERS * crowd.len() / TALKERS;
        let now = Instant::now();
        crowd.post(client, ledger.next())?;
        ledger.sent(client, now);
        due += pace;
        while Instant::now() < due {
            crowd.turn(due, |heard| {
                if heard.is_line() {
                    ledger.received(heard.client, heard.number()?, Instant::now)?;
                }
                Ok(())
            })?;
        }
    }
    let end = Instant::now() + crate::wire::PATIENCE;
    while !ledger.is_settled() {
        hear(crowd, &mut ledger, end, |_| {})?;
    }
    Ok(ledger)
}

//! The cost of fan-out: what a delivery costs while so many messages are always in flight: as soon as everybody has a message, its sender
//! sends the next one.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hearth_protocol::Dialect;

use crate::crowd::Crowd;
use crate::ledger::Ledger;
use crate::peer::Peer;
use crate::process::Process;
use crate::report::{Fanout, Run};
use crate::stats::{Latency, median};
use crate::wire::PATIENCE;
use crate::wire::{Door, Way};

/// Before the measured part: code is compiled (in Node), buffers grow, and the group of senders finds its rhythm.
const WARM_UP: Duration = Duration::from_secs(1);

/// The roster of a large room is told every quarter of a second: so long a rest means that all of it was told.
pub(crate) const QUIET: Duration = Duration::from_millis(600);

/// What shall be measured, and how long.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Connections to each server
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    clients: u16,
    /// Messages in flight, each from a sender of its own; several numbers are measured one after the other
    #[arg(long, default_values_t = [1, 20], value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=500))]
    in_flight: Vec<u16>,
    /// How often each server is measured; medians are reported
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=100))]
    rounds: u8,
    /// Seconds of each run
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=60))]
    seconds: u8,
    /// Only these servers
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Peer::ALL)]
    servers: Vec<Peer>,
}

/// Measures each server in turn, round by round.
pub(crate) fn measure(options: &Options) -> Result<Vec<Fanout>> {
    let mut runs = Vec::new();
    for round in 1..=options.rounds {
        for &peer in &options.servers {
            println!("round {round} of {}: {peer}", options.rounds);
            runs.extend(measure_one(peer, options).with_context(|| format!("measuring {peer}"))?);
        }
    }
    let mut all = Vec::new();
    for &in_flight in &options.in_flight {
        for &peer in &options.servers {
            let of_this = |run: &&Run| run.peer == peer && run.in_flight == usize::from(in_flight);
            all.push(sum_up(runs.iter().filter(of_this).copied().collect()));
        }
    }
    Ok(all)
}

fn measure_one(peer: Peer, options: &Options) -> Result<Vec<Run>> {
    let server = peer.start()?;
    let most = options.in_flight.iter().copied().max().unwrap_or_default();
    let mut crowd = gather(&server, peer.dialect(), options.clients.into(), most.into())?;
    let time = Duration::from_secs(options.seconds.into());
    options
        .in_flight
        .iter()
        .map(|&in_flight| run(peer, &server, &mut crowd, in_flight.into(), time))
        .collect()
}

/// Connects everybody, of whom so many will send, and waits until all joins are told.
pub(crate) fn gather(server: &Process, dialect: Dialect, clients: usize, senders: usize) -> Result<Crowd> {
    let mut crowd = Crowd::connect(Door::new(server.port, dialect, Way::Open)?, clients)?;
    if dialect == Dialect::Classic {
        // Who only reads never says that they have come.
        crowd.join_classic((0..senders).map(|n| sender(n, senders, clients)))?;
    }
    crowd.settle(QUIET)?;
    Ok(crowd)
}

/// One run, after a while to warm up.
pub(crate) fn run(
    peer: Peer,
    server: &Process,
    crowd: &mut Crowd,
    in_flight: usize,
    time: Duration,
) -> Result<Run> {
    keep_in_flight(crowd, in_flight, WARM_UP)?;
    let (start, cpu_before) = (Instant::now(), server.cpu()?);
    let ledger = keep_in_flight(crowd, in_flight, time)?;
    let (took, cpu) = (start.elapsed(), server.cpu()?.saturating_sub(cpu_before));
    nothing_more(crowd)?;
    let deliveries = u32::try_from(ledger.messages() * crowd.len()).context("a run of a bounded time")?;
    Ok(Run {
        peer,
        in_flight,
        cpu_s_per_million: cpu.as_secs_f64() / f64::from(deliveries) * 1e6,
        deliveries_per_s: f64::from(deliveries) / took.as_secs_f64(),
        to_one: Latency::of(ledger.to_sample),
        to_last: Latency::of(ledger.to_last),
    })
}

fn keep_in_flight(crowd: &mut Crowd, in_flight: usize, time: Duration) -> Result<Ledger> {
    let mut ledger = Ledger::new(crowd.len());
    let stop = Instant::now() + time;
    let mut free: Vec<usize> = (0..in_flight).map(|n| sender(n, in_flight, crowd.len())).collect();
    loop {
        for client in free.drain(..) {
            let now = Instant::now();
            if now < stop {
                crowd.post(client, ledger.next())?;
                ledger.sent(client, now);
            }
        }
        if ledger.is_settled() {
            return Ok(ledger);
        }
        hear(crowd, &mut ledger, Instant::now() + PATIENCE, |sender| free.push(sender))?;
    }
}

/// Waits until `end` for lines, and enters them; `done` gets the sender of each that everybody has.
pub(crate) fn hear(
    crowd: &mut Crowd,
    ledger: &mut Ledger,
    end: Instant,
    mut done: impl FnMut(usize),
) -> Result<()> {
    crowd.turn(end, |heard| {
        if heard.is_line()
            && let Some(sender) = ledger.received(heard.client, heard.number()?, Instant::now)?
        {
            done(sender);
        }
        Ok(())
    })?;
    ensure!(Instant::now() < end || ledger.is_settled(), "{} deliveries were lost", ledger.missing());
    Ok(())
}

/// A message that comes once more comes now.
pub(crate) fn nothing_more(crowd: &mut Crowd) -> Result<()> {
    crowd.turn(Instant::now() + Duration::from_millis(100), |heard| {
        if heard.is_line() {
            bail!("client {} received more than was sent", heard.client);
        }
        Ok(())
    })
}

/// Senders are spread over the crowd, since a server may reach the first clients earlier than the last.
fn sender(n: usize, senders: usize, clients: usize) -> usize {
    n * clients / senders
}

fn sum_up(runs: Vec<Run>) -> Fanout {
    let of = |value: fn(&Run) -> f64| median(runs.iter().map(value));
    let (peer, in_flight) = (runs[0].peer, runs[0].in_flight);
    let to_one: Vec<_> = runs.iter().map(|run| run.to_one).collect();
    let to_last: Vec<_> = runs.iter().map(|run| run.to_last).collect();
    Fanout {
        median: Run {
            peer,
            in_flight,
            cpu_s_per_million: of(|run| run.cpu_s_per_million),
            deliveries_per_s: of(|run| run.deliveries_per_s),
            to_one: Latency::median(&to_one),
            to_last: Latency::median(&to_last),
        },
        runs,
    }
}

//! The cost of TLS to the host, beside the same without: to connect, to get a message, and to be there.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hearth_protocol::Dialect;

use crate::crowd::Crowd;
use crate::fanout::{self, QUIET};
use crate::peer::Peer;
use crate::report::{Tls, TlsRun};
use crate::stats::median;
use crate::wire::{Door, Way};

/// Before memory is looked at: what arriving took is given back by then.
const START: Duration = Duration::from_millis(500);

/// What shall be measured, and how long.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Connections that are opened and closed again, one after the other
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u16).range(1..=60_000))]
    handshakes: u16,
    /// Connections that get messages
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    clients: u16,
    /// Messages in flight
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=500))]
    in_flight: u16,
    /// How often each way is measured; medians are reported
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=100))]
    rounds: u8,
    /// Seconds of each run of messages
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=60))]
    seconds: u8,
}

/// Measures both ways in turn, round by round.
pub(crate) fn measure(options: &Options) -> Result<Vec<Tls>> {
    const WAYS: [Way; 2] = [Way::Open, Way::Tls];
    let mut runs = Vec::new();
    for round in 1..=options.rounds {
        for way in WAYS {
            println!("TLS round {round} of {}: {way}", options.rounds);
            runs.push(run(way, options).with_context(|| format!("measuring {way}"))?);
        }
    }
    let sum_up = |way: Way| {
        let runs: Vec<_> = runs.iter().filter(|run| run.way == way).copied().collect();
        let of = |value: fn(&TlsRun) -> f64| median(runs.iter().map(value));
        let median = TlsRun {
            way,
            handshakes_per_s: of(|run| run.handshakes_per_s),
            handshake_cpu_ms: of(|run| run.handshake_cpu_ms),
            cpu_s_per_million: of(|run| run.cpu_s_per_million),
            deliveries_per_s: of(|run| run.deliveries_per_s),
            each_kib: of(|run| run.each_kib),
        };
        Tls { median, runs }
    };
    Ok(WAYS.map(sum_up).into())
}

fn run(way: Way, options: &Options) -> Result<TlsRun> {
    let peer = Peer::HearthV1;
    let server = peer.start()?;
    let door = Door::new(server.port, Dialect::V1, way)?;
    let (start, cpu) = (Instant::now(), server.cpu()?);
    for n in 0..options.handshakes {
        door.enter(door.knock()?).with_context(|| format!("handshake {n}"))?;
    }
    let (took, used) = (start.elapsed(), server.cpu()?.saturating_sub(cpu));
    std::thread::sleep(START);
    let empty = server.memory()?;
    let mut crowd = Crowd::connect(door, options.clients.into())?;
    crowd.settle(QUIET)?;
    let full = server.memory()?;
    let time = Duration::from_secs(options.seconds.into());
    let messages = fanout::run(peer, &server, &mut crowd, options.in_flight.into(), time)?;
    let handshakes = f64::from(options.handshakes);
    Ok(TlsRun {
        way,
        handshakes_per_s: handshakes / took.as_secs_f64(),
        handshake_cpu_ms: used.as_secs_f64() * 1e3 / handshakes,
        cpu_s_per_million: messages.cpu_s_per_million,
        deliveries_per_s: messages.deliveries_per_s,
        each_kib: (full.pss_kib - empty.pss_kib) / f64::from(options.clients),
    })
}

//! The figures: for programs as JSON, for people as tables.

use serde::Serialize;

use crate::machine::Machine;
use crate::peer::Peer;
use crate::process::Memory;
use crate::stats::Latency;
use crate::wire::Way;

/// All figures of one call.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) fanout: Vec<Fanout>,
    pub(crate) calm: Vec<Calm>,
    pub(crate) idle: Option<Idle>,
    pub(crate) durable: Option<Durable>,
    pub(crate) past: Option<Past>,
    pub(crate) tls: Vec<Tls>,
    pub(crate) join: Vec<Join>,
}

/// One run of one server.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Run {
    pub(crate) peer: Peer,
    pub(crate) in_flight: usize,
    /// The server's CPU seconds per million deliveries; a message to 1,000 clients is 1,000 deliveries.
    pub(crate) cpu_s_per_million: f64,
    pub(crate) deliveries_per_s: f64,
    /// From sending to any client.
    pub(crate) to_one: Latency,
    /// From sending to the client that gets it last.
    pub(crate) to_last: Latency,
}

/// A server's runs with so many messages in flight, and their medians.
#[derive(Debug, Serialize)]
pub(crate) struct Fanout {
    pub(crate) median: Run,
    pub(crate) runs: Vec<Run>,
}

/// Delivery times of a server at a calm load: medians of its runs.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Calm {
    pub(crate) peer: Peer,
    pub(crate) to_one: Latency,
    pub(crate) to_last: Latency,
}

/// Memory of hearth-host: its runs, and their medians.
#[derive(Debug, Serialize)]
pub(crate) struct Idle {
    pub(crate) clients: u16,
    pub(crate) median: IdleRun,
    pub(crate) runs: Vec<IdleRun>,
}

/// One run.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct IdleRun {
    /// Without a client.
    pub(crate) empty: Memory,
    /// All connected, greeted and at rest.
    pub(crate) full: Memory,
    /// What `full` has more than `empty`, by the number of connections.
    pub(crate) each: Memory,
    /// From the first knock to the last welcome.
    pub(crate) arrival_s: f64,
    /// The server's CPU time until all was told to all.
    pub(crate) arrival_cpu_s: f64,
    /// What each client was sent until then, on average.
    pub(crate) arrival_bytes: f64,
}

/// What it costs that an ack means "on the disk": medians of the runs.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Durable {
    pub(crate) senders: usize,
    pub(crate) acks_per_s: f64,
    /// Lines a second of all together, for
    pub(crate) pace: u32,
    /// the time from writing a line to its ack.
    pub(crate) to_ack: Latency,
}

/// A room with a long past.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Past {
    pub(crate) entries: u32,
    pub(crate) line_bytes: f64,
    pub(crate) disk_bytes_per_line: f64,
    pub(crate) filled_per_s: f64,
    /// Until the first screen is there.
    pub(crate) open_ms: f64,
    pub(crate) open_kib: f64,
    pub(crate) page: Latency,
    pub(crate) search: Latency,
    pub(crate) resumed_per_s: f64,
}

/// A way to connect: its runs, and their medians.
#[derive(Debug, Serialize)]
pub(crate) struct Tls {
    pub(crate) median: TlsRun,
    pub(crate) runs: Vec<TlsRun>,
}

/// One run.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct TlsRun {
    pub(crate) way: Way,
    /// One after the other, from TCP to the answer to the upgrade.
    pub(crate) handshakes_per_s: f64,
    /// The server's CPU time for one.
    pub(crate) handshake_cpu_ms: f64,
    /// The server's CPU seconds per million deliveries.
    pub(crate) cpu_s_per_million: f64,
    pub(crate) deliveries_per_s: f64,
    /// The server's memory for each who is in the room and at rest, in KiB.
    pub(crate) each_kib: f64,
}

/// Joining by one way, from the pasted link on.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Join {
    pub(crate) way: Way,
    pub(crate) joins: u16,
    /// Until the host has let the guest in.
    pub(crate) to_welcome: Latency,
    /// Until the newest entries of the room are there as well.
    pub(crate) to_entries: Latency,
}

/// Every server with every number in flight, beside the tutorial's server and the naive one.
pub(crate) fn print_fanout(all: &[Fanout]) {
    println!(
        "\nFan-out; CPU is the server's seconds per million deliveries, times in ms (p50 / p99), medians of the runs\n"
    );
    println!(
        "{:>9} {:24} {:>6} {:>15} {:>9} {:>6} {:>12} {:>15} {:>15}",
        "in flight",
        "server",
        "CPU",
        "least..most",
        "tutorial",
        "naive",
        "deliveries/s",
        "to one",
        "to the last"
    );
    for Fanout { median: run, runs } in all {
        let cpu_of = |peer| {
            let same = |other: &&Fanout| other.median.peer == peer && other.median.in_flight == run.in_flight;
            all.iter().find(same).map(|other| other.median.cpu_s_per_million)
        };
        let times = |peer| {
            cpu_of(peer).map_or_else(|| "-".to_owned(), |cpu| format!("{:.1}x", cpu / run.cpu_s_per_million))
        };
        let cpus = || runs.iter().map(|run| run.cpu_s_per_million);
        let (least, most) = (cpus().fold(f64::INFINITY, f64::min), cpus().fold(0.0, f64::max));
        println!(
            "{:>9} {:24} {:>6.2} {:>15} {:>9} {:>6} {:>12.0} {:>15} {:>15}",
            run.in_flight,
            run.peer,
            run.cpu_s_per_million,
            format!("{least:.2}..{most:.2}"),
            times(Peer::Tutorial),
            times(Peer::Naive),
            run.deliveries_per_s,
            pair(run.to_one),
            pair(run.to_last),
        );
    }
    println!("\ntutorial, naive: how many times as much CPU they take as the server of the line");
}

/// Delivery times at a calm load.
pub(crate) fn print_calm(all: &[Calm]) {
    println!("\nDelivery at a calm load, ms (p50 / p99), medians of the runs\n");
    println!("{:24} {:>15} {:>15}", "server", "to one", "to the last");
    for Calm { peer, to_one, to_last } in all {
        println!("{peer:24} {:>15} {:>15}", pair(*to_one), pair(*to_last));
    }
}

/// Memory.
pub(crate) fn print_idle(idle: &Idle) {
    let Idle { clients, median: run, runs } = idle;
    println!("\nMemory of hearth-host, medians of {} runs\n", runs.len());
    println!("{:24} {:>12} {:>12}", "", "RSS", "PSS");
    let mib = |kib: f64| format!("{:.1} MiB", kib / 1024.0);
    for (what, memory) in [("no client", run.empty), (&format!("{clients} in the room"), run.full)] {
        println!("{what:24} {:>12} {:>12}", mib(memory.rss_kib), mib(memory.pss_kib));
    }
    let kib = |kib: f64| format!("{kib:.2} KiB");
    println!("{:24} {:>12} {:>12}", "each of them", kib(run.each.rss_kib), kib(run.each.pss_kib));
    println!(
        "\nAll come at once: the last is welcomed after {:.2} s; {:.2} s of CPU and {} to each until all is told",
        run.arrival_s,
        run.arrival_cpu_s,
        kib(run.arrival_bytes / 1024.0)
    );
}

/// Acks.
pub(crate) fn print_durable(durable: &Durable) {
    let Durable { senders, acks_per_s, pace, to_ack } = durable;
    println!("\nAcks of lines that are on the disk, medians of the runs\n");
    println!("{senders} senders at full speed: {acks_per_s:.0} acks a second");
    println!("{pace} lines a second: {} ms from line to ack (p50 / p99)", pair(*to_ack));
}

/// A long past.
pub(crate) fn print_past(past: &Past) {
    println!("\nA room of {} entries of {:.0} bytes of text each\n", past.entries, past.line_bytes);
    println!("on the disk, with both indexes: {:.0} bytes for each", past.disk_bytes_per_line);
    println!("stored by groups of 1,000: {:.0} a second", past.filled_per_s);
    println!("opened, first screen: {:.1} ms, {:.1} MiB more memory", past.open_ms, past.open_kib / 1024.0);
    println!("a page of 100, anywhere: {} ms (p50 / p99)", pair(past.page));
    println!("a search for two characters: {} ms (p50 / p99)", pair(past.search));
    println!("coming back to what was missed: {:.0} entries a second", past.resumed_per_s);
}

/// TLS beside the same without.
pub(crate) fn print_tls(all: &[Tls]) {
    println!("\nTLS; CPU is the server's, medians of the runs\n");
    println!(
        "{:5} {:>13} {:>14} {:>17} {:>13} {:>9}",
        "", "handshakes/s", "CPU ms of one", "CPU s per million", "deliveries/s", "each KiB"
    );
    for Tls { median: run, .. } in all {
        println!(
            "{:5} {:>13.0} {:>14.2} {:>17.2} {:>13.0} {:>9.2}",
            run.way,
            run.handshakes_per_s,
            run.handshake_cpu_ms,
            run.cpu_s_per_million,
            run.deliveries_per_s,
            run.each_kib
        );
    }
}

/// Joining.
pub(crate) fn print_join(all: &[Join]) {
    println!("\nFrom a pasted link to being in the room, ms (p50 / p99); aim: p99 below 300\n");
    println!("{:5} {:>6} {:>17} {:>24}", "", "joins", "to the welcome", "to the newest entries");
    for Join { way, joins, to_welcome, to_entries } in all {
        println!("{way:5} {joins:>6} {:>17} {:>24}", pair(*to_welcome), pair(*to_entries));
    }
}

fn pair(latency: Latency) -> String {
    format!("{:.2} / {:.2}", latency.p50_ms, latency.p99_ms)
}

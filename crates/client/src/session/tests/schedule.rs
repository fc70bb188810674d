//! Random schedules: clients and a host, wires that delay, break and come back, a host that starts again and lets go of
//! old entries, clients that are killed and go on with what their disk has. Whatever happens, every line that was written
//! and kept ends up in the log once, one that was not kept never, and every page shows the log.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rand::RngExt;

use super::{
    world::{CLIENTS, Tally, World},
    *,
};

/// Things that happen in a schedule.
const STEPS: usize = 400;

fn run(seed: u64) -> Tally {
    let mut world = World::new(seed);
    for who in 0..CLIENTS {
        world.event(who, Event::Begin);
    }
    for _ in 0..STEPS {
        world.step();
    }
    // A refused line goes again behind those that were on their way with it.
    let in_order = world.trouble.too_fast == 0 && world.trouble.storage == 0;
    world.heal();
    world.check(in_order);
    world.tally.entries = world.host.log.len();
    world.tally
}

/// `HEARTH_SEEDS=10000` runs so many schedules; `HEARTH_SEED=n` only that one.
#[test]
#[expect(clippy::print_stdout, reason = "the tally is for people")]
fn whatever_happens_every_line_is_there_once_and_in_order() {
    let number = |name: &str| std::env::var(name).ok().map(|n| n.parse::<u64>().expect("a number"));
    if let Some(seed) = number("HEARTH_SEED") {
        println!("{:?}", run(seed));
        return;
    }
    let mut seeds = rand::rng();
    let mut all = Tally::default();
    for _ in 0..number("HEARTH_SEEDS").unwrap_or(200) {
        let seed: u64 = seeds.random();
        let outcome = catch_unwind(AssertUnwindSafe(|| run(seed)));
        let tally = outcome.unwrap_or_else(|_| panic!("it happens again with HEARTH_SEED={seed}"));
        all.schedules += 1;
        all.lines += tally.lines;
        all.entries += tally.entries;
        all.kills += tally.kills;
        all.restarts += tally.restarts;
        all.cuts += tally.cuts;
        all.disk_failures += tally.disk_failures;
        all.trims += tally.trims;
        all.killed_before_kept += tally.killed_before_kept;
    }
    println!("{all:?}; lost 0, doubled 0, out of order 0");
}

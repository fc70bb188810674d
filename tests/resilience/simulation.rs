//! Nothing is lost, doubled or out of order, in thousands of schedules of a world without sockets and clocks: the real
//! session, room, tape and log, and whatever can happen to them.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use hearth_tests::simulated::{Deeds, run};
use hearth_tests::{seed, share, tell};

#[test]
fn whatever_happens_every_line_is_there_once_and_in_one_order_everywhere() {
    let schedules = share(300, 10_000);
    let first = seed();
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Deeds::default());
    let began = Instant::now();
    let work = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= schedules {
                return;
            }
            let seed = first.wrapping_add(n as u64);
            let Ok(deeds) = catch_unwind(AssertUnwindSafe(|| run(seed))) else {
                next.store(schedules, Ordering::Relaxed);
                panic!("a schedule went wrong; it comes again with HEARTH_SEED={seed}");
            };
            *all.lock().expect("nobody panicked") += deeds;
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    let all = all.into_inner().expect("nobody panicked");
    tell(&format!("seeds from {first}: {all} ({:.1?})", began.elapsed()));
    assert!(all.acked > schedules && all.host_crashes > schedules / 2, "things happened: {all}");
}

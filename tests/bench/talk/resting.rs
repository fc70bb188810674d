//! What a page takes while nothing happens, and after a million entries have passed through it.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::figures::{Spread, judge, tell};
use super::rooms::{Host, MANY, MIXED, Rooms};
use super::window::Window;

/// A caret blinks some times in it.
const WATCHED: Duration = Duration::from_secs(20);

/// A page that was given so much is given so long to be done with it.
const SETTLE: Duration = Duration::from_secs(5);

/// More than a million entries take on a busy machine.
const LONG: Duration = Duration::from_mins(4);

/// What the page may grow by, in MiB.
const GROWTH: f64 = 150.0;

/// The processor time while nothing happens, with the caret in the box.
pub(crate) async fn idle(window: &Window) {
    window.run("document.querySelector('[data-testid=composer]').focus()", &[]).await;
    sleep(SETTLE).await;
    let page = window.page_process();
    let app = window.app_process();
    let all = window.processes();
    let used = || {
        let rest = all.iter().map(super::processes::Process::cpu).sum::<Duration>();
        [Some(page.cpu()), app.as_ref().map(super::processes::Process::cpu), Some(rest)]
    };
    let before = used();
    sleep(WATCHED).await;
    let share = |(before, after): (Option<Duration>, Option<Duration>)| {
        let used = after?.saturating_sub(before?);
        Some(format!("{:.1} %", used.as_secs_f64() / WATCHED.as_secs_f64() * 100.0))
    };
    let [page, app, all] = [0, 1, 2].map({
        let after = used();
        move |n: usize| share((before[n], after[n]))
    });
    let app = app.map(|app| format!(", the app's {app}")).unwrap_or_default();
    let figure = format!(
        "the page's process {}{app}; all processes {} of a core",
        page.unwrap_or_default(),
        all.unwrap_or_default()
    );
    tell("idle, the caret in the box, over 20 s", &figure);
}

/// The memory of the page's process once it gives nothing back any more: not everywhere can it be told to.
async fn settled(window: &Window) -> f64 {
    let deadline = Instant::now() + SETTLE * 6;
    let mut least = f64::INFINITY;
    let mut since = Instant::now();
    while since.elapsed() < SETTLE * 2 && Instant::now() < deadline {
        let memory = window.page_process().memory();
        if memory < least - 1.0 {
            (least, since) = (memory, Instant::now());
        }
        sleep(SETTLE / 10).await;
    }
    window.page_process().memory()
}

/// A million entries, while the link was down: they come as fast as the page takes them.
pub(crate) async fn passes_through(window: &Window, host: &mut Host, rooms: &Rooms) {
    let held_before = window.collect_garbage().await;
    let before = window.page_process().memory();
    window.tell("countFrames()").await;
    let begun = Instant::now();
    host.go_on(rooms).await;
    // The last one.
    window.sees(&format!("{}", MIXED - 1), LONG).await;
    let took = begun.elapsed();
    let frames: Vec<f64> = window.probe("frames()").await;
    sleep(SETTLE).await;
    let held = window.collect_garbage().await;
    let after = settled(window).await;
    let rate = f64::from(MANY) / took.as_secs_f64();
    let figure = format!("{:.1} s, {rate:.0} a second; frames {}", took.as_secs_f64(), Spread::of(frames));
    tell("a million entries pass through the page", &figure);
    let held = held_before
        .zip(held)
        .map(|(before, after)| format!("; its scripts hold {before:.1}, then {after:.1}"));
    let figure = format!("{before:.0} MiB, then {after:.0}{}", held.unwrap_or_default());
    judge(
        "memory of the page's process, a room of 60 entries, then",
        &figure,
        after - before,
        GROWTH,
        "MiB more",
    );
}

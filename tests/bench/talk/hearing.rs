//! Lines of others: how soon each is painted, and whether the window still answers while very many come.

use std::time::Duration;

use tokio::time::sleep;

use super::figures::{Samples, Spread, judge, tell};
use super::rooms::Host;
use super::talkers::Talker;
use super::window::{Key, Window};

/// Lines a second of a lively room, and for how many seconds.
const LIVELY: (u32, u32) = (20, 10);
/// Those of a flood, by so many people.
const FLOOD: (u32, u32) = (1000, 30);
const FLOODING: u32 = 4;

/// Milliseconds.
const SOON: f64 = 50.0;
const ANSWERS: f64 = 100.0;

/// A person does something so often.
const PACE: Duration = Duration::from_millis(150);

/// The list goes there within this time.
const SETTLE: Duration = Duration::from_secs(2);

/// From the moment at which the page hears of a line, to its paint.
pub(crate) async fn lines(window: &Window, host: &Host) {
    // Whoever reads elsewhere goes to the newest line.
    window.run("document.querySelector('[data-testid=composer]').focus()", &[]).await;
    window.press(Key::End).await;
    sleep(SETTLE).await;
    window.hear().await;
    let (per_second, seconds) = LIVELY;
    let talking = async {
        Talker::begin(host.url(), "小明", 1, per_second, seconds).await.end().await;
    };
    let heard = window.watch("lines", talking).await;
    assert!(heard.taken.len() > 10, "they are heard: {}", heard.taken.len());
    judge("line received to painted, 20 a second", &heard.told(), heard.whole().p99, SOON, "ms (p99)");
}

/// A letter and a click to their effects, while a thousand lines come each second.
pub(crate) async fn flood(window: &Window, host: &Host) {
    let (per_second, seconds) = FLOOD;
    let mut talkers = Vec::new();
    for n in 0..FLOODING {
        let first = (n + 1) * 1_000_000;
        talkers.push(
            Talker::begin(host.url(), &format!("人群 {n}"), first, per_second / FLOODING, seconds).await,
        );
    }
    window.run("document.querySelector('[data-testid=composer]').focus()", &[]).await;
    let (mut letters, mut clicks) = (Samples::none(), Samples::none());
    window.tell("countFrames()").await;
    while !talkers.iter().all(Talker::is_over) {
        let typing = async {
            for _ in 0..5 {
                window.press(Key::Letter).await;
                sleep(PACE).await;
            }
        };
        letters.add(window.watch("letter", typing).await);
        let clicking = async {
            for _ in 0..2 {
                window.click("[data-testid=search-open]").await;
                sleep(PACE).await;
            }
        };
        clicks.add(window.watch("toggle", clicking).await);
        window.run("document.querySelector('[data-testid=composer]').focus()", &[]).await;
    }
    let frames = Spread::of(window.probe::<Vec<f64>>("frames()").await);
    let mut said = 0;
    for talker in talkers {
        said += talker.end().await;
    }
    window.tell("write('')").await;
    for (what, samples) in [("a letter to painted", letters), ("a click to its effect", clicks)] {
        let whole = samples.whole();
        let what = format!("1,000 lines a second for 30 s: {what}");
        judge(&what, &whole.to_string(), whole.worst, ANSWERS, "ms (worst)");
    }
    tell("frames meanwhile", &format!("{frames}; {said} lines"));
}

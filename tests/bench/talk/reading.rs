//! Reading in a room of a million entries: opening it, going to the first line, scrolling back, and staying in place.

use std::time::Duration;

use hearth_protocol::Seq;
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use super::figures::{Spread, judge, tell};
use super::rooms::{Host, MIXED};
use super::talkers::Other;
use super::window::{Key, Window};

/// What stands in the first line of the room, and in nothing else that is near an end.
const FIRST: &str = "第 1 行";

/// What was said last.
const NEWEST: &str = "刚刚说的这一句";

/// A hand scrolls by so many pixels in a frame, for so long.
const HAND: i32 = 120;
const SCROLLED: Duration = Duration::from_secs(5);

/// All mixed lines come by within this time, or as many as do.
const THROUGH: Duration = Duration::from_secs(90);

/// Milliseconds, and pixels.
const STANDSTILL: f64 = 50.0;
const STILL: f64 = 2.0;

/// Steps of a hand until something that can be folded is right above what is in sight.
const STEPS: usize = 40;

/// Lines that somebody puts an emoji to.
const REACTED: usize = 6;

#[derive(Debug, Deserialize)]
struct Done {
    #[serde(default)]
    ms: f64,
    #[serde(default)]
    first: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Read {
    moved: f64,
    lost: u32,
}

/// The page once more, from the navigation to the newest line.
pub(crate) async fn opens(window: &Window, host: &Host) {
    let Window::Guest(browser) = window else { return };
    let mut other = Other::enter(host.url()).await;
    other.answer(Seq::try_from(2_u64).expect("a place"), NEWEST).await;
    other.leave().await;
    browser.page().refresh().await.expect("loaded again");
    window.run("probe.untilPainted(arguments[0], 0)", &[json!(NEWEST)]).await;
    let Done { ms, .. } = window.done("the room opens", Duration::from_secs(30)).await;
    tell(
        "a room of a million: opened, to the newest line painted",
        &format!("{ms:.0} ms from the navigation"),
    );
}

/// From a click on an answer to the line that it answers, the first of the room, painted.
pub(crate) async fn jumps(window: &Window, host: &Host) {
    let mut other = Other::enter(host.url()).await;
    other.answer(Seq::try_from(1_u64).expect("a place"), "最早的那一行在这里").await;
    window.sees("最早的那一行在这里", Duration::from_secs(10)).await;
    window
        .until("the quote", "return document.querySelector('[data-testid=quote]:is(button)') !== null", &[])
        .await;
    window.run("probe.untilPainted(arguments[0]); [...document.querySelectorAll('button[data-testid=quote]')].at(-1).click()", &[json!(FIRST)]).await;
    let Done { ms, .. } = window.done("the first line", Duration::from_secs(20)).await;
    tell("a room of a million: a click on a quote to its first line", &format!("{ms:.0} ms to painted"));
    let frames = hand(window, HAND).await;
    judge(
        "a hand scrolls down from the first line: frames",
        &frames.to_string(),
        frames.worst,
        STANDSTILL,
        "ms (worst)",
    );
    other.leave().await;
    window.press(Key::End).await;
    window.sees("最早的那一行在这里", Duration::from_secs(10)).await;
}

/// A hand scrolls back, then drags the list to its beginning until all mixed lines have come by, then scrolls on.
pub(crate) async fn scrolls(window: &Window, host: &Host) {
    let frames = hand(window, -HAND).await;
    judge("a hand scrolls back: frames", &frames.to_string(), frames.worst, STANDSTILL, "ms (worst)");
    let newest: f64 = window.probe("first()").await;
    let oldest = newest - f64::from(MIXED);
    window.tell("countFrames()").await;
    window.tell(&format!("through({oldest}, {})", THROUGH.as_millis())).await;
    let done: Done = window.done("lines come by", THROUGH * 2).await;
    let frames = Spread::of(window.probe::<Vec<f64>>("frames()").await);
    let entries = newest - done.first.unwrap_or(newest);
    let figure = format!("{frames}; {entries:.0} entries in {:.0} s", done.ms / 1000.0);
    judge(
        "100,000 mixed lines come by, dragged to the beginning: frames",
        &figure,
        frames.worst,
        STANDSTILL,
        "ms (worst)",
    );
    let frames = hand(window, -HAND).await;
    judge(
        "a hand scrolls on from there: frames",
        &frames.to_string(),
        frames.worst,
        STANDSTILL,
        "ms (worst)",
    );
    stays(window, host).await;
}

async fn hand(window: &Window, by: i32) -> Spread {
    window.tell("countFrames()").await;
    window.tell(&format!("hand({by}, {})", SCROLLED.as_millis())).await;
    window.done::<Done>("a hand", SCROLLED * 4).await;
    Spread::of(window.probe::<Vec<f64>>("frames()").await)
}

/// What is read stays where it is while lines above it are unfolded and folded, and emoji come to them.
async fn stays(window: &Window, host: &Host) {
    let mut other = Other::enter(host.url()).await;
    // To where something above what is in sight can be folded and is in the document.
    for _ in 0..STEPS {
        window.tell(&format!("hand({}, 100)", -HAND / 4)).await;
        sleep(Duration::from_millis(500)).await;
        if window.probe::<u32>("foldAbove(false)").await > 0 {
            break;
        }
    }
    window.tell("beginReading()").await;
    let mut folded = 0;
    for _ in 0..2 {
        folded = window.probe::<usize>("foldAbove(true)").await;
        sleep(Duration::from_millis(700)).await;
    }
    let read: Read = window.probe("read()").await;
    moved("lines above it unfold and fold: it moves by", &read, folded);
    let above: Vec<String> = window.probe("above()").await;
    let places: Vec<Seq> =
        above.iter().filter_map(|key| Seq::try_from(key.parse::<u64>().ok()?).ok()).collect();
    window.tell("beginReading()").await;
    for place in places.iter().rev().take(REACTED) {
        other.react(*place).await;
        sleep(Duration::from_millis(100)).await;
    }
    sleep(Duration::from_secs(1)).await;
    let read: Read = window.probe("read()").await;
    moved("emoji come to lines above what is read: it moves by", &read, places.len().min(REACTED));
    other.leave().await;
}

fn moved(what: &str, read: &Read, lines: usize) {
    let Read { moved, lost } = read;
    let figure = format!("{moved:.1} px, out of the document in {lost} frames, {lines} lines");
    judge(what, &figure, moved + f64::from(*lost), STILL, "px");
}

//! How soon a guest without the app is in the room: the guest page in a real browser, served by a real host, on this
//! machine alone and over a slow line.
//!
//! Each guest has a new browser with an empty profile. Its start does not count: time runs from the navigation, by the
//! page's own clock, to the frame after the one that shows the thing.

#![allow(clippy::print_stdout, reason = "its figures are what it is for")]

mod line;

use std::net::SocketAddr;
use std::time::Duration;

use hearth_tests::headless::Headless;
use hearth_tests::{Chromium, RawClient};
use serde::Deserialize;
use tokio::time::sleep;

use line::{Line, Terms};

/// The room has so many lines. The page shows the newest, and the last of them is looked for.
const LINES: usize = 60;
const NEWEST: &str = "这是最后一行";

/// Guests, one after the other, and over the slow line.
const GUESTS: usize = 9;
const SLOW_GUESTS: usize = 5;

/// 256 kbit/s, and 100 ms there and back.
const SLOW: Terms = Terms { bits_per_second: 256_000, each_way: Duration::from_millis(50) };

/// What a browser has to do after its start is over by then.
const START: Duration = Duration::from_secs(2);

/// The page fetches nothing more when nothing has come for so long. It begins to fetch ahead 1 s after the welcome.
const QUIET: Duration = Duration::from_secs(5);

/// Milliseconds from a navigation until something was painted.
#[derive(Debug, Deserialize)]
struct Marks {
    /// The card that asks for a nickname.
    card: Option<f64>,
    /// The newest line of the room.
    newest: f64,
}

/// What one guest has seen.
struct Guest {
    first: Marks,
    /// They come again, and the browser has kept nothing but who they are; then, once more, with the page's files.
    again_bare: Marks,
    again: Marks,
    /// What came and went over the line the first time: until the newest line, and in all.
    bytes: Option<[[u64; 2]; 2]>,
}

#[tokio::main]
async fn main() {
    measure("on this machine", None, GUESTS, 400).await;
    measure(
        "at 256 kbit/s with 100 ms there and back (a relay, 50 ms each way)",
        Some(SLOW),
        SLOW_GUESTS,
        6000,
    )
    .await;
}

async fn measure(place: &str, terms: Option<Terms>, guests: usize, aim_ms: u32) {
    let mut all = Vec::new();
    for _ in 0..guests {
        all.push(guest(terms).await);
    }
    let load = std::fs::read_to_string("/proc/loadavg").expect("Linux");
    let load = load.split(' ').next().expect("a number");
    println!(
        "\nGuest page in Chromium {place}; a room of {LINES} lines, {guests} guests, load average {load}\n"
    );
    println!("{:66} {:>7} {:>7}", "ms from the navigation until it is painted", "median", "worst");
    let row = |what: &str, time: fn(&Guest) -> f64| {
        let mut times: Vec<f64> = all.iter().map(time).collect();
        times.sort_by(f64::total_cmp);
        println!("{what:66} {:>7.0} {:>7.0}", times[guests / 2], times[guests - 1]);
    };
    let newest = "the newest line";
    row("new: the card that asks for a nickname", |guest| guest.first.card.unwrap_or(f64::NAN));
    row(&format!("new, the nickname typed at once: {newest}; aim: below {aim_ms}"), |guest| {
        guest.first.newest
    });
    row(&format!("known, none of the page's files kept: {newest}"), |guest| guest.again_bare.newest);
    row(&format!("known, the page's files kept: {newest}"), |guest| guest.again.newest);
    if let Some([until_newest, in_all]) = all[guests - 1].bytes {
        println!(
            "\n{:66} {:>7} {:>7}",
            "KiB over the line, HTTP and WebSocket with their headers", "down", "up"
        );
        for (what, [down, up]) in [("new, until the newest line", until_newest), ("new, in all", in_all)] {
            println!("{what:66} {:>7} {:>7}", down.div_ceil(1024), up.div_ceil(1024));
        }
    }
}

/// Comes to a new room, and comes again.
async fn guest(terms: Option<Terms>) -> Guest {
    let room = room().await;
    let host: SocketAddr = room.address().parse().expect("an address");
    // Another address of this machine, and the host's own port: who asks for it there is not turned away.
    let near = SocketAddr::from(([127, 0, 0, 2], host.port()));
    let line = match terms {
        Some(terms) => Some(Line::start(near, host, terms).await),
        None => None,
    };
    let url = format!("http://{}/", if line.is_some() { near } else { host });

    let browser = Chromium::start().await;
    browser.page().set_window_size(1100, 760).await.expect("a size");
    browser.run_before_pages(&include_str!("marks.js").replace("NEWEST", NEWEST)).await;
    sleep(START).await;
    let first = visit(&browser, &url).await;
    let bytes = match &line {
        Some(line) => Some([line.bytes(), in_all(line).await]),
        None => None,
    };
    browser.forget_files().await;
    let again_bare = visit(&browser, &url).await;
    let again = visit(&browser, &url).await;
    Guest { first, again_bare, again, bytes }
}

/// A host, and a room where somebody has talked and left.
async fn room() -> Headless {
    let host = Headless::start(&["--name", "读书会", "--rate", "off"]).await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    for n in 1..LINES {
        ming.post(&format!("第 {n} 行：今晚八点，老地方见，记得带上上次说的那本书。")).await;
    }
    ming.post(NEWEST).await;
    ming.hear(NEWEST).await;
    ming.leave().await;
    host
}

async fn visit(browser: &Chromium, url: &str) -> Marks {
    browser.open(url).await;
    serde_json::from_value(browser.wait_for("marks").await).expect("marks")
}

/// What has passed when nothing more comes.
async fn in_all(line: &Line) -> [u64; 2] {
    loop {
        let before = line.bytes();
        sleep(QUIET).await;
        if line.bytes() == before {
            return before;
        }
    }
}

//! The conversation page while it is used: typing, hearing, scrolling, resting; in a guest's Chromium with a release host, and in
//! the built app in `WebKitGTK`. `cargo xtask bench talk` runs it alone, `cargo xtask bench talk -- guest typing` a part of it.
//!
//! Every figure is taken in a room of a million entries, 100,000 of them mixed lines, that has passed through the page. What
//! "painted" means, `probe.js` says. A letter is painted with the display's next beat, which comes up to 16.7 ms later in any page:
//! so its time stands beside that of a bare field in the same window, and the limit is for what the page does for it.

#![allow(clippy::print_stdout, reason = "its figures are what it is for")]

mod figures;
mod hearing;
mod processes;
mod reading;
mod resting;
mod rooms;
mod talkers;
mod typing;
mod window;

use std::time::{Duration, Instant};

use hearth_tests::app_program;
use serde_json::Value;

use figures::{load, renderer};
use rooms::{Host, Rooms};
use window::Window;

/// What a page that was just opened still does is over by then.
const START: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() {
    let wanted = Wanted::read();
    let begun = Instant::now();
    let cores = std::thread::available_parallelism().expect("a number");
    println!("\nThe conversation page: {cores} cores, load average {}, drawn by {}", load(), renderer());
    let rooms = Rooms::make().await;
    println!(
        "a room of {} entries in {:.0} s, {} MiB",
        rooms::MANY,
        begun.elapsed().as_secs_f64(),
        rooms::size_of(&rooms) >> 20
    );
    if wanted.has("guest") {
        let host = serve(&rooms, &wanted).await;
        let window = Window::guest(host.url()).await;
        measure(&window, host, &rooms, &wanted).await;
    }
    if wanted.has("app") {
        if app_program().is_file() && std::env::var_os("DISPLAY").is_some() {
            let host = serve(&rooms, &wanted).await;
            let window = Window::app(host.url()).await;
            measure(&window, host, &rooms, &wanted).await;
        } else {
            println!("\nThe app: not measured (no app was built, or there is no screen)");
        }
    }
    println!("\nall of it took {:.0} s", begun.elapsed().as_secs_f64());
}

/// What was asked for: windows, and parts. Of either, all that there are when none is named.
struct Wanted(Vec<String>);

impl Wanted {
    const WINDOWS: [&str; 2] = ["guest", "app"];
    const PARTS: [&str; 5] = ["idle", "memory", "typing", "hearing", "reading"];

    fn read() -> Self {
        // Cargo hands over `--bench` as well.
        let named: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
        let is_known = |name: &str| [&Self::WINDOWS[..], &Self::PARTS].concat().contains(&name);
        assert!(named.iter().all(|name| is_known(name)), "{:?} or {:?}", Self::WINDOWS, Self::PARTS);
        Self(named)
    }

    fn has(&self, name: &str) -> bool {
        let kind = if Self::WINDOWS.contains(&name) { &Self::WINDOWS[..] } else { &Self::PARTS };
        let mut of_kind = self.0.iter().filter(|one| kind.contains(&one.as_str())).peekable();
        of_kind.peek().is_none() || of_kind.any(|one| one == name)
    }
}

/// A host with a room of a few entries, or of all of them where nobody is to see them come.
async fn serve(rooms: &Rooms, wanted: &Wanted) -> Host {
    let mut host = Host::start(rooms).await;
    if !wanted.has("memory") {
        host.go_on(rooms).await;
    }
    host
}

async fn measure(window: &Window, mut host: Host, rooms: &Rooms, wanted: &Wanted) {
    let begun = Instant::now();
    window.until("the box", "return document.querySelector('[data-testid=composer]') !== null", &[]).await;
    tokio::time::sleep(START).await;
    let agent = window.run("return navigator.userAgent", &[]).await;
    println!("\n{}; load average {}\n", name(window, &agent), load());
    if wanted.has("idle") {
        resting::idle(window).await;
    }
    if wanted.has("memory") {
        resting::passes_through(window, &mut host, rooms).await;
    }
    if wanted.has("typing") {
        typing::letters(window).await;
        typing::enters(window).await;
        typing::pastes(window).await;
    }
    // While the newest lines are the mixed ones.
    if wanted.has("reading") {
        reading::opens(window, &host).await;
        reading::jumps(window, &host).await;
        reading::scrolls(window, &host).await;
    }
    if wanted.has("hearing") {
        hearing::lines(window, &host).await;
        hearing::flood(window, &host).await;
    }
    println!("\n  {:.0} s; load average {}", begun.elapsed().as_secs_f64(), load());
}

fn name(window: &Window, agent: &Value) -> String {
    let agent = agent.as_str().unwrap_or_default();
    let version = |mark: &str| {
        agent.split(mark).nth(1).and_then(|rest| rest.split([' ', ';']).next()).unwrap_or("?").to_owned()
    };
    match window {
        Window::Guest(_) => format!("A guest, Chromium {} without a window", version("Chrome/")),
        Window::App(_) => format!("The app, WebKitGTK {} in a window", version("Version/")),
    }
}

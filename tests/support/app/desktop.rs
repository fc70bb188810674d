//! What a person does with the window by way of the window manager.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{App, Home};
use crate::PATIENCE;

/// The desktop's tools, on the screen that the test runs on.
#[derive(Debug)]
pub struct Desktop;

impl Desktop {
    /// Runs xdotool, and takes what it says; `None` when it fails, as it does when it finds nothing. What it is to wait
    /// for (`--sync`) it would wait for without end.
    pub fn xdotool(arguments: &[&str]) -> Option<String> {
        let limit = PATIENCE.as_secs().to_string();
        let output = Command::new("timeout").args([&limit, "xdotool"]).args(arguments).output();
        let output = output.expect("xdotool runs");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// The process whose window has the focus.
    pub fn focused() -> Option<u32> {
        Self::xdotool(&["getactivewindow", "getwindowpid"])?.parse().ok()
    }

    /// The processes of a program that were started with this argument.
    pub fn processes_of(program: &Path, argument: &str) -> Vec<u32> {
        let is_it = |process: &u32| {
            let line = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
            let words: Vec<_> = line.split(|&byte| byte == 0).map(String::from_utf8_lossy).collect();
            words.first().is_some_and(|first| Path::new(first.as_ref()) == program)
                && words.iter().any(|word| word == argument)
        };
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        processes.filter(is_it).collect()
    }

    /// The windows of a process that are to be seen, but for menus and the like, which have no title. It asks for nothing
    /// else at once: any of several conditions would be enough, and of titles it compares ASCII alone.
    pub fn windows(process: u32) -> Vec<String> {
        let found = Self::xdotool(&["search", "--onlyvisible", "--pid", &process.to_string()]);
        let found = found.unwrap_or_default();
        found.lines().filter(|window| !Self::title(window).is_empty()).map(str::to_owned).collect()
    }
}

impl App {
    /// Its windows that are to be seen.
    pub fn windows(&self) -> Vec<String> {
        self.process().map_or_else(Vec::new, Desktop::windows)
    }

    /// Waits until its window is to be seen: the page may be alive a moment before.
    pub async fn window(&self) -> String {
        self.wait("its window is to be seen", || !self.windows().is_empty()).await;
        self.windows().swap_remove(0)
    }

    /// Asks it to close its window, with the keys of the window manager.
    pub async fn close_window(&self) {
        let window = self.window().await;
        let asked =
            Desktop::xdotool(&["windowactivate", "--sync", &window, "key", "--clearmodifiers", "alt+F4"]);
        assert!(asked.is_some(), "xdotool can press keys");
    }

    /// Waits until the app has ended by itself, and gives back whose it was.
    pub async fn ended(self) -> Arc<Home> {
        let deadline = Instant::now() + PATIENCE;
        while self.process().is_some() {
            assert!(Instant::now() < deadline, "{}: the app ends in time:\n{}", self.name(), self.output());
            sleep(Duration::from_millis(50)).await;
        }
        self.home().clone()
    }
}

//! The window that is measured: a guest's in Chromium, or the app's in `WebKitGTK`. Both take the same scripts, and real
//! presses.

use std::time::Duration;

use fantoccini::{Client, Locator};
use hearth_tests::{App, Chromium, Desktop, Home, Look, PATIENCE};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::figures::Samples;
use super::processes::{Process, family};

/// The probe in the page.
const PROBE: &str = include_str!("probe.js");

/// How often the page is looked at while something goes on in it.
const LOOK: Duration = Duration::from_millis(100);

/// What is pressed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    Letter,
    Enter,
    Copy,
    Paste,
    /// To the end of the list.
    End,
}

/// A window with somebody in it.
#[derive(Debug)]
pub(crate) enum Window {
    Guest(Box<Chromium>),
    App(Box<App>),
}

impl Window {
    /// A guest's browser. Whoever is in the room by then has nobody's page open yet.
    pub(crate) async fn guest(url: &str) -> Self {
        let browser = Chromium::start().await;
        browser.page().set_window_size(1100, 760).await.expect("a size");
        browser.run_before_pages(PROBE).await;
        browser.open(&url.replacen("ws", "http", 1)).await;
        let window = Self::Guest(Box::new(browser));
        let enter = "const [field] = document.querySelectorAll('[data-testid=guest-nickname]');
             if (!field) return false;
             field.value = '小红';
             field.dispatchEvent(new Event('input', { bubbles: true }));
             setTimeout(() => document.querySelector('[data-testid=guest-enter]').click());
             return true";
        window.until("the card", enter, &[]).await;
        window
    }

    /// The app, in a room.
    pub(crate) async fn app(url: &str) -> Self {
        let app = App::start_for("talk", Home::of("小红", Look::ZH)).await;
        app.join(url).await;
        app.page().execute(PROBE, Vec::new()).await.expect("the probe");
        let window = app.window().await;
        Desktop::xdotool(&["windowactivate", "--sync", &window]).expect("it has the focus");
        Self::App(Box::new(app))
    }

    fn page(&self) -> &Client {
        match self {
            Self::Guest(browser) => browser.page(),
            Self::App(app) => app.page(),
        }
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let ran = self.page().execute(script, arguments.to_vec()).await;
        ran.unwrap_or_else(|error| panic!("{error}\nin: {script}"))
    }

    /// Calls the probe.
    pub(crate) async fn probe<T: DeserializeOwned>(&self, call: &str) -> T {
        let told = self.run(&format!("return probe.{call} ?? null"), &[]).await;
        serde_json::from_value(told).unwrap_or_else(|error| panic!("{call}: {error}"))
    }

    /// What the probe takes of this while something is done.
    pub(crate) async fn watch(&self, what: &str, doing: impl Future<Output = ()>) -> Samples {
        let process = self.page_process();
        let before = process.cpu();
        self.tell(&format!("watch('{what}')")).await;
        doing.await;
        let cpu = process.cpu().saturating_sub(before);
        Samples { cpu: cpu.as_secs_f64() * 1000.0, ..self.probe("took()").await }
    }

    /// Tells the probe something.
    pub(crate) async fn tell(&self, call: &str) {
        self.run(&format!("probe.{call}"), &[]).await;
    }

    /// Waits for what the probe is at.
    pub(crate) async fn done<T: DeserializeOwned>(&self, what: &str, patience: Duration) -> T {
        let told = self.until_within(what, "return probe.done", &[], patience).await;
        serde_json::from_value(told).unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Waits until a script gives something true.
    pub(crate) async fn until(&self, what: &str, script: &str, arguments: &[Value]) -> Value {
        self.until_within(what, script, arguments, PATIENCE).await
    }

    pub(crate) async fn until_within(
        &self,
        what: &str,
        script: &str,
        arguments: &[Value],
        patience: Duration,
    ) -> Value {
        let deadline = Instant::now() + patience;
        loop {
            // A script may meet a page that is being loaded.
            match self.page().execute(script, arguments.to_vec()).await {
                Ok(value) if !matches!(value, Value::Null | Value::Bool(false)) => return value,
                seen => assert!(Instant::now() < deadline, "{what}: not in time: {seen:?}"),
            }
            sleep(LOOK).await;
        }
    }

    /// Waits until a line is to be seen that says this.
    pub(crate) async fn sees(&self, text: &str, patience: Duration) {
        let script = "return [...document.querySelectorAll('[data-testid=text]')].some((one) => one.textContent.includes(arguments[0]))";
        self.until_within(text, script, &[json!(text)], patience).await;
    }

    /// Presses a key, as a hand does: by the browser's own queue of input, or by X.
    pub(crate) async fn press(&self, key: Key) {
        match self {
            Self::Guest(browser) => {
                let (name, code, more) = match key {
                    Key::Letter => ("k", 75, json!({ "text": "k" })),
                    Key::Enter => ("Enter", 13, json!({ "text": "\r" })),
                    Key::Copy => ("c", 67, json!({ "modifiers": 2, "commands": ["copy"] })),
                    Key::Paste => ("v", 86, json!({ "modifiers": 2, "commands": ["paste"] })),
                    Key::End => ("End", 35, json!({ "modifiers": 2 })),
                };
                for kind in ["keyDown", "keyUp"] {
                    let mut event = json!({ "type": kind, "key": name, "windowsVirtualKeyCode": code });
                    if kind == "keyDown" {
                        event
                            .as_object_mut()
                            .expect("an object")
                            .extend(more.as_object().expect("one").clone());
                    }
                    browser.devtools("Input.dispatchKeyEvent", event).await;
                }
            }
            Self::App(_) => {
                let name = match key {
                    Key::Letter => "k",
                    Key::Enter => "Return",
                    Key::Copy => "ctrl+c",
                    Key::Paste => "ctrl+v",
                    Key::End => "ctrl+End",
                };
                let pressed = tokio::task::spawn_blocking(move || Desktop::xdotool(&["key", name])).await;
                assert!(pressed.expect("it ends").is_some(), "xdotool can press keys");
            }
        }
    }

    /// Clicks on something with the mouse.
    pub(crate) async fn click(&self, selector: &str) {
        let found = self.page().find(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("{selector}: {error}")).click().await.expect("it can be clicked");
    }

    /// Forgets what nothing in the page leads to any more, where it can be told to. How much its scripts hold then, in MiB.
    pub(crate) async fn collect_garbage(&self) -> Option<f64> {
        let Self::Guest(browser) = self else { return None };
        browser.devtools("HeapProfiler.enable", json!({})).await;
        browser.devtools("HeapProfiler.collectGarbage", json!({})).await;
        let held = browser.devtools("Runtime.getHeapUsage", json!({})).await;
        browser.devtools("HeapProfiler.disable", json!({})).await;
        held["usedSize"].as_f64().map(|bytes| bytes / 1024.0 / 1024.0)
    }

    /// The process of the page.
    pub(crate) fn page_process(&self) -> Process {
        let is_page = |process: &Process| match self {
            Self::Guest(_) => process.command.contains("--type=renderer"),
            Self::App(_) => process.command.contains("WebKitWebProcess"),
        };
        let pages = self.processes().into_iter().filter(is_page);
        // The browser keeps one at hand for a page to come.
        pages.max_by(|a, b| a.memory().total_cmp(&b.memory())).expect("a page has a process")
    }

    /// The app's own process.
    pub(crate) fn app_process(&self) -> Option<Process> {
        let Self::App(app) = self else { return None };
        let id = app.process()?;
        family(id).into_iter().find(|process| process.id == id)
    }

    pub(crate) fn processes(&self) -> Vec<Process> {
        match self {
            Self::Guest(browser) => family(browser.process()),
            Self::App(app) => app.process().map(family).unwrap_or_default(),
        }
    }

    /// The app has a new link to its shell after each subscription.
    pub(crate) async fn hear(&self) {
        if matches!(self, Self::App(_)) {
            self.tell("hearCallbacks()").await;
        }
    }
}

//! The built app in a real window, driven by `WebDriver`.
//!
//! `driver` starts and ends the processes, `home` is the user that the app belongs to, `page` what that user does and
//! sees in the window, `talk` the same for rooms, `desktop` what the window manager does with it,
//! `tray` what a tray does with its icon, `plain` the app without `WebDriver`,
//! `reader` what a screen reader is told of it, `typist` who types into it,
//! `input_method` what Chinese and Koreans type by, and `power` who decides over the computer's sleep.

mod desktop;
mod driver;
mod home;
mod input_method;
mod page;
mod plain;
mod power;
mod reader;
mod talk;
mod tray;
mod typist;

pub use desktop::Desktop;
pub use home::{Home, Look};
pub use input_method::{InputMethod, LETTERS};
pub use plain::PlainApp;
pub use power::Power;
pub use reader::{MessageBox, Reader};
pub use tray::Tray;
pub use typist::Typist;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::place;
use driver::Driver;

/// A window of the app, with a user of its own. Dropping it ends the app and all that came with it.
#[derive(Debug)]
pub struct App {
    name: String,
    page: Client,
    home: Arc<Home>,
    driver: Driver,
}

impl App {
    /// Starts the app for a new user who sees it like this.
    pub async fn start(name: &str, look: Look) -> Self {
        Self::start_for(name, Home::new(look)).await
    }

    /// Starts the app for this user, again or for the first time.
    pub async fn start_for(name: &str, home: impl Into<Arc<Home>>) -> Self {
        Self::start_program(name, home.into(), &app_program()).await
    }

    /// Starts the app with a link to open.
    pub async fn start_opening(name: &str, home: impl Into<Arc<Home>>, link: &str) -> Self {
        Self::start_with(name, home.into(), &app_program(), &[link]).await
    }

    /// Starts this program, which is the app in another place.
    pub async fn start_program(name: &str, home: Arc<Home>, program: &Path) -> Self {
        Self::start_with(name, home, program, &[]).await
    }

    async fn start_with(name: &str, home: Arc<Home>, program: &Path, arguments: &[&str]) -> Self {
        assert!(program.is_file(), "the app was built: {}", program.display());
        let driver = Driver::start(&home, program).await;
        let wanted = json!({
            "browserName": "wry",
            "tauri:options": { "application": program, "args": arguments },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted.as_object().expect("an object").clone());
        let page = builder.connect(&driver.url()).await;
        let page = page.unwrap_or_else(|error| panic!("{name}: no window: {error}\n{}", driver.output()));
        let app = Self { name: name.to_owned(), page, home, driver };
        app.until("the page is there", "return document.querySelector('main') !== null").await;
        app
    }

    /// Starts the app once more for the same user, and waits until that start has handed over to this one and ended.
    pub async fn start_again(&self, arguments: &[&str]) -> ExitStatus {
        let mut command = Command::new(app_program());
        command.args(arguments).envs(self.home.environment()).env_remove("HEARTH_MULTI_INSTANCE");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut again = command.spawn().expect("it starts");
        let mut status = None;
        let has_ended = || {
            status = again.try_wait().expect("a child");
            status.is_some()
        };
        self.wait("the second start hands over and ends", has_ended).await;
        status.expect("it has ended")
    }

    /// Who it is in the test.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its user.
    pub fn home(&self) -> &Arc<Home> {
        &self.home
    }

    /// The window to `WebDriver`.
    pub fn page(&self) -> &Client {
        &self.page
    }

    /// What it and its driver have printed.
    pub fn output(&self) -> String {
        self.driver.output()
    }

    /// The process of the app itself; `None` when it has ended.
    pub fn process(&self) -> Option<u32> {
        self.driver.process()
    }
}

/// Where the built app is.
pub fn app_program() -> PathBuf {
    place("HEARTH_APP", "target/debug/hearth")
}

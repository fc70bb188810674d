//! A real browser.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use url::Url;

use crate::program::{Program, program};
use crate::{PATIENCE, free_port};

/// No window, and no talk with anybody but the page.
const FLAGS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser with one window and a profile of its own. Dropping it ends it.
#[derive(Debug)]
pub struct Chromium {
    page: Client,
    session: String,
    port: u16,
    // In this order: the profile goes when nobody writes to it any more.
    driver: Program,
    _profile: TempDir,
}

impl Chromium {
    /// Starts a browser.
    pub async fn start() -> Self {
        Self::start_with(false).await
    }

    /// Starts a browser whose user has said of every certificate that it is good.
    pub async fn start_trusting() -> Self {
        Self::start_with(true).await
    }

    async fn start_with(insecure: bool) -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(program("HEARTH_CHROMEDRIVER", "chromedriver"));
        // A port of its own choice would be one that it has in IPv6 only, and in IPv4 somebody may have that one.
        let port = free_port();
        let mut driver = Program::start(command.arg(format!("--port={port}"))).expect("chromedriver starts");
        driver.after("started successfully on port ").await;

        let data = format!("--user-data-dir={}", profile.path().display());
        let flags: Vec<&str> = FLAGS.into_iter().chain([data.as_str()]).collect();
        let mut options = json!({ "args": flags });
        if let Some(chromium) = std::env::var_os("HEARTH_CHROMIUM") {
            options["binary"] = chromium.to_string_lossy().into();
        }
        let wanted = json!({
            "browserName": "chrome", "acceptInsecureCerts": insecure, "goog:chromeOptions": options
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted.as_object().expect("an object").clone());
        let page = builder.connect(&format!("http://127.0.0.1:{port}")).await.expect("a browser");
        let session = page.session_id().await.expect("a session").expect("a session");
        Self { page, session, port, driver, _profile: profile }
    }

    /// The window.
    pub fn page(&self) -> &Client {
        &self.page
    }

    /// Opens a page afresh: another address that differs behind the `#` only would not be loaded again.
    pub async fn open(&self, url: &str) {
        self.page.goto("about:blank").await.expect("an empty page");
        self.page.goto(url).await.expect("the page");
    }

    /// Runs a script in every page from now on, before any of the page's own.
    pub async fn run_before_pages(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Forgets every file that it has loaded. What pages have stored stays.
    pub async fn forget_files(&self) {
        self.devtools("Network.clearBrowserCache", json!({})).await;
    }

    /// Gives the browser a command of its own (the protocol of its developer tools).
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let told = self.page.issue_cmd(Devtools { command, parameters }).await;
        told.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// The process from which all of the browser's come.
    pub fn process(&self) -> u32 {
        self.driver.id()
    }

    /// Calls a function of the page.
    pub async fn call(&self, function: &str, arguments: Vec<Value>) -> Value {
        let script = format!("return {function}(...arguments)");
        self.page.execute(&script, arguments).await.unwrap_or_else(|error| panic!("{function}: {error}"))
    }

    /// Calls a function of the page that gives a promise, and waits for it.
    pub async fn wait_for(&self, function: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {function}().then(done)");
        let promised = timeout(PATIENCE, self.page.execute_async(&script, Vec::new())).await;
        promised.expect("in time").unwrap_or_else(|error| panic!("{function}: {error}"))
    }
}

/// A command of the browser's own, which WebDriver does not have.
#[derive(Debug)]
struct Devtools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, driver: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        driver.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (Method::POST, Some(body.to_string()))
    }
}

impl Drop for Chromium {
    /// The driver is asked to end the browser: killing the driver alone would leave the browser behind.
    fn drop(&mut self) {
        let Ok(mut tcp) = TcpStream::connect(("127.0.0.1", self.port)) else { return };
        let request =
            format!("DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", self.session, self.port);
        let _ = tcp.set_read_timeout(Some(Duration::from_secs(10)));
        let _ = tcp.write_all(request.as_bytes()).and_then(|()| tcp.read(&mut [0; 64]));
    }
}

/// A web site with one page, on a port of its own: another origin than any host's.
#[derive(Debug)]
pub struct WebSite {
    origin: String,
    task: JoinHandle<()>,
}

impl WebSite {
    /// Serves a page.
    pub async fn start(html: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let length = html.len();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{html}"
        );
        let task = tokio::spawn(async move {
            let mut visits = JoinSet::new();
            while let Ok((mut tcp, _)) = listener.accept().await {
                let answer = answer.clone();
                // Beside each other: browsers open connections on which they never ask for anything.
                visits.spawn(async move {
                    let _ = tcp.read(&mut [0; 4096]).await;
                    let _ = tcp.write_all(answer.as_bytes()).await;
                });
            }
        });
        Self { origin, task }
    }

    /// Such as `http://127.0.0.1:1234`.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for WebSite {
    fn drop(&mut self) {
        self.task.abort();
    }
}

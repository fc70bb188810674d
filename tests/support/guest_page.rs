//! Somebody without the app: the guest page in a real browser.

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{Chromium, PATIENCE, place};

/// How often the page is looked at.
const LOOK: std::time::Duration = std::time::Duration::from_millis(50);

/// The guest page in a browser. Dropping it ends the browser.
#[derive(Debug)]
pub struct GuestPage {
    browser: Chromium,
}

impl GuestPage {
    /// Opens the page in a window of this size.
    pub async fn open(url: &str, size: [u32; 2]) -> Self {
        Self::open_in(Chromium::start().await, url, size).await
    }

    /// The same in this browser.
    pub async fn open_in(browser: Chromium, url: &str, [width, height]: [u32; 2]) -> Self {
        browser.page().set_window_size(width, height).await.expect("a size");
        browser.open(url).await;
        Self { browser }
    }

    /// Runs a script until it gives something true. `$` and `$$` find elements by their `data-testid`.
    pub async fn until(&self, what: &str, script: &str, arguments: &[Value]) -> Value {
        const FIND: &str = "const $$ = (id) => [...document.querySelectorAll(`[data-testid=\"${id}\"]`)];
             const $ = (id) => $$(id)[0];";
        let deadline = Instant::now() + PATIENCE;
        loop {
            let seen = self.browser.page().execute(&format!("{FIND}\n{script}"), arguments.to_vec()).await;
            match seen {
                Ok(value) if !matches!(value, Value::Null | Value::Bool(false)) => return value,
                _ if Instant::now() > deadline => {
                    let shown = self.browser.page().execute("return document.body.innerText", vec![]).await;
                    panic!("{what}: not in time: {seen:?}\nshown: {shown:?}");
                }
                _ => sleep(LOOK).await,
            }
        }
    }

    /// Clicks on something.
    pub async fn click(&self, id: &str) {
        self.until(id, "const found = $(arguments[0]); found?.click(); return !!found", &[json!(id)]).await;
    }

    /// Types into a field.
    pub async fn write(&self, id: &str, text: &str) {
        self.until(id, "return !!$(arguments[0])", &[json!(id)]).await;
        let field = format!("[data-testid=\"{id}\"]");
        let field = self.browser.page().find(Locator::Css(&field)).await.expect("the field");
        field.send_keys(text).await.expect("typed");
    }

    /// Types where the focus is.
    pub async fn keys(&self, keys: &str) {
        let focused = self.browser.page().active_element().await.expect("a focus");
        focused.send_keys(keys).await.expect("typed");
    }

    /// Types where the focus is, and presses Enter.
    pub async fn enter(&self, text: &str) {
        self.keys(&format!("{text}{}", char::from(Key::Enter))).await;
    }

    /// Comes in under this nickname.
    pub async fn enter_as(&self, nickname: &str) {
        self.write("guest-nickname", nickname).await;
        self.click("guest-enter").await;
    }

    /// Writes a line.
    pub async fn say(&self, text: &str) {
        self.write("composer", text).await;
        self.click("send").await;
    }

    /// Waits until a line has this in it.
    pub async fn sees(&self, text: &str) {
        let script = "return $$('text').some((one) => one.innerText.includes(arguments[0]))";
        self.until(text, script, &[json!(text)]).await;
    }

    /// Takes a picture.
    pub async fn shot(&self, name: &str) {
        let png = self.browser.page().screenshot().await.expect("a picture");
        let folder = place("HEARTH_SCREENSHOTS", "screenshots/e2e");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("guest-{name}.png")), png).expect("written");
    }

    /// Loads the page again.
    pub async fn refresh(&self) {
        self.browser.page().refresh().await.expect("loaded again");
    }

    /// The address in the window's bar.
    pub async fn address(&self) -> String {
        self.browser.page().current_url().await.expect("an address").to_string()
    }
}

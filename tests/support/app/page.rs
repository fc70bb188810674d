//! What a person does and sees in the window. Elements go by their `data-testid`.
//!
//! To wait is to look again and again, until a deadline that is a failure. A failure shows what is to be seen then.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::App;
use crate::{PATIENCE, place};

/// How often the page is looked at.
pub(super) const LOOK: Duration = Duration::from_millis(50);

impl App {
    /// Runs a script in the page, and takes what it returns. `$` and `$$` find elements by their `data-testid`.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        match self.try_run(script, arguments).await {
            Ok(value) => value,
            Err(error) => panic!("{}: {error}\nin: {script}", self.name()),
        }
    }

    async fn try_run(&self, script: &str, arguments: &[Value]) -> Result<Value, CmdError> {
        const FIND: &str = "const $$ = (id) => [...document.querySelectorAll(`[data-testid=\"${id}\"]`)];
             const $ = (id) => $$(id)[0];";
        self.answer(self.page().execute(&format!("{FIND}\n{script}"), arguments.to_vec())).await
    }

    /// What `WebDriver` answers. It waits for the page without a limit of its own.
    async fn answer<T>(&self, asked: impl Future<Output = T>) -> T {
        let answer = timeout(PATIENCE, asked).await;
        answer.unwrap_or_else(|_| panic!("{}: the window does not answer:\n{}", self.name(), self.output()))
    }

    /// Waits until the script returns something true, and takes that.
    pub async fn until(&self, what: &str, script: &str) -> Value {
        self.until_with(what, script, &[]).await
    }

    /// The same with arguments.
    pub async fn until_with(&self, what: &str, script: &str, arguments: &[Value]) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // A script may meet a page that is being loaded.
            let seen = self.try_run(script, arguments).await;
            if let Ok(value) = &seen
                && !matches!(value, Value::Null | Value::Bool(false))
                && value != ""
                && value != 0
            {
                return value.clone();
            }
            if Instant::now() > deadline {
                self.fail(&format!("{what} (last seen: {seen:?})")).await;
            }
            sleep(LOOK).await;
        }
    }

    /// Waits until something is true that is not of the page.
    pub async fn wait(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so() {
            if Instant::now() > deadline {
                self.fail(what).await;
            }
            sleep(LOOK).await;
        }
    }

    /// Waits until an element is to be seen.
    pub async fn see(&self, id: &str) -> Element {
        let script = "return $$(arguments[0]).find((one) => one.checkVisibility()) ?? null";
        let found = self.until_with(&format!("{id} is to be seen"), script, &[json!(id)]).await;
        let reference =
            found.as_object().and_then(|element| element.values().next()?.as_str().map(str::to_owned));
        Element::from_element_id(self.page().clone(), reference.expect("an element").into())
    }

    /// Waits until one of these elements says this.
    pub async fn see_text(&self, id: &str, text: &str) {
        let script = "return $$(arguments[0]).some((one) => one.innerText.includes(arguments[1]))";
        self.until_with(&format!("{id} says {text:?}"), script, &[json!(id), json!(text)]).await;
    }

    /// Waits until one types in this element.
    pub async fn see_focus(&self, id: &str) {
        let script = "return document.activeElement?.dataset.testid === arguments[0]";
        self.until_with(&format!("the keyboard is at {id}"), script, &[json!(id)]).await;
    }

    /// Waits until no such element is there.
    pub async fn gone(&self, id: &str) {
        self.until_with(&format!("{id} is gone"), "return $$(arguments[0]).length === 0", &[json!(id)]).await;
    }

    /// What an element says now; nothing when it is not there.
    pub async fn text(&self, id: &str) -> String {
        let text = self.run("return $(arguments[0])?.innerText ?? ''", &[json!(id)]).await;
        text.as_str().unwrap_or_default().trim().to_owned()
    }

    /// What all these elements say, in their order.
    pub async fn texts(&self, id: &str) -> Vec<String> {
        let texts =
            self.run("return $$(arguments[0]).map((one) => one.innerText.trim())", &[json!(id)]).await;
        serde_json::from_value(texts).expect("texts")
    }

    /// Clicks, as soon as nothing lies above the element.
    pub async fn click(&self, id: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let element = self.see(id).await;
            // As far as it takes: a person scrolls what lies below an edge into sight.
            let wanted = serde_json::to_value(&element).expect("an element");
            self.run("arguments[0].scrollIntoView({ block: 'nearest' })", &[wanted]).await;
            let Err(error) = self.answer(element.click()).await else { return };
            if Instant::now() > deadline {
                self.fail(&format!("{id} can be clicked ({error})")).await;
            }
            sleep(LOOK).await;
        }
    }

    /// Clicks on what hides or ends the window. `WebDriver` would wait for the window to draw the end of the click; and
    /// the click comes a moment later, so that its answer is out before the window is gone.
    pub async fn click_and_go(&self, id: &str) {
        self.see(id).await;
        self.run("const [button] = $$(arguments[0]); setTimeout(() => button.click(), 300)", &[json!(id)])
            .await;
    }

    /// Replaces what stands in a field. The keyboard of `WebDriver` has no characters above U+FFFF, such as emoji: a text
    /// with them comes as if it was pasted.
    pub async fn write(&self, id: &str, text: &str) {
        let field = self.see(id).await;
        let paste = "const [field, text] = arguments; field.focus(); field.value = text;
             field.dispatchEvent(new InputEvent('input', { bubbles: true }))";
        let typed = !text.chars().any(|c| c > '\u{ffff}' || c.is_control()) && text.len() < 200;
        let field_value = serde_json::to_value(&field).expect("an element");
        self.run(paste, &[field_value, json!(if typed { "" } else { text })]).await;
        if typed && !text.is_empty() {
            let typed = self.answer(field.send_keys(text)).await;
            typed.unwrap_or_else(|error| panic!("{id} takes keys: {error}"));
        }
    }

    /// Presses a key where the focus is.
    pub async fn press(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    /// Types where the focus is.
    pub async fn keys(&self, keys: &str) {
        let focused = self.answer(self.page().active_element()).await;
        let focused = focused.unwrap_or_else(|error| panic!("{}: no focus: {error}", self.name()));
        let typed = self.answer(focused.send_keys(keys)).await;
        typed.unwrap_or_else(|error| panic!("{}: {error}", self.name()));
    }

    /// Keeps a picture of the window.
    pub async fn shot(&self, name: &str) {
        self.painted().await;
        self.save(name).await;
    }

    /// Waits until what is there is also on the screen, and still: what has just changed fades in for up to 150 ms.
    async fn painted(&self) {
        let script = "const done = arguments[arguments.length - 1];
             const endless = (one) => one.effect.getTiming().iterations === Infinity;
             const still = () => document.getAnimations().every((one) => one.playState !== 'running' || endless(one));
             const twice = () => requestAnimationFrame(() => requestAnimationFrame(() => still() ? done() : twice()));
             twice();";
        let painted = self.answer(self.page().execute_async(script, Vec::new())).await;
        painted.unwrap_or_else(|error| panic!("{}: {error}", self.name()));
    }

    async fn save(&self, name: &str) -> PathBuf {
        let folder = place("HEARTH_SCREENSHOTS", "screenshots").join("e2e");
        fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join(format!("{name}.png"));
        let picture = self.answer(self.page().screenshot()).await.expect("a picture");
        fs::write(&file, picture).expect("written");
        file
    }

    /// Fails, and tells what is to be seen.
    pub async fn fail(&self, expected: &str) -> ! {
        let text = self.try_run("return document.body.innerText", &[]).await;
        let picture = match &text {
            Ok(_) => self.save(&format!("failed-{}", self.name())).await.display().to_string(),
            Err(_) => "none".to_owned(),
        };
        panic!(
            "{}: expected in time: {expected}\npicture: {picture}\nthe page says: {}\nthe app printed: {}",
            self.name(),
            text.map_or_else(|error| error.to_string(), |text| text.as_str().unwrap_or_default().to_owned()),
            self.output(),
        );
    }
}

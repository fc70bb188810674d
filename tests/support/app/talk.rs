//! What a person does in a room.

use fantoccini::key::Key;
use serde_json::json;

use super::App;

impl App {
    /// Waits until the status line is in this state, and says so in these words.
    pub async fn see_status(&self, state: &str, words: &str) {
        let script = "return $('status')?.dataset.state === arguments[0] && $('status').innerText.includes(arguments[1])";
        let what = format!("the status line is {state} and says {words:?}");
        self.until_with(&what, script, &[json!(state), json!(words)]).await;
    }

    /// Writes a line and sends it with Enter.
    pub async fn say(&self, text: &str) {
        self.write("composer", text).await;
        self.press(Key::Enter).await;
        self.until("the message box is empty again", "return $('composer').value === ''").await;
    }

    /// Says a line without going to the message box: the keyboard is there already.
    pub async fn say_where_the_keyboard_is(&self, text: &str) {
        self.see_focus("composer").await;
        self.keys(text).await;
        self.press(Key::Enter).await;
    }

    /// Waits until a line of somebody is there once, and is this far on its way.
    pub async fn see_line(&self, nickname: &str, text: &str, state: &str) {
        // Only the first of several lines of one person has the name on it.
        let script = "const [nickname, text, state] = arguments;
             let author = null;
             const found = $$('message').filter((line) => {
               author = line.querySelector('[data-testid=author]')?.innerText ?? author;
               return author === nickname && line.querySelector('[data-testid=text]').innerText.trim() === text;
             });
             return found.length === 1 && found[0].dataset.state === state";
        let what = format!("{nickname} says {text:?}, {state}");
        self.until_with(&what, script, &[json!(nickname), json!(text), json!(state)]).await;
    }

    /// Hosts a room on this port, from the first page or by the switch, and waits until it is there. Returns its best address.
    pub async fn host(&self, port: u16) -> String {
        self.run("if (!$('host-name')) $('host-toggle').click()", &[]).await;
        self.see("host-name").await;
        self.write_port(&port.to_string()).await;
        self.click("host-start").await;
        self.see_status("connected", self.home().look().words("正在主持", "Hosting")).await;
        self.shared_address().await
    }

    /// Writes a port into the form to host, where it is among what few need.
    pub async fn write_port(&self, port: &str) {
        self.open_more().await;
        self.write("host-port", port).await;
    }

    /// Opens what few need of the form to host.
    pub async fn open_more(&self) {
        self.see("host-more").await;
        self.run("const more = $('host-more'); if (!more.closest('details').open) more.click()", &[]).await;
        self.see("host-port").await;
    }

    /// Stops hosting by the switch, answers if others are inside, and waits until the room rests.
    pub async fn stop_hosting(&self) {
        self.click("host-toggle").await;
        let script = "$('leave-confirm')?.click(); return !$$('room-item').some((one) => one.dataset.state === 'connected' && one.dataset.hosted)";
        self.until("nothing is hosted any more", script).await;
    }

    /// The address that the window shows for others.
    pub async fn shared_address(&self) -> String {
        let shown = self.see("share-address").await.attr("data-url").await.expect("an answer");
        shown.expect("an address")
    }

    /// Joins a room from the first page, and waits until it is connected.
    pub async fn join(&self, url: &str) {
        self.write("join-address", url).await;
        self.click("join-button").await;
        self.see_status("connected", self.home().look().words("服务已连接", "Connected")).await;
    }
}

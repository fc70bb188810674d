//! Who types by an input method into the app that was started plainly, in a room with others.

use std::time::Duration;

use futures_util::StreamExt;
use hearth_protocol::{Body, Entry, Mention};
use tokio::time::{Instant, sleep, timeout};

use super::{Desktop, Home, InputMethod, LETTERS, Look, MessageBox, PlainApp, Reader};
use crate::{PATIENCE, RawClient, TestHost};

/// Their name.
const NAME: &str = "阿明";

/// Somebody in the room with the keyboard in the message box, and 小李, who hears what they say.
#[derive(Debug)]
pub struct Typist {
    /// Who hears it.
    pub li: RawClient,
    others: Vec<Mention>,
    method: InputMethod,
    reader: Reader,
    window: String,
    app: PlainApp,
    host: TestHost,
}

impl Typist {
    /// Enters a room where these are besides, by a link and the keyboard alone. `way` is how GTK finds the input method.
    pub async fn enter(look: Look, way: &[(&str, &str)], others: &[&str]) -> Self {
        let host = TestHost::start().await;
        let (li, _) = RawClient::enter(&host.url(), "小李").await;
        let mut known = Vec::new();
        for name in others {
            let (mut other, welcome) = RawClient::enter(&host.url(), name).await;
            known.push(Mention { member: welcome.you.member, nickname: welcome.you.nickname });
            // Who does not listen is shown out in time.
            tokio::spawn(async move { while other.socket().next().await.is_some() {} });
        }
        let home = Home::of(NAME, look);
        let method = InputMethod::start(&home);
        method.choose(LETTERS).await;
        let way = way.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let environment: Vec<_> = way.chain([Reader::environment()]).collect();
        let app = PlainApp::start(home, &[&format!("hearth://{}", host.addr())], &environment);
        let window = app.window().await;
        Desktop::xdotool(&["windowactivate", "--sync", &window]).expect("it has the focus");
        let reader = Reader::of(&app).await;
        let typist = Self { li, others: known, method, reader, window, app, host };

        let deadline = Instant::now() + PATIENCE;
        // Whether the page asks already cannot be seen; in an empty box the key does nothing.
        while typist.host.online() < 2 + others.len() {
            assert!(Instant::now() < deadline, "it enters the room");
            typist.press(&["Return"]);
            sleep(Duration::from_millis(100)).await;
        }
        typist.sees("an empty box with the keyboard", |seen| seen.focused && seen.text.is_empty()).await;
        typist
    }

    /// The host of the room.
    pub fn host(&self) -> &TestHost {
        &self.host
    }

    /// Types by this engine from now on.
    pub async fn by(&self, engine: &str) {
        self.method.choose(engine).await;
    }

    /// Presses keys.
    pub fn press(&self, keys: &[&str]) {
        assert!(self.app.process() > 0, "the app runs");
        Desktop::press(keys);
    }

    /// Types signs as they stand on the keys.
    pub fn types(&self, signs: &str) {
        let typed = Desktop::xdotool(&["type", "--clearmodifiers", "--delay", "30", signs]);
        assert!(typed.is_some(), "xdotool can type");
    }

    /// Types these letters of pinyin between two texts, and takes what they make. Whether it is still composed cannot be seen,
    /// so a comma is typed behind it, and taken away.
    pub async fn composes(&self, letters: &str, made: &str, [before, behind]: [&str; 2]) {
        self.types(letters);
        self.reads(&format!("{before}{made}{behind}")).await;
        self.press(&["space", "comma"]);
        self.reads(&format!("{before}{made}，{behind}")).await;
        self.press(&["BackSpace"]);
        self.reads(&format!("{before}{made}{behind}")).await;
    }

    /// Waits until the box says this, and gives how it is then.
    pub async fn reads(&self, text: &str) -> MessageBox {
        self.sees(&format!("the box says {text:?}"), |seen| seen.text == text).await
    }

    /// Waits until the box says this and offers something, and gives what.
    pub async fn is_offered(&self, text: &str) -> Vec<(String, bool)> {
        let what = format!("something is offered at {text:?}");
        self.sees(&what, |seen| seen.text == text && !seen.offers.is_empty()).await.offers
    }

    /// Waits until the box is as it should be.
    pub async fn sees(&self, what: &str, is_so: impl Fn(&MessageBox) -> bool) -> MessageBox {
        match self.reader.until(is_so).await {
            Ok(seen) => seen,
            Err(last) => self.fail(&format!("{what}: {last}")),
        }
    }

    /// Takes the keyboard to the newest line. The list gives it up where the line has no place yet.
    pub async fn goes_to_the_list(&self) {
        let deadline = Instant::now() + PATIENCE;
        let mut last = String::new();
        while Instant::now() < deadline {
            self.press(&["alt+Up"]);
            match timeout(PATIENCE / 10, self.reader.until(|seen| !seen.focused)).await {
                Ok(Ok(_)) => return,
                other => last = format!("{other:?}"),
            }
        }
        self.fail(&format!("the keyboard is in the list: {last}"));
    }

    /// What they say or do next, as the host tells it to others.
    pub async fn heard(&mut self) -> Entry {
        let next = async {
            loop {
                let entry = self.li.entry().await;
                if entry.from.nickname.as_str() == NAME && !matches!(entry.body, Body::Joined { .. }) {
                    return entry;
                }
            }
        };
        // The client has a patience of its own, which is longer.
        match timeout(PATIENCE / 2, next).await {
            Ok(entry) => entry,
            Err(_) => self.fail("something is heard in time"),
        }
    }

    /// The line that they say next.
    pub async fn says(&mut self) -> String {
        match self.heard().await.body {
            Body::Message { text, .. } => text,
            other => self.fail(&format!("a line, not {other:?}")),
        }
    }

    /// Somebody who is in the room besides, as a line mentions them.
    pub fn other(&self, name: &str) -> Mention {
        self.others.iter().find(|other| other.nickname.as_str() == name).expect("they are here").clone()
    }

    /// Keeps a picture of the window.
    pub fn shot(&self, name: &str) {
        Desktop::shot(&self.window, name);
    }

    fn fail(&self, what: &str) -> ! {
        self.shot("failed-typing");
        panic!("{what}");
    }
}

//! A real input method on the screen that the test runs on: ibus, with its engines for pinyin and Hangul.

use std::fs;
use std::process::{Command, Stdio};

use tokio::time::{Instant, sleep};

use super::{Home, page};
use crate::{PATIENCE, Program};

/// The engine that gives letters as they stand on the keys.
pub const LETTERS: &str = "xkb:us::eng";

/// The daemon of a user. It has no window of its own: what is composed is seen in the app or nowhere.
#[derive(Debug)]
pub struct InputMethod {
    environment: Vec<(&'static str, String)>,
    _daemon: Program,
}

impl InputMethod {
    /// Starts it for this user, by GTK's own way and by that of X (`XIM`).
    pub fn start(home: &Home) -> Self {
        let settings = home.path().join("config/glib-2.0/settings");
        fs::create_dir_all(&settings).expect("a folder");
        // The engine begins with Hangul, and not with what it is switched from by a key of Korean keyboards.
        let hangul = "[org/freedesktop/ibus/engine/hangul]\ninitial-input-mode='hangul'\n";
        fs::write(settings.join("keyfile"), hangul).expect("written");
        let mut environment = home.environment();
        environment.push(("GSETTINGS_BACKEND", "keyfile".to_owned()));

        let mut command = Command::new("ibus-daemon");
        command.args(["--xim", "--panel=disable", "--cache=none"]).envs(environment.clone());
        let daemon = Program::start(&mut command.into()).expect("ibus-daemon starts");
        Self { environment, _daemon: daemon }
    }

    /// Takes an engine for all that is typed from now on.
    pub async fn choose(&self, engine: &str) {
        let deadline = Instant::now() + PATIENCE;
        // The daemon is not there at once, nor are its engines.
        while self.ibus(&["engine"]) != engine {
            assert!(Instant::now() < deadline, "{engine} is chosen");
            self.ibus(&["engine", engine]);
            sleep(page::LOOK).await;
        }
    }

    fn ibus(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("ibus");
        command.args(arguments).envs(self.environment.clone()).stdin(Stdio::null());
        String::from_utf8_lossy(&command.output().expect("ibus runs").stdout).trim().to_owned()
    }
}

//! A user of the app: folders, language and colours that belong to nobody else.

use std::fs::{self, DirEntry, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// How a new user sees the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The language of the system: Chinese, or else English.
    pub chinese: bool,
    /// Dark colours, or else light ones.
    pub dark: bool,
}

impl Look {
    /// Chinese and light.
    pub const ZH: Self = Self { chinese: true, dark: false };
    /// Chinese and dark.
    pub const ZH_DARK: Self = Self { chinese: true, dark: true };
    /// English and light.
    pub const EN: Self = Self { chinese: false, dark: false };
    /// English and dark.
    pub const EN_DARK: Self = Self { chinese: false, dark: true };

    /// One of two texts, by the language.
    pub fn words<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        if self.chinese { chinese } else { english }
    }

    /// For the names of files, such as `zh-dark`.
    pub fn tag(self) -> &'static str {
        match (self.chinese, self.dark) {
            (true, false) => "zh-light",
            (true, true) => "zh-dark",
            (false, false) => "en-light",
            (false, true) => "en-dark",
        }
    }
}

/// A user. The folders are gone when the last one lets go of it.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
    look: Look,
    low_ports: bool,
    alone: bool,
    /// What else is in the environment.
    more: Vec<(&'static str, String)>,
}

/// The soft limit of open files on a usual desktop. Programs that need more raise it.
const OPEN_FILES: u32 = 1024;

impl Home {
    /// A user who has never started the app. The language is the system's; the colours are chosen in the settings,
    /// since a screen without a desktop has none.
    pub fn new(look: Look) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Self { folder, look, low_ports: true, alone: false, more: Vec::new() };
        home.write_settings(&format!("theme = \"{}\"\n", if look.dark { "dark" } else { "light" }));
        home
    }

    /// A user who has chosen a nickname and nothing else.
    pub fn of(nickname: &str, look: Look) -> Self {
        let home = Self::new(look);
        let theme = fs::read_to_string(home.settings_file()).expect("settings");
        home.write_settings(&format!("nickname = {nickname:?}\n{theme}"));
        home
    }

    /// A user for whom the system keeps the ports under 1024 to itself, even if the tests run as root.
    #[must_use]
    pub fn without_low_ports(self) -> Self {
        Self { low_ports: false, ..self }
    }

    /// A user whose system trusts this authority, and nobody else.
    #[must_use]
    pub fn trusting(mut self, pem: &str) -> Self {
        let file = self.path().join("trusted.pem");
        fs::write(&file, pem).expect("written");
        self.more.push(("SSL_CERT_FILE", file.display().to_string()));
        self.more.push(("SSL_CERT_DIR", self.path().join("nowhere").display().to_string()));
        self
    }

    /// A user whose system asks a [`super::Power`] before it falls asleep.
    #[must_use]
    pub fn deciding_over_sleep(mut self) -> Self {
        let session = std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a session bus");
        self.more.push(("DBUS_SYSTEM_BUS_ADDRESS", session));
        self
    }

    /// A user whose system opens links by writing them down.
    #[must_use]
    pub fn writing_links_down(mut self) -> Self {
        let programs = self.path().join("bin");
        fs::create_dir_all(&programs).expect("a folder");
        let opener = programs.join("xdg-open");
        let script = format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >>'{}'\n", self.opened_file().display());
        fs::write(&opener, script).expect("written");
        fs::set_permissions(&opener, Permissions::from_mode(0o755)).expect("a program");
        let path = std::env::var("PATH").unwrap_or_default();
        self.more.push(("PATH", format!("{}:{path}", programs.display())));
        self
    }

    /// A user whose app writes down all that it can.
    #[must_use]
    pub fn logging_everything(mut self) -> Self {
        self.more.push(("HEARTH_LOG", "trace".to_owned()));
        self
    }

    /// What the app has written into its log files.
    pub fn logs(&self) -> String {
        let files = fs::read_dir(self.path().join("state/hearth/logs")).expect("the folder of the logs");
        let text =
            |file: io::Result<DirEntry>| fs::read_to_string(file.expect("a file").path()).expect("text");
        files.map(text).collect()
    }

    /// The links that were opened, in their order.
    pub fn opened_links(&self) -> Vec<String> {
        let opened = fs::read_to_string(self.opened_file()).unwrap_or_default();
        opened.lines().map(str::to_owned).collect()
    }

    fn opened_file(&self) -> PathBuf {
        self.path().join("opened")
    }

    /// A user whose second start meets the first one. Others may open several windows on one desktop, as tests do.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// A command for a program that ends when whoever has started it is gone, be it by a kill, and that has the rights and
    /// limits of this user.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("prlimit");
        command.arg(format!("--nofile={OPEN_FILES}:"));
        command.args(["setpriv", "--pdeathsig", "KILL"]);
        // What is missing in the bounding set is missing in all that is started from there (capabilities(7)). Only root
        // may take it away, and only root has it.
        let root = fs::metadata(self.path()).is_ok_and(|folder| folder.uid() == 0);
        if root && !self.low_ports {
            command.arg("--bounding-set=-net_bind_service");
        }
        command.arg(program).env_remove("HEARTH_MULTI_INSTANCE").envs(self.environment());
        command
    }

    /// How this user sees the app.
    pub fn look(&self) -> Look {
        self.look
    }

    /// The user's folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where the app keeps what the user has chosen.
    pub fn settings_file(&self) -> PathBuf {
        self.path().join("config/hearth/settings.toml")
    }

    /// Puts settings there, as a person with an editor would.
    pub fn write_settings(&self, toml: &str) {
        let file = self.settings_file();
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, toml).expect("written");
    }

    /// What tells the app which user it belongs to.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let path = |below: &str| self.path().join(below).display().to_string();
        let language = if self.look.chinese { "zh_CN.UTF-8" } else { "en_US.UTF-8" };
        let mut environment = vec![
            ("HOME", path("")),
            ("XDG_CONFIG_HOME", path("config")),
            ("XDG_DATA_HOME", path("data")),
            ("XDG_STATE_HOME", path("state")),
            ("XDG_CACHE_HOME", path("cache")),
            ("LANG", language.to_owned()),
            ("LC_ALL", language.to_owned()),
            ("LANGUAGE", language.to_owned()),
        ];
        if !self.alone {
            environment.push(("HEARTH_MULTI_INSTANCE", "1".to_owned()));
        }
        environment.extend(self.more.iter().cloned());
        environment
    }
}

//! The app as a desktop starts it: without `WebDriver`, under which the web view uses no input method, and without a terminal.
//! It is worked by keys, and seen by what it tells the desktop, what others hear of it, and pictures of its window.

use std::process::{Command, ExitStatus};
use std::sync::Arc;

use tokio::time::{Instant, sleep};

use super::{Desktop, Home, app_program};
use crate::{PATIENCE, Program};

/// A window of the app that was started plainly. Dropping it ends the app.
#[derive(Debug)]
pub struct PlainApp {
    program: Program,
    home: Arc<Home>,
}

impl PlainApp {
    /// Starts it for this user, with these arguments, and this in the environment besides.
    pub fn start(home: impl Into<Arc<Home>>, arguments: &[&str], more: &[(&str, String)]) -> Self {
        let home = home.into();
        let mut command = home.command(&app_program());
        command.args(arguments).current_dir(home.path());
        // What the one who runs the tests types by is theirs.
        command.env_remove("GTK_IM_MODULE").env_remove("XMODIFIERS");
        for (name, value) in more {
            command.env(name, value);
        }
        let program = Program::start(&mut command.into()).expect("the app starts");
        Self { program, home }
    }

    /// Its user.
    pub fn home(&self) -> &Arc<Home> {
        &self.home
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.program.id()
    }

    /// Waits until its window is to be seen.
    pub async fn window(&self) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(window) = Desktop::windows(self.process()).into_iter().next() {
                return window;
            }
            assert!(Instant::now() < deadline, "a window is to be seen");
            sleep(super::page::LOOK).await;
        }
    }

    /// What stands behind `mark` in the next line that it prints as an error and that has it.
    pub async fn error_after(&mut self, mark: &str) -> String {
        self.program.error_after(mark).await
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        self.program.ended().await
    }
}

impl Desktop {
    /// What a window tells the desktop of itself, as xprop prints it; nothing when the window is gone.
    pub fn property(window: &str, name: &str) -> String {
        let output =
            Command::new("xprop").args(["-id", window, "-notype", name]).output().expect("xprop runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Its title.
    pub fn title(window: &str) -> String {
        Self::xdotool(&["getwindowname", window]).unwrap_or_default()
    }

    /// Whether it asks for attention (the urgency hint of ICCCM 4.1.2.4, or what window managers make of it).
    pub fn is_urgent(window: &str) -> bool {
        Self::property(window, "WM_HINTS").contains("urgency")
            || Self::property(window, "_NET_WM_STATE").contains("DEMANDS_ATTENTION")
    }

    /// Whether it is maximised.
    pub fn is_maximised(window: &str) -> bool {
        Self::property(window, "_NET_WM_STATE").contains("MAXIMIZED_VERT")
    }

    /// Where its content is on the screen, and how large: x, y, width and height.
    pub fn area(window: &str) -> [i32; 4] {
        let told = Self::xdotool(&["getwindowgeometry", "--shell", window]).unwrap_or_default();
        let value = |name: &str| {
            let line = told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.and_then(|value| value.parse().ok()).unwrap_or_default()
        };
        ["X", "Y", "WIDTH", "HEIGHT"].map(value)
    }

    /// Presses keys in the window that has the focus, by their names (`XKeysymToString(3)`).
    pub fn press(keys: &[&str]) {
        let pressed = Self::xdotool(&[&["key", "--clearmodifiers", "--delay", "30"][..], keys].concat());
        assert!(pressed.is_some(), "xdotool can press keys");
    }

    /// The lightness of each pixel of a window, row by row, and the length of a row.
    pub fn picture(window: &str) -> (Vec<u8>, usize) {
        let [_, _, width, _] = Self::area(window);
        let arguments = ["-window", window, "-colorspace", "Gray", "-depth", "8", "gray:-"];
        let picture = Self::import().args(arguments).output().expect("import runs");
        (picture.stdout, usize::try_from(width).expect("a width"))
    }

    /// It would wait without end for a window that is gone.
    fn import() -> Command {
        let mut import = Command::new("timeout");
        import.args([&PATIENCE.as_secs().to_string(), "import"]);
        import
    }

    /// Keeps a picture of a window, to be looked at.
    pub fn shot(window: &str, name: &str) {
        let folder = crate::place("HEARTH_SCREENSHOTS", "screenshots").join("e2e");
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join(format!("{name}.png"));
        let taken = Self::import().args(["-window", window]).arg(file).status();
        assert!(taken.expect("import runs").success(), "a picture is taken");
    }
}

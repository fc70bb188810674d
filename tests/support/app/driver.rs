//! The processes around a driven window: tauri-driver starts `WebKitWebDriver`, that starts the app, and that its web
//! processes. They are one process group, so that they can be ended together, whichever of them still lives.

use std::fs::{self, File};
use std::net::Ipv4Addr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::NamedTempFile;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use super::Home;
use crate::{PATIENCE, free_port, place};

/// A `WebDriver` server for one window.
#[derive(Debug)]
pub(super) struct Driver {
    child: Child,
    port: u16,
    program: PathBuf,
    output: NamedTempFile,
}

impl Driver {
    /// Starts the server, and waits until it and the one behind it listen.
    pub(super) async fn start(home: &Home, program: &Path) -> Self {
        // Into a file: a pipe that nobody reads would stop the app when it is full.
        let output = NamedTempFile::new().expect("a file");
        let log = || Stdio::from(File::options().append(true).open(output.path()).expect("the file"));
        let [port, native] = [free_port(), free_port()];
        let child = home
            .command(&place("HEARTH_TAURI_DRIVER", ".tools/bin/tauri-driver"))
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .current_dir(home.path())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log())
            .stderr(log())
            .spawn()
            .expect("tauri-driver starts");
        let driver = Self { child, port, program: program.to_owned(), output };
        for port in [port, native] {
            driver.listens(port).await;
        }
        driver
    }

    async fn listens(&self, port: u16) {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            assert!(Instant::now() < deadline, "no WebDriver on port {port}:\n{}", self.output());
            sleep(Duration::from_millis(20)).await;
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What the processes have printed.
    pub(super) fn output(&self) -> String {
        fs::read_to_string(self.output.path()).unwrap_or_default()
    }

    /// The app's own process.
    pub(super) fn process(&self) -> Option<u32> {
        let program = fs::canonicalize(&self.program).ok()?;
        members(self.child.id())
            .into_iter()
            .find(|id| fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|running| running == program))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = self.child.id();
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{group}")]).status();
        let _ = self.child.wait();
    }
}

/// The processes of a group that are not dead, as proc(5) lists them.
fn members(group: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").expect("processes are listed");
    let ids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id: &u32| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // The second field is the name in brackets, and may hold anything. State, parent and group follow.
        let fields: Vec<&str> =
            stat.rsplit_once(')').map_or(Vec::new(), |(_, rest)| rest.split(' ').collect());
        fields.get(1).is_some_and(|state| *state != "Z") && fields.get(3) == Some(&group.to_string().as_str())
    })
    .collect()
}

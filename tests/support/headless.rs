//! The program `hearth-host`.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use crate::PATIENCE;
use crate::program::{Program, place};

/// Where it usually stands, once built.
const HOST: &str = "target/debug/hearth-host";

/// A running `hearth-host`, away from the settings of whoever runs the tests. Dropping it kills it.
#[derive(Debug)]
pub struct Headless {
    program: Program,
    url: String,
    home: Arc<TempDir>,
}

impl Headless {
    /// Starts it on a free port, with these flags, and waits until it serves.
    pub async fn start(flags: &[&str]) -> Self {
        let home = Arc::new(tempfile::tempdir().expect("a folder"));
        let flags = [&["--bind", "127.0.0.1", "--port", "0"], flags].concat();
        let command = command(&home);
        Self::start_as(home, command, &flags).await
    }

    /// Starts it in a home that may have a room already, by a command that leads to it, and waits until it serves.
    pub async fn start_as(home: Arc<TempDir>, mut command: Command, flags: &[&str]) -> Self {
        let mut program = Program::start(command.args(flags)).expect("hearth-host starts");
        let url = program.after("listening on ").await;
        Self { program, url, home }
    }

    /// Its home.
    pub fn home(&self) -> Arc<TempDir> {
        Arc::clone(&self.home)
    }

    /// Where it keeps its room, unless flags say otherwise.
    pub fn room_file(&self) -> PathBuf {
        room_file(&self.home)
    }

    /// Its address for clients.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same without a scheme.
    pub fn address(&self) -> &str {
        self.url.strip_prefix("ws://").expect("an address")
    }

    /// The program itself.
    pub fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// How much memory it has in use, in bytes.
    pub fn memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.program.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its size");
        let kib: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib * 1024
    }
}

/// Where the room of a home is kept.
pub fn room_file(home: &TempDir) -> PathBuf {
    home.path().join("hearth/host/room.db")
}

/// What came of a run that ends by itself.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// Runs it to its end, with an empty home and these flags.
pub async fn outcome(flags: &[&str]) -> Outcome {
    let home = tempfile::tempdir().expect("a folder");
    run(command(&home).args(flags)).await
}

/// Runs it to its end.
pub async fn run(command: &mut Command) -> Outcome {
    let output = timeout(PATIENCE, command.kill_on_drop(true).stdin(Stdio::null()).output()).await;
    let output = output.expect("it ends in time").expect("hearth-host starts");
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A command that starts the program with an empty home, and with none of the variables that set it up.
pub fn command(home: &TempDir) -> Command {
    bare(&place("HEARTH_HOST_BIN", HOST), home)
}

/// The same of the program of an earlier version, which is built from its source by whoever runs the test.
pub fn old_command(home: &TempDir) -> Command {
    let old = std::env::var_os("HEARTH_OLD_HOST_BIN")
        .expect("HEARTH_OLD_HOST_BIN is the path of an old hearth-host");
    bare(old.as_ref(), home)
}

/// The same on another computer, that this leads to.
pub fn command_at(way: &[String], home: &TempDir) -> Command {
    let mut command = bare(way[0].as_ref(), home);
    command.args(&way[1..]).arg(place("HEARTH_HOST_BIN", HOST));
    command
}

/// What leads to a terminal of its own (pty(7)) when it stands before a program and its flags. What the terminal shows is on stdout;
/// when it is killed, the terminal is gone.
pub fn on_a_terminal() -> Vec<String> {
    ["sh", "-c", "exec script -qfec \"exec $0 $*\" /dev/null"].map(str::to_owned).to_vec()
}

/// The same without the right to ports under 1024, which nobody but root has anyway.
pub fn command_without_low_ports(home: &TempDir) -> Command {
    let root = fs::metadata(home.path()).is_ok_and(|folder| folder.uid() == 0);
    if !root {
        return command(home);
    }
    // What is missing in the bounding set is missing in every program that is started from there (capabilities(7)).
    let mut command = bare("setpriv".as_ref(), home);
    command.arg("--bounding-set=-net_bind_service").arg(place("HEARTH_HOST_BIN", HOST));
    command
}

fn bare(program: &Path, home: &TempDir) -> Command {
    let mut command = Command::new("env");
    // Whoever runs the tests may have been told to ignore this signal, and what is started from there inherits that.
    command.arg("--default-signal=HUP").arg(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HEARTH_")) {
        command.env_remove(name);
    }
    for folder in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env(folder, home.path());
    }
    command
}

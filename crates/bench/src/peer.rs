//! Peers are the servers that are measured.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;
use hearth_protocol::Dialect;
use serde::Serialize;

use crate::process::Process;

/// A server, and the dialect that its clients speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Peer {
    /// hearth-host, all clients speaking v1
    HearthV1,
    /// hearth-host, all clients speaking classic
    HearthClassic,
    /// A tokio-tungstenite server on a broadcast channel
    Naive,
    /// The tutorial's server: Node with `ws`
    Tutorial,
}

impl Peer {
    pub(crate) const ALL: [Self; 4] = [Self::HearthV1, Self::HearthClassic, Self::Naive, Self::Tutorial];

    /// Starts it on a free port of this machine alone.
    pub(crate) fn start(self) -> Result<Process> {
        Process::start(self.command()?).with_context(|| format!("starting {self}"))
    }

    fn command(self) -> Result<Command> {
        Ok(match self {
            Self::HearthV1 | Self::HearthClassic => {
                let mut command = Command::new(hearth_host()?);
                command.args(["--bind", "127.0.0.1", "--port", "0", "--memory", "--rate", "off"]);
                command.args(["--max-clients", "20000"]).env("HEARTH_LOG", "warn");
                command
            }
            Self::Naive => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("naive");
                command
            }
            Self::Tutorial => {
                let folder = std::env::var_os("HEARTH_NODE_SERVERS").unwrap_or_else(|| "tests/node".into());
                let mut command = Command::new("node");
                command.arg(PathBuf::from(folder).join("tutorial.mjs")).arg("0");
                command
            }
        })
    }

    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::HearthV1 => Dialect::V1,
            Self::HearthClassic | Self::Naive | Self::Tutorial => Dialect::Classic,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::HearthV1 => "hearth-host, v1",
            Self::HearthClassic => "hearth-host, classic",
            Self::Naive => "naive tokio-tungstenite",
            Self::Tutorial => "tutorial, Node ws",
        })
    }
}

/// hearth-host with the room in this folder, everything on the disk, and with these flags besides.
pub(crate) fn hearth_on_disk(folder: &Path, flags: &[&str]) -> Result<Process> {
    let mut command = Command::new(hearth_host()?);
    command.args(["--bind", "127.0.0.1", "--port", "0", "--rate", "off"]).args(flags);
    command.arg("--data").arg(folder).env("HEARTH_LOG", "warn");
    Process::start(command).context("starting hearth-host")
}

/// The link of an invitation to the room in this folder, which is served at this port.
pub(crate) fn invitation(folder: &Path, port: u16) -> Result<String> {
    let mut command = Command::new(hearth_host()?);
    command.args(["invite", "--at", &format!("127.0.0.1:{port}"), "--data"]).arg(folder);
    let told = command.output().context("starting hearth-host invite")?;
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    let link = text.lines().next().filter(|_| told.status.success());
    let failed = || format!("no invitation: {}", String::from_utf8_lossy(&told.stderr));
    Ok(link.with_context(failed)?.to_owned())
}

/// The release build of the host: named by `cargo xtask bench`, or beside this program.
fn hearth_host() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("HEARTH_HOST_BIN") {
        return Ok(named.into());
    }
    let beside = std::env::current_exe()?.with_file_name("hearth-host");
    anyhow::ensure!(
        beside.exists(),
        "{} is not there: build it with `cargo build --release --bin hearth-host`",
        beside.display()
    );
    Ok(beside)
}

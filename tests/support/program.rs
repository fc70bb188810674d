//! Programs that tests start.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::timeout;

use crate::PATIENCE;

/// A running program. Dropping it kills it.
#[derive(Debug)]
pub struct Program {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Lines<BufReader<ChildStderr>>,
}

impl Program {
    /// Starts a program that inherits nothing to read from, and whose output the test reads.
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        let stdout = lines(child.stdout.take().context("stdout is piped")?);
        let stderr = lines(child.stderr.take().context("stderr is piped")?);
        Ok(Self { child, stdout, stderr })
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// The next line on its stdout; `None` at the end.
    pub async fn line(&mut self) -> Option<String> {
        next(&mut self.stdout).await
    }

    /// The next line on its stderr; `None` at the end.
    pub async fn error_line(&mut self) -> Option<String> {
        next(&mut self.stderr).await
    }

    /// What stands behind `mark` in the next line on stdout that has it.
    pub async fn after(&mut self, mark: &str) -> String {
        after(&mut self.stdout, &mut self.stderr, mark).await
    }

    /// What stands behind `mark` in the next line on stderr that has it.
    pub async fn error_after(&mut self, mark: &str) -> String {
        after(&mut self.stderr, &mut self.stdout, mark).await
    }

    /// All that is left on its stderr, once it has ended.
    pub async fn rest_of_errors(&mut self) -> String {
        let mut rest = String::new();
        while let Some(line) = self.error_line().await {
            rest.push_str(&line);
            rest.push('\n');
        }
        rest
    }

    /// Kills it (SIGKILL) and waits until it is gone.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.child.wait()).await.expect("it ends in time").expect("it can be waited for")
    }

    /// Asks it to stop, as a system does that shuts down.
    pub async fn terminate(&self) {
        signal(self.id(), "TERM").await;
    }
}

/// Sends a signal to a process, which must be there.
pub async fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().await;
    assert!(sent.expect("kill runs").success(), "it takes the signal");
}

/// Where something is that the tests drive: as `cargo xtask test` tells it in this variable, or where it usually
/// stands, seen from the top of the repository.
pub fn place(variable: &str, usual: &str) -> PathBuf {
    let top = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    std::env::var_os(variable).map_or_else(|| top.join(usual), PathBuf::from)
}

/// The same for a program that usually stands in `PATH`.
pub fn program(variable: &str, usual: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| usual.into(), PathBuf::from)
}

fn lines<R: AsyncRead>(stream: R) -> Lines<BufReader<R>> {
    BufReader::new(stream).lines()
}

async fn next<R: AsyncRead + Unpin>(lines: &mut Lines<BufReader<R>>) -> Option<String> {
    timeout(PATIENCE, lines.next_line()).await.expect("a line in time").expect("text")
}

async fn after<A, B>(told: &mut Lines<BufReader<A>>, other: &mut Lines<BufReader<B>>, mark: &str) -> String
where
    A: AsyncRead + Unpin,
    B: AsyncRead + Unpin,
{
    let mut before = Vec::new();
    while let Some(line) = next(told).await {
        if let Some((_, rest)) = line.split_once(mark) {
            return rest.to_owned();
        }
        before.push(line);
    }
    while let Some(line) = next(other).await {
        before.push(line);
    }
    panic!("no line with {mark:?}, only: {}", before.join("\n"));
}

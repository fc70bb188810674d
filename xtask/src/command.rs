//! Running other programs: what is run is printed, and what fails is named.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Seconds that one program may take in CI, where nobody presses Ctrl-C: a test that hangs must not eat the time of
/// the steps after it, nor the closing line. The longest, a release build on two slow cores, takes two thirds of it.
const CI_LIMIT: &str = "1500";

/// Lines on their way from a child to the terminal. More than fit wait in the pipe, and the child with them.
const LINES_IN_FLIGHT: usize = 256;

/// How often a child that says nothing is asked whether it has ended.
const POLL: Duration = Duration::from_millis(200);

/// A command with its arguments, run in the top folder of the repository unless told otherwise.
pub(crate) fn cmd<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, args: impl IntoIterator<Item = S>) -> Command {
    // On Windows npm is a script, which only its full name starts.
    let program = match program.as_ref() {
        npm if cfg!(windows) && npm == "npm" => OsStr::new("npm.cmd"),
        program => program,
    };
    let mut command = Command::new(program);
    command.args(args);
    command
}

/// The ways in which xtask runs a command.
pub(crate) trait Run {
    /// Runs it in the terminal; an error unless it ends with success.
    fn run(&mut self) -> Result<()>;
    /// Runs it and shows its output, each line of stdout also given to `on_line`.
    fn stream(&mut self, on_line: impl FnMut(&str)) -> Result<ExitStatus>;
    /// Runs it unseen and returns its stdout; an error unless it ends with success.
    fn read(&mut self) -> Result<String>;
    /// Runs it unseen; whether it could be started and ended with success.
    fn succeeds(&mut self) -> bool;
}

impl Run for Command {
    fn run(&mut self) -> Result<()> {
        announce(self);
        let status = limited(self).status().with_context(|| cannot_start(self))?;
        expect_success(self, status)
    }

    fn stream(&mut self, on_line: impl FnMut(&str)) -> Result<ExitStatus> {
        announce(self);
        let mut child = limited(self).stdout(Stdio::piped()).spawn().with_context(|| cannot_start(self))?;
        let lines = lines_of(&mut child)?;
        relay(&lines, &mut child, on_line)
    }

    fn read(&mut self) -> Result<String> {
        let output = self.stderr(Stdio::inherit()).output().with_context(|| cannot_start(self))?;
        expect_success(self, output.status)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn succeeds(&mut self) -> bool {
        self.stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    }
}

/// Whether a program of this name stands in `PATH`.
pub(crate) fn installed(program: &str) -> bool {
    find(program).is_some()
}

/// The name of the file that a program is: on Windows it has an ending.
pub(crate) fn program_file(program: &str) -> String {
    format!("{program}{EXE_SUFFIX}")
}

/// Where in `PATH` a program stands.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file = program_file(program);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|file| file.is_file())
}

/// Whether this is done with all rights on this machine.
pub(crate) fn is_root() -> Result<bool> {
    Ok(cmd("id", ["-u"]).read()?.trim() == "0")
}

/// The lines that a child prints, read in a thread of their own.
pub(crate) fn lines_of(child: &mut Child) -> Result<Receiver<String>> {
    let stdout = child.stdout.take().context("the stdout of the child is not a pipe")?;
    let (lines, incoming) = mpsc::sync_channel(LINES_IN_FLIGHT);
    thread::spawn(move || {
        for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            if lines.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    });
    Ok(incoming)
}

/// Shows lines until the child has ended. Its own end counts, not that of the pipe: a process that it left behind
/// could hold the pipe open for ever.
fn relay(lines: &Receiver<String>, child: &mut Child, mut on_line: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut ended = false;
    loop {
        match lines.recv_timeout(POLL) {
            Ok(line) => {
                println!("{line}");
                on_line(&line);
            }
            Err(RecvTimeoutError::Timeout) if ended => break,
            Err(RecvTimeoutError::Timeout) => ended = child.try_wait()?.is_some(),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    Ok(child.wait()?)
}

/// The same command under `timeout` in CI, the command itself elsewhere: `timeout` takes it out of the reach of Ctrl-C. What
/// Windows has of that name waits for a key.
fn limited(command: &Command) -> Command {
    if std::env::var_os("CI").is_some() && cfg!(unix) && installed("timeout") {
        return behind(cmd("timeout", ["--kill-after=30", CI_LIMIT]), command);
    }
    let mut same = Command::new(command.get_program());
    same.args(command.get_args());
    surrounded_like(same, command)
}

/// A command behind one that runs it, which is in its place otherwise: its folder and its environment.
pub(crate) fn behind(mut front: Command, command: &Command) -> Command {
    front.arg(command.get_program()).args(command.get_args());
    surrounded_like(front, command)
}

fn surrounded_like(mut other: Command, command: &Command) -> Command {
    if let Some(folder) = command.get_current_dir() {
        other.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => other.env(name, value),
            None => other.env_remove(name),
        };
    }
    other
}

fn expect_success(command: &Command, status: ExitStatus) -> Result<()> {
    match status.code() {
        Some(0) => Ok(()),
        Some(124 | 137) if std::env::var_os("CI").is_some() => {
            bail!("`{}` was stopped: it took longer than {CI_LIMIT} s", written(command))
        }
        Some(code) => bail!("`{}` ended with exit code {code}", written(command)),
        None => bail!("`{}` was killed by a signal", written(command)),
    }
}

fn announce(command: &Command) {
    println!("$ {}", written(command));
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}` (is it installed?)", command.get_program().to_string_lossy())
}

/// A command as one would type it, near enough to read.
fn written(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quoted = words.map(|word| {
        let word = word.to_string_lossy();
        if word.contains(' ') { format!("'{word}'") } else { word.into_owned() }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

// They run a Unix shell.
#[cfg(all(test, unix))]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_command_is_written_as_one_types_it() {
        assert_eq!(written(&cmd("sh", ["-c", "a b"])), "sh -c 'a b'");
    }

    #[test]
    fn a_failure_names_the_command_and_its_exit_code() {
        let error = cmd("sh", ["-c", "exit 3"]).run().expect_err("fails");
        assert_eq!(error.to_string(), "`sh -c 'exit 3'` ended with exit code 3");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = cmd("no-such-program-anywhere", [""; 0]).run().expect_err("cannot start");
        assert!(error.to_string().contains("no-such-program-anywhere"));
    }

    #[test]
    fn stream_gives_every_line_and_the_exit_code() {
        let mut lines = Vec::new();
        let status = cmd("sh", ["-c", "echo a; echo b; exit 4"]).stream(|line| lines.push(line.to_owned()));
        assert_eq!(lines, ["a", "b"]);
        assert_eq!(status.expect("starts").code(), Some(4));
    }

    #[test]
    fn stream_ends_with_the_child_though_its_own_child_holds_the_pipe() {
        let started = Instant::now();
        let status = cmd("sh", ["-c", "sleep 20 & echo started"]).stream(|_| ());
        assert!(status.expect("starts").success());
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}

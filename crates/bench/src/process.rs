//! A child process, and what it has used.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

/// What `/proc/PID/stat` counts time in (`USER_HZ`): 100 a second on every architecture that Linux runs on here.
const TICKS_PER_SECOND: u64 = 100;

/// A server in a process of its own. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// Kept open: a server must not meet a closed pipe.
    _stdout: BufReader<ChildStdout>,
    pub(crate) port: u16,
}

/// Memory of a process, in KiB.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Memory {
    /// What is resident, shared pages included.
    pub(crate) rss_kib: f64,
    /// The same, each shared page divided among those who share it.
    pub(crate) pss_kib: f64,
}

impl Process {
    /// Starts a server and reads where it listens from its first line.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {program}"))?;
        let mut stdout = BufReader::new(child.stdout.take().context("a pipe was asked for")?);
        let mut line = String::new();
        let port = match stdout.read_line(&mut line) {
            Ok(_) => port_of(&line),
            Err(_) => None,
        };
        let Some(port) = port else {
            let _ = child.kill();
            let _ = child.wait();
            anyhow::bail!("{program} did not say where it listens, but {line:?}");
        };
        Ok(Self { child, _stdout: stdout, port })
    }

    /// The CPU time used so far, in user mode and in the kernel, all threads together.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let stat = self.read("stat")?;
        let ticks = cpu_ticks(&stat).context("/proc/PID/stat reads otherwise than proc(5) says")?;
        Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
    }

    /// The memory in use now.
    pub(crate) fn memory(&self) -> Result<Memory> {
        memory_of(&self.child.id().to_string())
    }

    fn read(&self, file: &str) -> Result<String> {
        read(&self.child.id().to_string(), file)
    }
}

/// The memory that this program has in use now.
pub(crate) fn own_memory() -> Result<Memory> {
    memory_of("self")
}

fn memory_of(process: &str) -> Result<Memory> {
    let field = |text: &str, name: &str| -> Option<f64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix(" kB")?.trim().parse().ok()
    };
    let rss_kib = field(&read(process, "status")?, "VmRSS:").context("no VmRSS in /proc/PID/status")?;
    let pss_kib =
        field(&read(process, "smaps_rollup")?, "Pss:").context("no Pss in /proc/PID/smaps_rollup")?;
    Ok(Memory { rss_kib, pss_kib })
}

fn read(process: &str, file: &str) -> Result<String> {
    let path = format!("/proc/{process}/{file}");
    fs::read_to_string(&path).with_context(|| format!("cannot read {path}: measuring needs Linux"))
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The port in `listening on ws://ADDRESS:PORT`.
fn port_of(line: &str) -> Option<u16> {
    let address = line.trim().strip_prefix("listening on ws://")?;
    address.rsplit_once(':')?.1.parse().ok()
}

/// `utime` plus `stime` (proc(5): fields 14 and 15). The name in field 2 may hold blanks and brackets.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_the_first_line() {
        assert_eq!(port_of("listening on ws://127.0.0.1:4321\n"), Some(4321));
        assert_eq!(port_of("listening on ws://[::1]:4321\n"), Some(4321));
        assert_eq!(port_of("hello\n"), None);
    }

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 25 17 0 0 20 0 1 0 5 6 7";
        assert_eq!(cpu_ticks(stat), Some(42));
    }
}

//! The processes of a window: how much memory and processor time each takes, as proc(5) has it.

use std::fs;
use std::time::Duration;

/// Ticks of `/proc/PID/stat`, `sysconf(_SC_CLK_TCK)` on every Linux of today.
const TICKS_PER_SECOND: u64 = 100;

/// A process of the family of another.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) id: u32,
    /// Its program and what it was started with.
    pub(crate) command: String,
}

impl Process {
    /// The memory that it has in use, in MiB; nothing when it is gone.
    pub(crate) fn memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
    }

    /// The processor time that it has used, all threads together.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id)).unwrap_or_default();
        // `utime` and `stime`, fields 14 and 15; the name in field 2 may hold blanks and brackets.
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
        let ticks: u64 =
            fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND)
    }
}

/// A process and all that come from it.
pub(crate) fn family(of: u32) -> Vec<Process> {
    let entries = fs::read_dir("/proc").expect("processes are listed").flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parents: Vec<(u32, u32)> = ids.filter_map(|id| Some((id, parent(id)?))).collect();
    let mut members = vec![of];
    let mut next = 0;
    while let Some(&id) = members.get(next) {
        members.extend(parents.iter().filter(|(_, parent)| *parent == id).map(|(child, _)| *child));
        next += 1;
    }
    members.into_iter().map(|id| Process { id, command: command(id) }).collect()
}

fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn command(id: u32) -> String {
    let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).replace('\0', " ")
}

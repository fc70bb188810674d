//! The machine that the figures were measured on.

use std::fmt;
use std::fs;

use anyhow::{Context, Result};
use serde::Serialize;

/// What a figure means nothing without.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Machine {
    pub(crate) cores: usize,
    pub(crate) cpu: String,
    pub(crate) kernel: String,
    /// Over 1, 5 and 15 minutes.
    pub(crate) load_before: String,
    pub(crate) load_after: String,
}

impl Machine {
    pub(crate) fn look() -> Result<Self> {
        let cpuinfo = read("/proc/cpuinfo")?;
        let cpu = cpuinfo
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
            .map_or("unknown", |(_, model)| model);
        Ok(Self {
            cores: std::thread::available_parallelism()?.get(),
            cpu: cpu.to_owned(),
            kernel: read("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            load_before: load_average()?,
            load_after: String::new(),
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cores, cpu, kernel, load_before, .. } = self;
        write!(f, "{cores} cores, {cpu}, Linux {kernel}, load average {load_before}")
    }
}

/// The load average over 1, 5 and 15 minutes.
pub(crate) fn load_average() -> Result<String> {
    let text = read("/proc/loadavg")?;
    Ok(text.split(' ').take(3).collect::<Vec<_>>().join(" "))
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {path}: measuring needs Linux"))
}

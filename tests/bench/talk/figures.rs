//! The figures, each beside its limit, and the machine that they were taken on.

use std::fs;

use serde::Deserialize;

/// One press, or one line: milliseconds until it was painted.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Sample {
    pub(crate) whole: f64,
    /// Without the wait for the display's next beat.
    pub(crate) work: f64,
}

/// What the probe took.
#[derive(Debug, Deserialize)]
pub(crate) struct Samples {
    #[serde(rename = "samples")]
    pub(crate) taken: Vec<Sample>,
    /// By the browser's own reckoning until the picture was handed over, of those that took longer than a frame.
    pub(crate) presented: Vec<f64>,
    /// Processor time of the page's process meanwhile, in milliseconds: it says more than a clock on a busy machine.
    #[serde(default)]
    pub(crate) cpu: f64,
}

impl Samples {
    pub(crate) fn none() -> Self {
        Self { taken: Vec::new(), presented: Vec::new(), cpu: 0.0 }
    }

    pub(crate) fn add(&mut self, more: Self) {
        self.taken.extend(more.taken);
        self.presented.extend(more.presented);
        self.cpu += more.cpu;
    }

    pub(crate) fn whole(&self) -> Spread {
        Spread::of(self.taken.iter().map(|sample| sample.whole))
    }

    /// Until painted, and the processor time for each.
    pub(crate) fn told(&self) -> String {
        let count = u32::try_from(self.taken.len()).unwrap_or(u32::MAX);
        format!("{}, {:.1} ms of processor each", self.whole(), self.cpu / f64::from(count))
    }

    pub(crate) fn work(&self) -> Spread {
        Spread::of(self.taken.iter().map(|sample| sample.work))
    }
}

/// How a figure is spread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) count: usize,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) worst: f64,
}

impl Spread {
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        // By nearest rank.
        let at = |percent: usize| sorted.get((sorted.len() * percent).div_ceil(100).max(1) - 1).copied();
        let at = |percent| at(percent).unwrap_or(f64::NAN);
        Self { count: sorted.len(), p50: at(50), p99: at(99), worst: at(100) }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { count, p50, p99, worst } = self;
        write!(f, "p50 {p50:.1}, p99 {p99:.1}, worst {worst:.1} ms of {count}")
    }
}

/// Prints a figure without a limit.
pub(crate) fn tell(what: &str, figure: &str) {
    println!("  {what:58} {figure}");
}

/// Prints a figure, and whether it is within its limit.
pub(crate) fn judge(what: &str, figure: &str, value: f64, limit: f64, unit: &str) {
    let verdict = if value <= limit { "kept" } else { "MISSED" };
    tell(what, &format!("{figure}; limit {limit:.0} {unit}: {verdict}"));
}

/// How busy the machine was over the last minute.
pub(crate) fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}

/// What draws the pictures.
pub(crate) fn renderer() -> &'static str {
    if fs::exists("/dev/dri").unwrap_or_default() {
        "a graphics card"
    } else {
        "the processor (no graphics card)"
    }
}

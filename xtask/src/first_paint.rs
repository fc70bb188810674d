//! The time from exec to the first picture.
//!
//! The app takes part: it writes the milliseconds from its start to the file that `HEARTH_PAINT_FILE` names, when the
//! page has seen its second animation frame, the first one at which the first is known to have been shown.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command::{Run, cmd};
use crate::screen::on_a_screen;

/// One with a new profile, and enough others for a median.
const RUNS: usize = 12;

/// More than a cold start on a busy machine takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often the file is looked at. The app itself takes the time, so this is no part of it.
const POLL: Duration = Duration::from_millis(20);

/// Measures on a screen of its own, which is up before the first clock starts.
pub(crate) fn measure_on_a_screen(app: &Path) -> Result<()> {
    let myself = std::env::current_exe()?;
    on_a_screen().arg(myself).arg("first-paint").arg(app).run()
}

/// Starts the app several times, the first time with an empty profile, and prints each time.
pub(crate) fn measure(app: &Path) -> Result<()> {
    let profile = std::path::absolute("target/xtask/first-paint")?;
    if profile.exists() {
        fs::remove_dir_all(&profile)?;
    }
    fs::create_dir_all(&profile)?;
    let first = start_once(app, &profile)?;
    println!("exec to first paint, new profile: {} ms", first.as_millis());
    let mut times = (1..RUNS).map(|_| start_once(app, &profile)).collect::<Result<Vec<_>>>()?;
    times.sort();
    let (best, median) = (times[0], times[times.len() / 2]);
    println!("exec to first paint, warm: median {} ms, best {} ms", median.as_millis(), best.as_millis());
    Ok(())
}

fn start_once(app: &Path, profile: &Path) -> Result<Duration> {
    let told = profile.join("painted");
    let _ = fs::remove_file(&told);
    let mut child = cmd(&app.to_string_lossy(), [""; 0])
        .env("HEARTH_PAINT_FILE", &told)
        .env("HEARTH_MULTI_INSTANCE", "1")
        .env("HOME", profile)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME")
        .env_remove("XDG_STATE_HOME")
        .spawn()
        .with_context(|| format!("cannot start {}", app.display()))?;
    let deadline = Instant::now() + PATIENCE;
    let painted = loop {
        let milliseconds = fs::read_to_string(&told).ok().and_then(|text| text.parse().ok());
        if milliseconds.is_some() || Instant::now() > deadline {
            break milliseconds;
        }
        std::thread::sleep(POLL);
    };
    child.kill()?;
    child.wait()?;
    match painted {
        Some(milliseconds) => Ok(Duration::from_millis(milliseconds)),
        None => bail!("{} never said that it has painted", app.display()),
    }
}

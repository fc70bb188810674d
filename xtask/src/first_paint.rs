//! The time from exec to the first picture, which is the frame of the window, and to that of the content, beside that of
//! WebKit's own small browser with an empty page: what is left to the app is what lies between.
//!
//! The app takes part: it writes the milliseconds from its start to both to the file that `HEARTH_PAINT_FILE` names. Each
//! counts from the second animation frame, the one at which the first is known to have been shown.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command::{Run, cmd};
use crate::screen::on_a_screen;

/// Enough for a median: of starts with everything in memory, and of cold ones, which take longer.
const WARM: usize = 11;
const COLD: usize = 3;

/// It tells when its second frame has come, as the app's page does.
const EMPTY_PAGE: &str = "<!doctype html><title></title><script>\
    requestAnimationFrame(() => requestAnimationFrame(() => { new Image().src = '/painted'; }))</script>";

/// More than a cold start on a busy machine takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often the file is looked at. The app itself takes the time, so this is no part of it.
const POLL: Duration = Duration::from_millis(20);

/// Measures on a screen of its own, which is up before the first clock starts.
pub(crate) fn measure_on_a_screen(app: &Path) -> Result<()> {
    let myself = std::env::current_exe()?;
    let mut command = Command::new(myself);
    command.arg("first-paint").arg(app);
    on_a_screen(&command).run()
}

/// Starts the app several times, cold and warm, and prints how long it took.
pub(crate) fn measure(app: &Path) -> Result<()> {
    let profile = std::path::absolute("target/xtask/first-paint")?;
    let mut cold = Vec::new();
    for _ in 0..COLD {
        empty(&profile)?;
        if let Err(error) = forget_files() {
            tell("cold", &format!("not measured (no right to drop caches: {error})"));
            break;
        }
        cold.push(start_once(app, &profile)?);
    }
    if !cold.is_empty() {
        tell_both("cold (new profile, page cache dropped)", &cold);
    }
    empty(&profile)?;
    tell_both("new profile, files in memory", &[start_once(app, &profile)?]);
    let warm = (0..WARM).map(|_| start_once(app, &profile)).collect::<Result<Vec<_>>>()?;
    tell_both("warm", &warm);
    let which = "warm, an empty page in WebKit's own browser";
    let peer = peer();
    if peer.exists() {
        let empty = (0..WARM).map(|_| start_peer(&peer, &profile)).collect::<Result<Vec<_>>>()?;
        tell(which, &in_words(empty));
    } else {
        tell(which, &format!("not measured (there is no {})", peer.display()));
    }
    Ok(())
}

/// WebKit's own browser, where Debian has it beside its libraries.
fn peer() -> PathBuf {
    format!("/usr/lib/{}-linux-gnu/webkit2gtk-4.1/MiniBrowser", std::env::consts::ARCH).into()
}

/// What a start took.
struct Start {
    frame: Duration,
    content: Duration,
}

fn tell_both(which: &str, starts: &[Start]) {
    tell(which, &in_words(starts.iter().map(|start| start.frame).collect()));
    tell(&format!("{which}, its content"), &in_words(starts.iter().map(|start| start.content).collect()));
}

fn tell(which: &str, result: &str) {
    println!("exec to first paint, {which}: {result}");
}

fn in_words(mut times: Vec<Duration>) -> String {
    times.sort();
    let (best, median) = (times[0].as_millis(), times[times.len() / 2].as_millis());
    match times.len() {
        1 => format!("{median} ms"),
        runs => format!("median {median} ms of {runs}, best {best} ms"),
    }
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

/// Makes the system forget what it has read from disk: programs and libraries come from there again, as after the
/// computer was switched on. Needs root.
fn forget_files() -> io::Result<()> {
    let _ = Command::new("sync").status()?;
    fs::write("/proc/sys/vm/drop_caches", "3")
}

fn start_once(app: &Path, profile: &Path) -> Result<Start> {
    let told = profile.join("painted");
    let _ = fs::remove_file(&told);
    let mut child = cmd(app, [""; 0])
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
        let start = fs::read_to_string(&told).ok().and_then(|text| read(&text));
        if start.is_some() || Instant::now() > deadline {
            break start;
        }
        thread::sleep(POLL);
    };
    child.kill()?;
    child.wait()?;
    match painted {
        Some(start) => Ok(start),
        None => bail!("{} never said that it has painted", app.display()),
    }
}

/// What the app has written; `None` while it has not, or not all of it.
fn read(text: &str) -> Option<Start> {
    let (frame, content) = text.split_once(' ')?;
    let milliseconds = |text: &str| text.parse().ok().map(Duration::from_millis);
    Some(Start { frame: milliseconds(frame)?, content: milliseconds(content)? })
}

/// Starts the peer, and takes the time until its page says that it has been painted.
fn start_peer(peer: &Path, profile: &Path) -> Result<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut command = cmd(peer, [format!("http://{}/", listener.local_addr()?)]);
    command.env("HOME", profile);
    if !Path::new("/dev/dri").exists() {
        // As the app has it (`drawing.rs` there).
        command.env("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1");
    }
    let begun = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot start {}", peer.display()))?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut questions = listener.incoming().map(|stream| stream.and_then(answer));
        if questions.any(|asked| asked.is_ok_and(|path| path == "/painted")) {
            let _ = tell.send(begun.elapsed());
        }
    });
    let painted = told.recv_timeout(PATIENCE);
    child.kill()?;
    child.wait()?;
    painted.with_context(|| format!("{} never said that it has painted", peer.display()))
}

/// Gives the page, and returns what was asked for.
fn answer(mut stream: TcpStream) -> io::Result<String> {
    let mut request = String::new();
    BufReader::new(&stream).read_line(&mut request)?;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{EMPTY_PAGE}",
        EMPTY_PAGE.len()
    )?;
    Ok(request.split(' ').nth(1).unwrap_or_default().to_owned())
}

//! The signals by which a system, a terminal or a person asks a program to end. One that hosts takes its leave first.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

/// Hears the signals that ask for an end.
#[derive(Debug)]
pub struct EndSignals {
    #[cfg(unix)]
    heard: Vec<(&'static str, tokio::signal::unix::Signal)>,
    #[cfg(windows)]
    heard: windows::Heard,
}

#[cfg(unix)]
impl EndSignals {
    /// Hears them from now on: SIGTERM, SIGINT, SIGQUIT, and SIGHUP, by which a terminal takes its leave, unless whoever started this
    /// program has it ignored, as nohup(1) does. Wants a tokio runtime around it.
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let mut wanted = vec![
            ("SIGTERM", SignalKind::terminate()),
            ("SIGINT", SignalKind::interrupt()),
            ("SIGQUIT", SignalKind::quit()),
        ];
        // Once it is listened to, it is ignored no more.
        if !hangup_is_ignored() {
            wanted.push(("SIGHUP", SignalKind::hangup()));
        }
        let heard = wanted.into_iter().map(|(name, kind)| Ok((name, signal(kind)?)));
        Ok(Self { heard: heard.collect::<io::Result<_>>()? })
    }

    /// Waits for one of them, and gives its name.
    pub async fn wait(&mut self) -> &'static str {
        poll_fn(|context| {
            let mut heard = self.heard.iter_mut();
            let came = heard.find_map(|(name, signal)| signal.poll_recv(context).is_ready().then_some(*name));
            came.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// Whether this program was started with SIGHUP ignored.
#[cfg(unix)]
fn hangup_is_ignored() -> bool {
    ignored_signals().is_some_and(|ignored| ignored & 1 != 0)
}

/// The signals that are ignored, as a mask in which SIGHUP has the lowest bit (`proc_pid_status(5)`).
#[cfg(target_os = "linux")]
fn ignored_signals() -> Option<u128> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u128::from_str_radix(mask.trim(), 16).ok()
}

/// The same where there is no such file.
#[cfg(all(unix, not(target_os = "linux")))]
fn ignored_signals() -> Option<u128> {
    let id = std::process::id().to_string();
    let said = std::process::Command::new("ps").args(["-o", "sigignore=", "-p", &id]).output().ok()?;
    let mask = String::from_utf8(said.stdout).ok()?;
    u128::from_str_radix(mask.trim().trim_start_matches("0x"), 16).ok()
}

#[cfg(windows)]
mod windows {
    use tokio::signal::windows::{CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown};

    #[derive(Debug)]
    pub(super) struct Heard {
        pub(super) c: CtrlC,
        pub(super) interrupt: CtrlBreak,
        pub(super) close: CtrlClose,
        pub(super) logoff: CtrlLogoff,
        pub(super) shutdown: CtrlShutdown,
    }
}

#[cfg(windows)]
impl EndSignals {
    /// Hears them from now on: Ctrl+C, Ctrl+Break, the closing of the console, logging off, and shutting down. Windows ends the program
    /// some seconds after the last three. Wants a tokio runtime around it.
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};

        let heard = windows::Heard {
            c: ctrl_c()?,
            interrupt: ctrl_break()?,
            close: ctrl_close()?,
            logoff: ctrl_logoff()?,
            shutdown: ctrl_shutdown()?,
        };
        Ok(Self { heard })
    }

    /// Waits for one of them, and gives its name.
    pub async fn wait(&mut self) -> &'static str {
        let windows::Heard { c, interrupt, close, logoff, shutdown } = &mut self.heard;
        poll_fn(|context| {
            let came = [
                ("Ctrl+C", c.poll_recv(context)),
                ("Ctrl+Break", interrupt.poll_recv(context)),
                ("the console closes", close.poll_recv(context)),
                ("the user logs off", logoff.poll_recv(context)),
                ("the system shuts down", shutdown.poll_recv(context)),
            ];
            let came = came.into_iter().find(|(_, came)| came.is_ready());
            came.map_or(Poll::Pending, |(name, _)| Poll::Ready(name))
        })
        .await
    }
}

//! Who decides whether the computer falls asleep: logind on the system's bus, as far as programs ask it not to.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "what is called by way of the bus has the shape that zbus wants"
)]

use std::io::{PipeReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::time::timeout;
use zbus::zvariant::OwnedFd;
use zbus::{Connection, connection, interface};

use crate::PATIENCE;

/// A logind that suspends nothing. It stands on the session's bus: see [`super::Home::deciding_over_sleep`].
#[derive(Debug)]
pub struct Power {
    _bus: Connection,
    held: watch::Receiver<usize>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Power {
    /// Takes over.
    pub async fn begin() -> Self {
        let (holds, held) = watch::channel(0);
        let asked = Arc::default();
        let manager = Manager { holds, asked: Arc::clone(&asked) };
        let builder =
            connection::Builder::session().and_then(|bus| bus.serve_at("/org/freedesktop/login1", manager));
        let builder = builder.and_then(|bus| bus.name("org.freedesktop.login1"));
        let bus = builder.expect("a session bus").build().await.expect("nobody else is logind here");
        Self { _bus: bus, held, asked }
    }

    /// Waits until so many programs keep the computer awake.
    pub async fn see_held(&mut self, holds: usize) {
        let seen = timeout(PATIENCE, self.held.wait_for(|held| *held == holds)).await;
        seen.expect("in time").expect("logind is there");
    }

    /// What they have asked for so far, each as "what, who, how".
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Manager {
    holds: watch::Sender<usize>,
    asked: Arc<Mutex<Vec<String>>>,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    /// The computer stays awake until the other end of what is returned is closed.
    fn inhibit(&self, what: String, who: String, _why: String, mode: String) -> OwnedFd {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{what}, {who}, {mode}"));
        self.holds.send_modify(|holds| *holds += 1);
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let holds = self.holds.clone();
        std::thread::spawn(move || {
            wait_for_end(reader);
            holds.send_modify(|holds| *holds -= 1);
        });
        OwnedFd::from(std::os::fd::OwnedFd::from(writer))
    }
}

fn wait_for_end(mut reader: PipeReader) {
    // Nothing is ever written: this ends with the last copy of the other end, or it is broken, which is an end too.
    let _ = reader.read(&mut [0]);
}

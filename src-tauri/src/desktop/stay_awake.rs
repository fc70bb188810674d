//! A wake lock keeps the computer from falling asleep by itself (sleep inhibition). The screen may go dark, and whoever
//! sends it to sleep does so.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use keepawake::KeepAwake;
use starship_battery::{Manager, State};

/// A handle of the thread that keeps the computer awake. When it is dropped, the computer may sleep.
///
/// It is a thread of its own since asking the system waits for the bus on Linux, and is bound to the thread on Windows.
#[derive(Debug)]
pub(crate) struct Awake(Sender<Option<&'static str>>);

impl Awake {
    pub(crate) fn new() -> Self {
        let (wish, wishes) = channel();
        if let Err(error) = thread::Builder::new().name("awake".to_owned()).spawn(move || heed(&wishes)) {
            tracing::warn!(%error, "the computer will not be kept awake");
        }
        Self(wish)
    }

    /// Says why the computer is to stay awake, as the desktop shows it, as long as it runs on mains; `None`: it may sleep. To be
    /// said again from time to time, since that may change.
    pub(crate) fn wish(&self, reason: Option<&'static str>) {
        // Without the thread, which is told above, the computer sleeps as it always did.
        let _ = self.0.send(reason);
    }
}

fn heed(wishes: &Receiver<Option<&'static str>>) {
    let mut hold: Option<Hold> = None;
    let mut refused = false;
    while let Ok(reason) = wishes.recv() {
        let Some(reason) = reason.filter(|_| !runs_on_battery()) else {
            if hold.take().is_some() {
                tracing::info!("the computer may sleep");
            }
            continue;
        };
        if hold.is_none() {
            hold = Hold::take(reason);
            match (&hold, refused) {
                (Some(_), _) => tracing::info!("the computer is kept awake"),
                (None, false) => tracing::warn!("nobody here can keep the computer awake"),
                (None, true) => {}
            }
            refused = hold.is_none();
        }
    }
}

/// Whether a battery is being emptied. Where that cannot be told, as on a computer without one, it is not.
fn runs_on_battery() -> bool {
    let batteries = Manager::new().and_then(|manager| manager.batteries());
    batteries.is_ok_and(|batteries| batteries.flatten().any(|battery| battery.state() == State::Discharging))
}

/// As long as it lives, the computer does not fall asleep.
struct Hold {
    _system: Option<KeepAwake>,
    #[cfg(target_os = "linux")]
    _session: Option<zbus::blocking::Connection>,
}

impl Hold {
    /// `None` when nobody grants it.
    fn take(reason: &str) -> Option<Self> {
        let system = keepawake::Builder::default()
            .idle(true)
            .reason(reason)
            .app_name("Hearth")
            .app_reverse_domain("hearth")
            .create();
        let system = system.inspect_err(|error| tracing::debug!(%error, "the system does not")).ok();
        #[cfg(target_os = "linux")]
        {
            let session =
                session::hold(reason).inspect_err(|error| tracing::debug!(%error, "the desktop does not"));
            let session = session.ok();
            (system.is_some() || session.is_some()).then_some(Self { _system: system, _session: session })
        }
        #[cfg(not(target_os = "linux"))]
        system.is_some().then_some(Self { _system: system })
    }
}

/// On Linux it is the desktop that suspends an idle computer, and not every desktop asks logind whether somebody minds.
#[cfg(target_os = "linux")]
mod session {
    use zbus::blocking::Connection;

    /// "Inhibit suspending the session or computer" (the reference of GNOME's session manager, which MATE's and
    /// Cinnamon's follow).
    const SUSPEND: u32 = 4;

    /// Holds for as long as the connection is there.
    pub(super) fn hold(reason: &str) -> zbus::Result<Connection> {
        let bus = Connection::session()?;
        if let Err(error) = gnome(&bus, reason) {
            tracing::debug!(%error, "no session manager");
            freedesktop(&bus, reason)?;
        }
        Ok(bus)
    }

    fn gnome(bus: &Connection, reason: &str) -> zbus::Result<()> {
        let (name, path) = ("org.gnome.SessionManager", "/org/gnome/SessionManager");
        bus.call_method(Some(name), path, Some(name), "Inhibit", &("hearth", 0_u32, reason, SUSPEND))
            .map(drop)
    }

    /// KDE and Xfce.
    fn freedesktop(bus: &Connection, reason: &str) -> zbus::Result<()> {
        let name = "org.freedesktop.PowerManagement";
        let (path, interface) =
            ("/org/freedesktop/PowerManagement/Inhibit", "org.freedesktop.PowerManagement.Inhibit");
        bus.call_method(Some(name), path, Some(interface), "Inhibit", &("Hearth", reason)).map(drop)
    }
}

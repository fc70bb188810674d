//! Multicast DNS (RFC 6762, RFC 6763): it announces to the local network that a room is hosted here. docs/protocol.md
//! has what is said. That it cannot be announced never hinders the hosting.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hearth_protocol::KeyHash;
use mdns_sd::{IfKind, ServiceDaemon, ServiceInfo};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::base::random::random;
use crate::base::stopping::Stopping;
use crate::reach::addresses::{AddressKind, HostAddress};

/// The kind of service that a room is. It stands in docs/protocol.md.
const SERVICE: &str = "_hearth._tcp.local.";

/// The version of what is said.
const VERSION: &str = "1";

/// It is said again this often, for those who missed it, and where it could not be said at first.
const AGAIN: Duration = Duration::from_mins(1);

/// How long the goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// A label of DNS has 63 bytes: so many for the name, and the rest tells rooms of one name apart.
const LABEL_NAME: usize = 44;

/// A string of a TXT record has 255 bytes.
const TXT_NAME: usize = 200;

/// What the local network is told of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Whether anything is told.
    pub on: bool,
    /// The room's name.
    pub name: String,
    /// The key by which the host is known.
    pub key: Option<KeyHash>,
    /// Whether the room needs an invitation.
    pub invite: bool,
}

/// Announces a room until the host stops, and takes it back then.
pub(crate) async fn run(
    mut wish: watch::Receiver<Announcement>,
    mut addresses: watch::Receiver<Vec<HostAddress>>,
    stopping: Stopping,
) {
    let mut said: Option<Announced> = None;
    // Rooms of one name on one network are told apart by it, and the names of the computers too.
    let tail = format!("{:010x}", random() >> 88);
    loop {
        let now = wish.borrow_and_update().clone();
        let at = announced(&addresses.borrow_and_update());
        said = match said {
            // The sockets are made anew with the addresses: what they had joined may be gone.
            Some(before) if !now.on || before.at != at => {
                before.take_back().await;
                None
            }
            said => said,
        };
        if now.on && !at.is_empty() {
            said = say(said.take(), &now, at, &tail);
        }
        tokio::select! {
            Ok(()) = wish.changed() => {}
            Ok(()) = addresses.changed() => {}
            () = sleep(AGAIN), if now.on => {}
            () = stopping.begun() => break,
        }
    }
    if let Some(said) = said {
        said.take_back().await;
    }
}

/// The addresses that are told: of networks that others share with this computer, and none of its inside. A tunnel leads to people
/// elsewhere.
fn announced(addresses: &[HostAddress]) -> Vec<SocketAddr> {
    let is_told = |kind| matches!(kind, AddressKind::Lan | AddressKind::Public | AddressKind::LinkLocal);
    addresses.iter().filter(|address| is_told(address.kind)).map(|address| address.at).collect()
}

/// What was said, and who goes on answering for it.
#[derive(Debug)]
struct Announced {
    speaker: Speaker,
    at: Vec<SocketAddr>,
    instance: String,
}

fn say(before: Option<Announced>, now: &Announcement, at: Vec<SocketAddr>, tail: &str) -> Option<Announced> {
    match try_to_say(before, now, at, tail) {
        Ok(said) => Some(said),
        Err(error) => {
            tracing::warn!(%error, "the room is not announced on this network");
            None
        }
    }
}

fn try_to_say(
    before: Option<Announced>,
    now: &Announcement,
    at: Vec<SocketAddr>,
    tail: &str,
) -> Result<Announced, mdns_sd::Error> {
    let ips: Vec<IpAddr> = at.iter().map(SocketAddr::ip).collect();
    let port = at.first().map_or(0, SocketAddr::port);
    let info = ServiceInfo::new(
        SERVICE,
        &instance(&now.name, now.key.as_ref(), tail),
        &format!("hearth-{tail}.local."),
        &ips[..],
        port,
        &txt(now)[..],
    )?;
    let instance = info.get_fullname().to_owned();
    let speaker = match before {
        Some(before) => {
            if before.instance != instance {
                before.speaker.0.unregister(&before.instance)?;
            }
            before.speaker
        }
        None => Speaker::on(ips)?,
    };
    speaker.0.register(info)?;
    tracing::debug!(instance, ?at, "announced");
    Ok(Announced { speaker, at, instance })
}

/// The name of an announcement: the room's, for people who look at the network by other programs, and what tells it apart.
fn instance(name: &str, key: Option<&KeyHash>, tail: &str) -> String {
    let tail = key.map_or(tail, |key| &key.as_str()[..8]);
    format!("{} {tail}", cut(name, LABEL_NAME).trim()).trim_start().to_owned()
}

fn txt(now: &Announcement) -> Vec<(&'static str, String)> {
    let mut txt = vec![("v", VERSION.to_owned()), ("name", cut(&now.name, TXT_NAME).to_owned())];
    txt.extend(now.key.as_ref().map(|key| ("key", key.to_string())));
    txt.push(("invite", u8::from(now.invite).to_string()));
    txt
}

/// The beginning of a text, of at most so many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

impl Announced {
    async fn take_back(self) {
        // It says goodbye for all that it has announced.
        if let Ok(done) = self.speaker.0.shutdown() {
            let _ = timeout(GOODBYE, done.recv_async()).await;
        }
    }
}

/// One who speaks by multicast. Dropping it takes back what it has said, without waiting.
struct Speaker(ServiceDaemon);

impl Speaker {
    /// On the networks of these addresses alone, for the address families that they are of.
    fn on(ips: Vec<IpAddr>) -> Result<Self, mdns_sd::Error> {
        let daemon = Self(ServiceDaemon::new()?);
        // The host watches its addresses itself.
        daemon.0.set_ip_check_interval(0)?;
        daemon.0.disable_interface(IfKind::All)?;
        daemon.0.enable_interface(ips.into_iter().map(IfKind::Addr).collect::<Vec<_>>())?;
        Ok(daemon)
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        // Its thread would go on otherwise. One that has ended already does not mind.
        let _ = self.0.shutdown();
    }
}

impl fmt::Debug for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Speaker")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_into_a_label_and_are_cut_between_letters() {
        let long = "读".repeat(100);
        let name = instance(&long, None, "0123456789");
        assert_eq!(name, format!("{} 0123456789", "读".repeat(14)));
        assert!(name.len() <= 63);
        let key = KeyHash::of_sha256(&[7; 32]);
        assert_eq!(instance("读书会", Some(&key), "0123456789"), "读书会 BwcHBwcH");
        assert_eq!(instance(" ", None, "0123456789"), "0123456789");
    }

    #[test]
    fn what_is_told_has_no_more_than_it_must() {
        let told = |key, invite| {
            txt(&Announcement { on: true, name: "读书会".to_owned(), key, invite })
                .into_iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(None, false), ["v=1", "name=读书会", "invite=0"]);
        let key = KeyHash::of_sha256(&[7; 32]);
        assert_eq!(told(Some(key), true), ["v=1", "name=读书会", "key=BwcHBwcHBwcHBwcHBwcHBw", "invite=1"]);
    }

    #[test]
    fn only_networks_that_are_shared_hear_of_it() {
        use AddressKind::{Lan, LinkLocal, Loopback, Public, Virtual, Vpn};
        let at = |n: u8| SocketAddr::from(([10, 0, 0, n], 8080));
        let all: Vec<_> = [Lan, Public, LinkLocal, Vpn, Virtual, Loopback]
            .into_iter()
            .zip(1..)
            .map(|(kind, n)| HostAddress { kind, at: at(n) })
            .collect();
        assert_eq!(announced(&all), [at(1), at(2), at(3)]);
    }
}

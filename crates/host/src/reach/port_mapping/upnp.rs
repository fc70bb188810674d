//! The router by UPnP (the service `WANIPConnection`), by way of the crate `igd-next`.
//!
//! A port is asked for a time, so that the router takes it back by itself from a host that has crashed. Some routers give ports
//! only until they are removed (error 725): then, and never at first, it is asked for without an end, since others refuse that.
//! Whatever may have been given is removed at the end, also what the router was slow to answer.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::num::NonZeroU16;
use std::time::Duration;

use hearth_protocol::is_refused_by_browsers;
use igd_next::aio::Gateway;
use igd_next::aio::tokio::{Tokio, search_gateway};
use igd_next::{
    AddPortError, GetExternalIpError, PortMappingProtocol, RemovePortError, RequestError, SearchOptions,
};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::base::random::random;

/// A router on the same network answers in milliseconds.
const SEARCH: Duration = Duration::from_secs(1);

/// A small one may be slow to answer what is asked by HTTP.
const QUESTION: Duration = Duration::from_secs(2);

/// How long the answer to a question that is out is waited for at the end, which has three seconds in all.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// For how long a port is asked, in seconds: two hours, as RFC 6886 recommends.
const LEASE: u32 = 2 * 60 * 60;

/// Until it is removed.
const PERMANENT: u32 = 0;

/// How often it is asked for again: after half of that time. One without an end as well, since a router that was switched off may
/// have forgotten it.
pub(super) const RENEWAL: Duration = Duration::from_hours(1);

/// The codes of errors that say how to ask otherwise (UPnP WANIPConnection:2, table 2-17). Some routers call the time an invalid
/// argument.
const INVALID_ARGUMENTS: u16 = 402;
const ACTION_FAILED: u16 = 501;
const CONFLICT: u16 = 718;
const ONLY_PERMANENT: u16 = 725;

/// Ports that are tried when the host's own is taken outside.
const OTHERS: usize = 4;

/// What stands in the router's table.
const PURPOSE: &str = "Hearth";

/// A router that is asked for a port. [`Router::close`] gives it back.
pub(super) struct Router {
    port: NonZeroU16,
    gateway: Option<Gateway<Tokio>>,
    /// The question that is out: it goes on when nobody waits for its answer any more.
    asking: Option<JoinHandle<Result<(), AddPortError>>>,
    /// The ports outside that were given, or may have been.
    held: Vec<u16>,
    lease: u32,
}

/// What the router says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It leads what comes to this address to the host.
    Given(SocketAddrV4),
    /// It gives no port, and has this address outside.
    Refused(IpAddr),
    /// It says that it has no address outside.
    NoAddress,
    /// Nobody speaks UPnP.
    Nobody,
}

impl Router {
    /// Asks nothing yet. `port` is where the host listens.
    pub(super) fn open(port: NonZeroU16) -> Self {
        Self { port, gateway: None, asking: None, held: Vec::new(), lease: LEASE }
    }

    /// Asks for a port, or once more for the one that it has.
    pub(super) async fn ask(&mut self) -> Answer {
        let gateway = match &self.gateway {
            Some(gateway) => gateway.clone(),
            None => match search().await {
                Some(gateway) => self.gateway.insert(gateway).clone(),
                None => return Answer::Nobody,
            },
        };
        let outside = match timeout(QUESTION, gateway.get_external_ip()).await {
            Ok(Ok(IpAddr::V4(address))) if !address.is_unspecified() => address,
            // An error of its own, or an answer without an address that would be any.
            Ok(
                Ok(_)
                | Err(GetExternalIpError::RequestError(
                    RequestError::ErrorCode(..) | RequestError::InvalidResponse(_),
                )),
            ) => return Answer::NoAddress,
            Ok(Err(_)) | Err(_) => return Answer::Nobody,
        };
        let Some(here) = address_towards(gateway.addr) else { return Answer::Nobody };
        let here = SocketAddr::new(here, self.port.get());
        for port in self.ports() {
            match self.lead(&gateway, port, here).await {
                Lead::Given => return Answer::Given(SocketAddrV4::new(outside, port)),
                Lead::Taken => {}
                Lead::Refused => break,
            }
        }
        Answer::Refused(outside.into())
    }

    /// The ports outside that are tried: the one that it has, or the host's own, which is given again after a crash, then others.
    fn ports(&self) -> Vec<u16> {
        let own = (!is_refused_by_browsers(self.port.get())).then_some(self.port.get());
        let first = self.held.last().copied().or(own);
        first.into_iter().chain(std::iter::repeat_with(any_port).take(OTHERS)).collect()
    }

    /// Has the router lead what comes to a port of its own to the host.
    async fn lead(&mut self, gateway: &Gateway<Tokio>, port: u16, here: SocketAddr) -> Lead {
        let mut answer = self.add(gateway, port, here).await;
        if self.lease != PERMANENT && matches!(answer, Err(Some(ONLY_PERMANENT | INVALID_ARGUMENTS))) {
            self.lease = PERMANENT;
            answer = self.add(gateway, port, here).await;
        }
        match answer {
            Ok(()) => Lead::Given,
            Err(code) => {
                tracing::debug!(code, port, "the router does not give this port");
                // Some routers have no other word for a port that is taken.
                if matches!(code, Some(CONFLICT | ACTION_FAILED)) { Lead::Taken } else { Lead::Refused }
            }
        }
    }

    /// Asks for one port. The error has the router's code, if there was one.
    async fn add(
        &mut self,
        gateway: &Gateway<Tokio>,
        port: u16,
        here: SocketAddr,
    ) -> Result<(), Option<u16>> {
        let was_held = self.held.contains(&port);
        if !was_held {
            self.held.push(port);
        }
        let (gateway, lease) = (gateway.clone(), self.lease);
        let asking = tokio::spawn(async move {
            gateway.add_port(PortMappingProtocol::TCP, port, here, lease, PURPOSE).await
        });
        let answer = timeout(QUESTION, self.asking.insert(asking)).await;
        let Ok(Ok(answer)) = answer else { return Err(None) };
        self.asking = None;
        if answer.is_err() && !was_held {
            self.held.retain(|held| *held != port);
        }
        answer.map_err(|error| code_of(&error))
    }

    /// Gives back what it was given, and returns when that is done.
    pub(super) async fn close(mut self) {
        if let Some(asking) = self.asking.take() {
            // What is removed before it is given would stay.
            let _ = timeout(LAST_ANSWER, asking).await;
        }
        let Some(gateway) = self.gateway else { return };
        for port in self.held {
            match gateway.remove_port(PortMappingProtocol::TCP, port).await {
                Ok(()) | Err(RemovePortError::NoSuchPortMapping) => {}
                Err(error) if self.lease == PERMANENT => {
                    tracing::warn!(%error, port, "the router goes on leading this port here: remove it there by hand");
                }
                Err(error) => tracing::info!(%error, port, "the router did not take its port back"),
            }
        }
    }
}

/// What comes of asking for one port.
enum Lead {
    Given,
    /// Somebody else has it: another one may be free.
    Taken,
    Refused,
}

/// The code of an error. Some routers answer without a description, which the crate does not read.
fn code_of(error: &AddPortError) -> Option<u16> {
    match error {
        AddPortError::ActionNotAuthorized => Some(606),
        AddPortError::PortInUse => Some(CONFLICT),
        AddPortError::OnlyPermanentLeasesSupported => Some(ONLY_PERMANENT),
        AddPortError::RequestError(RequestError::ErrorCode(code, _)) => Some(*code),
        AddPortError::RequestError(RequestError::InvalidResponse(text)) => {
            let (_, rest) = text.split_once("<errorCode>")?;
            rest.split('<').next()?.trim().parse().ok()
        }
        _ => None,
    }
}

/// Looks for the nearest router, twice, since a datagram may be lost.
async fn search() -> Option<Gateway<Tokio>> {
    for _ in 0..2 {
        let options = SearchOptions { timeout: Some(SEARCH), ..SearchOptions::default() };
        // The crate does not hold to the time by itself.
        if let Ok(Ok(gateway)) = timeout(SEARCH, search_gateway(options)).await {
            return Some(gateway);
        }
    }
    None
}

/// One of the ports that nobody has registered (RFC 6335).
fn any_port() -> u16 {
    const FIRST: u16 = 49152;
    let bits = random().to_le_bytes();
    FIRST | u16::from_le_bytes([bits[0], bits[1]])
}

/// The address by which this computer speaks to another one. Nothing is sent.
fn address_towards(other: SocketAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(other).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(port: u16) -> Router {
        Router::open(NonZeroU16::new(port).expect("a port"))
    }

    #[test]
    fn the_own_port_is_asked_for_first_unless_no_browser_opens_it() {
        let mut own = router(8080);
        assert_eq!((own.ports()[0], own.ports().len()), (8080, 1 + OTHERS));
        own.held.push(50_000);
        assert_eq!(own.ports()[0], 50_000, "the one that it has");
        let refused = router(6666).ports();
        assert!(refused.len() == OTHERS && refused.iter().all(|port| *port >= 49152), "{refused:?}");
    }

    #[test]
    fn errors_are_read_with_and_without_a_description() {
        let answer = |text: &str| AddPortError::RequestError(RequestError::InvalidResponse(text.to_owned()));
        assert_eq!(
            code_of(&answer("<UPnPError><errorCode> 725 </errorCode></UPnPError>")),
            Some(ONLY_PERMANENT)
        );
        assert_eq!(code_of(&answer("<html>busy</html>")), None);
        assert_eq!(code_of(&AddPortError::OnlyPermanentLeasesSupported), Some(ONLY_PERMANENT));
        let code = RequestError::ErrorCode(402, "Invalid Args".to_owned());
        assert_eq!(code_of(&AddPortError::RequestError(code)), Some(INVALID_ARGUMENTS));
    }
}

//! Who asks (authentication): it is decided once for each request, by what the request shows, and before its route is chosen.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use hearth_protocol::{MemberId, MemberToken};
use http::request::Parts;
use http::{HeaderMap, Method, header};
use subtle::ConstantTimeEq;

use crate::http::door::Door;
use crate::http::origin;
use crate::hub::handle::Handle;
use crate::reach::probes;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asker {
    /// Anybody: a browser that wants the guest page, a monitor, a stranger.
    Guest,
    /// A member, who shows their token as they do in a hello: `Authorization: Bearer TOKEN`.
    Member(MemberId),
    /// The owner: from this computer itself, with the pass of this start.
    Owner,
    /// A member's client that dials us because we asked it to: it knows the nonce that is out.
    Prober,
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) peer: SocketAddr,
    /// The address of this computer that they have come in on.
    pub(crate) reached_at: IpAddr,
    /// By TLS.
    pub(crate) secure: bool,
}

impl Asker {
    /// Who asks, where that can be said at once; `Err`: whoever has this token, if anybody does.
    pub(crate) fn of(parts: &Parts, caller: Caller, door: &Door) -> Result<Self, MemberToken> {
        let nonce = probes::nonce_in(parts.uri.path()).filter(|_| parts.method == Method::GET);
        if nonce.is_some_and(|nonce| door.context.reach.prober.is_out(nonce)) {
            return Ok(Self::Prober);
        }
        let Some(bearer) = bearer(&parts.headers) else { return Ok(Self::Guest) };
        let pass = door.context.hub.pass().reveal().as_bytes();
        if bearer.ct_eq(pass).into() && caller.is_here(&parts.headers) {
            return Ok(Self::Owner);
        }
        let token = std::str::from_utf8(bearer).ok().and_then(|token| MemberToken::new(token).ok());
        token.map_or(Ok(Self::Guest), Err)
    }

    /// Whoever has this token. The hub knows.
    pub(crate) async fn by_token(token: MemberToken, hub: &Handle) -> Self {
        hub.bearer(token).await.map_or(Self::Guest, Self::Member)
    }
}

impl Caller {
    /// Whether they are on this computer itself, and not behind a proxy on it. What comes in on an address from that same
    /// address has not left the computer.
    pub(crate) fn is_here(&self, headers: &HeaderMap) -> bool {
        let peer = self.peer.ip();
        (peer.to_canonical().is_loopback() || peer == self.reached_at) && !origin::is_forwarded(headers)
    }
}

impl fmt::Display for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guest => f.write_str("a guest"),
            Self::Member(member) => write!(f, "member {}", member.as_str()),
            Self::Owner => f.write_str("the owner"),
            Self::Prober => f.write_str("a prober"),
        }
    }
}

/// What a request bears (RFC 6750, section 2.1).
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
}

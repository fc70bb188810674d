//! The checks of Origin and Host (cross-site WebSocket hijacking, DNS rebinding): who may enter. Pure.
//!
//! A room on this computer must not be readable by any web page that its owner visits. Browsers say in `Origin` whose
//! page asks (RFC 6455, section 10.2); native clients say nothing. Equality of Origin and Host proves nothing, since a
//! hostile name can be made to resolve to this machine (DNS rebinding): both are held against the names that are ours.

use std::net::IpAddr;
use std::str::FromStr;

use hearth_protocol::RefusalCode;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, Uri};

use crate::base::limits::SettingError;
use crate::http::own_names::OwnNames;

/// What reverse proxies say in: nginx when told to, Caddy always.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// An origin whose web pages may connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowOrigin {
    /// All of them, pages opened from a file among them.
    Any,
    /// One, as browsers write it: lower case, without a default port (RFC 6454, section 6).
    Only(String),
}

impl FromStr for AllowOrigin {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let origin = text.trim().trim_end_matches('/').to_ascii_lowercase();
        if origin == "*" {
            return Ok(Self::Any);
        }
        let rest = origin.split_once("://").map(|(scheme, rest)| (!scheme.is_empty()).then_some(rest));
        match rest {
            _ if origin == "null" => Ok(Self::Only(origin)),
            Some(Some(rest))
                if origin.starts_with("file:") || (!rest.is_empty() && !rest.contains(['/', '?', '#'])) =>
            {
                Ok(Self::Only(origin))
            }
            _ => Err(SettingError::Origin),
        }
    }
}

/// Whether a page of this origin may open a WebSocket.
pub(crate) fn check_origin(
    origin: Option<&str>,
    allowed: &[AllowOrigin],
    names: impl FnOnce() -> OwnNames,
) -> Result<(), RefusalCode> {
    let Some(origin) = origin else { return Ok(()) };
    let origin = origin.trim().to_ascii_lowercase();
    let listed = allowed.iter().any(|allow| match allow {
        AllowOrigin::Any => true,
        AllowOrigin::Only(only) => *only == origin,
    });
    if listed || is_own(&origin, names) { Ok(()) } else { Err(RefusalCode::Origin) }
}

/// The name that a request calls the host by. That in an absolute address counts, and the header is ignored then (RFC 9112,
/// section 3.2.2).
pub(crate) fn host_of(parts: &Parts) -> Option<&str> {
    match parts.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => parts.headers.get(HOST).and_then(|host| host.to_str().ok()),
    }
}

/// Whether an HTTP request, by TLS or without, calls the host by one of its names.
pub(crate) fn check_host(
    host: Option<&str>,
    secure: bool,
    names: impl FnOnce() -> OwnNames,
) -> Result<(), RefusalCode> {
    let default_port = if secure { 443 } else { 80 };
    let authority = host.and_then(|host| host.parse::<Authority>().ok());
    match authority {
        Some(authority)
            if names().include(authority.host(), authority.port_u16().unwrap_or(default_port)) =>
        {
            Ok(())
        }
        _ => Err(RefusalCode::HostName),
    }
}

/// Where somebody comes from. Behind a reverse proxy on this computer, that says it: the last address in the header is what the
/// proxy has seen, those before it are what it was told.
pub(crate) fn source(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !peer.to_canonical().is_loopback() {
        return peer;
    }
    let last = headers.get_all(FORWARDED_FOR).iter().next_back().and_then(|value| value.to_str().ok());
    let last = last.and_then(|value| value.rsplit(',').next()).map(str::trim);
    last.and_then(|address| address.trim_matches(['[', ']']).parse().ok()).unwrap_or(peer)
}

/// Whether a reverse proxy has passed this on.
pub(crate) fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED_FOR) || headers.contains_key("forwarded") || headers.contains_key("via")
}

fn is_own(origin: &str, names: impl FnOnce() -> OwnNames) -> bool {
    let Ok(uri) = origin.parse::<Uri>() else {
        return false;
    };
    let default_port = match uri.scheme_str() {
        Some("http") => 80,
        Some("https") => 443,
        _ => return false,
    };
    uri.host().is_some_and(|host| names().include(host, uri.port_u16().unwrap_or(default_port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> OwnNames {
        OwnNames {
            addresses: vec!["192.168.1.23".parse().expect("ip"), "fd00::5".parse().expect("ip")],
            local: vec!["study.local".to_owned(), "study".to_owned()],
            public: vec!["chat.example.org".to_owned()],
            port: 8080,
            outside: "84.23.5.6:49152".parse().ok(),
        }
    }

    #[test]
    fn own_origins_and_native_clients_pass() {
        for own in [
            None,
            Some("http://localhost:8080"),
            Some("http://127.0.0.1:8080"),
            Some("http://[::1]:8080"),
            Some("http://192.168.1.23:8080"),
            Some("http://[fd00::5]:8080"),
            Some("http://STUDY.local:8080"),
            Some("https://chat.example.org"),
            Some("http://chat.example.org:9000"),
            Some("http://84.23.5.6:49152"),
        ] {
            assert_eq!(check_origin(own, &[], names), Ok(()), "{own:?}");
        }
    }

    #[test]
    fn foreign_origins_are_refused() {
        for foreign in [
            "null",
            "file://",
            "http://localhost",
            "http://localhost:3000",
            "http://192.168.1.24:8080",
            "http://84.23.5.6:8080",
            "http://192.168.1.23:49152",
            "http://evil.example:8080",
            "http://localhost.evil.example:8080",
            "http://192.168.1.23.evil.example:8080",
            "http://chat.example.org.evil.example",
            "chrome-extension://abc",
            "",
            "http://",
            "http://[::1",
        ] {
            assert_eq!(check_origin(Some(foreign), &[], names), Err(RefusalCode::Origin), "{foreign}");
        }
    }

    #[test]
    fn listed_origins_pass_and_a_star_lets_all_in() {
        let only = ["null".parse().expect("an origin")];
        assert_eq!(check_origin(Some("null"), &only, names), Ok(()));
        assert!(check_origin(Some("http://evil.example"), &only, names).is_err());
        assert_eq!(check_origin(Some("file://"), &[AllowOrigin::Any], names), Ok(()));
    }

    #[test]
    fn a_name_without_a_port_means_that_of_its_scheme() {
        let on = |port| move || OwnNames { port, ..names() };
        for (secure, port) in [(false, 80), (true, 443)] {
            assert_eq!(check_host(Some("192.168.1.23"), secure, on(port)), Ok(()));
            assert!(check_host(Some("192.168.1.23"), !secure, on(port)).is_err());
        }
        assert_eq!(check_origin(Some("https://192.168.1.23"), &[], on(443)), Ok(()));
        assert_eq!(check_origin(Some("https://192.168.1.23:8080"), &[], names), Ok(()));
    }

    #[test]
    fn behind_a_proxy_the_last_address_counts_and_from_elsewhere_none() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let mut headers = HeaderMap::new();
        assert_eq!(source(ip("127.0.0.1"), &headers), ip("127.0.0.1"));
        headers.append("x-forwarded-for", "198.51.100.9".parse().expect("a value"));
        headers.append("x-forwarded-for", "203.0.113.7, 192.0.2.1".parse().expect("a value"));
        assert_eq!(source(ip("::1"), &headers), ip("192.0.2.1"));
        assert_eq!(source(ip("::ffff:127.0.0.1"), &headers), ip("192.0.2.1"));
        assert_eq!(source(ip("192.168.1.5"), &headers), ip("192.168.1.5"), "nobody says it of themselves");
        headers.append("x-forwarded-for", "unknown".parse().expect("a value"));
        assert_eq!(source(ip("127.0.0.1"), &headers), ip("127.0.0.1"));
    }

    #[test]
    fn a_rebound_name_is_not_ours() {
        for own in ["localhost:8080", "192.168.1.23:8080", "[::1]:8080", "chat.example.org"] {
            assert_eq!(check_host(Some(own), false, names), Ok(()), "{own}");
        }
        for foreign in
            [None, Some(""), Some("evil.example:8080"), Some("localhost"), Some("a b"), Some("192.168.1.23")]
        {
            assert_eq!(check_host(foreign, false, names), Err(RefusalCode::HostName), "{foreign:?}");
        }
    }

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        let only = |origin: &str| Ok(AllowOrigin::Only(origin.to_owned()));
        assert_eq!("*".parse(), Ok(AllowOrigin::Any));
        assert_eq!("null".parse(), only("null"));
        assert_eq!("HTTPS://Chat.example.org/".parse(), only("https://chat.example.org"));
        for bad in ["", "chat.example.org", "://x", "https://", "https://a/b"] {
            assert_eq!(bad.parse::<AllowOrigin>(), Err(SettingError::Origin), "{bad}");
        }
    }
}

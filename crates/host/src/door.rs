//! Who may enter: checks of Origin and Host. Pure.
//!
//! A room on this computer must not be readable by any web page that its owner visits. Browsers say in `Origin` whose
//! page asks (RFC 6455, section 10.2); native clients say nothing. Equality of Origin and Host proves nothing, since a
//! hostile name can be made to resolve to this machine (DNS rebinding): both are held against the names that are ours.

use hearth_protocol::RefusalCode;
use http::Uri;
use http::uri::Authority;

use crate::config::AllowOrigin;
use crate::names::Names;

/// Whether a page of this origin may open a WebSocket.
pub(crate) fn check_origin(
    origin: Option<&str>,
    allowed: &[AllowOrigin],
    names: impl FnOnce() -> Names,
) -> Result<(), RefusalCode> {
    let Some(origin) = origin else { return Ok(()) };
    let origin = origin.trim().to_ascii_lowercase();
    let listed = allowed.iter().any(|allow| match allow {
        AllowOrigin::Any => true,
        AllowOrigin::Only(only) => *only == origin,
    });
    if listed || is_own(&origin, names) { Ok(()) } else { Err(RefusalCode::Origin) }
}

/// Whether an HTTP request, by TLS or without, calls the host by one of its names.
pub(crate) fn check_host(
    host: Option<&str>,
    secure: bool,
    names: impl FnOnce() -> Names,
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

fn is_own(origin: &str, names: impl FnOnce() -> Names) -> bool {
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

    fn names() -> Names {
        Names {
            addresses: vec!["192.168.1.23".parse().expect("ip"), "fd00::5".parse().expect("ip")],
            local: vec!["study.local".to_owned(), "study".to_owned()],
            public: vec!["chat.example.org".to_owned()],
            port: 8080,
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
        let on = |port| move || Names { port, ..names() };
        for (secure, port) in [(false, 80), (true, 443)] {
            assert_eq!(check_host(Some("192.168.1.23"), secure, on(port)), Ok(()));
            assert!(check_host(Some("192.168.1.23"), !secure, on(port)).is_err());
        }
        assert_eq!(check_origin(Some("https://192.168.1.23"), &[], on(443)), Ok(()));
        assert_eq!(check_origin(Some("https://192.168.1.23:8080"), &[], names), Ok(()));
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
}

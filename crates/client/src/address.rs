//! Addresses: where to join, `host:port`, `ws://`, `wss://`, and the links that people pass on.

mod invitation;
mod pasted;

use std::{
    borrow::Cow,
    fmt,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use hearth_protocol::DEFAULT_PORT;
use http::uri::PathAndQuery;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;
use unicode_normalization::UnicodeNormalization;
use url::{Host, Url};

pub use invitation::{Invitation, fragment};

/// The longest host name (RFC 1035, section 2.3.4), in ASCII characters.
const MAX_NAME: usize = 253;

/// Why an input is no address.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize, TS)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[ts(export)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("the address is empty")]
    Empty,
    /// A scheme that is none of ws, wss, http, https, hearth.
    #[error("addresses start with ws:// or wss://, not {scheme}://")]
    Scheme {
        /// What it starts with.
        scheme: String,
    },
    /// Not a number from 1 to 65535.
    #[error("a port is a number from 1 to 65535")]
    Port,
    /// Not a host name or IP address.
    #[error("this is not a host name or an IP address")]
    Host,
    /// The link is not whole: what stands behind `#` was cut off or changed.
    #[error("the link is not whole")]
    Link,
    /// What was pasted has no link and no address in it.
    #[error("there is no link in this text")]
    NoLink,
    /// What was pasted has links to several rooms in it.
    #[error("there is more than one link in this text")]
    Several,
}

/// A place to join, read from what a person typed or pasted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JoinAddress {
    /// TLS.
    pub secure: bool,
    /// A name in the letters that people read, an IPv4 address, or an IPv6 address without brackets, with its zone if it has
    /// one (`fe80::1%eth0`, RFC 4007, section 11).
    pub host: String,
    /// The port.
    pub port: u16,
    /// The path with its query, `/` unless one was given.
    pub path: String,
}

impl JoinAddress {
    /// Reads an address.
    ///
    /// It may stand in white space and in full-width characters, as Chinese input methods type them. `http` means `ws`
    /// and `https` means `wss`. Without a port, a bare host and a `hearth` link mean [`DEFAULT_PORT`], where rooms are;
    /// a web address means the port of its scheme, 80 or 443 (RFC 6455, section 3). What follows `#` is dropped.
    /// Credentials (`user@host`) are refused, as they would stand in plain sight in the status line.
    pub fn parse(input: &str) -> Result<Self, AddressError> {
        let narrow = narrow(input);
        let text = narrow.trim_matches(is_margin);
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let (secure, default_port, rest) = split_scheme(text)?;
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (authority, path) = rest.split_at(rest.find(['/', '?', '\\']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(AddressError::Host);
        }
        let (host, port) = split_port(authority)?;
        Ok(Self {
            secure,
            host: read_host(host)?,
            port: port.map_or(Ok(default_port), read_port)?,
            path: read_path(path)?,
        })
    }

    /// The host as name service and certificates know it: international names in their ASCII form (`xn--…`).
    pub fn ascii_host(&self) -> Cow<'_, str> {
        match Host::parse(&self.host) {
            Ok(Host::Domain(ascii)) if ascii != self.host => Cow::Owned(ascii),
            _ => Cow::Borrowed(&self.host),
        }
    }

    /// The same room where its host itself listens, and not somebody who passes it on under another path.
    pub(crate) fn announced(place: SocketAddr) -> Self {
        Self { secure: true, host: place.ip().to_string(), port: place.port(), path: "/".to_owned() }
    }

    /// The request target, such as `ws://xn--…:8080/`: what [`fmt::Display`] shows, in ASCII. A zone means something on this
    /// computer alone (RFC 6874, section 1).
    pub(crate) fn request_uri(&self) -> String {
        let host = self.ascii_host();
        let host = host.split_once('%').map_or(&*host, |(address, _)| address);
        format!("{}{}", self.origin(host), self.path)
    }

    fn origin(&self, host: &str) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        if host.contains(':') {
            format!("{scheme}://[{host}]:{}", self.port)
        } else {
            format!("{scheme}://{host}:{}", self.port)
        }
    }
}

/// The full form, which [`JoinAddress::parse`] reads back: `ws://192.168.1.23:8080`, with the path unless it is `/`.
impl fmt::Display for JoinAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin(&self.host))?;
        if self.path == "/" { Ok(()) } else { f.write_str(&self.path) }
    }
}

impl FromStr for JoinAddress {
    type Err = AddressError;

    fn from_str(input: &str) -> Result<Self, AddressError> {
        Self::parse(input)
    }
}

/// Full-width characters in their usual form, as Chinese input methods type them.
fn narrow(input: &str) -> String {
    input.nfkc().map(|c| if c == '。' { '.' } else { c }).collect()
}

/// What pasted text has around it: white space, and marks that cannot be seen.
fn is_margin(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether TLS is meant, the port when none is given, and what follows the scheme.
fn split_scheme(text: &str) -> Result<(bool, u16, &str), AddressError> {
    let Some((scheme, rest)) = text.split_once("://") else { return Ok((false, DEFAULT_PORT, text)) };
    match scheme.to_ascii_lowercase().as_str() {
        "ws" | "http" => Ok((false, 80, rest)),
        "wss" | "https" => Ok((true, 443, rest)),
        "hearth" => Ok((false, DEFAULT_PORT, rest)),
        // "host/path?to=ws://elsewhere" has no scheme of its own.
        other
            if other.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) && !other.is_empty() =>
        {
            Err(AddressError::Scheme { scheme: other.to_owned() })
        }
        _ => Ok((false, DEFAULT_PORT, text)),
    }
}

/// Splits `host`, `host:port`, `[v6]`, `[v6]:port` or a bare `v6`.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), AddressError> {
    if let Some(inner) = authority.strip_prefix('[') {
        let (host, after) = inner.split_once(']').ok_or(AddressError::Host)?;
        read_ipv6(host).ok_or(AddressError::Host)?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(AddressError::Host),
        };
    }
    match authority.split_once(':') {
        // More than one colon: an IPv6 address, whose last part must not be taken for a port.
        Some((_, after)) if after.contains(':') => Ok((authority, None)),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((authority, None)),
    }
}

fn read_port(text: &str) -> Result<u16, AddressError> {
    // `parse` alone would take a sign.
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AddressError::Port);
    }
    text.parse().ok().filter(|&port| port != 0).ok_or(AddressError::Port)
}

fn read_host(text: &str) -> Result<String, AddressError> {
    if let Some(v6) = read_ipv6(text) {
        return Ok(v6);
    }
    if let Ok(v4) = text.parse::<Ipv4Addr>() {
        return Ok(v4.to_string());
    }
    // `Host::parse` would decode percent signs, of which no name has any.
    if text.contains('%') {
        return Err(AddressError::Host);
    }
    // Browsers read "8080" or "127.1" as an IPv4 address; a person who types that has forgotten something.
    let Ok(Host::Domain(ascii)) = Host::parse(text) else { return Err(AddressError::Host) };
    let plain = ascii.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let labels = ascii.strip_suffix('.').unwrap_or(&ascii);
    if !plain || ascii.len() > MAX_NAME || labels.split('.').any(str::is_empty) {
        return Err(AddressError::Host);
    }
    // The letters that people read, provided that they lead back to the same name.
    let readable = url::quirks::domain_to_unicode(&ascii);
    let same = matches!(Host::parse(&readable), Ok(Host::Domain(again)) if again == ascii);
    Ok(if same { readable } else { ascii })
}

/// An IPv6 address, perhaps with a zone, which links write behind `%25` (RFC 6874). Only a link-local one has any.
fn read_ipv6(text: &str) -> Option<String> {
    let Some((address, zone)) = text.split_once('%') else {
        return text.parse::<Ipv6Addr>().ok().map(|v6| v6.to_string());
    };
    let v6: Ipv6Addr = address.parse().ok()?;
    let zone = zone.strip_prefix("25").filter(|zone| !zone.is_empty()).unwrap_or(zone);
    let is_zone = !zone.is_empty() && zone.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.~-".contains(&b));
    (is_zone && v6.is_unicast_link_local()).then(|| format!("{v6}%{zone}"))
}

fn read_path(text: &str) -> Result<String, AddressError> {
    let full = Url::parse(&format!("http://h{text}")).map_err(|_| AddressError::Host)?;
    let path = match full.query() {
        Some(query) => format!("{}?{query}", full.path()),
        None => full.path().to_owned(),
    };
    // What goes on the wire must be a request target.
    PathAndQuery::from_str(&path).map_err(|_| AddressError::Host)?;
    Ok(path)
}

#[cfg(test)]
mod tests;

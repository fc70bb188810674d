//! The names that this machine goes by: its addresses, its host name, and what its owner calls it.

use std::net::{IpAddr, SocketAddr};

/// What a client may call this host.
#[derive(Debug, Clone)]
pub(crate) struct OwnNames {
    /// Addresses of this machine.
    pub(crate) addresses: Vec<IpAddr>,
    /// Its host name, and the same under `.local` (RFC 6762); lower case.
    pub(crate) local: Vec<String>,
    /// Names given by the owner; lower case. Behind a proxy their port is not ours.
    pub(crate) public: Vec<String>,
    /// The port we listen on.
    pub(crate) port: u16,
    /// The address that the router has given us.
    pub(crate) outside: Option<SocketAddr>,
}

impl OwnNames {
    /// Asks the system. `reached_at` is the address that a connection came in on.
    pub(crate) fn of_this_machine(
        public: &[String],
        reached_at: IpAddr,
        port: u16,
        outside: Option<SocketAddr>,
    ) -> Self {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
        let mut addresses: Vec<IpAddr> = interfaces.iter().map(if_addrs::Interface::ip).collect();
        addresses.push(reached_at.to_canonical());
        let host = gethostname::gethostname().to_string_lossy().to_lowercase();
        let local = vec![format!("{host}.local"), host];
        Self {
            addresses,
            local,
            public: public.iter().map(|name| name.to_lowercase()).collect(),
            port,
            outside,
        }
    }

    /// Whether `host` with `port` is this host.
    pub(crate) fn include(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        if self.public.contains(&host) {
            return true;
        }
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(&host);
        let ip = bare.parse::<IpAddr>().ok().map(|ip| ip.to_canonical());
        if ip.is_some_and(|ip| self.outside == Some(SocketAddr::new(ip, port))) {
            return true;
        }
        if port != self.port {
            return false;
        }
        if host == "localhost" || host.ends_with(".localhost") || self.local.contains(&host) {
            return true;
        }
        ip.is_some_and(|ip| ip.is_loopback() || self.addresses.contains(&ip))
    }
}

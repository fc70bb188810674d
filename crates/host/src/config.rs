//! The configuration of a host: what it is told when it starts.

use std::net::{IpAddr, Ipv6Addr};

use hearth_protocol::DEFAULT_PORT;

use crate::base::limits::Limits;
use crate::http::origin::AllowOrigin;
use crate::net::certificate::Certificate;

/// What a room is called that was given no name.
pub const NAMELESS: &str = "Hearth";

/// What a host is told when it starts.
#[derive(Debug, Clone)]
pub struct HostConfig {
    /// The room's name. One that is blank is none.
    pub name: String,
    /// The address to listen on. `::` listens on IPv4 too.
    pub bind: IpAddr,
    /// The port; 0 for any that is free.
    pub port: u16,
    /// Origins beside the host's own whose web pages may connect.
    pub allow_origins: Vec<AllowOrigin>,
    /// DNS names that the host is reached by.
    pub public_names: Vec<String>,
    /// What is shown to browsers that come by `https`. Without it they are shown the room's own key, which they do not trust.
    pub certificate: Option<Certificate>,
    /// Closes the room, or opens it; `None` leaves it as it was.
    pub closed: Option<bool>,
    /// Tell the local network of the room.
    pub announce: bool,
    /// What one guest, one address, and all together may use.
    pub limits: Limits,
}

impl Default for HostConfig {
    fn default() -> Self {
        Self {
            name: NAMELESS.to_owned(),
            bind: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            port: DEFAULT_PORT,
            allow_origins: Vec::new(),
            public_names: Vec::new(),
            certificate: None,
            closed: None,
            announce: false,
            limits: Limits::default(),
        }
    }
}

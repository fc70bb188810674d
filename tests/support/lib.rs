//! What the tests share: a host on a free port that stops when it is dropped, clients that speak the wire protocol in
//! the raw or join by our own client, and the programs that they meet.

mod app;
pub mod by_hand;
mod chromium;
mod guest;
pub mod headless;
mod host;
pub mod http;
pub mod kosoku;
mod node;
mod program;
mod raw;
mod strange;

pub use app::{App, Desktop, Home, Look, Tray, app_program};
pub use chromium::{Chromium, WebSite};
pub use guest::{Guest, eager};
pub use host::{TestHost, quick};
pub use node::NodeServer;
pub use program::{Program, place, program};
pub use raw::{RawClient, hello};
pub use strange::{Authority, Strange};

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket};
use std::time::Duration;

/// Longer than anything here takes on a busy machine. Reaching it is a failure, never a pause.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A port that was free a moment ago, for those who must name one.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// The address by which others reach this machine, if there is one. Nothing is sent.
pub fn outer_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect("198.51.100.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback()).then_some(address)
}

/// Says what a test has done, in figures. It is seen even when the test passes.
pub fn tell(what: &str) {
    let _ = writeln!(std::io::stderr(), "    {what}");
}

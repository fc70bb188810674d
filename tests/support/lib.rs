//! What the tests share: a host on a free port that stops when it is dropped, clients that speak the wire protocol in
//! the raw or join by our own client, and the programs that they meet.

mod app;
pub mod by_hand;
pub mod chatter;
mod chromium;
pub mod gateway;
mod guest;
mod guest_page;
pub mod headless;
mod host;
mod hostile_texts;
pub mod http;
pub mod knocking;
pub mod kosoku;
pub mod lan;
mod log_file;
pub mod netns;
mod node;
mod program;
pub mod proxy;
mod raw;
pub mod simulated;
mod strange;
pub mod tls;
mod tmpfs;

pub use app::{
    App, Desktop, Home, InputMethod, LETTERS, Look, MessageBox, PlainApp, Power, Reader, Tray, Typist,
    app_program,
};
pub use chatter::Chatter;
pub use chromium::{Chromium, WebSite};
pub use guest::{Guest, eager};
pub use guest_page::GuestPage;
pub use host::{TestHost, closed, quick};
pub use hostile_texts::{Trap, hostile_texts};
pub use log_file::{found_in, log_in_file};
pub use node::NodeServer;
pub use program::{Program, place, program, signal};
pub use raw::{RawClient, hello};
pub use strange::{Authority, Strange};
pub use tmpfs::Tmpfs;

use std::io::ErrorKind;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

/// Longer than anything here takes on a busy machine. Reaching it is a failure, never a pause.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A port that was free a moment ago, for those who must name one. It is none of those that the system gives to connections
/// (ip(7), `ip_local_port_range`), one of which might have it by the time that it is used.
pub fn free_port() -> u16 {
    /// Nobody in this process is given the same port twice: the first may not use it yet.
    static GIVEN: LazyLock<AtomicU16> = LazyLock::new(|| AtomicU16::new(rand::random()));
    let taken = |address: IpAddr, port| {
        TcpListener::bind((address, port)).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
    };
    let loopback: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let is_free = |port: &u16| !loopback.iter().any(|address| taken(*address, *port));
    let next = || 16_000 + GIVEN.fetch_add(1, Ordering::Relaxed) % 16_000;
    std::iter::repeat_with(next).find(is_free).expect("a free port")
}

/// How much of a long test is to be run: a short share of it, or with `cargo xtask soak` the whole.
pub fn share<T>(short: T, whole: T) -> T {
    if std::env::var_os("HEARTH_SOAK").is_some() { whole } else { short }
}

/// The seed of a test that throws dice: another one at each run, told so that it can be run again with `HEARTH_SEED`.
pub fn seed() -> u64 {
    let given = std::env::var("HEARTH_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| {
        u64::from_ne_bytes(uuid::Uuid::new_v4().as_bytes()[..8].try_into().expect("8 bytes"))
    })
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

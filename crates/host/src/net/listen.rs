//! Listening: one socket for IPv4 and IPv6, of which the kernel holds little for each slow client.

use std::io;
use std::net::{IpAddr, SocketAddr};

use hearth_protocol::is_refused_by_browsers;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

/// Connections that the kernel may hold until we accept them: a class that joins at once.
const ACCEPT_QUEUE: i32 = 2048;

/// Listens there; at port 0 on any that is free, and that browsers open if there is one. `send_buffer` is what the kernel may hold for
/// one slow client, in bytes.
pub(crate) fn listen(bind: IpAddr, port: u16, send_buffer: u32) -> io::Result<TcpListener> {
    // Held meanwhile, so that each is given once.
    let mut refused = Vec::new();
    loop {
        match listen_at(bind, port, send_buffer) {
            Ok(listener) if port == 0 && is_refused_by_browsers(listener.local_addr()?.port()) => {
                refused.push(listener);
            }
            Ok(listener) => return Ok(listener),
            // Better one for apps alone than none.
            Err(error) => return refused.pop().ok_or(error),
        }
    }
}

fn listen_at(bind: IpAddr, port: u16, send_buffer: u32) -> io::Result<TcpListener> {
    let socket = |bind: IpAddr| {
        let addr = SocketAddr::new(bind, port);
        let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
        if bind.is_ipv6() {
            socket.set_only_v6(false)?;
        }
        // On Windows the same option would let two programs share a port.
        #[cfg(not(windows))]
        socket.set_reuse_address(true)?;
        // Accepted sockets inherit it. Without it the kernel holds up to 4 MiB for each slow client.
        socket.set_send_buffer_size(send_buffer as usize)?;
        socket.set_nonblocking(true)?;
        socket.bind(&addr.into())?;
        socket.listen(ACCEPT_QUEUE)?;
        TcpListener::from_std(socket.into())
    };
    let everywhere = bind.is_unspecified() && bind.is_ipv6();
    socket(bind).or_else(|error| match error.raw_os_error() {
        // A machine without IPv6 still has all of its IPv4 addresses.
        Some(_) if everywhere && is_no_ipv6(&error) => socket(IpAddr::from([0, 0, 0, 0])),
        _ => Err(error),
    })
}

fn is_no_ipv6(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
        || error.kind() == io::ErrorKind::AddrNotAvailable
        || error.raw_os_error() == Some(libc_eafnosupport())
}

const fn libc_eafnosupport() -> i32 {
    if cfg!(windows) {
        10047
    } else if cfg!(target_os = "macos") {
        47
    } else {
        97
    }
}

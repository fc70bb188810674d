//! A connection's socket on the host's side: it takes what it has room for, by TLS in records.

use std::collections::VecDeque;

use hearth_host::pure::Written;

/// What the kernel keeps of a connection: some lines, so that a write often ends within a frame.
const SOCKET_BYTES: usize = 900;

/// The longest record of TLS.
const RECORD_BYTES: usize = 300;

/// A socket.
#[derive(Debug)]
pub(super) struct Socket {
    tls: bool,
    /// What TLS has taken and the kernel has not.
    held: VecDeque<u8>,
    /// What the network has not carried yet.
    kernel: VecDeque<u8>,
}

impl Socket {
    pub(super) fn new(tls: bool) -> Self {
        Self { tls, held: VecDeque::new(), kernel: VecDeque::new() }
    }

    /// Sends of these two, one behind the other, what goes now, as the host's own stream does.
    pub(super) fn write(&mut self, first: &[u8], second: &[u8]) -> Written {
        let all = [first, second].concat();
        let mut written = Written::default();
        loop {
            let gone = self.held.len().min(self.room());
            self.kernel.extend(self.held.drain(..gone));
            written.moved |= gone > 0;
            written.held = !self.held.is_empty();
            let rest = &all[written.taken..];
            if written.held || rest.is_empty() {
                return written;
            }
            let takes = rest.len().min(if self.tls { RECORD_BYTES } else { self.room() });
            written.taken += takes;
            if !self.tls {
                self.kernel.extend(&rest[..takes]);
                written.moved = takes > 0;
                return written;
            }
            self.held.extend(&rest[..takes]);
        }
    }

    /// The network carries so many bytes at most.
    pub(super) fn carry(&mut self, most: usize) -> impl Iterator<Item = u8> {
        self.kernel.drain(..most.min(self.kernel.len()))
    }

    fn room(&self) -> usize {
        SOCKET_BYTES - self.kernel.len()
    }
}

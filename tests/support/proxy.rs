//! A proxy in the path between guests and a host, where whatever happens to bytes on their way can be made to happen:
//! delay, a trickle, silence in one direction or in both, a cut or a reset at any byte or beside any frame.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Shutdown, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Taken from a socket at once.
const PIECE: usize = 4096;

/// What the kernel holds of what the host sent, as near as it lets us.
const SMALL_BUFFER: u32 = 4096;

/// How long both sides may take to see that a connection was cut.
const LINGER: Duration = Duration::from_millis(400);

/// What happens to the bytes of one connection.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plan {
    /// To those that the guest sends.
    pub up: Way,
    /// To those that the host sends.
    pub down: Way,
}

/// What happens to bytes in one direction.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// Each piece comes so much later.
    pub delay: Duration,
    /// So many bytes a time.
    pub piece: usize,
    /// What ends it, and where.
    pub end: Option<(Mark, End)>,
}

/// A place in the bytes of one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Behind so many bytes.
    Byte(usize),
    /// So many bytes beside the end of a frame, counted from 0, which is the opening handshake.
    Frame(usize, isize),
}

/// What happens there. What came before is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Both sides see an orderly end.
    Cut,
    /// Both sides see a reset.
    Reset,
    /// Nothing more goes this way; the other goes on.
    Silence,
    /// Nothing more goes either way, and neither side is told when the other ends.
    HalfOpen,
}

impl Default for Way {
    fn default() -> Self {
        Self { delay: Duration::ZERO, piece: PIECE, end: None }
    }
}

impl Plan {
    /// A plan by the dice: most of them hurt.
    pub fn random(dice: &mut StdRng) -> Self {
        let mut plan = Self { up: Way::random(dice), down: Way::random(dice) };
        let end = match dice.random_range(0..10) {
            0..4 => End::Cut,
            4..7 => End::Reset,
            7 => End::Silence,
            8 => End::HalfOpen,
            _ => return plan,
        };
        // As often within the handshake as later.
        let most = if dice.random() { 700 } else { 8_000 };
        let mark = Mark::Byte(dice.random_range(0..most));
        let way = if dice.random() { &mut plan.up } else { &mut plan.down };
        way.end = Some((mark, end));
        plan
    }
}

impl Way {
    fn random(dice: &mut StdRng) -> Self {
        let (delay, piece) = match dice.random_range(0..8) {
            0 => (dice.random_range(1..40), PIECE),
            1 => (dice.random_range(40..250), PIECE),
            2 => (0, dice.random_range(1..50)),
            3 => (dice.random_range(5..30), dice.random_range(50..500)),
            _ => (0, PIECE),
        };
        Self { delay: Duration::from_millis(delay), piece, end: None }
    }

    fn is_hurting(&self) -> bool {
        self.delay > Duration::ZERO || self.piece < PIECE
    }
}

/// A proxy on a port of its own. Dropping it cuts everything.
#[derive(Debug)]
pub struct Proxy {
    addr: SocketAddr,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    /// Where the host is.
    host: Mutex<SocketAddr>,
    /// No more is done to new connections, and nobody is slow any more.
    good: AtomicBool,
    /// Says to all connections of now that they are cut. Each holds a receiver until nothing more passes.
    cut: Mutex<watch::Sender<()>>,
    connections: AtomicUsize,
    faults: AtomicUsize,
    /// The frames of each connection so far, up and down.
    frames: Mutex<Vec<[usize; 2]>>,
}

impl Proxy {
    /// Begins, in the path to this host. `plan` makes the plan of each connection, which are counted from 0.
    pub async fn start(host: SocketAddr, mut plan: impl FnMut(usize) -> Plan + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            host: Mutex::new(host),
            good: AtomicBool::new(false),
            cut: Mutex::default(),
            connections: AtomicUsize::new(0),
            faults: AtomicUsize::new(0),
            frames: Mutex::default(),
        });
        let mut tasks = JoinSet::new();
        let path = Arc::clone(&shared);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((guest, _)) = listener.accept().await {
                let n = path.connections.fetch_add(1, Ordering::SeqCst);
                let plan = if path.good.load(Ordering::SeqCst) { Plan::default() } else { plan(n) };
                path.locked_frames().push([0, 0]);
                let cut = path.locked_cut().subscribe();
                connections.spawn(carry(guest, n, plan, cut, Arc::clone(&path)));
                while connections.try_join_next().is_some() {}
            }
        });
        Self { addr, shared, _tasks: tasks }
    }

    /// The address for guests.
    pub fn url(&self) -> String {
        format!("ws://{}", self.addr)
    }

    /// From now on the host is there.
    pub fn lead_to(&self, host: SocketAddr) {
        *self.shared.host.lock().unwrap_or_else(PoisonError::into_inner) = host;
    }

    /// The network is good from now on. What has happened to a connection stays.
    pub fn be_good(&self) {
        self.shared.good.store(true, Ordering::SeqCst);
    }

    /// Cuts all connections. After it nothing more passes on any of them.
    pub async fn cut_all(&self) {
        let connections = std::mem::take(&mut *self.shared.locked_cut());
        let _ = connections.send(());
        connections.closed().await;
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many of them something was done to.
    pub fn faults(&self) -> usize {
        self.shared.faults.load(Ordering::SeqCst)
    }

    /// How many frames have passed on a connection, the opening handshake among them: up and down.
    pub fn frames(&self, connection: usize) -> [usize; 2] {
        self.shared.locked_frames().get(connection).copied().unwrap_or_default()
    }
}

impl Shared {
    fn note_fault(&self) {
        self.faults.fetch_add(1, Ordering::SeqCst);
    }

    fn locked_cut(&self) -> std::sync::MutexGuard<'_, watch::Sender<()>> {
        self.cut.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked_frames(&self) -> std::sync::MutexGuard<'_, Vec<[usize; 2]>> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the frames end in the bytes of one direction (RFC 6455, section 5.2).
#[derive(Debug, Default)]
pub struct Boundaries {
    /// Bytes so far that no known frame ends behind.
    rest: Vec<u8>,
    /// Where `rest` begins.
    at: usize,
    ends: Vec<usize>,
}

impl Boundaries {
    /// Takes bytes in. The end of a frame is known once its header is.
    pub fn take(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        loop {
            let known = if self.at == 0 { head_length(&self.rest) } else { frame_length(&self.rest) };
            let Some(length) = known else { return };
            let end = self.at + length;
            // One that is not whole yet is measured again when more has come.
            if self.ends.last() != Some(&end) {
                self.ends.push(end);
            }
            if self.rest.len() < length {
                return;
            }
            self.rest.drain(..length);
            self.at = end;
        }
    }

    /// Where the ends are, as far as they are known.
    pub fn ends(&self) -> &[usize] {
        &self.ends
    }
}

fn head_length(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn frame_length(bytes: &[u8]) -> Option<usize> {
    let second = *bytes.get(1)?;
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let (header, length) = match second & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    Some(header + mask + length)
}

/// Which direction.
#[derive(Debug, Clone, Copy)]
enum Side {
    Up,
    Down,
}

async fn carry(guest: TcpStream, n: usize, plan: Plan, mut cut: watch::Receiver<()>, shared: Arc<Shared>) {
    let host = *shared.host.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(host) = dial(host).await else { return };
    let _ = (guest.set_nodelay(true), host.set_nodelay(true));
    if plan.up.is_hurting() || plan.down.is_hurting() {
        shared.note_fault();
    }
    let up = pump(&guest, &host, plan.up, (n, Side::Up), &shared);
    let down = pump(&host, &guest, plan.down, (n, Side::Down), &shared);
    tokio::pin!(up, down);
    let (end, from, to, other) = tokio::select! {
        end = &mut up => (end, &guest, &host, down),
        end = &mut down => (end, &host, &guest, up),
        _ = cut.changed() => return shared.note_fault(),
    };
    match end {
        End::Reset => {
            // Both are closed with the end of this function.
            let _ = (guest.set_zero_linger(), host.set_zero_linger());
        }
        End::Cut => {
            let _ = SockRef::from(to).shutdown(Shutdown::Write);
            // What is on its way in the other direction still arrives, when its sender has long gone elsewhere.
            let late = async {
                tokio::join!(swallow(from), other);
                let _ = SockRef::from(from).shutdown(Shutdown::Write);
            };
            let _ = timeout(LINGER, late).await;
        }
        End::HalfOpen | End::Silence => {
            tokio::join!(swallow(&guest), swallow(&host));
        }
    }
}

/// What the host sends and the guest does not take yet stays with the host, not in the kernel's buffers on the way.
async fn dial(host: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(SMALL_BUFFER)?;
    socket.connect(host).await
}

/// Reads and throws away until the other side ends. That may be never: then until the proxy is dropped.
async fn swallow(socket: &TcpStream) {
    let mut bytes = [0; PIECE];
    while read(socket, &mut bytes).await.is_ok_and(|read| read > 0) {}
}

async fn read(socket: &TcpStream, bytes: &mut [u8]) -> std::io::Result<usize> {
    loop {
        socket.readable().await?;
        match socket.try_read(bytes) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            read => return read,
        }
    }
}

async fn write_all(socket: &TcpStream, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        socket.writable().await?;
        match socket.try_write(bytes) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            written => bytes = &bytes[written?..],
        }
    }
    Ok(())
}

/// Carries bytes one way, until a peer is gone or the plan says so.
async fn pump(from: &TcpStream, to: &TcpStream, way: Way, (n, side): (usize, Side), shared: &Shared) -> End {
    let mut boundaries = Boundaries::default();
    let mut passed = 0;
    let mut bytes = vec![0; PIECE];
    loop {
        if let Some((Mark::Byte(0), what)) = way.end
            && passed == 0
        {
            return strike(what, from, shared).await;
        }
        let good = shared.good.load(Ordering::SeqCst);
        let most = if good { PIECE } else { way.piece };
        let Ok(read @ 1..) = read(from, &mut bytes[..most]).await else {
            return End::Cut;
        };
        if !good && way.delay > Duration::ZERO {
            sleep(way.delay).await;
        }
        boundaries.take(&bytes[..read]);
        let limit = way.end.and_then(|(mark, what)| Some((place(mark, boundaries.ends())?, what)));
        let ends_here = limit.filter(|(limit, _)| *limit <= passed + read);
        let sent = ends_here.map_or(read, |(limit, _)| limit.saturating_sub(passed));
        if write_all(to, &bytes[..sent]).await.is_err() {
            return End::Cut;
        }
        passed += sent;
        let whole = boundaries.ends().iter().filter(|end| **end <= passed).count();
        shared.locked_frames()[n][side as usize] = whole;
        if let Some((_, what)) = ends_here {
            return strike(what, from, shared).await;
        }
    }
}

/// Something happens to a connection.
async fn strike(end: End, from: &TcpStream, shared: &Shared) -> End {
    shared.note_fault();
    if end == End::Silence {
        // The other direction goes on. This one is still read, or its sender would notice.
        swallow(from).await;
        return End::Cut;
    }
    end
}

/// Where a mark is, once that is known.
fn place(mark: Mark, ends: &[usize]) -> Option<usize> {
    match mark {
        Mark::Byte(at) => Some(at),
        Mark::Frame(nth, beside) => ends.get(nth).map(|end| end.saturating_add_signed(beside)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nothing_passes_after_a_cut() {
        let host = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let proxy = Proxy::start(host.local_addr().expect("an address"), |_| Plan::default()).await;
        for round in 0..200 {
            let guest = TcpStream::connect(proxy.addr).await.expect("a proxy");
            let (at_host, _) = host.accept().await.expect("a guest");
            write_all(&guest, b"before").await.expect("a path");
            let mut bytes = [0; PIECE];
            assert_eq!(read(&at_host, &mut bytes).await.ok(), Some(6), "round {round}");
            proxy.cut_all().await;
            // Whether this can still be written is the kernel's affair.
            let _ = write_all(&guest, b"behind").await;
            let came = read(&at_host, &mut bytes).await;
            assert!(!matches!(came, Ok(1..)), "round {round}: {came:?} behind the cut");
        }
        assert_eq!(proxy.faults(), 200);
    }

    #[test]
    fn frames_are_found_however_the_bytes_come() {
        let mut bytes = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n".to_vec();
        let mut ends = vec![bytes.len()];
        for (header, length) in [
            (vec![0x81, 5], 5),
            (vec![0x81, 0x80 | 3, 1, 2, 3, 4], 3),
            (vec![0x81, 126, 1, 0], 256),
            (vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0], 65_536),
            (vec![0x89, 0], 0),
        ] {
            bytes.extend(header);
            bytes.extend(std::iter::repeat_n(0, length));
            ends.push(bytes.len());
        }
        for piece in [1, 7, 4096] {
            let mut boundaries = Boundaries::default();
            bytes.chunks(piece).for_each(|piece| boundaries.take(piece));
            assert_eq!(boundaries.ends(), ends, "in pieces of {piece}");
        }
    }
}

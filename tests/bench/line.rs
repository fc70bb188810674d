//! A line that is slow and long, between a browser and a host: every byte takes its time on it, and is on the way for a
//! while. It is a relay of our own, since the kernel's own delay (`netem`) is missing on many machines.
//!
//! What all connections send one way shares one line, in pieces as large as a packet, of each connection in turn. TCP's
//! handshake costs a connection one trip there and back before its first byte; its slow start is left out, as the first
//! window of a sender (ten packets) is more than such a line holds.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

/// The payload of a packet in a network of 1500 bytes, and what IP and TCP put before it.
const PIECE: usize = 1448;
const HEADERS: usize = 52;

/// Pieces of a connection that are on the way: more than the line holds.
const ON_THE_WAY: usize = 64;

/// What a line is like, the same both ways.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) bits_per_second: u32,
    pub(crate) each_way: Duration,
}

/// A line to a host. Dropping it cuts everything.
#[derive(Debug)]
pub(crate) struct Line {
    down: Arc<Lane>,
    up: Arc<Lane>,
    _task: JoinSet<()>,
}

/// One way of a line.
#[derive(Debug)]
struct Lane {
    terms: Terms,
    /// When all that was handed over has been sent.
    free_at: Mutex<Instant>,
    bytes: AtomicU64,
}

impl Line {
    /// Begins: whoever connects to `near` has this line to the host in between.
    pub(crate) async fn start(near: SocketAddr, host: SocketAddr, terms: Terms) -> Self {
        let listener = TcpListener::bind(near).await.expect("a free port");
        let [down, up] = [Lane::new(terms), Lane::new(terms)];
        let lanes = [Arc::clone(&down), Arc::clone(&up)];
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((browser, _)) = listener.accept().await {
                let [down, up] = lanes.clone();
                connections.spawn(async move {
                    sleep(terms.each_way * 2).await;
                    let Ok(host) = TcpStream::connect(host).await else { return };
                    let _ = browser.set_nodelay(true).and(host.set_nodelay(true));
                    let (from_browser, to_browser) = browser.into_split();
                    let (from_host, to_host) = host.into_split();
                    tokio::join!(carry(from_browser, to_host, &up), carry(from_host, to_browser, &down));
                });
            }
        });
        Self { down, up, _task: task }
    }

    /// The bytes that have passed so far, down to browsers and up to the host: HTTP and WebSocket with their headers.
    pub(crate) fn bytes(&self) -> [u64; 2] {
        [&self.down, &self.up].map(|lane| lane.bytes.load(Ordering::Relaxed))
    }
}

impl Lane {
    fn new(terms: Terms) -> Arc<Self> {
        Arc::new(Self { terms, free_at: Mutex::new(Instant::now()), bytes: AtomicU64::new(0) })
    }

    /// When a piece that is handed over now has been sent.
    fn send(&self, piece: usize) -> Instant {
        self.bytes.fetch_add(piece as u64, Ordering::Relaxed);
        let bits = u32::try_from((piece + HEADERS) * 8).expect("a piece is small");
        let takes = Duration::from_secs(1) * bits / self.terms.bits_per_second;
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        *free_at = Instant::now().max(*free_at) + takes;
        *free_at
    }
}

/// Carries what one side of a connection sends until it ends.
async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, lane: &Lane) {
    let (on_the_way, mut arriving) = mpsc::channel::<(Instant, Vec<u8>)>(ON_THE_WAY);
    let sending = async move {
        let mut piece = [0; PIECE];
        while let Ok(length @ 1..) = from.read(&mut piece).await {
            let sent = lane.send(length);
            // Not earlier, so that the others have their turn.
            sleep_until(sent).await;
            if on_the_way.send((sent + lane.terms.each_way, piece[..length].to_vec())).await.is_err() {
                break;
            }
        }
    };
    let receiving = async move {
        while let Some((at, piece)) = arriving.recv().await {
            sleep_until(at).await;
            if to.write_all(&piece).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(sending, receiving);
}

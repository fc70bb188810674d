//! Throughput of commits: what it costs that an ack means "on the disk": acks a second with all senders at full speed, and how long one takes at
//! a lively pace.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{Act, ClientFrame, Hello, PostId, SUBPROTOCOL, ServerFrame, decode_server, encode};
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

use crate::peer;
use crate::report::Durable;
use crate::stats::{Latency, median, micros};

/// Lines that a sender has under way without an ack: as many as our client allows itself.
const WINDOW: usize = 32;

/// A server that takes longer for an ack has stopped.
const PATIENCE: Duration = Duration::from_secs(30);

/// What shall be measured.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Who writes at full speed
    #[arg(long, default_value_t = 50)]
    senders: usize,
    /// Lines a second of all together at a lively pace
    #[arg(long, default_value_t = 500)]
    pace: u32,
    /// Seconds of each
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// How often it is measured; medians are reported
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=100))]
    rounds: u8,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Measures with a new room each time.
pub(crate) fn measure(options: &Options) -> Result<Durable> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut acks, mut at_pace) = (Vec::new(), Vec::new());
    for round in 1..=options.rounds {
        println!("durable round {round} of {}", options.rounds);
        let folder = tempfile::tempdir()?;
        acks.push(runtime.block_on(full_speed(options, folder.path()))?);
        let folder = tempfile::tempdir()?;
        at_pace.push(runtime.block_on(lively(options, folder.path()))?);
    }
    Ok(Durable {
        senders: options.senders,
        acks_per_s: median(acks.into_iter()),
        pace: options.pace,
        to_ack: Latency::median(&at_pace),
    })
}

/// Acks a second while every sender always has a window of lines under way.
async fn full_speed(options: &Options, folder: &Path) -> Result<f64> {
    let server = peer::hearth_on_disk(folder, &[])?;
    let port = server.port;
    let until = Instant::now() + Duration::from_secs(options.seconds);
    let began = Instant::now();
    let senders = (0..options.senders).map(|n| async move {
        let mut socket = enter(port, n).await?;
        let mut acks = 0u32;
        for _ in 0..WINDOW {
            post(&mut socket, PostId::new(Uuid::now_v7())).await?;
        }
        while Instant::now() < until {
            if ack(&mut socket).await?.is_some() {
                acks += 1;
                post(&mut socket, PostId::new(Uuid::now_v7())).await?;
            }
        }
        anyhow::Ok(acks)
    });
    let acks: u32 = try_join_all(senders).await?.into_iter().sum();
    Ok(f64::from(acks) / began.elapsed().as_secs_f64())
}

/// From writing a line to its ack, at a pace that a lively room of some hundred people has.
async fn lively(options: &Options, folder: &Path) -> Result<Latency> {
    /// So many share the pace.
    const SENDERS: u32 = 10;
    let server = peer::hearth_on_disk(folder, &[])?;
    let port = server.port;
    let pace = Duration::from_secs(1) * SENDERS / options.pace.max(1);
    let until = Instant::now() + Duration::from_secs(options.seconds);
    let senders = (0..SENDERS).map(|n| async move {
        let mut socket = enter(port, n as usize).await?;
        // Not all in the same instant.
        tokio::time::sleep(pace * n / SENDERS).await;
        let mut pace = interval(pace);
        pace.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let (mut sent, mut took) = (HashMap::new(), Vec::new());
        while Instant::now() < until || !sent.is_empty() {
            tokio::select! {
                _ = pace.tick(), if Instant::now() < until => {
                    let id = PostId::new(Uuid::now_v7());
                    sent.insert(id, Instant::now());
                    post(&mut socket, id).await?;
                }
                acked = ack(&mut socket) => {
                    if let Some(at) = acked?.and_then(|id| sent.remove(&id)) {
                        took.push(micros(at));
                    }
                }
            }
        }
        anyhow::Ok(took)
    });
    let took = try_join_all(senders).await?.into_iter().flatten().collect();
    Ok(Latency::of(took))
}

async fn enter(port: u16, n: usize) -> Result<Socket> {
    let mut request = format!("ws://127.0.0.1:{port}").into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse()?);
    let (mut socket, _) = connect_async(request).await?;
    let nickname = format!("客人 {n}");
    let hello = Hello::new(nickname);
    socket.send(Message::text(encode(&ClientFrame::Hello(hello)))).await?;
    Ok(socket)
}

async fn post(socket: &mut Socket, id: PostId) -> Result<()> {
    let text = "一百个字节上下的一行，像人们平时说的那样，with some Latin words in it, ok?".to_owned();
    Ok(socket.send(Message::text(encode(&ClientFrame::Act(Act::post(id, text))))).await?)
}

/// The next message, if it is an ack. What others say is read over: to take it apart would measure us.
async fn ack(socket: &mut Socket) -> Result<Option<PostId>> {
    let message = timeout(PATIENCE, socket.next()).await.context("the server answers no more")?;
    let message = message.context("the connection has ended")??;
    let Message::Text(text) = message else { return Ok(None) };
    if !text.starts_with(r#"{"type":"ack""#) {
        return Ok(None);
    }
    match decode_server(&text) {
        Ok(ServerFrame::Ack(ack)) => Ok(Some(ack.id)),
        _ => Ok(None),
    }
}

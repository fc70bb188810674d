//! The server that one writes first: a task per client, a broadcast channel between them, and each message sent as it
//! comes, with the WebSocket library as it is by default.

use std::io::Write;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// Far more than are ever in flight here: a reader who lags behind it loses messages, and then the run has failed.
const CAPACITY: usize = 1024;

/// Serves until killed.
pub(crate) fn serve() -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on ws://{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        let (room, _) = broadcast::channel(CAPACITY);
        loop {
            let (tcp, _) = listener.accept().await?;
            tcp.set_nodelay(true)?;
            let room = room.clone();
            // How a client ends is no news: one that lost a message is found by its count.
            tokio::spawn(async move { serve_client(tcp, room).await.ok() });
        }
    })
}

async fn serve_client(tcp: TcpStream, room: broadcast::Sender<Utf8Bytes>) -> Result<()> {
    let mut lines = room.subscribe();
    let (mut sink, mut stream) = accept_async(tcp).await?.split();
    loop {
        tokio::select! {
            line = lines.recv() => sink.send(Message::Text(line.context("lagged")?)).await?,
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => { room.send(text)?; }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ok(()),
            }
        }
    }
}

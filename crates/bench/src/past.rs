//! A room with a long past: how soon it is open, how soon one is anywhere in it, and what it takes on the disk.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use hearth_log::{Draft, Log, Query, SqliteLog};
use hearth_protocol::{
    Author, Body, ClientFrame, Hello, LogId, MemberId, Nickname, PostId, SUBPROTOCOL, Seq, encode,
};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use uuid::Uuid;

use crate::peer;
use crate::process::own_memory;
use crate::report::Past;
use crate::stats::{Latency, micros};

/// Lines stored together while the room is filled.
const GROUP: u32 = 1000;

/// Who has talked.
const MEMBERS: u128 = 200;

/// What a screen shows at first, and what scrolling asks for at a time.
const SCREEN: usize = 50;
const PAGE: usize = 100;

/// Pages and searches that are timed.
const SAMPLES: usize = 500;

/// What shall be measured.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Entries in the room
    #[arg(long, default_value_t = 1_000_000)]
    entries: u32,
    /// Entries that a guest has missed
    #[arg(long, default_value_t = 100_000)]
    missed: u32,
}

/// Fills a room, and measures what can be done with it.
pub(crate) fn measure(options: &Options) -> Result<Past> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("room.db");
    println!("filling a room with {} entries", options.entries);
    let (text_bytes, filled_s) = runtime.block_on(fill(&file, options.entries))?;
    let bytes = std::fs::metadata(&file)?.len();
    let before = own_memory()?;
    let began = Instant::now();
    let log = SqliteLog::open(&file)?;
    let screen = runtime.block_on(log.read_before(Seq::MAX, SCREEN))?;
    let open_ms = began.elapsed().as_secs_f64() * 1000.0;
    ensure!(screen.entries.len() == SCREEN.min(options.entries as usize), "the first screen is full");
    let open_kib = own_memory()?.rss_kib - before.rss_kib;
    let mut dice = StdRng::seed_from_u64(7);
    let page = runtime.block_on(pages(&log, options.entries, &mut dice))?;
    let search = runtime.block_on(searches(&log, &mut dice))?;
    runtime.block_on(log.close());
    drop(log);
    let resumed_per_s = runtime.block_on(resume(folder.path(), options))?;
    Ok(Past {
        entries: options.entries,
        line_bytes: each(text_bytes, options.entries),
        disk_bytes_per_line: each(bytes, options.entries),
        filled_per_s: f64::from(options.entries) / filled_s,
        open_ms,
        open_kib,
        page,
        search,
        resumed_per_s,
    })
}

/// Fills the room and waits for the index of words. Gives the bytes of all texts, and the seconds until all was stored.
async fn fill(file: &Path, entries: u32) -> Result<(u64, f64)> {
    let log = SqliteLog::open_or_create(file, &LogId::from_random(1), "读书会")?;
    let mut dice = StdRng::seed_from_u64(1);
    let authors: Vec<Author> = (0..MEMBERS).map(author).collect::<Result<_>>()?;
    let mut bytes = 0;
    let began = Instant::now();
    for group in 0..entries.div_ceil(GROUP) {
        let drafts = (0..GROUP.min(entries - group * GROUP)).map(|n| {
            let text = line(&mut dice);
            bytes += text.len() as u64;
            Draft {
                at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(i64::from(group * GROUP + n)),
                from: authors[dice.random_range(0..authors.len())].clone(),
                id: Some(PostId::new(Uuid::now_v7())),
                body: Body::Message { text, time: None },
            }
        });
        log.append(drafts.collect(), Vec::new()).await?;
    }
    let stored = began.elapsed().as_secs_f64();
    while log.unindexed().await? > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    log.close().await;
    Ok((bytes, stored))
}

fn author(n: u128) -> Result<Author> {
    Ok(Author { member: MemberId::from_random(n), nickname: Nickname::new(&format!("客人 {n}"))? })
}

/// A line of some hundred bytes. Characters and words come as often as in speech: few very often, most seldom.
fn line(dice: &mut StdRng) -> String {
    const WORDS: [&str; 12] = [
        "ok", "deploy", "server", "thanks", "meeting", "Rust", "tomorrow", "build", "test", "main", "today",
        "yes",
    ];
    let mut text = String::new();
    for part in 0..3 {
        for _ in 0..8 {
            // 3,000 of the most used characters: the least of three throws.
            let throws = [0; 3].map(|_: u32| dice.random_range(0..3000));
            let place: u32 = throws.into_iter().min().unwrap_or(0);
            text.push(char::from_u32(0x4e00 + place * 6 % 20_000).unwrap_or('的'));
        }
        text.push_str(["，", "。", " "][part]);
        text.push_str(WORDS[dice.random_range(0..WORDS.len())]);
        text.push(' ');
    }
    text
}

async fn pages(log: &SqliteLog, entries: u32, dice: &mut StdRng) -> Result<Latency> {
    let mut took = Vec::with_capacity(SAMPLES);
    for _ in 0..SAMPLES {
        let before = Seq::try_from(u64::from(dice.random_range(2..=entries)))?;
        let began = Instant::now();
        log.read_before(before, PAGE).await?;
        took.push(micros(began));
    }
    Ok(Latency::of(took))
}

/// Searches for two characters that stand side by side in some line.
async fn searches(log: &SqliteLog, dice: &mut StdRng) -> Result<Latency> {
    let mut took = Vec::with_capacity(SAMPLES);
    for _ in 0..SAMPLES {
        let sought: String = line(dice).chars().skip(dice.random_range(0..6)).take(2).collect();
        let query = Query::new(&sought).context("two characters")?;
        let began = Instant::now();
        log.search(query, Seq::MAX, SCREEN).await?;
        took.push(micros(began));
    }
    Ok(Latency::of(took))
}

/// Entries a second for a guest who comes back after a long time, over the wire.
async fn resume(folder: &Path, options: &Options) -> Result<f64> {
    let server = peer::hearth_on_disk(folder, &[])?;
    let mut request = format!("ws://127.0.0.1:{}", server.port).into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse()?);
    let (mut socket, _) = connect_async(request).await?;
    let after = options.entries.saturating_sub(options.missed);
    let hello = Hello {
        log: Some(LogId::from_random(1)),
        after: Some(Seq::try_from(u64::from(after))?),
        ..Hello::new("阿明")
    };
    let began = Instant::now();
    socket.send(Message::text(encode(&ClientFrame::Hello(hello)))).await?;
    let mut entries = 0;
    while entries < options.missed {
        let message = socket.next().await.context("the connection has ended")??;
        entries +=
            u32::from(matches!(message, Message::Text(text) if text.starts_with(r#"{"type":"entry""#)));
    }
    Ok(f64::from(entries) / began.elapsed().as_secs_f64())
}

/// What falls to each of so many.
#[expect(clippy::cast_precision_loss, reason = "sizes of files, far below 2^52")]
fn each(bytes: u64, entries: u32) -> f64 {
    bytes as f64 / f64::from(entries)
}

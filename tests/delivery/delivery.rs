//! Everybody sees everything, once, in one order.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{Act, Body, ClientFrame, Entry, PostId, Seq, ServerFrame, decode_server, encode};
use hearth_tests::{PATIENCE, RawClient, TestHost, tell};
use tokio::sync::Barrier;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

const CLIENTS: usize = 100;
const SENDERS: usize = 10;
const LINES_EACH: usize = 1_000;
const LINES: usize = SENDERS * LINES_EACH;

/// What a client was sent, from the first line of talk on.
struct Seen {
    /// Of each entry as it stood on the wire: a million texts would not fit.
    prints: Vec<u64>,
    /// The entries themselves, of the one client that keeps them.
    entries: Vec<Entry>,
    acks: Vec<(PostId, Seq)>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_clients_see_ten_thousand_lines_once_and_in_one_order() {
    let host = TestHost::start().await;
    let everybody_is_in = Arc::new(Barrier::new(CLIENTS));
    let started = Instant::now();
    let clients = (0..CLIENTS).map(|n| {
        let (url, everybody_is_in) = (host.url(), Arc::clone(&everybody_is_in));
        tokio::spawn(async move {
            let (client, _) = RawClient::enter(&url, &format!("客人 {n}")).await;
            everybody_is_in.wait().await;
            take_part(client, n).await
        })
    });
    let everything: Vec<Seen> =
        join_all(clients).await.into_iter().map(|seen| seen.expect("no panic")).collect();
    let took = started.elapsed();

    let entries = &everything[0].entries;
    for (before, after) in entries.iter().zip(&entries[1..]) {
        assert_eq!(after.prev, before.seq, "nothing is missing between two entries");
        assert!(after.seq > before.seq);
    }
    let places: HashMap<PostId, Seq> =
        entries.iter().filter_map(|entry| Some((entry.id?, entry.seq))).collect();
    assert_eq!((entries.len(), places.len()), (LINES, LINES), "each line once, and nothing else");
    each_senders_lines_are_in_their_order(entries);

    for (n, seen) in everything.iter().enumerate() {
        let same = seen.prints.iter().zip(&everything[0].prints).take_while(|(a, b)| a == b).count();
        assert_eq!((same, seen.prints.len()), (LINES, LINES), "client {n} saw the same as client 0");
        assert_eq!(seen.acks.len(), if n < SENDERS { LINES_EACH } else { 0 }, "acks of client {n}");
        assert!(seen.acks.iter().all(|(id, seq)| places[id] == *seq), "an ack names the place of the line");
    }
    tell(&format!("{CLIENTS} clients, {LINES} lines: {} deliveries in {took:.1?}", CLIENTS * LINES));
}

/// Writes its lines if it is one of the senders, and reads until it has seen as many as there are.
async fn take_part(mut client: RawClient, n: usize) -> Seen {
    let (mut sink, mut stream) = client.socket().split();
    let write = async {
        for line in 0..LINES_EACH {
            if n < SENDERS {
                let post = Act::post(PostId::new(Uuid::now_v7()), format!("{n} {line} 你好"));
                sink.send(Message::text(encode(&ClientFrame::Act(post)))).await.expect("sent");
            }
        }
    };
    let read = async {
        let mut seen = Seen { prints: Vec::new(), entries: Vec::new(), acks: Vec::new() };
        let acks = if n < SENDERS { LINES_EACH } else { 0 };
        while seen.prints.len() < LINES || seen.acks.len() < acks {
            let message = timeout(PATIENCE, stream.next()).await.expect("in time");
            if let Message::Text(text) = message.expect("the connection lasts").expect("a message") {
                seen.take(&text, n == 0);
            }
        }
        seen
    };
    tokio::join!(write, read).1
}

impl Seen {
    fn take(&mut self, text: &str, keep: bool) {
        if text.starts_with(r#"{"type":"ack""#) {
            if let Ok(ServerFrame::Ack(ack)) = decode_server(text) {
                self.acks.push((ack.id, ack.seq));
            }
        } else if text.starts_with(r#"{"type":"entry""#) && !text.contains(r#""kind":"joined""#) {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            self.prints.push(hasher.finish());
            if keep && let Ok(ServerFrame::Entry(entry)) = decode_server(text) {
                self.entries.push(entry);
            }
        }
    }
}

fn each_senders_lines_are_in_their_order(entries: &[Entry]) {
    let mut next = [0; SENDERS];
    for entry in entries {
        let Body::Message { text, .. } = &entry.body else { panic!("a line, not {entry:?}") };
        let mut words = text.split(' ');
        let mut number = || words.next().and_then(|word| word.parse::<usize>().ok()).expect("a number");
        let (sender, line) = (number(), number());
        assert_eq!(line, next[sender], "of sender {sender}");
        next[sender] += 1;
    }
}

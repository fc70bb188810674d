//! The hostile corpus (`tests/vectors/hostile.json`), and the server that nothing of it may call.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Corpus {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    kind: String,
    value: Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Whole(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Part {
    Text(String),
    Repeated { repeat: (String, usize) },
}

impl Value {
    fn written(&self) -> String {
        match self {
            Self::Whole(text) => text.clone(),
            Self::Parts(parts) => parts.iter().map(Part::written).collect(),
        }
    }
}

impl Part {
    fn written(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Repeated { repeat: (text, times) } => text.repeat(*times),
        }
    }
}

/// All hostile texts. What they would call is the trap.
pub fn hostile_texts(trap: &Trap) -> Vec<String> {
    let path = format!("{}/vectors/hostile.json", env!("CARGO_MANIFEST_DIR"));
    let json = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let corpus: Corpus = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{path}: {error}"));
    let cases = corpus.groups.iter().flat_map(|group| &group.cases).filter(|case| case.kind == "text");
    cases.map(|case| case.value.written().replace("{TRAP}", &trap.origin())).collect()
}

/// A server that counts who calls it.
#[derive(Debug)]
pub struct Trap {
    place: SocketAddr,
    calls: Arc<AtomicUsize>,
}

impl Trap {
    /// Sets it on a free port of this computer.
    pub async fn set() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let place = listener.local_addr().expect("a place");
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { place, calls }
    }

    /// How often it was called.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn origin(&self) -> String {
        format!("http://{}", self.place)
    }
}

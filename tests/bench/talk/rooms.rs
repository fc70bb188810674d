//! Rooms with a past, made through the log itself, and the host that serves one after the other in the same place.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hearth_log::{Appended, Draft, Log, SqliteLog};
use hearth_protocol::{Author, Body, Emoji, LogId, MemberId, Mentions, Nickname, PostId, Seq};
use hearth_tests::headless::{Headless, command, room_file};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::time::sleep;
use uuid::Uuid;

/// Entries of a room that is as good as empty, and of one with a long past.
pub(crate) const FEW: u32 = 60;
pub(crate) const MANY: u32 = 1_000_000;

/// The newest lines of the long past, which are as mixed as talk can be. What people said of them comes besides.
pub(crate) const MIXED: u32 = 100_000;

/// Entries stored together.
const GROUP: u32 = 1000;

/// A room's file at two times, in folders of their own.
#[derive(Debug)]
pub(crate) struct Rooms {
    folder: TempDir,
}

impl Rooms {
    /// Makes them: first the few entries, then all that came after them.
    pub(crate) async fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let few = folder.path().join("few.db");
        let many = folder.path().join("many.db");
        plain(&few, FEW).await;
        fs::copy(&few, &many).expect("copied");
        plain(&many, MANY - FEW - MIXED).await;
        mixed(&many).await;
        Self { folder }
    }

    /// A copy of one of them, where a host looks for its room.
    fn put(&self, name: &str, home: &TempDir) {
        let file = room_file(home);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{ending}", file.display()));
        }
        fs::copy(self.folder.path().join(name), file).expect("copied");
    }
}

/// A host, away from whatever it served before.
#[derive(Debug)]
pub(crate) struct Host {
    home: Arc<TempDir>,
    running: Option<Headless>,
    port: u16,
}

impl Host {
    /// Serves the room of the few entries.
    pub(crate) async fn start(rooms: &Rooms) -> Self {
        let home = Arc::new(tempfile::tempdir().expect("a folder"));
        rooms.put("few.db", &home);
        let mut host = Self { home, running: None, port: hearth_tests::free_port() };
        host.serve().await;
        host
    }

    /// The room goes on while nobody can see it: whoever is back has missed nearly all of it.
    pub(crate) async fn go_on(&mut self, rooms: &Rooms) {
        if let Some(mut running) = self.running.take() {
            running.program().kill().await;
        }
        rooms.put("many.db", &self.home);
        self.serve().await;
    }

    async fn serve(&mut self) {
        let port = self.port.to_string();
        let flags = ["--bind", "127.0.0.1", "--port", &port, "--rate", "off"];
        self.running = Some(Headless::start_as(Arc::clone(&self.home), command(&self.home), &flags).await);
    }

    pub(crate) fn url(&self) -> &str {
        self.running.as_ref().expect("it serves").url()
    }
}

fn open(file: &Path) -> SqliteLog {
    SqliteLog::open_or_create(file, &LogId::from_random(1), "读书会").expect("a log")
}

/// All of it is found by words before the file is used.
async fn close(log: SqliteLog) {
    while log.unindexed().await.expect("counted") > 0 {
        sleep(Duration::from_millis(20)).await;
    }
    log.close().await;
}

fn author(n: u32) -> Author {
    let names = ["陈老师", "小李", "Wei", "阿芳", "Anna"];
    let n = n as usize % names.len();
    Author {
        member: MemberId::from_random(n as u128 + 1),
        nickname: Nickname::new(names[n]).expect("a nickname"),
    }
}

fn draft(n: u32, from: Author, body: Body) -> Draft {
    // A line every few seconds, up to an hour ago.
    let at = Timestamp::now() - SignedDuration::from_secs(i64::from(MANY.saturating_sub(n)) * 3 + 3600);
    Draft { at, from, id: Some(PostId::new(Uuid::now_v7())), body }
}

fn line(text: String) -> Body {
    Body::Message { text, time: None }
}

/// Short lines.
async fn plain(file: &Path, entries: u32) {
    let log = open(file);
    let from = u32::try_from(log.head().borrow().get()).expect("a small number");
    for group in 0..entries.div_ceil(GROUP) {
        let numbers = (group * GROUP..entries.min((group + 1) * GROUP)).map(|n| from + n + 1);
        let drafts = numbers.map(|n| draft(n, author(n / 3), line(format!("第 {n} 行：今晚八点，老地方见"))));
        log.append(drafts.collect(), Vec::new()).await.expect("stored");
    }
    close(log).await;
}

/// Short lines and long ones, code, tables, quotes, answers and reactions.
async fn mixed(file: &Path) {
    let log = open(file);
    let mut before: Vec<Seq> = Vec::new();
    let from = MANY - MIXED;
    for group in 0..MIXED / GROUP {
        let mut drafts = Vec::new();
        for n in group * GROUP..(group + 1) * GROUP {
            let writer = author(n / 3);
            drafts.push(draft(from + n, writer.clone(), line(text(n))));
            let Some(&older) = before.get(n as usize % before.len().max(1)) else { continue };
            if n % 11 == 0 {
                let reply =
                    Body::Addressed { about: Seq::ZERO, reply: Some(older), mentions: Mentions::default() };
                drafts.push(Draft { id: None, ..draft(from + n, writer, reply) });
            }
            if n % 9 == 0 {
                let emoji = Emoji::new(["👍", "🎉", "❤️"][n as usize % 3]).expect("an emoji");
                drafts.push(draft(from + n, author(n), Body::Reacted { about: older, emoji, on: true }));
            }
        }
        let stored = log.append(drafts, Vec::new()).await.expect("stored");
        let lines = stored.iter().filter_map(|one| match one {
            Appended::Stored(entry) if entry.body.is_line() => Some(entry.seq),
            _ => None,
        });
        before = lines.collect();
    }
    close(log).await;
}

fn text(n: u32) -> String {
    match n % 12 {
        1 => format!(
            "line {n}: see you at eight, the usual place, and bring the book that we talked about **last** time"
        ),
        3 => format!(
            "第 {n} 行\n```rust\nfn main() {{\n    let n = {n};\n    println!(\"{{n}} bottles\");\n}}\n```\n跑一下试试"
        ),
        5 => format!(
            "| 日期 | 章节 | 谁讲 |\n|---|---|---|\n| 周五 | 第 {n} 章 | 陈老师 |\n| 周六 | 第三章 | *Anna* |"
        ),
        6 => format!("> 上次说到第 {n} 页\n> 大家都读完了吗？\n\n读完了，`{n}` 页那段很有意思"),
        8 => format!("{n} 好的"),
        9 => {
            "这一章讲的是人们怎样围着火炉坐下来，把一天里听到的事情说给别人听。".repeat(6)
                + &format!("（{n}）")
        }
        10 => [1, 2, 3, 4, 5, 6].map(|k| format!("{k}. 第 {n} 条之 {k}：带上书和笔\n").repeat(4)).concat(),
        _ => format!("第 {n} 行：今晚八点，老地方见 👋"),
    }
}

/// The bytes of both.
pub(crate) fn size_of(rooms: &Rooms) -> u64 {
    let files = fs::read_dir(rooms.folder.path()).expect("the folder").flatten();
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
}

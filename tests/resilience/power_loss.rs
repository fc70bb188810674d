//! The power goes: what is on the disk is what was committed, and nothing was acked before it was on the disk.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hearth_log::{Draft, Log, SqliteLog};
use hearth_protocol::{Author, Body, Entry, LogId, MemberId, Nickname, PostId, Seq};
use hearth_tests::headless::{Headless, command, room_file};
use hearth_tests::{PATIENCE, RawClient, share, tell};
use jiff::Timestamp;
use tokio::process::Command;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

fn line(n: u128) -> Draft {
    let from = Author {
        member: MemberId::new("ming").expect("an id"),
        nickname: Nickname::new("阿明").expect("a nickname"),
    };
    let text = format!("第 {n} 行 {}", "字".repeat(usize::try_from(n % 50).expect("small")));
    let body = Body::Message { text, time: None };
    Draft { at: Timestamp::UNIX_EPOCH, from, id: Some(PostId::new(Uuid::from_u128(n))), body }
}

/// The power goes while the log grows: of what was written last, any part may be missing.
#[tokio::test]
async fn whatever_is_missing_of_the_last_writes_the_log_is_a_prefix_with_all_that_was_acked() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("room.db");
    let wal = folder.path().join("room.db-wal");
    let log = SqliteLog::open_or_create(&file, &LogId::from_random(1), "读书会").expect("a log");
    // How long the file of last writes was when an append was answered, and what the newest entry was then.
    let mut acked: Vec<(u64, Seq)> = Vec::new();
    let mut n = 0;
    for group in 0..60u128 {
        let drafts = (0..=group % 7).map(|_| {
            n += 1;
            line(n)
        });
        let appended = log.append(drafts.collect(), Vec::new()).await.expect("stored");
        let newest = appended.last().expect("some").seq();
        acked.push((fs::metadata(&wal).expect("there").len(), newest));
    }
    let all = log.read_after(Seq::ZERO, 1000).await.expect("read").entries;
    let (sound, writes) = (fs::read(&file).expect("the file"), fs::read(&wal).expect("the last writes"));
    log.close().await;

    let step = share(97 * 31, 97);
    let cuts = (0..=writes.len()).step_by(step).chain([writes.len()]);
    let (mut opened, mut fewest) = (0, usize::MAX);
    for cut in cuts {
        let there = after_power_loss(&sound, &writes[..cut]).await;
        assert_eq!(there, all[..there.len()], "cut at byte {cut}: a prefix");
        let must =
            acked.iter().rev().find(|(len, _)| *len <= cut as u64).map_or(Seq::ZERO, |(_, newest)| *newest);
        let newest = there.last().map_or(Seq::ZERO, |entry| entry.seq);
        assert!(newest >= must, "cut at byte {cut}: {must} was acked, and {newest} is the newest");
        opened += 1;
        fewest = fewest.min(there.len());
    }
    assert_eq!(fewest, 0, "the earliest cut is before the first commit");
    tell(&format!(
        "{} entries in {} commits, {} bytes cut at every {step}th byte: {opened} opened, 0 lost, 0 doubled, 0 out of order",
        all.len(),
        acked.len(),
        writes.len()
    ));
}

async fn after_power_loss(file: &[u8], writes: &[u8]) -> Vec<Arc<Entry>> {
    let folder = tempfile::tempdir().expect("a folder");
    let there = folder.path().join("room.db");
    fs::write(&there, file).expect("written");
    fs::write(folder.path().join("room.db-wal"), writes).expect("written");
    let log = SqliteLog::open(&there).expect("it opens");
    let entries = log.read_after(Seq::ZERO, 1000).await.expect("read").entries;
    log.close().await;
    entries
}

/// What the program asks the system for, in its order: an ack is sent only after the line has reached the disk.
#[tokio::test]
async fn an_ack_leaves_after_its_line_has_reached_the_disk() {
    const LINES: usize = 50;
    let home = Arc::new(tempfile::tempdir().expect("a folder"));
    let trace = home.path().join("trace");
    let host = command(&home);
    let mut traced = Command::new("strace");
    // -D leaves the program itself in its place, to be ended as usual; -y names the files behind the numbers; -s shows a page as a whole.
    traced.args([
        "-D",
        "-f",
        "-y",
        "-s",
        "5000",
        "-e",
        "trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg",
    ]);
    traced.arg("-o").arg(&trace).arg(host.as_std().get_program()).args(host.as_std().get_args());
    for (name, value) in host.as_std().get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    let mut host = Headless::start_as(
        Arc::clone(&home),
        traced,
        &["--bind", "127.0.0.1", "--port", "0", "--rate", "off"],
    )
    .await;
    let (mut ming, _) = RawClient::enter(host.url(), "阿明").await;
    for n in 0..LINES {
        ming.post(&text(n)).await;
        while !ming.text().await.starts_with(r#"{"type":"ack""#) {}
    }
    ming.leave().await;
    host.program().terminate().await;
    host.program().ended().await;
    assert!(room_file(&home).exists());
    let trace = whole(&trace).await;
    let acks = check(&trace);
    assert_eq!(acks, LINES, "each ack is in the trace:\n{trace}");
    tell(&format!("{acks} acks, each after a write and a sync of its own"));
}

/// A trace, once it tells the end of the program.
async fn whole(file: &Path) -> String {
    let look = async {
        loop {
            let trace = fs::read_to_string(file).expect("a trace");
            if trace.trim_end().ends_with("+++ exited with 0 +++") {
                return trace;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, look).await.expect("the end of the trace in time")
}

/// What line `n` says: nothing that a trace would write otherwise.
fn text(n: usize) -> String {
    format!("<line {n}>")
}

/// Counts acks, each of which must come after a write of its line to the log and a sync of it that has ended.
fn check(trace: &str) -> usize {
    // For the line whose ack is next.
    let (mut written, mut synced, mut acks) = (false, false, 0);
    for line in trace.lines() {
        let ends_well = line.trim_end().ends_with("= 0");
        let of_the_log = line.contains("room.db-wal>");
        if line.contains("pwrite64(") && of_the_log {
            written |= line.contains(&text(acks));
        } else if (line.contains("sync(") && of_the_log || line.contains("sync resumed>")) && ends_well {
            synced = written;
        } else if line.contains(r#"\"type\":\"ack\""#) {
            assert!(synced, "ack {acks} came before its line was on the disk:\n{line}");
            acks += 1;
            (written, synced) = (false, false);
        }
    }
    acks
}

#[test]
fn the_check_of_a_trace_sees_an_ack_that_came_too_early() {
    let write = r#"7 pwrite64(9</x/room.db-wal>, "..<line 0>..", 24, 0) = 24"#;
    let other = r#"7 pwrite64(9</x/room.db-wal>, "..", 24, 0) = 24"#;
    let sync = "7 fdatasync(9</x/room.db-wal>) = 0";
    let ack = r#"8 writev(12<TCP:[1]>, [{iov_base="\201~{\"type\":\"ack\",\"id\"", iov_len=9}], 2) = 80"#;
    assert_eq!(check(&[write, sync, other, ack].join("\n")), 1);
    let begun = "7 fdatasync(9</x/room.db-wal> <unfinished ...>";
    for early in [vec![write, ack], vec![other, sync, ack], vec![sync, write, ack], vec![write, begun, ack]] {
        let early = early.join("\n");
        assert!(std::panic::catch_unwind(|| check(&early)).is_err(), "{early}");
    }
}

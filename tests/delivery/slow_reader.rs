//! Whoever stops reading delays nobody, costs little, and reads on where they stopped; or is told what is gone.

use std::sync::Arc;
use std::time::Instant;

use hearth_host::{HostConfig, Limits};
use hearth_log::MemoryLog;
use hearth_protocol::{Body, Entry, Gap, Hello, JOIN_LINES_UP_TO, LogId, Seq, ServerFrame, Welcome};
use hearth_tests::headless::Headless;
use hearth_tests::{PATIENCE, RawClient, TestHost, hello, quick, tell};
use tokio::time::timeout;

/// A line of about so many bytes, with its number.
fn line(n: usize, bytes: usize) -> String {
    format!("{n} {}", "x".repeat(bytes))
}

fn number(body: &Body) -> Option<usize> {
    let Body::Message { text, .. } = body else { return None };
    text.split(' ').next()?.parse().ok()
}

/// Somebody who comes in and from then on does not read.
async fn stalled(url: &str, nickname: &str) -> (RawClient, Welcome) {
    let mut client = RawClient::v1_through_a_narrow_socket(url).await.expect("a connection");
    let welcome = client.greet(hello(nickname)).await;
    (client, welcome)
}

/// Writes lines, each as soon as the one before is stored. Reads all that comes meanwhile.
async fn write(writer: &mut RawClient, numbers: std::ops::Range<usize>, bytes: usize) {
    for n in numbers {
        let id = writer.post(&line(n, bytes)).await;
        let (mut acked, mut came) = (false, false);
        while !(acked && came) {
            match writer.frame().await {
                ServerFrame::Ack(ack) if ack.id == id => acked = true,
                ServerFrame::Entry(entry) if entry.id == Some(id) => came = true,
                _ => {}
            }
        }
    }
}

/// Reads on until a line of this number, and sees that each entry follows on the one before. `cursor` is where the
/// reader stands. Gives the numbers of the lines.
async fn read_on(reader: &mut RawClient, mut cursor: Seq, last: usize) -> Vec<usize> {
    let mut numbers = Vec::new();
    while numbers.last() != Some(&last) {
        let Entry { seq, prev, body, .. } = reader.entry().await;
        assert_eq!(prev, cursor, "nothing is missing before {seq}");
        cursor = seq;
        numbers.extend(number(&body));
    }
    numbers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stops_reading_delays_nobody_and_catches_up_from_the_log() {
    const LINES: usize = 3_000;
    const BYTES: usize = 1_000;
    const TAPE: usize = 64 * 1024;
    let limits = Limits { tape_bytes: TAPE, send_buffer: 16 * 1024, ..quick().limits };
    let host = TestHost::with(HostConfig { limits, ..quick() }).await;
    let (mut slow, welcome) = stalled(&host.url(), "慢").await;
    let (mut writer, _) = RawClient::enter(&host.url(), "写").await;
    let (mut reader, joined) = RawClient::enter(&host.url(), "读").await;

    let started = Instant::now();
    let (url, after) = (host.url(), joined.after);
    let reading = tokio::spawn(async move { read_on(&mut reader, after, LINES - 1).await });
    write(&mut writer, 0..LINES, BYTES).await;
    let read = timeout(PATIENCE, reading).await.expect("nobody is held up").expect("no panic");
    assert_eq!(read, (0..LINES).collect::<Vec<_>>());
    let others_took = started.elapsed();
    // Somebody new is not held up either.
    let (late, _) = RawClient::enter(&url, "晚").await;
    late.leave().await;

    let caught_up = read_on(&mut slow, welcome.after, LINES - 1).await;
    assert_eq!(caught_up, read);
    // What it is sent from now on comes at once: it is among those who are served together again.
    slow.post(&line(LINES, 1)).await;
    while number(&slow.entry().await.body) != Some(LINES) {}
    tell(&format!(
        "{LINES} lines, {} times the tape: others had them in {others_took:.1?}, the slow one in {:.1?}",
        LINES * BYTES / TAPE,
        started.elapsed(),
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_catches_up_is_told_who_is_there_now() {
    /// The first of them come by entries, the others by changes of the roster, which are in no log.
    const CROWD: usize = JOIN_LINES_UP_TO + 20;
    const LEAVE: usize = 10;
    const LINES: usize = 1_000;
    const BYTES: usize = 1_000;
    let limits = Limits { tape_bytes: 64 * 1024, send_buffer: 16 * 1024, ..quick().limits };
    let host = TestHost::with(HostConfig { limits, ..quick() }).await;
    let (mut slow, _) = stalled(&host.url(), "慢").await;
    let (mut writer, _) = RawClient::enter(&host.url(), "写").await;
    write(&mut writer, 0..LINES, BYTES).await;
    let mut crowd = Vec::new();
    for n in 0..CROWD {
        crowd.push(RawClient::enter(&host.url(), &n.to_string()).await.0);
    }
    for leaving in crowd.drain(..LEAVE) {
        leaving.leave().await;
    }
    let there = 2 + CROWD - LEAVE;
    let gone = async {
        while host.online() != there {
            write(&mut writer, 0..1, 1).await;
        }
    };
    timeout(PATIENCE, gone).await.expect("they are gone");
    write(&mut writer, LINES..LINES + 100, BYTES).await;

    let (mut last, mut told) = (None, None);
    while last != Some(LINES + 99) || told != Some(there) {
        match slow.frame().await {
            ServerFrame::Entry(entry) => last = number(&entry.body).or(last),
            ServerFrame::People(people) => told = Some(people.online as usize),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stalled_readers_cost_a_bounded_amount_of_memory() {
    const BYTES: usize = 16_000;
    /// More than the log keeps in memory: from here on it is as large as it gets.
    const FILL: usize = 4_400;
    const LINES: usize = 1_250;
    const STALLED: usize = 8;
    /// For all of them: what each has pending, and what the allocator does with it.
    const ALLOWED: usize = 24 * 1024 * 1024;
    let host = Headless::start(&["--memory", "--rate", "off"]).await;
    let (mut writer, _) = RawClient::enter(host.url(), "写").await;
    write(&mut writer, 0..FILL, BYTES).await;
    let before = host.memory();

    let mut sleepers = Vec::new();
    for n in 0..STALLED {
        sleepers.push(stalled(host.url(), &format!("睡 {n}")).await);
    }
    write(&mut writer, FILL..FILL + LINES, BYTES).await;
    let after = host.memory();
    let grown = after.saturating_sub(before);
    tell(&format!(
        "{STALLED} stalled readers, {} MB each not read: memory {} MB before, {} MB after",
        LINES * BYTES / 1_000_000,
        before / 1_000_000,
        after / 1_000_000,
    ));
    assert!(grown < ALLOWED, "{grown} bytes more; a queue for each would take {}", STALLED * LINES * BYTES);

    for (mut sleeper, welcome) in sleepers {
        let read = read_on(&mut sleeper, welcome.after, FILL + LINES - 1).await;
        assert!(read.ends_with(&(FILL..FILL + LINES).collect::<Vec<_>>()), "all of it is there");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_too_late_is_told_what_is_gone_and_gets_the_rest() {
    const LINES: usize = 1_000;
    const BYTES: usize = 1_000;
    const KEPT: usize = 64 * 1024;
    let limits = Limits { tape_bytes: 16 * 1024, send_buffer: 16 * 1024, ..quick().limits };
    let log = MemoryLog::new(LogId::from_random(7), KEPT);
    let host = TestHost::over(HostConfig { limits, ..quick() }, Arc::new(log)).await;
    let (mut writer, _) = RawClient::enter(&host.url(), "写").await;
    let (mut slow, welcome) = stalled(&host.url(), "慢").await;
    write(&mut writer, 0..LINES, BYTES).await;

    // The one who stalled: the beginning was already in its socket, then come holes, then all the rest.
    let (mut cursor, mut lines, mut gaps) = (welcome.after, Vec::new(), Vec::new());
    let mut first = Seq::ZERO;
    while lines.last() != Some(&(LINES - 1)) {
        match slow.frame().await {
            ServerFrame::Gap(gap) => {
                assert_eq!(gap.after, cursor, "the gap begins where the reader stands");
                assert!(gap.to > gap.after);
                cursor = gap.to;
                gaps.push(gap);
            }
            ServerFrame::Entry(entry) => {
                assert_eq!(entry.prev, cursor);
                cursor = entry.seq;
                let line = number(&entry.body);
                first = line.filter(|n| *n == 0).map_or(first, |_| entry.seq);
                lines.extend(line);
            }
            ServerFrame::People(_) => {}
            other => panic!("unexpected {other:?}"),
        }
    }
    // How many holes depends on when the kernel asks the stalled side again whether it has room: at each time the link
    // reads on in a log that has moved. Whatever is not told to be gone was read, and nothing that is told to be gone.
    let gone = |n: &usize| {
        let seq = first.get() + *n as u64;
        gaps.iter().any(|gap| (gap.after.get() + 1..=gap.to.get()).contains(&seq))
    };
    assert_eq!(lines, (0..LINES).filter(|n| !gone(n)).collect::<Vec<_>>(), "{gaps:?}");
    let missing = LINES - lines.len();
    assert!(missing > LINES / 2, "most is gone: {gaps:?}");
    assert!(gaps.windows(2).all(|two| two[0].to < two[1].after), "no hole is told in two pieces: {gaps:?}");

    // And one who comes back by a new connection, with a cursor from before.
    let token = Some(welcome.token);
    let resume = Hello { token, log: Some(welcome.log), after: Some(Seq::ZERO), ..hello("慢") };
    let (mut again, resumed) = RawClient::enter_as(&host.url(), resume).await;
    assert_eq!(resumed.after, Seq::ZERO);
    let ServerFrame::Gap(Gap { after, to }) = again.frame().await else { panic!("a gap first") };
    assert_eq!(after, Seq::ZERO);
    let rest = read_on(&mut again, to, LINES - 1).await;
    assert_eq!(rest, (LINES - rest.len()..LINES).collect::<Vec<_>>());
    tell(&format!("of {LINES} lines {missing} were gone, and told"));
}

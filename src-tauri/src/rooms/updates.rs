//! Updates go from a room to the page in batches: they are merged over a frame (coalesced), cut so that they pass quickly, and no
//! more of them are on their way than the page takes in soon (backpressure). A room of which more comes falls behind, as every
//! subscriber may, and goes on with a snapshot.

use std::sync::Arc;
use std::time::Duration;

use hearth_client::{Cursor, RoomClient, RoomUpdate};
use hearth_protocol::Entry;
use tauri::Manager;
use tauri::async_runtime::spawn;
use tauri::ipc::{Channel, InvokeResponseBody};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, timeout, timeout_at};

use crate::api::error::AppError;
use crate::api::rooms::RoomKey;
use crate::desktop::window::LABEL;
use crate::rooms::identity;
use crate::shell::Shell;

/// A frame of the screen: what comes within one is shown at once anyhow.
const FRAME: Duration = Duration::from_millis(16);

/// A batch of more JSON than this takes a second way through the web view, which is slower (tauri's channel switches
/// at 8 KiB).
const BATCH_BYTES: usize = 8 * 1024 - 256;

/// After this many updates and entries a batch goes out before the frame is over, so that it does not grow without bound.
const MERGED: usize = 512;

/// So many bytes of batches are on their way to the page, and somewhat more, before it is asked whether it has taken them in. What
/// waits in the web view holds up all that the user does there.
const UNDER_WAY: usize = 512 * 1024;

/// A page that is stopped, as in a debugger, is not waited for any longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Passes a room's updates to the page, in place of an earlier subscription.
pub(crate) fn subscribe(
    shell: &Arc<Shell>,
    key: &RoomKey,
    after: Option<Cursor>,
    page: Channel,
) -> Result<(), AppError> {
    let mut state = shell.state();
    let room = state.room(key).ok_or(AppError::UnknownRoom)?;
    let forwarder = spawn(forward(shell.clone(), key.clone(), room.client.clone(), after, page));
    if let Some(earlier) = room.forwarder.replace(forwarder) {
        earlier.abort();
    }
    Ok(())
}

/// Passes a room's updates on until the room or the page is gone.
async fn forward(shell: Arc<Shell>, key: RoomKey, client: RoomClient, after: Option<Cursor>, page: Channel) {
    let mut updates = client.subscribe(after).await;
    pace(&mut updates, &Shown { shell, key, page }).await;
}

/// Who is sent updates.
trait Reader: Sync {
    /// Sends them, and gives how many bytes they are; nothing once the reader is gone.
    fn send(&self, updates: Vec<RoomUpdate>) -> impl Future<Output = Option<usize>> + Send;

    /// Waits until all that was sent is taken in.
    fn taken_in(&self) -> impl Future<Output = ()> + Send;
}

/// A room as the page shows it.
struct Shown {
    shell: Arc<Shell>,
    key: RoomKey,
    page: Channel,
}

impl Reader for Shown {
    async fn send(&self, updates: Vec<RoomUpdate>) -> Option<usize> {
        if let Some(name) = room_name(&updates) {
            identity::set_name(&self.shell, &self.key, name).await;
        }
        pass(&self.page, updates)
    }

    /// A script that is run behind all of it.
    async fn taken_in(&self) {
        let Some(window) = self.shell.app.get_webview_window(LABEL) else { return };
        let run = Arc::new(Notify::new());
        let has_run = Arc::clone(&run);
        if window.eval_with_callback("0", move |_| has_run.notify_one()).is_ok()
            && timeout(PATIENCE, run.notified()).await.is_err()
        {
            tracing::debug!("the page does not answer");
        }
    }
}

/// Sends on what comes, frame by frame, and waits for the reader where much is on its way.
async fn pace(updates: &mut mpsc::Receiver<Vec<RoomUpdate>>, reader: &impl Reader) {
    let mut under_way = 0;
    while let Some(merged) = next_frame(updates).await {
        let Some(bytes) = reader.send(merged).await else { return };
        under_way += bytes;
        if under_way > UNDER_WAY {
            reader.taken_in().await;
            under_way = 0;
        }
    }
}

/// Passes updates to the page, unless it is gone, and gives how many bytes they are.
pub(crate) fn pass(page: &Channel, updates: Vec<RoomUpdate>) -> Option<usize> {
    let mut bytes = 0;
    for batch in batches(updates) {
        bytes += batch.len();
        if let Err(error) = page.send(InvokeResponseBody::Json(batch)) {
            tracing::debug!(%error, "the page is gone");
            return None;
        }
    }
    Some(bytes)
}

/// Waits for an update, and takes what else comes within a frame.
async fn next_frame(updates: &mut mpsc::Receiver<Vec<RoomUpdate>>) -> Option<Vec<RoomUpdate>> {
    let mut merged = updates.recv().await?;
    // The snapshot is what the user waits for.
    if merged.iter().any(|update| matches!(update, RoomUpdate::Snapshot { .. })) {
        return Some(merged);
    }
    let end = Instant::now() + FRAME;
    let mut size = size_of(&merged);
    while size < MERGED {
        match timeout_at(end, updates.recv()).await {
            Ok(Some(more)) => {
                size += size_of(&more);
                merged.extend(more);
            }
            Ok(None) | Err(_) => break,
        }
    }
    Some(merged)
}

/// How many updates they are, each entry counted.
fn size_of(updates: &[RoomUpdate]) -> usize {
    let size = |update: &RoomUpdate| match update {
        RoomUpdate::Entries { entries } | RoomUpdate::About { entries } => entries.len(),
        _ => 1,
    };
    updates.iter().map(size).sum()
}

fn room_name(updates: &[RoomUpdate]) -> Option<&str> {
    updates.iter().rev().find_map(|update| match update {
        RoomUpdate::Snapshot { room } => room.name.as_deref(),
        RoomUpdate::Welcomed { name, .. } => name.as_deref(),
        _ => None,
    })
}

/// Writes updates as JSON arrays, each within the limit as far as single updates allow.
fn batches(updates: Vec<RoomUpdate>) -> Vec<String> {
    let mut parts = Vec::new();
    for update in updates {
        write_parts(update, &mut parts);
    }
    let mut batches = Vec::new();
    let mut batch = String::new();
    for part in parts {
        if !batch.is_empty() && batch.len() + part.len() + 2 > BATCH_BYTES {
            batches.push(format!("[{batch}]"));
            batch.clear();
        }
        if !batch.is_empty() {
            batch.push(',');
        }
        batch.push_str(&part);
    }
    if !batch.is_empty() {
        batches.push(format!("[{batch}]"));
    }
    batches
}

/// Writes an update; one that only lists entries is halved until its parts fit.
fn write_parts(update: RoomUpdate, parts: &mut Vec<String>) {
    let json = match serde_json::to_string(&update) {
        Ok(json) => json,
        Err(error) => {
            tracing::error!(%error, "an update cannot be written");
            return;
        }
    };
    match update {
        RoomUpdate::Entries { entries } if json.len() + 2 > BATCH_BYTES && entries.len() > 1 => {
            let (older, newer) = halves(entries);
            write_parts(RoomUpdate::Entries { entries: older }, parts);
            write_parts(RoomUpdate::Entries { entries: newer }, parts);
        }
        RoomUpdate::About { entries } if json.len() + 2 > BATCH_BYTES && entries.len() > 1 => {
            let (older, newer) = halves(entries);
            write_parts(RoomUpdate::About { entries: older }, parts);
            write_parts(RoomUpdate::About { entries: newer }, parts);
        }
        _ => parts.push(json),
    }
}

fn halves(mut entries: Vec<Entry>) -> (Vec<Entry>, Vec<Entry>) {
    let newer = entries.split_off(entries.len() / 2);
    (entries, newer)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use hearth_client::{ActState, OwnAct};
    use hearth_protocol::{PostId, Verb};
    use serde_json::{Value, json};

    use super::*;

    fn entries(count: u64, text: &str) -> RoomUpdate {
        let entry = |seq: u64| {
            json!({
                "seq": seq, "prev": seq - 1, "at": "2026-11-22T10:00:00Z",
                "from": { "member": "m1", "nickname": "阿明" }, "kind": "message", "text": text,
            })
        };
        let entries = (1..=count).map(|seq| serde_json::from_value(entry(seq)).expect("an entry"));
        RoomUpdate::Entries { entries: entries.collect() }
    }

    fn line(number: u128) -> RoomUpdate {
        let id = PostId::new(uuid::Uuid::from_u128(number));
        RoomUpdate::Own { act: OwnAct { what: Verb::post(String::new()), id, state: ActState::Sent } }
    }

    /// Reads batches as the page does.
    fn read(batches: &[String]) -> Vec<RoomUpdate> {
        batches
            .iter()
            .flat_map(|batch| serde_json::from_str::<Vec<RoomUpdate>>(batch).expect("a batch"))
            .collect()
    }

    fn seqs(updates: &[RoomUpdate]) -> Vec<u64> {
        let entries = updates.iter().filter_map(|update| match update {
            RoomUpdate::Entries { entries } => Some(entries),
            _ => None,
        });
        entries.flatten().map(|entry| entry.seq.get()).collect()
    }

    #[test]
    fn a_few_updates_are_one_batch() {
        let updates = vec![line(1), entries(2, "你好"), line(2)];
        let written = batches(updates.clone());
        assert_eq!(written.len(), 1);
        assert_eq!(read(&written), updates);
        assert!(batches(Vec::new()).is_empty());
    }

    #[test]
    fn many_entries_pass_in_order_and_in_small_batches() {
        let written = batches(vec![entries(1000, "一行字"), line(1), entries(3, "x")]);
        assert!(written.iter().all(|batch| batch.len() <= BATCH_BYTES), "all are within the limit");
        let expected: Vec<u64> = (1..=1000).chain(1..=3).collect();
        assert_eq!(seqs(&read(&written)), expected);
    }

    #[test]
    fn what_cannot_be_cut_passes_whole() {
        let written = batches(vec![line(1), entries(2, &"火".repeat(5000)), line(2)]);
        assert_eq!(seqs(&read(&written)), [1, 2]);
        assert_eq!(read(&written).first(), Some(&line(1)));
        assert_eq!(read(&written).last(), Some(&line(2)));
        let first: Value = serde_json::from_str(&written[1]).expect("JSON");
        assert_eq!(first.as_array().map(Vec::len), Some(1), "it stands alone");
    }

    /// Who takes in nothing before they are let.
    #[derive(Default)]
    struct Slow {
        sent: AtomicUsize,
        asked: Notify,
        answered: Notify,
    }

    impl Slow {
        fn sent(&self) -> usize {
            self.sent.load(Ordering::Relaxed)
        }
    }

    impl Reader for Slow {
        async fn send(&self, updates: Vec<RoomUpdate>) -> Option<usize> {
            let bytes = bytes_of(updates);
            self.sent.fetch_add(bytes, Ordering::Relaxed);
            Some(bytes)
        }

        async fn taken_in(&self) {
            self.asked.notify_one();
            self.answered.notified().await;
        }
    }

    fn bytes_of(updates: Vec<RoomUpdate>) -> usize {
        batches(updates).iter().map(String::len).sum()
    }

    #[tokio::test]
    async fn who_takes_nothing_in_is_sent_no_more_and_what_waits_for_them_is_bounded() {
        let (sender, mut updates) = mpsc::channel(64);
        let slow = Slow::default();
        let batch = || vec![entries(500, "一行字")];
        let size = bytes_of(batch());
        let said = async {
            for times in 1..=3 {
                // As much is said as fits, until it is asked what of it is taken in.
                loop {
                    tokio::select! {
                        () = slow.asked.notified() => break,
                        room = sender.reserve() => room.expect("it listens").send(batch()),
                    }
                    assert!(slow.sent() <= times * (UNDER_WAY + 3 * size), "{} bytes", slow.sent());
                }
                assert!(slow.sent() > times * UNDER_WAY, "{} bytes", slow.sent());
                assert!(slow.sent() <= times * (UNDER_WAY + 3 * size), "{} bytes", slow.sent());
                // Whoever says more stands before a full channel, as a room does whose reader is behind.
                while sender.try_send(batch()).is_ok() {}
                let before = slow.sent();
                assert!(
                    timeout_at(Instant::now() + 3 * FRAME, sender.reserve()).await.is_err(),
                    "it is full"
                );
                assert_eq!(slow.sent(), before);
                slow.answered.notify_one();
            }
        };
        tokio::select! {
            () = said => {}
            () = pace(&mut updates, &slow) => panic!("it goes on while something is said"),
        }
    }

    #[tokio::test]
    async fn what_comes_within_a_frame_is_merged() {
        let (sender, mut updates) = mpsc::channel(8);
        for number in 0..3 {
            sender.send(vec![line(number)]).await.expect("sent");
        }
        assert_eq!(next_frame(&mut updates).await.map(|merged| merged.len()), Some(3));
        sender.send(vec![line(4)]).await.expect("sent");
        drop(sender);
        assert_eq!(next_frame(&mut updates).await.map(|merged| merged.len()), Some(1));
        assert_eq!(next_frame(&mut updates).await, None);
    }
}

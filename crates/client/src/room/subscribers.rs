//! Subscribers: those who are told what happens in a room. None of them can hold up the session.

use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::sync::mpsc::{self, OwnedPermit, Receiver, Sender, error::TrySendError};

use crate::update::{Cursor, RoomSnapshot, RoomUpdate};

/// Batches that a subscriber may be behind before it gets a fresh snapshot instead of each change. A batch is what one
/// turn of the driver brings, so this is some seconds of a lively room.
const CAPACITY: usize = 64;

/// Answers kept for a subscriber that is behind: a snapshot does not repeat them. More are not asked for at a time.
const ANSWERS: usize = 8;

/// A subscriber that has room again.
pub(crate) struct Freed {
    id: u64,
    /// `None` when it is gone.
    permit: Option<OwnedPermit<Vec<RoomUpdate>>>,
}

/// All subscribers of a room.
#[derive(Default)]
pub(crate) struct Subscribers {
    list: Vec<Subscriber>,
    next_id: u64,
    /// Those whose channel is full, until it has room.
    full: FuturesUnordered<BoxFuture<'static, Freed>>,
}

struct Subscriber {
    id: u64,
    sender: Sender<Vec<RoomUpdate>>,
    /// Up to where it knows the log.
    known: Option<Cursor>,
    /// The answers it must still get, if it is behind.
    behind: Option<Vec<RoomUpdate>>,
}

impl Subscribers {
    /// Adds a subscriber, who is told the snapshot first.
    pub(crate) fn add(&mut self, room: RoomSnapshot, known: Option<&Cursor>) -> Receiver<Vec<RoomUpdate>> {
        let (sender, receiver) = mpsc::channel(CAPACITY);
        let id = self.next_id;
        self.next_id += 1;
        let mut subscriber = Subscriber { id, sender, known: None, behind: None };
        subscriber.offer(vec![RoomUpdate::Snapshot { room: Box::new(room) }], known);
        self.list.push(subscriber);
        receiver
    }

    /// Tells all what happened; the log is known up to `known` after it.
    pub(crate) fn publish(&mut self, updates: &[RoomUpdate], known: Option<&Cursor>) {
        let full = &mut self.full;
        self.list.retain_mut(|subscriber| {
            if let Some(answers) = &mut subscriber.behind {
                answers.extend(updates.iter().filter(|update| is_answer(update)).cloned());
                answers.truncate(ANSWERS);
                return !subscriber.sender.is_closed();
            }
            match subscriber.offer(updates.to_vec(), known) {
                Offered::Taken => true,
                Offered::Gone => false,
                Offered::Full => {
                    let (id, sender) = (subscriber.id, subscriber.sender.clone());
                    full.push(Box::pin(
                        async move { Freed { id, permit: sender.reserve_owned().await.ok() } },
                    ));
                    true
                }
            }
        });
    }

    /// Waits for a subscriber that was full. May be dropped at any time.
    pub(crate) async fn freed(&mut self) -> Freed {
        match self.full.next().await {
            Some(freed) => freed,
            None => std::future::pending().await,
        }
    }

    /// Brings a subscriber up to date. `snapshot` is the room for one who knows the log up to there.
    pub(crate) fn catch_up(
        &mut self,
        freed: Freed,
        known: Option<Cursor>,
        snapshot: impl FnOnce(Option<&Cursor>) -> RoomSnapshot,
    ) {
        let Some(at) = self.list.iter().position(|subscriber| subscriber.id == freed.id) else { return };
        let Some(permit) = freed.permit else {
            self.list.swap_remove(at);
            return;
        };
        let subscriber = &mut self.list[at];
        let room = Box::new(snapshot(subscriber.known.as_ref()));
        let mut batch = vec![RoomUpdate::Snapshot { room }];
        batch.extend(subscriber.behind.take().unwrap_or_default());
        subscriber.known = known;
        permit.send(batch);
    }
}

enum Offered {
    Taken,
    Full,
    Gone,
}

impl Subscriber {
    fn offer(&mut self, batch: Vec<RoomUpdate>, known: Option<&Cursor>) -> Offered {
        match self.sender.try_send(batch) {
            Ok(()) => {
                self.known = known.cloned();
                Offered::Taken
            }
            Err(TrySendError::Closed(_)) => Offered::Gone,
            Err(TrySendError::Full(batch)) => {
                let answers = batch.into_iter().filter(is_answer);
                self.behind = Some(answers.take(ANSWERS).collect());
                Offered::Full
            }
        }
    }
}

/// What was asked for, and stands in no snapshot.
fn is_answer(update: &RoomUpdate) -> bool {
    matches!(update, RoomUpdate::Older { .. } | RoomUpdate::Found { .. } | RoomUpdate::RenameRefused { .. })
}

//! Somebody in a room, by way of our own client.

use std::collections::VecDeque;
use std::time::Duration;

use hearth_client::{
    ConnectError, Credentials, Invitation, RoomClient, RoomOptions, RoomUpdate, Status, Timing, Tuning,
};
use hearth_protocol::{Body, Entry, KeyHash, Nickname, PostId};
use tokio::sync::mpsc;
use tokio::time::timeout;
use uuid::Uuid;

use crate::PATIENCE;

/// Somebody in a room. Dropping it leaves.
#[derive(Debug)]
pub struct Guest {
    client: RoomClient,
    updates: mpsc::Receiver<Vec<RoomUpdate>>,
    waiting: VecDeque<RoomUpdate>,
}

/// Settings for tests: a short time between attempts.
pub fn eager() -> Tuning {
    let backoff = Duration::from_millis(50);
    let timing = Timing {
        backoff_floor: backoff,
        backoff_base: backoff,
        backoff_cap: backoff,
        backoff_absent: backoff,
        ..Timing::default()
    };
    Tuning { timing, ..Tuning::default() }
}

impl Guest {
    /// Joins and waits until that has worked.
    pub async fn join(url: &str, nickname: &str) -> Self {
        let guest = Self::try_join(url, nickname, eager()).await;
        let joined = timeout(PATIENCE, guest.client.joined()).await.expect("an outcome in time");
        joined.unwrap_or_else(|error| panic!("{nickname} joins {url}: {error}"));
        guest
    }

    /// Joins by a link that names this key, and waits until that has worked.
    pub async fn join_by_key(url: &str, key: &KeyHash, nickname: &str) -> Self {
        let guest = Self::start(url, Some(key), nickname, false, eager()).await;
        let joined = timeout(PATIENCE, guest.client.joined()).await.expect("an outcome in time");
        joined.unwrap_or_else(|error| panic!("{nickname} joins {url}: {error}"));
        guest
    }

    /// Why this address cannot be joined by a link that names this key.
    pub async fn refused_by_key(url: &str, key: &KeyHash) -> ConnectError {
        let guest = Self::start(url, Some(key), "阿明", false, eager()).await;
        let joined = timeout(PATIENCE, guest.client.joined()).await.expect("an outcome in time");
        joined.expect_err("no room can be joined there")
    }

    /// Starts to join, and goes on trying until it works.
    pub async fn try_join_and_stay(url: &str, nickname: &str, tuning: Tuning) -> Self {
        Self::start(url, None, nickname, true, tuning).await
    }

    /// Starts to join.
    pub async fn try_join(url: &str, nickname: &str, tuning: Tuning) -> Self {
        Self::start(url, None, nickname, false, tuning).await
    }

    async fn start(
        url: &str,
        key: Option<&KeyHash>,
        nickname: &str,
        keep_trying: bool,
        tuning: Tuning,
    ) -> Self {
        let invitation = Invitation::parse(url).expect("an address or a link");
        let options = RoomOptions {
            address: invitation.address,
            nickname: Nickname::new(nickname).expect("a nickname"),
            token: None,
            key: key.cloned().or(invitation.key),
            credentials: Credentials { secret: invitation.secret, password: None },
            keep_trying,
            keep: None,
            only_lines: false,
        };
        let client = RoomClient::join_with(options, tuning);
        let updates = client.subscribe(None).await;
        Self { client, updates, waiting: VecDeque::new() }
    }

    /// Why this address cannot be joined.
    pub async fn refused(url: &str, tuning: Tuning) -> ConnectError {
        let guest = Self::try_join(url, "阿明", tuning).await;
        let joined = timeout(PATIENCE, guest.client.joined()).await.expect("an outcome in time");
        joined.expect_err("no room can be joined there")
    }

    /// The client itself.
    pub fn client(&self) -> &RoomClient {
        &self.client
    }

    /// Writes a line.
    pub async fn post(&self, text: &str) -> PostId {
        let id = PostId::new(Uuid::now_v7());
        self.client.post(id, text.to_owned()).await;
        id
    }

    /// The next update. Entries come one by one.
    pub async fn update(&mut self) -> RoomUpdate {
        timeout(PATIENCE, self.update_whenever()).await.expect("an update in time")
    }

    /// The same, however long it takes.
    pub async fn update_whenever(&mut self) -> RoomUpdate {
        loop {
            if let Some(update) = self.waiting.pop_front() {
                return update;
            }
            let batch = self.updates.recv().await;
            for update in batch.expect("the session goes on") {
                match update {
                    RoomUpdate::Entries { entries } => {
                        let single =
                            entries.into_iter().map(|entry| RoomUpdate::Entries { entries: vec![entry] });
                        self.waiting.extend(single);
                    }
                    update => self.waiting.push_back(update),
                }
            }
        }
    }

    /// The first thing found in the coming updates.
    pub async fn find<T>(&mut self, mut pick: impl FnMut(&RoomUpdate) -> Option<T>) -> T {
        loop {
            let update = self.update().await;
            if let Some(found) = pick(&update) {
                return found;
            }
        }
    }

    /// The next entry.
    pub async fn entry(&mut self) -> Entry {
        self.find(|update| match update {
            RoomUpdate::Entries { entries } => entries.first().cloned(),
            _ => None,
        })
        .await
    }

    /// The next line of talk: who and what.
    pub async fn line(&mut self) -> (String, String) {
        loop {
            let entry = self.entry().await;
            if let Body::Message { text, .. } = entry.body {
                return (entry.from.nickname.to_string(), text);
            }
        }
    }

    /// Waits until somebody says this.
    pub async fn hear(&mut self, said: &str) {
        while self.line().await.1 != said {}
    }

    /// The next news of the link.
    pub async fn status(&mut self) -> Status {
        self.find(|update| match update {
            RoomUpdate::Status { status } => Some(status.clone()),
            _ => None,
        })
        .await
    }
}

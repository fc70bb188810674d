//! Others in the room, who say lines at a steady pace.

use std::time::Duration;

use hearth_protocol::{Act, ClientFrame, Emoji, Mentions, PostId, Seq, Verb};
use hearth_tests::RawClient;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use uuid::Uuid;

/// They say their lines in so many breaths a second.
const BREATHS: u32 = 20;

/// How long the room may take to tell what was said last.
const SETTLE: Duration = Duration::from_secs(2);

/// Somebody who talks, and listens meanwhile: who does not is a slow reader, and another matter.
#[derive(Debug)]
pub(crate) struct Talker {
    talking: JoinHandle<u32>,
}

impl Talker {
    /// Says so many lines a second, each with its number in marks (`⟦7⟧`) from `first` on.
    pub(crate) async fn begin(url: &str, nickname: &str, first: u32, per_second: u32, seconds: u32) -> Self {
        let (client, _) = RawClient::enter(url, nickname).await;
        Self { talking: tokio::spawn(talk(client, first, per_second, seconds)) }
    }

    /// Waits for the end of it. How many lines were said.
    pub(crate) async fn end(self) -> u32 {
        self.talking.await.expect("no panic")
    }

    pub(crate) fn is_over(&self) -> bool {
        self.talking.is_finished()
    }
}

async fn talk(mut client: RawClient, first: u32, per_second: u32, seconds: u32) -> u32 {
    let breaths = BREATHS.min(per_second);
    let mut pace = interval(Duration::from_secs(1) / breaths);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut said = 0;
    while said < per_second * seconds {
        tokio::select! {
            _ = pace.tick() => for _ in 0..per_second / breaths {
                client.post(&format!("⟦{}⟧ 今晚八点，老地方见，记得带上书", first + said)).await;
                said += 1;
            },
            _ = client.message() => {}
        }
    }
    let end = Instant::now() + SETTLE;
    while timeout(end.saturating_duration_since(Instant::now()), client.message()).await.is_ok() {}
    client.leave().await;
    said
}

/// Somebody who does things one by one.
#[derive(Debug)]
pub(crate) struct Other(RawClient);

impl Other {
    pub(crate) async fn enter(url: &str) -> Self {
        Self(RawClient::enter(url, "阿芳").await.0)
    }

    /// Answers a line.
    pub(crate) async fn answer(&mut self, reply: Seq, text: &str) {
        self.act(Verb::Post { text: text.to_owned(), reply: Some(reply), mentions: Mentions::default() })
            .await;
        self.0.hear(text).await;
    }

    /// Puts an emoji to a line.
    pub(crate) async fn react(&mut self, about: Seq) {
        self.act(Verb::React { about, emoji: Emoji::new("🔥").expect("an emoji"), on: true }).await;
    }

    async fn act(&mut self, what: Verb) {
        let id = Some(PostId::new(Uuid::now_v7()));
        self.0.send(&ClientFrame::Act(Act { what, id })).await;
    }

    pub(crate) async fn leave(self) {
        self.0.leave().await;
    }
}

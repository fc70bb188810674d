//! A guest who reads and does whatever a test asks for, and remembers all that they were told.

use hearth_protocol::{
    Act, Body, ClientFrame, Entry, Hello, Mention, Mentions, PostId, RefusalCode, Role, SearchRequest, Seq,
    ServerFrame, Verb, Welcome,
};
use hearth_tests::{RawClient, TestHost, hello};
use uuid::Uuid;

/// Somebody in a room, with all entries that they were sent.
pub(super) struct Guest {
    pub(super) client: RawClient,
    pub(super) welcome: Welcome,
    pub(super) entries: Vec<Entry>,
}

impl Guest {
    pub(super) async fn enter(host: &TestHost, nickname: &str) -> Self {
        Self::enter_as(host, hello(nickname)).await
    }

    /// The room's owner, who leads in it.
    pub(super) async fn owner(host: &TestHost, nickname: &str) -> Self {
        let owner = Self::enter_as(host, Hello { secret: Some(host.pass()), ..hello(nickname) }).await;
        assert_eq!(owner.welcome.role, Role::Owner);
        owner
    }

    pub(super) async fn enter_as(host: &TestHost, hello: Hello) -> Self {
        let (client, welcome) = RawClient::enter_as(&host.url(), hello).await;
        Self { client, welcome, entries: Vec::new() }
    }

    pub(super) async fn frame(&mut self) -> ServerFrame {
        let frame = self.client.frame().await;
        if let ServerFrame::Entry(entry) = &frame {
            self.entries.push(entry.clone());
        }
        frame
    }

    /// Sends an act, and waits for what the host says to it.
    pub(super) async fn sends(&mut self, act: &Act) -> Result<Seq, RefusalCode> {
        self.client.send(&ClientFrame::Act(act.clone())).await;
        loop {
            match self.frame().await {
                ServerFrame::Ack(ack) if Some(ack.id) == act.id => return Ok(ack.seq),
                ServerFrame::Refused(refused) if refused.id == act.id => return Err(refused.code),
                _ => {}
            }
        }
    }

    /// Does something, and waits until it is in the log.
    pub(super) async fn does(&mut self, what: Verb) -> Seq {
        self.sends(&act(what)).await.expect("it is done")
    }

    /// All that was said up to this place, as it was told.
    pub(super) async fn told(&mut self, to: Seq) -> Vec<Body> {
        while self.entries.last().is_none_or(|entry| entry.seq < to) {
            self.frame().await;
        }
        self.entries.iter().filter(|entry| entry.seq <= to).map(|entry| entry.body.clone()).collect()
    }

    /// Asks, and waits for the answer. What was said about its lines comes before it.
    pub(super) async fn asks(&mut self, question: &ClientFrame) -> (Vec<Entry>, ServerFrame) {
        self.client.send(question).await;
        let mut about = Vec::new();
        loop {
            match self.frame().await {
                ServerFrame::About(more) => about.extend(more.entries),
                answer @ (ServerFrame::Page(_) | ServerFrame::Found(_) | ServerFrame::Lines(_)) => {
                    return (about, answer);
                }
                _ => {}
            }
        }
    }

    /// What a search finds, and what was said about that.
    pub(super) async fn finds(&mut self, query: &str) -> (Vec<Seq>, Vec<Entry>) {
        let question = SearchRequest { query: query.to_owned(), before: None, limit: 10 };
        let (about, answer) = self.asks(&ClientFrame::Search(question)).await;
        let ServerFrame::Found(found) = answer else { panic!("{answer:?}") };
        (found.entries.iter().map(|entry| entry.seq).collect(), about)
    }

    pub(super) fn mention(&self) -> Mentions {
        let mention =
            Mention { member: self.welcome.you.member.clone(), nickname: self.welcome.you.nickname.clone() };
        Mentions { members: vec![mention], everyone: false }
    }
}

/// Something that is done, under an id of its own.
pub(super) fn act(what: Verb) -> Act {
    Act { what, id: Some(PostId::new(Uuid::now_v7())) }
}

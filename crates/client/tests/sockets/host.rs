//! A host that keeps its promises, over sockets: members by token, posts stored once, history and resume. It outlives its
//! connections, as a host's database does.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{
    Ack, Act, Author, Body, ClientFrame, Entry, Hello, Limits, LogId, MemberId, MemberToken, Page, PostId,
    Role, RoomInfo, Rules, Seq, ServerFrame, Verb, Welcome, You, decode_client, encode,
};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;

use crate::support::*;

#[derive(Debug, Clone)]
pub(crate) struct Host {
    room: Arc<Mutex<Room>>,
    head: Arc<watch::Sender<Seq>>,
}

#[derive(Debug, Default)]
pub(crate) struct Room {
    pub(crate) log: Vec<Entry>,
    members: Vec<MemberToken>,
    stored: HashMap<(MemberId, PostId), Seq>,
}

impl Host {
    /// With so many entries by somebody else.
    pub(crate) fn new(entries: u64) -> Self {
        let mut room = Room::default();
        for n in 1..=entries {
            room.append(MemberId::new("li").expect("an id"), None, format!("第 {n} 行"));
        }
        let head = Arc::new(watch::Sender::new(room.head()));
        Self { room: Arc::new(Mutex::new(room)), head }
    }

    pub(crate) fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().expect("nobody panicked")
    }

    pub(crate) async fn serve(&self) -> Server {
        let host = self.clone();
        serve(move |stream, _| {
            let host = host.clone();
            async move {
                if let Some(socket) = accept(stream, as_hearth).await {
                    host.talk(socket).await;
                }
            }
        })
        .await
    }

    /// Somebody else says something.
    pub(crate) fn speak(&self, text: &str) -> Seq {
        let seq = self.room().append(MemberId::new("li").expect("an id"), None, text.to_owned());
        self.head.send_replace(seq);
        seq
    }

    /// Waits until the log stands there.
    pub(crate) async fn reaches(&self, seq: Seq) {
        let mut head = self.head.subscribe();
        let reached = tokio::time::timeout(IN_TIME, head.wait_for(|head| *head >= seq)).await;
        reached.expect("in time").expect("the host lives");
    }

    async fn talk(self, mut socket: Socket) {
        let Some(ClientFrame::Hello(hello)) = hear(&mut socket).await else { return };
        let (welcome, member) = self.room().greet(hello);
        let mut served = welcome.after;
        say(&mut socket, &ServerFrame::Welcome(Box::new(welcome))).await;
        let mut head = self.head.subscribe();
        loop {
            let news: Vec<Entry> =
                self.room().log.iter().filter(|entry| entry.seq > served).cloned().collect();
            for entry in news {
                served = entry.seq;
                say(&mut socket, &ServerFrame::Entry(entry)).await;
            }
            tokio::select! {
                _ = head.changed() => {}
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        let answer = match decode_client(&text).expect("a frame") {
                            ClientFrame::Act(Act { what: Verb::Post { text, .. }, id: Some(id) }) => {
                                self.store(&member, id, text)
                            }
                            ClientFrame::History(request) => {
                                let room = self.room();
                                let mut entries: Vec<_> =
                                    room.log.iter().filter(|e| e.seq < request.before).cloned().collect();
                                let more = entries.len() > 100;
                                entries.drain(..entries.len().saturating_sub(100));
                                let (before, after) = (request.before, request.after);
                                ServerFrame::Page(Page { before, after, entries, more })
                            }
                            _ => continue,
                        };
                        if socket.send(Message::text(encode(&answer))).await.is_err() {
                            return;
                        }
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                }
            }
        }
    }

    fn store(&self, member: &MemberId, id: PostId, text: String) -> ServerFrame {
        let mut room = self.room();
        let key = (member.clone(), id);
        let known = room.stored.get(&key).copied();
        let seq = known.unwrap_or_else(|| {
            let seq = room.append(member.clone(), Some(id), text);
            room.stored.insert(key, seq);
            seq
        });
        drop(room);
        self.head.send_replace(seq);
        ServerFrame::Ack(Ack { id, seq })
    }
}

impl Room {
    pub(crate) fn head(&self) -> Seq {
        self.log.last().map_or(Seq::ZERO, |entry| entry.seq)
    }

    fn greet(&mut self, hello: Hello) -> (Welcome, MemberId) {
        let number = hello.token.and_then(|token| self.members.iter().position(|known| *known == token));
        let number = number.unwrap_or_else(|| {
            self.members.push(MemberToken::from_random(self.members.len() as u128));
            self.members.len() - 1
        });
        let member = MemberId::new(&format!("member-{number}")).expect("an id");
        let log = LogId::new("log").expect("an id");
        let after = hello.after.filter(|_| hello.log.as_ref() == Some(&log));
        let welcome = Welcome {
            room: RoomInfo { name: "围炉".to_owned(), key: None, owner: None },
            you: You { member: member.clone(), nickname: nickname(&hello.nickname) },
            token: self.members[number].clone(),
            role: Role::default(),
            rules: Rules::default(),
            people: Vec::new(),
            online: 1,
            log,
            head: self.head(),
            after: after.unwrap_or_else(|| seq(self.head().get().saturating_sub(50))),
            limits: Limits::V1,
            talk: true,
        };
        (welcome, member)
    }

    fn append(&mut self, member: MemberId, id: Option<PostId>, text: String) -> Seq {
        let prev = self.head();
        self.log.push(Entry {
            seq: prev.next(),
            prev,
            at: "2026-01-05T09:04:00Z".parse().expect("a time"),
            from: Author { member, nickname: nickname("小红") },
            id,
            body: Body::Message { text, time: None },
        });
        prev.next()
    }
}

//! What an app of before acts about lines kept of a room of today counts after its update.

use super::*;

/// The app in a room that it keeps.
struct App {
    client: RoomClient,
    updates: mpsc::Receiver<Vec<RoomUpdate>>,
}

impl App {
    async fn start(url: &str, keep: Option<&Path>) -> Self {
        let options = RoomOptions {
            address: Invitation::parse(url).expect("an address").address,
            nickname: Nickname::new("老陈").expect("a nickname"),
            token: None,
            key: None,
            credentials: Credentials::default(),
            keep_trying: true,
            keep: keep.map(Path::to_owned),
            only_lines: false,
        };
        let client = RoomClient::join_with(options, eager());
        let updates = client.subscribe(None).await;
        Self { client, updates }
    }

    async fn find<T>(&mut self, mut pick: impl FnMut(&RoomUpdate) -> Option<T>) -> T {
        loop {
            let batch = timeout(PATIENCE, self.updates.recv()).await.expect("in time").expect("it goes on");
            if let Some(found) = batch.iter().find_map(&mut pick) {
                return found;
            }
        }
    }

    async fn snapshot(&mut self) -> RoomSnapshot {
        self.find(|update| match update {
            RoomUpdate::Snapshot { room } => Some(RoomSnapshot::clone(room)),
            _ => None,
        })
        .await
    }

    async fn finds(&mut self, query: &str) -> Vec<Seq> {
        let request = SearchRequest { query: query.to_owned(), before: None, limit: 10 };
        self.client.send(RoomCommand::Search(request)).await;
        self.find(|update| match update {
            RoomUpdate::Found { found, .. } => Some(found.entries.iter().map(|entry| entry.seq).collect()),
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn what_an_old_app_kept_of_a_room_of_today_counts_after_its_update() {
    const GONE: [&str; 2] = ["qzx绝密的原话jk", "qzy机密的改口jk"];
    let (folder, file) = copy_of("copy-v5.db", "room.db");
    assert!(
        GONE.iter().all(|text| found_in(folder.path(), text).is_some()),
        "the old app knew of no removal"
    );
    let mut app = App::start(&format!("ws://127.0.0.1:{}", free_port()), Some(&file)).await;
    let room = app.snapshot().await;
    let at = |text: &str| {
        let is = |entry: &&Entry| matches!(&entry.body, Body::Message { text: said, .. } if said == text);
        room.entries.iter().find(is).unwrap_or_else(|| panic!("{text} is there")).seq
    };
    let (plan, other, answer) = (at("今晚部署"), at("别的"), at("@阿明 好"));
    let about: Vec<_> =
        room.entries.iter().filter(|entry| entry.body.about().is_some()).map(|entry| &entry.body).collect();
    let [
        Body::Removed { about: gone },
        Body::Edited { about: changed, text, .. },
        Body::Reacted { about: liked, .. },
        Body::Addressed { about: answering, reply, .. },
    ] = about[..]
    else {
        panic!("{about:?}");
    };
    assert_eq!(
        (*changed, &**text, *liked, *answering, *reply),
        (plan, "明天上线", plan, answer, Some(other))
    );
    let erased: Vec<_> =
        room.entries.iter().filter(|entry| entry.body == Body::Erased).map(|entry| entry.seq).collect();
    assert_eq!((erased.len(), erased[0]), (2, *gone), "the line, and what was said about it");
    assert!(!room.entries.iter().any(|entry| matches!(entry.body, Body::Unknown(_))), "{:?}", room.entries);
    // What was not sent waits, and what was typed is there.
    let own: Vec<_> = room.own.iter().map(|act| (act.what.text(), &act.state)).collect();
    assert_eq!(own, [(Some("没有送到的"), &ActState::Queued)]);
    assert_eq!(room.draft, "写到一半");
    for (query, found) in
        [("qzx", vec![]), ("qzy", vec![]), ("部署", vec![]), ("上线", vec![plan]), ("别的", vec![other])]
    {
        assert_eq!(app.finds(query).await, found, "{query}");
    }
    for text in GONE {
        assert_eq!(found_in(folder.path(), text), None, "{text} is still there");
    }
    app.client.leave().await;
}

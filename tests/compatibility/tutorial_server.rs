//! Our client in the tutorial's room: a real Node with the package `ws`, alone and behind Express, and one that
//! chooses no subprotocol.

use hearth_client::{ActState, RoomUpdate, Status};
use hearth_protocol::{Body, Dialect};
use hearth_tests::{Guest, NodeServer, RawClient, http, tell};
use serde_json::{Value, json};

#[tokio::test]
async fn we_talk_in_the_tutorials_room() {
    talk(NodeServer::start("tutorial.mjs", &[]).await).await;
}

#[tokio::test]
async fn we_talk_in_the_tutorials_room_behind_express() {
    let server = NodeServer::start("tutorial-express.mjs", &[]).await;
    let address = server.url().strip_prefix("ws://").expect("an address");
    assert_eq!(http::get(address, "/").await.status, 200, "the web page is on the same port");
    talk(server).await;
}

#[tokio::test]
async fn we_talk_where_the_offered_subprotocol_is_not_chosen() {
    talk(NodeServer::start("tutorial.mjs", &["--choose-none"]).await).await;
}

#[tokio::test]
async fn we_come_back_when_the_tutorials_server_does() {
    come_back(NodeServer::start("tutorial.mjs", &[]).await).await;
}

#[tokio::test]
async fn we_come_back_when_the_server_behind_express_does() {
    come_back(NodeServer::start("tutorial-express.mjs", &[]).await).await;
}

async fn talk(server: NodeServer) {
    let mut ming = Guest::join(server.url(), "阿明").await;
    assert_eq!(*ming.client().status().borrow(), Status::Connected { dialect: Dialect::Classic });
    assert_eq!(who_comes(&mut ming).await, "阿明");

    let mut wei = Guest::join(server.url(), "Wei").await;
    assert_eq!(who_comes(&mut ming).await, "Wei");

    // A web client of the tutorial sits beside them, and sees what it expects.
    let mut page = RawClient::classic(server.url()).await.expect("a connection");
    page.send_text(json!({"nickname": "网页", "message": "加入聊天", "time": "10-22 9:4:0"}).to_string())
        .await;
    assert_eq!(who_comes(&mut ming).await, "网页");

    let id = ming.post("大家好 😅🏮").await;
    let (mut confirmed, mut states) = (0, Vec::new());
    // Wei answers, so that whatever the room still sends of the line has come before the answer.
    assert_eq!(wei.line().await, ("阿明".into(), "大家好 😅🏮".into()));
    wei.post("收到").await;
    loop {
        match ming.update().await {
            RoomUpdate::Own { act } if act.id == id => states.push(act.state),
            RoomUpdate::Entries { entries } if is_line(&entries[0].body, "大家好 😅🏮") => {
                assert_eq!(entries[0].id, Some(id), "it is known as one's own");
                confirmed += 1;
            }
            RoomUpdate::Entries { entries } if is_line(&entries[0].body, "收到") => break,
            _ => {}
        }
    }
    assert_eq!(confirmed, 1);
    assert_eq!(states, [ActState::Queued, ActState::Sent]);

    let lines = [next_talk(&mut page).await, next_talk(&mut page).await];
    assert_eq!(lines[0]["nickname"], "阿明");
    assert_eq!((&lines[0]["message"], &lines[0]["status"]), (&json!("大家好 😅🏮"), &json!(1)));
    assert!(lines[0]["time"].as_str().is_some_and(|time| time.contains(':')), "{}", lines[0]);
    assert_eq!((&lines[1]["nickname"], &lines[1]["message"]), (&json!("Wei"), &json!("收到")));

    page.leave().await;
    assert_eq!(who_goes(&mut ming).await, "网页");
    wei.client().leave().await;
    assert_eq!(who_goes(&mut ming).await, "Wei");
}

async fn come_back(mut server: NodeServer) {
    let mut ming = Guest::join(server.url(), "阿明").await;
    ming.post("之前").await;
    assert_eq!(ming.line().await.1, "之前");

    server.kill().await;
    let mut attempts = 0;
    while attempts == 0 {
        match ming.status().await {
            Status::Reconnecting { attempt, .. } => attempts = attempt,
            status => assert!(matches!(status, Status::Connected { .. } | Status::Connecting), "{status:?}"),
        }
    }
    let id = ming.post("断线时写的").await;
    let state = ming.find(|update| match update {
        RoomUpdate::Own { act } if act.id == id => Some(act.state.clone()),
        _ => None,
    });
    assert_eq!(state.await, ActState::Queued);

    server.start_again().await;
    loop {
        match ming.status().await {
            Status::Reconnecting { attempt, .. } => attempts = attempt,
            status => break assert_eq!(status, Status::Connected { dialect: Dialect::Classic }),
        }
    }
    let entry = loop {
        let entry = ming.entry().await;
        if matches!(entry.body, Body::Message { .. }) {
            break entry;
        }
    };
    assert_eq!((entry.id, is_line(&entry.body, "断线时写的")), (Some(id), true), "{entry:?}");
    tell(&format!("back after {attempts} attempts"));
}

async fn who_comes(guest: &mut Guest) -> String {
    let entry = guest.entry().await;
    assert_eq!(entry.body, Body::Joined { dialect: Dialect::Classic }, "{entry:?}");
    entry.from.nickname.to_string()
}

async fn who_goes(guest: &mut Guest) -> String {
    let entry = guest.entry().await;
    assert_eq!(entry.body, Body::Left, "{entry:?}");
    entry.from.nickname.to_string()
}

fn is_line(body: &Body, expected: &str) -> bool {
    matches!(body, Body::Message { text, .. } if text == expected)
}

/// The next message that is talk, as a web client gets it.
async fn next_talk(page: &mut RawClient) -> Value {
    loop {
        let message: Value = serde_json::from_str(&page.text().await).expect("JSON");
        if message["message"] != "加入聊天" {
            return message;
        }
    }
}

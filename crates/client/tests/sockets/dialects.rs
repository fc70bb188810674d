//! Which dialect a server speaks, found out as the protocol says.

use crate::support::*;
use futures_util::{SinkExt, StreamExt};
use hearth_client::{RoomUpdate, Status};
use hearth_protocol::{Body, Dialect, classic::ClassicMessage};
use http::HeaderMap;
use tokio::{io::AsyncWriteExt, sync::mpsc};
use tokio_tungstenite::tungstenite::Message;

/// A chat server of the classic kind: what comes goes back to the sender with status 1.
async fn echo_chat(mut socket: Socket) {
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else { continue };
        let mut message = ClassicMessage::parse(&text).expect("our client writes well");
        message.status = Some(1);
        let _ = socket.send(Message::text(hearth_protocol::encode(&message))).await;
    }
}

pub(crate) async fn classic_server(
    answer: impl Fn(&HeaderMap, &mut HeaderMap) + Clone + Send + Sync + Unpin + 'static,
) -> (Server, mpsc::UnboundedReceiver<usize>) {
    let (numbers, connections) = mpsc::unbounded_channel();
    let server = serve(move |stream, number| {
        let (numbers, answer) = (numbers.clone(), answer.clone());
        async move {
            let _ = numbers.send(number);
            if let Some(socket) = accept(stream, answer).await {
                echo_chat(socket).await;
            }
        }
    })
    .await;
    (server, connections)
}

fn connections(mut numbers: mpsc::UnboundedReceiver<usize>) -> usize {
    std::iter::from_fn(|| numbers.try_recv().ok()).count()
}

#[tokio::test]
async fn hearths_header_means_v1() {
    let server = serve(|stream, _| async {
        let mut socket = accept(stream, as_hearth).await.expect("a client");
        hear(&mut socket).await;
        say(&mut socket, &welcome(seq(0), seq(0))).await;
        while hear(&mut socket).await.is_some() {}
    })
    .await;
    let room = join(&server.address);
    assert_eq!(room.joined().await, Ok(()));
    assert_eq!(*room.status().borrow(), Status::Connected { dialect: Dialect::V1 });
    assert_eq!(room.identity().await.expect("a token").as_str(), "secret");
}

#[tokio::test]
async fn an_echoed_subprotocol_proves_nothing_and_the_connection_is_kept() {
    let (server, numbers) = classic_server(echo_subprotocol).await;
    let room = join(&server.address);
    assert_eq!(room.joined().await, Ok(()));
    assert_eq!(*room.status().borrow(), Status::Connected { dialect: Dialect::Classic });
    assert_eq!(connections(numbers), 1);
}

#[tokio::test]
async fn a_server_that_chooses_no_subprotocol_is_asked_again_without_one() {
    let (server, numbers) = classic_server(plain).await;
    let room = join(&server.address);
    assert_eq!(room.joined().await, Ok(()));
    assert_eq!(*room.status().borrow(), Status::Connected { dialect: Dialect::Classic });
    assert_eq!(connections(numbers), 2);
}

#[tokio::test]
async fn a_server_that_refuses_an_offer_is_asked_again_without_one() {
    let server = serve(|mut stream, number| async move {
        if number == 0 {
            let head = read_head(&mut stream).await;
            assert!(head.contains("sec-websocket-protocol"));
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
        } else if let Some(socket) = accept(stream, plain).await {
            echo_chat(socket).await;
        }
    })
    .await;
    let room = join(&server.address);
    assert_eq!(room.joined().await, Ok(()));
    assert_eq!(*room.status().borrow(), Status::Connected { dialect: Dialect::Classic });
}

#[tokio::test]
async fn talk_on_a_classic_server_is_confirmed_by_coming_back() {
    let (server, _numbers) = classic_server(echo_subprotocol).await;
    let room = join(&server.address);
    let mut updates = room.subscribe(None).await;
    room.post(post_id(1), "你好 🔥".to_owned()).await;
    let entries = |update: &RoomUpdate| match update {
        RoomUpdate::Entries { entries } => entries.iter().find(|entry| entry.id.is_some()).cloned(),
        _ => None,
    };
    let entry = find(&mut updates, entries).await;
    assert_eq!(entry.id, Some(post_id(1)));
    assert!(matches!(entry.body, Body::Message { text, time: Some(_) } if text == "你好 🔥"));
    room.leave().await;
}

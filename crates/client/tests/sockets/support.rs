//! Servers of every kind on ports of their own, and a client in a hurry.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hearth_client::{Credentials, JoinAddress, RoomClient, RoomOptions, RoomUpdate, Status, Timing, Tuning};
use hearth_protocol::{
    ClientFrame, Limits, LogId, MemberId, MemberToken, Nickname, PROTOCOL_HEADER, PROTOCOL_VERSION, PostId,
    Role, RoomInfo, Rules, SUBPROTOCOL, Seq, ServerFrame, Welcome, You, decode_client, encode,
};
use http::{HeaderMap, HeaderValue, header::SEC_WEBSOCKET_PROTOCOL};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{ErrorResponse, Request, Response},
    },
};
use uuid::Uuid;

/// What a busy machine may take for something that is sure to come.
pub(crate) const IN_TIME: Duration = Duration::from_secs(20);

pub(crate) type Socket<S = TcpStream> = WebSocketStream<S>;

pub(crate) trait Io: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Io for S {}

/// A listening port, and what serves it until this is dropped.
pub(crate) struct Server {
    pub(crate) address: JoinAddress,
    _tasks: JoinSet<()>,
}

/// Serves every connection by a function of its own, which gets the connection's number.
pub(crate) async fn serve<F, T>(each: F) -> Server
where
    F: Fn(TcpStream, usize) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let (listener, address) = listen().await;
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        for number in 0.. {
            let Ok((stream, _)) = listener.accept().await else { return };
            connections.spawn(each(stream, number));
        }
    });
    Server { address, _tasks: tasks }
}

pub(crate) async fn listen() -> (TcpListener, JoinAddress) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, JoinAddress::parse(&format!("127.0.0.1:{port}")).expect("an address"))
}

/// Reads a request's head and gives it, in lower case.
pub(crate) async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).to_lowercase()
}

/// A server that gives every connection the same answer, and tells the requests.
pub(crate) async fn answering(answer: &'static str) -> (Server, mpsc::UnboundedReceiver<String>) {
    let (heads, requests) = mpsc::unbounded_channel();
    let server = serve(move |mut stream, _| {
        let heads = heads.clone();
        async move {
            let _ = heads.send(read_head(&mut stream).await);
            let _ = stream.write_all(answer.as_bytes()).await;
            // Open until the other side goes: the answer alone must do.
            let _ = stream.read_u8().await;
        }
    })
    .await;
    (server, requests)
}

/// Accepts a WebSocket connection. `answer` adds headers to the response, seeing those of the request.
#[expect(clippy::result_large_err, reason = "tungstenite's callback")]
pub(crate) async fn accept<S: Io>(
    stream: S,
    answer: impl Fn(&HeaderMap, &mut HeaderMap) + Unpin,
) -> Option<Socket<S>> {
    let callback = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        answer(request.headers(), response.headers_mut());
        Ok(response)
    };
    accept_hdr_async(stream, callback).await.ok()
}

/// What a Hearth host answers.
pub(crate) fn as_hearth(request: &HeaderMap, response: &mut HeaderMap) {
    echo_subprotocol(request, response);
    response.insert(PROTOCOL_HEADER, HeaderValue::from_static(PROTOCOL_VERSION));
}

/// What the popular Node server answers.
pub(crate) fn echo_subprotocol(request: &HeaderMap, response: &mut HeaderMap) {
    if let Some(offer) = request.get(SEC_WEBSOCKET_PROTOCOL) {
        assert_eq!(offer, SUBPROTOCOL);
        response.insert(SEC_WEBSOCKET_PROTOCOL, offer.clone());
    }
}

/// Does nothing for the subprotocol, which a strict client does not accept.
pub(crate) fn plain(_: &HeaderMap, _: &mut HeaderMap) {}

pub(crate) async fn say<S: Io>(socket: &mut Socket<S>, frame: &ServerFrame) {
    let _ = socket.send(Message::text(encode(frame))).await;
}

/// The next frame of a v1 client; `None` at the end.
pub(crate) async fn hear<S: Io>(socket: &mut Socket<S>) -> Option<ClientFrame> {
    loop {
        match socket.next().await? {
            Ok(Message::Text(text)) => return Some(decode_client(&text).expect("a frame")),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

pub(crate) fn welcome(after: Seq, head: Seq) -> ServerFrame {
    let member = MemberId::new("me").expect("an id");
    ServerFrame::Welcome(Box::new(Welcome {
        room: RoomInfo { name: "围炉".to_owned(), key: None, owner: None },
        you: You { member, nickname: nickname("阿明") },
        token: MemberToken::new("secret").expect("a token"),
        role: Role::default(),
        rules: Rules::default(),
        people: Vec::new(),
        online: 1,
        log: LogId::new("log").expect("an id"),
        head,
        after,
        limits: Limits::V1,
        talk: true,
    }))
}

pub(crate) fn seq(n: u64) -> Seq {
    Seq::try_from(n).expect("a number")
}

pub(crate) fn nickname(name: &str) -> Nickname {
    Nickname::new(name).expect("a nickname")
}

pub(crate) fn post_id(n: u128) -> PostId {
    PostId::new(Uuid::from_u128(n))
}

pub(crate) fn options(address: &JoinAddress) -> RoomOptions {
    RoomOptions {
        address: address.clone(),
        nickname: nickname("阿明"),
        token: None,
        key: None,
        credentials: Credentials::default(),
        keep_trying: false,
        keep: None,
        only_lines: false,
    }
}

pub(crate) fn join(address: &JoinAddress) -> RoomClient {
    RoomClient::join(options(address))
}

/// Times short enough for a test that waits for them, long enough for a busy machine.
pub(crate) fn hasty() -> Tuning {
    let timing = Timing {
        connect: Duration::from_millis(700),
        ping: Duration::from_millis(200),
        silent: Duration::from_millis(600),
        backoff_floor: Duration::from_millis(10),
        backoff_base: Duration::from_millis(50),
        backoff_cap: Duration::from_millis(100),
        backoff_absent: Duration::from_millis(100),
        ..Timing::default()
    };
    Tuning { timing, ..Tuning::default() }
}

/// A silence that is short, and longer than a busy machine keeps a peer from answering.
pub(crate) fn with_silence(silent: Duration) -> Tuning {
    let mut tuning = hasty();
    tuning.timing.silent = silent;
    tuning
}

/// Waits for a status, at most [`IN_TIME`].
pub(crate) async fn reaches(room: &RoomClient, wanted: impl Fn(&Status) -> bool) -> Status {
    let mut status = room.status();
    let reached = tokio::time::timeout(IN_TIME, status.wait_for(|status| wanted(status))).await;
    reached.expect("in time").expect("the room lives").clone()
}

/// Reads updates until one is found, at most [`IN_TIME`].
pub(crate) async fn find<T>(
    updates: &mut mpsc::Receiver<Vec<RoomUpdate>>,
    mut wanted: impl FnMut(&RoomUpdate) -> Option<T>,
) -> T {
    let search = async {
        loop {
            let batch = updates.recv().await.expect("the room lives");
            if let Some(found) = batch.iter().find_map(&mut wanted) {
                return found;
            }
        }
    };
    tokio::time::timeout(IN_TIME, search).await.expect("in time")
}

#[expect(clippy::disallowed_methods, reason = "tests over real sockets run in real time")]
pub(crate) fn now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

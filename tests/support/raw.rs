//! A client that speaks the wire protocol in the raw.

use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{
    Act, Body, ClientFrame, Entry, Hello, PostId, ROOM_SERVER_NAME, SUBPROTOCOL, ServerFrame, Welcome,
    decode_server, encode,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

use crate::{PATIENCE, tls};

/// The least that the kernel grants a socket to receive into, give or take.
const NARROW: u32 = 4096;

/// What a connection runs over.
pub trait Wire: AsyncRead + AsyncWrite + Debug + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Debug + Send + Unpin> Wire for S {}

/// A WebSocket connection and nothing else: no session, no memory, no reconnecting.
#[derive(Debug)]
pub struct RawClient {
    ws: WebSocketStream<Box<dyn Wire>>,
}

impl RawClient {
    /// Connects, offering `hearth.v1`.
    pub async fn v1(url: &str) -> Result<Self, tungstenite::Error> {
        Self::connect(url, Some(SUBPROTOCOL), None).await
    }

    /// Connects, offering nothing, as classic clients do.
    pub async fn classic(url: &str) -> Result<Self, tungstenite::Error> {
        Self::connect(url, None, None).await
    }

    /// Connects with these headers.
    pub async fn connect(
        url: &str,
        offer: Option<&'static str>,
        origin: Option<&str>,
    ) -> Result<Self, tungstenite::Error> {
        let mut request = url.into_client_request()?;
        if let Some(offer) = offer {
            request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(offer));
        }
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("a header value"));
        }
        let place = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        Self::over(TcpStream::connect(place).await?, request).await
    }

    /// The same over a connection that is there already, which may be one by TLS.
    async fn over(wire: impl Wire + 'static, request: Request) -> Result<Self, tungstenite::Error> {
        let (ws, _) = client_async(request, Box::new(wire) as Box<dyn Wire>).await?;
        Ok(Self { ws })
    }

    /// Connects by TLS, whatever key is shown, offering this.
    pub async fn by_tls(addr: SocketAddr, offer: Option<&'static str>) -> Result<Self, tungstenite::Error> {
        Self::by_tls_over(TcpStream::connect(addr).await?, offer).await
    }

    async fn by_tls_over(tcp: TcpStream, offer: Option<&'static str>) -> Result<Self, tungstenite::Error> {
        let mut request = format!("wss://{}", tcp.peer_addr()?).into_client_request()?;
        if let Some(offer) = offer {
            request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(offer));
        }
        Self::over(tls::shake_hands(tcp, ROOM_SERVER_NAME).await?, request).await
    }

    /// Connects as [`Self::v1`] does, by way of a reverse proxy that has seen this address.
    pub async fn forwarded(url: &str, address: &str) -> Result<Self, tungstenite::Error> {
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        request.headers_mut().insert("x-forwarded-for", address.parse().expect("a header value"));
        let place = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        Self::over(TcpStream::connect(place).await?, request).await
    }

    /// Connects as [`Self::v1`] does, with a socket into which the kernel takes little: what this client does not read
    /// piles up at the host, not here.
    pub async fn v1_through_a_narrow_socket(url: &str) -> Result<Self, tungstenite::Error> {
        let addr =
            url.strip_prefix("ws://").and_then(|addr| addr.parse().ok()).expect("an address of numbers");
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        Self::over(narrow(addr).await?, request).await
    }

    /// The same by TLS.
    pub async fn v1_by_tls_through_a_narrow_socket(addr: SocketAddr) -> Result<Self, tungstenite::Error> {
        Self::by_tls_over(narrow(addr).await?, Some(SUBPROTOCOL)).await
    }

    /// Connects and says hello.
    pub async fn enter(url: &str, nickname: &str) -> (Self, Welcome) {
        Self::enter_as(url, hello(nickname)).await
    }

    /// Connects and says this hello.
    pub async fn enter_as(url: &str, hello: Hello) -> (Self, Welcome) {
        let mut client = Self::v1(url).await.expect("a connection");
        let welcome = client.greet(hello).await;
        (client, welcome)
    }

    /// Says hello on this connection.
    pub async fn greet(&mut self, hello: Hello) -> Welcome {
        self.send(&ClientFrame::Hello(hello)).await;
        match self.frame().await {
            ServerFrame::Welcome(welcome) => *welcome,
            other => panic!("a welcome, not {other:?}"),
        }
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_text(encode(frame)).await;
    }

    /// Sends a text as it is.
    pub async fn send_text(&mut self, text: impl Into<String>) {
        self.ws.send(Message::text(text.into())).await.expect("sent");
    }

    /// Posts a line under a new id.
    pub async fn post(&mut self, text: &str) -> PostId {
        let id = PostId::new(Uuid::now_v7());
        self.send(&ClientFrame::Act(Act::post(id, text))).await;
        id
    }

    /// The next message; `None` at the end of the connection.
    pub async fn message(&mut self) -> Option<Message> {
        let next = timeout(PATIENCE, self.ws.next()).await.expect("a message in time");
        next.and_then(Result::ok)
    }

    /// The next text. Pings may come meanwhile, and do not make the wait longer.
    pub async fn text(&mut self) -> String {
        let text = async {
            loop {
                match self.message().await {
                    Some(Message::Text(text)) => return text.to_string(),
                    Some(Message::Ping(_) | Message::Pong(_)) => {}
                    other => panic!("a text, not {other:?}"),
                }
            }
        };
        timeout(PATIENCE, text).await.expect("a text in time")
    }

    /// The next frame.
    pub async fn frame(&mut self) -> ServerFrame {
        let text = self.text().await;
        decode_server(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The next entry; other frames are passed over.
    pub async fn entry(&mut self) -> Entry {
        loop {
            if let ServerFrame::Entry(entry) = self.frame().await {
                return entry;
            }
        }
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

    /// The next entry with words.
    pub async fn line_entry(&mut self) -> Entry {
        loop {
            let entry = self.entry().await;
            if matches!(entry.body, Body::Message { .. }) {
                return entry;
            }
        }
    }

    /// The code of the close frame that ends the connection; messages before it are passed over.
    pub async fn close_code(&mut self) -> Option<u16> {
        loop {
            if let Message::Close(frame) = self.message().await? {
                return frame.map(|frame| frame.code.into());
            }
        }
    }

    /// Says goodbye.
    pub async fn leave(mut self) {
        let _ = self.ws.close(None).await;
    }

    /// The connection itself.
    pub fn socket(&mut self) -> &mut WebSocketStream<Box<dyn Wire>> {
        &mut self.ws
    }
}

async fn narrow(addr: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(NARROW)?;
    socket.connect(addr).await
}

/// A hello of somebody new.
pub fn hello(nickname: &str) -> Hello {
    Hello::new(nickname)
}

use std::net::Ipv4Addr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use hearth_log::{KnownMember, Log, MEMORY_LOG_BYTES, MemoryLog};
use hearth_protocol::{Dialect, LogId, MemberId, MemberToken, Nickname, Role, RoomInfo};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, sleep};

use super::*;
use crate::access::gate::Gate;
use crate::access::policy::AccessPolicy;
use crate::base::clock::Clock;
use crate::base::fresh::Fresh;
use crate::base::limits::Limits;
use crate::base::stopping::Stopping;
use crate::fanout::fanout::Fanout;
use crate::http::body::{BodyError, Bounds};
use crate::http::listener::serve_http;
use crate::http::routes;
use crate::http::routing_table::{Permission, Route, anybody};
use crate::hub::handle::Handle;
use crate::hub::hub::Hub;
use crate::net::connection_limits::ConnectionLimits;
use crate::net::room_key::RoomKey;
use crate::reach::reachability::Reachability;
use crate::room::room::Room;
use crate::ws::connection;
use crate::ws::context::Context;

const HOST: &str = "127.0.0.1:8080";
const TOKEN: u128 = 7;
const LARGEST: u64 = 1 << 20;

/// On each answer, whatever it says.
const ON_ALL: [&str; 5] = [
    "x-content-type-options: nosniff",
    "referrer-policy: no-referrer",
    "cross-origin-resource-policy: same-origin",
    "content-security-policy: default-src 'none'",
    "cache-control: no-store",
];

/// A host's router with two routes more: members upload something, and anybody is told something in pieces.
async fn router() -> Arc<Router> {
    let log: Arc<dyn Log> = Arc::new(MemoryLog::new(LogId::from_random(1), MEMORY_LOG_BYTES));
    let (limits, clock, stopping) = (Limits::default(), Clock::start(), Stopping::new());
    let policy = AccessPolicy::default();
    let (hub, ends) = Handle::new(&policy);
    let known = KnownMember {
        member: MemberId::from_random(1),
        token: Some(MemberToken::from_random(TOKEN)),
        nickname: Nickname::new("阿明").expect("a nickname"),
        dialect: Dialect::V1,
        here: false,
        role: Role::Member,
        invite: None,
    };
    let info = RoomInfo { name: "读书会".to_owned(), key: None, owner: None };
    let gate = Gate::new(policy, hub.pass().clone());
    let room = Room::new(info, limits.grace, gate, vec![known], None, Fresh::random, clock.now());
    let room_key = RoomKey::of(&*log).await.expect("a key");
    let fanout = Arc::new(Fanout::new(log, limits.tape_bytes));
    tokio::spawn(Hub::new(Arc::clone(&hub), Arc::clone(&fanout), clock, room).run(ends.requests));
    let reach = Arc::new(Reachability::new(HOST.parse().expect("an address")));
    let connection_limits = ConnectionLimits::new(limits.max_clients, limits.max_per_address);
    let door = Door {
        room: "读书会".to_owned(),
        public_names: Vec::new(),
        allow_origins: Vec::new(),
        room_key,
        certificate: None,
        connection_limits,
        context: Arc::new(Context { hub, fanout, reach, limits, clock, stopping }),
        serve: connection::serve,
    };
    let bounds = Bounds { at_most: LARGEST, floor: Bounds::FLOOR };
    let upload = Route::post("/upload/{name}", members, bounds, |asked, body| upload(asked, body).boxed())
        .keep_alive();
    let pieces = Route::get("/pieces", anybody, |_| {
        let pieces = (0..3).map(|n| Ok(Frame::data(format!("piece {n},").into())));
        Response::new(http_body_util::Either::Right(UnsyncBoxBody::new(StreamBody::new(stream::iter(
            pieces,
        )))))
    });
    let table = routes::routes().into_iter().chain([upload, pieces]);
    Router::new(Arc::new(door), RoutingTable::new(table).expect("a table"))
}

fn members(asked: &Asked) -> Permission {
    match asked.asker {
        Asker::Member(_) => Permission::Granted,
        _ => Permission::Denied(StatusCode::UNAUTHORIZED),
    }
}

/// Says who has sent how much, and keeps none of it.
async fn upload(asked: Asked, mut body: Paced) -> Result<Response<Answer>, BodyError> {
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        bytes += frame?.data_ref().map_or(0, Bytes::len);
    }
    Ok(answer::json(format!("{bytes} of {}", asked.asker)))
}

/// A connection to a router, from this computer.
struct Connection {
    socket: DuplexStream,
    unread: Vec<u8>,
}

impl Connection {
    fn to(router: &Arc<Router>) -> Self {
        Self::from(router, Ipv4Addr::LOCALHOST)
    }

    fn from(router: &Arc<Router>, peer: Ipv4Addr) -> Self {
        let (socket, theirs) = duplex(4096);
        let caller = Caller {
            peer: (peer, 50_000).into(),
            reached_at: Ipv4Addr::new(192, 168, 1, 23).into(),
            secure: false,
        };
        let router = Arc::clone(router);
        tokio::spawn(async move {
            let (visit, stopping) = (VisitClock::start(), router.door.context.stopping.clone());
            visit.bound(serve_http(theirs, caller, router, visit.clone()), &stopping).await;
        });
        Self { socket, unread: Vec::new() }
    }

    /// Sends the head of a request.
    async fn ask(&mut self, request: &str, headers: &str) {
        let head = format!("{request} HTTP/1.1\r\nHost: {HOST}\r\n{headers}\r\n");
        self.socket.write_all(head.as_bytes()).await.expect("sent");
    }

    /// The next answer: its head, and what follows to the length that it says.
    async fn answer(&mut self) -> (String, String) {
        let head = loop {
            if let Some(end) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                break self.take(end + 4);
            }
            assert_ne!(self.socket.read_buf(&mut self.unread).await.expect("read"), 0, "there is an answer");
        };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
        while self.unread.len() < length {
            assert_ne!(self.socket.read_buf(&mut self.unread).await.expect("read"), 0, "it is whole");
        }
        let body = self.take(length);
        (head, body)
    }

    fn take(&mut self, bytes: usize) -> String {
        String::from_utf8(self.unread.drain(..bytes).collect()).expect("text")
    }

    /// The next answer, which is this one, and the last.
    async fn ends_with(mut self, status: &str) -> String {
        let (head, body) = self.answer().await;
        is(&head, status);
        assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
        let rest = self.socket.read_to_end(&mut self.unread).await.expect("the end");
        assert_eq!((rest, self.unread.len()), (0, 0), "{status}: nothing more");
        head + &body
    }
}

/// It has this status, and the headers that all have, once each.
fn is(head: &str, status: &str) {
    assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {head}");
    for header in ON_ALL {
        assert_eq!(head.matches(header).count(), 1, "{header}: {head}");
    }
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

fn member() -> String {
    bearer(MemberToken::from_random(TOKEN).as_str())
}

fn of_length(bytes: u64) -> String {
    format!("{}Content-Length: {bytes}\r\n", member())
}

#[tokio::test(start_paused = true)]
async fn a_slow_upload_takes_as_long_as_it_needs_and_more_may_be_asked_behind_it() {
    let mut connection = Connection::to(&router().await);
    let began = Instant::now();
    for upload in 0..2 {
        connection.ask("POST /upload/photo", &of_length(200 * 2000)).await;
        for _ in 0..200 {
            sleep(Duration::from_secs(1)).await;
            connection.socket.write_all(&[b'a'; 2000]).await.expect("sent");
        }
        let (head, body) = connection.answer().await;
        is(&head, "200");
        assert!(!head.contains("connection: close"), "{upload}: {head}");
        assert_eq!(body, format!("400000 of member {}", MemberId::from_random(1).as_str()));
    }
    assert!(began.elapsed() >= Duration::from_secs(400), "{:?}", began.elapsed());
    // Whoever says nothing then is gone as soon as anybody who never said a thing.
    let silent = Instant::now();
    let rest = connection.socket.read_to_end(&mut connection.unread).await.expect("the end");
    let most = Limits::default().handshake + Duration::from_secs(1);
    assert!(rest == 0 && silent.elapsed() <= most, "{rest} {:?}", silent.elapsed());
}

#[tokio::test(start_paused = true)]
async fn whoever_dribbles_or_sends_nothing_is_told_that_it_takes_too_long() {
    let router = router().await;
    for (length, first) in
        [("Content-Length: 10000\r\n", "a"), ("Transfer-Encoding: chunked\r\n", "1\r\na\r\n")]
    {
        let mut connection = Connection::to(&router);
        let began = Instant::now();
        connection.ask("POST /upload/photo", &(member() + length)).await;
        let (mut reads, mut writes) = tokio::io::split(connection.socket);
        let dribble = tokio::spawn(async move {
            while writes.write_all(first.as_bytes()).await.is_ok() {
                sleep(Duration::from_millis(500)).await;
            }
        });
        let mut said = String::new();
        reads.read_to_string(&mut said).await.expect("the end");
        is(&said, "408");
        assert!(said.contains("\r\nconnection: close\r\n") && said.ends_with("408\n"), "{said}");
        let (least, most) = (Duration::from_secs(10), Duration::from_secs(11));
        assert!((least..most).contains(&began.elapsed()), "{:?}", began.elapsed());
        dribble.await.expect("it is over");

        let mut connection = Connection::to(&router);
        let began = Instant::now();
        connection.ask("POST /upload/photo", &(member() + length)).await;
        connection.ends_with("408").await;
        assert!((least..most).contains(&began.elapsed()), "{:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_refused_before_it_is_there() {
    let router = router().await;
    let mut connection = Connection::to(&router);
    let began = Instant::now();
    let waits = format!("{}Expect: 100-continue\r\n", of_length(LARGEST + 1));
    connection.ask("POST /upload/film", &waits).await;
    connection.ends_with("413").await;
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());

    // Who does not say how large it is is stopped where it is too large.
    let mut connection = Connection::to(&router);
    connection.ask("POST /upload/film", &(member() + "Transfer-Encoding: chunked\r\n")).await;
    let chunk = [b"4000\r\n".as_slice(), &[b'a'; 0x4000], b"\r\n"].concat();
    let mut chunks = 0u64;
    while connection.socket.write_all(&chunk).await.is_ok() {
        chunks += 1;
    }
    // What the HTTP library has read ahead may be some more.
    let most = LARGEST / 0x4000 + 4;
    assert!((LARGEST / 0x4000..most).contains(&chunks), "{chunks}");
    connection.ends_with("413").await;
}

#[tokio::test(start_paused = true)]
async fn who_asks_is_decided_by_what_they_show() {
    let router = router().await;
    let pass = router.door.context.hub.pass().reveal().to_owned();
    for (shown, status) in [
        (String::new(), "401"),
        (bearer("x"), "401"),
        (bearer(&pass), "401"),
        (bearer(MemberToken::from_random(8).as_str()), "401"),
        (member().replace("Bearer", "Basic"), "401"),
        (member(), "200"),
    ] {
        let mut connection = Connection::to(&router);
        connection
            .ask("POST /upload/photo", &format!("{shown}Content-Length: 1\r\nConnection: close\r\n"))
            .await;
        connection.socket.write_all(b"a").await.expect("sent");
        connection.ends_with(status).await;
    }
    let doors = r#"{"do":"doors"}"#;
    let length = format!("Content-Length: {}\r\n", doors.len());
    for (peer, shown, status) in [
        ([127, 0, 0, 1], bearer(&pass), "200"),
        ([192, 168, 1, 23], bearer(&pass), "200"),
        ([127, 0, 0, 1], String::new(), "401"),
        ([127, 0, 0, 1], member(), "401"),
        ([127, 0, 0, 1], bearer(&pass) + "Via: 1.1 proxy\r\n", "405"),
        ([192, 168, 1, 5], bearer(&pass), "405"),
        ([192, 168, 1, 5], member(), "405"),
    ] {
        let mut connection = Connection::from(&router, peer.into());
        connection.ask("POST /control", &(shown + &length)).await;
        connection.socket.write_all(doors.as_bytes()).await.expect("sent");
        connection.ends_with(status).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_owner_asks_is_bounded_as_well() {
    let router = router().await;
    let pass = bearer(router.door.context.hub.pass().reveal());
    let mut connection = Connection::to(&router);
    connection.ask("POST /control", &format!("{pass}Content-Length: {}\r\n", 16 * 1024 + 1)).await;
    connection.ends_with("413").await;
    let mut connection = Connection::to(&router);
    connection.ask("POST /control", &format!("{pass}Content-Length: 14\r\n")).await;
    connection.ends_with("408").await;
    let mut connection = Connection::to(&router);
    connection.ask("POST /control", &format!("{pass}Transfer-Encoding: chunked\r\n")).await;
    connection.socket.write_all(b"nonsense\r\n").await.expect("sent");
    connection.ends_with("400").await;
}

#[tokio::test(start_paused = true)]
async fn every_answer_has_its_headers_and_a_method_that_is_not_there_is_told_which_are() {
    let router = router().await;
    let pass = bearer(router.door.context.hub.pass().reveal());
    for (request, shown, status, allow) in [
        ("GET /healthz", "", "200", None),
        ("HEAD /healthz", "", "200", None),
        ("GET /nothing", "", "404", None),
        ("PUT /nothing", "", "405", Some("GET, HEAD")),
        ("POST /", "", "405", Some("GET, HEAD")),
        ("POST /healthz", "", "405", Some("GET, HEAD")),
        ("GET /upload/photo", &member(), "405", Some("POST")),
        ("DELETE /upload/photo", &member(), "405", Some("POST")),
        ("GET /upload/photo", "", "404", None),
        ("DELETE /upload/photo", "", "405", Some("GET, HEAD")),
        ("POST /upload/a/b", &member(), "405", Some("GET, HEAD")),
        ("PUT /control", "", "405", Some("GET, HEAD")),
        ("PUT /control", &pass, "405", Some("POST")),
        ("GET /control", "", "404", None),
        ("POST /reach/0123456789abcdef", "", "404", None),
        ("POST /reach/", "", "404", None),
        ("GET /reach/a/b", "", "404", None),
        ("GET http://evil.example/", "", "421", None),
        ("POST /", "Connection: Upgrade\r\nUpgrade: websocket\r\n", "405", None),
    ] {
        let mut connection = Connection::to(&router);
        connection.ask(request, shown).await;
        if request.starts_with("HEAD") {
            let mut said = String::new();
            connection.socket.read_to_string(&mut said).await.expect("the end");
            is(&said, status);
            assert!(said.ends_with("\r\n\r\n") && said.contains("content-length: 15\r\n"), "{said}");
            continue;
        }
        let said = connection.ends_with(status).await;
        let allowed = said.lines().find_map(|line| line.strip_prefix("allow: "));
        assert_eq!(allowed, allow, "{request}: {said}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_be_a_stream() {
    let mut connection = Connection::to(&router().await);
    connection.ask("GET /pieces", "").await;
    let mut said = String::new();
    connection.socket.read_to_string(&mut said).await.expect("the end");
    is(&said, "200");
    assert!(said.contains("transfer-encoding: chunked\r\n"), "{said}");
    for piece in ["piece 0,", "piece 1,", "piece 2,"] {
        assert!(said.contains(&format!("8\r\n{piece}\r\n")), "{said}");
    }
}

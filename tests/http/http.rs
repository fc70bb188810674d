//! Plain HTTP on the room's port: health, the guest page, and nothing that a stranger could make of it.

use std::time::Duration;

use hearth_host::{HostConfig, Limits};
use hearth_tests::http::{Answer, exchange, get};
use hearth_tests::{PATIENCE, RawClient, TestHost, quick, tell};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// On each answer, whatever it says.
const SECURITY: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-resource-policy", "same-origin"),
    ("connection", "close"),
];

const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
const KEY: &str = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
const VERSION: &str = "Sec-WebSocket-Version: 13\r\n";

/// Asks by hand. The answer has to be one, with all headers that protect it.
async fn ask(host: &TestHost, request_line: &str, headers: &str) -> Answer {
    let text = exchange(host.addr(), format!("{request_line} HTTP/1.1\r\n{headers}\r\n").as_bytes()).await;
    let answer = Answer::parse(&text.expect("an answer")).expect("HTTP");
    is_guarded(&answer, request_line);
    answer
}

fn is_guarded(answer: &Answer, what: &str) {
    for (name, value) in SECURITY {
        assert_eq!(answer.header(name), Some(value), "{what}: {name}");
    }
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
}

fn own(host: &TestHost) -> String {
    format!("Host: {}\r\n", host.addr())
}

/// It still answers, and people still come in.
async fn is_well(host: &TestHost) {
    assert_eq!(get(&host.addr().to_string(), "/healthz").await.status, 200);
    RawClient::enter(&host.url(), "好").await.0.leave().await;
}

#[tokio::test]
async fn monitors_get_a_sign_of_life() {
    let host = TestHost::start().await;
    let health = ask(&host, "GET /healthz", &own(&host)).await;
    assert_eq!((health.status, health.body.as_str()), (200, r#"{"status":"ok"}"#));
    assert_eq!(health.header("content-type"), Some("application/json"));
    let query = ask(&host, "GET /healthz?from=monitor", &own(&host)).await;
    assert_eq!(query.status, 200);
    let head = ask(&host, "HEAD /healthz", &own(&host)).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

/// Asks for a file of the guest page.
async fn file(host: &TestHost, path: &str, headers: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\n{}Connection: close\r\n{headers}\r\n", own(host));
    let text = exchange(host.addr(), request.as_bytes()).await.expect("an answer");
    Answer::parse(&text).expect("HTTP")
}

#[tokio::test]
async fn browsers_get_the_guest_page() {
    let host = TestHost::start().await;
    let page = file(&host, "/", "").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let policy = page.header("content-security-policy").expect("a policy").to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(policy.contains(&format!("connect-src 'self' ws://{0} wss://{0};", host.addr())), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");

    // All that it asks for is there, protected in the same way.
    let names = page.body.split('"').filter(|part| part.starts_with('/') && part.contains('.'));
    let names: Vec<&str> = names.collect();
    assert!(names.iter().any(|name| name.contains(".js")) && names.iter().any(|name| name.contains(".css")));
    for name in names {
        let answer = file(&host, name, "").await;
        assert_eq!(answer.status, 200, "{name}");
        for (header, value) in &SECURITY[..2] {
            assert_eq!(answer.header(header), Some(*value), "{name}");
        }
        assert_eq!(answer.header("content-security-policy"), Some(policy.as_str()), "{name}");
        let lasts = answer.header("cache-control").expect("how long");
        assert_eq!(lasts.contains("immutable"), name.starts_with("/assets/"), "{name}: {lasts}");
        let tag = answer.header("etag").expect("a tag").to_owned();
        let again = file(&host, name, &format!("If-None-Match: {tag}\r\n")).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{name}");
        let packed = file(&host, name, "Accept-Encoding: gzip\r\n").await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{name}");
        let length: usize = packed.header("content-length").expect("a length").parse().expect("a number");
        assert!(length < answer.body.len(), "{name}: {length} of {} bytes", answer.body.len());
        // A part of a file is not what anybody needs: the whole of it comes.
        let part = file(&host, name, "Range: bytes=0-1\r\n").await;
        assert_eq!((part.status, part.body), (200, answer.body), "{name}");
    }
}

#[tokio::test]
async fn a_page_takes_its_files_over_one_connection() {
    let host = TestHost::start().await;
    let request = format!("HEAD / HTTP/1.1\r\n{}\r\n", own(&host));
    let last = format!("HEAD / HTTP/1.1\r\n{}Connection: close\r\n\r\n", own(&host));
    let answers = exchange(host.addr(), format!("{request}{request}{last}").as_bytes()).await;
    assert_eq!(answers.expect("answers").matches("HTTP/1.1 200").count(), 3);
    let body = format!("GET / HTTP/1.1\r\n{}Content-Length: 5\r\n\r\nhello{request}", own(&host));
    let answers = exchange(host.addr(), body.as_bytes()).await.expect("an answer");
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 1, "whoever sends something asks once");
}

#[tokio::test]
async fn a_path_is_what_it_says_and_leads_nowhere_else() {
    let host = TestHost::start().await;
    for path in [
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/..%2fetc/passwd",
        "/..%5c..%5cetc%5cpasswd",
        "/assets/../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/....//....//etc/passwd",
        "/%252e%252e/etc/passwd",
        "/%c0%ae%c0%ae/etc/passwd",
        "//etc/passwd",
        "/assets",
        "/assets/",
        "/index.html",
        "/./",
    ] {
        assert_eq!(ask(&host, &format!("GET {path}"), &own(&host)).await.status, 404, "{path}");
    }
    is_well(&host).await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_nothing_can_be_changed() {
    let host = TestHost::start().await;
    for path in ["/nothing", "/healthz/", "/reach/", "/reach/0123456789abcdef", "//", "*"] {
        assert_eq!(ask(&host, &format!("GET {path}"), &own(&host)).await.status, 404, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "DANCE"] {
        for path in ["/", "/healthz", "/nothing"] {
            let answer = ask(&host, &format!("{method} {path}"), &own(&host)).await;
            assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn who_calls_it_by_a_foreign_name_gets_nothing() {
    let public_names = vec!["chat.example.org".to_owned()];
    let host = TestHost::with(HostConfig { public_names, ..quick() }).await;
    let port = host.addr().port();
    let foreign = [
        String::new(),
        "Host:\r\n".into(),
        format!("Host: evil.example:{port}\r\n"),
        format!("Host: localhost.evil.example:{port}\r\n"),
        format!("Host: 203.0.113.7:{port}\r\n"),
        "Host: 127.0.0.1\r\n".into(),
        "Host: 127.0.0.1:1\r\n".into(),
        format!("Host: evil.example@127.0.0.1:{port}/\r\n"),
        format!("Host: 127.0.0.1:{port}\t,evil.example\r\n"),
    ];
    for headers in &foreign {
        for route in [
            "GET /",
            "GET /healthz",
            "GET /nothing",
            "GET /reach/nobody",
            "GET /first-paint.js",
            "HEAD /",
            "POST /",
        ] {
            let answer = ask(&host, route, headers).await;
            assert_eq!(
                (answer.status, answer.header("hearth-refusal")),
                (421, Some("host_name")),
                "{route} {headers}"
            );
            assert!(!answer.body.contains("读书会"), "the room's name is not told");
        }
    }
    for name in [
        format!("localhost:{port}"),
        format!("LOCALHOST:{port}"),
        format!("[::1]:{port}"),
        "chat.example.org".into(),
    ] {
        assert_eq!(ask(&host, "GET /healthz", &format!("Host: {name}\r\n")).await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn the_name_in_an_absolute_address_is_the_one_that_counts() {
    let host = TestHost::start().await;
    let own_address = format!("GET http://{}/healthz", host.addr());
    assert_eq!(ask(&host, &own_address, &own(&host)).await.status, 200);
    // RFC 9112, section 3.2.2: the Host header is to be ignored then.
    for foreign in ["GET http://evil.example/", "GET http://evil.example/healthz"] {
        assert_eq!(ask(&host, foreign, "Host: evil.example\r\n").await.status, 421);
        assert_eq!(ask(&host, foreign, &own(&host)).await.status, 421, "with a Host header of ours");
    }
    let tunnel =
        exchange(host.addr(), b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n").await;
    let tunnel = Answer::parse(&tunnel.expect("an answer")).expect("HTTP");
    assert!((400..500).contains(&tunnel.status), "{tunnel:?}");
    is_well(&host).await;
}

#[tokio::test]
async fn a_handshake_that_is_none_is_refused_in_http() {
    let host = TestHost::start().await;
    let own = own(&host);
    let refused = async |request: &str, headers: &[&str]| ask(&host, request, &headers.concat()).await;
    assert_eq!(refused("GET /", &[&own, UPGRADE, KEY]).await.status, 426);
    let old = refused("GET /", &[&own, UPGRADE, KEY, "Sec-WebSocket-Version: 8\r\n"]).await;
    assert_eq!((old.status, old.header("sec-websocket-version")), (426, Some("13")));
    assert_eq!(refused("GET /", &[&own, UPGRADE, VERSION]).await.status, 400);
    assert_eq!(refused("GET /", &[&own, UPGRADE, VERSION, "Sec-WebSocket-Key: short\r\n"]).await.status, 400);
    assert_eq!(refused("GET /elsewhere", &[&own, UPGRADE, VERSION, KEY]).await.status, 404);
    assert_eq!(refused("POST /", &[&own, UPGRADE, VERSION, KEY]).await.status, 405);
    let evil = refused("GET /", &[&own, UPGRADE, VERSION, KEY, "Origin: http://evil.example\r\n"]).await;
    assert_eq!((evil.status, evil.header("hearth-refusal")), (403, Some("origin")));
    assert!(evil.header("access-control-allow-origin").is_none());
    // A name that was made to lead here (DNS rebinding): the page's origin and the name are the same, and neither is ours.
    let port = host.addr().port();
    let rebound = format!("Host: evil.example:{port}\r\nOrigin: http://evil.example:{port}\r\n");
    let rebound = refused("GET /", &[&rebound, UPGRADE, VERSION, KEY]).await;
    assert_eq!((rebound.status, rebound.header("hearth-refusal")), (403, Some("origin")));
    // Half a wish for an upgrade is none: this is a question as any other.
    assert_eq!(refused("GET /healthz", &[&own, "Upgrade: websocket\r\n", VERSION, KEY]).await.status, 200);
    is_well(&host).await;
}

#[tokio::test]
async fn junk_in_any_shape_does_no_harm() {
    let limits = Limits { handshake: Duration::from_millis(500), ..quick().limits };
    let host = TestHost::with(HostConfig { limits, ..quick() }).await;
    let own = own(&host);
    let zeros = vec![0; 100_000];
    let many = (0..500).fold(String::new(), |all, n| all + &format!("X-{n}: {n}\r\n"));
    let junk: Vec<(&str, Vec<u8>)> = vec![
        ("zeros", zeros),
        ("a greeting of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("a banner", b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()),
        ("the beginning of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
        ("an endless line", format!("GET /{} HTTP/1.1\r\n{own}\r\n", "a".repeat(100_000)).into_bytes()),
        (
            "an endless header",
            format!("GET / HTTP/1.1\r\n{own}X: {}\r\n\r\n", "a".repeat(1_000_000)).into_bytes(),
        ),
        ("many headers", format!("GET / HTTP/1.1\r\n{own}{many}\r\n").into_bytes()),
        (
            "a large body",
            format!("POST / HTTP/1.1\r\n{own}Content-Length: 1000000\r\n\r\n{}", "a".repeat(1_000_000))
                .into_bytes(),
        ),
        (
            "a body that does not come",
            format!("GET / HTTP/1.1\r\n{own}Content-Length: 1000000\r\n\r\n").into_bytes(),
        ),
        (
            "chunks without end",
            format!(
                "POST / HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\n\r\n{}",
                "1\r\na\r\n".repeat(50_000)
            )
            .into_bytes(),
        ),
        (
            "two lengths",
            format!("GET / HTTP/1.1\r\n{own}Content-Length: 1\r\nContent-Length: 2\r\n\r\naa").into_bytes(),
        ),
    ];
    for (what, bytes) in &junk {
        let answer = exchange(host.addr(), bytes).await;
        let status = answer.as_deref().ok().and_then(Answer::parse).map(|answer| answer.status);
        tell(&format!(
            "{what}: {}",
            status.map_or_else(|| "hung up".to_owned(), |status| status.to_string())
        ));
        assert!(status.is_none_or(|status| status < 500), "{what}");
        let answer = answer.as_deref().ok().and_then(Answer::parse);
        let guarded = |answer: &Answer| SECURITY.iter().all(|(name, _)| answer.header(name).is_some());
        assert!(answer.is_none_or(|answer| guarded(&answer)), "{what}");
    }
    // What is no request at all is answered as well.
    for (junk, status) in [
        ("nonsense\r\n\r\n".to_owned(), 400),
        (format!("GET /{} HTTP/1.1\r\n{own}\r\n", "a".repeat(20_000)), 431),
        (format!("GET / HTTP/1.1\r\n{own}X: {}\r\n\r\n", "a".repeat(20_000)), 431),
    ] {
        let answer = exchange(host.addr(), junk.as_bytes()).await.expect("an answer");
        let answer = Answer::parse(&answer).expect("HTTP");
        assert_eq!((answer.status, answer.body.as_str()), (status, ""));
        is_guarded(&answer, &status.to_string());
    }
    is_well(&host).await;
}

#[tokio::test]
async fn a_handshake_that_comes_to_nothing_takes_no_place() {
    let limits = Limits { max_clients: 1, ..quick().limits };
    let host = TestHost::with(HostConfig { limits, ..quick() }).await;
    let handshake = format!("GET / HTTP/1.1\r\n{}{UPGRADE}{VERSION}{KEY}", own(&host));
    for rest in ["\r\n", "Content-Length: 9\r\n\r\nsome junk", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"] {
        let mut tcp = TcpStream::connect(host.addr()).await.expect("a connection");
        tcp.write_all(format!("{handshake}{rest}").as_bytes()).await.expect("sent");
        drop(tcp);
        let enter = async {
            loop {
                if let Ok(client) = RawClient::v1(&host.url()).await {
                    break client;
                }
            }
        };
        timeout(PATIENCE, enter).await.expect("the place is free again").leave().await;
    }
}

#[tokio::test]
async fn one_connection_asks_once() {
    let host = TestHost::start().await;
    let request = format!("GET /healthz HTTP/1.1\r\n{}\r\n", own(&host));
    for behind in [request.as_str(), "junk junk junk\r\n\r\n", "\u{0}\u{1}"] {
        let answers =
            exchange(host.addr(), format!("{request}{behind}").as_bytes()).await.expect("an answer");
        assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
        assert_eq!(Answer::parse(&answers).map(|answer| answer.status), Some(200));
    }
    is_well(&host).await;
}

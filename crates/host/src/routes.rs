//! Plain HTTP on the room's port: health, and the guest page for browsers.

use std::net::SocketAddr;

use hearth_protocol::{REACH_HEADER, REFUSAL_HEADER, RefusalCode};
use http::header::{ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;

use crate::door;
use crate::names::Names;
use crate::page;

/// An answer's body.
pub(crate) type Answer = Full<bytes::Bytes>;

/// On every answer.
const PROTECTION: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// On every answer but the page's files. After one, nothing more is to be said over this connection.
const SHORT: [(&str, &str); 3] = [
    ("connection", "close"),
    ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("cache-control", "no-store"),
];

/// Answers a request that is not for a WebSocket.
pub(crate) fn answer<B>(
    request: &Request<B>,
    secure: bool,
    names: impl FnOnce() -> Names,
    room: &str,
) -> Response<Answer> {
    let host = host_of(request);
    if let Err(code) = door::check_host(host, secure, names) {
        return refused(StatusCode::MISDIRECTED_REQUEST, code);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD");
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let path = request.uri().path();
    let host = host.unwrap_or_default();
    if path == "/healthz" {
        return json(r#"{"status":"ok"}"#.into());
    }
    if let Some(file) = page::find(path) {
        let mut answer = file.answer(request.headers(), host);
        // A page takes its files over the same connection. Whoever sends something with the question does not.
        if request.headers().contains_key(CONTENT_LENGTH) || request.headers().contains_key(TRANSFER_ENCODING)
        {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        return answer;
    }
    match path {
        "/" => body(
            StatusCode::OK,
            "text/html; charset=utf-8",
            in_words(room, if secure { "wss" } else { "ws" }, host),
        ),
        _ => plain(StatusCode::NOT_FOUND, "404"),
    }
}

/// The name in an absolute address counts, and the header is ignored then (RFC 9112, section 3.2.2).
fn host_of<B>(request: &Request<B>) -> Option<&str> {
    match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => request.headers().get(HOST).and_then(|host| host.to_str().ok()),
    }
}

/// Answers a member's client that dials us because we asked it to. `arrive` is told by which address it says that it came,
/// and says whether its nonce is one of ours.
pub(crate) fn reached<B>(
    request: &Request<B>,
    nonce: &str,
    secure: bool,
    names: impl FnOnce() -> Names,
    arrive: impl FnOnce(Option<SocketAddr>) -> bool,
) -> Response<Answer> {
    let host = host_of(request);
    if let Err(code) = door::check_host(host, secure, names) {
        return refused(StatusCode::MISDIRECTED_REQUEST, code);
    }
    let echo = HeaderValue::from_str(nonce).ok().filter(|_| request.method() == Method::GET);
    match echo.filter(|_| arrive(host.and_then(|host| host.parse().ok()))) {
        Some(nonce) => {
            let mut answer = plain(StatusCode::NO_CONTENT, "");
            *answer.body_mut() = Answer::default();
            answer.headers_mut().remove(CONTENT_TYPE);
            answer.headers_mut().insert(REACH_HEADER, nonce);
            answer
        }
        None => plain(StatusCode::NOT_FOUND, "404"),
    }
}

/// Adds what protects whoever looks at an answer.
pub(crate) fn protect(headers: &mut HeaderMap) {
    for (name, value) in PROTECTION {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// What is on every answer but the page's files, as it goes over the wire.
pub(crate) fn on_every_answer() -> String {
    let lines = PROTECTION.iter().chain(&SHORT).flat_map(|(name, value)| [*name, ": ", value, "\r\n"]);
    lines.collect()
}

/// A refusal, in words for people and in a header for programs.
pub(crate) fn refused(status: StatusCode, code: RefusalCode) -> Response<Answer> {
    let words = match code {
        RefusalCode::Origin => {
            "这个网页不在允许之列：请房主用 --allow-origin 或“允许其他来源的网页连接”放行。\n\
             This web page's origin is not let in: the host can allow it with --allow-origin or in the app."
        }
        RefusalCode::HostName => {
            "这台主机不叫这个名字：请用它的 IP 地址，或请房主设置 --public-name。\n\
             This host does not go by that name: use its IP address, or ask for --public-name."
        }
        RefusalCode::RoomFull => "房间已满，请稍后再试。\nThe room is full. Try again later.",
        RefusalCode::AddressLimit => {
            "来自这个地址的连接太多了。\nThere are too many connections from this address."
        }
        RefusalCode::InviteNeeded => {
            "这个房间要凭邀请进入：请用房主给的链接，在围炉应用或浏览器里打开。\n\
             This room needs an invitation: open the link that its owner gives you, in the Hearth app or in a browser."
        }
        _ => "请求被拒绝。\nThe request was refused.",
    };
    let mut answer = plain(status, words);
    answer.headers_mut().insert(REFUSAL_HEADER, HeaderValue::from_static(code.as_str()));
    answer
}

/// A short answer as text.
pub(crate) fn plain(status: StatusCode, text: &str) -> Response<Answer> {
    body(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

/// A short answer as JSON.
pub(crate) fn json(text: String) -> Response<Answer> {
    body(StatusCode::OK, "application/json", text)
}

fn body(status: StatusCode, kind: &'static str, text: String) -> Response<Answer> {
    let mut answer = Response::new(Answer::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    protect(answer.headers_mut());
    for (name, value) in SHORT {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// The page of a host that was built without the guest page.
fn in_words(room: &str, scheme: &str, host: &str) -> String {
    let (room, host) = (escaped(room), escaped(host));
    format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{room} · 围炉 Hearth</title>\
         <style>body{{font:16px/1.7 system-ui,sans-serif;max-width:36em;margin:15vh auto;padding:0 1.5em;\
         color:#26221d;background:#fcfbf9}}code{{background:#f3efe8;border-radius:6px;padding:2px 8px}}\
         @media(prefers-color-scheme:dark){{body{{color:#ece6de;background:#1a1816}}code{{background:#262220}}}}\
         </style><h1>{room}</h1><p>这里是一个围炉聊天室。请在围炉应用的“加入房间”里输入 \
         <code>{scheme}://{host}</code></p><p lang=\"en\">This is a Hearth chat room. In the Hearth app, choose \
         “Join a room” and enter <code>{scheme}://{host}</code></p></html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_without_the_guest_page_says_in_words_how_to_come_in() {
        let page = in_words("读书会 <script>alert(1)</script> & \"co\"", "ws", "192.168.1.23:8080");
        assert!(page.contains("<code>ws://192.168.1.23:8080</code>"), "{page}");
        assert!(page.contains("聊天室") && page.contains("chat room"), "in both languages");
        assert!(page.contains("读书会 &lt;script&gt;") && !page.contains("<script"), "{page}");
    }
}
